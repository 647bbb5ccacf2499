"""What a line's state means for a substantive message that is meant for it. Pure.

Messages lie in matters of their own, so whoever routes them asks with a line that was folded from
its ledger. Domain: accept, mark, route by alternates, tell the originator at once; never queue.
"""

from __future__ import annotations

from enum import StrEnum

from schemas.lines import LinePhase
from services.bus.refusals import NoPartyToLine, NoReleaseAuthority, NoSuchLine, Refusal
from services.hotline.lines.state import Line

USABLE = (LinePhase.OPERATIONAL, LinePhase.DEGRADED)


class Carriage(StrEnum):
    """How a substantive message is to be carried."""

    ORDINARY = "ORDINARY"
    MARKED_BY_ALTERNATES = "MARKED_BY_ALTERNATES"
    """Accepted, marked with the line's state, sent by alternates too, its originator told."""


def carriage(line: Line) -> Carriage:
    """How a message that is meant for this line is carried. Never: not at all."""
    return Carriage.ORDINARY if line.phase in USABLE else Carriage.MARKED_BY_ALTERNATES


def unauthorised(line: Line, sender: str, releaser: str) -> Refusal | None:
    """Why this desk's releaser may not release a substantive message for this line."""
    if line.record is None:
        return NoSuchLine()
    end = line.record.end_at(sender)
    if end is None:
        return NoPartyToLine()
    return None if releaser in end.release_authority else NoReleaseAuthority(releaser)
