"""What goes wrong in a round. The order is drawn from the seed; the moments follow the clock."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from tests.chaos.site import HOTLINES, NODES, OTHERS, SEATS, Site

FROZEN_S = (7.0, 9.0)
"""Longer than the group's session timeout of 6 s, so that another takes the partitions."""


class Kind(StrEnum):
    """What is done."""

    KILL_HOTLINE = "kill"
    ZOMBIE = "zombie"
    """Frozen until its partitions are another's, then let go on where it was."""
    JOIN_LEAVE = "join+leave"
    KILL_BROKER = "broker"
    KILL_DESK = "desk"
    KILL_SERVICE = "service"


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault as planned."""

    kind: Kind
    after_s: float
    """How long after the one before it, on the same line of faults, it begins."""
    hold_s: float
    pick: int
    """Which of those that can be hit, counted round."""


@dataclass(frozen=True, slots=True)
class Happened:
    """One fault as it happened, in seconds since the round began."""

    kind: Kind
    target: str
    begun: float
    ended: float

    def __str__(self) -> str:
        return f"{self.kind} {self.target} {self.begun:.1f}-{self.ended:.1f}"


def hotline_faults(seed: str) -> Iterator[Fault]:
    """Without end."""
    chance = random.Random(f"hotline {seed}")
    while True:
        kind = chance.choice((Kind.KILL_HOTLINE, Kind.ZOMBIE, Kind.KILL_HOTLINE, Kind.JOIN_LEAVE))
        bounds = FROZEN_S if kind is Kind.ZOMBIE else (0.0, 2.0)
        yield Fault(kind, chance.uniform(0.5, 4), chance.uniform(*bounds), chance.randrange(60))


def broker_faults(seed: str) -> Iterator[Fault]:
    """Without end."""
    chance = random.Random(f"broker {seed}")
    while True:
        hold = chance.choice((0.0, 1.0, 4.0, 7.0))
        yield Fault(Kind.KILL_BROKER, chance.uniform(1, 5), hold, chance.randrange(60))


def desk_faults(seed: str) -> Iterator[Fault]:
    """Without end."""
    chance = random.Random(f"desk {seed}")
    while True:
        yield Fault(
            Kind.KILL_DESK, chance.uniform(1, 4), chance.uniform(0, 3), chance.randrange(60)
        )


def service_faults(seed: str) -> Iterator[Fault]:
    """Without end."""
    chance = random.Random(f"service {seed}")
    while True:
        yield Fault(
            Kind.KILL_SERVICE, chance.uniform(1, 5), chance.uniform(0, 2), chance.randrange(60)
        )


LINES = {
    "hotline": hotline_faults,
    "broker": broker_faults,
    "desk": desk_faults,
    "service": service_faults,
}
"""The lines of faults that run at once."""


@dataclass(slots=True)
class Nemesis:
    """Lines of faults at once, until stopped; then everything is healed."""

    seed: str
    site: Site
    lines: frozenset[str] = frozenset(LINES)
    happened: list[Happened] = field(default_factory=list)
    _over: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self) -> None:
        """Until `over`; a fault that began is brought to its end."""
        doing = {
            "hotline": self._hotline,
            "broker": self._broker,
            "desk": self._desk,
            "service": self._service,
        }
        async with asyncio.TaskGroup() as running:
            for name in sorted(self.lines):
                running.create_task(self._line(LINES[name](self.seed), doing[name]))

    def over(self) -> None:
        """No further fault begins."""
        self._over.set()

    async def _line(self, faults: Iterator[Fault], do: Callable[[Fault], Awaitable[str]]) -> None:
        for fault in faults:
            if await self._is_over_within(fault.after_s):
                return
            begun = self.site.now()
            target = await do(fault)
            self.happened.append(Happened(fault.kind, target, begun, self.site.now()))

    async def _is_over_within(self, seconds: float) -> bool:
        try:
            await asyncio.wait_for(self._over.wait(), seconds)
        except TimeoutError:
            return False
        return True

    async def _hotline(self, fault: Fault) -> str:
        running = self.site.hotlines() or ["hotline-1"]
        name = running[fault.pick % len(running)]
        match fault.kind:
            case Kind.KILL_HOTLINE:
                self.site.kill(name)
                await asyncio.sleep(fault.hold_s)
                self.site.start(name)
                return name
            case Kind.ZOMBIE:
                return await self._zombie(fault)
            case _:
                return await self._join_or_leave(fault)

    async def _zombie(self, fault: Fault) -> str:
        for number in HOTLINES:
            self.site.start(f"hotline-{number}")
        for number in HOTLINES:
            await self.site.owning(f"hotline-{number}", 10)
        # Both share the partitions now; let them work before one stops in the middle of it.
        await asyncio.sleep(1 + fault.pick % 7 / 10)
        name = f"hotline-{HOTLINES[fault.pick % len(HOTLINES)]}"
        self.site.freeze(name)
        try:
            await asyncio.sleep(fault.hold_s)
        finally:
            self.site.thaw(name)
        return name

    async def _join_or_leave(self, fault: Fault) -> str:
        if "hotline-2" in self.site.hotlines():
            await self.site.leave("hotline-2")
            return "hotline-2 left"
        self.site.start("hotline-2")
        await self.site.owning("hotline-2", 10)
        return "hotline-2 joined"

    async def _broker(self, fault: Fault) -> str:
        node = fault.pick % NODES + 1
        self.site.brokers.kill(node)
        await asyncio.sleep(fault.hold_s)
        await self.site.brokers.start(node)
        return f"node-{node}"

    async def _desk(self, fault: Fault) -> str:
        name = SEATS[fault.pick % len(SEATS)].desk
        self.site.kill(name)
        await asyncio.sleep(fault.hold_s)
        self.site.start(name)
        return name

    async def _service(self, fault: Fault) -> str:
        """One of those that run once: its instance is killed, and comes back."""
        name = OTHERS[fault.pick % len(OTHERS)]
        self.site.kill(name)
        await asyncio.sleep(fault.hold_s)
        self.site.start(name)
        return name
