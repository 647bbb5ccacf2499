"""Where a story is played: on a real Kafka with real processes, or in memory."""

from __future__ import annotations

import asyncio
import contextlib
import json
import shutil
import socket
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any, Protocol

from deploy.kafka import runner
from schemas.ledger import Entry
from schemas.parties import Precedence
from schemas.visit_terms import HostTerms
from services.bus import keys, topics
from services.bus.clock import SystemClock
from services.bus.directory import Directory, roots_in
from services.bus.kafka import KafkaBus
from services.bus.ledger import read_entry
from services.bus.memory import MemoryBus, MemoryLog
from services.bus.refusals import Refusal
from services.bus.running import Running
from services.bus.seal import Signer
from services.bus.settings import Settings
from services.bus.topics import Realm
from services.bus.transport import Bus
from services.desk.desk import Desk
from services.local.house import SEATS, House
from services.local.processes import Process, ProcessTrouble, stop_all
from services.local.services import SERVICES
from services.local.targets import Targets

Say = Callable[[str], None]
Ledgers = Mapping[str, Sequence[Sequence[Entry[Any, Any]]]]
"""By service: the entries of each partition, in their order, those that do not count included."""
READY_WITHIN_S = 120.0
WATCH = "watch"


class Stage(Protocol):
    """What a story needs of the place where it is played."""

    name: str
    desks: dict[str, Desk]

    async def kill_hotline(self) -> None:
        """End the hotline service as a power cut would."""

    async def start_hotline(self) -> None:
        """Start it again."""

    async def ledgers(self) -> Ledgers:
        """Every service's ledger, as it stands on the log."""

    @property
    def watch_url(self) -> str | None:
        """Where the watch of this stage answers; None where it has none."""


async def read_ledgers(bus: Bus, directory: Directory, settings: Settings) -> Ledgers:
    """Every partition of every service's ledger; what the service did not sign is left out."""
    keyring = await directory.refresh()
    found = {}
    for name, declared in SERVICES.items():
        service, partitions = declared(settings), []
        for partition in range(settings.partitions):
            records = await bus.read(topics.ledger(name, Realm.LIVE), partition, 0)
            read = [read_entry(service, record.value, keyring) for record in records]
            partitions.append([each[0] for each in read if not isinstance(each, Refusal)])
        found[name] = partitions
    return found


class KafkaStage:
    """Kafka, the hotline and every desk as processes of their own."""

    name = "Apache Kafka, every service and desk a process of its own"

    def __init__(
        self, house: House, run: Path, settings: Settings, targets: Targets | None = None
    ) -> None:
        """With `targets` every process serves its health, on a port that stands there."""
        self.desks: dict[str, Desk] = {}
        self.house, self._settings, self._targets = house, settings, targets
        self._services = {name: Process(name, run) for name in SERVICES}
        self._desks = [Process(seat.desk, run) for seat in SEATS]
        self._watch = Process(WATCH, run)
        self._environment: Mapping[str, str] = environment_of(settings)

    async def open(self, say: Say) -> None:
        """Build the house, publish its directory, start the processes."""
        made = self.house.build()
        bus = self._bus("setup")
        try:
            await self.house.open_on(bus, SystemClock().now(), self._settings.partitions, made=made)
        finally:
            await bus.close()
        say(f"starting {', '.join(self._services)} and {len(self._desks)} desks")
        ports = self._ports()
        for name, process in self._services.items():
            process.start([name, "run"], {**self._environment, **_served(ports, name)})
        for process in self._desks:
            home = self.house.home(process.name)
            at = {**self._environment, **_served(ports, process.name)}
            process.start(["desk", "run", "--home", str(home)], at)

    def _ports(self) -> Mapping[str, int]:
        if self._targets is None:
            return {}
        all_of_them = (*self._services.values(), *self._desks)
        running = [each.name for each in all_of_them if each.running()]
        served = {WATCH: self._settings.watch_port}
        return self._targets.give((each.name for each in all_of_them), running, served)

    def start_watch(self) -> None:
        """Start what counts for operators; it is ready when its figures are asked for and come."""
        self._watch.start(["watch", "serve"], self._environment)

    @property
    def watch_url(self) -> str | None:
        """Its address, once it was started."""
        return self._settings.watch_url if self._watch.running() else None

    async def start_hotline(self) -> None:
        """Start the service; it is ready when it answers what is sent to it."""
        self._services["hotline"].start(["hotline", "run"], self._environment)

    async def kill_hotline(self) -> None:
        """SIGKILL."""
        self._services["hotline"].kill()

    def alive(self) -> None:
        """ProcessTrouble where one of the processes has ended."""
        for process in (*self._services.values(), *self._desks):
            if not process.running():
                raise ProcessTrouble(f"{process.name} ended: {process.last_words()}")

    async def attach(self, stack: AsyncExitStack) -> None:
        """Open every desk's store; its own process talks to the bus."""
        for seat in SEATS:
            opening = Desk.open(self.house.home(seat.desk), settings=self._settings, linked=False)
            self.desks[seat.desk] = await stack.enter_async_context(opening)
        async with asyncio.timeout(READY_WITHIN_S):
            for desk in self.desks.values():
                while not ((link := desk.link_state()) and link.up):
                    self.alive()
                    await asyncio.sleep(0.05)

    async def ledgers(self) -> Ledgers:
        """Every ledger as it stands on Kafka."""
        bus = self._bus("checker")
        try:
            directory = Directory(bus, roots_in(self.house.roots))
            return await read_ledgers(bus, directory, self._settings)
        finally:
            await bus.close()

    def stop(self) -> None:
        """End every process."""
        stop_all([*self._desks, *self._services.values(), self._watch])

    def _bus(self, client: str) -> KafkaBus:
        return KafkaBus(self._settings.bootstrap, client, replicas=self._settings.kafka_replicas)


class MemoryStage:
    """Everything in this one process. Nothing outlives it."""

    name = "the bus IN MEMORY, in one process"

    def __init__(self, house: House, settings: Settings) -> None:
        self.desks: dict[str, Desk] = {}
        self._house, self._settings, self._clock = house, settings, SystemClock()
        self._bus = MemoryBus(MemoryLog(self._clock))
        self._running: dict[str, Running] = {}
        self.watch_url: str | None = None

    async def open(self, stack: AsyncExitStack) -> None:
        """Build the house and start it."""
        self._house.build()
        await self._house.open_on(self._bus, self._clock.now(), self._settings.partitions)
        for name in SERVICES:
            await self._start(name)
        for seat in SEATS:
            opening = Desk.open(self._house.home(seat.desk), bus=self._bus, settings=self._settings)
            self.desks[seat.desk] = await stack.enter_async_context(opening)

    async def start_hotline(self) -> None:
        """A new instance on the same log."""
        await self._start("hotline")

    async def _start(self, name: str) -> None:
        service = SERVICES[name](self._settings)
        signer = Signer(service.name, keys.load(self._house.service_key(service.name)))
        running = Running(
            service, self._bus, signer, self._directory(), self._clock, self._settings
        )
        self._running[name] = running
        await running.start()

    async def kill_hotline(self) -> None:
        """Stop it where it stands: in one process there is no SIGKILL."""
        await self._running.pop("hotline").stop()

    async def close(self) -> None:
        """Stop every service."""
        for running in self._running.values():
            await running.stop()
        self._running.clear()

    async def ledgers(self) -> Ledgers:
        """Every ledger as it stands in memory."""
        return await read_ledgers(self._bus, self._directory(), self._settings)

    def _directory(self) -> Directory:
        return Directory(self._bus, roots_in(self._house.roots))


def _served(ports: Mapping[str, int], name: str) -> Mapping[str, str]:
    return {"DETENTE_HEALTH_PORT": str(ports[name])} if name in ports else {}


def _terms(ceilings: Mapping[Precedence, float]) -> dict[str, Any]:
    """A story's clocks: short ceilings, and hosts that decide an emergency on the same day."""
    hosts = HostTerms(urgent_days=0, decide_before_days=0)
    return {"acknowledge_within_s": dict(ceilings), "visit_terms_otherwise": hosts}


def environment_of(settings: Settings) -> dict[str, str]:
    """The settings as a child process reads them, wherever it runs."""
    placed = {"state": settings.state.absolute(), "roots": settings.roots_folder.absolute()}
    said = settings.model_copy(update=placed).model_dump(mode="json", exclude_none=True)
    return {
        f"DETENTE_{name.upper()}": value if isinstance(value, str) else json.dumps(value)
        for name, value in said.items()
    }


@asynccontextmanager
async def kafka_stage(
    state: Path, ceilings: Mapping[Precedence, float], say: Say
) -> AsyncIterator[KafkaStage]:
    """A Kafka of its own below `state`/demo, gone afterwards; or the cluster that is set.

    Raises KafkaTrouble where no Kafka can be had.
    """
    scratch = state / "demo"
    with _cluster(state, scratch, say) as bootstrap:
        settings = Settings(
            state=scratch, kafka_bootstrap_servers=bootstrap, watch_port=free_port(),
            **_terms(ceilings),
        )  # fmt: skip
        stage = KafkaStage(House(scratch), scratch / "run", settings)
        try:
            await stage.open(say)
            if not Settings().kafka_bootstrap_servers:
                # On a cluster of somebody's own a second watch would share the work of theirs.
                stage.start_watch()
            async with AsyncExitStack() as stack:
                await stage.attach(stack)
                yield stage
        finally:
            stage.stop()


@contextlib.contextmanager
def _cluster(state: Path, scratch: Path, say: Say) -> Iterator[str]:
    given = Settings().kafka_bootstrap_servers
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(parents=True)
    try:
        if given:
            say(f"using the cluster at {given}")
            yield given
            return
        # The jars were fetched once for all clusters below this state.
        (state / "kafka" / "jars").mkdir(parents=True, exist_ok=True)
        (scratch / "kafka").mkdir()
        (scratch / "kafka" / "jars").symlink_to((state / "kafka" / "jars").absolute())
        yield runner.up(scratch, nodes=1, port=free_port(), progress=say).bootstrap
    finally:
        if not given:
            runner.down(scratch)
        shutil.rmtree(scratch, ignore_errors=True)


def free_port() -> int:
    """A port with a free one above it, for broker and controller."""
    for _ in range(50):
        with socket.socket() as first, socket.socket() as second:
            first.bind(("127.0.0.1", 0))
            port = first.getsockname()[1]
            with contextlib.suppress(OSError, OverflowError):
                second.bind(("127.0.0.1", port + 1))
                return int(port)
    raise ProcessTrouble("no two free ports in a row on 127.0.0.1")


@asynccontextmanager
async def memory_stage(
    state: Path, ceilings: Mapping[Precedence, float]
) -> AsyncIterator[MemoryStage]:
    """Everything in this process; its disk below `state`/demo is gone afterwards."""
    scratch = state / "demo"
    shutil.rmtree(scratch, ignore_errors=True)
    try:
        settings = Settings(state=scratch, **_terms(ceilings))
        stage = MemoryStage(House(scratch), settings)
        async with AsyncExitStack() as stack:
            await stage.open(stack)
            yield stage
            await stage.close()
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
