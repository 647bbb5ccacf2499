"""What the options of a command make of what an officer types."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from schemas.acts import Act
from schemas.parties import MessageType
from services.desk.commands.typed.besides import particulars_in
from services.desk.commands.typed.message import ExerciseMessage, marked
from services.desk.commands.typed.times import point
from services.desk.commands.typed.usage import WrongUsage
from services.desk.commands.typed.words import Words
from tests.kit.typed import TWO, message


@pytest.mark.parametrize(
    "wrong",
    [
        {"matter": "NOT A MATTER"},
        {"reply_by": "2026-01-31T18:00"},
        {"expires_at": "tomorrow"},
        {"text": None},
        {"text_file": Path("text")},
        {"to": ("not a desk",)},
    ],
)
def test_a_wrong_option_is_wrong_usage(wrong: dict[str, Any]) -> None:
    with pytest.raises(WrongUsage):
        message(wrong.pop("matter", "border-1"), **wrong).draft("xaa-ghq")


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ('activity = "a"\ncause = "c"\narea = "HERE"', "area needs a table of its own"),
        ('activity = ""', "activity is empty; cause is missing; area is missing"),
        ('activity = "a"\ncause = "c"\narea = "HERE"\nmore = 1', "more is no field of it"),
        ('activity = "a"\ncause = "c"\n[area]\npoint = { latitude = nan, longitude = 1.0 }',
         "area.point.latitude needs a number"),
    ],
)  # fmt: skip
def test_a_contracts_complaint_is_told_in_an_officers_words(written: str, told: str) -> None:
    with pytest.raises(WrongUsage) as trouble:
        particulars_in(written, Act.CONCERN)
    assert told in str(trouble.value)
    assert "CONCERN" not in str(trouble.value) and "Input should" not in str(trouble.value)


def test_a_reason_of_ours_is_told_as_it_stands() -> None:
    with pytest.raises(WrongUsage, match=r"^latitude and longitude look swapped"):
        point("97.12,9.58")


def test_text_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("Hold.", encoding="utf-8")
    assert Words(text_file=tmp_path / "text").said == "Hold."
    with pytest.raises(WrongUsage):
        _ = Words(text="Hold.", text_file=tmp_path / "text").said


def test_who_signs_must_be_named() -> None:
    with pytest.raises(WrongUsage):
        _ = replace(TWO, releaser=None).both


def test_an_exercise_text_is_set_between_its_marks() -> None:
    fields = vars(message("ex-1")) | {"exercise": "STEADY 26"}
    draft = ExerciseMessage(**fields).draft("xaa-ghq")
    mark = "EXERCISE EXERCISE EXERCISE STEADY 26"
    assert draft.text == f"{mark}\nOur patrol withdraws.\n{mark}"
    assert draft.message_type is MessageType.EXERCISE
    assert marked(draft.text, "STEADY 26") == draft.text
