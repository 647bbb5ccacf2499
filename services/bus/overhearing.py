"""What a service makes of others' ledgers: commands to itself, once an entry."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
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


@dataclass(slots=True)
class _Place:
    """How far the ledgers were read, and the newest entry of each matter on the way."""

    next: dict[tuple[str, int], int] = field(default_factory=dict)
    heads: dict[tuple[str, str], tuple[int, str]] = field(default_factory=dict)


class Ear:
    """Reads on in the ledgers that a service listens to, for the partitions that it owns.

    When it owns others than before, or something in its matters changed that decides what is
    heard, it begins anew: what an entry led to then has the same identity, and the ledger knows it.
    """

    def __init__(
        self, service: Service, bus: Bus, directory: Directory, realm: Realm, partitions: int
    ) -> None:
        self._service, self._bus, self._directory = service, bus, directory
        self._realm, self._partitions = realm, partitions
        self._listening: Hashable = None
        self._place = _Place()
        self._asked: dict[str, Any] = {}
        self._interests: dict[str, Hashable] = {}

    async def commands(self, ledgers: Mapping[int, Ledger]) -> Sequence[Outer]:
        """What new entries lead to in the matters of these ledgers, and is not known there yet.

        Raises Unreachable; then nothing counts as read, and the same entries are read again.
        """
        states = {
            name: book.state
            for ledger in ledgers.values()
            for name, book in ledger.page.books.items()
        }
        listening = (frozenset(ledgers), self._interest(states))
        anew = listening != self._listening
        place = _Place() if anew else replace(
            self._place, next=dict(self._place.next), heads=dict(self._place.heads)
        )  # fmt: skip
        found = [
            command
            for overheard in self._service.overhears
            for partition in range(self._partitions)
            for entry, position in await self._read_on(overheard, partition, place)
            for command in overheard.hear(entry, position, states)
        ]
        # Only now: had the log gone away in the middle, what was read before would be lost.
        self._listening, self._place = listening, place
        known = [ledger.page.known for ledger in ledgers.values()]
        return [c for c in found if not any(c.message_id in page for page in known)]

    def _interest(self, states: Mapping[str, Any]) -> Hashable:
        """What decides what is heard, over all matters; asked again only where a state is new."""
        for name, state in states.items():
            if self._asked.get(name) is not state:
                self._asked[name] = state
                self._interests[name] = tuple(
                    overheard.interest(state) for overheard in self._service.overhears
                )
        return frozenset((name, self._interests[name]) for name in states)

    async def _read_on(
        self, overheard: Overhearing, partition: int, place: _Place
    ) -> list[tuple[Entry[Any, Any], Position]]:
        """New entries that count: as in its own service, the first of each number does."""
        topic = topics.ledger(overheard.name, self._realm)
        start = place.next.get((topic, partition), 0)
        records = await self._bus.read(topic, partition, start)
        if not records:
            return []
        keyring = await self._directory.refresh()
        entries = []
        for record in records:
            read = read_entry(overheard, record.value, keyring)
            if not isinstance(read, Refusal) and counts(*read, place.heads):
                position = Position(topic=topic, partition=partition, offset=record.offset)
                entries.append((read[0], position))
        place.next[topic, partition] = records[-1].offset + 1
        return entries


def counts(
    entry: Entry[Any, Any], payload: bytes, heads: dict[tuple[str, str], tuple[int, str]]
) -> bool:
    """Whether it is the next of its matter, as `heads` has them, by service and matter; if so it
    is the newest from now on. For whoever reads a ledger without the service's rules.
    """
    sequence, head = heads.get((entry.service, entry.matter), (0, FIRST_PREVIOUS))
    if (entry.sequence, entry.previous) != (sequence + 1, head):
        return False
    heads[entry.service, entry.matter] = (entry.sequence, wire.digest(payload))
    return True
