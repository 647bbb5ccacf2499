"""A matter's history folded straight from its ledger, where no watch runs to be asked."""

from __future__ import annotations

from collections.abc import Sequence

from services.bus import topics
from services.bus.directory import Directory
from services.bus.refusals import Refusal
from services.bus.topics import Realm
from services.bus.transport import Bus
from services.watch import plain
from services.watch.figures import Happened
from services.watch.folding.outside import happened
from services.watch.part import Part


async def history(
    bus: Bus, directory: Directory, matter: str, partitions: int, realm: Realm
) -> Sequence[Happened]:
    """The events of those entries that count, in order; none where nobody spoke of it.

    Raises Unreachable.
    """
    keyring = await directory.refresh()
    service = topics.service_of(matter)
    partition = topics.partition_of(matter.encode(), partitions)
    part = Part(service, partition)
    found: list[Happened] = []
    for record in await bus.read(topics.ledger(service, realm), partition, 0):
        entry = plain.take(part, record, keyring)
        if isinstance(entry, Refusal):
            part.pass_to(record.offset + 1, "")
        elif entry is not None and entry.matter == matter:
            found += happened(entry)
    return found
