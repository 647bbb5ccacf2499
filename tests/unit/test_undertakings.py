"""Commitments and understandings: in effect only when both did their part, ended by both."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from schemas.acts import Act
from schemas.exchange import UndertakingPhase
from schemas.hotline import CorrectMessage
from services.hotline import views
from tests.kit import paper
from tests.kit.talk import HOLDS, UNDERTAKEN, Talk, kinds

A, B = "xaa-ghq", "xbb-ghq"
ONE = paper.NOON + timedelta(hours=1)


def agreed(talk: Talk) -> None:
    offer = talk.said(A, Act.PROPOSAL, terms=HOLDS)
    talk.said(B, Act.ACCEPTANCE, terms={"regards": offer.message_id})


def phase_of(talk: Talk, message: str) -> UndertakingPhase:
    return talk.court.matter().conduct.undertakings[message].phase


def in_effect(talk: Talk) -> tuple[str, str]:
    agreed(talk)
    mine = talk.said(A, Act.COMMITMENT, terms=UNDERTAKEN)
    theirs = talk.said(B, Act.COMMITMENT, terms=UNDERTAKEN)
    talk.acknowledged(mine, B)
    talk.acknowledged(theirs, A)
    talk.until(ONE)
    assert talk.phase() == "IN_EFFECT"
    return mine.message_id, theirs.message_id


def test_R13_it_is_in_effect_only_when_both_acknowledged_and_its_time_came() -> None:
    talk = Talk()
    agreed(talk)
    mine = talk.said(A, Act.COMMITMENT, terms=UNDERTAKEN)
    theirs = talk.said(B, Act.COMMITMENT, terms=UNDERTAKEN)
    talk.acknowledged(mine, B)
    talk.acknowledged(theirs, A)
    assert talk.until(ONE - timedelta(seconds=1)) == []
    assert talk.phase() == "AGREED"
    came = kinds(talk.until(ONE))
    assert came == ["UndertakingTookEffect", "ExchangeMoved", "UndertakingTookEffect"]
    assert talk.phase() == "IN_EFFECT"


def test_R13_without_both_acknowledgements_it_stays_agreed_and_alarms() -> None:
    talk = Talk()
    agreed(talk)
    mine = talk.said(A, Act.COMMITMENT, terms=UNDERTAKEN)
    theirs = talk.said(B, Act.COMMITMENT, terms=UNDERTAKEN)
    talk.acknowledged(mine, B)
    events = talk.until(ONE)
    assert kinds(events) == ["UndertakingHeldUp", "UndertakingHeldUp"]
    assert {event.lacking for event in events} == {("XAA",)}
    assert talk.phase() == "AGREED"
    talk.acknowledged(theirs, A)
    assert talk.phase() == "IN_EFFECT"
    assert phase_of(talk, mine.message_id) is UndertakingPhase.IN_EFFECT
    assert phase_of(talk, theirs.message_id) is UndertakingPhase.IN_EFFECT


def test_where_something_was_agreed_one_side_alone_is_not_bound() -> None:
    talk = Talk()
    agreed(talk)
    mine = talk.said(A, Act.COMMITMENT, terms=UNDERTAKEN)
    talk.acknowledged(mine, B)
    (event,) = talk.until(ONE)
    assert event.lacking == ("XBB",)


def test_a_commitment_that_was_not_bargained_for_needs_one_acknowledgement() -> None:
    talk = Talk()
    mine = talk.said(A, Act.COMMITMENT, terms=UNDERTAKEN)
    talk.acknowledged(mine, B)
    assert kinds(talk.until(ONE)) == ["UndertakingTookEffect"]


def test_an_understanding_is_one_text_that_binds_both() -> None:
    talk = Talk()
    agreed(talk)
    text = talk.said(A, Act.UNDERSTANDING, terms=UNDERTAKEN)
    talk.acknowledged(text, B)
    assert kinds(talk.until(ONE)) == ["UndertakingTookEffect", "ExchangeMoved"]


def test_a_violation_is_reported_and_does_not_end_it() -> None:
    talk = Talk()
    mine, theirs = in_effect(talk)
    report = talk.said(A, Act.VIOLATION_REPORT, terms={"regards": theirs})
    assert talk.phase() == "VIOLATION_ALLEGED"
    violated = talk.court.matter().conduct.undertakings[theirs]
    assert violated.phase is UndertakingPhase.IN_EFFECT
    assert violated.violations == (report.message_id,)
    talk.said(B, Act.EXPLANATION, terms={"regards": report.message_id})
    assert talk.phase() == "IN_EFFECT"
    assert phase_of(talk, mine) is UndertakingPhase.IN_EFFECT


def test_it_collapses_only_by_a_partys_own_statement() -> None:
    talk = Talk()
    mine, theirs = in_effect(talk)
    talk.said(B, Act.COLLAPSE_STATEMENT)
    assert talk.phase() == "COLLAPSED"
    assert {phase_of(talk, each) for each in (mine, theirs)} == {UndertakingPhase.COLLAPSED}


def test_both_stand_down() -> None:
    talk = Talk()
    mine, theirs = in_effect(talk)
    for undertaking in (mine, theirs):
        for desk in (A, B):
            assert talk.phase() == "IN_EFFECT"
            talk.said(desk, Act.STAND_DOWN_CONFIRMATION, terms={"regards": undertaking})
    assert talk.phase() == "STOOD_DOWN"
    assert {phase_of(talk, each) for each in (mine, theirs)} == {UndertakingPhase.STOOD_DOWN}


def test_review_and_end_are_called_to_mind_and_come() -> None:
    talk = Talk()
    end = ONE + timedelta(days=10)
    terms = {**UNDERTAKEN, "expires": end}
    mine = talk.said(A, Act.COMMITMENT, terms=terms)
    talk.acknowledged(mine, B)
    events = talk.until(end)
    assert kinds(events) == [
        "UndertakingTookEffect",
        *["UndertakingReminder"] * 3,
        "UndertakingEnded",
    ]
    terms_told = [event.term for event in events[1:4]]
    assert terms_told == ["REVIEW_AHEAD", "REVIEW", "EXPIRY_AHEAD"]
    assert phase_of(talk, mine.message_id) is UndertakingPhase.EXPIRED


# S22: that all units have their orders is a word of its own.

ORDERED: dict[str, Any] = {**UNDERTAKEN, "orders_by": ONE - timedelta(minutes=10)}


def bound(talk: Talk) -> tuple[str, str]:
    """A commitment of each side, acknowledged, with a clock for the orders to units."""
    agreed(talk)
    mine = talk.said(A, Act.COMMITMENT, terms=ORDERED)
    theirs = talk.said(B, Act.COMMITMENT, terms=ORDERED)
    talk.acknowledged(mine, B)
    talk.acknowledged(theirs, A)
    return mine.message_id, theirs.message_id


def owing(talk: Talk) -> list[tuple[str, ...]]:
    """As operators see it, by each undertaking in the order in which it was given."""
    rows = views.undertakings({"border-1": talk.court.matter()})
    given = list(talk.court.matter().conduct.undertakings)
    rows.sort(key=lambda each: given.index(each.message))
    return [each.orders_not_confirmed_by for each in rows]


def confirms(talk: Talk, desk: str, undertaking: str, **fields: Any) -> str:
    return talk.say(desk, Act.ORDERS_CONFIRMATION, terms={"regards": undertaking}, **fields)[1]


def test_S22_each_side_owes_a_word_that_its_units_have_their_orders() -> None:
    talk = Talk()
    mine, theirs = bound(talk)
    assert owing(talk) == [("XAA",), ("XBB",)]
    assert confirms(talk, A, mine) == "accepted"
    assert owing(talk) == [(), ("XBB",)]
    told = {each.to for each in talk.court.entries[-1][0].tells
            if each.notice.kind == "OrdersConfirmed"}  # fmt: skip
    assert told == {A, B}
    events = talk.until(ONE)
    assert kinds(events)[0] == "OrdersOverdue"
    assert (events[0].message, events[0].nation) == (theirs, "XBB")
    assert kinds(events).count("OrdersOverdue") == 1


def test_S22_a_clock_tells_both_and_holds_up_nothing() -> None:
    talk = Talk()
    _, theirs = bound(talk)
    (first, *_) = talk.until(ORDERED["orders_by"])
    entry = talk.court.entries[-1][0]
    assert {each.to for each in entry.tells} == {A, B}
    assert first.kind == "OrdersOverdue"
    overdue = views.overdue({"border-1": talk.court.matter()})
    assert {(each.what, each.of) for each in overdue} == {("ORDERS", "XAA"), ("ORDERS", "XBB")}
    talk.until(ONE)
    assert talk.phase() == "IN_EFFECT"
    assert confirms(talk, B, theirs) == "accepted"
    overdue = views.overdue({"border-1": talk.court.matter()})
    assert {(each.what, each.of) for each in overdue} == {("ORDERS", "XAA")}


def test_S22_one_text_that_binds_both_is_owed_by_both() -> None:
    talk = Talk()
    agreed(talk)
    text = talk.said(A, Act.UNDERSTANDING, terms=ORDERED).message_id
    assert owing(talk) == [("XAA", "XBB")]
    assert confirms(talk, B, text) == "accepted"
    assert confirms(talk, B, text) == "SaidAlready"
    assert owing(talk) == [("XAA",)]


def test_S22_only_whom_it_binds_speaks_for_units_and_only_while_it_stands() -> None:
    talk = Talk()
    mine, theirs = bound(talk)
    assert confirms(talk, B, mine) == "ActOutOfPlace"
    assert confirms(talk, A, "f" * 32) == "NoSuchMessage"
    assert confirms(talk, A, theirs) == "ActOutOfPlace"
    offer = talk.said(A, Act.CONCERN)
    assert confirms(talk, A, offer.message_id) == "ActOutOfPlace"
    talk.until(ONE)
    talk.said(B, Act.COLLAPSE_STATEMENT)
    assert owing(talk) == [(), ()]
    assert confirms(talk, A, mine) == "ActOutOfPlace"
    assert talk.say(A, Act.ORDERS_CONFIRMATION)[1] == "TermMissing"


def test_S22_an_undertaking_that_names_no_time_for_it_asks_for_none() -> None:
    talk = Talk()
    mine, _ = in_effect(talk)
    assert owing(talk) == [(), ()]
    assert confirms(talk, A, mine) == "accepted"


def test_S22_a_corrected_undertaking_owes_it_anew() -> None:
    talk = Talk()
    first = talk.said(A, Act.COMMITMENT, terms=ORDERED)
    later = {**ORDERED, "orders_by": ONE - timedelta(minutes=5)}
    second = talk.said(
        A, Act.COMMITMENT, terms=later, kind=CorrectMessage, obsoletes=first.message_id
    )
    ended = confirms(talk, A, first.message_id)
    assert ended == "accepted", "it arrives, marked CROSSED"
    assert "MessageCrossed" in kinds(list(talk.court.entries[-1][0].events))
    due = [event for event in talk.until(ONE) if event.kind == "OrdersOverdue"]
    assert [(event.message, event.nation) for event in due] == [(second.message_id, "XAA")]


@pytest.mark.parametrize(
    ("act", "orders_by", "ended"),
    [
        (Act.PROPOSAL, ONE, "TermOutOfPlace"),
        (Act.FREE_TEXT, ONE, "TermOutOfPlace"),
        (Act.COMMITMENT, paper.NOON, "TermOutOfPlace"),
        (Act.COMMITMENT, ONE + timedelta(days=30), "TermOutOfPlace"),
    ],
)
def test_S22_the_clock_is_an_undertakings_alone_and_runs_while_it_holds(
    act: Act, orders_by: datetime, ended: str
) -> None:
    holds: dict[Act, dict[str, Any]] = {
        Act.PROPOSAL: HOLDS,
        Act.COMMITMENT: {**UNDERTAKEN, "expires": ONE + timedelta(days=20)},
    }
    assert Talk().say(A, act, terms={**holds.get(act, {}), "orders_by": orders_by})[1] == ended


@pytest.mark.parametrize("missing", ["effective_at", "expires", "review_at"])
def test_R13_no_clock_is_left_unsaid(missing: str) -> None:
    terms = {name: value for name, value in UNDERTAKEN.items() if name != missing}
    assert Talk().say(A, Act.COMMITMENT, terms=terms)[1] == "TermMissing"


def test_R15_the_clocks_survive_a_restart() -> None:
    talk = Talk()
    bound(talk)
    talk.until(ONE)
    before = talk.court.ledger
    after = type(before)(before.service, before.allowances)
    for offset, (entry, payload) in enumerate(talk.court.entries):
        assert after.fold(entry, payload, offset)
    assert after.page.books == before.page.books
    dues = [[each.due for each in found] for found in after.deadlines.values()]
    assert dues == [[each.due for each in found] for found in before.deadlines.values()]
