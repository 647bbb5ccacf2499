"""Virtual time for asyncio: a loop that knows when all is quiet, with a clock that stands."""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Callable, Coroutine, Mapping
from datetime import datetime, timedelta
from typing import Any, TypeVar

from services.bus.clock import milliseconds

T = TypeVar("T")


class Stuck(Exception):
    """Nothing can go on and nobody waits for that: a mistake in the rehearsal itself."""


class QuietSelector(selectors.BaseSelector):
    """Tells when a loop has nothing ready, instead of letting it wait for real time to pass."""

    def __init__(self) -> None:
        self._inner = selectors.DefaultSelector()
        self.quiet: Callable[[float | None], None] = lambda _: None

    def register(self, fileobj: Any, events: int, data: Any = None) -> selectors.SelectorKey:
        """As every selector."""
        return self._inner.register(fileobj, events, data)

    def unregister(self, fileobj: Any) -> selectors.SelectorKey:
        """As every selector."""
        return self._inner.unregister(fileobj)

    def get_map(self) -> Mapping[Any, selectors.SelectorKey]:
        """As every selector."""
        return self._inner.get_map()

    def close(self) -> None:
        """As every selector."""
        self._inner.close()

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        """What is ready now. Where the loop would wait, it is told so, and waits for nothing."""
        if timeout is None or timeout > 0:
            self.quiet(timeout)
        return self._inner.select(0)


class VirtualLoop(asyncio.SelectorEventLoop):
    """An event loop whose time moves only when it is told to, or when nobody minds."""

    def __init__(self, begins: datetime) -> None:
        self._selects = QuietSelector()
        self._begins = milliseconds(begins)
        self._elapsed = timedelta()
        self._waiter: asyncio.Future[None] | None = None
        super().__init__(self._selects)
        self._selects.quiet = self._on_quiet

    def time(self) -> float:
        """Seconds since the beginning, virtual; timers and time-outs go by it."""
        return self._elapsed.total_seconds()

    def now(self) -> datetime:
        """UTC, whole milliseconds."""
        return milliseconds(self._begins + self._elapsed)

    def advance_to(self, moment: datetime) -> None:
        """Let time pass. Whoever sleeps until then, or less, wakes once."""
        self._elapsed = max(self._elapsed, moment - self._begins)

    async def quiet(self) -> None:
        """Until nothing can go on without time passing."""
        self._waiter = self.create_future()
        await self._waiter

    def _on_quiet(self, timeout: float | None) -> None:
        if self._waiter is not None:
            waiter, self._waiter = self._waiter, None
            waiter.set_result(None)
        elif timeout is None:
            raise Stuck("nothing is ready and nothing is timed")
        else:
            self._elapsed += max(timedelta(seconds=timeout), timedelta(microseconds=1))


class LoopClock:
    """The loop's time, as the bus asks for it."""

    def __init__(self, loop: VirtualLoop) -> None:
        self._loop = loop

    def now(self) -> datetime:
        """UTC, whole milliseconds."""
        return self._loop.now()


def run(begins: datetime, play: Callable[[VirtualLoop], Coroutine[Any, Any, T]]) -> T:
    """Play something in virtual time, from a thread in which no loop runs."""
    loop = VirtualLoop(begins)
    with asyncio.Runner(loop_factory=lambda: loop) as runner:
        return runner.run(play(loop))
