"""The state of one request, one hazardous incident, or one invitation. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from schemas.concerns import (
    ConcernPhase,
    HazardPhase,
    HostingAnswer,
    HostingPhase,
    MeetingScope,
    Quality,
    RiskDeadline,
)
from schemas.parties import DeskId, MessageType, Nation

WITHIN = timedelta(hours=48)
"""For a reply, and then for a meeting (Vienna Document, paragraph 16)."""
PROMPTLY = timedelta(hours=24)
"""For a clarification. The document says "promptly"; the number is ours."""


@dataclass(frozen=True, slots=True)
class Due:
    """Something that is waited for."""

    what: RiskDeadline
    message: str
    """Whose word set the clock."""
    of: tuple[Nation, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class Parties:
    """Who is told of a matter, and in which realm."""

    opener: Nation
    desks: tuple[DeskId, ...]
    participating: tuple[Nation, ...]
    message_type: MessageType
    exercise: str | None


@dataclass(frozen=True, slots=True)
class Concern:
    """A request for explanation of unusual military activity."""

    phase: ConcernPhase
    since: datetime
    requester: Nation
    requested: Nation
    reply_by: datetime
    unanswered: bool = False
    replies: tuple[str, ...] = ()
    judged: Mapping[str, Quality] = field(default_factory=dict)
    scope: MeetingScope | None = None
    meeting_overdue: bool = False


@dataclass(frozen=True, slots=True)
class Hazard:
    """A hazardous incident."""

    phase: HazardPhase
    since: datetime
    involved: Nation
    concerned: tuple[Nation, ...]
    contacts: Mapping[Nation, DeskId]
    unanswered: bool = False


@dataclass(frozen=True, slots=True)
class Hosting:
    """An invitation to see for oneself."""

    phase: HostingPhase
    since: datetime
    host: Nation
    invited: tuple[Nation, ...]
    begins: datetime
    answer_by: datetime
    answers: Mapping[Nation, HostingAnswer] = field(default_factory=dict)

    @property
    def silent(self) -> tuple[Nation, ...]:
        """Invited states that have not answered."""
        return tuple(each for each in self.invited if each not in self.answers)


@dataclass(frozen=True, slots=True)
class Risk:
    """One matter of this protocol; blank where nothing was begun."""

    matter: str = ""
    step: int = 0
    incident: str | None = None
    parties: Parties | None = None
    concern: Concern | None = None
    hazard: Hazard | None = None
    hosting: Hosting | None = None
    due: Due | None = None
    """What is waited for; never two things at once."""

    @property
    def told(self) -> Parties:
        """Who is told."""
        assert self.parties is not None, "nobody is told of what was not begun"
        return self.parties


BLANK = Risk()
"""Nothing begun yet."""
