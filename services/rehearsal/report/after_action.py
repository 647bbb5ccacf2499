"""What was learnt: kept in a file beside its scenario, and carried into each run's page."""

from __future__ import annotations

import json
from datetime import date
from enum import StrEnum
from pathlib import Path

import yaml
from pydantic import Field

from schemas.parties import Contract
from services.desk.commands.typed.forms import form_in


class Status(StrEnum):
    """How far a lesson has come, after the lessons process that armed forces use."""

    OBSERVED = "OBSERVED"
    ANALYSED = "ANALYSED"
    LESSON_IDENTIFIED = "LESSON_IDENTIFIED"
    ACTIONED = "ACTIONED"
    LESSON_LEARNED = "LESSON_LEARNED"


class Lesson(Contract):
    """One thing that was seen, and what comes of it."""

    observation: str = Field(min_length=1, max_length=2000)
    lesson: str = Field(default="", max_length=2000)
    owner: str = Field(default="", max_length=200, description="An office, not a person.")
    due: date | None = None
    status: Status = Status.OBSERVED


class AfterAction(Contract):
    """All that was learnt from one scenario, oldest first."""

    lessons: tuple[Lesson, ...] = Field(default=(), max_length=200)


def beside(scenario: Path) -> Path:
    """The file in which the lessons of a scenario are kept."""
    stem = scenario.name.split(".scenario.")[0].removesuffix(scenario.suffix)
    return scenario.with_name(f"{stem}.after-action.yaml")


def lessons_of(scenario: Path) -> AfterAction:
    """What was learnt so far; nothing where there is no file. WrongUsage where it is no such."""
    file = beside(scenario)
    return form_in(file, AfterAction) if file.exists() else AfterAction()


def add(scenario: Path, lesson: Lesson) -> Path:
    """Keep one more lesson; the file."""
    kept = lessons_of(scenario)
    return write(scenario, AfterAction(lessons=(*kept.lessons, lesson)))


def write(scenario: Path, lessons: AfterAction) -> Path:
    """Keep these lessons in the place of those before; the file."""
    file = beside(scenario)
    value = json.loads(lessons.model_dump_json(exclude_defaults=True))
    text = yaml.safe_dump(value, sort_keys=False, allow_unicode=True, width=96)
    file.write_text(
        f"# What was learnt from {scenario.name}. Carried into each run's page.\n{text}"
    )
    return file
