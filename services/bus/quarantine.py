"""What lies in quarantine, told by its outer parts alone, and what became of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from schemas.envelope import Outer
from schemas.ledger import Entry
from schemas.parties import MessageType
from schemas.receipts import CommandRefused, Position
from services.bus import redelivery, topics, wire
from services.bus.directory import Directory
from services.bus.keyring import Keyring
from services.bus.ledger import keeper_of, read_entry
from services.bus.overhearing import counts
from services.bus.refusals import REFUSALS, Refusal
from services.bus.topics import Realm
from services.bus.transport import Bus, Record

SERVICES = tuple(topics.LANES_OF_SERVICE)
_HOLDER = re.compile(r"[a-z][a-z0-9-]{1,31}")
_CODE = re.compile(r"[A-Z][A-Za-z]{1,63}")
UNTOLD = "UNTOLD"
"""The code of what bears no refusal's name."""


@dataclass(frozen=True, slots=True)
class Place:
    """One record of a service's quarantine. As a text: hotline/0/17, exercise.hotline/0/17."""

    service: str
    realm: Realm
    partition: int
    offset: int

    def __str__(self) -> str:
        return f"{self.realm.prefix}{self.service}/{self.partition}/{self.offset}"

    @property
    def position(self) -> Position:
        """Where it lies in the log."""
        topic = topics.quarantine(self.service, self.realm)
        return Position(topic=topic, partition=self.partition, offset=self.offset)


@dataclass(frozen=True, slots=True)
class Again:
    """One redelivery that two custodians ordered, and what came of it."""

    order: str
    custodians: tuple[str, str]
    at: datetime
    ended: str
    """CARRIED, or the name of the refusal that it met."""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Held:
    """One quarantined record. Nothing here comes from an inner part, nor from bytes that no
    contract of ours reads: of those there is a size and a digest.
    """

    place: Place
    at: datetime
    """When quarantine took it, by the broker's clock."""
    code: str
    reason: str
    detail: str
    """Names and bounds from the ledger, where it has the refusal; never text."""
    origin: Position | None
    """Where it came in first."""
    size: int
    digest: str
    """SHA-256 of the value that lies in quarantine: what custodians sign for."""
    sender: str | None
    """Who it claims to be from. That is certain only where the ledger has it."""
    kind: str | None
    """Its kind and version, where a contract reads it."""
    outer: Outer | None
    """Its outer part, where a contract reads it; never shown to be true by being here."""
    whole: bool
    """Whether quarantine has all that came in; without that nothing can be redelivered."""
    decided: str | None = None
    """What the ledger says of it: CARRIED, REFUSED, or None where it has no entry."""
    again: tuple[Again, ...] = field(default=())

    @property
    def redelivered(self) -> bool:
        """Whether it was carried on custodians' order since."""
        return any(each.ended == CARRIED for each in self.again)


CARRIED = "CARRIED"
REFUSED = "REFUSED"


def code_of(record: Record) -> str:
    """Why a record of the quarantine topic was refused, by its refusal's name; UNTOLD where it
    bears none, or something that cannot be one.
    """
    noted = dict(record.headers).get(redelivery.REFUSAL_HEADER, b"").decode("ascii", "replace")
    return noted if _CODE.fullmatch(noted) else UNTOLD


def held(record: Record, service: str, realm: Realm) -> Held:
    """What a record of the quarantine topic tells on its outside. Pure."""
    code = code_of(record)
    refusal = REFUSALS.get(code)
    found = wire.read(record.value)
    outer = None
    if not isinstance(found, Refusal):
        read = wire.decode(found.contract, found.cover.payload)
        outer = read if isinstance(read, Outer) else None
    claimed = outer.sender if outer else wire.claimed_sender(record.headers)
    return Held(
        place=Place(service, realm, record.partition, record.offset),
        at=record.appended_at,
        code=code,
        reason=refusal().reason if refusal else "",
        detail="",
        origin=redelivery.origin_of(record),
        size=len(record.value),
        digest=wire.digest(record.value),
        sender=claimed if claimed and _HOLDER.fullmatch(claimed) else None,
        kind=_kind_of(found.cover.payloadType)
        if outer and not isinstance(found, Refusal)
        else None,
        outer=outer,
        whole=redelivery.keeps_all(record) and bool(record.value),
    )


@dataclass(slots=True)
class Past:
    """What a ledger says of records that lie in quarantine. Folded entry by entry, in order."""

    refusals: dict[Position, CommandRefused] = field(default_factory=dict)
    """By where the refused record came in."""
    decided: dict[str, str] = field(default_factory=dict)
    """By identity and digest of the command."""
    again: dict[Position, list[Again]] = field(default_factory=dict)
    """By where the record came in that was redelivered."""
    next_offset: int = 0
    """Where in the ledger to read on."""
    _heads: dict[tuple[str, str], tuple[int, str]] = field(default_factory=dict)

    def take(self, entry: Entry[Any, Any], payload: bytes) -> None:
        """One more entry; one that does not count is ignored, as by every reader."""
        if not counts(entry, payload, self._heads):
            return
        refused = next((e for e in entry.events if isinstance(e, CommandRefused)), None)
        if by := entry.redelivery:
            made = Again(
                order=by.order,
                custodians=by.custodians,
                at=entry.received_at,
                ended=refused.code if refused else CARRIED,
                reason=f"{refused.reason} {refused.detail}".strip() if refused else "",
            )
            self.again.setdefault(by.origin, []).append(made)
        if not redelivery.is_own(entry):
            self.decided[_key(entry.command, entry.command_digest)] = (
                REFUSED if refused else CARRIED
            )
            if refused:
                self.refusals[entry.position] = refused

    def of(self, one: Held) -> Held:
        """The record with what became of it."""
        refused = self.refusals.get(one.origin) if one.origin else None
        if refused and refused.code == one.code:
            one = replace(one, reason=refused.reason, detail=refused.detail)
        if one.outer is not None:
            digest = wire.digest(wire.encode(one.outer))
            one = replace(one, decided=self.decided.get(_key(one.outer.message_id, digest)))
        if refused and one.decided is None:
            one = replace(one, decided=REFUSED)
        return replace(one, again=tuple(self.again.get(one.origin, ()))) if one.origin else one


def told(records: Iterable[Record], past: Past, service: str, realm: Realm) -> tuple[Held, ...]:
    """One partition of quarantine with what its ledger says of it, oldest first. Pure.

    What was written twice, since the service ended in between, is told once.
    """
    first: dict[tuple[Position | int, str], Held] = {}
    for record in records:
        one = held(record, service, realm)
        first.setdefault((one.origin or record.offset, one.code), one)
    return tuple(past.of(one) for one in first.values())


async def quarantined(
    bus: Bus, directory: Directory, service: str, realm: Realm, partitions: int
) -> tuple[Held, ...]:
    """All that one service holds in quarantine in one realm, oldest first: outer parts only.

    A ledger is read only where something lies in quarantine beside it. Raises Unreachable, and
    TopicsWrong where the topics have another number of partitions.
    """
    found: list[Held] = []
    # A service that never ran on this cluster has no topics yet; reading one would wait for it.
    await bus.ensure(topics.of_service(service, realm, partitions))
    for partition in range(partitions):
        records = await bus.read(topics.quarantine(service, realm), partition, 0)
        if records:
            past = Past()
            await read_on(bus, await directory.refresh(), past, service, realm, partition)
            found += told(records, past, service, realm)
    return tuple(sorted(found, key=lambda one: one.at))


async def read_on(
    bus: Bus, keyring: Keyring, past: Past, service: str, realm: Realm, partition: int
) -> None:
    """Take in what one partition of a service's ledger has gained. Raises Unreachable."""
    who = keeper_of(service)
    for record in await bus.read(topics.ledger(service, realm), partition, past.next_offset):
        past.next_offset = record.offset + 1
        read = read_entry(who, record.value, keyring)
        if not isinstance(read, Refusal):
            past.take(*read)


def order_fields(one: Held) -> Mapping[str, Any]:
    """In which realm an order on this record travels: its message type and exercise."""
    if one.place.realm is Realm.LIVE:
        return {"message_type": MessageType.OPERATION, "exercise": None}
    name = one.outer.exercise if one.outer else None
    return {"message_type": MessageType.EXERCISE, "exercise": name or "UNKNOWN"}


def _key(command: str, digest: str) -> str:
    return f"{command} {digest}"


def _kind_of(payload: str) -> str:
    return payload.removeprefix("application/vnd.detente.").removesuffix("+json")
