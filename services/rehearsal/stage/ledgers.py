"""What ledgers hold of some matters, as operators read them: outer parts, never a word."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from services.bus import topics
from services.bus.directory import Directory, roots_in
from services.bus.kafka import KafkaBus
from services.bus.ledger import read_entry
from services.bus.refusals import Refusal
from services.bus.settings import Settings, settings
from services.bus.topics import Realm
from services.bus.transport import Bus
from services.local.services import SERVICES


async def entries_of(matters: Collection[str], realm: Realm) -> list[Any]:
    """From the cluster and under the roots that are set. Unreachable, RootsUnreadable."""
    chosen = settings()
    bus = KafkaBus(chosen.bootstrap, f"{realm.prefix}recorder")
    try:
        return await read(
            bus, Directory(bus, roots_in(chosen.roots_folder)), chosen, matters, realm
        )
    finally:
        await bus.close()


async def read(
    bus: Bus, directory: Directory, chosen: Settings, matters: Collection[str], realm: Realm
) -> list[Any]:
    """The entries that count, of these matters."""
    keyring = await directory.refresh()
    counted: dict[tuple[str, int], Any] = {}
    for name in sorted({topics.service_of(each) for each in matters}):
        service = SERVICES[name](chosen)
        for partition in range(chosen.partitions):
            for record in await bus.read(topics.ledger(name, realm), partition, 0):
                found = read_entry(service, record.value, keyring)
                if not isinstance(found, Refusal) and found[0].matter in matters:
                    counted.setdefault((found[0].matter, found[0].sequence), found[0])
    return list(counted.values())
