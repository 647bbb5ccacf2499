"""What a round is played on: three brokers, hotline instances and desks, all real processes.

It ends nothing that it did not start: processes are found again by id and time of birth.
"""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import signal
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from deploy.kafka import runner
from schemas.parties import Function, Precedence
from services.bus.clock import SystemClock
from services.bus.directory import Directory, roots_in
from services.bus.kafka import KafkaBus
from services.bus.settings import Settings
from services.desk.desk import Desk
from services.desk.store.store import Store
from services.local.house import House, Seat
from services.local.processes import Process, stop_all
from services.local.services import SERVICES
from services.local.stage import Ledgers, environment_of, read_ledgers
from tests.kit.ports import free_ports

ROOT = Path(__file__).resolve().parents[2]
SEATS = (
    *(Seat(f"{nation}-ghq", functions=tuple(Function)) for nation in ("xaa", "xbb", "xcc", "xdd")),
    Seat("xaa-nsa", functions=(Function.SECURITY_AUTHORITY,)),
)
"""Each is all that its nation has; only who asks for a visit does not certify it as well."""
NODES = 3
HOTLINES = ("1", "2")
OTHERS = tuple(name for name in SERVICES if name != "hotline")
"""Services of which one instance runs."""
READY_WITHIN_S = 40.0
NEVER_S = 36_000.0
"""Ceilings so long that no deadline falls due in a round."""


class SiteTrouble(Exception):
    """The site itself did not come up or heal: no verdict on the system can be given."""


@dataclass(frozen=True, slots=True)
class Brokers:
    """A cluster of three nodes below one state directory."""

    state: Path
    bootstrap: str

    def kill(self, node: int) -> None:
        """SIGKILL."""
        runner.kill_node(self.state, node)

    async def start(self, node: int) -> None:
        """Start it again and wait until every replica is in sync."""
        await asyncio.to_thread(runner.start_node, self.state, node)
        await self.in_sync()

    async def in_sync(self, within_s: float = 60.0) -> None:
        """SiteTrouble where a replica stays behind."""
        lagging = "nothing answered"
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(within_s):
                while lagging := await self._lagging():
                    await asyncio.sleep(0.2)
                return
        raise SiteTrouble(f"replicas are not back in sync after {within_s:g} s: {lagging}")

    async def _lagging(self) -> str:
        try:
            async with self._admin() as admin:
                described = await admin.describe_topics()
        except (KafkaError, OSError) as trouble:
            return type(trouble).__name__
        short = [
            f"{topic['topic']}/{each['partition']}"
            for topic in described
            for each in topic["partitions"]
            if len(each["isr"]) < len(each["replicas"])
        ]
        return ", ".join(short[:5])

    async def forget_topics(self) -> None:
        """Remove what a round left, so that the next begins empty."""
        async with self._admin() as admin:
            for _ in range(100):
                left = [name for name in await admin.list_topics() if not name.startswith("__")]
                if not left:
                    return
                await admin.delete_topics(left)
                await asyncio.sleep(0.2)
        raise SiteTrouble("topics of the last round cannot be deleted")

    async def records_in(self, wanted: Callable[[str], bool]) -> int:
        """How many records lie in all topics that are wanted. None of them is compacted."""
        async with self._admin() as admin:
            described = await admin.describe_topics()
        parts = [
            TopicPartition(topic["topic"], each["partition"])
            for topic in described
            for each in topic["partitions"]
            if wanted(topic["topic"])
        ]
        consumer = AIOKafkaConsumer(bootstrap_servers=self.bootstrap)
        await consumer.start()
        try:
            consumer.assign(parts)
            return sum((await consumer.end_offsets(parts)).values())
        finally:
            await consumer.stop()

    @asynccontextmanager
    async def _admin(self) -> AsyncIterator[AIOKafkaAdminClient]:
        admin = AIOKafkaAdminClient(bootstrap_servers=self.bootstrap)
        try:
            await admin.start()
            yield admin
        finally:
            await admin.close()


@contextlib.contextmanager
def brokers(folder: Path, jars: Path) -> Iterator[Brokers]:
    """Three nodes of their own below `folder`, gone afterwards, data and all."""
    jars.mkdir(parents=True, exist_ok=True)
    home = folder / "kafka"
    home.mkdir(parents=True, exist_ok=True)
    if not (home / "jars").exists():
        (home / "jars").symlink_to(jars.resolve())
    try:
        yield Brokers(folder, runner.up(folder, nodes=NODES, port=free_ports(2 * NODES)).bootstrap)
    finally:
        runner.down(folder)
        for node in range(1, NODES + 1):
            shutil.rmtree(home / f"node-{node}" / "data", ignore_errors=True)


@dataclass(slots=True)
class Fallen:
    """A process that ended although nobody killed it."""

    at: float
    name: str
    last_words: str


@dataclass(slots=True)
class Site:
    """One round's processes on the brokers."""

    folder: Path
    brokers: Brokers
    desks: dict[str, Desk] = field(default_factory=dict)
    fallen: list[Fallen] = field(default_factory=list)
    _wanted: set[str] = field(default_factory=set)
    _down: set[str] = field(default_factory=set)
    _born: float = field(default_factory=time.monotonic)

    @property
    def settings(self) -> Settings:
        """What every process of the round is told."""
        return Settings(
            state=self.folder,
            kafka_bootstrap_servers=self.brokers.bootstrap,
            kafka_replicas=NODES,
            acknowledge_within_s=dict.fromkeys(_WITH_CEILING, NEVER_S),
            allowances={},
        )

    @property
    def house(self) -> House:
        """Keys and homes of this round."""
        return House(self.folder)

    def now(self) -> float:
        """Seconds since the round began."""
        return time.monotonic() - self._born

    async def open(self, stack: AsyncExitStack) -> None:
        """Build the house, start one hotline and all desks, attach to the desks' disks."""
        self.house.build(SEATS)
        bus = KafkaBus(self.brokers.bootstrap, "chaos-setup", replicas=NODES)
        try:
            now = SystemClock().now()
            await self.house.open_on(bus, now, self.settings.partitions, SEATS)
        finally:
            await bus.close()
        for name in ("hotline-1", *OTHERS, *(seat.desk for seat in SEATS)):
            self.start(name)
        for seat in SEATS:
            await self._linked(seat.desk)
            home = self.house.home(seat.desk)
            desk = Desk.open(home, settings=self.settings, linked=False)
            self.desks[seat.desk] = await stack.enter_async_context(desk)
        for name in ("hotline-1", *OTHERS):
            await self.owning(name)

    # Processes.

    def process(self, name: str) -> Process:
        """A process by its name: hotline-1, hotline-2, another service's, or a desk's."""
        return Process(name, self.folder / "run")

    def start(self, name: str) -> None:
        """Start it and expect it to run from now on."""
        self._wanted.add(name)
        self._down.discard(name)
        environment = environment_of(self.settings) | {
            "DETENTE_ALLOWANCES": "{}",
            "PYTHONPATH": str(ROOT),
        }
        if name.startswith("hotline-"):
            environment["DETENTE_INSTANCE"] = name.removeprefix("hotline-")
            self.process(name).start(["hotline", "run"], environment)
        elif name in OTHERS:
            self.process(name).start([name, "run"], environment)
        else:
            home = str(self.house.home(name).absolute())
            self.process(name).start(["desk", "run", "--home", home], environment)

    def kill(self, name: str) -> None:
        """SIGKILL; it is not expected to run until it is started."""
        self._down.add(name)
        self.process(name).kill()

    async def leave(self, name: str) -> None:
        """SIGTERM, and no longer wanted."""
        self._wanted.discard(name)
        await asyncio.to_thread(self.process(name).stop)

    def freeze(self, name: str) -> None:
        """SIGSTOP."""
        self._signal(name, signal.SIGSTOP)

    def thaw(self, name: str) -> None:
        """SIGCONT."""
        self._signal(name, signal.SIGCONT)

    def _signal(self, name: str, number: signal.Signals) -> None:
        found = self.process(name).running()
        if found:
            found.send_signal(number)

    def hotlines(self) -> list[str]:
        """The instances that run."""
        names = [f"hotline-{number}" for number in HOTLINES]
        return [name for name in names if self.process(name).running()]

    async def owning(self, name: str, within_s: float = READY_WITHIN_S) -> bool:
        """Whether the instance owned partitions within that time, counted from its last start."""
        end = time.monotonic() + within_s
        while time.monotonic() < end:
            log = self.process(name).log
            said = log.read_text(errors="replace") if log.exists() else ""
            if "partitions.owned" in said.rpartition("service.started")[2]:
                return True
            await asyncio.sleep(0.1)
        return False

    async def _linked(self, desk: str) -> None:
        path = self.house.home(desk) / "live.sqlite3"
        try:
            async with asyncio.timeout(READY_WITHIN_S):
                while not path.exists():
                    await asyncio.sleep(0.05)
                store = Store(path)
                try:
                    while not ((link := store.link()) and link.up):
                        await asyncio.sleep(0.05)
                finally:
                    store.close()
        except TimeoutError:
            words = self.process(desk).last_words()
            raise SiteTrouble(f"{desk} did not reach the bus: {words}") from None

    async def supervise(self) -> None:
        """Restart what ended by itself, as any service manager would, and keep count of it."""
        while True:
            for name in sorted(self._wanted - self._down):
                if not self.process(name).running():
                    words = self.process(name).last_words()
                    self.fallen.append(Fallen(round(self.now(), 1), name, words))
                    self.start(name)
            await asyncio.sleep(0.25)

    async def heal(self) -> None:
        """Everything that should run runs, and every replica is in sync."""
        for name in self.hotlines():
            self.thaw(name)
        for name in sorted(self._wanted):
            self.start(name)
        for node in range(1, NODES + 1):
            await asyncio.to_thread(runner.start_node, self.brokers.state, node)
        await self.brokers.in_sync()

    async def ledgers(self) -> Ledgers:
        """Every service's ledger, with what second writers added."""
        bus = KafkaBus(self.brokers.bootstrap, "chaos-checker", replicas=NODES)
        try:
            return await read_ledgers(
                bus, Directory(bus, roots_in(self.house.roots)), self.settings
            )
        finally:
            await bus.close()

    def stop(self) -> None:
        """End all processes of the round; the brokers stay."""
        for name in self._wanted | self._down:
            self.thaw(name)
        names = {*self._wanted, *self._down, *(f"hotline-{each}" for each in HOTLINES)}
        stop_all([self.process(name) for name in sorted(names)])


_WITH_CEILING = [each for each in Precedence if each is not Precedence.DEFERRED]
