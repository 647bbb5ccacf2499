"""What every test may ask for: a house in memory, a house on Kafka, or either in turn."""

from __future__ import annotations

import os
import random
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn

import pytest
import pytest_asyncio

ROOT = Path(__file__).parents[1]
STATE = ROOT / ".detente"
"""Where what is fetched is kept, for every cluster of this run and of later ones."""
if str(ROOT) not in sys.path:
    # `pytest`, unlike `python -m pytest`, does not put the project's own folder there.
    sys.path.insert(0, str(ROOT))

from deploy.kafka import runner
from deploy.kafka.trouble import KafkaTrouble
from schemas.parties import Lane, Precedence
from services.bus.clock import SystemClock
from services.bus.kafka import KafkaBus
from services.bus.memory import MemoryBus, MemoryLog, VirtualClock
from services.bus.settings import Settings
from services.bus.topics import Realm
from services.bus.transport import Bus
from tests.kit.house import LADDER_S, House, in_memory
from tests.kit.ports import free_ports

pytest_plugins = ["services.rehearsal.plugin"]
"""Every scenario below tests/ is a test. Installed, the distribution registers it by itself."""
ON_KAFKA = pytest.param("kafka", marks=[pytest.mark.kafka, pytest.mark.timeout(120)])


# Kafka.


@dataclass
class Cluster:
    """The run's own Kafka node, started by the first test that asks for it."""

    folder: Path
    bootstrap: str | None = None
    trouble: str | None = None
    house: House | None = None
    started: bool = False

    def start(self) -> None:
        """One node on free ports. What hinders it is kept as `trouble`."""
        if self.started:
            return
        self.started = True
        (self.folder / "kafka").mkdir()
        try:
            # Before the node starts: another worker of the run may be fetching them just now.
            runner.prepare(STATE)
            (self.folder / "kafka" / "jars").symlink_to(STATE / "kafka" / "jars")
            self.bootstrap = runner.up(self.folder, nodes=1, port=free_ports(2)).bootstrap
        except KafkaTrouble as trouble:
            self.trouble = str(trouble)


@pytest.fixture(scope="session")
def fetched_jars() -> Path:
    """Kafka's jars, fetched and prepared once for every cluster of the run and of later runs."""
    try:
        runner.prepare(STATE)
    except KafkaTrouble as trouble:
        without_kafka(str(trouble))
    return STATE / "kafka" / "jars"


def without_kafka(why: str) -> NoReturn:
    """The test skips, but fails where CI says that it is CI: there a test that cannot run is no
    test that passed."""
    said = f"needs a real Kafka: {why}"
    if os.environ.get("CI", "").lower() == "true":
        pytest.fail(said, pytrace=False)
    pytest.skip(said)


@pytest.fixture(scope="session")
def _cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    cluster = Cluster(tmp_path_factory.mktemp("cluster"))
    yield cluster
    if cluster.started:
        runner.down(cluster.folder)


@pytest.fixture
def kafka(_cluster: Cluster, request: pytest.FixtureRequest) -> str:
    """A real cluster's address. Without one the test skips, but fails where CI says that it is
    CI: there a test that cannot run is no test that passed."""
    _cluster.start()
    if _cluster.bootstrap is None:
        without_kafka(f"{request.node.nodeid}: {_cluster.trouble}")
    return _cluster.bootstrap


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def _kafka_house(_cluster: Cluster) -> AsyncIterator[Cluster]:
    """Closes the house on Kafka, if there was one, before the cluster stops."""
    yield _cluster
    if _cluster.house is not None:
        await _cluster.house.close()


async def on_kafka(folder: Path, bootstrap: str) -> House:
    """A house on a cluster, running in both realms. OVERRIDE's ceiling is short, so that its
    ladder can be watched; every other ceiling and budget is the default."""
    defaults = Settings(state=folder)
    within = {**defaults.acknowledge_within_s, Precedence.OVERRIDE: LADDER_S}
    settings = defaults.model_copy(update={"acknowledge_within_s": within})

    def connect(client: str) -> Bus:
        return KafkaBus(bootstrap, client)

    house = House(folder, connect, SystemClock(), settings, connect("tests"))
    await house.found()
    for realm in Realm:
        await house.start(realm)
    return house


# Houses.


async def running_in_memory(folder: Path) -> House:
    """A hotline with its desks in memory, in virtual time, running in both realms."""
    house = await in_memory(folder)
    for realm in Realm:
        await house.start(realm)
    return house


@pytest_asyncio.fixture(loop_scope="session")
async def memory_house(tmp_path: Path) -> AsyncIterator[House]:
    """A house in memory."""
    house = await running_in_memory(tmp_path)
    yield house
    await house.close()


@pytest_asyncio.fixture(loop_scope="session", params=["memory", ON_KAFKA])
async def house(
    request: pytest.FixtureRequest, tmp_path: Path, _kafka_house: Cluster
) -> AsyncIterator[House]:
    """The same hotline, first in memory, then on Kafka. On Kafka one house serves all tests,
    so each test speaks in a matter of its own."""
    if request.param == "memory":
        house = await running_in_memory(tmp_path)
        yield house
        await house.close()
        return
    bootstrap = request.getfixturevalue("kafka")
    if _kafka_house.house is None:
        _kafka_house.house = await on_kafka(_kafka_house.folder / "house", bootstrap)
    yield _kafka_house.house


# Logs.


@dataclass
class Log:
    """A log to connect to, and names on it that no other test uses."""

    connect: Callable[[str], Bus]
    memory: MemoryLog | None
    stack: AsyncExitStack
    seed: str = field(default_factory=lambda: f"{random.getrandbits(40):010x}")

    def bus(self, client: str = "one") -> Bus:
        """A connection, closed at the end of the test."""
        bus = self.connect(f"{client}-{self.seed}")
        self.stack.push_async_callback(bus.close)
        return bus

    def topic(self, lane: Lane = Lane.ROUTINE) -> str:
        """A commands topic of this test's own service."""
        return f"t{self.seed}.commands.{lane}.v1"


@pytest_asyncio.fixture(loop_scope="session", params=["memory", ON_KAFKA])
async def log(request: pytest.FixtureRequest) -> AsyncIterator[Log]:
    """An empty log, first in memory, then on Kafka."""
    async with AsyncExitStack() as stack:
        if request.param == "memory":
            memory = MemoryLog(VirtualClock())
            yield Log(lambda _: MemoryBus(memory), memory, stack)
        else:
            bootstrap = request.getfixturevalue("kafka")
            yield Log(lambda client: KafkaBus(bootstrap, client), None, stack)
