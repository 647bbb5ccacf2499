"""What an act says beyond its text, in plain words: its terms, particulars and locations."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from pydantic import BaseModel

from schemas.acts import Terms
from schemas.particulars import AnyParticulars
from schemas.parties import Label
from schemas.places import Area, Circle, Location, Place, Point
from services.desk.screen.notation import end_of, nations, when
from services.desk.screen.untrusted import visible

_TERMS = {
    "regards": "regards",
    "effective_at": "holds from",
    "expires": "expires",
    "review_at": "reviewed",
    "contact_at": "contact at",
    "final_consumer": "meant in the end for",
    "via": "relayed by",
    "event": "event",
    "confidence": "confidence",
    "breaks_into": "BREAKS INTO THE EXERCISE",
    "line": "on the line",
    "line_state": "THE LINE WAS",
    "welfare_by": "how they are is owed",
    "access_by": "access to them is owed",
    "items": "says something of",
    "orders_by": "orders to units confirmed by",
}
"""What each of them is called on a screen."""


def terms_lines(terms: Terms | None, now: datetime) -> Iterator[str]:
    """The outer terms of an act, one a line."""
    if terms is None:
        return
    for name, words in _TERMS.items():
        value = getattr(terms, name)
        if value is None:
            continue
        if isinstance(value, datetime):
            yield f"{words} {when(value, now)}"
        elif name == "items":
            yield f"{words} {', '.join(value)}"
        elif name == "regards":
            yield f"{words} {end_of(value)}"
        else:
            yield f"{words} {value}"


def particulars_lines(particulars: AnyParticulars | None, now: datetime) -> Iterator[str]:
    """The particulars of an act, field by field, every one safe to show."""
    if particulars is not None:
        yield from _fields(particulars, now)


def _fields(contract: BaseModel, now: datetime) -> Iterator[str]:
    for name in type(contract).model_fields:
        value = getattr(contract, name)
        if name == "act" or value is None or value == ():
            continue
        if isinstance(value, tuple):
            yield f"{_words(name)}:"
            for number, each in enumerate(value, start=1):
                yield f"  {number}. {_value(each, now)}"
        else:
            yield f"{_words(name)}: {_value(value, now)}"


def _value(value: object, now: datetime) -> str:
    match value:
        case Location():
            return location_words(value)
        case Label():
            return f"{value.classification.value} REL TO {nations(value.releasable_to)}"
        case BaseModel():
            return "; ".join(_fields(value, now))
        case bool():
            return "yes" if value else "no"
        case datetime():
            return when(value, now)
        case _:
            return visible(str(value))


def position(point: Point) -> str:
    """A point in decimal degrees with its hemispheres."""
    north = "N" if point.latitude >= 0 else "S"
    east = "E" if point.longitude >= 0 else "W"
    return f"{abs(point.latitude):.4f} {north} {abs(point.longitude):.4f} {east}"


def location_words(location: Location) -> str:
    """A location in one line: the point, the place, and the area where there is one."""
    area = f", {_area_words(location.area)}" if location.area else ""
    return f"{position(location.point)}, {_place_words(location.place)}{area}"


def _place_words(place: Place) -> str:
    name = f"{visible(place.name)} (itself at {position(place.point)})"
    if place.offset is None:
        return f"at {name}"
    return f"{place.offset.km:g} km {place.offset.direction.value} of {name}"


def _area_words(area: Area) -> str:
    if isinstance(area, Circle):
        return f"within {area.radius_km:g} km of {position(area.centre)}"
    return f"within {', '.join(position(each) for each in area.corners)}"


def _words(name: str) -> str:
    return name.replace("_", " ")
