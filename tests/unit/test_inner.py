"""What only the inner part can show."""

from __future__ import annotations

from typing import Any

import pytest

from schemas.envelope import TEXT_BYTES_MAX
from schemas.hotline import Quote, Text
from schemas.parties import Classification, MessageType, Precedence
from services.desk.inner.whole import flaws
from tests.kit import paper

MARK = "EXERCISE EXERCISE EXERCISE NORTHERN LIGHT"
PLAY = {"message_type": MessageType.EXERCISE, "exercise": "NORTHERN LIGHT"}


def found(text: str = "Our patrol withdraws.", subject: str = "Border", **fields: Any) -> list[str]:
    quotes = fields.pop("quotes", ())
    content = Text(subject=subject, text=text, language="en", quotes=quotes)
    return [flaw.code for flaw in flaws(content, paper.outer(**fields))]


def test_plain_words_have_no_flaw() -> None:
    assert found() == []
    assert found("Line one.\n\tLine two.") == []


@pytest.mark.parametrize("mark", "\u202a\u202b\u202c\u202d\u202e")
def test_nothing_may_show_in_another_order_than_it_reads(mark: str) -> None:
    assert "BidirectionalOverride" in found(f"Do {mark}not fire.")
    assert "BidirectionalOverride" in found(subject=f"Bor{mark}der")


@pytest.mark.parametrize("opens", "\u2066\u2067\u2068")
def test_an_isolate_is_closed_in_its_line(opens: str) -> None:
    assert found(f"The {opens}مرز\u2069 is quiet.") == []
    assert found(f"{opens}a{opens}b\u2069\u2069") == []
    assert found(f"The {opens}مرز is quiet.") == ["UnbalancedIsolate"]
    assert found(f"The {opens}مرز\n\u2069 is quiet.") == ["UnbalancedIsolate"]
    assert found("Closed\u2069 before opened\u2066") == ["UnbalancedIsolate"]


def test_the_joiners_that_persian_and_indic_scripts_need_are_allowed() -> None:
    assert found("می\u200cخواهم; क\u094d\u200dष; \u200e\u200f\u061c") == []


@pytest.mark.parametrize("character", ["\x00", "\x1b", "\r", "\x7f", "\x85", "\ue000", "\uffff",
                                       "\ufeff", "\U000e0041"], ids=ascii)  # fmt: skip
def test_what_cannot_be_seen_is_refused(character: str) -> None:
    assert "ControlCharacter" in found(f"a{character}b")


def test_equal_words_are_equal_bytes() -> None:
    assert found("De\u0301tente") == ["NotNormalized"]
    assert found("D\u00e9tente") == []


@pytest.mark.parametrize(
    "text",
    [
        "EXERCISE EXERCISE EXERCISE. Hold.",
        "exercise  exercise\nexercise",
        "This is a drill.",
        "This is an exercise.",
        "this is only a drill",
    ],
)
def test_a_live_text_does_not_speak_of_an_exercise(text: str) -> None:
    assert found(text) == ["ExercisePhrase"]
    assert found(subject=text.replace("\n", " ")) in (["ExercisePhrase"], [])


def test_ordinary_talk_of_exercises_is_allowed() -> None:
    assert (
        found("Your exercise near the border begins at noon. Is this the drill you notified?") == []
    )


def test_an_exercise_text_begins_and_ends_with_its_mark() -> None:
    assert found(f"{MARK} Hold. {MARK}", **PLAY) == []
    assert found(f"{MARK}\nHold.\n{MARK}", **PLAY) == []
    for text in (
        "Hold.", f"{MARK} Hold.", f"Hold. {MARK}", f"{MARK[:-14]} Hold. {MARK[:-14]}"
    ):  # fmt: skip
        assert "ExerciseMark" in found(text, **PLAY)


@pytest.mark.parametrize("phrase", ["This is not a drill.", "Real world.", "No play."])
def test_an_exercise_text_keeps_off_words_for_the_real_world(phrase: str) -> None:
    assert found(f"{MARK} {phrase} {MARK}", **PLAY) == ["LivePhrase"]


def test_words_that_are_taken_over_keep_their_label() -> None:
    same = Quote(message="0" * 32, label=paper.LABEL)
    higher = same.model_copy(
        update={"label": paper.LABEL.model_copy(
            update={"classification": Classification.TOP_SECRET})}
    )  # fmt: skip
    fewer = same.model_copy(
        update={"label": paper.LABEL.model_copy(update={"releasable_to": ("XAA",)})}
    )
    assert found(quotes=(same,)) == []
    assert found(quotes=(higher,)) == ["LabelBelowQuote"]
    assert found(quotes=(fewer,)) == ["LabelBelowQuote"]


def test_many_words_are_warned_of_and_may_go() -> None:
    text = "word " * 201
    assert found(text) == []
    assert found(text, precedence=Precedence.FLASH) == ["OverWordCeiling"]
    content = Text(subject="s", text=text, language="en")
    (warning,) = flaws(content, paper.outer(precedence=Precedence.FLASH))
    assert not warning.refuses


def test_a_text_is_measured_in_bytes() -> None:
    assert found("é" * (TEXT_BYTES_MAX // 2)) == []
    assert found("é" * (TEXT_BYTES_MAX // 2 + 1)) == ["TextTooLong"]
