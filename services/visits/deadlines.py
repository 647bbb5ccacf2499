"""What falls due on a request when nobody speaks. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from schemas.visit_terms import Answer, VisitDeadline, VisitPhase, VisitType
from schemas.visits import LANE, PassVisitDeadline, VisitStanding
from services.bus.own_word import own_word
from services.bus.service import Deadline
from services.visits.state import ALLOWED, UNDECIDED, Visit

NAME = "visits"
Due = tuple[VisitDeadline, int, datetime]


def deadlines(visit: Visit) -> Sequence[Deadline]:
    """When a decision is overdue, and when what was asked or approved begins and ends."""
    if visit.standing is None:
        return []
    return [
        Deadline(due, partial(_command, visit.standing, what, version, due))
        for what, version, due in standing_deadlines(visit.standing)
    ]


def standing_deadlines(standing: VisitStanding) -> list[Due]:
    """Every deadline that stands."""
    found: list[Due] = []
    version, underlying = standing.asked.version, standing.underlying
    pending = standing.pending
    if pending and pending.decision_due and not pending.overdue:
        due = pending.decision_due
        found.append((VisitDeadline.AMENDMENT_DECISION, pending.asked.version, due))
    notified = standing.answer is Answer.NOTIFICATION and underlying is VisitPhase.TRANSMITTED
    if underlying in UNDECIDED and not notified:
        if standing.decision_due and not standing.overdue:
            found.append((VisitDeadline.DECISION, version, standing.decision_due))
        found.append((VisitDeadline.ENDS, version, standing.asked.window.ends))
    elif (notified or underlying in ALLOWED) and standing.approved:
        window = standing.approved.window
        if _begins_by_itself(standing):
            found.append((VisitDeadline.BEGINS, version, window.begins))
        found.append((VisitDeadline.ENDS, version, window.ends))
    return found


def _begins_by_itself(standing: VisitStanding) -> bool:
    """With its first day; but a recurring visit when it is reported, and craft that asked for a
    number once they have one.
    """
    if standing.underlying is VisitPhase.IN_PROGRESS or standing.type is VisitType.RECURRING:
        return False
    if standing.answer is Answer.NOTIFICATION or not standing.subject.is_clearance:
        return True
    return standing.number is not None


def _command(
    standing: VisitStanding, what: VisitDeadline, version: int, due: datetime
) -> PassVisitDeadline:
    return own_word(
        PassVisitDeadline,
        standing,
        service=NAME,
        matter=standing.reference,
        lane=LANE,
        at=due,
        identity=" ".join(
            (standing.reference, what, str(version), due.isoformat(), standing.since.isoformat())
        ),
        requesting=standing.requesting,
        host=standing.host,
        what=what,
        version=version,
        due=due,
    )
