"""What time it is: asked only at the edge, and handed to rules as part of a message."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Protocol

_MINUTE, _HOUR, _DAY = 60, 3600, 86400


class Clock(Protocol):
    """Where an edge asks for the time."""

    def now(self) -> datetime:
        """UTC, whole milliseconds."""


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        """UTC, whole milliseconds, since that is all a Kafka record can say."""
        return milliseconds(datetime.now(UTC))


def milliseconds(moment: datetime) -> datetime:
    """The moment without what a record could not carry."""
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def age(since: datetime, now: datetime) -> str:
    """How long ago, in words that an officer reads at a glance: 4s, 12m 05s, 3h 20m, 2d 04h."""
    seconds = max(0, int((now - since).total_seconds()))
    if seconds < _MINUTE:
        return f"{seconds}s"
    if seconds < _HOUR:
        return f"{seconds // _MINUTE}m {seconds % _MINUTE:02d}s"
    if seconds < _DAY:
        return f"{seconds // _HOUR}h {seconds % _HOUR // _MINUTE:02d}m"
    return f"{seconds // _DAY}d {seconds % _DAY // _HOUR:02d}h"
