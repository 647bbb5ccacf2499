"""What operators are told of brokers, topics, groups and lanes, on both engines."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from schemas.parties import Lane
from services.bus import topics
from services.bus.brokers import Brokers, LaneDepth, MemoryBrokers
from services.bus.kafka_brokers import KafkaBrokers
from services.bus.memory import MemoryLog, VirtualClock
from services.bus.topics import Realm
from services.bus.transport import Outgoing, Unreachable
from tests.kit.house import WITHIN_S, House
from tests.kit.ports import free_ports

IDLE = "agreements"
"""No test runs it in the exercise realm, so that what is put there waits."""


@pytest_asyncio.fixture(loop_scope="session")
async def brokers(house: House, request: pytest.FixtureRequest) -> AsyncIterator[Brokers]:
    found: Brokers = (
        MemoryBrokers(house.log)
        if house.log
        else KafkaBrokers(request.getfixturevalue("kafka"), "tests-brokers")
    )
    async with contextlib.AsyncExitStack() as stack:
        stack.push_async_callback(found.close)
        yield found


async def lane_of(brokers: Brokers, service: str, lane: Lane, realm: Realm) -> LaneDepth:
    (found,) = [
        each for each in await brokers.lanes(realm) if (each.service, each.lane) == (service, lane)
    ]
    return found


async def waiting_there(house: House, count: int, partition: int = 1) -> str:
    topic = topics.commands(IDLE, Lane.ROUTINE, Realm.EXERCISE)
    await house.bus.ensure(topics.of_service(IDLE, Realm.EXERCISE, house.settings.partitions))
    await house.bus.append(
        [Outgoing(topic, partition, b"agreement-1", b"not read" * 200) for _ in range(count)]
    )
    return topic


async def test_what_nobody_settled_is_the_depth_of_its_lane(house: House, brokers: Brokers) -> None:
    topic = await waiting_there(house, 1)
    before = await lane_of(brokers, IDLE, Lane.ROUTINE, Realm.EXERCISE)
    await waiting_there(house, 40)
    after = await lane_of(brokers, IDLE, Lane.ROUTINE, Realm.EXERCISE)
    assert after.topic == topic
    assert after.depth == before.depth + 40
    assert after.partitions[1].depth == before.partitions[1].depth + 40
    assert after.partitions[0].depth == before.partitions[0].depth
    assert after.last_minute >= 40


async def test_the_oldest_that_waits_keeps_its_age(house: House, brokers: Brokers) -> None:
    await waiting_there(house, 1)
    first = (await lane_of(brokers, IDLE, Lane.ROUTINE, Realm.EXERCISE)).oldest_at
    assert first is not None
    assert first <= house.clock.now()
    await waiting_there(house, 3, partition=2)
    again = await lane_of(brokers, IDLE, Lane.ROUTINE, Realm.EXERCISE)
    assert again.oldest_at == first
    assert again.partitions[2].oldest_at is not None
    assert again.partitions[2].oldest_at >= first


async def test_a_lane_that_a_service_drains_has_no_depth_and_no_age(
    house: House, brokers: Brokers
) -> None:
    await house.accepted("xaa-ghq", house.draft(house.matter("drained")))
    async with asyncio.timeout(WITHIN_S):
        while (found := await lane_of(brokers, "hotline", Lane.ROUTINE, Realm.LIVE)).depth:
            pass
    assert found.oldest_at is None
    assert found.last_minute >= 1


async def test_lanes_stand_in_the_order_of_urgency(house: House, brokers: Brokers) -> None:
    hotline = [x.lane for x in await brokers.lanes(Realm.LIVE) if x.service == "hotline"]
    assert hotline == list(Lane)


async def test_a_group_says_how_many_instances_share_its_lanes(
    house: House, brokers: Brokers
) -> None:
    found = {each.service: each for each in await brokers.groups(Realm.LIVE)}
    assert list(found) == list(topics.LANES_OF_SERVICE)
    assert (found["hotline"].state, found["hotline"].members) == ("Stable", 1)
    idle = {each.service: each for each in await brokers.groups(Realm.EXERCISE)}[IDLE]
    assert idle.members == 0
    assert idle.state != "Stable"


async def test_topics_are_told_with_their_copies_and_records(
    house: House, brokers: Brokers
) -> None:
    topic = await waiting_there(house, 5)
    found = {each.name: each for each in await brokers.topics(Realm.EXERCISE)}
    assert found[topic].partitions == house.settings.partitions
    assert found[topic].records >= 5
    assert (found[topic].replicas, found[topic].in_sync, found[topic].leaderless) == (1, 1, 0)
    assert list(found) == sorted(found)
    assert topics.DIRECTORY in found
    assert all(name == topics.DIRECTORY or name.startswith("exercise.") for name in found)
    live = {each.name for each in await brokers.topics(Realm.LIVE)}
    assert topics.ledger("hotline", Realm.LIVE) in live
    assert not any(name.startswith(("exercise.", "__")) for name in live)


async def test_every_broker_is_named_with_whether_it_answers(
    house: House, brokers: Brokers
) -> None:
    (node,) = await brokers.nodes()
    assert node.answers
    assert node.controller
    assert node.address


async def test_a_hundred_topics_more_are_told_as_soon(house: House, brokers: Brokers) -> None:
    await brokers.topics(Realm.LIVE)
    desks = [f"xdd-many-{number}" for number in range(25)]
    made = [
        each
        for desk in desks
        for each in topics.of_desk(desk)
        if each.name.startswith(f"desk.{desk}.")
    ]
    assert len(made) == 100
    await house.bus.ensure(made)
    assert {each.name for each in made} <= {x.name for x in await brokers.topics(Realm.LIVE)}


async def test_asking_writes_nothing_and_joins_no_group(house: House, brokers: Brokers) -> None:
    async def said() -> Any:
        return await brokers.topics(Realm.EXERCISE), await brokers.groups(Realm.EXERCISE)

    before = await said()
    await brokers.lanes(Realm.EXERCISE)
    await brokers.nodes()
    assert await said() == before


async def test_a_log_that_is_cut_off_says_so() -> None:
    log = MemoryLog(VirtualClock())
    log.reachable = False
    brokers = MemoryBrokers(log)
    assert [each.answers for each in await brokers.nodes()] == [False]
    with pytest.raises(Unreachable):
        await brokers.lanes(Realm.LIVE)


async def test_no_kafka_at_all_is_said_with_what_to_do() -> None:
    brokers = KafkaBrokers(f"127.0.0.1:{free_ports(1)}", "tests-nobody")
    with pytest.raises(Unreachable, match="detente kafka up"):
        await brokers.topics(Realm.LIVE)
    await brokers.close()
