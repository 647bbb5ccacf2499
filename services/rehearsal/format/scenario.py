"""A scenario as a file: who takes part, what is in place, what happens, what is expected."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, Any, Self

from pydantic import Field, create_model, model_validator

from schemas.line_record import LineId
from schemas.parties import Contract, DeskId, ExerciseId, MatterId, Moment, OfficerId
from schemas.places import Point
from services.rehearsal.format.cast import (
    Desk,
    FictionalNation,
    LineInPlace,
    Marking,
    NationCast,
    Said,
)
from services.rehearsal.format.patterns import PATTERNS
from services.rehearsal.format.times import When, label_in, moment, moments
from services.rehearsal.format.verbs import VERBS

Label = Annotated[
    str, Field(pattern=r"^[a-z][a-z0-9-]{1,47}$", description="A step's name: strike-notice.")
]
ScenarioId = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{2,58}$")]


class Version(StrEnum):
    """Which of the two tellings of a case a file is."""

    AS_IT_HAPPENED = "AS_IT_HAPPENED"
    WITH_THE_BUS = "WITH_THE_BUS"
    EXERCISE = "EXERCISE"
    """A desk's own exercise, modelled on no case."""


class AnyStep(Contract):
    """One thing that somebody does, or that happens."""

    at: When
    called: Label | None = Field(
        default=None, description="By this name others refer to it. A message's name is its step's."
    )
    desk: str | None = Field(default=None, description="The desk that does it.")
    by: tuple[OfficerId, ...] | OfficerId | None = Field(
        default=None, description="One officer, or drafter and releaser. Left out, the first ones."
    )
    note: str | None = Field(default=None, max_length=1000, description="For readers.")

    @property
    def verb(self) -> str:
        """Which thing it is."""
        return next(name for name in VERBS if getattr(self, name) is not None)

    @property
    def content(self) -> Any:
        """What is said or done."""
        return getattr(self, self.verb)

    @property
    def officers(self) -> tuple[str, ...]:
        """Who does it, as far as they are named."""
        return (self.by,) if isinstance(self.by, str) else (self.by or ())

    @model_validator(mode="after")
    def _is_one_thing(self) -> Self:
        found = [name for name in VERBS if getattr(self, name) is not None]
        if len(found) != 1:
            named = f", and not {' and '.join(found)} at once" if found else ""
            raise ValueError(f"a step is one of {', '.join(VERBS)}{named}")
        if VERBS[found[0]].by_desk != (self.desk is not None):
            who = "names its desk" if VERBS[found[0]].by_desk else "is done by no desk"
            raise ValueError(f"`{found[0]}` {who}")
        if len(self.officers) > VERBS[found[0]].officers:
            raise ValueError(f"`{found[0]}` takes {VERBS[found[0]].officers} of its officers")
        return self


_VERB_FIELDS: dict[str, Any] = {
    name: (verb.contract | None, Field(default=None, description=verb.said))
    for name, verb in VERBS.items()
}
Step: type[AnyStep] = create_model("Step", __base__=AnyStep, **_VERB_FIELDS)
Step.__doc__ = AnyStep.__doc__


class AnyPattern(Contract):
    """One of the kinds of what can be seen in a rehearsal."""

    @property
    def kind(self) -> str:
        """Which of them."""
        return next(name for name in PATTERNS if getattr(self, name) is not None)

    @property
    def content(self) -> Any:
        """What of it."""
        return getattr(self, self.kind)

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        found = [name for name in PATTERNS if getattr(self, name) is not None]
        if len(found) != 1:
            raise ValueError(f"name one of {', '.join(PATTERNS)}")
        return self


_PATTERN_FIELDS: dict[str, Any] = {
    name: (kind.contract | None, Field(default=None, description=kind.said))
    for name, kind in PATTERNS.items()
}
Pattern: type[AnyPattern] = create_model("Pattern", __base__=AnyPattern, **_PATTERN_FIELDS)
Pattern.__doc__ = AnyPattern.__doc__


class AnyExpectation(Contract):
    """Something that must be seen; or `never` something; or how something `ends`."""

    says: str | None = Field(default=None, max_length=300, description="The same in a sentence.")
    by: When | None = Field(default=None, description="Not later than that.")
    not_before: When | None = None
    never: Pattern | None = Field(
        default=None, description="It must not be seen, from `not_before` until `by`."
    )
    ends: Pattern | None = Field(
        default=None, description="A state that holds at `by`; left out, at the very end."
    )

    @property
    def direct(self) -> str | None:
        """The kind of what must be seen, where it is neither `never` nor `ends`."""
        return next((name for name in PATTERNS if getattr(self, name) is not None), None)

    @model_validator(mode="after")
    def _expects_one(self) -> Self:
        direct = [name for name in PATTERNS if getattr(self, name) is not None]
        if len(direct) + (self.never is not None) + (self.ends is not None) != 1:
            raise ValueError(f"expect one thing: never, ends, or one of {', '.join(PATTERNS)}")
        if self.ends is not None:
            asked = next(name for name in PATTERNS if getattr(self.ends, name) is not None)
            if not PATTERNS[asked].lasts:
                lasting = ", ".join(name for name, kind in PATTERNS.items() if kind.lasts)
                raise ValueError(f"`ends` asks for a state: one of {lasting}")
            if self.not_before is not None:
                raise ValueError("`ends` asks how it stands at one moment: name `by`, or none")
        return self


Expectation: type[AnyExpectation] = create_model(
    "Expectation", __base__=AnyExpectation, **_PATTERN_FIELDS
)
Expectation.__doc__ = AnyExpectation.__doc__


class Milestone(Contract):
    """Something that history has a time of, against which minutes are gained."""

    what: str = Field(max_length=300)
    history: When | None = Field(description="When it was so then; null where it never was.")
    rehearsal: Pattern = Field(
        description="By what it is seen in the rehearsal: its first time counts."
    )


class Scenario(Contract):
    """A crisis to rehearse. All of it travels as exercise traffic, and as nothing else."""

    scenario: ScenarioId = Field(description="Its name. Two versions of a case share its start.")
    title: str = Field(max_length=120)
    version: Version = Version.EXERCISE
    case: str | None = Field(
        default=None, max_length=60, description="The case; both of its versions name it."
    )
    source: str | None = Field(default=None, description="Where the history is told.")
    fictional: str = Field(
        default="All nations, desks, officers, places and texts are invented.",
        description="What is invented, and what is as the source has it.",
    )
    history: str | None = Field(default=None, description="What happened, and what failed.")
    caught_by: str | None = Field(
        default=None, description="WITH_THE_BUS: what catches the failure."
    )
    exercise: ExerciseId | None = Field(
        default=None, description="The exercise's name in every text; left out, the scenario's."
    )
    begins: Moment
    ends: When | None = Field(
        default=None, description="Left out: a minute after the last time that is named."
    )
    matter: MatterId | None = Field(default=None, description="Left out: the scenario's name.")
    label: Marking = Marking()
    places: Mapping[str, Point] = Field(
        default_factory=dict, description="Places by name, with their coordinates."
    )
    cast: Mapping[FictionalNation, NationCast] = Field(min_length=1)
    strangers: tuple[DeskId, ...] = Field(
        default=(), description="Desks that somebody names and that no directory has."
    )
    lines: Mapping[LineId, LineInPlace] = Field(default_factory=dict)
    before: tuple[Step, ...] = Field(
        default=(),
        description="What is in place when it begins, agreements say: steps at -30d, -2h.",
    )
    timeline: tuple[Step, ...] = Field(min_length=1)
    expectations: tuple[Expectation, ...] = ()
    milestones: tuple[Milestone, ...] = ()

    @property
    def steps(self) -> tuple[AnyStep, ...]:
        """What goes before, and then the timeline, as they are written."""
        return (*self.before, *self.timeline)

    def place_of(self, number: int) -> tuple[str, int]:
        """Where the step of that number stands in the file."""
        first = len(self.before)
        return ("before", number) if number < first else ("timeline", number - first)

    @property
    def earliest(self) -> datetime:
        """When the first thing is done."""
        return min([self.begins, *(self.at(step.at) for step in self.before)])

    @property
    def expects(self) -> tuple[AnyExpectation, ...]:
        """The expectations as they are written."""
        return self.expectations

    @property
    def exercise_name(self) -> str:
        """The exercise that every text names."""
        return self.exercise or re.sub(r"[^A-Z0-9 -]", " ", self.scenario.upper())[:32].strip()

    @property
    def matter_name(self) -> str:
        """The conversation of whatever names no other."""
        return self.matter or self.scenario

    @property
    def desks(self) -> Mapping[str, Desk]:
        """Every desk of the cast."""
        return {name: desk for nation in self.cast.values() for name, desk in nation.desks.items()}

    def called(self, name: str) -> AnyStep:
        """The step of that name. KeyError where there is none."""
        for step in self.steps:
            if step.called == name:
                return step
        raise KeyError(name)

    def at(self, written: str) -> datetime:
        """A time of this scenario. NoSuchTime where it stands on nothing."""
        named = {step.called: step.at for step in self.steps if step.called}
        return moment(written, self.begins, moments(named, self.begins))

    @property
    def last(self) -> datetime:
        """When the rehearsal is over."""
        if self.ends is not None:
            return self.at(self.ends)
        named = [
            *(step.at for step in self.steps),
            *(each for one in self.expects for each in (one.by, one.not_before) if each),
            *(each.history for each in self.milestones if each.history),
        ]
        return max(self.at(each) for each in named) + timedelta(minutes=1)


class Exact:
    """Where a scenario's times are looked up again and again: each once."""

    def __init__(self, scenario: Scenario) -> None:
        named = {step.called: step.at for step in scenario.steps if step.called}
        self._begins, self._step_at = scenario.begins, moments(named, scenario.begins)

    def __call__(self, written: str) -> datetime:
        """The moment that is meant."""
        return moment(written, self._begins, self._step_at)


def stands_on(written: str) -> str | None:
    """The step on which a time stands."""
    return label_in(written)


__all__ = [
    "AnyExpectation",
    "AnyPattern",
    "AnyStep",
    "Exact",
    "Expectation",
    "Milestone",
    "Pattern",
    "Said",
    "Scenario",
    "Step",
    "Version",
    "stands_on",
]  # fmt: skip
