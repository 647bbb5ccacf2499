"""The only door to aiokafka. What is set here is set once, with its reason."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from aiokafka import (
    AIOKafkaConsumer,
    AIOKafkaProducer,
    ConsumerRebalanceListener,
    TopicPartition,
)
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.coordinator.assignors.range import RangePartitionAssignor
from aiokafka.errors import KafkaError, TopicAlreadyExistsError, for_code

from services.bus.log import log
from services.bus.topics import RECORD_BYTES_CARRIED, Realm, Topic
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
"""Small, so that a batch of a slow lane holds up a fast one for milliseconds only."""
SETTLE_EVERY_S = 0.1
"""How often offsets are committed. They are a hint: what comes twice is known by the ledger."""
SESSION_TIMEOUT_MS = 6_000
READ_WITHIN_S = 60.0
"""How long a read may take, a partition's whole ledger included."""

logging.getLogger("aiokafka").setLevel(logging.CRITICAL)  # Its trouble reaches us as exceptions.


class KafkaBus:
    """A connection to a Kafka cluster. See transport.Bus for what it promises."""

    def __init__(
        self, bootstrap: str, client: str, *, replicas: int = 1, send_within_s: float = 5.0
    ) -> None:
        self._bootstrap, self._client = bootstrap, client
        self._replicas, self._send_within_s = replicas, send_within_s
        self._producer: AIOKafkaProducer | None = None
        self._building = asyncio.Lock()
        self._fetcher: AIOKafkaConsumer | None = None
        self._fetching = asyncio.Lock()
        self._readers: list[KafkaReader] = []

    async def ensure(self, wanted: Iterable[Topic]) -> None:
        """Create what is missing. TopicsWrong where one stands with other partitions."""
        topics = list(wanted)
        admin = AIOKafkaAdminClient(bootstrap_servers=self._bootstrap, client_id=self._client)
        try:
            await admin.start()
            await self._create(admin, topics)
            await _check(admin, topics)
        except KafkaError as trouble:
            raise self._unreachable(trouble) from trouble
        finally:
            await admin.close()

    async def _create(self, admin: AIOKafkaAdminClient, topics: Sequence[Topic]) -> None:
        present = set(await admin.list_topics())
        missing = [topic for topic in topics if topic.name not in present]
        if not missing:
            return
        insync = {"min.insync.replicas": str(max(1, self._replicas - 1))}
        response = await admin.create_topics(
            [
                NewTopic(
                    topic.name,
                    topic.partitions,
                    self._replicas,
                    topic_configs={**topic.configs, **insync},
                )
                for topic in missing
            ]
        )
        for name, code, message in response.topic_errors:
            error = for_code(code)
            if code and error is not TopicAlreadyExistsError:
                raise error(f"{name}: {message}")

    async def forget(self, topics: Sequence[str]) -> None:
        """Delete exercise topics, as those of a rehearsal that is over. Others are never deleted:
        ValueError where one is named.
        """
        if any(not name.startswith(Realm.EXERCISE.prefix) for name in topics):
            raise ValueError("only exercise topics are ever deleted")
        admin = AIOKafkaAdminClient(bootstrap_servers=self._bootstrap, client_id=self._client)
        try:
            await admin.start()
            await admin.delete_topics(list(topics))
        except KafkaError as trouble:
            raise self._unreachable(trouble) from trouble
        finally:
            await admin.close()

    async def append(self, outgoing: Sequence[Outgoing]) -> tuple[int, ...]:
        """Write all; give their offsets. Raises Unsettled after the deadline.

        A producer that met trouble is thrown away: an idempotent one can hang for a whole
        outage, and after a fatal error it may refuse all that follows.
        """
        producer = None
        try:
            async with asyncio.timeout(self._send_within_s):
                producer = await self._ready_producer()
                sent = [
                    await producer.send(
                        each.topic,
                        each.value,
                        key=each.key,
                        partition=each.partition,
                        headers=list(each.headers),
                    )
                    for each in outgoing
                ]
                done = await asyncio.gather(*sent)
        except (KafkaError, TimeoutError) as trouble:
            await self._drop(producer)
            raise Unsettled(f"{type(trouble).__name__}: {trouble}"[:300]) from trouble
        return tuple(-1 if each.offset is None else each.offset for each in done)

    async def _ready_producer(self) -> AIOKafkaProducer:
        async with self._building:
            if self._producer is None:
                producer = AIOKafkaProducer(
                    bootstrap_servers=self._bootstrap,
                    client_id=self._client,
                    acks="all",
                    enable_idempotence=True,
                    linger_ms=0,
                    max_request_size=3 * RECORD_BYTES_CARRIED,
                    request_timeout_ms=int(self._send_within_s * 1000),
                    # One batch a partition is on its way at a time, so it must hold a whole
                    # batch of entries: with the default 16 KiB an append took three times as long.
                    max_batch_size=RECORD_BYTES_CARRIED // 2,
                    retry_backoff_ms=50,
                )
                try:
                    await producer.start()
                except BaseException:
                    await _stop(producer)
                    raise
                self._producer = producer
            return self._producer

    async def _drop(self, producer: AIOKafkaProducer | None) -> None:
        if producer is not None and self._producer is producer:
            self._producer = None
            await _stop(producer)

    async def read(
        self, topic: str, partition: int, start: int, stop: int | None = None
    ) -> Sequence[Record]:
        """The records from `start` up to but without `stop`, by default the end now."""
        where = TopicPartition(topic, partition)
        async with self._fetching:
            fetcher = await self._ready_fetcher()
            try:
                async with asyncio.timeout(READ_WITHIN_S):
                    return await _between(fetcher, where, start, stop)
            except (KafkaError, TimeoutError) as trouble:
                raise self._unreachable(trouble) from trouble

    async def _ready_fetcher(self) -> AIOKafkaConsumer:
        if self._fetcher is None:
            fetcher = AIOKafkaConsumer(
                bootstrap_servers=self._bootstrap,
                client_id=f"{self._client}-read",
                group_id=None,
                enable_auto_commit=False,
                auto_offset_reset="none",
                isolation_level="read_committed",
                # What is read is there already. A fetch beyond it would hold the connection,
                # and with it the next read, for as long as it may wait.
                fetch_max_wait_ms=1,
                max_partition_fetch_bytes=4 * RECORD_BYTES_CARRIED,
            )
            await self._start(fetcher)
            self._fetcher = fetcher
        return self._fetcher

    async def group(self, name: str, topics: Sequence[str], assigned: OnAssigned) -> KafkaReader:
        """A reader that shares the topics' partitions with others of the group."""
        consumer = AIOKafkaConsumer(
            bootstrap_servers=self._bootstrap,
            client_id=self._client,
            group_id=name,
            # A static member gets its partitions back at once after a kill (KIP-345).
            group_instance_id=self._client,
            # Ranges give one member the same partition numbers in every lane.
            partition_assignment_strategy=(RangePartitionAssignor,),
            enable_auto_commit=False,
            # A new group starts at the beginning: nothing that was sent may be missed.
            auto_offset_reset="earliest",
            isolation_level="read_committed",
            session_timeout_ms=SESSION_TIMEOUT_MS,
            heartbeat_interval_ms=1_000,
            fetch_max_wait_ms=50,
            max_partition_fetch_bytes=RECORD_BYTES_CARRIED,
        )
        reader = KafkaReader(consumer, topics, assigned)
        consumer.subscribe(list(topics), listener=reader)
        await self._start(consumer)
        reader.settle_in_background()
        self._readers.append(reader)
        return reader

    async def follow(self, starts: Mapping[str, int]) -> KafkaReader:
        """A reader of partition 0 of each topic, from the given offsets."""
        consumer = AIOKafkaConsumer(
            bootstrap_servers=self._bootstrap,
            client_id=f"{self._client}-follow",
            group_id=None,
            enable_auto_commit=False,
            # A position that the log no longer holds means loss, and must not pass in silence.
            auto_offset_reset="none",
            isolation_level="read_committed",
            fetch_max_wait_ms=50,
            max_partition_fetch_bytes=RECORD_BYTES_CARRIED,
        )
        await self._start(consumer)
        consumer.assign([TopicPartition(topic, 0) for topic in starts])
        for topic, offset in starts.items():
            consumer.seek(TopicPartition(topic, 0), offset)
        reader = KafkaReader(consumer, tuple(starts), None)
        self._readers.append(reader)
        return reader

    async def _start(self, consumer: AIOKafkaConsumer) -> None:
        try:
            await consumer.start()
        except KafkaError as trouble:
            await consumer.stop()
            raise self._unreachable(trouble) from trouble

    def _unreachable(self, trouble: Exception) -> Exception:
        return unreachable(self._bootstrap, trouble)

    async def close(self) -> None:
        """Let go of the cluster."""
        for reader in self._readers:
            await reader.close()
        if self._fetcher is not None:
            await self._fetcher.stop()
        if self._producer is not None:
            await self._producer.stop()


class KafkaReader(ConsumerRebalanceListener):  # type: ignore[misc]  # aiokafka has no types.
    """See transport.Reader for what it promises."""

    def __init__(
        self, consumer: AIOKafkaConsumer, topics: Sequence[str], assigned: OnAssigned | None
    ) -> None:
        self._consumer, self._topics, self._assigned = consumer, topics, assigned
        self._turn = 0
        self._settled: dict[TopicPartition, int] = {}
        self._settling: asyncio.Task[None] | None = None
        self._to_tell: frozenset[int] | None = None
        self._expected: dict[TopicPartition, int] = {}
        """The offset that comes next, where the reader knows it."""

    async def next(self) -> Sequence[Record]:
        """Some records of one partition, in order, at least one. Waits until there is one."""
        while True:
            await self._tell_owner()
            found = await self._take()
            # Whoever took over must have folded the ledger before the first record is carried.
            if found and self._to_tell is None and self._follows(found):
                return found

    def _follows(self, found: Sequence[Record]) -> bool:
        """Whether these are the next records. aiokafka's position is not trusted for it: once,
        after a rebalance, it had moved past records that were never handed out.
        """
        where = TopicPartition(found[0].topic, found[0].partition)
        expected = self._expected.get(where)
        if expected is None or found[0].offset == expected:
            self._expected[where] = found[-1].offset + 1
            return True
        log.error("position.wrong", topic=where.topic, partition=where.partition, offset=expected)
        if where in self._consumer.assignment():
            self._consumer.seek(where, expected)
        return False

    async def _take(self) -> Sequence[Record]:
        self._turn += 1
        owned = self._consumer.assignment()
        for topic in order_of_turn(self._topics, self._turn):
            lane = [each for each in owned if each.topic == topic]
            # No partitions would mean all of them to aiokafka.
            if lane and (records := await self._get(lane, 0)):
                return records
        # Nothing waits anywhere: the first thing to come is as urgent as any.
        return await self._get(sorted(owned), 200) if owned else await self._pause()

    async def _get(self, partitions: Sequence[TopicPartition], wait_ms: int) -> Sequence[Record]:
        batches = await self._consumer.getmany(
            *partitions, timeout_ms=wait_ms, max_records=BATCH_RECORDS_MAX
        )
        if not batches:
            return ()
        chosen = min(batches, key=lambda partition: self._topics.index(partition.topic))
        for partition, records in batches.items():
            if partition != chosen:
                self._consumer.seek(partition, records[0].offset)
        return [_record(each) for each in batches[chosen]]

    async def _pause(self) -> Sequence[Record]:
        await asyncio.sleep(0.02)
        return ()

    async def _tell_owner(self) -> None:
        """After a rebalance: have the ledgers folded, then read on from where they prove."""
        if self._to_tell is None or self._assigned is None:
            return
        news, self._to_tell = self._to_tell, None
        proven = await self._assigned(news)
        expected = {}
        for where in self._consumer.assignment():
            committed = await self._committed(where)
            expected[where] = min(committed, proven.get((where.topic, where.partition), 0))
        # While that was found out, another rebalance may have taken some of them away.
        self._expected = expected
        for where in self._consumer.assignment() & expected.keys():
            self._consumer.seek(where, expected[where])

    async def _committed(self, where: TopicPartition) -> int:
        try:
            return await self._consumer.committed(where) or 0
        except KafkaError:
            # Without the hint all is read again from the start, and known by the ledger.
            return 0

    async def on_partitions_revoked(self, revoked: Collection[TopicPartition]) -> None:  # noqa: ARG002 - aiokafka's signature.
        """Aiokafka calls this before a rebalance."""
        await self._commit()

    async def on_partitions_assigned(self, assigned: Collection[TopicPartition]) -> None:
        """Aiokafka calls this after a rebalance; the owner is told before the next record."""
        self._to_tell = frozenset(each.partition for each in assigned)

    def settle(self, record: Record) -> None:
        """All of this partition up to this record has had its effect."""
        self._settled[TopicPartition(record.topic, record.partition)] = record.offset + 1

    def settle_in_background(self) -> None:
        """Commit what is settled from time to time, off the messages' way."""
        self._settling = asyncio.create_task(self._commit_for_ever(), name="commit offsets")

    async def _commit_for_ever(self) -> None:
        while True:
            await asyncio.sleep(SETTLE_EVERY_S)
            await self._commit()

    async def _commit(self) -> None:
        settled, self._settled = self._settled, {}
        mine = {where: at for where, at in settled.items() if where in self._consumer.assignment()}
        if not mine:
            return
        try:
            await self._consumer.commit(mine)
        except KafkaError as trouble:
            # The next owner is given these records again and finds them in the ledger.
            log.info("offsets.not_committed", trouble=type(trouble).__name__)

    async def close(self) -> None:
        """Stop reading and leave the group."""
        if self._settling is not None:
            self._settling.cancel()
            await self._commit()
        await self._consumer.stop()


def unreachable(bootstrap: str, trouble: Exception) -> Unreachable:
    """What to say where a cluster does not answer, and what to do."""
    return Unreachable(
        f"no Kafka at {bootstrap} ({type(trouble).__name__}): start one with "
        "`detente kafka up`, or name yours in DETENTE_KAFKA_BOOTSTRAP_SERVERS"
    )


async def _between(
    fetcher: AIOKafkaConsumer, where: TopicPartition, start: int, stop: int | None
) -> Sequence[Record]:
    end = (await fetcher.end_offsets([where]))[where]
    stop = end if stop is None else min(stop, end)
    if start >= stop:
        return ()
    fetcher.assign([where])
    fetcher.seek(where, start)
    found: list[Record] = []
    try:
        # A compacted topic has holes, so the end is known by position, not by count.
        while await fetcher.position(where) < stop:
            batches = await fetcher.getmany(timeout_ms=1000)
            for records in batches.values():
                found += [_record(each) for each in records if each.offset < stop]
    finally:
        fetcher.unsubscribe()
    return found


async def _check(admin: AIOKafkaAdminClient, wanted: Sequence[Topic]) -> None:
    """The topics stand as the table says, once their creation has reached every broker."""
    waiting = {topic.name: topic.partitions for topic in wanted}
    for _ in range(200):
        found = await admin.describe_topics(list(waiting))
        for each in found:
            if each["error_code"] == 0 and each["partitions"]:
                name, partitions = each["topic"], len(each["partitions"])
                if partitions != waiting[name]:
                    raise TopicsWrong(
                        f"{name} has {partitions} partitions, not {waiting[name]}: "
                        "set DETENTE_PARTITIONS to that, or use another cluster"
                    )
                if all(partition["leader"] >= 0 for partition in each["partitions"]):
                    del waiting[name]
        if not waiting:
            return
        await asyncio.sleep(0.05)
    raise TopicsWrong(f"no leader for {min(waiting)}: is every broker up?")


async def _stop(producer: AIOKafkaProducer) -> None:
    """Stop a producer that may be stuck: its pending batches are given up, not waited for."""
    stopping = asyncio.ensure_future(producer.stop())
    done, _ = await asyncio.wait([stopping], timeout=1.0)
    if not done:
        stopping.cancel()


def _record(found: Any) -> Record:
    return Record(
        topic=found.topic,
        partition=found.partition,
        offset=found.offset,
        appended_at=datetime.fromtimestamp(found.timestamp / 1000, UTC),
        key=found.key or b"",
        value=found.value or b"",
        headers=found.headers,
    )
