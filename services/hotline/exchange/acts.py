"""What each act needs on its outside, what it answers, and when its answer is due. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from schemas.acts import Act
from schemas.hotline import MessageOuter
from services.bus.refusals import Refusal, TermMissing, TermOutOfPlace

HOUR = timedelta(hours=1)

EVERYWHERE = frozenset({"regards", "final_consumer", "via", "breaks_into", "line", "line_state"})
"""Terms that any act may carry."""
_HOLDS = frozenset({"effective_at", "expires", "review_at"})


@dataclass(frozen=True, slots=True)
class ActRule:
    """What an act needs and what it asks for."""

    needs: frozenset[str] = frozenset()
    may: frozenset[str] = frozenset()
    regards: frozenset[Act] = frozenset()
    """Of which act the message must be that it regards; empty: of any."""
    answered_by: frozenset[Act] = frozenset()
    """What counts as its answer; empty: none is due. An acknowledgement is never one."""
    answer_within: timedelta | None = None
    """How long an answer may take where the message itself names no reply_by."""
    holds: bool = False
    """Whether it asks for something to hold from a moment on, so that it can come too late."""


def _rule(
    needs: str = "",
    may: str = "",
    regards: tuple[Act, ...] = (),
    answered_by: tuple[Act, ...] = (),
    hours: float | None = None,
    *,
    holds: bool = False,
) -> ActRule:
    return ActRule(
        needs=frozenset(needs.split()),
        may=frozenset(may.split()) | EVERYWHERE,
        regards=frozenset(regards),
        answered_by=frozenset(answered_by),
        answer_within=None if hours is None else hours * HOUR,
        holds=holds,
    )


_ANYTHING_SAID = (Act.FREE_TEXT, Act.EXPLANATION, Act.ASSURANCE)
_OFFERS = (Act.PROPOSAL, Act.COUNTER_PROPOSAL)
_TAKEN_UP = (Act.ACCEPTANCE, Act.REJECTION, Act.COUNTER_PROPOSAL)
_CONTACT = (Act.CONTACT_ACCEPTANCE, Act.CONTACT_DECLINE, Act.CONTACT_RESCHEDULING)
_UNDERTAKINGS = (Act.COMMITMENT, Act.UNDERSTANDING)
_REFUGE = (Act.SAFE_PASSAGE_REQUEST, Act.SAFE_HARBOUR_REQUEST, Act.SAR_COORDINATION)

ACTS: Mapping[Act, ActRule] = {
    Act.FREE_TEXT: _rule(),
    Act.FACT_NOTICE: _rule(may="event confidence"),
    Act.CEASE_ACTION: _rule(answered_by=(Act.STAND_DOWN_CONFIRMATION, *_ANYTHING_SAID), hours=0.5),
    Act.ASSURANCE: _rule(may="effective_at expires"),
    Act.CONCERN: _rule(answered_by=_ANYTHING_SAID, hours=48),
    # Vienna Document, chapter III: a reply within 48 hours.
    Act.CLARIFICATION_REQUEST: _rule(answered_by=(Act.EXPLANATION,), hours=48),
    Act.EXPLANATION: _rule(),
    **{act: _rule(answered_by=(*_ANYTHING_SAID, Act.COMMITMENT), hours=1) for act in _REFUGE},
    Act.REQUEST_FOR_CONTACT: _rule(may="contact_at", answered_by=_CONTACT[:2], hours=48),
    Act.CONTACT_ACCEPTANCE: _rule("regards", "contact_at", (Act.REQUEST_FOR_CONTACT,)),
    Act.CONTACT_DECLINE: _rule("regards", "", (Act.REQUEST_FOR_CONTACT,)),
    Act.CONTACT_RESCHEDULING: _rule("regards contact_at", "", (Act.REQUEST_FOR_CONTACT,)),
    Act.PROPOSAL: _rule(
        "effective_at expires", "review_at", answered_by=_TAKEN_UP, hours=24, holds=True
    ),
    Act.COUNTER_PROPOSAL: _rule(
        "regards effective_at expires", "review_at", _OFFERS, _TAKEN_UP, 24, holds=True
    ),
    Act.ACCEPTANCE: _rule("regards", "", _OFFERS),
    Act.REJECTION: _rule("regards", "", _OFFERS),
    **{act: _rule(" ".join(sorted(_HOLDS)), "orders_by", holds=True) for act in _UNDERTAKINGS},
    Act.DETAINED_PERSONNEL: _rule("welfare_by access_by"),
    Act.DETAINED_PERSONNEL_REPLY: _rule("regards items", "", (Act.DETAINED_PERSONNEL,)),
    Act.ORDERS_CONFIRMATION: _rule("regards", "", _UNDERTAKINGS),
    Act.STAND_DOWN_CONFIRMATION: _rule("regards", "", (*_UNDERTAKINGS, Act.CEASE_ACTION)),
    Act.VIOLATION_REPORT: _rule("regards", "", _UNDERTAKINGS, _ANYTHING_SAID, 24),
    Act.COLLAPSE_STATEMENT: _rule(),
    Act.CLOSING_STATEMENT: _rule(),
    Act.REGRET: _rule(),
    Act.PROTEST: _rule(),
    Act.ACCOUNT: _rule("event"),
    Act.ATTRIBUTION: _rule("event confidence"),
}
"""Every act, once. Where a message names a reply_by, that is its clock."""


def unfit(command: MessageOuter) -> Refusal | None:
    """Whether the outside lacks a term that the act needs, or has one that means nothing there."""
    rule = ACTS[command.act]
    named = command.terms.named() if command.terms else frozenset()
    if missing := rule.needs - named:
        return TermMissing(f"{command.act} needs {', '.join(sorted(missing))}")
    if stray := named - rule.needs - rule.may:
        return TermOutOfPlace(f"{command.act} has no {', '.join(sorted(stray))}")
    return _orders_by(command) or _detainees(command)


def _detainees(command: MessageOuter) -> Refusal | None:
    """Clocks that lie ahead, and items that are named once each."""
    terms = command.terms
    if terms is None:
        return None
    for name in ("welfare_by", "access_by"):
        by = getattr(terms, name)
        if by is not None and by <= command.sent_at:
            return TermOutOfPlace(f"{name} has passed already")
    if terms.items is not None and len(set(terms.items)) != len(terms.items):
        return TermOutOfPlace("items names each once")
    return None


def _orders_by(command: MessageOuter) -> Refusal | None:
    """A clock for orders to units that runs while there is something to order."""
    terms = command.terms
    if terms is None or terms.orders_by is None:
        return None
    if terms.orders_by <= command.sent_at:
        return TermOutOfPlace("orders_by has passed already")
    if isinstance(terms.expires, datetime) and terms.orders_by >= terms.expires:
        return TermOutOfPlace("orders_by comes before expires")
    return None


def answer_by(command: MessageOuter) -> datetime | None:
    """Until when each action nation owes an answer; None where none is due."""
    rule = ACTS[command.act]
    if not rule.answered_by or command.reply_by is not None:
        return command.reply_by
    return command.sent_at + rule.answer_within if rule.answer_within else None


def answers(asked: Act, said: Act) -> bool:
    """Whether an act is an answer to another. What asks for nothing is answered by any word."""
    wanted = ACTS[asked].answered_by
    return said in wanted if wanted else True
