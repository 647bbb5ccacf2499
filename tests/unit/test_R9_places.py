"""R9: where something is, said in two ways that must agree, and read back."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from schemas.acts import Act
from schemas.hotline import Text
from schemas.particulars import Fact, FactNotice
from schemas.places import Circle, Compass, Location, Offset, Place, Point, Polygon
from services.desk.inner.geometry import bearing, distance_km, outside_km, turned
from services.desk.inner.places import of_location
from services.desk.inner.read_back import of_read_back, to_read_back
from tests.kit.paper import NOON
from tests.kit.particulars import KALTMOOR, SAMPLES, VILLAGE

KM = 1 / 111.195
"""Degrees of latitude."""


def north(km: float) -> Point:
    return KALTMOOR.model_copy(update={"latitude": KALTMOOR.latitude + km * KM})


def wrong(point: Point, *, place: Point = KALTMOOR, **more: Any) -> list[str]:
    offset = more.pop("offset", None)
    told = Place(name="Kaltmoor", point=place, offset=offset)
    return [flaw.code for flaw in of_location(Location(point=point, place=told, **more))]


def test_R9_nine_kilometres_between_point_and_place_are_refused() -> None:
    assert wrong(north(9)) == ["FarFromPlace"]
    assert wrong(north(1.01)) == ["FarFromPlace"]
    assert wrong(north(0.99)) == []


def test_R9_an_offset_that_is_said_is_held_to() -> None:
    nine_north = Offset(km=9, direction=Compass.N)
    assert wrong(north(9), offset=nine_north) == []
    assert wrong(north(9.9), offset=nine_north) == []
    assert wrong(north(10.1), offset=nine_north) == ["OffsetNotHeld"]
    assert wrong(north(-9), offset=nine_north) == ["OffsetNotHeld"]
    assert wrong(north(0), offset=nine_north) == ["OffsetNotHeld"]
    assert wrong(north(9), offset=Offset(km=9, direction=Compass.NNE)) == ["OffsetNotHeld"]


def test_R9_swapped_coordinates_are_seen_for_what_they_are() -> None:
    swapped = Point(latitude=KALTMOOR.longitude, longitude=KALTMOOR.latitude)
    assert wrong(swapped) == ["SwappedCoordinates"]
    with pytest.raises(ValidationError, match="look swapped"):
        Point(latitude=121.5, longitude=25.0)


@pytest.mark.parametrize(
    ("latitude", "longitude"), [(90.1, 180), (-90.1, 170), (0, 180.1), (0, -180.1),
                                (float("nan"), 0), (0, float("inf"))],
)  # fmt: skip
def test_R9_a_point_lies_on_earth(latitude: float, longitude: float) -> None:
    with pytest.raises(ValidationError):
        Point(latitude=latitude, longitude=longitude)


def test_R9_a_point_lies_within_its_area() -> None:
    circle = Circle(centre=north(5), radius_km=4.5)
    assert wrong(KALTMOOR, area=circle) == []
    assert wrong(KALTMOOR, area=circle.model_copy(update={"radius_km": 3.9})) == ["OutsideArea"]


def corners(*pairs: tuple[float, float]) -> tuple[Point, ...]:
    return tuple(Point(latitude=latitude, longitude=longitude) for latitude, longitude in pairs)


def test_R9_an_open_polygon_is_refused() -> None:
    with pytest.raises(ValidationError, match="the polygon is open"):
        Polygon(corners=corners((47, 9), (48, 9), (48, 10), (47, 10)))


def test_R9_a_point_lies_within_a_polygon_or_near_its_edge() -> None:
    square = Polygon(corners=corners((47, 9), (48, 9), (48, 10), (47, 10), (47, 9)))
    (inside, near, far) = corners((47.5, 9.5), (48.008, 9.5), (48.02, 9.5))
    assert wrong(inside, place=inside, area=square) == []
    assert wrong(near, place=near, area=square) == []
    assert wrong(far, place=far, area=square) == ["OutsideArea"]
    assert outside_km(far, square) == pytest.approx(2.22, abs=0.01)


def test_an_area_may_lie_across_the_date_line() -> None:
    square = Polygon(corners=corners((-1, 179), (1, 179), (1, -179), (-1, -179), (-1, 179)))
    for inside in corners((0, 179.9), (0, -179.9), (0, 180)):
        assert outside_km(inside, square) == 0
    assert outside_km(Point(latitude=0, longitude=178), square) == pytest.approx(111.2, abs=0.1)


def test_distances_and_directions_are_those_of_the_map() -> None:
    paris, london = corners((48.8566, 2.3522), (51.5074, -0.1278))
    assert distance_km(paris, london) == pytest.approx(343.6, abs=0.5)
    assert bearing(paris, london) == pytest.approx(330, abs=1)
    assert turned(350, 10) == turned(10, 350) == 20


POINTS = st.builds(
    Point,
    latitude=st.floats(-89, 89, allow_nan=False),
    longitude=st.floats(-180, 180, allow_nan=False),
)


@given(POINTS, POINTS)
def test_a_distance_is_the_same_both_ways(one: Point, other: Point) -> None:
    assert distance_km(one, other) == pytest.approx(distance_km(other, one))
    assert distance_km(one, one) == 0


@given(POINTS, st.floats(2, 500), st.sampled_from(Compass))
def test_a_point_laid_off_from_its_place_is_where_its_offset_says(
    place: Point, km: float, direction: Compass
) -> None:
    at = laid_off(place, km, direction.degrees)
    assert wrong(at, place=place, offset=Offset(km=km, direction=direction)) == []


def laid_off(start: Point, km: float, direction: float) -> Point:
    """The point at a distance in a direction, by the usual formula for a sphere."""
    from math import asin, atan2, cos, degrees, radians, sin

    here, turn, way = radians(start.latitude), radians(direction), km / 6371.0088
    there = asin(sin(here) * cos(way) + cos(here) * sin(way) * cos(turn))
    east = atan2(sin(turn) * sin(way) * cos(here), cos(way) - sin(here) * sin(there))
    longitude = (start.longitude + degrees(east) + 180) % 360 - 180
    return Point(latitude=degrees(there), longitude=longitude)


# Read-back.


def deadly(fact: Fact, **fields: Any) -> Text:
    said = FactNotice(
        fact=fact, at=NOON, by_accident=True, weapon_class="Missile", direction=Compass.E,
        details_follow=True, **fields,
    )  # fmt: skip
    return Text(subject="s", text="t", language="en", particulars=said)


CEASE = Text(subject="s", text="t", language="en", particulars=SAMPLES[Act.CEASE_ACTION])


def code(text: Text, read_back: Point | None) -> str | None:
    flaw = of_read_back(text, read_back)
    return flaw.code if flaw else None


@pytest.mark.parametrize(
    "text", [CEASE, deadly(Fact.STRIKE, where=VILLAGE), deadly(Fact.LAUNCH, where=VILLAGE)]
)
def test_R9_what_can_kill_is_read_back(text: Text) -> None:
    assert code(text, KALTMOOR) is None
    assert code(text, north(0.9)) is None
    assert code(text, north(9)) == "ReadBackDiffers"
    assert code(text, None) == "ReadBackMissing"


def test_nothing_else_is_read_back() -> None:
    for text in (deadly(Fact.INCIDENT, where=VILLAGE), deadly(Fact.LAUNCH), None):
        assert to_read_back(text) is None
    for act, particulars in SAMPLES.items():
        text = Text(subject="s", text="t", language="en", particulars=particulars)
        assert (to_read_back(text) is not None) == (act is Act.CEASE_ACTION)
