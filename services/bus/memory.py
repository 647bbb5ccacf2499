"""The bus in one process: for tests, for rehearsals in virtual time, for learning."""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from services.bus.clock import Clock, milliseconds
from services.bus.topics import RECORD_BYTES_CARRIED, Topic
from services.bus.transport import (
    OnAssigned,
    Outgoing,
    Record,
    TopicsWrong,
    Unreachable,
    Unsettled,
    order_of_turn,
)

BATCH_RECORDS_MAX = 32


class VirtualClock:
    """A clock that stands until it is told to move."""

    def __init__(self, start: datetime = datetime(2026, 1, 1, tzinfo=UTC)) -> None:
        self._now = milliseconds(start)
        self._sleepers: list[tuple[datetime, int, asyncio.Event]] = []

    def now(self) -> datetime:
        """UTC, whole milliseconds."""
        return self._now

    def advance(self, seconds: float) -> None:
        """Let time pass. Those who sleep until then wake up."""
        self._now = milliseconds(self._now + timedelta(seconds=seconds))
        while self._sleepers and self._sleepers[0][0] <= self._now:
            heapq.heappop(self._sleepers)[2].set()

    async def sleep(self, seconds: float) -> None:
        """Wait until so much virtual time has passed."""
        woken = asyncio.Event()
        until = self._now + timedelta(seconds=seconds)
        heapq.heappush(self._sleepers, (until, id(woken), woken))
        await woken.wait()


@dataclass(slots=True)
class _Group:
    """Who shares a group's partitions, and how far each got."""

    settled: dict[tuple[str, int], int] = field(default_factory=dict)
    members: list[MemoryReader] = field(default_factory=list)


class MemoryLog:
    """What a cluster is for Kafka: topics with partitions. Buses connect to it."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.topics: dict[str, list[list[Record]]] = {}
        self.groups: dict[str, _Group] = {}
        self.grown = asyncio.Condition()
        self.reachable = True
        """False while nobody reaches the log, as when every broker is down."""


class MemoryBus:
    """A connection to a log in memory. See transport.Bus for what it promises."""

    def __init__(self, log: MemoryLog) -> None:
        self._log = log
        self._readers: list[MemoryReader] = []

    async def ensure(self, wanted: Iterable[Topic]) -> None:
        """Create what is missing. TopicsWrong where one stands with other partitions."""
        for topic in wanted:
            partitions = self._log.topics.setdefault(
                topic.name, [[] for _ in range(topic.partitions)]
            )
            if len(partitions) != topic.partitions:
                raise TopicsWrong(
                    f"{topic.name} has {len(partitions)} partitions, not {topic.partitions}"
                )

    async def append(self, outgoing: Sequence[Outgoing]) -> tuple[int, ...]:
        """Write all, or raise Unsettled and write none."""
        if not self._log.reachable:
            raise Unsettled("the log in memory is cut off")
        offsets = []
        for each in outgoing:
            if each.topic not in self._log.topics:
                raise Unsettled(f"no topic {each.topic}")
            if len(each.value) > RECORD_BYTES_CARRIED:
                raise Unsettled(f"a record of {len(each.value)} bytes is more than a topic takes")
            partition = self._log.topics[each.topic][each.partition]
            offsets.append(len(partition))
            partition.append(
                Record(
                    topic=each.topic,
                    partition=each.partition,
                    offset=len(partition),
                    appended_at=self._log.clock.now(),
                    key=each.key,
                    value=each.value,
                    headers=tuple(each.headers),
                )
            )
        async with self._log.grown:
            self._log.grown.notify_all()
        return tuple(offsets)

    async def read(
        self, topic: str, partition: int, start: int, stop: int | None = None
    ) -> Sequence[Record]:
        """The records from `start` up to but without `stop`, by default the end now."""
        if not self._log.reachable:
            raise Unreachable("the log in memory is cut off")
        return self._log.topics[topic][partition][start:stop]

    async def group(self, name: str, topics: Sequence[str], assigned: OnAssigned) -> MemoryReader:
        """A reader that shares the topics' partitions with others of the group."""
        group = self._log.groups.setdefault(name, _Group())
        reader = MemoryReader(self._log, topics, group, assigned)
        group.members.append(reader)
        _rebalance(group, len(self._log.topics[topics[0]]))
        self._readers.append(reader)
        async with self._log.grown:
            self._log.grown.notify_all()
        return reader

    async def follow(self, starts: Mapping[str, int]) -> MemoryReader:
        """A reader of partition 0 of each topic, from the given offsets."""
        reader = MemoryReader(self._log, tuple(starts), None, None)
        reader.own({0}, {(topic, 0): offset for topic, offset in starts.items()})
        self._readers.append(reader)
        return reader

    async def close(self) -> None:
        """Let go of the log."""
        for reader in self._readers:
            await reader.close()


class MemoryReader:
    """See transport.Reader for what it promises."""

    def __init__(
        self,
        log: MemoryLog,
        topics: Sequence[str],
        group: _Group | None,
        assigned: OnAssigned | None,
    ) -> None:
        self._log, self._topics, self._group, self._assigned = log, topics, group, assigned
        self._partitions: set[int] = set()
        self._at: dict[tuple[str, int], int] = {}
        self._news = False
        self._turn = 0

    def own(self, partitions: set[int], positions: Mapping[tuple[str, int], int]) -> None:
        """From now on read these partitions, from these positions."""
        self._partitions, self._at, self._news = partitions, dict(positions), True

    async def next(self) -> Sequence[Record]:
        """Some records of one partition, in order, at least one. Waits until there is one."""
        while True:
            if self._news and self._assigned:
                self._news = False
                proven = await self._assigned(frozenset(self._partitions))
                for topic in self._topics:
                    for partition in self._partitions:
                        committed = self._at.get((topic, partition), 0)
                        start = min(committed, proven.get((topic, partition), 0))
                        self._at[topic, partition] = start
            found = self._take()
            if found:
                return found
            async with self._log.grown:
                if not self._news or not self._assigned:
                    await self._log.grown.wait_for(self._waiting)

    def _waiting(self) -> bool:
        return bool(self._news and self._assigned) or any(
            self._at.get((topic, partition), 0) < len(self._log.topics[topic][partition])
            for topic in self._topics
            for partition in self._partitions
        )

    def _take(self) -> Sequence[Record]:
        self._turn += 1
        for topic in order_of_turn(self._topics, self._turn):
            for partition in sorted(self._partitions):
                start = self._at.get((topic, partition), 0)
                found = self._log.topics[topic][partition][start : start + BATCH_RECORDS_MAX]
                if found:
                    self._at[topic, partition] = start + len(found)
                    return found
        return ()

    def settle(self, record: Record) -> None:
        """All of this partition up to this record has had its effect."""
        if self._group is not None:
            self._group.settled[record.topic, record.partition] = record.offset + 1

    async def close(self) -> None:
        """Stop reading and leave the group."""
        if self._group is not None and self in self._group.members:
            self._group.members.remove(self)
            _rebalance(self._group, len(self._log.topics[self._topics[0]]))
            async with self._log.grown:
                self._log.grown.notify_all()


def _rebalance(group: _Group, partitions: int) -> None:
    """Share the partition numbers out in ranges, the same in every topic."""
    if not group.members:
        return
    share = -(-partitions // len(group.members))
    for index, member in enumerate(group.members):
        numbers = set(range(index * share, min((index + 1) * share, partitions)))
        member.own(numbers, group.settled)
