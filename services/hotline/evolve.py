"""What each event changes in a matter. Pure: the same ledger gives the same state."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import singledispatch

from schemas.acts import Act
from schemas.hotline import (
    AcknowledgementOverdue,
    Capacity,
    LadderClimbed,
    Leg,
    LegStep,
    MessageAccepted,
    MessageAcknowledged,
    MessageCancelled,
    MessageDelivered,
    MessageDeliveredToPrincipal,
    MessageReceived,
    MessageRelayed,
    MessageReplied,
    MessageSuperseded,
    Step,
)
from schemas.parties import nation_of
from services.hotline.conduct.evolve import evolve as conducted
from services.hotline.matter import NO_TERMS, Matter, Message, Phase, Way, later


def evolve(matter: Matter, event: object) -> Matter:
    """The matter after an event. What the bus itself records changes nothing here."""
    return conducted(_evolve(event, matter), event)


@singledispatch
def _evolve(_event: object, matter: Matter) -> Matter:
    return matter


@_evolve.register
def _(event: MessageAccepted, matter: Matter) -> Matter:
    legs = event.relayed_to or event.legs
    owing = frozenset(nation_of(leg.desk) for leg in legs if leg.capacity is Capacity.ACTION)
    return matter.with_message(
        Message(
            matter=event.matter,
            message=event.message,
            digest=event.message_digest,
            originator=event.originator,
            precedence=event.precedence,
            lane=event.lane,
            label=event.label,
            message_type=event.message_type,
            exercise=event.exercise,
            released_at=event.released_at,
            position=event.position,
            directory=event.directory,
            ways=_ways(event.legs, event.schedule),
            act=event.act or Act.FREE_TEXT,
            terms=event.terms or NO_TERMS,
            answer_by=event.answer_by,
            owed_by=owing - {nation_of(event.originator)} if event.answer_by else frozenset(),
            to_relay=event.relayed_to or (),
        )
    )


@_evolve.register
def _(event: MessageRelayed, matter: Matter) -> Matter:
    message = matter.messages[event.message]
    # Relaying is the mediator's whole part: with it, its own way is done.
    relayed = replace(
        message.ways[event.by],
        phase=Phase.ACKNOWLEDGED,
        steps_left=(),
        acknowledged_by=event.by,
    )
    ways = {**message.ways, event.by: relayed, **_ways(event.legs, event.schedule)}
    return matter.with_message(replace(message, ways=ways, to_relay=()))


def _ways(legs: Iterable[Leg], schedule: tuple[LegStep, ...]) -> dict[str, Way]:
    return {
        leg.desk: Way(
            desk=leg.desk,
            capacity=leg.capacity,
            ladder=leg.ladder,
            acknowledge_by=leg.acknowledge_by,
            steps_left=schedule if leg.acknowledge_by else (),
            standing_in_for=(leg.standing_in_for,) if leg.standing_in_for else (),
        )
        for leg in legs
    }


@_evolve.register
def _(event: MessageDelivered, matter: Matter) -> Matter:
    return _further(matter, event.message, event.desk, Phase.DELIVERED)


@_evolve.register
def _(event: MessageReceived, matter: Matter) -> Matter:
    return _further(matter, event.message, event.desk, Phase.RECEIVED)


@_evolve.register
def _(event: MessageAcknowledged, matter: Matter) -> Matter:
    """Settles the addressee's way, and that of the alternate who spoke for it."""
    message = matter.messages[event.message]
    for desk in {event.desk, event.by}:
        way = message.ways[desk]
        message = message.with_way(
            replace(
                way,
                phase=later(way.phase, Phase.ACKNOWLEDGED),
                steps_left=(),
                acknowledged_by=way.acknowledged_by or event.by,
            )
        )
    return matter.with_message(message)


@_evolve.register
def _(event: MessageDeliveredToPrincipal, matter: Matter) -> Matter:
    return _further(matter, event.message, event.desk, Phase.WITH_PRINCIPAL)


@_evolve.register
def _(event: MessageReplied, matter: Matter) -> Matter:
    message = matter.messages[event.message]
    return matter.with_message(replace(message, replies=(*message.replies, event.reply)))


@_evolve.register
def _(event: MessageSuperseded, matter: Matter) -> Matter:
    return _withdrawn(matter, event.message, event.by, Phase.SUPERSEDED)


@_evolve.register
def _(event: MessageCancelled, matter: Matter) -> Matter:
    return _withdrawn(matter, event.message, event.by, Phase.CANCELLED)


@_evolve.register
def _(event: LadderClimbed, matter: Matter) -> Matter:
    message = matter.messages[event.message]
    silent = message.ways[event.desk]
    message = message.with_way(_without(silent, Step(event.rung.value)))
    if event.to is not None:
        way = message.ways.get(event.to) or Way(event.to, Capacity.ALTERNATE, rung=event.rung)
        standing_in_for = (*way.standing_in_for, event.desk)
        message = message.with_way(replace(way, standing_in_for=standing_in_for))
    return matter.with_message(message)


@_evolve.register
def _(event: AcknowledgementOverdue, matter: Matter) -> Matter:
    message = matter.messages[event.message]
    silent = _without(message.ways[event.desk], Step.OVERDUE)
    return matter.with_message(message.with_way(replace(silent, overdue=True)))


def _without(way: Way, step: Step) -> Way:
    return replace(way, steps_left=tuple(each for each in way.steps_left if each.step is not step))


def _further(matter: Matter, message_id: str, desk: str, phase: Phase) -> Matter:
    message = matter.messages[message_id]
    way = message.ways[desk]
    return matter.with_message(message.with_way(replace(way, phase=later(way.phase, phase))))


def _withdrawn(matter: Matter, message_id: str, by: str, standing: Phase) -> Matter:
    """Silence climbs no further for what was withdrawn: its successor has a clock of its own."""
    message = matter.messages[message_id]
    ways = {desk: replace(way, steps_left=()) for desk, way in message.ways.items()}
    withdrawn = replace(message, standing=standing, withdrawn_by=by, ways=ways)
    return matter.with_message(withdrawn)
