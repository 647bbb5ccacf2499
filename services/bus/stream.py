"""The only door to Faust. What is set here is set once, with its reason."""

from __future__ import annotations

import asyncio
import logging
import weakref
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import faust
import faust.streams
import mode
import rocksdict

from services.bus.topics import RECORD_BYTES_CARRIED
from services.bus.transport import Record

SESSION_S, HEARTBEAT_S, REQUEST_S = 10.0, 2.0, 20.0
"""Faust's own session of 60 s would leave a killed worker's partitions unread for as long."""
COMMIT_EVERY_S = 1.0
STOP_WITHIN_S = 8.0
"""Faust waits up to a minute where the broker is away; what it waits for is not needed."""

Take = Callable[[Record], Awaitable[None]]


@dataclass(frozen=True, slots=True, weakref_slot=True)
class _Message:
    topic: str
    partition: int


@dataclass(frozen=True, slots=True, weakref_slot=True)
class _Place:
    """What Faust asks of the event on whose account a table changes: where it lies."""

    message: _Message


class StreamFailed(Exception):
    """Faust stopped by itself. What it was is the cause; start the process again."""


class Stream:
    """Ledgers read by one Faust agent each, into one Faust table each.

    It may hand out records twice, out of order, or not at all: so does stock Faust after a
    recovery. Whoever takes them knows what comes next by its offset, and reads what is missing.
    A table is what was written, as far as it is there: whoever reads it back checks it.

    Some of Faust's private names are used, since it has no other way to a partition's own store.
    """

    def __init__(
        self, name: str, bootstrap: str, folder: Path, sources: Mapping[str, str], take: Take
    ) -> None:
        """`sources` are topics by the names of their tables; `name` is that of the group."""
        self._take = take
        self._topic_of = dict(sources)
        self._app: Any = _app(name, bootstrap, folder)
        self._tables: dict[str, Any] = {table: self._table(table) for table in sources}
        for table, topic in sources.items():
            self._agent(table, topic)

    async def start(self) -> None:
        """Join the group and recover the tables. Raises StreamFailed."""
        logging.getLogger("faust").setLevel(logging.CRITICAL)  # Its trouble is raised by `run`.
        logging.getLogger("mode").setLevel(logging.CRITICAL)
        await self._app.start()
        recovered = asyncio.ensure_future(self._app.tables.recovery.completed.wait())
        stopped = asyncio.ensure_future(self._app.wait_until_stopped())
        await asyncio.wait([recovered, stopped], return_when=asyncio.FIRST_COMPLETED)
        for task in (recovered, stopped):
            task.cancel()
        if not self._app.tables.recovery.completed.is_set():
            raise StreamFailed(f"before its tables stood: {self._reason}") from self._reason

    async def run(self) -> None:
        """Until it fails, which is raised as StreamFailed; or until cancelled."""
        await self._app.wait_until_stopped()
        raise StreamFailed(f"it stopped by itself: {self._reason!r}") from self._reason

    async def stop(self) -> None:
        """Leave the group."""
        try:
            async with asyncio.timeout(STOP_WITHIN_S):
                await self._app.stop()
        except TimeoutError:
            logging.getLogger("faust").critical("stopped without its broker")

    def held(self, table: str, partition: int) -> Iterator[tuple[bytes, bytes]]:
        """What a table holds of one partition. Not to be trusted before it is checked."""
        store = self._tables[table].data
        database = store._db_for_partition(partition)  # noqa: SLF001 - no other way to one partition.
        yield from store._visible_items(database)  # noqa: SLF001 - see the class.

    def write(self, table: str, partition: int, changes: Mapping[bytes, bytes | None]) -> None:
        """Put, or with None remove, keys of one partition: all of them or none on this disk, and
        in the changelog soon.
        """
        held, batch = self._tables[table], rocksdict.WriteBatch(raw_mode=True)
        # Faust takes a change's partition from the event that is being carried. A partition can
        # change while none is: when its newest records were read here and not carried.
        place: Any = _Place(_Message(self._topic_of[table], partition))
        token = faust.streams._current_event.set(weakref.ref(place))  # noqa: SLF001 - see the class.
        try:
            for key, value in changes.items():
                if value is None:
                    batch.delete(key)
                    held.on_key_del(key)
                else:
                    batch.put(key, value)
                    held.on_key_set(key, value)
        finally:
            faust.streams._current_event.reset(token)  # noqa: SLF001 - see the class.
        held.data._db_for_partition(partition).write(batch)  # noqa: SLF001 - see the class.

    async def ends(self) -> Mapping[tuple[str, int], int]:
        """Where each ledger ends now, by table and partition."""
        table_of = {topic: table for table, topic in self._topic_of.items()}
        consumer = self._app.consumer
        mine = [each for each in consumer.assignment() if each.topic in table_of]
        if not mine:
            return {}
        found = await consumer.highwaters(*mine)
        return {(table_of[each.topic], each.partition): end or 0 for each, end in found.items()}

    async def skip(self, table: str, partition: int, offset: int) -> None:
        """Hand out next what lies at `offset`: what is before it was read otherwise."""
        consumer = self._app.consumer
        where = next(
            (each for each in consumer.assignment()
             if each.topic == self._topic_of[table] and each.partition == partition),
            None,
        )  # fmt: skip
        if where is not None:
            await consumer.seek(where, offset)
            # Else it would wait for ever for what was skipped, and commit nothing more.
            consumer._committed_offset[where] = offset  # noqa: SLF001 - see the class.

    @property
    def _reason(self) -> BaseException | None:
        crashed = [self._app, *self._app.agents.values(), self._app.consumer]
        reasons = (getattr(each, "crash_reason", None) for each in crashed)
        return next((each for each in reasons if each is not None), None)

    def _table(self, name: str) -> Any:
        return self._app.Table(name, key_type=bytes, value_type=bytes)

    def _agent(self, table: str, topic: str) -> None:
        # Bytes as they are: what cannot be decoded would be acknowledged and dropped by Faust.
        source = self._app.topic(
            topic, key_type=bytes, value_type=bytes, key_serializer="raw", value_serializer="raw"
        )

        async def reading(stream: Any) -> None:
            # noack and an explicit ack: an exception would acknowledge the record else.
            async for event in stream.noack().events():
                await self._take(_record(event.message))
                await stream.ack(event)

        self._app.agent(
            source,
            name=f"read-{table}",
            concurrency=1,
            supervisor_strategy=mode.CrashingSupervisor,
        )(reading)


def _app(name: str, bootstrap: str, folder: Path) -> Any:
    return faust.App(
        name,
        broker=[f"kafka://{each}" for each in bootstrap.split(",")],
        broker_client_id=name,
        # A static member gets its partitions back at once after a kill (KIP-345).
        consumer_group_instance_id=name,
        consumer_auto_offset_reset="earliest",
        consumer_max_fetch_size=4 * RECORD_BYTES_CARRIED,
        broker_session_timeout=SESSION_S,
        broker_heartbeat_interval=HEARTBEAT_S,
        broker_request_timeout=REQUEST_S,
        broker_commit_interval=COMMIT_EVERY_S,
        producer_acks=-1,
        producer_linger=0.005,
        producer_max_request_size=3 * RECORD_BYTES_CARRIED,
        # Never `exactly_once`: it is not.
        processing_guarantee="at_least_once",
        agent_supervisor=mode.CrashingSupervisor,
        store="rocksdb://",
        datadir=str(folder),
        table_standby_replicas=0,
        # Tables are checked by who reads them; a changelog that was lost is no reason to stop.
        recovery_consistency_check=False,
        # All topics stand before Faust starts; it would make them with eight partitions, one copy.
        topic_allow_declare=False,
        topic_disable_leader=True,
        # Its web server listens on 0.0.0.0 and shows tables.
        web_enabled=False,
        autodiscover=False,
    )


def _record(message: Any) -> Record:
    return Record(
        topic=message.topic,
        partition=message.partition,
        offset=message.offset,
        appended_at=datetime.fromtimestamp(round(message.timestamp * 1000) / 1000, UTC),
        key=message.key or b"",
        value=message.value or b"",
        headers=tuple(message.headers or ()),
    )
