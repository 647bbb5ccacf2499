"""Whether something detected is what a notice told of beforehand. Pure.

In January 1995 a rocket was seen on radar in the window and the area that its notice had named,
and nobody put the two together. A notice is matched by its newest window and by every area that
it names: whence it is launched, where it falls, where it is exercised. What is seen on the way
between two areas lies in neither; so a track is matched by any of its points.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from schemas.cap import CapArea
from schemas.crisis import EventCode
from schemas.notices import ActivityTold, NoticePhase, NoticeReach, NoticeStanding
from schemas.places import Point
from services.desk.inner.geometry import distance_km, surrounds
from services.desk.notices.view import NoticeView

SIGHTINGS = frozenset({EventCode.MISSILE_LAUNCH_DETECTED, EventCode.UNIDENTIFIED_OBJECT})
"""Alerts of something that was seen, and that may have been told of beforehand."""


@dataclass(frozen=True, slots=True)
class Match:
    """A notice that explains what was detected."""

    notice: NoticeView
    area: str
    """In which of its areas, by the sender's own words."""
    taken_over: bool
    """Whether this desk has taken the notice over."""
    confirmed: bool | None
    """Whether it lies in the confirmed hours; None where none were told."""
    cancelled: bool
    """It was called off: then it explains nothing, and that is worth knowing."""


def matches(
    detected_at: datetime, points: Sequence[Point], notices: Iterable[NoticeView], desk: str
) -> list[Match]:
    """Every notice that tells of it, those that stand first. The desk is the one that asks."""
    found = [
        Match(
            notice=each,
            area=area,
            taken_over=each.reach(desk) is NoticeReach.TAKEN_OVER,
            confirmed=_confirmed(each.standing, detected_at),
            cancelled=each.standing.phase is NoticePhase.CANCELLED,
        )
        for each in notices
        if each.standing.sender != desk
        and each.standing.begins <= detected_at <= each.standing.ends
        and each.told is not None
        and (area := area_of(each.told, points)) is not None
    ]
    return sorted(found, key=lambda each: (each.cancelled, each.confirmed is False))


def explaining(
    code: EventCode,
    event_at: datetime,
    areas: Iterable[CapArea],
    notices: Iterable[NoticeView],
    desk: str,
) -> list[Match]:
    """The standing notices that explain what an alert tells of, where it tells of something seen:
    by the middles of its circles and the corners of its polygons.
    """
    if code not in SIGHTINGS:
        return []
    named = tuple(areas)
    points = [circle.centre for area in named for circle in area.circle]
    points += [corner for area in named for ring in area.polygon for corner in ring.corners]
    found = matches(event_at, points, notices, desk)
    return [each for each in found if not each.cancelled]


def area_of(told: ActivityTold, points: Iterable[Point]) -> str | None:
    """The first of its areas in which one of the points lies, by its description."""
    spots = tuple(points)
    return next(
        (area.area_desc for area in told.areas if any(lies_in(p, area) for p in spots)), None
    )


def lies_in(point: Point, area: CapArea) -> bool:
    """Whether a point lies in one of an area's circles or polygons, edges of circles included."""
    return any(
        distance_km(point, circle.centre) <= circle.radius_km for circle in area.circle
    ) or any(surrounds(polygon.corners, point) for polygon in area.polygon)


def _confirmed(standing: NoticeStanding, moment: datetime) -> bool | None:
    if standing.confirmed_begins is None or standing.confirmed_ends is None:
        return None
    return standing.confirmed_begins <= moment <= standing.confirmed_ends
