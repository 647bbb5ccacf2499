"""A scenario file, read: every fault with its file, its line, and what was meant."""

from __future__ import annotations

import json
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
    try:
        value, lines = forms.read(forms.written_in(file))
    except WrongUsage as trouble:
        in_braces = "expected ',' or" in str(trouble)
        hint = "; within {…} and […] put texts in quotes" if in_braces else ""
        raise ScenarioWrong(name, [f"{trouble}{hint}"]) from None
    try:
        scenario = Scenario.model_validate_json(json.dumps(value))
    except ValidationError as trouble:
        found = trouble.errors(include_input=False, include_url=False, include_context=False)
        told = list(dict.fromkeys(_fault(error, lines) for error in found))
        raise ScenarioWrong(name, told[:TOLD_AT_MOST]) from None
    return Written(scenario, file, lines)


def _fault(error: Any, lines: Mapping[Place, int]) -> str:
    said = forms.fault(error["loc"], error["type"], error["msg"], lines)
    if error["type"] != "extra_forbidden":
        return said
    *above, name = error["loc"]
    meant = did_you_mean(str(name), _fields_at(Scenario, above))
    line = lines.get(tuple(error["loc"]), 1)
    if " " in str(name):
        meant = "; a comma within {…} begins another field: put the text in quotes"
    return f"line {line}: {name}: there is no such field here{meant}"


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
