"""What the hotline's events change. A message that came to rest is a count, and no more."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import singledispatch

from schemas.acts import Act
from schemas.exchange import (
    AnswerGiven,
    AnswerOverdue,
    ContactMoved,
    DetaineesAnswered,
    DetaineesUnanswered,
    ExchangeMoved,
    MessageCrossed,
    OrdersConfirmed,
    OrdersOverdue,
    UndertakingEnded,
    UndertakingHeldUp,
    UndertakingPhase,
    UndertakingTookEffect,
)
from schemas.hotline import (
    AcknowledgementOverdue,
    Capacity,
    LadderClimbed,
    Leg,
    MessageAccepted,
    MessageAcknowledged,
    MessageCancelled,
    MessageRelayed,
    MessageSuperseded,
)
from schemas.lines import LineEvent
from schemas.parties import nation_of
from services.watch.folding import lines
from services.watch.folding.sample import Sample, sample
from services.watch.record import Message, Owed, Record

_NEVER_ASKED = (Capacity.ALTERNATE, Capacity.MEDIATOR)
_MUST_ACT = (Capacity.ACTION, Capacity.FINAL_CONSUMER, Capacity.MEDIATOR)
Folded = tuple[Record, tuple[Sample, ...]]


def fold(record: Record, event: object, at: datetime) -> Folded:
    """The record after an event that was appended `at`, and what was acknowledged by it."""
    if isinstance(event, MessageAcknowledged):
        return _acknowledged(record, event, at)
    if isinstance(event, LineEvent):
        return lines.fold(record, event), ()
    return _fold(event, record, at), ()


@singledispatch
def _fold(_event: object, record: Record, _at: datetime) -> Record:
    return record


@_fold.register
def _(event: MessageAccepted, record: Record, at: datetime) -> Record:
    giver = nation_of(event.originator)
    asked = (*event.legs, *(event.relayed_to or ()))
    acting = {nation_of(leg.desk) for leg in asked if leg.capacity is Capacity.ACTION} - {giver}
    message = Message(
        originator=event.originator,
        precedence=event.precedence.value,
        released_at=event.released_at,
    )
    act = event.act or Act.FREE_TEXT
    if act in (Act.COMMITMENT, Act.UNDERSTANDING) and event.terms is not None:
        message = message.but(
            giver=giver,
            parties=tuple(sorted({giver, *acting})),
            effective_at=event.terms.effective_at,
        )
        record = record.stands(
            _undertaking(event.message), "UNDERTAKING", UndertakingPhase.GIVEN.value
        )
    if act is Act.REQUEST_FOR_CONTACT:
        record = record.stands(f"contact {event.message}", "CONTACT", "REQUESTED")
    record = record.put("messages", event.message, message)
    record = record.stands(_message(event.message), "MESSAGE", "ACCEPTED")
    record = _asked(record, event.message, message, event.legs)
    if event.answer_by is not None:
        legs = event.relayed_to or event.legs
        owing = {nation_of(leg.desk) for leg in legs if leg.capacity is Capacity.ACTION}
        for nation in sorted(owing - {giver}):
            owed = Owed(
                what="ANSWER", of=nation, since=event.released_at, due=event.answer_by,
                precedence=message.precedence,
            )  # fmt: skip
            record = record.put("owed", _answer(event.message, nation), owed)
    heard = (leg.desk for leg in asked if leg.capacity not in _NEVER_ASKED)
    record = record.spoke(giver, tuple(nation_of(desk) for desk in heard), at, act.value)
    return _rested(record, event.message)


@_fold.register
def _(event: MessageRelayed, record: Record, _at: datetime) -> Record:
    message = record.messages.get(event.message)
    record = record.drop("owed", _acknowledgement(event.message, event.by))
    if message is None:
        return record
    return _rested(_asked(record, event.message, message, event.legs), event.message)


def _asked(record: Record, name: str, message: Message, legs: Iterable[Leg]) -> Record:
    """Who owes an acknowledgement: each who must act, whether or not it has a ceiling."""
    for leg in legs:
        if leg.acknowledge_by is None and leg.capacity not in _MUST_ACT:
            continue
        owed = Owed(
            what="ACKNOWLEDGEMENT", of=leg.desk, since=message.released_at,
            due=leg.acknowledge_by, precedence=message.precedence,
        )  # fmt: skip
        record = record.put("owed", _acknowledgement(name, leg.desk), owed)
    return record


def _acknowledged(record: Record, event: MessageAcknowledged, at: datetime) -> Folded:
    message = record.messages.get(event.message)
    if message is None:
        return record, ()
    name = _acknowledgement(event.message, event.desk)
    samples: tuple[Sample, ...] = ()
    if name in record.owed:
        sender, by = nation_of(message.originator), nation_of(event.desk)
        samples = (sample(at, message.released_at, message.precedence, sender, by),)
    record = record.drop("owed", name, _acknowledgement(event.message, event.by))
    nation = nation_of(event.desk)
    if nation in message.parties and nation not in message.acknowledged_by:
        message = message.but(acknowledged_by=(*message.acknowledged_by, nation))
        record = record.put("messages", event.message, message)
        if any(each.startswith(_effect(event.message, "")) for each in record.owed):
            record = _held_up(record, event.message, message)
    return _rested(record, event.message), samples


@_fold.register
def _(event: LadderClimbed, record: Record, _at: datetime) -> Record:
    return _changed(record, _acknowledgement(event.message, event.desk), rung=event.rung.value)


@_fold.register
def _(event: AcknowledgementOverdue, record: Record, _at: datetime) -> Record:
    return _changed(record, _acknowledgement(event.message, event.desk), overdue=True)


@_fold.register
def _(event: AnswerGiven, record: Record, _at: datetime) -> Record:
    record = record.drop("owed", _answer(event.message, event.nation))
    return _rested(record, event.message)


@_fold.register
def _(event: AnswerOverdue, record: Record, _at: datetime) -> Record:
    return _changed(record, _answer(event.message, event.nation), overdue=True)


@_fold.register
def _(event: MessageCrossed, record: Record, _at: datetime) -> Record:
    """It arrives, and nothing that it asks for comes about."""
    record = _without(record, _answer(event.message, ""), _effect(event.message, ""))
    record = record.drop("standing", _undertaking(event.message), f"contact {event.message}")
    message = record.messages.get(event.message)
    if message is not None and message.giver is not None:
        unbound = message.but(giver=None, parties=(), effective_at=None)
        record = record.put("messages", event.message, unbound)
    return _rested(record, event.message)


@_fold.register
def _(event: MessageSuperseded, record: Record, _at: datetime) -> Record:
    return _withdrawn(record, event.message, "SUPERSEDED")


@_fold.register
def _(event: MessageCancelled, record: Record, _at: datetime) -> Record:
    return _withdrawn(record, event.message, "CANCELLED")


def _withdrawn(record: Record, name: str, state: str) -> Record:
    """Nothing is owed for what was withdrawn: its successor has clocks of its own."""
    record = record.drop("owed", *(each for each in record.owed if f"/{name}/" in each))
    if name not in record.messages:
        return record.rests("MESSAGE", state, was="ACKNOWLEDGED")
    # The word of an undertaking may be withdrawn; whether it still stands, its own events say.
    record = _without(record, *(each(name, "") for each in (_acknowledgement, _answer, _effect)))
    record = record.drop("messages", name).drop("standing", _message(name))
    return record.rests("MESSAGE", state)


@_fold.register
def _(event: UndertakingHeldUp, record: Record, _at: datetime) -> Record:
    message = record.messages.get(event.message)
    return record if message is None else _held_up(record, event.message, message)


def _held_up(record: Record, name: str, message: Message) -> Record:
    """Who has not acknowledged it; where all have, its giver lacks something."""
    record = _without(record, _effect(name, ""))
    if message.giver is None:
        return record
    silent = set(message.parties) - set(message.acknowledged_by) - {message.giver}
    for nation in sorted(silent or {message.giver}):
        owed = Owed(
            what="EFFECT", of=nation, since=message.released_at, due=message.effective_at,
            precedence=message.precedence, overdue=True,
        )  # fmt: skip
        record = record.put("owed", _effect(name, nation), owed)
    return record


@_fold.register
def _(event: UndertakingTookEffect, record: Record, _at: datetime) -> Record:
    record = _without(record, _effect(event.message, ""))
    state = UndertakingPhase.IN_EFFECT.value
    return record.stands(_undertaking(event.message), "UNDERTAKING", state)


@_fold.register
def _(event: UndertakingEnded, record: Record, _at: datetime) -> Record:
    record = _without(record, _effect(event.message, ""))
    record = record.drop("standing", _undertaking(event.message))
    message = record.messages.get(event.message)
    if message is not None:
        record = record.put("messages", event.message, message.but(giver=None))
    return _rested(record.rests("UNDERTAKING", event.phase), event.message)


@_fold.register
def _(event: OrdersOverdue, record: Record, _at: datetime) -> Record:
    return _word_lacks(record, "ORDERS", event.message, event.nation, event.due)


@_fold.register
def _(event: OrdersConfirmed, record: Record, _at: datetime) -> Record:
    return record.drop("owed", f"ORDERS/{event.message}/{event.nation}")


@_fold.register
def _(event: DetaineesUnanswered, record: Record, _at: datetime) -> Record:
    return _word_lacks(record, event.item.value, event.message, event.nation, event.due)


@_fold.register
def _(event: DetaineesAnswered, record: Record, _at: datetime) -> Record:
    return record.drop("owed", f"{event.item.value}/{event.message}/{event.nation}")


def _word_lacks(record: Record, what: str, name: str, nation: str, due: datetime) -> Record:
    """What is owed beside the message itself, which comes to rest without it."""
    message = record.messages.get(name)
    owed = Owed(
        what=what, of=nation, since=due, due=due, overdue=True,
        precedence=message.precedence if message else None,
    )  # fmt: skip
    return record.put("owed", f"{what}/{name}/{nation}", owed)


@_fold.register
def _(event: ExchangeMoved, record: Record, _at: datetime) -> Record:
    between = " ".join(event.between)
    return record.stands(f"exchange {between}", "EXCHANGE", event.phase.value)


@_fold.register
def _(event: ContactMoved, record: Record, _at: datetime) -> Record:
    return record.stands(f"contact {event.request}", "CONTACT", event.phase.value)


def _rested(record: Record, name: str) -> Record:
    """A message of which nothing is owed and nothing waits is counted, and kept no longer."""
    message = record.messages.get(name)
    if message is None or message.giver is not None:
        return record
    if any(f" {name} " in each for each in record.owed):
        return record
    record = record.drop("messages", name).drop("standing", _message(name))
    return record.rests("MESSAGE", "ACKNOWLEDGED")


def _changed(record: Record, name: str, **changes: object) -> Record:
    owed = record.owed.get(name)
    return record if owed is None else record.put("owed", name, owed.but(**changes))


def _without(record: Record, *starts: str) -> Record:
    return record.drop("owed", *(each for each in record.owed if each.startswith(starts)))


def _message(name: str) -> str:
    return f"message {name}"


def _undertaking(name: str) -> str:
    return f"undertaking {name}"


def _acknowledgement(name: str, desk: str) -> str:
    return f"acknowledgement {name} {desk}"


def _answer(name: str, nation: str) -> str:
    return f"answer {name} {nation}"


def _effect(name: str, nation: str) -> str:
    return f"effect {name} {nation}"
