"""Third parties: who may relay, and what a relay is. Nothing is edited on the way. Pure."""

from __future__ import annotations

from schemas.exchange import InviteMediator, MediatorInvited
from schemas.hotline import Capacity, CarriedMessage, MessageRelayed, RelayMessage
from schemas.parties import nation_of
from services.bus.refusals import (
    AlreadyWithdrawn,
    InvalidField,
    NotInMatter,
    OutOfOrder,
    Refusal,
    UnknownAddressee,
    UnknownOfficer,
)
from services.bus.rulebook import Decision, Earlier, Heard, Telling
from services.hotline.acceptance import Within
from services.hotline.deadlines import schedule
from services.hotline.matter import Matter, Phase
from services.hotline.reports import spoken_of


def invite(matter: Matter, heard: Heard[InviteMediator]) -> Decision | Refusal:
    """One party's word. The mediator may relay once the other party has said the same."""
    command = heard.command
    own = nation_of(command.sender)
    if matter.messages and not matter.has_part(command.sender):
        return NotInMatter()
    if command.mediator not in heard.desks:
        return UnknownAddressee(command.mediator)
    if command.officer not in heard.desks[command.sender].officers:
        return UnknownOfficer(command.officer)
    if len({own, command.party, nation_of(command.mediator)}) < 3:  # noqa: PLR2004 - three nations.
        return InvalidField("party, mediator and sender are of three nations")
    invited = MediatorInvited(
        mediator=command.mediator, by=own, party=command.party, basis=command.basis
    )
    others = matter.desks_of(command.party)
    tells = (Telling(desk, invited) for desk in (command.sender, command.mediator, *others))
    return Decision((invited,), tuple(tells))


def relay(matter: Matter, heard: Heard[RelayMessage], within_s: Within) -> Decision | Refusal:
    """The addressees are given the originator's own record; their clocks start now."""
    message = spoken_of(matter, heard)
    if isinstance(message, Refusal):
        return message
    if message.standing is not Phase.STANDING:
        return AlreadyWithdrawn()
    if not message.to_relay:
        return OutOfOrder("it is relayed already")
    command = heard.command
    steps = schedule(message.precedence, heard.received_at, within_s)
    by = steps[-1].due if steps else None
    legs = tuple(
        leg if leg.acknowledge_by is None else leg.model_copy(update={"acknowledge_by": by})
        for leg in message.to_relay
    )
    relayed = MessageRelayed(
        message=message.message,
        message_digest=message.digest,
        by=command.sender,
        officer=command.officer,
        legs=legs,
        schedule=steps,
    )
    original = Earlier(message.position, message.digest, message.directory)
    carried = (
        Telling(
            leg.desk,
            CarriedMessage(
                message=message.message,
                originator=message.originator,
                precedence=message.precedence,
                capacity=leg.capacity,
                standing_in_for=leg.standing_in_for,
                acknowledge_by=leg.acknowledge_by,
            ),
            original,
        )
        for leg in legs
    )
    path = (Telling(leg.desk, relayed) for leg in legs if leg.capacity is not Capacity.ALTERNATE)
    return Decision((relayed,), (Telling(message.originator, relayed), *carried, *path))
