"""What people at desks do by habit or leave undone, from what came and when. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from services.rehearsal.format.cast import Desk, within
from services.rehearsal.format.scenario import Exact
from services.rehearsal.format.times import span


class Deed(StrEnum):
    """What an officer does with something that came."""

    OPEN = "OPEN"
    ACKNOWLEDGE = "ACKNOWLEDGE"
    REFUSE = "REFUSE"


@dataclass(frozen=True, slots=True)
class Due:
    """What is done by habit, when, by whom."""

    at: datetime
    deed: Deed
    officer: str
    said: str | None = None
    """Passed to whom; or what was said instead of taking it over."""


def manned_from(desk: Desk, moment: datetime, at: Exact) -> datetime | None:
    """When somebody is there from that moment on; None where nobody comes any more."""
    absent = within((*desk.unmanned, *desk.off), moment, at)
    while absent is not None:
        if absent.until is None:
            return None
        moment = at(absent.until)
        absent = within((*desk.unmanned, *desk.off), moment, at)
    return moment


def dues(desk: Desk, came: datetime, at: Exact, *, for_action: bool) -> list[Due]:
    """What is done with something that came then; for what only informs, it is opened."""
    found: list[Due] = []
    opener = desk.opens
    if opener is not None and (seen := manned_from(desk, came, at)) is not None:
        found.append(Due(seen + span(opener.within), Deed.OPEN, opener.by))
    if desk.acknowledges is None or not for_action:
        return found
    habit, taken = desk.acknowledges, span(desk.acknowledges.within)
    looked: datetime | None = came
    for _ in range(_TRIES):
        looked = manned_from(desk, looked, at) if looked is not None else None
        if looked is None:
            return found
        acts = looked + taken
        if manned_from(desk, acts, at) != acts:
            looked = acts
            continue
        refused = next((r for r in desk.refuses if within((r,), acts, at)), None)
        if refused is None or refused.officer != habit.by:
            found.append(Due(looked + taken / 2, Deed.OPEN, habit.by))
            found.append(Due(acts, Deed.ACKNOWLEDGE, habit.by, habit.passed_to))
            return found
        found.append(Due(acts, Deed.REFUSE, habit.by, refused.because))
        looked = at(refused.until) if refused.until is not None else None
    return found


_TRIES = 64
"""More absences than a scenario has."""
