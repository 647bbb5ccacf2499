"""What the inner part of each act must say, checked before release and on receipt."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from schemas.acts import Act, Terms
from schemas.hotline import CancelMessage, Remark, Text
from schemas.lines import LineRemark
from schemas.particulars import CONTRACTS, TEXT_ALONE, AnswerTo, Explanation, Fact, FactNotice
from schemas.parties import MessageType
from schemas.places import Compass
from services.bus import wire
from services.desk.inner.answers import of_answers
from services.desk.inner.times import HAPPENED, SKEW
from services.desk.inner.whole import flaws, words_flaws
from tests.kit import paper
from tests.kit.paper import NOON
from tests.kit.particulars import SAMPLES, STEPS


def said(particulars: Any = None, text: str = "Words.") -> Text:
    return Text(subject="Border", text=text, language="en", particulars=particulars)


def found(content: Text, **fields: Any) -> list[str]:
    return [flaw.code for flaw in flaws(content, paper.outer(**fields))]


def test_every_act_has_particulars_or_needs_none() -> None:
    assert set(SAMPLES) == set(CONTRACTS)
    assert set(CONTRACTS) | TEXT_ALONE == set(Act)
    assert {act.value for act in TEXT_ALONE} == {
        "FREE_TEXT", "ACCEPTANCE", "REJECTION", "CONTACT_ACCEPTANCE", "CONTACT_RESCHEDULING",
    }  # fmt: skip


@pytest.mark.parametrize("act", sorted(CONTRACTS))
def test_an_act_without_its_particulars_may_not_go_out(act: Act) -> None:
    assert found(said(SAMPLES[act]), act=act) == []
    assert found(said(), act=act) == ["ParticularsMissing"]


@pytest.mark.parametrize("act", sorted(TEXT_ALONE))
def test_where_text_says_all_no_particulars_are_needed(act: Act) -> None:
    assert found(said(), act=act) == []


@pytest.mark.parametrize("act", sorted(CONTRACTS))
def test_particulars_are_of_the_act_on_the_outside(act: Act) -> None:
    other = Act.PROTEST if act is not Act.PROTEST else Act.REGRET
    assert found(said(SAMPLES[act]), act=other) == ["ParticularsOfAnotherAct"]
    assert found(said(SAMPLES[act]), act=Act.FREE_TEXT) == ["ParticularsOfAnotherAct"]


def test_a_cancellation_needs_none() -> None:
    outer = paper.outer(CancelMessage, act=Act.CEASE_ACTION, obsoletes="0" * 32)
    assert flaws(said(), outer) == []


@pytest.mark.parametrize("act", sorted(CONTRACTS))
def test_each_survives_the_wire(act: Act) -> None:
    content = said(SAMPLES[act])
    assert wire.decode(Text, wire.encode(content)) == content


def test_old_bytes_say_nothing_of_particulars() -> None:
    assert b"particulars" not in wire.encode(said())


@pytest.mark.parametrize("act", sorted(CONTRACTS))
def test_each_required_field_is_required(act: Act) -> None:
    contract = CONTRACTS[act]
    for name, field in contract.model_fields.items():
        if field.is_required():
            fields = {key: value for key, value in SAMPLES[act] if key != name}
            with pytest.raises(ValidationError, match=name):
                contract(**fields)


# Facts.


@pytest.mark.parametrize("fact", [Fact.LAUNCH, Fact.STRIKE])
def test_R11_an_early_notice_of_a_launch_needs_its_kind_its_way_and_whether_it_was_meant(
    fact: Fact,
) -> None:
    early: dict[str, Any] = {
        "fact": fact, "at": NOON, "details_follow": True,
        "by_accident": True, "weapon_class": "Cruise missile", "direction": Compass.WNW,
    }  # fmt: skip
    assert found(said(FactNotice(**early)), act=Act.FACT_NOTICE) == []
    for name in ("by_accident", "weapon_class", "direction"):
        with pytest.raises(ValidationError, match="a launch or strike names"):
            FactNotice(**{**early, name: None})


# Questions.


def answering(*answered: int, unanswered: tuple[int, ...] = ()) -> list[str]:
    answers = tuple(AnswerTo(question=number, answer="Yes.") for number in answered)
    explanation = said(Explanation(answers=answers, unanswered=unanswered))
    return [flaw.code for flaw in of_answers(explanation, said(SAMPLES[Act.CLARIFICATION_REQUEST]))]


def test_every_question_is_answered_or_said_to_be_unanswered() -> None:
    assert answering(1, 2) == []
    assert answering(1, unanswered=(2,)) == []
    assert answering(unanswered=(1, 2)) == []
    assert answering(1) == ["QuestionPassedOver"]
    assert answering(1, 2, 3) == ["AnswerToNoQuestion"]


@pytest.mark.parametrize(("answered", "unanswered"), [((), ()), ((1, 1), ()), ((1,), (1,)),
                                                      ((), (0,))])  # fmt: skip
def test_a_question_is_spoken_of_once(
    answered: tuple[int, ...], unanswered: tuple[int, ...]
) -> None:
    with pytest.raises(ValidationError, match="each question"):
        answering(*answered, unanswered=unanswered)


def test_without_the_request_at_hand_nothing_is_compared() -> None:
    explanation = said(SAMPLES[Act.EXPLANATION])
    assert list(of_answers(explanation, None)) == []
    assert list(of_answers(explanation, said())) == []


# Sides.


def proposing(*by: str) -> list[str]:
    steps = tuple(STEPS[0].model_copy(update={"by": nation}) for nation in by)
    return found(said(SAMPLES[Act.PROPOSAL].model_copy(update={"steps": steps})), act=Act.PROPOSAL)


def test_a_proposal_has_steps_for_each_side_and_for_nobody_else() -> None:
    assert proposing("XAA", "XBB") == []
    assert proposing("XAA", "XAA") == ["OneSided"]
    assert proposing("XBB", "XBB") == ["OneSided"]
    assert proposing("XAA", "XBB", "XCC") == ["BindsStranger"]


def test_an_understanding_binds_both() -> None:
    understanding: Any = SAMPLES[Act.UNDERSTANDING]
    twice = understanding.model_copy(update={"obligations": understanding.obligations[:1] * 2})
    assert found(said(twice), act=Act.UNDERSTANDING) == ["OneSided"]


@pytest.mark.parametrize(
    ("act", "backwards"),
    [
        (Act.ASSURANCE, {"ends": NOON}),
        (Act.REQUEST_FOR_CONTACT, {"window_ends": NOON}),
    ],
)
def test_an_end_comes_after_its_beginning(act: Act, backwards: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match="the end comes after the beginning"):
        CONTRACTS[act](**{**dict(SAMPLES[act]), **backwards})


# Words within particulars.


@pytest.mark.parametrize(
    ("demand", "code"),
    [
        ("Do \u202enot fire.", "BidirectionalOverride"),
        ("Do\x00not fire.", "ControlCharacter"),
        ("This is a drill.", "ExercisePhrase"),
    ],
)
def test_the_words_within_are_checked_as_the_text_is(demand: str, code: str) -> None:
    protest = SAMPLES[Act.PROTEST].model_copy(update={"demand": demand})
    assert found(said(protest), act=Act.PROTEST) == [code]


def test_no_reason_repeats_what_was_said() -> None:
    protest = SAMPLES[Act.PROTEST].model_copy(update={"demand": "Secret\x00words"})
    reasons = [each.reason for each in flaws(said(protest), paper.outer(act=Act.REGRET))]
    assert reasons and not any("Secret" in reason for reason in reasons)


# Times.

PAST = {
    Act.FACT_NOTICE: "at", Act.VIOLATION_REPORT: "at", Act.ACCOUNT: "at",
    Act.STAND_DOWN_CONFIRMATION: "done_at", Act.ORDERS_CONFIRMATION: "confirmed_at",
}  # fmt: skip


@pytest.mark.parametrize("act", sorted(PAST))
def test_what_is_told_as_past_does_not_lie_ahead(act: Act) -> None:
    for ahead, flawed in ((SKEW, []), (SKEW + timedelta(seconds=1), ["HappensLater"])):
        told = SAMPLES[act].model_copy(update={PAST[act]: NOON + ahead})
        assert found(said(told), act=act) == flawed
        # A draft is checked against the clock of the desk that is to release it.
        draft = paper.outer(act=act, sent_at=NOON - timedelta(days=1))
        assert [each.code for each in flaws(said(told), draft, now=NOON)] == flawed
    (flaw,) = flaws(said(told), paper.outer(act=act))
    assert flaw.refuses and "2026-01-01T12:02Z" in flaw.reason


def test_a_launch_is_announced_ahead() -> None:
    launch = FactNotice(
        fact=Fact.LAUNCH, at=NOON + timedelta(days=1), weapon_class="A weather rocket",
        by_accident=False, direction=Compass.NE, details_follow=False,
    )  # fmt: skip
    assert found(said(launch), act=Act.FACT_NOTICE) == []


def test_every_time_in_particulars_is_past_or_may_lie_ahead() -> None:
    """A new time is put into one of the two lists by a decision, not by oversight."""
    ahead = {"begins", "ends", "window_begins", "window_ends"}
    for act, contract in CONTRACTS.items():
        times = {name for name, each in contract.model_fields.items() if "datetime" in str(each)}
        assert times - ahead == ({PAST[act]} if act in PAST else set()), act
    assert set(HAPPENED) == set(PAST)


# Remarks.


@pytest.mark.parametrize(
    ("remark", "play", "code"),
    [
        ("Flood.", False, []), ("Flood.", True, []),
        ("This is a drill.", False, ["ExercisePhrase"]),
        ("EXERCISE EXERCISE EXERCISE", False, ["ExercisePhrase"]),
        ("This is not a drill.", True, ["LivePhrase"]),
        ("Flo\u202eod.", False, ["BidirectionalOverride"]),
        ("Flo\x1bod.", True, ["ControlCharacter"]),
    ],
)  # fmt: skip
@pytest.mark.parametrize("kind", [LineRemark, Remark])
def test_R7_a_remark_is_held_to_the_flaws_of_words(
    kind: Any, remark: str, play: bool, code: list[str]
) -> None:
    exercise: dict[str, Any] = {
        "message_type": MessageType.EXERCISE, "exercise": "NORTHERN LIGHT",
    }  # fmt: skip
    outer = paper.outer(**(exercise if play else {}))
    assert [each.code for each in words_flaws(kind(remark=remark), outer.message_type)] == code


# Exercises.

BREAK_IN = {"terms": Terms(breaks_into="NORTHERN LIGHT")}
MARK = "EXERCISE EXERCISE EXERCISE NORTHERN LIGHT"


@pytest.mark.parametrize("text", ["REAL WORLD. Stop.", "Real world, no play: stop."])
def test_R7_the_real_world_breaks_into_an_exercise_by_its_first_words(text: str) -> None:
    assert found(said(text=text), **BREAK_IN) == []


def test_R7_a_break_in_without_its_mark_may_not_go_out() -> None:
    assert found(said(text="Stop. NO PLAY."), **BREAK_IN) == ["RealWorldMark"]


def test_R7_an_exercise_does_not_break_into_itself() -> None:
    text = f"{MARK} Hold. {MARK}"
    play = {"message_type": MessageType.EXERCISE, "exercise": "NORTHERN LIGHT"}
    assert found(said(text=text), **play, **BREAK_IN) == ["BreakInNotLive"]


@pytest.mark.parametrize("demand", ["This is not a drill", "Real world", "No play"])
def test_R7_an_exercise_keeps_off_words_for_the_real_world_in_its_particulars(demand: str) -> None:
    play = {"message_type": MessageType.EXERCISE, "exercise": "NORTHERN LIGHT"}
    protest = SAMPLES[Act.PROTEST].model_copy(update={"demand": demand})
    text = f"{MARK} Hold. {MARK}"
    assert found(said(protest, text), act=Act.PROTEST, **play) == ["LivePhrase"]
