"""What an order of two custodians leads to: its record is judged once more. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from schemas.catalogue import payload_type_of
from schemas.ledger import Entry, Redelivery
from schemas.receipts import CommandRefused, Position
from schemas.redelivery import RedeliverRecord
from services.bus import seal, wire
from services.bus.judge import (
    UNBELIEVED,
    About,
    Decided,
    Judge,
    Outcome,
    Repeated,
    Unbelieved,
    about_of,
    fact_of,
    notice_of,
    position_of,
    signed_outer,
)
from services.bus.ledger import Draft
from services.bus.refusals import (
    AlreadyDecided,
    InnerNotKept,
    NotForService,
    NotQuarantined,
    QuarantineDiffers,
    Refusal,
)
from services.bus.rulebook import Telling
from services.bus.seal import Ordered
from services.bus.transport import Record

REFUSAL_HEADER = "detente-refusal"
"""Why a quarantined record was refused, by its refusal's name."""
POSITION_HEADER = "detente-position"
"""Where it came in first: topic/partition/offset."""
DIGEST_HEADER = "detente-digest"
"""SHA-256 of the value as it came, where quarantine keeps only what is surely outer of it."""
_BEGINS = f'{{"payloadType":"{payload_type_of(RedeliverRecord)}"'.encode()

Lying = Mapping[Position, Record | None]
"""What lies where in the log; None where nothing does."""


@dataclass(frozen=True, slots=True)
class Unread:
    """An order by two custodians that cannot be judged before this was read from the log."""

    places: tuple[Position, Position]


@dataclass(frozen=True, slots=True)
class Bench:
    """Judges whatever comes: desks' and the clock's records, and custodians' orders."""

    judge: Judge
    lying: Lying = field(default_factory=dict)
    """What was read from the log for orders. It is read only for those that two signed."""

    def hear(self, record: Record, draft: Draft) -> Outcome | Unread:
        """One record. What it decides is added to the draft."""
        if not is_order(record.value):
            return self.judge.judge(record, draft)
        found = wire.read(record.value)
        if isinstance(found, Refusal):
            return self._not_ordered(record, found)
        ordered = seal.check_order(found, self.judge.keyring)
        if isinstance(ordered, Refusal):
            return self._not_ordered(record, ordered)
        if stopped := self.judge.gate.admit_order(ordered.outer, record):
            return self._not_ordered(record, stopped)
        known = draft.knows(ordered.outer.message_id, ordered.digest)
        if isinstance(known, Refusal):
            return self._not_ordered(record, known)
        if known:
            return Repeated(ordered.outer.message_id, about=about_of(ordered.outer))
        places = ordered.outer.quarantined, ordered.outer.origin
        if any(place not in self.lying for place in places):
            return Unread(places)
        return self._again(record, ordered, draft)

    def _again(self, record: Record, ordered: Ordered, draft: Draft) -> Decided:
        """The record that two custodians name, judged from scratch, as if it came in now."""
        by = _redelivery(record, ordered)
        original = original_of(ordered.outer, self.lying)
        if isinstance(original, Refusal):
            return self._write(record, ordered, draft, original, by)
        # Time comes in with the order: what lay ahead of the clocks then may not do so now.
        now = replace(original, appended_at=record.appended_at)
        outcome = replace(self.judge, redelivery=by).judge(now, draft)
        match outcome:
            case Decided():
                return outcome
            case Repeated(command=command):
                by = by.model_copy(update={"decided": command})
                return self._write(record, ordered, draft, AlreadyDecided(), by)
            case Unbelieved(refusal=refusal, fact=fact, answer_to=answer_to):
                told = (Telling(answer_to, fact),) if answer_to else ()
                return self._write(record, ordered, draft, refusal, by, told)

    def _write(
        self,
        record: Record,
        ordered: Ordered,
        draft: Draft,
        refusal: Refusal,
        by: Redelivery,
        told: tuple[Telling, ...] = (),
    ) -> Decided:
        """An entry of the order's own: it was made by two custodians, and has no effect."""
        order, judge = ordered.outer, self.judge
        book = draft.book(order.matter)
        fact: CommandRefused = fact_of(refusal, order.message_id, record)
        entry: Entry[Any, Any] = judge.service.entry(
            service=judge.service.name,
            matter=order.matter,
            sequence=book.sequence + 1,
            previous=book.head,
            command=order.message_id,
            command_digest=ordered.digest,
            sender=order.sender,
            sender_lane=order.lane,
            sender_sequence=0,
            budgeted=False,
            lane=order.lane,
            position=position_of(record),
            received_at=record.appended_at,
            directory=judge.keyring.position,
            message_type=order.message_type,
            exercise=order.exercise,
            signed=signed_outer(ordered.cover),
            events=(fact,),
            tells=judge.numbered(told, dict(book.told), order.lane, ordered.digest, record),
            redelivery=by,
        )
        draft.add(entry)
        return Decided(entry, refusal, about=about_of(order))

    def _not_ordered(self, record: Record, refusal: Refusal) -> Unbelieved:
        """Nobody is answered: custodians have no inbox, and look into quarantine."""
        claimed = wire.claimed_id(record.headers)
        about = About(notice_of(record), UNBELIEVED)
        return Unbelieved(refusal, fact_of(refusal, None, record, claimed), None, about=about)


def is_order(value: bytes) -> bool:
    """Whether a record says that it is an order, in the one encoding that is read."""
    return value.startswith(_BEGINS)


def is_own(entry: Entry[Any, Any]) -> bool:
    """Whether the entry is an order's own, and not that of the record which it names."""
    return entry.redelivery is not None and entry.redelivery.order == entry.command


def origin_of(quarantined: Record) -> Position | None:
    """Where a quarantined record came in first, as the service noted it; None where it did not."""
    noted = dict(quarantined.headers).get(POSITION_HEADER, b"").decode("ascii", "replace")
    topic, _, place = noted.partition("/")
    partition, _, offset = place.partition("/")
    if not (topic and partition.isdecimal() and offset.isdecimal()):
        return None
    return Position(topic=topic[:128], partition=int(partition), offset=int(offset))


def keeps_all(quarantined: Record) -> bool:
    """Whether quarantine has the whole value, and not its outer part alone."""
    came = dict(quarantined.headers).get(DIGEST_HEADER)
    return came is None or came.decode("ascii", "replace") == wire.digest(quarantined.value)


def original_of(order: RedeliverRecord, lying: Lying) -> Record | Refusal:
    """The record as it came in, if it is the one that lies in quarantine as it was signed for."""
    kept, came = lying[order.quarantined], lying[order.origin]
    if kept is None or came is None or (origin := origin_of(kept)) is None:
        return NotQuarantined()
    if origin != order.origin or wire.digest(kept.value) != order.digest:
        return QuarantineDiffers()
    if is_order(kept.value):
        return NotForService("an order is not redelivered: propose it anew")
    if not keeps_all(kept):
        return InnerNotKept()
    if came.value != kept.value:
        return QuarantineDiffers("its bytes are not those that came in there")
    return came


def _redelivery(record: Record, ordered: Ordered) -> Redelivery:
    return Redelivery(
        order=ordered.outer.message_id,
        order_digest=ordered.digest,
        position=position_of(record),
        quarantined=ordered.outer.quarantined,
        origin=ordered.outer.origin,
        custodians=ordered.custodians,
        signed=signed_outer(ordered.cover),
    )
