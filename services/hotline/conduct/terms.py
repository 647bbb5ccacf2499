"""What of a message's terms falls due, and what the clock's word then leads to. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from schemas.acts import DetaineeItem
from schemas.exchange import (
    AnswerOverdue,
    ContactMoved,
    ContactPhase,
    DetaineesUnanswered,
    ExchangeMoved,
    OrdersOverdue,
    PassTerm,
    Term,
    UndertakingEnded,
    UndertakingPhase,
    UndertakingReminder,
)
from schemas.parties import nation_of
from services.bus.clock import milliseconds
from services.bus.refusals import NoLongerDue, Refusal
from services.bus.service import Deadline
from services.hotline.conduct import undertakings
from services.hotline.exchange.state import Contact, Detention, Undertaking
from services.hotline.exchange.table import ByClock, Move, Side, cell
from services.hotline.matter import Matter, Message, Phase
from services.hotline.own_word import own_word

AHEAD = timedelta(hours=24)
"""How long before a review or an end it is called to mind; sooner where the time is shorter."""
SHARE_AHEAD = 0.9
"""Which share of a short time passes before it is called to mind."""


@dataclass(frozen=True, slots=True)
class Due:
    """One term of one message, and when it comes."""

    message: Message
    term: Term
    at: datetime
    nation: str | None = None


def deadlines(matter: Matter) -> list[Deadline]:
    """Every term that is still to come. One that has passed is passed once."""
    return [Deadline(due.at, partial(_command, due)) for due in dues(matter)]


def dues(matter: Matter) -> Iterator[Due]:
    """The same, as terms."""
    for message in matter.messages.values():
        if message.standing is Phase.STANDING:
            yield from _answers(message)
    for detention in matter.conduct.detentions.values():
        asked = matter.messages[detention.message]
        if asked.standing is Phase.STANDING:
            yield from _of_detention(asked, detention)
    for undertaking in matter.conduct.undertakings.values():
        message = matter.messages[undertaking.message]
        if undertaking.stands and message.standing is Phase.STANDING:
            yield from _of_undertaking(message, undertaking)


def _of_detention(message: Message, detention: Detention) -> Iterator[Due]:
    for nation, item in sorted(detention.owed - detention.overdue):
        yield Due(message, Term(item.value), detention.due[item], nation)


def _answers(message: Message) -> Iterator[Due]:
    if message.answer_by is not None:
        for nation in sorted(message.owed_by):
            yield Due(message, Term.ANSWER, message.answer_by, nation)


def _of_undertaking(message: Message, undertaking: Undertaking) -> Iterator[Due]:
    if undertaking.phase is UndertakingPhase.GIVEN and not undertaking.held_up:
        yield Due(message, Term.EFFECT, undertaking.effective_at)
    if undertaking.expires is not None:
        yield Due(message, Term.EXPIRY, undertaking.expires)
    if undertaking.orders_by is not None:
        for nation in sorted(undertaking.orders_owed_by - undertaking.orders_overdue):
            yield Due(message, Term.ORDERS, undertaking.orders_by, nation)
    if undertaking.phase is not UndertakingPhase.IN_EFFECT:
        return
    reminders = (
        (Term.REVIEW_AHEAD, undertaking.review_at, True),
        (Term.REVIEW, undertaking.review_at, False),
        (Term.EXPIRY_AHEAD, undertaking.expires, True),
    )
    for term, at, ahead in reminders:
        if at is not None and term not in undertaking.reminded:
            yield Due(message, term, _ahead(undertaking.effective_at, at) if ahead else at)


def _ahead(begins: datetime, at: datetime) -> datetime:
    shortly = begins + (at - begins) * SHARE_AHEAD
    return milliseconds(max(at - AHEAD, shortly))


def _command(due: Due) -> PassTerm:
    message = due.message
    return own_word(
        PassTerm,
        message,
        matter=message.matter,
        lane=message.lane,
        due=due.at,
        identity=f"{message.message} {due.term} {due.nation}",
        message=message.message,
        term=due.term,
        nation=due.nation,
    )


def passed(matter: Matter, command: PassTerm) -> tuple[object, ...] | Refusal:
    """What the term's coming leads to; NoLongerDue where it was met or passed before."""
    stands = any(
        (due.message.message, due.term, due.nation, due.at)
        == (command.message, command.term, command.nation, command.due)
        for due in dues(matter)
    )
    if not stands:
        return NoLongerDue()
    return tuple(_passed(matter, command))


def _passed(matter: Matter, command: PassTerm) -> Iterator[object]:
    undertaking = matter.conduct.undertakings.get(command.message)
    match command.term:
        case Term.ANSWER:
            yield from _unanswered(matter, command)
        case Term.EFFECT:
            assert undertaking is not None, "only undertakings take effect"
            yield from undertakings.effect(matter, undertaking)
        case Term.WELFARE | Term.ACCESS:
            assert command.nation is not None, "it is owed by whoever holds them"
            item = DetaineeItem(command.term.value)
            yield DetaineesUnanswered(
                message=command.message, nation=command.nation, item=item, due=command.due
            )
        case Term.ORDERS:
            assert command.nation is not None, "orders are owed by somebody"
            yield OrdersOverdue(message=command.message, nation=command.nation, due=command.due)
        case Term.EXPIRY:
            yield UndertakingEnded(message=command.message, phase=UndertakingPhase.EXPIRED)
        case Term.REVIEW | Term.REVIEW_AHEAD | Term.EXPIRY_AHEAD:
            assert undertaking is not None, "only undertakings are reviewed"
            ends = command.term is Term.EXPIRY_AHEAD
            at = undertaking.expires if ends else undertaking.review_at
            assert at is not None, "it was due"
            yield UndertakingReminder(message=command.message, term=command.term, at=at)


def _unanswered(matter: Matter, command: PassTerm) -> Iterator[object]:
    assert command.nation is not None, "an answer is owed by somebody"
    message, nation = matter.messages[command.message], command.nation
    yield AnswerOverdue(message=message.message, nation=nation, due=command.due)
    contact = matter.conduct.contacts.get(message.message)
    if contact and _nobody_else_owes(message, nation, contact):
        yield ContactMoved(
            request=message.message, phase=ContactPhase.NO_RESPONSE, by=None, contact_at=None
        )
    exchange = matter.conduct.exchange(nation_of(message.originator), nation)
    move = cell(exchange.phase, ByClock.ANSWER_OVERDUE, Side.CLOCK)
    if isinstance(move, Move) and exchange.moved_by == message.message:
        yield ExchangeMoved(
            between=exchange.between, phase=move.to, by=None, message=message.message
        )


def _nobody_else_owes(message: Message, nation: str, contact: Contact) -> bool:
    return contact.phase is ContactPhase.REQUESTED and message.owed_by == {nation}
