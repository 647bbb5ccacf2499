"""A sheet of tables as lines of exactly so many columns, in ASCII. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

CUT = "~"
"""Stands where a cell is too long for its column."""
GAP = 1


class Tone(StrEnum):
    """How loudly a row speaks. Its mark says it in any terminal; a colour only repeats it."""

    ALARM = "!!"
    CARE = " !"
    PLAIN = "  "
    GOOD = "ok"
    QUIET = "--"


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `width` is the least that it is shown with."""

    title: str
    width: int
    grow: int = 0
    """Its share of what is left of the line; 0 for a column that never grows."""
    drop: int = 0
    """Where the line is too short, columns go in this order, largest first; 0 never goes."""
    right: bool = False
    ends: bool = False
    """Whether the end of a long cell tells more than its beginning, as of a matter's name."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table, and where it leads."""

    key: str
    """The same for the same thing whenever it is shown again, so that the cursor stays on it."""
    cells: tuple[str, ...]
    tone: Tone = Tone.PLAIN
    matter: str | None = None
    """Whose history it leads to."""
    pane: str | None = None
    """Which pane it leads to."""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under one heading. `empty` is the sentence in place of no rows."""

    columns: tuple[Column, ...]
    rows: Sequence[Row]
    title: str = ""
    empty: str = "Nothing."
    marked: bool = True
    """Whether each row begins with the mark of its tone."""


Sheet = tuple[Table, ...]

MARK = Column("", 2)


def widths(columns: Sequence[Column], room: int) -> Mapping[int, int]:
    """The width of each column that is shown, by its place, when the line has so much room."""
    shown = list(range(len(columns)))
    while _least(columns, shown) > room:
        droppable = [each for each in shown if columns[each].drop]
        if not droppable:
            break
        shown.remove(max(droppable, key=lambda each: columns[each].drop))
    left = max(0, room - _least(columns, shown))
    shares = sum(columns[each].grow for each in shown)
    found = {each: columns[each].width for each in shown}
    for each in shown:
        if columns[each].grow:
            found[each] += left * columns[each].grow // shares
    return found


def _least(columns: Sequence[Column], shown: Sequence[int]) -> int:
    return sum(columns[each].width for each in shown) + GAP * max(0, len(shown) - 1)


def heading(table: Table, room: int) -> str:
    """The line above a table's rows."""
    columns = _columns(table)
    fitted = widths(columns, room)
    cells = (_cell(columns[n], columns[n].title.upper(), width) for n, width in fitted.items())
    return (" " * GAP).join(cells)[:room].ljust(room)


def line(table: Table, row: Row, room: int) -> str:
    """A row, exactly so wide."""
    columns = _columns(table)
    cells = (row.tone.value, *row.cells) if table.marked else row.cells
    fitted = widths(columns, room)
    shown = (_cell(columns[n], cells[n], width) for n, width in fitted.items())
    return (" " * GAP).join(shown)[:room].ljust(room)


def printed(sheet: Sheet, room: int) -> Iterator[str]:
    """The whole sheet for a stream that is no screen: no line wider than `room`, none padded."""
    for number, table in enumerate(sheet):
        if number:
            yield ""
        if table.title:
            yield table.title
        if not table.rows:
            yield printable(table.empty)
            continue
        if any(column.title for column in table.columns):
            yield heading(table, room).rstrip()
        for row in table.rows:
            yield line(table, row, room).rstrip()


def _columns(table: Table) -> tuple[Column, ...]:
    return (MARK, *table.columns) if table.marked else table.columns


def _cell(column: Column, said: str, width: int) -> str:
    text = printable(said)
    if len(text) > width:
        text = CUT + text[len(text) - width + 1 :] if column.ends else text[: width - 1] + CUT
    return text.rjust(width) if column.right else text.ljust(width)


def printable(said: str) -> str:
    """Without anything that a terminal could take for an order, or could not show."""
    return "".join(each if " " <= each <= "~" else "?" for each in said)
