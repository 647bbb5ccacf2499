"""The state of one request, and who has a part in it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from schemas.parties import DeskId, Function, nation_of
from schemas.visit_terms import Subject, VisitPhase
from schemas.visits import Asked, VisitStanding
from services.bus.rulebook import Earlier, Standing

AUTHORITY = {
    Subject.VISIT: Function.SECURITY_AUTHORITY,
    Subject.AIRCRAFT: Function.CLEARANCE_AUTHORITY,
    Subject.SHIP: Function.CLEARANCE_AUTHORITY,
}
"""What a desk must be to its nation to certify, or to decide on, what may come."""
REQUESTERS = (Function.FACILITY, Function.MILITARY, Function.FOREIGN_MINISTRY)
"""What a desk is whose security officer may submit a request."""
AT_REQUESTER = (VisitPhase.SUBMITTED, VisitPhase.CERTIFIED)
"""Not sent to the host yet, which knows nothing of it."""
UNDECIDED = (*AT_REQUESTER, VisitPhase.TRANSMITTED, VisitPhase.UNDER_REVIEW)
ALLOWED = (
    VisitPhase.APPROVED,
    VisitPhase.APPROVED_WITH_LIMITATIONS,
    VisitPhase.NUMBER_ISSUED,
    VisitPhase.IN_PROGRESS,
)
"""An approval is in force."""


class Role(StrEnum):
    """Who speaks, seen from the request."""

    REQUESTER = "REQUESTER"
    """The desk that submitted it."""
    OWN_AUTHORITY = "OWN_AUTHORITY"
    """The requesting nation's."""
    HOST_AUTHORITY = "HOST_AUTHORITY"
    FACILITY = "FACILITY"
    """A desk of a facility that is to be visited."""
    STRANGER = "STRANGER"
    CLOCK = "CLOCK"


@dataclass(frozen=True, slots=True)
class Visit:
    """One request; blank where nobody has submitted it."""

    standing: VisitStanding | None = None
    requests: Mapping[int, Earlier] = field(default_factory=dict)
    """Where each version's signed request lies."""
    certifications: Mapping[int, Earlier] = field(default_factory=dict)
    told_host: bool = False

    @property
    def on_record(self) -> VisitStanding:
        """How it stands, where it does."""
        assert self.standing is not None, "only a request on record is asked how it stands"
        return self.standing

    def asked(self, version: int) -> Asked | None:
        """A version that stands or is on its way; None where it is neither."""
        if self.standing is None:
            return None
        pending = self.standing.pending
        if pending and pending.asked.version == version:
            return pending.asked
        return self.standing.asked if self.standing.asked.version == version else None

    def is_pending(self, version: int) -> bool:
        """Whether that version is an amendment on its way."""
        pending = self.standing.pending if self.standing else None
        return pending is not None and pending.asked.version == version

    def phase_of(self, version: int) -> VisitPhase:
        """How far that version is."""
        standing = self.on_record
        if standing.pending and standing.pending.asked.version == version:
            return standing.pending.phase
        return standing.underlying


BLANK = Visit()


def facilities_of(standing: VisitStanding) -> tuple[DeskId, ...]:
    """Desks of the facilities of all versions that stand or are on their way."""
    added = standing.pending.facilities if standing.pending else ()
    return tuple(dict.fromkeys((*standing.facilities, *added)))


def authorities(
    subject: Subject, nation: str, desks: Mapping[DeskId, Standing]
) -> tuple[DeskId, ...]:
    """A nation's desks that certify or decide, in order of name."""
    function = AUTHORITY[subject]
    found = (
        desk
        for desk, standing in desks.items()
        if nation_of(desk) == nation and function in standing.functions
    )
    return tuple(sorted(found))


def role_of(standing: VisitStanding, desk: DeskId, desks: Mapping[DeskId, Standing]) -> Role:
    """In what role a desk speaks. Who submitted a request does not certify it too."""
    if desk == standing.requester:
        return Role.REQUESTER
    if desk in authorities(standing.subject, standing.requesting, desks):
        return Role.OWN_AUTHORITY
    if desk in authorities(standing.subject, standing.host, desks):
        return Role.HOST_AUTHORITY
    if desk in facilities_of(standing):
        return Role.FACILITY
    return Role.STRANGER
