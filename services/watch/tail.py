"""What happened last, at hand for whoever looks on."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass

from services.watch.figures import Happened

KEPT = 5_000
FIRST = 200
"""How many of those that match somebody is shown at first."""


@dataclass(frozen=True, slots=True)
class Filter:
    """What somebody wants to see; None for everything."""

    service: str | None = None
    nation: str | None = None
    precedence: str | None = None
    state: str | None = None
    matter: str | None = None

    def lets(self, event: Happened) -> bool:
        """Whether it is wanted."""
        return (
            self.service in (None, event.service)
            and (self.nation is None or self.nation in event.nations)
            and self.precedence in (None, event.precedence)
            and self.state in (None, event.state)
            and self.matter in (None, event.matter)
        )


class Tail:
    """The newest KEPT events, in the order in which they were folded."""

    def __init__(self) -> None:
        self._events: deque[Happened] = deque(maxlen=KEPT)
        self._count = 0
        """How many there ever were: the newest one's number."""
        self._grown = asyncio.Event()

    def begin(self, events: Iterable[Happened]) -> None:
        """What lies in the ledgers already, older than all that was added."""
        older = _in_time(events)
        newer = list(self._events)
        self._events = deque([*older, *newer], maxlen=KEPT)
        self._count += len(older)

    def add(self, events: Iterable[Happened]) -> None:
        """One more entry's events."""
        before = self._count
        for event in events:
            self._events.append(event)
            self._count += 1
        if self._count > before:
            self._grown.set()
            self._grown = asyncio.Event()

    def newest(self, wanted: Filter, most: int = FIRST) -> list[Happened]:
        """The newest that match, oldest first: while ledgers are caught up with, one is folded
        before another.
        """
        return _in_time(each for each in self._events if wanted.lets(each))[-most:]

    async def follow(self, wanted: Filter) -> AsyncIterator[list[Happened]]:
        """The newest that match, and from then on all that match, some at a time.

        Whoever is slower than KEPT events misses some: a history has them all.
        """
        seen = self._count
        yield self.newest(wanted)
        while True:
            grown = self._grown
            new, seen = min(self._count - seen, len(self._events)), self._count
            found = [each for each in list(self._events)[-new:] if wanted.lets(each)] if new else []
            if found:
                yield found
            if seen == self._count:
                await grown.wait()


def _in_time(events: Iterable[Happened]) -> list[Happened]:
    return sorted(events, key=lambda each: each.place_in_time)
