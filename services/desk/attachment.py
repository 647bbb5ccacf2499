"""Which process of a desk talks to the bus: one at a time, for all that open its home."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

from services.bus.clock import Clock
from services.bus.directory import Directory, roots_in
from services.bus.kafka import KafkaBus
from services.bus.seal import Signer
from services.bus.settings import Settings
from services.bus.topics import Realm
from services.bus.transport import Bus
from services.desk.link import Link
from services.desk.store.store import Store


@contextlib.contextmanager
def only_link(lock: Path) -> Iterator[bool]:
    """Whether this process is the one that talks to the bus for this home."""
    with lock.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True


@asynccontextmanager
async def attached(
    store: Store,
    signer: Signer,
    clock: Clock,
    realm: Realm,
    settings: Settings,
    *,
    bus: Bus | None = None,
    directory: Directory | None = None,
) -> AsyncIterator[tuple[Link, asyncio.Task[None]]]:
    """A running link, and the task that it runs in, which ends only by trouble.

    A bus that is handed in stays open, and is closed by whoever opened it.
    """
    own_bus = bus or KafkaBus(
        settings.bootstrap,
        f"desk-{signer.holder}",
        replicas=settings.kafka_replicas,
        send_within_s=settings.kafka_send_within_s,
    )
    known = directory or Directory(own_bus, roots_in(settings.roots_folder))
    link = Link(store, own_bus, known, signer, clock, realm, settings.partitions)
    running = asyncio.create_task(link.run(), name=f"link of {signer.holder}")
    try:
        yield link, running
    finally:
        running.cancel()
        (ended,) = await asyncio.gather(running, return_exceptions=True)
        if bus is None:
            await own_bus.close()
        if ended and not isinstance(ended, asyncio.CancelledError):
            raise ended
