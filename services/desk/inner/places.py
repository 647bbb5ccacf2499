"""Whether what a message says of a place in two ways is one place. Pure.

The rule is that of 17 September 2016 at Deir ez-Zor, where coordinates nine kilometres off were
passed on a line and nobody compared them with the place's name.
"""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import BaseModel

from schemas.places import LATITUDE_MAX, Location, Offset, Place, Point
from services.desk.inner.flaw import Flaw
from services.desk.inner.geometry import bearing, distance_km, outside_km, turned

APART_KM_MAX = 1.0
"""Farther apart than this, two ways of saying where something is contradict each other."""


def of_places(content: object) -> Iterator[Flaw]:
    """What is wrong with the locations in a message's particulars."""
    for location in locations_in(content):
        yield from of_location(location)


def locations_in(value: object) -> Iterator[Location]:
    """Every location in a contract, however deep it stands."""
    match value:
        case Location():
            yield value
        case BaseModel():
            for name in type(value).model_fields:
                yield from locations_in(getattr(value, name))
        case tuple():
            for each in value:
                yield from locations_in(each)


def of_location(location: Location) -> Iterator[Flaw]:
    """Where point, place and area of a location contradict each other."""
    point, place, area = location.point, location.place, location.area
    if not _is_at(point, place):
        if (swapped := _swapped(point)) is not None and _is_at(swapped, place):
            yield Flaw(
                "SwappedCoordinates",
                "The point fits its place once latitude and longitude are swapped. Swap them.",
            )
        elif place.offset is not None:
            yield Flaw(
                "OffsetNotHeld",
                f"The point lies {distance_km(place.point, point):.1f} km from its place, and not"
                f" {_said(place.offset)} of it. Check both.",
            )
        else:
            yield Flaw(
                "FarFromPlace",
                f"The point lies {distance_km(place.point, point):.1f} km from the place that it is"
                " told by. Check both, or say how far and in which direction it lies (offset).",
            )
    if area is not None and (outside := outside_km(point, area)) > APART_KM_MAX:
        yield Flaw("OutsideArea", f"The point lies {outside:.1f} km outside its area. Check both.")


def _is_at(point: Point, place: Place) -> bool:
    apart = distance_km(place.point, point)
    if place.offset is None:
        return apart <= APART_KM_MAX
    if abs(apart - place.offset.km) > APART_KM_MAX:
        return False
    direction = place.offset.direction
    turn = turned(bearing(place.point, point), direction.degrees)
    # So near the place a direction means little.
    return place.offset.km <= APART_KM_MAX or turn <= direction.spread


def _swapped(point: Point) -> Point | None:
    """The point with its numbers in the other order, where that is a point on earth."""
    on_earth = abs(point.longitude) <= LATITUDE_MAX
    return Point(latitude=point.longitude, longitude=point.latitude) if on_earth else None


def _said(offset: Offset) -> str:
    return f"{offset.km:g} km {offset.direction.value}"
