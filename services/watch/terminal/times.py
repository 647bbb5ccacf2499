"""Times as an operator reads them: UTC, with the age beside. Pure."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from services.bus.clock import age

_SECOND, _MINUTE = 1.0, 60.0


def moment(at: datetime, now: datetime) -> str:
    """The time of day today; with its date where it is another day."""
    return f"{at:%H:%M:%SZ}" if at.date() == now.date() else f"{at:%m-%d %H:%MZ}"


def ago(at: datetime | None, now: datetime) -> str:
    """How long ago, or how long until then."""
    if at is None:
        return "-"
    return age(at, now) if at <= now else f"in {age(now, at)}"


def with_age(at: datetime | None, now: datetime) -> str:
    """The time and its age: 11:02:03Z (4m 10s)."""
    return "-" if at is None else f"{moment(at, now)} ({ago(at, now)})"


def lasting(seconds: float | None) -> str:
    """A duration: 120ms, 4.2s, 12m 05s; -12h 05m where what was announced had begun before."""
    if seconds is None:
        return "-"
    if seconds < 0:
        return f"-{lasting(-seconds)}"
    if seconds < _SECOND:
        return f"{seconds * 1000:.0f}ms"
    if seconds < _MINUTE:
        return f"{seconds:.1f}s"
    start = datetime.min.replace(tzinfo=UTC)
    return age(start, start + timedelta(seconds=seconds))
