"""What the brokers say: nodes, topics, groups, and how deep each lane is. For operators."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from schemas.parties import Lane
from services.bus import topics
from services.bus.memory import MemoryLog
from services.bus.topics import Realm
from services.bus.transport import Unreachable

RATE_OVER = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Node:
    """One broker, as the others name it and as it answers us."""

    number: int
    address: str
    """Host and port; empty where no broker that answers knows them any more."""
    answers: bool
    controller: bool


@dataclass(frozen=True, slots=True)
class TopicSaid:
    """One topic as it stands on the cluster."""

    name: str
    partitions: int
    replicas: int
    """Copies of each partition that there should be; the least over its partitions."""
    in_sync: int
    """Copies that are up to date; the least over its partitions."""
    leaderless: int
    """Partitions that nobody can write to now."""
    records: int
    """Held now. 0 where it has no leader to say so."""


@dataclass(frozen=True, slots=True)
class GroupSaid:
    """The instances of one service, as the brokers see them."""

    service: str
    state: str
    """In Kafka's words: Stable, PreparingRebalance, CompletingRebalance, Empty, Dead."""
    members: int


@dataclass(frozen=True, slots=True)
class PartitionDepth:
    """What waits in one partition of a lane.

    What a group has settled is committed every tenth of a second, so that a moment of traffic can
    look as if it waited. It is asked for before the end is, so that the depth is never too small.
    """

    partition: int
    settled: int
    end: int
    oldest_at: datetime | None
    """When the record at `settled` was appended; None where none waits."""
    last_minute: int
    """Records appended in the last minute."""

    @property
    def depth(self) -> int:
        """Records appended and not settled."""
        return max(0, self.end - self.settled)


@dataclass(frozen=True, slots=True)
class LaneDepth:
    """What waits in one lane of one service."""

    service: str
    lane: Lane
    topic: str
    partitions: tuple[PartitionDepth, ...]

    @property
    def depth(self) -> int:
        """Records appended and not settled, over all partitions."""
        return sum(each.depth for each in self.partitions)

    @property
    def oldest_at(self) -> datetime | None:
        """When the oldest of them was appended; None where none waits."""
        return min((each.oldest_at for each in self.partitions if each.oldest_at), default=None)

    @property
    def last_minute(self) -> int:
        """Records appended in the last minute, over all partitions."""
        return sum(each.last_minute for each in self.partitions)


class Brokers(Protocol):
    """Whom to ask. Every question raises Unreachable where nobody answers."""

    async def nodes(self) -> Sequence[Node]:
        """Every broker that is up or keeps a copy of a topic, by number."""

    async def topics(self, realm: Realm) -> Sequence[TopicSaid]:
        """The realm's topics by name, Kafka's own left out; both have the one directory."""

    async def groups(self, realm: Realm) -> Sequence[GroupSaid]:
        """Every service's group, in the order of the table of services."""

    async def lanes(self, realm: Realm) -> Sequence[LaneDepth]:
        """Every lane of every service that has its topics; the most urgent lane first."""

    async def close(self) -> None:
        """Let go of the cluster."""


def in_realm(topic: str, realm: Realm) -> bool:
    """Whether a topic belongs to the realm. Both read the one directory."""
    exercise = topic.startswith(Realm.EXERCISE.prefix)
    return topic == topics.DIRECTORY or exercise == (realm is Realm.EXERCISE)


def lane_topics(realm: Realm) -> Sequence[tuple[str, Lane, str]]:
    """Service, lane and topic of every lane that there should be."""
    return [
        (service, lane, topics.commands(service, lane, realm))
        for service, lanes in topics.LANES_OF_SERVICE.items()
        for lane in lanes
    ]


def group_of(service: str, realm: Realm) -> str:
    """The name under which a service's instances share its lanes."""
    return f"{realm.prefix}{service}"


class MemoryBrokers:
    """The same of a log in memory, which is its own only broker. See Brokers."""

    def __init__(self, log: MemoryLog) -> None:
        self._log = log

    async def nodes(self) -> Sequence[Node]:
        """The one."""
        return [Node(1, "memory", answers=self._log.reachable, controller=True)]

    async def topics(self, realm: Realm) -> Sequence[TopicSaid]:
        """The realm's topics by name."""
        return [
            TopicSaid(name, len(held), 1, 1, 0, sum(len(each) for each in held))
            for name, held in sorted(self._there().topics.items())
            if in_realm(name, realm)
        ]

    async def groups(self, realm: Realm) -> Sequence[GroupSaid]:
        """Every service's group."""
        groups = self._there().groups
        members = {
            service: len(groups[name].members)
            if (name := group_of(service, realm)) in groups
            else 0
            for service in topics.LANES_OF_SERVICE
        }
        return [
            GroupSaid(service, "Stable" if count else "Empty", count)
            for service, count in members.items()
        ]

    async def lanes(self, realm: Realm) -> Sequence[LaneDepth]:
        """Every lane of every service that has its topics."""
        log = self._there()
        found = []
        for service, lane, topic in lane_topics(realm):
            if topic not in log.topics:
                continue
            group = log.groups.get(group_of(service, realm))
            settled = group.settled if group else {}
            partitions = tuple(
                self._depth(topic, number, settled.get((topic, number), 0))
                for number in range(len(log.topics[topic]))
            )
            found.append(LaneDepth(service, lane, topic, partitions))
        return found

    def _depth(self, topic: str, partition: int, settled: int) -> PartitionDepth:
        records = self._log.topics[topic][partition]
        since = self._log.clock.now() - RATE_OVER
        return PartitionDepth(
            partition=partition,
            settled=settled,
            end=len(records),
            oldest_at=records[settled].appended_at if settled < len(records) else None,
            last_minute=sum(each.appended_at >= since for each in records),
        )

    def _there(self) -> MemoryLog:
        if not self._log.reachable:
            raise Unreachable("the log in memory is cut off")
        return self._log

    async def close(self) -> None:
        """Nothing is held."""
