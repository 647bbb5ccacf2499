"""What a service makes of others' ledgers: commands to itself, once an entry."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from schemas.envelope import Outer
from schemas.ledger import FIRST_PREVIOUS, Entry
from schemas.receipts import Position
from services.bus import topics, wire
from services.bus.directory import Directory
from services.bus.ledger import Ledger, read_entry
from services.bus.refusals import Refusal
from services.bus.service import Overhearing, Service
from services.bus.topics import Realm
from services.bus.transport import Bus


class Ear:
    """Reads on in the ledgers that a service listens to, for the partitions that it owns.

    When it owns others than before it begins anew: what an entry led to then has the same
    identity, and the ledger knows it.
    """

    def __init__(
        self, service: Service, bus: Bus, directory: Directory, realm: Realm, partitions: int
    ) -> None:
        self._service, self._bus, self._directory = service, bus, directory
        self._realm, self._partitions = realm, partitions
        self._owned: frozenset[int] = frozenset()
        self._next: dict[tuple[str, int], int] = {}
        self._heads: dict[tuple[str, str], tuple[int, str]] = {}

    async def commands(self, ledgers: Mapping[int, Ledger]) -> Sequence[Outer]:
        """What new entries lead to in the matters of these ledgers, and is not known there yet.

        Raises Unreachable; then the same entries are read again.
        """
        if frozenset(ledgers) != self._owned:
            self._owned = frozenset(ledgers)
            self._next.clear()
            self._heads.clear()
        states = {
            name: book.state
            for ledger in ledgers.values()
            for name, book in ledger.page.books.items()
        }
        found = [
            command
            for overheard in self._service.overhears
            for partition in range(self._partitions)
            for entry, position in await self._read_on(overheard, partition)
            for command in overheard.hear(entry, position, states)
        ]
        known = [ledger.page.known for ledger in ledgers.values()]
        return [c for c in found if not any(c.message_id in page for page in known)]

    async def _read_on(
        self, overheard: Overhearing, partition: int
    ) -> list[tuple[Entry[Any, Any], Position]]:
        """New entries that count: as in its own service, the first of each number does."""
        topic = topics.ledger(overheard.name, self._realm)
        start = self._next.get((topic, partition), 0)
        records = await self._bus.read(topic, partition, start)
        if not records:
            return []
        keyring = await self._directory.refresh()
        entries = []
        for record in records:
            read = read_entry(overheard, record.value, keyring)
            if not isinstance(read, Refusal) and self._counts(*read):
                position = Position(topic=topic, partition=partition, offset=record.offset)
                entries.append((read[0], position))
        self._next[topic, partition] = records[-1].offset + 1
        return entries

    def _counts(self, entry: Entry[Any, Any], payload: bytes) -> bool:
        sequence, head = self._heads.get((entry.service, entry.matter), (0, FIRST_PREVIOUS))
        if (entry.sequence, entry.previous) != (sequence + 1, head):
            return False
        self._heads[entry.service, entry.matter] = (entry.sequence, wire.digest(payload))
        return True
