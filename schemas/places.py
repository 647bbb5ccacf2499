"""Where something is: a point, the place that it is told by, and an area around it."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from schemas.acts import unset
from schemas.parties import Contract

LATITUDE_MAX, LONGITUDE_MAX = 90.0, 180.0
RING_MIN = 4
"""A triangle, with its first corner named again at its end."""
POINTS = (
    "N", "NNE", "NE", "ENE", "E", "ESE", "SE", "SSE",
    "S", "SSW", "SW", "WSW", "W", "WNW", "NW", "NNW",
)  # fmt: skip


class Compass(StrEnum):
    """The sixteen points of the compass, from true north."""

    N, NNE, NE, ENE = "N", "NNE", "NE", "ENE"
    E, ESE, SE, SSE = "E", "ESE", "SE", "SSE"
    S, SSW, SW, WSW = "S", "SSW", "SW", "WSW"
    W, WNW, NW, NNW = "W", "WNW", "NW", "NNW"

    @property
    def degrees(self) -> float:
        """Clockwise from true north."""
        return POINTS.index(self.value) * 360 / len(POINTS)

    @property
    def spread(self) -> float:
        """How many degrees to either side are still called so: NE is said of more than NNE."""
        return 360 / len(POINTS) / (2 if len(self.value) == len("NNE") else 1)


class Point(Contract):
    """A position in decimal degrees, WGS 84; north and east are positive."""

    latitude: float = Field(allow_inf_nan=False, description="-90 to 90, north positive.")
    longitude: float = Field(allow_inf_nan=False, description="-180 to 180, east positive.")

    @model_validator(mode="after")
    def _on_earth(self) -> Self:
        if abs(self.latitude) > LATITUDE_MAX:
            swapped = abs(self.latitude) <= LONGITUDE_MAX and abs(self.longitude) <= LATITUDE_MAX
            raise ValueError(
                "latitude and longitude look swapped: write latitude first"
                if swapped
                else "a latitude lies between -90 and 90 degrees"
            )
        if abs(self.longitude) > LONGITUDE_MAX:
            raise ValueError("a longitude lies between -180 and 180 degrees")
        return self


class Offset(Contract):
    """How far and in which direction from a place: 9 km NE of it."""

    km: float = Field(gt=0, le=1000, allow_inf_nan=False)
    direction: Compass


class Place(Contract):
    """A place that people know by name, with that place's own coordinates."""

    name: str = Field(min_length=1, max_length=120)
    point: Point = Field(description="Of the place itself, from the speaker's own map.")
    offset: Offset | None = Field(
        default=None,
        exclude_if=unset,
        description="How far from the place it lies; left out where it is at the place.",
    )


class Circle(Contract):
    """All within a distance of a point."""

    shape: Literal["CIRCLE"] = "CIRCLE"
    centre: Point
    radius_km: float = Field(gt=0, le=2000, allow_inf_nan=False)


class Polygon(Contract):
    """All within a closed line."""

    shape: Literal["POLYGON"] = "POLYGON"
    corners: tuple[Point, ...] = Field(
        min_length=RING_MIN, max_length=100, description="In order; the last is the first again."
    )

    @model_validator(mode="after")
    def _closed(self) -> Self:
        if self.corners[0] != self.corners[-1]:
            raise ValueError("the polygon is open: name its first corner again as its last")
        return self


Area = Annotated[Circle | Polygon, Field(discriminator="shape")]


class Location(Contract):
    """One place said in two ways, or three, so that a slip in one of them shows."""

    point: Point = Field(description="Its own coordinates.")
    place: Place = Field(description="The place by which people know it.")
    area: Area | None = Field(
        default=None,
        exclude_if=unset,
        description="Around it: a CIRCLE, or a POLYGON with corners for centre and radius_km.",
    )
