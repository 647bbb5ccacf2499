"""Whether a scenario's parts fit: who is named takes part, and can do what is said."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from schemas.acts import Act, Terms
from schemas.particulars import CONTRACTS
from schemas.parties import Contract, Label, nation_of
from services.desk.commands.typed.forms import Place
from services.desk.openings import DELIVERIES
from services.rehearsal.format.cast import Desk, within
from services.rehearsal.format.expecting import expectation_faults, pattern_faults
from services.rehearsal.format.forms import Book, FormWrong
from services.rehearsal.format.library import Saying
from services.rehearsal.format.naming import named
from services.rehearsal.format.reading import (
    Fault,
    ScenarioWrong,
    Written,
    did_you_mean,
    read,
)
from services.rehearsal.format.scenario import (
    AnyStep,
    Exact,
    Scenario,
    Version,
    stands_on,
)
from services.rehearsal.format.times import NoSuchTime
from services.rehearsal.format.verbs import VERBS, Says, Send

ANY_IDENTITY = "0" * 32
_MESSAGES = ("send", "release")
"""The verbs whose steps are messages; others refer to them by the step's name."""
_TIME_FIELDS = frozenset({"reply_by", "expires_at", "start", "until"})


def load(file: Path) -> Written:
    """A scenario that can be played. ScenarioWrong, with every fault's line."""
    written = read(file)
    faults = list(faults_of(written.scenario))
    if faults:
        raise ScenarioWrong(str(file), [written.told(fault) for fault in faults])
    return written


def faults_of(scenario: Scenario) -> Iterator[Fault]:
    """Everything that does not fit."""
    yield from _cast(scenario)
    yield from _names(scenario)
    untimely = list(_times(scenario))
    yield from untimely
    if untimely:
        return
    for number, step in enumerate(scenario.steps):
        for place, said in _step(scenario, step):
            yield Fault((*scenario.place_of(number), *place), said)
    for number, expected in enumerate(scenario.expects):
        for place, said in expectation_faults(scenario, expected):
            yield Fault(("expectations", number, *place), said)
    for number, milestone in enumerate(scenario.milestones):
        for place, said in pattern_faults(scenario, milestone.rehearsal):
            yield Fault(("milestones", number, "rehearsal", *place), said)


def _names(scenario: Scenario) -> Iterator[Fault]:
    """No two steps have one name."""
    seen: set[str] = set()
    for number, step in enumerate(scenario.steps):
        if step.called in seen:
            said = f"another step is called {step.called} too"
            yield Fault((*scenario.place_of(number), "called"), said)
        seen.add(step.called or "")


def _cast(scenario: Scenario) -> Iterator[Fault]:
    """Desks are named after their nations, and alternates, officers and lines are there."""
    for nation, cast in scenario.cast.items():
        for name, desk in cast.desks.items():
            place: Place = ("cast", nation, "desks", name)
            if nation_of(name) != nation:
                yield Fault(place, f"a desk's name begins with its nation's: {nation.lower()}-…")
            yield from _desk(scenario, place, name, desk)
    for line, stands in scenario.lines.items():
        for number, holder in enumerate((*stands.between, *stands.alternates)):
            if holder not in scenario.desks:
                meant = did_you_mean(holder, scenario.desks)
                at: Place = ("lines", line, "between", number)
                yield Fault(at, f"there is no desk {holder}{meant}")
            elif not stands.released_at(scenario.desks[holder].officers):
                officers = ", ".join(scenario.desks[holder].officers)
                said = f"nobody at {holder} may release on it; officers there: {officers}"
                yield Fault(("lines", line, "release_authority"), said)
    if scenario.version is not Version.EXERCISE and not (
        scenario.source and scenario.history and scenario.case
    ):
        yield Fault((), "a case out of history names its case, its source, and its history")


def _desk(scenario: Scenario, place: Place, name: str, desk: Desk) -> Iterator[Fault]:
    for rung, other in desk.ladder.items():
        if other not in scenario.desks:
            meant = did_you_mean(other, scenario.desks)
            yield Fault((*place, "ladder", rung), f"there is no desk {other}{meant}")
    for habit in ("acknowledges", "opens"):
        found = getattr(desk, habit)
        if found is not None and found.by not in desk.officers:
            yield Fault((*place, habit, "by"), _no_officer(found.by, name, desk.officers))


def _times(scenario: Scenario) -> Iterator[Fault]:
    """Every time, wherever it stands, must be one."""
    at = Exact(scenario)
    for place, when in _all_times(scenario):
        try:
            moment = at(when)
        except NoSuchTime as trouble:
            label = stands_on(when)
            called = [step.called for step in scenario.steps if step.called]
            meant = did_you_mean(label, called) if label and label not in called else ""
            yield Fault(place, f"{trouble}{meant}")
            continue
        early = moment < scenario.begins
        if place[-1] == "at" and place[0] in ("timeline", "before"):
            if early and place[0] == "timeline":
                yield Fault(place, f"{when} lies before the beginning: that stands in `before`")
            elif not early and place[0] == "before":
                yield Fault(place, f"{when} lies not before the beginning: write -30d, -2h")


def _all_times(scenario: Scenario) -> Iterator[tuple[Place, str]]:
    for number, step in enumerate(scenario.steps):
        place = scenario.place_of(number)
        yield (*place, "at"), step.at
        yield from _fields((*place, step.verb), step.content, _TIME_FIELDS)
    for number, expected in enumerate(scenario.expects):
        yield from _fields(("expectations", number), expected, ("by", "not_before"))
    for number, milestone in enumerate(scenario.milestones):
        yield from _fields(("milestones", number), milestone, ("history",))
    yield from _fields((), scenario, ("ends",))
    for nation, cast in scenario.cast.items():
        for name, desk in cast.desks.items():
            for habit in ("unmanned", "refuses", "misses_tests", "off"):
                for number, period in enumerate(getattr(desk, habit)):
                    where: Place = ("cast", nation, "desks", name, habit, number)
                    yield (*where, "from"), period.start
                    yield from _fields(where, period, ("until",))


def _fields(place: Place, content: Any, names: Iterable[str]) -> Iterator[tuple[Place, str]]:
    for name in names:
        if isinstance(content, BaseModel) and (when := getattr(content, name, None)):
            yield (*place, name), when


def _step(scenario: Scenario, step: AnyStep) -> Iterator[tuple[Place, str]]:
    if step.desk is not None:
        desk = scenario.desks.get(step.desk)
        if desk is None:
            meant = did_you_mean(step.desk, scenario.desks)
            yield ("desk",), f"there is no desk {step.desk}{meant}"
            return
        for officer in step.officers:
            if officer not in desk.officers:
                yield ("by",), _no_officer(officer, step.desk, desk.officers)
        at = Exact(scenario)
        if within((*desk.unmanned, *desk.off), at(step.at), at):
            yield ("at",), f"{step.desk} is unmanned then: nobody there can do this"
    if isinstance(step.content, BaseModel):
        yield from _content(scenario, step.verb, step.content)


def _content(scenario: Scenario, verb: str, content: BaseModel) -> Iterator[tuple[Place, str]]:
    yield from named(scenario, verb, content)
    more: Iterable[tuple[Place, str]] = ()
    if isinstance(content, Send):
        more = _words(scenario, content)
    elif isinstance(content, Says):
        more = _library(scenario, verb, content)
    for place, said in more:
        yield (verb, *place), said
    known = {"line": scenario.lines, "service": DELIVERIES}
    for name, there in known.items():
        value = getattr(content, name, None)
        if value is not None and value not in there:
            yield (verb, name), f"there is no {name} {value}{did_you_mean(value, there)}"


def _words(scenario: Scenario, content: Send) -> Iterator[tuple[Place, str]]:
    """An act's terms and particulars, by their contracts."""
    book = Book(Exact(scenario), scenario.places, lambda name: _any_identity(scenario, name))
    forms: tuple[tuple[str, type[Contract] | None, Mapping[str, Any]], ...] = (
        ("terms", Terms, content.terms),
        ("particulars", CONTRACTS.get(content.act), content.particulars),
    )
    for name, contract, table in forms:
        if not table:
            continue
        if contract is None:
            has = ", ".join(act.value for act in Act if act in CONTRACTS)
            yield (name,), f"{content.act} has no particulars; these have: {has}"
            continue
        whole = {"act": content.act.value, **table} if name == "particulars" else table
        try:
            book.form(contract, whole)
        except FormWrong as trouble:
            yield (name, *trouble.place), str(trouble)


def _library(scenario: Scenario, verb: str, said: Says) -> Iterator[tuple[Place, str]]:
    """What is said to a service, as far as it can be known before it is said."""
    book = Book(Exact(scenario), scenario.places, lambda name: _any_identity(scenario, name))
    label = Label(
        policy=scenario.label.policy, classification=scenario.label.classification,
        releasable_to=tuple(sorted(scenario.cast)),
    )  # fmt: skip
    saying = Saying(
        book, lambda name: name, scenario.exercise_name, label, lambda _: ANY_IDENTITY
    )  # fmt: skip
    try:
        saying.arguments(verb, said.says, said.given)
    except FormWrong as trouble:
        yield ("with", *trouble.place) if trouble.place else (), str(trouble)


def _any_identity(scenario: Scenario, name: str) -> str:
    if all(step.called != name for step in scenario.steps):
        raise KeyError(name)
    return ANY_IDENTITY


def _no_officer(officer: str, desk: str, officers: Sequence[str]) -> str:
    return f"{officer} is no officer of {desk}{did_you_mean(officer, officers)}"


assert set(_MESSAGES) <= set(VERBS), "what is a message is a verb"
