"""Keeps the figures: folds what Faust hands out, and mends what it does not."""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from typing import Any, Protocol

from schemas.ledger import Entry
from services.bus import topics
from services.bus.clock import Clock
from services.bus.directory import Directory
from services.bus.journey import patiently
from services.bus.ledger import read_entry
from services.bus.log import log
from services.bus.refusals import Refusal, UnknownKey
from services.bus.topics import Realm
from services.bus.transport import Bus, Record
from services.bus.wire import digest
from services.watch import plain
from services.watch.figures import Figures, Happened
from services.watch.figuring import figures
from services.watch.folding.outside import happened
from services.watch.part import Damaged, Part
from services.watch.tail import Tail

LOOK_EVERY_S = 1.0
"""How often the ledgers' ends are compared with what was folded."""
STALLED_AFTER = 3
"""Looks at which a ledger had gone on and nothing had come: then it is read, not waited for."""
FAR_BEHIND = 500
"""Records. More of them are read at once, which takes a third of the time that Faust takes."""
WRITE_EVERY_S = 1.0
"""What is not written yet is folded anew after a kill."""
TURN = 20
"""After so many records that were read at once whoever else waits has a turn."""
READ_AT_ONCE = 2_000
TAIL_OF_A_PARTITION = 100
NEAR = 200
"""Entries of a matter that lie this close together are read at once."""

Where = tuple[str, int]


class Tables(Protocol):
    """What stream.Stream promises, and what tests without a Kafka stand in for."""

    def held(self, table: str, partition: int) -> Iterator[tuple[bytes, bytes]]:
        """What a table holds of one partition."""

    def write(self, table: str, partition: int, changes: Mapping[bytes, bytes | None]) -> None:
        """Put, or with None remove, keys of one partition."""

    async def ends(self) -> Mapping[Where, int]:
        """Where each ledger ends now."""

    async def skip(self, table: str, partition: int, offset: int) -> None:
        """Hand out next what lies at `offset`."""


class Watch:
    """All ledgers of a realm, folded, up to `behind` records.

    Faust hands out records; their offsets say what comes next. What comes again is ignored, what
    is missing is read from the ledger before anything after it is folded, and a ledger that goes
    on while nothing comes is read too. So the figures are those of a plain fold, whatever Faust
    does. Tables are for a fast restart: what they hold is believed where its sum is right.
    """

    def __init__(
        self, bus: Bus, directory: Directory, clock: Clock, realm: Realm, partitions: int
    ) -> None:
        self.tail = Tail()
        self.ready = False
        """Whether the tables were read, and the ledgers folded to their ends once."""
        self.changed = 0
        """Grows with every entry that counts."""
        self.mended: Counter[str] = Counter()
        """Records that were read, since Faust had not handed them out yet, by service."""
        self.rebuilt: Counter[str] = Counter()
        """Partitions whose tables were damaged, by service."""
        self._bus, self._directory, self._clock = bus, directory, clock
        self._realm, self._partitions = realm, partitions
        self._parts: dict[Where, Part] = {}
        self._locks: defaultdict[Where, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._looked: dict[Where, tuple[int, int]] = {}
        self._behind: dict[str, int] = {}
        self._tables: Tables | None = None
        self._begun = asyncio.Event()

    async def begin(self, tables: Tables) -> None:
        """Take over what the tables hold, as far as it is right."""
        self._tables = tables
        await patiently(self._directory.refresh)
        for service in plain.SOURCES:
            for partition in range(self._partitions):
                where = (service, partition)
                self._parts[where] = await self._taken_over(tables, service, partition)
        self._begun.set()
        self.tail.begin(await self._last_of_all())

    async def _taken_over(self, tables: Tables, service: str, partition: int) -> Part:
        held = dict(tables.held(service, partition))
        try:
            part = Part.read(service, partition, held.items())
            if part.next_offset:
                await self._check(part)
        except (Damaged, ValueError) as trouble:
            # What cannot be read may have been written by another release.
            why = str(trouble) if isinstance(trouble, Damaged) else type(trouble).__name__
            log.warning("table.damaged", service=service, partition=partition, trouble=why)
            self.rebuilt[service] += 1
            tables.write(service, partition, dict.fromkeys(held))
            return Part(service, partition)
        return part

    async def _check(self, part: Part) -> None:
        """Whether the ledger is the one that was folded."""
        last = part.next_offset - 1
        found = await self._read(part, last, last + 1)
        if [digest(each.value) for each in found] != [part.last]:
            raise Damaged("it was folded from another ledger")

    # Folding.

    async def take(self, record: Record) -> None:
        """A record from Faust: seen before, the next one, or one after a gap."""
        await self._begun.wait()
        service = record.topic.removeprefix(self._realm.prefix).partition(".")[0]
        where = (service, record.partition)
        async with self._locks[where]:
            part = self._parts[where]
            if record.offset > part.next_offset:
                await self._mend(part, record.offset)
            if record.offset == part.next_offset:
                await self._fold(part, record)

    async def _mend(self, part: Part, stop: int) -> None:
        """Fold what lies between, read from the ledger itself."""
        if stop <= part.next_offset:
            return
        self.mended[part.service] += stop - part.next_offset
        log.info(
            "stream.mended",
            service=part.service,
            partition=part.partition,
            offset=part.next_offset,
            records=stop - part.next_offset,
        )
        while part.next_offset < stop:
            upto = min(stop, part.next_offset + READ_AT_ONCE)
            for number, record in enumerate(await self._read(part, part.next_offset, upto)):
                await self._fold(part, record)
                if number % TURN == 0:
                    await asyncio.sleep(0)

    async def _fold(self, part: Part, record: Record) -> None:
        found = plain.take(part, record, self._directory.keyring)
        if isinstance(found, UnknownKey):
            # The service may have a key that is newer than what is known of the directory.
            await patiently(self._directory.refresh)
            found = plain.take(part, record, self._directory.keyring)
        if isinstance(found, Refusal):
            log.error(
                "ledger.unreadable", service=part.service, partition=part.partition,
                offset=record.offset, code=found.code,
            )  # fmt: skip
            part.pass_to(record.offset + 1, digest(record.value))
        elif found is not None:
            self.changed += 1
            self.tail.add(happened(found))

    async def _read(self, part: Part, start: int, stop: int) -> Sequence[Record]:
        topic = topics.ledger(part.service, self._realm)
        return await patiently(lambda: self._bus.read(topic, part.partition, start, stop))

    # For ever.

    async def write_for_ever(self) -> None:
        """Put what changed into the tables, from time to time."""
        while True:
            await asyncio.sleep(WRITE_EVERY_S)
            await self.write()

    async def write(self) -> None:
        """Put what changed into the tables."""
        assert self._tables is not None, "tables are there once it has begun"
        for (service, partition), part in self._parts.items():
            if part.is_changed:
                self._tables.write(service, partition, part.changes())
                await asyncio.sleep(0)

    async def look_for_ever(self) -> None:
        """Compare with the ledgers' ends, from time to time."""
        while True:
            await self.look()
            await asyncio.sleep(LOOK_EVERY_S)

    async def look(self) -> None:
        """What is there and was not folded; where nothing came since the last look, it is read."""
        assert self._tables is not None, "tables are there once it has begun"
        ends = await self._tables.ends()
        behind: Counter[str] = Counter(dict.fromkeys(plain.SOURCES, 0))
        for where, end in ends.items():
            part = self._parts[where]
            if end - part.next_offset > FAR_BEHIND or self._stalls(where, part.next_offset, end):
                async with self._locks[where]:
                    await self._mend(part, end)
                    await self._tables.skip(*where, part.next_offset)
            behind[part.service] += max(0, end - part.next_offset)
        self._behind = dict(behind)
        if len(ends) == len(self._parts) and not any(behind.values()):
            self.ready = True

    def _stalls(self, where: Where, next_offset: int, end: int) -> bool:
        """Whether a ledger went on and nothing of it came for STALLED_AFTER looks."""
        before, looks = self._looked.get(where, (-1, 0))
        waits = end > next_offset and before == next_offset
        self._looked[where] = (next_offset, looks + 1 if waits else 0)
        return waits and looks + 1 >= STALLED_AFTER

    # Asked.

    def figures(self) -> Figures:
        """The figures now."""
        return figures(
            list(self._parts.values()), self._clock.now(), self._realm.value, self._behind
        )

    @property
    def behind(self) -> Mapping[str, int]:
        """Ledger records that were not folded at the last look, by service."""
        return self._behind

    async def history(self, matter: str) -> list[Happened] | None:
        """Everything that happened in a matter, from its ledger; None where it is unknown."""
        for part in self._parts.values():
            if matter in part.records:
                entries = [entry async for entry in self._entries(part, matter)]
                return [each for entry in entries for each in happened(entry)]
        return None

    async def _entries(self, part: Part, matter: str) -> AsyncIterator[Entry[Any, Any]]:
        wanted = set(part.places[matter])
        for start, stop in _ranges(part.places[matter]):
            for record in await self._read(part, start, stop):
                if record.offset in wanted and (entry := self._entry(part, record)) is not None:
                    yield entry

    def _entry(self, part: Part, record: Record) -> Entry[Any, Any] | None:
        found = read_entry(plain.SOURCES[part.service], record.value, self._directory.keyring)
        return None if isinstance(found, Refusal) else found[0]

    async def _last_of_all(self) -> list[Happened]:
        """What the tables' last entries were, so that the tail does not begin empty."""
        found: list[Happened] = []
        for part in self._parts.values():
            start = max(0, part.next_offset - TAIL_OF_A_PARTITION)
            counted = {each for matter in part.places.values() for each in matter if each >= start}
            for record in await self._read(part, start, part.next_offset) if counted else ():
                if record.offset in counted and (entry := self._entry(part, record)) is not None:
                    found += happened(entry)
        return found


def _ranges(places: Sequence[int]) -> Iterator[tuple[int, int]]:
    """From where to where to read, so that what lies near each other is read at once."""
    start = end = places[0]
    for each in places[1:]:
        if each - end > NEAR:
            yield start, end + 1
            start = each
        end = each
    yield start, end + 1
