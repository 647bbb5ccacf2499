"""What an officer fills in to give a notice, to change it, to look up a detection."""

from __future__ import annotations

from pydantic import Field

from schemas.cap import Long
from schemas.notices import (
    ADDRESSEES_MAX,
    ActivityTold,
    Desks,
    Detected,
    ExerciseTold,
    LaunchTold,
)
from schemas.parties import Contract, Label, Moment
from schemas.places import Point


class WindowForm(Contract):
    """Base of what names a window."""

    begins: Moment = Field(description="The earliest moment.")
    ends: Moment = Field(
        description="The latest. A launch's window of more than 48 hours needs a confirmation of"
        " its day."
    )


class NoticeForm(WindowForm):
    """Base of both kinds of notice."""

    addressees: Desks = Field(
        min_length=1, max_length=ADDRESSEES_MAX, description="The desks entitled to it."
    )
    label: Label


class LaunchForm(NoticeForm):
    """Notice of a launch. Due 24 hours before its window at the latest."""

    final_consumers: Desks = Field(
        max_length=ADDRESSEES_MAX,
        description="Of the addressees, the one of each nation for which it is meant in the end:"
        " early warning, say. It is owed until that very desk has taken it over.",
    )
    launch: LaunchTold


class ExerciseForm(NoticeForm):
    """Notice of an exercise."""

    exercise: ExerciseTold
    final_consumers: Desks = Field(
        default=(), max_length=ADDRESSEES_MAX, description="Of the addressees, where it is for one."
    )


class AmendForm(WindowForm):
    """A notice as it is from now on: a launch or an exercise, whole."""

    launch: LaunchTold | None = None
    exercise: ExerciseTold | None = None


class DetectionForm(Contract):
    """Something that was detected: a launch, a track."""

    detected_at: Moment
    points: tuple[Point, ...] = Field(
        min_length=1, max_length=32, description="Where it was seen, in the order of the track."
    )
    text: Long | None = None

    @property
    def told(self) -> Detected:
        """What the others are told of it."""
        return Detected(points=self.points, text=self.text)


def told_in(form: LaunchForm | ExerciseForm | AmendForm) -> ActivityTold:
    """What goes inside."""
    match form:
        case LaunchForm():
            return ActivityTold(launch=form.launch)
        case ExerciseForm():
            return ActivityTold(exercise=form.exercise)
        case AmendForm():
            return ActivityTold(launch=form.launch, exercise=form.exercise)
