"""Visits, clearances and contacts, as they are typed."""

from __future__ import annotations

import sys
from datetime import date, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Annotated, TypeVar

from cyclopts import Parameter

from schemas.parties import Contract
from schemas.visit_forms import (
    AircraftForm,
    Certification,
    DayObserved,
    DecisionWords,
    ShipForm,
    VisitForm,
    VisitReportForm,
)
from schemas.visit_terms import Answer, Window, midnight
from services.desk.commands.typed.asking import asked
from services.desk.commands.typed.forms import form_in
from services.desk.commands.typed.times import moment
from services.desk.commands.typed.usage import WrongUsage, as_usage

Which = Annotated[str, Parameter(help="The request's reference.")]
Remarked = Annotated[
    str | None, Parameter(help="For the two authorities and the facilities; nobody else reads it.")
]
FilledIn = Annotated[
    Path | None,
    Parameter(
        allow_leading_hyphen=True,
        help="The form in YAML or JSON; - for standard input; without it, it is asked for.",
    ),
]
Exercise = Annotated[str, Parameter(help="The exercise's name.")]
Named = Annotated[str | None, Parameter(name="--reference", help="visit-…; a new one by default.")]
ContractT = TypeVar("ContractT", bound=Contract)


class Craft(StrEnum):
    """What is to be cleared."""

    AIRCRAFT = "aircraft"
    SHIP = "ship"


class VisitFormName(StrEnum):
    """The forms of a visit."""

    REQUEST = "request"
    CERTIFICATION = "certification"
    DECISION = "decision"
    REPORT = "report"


class ClearanceFormName(StrEnum):
    """The forms of a clearance."""

    AIRCRAFT = "aircraft"
    SHIP = "ship"
    CERTIFICATION = "certification"
    DECISION = "decision"
    DAY = "day"
    REPORT = "report"


FORMS: dict[str, type[Contract]] = {
    "request": VisitForm,
    "aircraft": AircraftForm,
    "ship": ShipForm,
    "certification": Certification,
    "decision": DecisionWords,
    "day": DayObserved,
    "report": VisitReportForm,
}
CRAFT: dict[Craft, type[AircraftForm | ShipForm]] = {
    Craft.AIRCRAFT: AircraftForm,
    Craft.SHIP: ShipForm,
}


def filled(file: Path | None, contract: type[ContractT]) -> ContractT:
    """The form, from a file or as it is answered. WrongUsage where it is not complete."""
    return asked(contract, _ask, _tell) if file is None else form_in(file, contract)


def _tell(said: str) -> None:
    """On stderr: stdout is for the answer, which a program may read."""
    print(said, file=sys.stderr)


def _ask(question: str) -> str:
    print(question, end="", file=sys.stderr, flush=True)
    return input()


def cleared(file: Path | None, craft: Craft, answer: Answer) -> AircraftForm | ShipForm:
    """A clearance's form. A request and a notification are kept apart: WrongUsage where the form
    says that it is the other.
    """
    form = filled(file, CRAFT[craft])
    if form.answer is not answer:
        other = "notify" if form.answer is Answer.NOTIFICATION else "request"
        raise WrongUsage(f"the form says {form.answer}: submit it with `{other}`")
    return form


def window_or_none(begins: str | None, ends: str | None) -> Window | None:
    """A narrower time: two days, the last one included, or two times. WrongUsage for one."""
    if begins is None and ends is None:
        return None
    if begins is None or ends is None:
        raise WrongUsage("name both --from and --until, or neither")
    with as_usage():
        return Window(begins=_at(begins, 0), ends=_at(ends, 1))


def _at(written: str, days_on: int) -> datetime:
    try:
        day = date.fromisoformat(written)
    except ValueError:
        return moment(written)
    return midnight(day) + timedelta(days=days_on)


def numbers_or_none(written: str | None) -> tuple[int, ...] | None:
    """1,2,5 as numbers. WrongUsage where it is not such a list."""
    if written is None:
        return None
    try:
        return tuple(sorted({int(each) for each in written.split(",")}))
    except ValueError:
        raise WrongUsage(f"{written}: write numbers with commas, as in 1,2,5") from None
