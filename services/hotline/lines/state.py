"""The state of one line. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from schemas.line_record import LineRecord
from schemas.lines import LineDeadline, LinePhase, LineStanding
from schemas.parties import DeskId, MessageType, Nation

SCHEDULED = (LinePhase.OPERATIONAL, LinePhase.DEGRADED, LinePhase.OUTAGE_UNEXPLAINED)
"""Phases in which tests are expected at their times."""


@dataclass(frozen=True, slots=True)
class Window:
    """A time of maintenance."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class UnderWay:
    """A test that was begun and is not over."""

    test: str
    path: str
    by: Nation
    answered: frozenset[Nation] = frozenset()
    garbled: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One line; blank where nobody has proposed a record."""

    record: LineRecord | None = None
    standing: LineStanding | None = None
    adopted: frozenset[Nation] = frozenset()
    under_way: UnderWay | None = None
    proposed: Mapping[Nation, Window] = field(default_factory=dict)
    """What each party agreed to that is not agreed by all."""
    window: Window | None = None
    """The maintenance that all agreed to, ahead or going on."""
    restored: frozenset[Nation] = frozenset()
    review_due: date | None = None
    """The record's, or what all agreed since."""
    reviewed: Mapping[Nation, date] = field(default_factory=dict)
    """When each party says that the next review is, while not all say the same."""
    reminded: frozenset[LineDeadline] = frozenset()
    """What of the review that is due was called to mind."""
    message_type: MessageType = MessageType.OPERATION
    exercise: str | None = None

    @property
    def phase(self) -> LinePhase:
        """Its state in the link state machine."""
        return self.standing.phase if self.standing else LinePhase.NOT_ESTABLISHED


BLANK = Line()
"""No line yet."""


def desks_of(record: LineRecord) -> tuple[DeskId, ...]:
    """Every desk that speaks for a party, and is told all that happens to the line."""
    return tuple(desk for end in record.ends for desk in end.desks)
