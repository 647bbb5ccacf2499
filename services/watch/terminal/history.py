"""A matter's history over the panes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.widgets import Static

from services.bus.clock import Clock
from services.watch.figures import Happened
from services.watch.source import Silent, Source
from services.watch.terminal.listing import Listing
from services.watch.terminal.timeline import timeline
from services.watch.terminal.times import with_age


class History(Screen[None]):
    """A matter's history over the panes, as of when it was opened; r asks again."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,backspace", "app.pop_screen", "Back"),
        Binding("r", "ask", "Ask again"),
    ]

    def __init__(self, matter: str, source: Source, clock: Clock) -> None:
        super().__init__()
        self._matter, self._source, self._clock = matter, source, clock
        self._events: Sequence[Happened] = ()
        self._as_of: datetime | None = None
        # Held here, since a last drawing may come while the screen is taken down.
        self._said = Static(f"HISTORY of {matter}: asking ...", id="said", markup=False)
        self._timeline = Listing(id="timeline")

    def compose(self) -> ComposeResult:
        """Where it comes from, the timeline, the keys."""
        yield self._said
        yield self._timeline
        yield Static("Esc back   r ask again   up/down PgUp/PgDn move", id="keys", markup=False)

    def on_mount(self) -> None:
        """Ask at once; ages tick."""
        self._timeline.focus()
        self.set_interval(1.0, self._show)
        self.action_ask()

    def action_ask(self) -> None:
        """Ask the watch for it."""
        self.run_worker(self._ask(), exclusive=True)

    async def _ask(self) -> None:
        try:
            found = await self._source.history(self._matter)
        except Silent as silent:
            self._say(f"!! THE WATCH DOES NOT ANSWER: {silent}. `r` asks again.")
            return
        self._as_of = self._clock.now()
        self._events = found or ()
        if found is None:
            self._say(f"The watch knows no matter {self._matter}.")
        self._show()

    def _show(self) -> None:
        if self._as_of is None:
            return
        now = self._clock.now()
        if self._events:
            self._say(f"HISTORY by outer parts, as of {with_age(self._as_of, now)}")
        self._timeline.show(timeline(self._matter, self._events, now))

    def _say(self, words: str) -> None:
        self._said.update(words)
