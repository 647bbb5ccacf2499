"""What a Kafka cluster says of itself: the part of the door that only asks."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from services.bus import topics
from services.bus.brokers import (
    RATE_OVER,
    GroupSaid,
    LaneDepth,
    Node,
    PartitionDepth,
    TopicSaid,
    group_of,
    in_realm,
    lane_topics,
)
from services.bus.clock import Clock, SystemClock
from services.bus.kafka import unreachable
from services.bus.topics import Realm

ANSWER_WITHIN_S = 10.0
NODE_ANSWERS_WITHIN_S = 2.0
OLDEST_WITHIN_S = 3.0
"""How long the oldest records may take to fetch; where they take longer their age is not said."""


@dataclass(frozen=True, slots=True)
class _Connected:
    admin: AIOKafkaAdminClient
    consumer: AIOKafkaConsumer


class KafkaBrokers:
    """A connection for questions alone: it joins no group and writes nothing. See Brokers."""

    def __init__(self, bootstrap: str, client: str, clock: Clock | None = None) -> None:
        self._bootstrap, self._client = bootstrap, client
        self._clock = clock or SystemClock()
        self._connected: _Connected | None = None
        self._asking = asyncio.Lock()

    async def nodes(self) -> Sequence[Node]:
        """Every broker that is up or keeps a copy of a topic, by number."""
        async with self._ask() as connected:
            cluster = await connected.admin.describe_cluster()
            described = await connected.admin.describe_topics()
            known = {each["node_id"]: each for each in cluster["brokers"]}
            keeping = {
                number
                for topic in described
                for partition in topic["partitions"]
                for number in partition["replicas"]
            }
            numbers = sorted(known.keys() | keeping)
            answers = await asyncio.gather(
                *(_answers(connected.admin, number) for number in numbers if number in known)
            )
        up = dict(zip((number for number in numbers if number in known), answers, strict=True))
        return [
            Node(
                number=number,
                address=f"{known[number]['host']}:{known[number]['port']}"
                if number in known
                else "",
                answers=up.get(number, False),
                controller=number == cluster["controller_id"],
            )
            for number in numbers
        ]

    async def topics(self, realm: Realm) -> Sequence[TopicSaid]:
        """The realm's topics by name, Kafka's own left out."""
        async with self._ask() as connected:
            described = [
                each
                for each in await connected.admin.describe_topics()
                if not each["is_internal"] and in_realm(each["topic"], realm)
            ]
            led = [
                TopicPartition(each["topic"], partition["partition"])
                for each in described
                for partition in each["partitions"]
                if partition["leader"] >= 0
            ]
            _learn(connected.consumer, led)
            first = await connected.consumer.beginning_offsets(led) if led else {}
            end = await connected.consumer.end_offsets(led) if led else {}
        held: dict[str, int] = {}
        for where in led:
            held[where.topic] = held.get(where.topic, 0) + end[where] - first[where]
        return [
            _topic(each, held.get(each["topic"], 0))
            for each in sorted(described, key=lambda each: str(each["topic"]))
        ]

    async def groups(self, realm: Realm) -> Sequence[GroupSaid]:
        """Every service's group."""
        found = []
        async with self._ask() as connected:
            for service in topics.LANES_OF_SERVICE:
                (response,) = await connected.admin.describe_consumer_groups(
                    [group_of(service, realm)]
                )
                (group,) = response.to_object()["groups"]
                found.append(GroupSaid(service, group["state"], len(group["members"])))
        return found

    async def lanes(self, realm: Realm) -> Sequence[LaneDepth]:
        """Every lane of every service that has its topics."""
        wanted = lane_topics(realm)
        async with self._ask() as connected:
            described = await connected.admin.describe_topics()
            standing = {each["topic"]: each for each in described}
            settled: dict[TopicPartition, int] = {}
            for service in topics.LANES_OF_SERVICE:
                settled |= await _settled(connected.admin, group_of(service, realm))
            where = [
                TopicPartition(topic, each["partition"])
                for _, _, topic in wanted
                if topic in standing
                for each in standing[topic]["partitions"]
                if each["leader"] >= 0
            ]
            depths = await self._depths(connected.consumer, where, settled)
        return [
            LaneDepth(
                service,
                lane,
                topic,
                tuple(depths[each] for each in sorted(depths) if each.topic == topic),
            )
            for service, lane, topic in wanted
            if topic in standing
        ]

    async def _depths(
        self,
        consumer: AIOKafkaConsumer,
        where: Sequence[TopicPartition],
        settled: Mapping[TopicPartition, int],
    ) -> Mapping[TopicPartition, PartitionDepth]:
        if not where:
            return {}
        _learn(consumer, where)
        first = await consumer.beginning_offsets(where)
        end = await consumer.end_offsets(where)
        since = int((self._clock.now() - RATE_OVER).timestamp() * 1000)
        minute_ago = await consumer.offsets_for_times(dict.fromkeys(where, since))
        start = {each: max(settled.get(each, 0), first[each]) for each in where}
        oldest = await _oldest(consumer, {x: at for x, at in start.items() if at < end[x]})
        return {
            each: PartitionDepth(
                partition=each.partition,
                settled=start[each],
                end=end[each],
                oldest_at=oldest.get(each),
                last_minute=max(0, end[each] - minute_ago[each].offset) if minute_ago[each] else 0,
            )
            for each in where
        }

    @asynccontextmanager
    async def _ask(self) -> AsyncIterator[_Connected]:
        """One question at a time. After trouble the next one connects anew."""
        async with self._asking:
            try:
                async with asyncio.timeout(ANSWER_WITHIN_S):
                    if self._connected is None:
                        self._connected = await self._connect()
                    yield self._connected
            except (KafkaError, TimeoutError) as trouble:
                await self._let_go()
                raise unreachable(self._bootstrap, trouble) from trouble

    async def _connect(self) -> _Connected:
        admin = AIOKafkaAdminClient(
            bootstrap_servers=self._bootstrap, client_id=self._client, request_timeout_ms=5_000
        )
        consumer = AIOKafkaConsumer(
            bootstrap_servers=self._bootstrap,
            client_id=f"{self._client}-ends",
            group_id=None,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            request_timeout_ms=5_000,
            fetch_max_wait_ms=1,
            # One record of each partition is wanted; its batch comes whole however large it is.
            max_partition_fetch_bytes=1024,
        )
        try:
            await admin.start()
            await consumer.start()
        except BaseException:
            await admin.close()
            await consumer.stop()
            raise
        return _Connected(admin, consumer)

    async def _let_go(self) -> None:
        connected, self._connected = self._connected, None
        if connected is not None:
            await connected.admin.close()
            await connected.consumer.stop()

    async def close(self) -> None:
        """Let go of the cluster."""
        await self._let_go()


async def _answers(admin: AIOKafkaAdminClient, number: int) -> bool:
    """Whether a broker answers a question that it alone can answer."""
    try:
        async with asyncio.timeout(NODE_ANSWERS_WITHIN_S):
            await admin.list_consumer_groups([number])
    except (KafkaError, TimeoutError):
        return False
    return True


async def _settled(admin: AIOKafkaAdminClient, group: str) -> Mapping[TopicPartition, int]:
    """Up to where a group has committed; partitions of which it has committed nothing are out."""
    said = await admin.list_consumer_group_offsets(group)
    return {where: each.offset for where, each in said.items() if each.offset >= 0}


def _learn(consumer: AIOKafkaConsumer, where: Sequence[TopicPartition]) -> None:
    """Have a consumer ask for all topics at once where it does not know one of these. By itself it
    asks for one topic after the other, with a pause after each: for a hundred, that is too long.
    """
    if any(consumer.partitions_for_topic(each.topic) is None for each in where):
        consumer.unsubscribe()


async def _oldest(
    consumer: AIOKafkaConsumer, starts: Mapping[TopicPartition, int]
) -> Mapping[TopicPartition, datetime]:
    """When the record at each of these offsets was appended."""
    found: dict[TopicPartition, datetime] = {}
    if not starts:
        return found
    consumer.assign(list(starts))
    try:
        for where, offset in starts.items():
            consumer.seek(where, offset)
        loop = asyncio.get_running_loop()
        until = loop.time() + OLDEST_WITHIN_S
        while missing := starts.keys() - found.keys():
            if loop.time() > until:
                break
            batches = await consumer.getmany(*sorted(missing), timeout_ms=200, max_records=500)
            for where, records in batches.items():
                found[where] = datetime.fromtimestamp(records[0].timestamp / 1000, UTC)
    finally:
        consumer.unsubscribe()
    return found


def _topic(said: Mapping[str, Any], records: int) -> TopicSaid:
    partitions = said["partitions"]
    return TopicSaid(
        name=said["topic"],
        partitions=len(partitions),
        replicas=min((len(each["replicas"]) for each in partitions), default=0),
        in_sync=min((len(each["isr"]) for each in partitions), default=0),
        leaderless=sum(each["leader"] < 0 for each in partitions),
        records=records,
    )
