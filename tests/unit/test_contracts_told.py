"""What is made of a contract for whoever builds the other end: commands, words, plain values."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Self

import jsonschema
import pytest
from pydantic import Field, model_validator

from schemas.acts import unset
from schemas.hotline import MessageOuter
from schemas.lines import LineCommand
from schemas.parties import Contract, DeskId, Moment
from services.__main__ import app
from services.bus import wire
from services.bus.refusals import Refusal
from services.contracts.examples import Example, unfolded
from services.contracts.kinds import Speaker, kinds
from services.contracts.published import FOLDER, schemas
from services.contracts.telling import kind_of_value, meaning
from services.contracts.wire_schema import schemas_of
from services.contracts.words import meanings_of, names_in, rules_of


def run(*words: str) -> None:
    app(["contracts", *words], result_action="return_value")


# Commands.


def test_schemas_are_written_one_file_each(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run("schemas", "--out", str(tmp_path / "here"))

    written = {path.stem: json.loads(path.read_bytes()) for path in (tmp_path / "here").iterdir()}
    assert written == schemas()
    assert str(len(written)) in capsys.readouterr().err


@pytest.mark.parametrize(("word", "name"), [("page", "index.html"), ("asyncapi", "asyncapi.yaml")])
def test_the_published_file_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], word: str, name: str
) -> None:
    run(word, "--out", str(tmp_path / "here"))

    written = tmp_path / "here" / name
    assert written.read_bytes() == (FOLDER / name).read_bytes()
    assert capsys.readouterr().out.strip() == str(written)


# What the bytes hold is what the schema says.


class Shade(StrEnum):
    LIGHT = "LIGHT"
    """Read by day."""
    DARK = "DARK"


LEAST = 3


class Form(Contract):
    """Two lines
    of words."""

    at: Moment
    shade: Shade = Shade.LIGHT
    sealed: bytes = Field(default=b"", max_length=4)
    hint: str | None = Field(default=None, exclude_if=unset)
    twice: int = Field(default=2, exclude_if=lambda value: value == 2)

    @model_validator(mode="after")
    def _holds(self) -> Self:
        if self.twice < LEAST - 2:
            raise ValueError(f"twice is at least {LEAST}")
        _light(self)
        return self


def _light(form: Form) -> None:
    if form.hint == "x":
        raise ValueError("a hint is no x")


FORM: Any = schemas_of({"form.v1": Form})["form.v1"]
AT = "2026-01-01T12:00:00Z"


def form(**more: Any) -> Form:
    return Form.model_validate_json(json.dumps({"at": AT, **more}))


@pytest.mark.parametrize(
    "more", [{}, {"hint": "a"}, {"twice": 3}, {"shade": "DARK"}, {"sealed": "AAAAAA=="}]
)
def test_what_is_written_is_what_the_schema_takes(more: dict[str, Any]) -> None:
    written = json.loads(wire.encode(form(**more)))

    jsonschema.Draft202012Validator(FORM).validate(written)


@pytest.mark.parametrize(
    "wrong",
    [
        {"hint": None},
        {"at": "2026-01-01T12:00:00+01:00"},
        {"shade": "light"},
        {"sealed": "AAAAAAAAAAAA"},
        {"twice": "2"},
    ],
)
def test_what_is_never_written_the_schema_refuses(wrong: dict[str, Any]) -> None:
    written = json.loads(wire.encode(form()))

    assert not jsonschema.Draft202012Validator(FORM).is_valid({**written, **wrong})


def test_a_default_binds_only_what_may_be_left_out() -> None:
    assert FORM["required"] == ["at", "shade", "sealed"]
    assert FORM["properties"]["twice"]["default"] == 2
    assert not [
        name for name in ("shade", "sealed", "hint") if "default" in FORM["properties"][name]
    ]


def test_words_are_taken_from_the_source() -> None:
    assert FORM["description"] == "Two lines of words."
    assert rules_of(Form) == ("twice is at least 3", "a hint is no x")
    assert meanings_of(Shade) == {"LIGHT": "Read by day."}
    assert FORM["$defs"]["Shade"]["x-meanings"] == {"LIGHT": "Read by day."}


Desks = Annotated[tuple[DeskId, ...], Field(max_length=3)]


class Listed(Contract):
    desks: Desks


def test_names_are_those_of_the_annotation_where_it_stands() -> None:
    assert [*names_in(Listed, "desks")] == ["DeskId"], "also where it stands in another's name"
    assert [*names_in(MessageOuter, "action")] == ["DeskId"]
    assert [*names_in(LineCommand, "matter")] == ["MatterId"], "of the contract below it"
    assert names_in(MessageOuter, "precedence") == {}


# Plain words.


@pytest.mark.parametrize(
    ("schema", "told"),
    [
        ({"type": "string", "minLength": 1, "maxLength": 200}, "text, 1 to 200 characters"),
        ({"type": "string", "maxLength": 20}, "text, at most 20 characters"),
        ({"type": "string", "minLength": 1}, "text, at least 1 character"),
        ({"type": "string", "pattern": "^<a>$"}, "text like <code>^&lt;a&gt;$</code>"),
        ({"type": "string", "format": "date-time", "pattern": "Z$"}, "time in UTC, with a Z"),
        ({"type": "string", "contentEncoding": "base64url"}, "bytes in base64url"),
        (
            {"type": "integer", "minimum": 1, "exclusiveMaximum": 9},
            "whole number, at least 1, less than 9",
        ),
        ({"type": "number", "exclusiveMinimum": 0}, "number, more than 0"),
        ({"type": "boolean"}, "<code>true</code> or <code>false</code>"),
        (
            {"type": "array", "items": {"type": "string"}, "minItems": 2, "maxItems": 2},
            "list of text, exactly 2 items",
        ),
        (
            {"anyOf": [{"type": "null"}, {"$ref": "#/$defs/Area"}]},
            '<a href="#form-Area">Area</a> or <code>null</code>',
        ),
        ({"const": "X", "type": "string"}, "always <code>X</code>"),
        ({"enum": ["A", "B"]}, "<code>A</code> or <code>B</code>"),
        ({}, "anything"),
    ],
)
def test_a_value_is_told_in_plain_words(schema: dict[str, Any], told: str) -> None:
    assert kind_of_value(schema) == told


def test_many_alternatives_are_folded_away() -> None:
    many = [{"$ref": f"#/$defs/Event{number}"} for number in range(9)]

    assert kind_of_value({"oneOf": many}).startswith("<details><summary>one of 9</summary>")


def test_a_fields_own_words_come_before_its_forms() -> None:
    forms = {"Area": {"description": "Where."}}

    assert meaning({"$ref": "#/$defs/Area"}, forms) == "Where."
    assert meaning({"$ref": "#/$defs/Area", "description": "Here."}, forms) == "Here."
    assert meaning({"type": "string", "description": "Global, immutable."}, forms) == ""


# Whose word a kind is.


def test_every_kind_has_its_speaker_and_its_inside() -> None:
    told = {kind.name: (kind.speaker, kind.inner and kind.inner.__name__) for kind in kinds()}

    assert told["hotline.release-message.v1"] == (Speaker.DESK, "Text")
    assert told["hotline.attach-translation.v1"] == (Speaker.DESK, "Translation")
    assert told["hotline.suspend-line.v1"] == (Speaker.DESK, "LineRemark")
    assert told["hotline.pass-deadline.v1"] == (Speaker.CLOCK, None)
    assert told["hotline.delivery.v1"] == (Speaker.SERVICE, None)
    assert told["hotline.entry.v1"] == (Speaker.LEDGER, None)
    assert told["directory.key-statement.v1"] == (Speaker.ROOT, None)


def test_an_inner_part_that_its_readers_refuse_is_no_example() -> None:
    golden = Path(__file__).parents[1] / "golden/v1"

    foreign = unfolded((golden / "hotline.attach-translation.v1.bin").read_bytes())
    own = unfolded((golden / "hotline.release-message.v1.bin").read_bytes())

    assert isinstance(foreign, Example)
    assert foreign.inner is None
    assert isinstance(own, Example)
    assert own.inner is not None


def test_a_record_that_the_bus_refuses_is_no_example() -> None:
    assert isinstance(unfolded(b"{}"), Refusal)
