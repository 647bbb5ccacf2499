"""How two custodians make an order, one after the other, and learn what came of it."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from datetime import datetime

from schemas.catalogue import payload_type_of
from schemas.directory import HolderKind
from schemas.envelope import Cover
from schemas.redelivery import RedeliverRecord
from services.bus import redelivery, seal, topics, wire
from services.bus.directory import Directory
from services.bus.keyring import Keyring
from services.bus.quarantine import (
    CARRIED,
    SERVICES,
    Again,
    Held,
    Past,
    Place,
    held,
    order_fields,
    read_on,
)
from services.bus.refusals import (
    AlreadyDecided,
    InnerNotKept,
    NotCustodian,
    NotForService,
    NotQuarantined,
    Refusal,
    SamePerson,
    UnknownKey,
)
from services.bus.seal import Signer
from services.bus.topics import Realm, lane_of
from services.bus.transport import Bus, Outgoing, Record

LOOK_EVERY_S = 0.2
_PLACE = re.compile(r"(exercise\.)?([a-z]+)/(\d{1,3})/(\d{1,18})")


class NotDone(Exception):
    """An order cannot be made or taken; the refusal says why, and what to do."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(f"{refusal.code}: {refusal.reason} {refusal.detail}".strip())
        self.refusal = refusal


class NoSuchPlace(Exception):
    """What was typed names no record, or a file holds no proposal. It says how to name one."""


def place_of(typed: str) -> Place:
    """hotline/0/17 or exercise.hotline/0/17, as `list` shows it. Raises NoSuchPlace."""
    found = _PLACE.fullmatch(typed)
    if found is None or found[2] not in SERVICES:
        raise NoSuchPlace(
            f"{typed!r} names no record: write SERVICE/PARTITION/OFFSET as `list` shows it, as in "
            f"hotline/0/17; services are {', '.join(SERVICES)}"
        )
    realm = Realm.EXERCISE if found[1] else Realm.LIVE
    return Place(found[2], realm, int(found[3]), int(found[4]))


@dataclass(frozen=True, slots=True)
class Looked:
    """One record as it stands now, and what its ledger says, which may be read on."""

    held: Held
    record: Record
    keyring: Keyring
    past: Past


class Custody:
    """Where custodians' orders are made: on a bus, with a directory."""

    def __init__(self, bus: Bus, directory: Directory, partitions: int) -> None:
        self._bus, self._directory, self._partitions = bus, directory, partitions

    async def look(self, place: Place) -> Looked:
        """The record that lies there. Raises NotDone where none does; Unreachable; TopicsWrong."""
        if place.partition >= self._partitions:
            raise NotDone(NotQuarantined(f"there is no partition {place.partition}"))
        at = place.position
        await self._bus.ensure(topics.of_service(place.service, place.realm, self._partitions))
        records = await self._bus.read(at.topic, at.partition, at.offset, at.offset + 1)
        if not records:
            raise NotDone(NotQuarantined(str(place)))
        keyring = await self._directory.refresh()
        past = Past()
        await read_on(self._bus, keyring, past, place.service, place.realm, at.partition)
        found = past.of(held(records[0], place.service, place.realm))
        return Looked(found, records[0], keyring, past)

    def propose(self, looked: Looked, signer: Signer, now: datetime) -> Cover:
        """An order with one signature: not yet to be taken. Raises NotDone where no service would
        take it with two.
        """
        one, name = looked.held, _custodian(signer, looked.keyring)
        self._worth(looked)
        assert one.origin is not None, "what is worth an order has an origin"
        matter = topics.custodians_matter(one.place.service, one.place.partition, self._partitions)
        identity = f"{one.place} {one.digest} {name} {now.isoformat()}"
        order = RedeliverRecord(
            message_id=wire.digest(identity.encode())[:32],
            sender=name,
            matter=matter,
            lane=lane_of(one.origin.topic),
            sequence=1,
            sent_at=now,
            inside=seal.inside(b""),
            quarantined=one.place.position,
            digest=one.digest,
            origin=one.origin,
            **order_fields(one),
        )
        return Cover.model_validate_json(seal.sign(order, b"", Signer(name, signer.key)))

    def _worth(self, looked: Looked) -> None:
        one = looked.held
        if redelivery.is_order(looked.record.value):
            raise NotDone(NotForService("an order is not redelivered: propose it anew"))
        if one.origin is None:
            raise NotDone(NotQuarantined(str(one.place)))
        if one.decided is not None:
            raise NotDone(AlreadyDecided(f"as {one.decided}"))
        if not one.whole:
            raise NotDone(InnerNotKept())

    def countersign(self, proposal: Cover, looked: Looked, signer: Signer) -> Cover:
        """The order with both signatures. Raises NotDone where it could not be taken."""
        name = _custodian(signer, looked.keyring)
        proposed = seal.custodians_of(proposal, looked.keyring)
        if isinstance(proposed, Refusal):
            raise NotDone(proposed)
        if name in proposed:
            raise NotDone(SamePerson(name))
        order = seal.countersign(proposal, signer)
        found = wire.read(wire.encode(order))
        checked = found if isinstance(found, Refusal) else seal.check_order(found, looked.keyring)
        if isinstance(checked, Refusal):
            raise NotDone(checked)
        return order

    async def send(self, order: Cover) -> int:
        """Put the order where its record came in first; its offset. Raises Unsettled: then the
        same order may be sent again, and has one effect.
        """
        said = order_of(order)
        (offset,) = await self._bus.append(
            [
                Outgoing(
                    said.origin.topic,
                    said.origin.partition,
                    said.matter.encode(),
                    wire.encode(order),
                    wire.headers_of(said, payload_type_of(RedeliverRecord)),
                )
            ]
        )
        return offset

    def heard(self, order: Cover, looked: Looked) -> bool:
        """Whether the service has taken up this very order already."""
        return ended(order_of(order), looked.past) is not None

    async def answer(self, order: Cover, looked: Looked, wait_s: float) -> Again | None:
        """What came of it; None where no service has taken it up within so many seconds."""
        for _ in range(max(1, int(wait_s / LOOK_EVERY_S))):
            if found := await self._ended(order, looked):
                return found
            await asyncio.sleep(LOOK_EVERY_S)
        return None

    async def _ended(self, order: Cover, looked: Looked) -> Again | None:
        """As the ledger says, or quarantine where the order itself was not taken."""
        said, place = order_of(order), looked.held.place
        if found := ended(said, looked.past):
            return found
        service, realm, partition = place.service, place.realm, place.partition
        keyring = await self._directory.refresh()
        await read_on(self._bus, keyring, looked.past, service, realm, partition)
        if found := ended(said, looked.past):
            return found
        value, topic = wire.encode(order), topics.quarantine(service, realm)
        for record in await self._bus.read(topic, partition, place.offset + 1):
            if record.value == value:
                one = held(record, service, realm)
                return Again(said.message_id, ("", ""), one.at, one.code, one.reason)
        return None


def ended(order: RedeliverRecord, past: Past) -> Again | None:
    """What a ledger says of an order; None where it has not heard it."""
    made = past.again.get(order.origin, ())
    return next((each for each in made if each.order == order.message_id), None)


def order_of(cover: Cover) -> RedeliverRecord:
    """What an order says. Raises NoSuchPlace where it is none."""
    said = wire.decode(RedeliverRecord, cover.payload)
    if cover.payloadType != payload_type_of(RedeliverRecord) or isinstance(said, Refusal):
        raise NoSuchPlace("this is no proposal: make one with `detente quarantine propose`")
    return said


def proposal_in(value: bytes) -> Cover:
    """The proposal that a file holds. Raises NoSuchPlace where it holds none."""
    cover = wire.decode(Cover, value.strip())
    if isinstance(cover, Refusal):
        raise NoSuchPlace("this is no proposal: make one with `detente quarantine propose`")
    order_of(cover)
    return cover


def place_named(order: RedeliverRecord) -> Place:
    """The record that an order names. Raises NoSuchPlace where it is in no quarantine of ours."""
    at = order.quarantined
    for realm in Realm:
        for service in SERVICES:
            if at.topic == topics.quarantine(service, realm):
                return Place(service, realm, at.partition, at.offset)
    raise NoSuchPlace("the proposal names no quarantine: propose anew")


def _custodian(signer: Signer, keyring: Keyring) -> str:
    """The role under which the directory has a key. Raises NotDone where it has none."""
    holder = keyring.holder_of(signer.keyid)
    if holder is None:
        raise NotDone(UnknownKey(f"key {signer.keyid}"))
    if holder.kind is not HolderKind.CUSTODIAN:
        raise NotDone(NotCustodian(f"{holder.name} is a {holder.kind.value.lower()}"))
    return holder.name


def succeeded(again: Again, looked: Looked) -> bool:
    """Whether the record stands carried after the order, by it or before it."""
    decided = looked.past.of(looked.held).decided
    return again.ended == CARRIED or (again.ended == AlreadyDecided().code and decided == CARRIED)
