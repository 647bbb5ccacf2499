"""What a report tells of one moment, one way to a desk, one answer that was owed."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from pydantic import Field

from schemas.parties import Contract

BUS = "the bus"
WORDS_MAX = 280
"""How much of a message's text stands on the timeline."""


class Tone(StrEnum):
    """How something on the timeline is to be taken."""

    SAID = "SAID"
    DONE = "DONE"
    LATE = "LATE"
    WRONG = "WRONG"
    NEUTRAL = "NEUTRAL"


class Row(Contract):
    """One thing on the timeline."""

    at: datetime
    lane: str = Field(description="A desk, or the bus.")
    what: str
    message: str | None
    precedence: str | None
    tone: Tone
    words: str | None = Field(default=None, description="What a message says.")
    before: bool = Field(default=False, description="Put in place before the beginning.")


class Way(Contract):
    """One message's way to one desk that had to act, with its clocks. Seconds from its release."""

    message: str
    precedence: str
    act: str
    sender: str
    desk: str
    capacity: str
    released: datetime
    ceiling_s: float | None
    delivered_s: float | None
    received_s: float | None
    acknowledged_s: float | None
    by: str | None
    state: str
    late: bool
    withdrawn: bool = Field(description="A correction or cancellation took its place.")


class Owed(Contract):
    """An answer that a nation owed and did not give in time."""

    message: str
    nation: str
    due: datetime
    answered: datetime | None
