"""One acknowledgement, as the latencies count it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, order=True)
class Sample:
    """How long an acknowledgement took, from release. Of what was owed, and once."""

    at: datetime
    precedence: str
    channel: str
    seconds: float


def sample(
    at: datetime, released_at: datetime, precedence: str, sender: str, acknowledging: str
) -> Sample:
    """From release by the originator's clock, which may run ahead of the brokers': then 0."""
    seconds = max(0.0, (at - released_at).total_seconds())
    return Sample(at, precedence, f"{sender}>{acknowledging}", seconds)
