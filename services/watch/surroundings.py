"""What is around the ledgers: lanes, brokers, services' groups, quarantine, as asked."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from services.bus import topics
from services.bus.brokers import Brokers
from services.bus.clock import Clock
from services.bus.log import log
from services.bus.quarantine import code_of
from services.bus.topics import Realm
from services.bus.transport import Bus, Unreachable
from services.watch import brokers as said
from services.watch.exporting import Lag
from services.watch.figures import Figures, Health, LaneFigures, ProcessFigures, QuarantineCount

EVERY_S = 2.0
READ_AT_ONCE = 500


@dataclass(slots=True)
class _Kept:
    count: int
    newest_at: datetime


class Surroundings:
    """Asked again and again; what cannot be asked now stays as it was last said, and its brokers
    are SILENT.
    """

    def __init__(
        self, brokers: Brokers, bus: Bus, clock: Clock, realm: Realm, partitions: int
    ) -> None:
        self._brokers, self._bus, self._clock = brokers, bus, clock
        self._realm, self._partitions = realm, partitions
        self.lags: tuple[Lag, ...] = ()
        """How far each service's group is behind, by partition."""
        self._lanes: tuple[LaneFigures, ...] = ()
        self._processes: tuple[ProcessFigures, ...] = ()
        self._since: dict[str, tuple[Health, datetime]] = {}
        self._next: dict[tuple[str, int], int] = {}
        self._quarantine: defaultdict[str, dict[str, _Kept]] = defaultdict(dict)

    async def ask_for_ever(self) -> None:
        """From time to time."""
        while True:
            await self.ask()
            await asyncio.sleep(EVERY_S)

    async def ask(self) -> None:
        """What they say now."""
        try:
            lanes = await self._brokers.lanes(self._realm)
            groups = await self._brokers.groups(self._realm)
            nodes = await self._brokers.nodes()
            await self._read_quarantine()
        except Unreachable as trouble:
            log.info("brokers.unreachable", trouble=str(trouble))
            silent = ("no broker answers",)
            self._processes = tuple(
                self._dated(each.model_copy(update={"health": Health.SILENT, "why": silent}))
                for each in self._processes
            )
            return
        self._lanes = said.lanes(lanes, self._clock.now())
        self.lags = said.lags(lanes, self._realm, self._clock.now())
        found = (*said.services(groups), *said.brokers(nodes))
        self._processes = tuple(self._dated(each) for each in found)

    def _dated(self, process: ProcessFigures) -> ProcessFigures:
        """Since when it is as it is, as far as it was seen from here."""
        health, since = self._since.get(process.name, (None, self._clock.now()))
        if health is not process.health:
            since = self._clock.now()
            self._since[process.name] = (process.health, since)
        return process.model_copy(update={"since": since})

    async def _read_quarantine(self) -> None:
        for service in topics.LANES_OF_SERVICE:
            topic = topics.quarantine(service, self._realm)
            for partition in range(self._partitions):
                await self._read(service, topic, partition)

    async def _read(self, service: str, topic: str, partition: int) -> None:
        where = (service, partition)
        start = self._next.get(where, 0)
        for record in await self._bus.read(topic, partition, start, start + READ_AT_ONCE):
            kept = self._quarantine[service].setdefault(
                code_of(record), _Kept(0, record.appended_at)
            )
            kept.count += 1
            kept.newest_at = max(kept.newest_at, record.appended_at)
            self._next[where] = record.offset + 1

    def beside(self, figures: Figures, watch: ProcessFigures) -> Figures:
        """The figures with all this beside them."""
        return figures.model_copy(
            update={
                "lanes": self._lanes,
                "processes": (*self._processes, self._dated(watch)),
                "quarantine": _counts(self._quarantine),
            }
        )


def _counts(kept: Mapping[str, Mapping[str, _Kept]]) -> tuple[QuarantineCount, ...]:
    return tuple(
        QuarantineCount(service=service, code=code, count=each.count, newest_at=each.newest_at)
        for service, codes in sorted(kept.items())
        for code, each in sorted(codes.items())
    )
