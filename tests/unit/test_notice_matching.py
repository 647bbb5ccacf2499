"""Whether something detected is what a notice told of: points, areas, a round earth."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from schemas.cap import CapArea, CapCircle
from schemas.notices import ActivityTold, AmendNotice, NotifyExercise, NotifyLaunch, Novelty
from schemas.places import Point, Polygon
from services.desk.inner.geometry import distance_km, outside_km, surrounds
from services.desk.inner.notices import of_notice
from services.desk.notices.matching import area_of, lies_in
from tests.kit.alerts import saying
from tests.kit.notices import (
    ISLANDS,
    RANGE,
    activity,
    circle,
    exercise_told,
    launch_told,
    square,
)


def at(latitude: float, longitude: float) -> Point:
    return Point(latitude=latitude, longitude=longitude)


def ring(*corners: tuple[float, float]) -> Polygon:
    points = tuple(at(*each) for each in corners)
    return Polygon(corners=(*points, points[0]))


SMALL = ring((50, 4), (50, 6), (52, 6), (52, 4))
DATE_LINE = ring((-1, 179), (-1, -179), (1, -179), (1, 179))
NORTH_POLE = ring((80, 0), (80, 90), (80, 180), (80, -90))
BENT = ring((0, 0), (0, 10), (10, 10), (10, 8), (2, 8), (2, 0))
"""A corner: what lies in its bend lies outside."""


@pytest.mark.parametrize(
    ("polygon", "point", "inside"),
    [
        (SMALL, at(51, 5), True),
        (SMALL, at(53, 5), False),
        (SMALL, at(51, 7), False),
        (SMALL, at(-51, -175), False),
        (SMALL, at(50, 4), True),
        (DATE_LINE, at(0, 180), True),
        (DATE_LINE, at(0, -179.5), True),
        (DATE_LINE, at(0, 178), False),
        (DATE_LINE, at(0, 0), False),
        (NORTH_POLE, at(89.9, 12), True),
        (NORTH_POLE, at(90, 0), True),
        (NORTH_POLE, at(70, 12), False),
        (BENT, at(1, 5), True),
        (BENT, at(6, 9), True),
        (BENT, at(6, 4), False),
    ],
)
def test_a_polygon_surrounds_a_point_across_the_date_line_and_around_a_pole(
    polygon: Polygon, point: Point, *, inside: bool
) -> None:
    assert surrounds(polygon.corners, point) is inside
    backwards = tuple(reversed(polygon.corners))
    assert surrounds(backwards, point) is inside, "whichever way round it is written"


@given(st.floats(49, 53, allow_nan=False), st.floats(3, 7, allow_nan=False))
def test_for_a_small_polygon_it_is_as_on_a_flat_map(latitude: float, longitude: float) -> None:
    point = at(latitude, longitude)
    near_an_edge = min(abs(latitude - 50), abs(latitude - 52)) < 0.05 or min(
        abs(longitude - 4), abs(longitude - 6)
    ) < 0.05  # fmt: skip
    if not near_an_edge:
        assert surrounds(SMALL.corners, point) == (outside_km(point, SMALL) == 0)


def test_a_circle_holds_what_lies_on_its_edge() -> None:
    north = at(ISLANDS.latitude + 1, ISLANDS.longitude)
    exact = distance_km(north, ISLANDS)
    edge = CapArea(area_desc="Edge", circle=(CapCircle(centre=ISLANDS, radius_km=exact),))
    assert lies_in(north, edge)
    assert not lies_in(north, circle(ISLANDS, exact - 0.1))


def test_a_track_is_matched_by_any_of_its_points_and_any_area() -> None:
    told = activity()
    between = at(74, 14)
    assert area_of(told, (between, ISLANDS)) == "Sea near the islands"
    assert area_of(told, (RANGE,)) == "The range"
    assert area_of(told, (between,)) is None, "what is seen on the way lies in no area"
    drill = ActivityTold(exercise=exercise_told(area=(square(RANGE, 2),)))
    assert area_of(drill, (at(70, 17),)) == "A square"


def test_a_notice_whose_inside_is_of_the_other_kind_is_flawed() -> None:
    drill = ActivityTold(exercise=exercise_told())
    codes = {each.code for each in of_notice(drill, saying(NotifyLaunch))}
    assert codes == {"KindDiffers", "NovelElementsDiffer"}
    (flaw, *_) = of_notice(activity(), saying(NotifyExercise))
    assert flaw.code == "KindDiffers"
    assert not of_notice(activity(), saying(NotifyLaunch))
    assert not of_notice(activity(), saying(AmendNotice))
    with pytest.raises(ValidationError):
        ActivityTold(launch=launch_told(), exercise=exercise_told())


@pytest.mark.parametrize(
    ("inside", "outside"),
    [("NONE", Novelty.NAMED), (("A new format.",), Novelty.NONE), ((), Novelty.NONE)],
)
def test_novel_elements_inside_are_as_told_outside(inside: object, outside: Novelty) -> None:
    drill = ActivityTold(exercise=exercise_told(novel_elements=inside))
    (flaw,) = of_notice(drill, saying(NotifyExercise, novelty=outside))
    assert flaw.code == "NovelElementsDiffer"


def test_none_stands_alone() -> None:
    assert exercise_told(novel_elements=("NONE",)).novelty is Novelty.NONE
    with pytest.raises(ValidationError, match="NONE stands alone"):
        exercise_told(novel_elements=("none", "Radio silence."))
    assert exercise_told(novel_elements=("Nonetheless new.",)).novelty is Novelty.NAMED
