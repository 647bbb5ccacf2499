"""The Kafka runner on real brokers: starting, ending, and losing nothing in between."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType

from deploy.kafka import runner, wire
from deploy.kafka.trouble import KafkaTrouble
from tests.kit.ports import free_ports

ROOT = Path(__file__).parents[2]


@pytest.fixture
def state(tmp_path: Path, fetched_jars: Path) -> Iterator[Path]:
    """An empty state directory; what runs in it at the end is stopped."""
    (tmp_path / "kafka").mkdir()
    (tmp_path / "kafka" / "jars").symlink_to(fetched_jars)
    yield tmp_path
    runner.down(tmp_path)


async def create_topic(bootstrap: str, name: str, replicas: int = 1) -> dict[str, str]:
    """Make a topic and return its effective settings, once the node that is asked knows it."""
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    asked = ConfigResource(ConfigResourceType.TOPIC, name)
    try:
        await admin.create_topics([NewTopic(name, num_partitions=1, replication_factor=replicas)])
        async with asyncio.timeout(20):
            while True:
                answers = await admin.describe_configs([asked])
                error, _, _, _, settings = answers[0].resources[0][:5]
                if error == 0:
                    return {entry[0]: entry[1] for entry in settings}
    finally:
        await admin.close()


async def send(bootstrap: str, topic: str, *values: bytes) -> None:
    """Write records that every in-sync replica has when this returns."""
    producer = AIOKafkaProducer(
        bootstrap_servers=bootstrap, acks="all", enable_idempotence=True, max_request_size=140_000
    )
    await producer.start()
    try:
        for value in values:
            await producer.send_and_wait(topic, value)
    finally:
        await producer.stop()


async def read(bootstrap: str, topic: str, count: int) -> list[bytes]:
    """The first `count` records."""
    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap, enable_auto_commit=False)
    await consumer.start()
    try:
        consumer.assign([TopicPartition(topic, 0)])
        await consumer.seek_to_beginning()
        return [(await consumer.getone()).value for _ in range(count)]
    finally:
        await consumer.stop()


@pytest.mark.timeout(180)
def test_up_twice_is_harmless_and_down_ends_it(state: Path) -> None:
    port = free_ports(2)
    first = runner.up(state, port=port)
    assert first.started == (1,)
    assert first.bootstrap == f"127.0.0.1:{port}"
    (before,) = runner.status(state)
    assert before.state == "answers"

    again = runner.up(state)
    assert again.started == ()
    assert again.bootstrap == first.bootstrap
    assert runner.status(state) == [before]
    with pytest.raises(KafkaTrouble, match="already runs"):
        runner.up(state, port=port + 100)

    assert runner.down(state) == [1]
    assert runner.down(state) == []
    assert [node.state for node in runner.status(state)] == ["stopped"]
    assert wire.is_free(("127.0.0.1", port))


@pytest.mark.timeout(180)
def test_killed_node_comes_back_with_its_records(state: Path) -> None:
    bootstrap = runner.up(state, port=free_ports(2)).bootstrap
    largest = os.urandom(128 * 1024)
    asyncio.run(create_topic(bootstrap, "kept"))
    asyncio.run(send(bootstrap, "kept", b"one", largest))

    runner.kill_node(state, 1)
    assert [node.state for node in runner.status(state)] == ["stopped"]
    # A stale process id that now is another program's must neither confuse nor be signalled.
    (state / "kafka" / "node-1" / "pid").write_text(str(os.getpid()))

    assert runner.up(state).started == (1,)
    assert asyncio.run(read(bootstrap, "kept", 2)) == [b"one", largest]


@pytest.mark.timeout(240)
def test_three_nodes_take_records_while_one_is_dead(state: Path) -> None:
    bootstrap = runner.up(state, nodes=3, port=free_ports(6)).bootstrap
    settings = asyncio.run(create_topic(bootstrap, "safe", replicas=3))
    assert settings["min.insync.replicas"] == "2"
    assert settings["unclean.leader.election.enable"] == "false"
    asyncio.run(send(bootstrap, "safe", b"with three"))

    runner.kill_node(state, 2)
    asyncio.run(asyncio.wait_for(send(bootstrap, "safe", b"with two"), 30))
    assert runner.up(state).started == (2,)
    runner.stop_node(state, 1)
    asyncio.run(asyncio.wait_for(send(bootstrap, "safe", b"without one"), 30))
    runner.start_node(state, 1)
    assert {node.state for node in runner.status(state)} == {"answers"}
    records = asyncio.run(read(bootstrap, "safe", 3))
    assert records == [b"with three", b"with two", b"without one"]


def test_taken_port_is_told_before_anything_starts(state: Path) -> None:
    port = free_ports(2)
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", port + 1))
        holder.listen()
        with pytest.raises(KafkaTrouble, match=rf"port {port + 1} .* --port"):
            runner.up(state, port=port)
    assert [node.state for node in runner.status(state)] == ["stopped"]


@pytest.mark.timeout(120)
def test_broker_that_cannot_start_says_why_and_where_to_read(state: Path) -> None:
    port = free_ports(2)
    runner.up(state, port=port)
    runner.down(state)
    properties = state / "kafka" / "node-1" / "data" / "meta.properties"
    properties.write_text(properties.read_text().replace("node.id=1", "node.id=7"))
    with pytest.raises(KafkaTrouble, match=r"node 1 ended .*node id.*server\.log"):
        runner.up(state)


def command(state: Path, *arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """Run the command as a user would."""
    return subprocess.run(
        [sys.executable, "-m", "deploy.kafka", *arguments],
        cwd=ROOT,
        env={**os.environ, "DETENTE_STATE": str(state), **environ},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.timeout(180)
def test_command_outlives_itself_and_speaks_json(state: Path) -> None:
    port = free_ports(2)
    started = command(state, "up", "--port", str(port), "--json")
    assert started.returncode == 0, started.stderr
    assert json.loads(started.stdout)["bootstrap"] == f"127.0.0.1:{port}"
    looked = command(state, "status", "--json")
    assert looked.returncode == 0
    assert json.loads(looked.stdout)["nodes"][0]["state"] == "answers"
    assert json.loads(command(state, "down", "--json").stdout) == {"stopped": [1]}


def test_command_tells_that_nothing_runs(state: Path) -> None:
    assert command(state, "status").returncode == 3


def test_command_tells_trouble_in_one_line(state: Path) -> None:
    refused = command(state, "up", DETENTE_JAVA="/nowhere/java", PATH="/usr/bin:/bin")
    assert refused.returncode == 1
    assert refused.stderr.strip().splitlines()[-1].startswith("detente kafka: DETENTE_JAVA")


def test_outside_cluster_is_used_as_it_is(state: Path) -> None:
    told = command(state, "up", "--json", DETENTE_KAFKA_BOOTSTRAP_SERVERS="broker:9092")
    assert json.loads(told.stdout) == {"bootstrap": "broker:9092", "outside": True, "started": []}
    assert runner.status(state) == []
