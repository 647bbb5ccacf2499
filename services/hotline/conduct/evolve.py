"""What each event changes in the conduct of a matter. Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from functools import singledispatch
from typing import Any

from schemas.acts import Act, DetaineeItem
from schemas.exchange import (
    AnswerGiven,
    AnswerOverdue,
    ContactMoved,
    DetaineesAnswered,
    DetaineesUnanswered,
    ExchangeMoved,
    ExchangePhase,
    MediatorInvited,
    MessageCrossed,
    OrdersConfirmed,
    OrdersOverdue,
    PartySpokeForEnd,
    ReschedulingProposed,
    UndertakingEnded,
    UndertakingHeldUp,
    UndertakingPhase,
    UndertakingReminder,
    UndertakingTookEffect,
)
from schemas.hotline import Capacity, MessageAccepted, MessageAcknowledged
from schemas.parties import nation_of
from services.hotline.exchange.state import (
    Conduct,
    Contact,
    Detention,
    Exchange,
    Rescheduling,
    Undertaking,
)
from services.hotline.matter import Matter


def evolve(matter: Matter, event: object) -> Matter:
    """The matter after what an event says of exchanges, undertakings and contacts."""
    return _evolve(event, matter)


@singledispatch
def _evolve(_event: object, matter: Matter) -> Matter:
    return matter


@_evolve.register
def _(event: MessageAccepted, matter: Matter) -> Matter:
    giver = nation_of(event.originator)
    legs = (*event.legs, *(event.relayed_to or ()))
    given_to = frozenset(nation_of(leg.desk) for leg in legs if leg.capacity is Capacity.ACTION) - {
        giver
    }
    conduct, terms = matter.conduct, event.terms
    if event.act is Act.REQUEST_FOR_CONTACT:
        contact = Contact(event.message, giver, given_to)
        return _with(matter, contacts={**conduct.contacts, event.message: contact})
    if event.act in (Act.COMMITMENT, Act.UNDERSTANDING):
        assert terms is not None, "the act needs terms"
        assert terms.effective_at is not None, "the act needs a time"
        undertaking = Undertaking(
            message=event.message,
            giver=giver,
            parties=given_to | {giver},
            effective_at=terms.effective_at,
            expires=terms.expires if isinstance(terms.expires, datetime) else None,
            review_at=terms.review_at,
            binds=given_to | {giver} if event.act is Act.UNDERSTANDING else frozenset({giver}),
            orders_by=terms.orders_by,
        )
        return _undertaking(matter, undertaking)
    if event.act is Act.DETAINED_PERSONNEL:
        assert terms is not None, "the act needs terms"
        assert terms.welfare_by is not None, "the act needs both"
        assert terms.access_by is not None, "the act needs both"
        detention = Detention(
            message=event.message,
            asker=giver,
            due={
                DetaineeItem.WELFARE: terms.welfare_by,
                DetaineeItem.ACCESS: terms.access_by,
            },
            owed=frozenset((nation, item) for nation in given_to for item in DetaineeItem),
        )
        return _with(matter, detentions={**conduct.detentions, event.message: detention})
    violated = conduct.undertakings.get((terms.regards if terms else None) or "")
    if event.act is Act.VIOLATION_REPORT and violated:
        violations = (*violated.violations, event.message)
        return _undertaking(matter, replace(violated, violations=violations))
    return matter


@_evolve.register
def _(event: MessageCrossed, matter: Matter) -> Matter:
    """It arrives, and nothing that it asks for comes about."""
    conduct, crossed = matter.conduct, event.message
    undertakings = {
        message: replace(each, violations=tuple(v for v in each.violations if v != crossed))
        for message, each in conduct.undertakings.items()
        if message != crossed
    }
    contacts = {request: each for request, each in conduct.contacts.items() if request != crossed}
    detentions = {name: each for name, each in conduct.detentions.items() if name != crossed}
    unasked = replace(matter.messages[crossed], answer_by=None, owed_by=frozenset())
    return _with(
        matter.with_message(unasked),
        undertakings=undertakings,
        contacts=contacts,
        detentions=detentions,
    )


@_evolve.register
def _(event: MessageAcknowledged, matter: Matter) -> Matter:
    undertaking = matter.conduct.undertakings.get(event.message)
    if undertaking is None:
        return matter
    nations = undertaking.acknowledged_by | ({nation_of(event.desk)} & undertaking.parties)
    return _undertaking(matter, replace(undertaking, acknowledged_by=nations))


@_evolve.register
def _(event: ExchangeMoved, matter: Matter) -> Matter:
    before = matter.conduct.exchange(*event.between)
    # Whoever asked goes on being who waits, where it is the clock that says so.
    mover = event.by or (before.mover if event.phase is ExchangePhase.UNANSWERED else None)
    after = Exchange(event.between, event.phase, mover, event.message)
    return _with(matter, exchanges={**matter.conduct.exchanges, event.between: after})


@_evolve.register
def _(event: PartySpokeForEnd, matter: Matter) -> Matter:
    if event.undertaking is not None:
        undertaking = matter.conduct.undertakings[event.undertaking]
        by = undertaking.stood_down_by | {event.by}
        return _undertaking(matter, replace(undertaking, stood_down_by=by))
    exchange = matter.conduct.exchange(*event.between)
    after = replace(exchange, closed_by=exchange.closed_by | {event.by})
    return _with(matter, exchanges={**matter.conduct.exchanges, event.between: after})


@_evolve.register
def _(event: AnswerGiven, matter: Matter) -> Matter:
    message = matter.messages[event.message]
    return matter.with_message(
        replace(
            message,
            owed_by=message.owed_by - {event.nation},
            unanswered_by=message.unanswered_by - {event.nation},
        )
    )


@_evolve.register
def _(event: AnswerOverdue, matter: Matter) -> Matter:
    message = matter.messages[event.message]
    return matter.with_message(
        replace(
            message,
            owed_by=message.owed_by - {event.nation},
            unanswered_by=message.unanswered_by | {event.nation},
        )
    )


@_evolve.register
def _(event: UndertakingTookEffect, matter: Matter) -> Matter:
    undertaking = matter.conduct.undertakings[event.message]
    return _undertaking(
        matter, replace(undertaking, phase=UndertakingPhase.IN_EFFECT, held_up=False)
    )


@_evolve.register
def _(event: UndertakingHeldUp, matter: Matter) -> Matter:
    undertaking = matter.conduct.undertakings[event.message]
    return _undertaking(matter, replace(undertaking, held_up=True))


@_evolve.register
def _(event: UndertakingReminder, matter: Matter) -> Matter:
    undertaking = matter.conduct.undertakings[event.message]
    reminded = undertaking.reminded | {event.term}
    return _undertaking(matter, replace(undertaking, reminded=reminded))


@_evolve.register
def _(event: DetaineesAnswered, matter: Matter) -> Matter:
    detention = matter.conduct.detentions[event.message]
    said = {(event.nation, event.item)}
    after = replace(detention, owed=detention.owed - said, overdue=detention.overdue - said)
    return _with(matter, detentions={**matter.conduct.detentions, event.message: after})


@_evolve.register
def _(event: DetaineesUnanswered, matter: Matter) -> Matter:
    detention = matter.conduct.detentions[event.message]
    after = replace(detention, overdue=detention.overdue | {(event.nation, event.item)})
    return _with(matter, detentions={**matter.conduct.detentions, event.message: after})


@_evolve.register
def _(event: OrdersConfirmed, matter: Matter) -> Matter:
    undertaking = matter.conduct.undertakings[event.message]
    by = undertaking.orders_confirmed_by | {event.nation}
    late = undertaking.orders_overdue - {event.nation}
    return _undertaking(matter, replace(undertaking, orders_confirmed_by=by, orders_overdue=late))


@_evolve.register
def _(event: OrdersOverdue, matter: Matter) -> Matter:
    undertaking = matter.conduct.undertakings[event.message]
    late = undertaking.orders_overdue | {event.nation}
    return _undertaking(matter, replace(undertaking, orders_overdue=late))


@_evolve.register
def _(event: UndertakingEnded, matter: Matter) -> Matter:
    undertaking = matter.conduct.undertakings[event.message]
    return _undertaking(matter, replace(undertaking, phase=event.phase))


@_evolve.register
def _(event: ContactMoved, matter: Matter) -> Matter:
    contact = matter.conduct.contacts[event.request]
    after = replace(contact, phase=event.phase, contact_at=event.contact_at, rescheduling=None)
    return _with(matter, contacts={**matter.conduct.contacts, event.request: after})


@_evolve.register
def _(event: ReschedulingProposed, matter: Matter) -> Matter:
    contact = matter.conduct.contacts[event.request]
    waiting = Rescheduling(event.by, event.nation, event.contact_at)
    after = replace(contact, rescheduling=waiting)
    return _with(matter, contacts={**matter.conduct.contacts, event.request: after})


@_evolve.register
def _(event: MediatorInvited, matter: Matter) -> Matter:
    invited = matter.conduct.invited
    asked = invited.get(event.mediator, frozenset()) | {(event.by, event.party)}
    return _with(matter, invited={**invited, event.mediator: asked})


def _undertaking(matter: Matter, undertaking: Undertaking) -> Matter:
    undertakings = {**matter.conduct.undertakings, undertaking.message: undertaking}
    return _with(matter, undertakings=undertakings)


def _with(matter: Matter, **changes: Any) -> Matter:
    conduct: Conduct = replace(matter.conduct, **changes)
    return replace(matter, conduct=conduct)
