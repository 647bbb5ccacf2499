"""Custodians, their orders, and a court that hears them. No I/O."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from schemas.directory import HolderKind
from schemas.envelope import Cover
from schemas.receipts import Position
from schemas.redelivery import RedeliverRecord
from services.bus import redelivery, seal, topics, wire
from services.bus.effects import Effects
from services.bus.judge import Decided, Judge, Outcome, Unbelieved, position_of
from services.bus.keyring import Keyring
from services.bus.memory import MemoryBus, MemoryLog, VirtualClock
from services.bus.redelivery import Bench, Unread
from services.bus.seal import Signer
from services.bus.topics import Realm, lane_of
from services.bus.transport import Record
from tests.kit import paper
from tests.kit.court import Court

FIRST, SECOND = "bus-custodian-1", "xbb-custodian-1"
"""Appointed by two roots: neither can act without the other's person."""
LATER = timedelta(hours=1)


def appointed(name: str, **fields: Any) -> bytes:
    """A root's word that this is a custodian."""
    return paper.vouched(name, kind=HolderKind.CUSTODIAN, **fields)


def early() -> Keyring:
    """A directory in which xaa-ghq is not yet."""
    others = [desk for desk in paper.DESKS if desk != "xaa-ghq"]
    return paper.keyring_of(
        [
            paper.vouched("hotline"),
            *(paper.vouched(desk) for desk in others),
            appointed(FIRST),
            appointed(SECOND),
        ]
    )


def late() -> Keyring:
    """The same, once xaa-ghq has come."""
    ring = early()
    return ring.learn(ring.position + 1, paper.vouched("xaa-ghq"))


def ordering(
    kept: Record,
    *,
    service: str = "hotline",
    partitions: int = 1,
    at: datetime = paper.NOON + LATER,
    **fields: Any,
) -> RedeliverRecord:
    """An order on a record of quarantine, sound unless the given fields make it otherwise."""
    origin = redelivery.origin_of(kept)
    assert origin is not None
    filled: dict[str, Any] = {
        "message_id": paper.identity(("order", kept.offset, at, str(fields))),
        "sender": FIRST,
        "matter": topics.custodians_matter(service, kept.partition, partitions),
        "lane": lane_of(origin.topic),
        "sequence": 1,
        "sent_at": at,
        "inside": seal.inside(b""),
        "quarantined": position_of(kept),
        "digest": wire.digest(kept.value),
        "origin": origin,
    }
    return RedeliverRecord(**(filled | fields))


def by_both(
    order: RedeliverRecord, hands: Sequence[Signer | str] = (FIRST, SECOND), inner: bytes = b""
) -> bytes:
    """The order with the signatures of these."""
    signers = [paper.hand_of(each) if isinstance(each, str) else each for each in hands]
    cover = Cover.model_validate_json(seal.sign(order, inner, signers[0]))
    for signer in signers[1:]:
        cover = seal.countersign(cover, signer)
    return wire.encode(cover)


class CustodyCourt(Court):
    """A court that keeps what it refuses, as the service's quarantine does, and hears orders."""

    def __init__(self, keyring: Keyring | None = None, **fields: Any) -> None:
        super().__init__(keyring or late(), **fields)
        self.lying: dict[Position, Record | None] = {}
        self.kept: list[Record] = []
        bus = MemoryBus(MemoryLog(VirtualClock()))
        self.effects = Effects(self.service, bus, paper.hand_of("hotline"), self.realm)

    def hear(self, record: Record) -> Outcome:
        """Judge one record, be it an order; read what it asks for; write what is decided."""
        self.lying[position_of(record)] = record
        while True:
            draft = self.ledger.draft()
            outcome = Bench(_judge(self), self.lying).hear(record, draft)
            if not isinstance(outcome, Unread):
                break
            self.lying |= {at: self.lying.get(at) for at in outcome.places}
        for entry, payload in draft.entries:
            assert self.ledger.fold(entry, payload, len(self.entries))
            self.entries.append((entry, payload))
        if isinstance(outcome, Unbelieved):
            self._keep(record, outcome.refusal.code)
        elif (
            isinstance(outcome, Decided)
            and outcome.refused
            and not redelivery.is_own(outcome.entry)
        ):
            self._keep(record, outcome.refused.code)
        return outcome

    def order(
        self,
        kept: Record,
        hands: Sequence[Signer | str] = (FIRST, SECOND),
        *,
        after: timedelta = LATER,
        topic: str | None = None,
        key: bytes | None = None,
        **fields: Any,
    ) -> Outcome:
        """Have custodians order a record, and hear the order where it came in first."""
        order = ordering(kept, at=paper.NOON + after, **fields)
        return self.hear(self.record_of_order(order, by_both(order, hands), topic=topic, key=key))

    def record_of_order(
        self,
        order: RedeliverRecord,
        value: bytes,
        *,
        topic: str | None = None,
        key: bytes | None = None,
    ) -> Record:
        """An order as the log holds it."""
        self.offset += 1
        return replace(
            paper.record_of(value, order, offset=self.offset, appended_at=order.sent_at),
            topic=topic or order.origin.topic,
            key=order.matter.encode() if key is None else key,
        )

    def _keep(self, record: Record, code: str) -> None:
        made = self.effects.quarantined(record, code)
        kept = Record(
            made.topic, made.partition, len(self.kept), record.appended_at, made.key, made.value,
            tuple(made.headers),
        )  # fmt: skip
        self.kept.append(kept)
        self.lying[position_of(kept)] = kept


def _judge(court: Court) -> Judge:
    return Judge(court.service, court.gate, court.keyring)


def elsewhere(kept: Record, realm: Realm = Realm.LIVE, service: str = "hotline") -> Position:
    """The same place in another quarantine."""
    return Position(
        topic=topics.quarantine(service, realm), partition=kept.partition, offset=kept.offset
    )
