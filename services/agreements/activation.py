"""What an agreement activates: a protocol fires on an event, and opens what is owed. Pure.

It fires where the agreement was in force, or provisionally applied, for the states concerned at the
time of the event, and was not suspended. It opens obligations; it says and sends nothing by itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256

from schemas import agreement_facts as facts
from schemas.agreement_facts import NotActivated, ObligationPhase
from schemas.agreement_record import Circle, Protocol, ProtocolStep, Trigger, Who
from schemas.agreements import HearEvent, HearMessage, OverheardEvent, ReportObligationMet
from schemas.parties import Nation
from services.agreements.bound import is_bound, is_suspended
from services.agreements.course import Course
from services.agreements.refusals import (
    NoSuchObligation,
    NothingDue,
    NothingToActivate,
    NotTheOwner,
)
from services.agreements.state import Agreement, Obligation
from services.bus.refusals import Refusal
from services.bus.rulebook import Heard
from services.bus.topics import service_of

OBLIGATIONS: dict[tuple[ObligationPhase, str], ObligationPhase] = {
    (ObligationPhase.OPEN, "MET"): ObligationPhase.MET,
    (ObligationPhase.OPEN, "TIME PASSED"): ObligationPhase.OVERDUE,
    (ObligationPhase.OVERDUE, "MET"): ObligationPhase.MET_LATE,
}
"""How something owed moves. What is met stays met."""


def could_fire(trigger: Trigger, event: OverheardEvent) -> bool:
    """Whether it is the kind of event that the protocol waits for, wherever anybody stands."""
    if event.code not in trigger.events:
        return False
    least, severity = trigger.min_severity, event.severity
    if least is not None and severity is not None and severity.rank < least.rank:
        return False
    return not trigger.geocodes or any(
        here == wanted or here.startswith(f"{wanted}-")
        for here in event.geocodes
        for wanted in trigger.geocodes
    )


def waits_for(agreement: Agreement, event: OverheardEvent) -> list[Protocol]:
    """The protocols of an agreement that this event could fire, and has not fired before."""
    if not set(event.nations) & set(agreement.participants):
        return []
    fired = {each.activation for each in agreement.activations}
    return [
        each
        for each in agreement.record.protocols
        if could_fire(each.trigger, event) and activation_of(agreement, each, event) not in fired
    ]


def activation_of(agreement: Agreement, protocol: Protocol, event: OverheardEvent) -> str:
    """An alert and its updates are one event; on the hotline each notice is one."""
    is_chain = service_of(event.matter) == "alerts"
    return named(agreement.name, protocol.protocol, event.matter if is_chain else event.message)


def hear_event(course: Course, heard: Heard[HearEvent]) -> Refusal | None:
    """Fire what it fires; say of the rest why it did not."""
    command, event = heard.command, heard.command.event
    agreement = course.of(command.agreement)
    protocols = waits_for(agreement, event)
    if not protocols:
        return NothingToActivate()
    for protocol in protocols:
        states, why = _states(course, agreement, protocol, event)
        if why is not None:
            course.happens(
                facts.ProtocolNotActivated(
                    agreement=agreement.name, at=heard.received_at, protocol=protocol.protocol,
                    code=event.code, why=why, occurred_at=event.occurred_at,
                    message=event.message, source=command.source,
                )
            )  # fmt: skip
            continue
        _fires(course, agreement, protocol, states, heard)
    return None


def _states(
    course: Course, agreement: Agreement, protocol: Protocol, event: OverheardEvent
) -> tuple[tuple[Nation, ...], NotActivated | None]:
    """The bound states that the event concerns; or why they are not enough."""
    family, at = course.family, event.occurred_at
    if event.told_at < agreement.proposed_at:
        return (), NotActivated.PROTOCOL_LATER
    bound = [n for n in event.nations if is_bound(family, agreement, n, at)]
    if len(bound) < protocol.trigger.parties_affected:
        return (), NotActivated.NOT_IN_FORCE
    free = [n for n in bound if not is_suspended(family, agreement, n, at)]
    if len(free) < protocol.trigger.parties_affected:
        return (), NotActivated.SUSPENDED
    return tuple(sorted(free)), None


def _fires(
    course: Course,
    agreement: Agreement,
    protocol: Protocol,
    states: tuple[Nation, ...],
    heard: Heard[HearEvent],
) -> None:
    event = heard.command.event
    activation = activation_of(agreement, protocol, event)
    course.happens(
        facts.ProtocolActivated(
            agreement=agreement.name, at=heard.received_at, activation=activation,
            protocol=protocol.protocol, article=protocol.article, code=event.code, by=event.by,
            states=states, occurred_at=event.occurred_at, message=event.message,
            thread=event.thread, source=heard.command.source,
        )
    )  # fmt: skip
    for number, step in enumerate(protocol.steps, 1):
        circle = _circle(course, agreement, step, states, event.occurred_at)
        for owner in _owners(step, circle, event.by):
            to = tuple(agreement.participants[n].watch for n in circle if n != owner)
            if not to:
                continue
            course.happens(
                facts.ObligationOpened(
                    agreement=agreement.name, at=event.told_at,
                    obligation=named(activation, str(number), owner), activation=activation,
                    protocol=protocol.protocol, article=protocol.article, step=number,
                    owner=agreement.participants[owner].watch, message=step.message,
                    precedence=step.precedence, to=to, thread=event.thread,
                    due=event.told_at + timedelta(seconds=step.within_s), regards=event.message,
                )
            )  # fmt: skip


def _circle(
    course: Course,
    agreement: Agreement,
    step: ProtocolStep,
    states: tuple[Nation, ...],
    at: datetime,
) -> tuple[Nation, ...]:
    if step.among is Circle.AFFECTED:
        return states
    return tuple(
        nation
        for nation in sorted(agreement.participants)
        if is_bound(course.family, agreement, nation, at)
        and not is_suspended(course.family, agreement, nation, at)
    )


def _owners(step: ProtocolStep, circle: Sequence[Nation], by: Nation) -> Sequence[Nation]:
    match step.who:
        case Who.REPORTER:
            return [nation for nation in circle if nation == by]
        case Who.OTHERS:
            return [nation for nation in circle if nation != by]
        case Who.EACH:
            return circle


def named(*parts: str) -> str:
    """An identity that follows from what it is of, so that a replay gives the same."""
    return sha256(" ".join(parts).encode()).hexdigest()[:32]


# What is owed, and met.


def hear_message(course: Course, heard: Heard[HearMessage]) -> Refusal | None:
    """A message on the hotline meets what its sender owes in that thread, by act and addressees."""
    said = heard.command
    found = [
        each
        for each in course.of(said.agreement).obligations.values()
        if meets(each, said) and (each.phase, "MET") in OBLIGATIONS
    ]
    for each in found:
        _met(course, said.agreement, each, said.message, said.accepted_at)
    return None if found else NothingDue()


def meets(owed: Obligation, said: HearMessage) -> bool:
    """Whether it is what is owed: by the owner, in the thread, to all, and said since then."""
    return (
        owed.owner == said.by
        and owed.thread == said.thread
        and owed.message is said.act
        and owed.opened_at <= said.accepted_at
        and set(owed.to) <= set(said.to)
    )


def report_met(course: Course, heard: Heard[ReportObligationMet]) -> Refusal | None:
    """The owner names the message that met it, where it went another way or in another thread."""
    said = heard.command
    owed = course.of(said.agreement).obligations.get(said.obligation)
    if owed is None or (owed.phase, "MET") not in OBLIGATIONS:
        return NoSuchObligation()
    if owed.owner != said.sender:
        return NotTheOwner(owed.owner)
    _met(course, said.agreement, owed, said.met_by, heard.received_at)
    return None


def _met(course: Course, name: str, owed: Obligation, message: str, at: datetime) -> None:
    course.happens(
        facts.ObligationMoved(
            agreement=name, at=at, obligation=owed.obligation,
            phase=OBLIGATIONS[owed.phase, "MET"], met_by=message,
        )
    )  # fmt: skip
