"""A sheet on the screen with a cursor; only the lines that are seen are ever made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from services.watch.terminal.sheets import Row, Sheet, Table, Tone, heading, line

STYLES = {
    Tone.ALARM: Style(color="#ff8080", bold=True),
    Tone.CARE: Style(color="#ffd75f"),
    Tone.PLAIN: Style(color="#e4e4e4"),
    Tone.GOOD: Style(color="#87d787"),
    Tone.QUIET: Style(color="#9e9e9e"),
}
TITLE = Style(color="#87d7ff", bold=True)
HEADING = Style(color="#bcbcbc", underline=True)
EMPTY = Style(color="#9e9e9e", italic=True)
HERE = Style(bgcolor="#3a3a5f", bold=True)
CURSOR, NO_CURSOR = "> ", "  "


@dataclass(frozen=True, slots=True)
class _Place:
    """What stands on one line: a title, a heading, a row by its number, or nothing."""

    table: Table
    row: int | None = None
    part: str = "row"


class Listing(Widget, can_focus=True):
    """Shows a sheet. The cursor stays on its row while figures change around it."""

    DEFAULT_CSS = "Listing { height: 1fr; width: 1fr; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", "Up", show=False),
        Binding("down,j", "move(1)", "Down", show=False),
        Binding("pageup", "page(-1)", "Page up", show=False),
        Binding("pagedown,space", "page(1)", "Page down", show=False),
        Binding("home,g", "edge(-1)", "First", show=False),
        Binding("end,G", "edge(1)", "Last", show=False),
        Binding("enter", "choose", "Open", show=False),
    ]

    class Chosen(Message):
        """Enter was pressed on a row."""

        def __init__(self, row: Row) -> None:
            super().__init__()
            self.row = row

    class Moved(Message):
        """The cursor was moved by hand."""

        def __init__(self, *, to_end: bool) -> None:
            super().__init__()
            self.to_end = to_end

    def __init__(self, *, id: str | None = None, at_end: bool = False) -> None:  # noqa: A002 - Textual's name.
        super().__init__(id=id)
        self.at_end = at_end
        """Whether the cursor keeps to the last row as rows come."""
        self.stale = False
        """Whether what is shown is not of now: then it has no colour."""
        self._sheet: Sheet = ()
        self._cursor = 0
        """Which row, counted over all tables."""
        self._top = 0

    # What is shown.

    def show(self, sheet: Sheet) -> None:
        """Show this from now on. The cursor goes where its row went, else stays where it was."""
        kept = None if self.at_end else self.row
        self._sheet = sheet
        count = self.count
        if self.at_end:
            self._cursor = max(0, count - 1)
        elif kept is not None:
            here = self._row(self._cursor)
            if here is None or here.key != kept.key:
                self._cursor = self._find(kept.key, min(self._cursor, max(0, count - 1)))
        self._scroll()
        self.refresh()

    @property
    def count(self) -> int:
        """How many rows there are."""
        return sum(len(table.rows) for table in self._sheet)

    @property
    def row(self) -> Row | None:
        """The row under the cursor."""
        return self._row(self._cursor)

    def _row(self, number: int) -> Row | None:
        for table in self._sheet:
            if number < len(table.rows):
                return table.rows[number]
            number -= len(table.rows)
        return None

    def _find(self, key: str, otherwise: int) -> int:
        number = 0
        for table in self._sheet:
            for row in table.rows:
                if row.key == key:
                    return number
                number += 1
        return otherwise

    # Lines: the title and heading of a sheet's only table stay on the screen.

    def _head(self) -> list[_Place]:
        return _head_of(self._sheet[0]) if len(self._sheet) == 1 else []

    def _body_line(self, number: int) -> tuple[_Place | None, int | None]:
        """What stands on a line below the head, and the number of its row over all tables."""
        before = 0
        single = len(self._sheet) == 1
        for index, table in enumerate(self._sheet):
            head = [] if single else _head_of(table)
            if number < len(head):
                return head[number], None
            number -= len(head)
            length = max(1, len(table.rows))
            if number < length:
                if not table.rows:
                    return _Place(table, part="empty"), None
                return _Place(table, number), before + number
            number -= length
            before += len(table.rows)
            if index < len(self._sheet) - 1:
                if number == 0:
                    return None, None
                number -= 1
        return None, None

    def _line_of_row(self, wanted: int) -> int:
        at, before = 0, 0
        single = len(self._sheet) == 1
        for table in self._sheet:
            at += 0 if single else len(_head_of(table))
            if wanted < before + len(table.rows):
                return at + wanted - before
            before += len(table.rows)
            at += max(1, len(table.rows)) + 1
        return 0

    @property
    def _room(self) -> int:
        return max(1, self.size.height - len(self._head()))

    def _scroll(self) -> None:
        if not self._sheet:
            return
        at = self._line_of_row(self._cursor)
        if self._cursor == 0:
            self._top = 0
        elif at < self._top:
            self._top = at
        elif at >= self._top + self._room:
            self._top = at - self._room + 1
        lines = self._line_of_row(max(0, self.count - 1)) + 1
        self._top = max(0, min(self._top, max(at, lines) - 1))
        if len(self._sheet) == 1:
            self._top = max(0, min(self._top, lines - self._room))

    def on_resize(self, _: events.Resize) -> None:
        """The cursor stays in sight."""
        self._scroll()

    def render_line(self, y: int) -> Strip:
        """One line of the screen."""
        head = self._head()
        place, row = (
            (head[y], None) if y < len(head) else self._body_line(self._top + y - len(head))
        )
        strip = (
            Strip.blank(self.size.width)
            if place is None
            else self._strip(place, self.size.width, row)
        )
        return strip.apply_style(self.rich_style)

    def _strip(self, place: _Place, width: int, number: int | None) -> Strip:
        table, room = place.table, max(0, width - len(NO_CURSOR))
        if place.part == "title":
            return Strip([Segment(table.title[:width].ljust(width), TITLE)], width)
        if place.part == "empty":
            return Strip([Segment((NO_CURSOR + table.empty)[:width].ljust(width), EMPTY)], width)
        if place.part == "heading":
            return Strip(
                [Segment(NO_CURSOR), Segment(heading(table, room), HEADING)], len(NO_CURSOR) + room
            )
        if place.row is None:
            return Strip.blank(width)
        row = table.rows[place.row]
        here = number == self._cursor
        style = STYLES[Tone.QUIET if self.stale else row.tone]
        text = (CURSOR if here else NO_CURSOR) + line(table, row, room)
        return Strip([Segment(text, style + HERE if here else style)], width)

    # Keys.

    def action_move(self, by: int) -> None:
        """Row by row."""
        self._go(self._cursor + by)

    def action_page(self, by: int) -> None:
        """Screen by screen."""
        self._go(self._cursor + by * max(1, self._room - 1))

    def action_edge(self, to: int) -> None:
        """To the first or the last."""
        self._go(0 if to < 0 else self.count - 1)

    def _go(self, number: int) -> None:
        self._cursor = max(0, min(number, self.count - 1))
        self._scroll()
        self.refresh()
        self.post_message(self.Moved(to_end=self._cursor == self.count - 1))

    def action_choose(self) -> None:
        """Open what the row leads to."""
        if (row := self.row) is not None:
            self.post_message(self.Chosen(row))


def _head_of(table: Table) -> list[_Place]:
    found = [_Place(table, part="title")] if table.title else []
    if any(column.title for column in table.columns):
        found.append(_Place(table, part="heading"))
    return found
