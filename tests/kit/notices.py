"""Notices on paper: a launch and an exercise, told beforehand, and what was detected of them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from schemas.cap import CapArea, CapCircle
from schemas.notices import (
    LANE,
    NOTICE_PREFIX,
    ActivityTold,
    AmendNotice,
    ExerciseTold,
    GivenCommand,
    LaunchTold,
    NotifyActivity,
    NotifyExercise,
    NotifyLaunch,
    Novelty,
    WindowSaid,
)
from schemas.places import Point, Polygon
from services.desk.notices.forms import DetectionForm, ExerciseForm, LaunchForm
from tests.kit import paper
from tests.kit.paper import NOON

LAUNCH, EXERCISE = f"{NOTICE_PREFIX}rocket", f"{NOTICE_PREFIX}autumn"
RANGE, ISLANDS = Point(latitude=69.3, longitude=16.0), Point(latitude=78.9, longitude=11.9)
BEGINS = NOON + timedelta(days=3)
NARROW, WIDE = BEGINS + timedelta(hours=6), BEGINS + timedelta(days=20)
ADDRESSEES = ("xbb-mfa", "xbb-ghq")
FINAL = "xbb-ghq"
"""Early warning, in this house."""


def of_notice(kind: type[Any], sender: str) -> dict[str, Any]:
    """What is particular to what is said of notices, sound unless told otherwise."""
    filled: dict[str, Any] = {"matter": LAUNCH, "lane": LANE}
    if issubclass(kind, WindowSaid):
        filled |= {"begins": BEGINS, "ends": NARROW}
    if issubclass(kind, NotifyActivity):
        filled |= {"addressees": ADDRESSEES, "label": paper.LABEL, "final_consumers": ()}
    if kind is NotifyLaunch:
        filled |= {"final_consumers": (FINAL,)}
    if kind is NotifyExercise:
        filled |= {
            "matter": EXERCISE, "novelty": Novelty.NAMED, "ends": BEGINS + timedelta(hours=108),
        }  # fmt: skip
    if kind is AmendNotice:
        filled |= {"novelty": None}
    if issubclass(kind, GivenCommand):
        filled |= {"notice": "0" * 32, "sender": FINAL if sender == "xaa-ghq" else sender}
    if "detected_at" in kind.model_fields:
        filled |= {"detected_at": BEGINS + timedelta(minutes=24)}
    return filled


def circle(centre: Point, km: float, said: str = "A circle") -> CapArea:
    """All within so many kilometres."""
    return CapArea(area_desc=said, circle=(CapCircle(centre=centre, radius_km=km),))


def square(middle: Point, degrees: float, said: str = "A square") -> CapArea:
    """A polygon around a point."""
    north, east = middle.latitude, middle.longitude
    ring = [
        Point(latitude=north + a * degrees, longitude=east + b * degrees)
        for a, b in ((-1, -1), (-1, 1), (1, 1), (1, -1), (-1, -1))
    ]
    return CapArea(area_desc=said, polygon=(Polygon(corners=tuple(ring)),))


def launch_told(**fields: Any) -> LaunchTold:
    """Three research rockets."""
    filled: dict[str, Any] = {
        "designation": "Three research rockets",
        "launch_area": (circle(RANGE, 20, "The range"),),
        "impact_areas": (circle(ISLANDS, 150, "Sea near the islands"),),
    }  # fmt: skip
    return LaunchTold(**(filled | fields))


def exercise_told(**fields: Any) -> ExerciseTold:
    """A yearly exercise with something new."""
    filled: dict[str, Any] = {
        "designation": "Autumn 26", "purpose": "To train procedures.",
        "area": (square(RANGE, 2, "The training area"),),
        "novel_elements": ("Hours of radio silence on the second day.",),
    }  # fmt: skip
    return ExerciseTold(**(filled | fields))


def activity(**fields: Any) -> ActivityTold:
    """What is inside the notice of a launch."""
    return ActivityTold(launch=launch_told(**fields))


def launch_form(now: datetime, **fields: Any) -> LaunchForm:
    """A launch of the day after tomorrow."""
    filled: dict[str, Any] = {
        "begins": now + timedelta(days=2), "ends": now + timedelta(days=2, hours=6),
        "addressees": ADDRESSEES, "final_consumers": (FINAL,), "label": paper.LABEL,
        "launch": launch_told(),
    }  # fmt: skip
    return LaunchForm(**(filled | fields))


def exercise_form(now: datetime, **fields: Any) -> ExerciseForm:
    """An exercise in six weeks and a day."""
    filled: dict[str, Any] = {
        "begins": now + timedelta(days=43), "ends": now + timedelta(days=47),
        "addressees": ADDRESSEES, "label": paper.LABEL, "exercise": exercise_told(),
    }  # fmt: skip
    return ExerciseForm(**(filled | fields))


def detection(at: datetime, *points: Point) -> DetectionForm:
    """A track, as radar saw it."""
    return DetectionForm(detected_at=at, points=points or (ISLANDS,))
