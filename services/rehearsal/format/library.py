"""What desks can say to services that keep records, read from the desk library. Pure."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, is_dataclass
from functools import cache
from typing import Any, get_type_hints

from pydantic import Field, TypeAdapter, ValidationError

from schemas.agreement_record import AgreementName
from schemas.cap import Status
from schemas.parties import Contract, Label, MessageId
from services.desk.agreements.speaking import AgreementDesk
from services.desk.alerts.speaking import AlertDesk
from services.desk.facts.speaking import FactDesk
from services.desk.fields import alternatives
from services.desk.inner.words import EXERCISE_MARK
from services.desk.notices.speaking import NoticeDesk
from services.desk.risk.speaking import RiskDesk
from services.desk.visits.contacts import ContactDesk
from services.desk.visits.speaking import VisitDesk
from services.rehearsal.format.forms import Book, FormWrong, is_contract, nearest, told
from services.rehearsal.format.reading import did_you_mean

BY_ITSELF = frozenset({"by", "drafter", "exercise"})
"""What a step has beside: its officers, and the exercise."""
MATTERS = frozenset({"chain", "named", "reference"})
"""Arguments that name a matter; a step's name stands for the matter that it opened."""
RECORDS = frozenset({"instrument", "reply", "message", "correction", "identity", "certified_copy"})
"""Arguments that name something said before; a step's name stands for its identity."""

MESSAGES = frozenset({("agreement", "take")})
"""What becomes a message on the hotline, so that its text is marked as any other."""


@dataclass(frozen=True, slots=True)
class Library:
    """One service's part of the desk library."""

    attribute: str
    """Under which a desk has it."""
    speaks: type[Any]
    service: str


LIBRARIES: Mapping[str, Library] = {
    "alert": Library("alerts", AlertDesk, "alerts"),
    "facts": Library("facts", FactDesk, "hotline"),
    "risk": Library("risk", RiskDesk, "alerts"),
    "notice": Library("notices", NoticeDesk, "alerts"),
    "visit": Library("visits", VisitDesk, "visits"),
    "contact": Library("contacts", ContactDesk, "visits"),
    "agreement": Library("agreements", AgreementDesk, "agreements"),
}
"""By the verb of a scenario. Whatever an officer's name is asked for can be said; so what a
library learns to say, scenarios can say too."""


@dataclass(frozen=True, slots=True)
class Argument:
    """One thing that has to be given."""

    annotation: Any
    required: bool


@cache
def words_of(verb: str) -> Mapping[str, Mapping[str, Argument]]:
    """Everything that can be said with a verb, and what each takes."""
    found: dict[str, Mapping[str, Argument]] = {}
    for name, method in inspect.getmembers(LIBRARIES[verb].speaks, inspect.isfunction):
        parameters = inspect.signature(method).parameters
        if name.startswith("_") or "by" not in parameters:
            continue
        hints = get_type_hints(method, include_extras=True)
        if any(is_dataclass(hint) for hint in hints.values()):
            continue  # It takes what the library itself has found, which nobody can write.
        found[name.rstrip("_")] = {
            each: Argument(hints[each], parameter.default is parameter.empty)
            for each, parameter in parameters.items()
            if each != "self"
        }
    return found


def method_of(verb: str, says: str) -> str:
    """The library's own name for it."""
    return says if hasattr(LIBRARIES[verb].speaks, says) else f"{says}_"


def marked(text: str, exercise: str) -> str:
    """A text between the marks of its exercise, as every exercise text must stand."""
    mark = f"{EXERCISE_MARK} {exercise}"
    return f"{mark}\n{text.strip()}\n{mark}"


OBLIGATION = "obligation"
"""The argument that names what a desk owes."""


class Owed(Contract):
    """What a desk owes, by what never differs: the bus finds its identity anew in each run."""

    protocol: AgreementName
    step: int = Field(ge=1, description="Of the protocol's steps, the first is 1.")
    regards: MessageId = Field(description="The step whose alert or notice fired the protocol.")


@dataclass(frozen=True, slots=True)
class Saying:
    """How what is given to a verb becomes what the library takes."""

    book: Book
    matter: Callable[[str], str]
    """The matter that a step opened; any other name is that of a matter itself."""
    exercise: str
    label: Label
    owed: Callable[[Owed], str]
    """The identity of what the speaking desk owes."""

    def arguments(self, verb: str, says: str, given: Mapping[str, Any]) -> dict[str, Any]:
        """FormWrong where something is missing, or not as the library takes it."""
        words = words_of(verb)
        if says not in words:
            raise FormWrong(f"{verb}s do not say {says}{did_you_mean(says, words)}")
        takes = {name: each for name, each in words[says].items() if name not in BY_ITSELF}
        for name in given:
            if name not in takes:
                raise FormWrong(f"{says} takes no {name}{did_you_mean(name, takes)}", (name,))
        for name, each in takes.items():
            if each.required and name not in given:
                raise FormWrong(f"{says} needs {name}; it takes {', '.join(takes)}")
        filled = dict(given)
        if "note" in takes and takes["note"].annotation and "note" not in filled:
            filled["note"] = self.mark
        if (verb, says) in MESSAGES and isinstance(filled.get("text"), str):
            filled["text"] = marked(filled["text"], self.exercise)
        return {name: self._argument(name, takes[name], value) for name, value in filled.items()}

    @property
    def mark(self) -> str:
        """What names the exercise in notes."""
        return f"{EXERCISE_MARK} {self.exercise}"

    def _argument(self, name: str, argument: Argument, value: Any) -> Any:
        if isinstance(value, str) and name in MATTERS:
            return self.matter(value)
        if isinstance(value, str) and name in RECORDS:
            try:
                return self.book.identity(value)
            except KeyError:
                return value
        if name == "note" and isinstance(value, str):
            value = self._noted(value)
        if name == OBLIGATION and isinstance(value, dict):
            return self.owed(self.book.form(Owed, value))
        contracts = [each for each in alternatives(argument.annotation) if is_contract(each)]
        if isinstance(value, dict):
            value = self._filled(nearest(contracts, value), value)
        resolved = self.book.value(argument.annotation, value, (name,))
        try:
            return TypeAdapter(argument.annotation).validate_json(json.dumps(resolved))
        except ValidationError as trouble:
            found = trouble.errors(include_input=False, include_url=False, include_context=False)
            found.sort(key=lambda error: error["type"] != "extra_forbidden")
            said = "; ".join(told(contracts[0] if contracts else None, error) for error in found)
            raise FormWrong(f"{name}: {said}", (name, *found[0]["loc"])) from None

    def _filled(self, contract: Any, table: dict[str, Any]) -> dict[str, Any]:
        """What goes without saying in an exercise: its status, its name in notes, its label."""
        if contract is None:
            return table
        filled = dict(table)
        for name, field in contract.model_fields.items():
            kinds = list(alternatives(field.annotation))
            if name == "status" and Status in kinds:
                filled.setdefault("status", Status.EXERCISE.value)
            elif name == "note":
                filled["note"] = self._noted(str(filled.get("note", "")))
            elif name == "label" and Label in kinds:
                filled.setdefault("label", json.loads(self.label.model_dump_json()))
            elif name in filled and isinstance(filled[name], dict):
                inside = next((each for each in kinds if is_contract(each)), None)
                filled[name] = self._filled(inside, filled[name])
        return filled

    def _noted(self, note: str) -> str:
        return note if self.exercise in note else f"{note} {self.mark}".strip()
