"""A bus that reaches exercise topics alone: nobody who plays on it can speak live."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from services.bus.topics import DIRECTORY, Realm, Topic
from services.bus.transport import (
    Bus,
    OnAssigned,
    Outgoing,
    Positions,
    Reader,
    Record,
    Unreachable,
    Unsettled,
)

PREFIX = Realm.EXERCISE.prefix


class LiveTopicForbidden(Exception):
    """Something in a rehearsal wanted to reach a live topic. Nothing was written or read."""


def exercise_only(topic: str, run: str) -> str:
    """The topic as it stands on the cluster, where a rehearsal may use it.

    Each run has topics of its own below `exercise.`, so that runs do not meet; the directory of
    its invented nations too. Raises LiveTopicForbidden for every other.
    """
    if topic == DIRECTORY:
        return f"{PREFIX}{run}{topic}"
    if not topic.startswith(PREFIX):
        raise LiveTopicForbidden(
            f"{topic} is a live topic: a rehearsal reaches topics of {PREFIX}* alone"
        )
    return f"{PREFIX}{run}{topic.removeprefix(PREFIX)}"


@dataclass(slots=True)
class Way:
    """One connection's way to the bus, which can be cut and mended."""

    is_cut: bool = False
    used: list[str] = field(default_factory=list)
    """Every topic, by its name on the cluster, that was written to."""


class ExerciseBus:
    """A bus below which no live topic can be reached. See transport.Bus for what it promises."""

    def __init__(
        self,
        inner: Bus,
        way: Way,
        run: str = "",
        told_at: Callable[[datetime], datetime] | None = None,
    ) -> None:
        self._inner, self.way, self._run, self._told_at = inner, way, run, told_at
        self.made: set[str] = set()
        """Every topic, by its name on the cluster, that was asked for here."""

    async def ensure(self, wanted: Iterable[Topic]) -> None:
        """Create what is missing. LiveTopicForbidden where one of them is live."""
        topics = [replace(each, name=self._named(each.name)) for each in wanted]
        self.made |= {each.name for each in topics}
        await self._inner.ensure(topics)

    async def append(self, outgoing: Sequence[Outgoing]) -> tuple[int, ...]:
        """Write all; LiveTopicForbidden where one is for a live topic, and then none is."""
        renamed = [replace(each, topic=self._named(each.topic)) for each in outgoing]
        if self.way.is_cut:
            raise Unsettled("this way to the bus is cut")
        self.way.used += [each.topic for each in renamed]
        return await self._inner.append(renamed)

    async def read(
        self, topic: str, partition: int, start: int, stop: int | None = None
    ) -> Sequence[Record]:
        """The records of an exercise topic."""
        named = self._named(topic)
        if self.way.is_cut:
            raise Unreachable("this way to the bus is cut")
        found = await self._inner.read(named, partition, start, stop)
        return [self.told(each, topic) for each in found]

    async def group(self, name: str, topics: Sequence[str], assigned: OnAssigned) -> Reader:
        """A group of this run's own."""
        names = {self._named(topic): topic for topic in topics}

        async def told(partitions: frozenset[int]) -> Positions:
            proven = await assigned(partitions)
            return {(self._named(topic), at): offset for (topic, at), offset in proven.items()}

        group = f"{PREFIX}{self._run}{name.removeprefix(PREFIX)}"
        return _Reader(await self._inner.group(group, list(names), told), names, self)

    async def follow(self, starts: Mapping[str, int]) -> Reader:
        """A reader of exercise inboxes."""
        if self.way.is_cut:
            raise Unreachable("this way to the bus is cut")
        names = {self._named(topic): topic for topic in starts}
        found = {self._named(topic): offset for topic, offset in starts.items()}
        return _Reader(await self._inner.follow(found), names, self)

    async def close(self) -> None:
        """Let go of the log."""
        await self._inner.close()

    def _named(self, topic: str) -> str:
        return exercise_only(topic, self._run)

    def told(self, record: Record, topic: str) -> Record:
        """A record as the kernel knows it: its topic's own name, and the scenario's time."""
        at = self._told_at(record.appended_at) if self._told_at else record.appended_at
        return replace(record, topic=topic, appended_at=at)


class _Reader:
    """See transport.Reader for what it promises. Topics have the names that the kernel knows."""

    def __init__(self, inner: Reader, names: Mapping[str, str], bus: ExerciseBus) -> None:
        self._inner, self._names, self._bus = inner, names, bus
        self._on_cluster = {topic: named for named, topic in names.items()}

    async def next(self) -> Sequence[Record]:
        found = await self._inner.next()
        if self._bus.way.is_cut:
            # What was on its way is read again once the way is mended.
            raise Unreachable("this way to the bus is cut")
        return [self._bus.told(each, self._names[each.topic]) for each in found]

    def settle(self, record: Record) -> None:
        self._inner.settle(replace(record, topic=self._on_cluster[record.topic]))

    async def close(self) -> None:
        await self._inner.close()
