"""What kafka.py and memory.py both promise: an ordered log, read by lanes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from services.bus.topics import Topic
from services.bus.wire import Headers

FLOOR_EVERY = 16
"""Every so many turns the slowest lane goes first, so that it moves under any flood."""


class Unsettled(Exception):
    """It is not known whether the log took a record. Read the log, or send the same bytes."""


class Unreachable(Exception):
    """The log cannot be read now. The message says where it was looked for, and what to do."""


class TopicsWrong(Exception):
    """A topic stands on the cluster otherwise than the table says."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A record on its way to the log."""

    topic: str
    partition: int
    key: bytes
    value: bytes
    headers: Headers = ()


@dataclass(frozen=True, slots=True)
class Record:
    """A record as the log holds it."""

    topic: str
    partition: int
    offset: int
    appended_at: datetime
    """The broker's clock, UTC, milliseconds: the same for every reader and every reading."""
    key: bytes
    value: bytes
    headers: Headers


Positions = Mapping[tuple[str, int], int]
OnAssigned = Callable[[frozenset[int]], Awaitable[Positions]]
"""Told of the partition numbers that this reader owns from now on, before any record of them.

It answers up to which offset it can prove, by topic and partition, that records were carried.
What a group committed is a hint only, and is never believed beyond that."""


class Reader(Protocol):
    """Records of some topics, most urgent topic first."""

    async def next(self) -> Sequence[Record]:
        """Some records of one partition, in order, at least one. Waits until there is one.

        Earlier topics go first; every FLOOR_EVERY-th turn it is the other way round.
        """

    def settle(self, record: Record) -> None:
        """All of this partition up to this record has had its effect. Does not block;
        a group's next owner may be given records again that were settled last.
        """

    async def close(self) -> None:
        """Stop reading and leave the group."""


class Bus(Protocol):
    """The log, whichever engine holds it."""

    async def ensure(self, wanted: Iterable[Topic]) -> None:
        """Create what is missing. TopicsWrong where one stands with other partitions."""

    async def append(self, outgoing: Sequence[Outgoing]) -> tuple[int, ...]:
        """Write all; give their offsets, -1 where the log took it but did not say where.

        Records of one partition stand in the given order. Raises Unsettled after the deadline.
        """

    async def read(
        self, topic: str, partition: int, start: int, stop: int | None = None
    ) -> Sequence[Record]:
        """The records from offset `start` up to but without `stop`, by default the end now."""

    async def group(self, name: str, topics: Sequence[str], assigned: OnAssigned) -> Reader:
        """A reader that shares the topics' partitions with others of the group.

        The group's members own the same partition numbers in every topic.
        """

    async def follow(self, starts: Mapping[str, int]) -> Reader:
        """A reader of partition 0 of each topic, in the given order, from the given offsets."""

    async def close(self) -> None:
        """Let go of the log."""


def order_of_turn(topics: Sequence[str], turn: int) -> Sequence[str]:
    """In which order the lanes are asked on this turn: strict, with a floor for the last."""
    return topics if turn % FLOOR_EVERY else topics[::-1]
