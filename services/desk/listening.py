"""A desk's papers as they change: waiting for what this or another process writes."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import TypeVar

from services.desk.attachment import only_link
from services.desk.letters import Sent
from services.desk.link import Link
from services.desk.papers import Papers
from services.desk.store.records import OutState
from services.desk.store.store import Store

T = TypeVar("T")
LOOK_EVERY_S = 0.05


class Listening(Papers):
    """Papers, and the link by which more may come, where this process has it."""

    def __init__(self, store: Store, lock: Path) -> None:
        super().__init__(store)
        self.link: Link | None = None
        """None while another process talks to the bus."""
        self.link_task: asyncio.Task[None] | None = None
        """Ends only by trouble, which it raises."""
        self._lock = lock

    def is_attached(self) -> bool:
        """Whether this or another process talks to the bus for this home, reached or not."""
        if self.link is not None:
            return True
        with only_link(self._lock) as nobody:
            return not nobody

    async def changes(self) -> AsyncIterator[None]:
        """Now, and whenever this or another process changed the store."""
        seen = None
        while True:
            if self.link_task and self.link_task.done():
                self.link_task.result()
            version = self.store.version
            if version != seen:
                seen = version
                yield None
                continue
            if self.link is not None:
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(LOOK_EVERY_S):
                        await self.link.kept.wait()
                self.link.kept.clear()
            else:
                await asyncio.sleep(LOOK_EVERY_S)

    async def until(self, found: Callable[[], T | None], within_s: float) -> T | None:
        """What `found` gives, as soon as it gives anything; None when the time is over."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(within_s):
                async for _ in self.changes():
                    if (result := found()) is not None:
                        return result
        return found()

    async def settled(self, message: str, within_s: float = 5.0) -> Sent:
        """A released message once it is accepted or refused, or as it stands after that time."""

        def answered() -> Sent | None:
            letter = self.sent(message)
            return letter if letter.state in (OutState.ACCEPTED, OutState.REFUSED) else None

        return await self.until(answered, within_s) or self.sent(message)

    def nudge(self) -> None:
        """Something was queued: the link, where it is ours, need not look for it."""
        if self.link is not None:
            self.link.nudged.set()
