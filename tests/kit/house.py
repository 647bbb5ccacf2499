"""A whole hotline with its desks, on any bus, in virtual or in real time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

from schemas.acts import Act
from schemas.catalogue import payload_type_of
from schemas.directory import HolderKind
from schemas.envelope import Outer
from schemas.hotline import MessageOuter, ReleaseMessage
from schemas.parties import Function, Label, Ladder, Lane, Precedence
from services.bus import keys, topics, wire
from services.bus.budget import Allowance
from services.bus.clock import Clock
from services.bus.directory import Directory, roots_in
from services.bus.memory import MemoryBus, MemoryLog, VirtualClock
from services.bus.running import Running
from services.bus.seal import Signer
from services.bus.settings import Settings
from services.bus.topics import Realm
from services.bus.transport import Bus, Outgoing, Record
from services.desk.desk import Desk
from services.desk.draft import Draft
from services.desk.home import Home
from services.desk.letters import Sent
from services.desk.store.records import In
from services.local.services import SERVICES
from tests.kit import paper
from tests.kit.particulars import SAMPLES

T = TypeVar("T")

WITHIN_S = 20.0
"""How long a test waits for anything, in real time. It never waits longer than needed."""
LADDER_S = 4.0
"""The ceiling of OVERRIDE in a house in real time, so that its ladder can be watched."""


@dataclass
class House:
    """Roots, a directory, a running hotline and open desks."""

    folder: Path
    connect: Callable[[str], Bus]
    clock: Clock
    settings: Settings
    bus: Bus
    """The tests' own connection."""
    log: MemoryLog | None = None
    """In memory only."""
    desks: dict[str, Desk] = field(default_factory=dict)
    hands: dict[str, Signer] = field(default_factory=dict)
    services: list[Running] = field(default_factory=list)
    _running: dict[str, Running] = field(default_factory=dict)
    _serials: dict[str, int] = field(default_factory=dict)
    _open: AsyncExitStack = field(default_factory=AsyncExitStack)
    _buses: list[Bus] = field(default_factory=list)
    _matters: int = 0

    # Building.

    async def found(self, desks: Sequence[str] = paper.DESKS) -> None:
        """Make roots, keys and homes, and publish the directory."""
        for authority in (*paper.NATIONS, "BUS"):
            key = keys.make(self.folder / "root-keys" / f"{authority}.key")
            self.hands[authority] = Signer(authority, key)
            keys.write_public(key, self.settings.roots_folder / f"{authority}.pub")
        await self.add_service("hotline")
        for desk in desks:
            await self.add_desk(desk)

    async def add_service(self, service: str) -> None:
        """A service with a key, vouched for by the bus."""
        self.hands[service] = Signer(service, keys.make(self.folder / f"{service}.key"))
        await self.vouch(service)

    async def add_desk(
        self,
        desk: str,
        ladder: Ladder | None = None,
        functions: tuple[Function, ...] | None = None,
    ) -> None:
        """A desk with a home, vouched for by its nation. Harmless where it stands already."""
        if desk in self.hands:
            return
        self.hands[desk] = Home(self.folder / desk).create(desk, paper.OFFICERS)
        await self.vouch(desk, ladder=ladder, functions=functions)

    async def add_custodian(self, name: str) -> Signer:
        """A custodian whom a root appoints. Harmless where it stands already."""
        if name not in self.hands:
            key = keys.make(self.folder / "custodians" / f"{name}.key")
            self.hands[name] = Signer(name, key)
            await self.vouch(name, kind=HolderKind.CUSTODIAN)
        return self.hands[name]

    async def vouch(
        self,
        holder: str,
        *,
        kind: HolderKind | None = None,
        ladder: Ladder | None = None,
        signer: Signer | None = None,
        functions: tuple[Function, ...] | None = None,
    ) -> None:
        """A new statement of the holder's root, with the next serial; a desk's ladder and functions
        are those on paper, unless others are named.
        """
        if signer is not None:
            self.hands[holder] = signer
        is_service = "-" not in holder
        is_desk = not is_service and kind in (None, HolderKind.DESK)
        root = self.hands["BUS" if is_service else holder[:3].upper()]
        serial = self._serials[holder] = self._serials.get(holder, 0) + 1
        statement = keys.vouch(
            root,
            holder,
            self.hands[holder].key.public_key().public_bytes_raw(),
            serial,
            self.clock.now(),
            officers=paper.OFFICERS if is_desk else (),
            ladder=ladder or paper.LADDERS.get(holder),
            functions=functions or paper.FUNCTIONS.get(holder),
            kind=kind,
        )
        await keys.publish(self.bus, holder, statement, kind)

    def directory(self, bus: Bus) -> Directory:
        """A directory that trusts this house's roots."""
        return Directory(bus, roots_in(self.settings.roots_folder))

    async def start(
        self, realm: Realm = Realm.LIVE, instance: str = "1", service: str = "hotline"
    ) -> Running:
        """Run one instance of a service, and wait until it owns its partitions. Harmless where that
        instance runs already.
        """
        name = f"{realm.prefix}{service}-{instance}"
        if (live := self._running.get(name)) in self.services:
            assert live is not None, "what is in the list runs"
            return live
        if service not in self.hands:
            await self.add_service(service)
        bus = self.connect(name)
        self._buses.append(bus)
        running = Running(
            SERVICES[service](self.settings),
            bus,
            self.hands[service],
            self.directory(bus),
            self.clock,
            self.settings,
            realm,
            sleep=self.clock.sleep if isinstance(self.clock, VirtualClock) else asyncio.sleep,
        )
        await running.start()
        self.services.append(running)
        self._running[name] = running
        async with asyncio.timeout(WITHIN_S):
            while not running.ready:
                await asyncio.sleep(0)
        return running

    async def open(self, desk: str, realm: Realm = Realm.LIVE) -> Desk:
        """Open a desk for the rest of the test."""
        name = f"{realm.prefix}{desk}"
        if name not in self.desks:
            self.desks[name] = await self.opened(self._open, desk, realm)
        return self.desks[name]

    async def opened(self, stack: AsyncExitStack, desk: str, realm: Realm = Realm.LIVE) -> Desk:
        """Open a desk until the stack unwinds."""
        bus = self.connect(f"{realm.prefix}desk-{desk}")
        stack.push_async_callback(bus.close)
        return await stack.enter_async_context(
            Desk.open(
                self.folder / desk, realm=realm, bus=bus, clock=self.clock, settings=self.settings
            )
        )

    async def close(self) -> None:
        """Everything that was opened here, once the desks have nothing more to do."""
        await self.quiet()
        await self._open.aclose()
        for running in self.services:
            await running.stop()
        for bus in self._buses:
            await bus.close()
        await self.bus.close()

    async def quiet(self) -> None:
        """Wait until no desk has been told anything for a while."""
        turns = 0
        while turns < 200:
            busy = any(d.link and d.link.nudged.is_set() for d in self.desks.values())
            turns = 0 if busy else turns + 1
            await asyncio.sleep(0)

    # Speaking.

    def matter(self, name: str = "matter", partition: int | None = None) -> str:
        """A matter of which nobody has spoken yet."""
        while True:
            self._matters += 1
            matter = f"{name}-{self._matters}"
            found = topics.partition_of(matter.encode(), self.settings.partitions)
            if partition in (None, found):
                return matter

    def draft(self, matter: str, **fields: Any) -> Draft:
        """A draft from XAA to XBB, with its act's particulars, unless told otherwise."""
        act = fields.get("act", Act.FREE_TEXT)
        filled: dict[str, Any] = {
            "particulars": SAMPLES.get(act) if "cancels" not in fields else None,
            "matter": matter,
            "precedence": Precedence.ROUTINE,
            "action": ("xbb-ghq",),
            "label": paper.LABEL,
            "subject": "Border",
            "text": "Our patrol withdraws at noon.",
        }
        return Draft(**(filled | fields))

    async def send(
        self, desk: str, draft: Draft, *, drafter: str = "duty-1", releaser: str = "duty-2"
    ) -> str:
        """Send from a desk in the realm where such a message belongs; its identity."""
        realm = Realm.EXERCISE if draft.message_type.is_exercise else Realm.LIVE
        sender = await self.open(desk, realm)
        return sender.send(draft, drafter=drafter, releaser=releaser)

    async def accepted(self, desk: str, draft: Draft, **officers: str) -> str:
        """Send, and wait until the hotline accepted it."""
        message = await self.send(desk, draft, **officers)
        realm = Realm.EXERCISE if draft.message_type.is_exercise else Realm.LIVE
        sent = await (await self.open(desk, realm)).settled(message, WITHIN_S)
        assert sent.state == "ACCEPTED", sent
        return message

    async def refused(self, desk: str, draft: Draft, **officers: str) -> Sent:
        """Send, and wait until the hotline refused it."""
        message = await self.send(desk, draft, **officers)
        realm = Realm.EXERCISE if draft.message_type.is_exercise else Realm.LIVE
        sent = await (await self.open(desk, realm)).settled(message, WITHIN_S)
        assert sent.state == "REFUSED", sent
        assert sent.refusal is not None
        return sent

    async def given(self, desk: str, message: str, realm: Realm = Realm.LIVE) -> Any:
        """The message in a desk's inbox, as soon as it is there."""
        reader = await self.open(desk, realm)
        letter = await reader.until(
            lambda: next((x for x in reader.inbox() if x.outer.message_id == message), None),
            WITHIN_S,
        )
        assert letter is not None, f"{desk} was never given {message}"
        return letter

    async def told(self, desk: str, found: Callable[[Sent], T | None], message: str) -> T:
        """What the originator knows of a message, as soon as it knows it."""
        sender = await self.open(desk)
        result = await sender.until(lambda: found(sender.sent(message)) or None, WITHIN_S)
        assert result is not None, sender.sent(message)
        return result

    # What was not written by a desk's library.

    def command(
        self, kind: type[Outer] = ReleaseMessage, *, inner: bytes | None = None, **fields: Any
    ) -> tuple[Any, bytes]:
        """An outer part of one's own making, with its inner bytes."""
        inner = paper.inner_of(kind) if inner is None else inner
        fields.setdefault("sent_at", self.clock.now())
        return paper.outer(kind, inner=inner, **fields), inner

    async def put(
        self,
        value: bytes,
        *,
        matter: str,
        sender: str | None = None,
        message: str | None = None,
        lane: Lane = Lane.ROUTINE,
        realm: Realm = Realm.LIVE,
        headers: wire.Headers | None = None,
    ) -> int:
        """Put a record onto the commands topic as anybody with access could; its offset."""
        claimed = [("ce_source", f"/{sender}".encode())] if sender else []
        claimed += [("ce_id", message.encode())] if message else []
        key = matter.encode()
        (offset,) = await self.bus.append(
            [
                Outgoing(
                    topics.commands(topics.service_of(matter), lane, realm),
                    topics.partition_of(key, self.settings.partitions),
                    key,
                    value,
                    tuple(claimed) if headers is None else headers,
                )
            ]
        )
        return offset

    async def put_signed(self, command: Outer, inner: bytes, by: str | None = None) -> bytes:
        """Sign a command with a desk's key and put it where it belongs."""
        from services.bus import seal

        value = seal.sign(command, inner, self.hands[by or command.sender])
        await self.put(
            value,
            matter=command.matter,
            lane=command.lane,
            headers=wire.headers_of(command, payload_type_of(type(command))),
        )
        return value

    async def records(self, topic: str, partitions: int | None = None) -> list[Record]:
        """All that a topic holds."""
        found: list[Record] = []
        for partition in range(partitions or self.settings.partitions):
            found += await self.bus.read(topic, partition, 0)
        return found

    async def entries(self, matter: str) -> list[Any]:
        """The entries of a matter's service on it, in order."""
        from schemas.envelope import Cover

        service = SERVICES[topics.service_of(matter)](self.settings)
        partition = topics.partition_of(matter.encode(), self.settings.partitions)
        records = await self.bus.read(topics.ledger(service.name, Realm.LIVE), partition, 0)
        return [
            service.entry.model_validate_json(Cover.model_validate_json(each.value).payload)
            for each in records
            if each.key == matter.encode()
        ]

    def heard(self, desk: str, kind: str, realm: Realm = Realm.LIVE) -> list[In]:
        """Notices of one kind in an open desk's store."""
        return self.desks[f"{realm.prefix}{desk}"].store.ins(kind)

    # Time.

    async def until(self, desk: str, found: Callable[[], T | None], *, step_s: float = 0.0) -> T:
        """What is found, as soon as it is; time passes meanwhile, in steps where it is virtual."""
        reader = await self.open(desk)
        async with asyncio.timeout(WITHIN_S + LADDER_S):
            while True:
                if (result := found()) is not None:
                    return result
                if isinstance(self.clock, VirtualClock):
                    self.clock.advance(step_s)
                    await breathe()
                else:
                    await reader.until(found, 1.0)

    @property
    def ladder_step_s(self) -> float:
        """A step of virtual time that passes no two rungs of OVERRIDE's ladder at once."""
        return self.settings.acknowledge_within_s[Precedence.OVERRIDE] / 50


async def breathe(turns: int = 30) -> None:
    """Let whatever can go on without waiting go on."""
    for _ in range(turns):
        await asyncio.sleep(0)


def label(*nations: str, **fields: Any) -> Label:
    """The tests' label, for these readers."""
    return paper.LABEL.model_copy(update={"releasable_to": nations or paper.NATIONS, **fields})


async def in_memory(folder: Path, *, allowances: Mapping[Lane, Allowance] | None = None) -> House:
    """A house on a log in memory, in virtual time, not started yet."""
    clock = VirtualClock()
    log = MemoryLog(clock)
    settings = Settings(state=folder)
    if allowances is not None:
        settings = settings.model_copy(update={"allowances": dict(allowances)})
    house = House(folder, lambda _: MemoryBus(log), clock, settings, MemoryBus(log), log)
    await house.found()
    return house


def sent_at_plus(house: House, seconds: float) -> Any:
    """A moment, seen from now."""
    return house.clock.now() + timedelta(seconds=seconds)


def is_message(kind: type[Outer]) -> bool:
    """Whether desks say it to each other."""
    return issubclass(kind, MessageOuter)
