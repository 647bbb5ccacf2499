"""A plain fold over ledgers, without Faust, tables or restarts: what the watch must equal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from schemas.ledger import Entry
from services.bus import topics
from services.bus.keyring import Keyring
from services.bus.ledger import Keeper, keeper_of, read_entry
from services.bus.refusals import Refusal
from services.bus.transport import Record
from services.bus.wire import digest
from services.watch.part import Part

SOURCES: Mapping[str, Keeper] = MappingProxyType(
    {service: keeper_of(service) for service in topics.LANES_OF_SERVICE}
)
"""Every ledger that is watched."""


def take(part: Part, record: Record, keyring: Keyring) -> Entry[Any, Any] | Refusal | None:
    """Fold a partition's next record. The entry, where it counts; a refusal, where it is none
    that the service signed; None, where it was seen or a second writer's.
    """
    assert record.offset == part.next_offset, "records are folded in their order"
    found = read_entry(SOURCES[part.service], record.value, keyring)
    if isinstance(found, Refusal):
        return found
    entry, payload = found
    counted = part.take(entry, digest(payload))
    part.pass_to(record.offset + 1, digest(record.value))
    return entry if counted else None


def fold_on(part: Part, records: Sequence[Record], keyring: Keyring) -> Part:
    """The partition after its next records. What no service signed is passed over."""
    for record in records:
        if isinstance(take(part, record, keyring), Refusal):
            part.pass_to(record.offset + 1, digest(record.value))
    return part
