"""Times as a scenario writes them: a clock's, a date's, or so long after something. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Annotated

from pydantic import AfterValidator, Field

_UNITS = {"d": 86400, "h": 3600, "m": 60, "s": 1}
_SPAN = r"(?:[0-9]+(?:\.[0-9]+)?[dhms])(?:\s*[0-9]+(?:\.[0-9]+)?[dhms])*"
_LABEL = r"[a-z][a-z0-9-]*"
_WHOLE_SPAN = re.compile(rf"^{_SPAN}$")
_CLOCK = re.compile(r"^([01][0-9]|2[0-3]):([0-5][0-9])(?::([0-5][0-9]))?\s*Z?$")
_DATE = re.compile(
    r"^([0-9]{4}-[0-9]{2}-[0-9]{2})[T ]([0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,3})?)?)\s*Z?$"
)
_AFTER = re.compile(rf"^(?:({_LABEL})\s*)?(?:([+-])\s*({_SPAN}))?$")
HOW = (
    "write a time in UTC as 12:40, 2016-09-17 12:40, +10m (after the beginning), or notice + 10m"
    " (after the step that is called notice)"
)


class NoSuchTime(ValueError):
    """A time that cannot be understood, or that stands on nothing. It says what was meant."""


def span(written: str) -> timedelta:
    """A span of time: 90s, 10m, 2h 30m, 1d. NoSuchTime where it is none."""
    if not _WHOLE_SPAN.match(written.strip()):
        raise NoSuchTime(f"{written!r} is no span of time: write 90s, 10m, 2h 30m or 1d")
    parts = re.findall(r"([0-9]+(?:\.[0-9]+)?)([dhms])", written)
    return timedelta(seconds=sum(float(number) * _UNITS[unit] for number, unit in parts))


def _is_span(written: str) -> str:
    span(written)
    return written


def _is_time(written: str) -> str:
    when = written.strip()
    if when and (_CLOCK.match(when) or _DATE.match(when) or _AFTER.match(when)):
        return written
    raise NoSuchTime(f"{written!r}: {HOW}")


Span = Annotated[
    str, AfterValidator(_is_span), Field(description="90s, 10m, 2h 30m, 1d.", examples=["10m"])
]
When = Annotated[
    str,
    AfterValidator(_is_time),
    Field(
        description="UTC: 12:40 on the first day, 2016-09-17 12:40, +10m, or `step + 10m`.",
        examples=["12:40", "+10m", "notice + 10m"],
    ),
]


def moment(written: str, begins: datetime, step_at: Callable[[str], datetime]) -> datetime:
    """The moment that is meant. `step_at` gives a step's own; what it raises goes through."""
    when = written.strip()
    if clock := _CLOCK.match(when):
        hour, minute, second = (int(part or 0) for part in clock.groups())
        return begins.replace(hour=hour, minute=minute, second=second, microsecond=0)
    if date := _DATE.match(when):
        try:
            return datetime.fromisoformat(f"{date[1]}T{date[2]}").replace(tzinfo=UTC)
        except ValueError:
            raise NoSuchTime(f"{written!r} is no day or time that there is") from None
    after = _AFTER.match(when)
    if not when or after is None:
        raise NoSuchTime(f"{written!r}: {HOW}")
    label, sign, length = after.groups()
    base = step_at(label) if label else begins
    apart = span(length) if length else timedelta()
    return base - apart if sign == "-" else base + apart


def label_in(written: str) -> str | None:
    """The step on which a time stands; None where it stands on none."""
    when = written.strip()
    if _CLOCK.match(when) or _DATE.match(when):
        return None
    found = _AFTER.match(when)
    return found[1] if found else None


def moments(steps: Mapping[str, str], begins: datetime) -> Callable[[str], datetime]:
    """Gives the moment of each named step, whichever of them it stands on in turn.

    NoSuchTime for a step that there is none of, and for steps that wait for each other.
    """
    known: dict[str, datetime] = {}
    under_way: list[str] = []

    def at(label: str) -> datetime:
        if label in known:
            return known[label]
        if label not in steps:
            raise NoSuchTime(f"no step is called {label!r}")
        if label in under_way:
            raise NoSuchTime(f"{' → '.join([*under_way, label])}: these wait for each other")
        under_way.append(label)
        try:
            known[label] = moment(steps[label], begins, at)
        finally:
            under_way.pop()
        return known[label]

    return at


def written(moment_: datetime, begins: datetime) -> str:
    """A moment as it is read: the clock's time, and the day where it is another one."""
    clock = moment_.strftime("%H:%M:%S" if moment_.second else "%H:%M")
    day = "" if moment_.date() == begins.date() else moment_.strftime("%Y-%m-%d ")
    return f"{day}{clock}Z"


def length(apart: timedelta) -> str:
    """A span as it is read: 40s, 27m, 1h 05m, 2d 03h."""
    seconds = round(abs(apart.total_seconds()))
    sign = "-" if apart < timedelta() else ""
    if seconds < _UNITS["m"]:
        return f"{sign}{seconds}s"
    if seconds < _UNITS["h"]:
        minutes, rest = divmod(seconds, 60)
        return f"{sign}{minutes}m" + (f" {rest:02d}s" if rest else "")
    if seconds < _UNITS["d"]:
        hours, rest = divmod(seconds // 60, 60)
        return f"{sign}{hours}h" + (f" {rest:02d}m" if rest else "")
    days, rest = divmod(seconds // 3600, 24)
    return f"{sign}{days}d" + (f" {rest:02d}h" if rest else "")
