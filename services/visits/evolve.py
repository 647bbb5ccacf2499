"""What an event changes in a request. Pure: the same ledger gives the same state."""

from __future__ import annotations

from dataclasses import replace

from schemas.visit_terms import VisitStep
from schemas.visits import VisitChanged
from services.visits.state import Visit
from services.visits.telling import earlier

_ASKS = (VisitStep.SUBMITTED, VisitStep.AMENDMENT_SUBMITTED)


def evolve(visit: Visit, event: VisitChanged) -> Visit:
    """The request after an event, which says itself how it stands."""
    visit = replace(visit, standing=event.standing)
    if event.record and event.step in _ASKS:
        return replace(visit, requests={**visit.requests, event.version: earlier(event.record)})
    if event.record and event.step is VisitStep.CERTIFIED:
        found = {**visit.certifications, event.version: earlier(event.record)}
        return replace(visit, certifications=found)
    if event.step is VisitStep.TRANSMITTED:
        return replace(visit, told_host=True)
    return visit
