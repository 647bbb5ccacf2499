"""A scenario file, read: every fault with its file, its line, and what was meant."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any, get_args, get_origin

from pydantic import BaseModel, ValidationError

from services.desk.commands.typed import forms
from services.desk.commands.typed.forms import Place
from services.desk.commands.typed.usage import WrongUsage
from services.desk.fields import alternatives
from services.rehearsal.format.scenario import Scenario

TOLD_AT_MOST = 20
ENDINGS = (".yaml", ".yml", ".json")


class ScenarioWrong(Exception):
    """A scenario file that cannot be played. Each fault names file and line."""

    def __init__(self, file: str, faults: Sequence[str]) -> None:
        self.file, self.faults = file, tuple(faults)
        super().__init__("\n".join(f"{file}: {fault}" for fault in self.faults))


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong at one place of a scenario."""

    place: Place
    said: str


@dataclass(frozen=True, slots=True)
class Written:
    """A scenario with the lines on which its parts stand."""

    scenario: Scenario
    file: Path
    lines: Mapping[Place, int]

    def line(self, place: Place) -> int:
        """The line of a place, or of what it stands in."""
        while place not in self.lines:
            place = place[:-1]
        return self.lines[place]

    def told(self, fault: Fault) -> str:
        """A fault as it is told."""
        named = ".".join(str(part) for part in fault.place)
        return f"line {self.line(fault.place)}: {named + ': ' if named else ''}{fault.said}"


def read(file: Path) -> Written:
    """The scenario in a file, by its contract. ScenarioWrong; cross-references are not checked."""
    name = str(file)
    if not file.exists():
        raise ScenarioWrong(name, ["there is no such file"])
    try:
        text = forms.written_in(file)
        if not text.strip():
            raise ScenarioWrong(name, ["it is empty; `detente rehearse new` begins a scenario"])
        value, lines = forms.read(text)
    except WrongUsage as trouble:
        hint = next((hint for sign, hint in HINTS.items() if sign in str(trouble)), "")
        raise ScenarioWrong(name, [f"{trouble}{hint}"]) from None
    try:
        scenario = Scenario.model_validate_json(json.dumps(value))
    except ValidationError as trouble:
        found = trouble.errors(include_input=False, include_url=False, include_context=False)
        told = list(dict.fromkeys(_fault(error, value, lines) for error in _own(found)))
        raise ScenarioWrong(name, told[:TOLD_AT_MOST]) from None
    return Written(scenario, file, lines)


HINTS = {
    "expected ',' or": "; within {…} and […] put texts in quotes",
    "'\\t'": "; indent with spaces, not with tabs",
    "expected ':'": "; a colon is missing there or in the line before",
    "a form is fields": "; `detente rehearse new` begins a scenario",
}
"""By a part of what YAML complains of, what was probably meant."""
FORMS = {
    r"^[a-z0-9][a-z0-9-]{2,58}$": "3 to 59 small letters, digits and hyphens: border-incident",
    r"^[a-z][a-z0-9-]{1,47}$": "2 to 48 small letters, digits and hyphens: strike-notice",
    r"^X[A-Z]{2}$": "a fictional nation's code, XAA to XZZ",
    r"^[A-Z]{3}$": "a nation's code of three capital letters: XAA",
    r"^[a-z]{3}-[a-z0-9-]{2,28}$": "a desk: its nation's code in small letters, a hyphen, its"
    " name: xaa-ghq",
    r"^[a-z0-9-]{2,32}$": "an officer by role, small letters, digits and hyphens: duty-1",
    r"^[a-z0-9][a-z0-9-]{2,63}$": "3 to 64 small letters, digits and hyphens: border-incident",
}
"""By the pattern that a text must match, the same in words."""
_AFTERWARDS = "too_short"


def _own(errors: Sequence[Any]) -> list[Any]:
    """Without those that merely follow from another: a list lacks what is wrong within it."""
    places = [tuple(each["loc"]) for each in errors]
    return [
        each
        for each in errors
        if each["type"] != _AFTERWARDS
        or not any(p[: len(each["loc"])] == tuple(each["loc"]) != p for p in places)
    ]


def _fault(error: Any, value: Any, lines: Mapping[Place, int]) -> str:
    said = forms.fault(error["loc"], error["type"], error["msg"], lines)
    written = _at(value, error["loc"])
    if error["type"] == "string_pattern_mismatch":
        pattern = error["msg"].partition("'")[2].removesuffix("'")
        if pattern in FORMS:
            return said.replace(error["msg"], f"{written!r} does not fit: {FORMS[pattern]}")
    if error["type"] in ("enum", "literal_error") and isinstance(written, str):
        words = re.findall(r"'([^']+)'", error["msg"])
        near = did_you_mean(written, words)
        if "did you mean" in near:
            return said.replace(error["msg"], f"there is no {written} here{near}")
        return said.replace(error["msg"], f"there is no {written} here; there are {_listed(words)}")
    if error["type"] != "extra_forbidden":
        return said
    *above, name = error["loc"]
    meant = did_you_mean(str(name), _fields_at(Scenario, above))
    line = lines.get(tuple(error["loc"]), 1)
    if " " in str(name):
        meant = "; a comma within {…} begins another field: put the text in quotes"
    return f"line {line}: {name}: there is no such field here{meant}"


def _at(value: Any, place: Sequence[Any]) -> Any:
    """What is written at a place; None where nothing is."""
    for part in place:
        if isinstance(value, dict):
            value = value.get(part)
        elif isinstance(value, list) and isinstance(part, int) and part < len(value):
            value = value[part]
        else:
            return None
    return value


def _listed(words: Sequence[str]) -> str:
    return ", ".join(words)


def _fields_at(contract: type[BaseModel], above: Sequence[Any]) -> list[str]:
    """The fields that a contract has at a place within it."""
    at: list[type[BaseModel]] = [contract]
    for part in above:
        if isinstance(part, int):
            continue
        at = [
            inside
            for each in at
            for inside in (
                _contracts_in(each.model_fields[part].annotation)
                if part in each.model_fields
                else [each]
            )
        ]
    return [field.alias or name for each in at for name, field in each.model_fields.items()]


def _contracts_in(annotation: Any) -> Iterator[type[BaseModel]]:
    for each in alternatives(annotation):
        if isinstance(each, type) and issubclass(each, BaseModel):
            yield each
        elif get_origin(each) is not None:
            for inside in get_args(each):
                yield from _contracts_in(inside)


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """A question after the word that is nearest, or the words that there are; else nothing."""
    names = sorted(set(known))
    near = get_close_matches(name, names, n=1, cutoff=0.6)
    if near:
        return f"; did you mean {near[0]}?"
    return f"; there are {', '.join(names[:12])}" if names else ""


def files_in(paths: Iterable[Path]) -> list[Path]:
    """The scenario files that are named, and those in the folders that are, in order of name."""
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            found += sorted(
                each for each in path.rglob("*") if each.name.endswith(SCENARIO_ENDINGS)
            )
        else:
            found.append(path)
    return list(dict.fromkeys(found))


SCENARIO_ENDINGS = tuple(f".scenario{ending}" for ending in ENDINGS)
"""In a folder only such files are scenarios; others, an after-action record say, lie beside."""
