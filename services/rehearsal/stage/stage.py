"""A cast on a bus: roots, keys, homes, a directory, services that run, open desks."""

from __future__ import annotations

import asyncio
import contextlib
import os
import tempfile
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from uuid_utils import uuid7

from schemas.directory import AUTHORITY_OF_SERVICES
from schemas.parties import LANES, Alternate, Ladder, Rung, nation_of
from services.bus import keys, topics
from services.bus.clock import Clock
from services.bus.directory import Directory, roots_in
from services.bus.kafka import KafkaBus
from services.bus.ledger import read_entry
from services.bus.memory import MemoryBus, MemoryLog
from services.bus.refusals import Refusal
from services.bus.running import Running
from services.bus.seal import Signer
from services.bus.settings import Settings
from services.bus.topics import Realm, Topic
from services.bus.transport import Bus, Outgoing
from services.desk.desk import Desk
from services.desk.home import Home
from services.local.services import SERVICES
from services.rehearsal.format.scenario import Scenario
from services.rehearsal.format.verbs import VERBS
from services.rehearsal.stage.bus import ExerciseBus, Way, exercise_only
from services.rehearsal.stage.clock import ScaledClock
from services.rehearsal.stage.loop import LoopClock, VirtualLoop

FAST_DISKS = (Path("/dev/shm"),)  # noqa: S108 - a folder of our own is made in it.
"""Where homes lie while they are needed: nothing of a rehearsal need outlive a power cut."""


READY_WITHIN_S = 60.0
LOOK_EVERY_S = 0.05


@dataclass
class Stage:
    """Everything that a rehearsal plays on. Exercise topics alone can be reached from it."""

    scenario: Scenario
    folder: Path
    settings: Settings
    clock: Clock
    connect: Callable[[str], Bus]
    run: str = ""
    told_at: Callable[[datetime], datetime] | None = None
    log: MemoryLog | None = None
    """In memory only."""
    desks: dict[str, Desk] = field(default_factory=dict)
    """Those that are open."""
    ways: dict[str, Way] = field(default_factory=dict)
    services: dict[str, Running] = field(default_factory=dict)
    hands: dict[str, Signer] = field(default_factory=dict)
    buses: list[ExerciseBus] = field(default_factory=list)
    _open: dict[str, AsyncExitStack] = field(default_factory=dict)

    # Building.

    async def open(self) -> None:
        """Make roots, keys and homes, publish the directory, start services, open the desks."""
        for authority in (*self.scenario.cast, AUTHORITY_OF_SERVICES):
            key = keys.make(self.folder / "root-keys" / f"{authority}.key")
            self.hands[authority] = Signer(authority, key)
            keys.write_public(key, self.settings.roots_folder / f"{authority}.pub")
        bus = self.bus("stage")
        await bus.ensure(topics.of_directory())
        for name, desk in self.scenario.desks.items():
            self.hands[name] = Home(self.folder / name).create(name, desk.officers)
            await bus.ensure(_inboxes(name))
        for service in self.needed:
            self.hands[service] = Signer(service, keys.make(self.folder / f"{service}.key"))
            await bus.ensure(topics.of_service(service, Realm.EXERCISE, self.settings.partitions))
        now = self.clock.now()
        await bus.append(
            [
                Outgoing(topics.DIRECTORY, 0, name.encode(), self._vouched(name, now))
                for name in (*self.needed, *self.scenario.desks)
            ]
        )
        for service in self.needed:
            await self.service_up(service)
        for name in self.scenario.desks:
            await self.desk_on(name)

    def bus(self, name: str) -> ExerciseBus:
        """A connection that reaches exercise topics alone."""
        way = self.ways.setdefault(name, Way())
        made = ExerciseBus(self.connect(name), way, self.run, self.told_at)
        self.buses.append(made)
        return made

    def directory(self, bus: Bus) -> Directory:
        """A directory that trusts this rehearsal's roots, and nobody else's."""
        return Directory(bus, roots_in(self.settings.roots_folder))

    def _vouched(self, name: str, now: datetime) -> bytes:
        desk = self.scenario.desks.get(name)
        root = self.hands[AUTHORITY_OF_SERVICES if desk is None else nation_of(name)]
        raw = self.hands[name].key.public_key().public_bytes_raw()
        if desk is None:
            return keys.vouch(root, name, raw, 1, now)
        rungs = (
            Alternate(rung=rung, desk=other)
            for rung, other in sorted(desk.ladder.items(), key=lambda each: _RUNGS.index(each[0]))
        )
        return keys.vouch(
            root, name, raw, 1, now,
            officers=desk.officers, ladder=Ladder(alternates=tuple(rungs)),
            functions=desk.functions,
        )  # fmt: skip

    # Faults, and their ends.

    async def service_up(self, service: str) -> None:
        """Run one instance of a service; on Kafka it may take a while until it owns its topics."""
        if service in self.services:
            return
        bus = self.bus(f"service-{service}")
        running = Running(
            SERVICES[service](self.settings), bus, self.hands[service], self.directory(bus),
            self.clock, self.settings, Realm.EXERCISE,
        )  # fmt: skip
        await running.start()
        self.services[service] = running

    async def service_down(self, service: str) -> None:
        """End it as a power cut would: what it was about to do is left undone."""
        running = self.services.pop(service, None)
        if running is not None:
            await running.stop()

    def broker(self, *, up: bool) -> None:
        """All brokers go away, or come back."""
        if self.log is not None:
            self.log.reachable = up
        for way in self.ways.values():
            way.is_cut = not up

    def desk_way(self, desk: str, *, up: bool) -> None:
        """A desk's way to the bus is cut, or mended."""
        self.ways[desk].is_cut = not up

    async def desk_on(self, desk: str) -> None:
        """A desk's machine runs, and its store is open."""
        if desk in self._open:
            return
        stack = AsyncExitStack()
        bus = self.bus(desk)
        self.desks[desk] = await stack.enter_async_context(
            Desk.open(
                self.folder / desk, realm=Realm.EXERCISE, bus=bus, clock=self.clock,
                settings=self.settings, directory=self.directory(bus),
            )
        )  # fmt: skip
        self._open[desk] = stack

    async def desk_off(self, desk: str) -> None:
        """A desk's machine is off: not even its disk has what comes."""
        stack = self._open.pop(desk, None)
        if stack is not None:
            del self.desks[desk]
            await stack.aclose()

    @property
    def needed(self) -> Sequence[str]:
        """The services that this scenario speaks to, and those that they listen to."""
        named = {VERBS[step.verb].service for step in self.scenario.steps}
        named |= {getattr(step.content, "service", None) for step in self.scenario.steps}
        asked = {"hotline", *(each for each in named if each)}
        asked |= {o.name for each in asked for o in SERVICES[each](self.settings).overhears}
        return [each for each in SERVICES if each in asked]

    @property
    def overheard(self) -> int:
        """How much stands in ledgers that a service listens to; known in memory only."""
        if self.log is None:
            return 0
        names = {o.name for each in self.services for o in SERVICES[each](self.settings).overhears}
        ledgers = (exercise_only(topics.ledger(each, Realm.EXERCISE), self.run) for each in names)
        return sum(len(part) for each in ledgers for part in self.log.topics.get(each, ()))

    @property
    def desks_off(self) -> frozenset[str]:
        """The desks whose machine is off."""
        return frozenset(self.scenario.desks) - frozenset(self._open)

    async def close(self) -> None:
        """Everything that was opened here."""
        for stack in self._open.values():
            await stack.aclose()
        self._open.clear()
        for service in tuple(self.services):
            await self.service_down(service)
        for bus in self.buses:
            await bus.close()

    # What is left.

    async def entries(self) -> dict[str, list[tuple[datetime, Any]]]:
        """By service, every entry that counts, and when it was written."""
        bus = self.bus("reader")
        keyring = await self.directory(bus).refresh()
        found: dict[str, list[tuple[datetime, Any]]] = {}
        for name in self.needed:
            service = SERVICES[name](self.settings)
            counted: dict[tuple[str, int], tuple[datetime, Any]] = {}
            for partition in range(self.settings.partitions):
                records = await bus.read(topics.ledger(name, Realm.EXERCISE), partition, 0)
                for record in records:
                    read = read_entry(service, record.value, keyring)
                    if not isinstance(read, Refusal):
                        # The first entry with a number counts.
                        counted.setdefault(
                            (read[0].matter, read[0].sequence), (record.appended_at, read[0])
                        )
            found[name] = list(counted.values())
        return found

    async def ready(self) -> None:
        """Until every service owns its topics and every desk reaches the bus."""
        async with asyncio.timeout(READY_WITHIN_S):
            while not all(each.ready for each in self.services.values()):  # noqa: ASYNC110 - it tells nobody.
                await asyncio.sleep(LOOK_EVERY_S)
            for desk in self.desks.values():
                while not ((link := desk.link_state()) and link.up):  # noqa: ASYNC110 - as above.
                    await asyncio.sleep(LOOK_EVERY_S)

    @property
    def made(self) -> frozenset[str]:
        """Every topic, by its name on the cluster, that was made for this run."""
        return frozenset(topic for bus in self.buses for topic in bus.made)

    @property
    def written_to(self) -> frozenset[str]:
        """Every topic, by its name on the cluster, that anything here has written to."""
        return frozenset(topic for way in self.ways.values() for topic in way.used)


_RUNGS = tuple(Rung)


def _inboxes(desk: str) -> Sequence[Topic]:
    return [Topic(topics.inbox(desk, lane, Realm.EXERCISE), partitions=1) for lane in LANES]


@contextlib.contextmanager
def _folder() -> Any:
    place = next((each for each in FAST_DISKS if os.access(each, os.W_OK)), None)
    with tempfile.TemporaryDirectory(prefix="detente-rehearsal-", dir=place) as folder:
        yield Path(folder)


@asynccontextmanager
async def in_memory(scenario: Scenario, loop: VirtualLoop) -> AsyncIterator[Stage]:
    """A stage on a log in memory, in the loop's virtual time."""
    clock = LoopClock(loop)
    with _folder() as folder:
        log = MemoryLog(clock)
        stage = Stage(
            scenario, folder, plain_settings(folder), clock, lambda _: MemoryBus(log), log=log
        )
        try:
            await stage.open()
            yield stage
        finally:
            log.reachable = True
            await stage.close()


@asynccontextmanager
async def on_kafka(
    scenario: Scenario, bootstrap: str, clock: ScaledClock, replicas: int = 1
) -> AsyncIterator[Stage]:
    """A stage on a cluster, on exercise topics of this run alone, which are deleted afterwards."""
    run = f"rehearsal-{uuid7().hex[-12:]}."

    def connect(name: str) -> Bus:
        return KafkaBus(bootstrap, f"{run}{name}", replicas=replicas)

    with _folder() as folder:
        settings = plain_settings(folder, partitions=1, skew_s=max(120.0, 4 * clock.faster))
        stage = Stage(scenario, folder, settings, clock, connect, run, clock.of)
        try:
            await stage.open()
            await stage.ready()
            yield stage
        finally:
            await stage.close()
            sweeper = KafkaBus(bootstrap, f"{run}sweeper")
            try:
                await sweeper.forget(sorted(stage.made))
            finally:
                await sweeper.close()


def plain_settings(folder: Path, **other: Any) -> Settings:
    """The defaults, whatever the environment says: a rehearsal is the same everywhere."""
    values: Mapping[str, Any] = {"state": folder, "partitions": 2} | other
    return Settings.model_construct(**values)
