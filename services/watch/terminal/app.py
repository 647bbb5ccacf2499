"""`detente watch`: the panes, the keys, and how the view keeps up with the watch."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping, Sequence
from contextlib import aclosing
from datetime import datetime
from types import MappingProxyType
from typing import ClassVar

from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import ModalScreen
from textual.widgets import ContentSwitcher, Static

from services.bus.clock import Clock
from services.bus.topics import Realm
from services.watch.figures import Figures, Happened
from services.watch.source import Silent, Source
from services.watch.terminal import panes, standing
from services.watch.terminal.history import History
from services.watch.terminal.listing import Listing
from services.watch.terminal.overview import overview
from services.watch.terminal.sheets import Sheet
from services.watch.terminal.standing import PANES, Silence
from services.watch.terminal.tail import Tail

DRAW_EVERY_S = 0.25
"""However much happens, the screen is drawn so often."""
ASK_AGAIN_AFTER_S = 2.0
ABOVE = ("name", "age", "trouble", "tabs")
"""The lines above the panes, by their names."""
FONT_FACE = re.compile(r"\s*(?:@font-face\s*\{.*?\}|<!--.*?-->)", re.DOTALL)

SHEETS: Mapping[str, panes.Pane] = MappingProxyType(
    {
        "overview": overview,
        "lanes": panes.lanes,
        "lines": panes.lines,
        "waiting": panes.waiting,
        "contacts": panes.contacts,
        "quarantine": panes.quarantine,
    }
)


class WatchApp(App[None]):
    """The operators' view of one realm, from one source."""

    TITLE = "detente watch"
    ENABLE_COMMAND_PALETTE = False
    CSS = """
    Screen { background: #101018; color: #e4e4e4; overflow: hidden; }
    ContentSwitcher { height: 1fr; }
    #name { height: 1; background: #26264a; color: #ffffff; text-style: bold; }
    #name.exercise { background: #5f4500; }
    #age, #tabs, #keys, #said { height: 1; }
    #tabs { background: #26264a; color: #ffffff; }
    #trouble { display: none; height: auto; max-height: 2; background: #7a0000; color: #ffffff;
               text-style: bold; }
    #trouble.shown { display: block; }
    #keys { background: #26264a; color: #ffffff; }
    Help { align: center middle; }
    Help Static { width: 78; height: auto; background: #26264a; color: #ffffff; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        *(Binding(str(n), f"pane('{pane}')", show=False) for n, pane in enumerate(PANES, start=1)),
        Binding("right,tab", "step(1)", show=False, priority=True),
        Binding("left,shift+tab", "step(-1)", show=False, priority=True),
        Binding("p", "pause", show=False),
        Binding("n", "turn('nation')", show=False),
        Binding("s", "turn('service')", show=False),
        Binding("c", "turn('precedence')", show=False),
        Binding("t", "turn('state')", show=False),
        Binding("x", "clear", show=False),
        Binding("question_mark", "help", show=False),
        Binding("q,ctrl+c", "quit", show=False),
    ]

    def __init__(
        self,
        source: Source,
        clock: Clock,
        realm: Realm = Realm.LIVE,
        *,
        ask_again_after_s: float = ASK_AGAIN_AFTER_S,
    ) -> None:
        super().__init__()
        self.figures: Figures | None = None
        self.silence: Silence | None = None
        self.tail = Tail()
        self.pane = "overview"
        self._source, self._clock, self._realm = source, clock, realm
        self._again_s = ask_again_after_s
        # Held here, since a last drawing may come while the screen is taken down.
        self._lines = {name: Static(id=name, markup=False) for name in (*ABOVE, "keys")}
        self._listings = {pane: Listing(id=pane, at_end=pane == "tail") for pane in PANES}
        self._drawn: tuple[object, ...] = ()
        self._version = 0
        """Counts whatever came, so that nothing is drawn twice."""

    def compose(self) -> ComposeResult:
        """Three lines, perhaps an alarm, the panes, the keys."""
        yield from (self._lines[name] for name in ABOVE)
        with ContentSwitcher(initial="overview"):
            yield from self._listings.values()
        yield self._lines["keys"]

    def on_mount(self) -> None:
        """Begin to ask, and to draw."""
        self._lines["name"].set_class(self._realm is Realm.EXERCISE, "exercise")
        self.action_pane("overview")
        self.set_interval(DRAW_EVERY_S, self._draw_if_new)
        self.run_worker(self._follow_figures(), name="figures")
        self.run_worker(self._follow_events(), name="events")

    def export_screenshot(self, *, title: str | None = None, simplify: bool = False) -> str:
        """The screen as SVG, without the fonts that Textual would have a reader's browser fetch
        from a host outside.
        """
        return FONT_FACE.sub("", super().export_screenshot(title=title, simplify=simplify))

    # What comes.

    async def _follow_figures(self) -> None:
        while True:
            try:
                async with aclosing(self._source.figures()) as stream:
                    async for figures in stream:
                        self._take(figures)
            except Silent as silent:
                self._fall_silent(str(silent))
            await asyncio.sleep(self._again_s)

    def _take(self, figures: Figures) -> None:
        if figures.realm != self._realm.value:
            raise Silent(f"it shows the {figures.realm} realm, not {self._realm.value}")
        self.figures, self.silence = figures, None
        self._version += 1

    def _fall_silent(self, why: str) -> None:
        since = self.silence.since if self.silence else self._clock.now()
        self.silence = Silence(since, why)
        self._version += 1

    async def _follow_events(self) -> None:
        while True:
            try:
                async with aclosing(self._source.happened()) as stream:
                    async for events in stream:
                        self._take_events(events)
            except Silent:
                # The figures' own stream says so on the screen.
                self.tail.interrupted(self._clock.now())
                self._version += 1
            await asyncio.sleep(self._again_s)

    def _take_events(self, events: Sequence[Happened]) -> None:
        self.tail.resumed(self._clock.now())
        if self.tail.take(events):
            self._version += 1

    # What is drawn.

    def _draw_if_new(self) -> None:
        now = self._clock.now()
        state = (self._version, now.replace(microsecond=0), self.pane)
        if state != self._drawn:
            self._drawn = state
            self.draw()

    def draw(self) -> None:
        """Show what is known, as of now."""
        now = self._clock.now()
        said = standing.trouble(self.silence, self.figures, now)
        self._lines["name"].update(standing.name_line(self._realm, self._source.name, now))
        self._lines["age"].update(standing.age_line(self.figures, now))
        self._lines["trouble"].update(said or "")
        self._lines["trouble"].set_class(said is not None, "shown")
        self._lines["tabs"].update(standing.tab_line(self.pane, self.figures))
        self._lines["keys"].update(standing.key_line(self.pane))
        listing = self._listings[self.pane]
        listing.stale = said is not None and self.pane != "tail"
        listing.show(self._sheet(now))

    def _sheet(self, now: datetime) -> Sheet:
        if self.pane == "tail":
            return self.tail.sheet(now)
        return () if self.figures is None else SHEETS[self.pane](self.figures, now)

    # Keys.

    def action_pane(self, pane: str) -> None:
        """Show a pane."""
        self.pane = pane
        self.screen_stack[0].query_one(ContentSwitcher).current = pane
        self._listings[pane].focus()
        self._draw_if_new()

    def action_step(self, by: int) -> None:
        """Show the next pane, or the one before."""
        if len(self.screen_stack) == 1:
            names = list(PANES)
            self.action_pane(names[(names.index(self.pane) + by) % len(names)])

    def action_pause(self) -> None:
        """Hold the tail still, or follow again."""
        if self.pane == "tail":
            self._hold(self.tail.held is None)

    def _hold(self, still: bool) -> None:
        if still:
            self.tail.hold()
        else:
            self.tail.follow()
        self._listings["tail"].at_end = not still
        self._again()

    def action_turn(self, field: str) -> None:
        """Filter the tail by the field's next value."""
        if self.pane == "tail":
            self.tail.turn(field)
            self._again()

    def action_clear(self) -> None:
        """Filter nothing."""
        if self.pane == "tail":
            self.tail.clear()
            self._again()

    def _again(self) -> None:
        self._version += 1
        self._draw_if_new()

    def action_help(self) -> None:
        """What there is, on one screen."""
        self.push_screen(Help())

    def on_listing_moved(self, moved: Listing.Moved) -> None:
        """Whoever moves in the tail reads it: it stands still until its end is reached again."""
        if self.pane == "tail" and len(self.screen_stack) == 1:
            if moved.to_end and self.tail.held is not None:
                self._hold(False)  # noqa: FBT003 - as above.
            elif not moved.to_end and self.tail.held is None:
                self._hold(True)  # noqa: FBT003 - as above.

    def on_listing_chosen(self, chosen: Listing.Chosen) -> None:
        """Open the history of the row's matter, or the pane it speaks of."""
        if len(self.screen_stack) > 1:
            return
        if chosen.row.matter is not None:
            self.push_screen(History(chosen.row.matter, self._source, self._clock))
        elif chosen.row.pane is not None:
            self.action_pane(chosen.row.pane)


class Help(ModalScreen[None]):
    """All keys and marks."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,question_mark,enter", "app.pop_screen", show=False)
    ]

    def compose(self) -> ComposeResult:
        """One block of text."""
        yield Static("\n".join(standing.help_lines()), markup=False)
