"""What an accepted message leads to by its act: moves, answers, contacts, crossings. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from schemas.acts import Act
from schemas.exchange import (
    AnswerGiven,
    ContactMoved,
    ContactPhase,
    Crossing,
    DetaineesAnswered,
    ExchangeMoved,
    ExchangePhase,
    MessageCrossed,
    OrdersConfirmed,
    PartySpokeForEnd,
    ReschedulingProposed,
)
from schemas.hotline import MessageOuter, ReplyToMessage
from schemas.parties import nation_of
from services.bus.refusals import (
    ActOutOfPlace,
    LeavesOutRecipient,
    NoSuchMessage,
    Refusal,
    SaidAlready,
)
from services.bus.rulebook import Heard
from services.hotline.conduct import undertakings
from services.hotline.exchange import acts
from services.hotline.exchange.state import Contact, Exchange
from services.hotline.exchange.table import Move, Side, cell
from services.hotline.matter import Matter, Message, Phase


@dataclass(frozen=True, slots=True)
class Said:
    """A new message as the exchange sees it."""

    matter: Matter
    command: MessageOuter
    received_at: datetime

    @property
    def act(self) -> Act:
        """What kind of step it is."""
        return self.command.act

    @property
    def nation(self) -> str:
        """Who says it."""
        return nation_of(self.command.sender)

    @property
    def others(self) -> tuple[str, ...]:
        """The other nations that must act on it."""
        nations = {nation_of(desk) for desk in self.command.action} - {self.nation}
        return tuple(sorted(nations))

    @property
    def regarded(self) -> Message | None:
        """The message that it answers."""
        terms = self.command.terms
        named = terms.regards if terms else None
        if named is None and isinstance(self.command, ReplyToMessage):
            named = self.command.in_reply_to
        return self.matter.messages.get(named) if named else None


def conduct(matter: Matter, heard: Heard[MessageOuter]) -> tuple[object, ...] | Refusal:
    """What the message's act leads to; nothing for one that crossed what it answers."""
    said = Said(matter, heard.command, heard.received_at)
    refusal = _unfit(said)
    if refusal:
        return refusal
    crossed = _crossing(said)
    if crossed:
        return (crossed,)
    moved = _moves(said)
    if isinstance(moved, Refusal):
        return moved
    contacts = _contacts(said)
    if isinstance(contacts, Refusal):
        return contacts
    confirmed = _orders(said)
    if isinstance(confirmed, Refusal):
        return confirmed
    told = _detainees(said)
    if isinstance(told, Refusal):
        return told
    return (*_answers(said), *moved, *contacts, *confirmed, *told)


def _unfit(said: Said) -> Refusal | None:
    if refusal := acts.unfit(said.command):
        return refusal
    terms = said.command.terms
    if terms is None or terms.regards is None:
        return None
    regarded = said.regarded
    if regarded is None:
        return NoSuchMessage(f"regards {terms.regards}")
    wanted = acts.ACTS[said.act].regards
    if wanted and regarded.act not in wanted:
        return ActOutOfPlace(f"{said.act} regards a {' or '.join(sorted(wanted))}")
    return None


def _crossing(said: Said) -> MessageCrossed | None:
    """Flagged, and never carried out: it answers what no longer stands, or it comes too late."""
    regarded, crossing = said.regarded, None
    if regarded and regarded.standing is Phase.SUPERSEDED:
        crossing = Crossing.SUPERSEDED
    elif regarded and regarded.standing is Phase.CANCELLED:
        crossing = Crossing.CANCELLED
    elif _is_late(said):
        crossing = Crossing.LATE
    if crossing is None:
        return None
    return MessageCrossed(
        message=said.command.message_id,
        crossing=crossing,
        regards=regarded.message if regarded else None,
    )


def _is_late(said: Said) -> bool:
    terms, regarded = said.command.terms, said.regarded
    if acts.ACTS[said.act].holds and terms and terms.effective_at:
        return terms.effective_at <= said.received_at
    if said.act is Act.ACCEPTANCE and regarded:
        ends = regarded.terms.expires
        begins = regarded.terms.effective_at
        return any(
            isinstance(moment, datetime) and moment <= said.received_at for moment in (begins, ends)
        )
    return False


def _answers(said: Said) -> Iterator[AnswerGiven]:
    regarded = said.regarded
    if regarded is None or not acts.answers(regarded.act, said.act):
        return
    if said.nation in regarded.owed_by | regarded.unanswered_by:
        yield AnswerGiven(message=regarded.message, nation=said.nation, by=said.command.message_id)


def _moves(said: Said) -> list[object] | Refusal:
    """The moves between the speaker's nation and each that must act on it."""
    moved: list[object] = []
    for other in said.others:
        exchange = said.matter.conduct.exchange(said.nation, other)
        found = cell(exchange.phase, said.act, side_of(exchange, said.nation))
        if isinstance(found, Refusal):
            return found
        if said.act is Act.STAND_DOWN_CONFIRMATION:
            moved += undertakings.stood_down(said.matter, said.command, said.nation, other, found)
        elif isinstance(found, Move):
            moved += _move(said, exchange, found)
        if said.act is Act.COLLAPSE_STATEMENT:
            moved += undertakings.collapsed(said.matter, exchange.between)
    return moved


def side_of(exchange: Exchange, nation: str) -> Side:
    """Which side of an exchange a nation is on."""
    return Side.MOVER if exchange.mover == nation else Side.OTHER


def _move(said: Said, exchange: Exchange, move: Move) -> Iterator[object]:
    message = said.command.message_id
    if move.both:
        yield PartySpokeForEnd(
            between=exchange.between,
            end=ExchangePhase.CLOSED,
            by=said.nation,
            message=message,
            undertaking=None,
        )
        if not exchange.closed_by - {said.nation}:
            return
    yield ExchangeMoved(between=exchange.between, phase=move.to, by=said.nation, message=message)


def _contacts(said: Said) -> list[object] | Refusal:
    """What the message does to the request for contact that it regards."""
    regarded = said.regarded
    contact = said.matter.conduct.contacts.get(regarded.message) if regarded else None
    if contact is None:
        return []
    if said.nation not in contact.asked | {contact.asker}:
        return ActOutOfPlace(f"{said.act} by neither the asker nor the asked")
    match said.act:
        case Act.CONTACT_ACCEPTANCE:
            return _accepted(said, contact)
        case Act.CONTACT_DECLINE:
            return _declined(said, contact)
        case Act.CONTACT_RESCHEDULING:
            return _rescheduled(said, contact)
        case _:
            return []


def _detainees(said: Said) -> list[DetaineesAnswered] | Refusal:
    """How people are, and who may see them: said by whoever was asked, as often as it changes."""
    if said.act is not Act.DETAINED_PERSONNEL_REPLY:
        return []
    regarded, terms = said.regarded, said.command.terms
    detention = said.matter.conduct.detentions.get(regarded.message) if regarded else None
    if detention is None or terms is None or terms.items is None:
        return ActOutOfPlace(f"{said.act} of what was not asked")
    if said.nation == detention.asker:
        return ActOutOfPlace(f"{said.act} by {said.nation}, who asked")
    if detention.asker not in said.others:
        return LeavesOutRecipient(f"a desk of {detention.asker}")
    return [
        DetaineesAnswered(
            message=detention.message, nation=said.nation, item=item, by=said.command.message_id
        )
        for item in terms.items
        if (said.nation, item) in detention.owed
    ]


def _orders(said: Said) -> list[OrdersConfirmed] | Refusal:
    """Own units have their orders: only whom the undertaking binds can say so, while it stands."""
    if said.act is not Act.ORDERS_CONFIRMATION:
        return []
    regarded = said.regarded
    undertaking = said.matter.conduct.undertakings.get(regarded.message) if regarded else None
    if undertaking is None or not undertaking.stands:
        return ActOutOfPlace(f"{said.act} of what does not stand")
    if said.nation not in undertaking.binds:
        return ActOutOfPlace(f"{said.act} by {said.nation}, whose units it does not bind")
    if said.nation in undertaking.orders_confirmed_by:
        return SaidAlready()
    if uninformed := undertaking.parties - {said.nation, *said.others}:
        return LeavesOutRecipient(f"a desk of {', '.join(sorted(uninformed))}")
    return [
        OrdersConfirmed(message=undertaking.message, nation=said.nation, by=said.command.message_id)
    ]


_OPEN_CONTACT = (ContactPhase.REQUESTED, ContactPhase.NO_RESPONSE)


def _accepted(said: Said, contact: Contact) -> list[object] | Refusal:
    terms, waiting = said.command.terms, contact.rescheduling
    assert terms is not None, "an acceptance names when"
    if waiting and said.nation != waiting.nation:
        if terms.contact_at != waiting.contact_at:
            return ActOutOfPlace("accept the time that was proposed, or propose another")
        return [_contact(said, contact, ContactPhase.ACCEPTED, waiting.contact_at)]
    if said.nation in contact.asked and contact.phase in _OPEN_CONTACT:
        return [_contact(said, contact, ContactPhase.ACCEPTED, terms.contact_at)]
    return ActOutOfPlace(f"{said.act} while {contact.phase}")


def _declined(said: Said, contact: Contact) -> list[object] | Refusal:
    waiting = contact.rescheduling
    if waiting and said.nation != waiting.nation:
        return [_contact(said, contact, contact.phase, contact.contact_at)]
    if said.nation in contact.asked and contact.phase in _OPEN_CONTACT:
        return [_contact(said, contact, ContactPhase.DECLINED, None)]
    return ActOutOfPlace(f"{said.act} while {contact.phase}")


def _rescheduled(said: Said, contact: Contact) -> list[object] | Refusal:
    terms = said.command.terms
    if contact.phase is not ContactPhase.ACCEPTED:
        return ActOutOfPlace(f"{said.act} while {contact.phase}")
    assert terms is not None, "the act needs terms"
    assert terms.contact_at is not None, "the act needs a time"
    return [
        ReschedulingProposed(
            request=contact.request,
            by=said.command.message_id,
            nation=said.nation,
            contact_at=terms.contact_at,
        )
    ]


def _contact(
    said: Said, contact: Contact, phase: ContactPhase, at: datetime | None
) -> ContactMoved:
    return ContactMoved(
        request=contact.request, phase=phase, by=said.command.message_id, contact_at=at
    )
