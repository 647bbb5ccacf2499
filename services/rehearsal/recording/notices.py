"""Notices of launches and exercises: what is launched and where is removed, when is kept."""

from __future__ import annotations

from typing import Any

from schemas.notices import (
    NONE,
    NOTICE_PREFIX,
    AmendNotice,
    LinkDetection,
    NotifyExercise,
    NotifyLaunch,
    Novelty,
)
from services.rehearsal.recording import removed
from services.rehearsal.recording.names import REMOVED, Names
from services.rehearsal.recording.spoken import Spoken, Told

KIND = "kind of notice"
LAUNCH, EXERCISE = "launch", "exercise"
WINDOW = ("begins", "ends")


def given(spoken: Spoken) -> Told:
    """The notice that begins its matter."""
    command, names = spoken.command, spoken.names
    assert isinstance(command, NotifyLaunch | NotifyExercise), "by the table"
    kind = LAUNCH if isinstance(command, NotifyLaunch) else EXERCISE
    names.noted[command.matter, KIND] = kind
    form = {
        **_window(command, names),
        "addressees": [names.desk(each) for each in command.addressees],
        "final_consumers": [names.desk(each) for each in command.final_consumers],
        kind: _activity(kind, command, names),
    }
    name = names.matter(command.matter).removeprefix(NOTICE_PREFIX)
    return "notice", "give", {"name": name, "form": form}


def amended(spoken: Spoken) -> Told:
    """What takes its place. A notice that is not in the recording is told by its novelty."""
    command, names = spoken.command, spoken.names
    assert isinstance(command, AmendNotice), "by the table"
    kind = names.noted.get((command.matter, KIND), EXERCISE if command.novelty else LAUNCH)
    form = {**_window(command, names), kind: _activity(kind, command, names)}
    return "notice", "amend", {"named": names.matter(command.matter), "form": form}


def detected(spoken: Spoken) -> Told:
    """What was seen where the notice's areas are, and nowhere else."""
    command, names = spoken.command, spoken.names
    assert isinstance(command, LinkDetection), "by the table"
    form = {
        "detected_at": names.at(command.detected_at),
        "points": [names.area(command.matter)],
        "text": REMOVED,
    }
    return "notice", "detected", {"form": form}


def _window(command: Any, names: Names) -> dict[str, str]:
    return {name: names.at(getattr(command, name)) for name in WINDOW}


def _activity(kind: str, command: Any, names: Names) -> dict[str, Any]:
    areas = [removed.area_at(names.area(command.matter))]
    if kind == LAUNCH:
        return {"designation": REMOVED, "launch_area": areas, "impact_areas": areas}
    novel: Any = {Novelty.NONE: NONE, Novelty.NAMED: [REMOVED], None: []}[command.novelty]
    return {
        "designation": REMOVED, "purpose": REMOVED, "area": areas, "novel_elements": novel,
    }  # fmt: skip
