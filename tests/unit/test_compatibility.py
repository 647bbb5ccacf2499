"""Every rule of compatibility bites: a contract is changed, and what is said of it is read."""

from __future__ import annotations

import copy
from collections.abc import Callable
from enum import StrEnum
from typing import Annotated, Any, Literal

import pytest
from pydantic import Field, create_model, model_validator

from schemas.acts import unset
from schemas.catalogue import KINDS
from schemas.parties import Contract, DeskId, Moment
from services.bus import wire
from services.bus.refusals import Refusal
from services.contracts.changing import ALLOWED, BREAKING, Rule
from services.contracts.compatibility import binding, breaking, changes
from services.contracts.published import schemas
from services.contracts.wire_schema import Schema, schemas_of


class Colour(StrEnum):
    RED = "RED"
    BLUE = "BLUE"


class Begun(Contract):
    kind: Literal["Begun"] = "Begun"
    at: Moment


class Ended(Contract):
    kind: Literal["Ended"] = "Ended"
    at: Moment


class Sample(Contract):
    desk: DeskId
    colour: Colour
    count: int = Field(ge=1, le=9)
    words: tuple[Annotated[str, Field(max_length=20)], ...] = Field(max_length=4)
    remark: str | None = None
    happened: Begun | Ended = Field(discriminator="kind")
    sealed: bytes = b""
    hint: str | None = Field(default=None, exclude_if=unset, max_length=10)


def schema_of(contract: type[Contract]) -> Schema:
    return schemas_of({"sample.v1": contract})["sample.v1"]


OLD = schema_of(Sample)


def mutated(change: Callable[[Any], object]) -> Schema:
    """The sample's schema after a change to it."""
    new = copy.deepcopy(OLD)
    change(new)
    return new


def field(name: str, **said: Any) -> Callable[[Any], object]:
    """Puts keywords into a field's schema."""
    return lambda schema: schema["properties"][name].update(said)


def renamed(schema: Any) -> None:
    fields = schema["properties"]
    schema["properties"] = {("number" if key == "count" else key): fields[key] for key in fields}
    schema["required"] = ["number" if key == "count" else key for key in schema["required"]]


def added(schema: Any, *, required: bool) -> None:
    schema["properties"]["place"] = {"type": "string", "maxLength": 3}
    schema["required"] += ["place"] if required else []


def removed(schema: Any, name: str = "count") -> None:
    del schema["properties"][name]
    schema["required"] = [each for each in schema["required"] if each != name]


def reordered(schema: Any) -> None:
    schema["properties"] = dict(reversed(schema["properties"].items()))


def never_null(schema: Any) -> None:
    schema["properties"]["remark"] = {"type": "string"}


def retagged(schema: Any) -> None:
    for name in ("Begun", "Ended"):
        form = schema["$defs"][name]
        form["properties"] = {"what": form["properties"].pop("kind"), **form["properties"]}
        form["required"] = ["what", "at"]


def one_of(schema: Any) -> Any:
    return schema["properties"]["happened"]["oneOf"]


def words_in(schema: Any) -> Any:
    return schema["properties"]["words"]["items"]


MUTATIONS: list[tuple[Rule, str, Callable[[Any], object]]] = [
    (Rule.FIELD_REMOVED, "count", removed),
    (Rule.FIELD_REMOVED, "hint", lambda s: removed(s, "hint")),
    (Rule.FIELD_RENAMED, "count", renamed),
    (Rule.FIELD_REQUIRED, "place", lambda s: added(s, required=True)),
    (Rule.MADE_REQUIRED, "hint", lambda s: s["required"].append("hint")),
    (Rule.NULL_NO_MORE, "remark", never_null),
    (Rule.TYPE_CHANGED, "count", field("count", type="number")),
    (Rule.TYPE_CHANGED, "count", field("count", type="string")),
    (Rule.TYPE_CHANGED, "words[]", lambda s: words_in(s).update(type="integer")),
    (Rule.MEMBER_REMOVED, "colour", lambda s: s["$defs"]["Colour"].update(enum=["RED"])),
    (Rule.ALTERNATIVE_REMOVED, "happened", lambda s: one_of(s).pop()),
    (Rule.DISCRIMINATOR_CHANGED, "happened", retagged),
    (Rule.CONSTANT_CHANGED, "mark", field("mark", const="B")),
    (Rule.BOUND_TIGHTENED, "count", field("count", maximum=8)),
    (Rule.BOUND_TIGHTENED, "count", field("count", minimum=2)),
    (Rule.BOUND_TIGHTENED, "count", field("count", exclusiveMaximum=9)),
    (Rule.BOUND_TIGHTENED, "words", field("words", maxItems=3)),
    (Rule.BOUND_TIGHTENED, "words", field("words", minItems=1)),
    (Rule.BOUND_TIGHTENED, "words[]", lambda s: words_in(s).update(maxLength=9)),
    (Rule.BOUND_TIGHTENED, "sealed", field("sealed", maxLength=64)),
    (Rule.BOUND_TIGHTENED, "desk", field("desk", enum=["xaa-ghq"])),
    (Rule.PATTERN_CHANGED, "desk", field("desk", pattern="^x")),
    (Rule.PATTERN_CHANGED, "hint", field("hint", pattern="^x")),
    (Rule.FORM_CHANGED, "sealed", field("sealed", contentEncoding="base64")),
    (Rule.FORM_CHANGED, "count", field("count", multipleOf=2)),
    (Rule.ORDER_CHANGED, "the contract", reordered),
    (Rule.MEANING_OF_ABSENCE, "hint", field("hint", default="-")),
    (Rule.RULE_ADDED, "the contract", lambda s: s.update({"x-rules": ["red comes before blue"]})),
    (Rule.NOT_UNDERSTOOD, "count", field("count", dependentSchemas={})),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "place", "change"), MUTATIONS)
def test_what_breaks_a_reader_is_found_and_named(
    rule: Rule, place: str, change: Callable[[Any], object]
) -> None:
    old = copy.deepcopy(OLD)
    if place == "mark":
        old["properties"]["mark"] = {"const": "A", "type": "string"}
    new = copy.deepcopy(old)
    change(new)

    found = breaking(changes(binding(old), binding(new)))

    assert found, "it was not seen"
    (told, *_) = [str(each) for each in found if each.rule is rule] or [""]
    assert told.startswith(f"{place}: {rule}: ")
    assert told.endswith(rule.advice), "it says what to do"


def test_every_rule_that_breaks_has_a_test_that_it_bites() -> None:
    elsewhere = {Rule.KIND_REMOVED}  # tests/house/test_contracts.py

    assert {rule for rule, _, _ in MUTATIONS} | elsewhere == set(BREAKING)
    assert BREAKING.keys() & ALLOWED.keys() == set()
    assert BREAKING.keys() | ALLOWED.keys() == set(Rule)


ALLOWANCES: list[tuple[Rule, Callable[[Any], object]]] = [
    (Rule.FIELD_ADDED, lambda s: added(s, required=False)),
    (Rule.MADE_OPTIONAL, lambda s: s["required"].remove("count")),
    (Rule.MEMBER_ADDED, lambda s: s["$defs"]["Colour"]["enum"].append("GREEN")),
    (Rule.ALTERNATIVE_ADDED, lambda s: s["properties"].update(
        count={"anyOf": [s["properties"]["count"], {"type": "null"}]})),
    (Rule.BOUND_LOOSENED, field("count", maximum=10)),
    (Rule.BOUND_LOOSENED, lambda s: s["properties"]["words"].pop("maxItems")),
    (Rule.RULE_DROPPED, lambda s: s.pop("x-rules")),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "change"), ALLOWANCES)
def test_what_only_widens_is_allowed_and_told(rule: Rule, change: Callable[[Any], object]) -> None:
    old = {**copy.deepcopy(OLD), "x-rules": ["red comes before blue"]}
    new = copy.deepcopy(old)
    change(new)

    assert [each.rule for each in changes(binding(old), binding(new))] == [rule]


def test_every_allowance_has_a_test() -> None:
    assert {rule for rule, _ in ALLOWANCES} == set(ALLOWED)


@pytest.mark.parametrize("name", sorted(schemas()))
def test_a_contract_is_compatible_with_itself(name: str) -> None:
    schema = schemas()[name]

    assert list(changes(binding(schema), binding(schema))) == []


def test_words_and_names_of_forms_do_not_bind() -> None:
    def reworded(schema: Any) -> None:
        schema["title"], schema["description"] = "Other", "Other words."
        schema["$defs"]["Tint"] = schema["$defs"].pop("Colour")
        schema["properties"]["colour"] = {"$ref": "#/$defs/Tint", "description": "New."}
        schema["properties"]["desk"]["x-name"] = "AnotherName"

    assert list(changes(binding(OLD), binding(mutated(reworded)))) == []


def test_a_field_that_is_called_as_a_keyword_of_words_is_still_a_field() -> None:
    old = mutated(lambda s: s["properties"].update(title={"type": "string"}))

    (change,) = changes(binding(old), binding(OLD))

    assert change.rule is Rule.FIELD_REMOVED
    assert change.place == "title"


def test_a_contract_that_holds_itself_is_compared_and_ends() -> None:
    def tree(word: str) -> Schema:
        node = {
            "type": "object",
            "properties": {
                "word": {"type": word},
                "below": {"anyOf": [{"$ref": "#/$defs/Node"}, {"type": "null"}]},
            },
        }
        return {"$ref": "#/$defs/Node", "$defs": {"Node": node}}

    assert [each.rule for each in changes(tree("string"), tree("integer"))] == [Rule.TYPE_CHANGED]


# The same with contracts as engineers write them.


class Wider(Sample):
    place: str | None = Field(default=None, exclude_if=unset)


class AlwaysWritten(Sample):
    place: str | None = None


class Ruled(Sample):
    @model_validator(mode="after")
    def _hinted(self) -> Any:
        if self.hint is None:
            raise ValueError("a hint is given")
        return self


def value_of(contract: type[Sample], **more: Any) -> Sample:
    begun = Begun.model_validate_json('{"at": "2026-01-01T00:00:00Z"}')
    return contract(
        desk="xaa-ghq", colour=Colour.RED, count=1, words=("a",), happened=begun, **more
    )


@pytest.mark.parametrize(
    ("newer", "rules"),
    [
        (Wider, []),
        (AlwaysWritten, [Rule.FIELD_REQUIRED]),
        (Ruled, [Rule.RULE_ADDED]),
        (create_model("NoHint", __base__=Sample, hint=(str | None, None)), [Rule.MADE_REQUIRED]),
    ],
)
def test_the_check_and_the_bytes_agree(newer: type[Contract], rules: list[Rule]) -> None:
    """Where the check says that it breaks, bytes of the old contract are refused; else taken."""
    old_bytes = wire.encode(value_of(Sample))
    found = breaking(changes(binding(OLD), binding(schema_of(newer))))

    assert [each.rule for each in found] == rules
    assert isinstance(wire.decode(newer, old_bytes), Refusal) is bool(rules)


def test_an_older_reader_refuses_what_uses_a_field_that_joined() -> None:
    unused, used = value_of(Wider), value_of(Wider, place="pier")

    assert not isinstance(wire.decode(Sample, wire.encode(unused)), Refusal)
    assert isinstance(wire.decode(Sample, wire.encode(used)), Refusal)


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_taking_any_field_from_any_kind_is_a_break(kind: str) -> None:
    name = kind.removeprefix("application/vnd.detente.").removesuffix("+json")
    for taken in schemas()[name]["properties"]:
        new = copy.deepcopy(schemas()[name])
        removed(new, taken)
        assert breaking(changes(binding(schemas()[name]), binding(new))), taken
