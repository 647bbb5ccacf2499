"""How time passes in a rehearsal: from moment to moment, or as in the world."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Protocol

from services.rehearsal.stage.clock import ScaledClock
from services.rehearsal.stage.loop import VirtualLoop
from services.rehearsal.stage.stage import Stage


class Pace(Protocol):
    """How time passes."""

    def now(self) -> datetime:
        """The scenario's time."""

    async def settle(self) -> None:
        """Until all that follows from what was done has happened."""

    async def reach(self, moment: datetime, look: Callable[[], Awaitable[bool]]) -> None:
        """Let time pass until then; in real time only until `look` finds something to do."""


class VirtualPace:
    """Time that moves from one moment at which something happens to the next."""

    def __init__(self, loop: VirtualLoop) -> None:
        self._loop = loop

    def now(self) -> datetime:
        """The scenario's time."""
        return self._loop.now()

    async def settle(self) -> None:
        """Until nothing can go on without time passing."""
        await self._loop.quiet()

    async def reach(self, moment: datetime, look: Callable[[], Awaitable[bool]]) -> None:  # noqa: ARG002 - nothing happens unseen here.
        """At once."""
        self._loop.advance_to(moment)


class RealPace:
    """Time that passes by itself, as fast as in the world or so many times faster."""

    def __init__(self, clock: ScaledClock, stage: Stage) -> None:
        self._clock, self._stage = clock, stage

    def now(self) -> datetime:
        """The scenario's time."""
        return self._clock.now()

    async def settle(self) -> None:
        """Until no desk has written or been given anything for a moment; not for ever."""
        loop = asyncio.get_running_loop()
        began = still = loop.time()
        seen = None
        while loop.time() - began < SETTLED_WITHIN_S:
            stands = [desk.store.version for desk in self._stage.desks.values()]
            if stands != seen:
                seen, still = stands, loop.time()
            elif loop.time() - still >= STILL_FOR_S:
                return
            await asyncio.sleep(LOOK_EVERY_S)

    async def reach(self, moment: datetime, look: Callable[[], Awaitable[bool]]) -> None:
        """Look every now and then whether something is to be done before."""
        while (left := (moment - self.now()).total_seconds() / self._clock.faster) > 0:
            if await look():
                return
            await asyncio.sleep(min(LOOK_EVERY_S, left))


STILL_FOR_S = 0.12
SETTLED_WITHIN_S = 2.0
LOOK_EVERY_S = 0.03
