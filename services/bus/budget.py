"""How much one desk may send on a fast lane before it moves to the next. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Allowance:
    """So many messages a minute, and so many at once after a quiet time."""

    per_minute: float
    burst: int


@dataclass(frozen=True, slots=True)
class Bucket:
    """What is left of an allowance at a moment."""

    left: float
    at: datetime

    def take(self, now: datetime, allowance: Allowance) -> Bucket | None:
        """The bucket after one more message; None where nothing is left for it."""
        elapsed_s = max(0.0, (now - self.at).total_seconds())
        left = min(allowance.burst, self.left + elapsed_s * allowance.per_minute / 60)
        return Bucket(left - 1, max(now, self.at)) if left >= 1 else None
