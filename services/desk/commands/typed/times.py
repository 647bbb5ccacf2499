"""Times and positions, as they are typed."""

from __future__ import annotations

from datetime import UTC, date, datetime

from schemas.places import Point
from services.desk.commands.typed.usage import WrongUsage, as_usage


def moment(written: str) -> datetime:
    """A time in UTC. WrongUsage where it is none, or does not say that it is UTC."""
    try:
        found = datetime.fromisoformat(written)
    except ValueError:
        raise WrongUsage(f"{written}: write a time in UTC as in 2026-01-31T18:00Z") from None
    if found.tzinfo is None:
        raise WrongUsage(f"{written}: end it with Z, so that it is plain that it is UTC")
    return found.astimezone(UTC)


def day(written: str) -> date:
    """A day. WrongUsage where it is none."""
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise WrongUsage(f"{written}: write a day as in 2028-01-31") from None


def moment_or_none(written: str | None) -> datetime | None:
    """The same, where it may be left out."""
    return None if written is None else moment(written)


def point(written: str) -> Point:
    """A position in decimal degrees, latitude first. WrongUsage where it is none."""
    try:
        latitude, longitude = (float(each) for each in written.split(","))
    except ValueError:
        raise WrongUsage(f"{written}: write LATITUDE,LONGITUDE as in 47.12,9.58") from None
    with as_usage():
        return Point(latitude=latitude, longitude=longitude)


def point_or_none(written: str | None) -> Point | None:
    """The same, where it may be left out."""
    return None if written is None else point(written)
