"""Where the operators' view has its figures from: a watch, or what a test prepared."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from typing import Protocol

from services.watch.figures import Figures, Happened


class Silent(Exception):
    """The watch does not answer. The message says how that showed, in plain words."""


class Source(Protocol):
    """Figures, events and histories. Each raises Silent where the watch does not answer."""

    @property
    def name(self) -> str:
        """Where they come from, for people."""

    def figures(self) -> AsyncGenerator[Figures, None]:
        """The figures now, and whenever they change. Ends by Silent only."""

    def happened(self) -> AsyncGenerator[Sequence[Happened], None]:
        """The newest events and all that follow, in order, some at a time. Ends by Silent only."""

    async def history(self, matter: str) -> Sequence[Happened] | None:
        """A matter's events in order; None where it is unknown."""

    async def close(self) -> None:
        """Let go of it."""


class Prepared:
    """A source of what it is given: it shows how the view looks without a bus. See Source."""

    def __init__(
        self,
        figures: Figures | None = None,
        histories: Mapping[str, Sequence[Happened]] | None = None,
    ) -> None:
        self.name = "prepared"
        self.silent: str | None = None
        """Why nothing answers; None while it does."""
        self._figures = figures
        self._histories = dict(histories or {})
        self._events: list[Happened] = []
        self._changed = asyncio.Condition()

    async def tell(self, figures: Figures) -> None:
        """New figures."""
        async with self._changed:
            self._figures = figures
            self._changed.notify_all()

    async def happen(self, *events: Happened) -> None:
        """New events."""
        async with self._changed:
            self._events += events
            self._changed.notify_all()

    async def fall_silent(self, why: str) -> None:
        """From now on nothing answers."""
        async with self._changed:
            self.silent = why
            self._changed.notify_all()

    async def answer_again(self) -> None:
        """From now on it answers."""
        self.silent = None

    async def figures(self) -> AsyncGenerator[Figures, None]:
        """What was told last, and what is told."""
        given: Figures | None = None
        while True:
            async with self._changed:
                self._answering()
                while self._figures is given:
                    await self._changed.wait()
                    self._answering()
                given = self._figures
            if given is not None:
                yield given

    async def happened(self) -> AsyncGenerator[Sequence[Happened], None]:
        """What happened and what happens."""
        given = 0
        while True:
            async with self._changed:
                self._answering()
                while len(self._events) == given:
                    await self._changed.wait()
                    self._answering()
                fresh = self._events[given:]
                given += len(fresh)
            yield fresh

    async def history(self, matter: str) -> Sequence[Happened] | None:
        """What was prepared."""
        self._answering()
        return self._histories.get(matter)

    def _answering(self) -> None:
        if self.silent:
            raise Silent(self.silent)

    async def close(self) -> None:
        """Nothing is held."""
