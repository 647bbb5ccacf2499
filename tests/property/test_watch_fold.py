"""The watch's fold: the same whatever is repeated or torn off, in whatever order."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.bus import topics
from services.bus.clock import SystemClock
from services.bus.directory import Directory, roots_in
from services.bus.keyring import Keyring
from services.bus.memory import MemoryBus, MemoryLog
from services.bus.topics import Realm
from services.bus.transport import Record
from services.watch.figures import Figures
from services.watch.figuring import figures
from services.watch.part import Damaged, Part
from services.watch.plain import SOURCES, fold_on
from services.watch.watching import Watch
from tests.kit.copies import Copies, Original, recorded

ENTRIES = 400
SEEDS = st.integers(0, 2**32)
PARTITIONS = 2
NOW = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
Held = dict[tuple[str, int], dict[bytes, bytes]]


class House:
    """Ledgers in memory, and tables that hold what was written to them."""

    def __init__(self, folder: Path) -> None:
        self.bus = MemoryBus(MemoryLog(SystemClock()))
        self.copies = Copies(folder, PARTITIONS)
        self.roots = folder / "roots"
        self.keyring: Keyring
        self.records: dict[tuple[str, int], Sequence[Record]] = {}

    async def found(self, originals: Sequence[Original]) -> None:
        await self.copies.found(self.bus)
        await self.bus.append(list(self.copies.stream(originals, ENTRIES, NOW)))
        self.keyring = await self.directory().refresh()
        for service in SOURCES:
            for partition in range(PARTITIONS):
                topic = topics.ledger(service, Realm.LIVE)
                self.records[service, partition] = await self.bus.read(topic, partition, 0)

    def directory(self) -> Directory:
        return Directory(self.bus, roots_in(self.roots))

    def plain(self) -> Figures:
        parts = [
            fold_on(Part(*where), records, self.keyring) for where, records in self.records.items()
        ]
        return figures(parts, NOW, "live")


class Tables:
    """What stream.Stream is to the watch."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.kept: Held = {}
        self.skipped: list[tuple[str, int, int]] = []

    def held(self, table: str, partition: int) -> Iterator[tuple[bytes, bytes]]:
        yield from self.kept.get((table, partition), {}).items()

    def write(self, table: str, partition: int, changes: Mapping[bytes, bytes | None]) -> None:
        part = self.kept.setdefault((table, partition), {})
        for key, value in changes.items():
            if value is None:
                part.pop(key, None)
            else:
                part[key] = value

    async def ends(self) -> Mapping[tuple[str, int], int]:
        return {where: len(records) for where, records in self.house.records.items()}

    async def skip(self, table: str, partition: int, offset: int) -> None:
        self.skipped.append((table, partition, offset))


@pytest.fixture(scope="module")
def originals() -> list[Original]:
    return recorded()


@pytest.fixture(scope="module")
def house(originals: list[Original], tmp_path_factory: pytest.TempPathFactory) -> House:
    house = House(tmp_path_factory.mktemp("house"))
    asyncio.run(house.found(originals))
    return house


def watch(house: House) -> Watch:
    return Watch(house.bus, house.directory(), SystemClock(), Realm.LIVE, PARTITIONS)


def shown(watched: Watch) -> Figures:
    return figures(list(watched._parts.values()), NOW, "live")


async def looked(watched: Watch) -> None:
    """Until nothing is behind, as the watch looks for ever."""
    for _ in range(6):
        await watched.look()
    assert watched.ready and not any(watched.behind.values())


@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(seed=SEEDS)
def test_whatever_faust_loses_repeats_or_disorders_the_figures_are_those_of_a_plain_fold(
    house: House, seed: int
) -> None:
    chance = Random(seed)

    async def play() -> None:
        watched, tables = watch(house), Tables(house)
        await watched.begin(tables)
        handed = [r for records in house.records.values() for r in records]
        handed = [r for r in handed if chance.random() < 0.7]
        for record in chance.sample(handed, len(handed)):
            await watched.take(record)
            if chance.random() < 0.05:
                await watched.take(record)
        await looked(watched)
        assert shown(watched) == house.plain()

    asyncio.run(play())


@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(seed=SEEDS)
def test_a_watch_that_is_killed_anywhere_goes_on_exactly(house: House, seed: int) -> None:
    chance = Random(seed)

    async def play() -> None:
        tables = Tables(house)
        watched = watch(house)
        await watched.begin(tables)
        for records in house.records.values():
            for record in records:
                await watched.take(record)
                if chance.random() < 0.02:
                    await watched.write()
                if chance.random() < 0.01:
                    # Nothing is left of it but its tables.
                    watched = watch(house)
                    await watched.begin(tables)
                    assert not watched.rebuilt
        await looked(watched)
        assert shown(watched) == house.plain()

    asyncio.run(play())


@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(seed=SEEDS)
def test_a_table_from_which_anything_was_lost_is_not_believed(house: House, seed: int) -> None:
    chance = Random(seed)

    async def play() -> None:
        tables, watched = Tables(house), watch(house)
        await watched.begin(tables)
        await looked(watched)
        await watched.write()
        where = chance.choice([w for w, held in tables.kept.items() if held])
        key = chance.choice(sorted(tables.kept[where]))
        if chance.choice([True, False]):
            del tables.kept[where][key]
        else:
            tables.kept[where][key] = tables.kept[where][key].replace(b"1", b"2", 1) + b" "
        with pytest.raises((Damaged, ValueError)):
            Part.read(*where, tables.kept[where].items())
        again = watch(house)
        await again.begin(tables)
        assert dict(again.rebuilt) == {where[0]: 1}
        await looked(again)
        assert shown(again) == house.plain()
        await again.write()
        third = watch(house)
        await third.begin(tables)
        assert not third.rebuilt and shown(third) == house.plain()

    asyncio.run(play())


async def test_tables_of_another_ledger_are_not_believed(
    house: House, originals: list[Original], tmp_path: Path
) -> None:
    tables, watched = Tables(house), watch(house)
    await watched.begin(tables)
    await looked(watched)
    await watched.write()
    other = House(tmp_path)
    await other.found(originals)
    tables.house = other
    again = watch(other)
    await again.begin(tables)
    assert sum(again.rebuilt.values()) == sum(bool(each) for each in other.records.values())
    await looked(again)
    assert shown(again) == other.plain()


def test_matters_do_not_depend_on_the_order_in_which_they_come(house: House) -> None:
    for (service, partition), records in house.records.items():
        by_matter: dict[bytes, list[Record]] = {}
        for record in records:
            by_matter.setdefault(record.key, []).append(record)
        backwards = [r for key in sorted(by_matter, reverse=True) for r in by_matter[key]]
        renumbered = [
            Record(r.topic, r.partition, number, r.appended_at, r.key, r.value, r.headers)
            for number, r in enumerate(backwards)
        ]
        one = fold_on(Part(service, partition), records, house.keyring)
        other = fold_on(Part(service, partition), renumbered, house.keyring)
        assert one.records == other.records
        shown = figures([one], NOW, "live")
        assert shown == figures([other], NOW, "live")


def test_an_entry_that_a_second_writer_added_is_ignored(house: House) -> None:
    where, records = max(house.records.items(), key=lambda each: len(each[1]))
    doubled = [
        Record(r.topic, r.partition, number, r.appended_at, r.key, r.value, r.headers)
        for number, r in enumerate(each for r in records for each in (r, r))
    ]
    once = fold_on(Part(*where), records, house.keyring)
    twice = fold_on(Part(*where), doubled, house.keyring)
    assert figures([once], NOW, "live") == figures([twice], NOW, "live")
    assert twice.next_offset == 2 * once.next_offset


async def test_a_history_is_whole_and_in_order(house: House) -> None:
    watched = watch(house)
    await watched.begin(Tables(house))
    await looked(watched)
    for part in watched._parts.values():
        for matter, record in part.records.items():
            found = await watched.history(matter)
            assert found is not None
            assert [each.sequence for each in found] == sorted(each.sequence for each in found)
            assert {each.sequence for each in found} >= {record.sequence}
            assert len({(each.sequence, each.part) for each in found}) == len(found)
    assert await watched.history("no-such-matter") is None
