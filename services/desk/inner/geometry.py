"""Distances and directions on a round earth, and whether a point lies in an area. Pure.

The earth is taken as a sphere of its mean radius (6371.0088 km), which is wrong by at most 0.6 per
cent of a distance; for areas it is taken as flat around the point that is asked of, which serves
for areas of some hundred kilometres. That is enough to catch a slip; it is no navigation.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import asin, atan2, cos, degrees, hypot, radians, sin, sqrt

from schemas.places import Area, Circle, Point

EARTH_KM = 6371.0088
KM_A_DEGREE = radians(1) * EARTH_KM
_AT_KM = 0.001
_QUARTER_KM = 90 * KM_A_DEGREE
_HALF_WAY_ROUND = 180.0


def distance_km(one: Point, other: Point) -> float:
    """The shortest way over the earth's surface."""
    north = radians(other.latitude - one.latitude)
    east = radians(other.longitude - one.longitude)
    chord = (
        sin(north / 2) ** 2
        + cos(radians(one.latitude)) * cos(radians(other.latitude)) * sin(east / 2) ** 2
    )
    return 2 * EARTH_KM * asin(min(1.0, sqrt(chord)))


def bearing(one: Point, other: Point) -> float:
    """The direction in which the way from one to the other begins: degrees from true north."""
    here, there = radians(one.latitude), radians(other.latitude)
    east = radians(other.longitude - one.longitude)
    ahead = cos(here) * sin(there) - sin(here) * cos(there) * cos(east)
    return degrees(atan2(sin(east) * cos(there), ahead)) % 360


def turned(one: float, other: float) -> float:
    """How many degrees lie between two directions, the shorter way round: 0 to 180."""
    return abs((one - other + 180) % 360 - 180)


def outside_km(point: Point, area: Area) -> float:
    """How far a point lies outside an area; 0 within it."""
    if isinstance(area, Circle):
        return max(0.0, distance_km(point, area.centre) - area.radius_km)
    ring = [_flat(point, corner) for corner in area.corners]
    if _winds_around(ring):
        return 0.0
    return min(_nearest(start, end) for start, end in pairwise(ring))


def surrounds(corners: Sequence[Point], point: Point) -> bool:
    """Whether a closed line goes around a point, its edges taken as the shortest ways over a round
    earth: across the date line and around a pole too. A corner itself counts as surrounded.

    Seen from a point within, its corners turn once around the compass; from one without, not. So
    they do from the other side of the earth, whence they all lie farther than a quarter of it.
    """
    nearest = min(distance_km(point, corner) for corner in corners)
    if nearest < _AT_KM or nearest > _QUARTER_KM:
        return nearest < _AT_KM
    seen = [bearing(point, corner) for corner in corners]
    turns = ((there - here + 180) % 360 - 180 for here, there in pairwise(seen))
    return abs(sum(turns)) > _HALF_WAY_ROUND


def _flat(origin: Point, point: Point) -> tuple[float, float]:
    """Kilometres east and north of the origin, across the date line too."""
    east = (point.longitude - origin.longitude + 180) % 360 - 180
    return (
        east * cos(radians(origin.latitude)) * KM_A_DEGREE,
        (point.latitude - origin.latitude) * KM_A_DEGREE,
    )


def _winds_around(ring: Sequence[tuple[float, float]]) -> bool:
    """Whether a closed line goes around (0, 0): a ray to the east crosses it an odd number of
    times.
    """
    crossed = 0
    for (east, north), (next_east, next_north) in pairwise(ring):
        if (north > 0) != (next_north > 0):
            at = east - north * (next_east - east) / (next_north - north)
            crossed += at > 0
    return crossed % 2 == 1


def _nearest(start: tuple[float, float], end: tuple[float, float]) -> float:
    """How far (0, 0) lies from a straight line between two points."""
    (east, north), (to_east, to_north) = start, end
    along_east, along_north = to_east - east, to_north - north
    length = along_east**2 + along_north**2
    share = -(east * along_east + north * along_north) / length if length else 0.0
    share = min(1.0, max(0.0, share))
    return hypot(east + share * along_east, north + share * along_north)
