"""The client library: a national desk, opened on its own disk."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from services.bus.clock import Clock, SystemClock
from services.bus.directory import Directory
from services.bus.settings import Settings
from services.bus.settings import settings as process_settings
from services.bus.topics import Realm
from services.bus.transport import Bus
from services.desk.attachment import attached, only_link
from services.desk.confirming import Confirming
from services.desk.home import Home


class Desk(Confirming):
    """One desk. What is released is on its disk before `release` returns.

    Several processes may open the same home. One of them, whichever came first, talks to the
    bus for all; the others read and write the store that they share.
    """

    @classmethod
    @asynccontextmanager
    async def open(
        cls,
        home: Path | str,
        *,
        realm: Realm = Realm.LIVE,
        bus: Bus | None = None,
        clock: Clock | None = None,
        settings: Settings | None = None,
        directory: Directory | None = None,
        linked: bool = True,
    ) -> AsyncIterator[Desk]:
        """A desk on its home. Without `linked` it only reads and writes its own disk.

        Raises DeskTrouble where the folder is no desk's home, KeyUnreadable, RootsUnreadable.
        An unreachable bus is no trouble: what is released stays QUEUED until it is back.
        """
        where, settings = Home(Path(home)), settings or process_settings()
        signer, clock = where.signer(), clock or SystemClock()
        store = where.store(realm)
        desk = cls(where, store, signer, clock, realm)
        try:
            # Who does not want the link must not keep it from who does.
            with only_link(where.lock(realm)) if linked else contextlib.nullcontext() as is_ours:
                if not is_ours:
                    yield desk
                    return
                async with attached(
                    store, signer, clock, realm, settings, bus=bus, directory=directory
                ) as (desk.link, desk.link_task):
                    yield desk
        finally:
            store.close()
