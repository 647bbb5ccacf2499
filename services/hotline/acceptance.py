"""What every new message must be, and what accepting it causes. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from schemas.acts import ONE_OFFICER_ACTS, Act
from schemas.exchange import DetaineesAnswered, OrdersConfirmed, RelayAsked
from schemas.hotline import (
    CancelMessage,
    Capacity,
    CarriedMessage,
    CorrectMessage,
    Leg,
    MessageAccepted,
    MessageOuter,
)
from schemas.parties import Ladder, Precedence, nation_of
from services.bus.refusals import (
    MediatorNotInvited,
    NotAddressed,
    NotReleasable,
    PrecedenceTooLow,
    ReferenceAcross,
    Refusal,
    SecondOfficerNeeded,
    UnknownAddressee,
    UnknownOfficer,
)
from services.bus.rulebook import Decision, Encloses, Heard, Telling
from services.hotline.conduct.moves import conduct
from services.hotline.deadlines import schedule
from services.hotline.exchange.acts import answer_by
from services.hotline.matter import NO_TERMS, Matter, Way, everybody

Within = Mapping[Precedence, float]
"""Ceilings for acknowledgement, in seconds from release."""


def named_by(command: MessageOuter) -> tuple[str, ...]:
    """The desks that are to have it in the end."""
    final = (command.terms or NO_TERMS).final_consumer
    return (*command.action, *command.info, *((final,) if final else ()))


def accept(
    matter: Matter, heard: Heard[MessageOuter], within_s: Within, alternates: Sequence[Way] = ()
) -> Decision | Refusal:
    """The message with its ways and clocks, what its act leads to, and who is told."""
    command = heard.command
    refusal = _unfit(matter, heard)
    if refusal:
        return refusal
    led_to = conduct(matter, heard)
    if isinstance(led_to, Refusal):
        return led_to
    steps = schedule(command.precedence, command.sent_at, within_s)
    acknowledge_by = steps[-1].due if steps else None
    ways = (*_legs(heard, acknowledge_by), *map(_again, alternates))
    via = (command.terms or NO_TERMS).via
    legs = ways if via is None else (_mediator(heard, via, acknowledge_by),)
    accepted = MessageAccepted(
        matter=command.matter,
        message=command.message_id,
        message_digest=heard.digest,
        originator=command.sender,
        precedence=command.precedence,
        lane=command.lane,
        label=command.label,
        legs=legs,
        schedule=steps,
        message_type=command.message_type,
        exercise=command.exercise,
        released_at=command.sent_at,
        expires_at=command.expires_at,
        position=heard.position,
        directory=heard.directory,
        act=command.act,
        terms=command.terms,
        answer_by=answer_by(command),
        relayed_to=None if via is None else ways,
    )
    given = (
        [_carried(command, leg) for leg in legs]
        if via is None
        else [_relay_asked(heard, via, acknowledge_by)]
    )
    told = (command.sender, *(leg.desk for leg in legs if leg.capacity is not Capacity.MEDIATOR))
    follow = [
        Telling(desk, event)
        for event in led_to
        for desk in dict.fromkeys((*told, *_concerned(matter, event)))
    ]
    return Decision((accepted, *led_to), (Telling(command.sender, accepted), *given, *follow))


def _concerned(matter: Matter, event: object) -> tuple[str, ...]:
    """Whoever has the message learns what was said of it, by whichever desk it was said."""
    if not isinstance(event, OrdersConfirmed | DetaineesAnswered):
        return ()
    return everybody(matter.messages[event.message])


def also(decision: Decision, event: object, tells: Sequence[Telling]) -> Decision:
    """A decision with one more fact."""
    return Decision((*decision.events, event), (*decision.tells, *tells))


def _carried(command: MessageOuter, leg: Leg) -> Telling:
    notice = CarriedMessage(
        message=command.message_id,
        originator=command.sender,
        precedence=command.precedence,
        capacity=leg.capacity,
        standing_in_for=leg.standing_in_for,
        acknowledge_by=leg.acknowledge_by,
    )
    return Telling(leg.desk, notice, Encloses.COMMAND)


def _relay_asked(heard: Heard[MessageOuter], via: str, acknowledge_by: datetime | None) -> Telling:
    """The mediator reads it only where its label lets it; unread, it relays all the same."""
    command = heard.command
    sealed = not command.label.lets_read(via)
    notice = RelayAsked(
        message=command.message_id,
        message_digest=heard.digest,
        originator=command.sender,
        precedence=command.precedence,
        to=named_by(command),
        sealed=sealed,
        acknowledge_by=acknowledge_by,
    )
    return Telling(via, notice, Encloses.NOTHING if sealed else Encloses.COMMAND)


def _unfit(matter: Matter, heard: Heard[MessageOuter]) -> Refusal | None:
    """Why this message may not go out at all. All of it is checked before anything is sent."""
    command, named = heard.command, named_by(heard.command)
    via = (command.terms or NO_TERMS).via
    unknown = [desk for desk in (*named, *((via,) if via else ())) if desk not in heard.desks]
    if unknown:
        return UnknownAddressee(", ".join(unknown))
    unread = [desk for desk in (command.sender, *named) if not command.label.lets_read(desk)]
    if unread:
        return NotReleasable(", ".join(unread))
    if any(reference not in matter.messages for reference in command.references):
        return ReferenceAcross()
    if command.act is Act.CEASE_ACTION and command.precedence.rank < Precedence.FLASH.rank:
        return PrecedenceTooLow(f"{command.act} is at least FLASH, not {command.precedence}")
    return (
        _not_a_party(matter, command)
        or (_uninvited(matter, command, via) if via else None)
        or _unreleased(command, heard.desks[command.sender].officers)
    )


def _not_a_party(matter: Matter, command: MessageOuter) -> Refusal | None:
    """Whether it answers something that its nation neither said nor was given."""
    regarded = matter.messages.get((command.terms or NO_TERMS).regards or "")
    if regarded is None:
        return None
    parties = {nation_of(desk) for desk in (regarded.originator, *regarded.ways)}
    if nation_of(command.sender) in parties:
        return None
    return NotAddressed("what it regards was neither said by its nation nor given to it")


def _uninvited(matter: Matter, command: MessageOuter, via: str) -> Refusal | None:
    own = nation_of(command.sender)
    others = {nation_of(desk) for desk in command.action} - {own}
    if all(matter.conduct.relays_between(via, own, other) for other in others):
        return None
    return MediatorNotInvited(via)


def _unreleased(command: MessageOuter, officers: Sequence[str]) -> Refusal | None:
    """Whether those released it who may. Two persons from IMMEDIATE up (scenario S16)."""
    for officer in (command.drafter, command.releaser):
        if officer not in officers:
            return UnknownOfficer(officer)
    one_is_enough = (
        command.precedence.rank < Precedence.IMMEDIATE.rank
        or command.act in ONE_OFFICER_ACTS
        or isinstance(command, CorrectMessage | CancelMessage)
    )
    if command.drafter == command.releaser and not one_is_enough:
        return SecondOfficerNeeded(command.precedence)
    return None


def _legs(heard: Heard[MessageOuter], acknowledge_by: datetime | None) -> Iterator[Leg]:
    command = heard.command
    for desk in command.action:
        yield _must_act(heard, desk, Capacity.ACTION, acknowledge_by)
    final = (command.terms or NO_TERMS).final_consumer
    if final is not None and final not in command.action:
        yield _must_act(heard, final, Capacity.FINAL_CONSUMER, acknowledge_by)
    for desk in command.info:
        if desk != final:
            yield Leg(desk=desk, capacity=Capacity.INFO)


def _mediator(heard: Heard[MessageOuter], via: str, acknowledge_by: datetime | None) -> Leg:
    return _must_act(heard, via, Capacity.MEDIATOR, acknowledge_by)


def _must_act(
    heard: Heard[MessageOuter], desk: str, capacity: Capacity, acknowledge_by: datetime | None
) -> Leg:
    return Leg(
        desk=desk,
        capacity=capacity,
        ladder=_known_rungs(heard, desk),
        acknowledge_by=acknowledge_by,
    )


def _again(way: Way) -> Leg:
    """An alternate that had the first message has the next one too."""
    return Leg(desk=way.desk, capacity=Capacity.ALTERNATE, standing_in_for=way.standing_in_for[0])


def _known_rungs(heard: Heard[MessageOuter], desk: str) -> Ladder:
    """The desk's ladder, without the originator and without whom the directory does not know."""
    alternates = heard.desks[desk].ladder.alternates
    others = (a for a in alternates if a.desk in heard.desks and a.desk != heard.command.sender)
    return Ladder(alternates=tuple(others))
