"""What both engines promise of the log itself."""

from __future__ import annotations

import asyncio

import pytest

from schemas.parties import LANES, Lane
from services.bus.kafka import KafkaBus
from services.bus.memory import MemoryBus, MemoryLog, VirtualClock
from services.bus.topics import Topic
from services.bus.transport import (
    FLOOR_EVERY,
    Outgoing,
    Positions,
    Reader,
    Record,
    TopicsWrong,
    Unreachable,
    Unsettled,
)
from tests.conftest import Log


async def made(log: Log, *lanes: Lane, partitions: int = 1) -> list[str]:
    names = [log.topic(lane) for lane in lanes or (Lane.ROUTINE,)]
    await log.bus().ensure([Topic(name, partitions) for name in names])
    return names


def saying(topic: str, *words: str, partition: int = 0) -> list[Outgoing]:
    return [
        Outgoing(topic, partition, b"key", word.encode(), (("ce_id", word.encode()),))
        for word in words
    ]


async def heard(reader: Reader, count: int) -> list[Record]:
    found: list[Record] = []
    async with asyncio.timeout(20):
        while len(found) < count:
            found += await reader.next()
    return found


async def test_records_of_a_partition_stand_in_the_order_in_which_they_were_sent(log: Log) -> None:
    (topic,) = await made(log)
    bus = log.bus()
    words = [f"word {n}" for n in range(100)]
    offsets = await bus.append(saying(topic, *words))
    assert offsets == tuple(range(100))
    found = await bus.read(topic, 0, 0)
    assert [record.value.decode() for record in found] == words
    assert [record.offset for record in found] == list(range(100))


async def test_a_record_is_read_as_it_was_written(log: Log) -> None:
    (topic,) = await made(log, partitions=3)
    bus = log.bus()
    sent = Outgoing(topic, 2, b"matter-1", bytes(range(256)), (("ce_id", b"1"), ("ce_id", b"2")))
    await bus.append([sent])
    (found,) = await bus.read(topic, 2, 0)
    assert (found.topic, found.partition, found.offset) == (topic, 2, 0)
    assert (found.key, found.value) == (sent.key, sent.value)
    assert tuple(found.headers) == sent.headers
    assert found.appended_at.utcoffset() is not None
    assert found.appended_at.microsecond % 1000 == 0
    assert not await bus.read(topic, 0, 0)


async def test_a_range_ends_before_its_stop_and_never_beyond_the_log(log: Log) -> None:
    (topic,) = await made(log)
    bus = log.bus()
    await bus.append(saying(topic, "a", "b", "c", "d"))

    async def between(start: int, stop: int | None) -> str:
        return "".join(r.value.decode() for r in await bus.read(topic, 0, start, stop))

    assert await between(1, 3) == "bc"
    assert await between(2, None) == "cd"
    assert await between(0, 99) == "abcd"
    assert await between(4, None) == ""
    assert await between(3, 3) == ""


async def test_topics_are_made_once_and_not_otherwise(log: Log) -> None:
    (topic,) = await made(log, partitions=2)
    await log.bus("another").ensure([Topic(topic, 2)])
    with pytest.raises(TopicsWrong, match="has 2 partitions, not 3"):
        await log.bus("third").ensure([Topic(topic, 3)])


async def test_a_log_in_memory_that_is_away_leaves_it_unsettled() -> None:
    """A cluster that goes away is a matter of tests/chaos."""
    log = MemoryLog(VirtualClock())
    bus = MemoryBus(log)
    await bus.ensure([Topic("t", 1)])
    log.reachable = False
    with pytest.raises(Unsettled):
        await bus.append(saying("t", "lost"))
    log.reachable = True
    await bus.append(saying("t", "kept"))
    assert [record.value for record in await bus.read("t", 0, 0)] == [b"kept"]


async def test_a_log_in_memory_that_is_away_cannot_be_read() -> None:
    log = MemoryLog(VirtualClock())
    bus = MemoryBus(log)
    await bus.ensure([Topic("t", 1)])
    log.reachable = False
    with pytest.raises(Unreachable):
        await bus.read("t", 0, 0)


@pytest.mark.timeout(60)
async def test_no_cluster_there_is_said_with_what_to_do() -> None:
    bus = KafkaBus("127.0.0.1:9", "nobody", send_within_s=0.5)
    with pytest.raises(Unreachable, match="detente kafka up"):
        await bus.read("t", 0, 0)
    with pytest.raises(Unsettled):
        await bus.append(saying("t", "lost"))
    await bus.close()


async def test_what_no_topic_takes_is_unsettled(log: Log) -> None:
    (topic,) = await made(log)
    with pytest.raises(Unsettled):
        await log.bus().append([Outgoing(topic, 0, b"k", bytes(1024 * 1024 + 1))])


async def test_a_follower_reads_from_where_it_is_told(log: Log) -> None:
    first, second = await made(log, Lane.FLASH, Lane.ROUTINE)
    bus = log.bus()
    await bus.append([*saying(first, "a", "b"), *saying(second, "c", "d")])
    reader = await bus.follow({first: 1, second: 0})
    found = await heard(reader, 3)
    assert sorted(record.value for record in found) == [b"b", b"c", b"d"]
    await bus.append(saying(first, "e"))
    (news,) = await heard(reader, 1)
    assert (news.value, news.offset) == (b"e", 2)
    await reader.close()


async def test_a_group_owns_the_same_partitions_in_every_lane_and_is_told_first(log: Log) -> None:
    flash, routine = await made(log, Lane.FLASH, Lane.ROUTINE, partitions=4)
    owned: dict[str, frozenset[int]] = {}
    carried: list[tuple[str, int]] = []

    async def run(name: str) -> None:
        async def told(partitions: frozenset[int]) -> Positions:
            owned[name] = partitions
            return {}

        reader = await log.bus(name).group(f"group-{log.seed}", [flash, routine], told)
        try:
            while True:
                for record in await reader.next():
                    assert record.partition in owned[name], "told before any record"
                    carried.append((record.topic, record.partition))
                    reader.settle(record)
        finally:
            await reader.close()

    bus = log.bus("writer")
    async with asyncio.timeout(60):
        one = asyncio.create_task(run("one"))
        while owned.get("one") != frozenset(range(4)):
            await asyncio.sleep(0)
            await bus.append(saying(flash, "wake"))
        two = asyncio.create_task(run("two"))
        while not (len(owned.get("one", ())) == len(owned.get("two", ())) == 2):
            await asyncio.sleep(0)
            await bus.append(saying(flash, "wake"))
        assert owned["one"] | owned["two"] == frozenset(range(4))
        carried.clear()
        for partition in range(4):
            await bus.append(saying(routine, "x", partition=partition))
        while {p for topic, p in carried if topic == routine} != set(range(4)):
            await asyncio.sleep(0)
            assert not one.done() and not two.done()
        for task in (one, two):
            task.cancel()
        await asyncio.gather(one, two, return_exceptions=True)


async def test_the_next_owner_goes_on_after_what_was_settled(log: Log) -> None:
    (topic,) = await made(log)
    bus = log.bus()
    await bus.append(saying(topic, "a", "b", "c"))

    async def told(_: frozenset[int]) -> Positions:
        return {(topic, 0): 3}

    first = await log.bus("one").group(f"group-{log.seed}", [topic], told)
    found = await heard(first, 3)
    first.settle(found[1])
    await first.close()
    second = await log.bus("one").group(f"group-{log.seed}", [topic], told)
    assert [record.value for record in await heard(second, 1)] == [b"c"]
    await second.close()


async def test_what_a_group_committed_is_not_believed_beyond_what_is_proven(log: Log) -> None:
    (topic,) = await made(log)
    await log.bus().append(saying(topic, "a", "b", "c"))

    async def told(_: frozenset[int]) -> Positions:
        return {(topic, 0): 1}

    first = await log.bus("one").group(f"group-{log.seed}", [topic], told)
    found = await heard(first, 3)
    first.settle(found[-1])
    await first.close()
    second = await log.bus("one").group(f"group-{log.seed}", [topic], told)
    assert [record.value for record in await heard(second, 2)] == [b"b", b"c"]
    await second.close()


async def test_a_new_group_starts_at_the_beginning(log: Log) -> None:
    (topic,) = await made(log)
    await log.bus().append(saying(topic, "sent before anybody listened"))

    async def told(_: frozenset[int]) -> Positions:
        return {}

    reader = await log.bus().group(f"group-{log.seed}", [topic], told)
    (found,) = await heard(reader, 1)
    assert found.value == b"sent before anybody listened"
    await reader.close()


async def test_faster_lanes_go_first_and_the_slowest_moves_all_the_same(log: Log) -> None:
    lanes = await made(log, *LANES)
    bus = log.bus()
    flood = 32 * (FLOOR_EVERY + 4)
    reader = await bus.follow(dict.fromkeys(lanes, 0))
    # Warm both up, so that the order shows the lanes and not which fetch came back first.
    await bus.append([*saying(lanes[0], "warm"), *saying(lanes[-1], "warm")])
    await heard(reader, 2)
    await bus.append(saying(lanes[-1], *(f"slow {n}" for n in range(3))))
    await bus.append(saying(lanes[0], *(f"fast {n}" for n in range(flood))))
    found = await heard(reader, flood + 3)
    topics = [record.topic for record in found]
    slow = [at for at, topic in enumerate(topics) if topic == lanes[-1]]
    assert len(slow) == 3
    assert slow[0] < flood, "the slowest lane waited for the whole flood"
    if log.memory is not None:
        assert slow[0] >= 32 * (FLOOR_EVERY - 3)
    assert [r.value for r in found if r.topic == lanes[0]] == [
        f"fast {n}".encode() for n in range(flood)
    ]
    await reader.close()


async def test_a_null_header_is_carried_as_it_came(log: Log) -> None:
    (topic,) = await made(log)
    bus = log.bus()
    await bus.append([Outgoing(topic, 0, b"k", b"v", (("ce_source", None),))])  # type: ignore[arg-type]  # Kafka allows it
    (found,) = await bus.read(topic, 0, 0)
    assert found.value == b"v"
    assert [name for name, _ in found.headers] == ["ce_source"]
