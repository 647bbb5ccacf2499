"""Commitments and understandings: in effect only when both did their part, ended by both."""

from __future__ import annotations

from datetime import timedelta

import pytest

from schemas.acts import Act
from schemas.exchange import UndertakingPhase
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


@pytest.mark.parametrize("missing", ["effective_at", "expires", "review_at"])
def test_R13_no_clock_is_left_unsaid(missing: str) -> None:
    terms = {name: value for name, value in UNDERTAKEN.items() if name != missing}
    assert Talk().say(A, Act.COMMITMENT, terms=terms)[1] == "TermMissing"


def test_R15_the_clocks_survive_a_restart() -> None:
    talk = Talk()
    in_effect(talk)
    before = talk.court.ledger
    after = type(before)(before.service, before.allowances)
    for offset, (entry, payload) in enumerate(talk.court.entries):
        assert after.fold(entry, payload, offset)
    assert after.page.books == before.page.books
    dues = [[each.due for each in found] for found in after.deadlines.values()]
    assert dues == [[each.due for each in found] for found in before.deadlines.values()]
