"""A house of three fictional nations: their roots, desks and ladders, made once, kept."""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from schemas.directory import AUTHORITY_OF_SERVICES
from schemas.parties import LANES, Alternate, Function, Ladder, Rung, nation_of
from services.bus import keys, topics
from services.bus.seal import Signer
from services.bus.topics import Realm
from services.bus.transport import Bus
from services.desk.home import Home
from services.local.services import SERVICES

NATIONS = {"XAA": "Averna", "XBB": "Belmark", "XCC": "Corvany"}
"""Fictional, with codes that ISO 3166 leaves to its users."""
OFFICERS = ("duty-1", "duty-2", "supervisor")


@dataclass(frozen=True, slots=True)
class Seat:
    """One desk of the house."""

    desk: str
    ladder: tuple[Alternate, ...] = ()
    functions: tuple[Function, ...] = ()


SEATS = (
    Seat("xaa-ghq", functions=(Function.MILITARY,)),
    Seat(
        "xbb-ghq",
        (
            Alternate(rung=Rung.ALTERNATE_TERMINAL, desk="xbb-bunker"),
            Alternate(rung=Rung.ALTERNATE_DUTY_OFFICER, desk="xbb-deputy"),
            Alternate(rung=Rung.SUPERVISOR, desk="xbb-chief"),
            Alternate(rung=Rung.OTHER_CHANNEL, desk="xbb-attache"),
        ),
        functions=(Function.MILITARY,),
    ),
    Seat("xbb-bunker"),
    Seat("xbb-deputy"),
    Seat("xbb-chief"),
    Seat("xbb-attache"),
    Seat("xcc-mfa", functions=(Function.FOREIGN_MINISTRY, Function.DEPOSITARY)),
    Seat("xaa-mfa", functions=(Function.FOREIGN_MINISTRY,)),
    Seat("xbb-mfa", functions=(Function.FOREIGN_MINISTRY,)),
    Seat("xaa-nsa", functions=(Function.SECURITY_AUTHORITY,)),
    Seat("xbb-nsa", functions=(Function.SECURITY_AUTHORITY,)),
    Seat("xbb-base", functions=(Function.FACILITY,)),
)


@dataclass(frozen=True, slots=True)
class House:
    """The folder that holds all keys and homes. In the world each lies with its own owner."""

    folder: Path

    def home(self, desk: str) -> Path:
        """Where a desk lives."""
        return self.folder / "desks" / desk

    @property
    def roots(self) -> Path:
        """The public roots that everybody trusts."""
        return self.folder / "roots"

    def service_key(self, service: str) -> Path:
        """A service's private key."""
        return self.folder / "services" / f"{service}.key"

    def build(self, seats: Sequence[Seat] = SEATS) -> frozenset[str]:
        """Make what is missing; what is there stays as it is. The desks that were made."""
        authorities = {nation_of(seat.desk) for seat in seats} | {AUTHORITY_OF_SERVICES}
        for authority in sorted(authorities):
            path = self._root_key(authority)
            if not path.exists():
                keys.write_public(keys.make(path), self.roots / f"{authority}.pub")
        for service in SERVICES:
            if not self.service_key(service).exists():
                keys.make(self.service_key(service))
        made = [s.desk for s in seats if not (self.home(s.desk) / "desk.json").exists()]
        for desk in made:
            Home(self.home(desk)).create(desk, OFFICERS)
        return frozenset(made)

    async def open_on(
        self,
        bus: Bus,
        now: datetime,
        partitions: int,
        seats: Sequence[Seat] = SEATS,
        made: Collection[str] = (),
    ) -> None:
        """Create the topics and publish the directory. Safe to repeat: the serial is the time.

        Desks `made` just now read from now on: what lies in their inboxes on a cluster that was
        used before was given to others of the same name.
        """
        for service in SERVICES:
            for realm in Realm:
                await bus.ensure(topics.of_service(service, realm, partitions))
            key = keys.load(self.service_key(service))
            await self._publish(bus, AUTHORITY_OF_SERVICES, service, key, now)
        await bus.ensure([topic for seat in seats for topic in topics.of_desk(seat.desk)])
        for seat in seats:
            key = Home(self.home(seat.desk)).signer().key
            await self._publish(bus, nation_of(seat.desk), seat.desk, key, now, seat)
        for desk in made:
            await self._read_from_now_on(bus, desk)

    async def _read_from_now_on(self, bus: Bus, desk: str) -> None:
        for realm in Realm:
            ends = {
                topic: found[-1].offset + 1
                for topic in (topics.inbox(desk, lane, realm) for lane in LANES)
                if (found := await bus.read(topic, 0, 0))
            }
            with (
                contextlib.closing(Home(self.home(desk)).store(realm)) as store,
                store.transaction(),
            ):
                for topic, end in ends.items():
                    store.move(topic, end)

    async def _publish(
        self,
        bus: Bus,
        authority: str,
        holder: str,
        key: Ed25519PrivateKey,
        now: datetime,
        seat: Seat | None = None,
    ) -> None:
        root = Signer(authority, keys.load(self._root_key(authority)))
        statement = keys.vouch(
            root,
            holder,
            key.public_key().public_bytes_raw(),
            int(now.timestamp() * 1000),
            now,
            officers=OFFICERS if seat else (),
            ladder=Ladder(alternates=seat.ladder if seat else ()),
            functions=seat.functions if seat else None,
        )
        await keys.publish(bus, holder, statement)

    def _root_key(self, authority: str) -> Path:
        return self.folder / "roots" / "private" / f"{authority}.key"
