"""Runs a service: owns partitions, carries what comes, lets deadlines pass."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial

from services.bus import topics
from services.bus.clock import Clock
from services.bus.directory import Directory
from services.bus.health import Condition, Lack
from services.bus.journey import Journey, patiently
from services.bus.log import log
from services.bus.meters import ServiceMeters
from services.bus.overhearing import Ear
from services.bus.seal import Signer
from services.bus.service import Service
from services.bus.settings import Settings
from services.bus.topics import Realm
from services.bus.transport import Bus, Outgoing, Positions, Reader, Record

DEADLINES_EVERY_S = 0.1
DELIVERED_BEHIND = 1
"""How many batches may wait for delivery while the next is decided."""
DIRECTORY_EVERY_S = 2.0
OVERHEAR_EVERY_S = 0.25

Sleep = Callable[[float], Awaitable[None]]


class Running:
    """One instance of a service on a bus, from `start` to `stop`."""

    def __init__(
        self,
        service: Service,
        bus: Bus,
        signer: Signer,
        directory: Directory,
        clock: Clock,
        settings: Settings,
        realm: Realm = Realm.LIVE,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self.meters = ServiceMeters(service.name, realm.value)
        self.condition = Condition(
            f"{realm.prefix}{service.name}-{settings.instance}",
            {Lack.PARTITIONS: "it has not been given its partitions yet; wait"},
        )
        self.meters.at_scrape(self.condition.samples)
        self.condition.look(self._unknown_to_directory)
        self.journey = Journey(
            service, bus, signer, directory, clock, settings, realm, self.meters, self.condition
        )
        self._service, self._bus, self._directory = service, bus, directory
        self._signer = signer
        self._settings, self._realm, self._sleep = settings, realm, sleep
        self._ear = Ear(service, bus, directory, realm, settings.partitions)
        self._tasks: list[asyncio.Task[None]] = []
        self._reader: Reader | None = None
        self._decided: asyncio.Queue[tuple[Sequence[Outgoing], Record]] = asyncio.Queue(
            DELIVERED_BEHIND
        )

    @property
    def ready(self) -> bool:
        """Whether it owns partitions, has folded their ledgers, and lacks nothing else."""
        return self.condition.ready

    def _unknown_to_directory(self) -> Mapping[Lack, str]:
        keyring = self._directory.keyring
        if keyring.position < 0:
            return {
                Lack.DIRECTORY: f"the directory {topics.DIRECTORY} names nobody, or was not read "
                "yet; `detente keys house` publishes the example house's"
            }
        if keyring.holder_of(self._signer.keyid) is None:
            return {
                Lack.DIRECTORY: f"the directory does not vouch for this key of {self._service.name}"
                ", so nobody believes what it says; publish it, or give the key that is published"
            }
        return {}

    async def start(self) -> None:
        """Check the topics, read the directory, join the group."""
        wanted = [
            *topics.of_service(self._service.name, self._realm, self._settings.partitions),
            *topics.of_directory(),
        ]
        await patiently(lambda: self._bus.ensure(wanted), self.journey.away)
        await patiently(self._directory.refresh, self.journey.away)
        lanes = [
            topics.commands(self._service.name, lane, self._realm)
            for lane in topics.LANES_OF_SERVICE[self._service.name]
        ]
        group = f"{self._realm.prefix}{self._service.name}"
        self._reader = await patiently(
            lambda: self._bus.group(group, lanes, self._assigned), self.journey.away
        )
        self._tasks = [
            asyncio.create_task(self._decide(self._reader), name="decide"),
            asyncio.create_task(self._deliver(self._reader), name="deliver"),
            asyncio.create_task(self._watch_deadlines(), name="deadlines"),
            asyncio.create_task(
                self._directory.refresh_every(DIRECTORY_EVERY_S, self.journey.away),
                name="directory",
            ),
        ]
        if self._service.overhears:
            self._tasks.append(asyncio.create_task(self._overhear(), name="overhear"))

    async def run(self) -> None:
        """Until something fails, which is raised; or until cancelled."""
        done, _ = await asyncio.wait(self._tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()

    async def stop(self) -> None:
        """Leave the group. What was carried is settled; what was not is carried by the next."""
        self.condition.lacks(Lack.PARTITIONS, "it is stopping, and has left its group")
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._reader is not None:
            await self._reader.close()

    async def _decide(self, reader: Reader) -> None:
        while True:
            records = await reader.next()
            await self._decided.put((await self.journey.decide(records), records[-1]))

    async def _deliver(self, reader: Reader) -> None:
        """In the order of decision. Only what was delivered is settled: the rest comes again."""
        while True:
            outgoing, last = await self._decided.get()
            await self.journey.deliver(outgoing)
            reader.settle(last)

    async def _assigned(self, partitions: frozenset[int]) -> Positions:
        """Fold the ledgers of partitions that are new; forget those that went."""
        ledgers = self.journey.ledgers
        for gone in ledgers.keys() - partitions:
            del ledgers[gone]
        for kept in sorted(partitions & ledgers.keys()):
            await self.journey.read_on(kept)
        for new in sorted(partitions - ledgers.keys()):
            await self.journey.take_over(new)
        self.condition.has(Lack.PARTITIONS)
        self._observe()
        log.info("partitions.owned", partitions=sorted(partitions))
        return {
            where: offset + 1
            for ledger in ledgers.values()
            for where, offset in ledger.carried.items()
        }

    async def _watch_deadlines(self) -> None:
        while True:
            await self._sleep(DEADLINES_EVERY_S)
            await self.journey.pass_deadlines()
            self._observe()

    async def _overhear(self) -> None:
        for overheard in self._service.overhears:
            wanted = topics.of_service(overheard.name, self._realm, self._settings.partitions)
            await patiently(partial(self._bus.ensure, [*wanted]), self.journey.away)
        while True:
            await self._sleep(OVERHEAR_EVERY_S)
            heard = await patiently(
                lambda: self._ear.commands(self.journey.ledgers), self.journey.away
            )
            await self.journey.say_to_itself(heard)

    def _observe(self) -> None:
        ledgers = self.journey.ledgers.values()
        self.meters.owns(len(ledgers), sum(len(ledger.deadlines) for ledger in ledgers))
