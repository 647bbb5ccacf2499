"""What all participating states are told, and how a matter stands then. Pure.

Every word of this protocol is copied to all participating states without delay (paragraph 16).
"""

from __future__ import annotations

from typing import Any

from schemas.concerns import (
    ConcernStanding,
    HazardStanding,
    HostingAnswer,
    HostingStanding,
    NextDue,
    Opened,
    RiskEvent,
    RiskTold,
)
from services.alerts.risk.evolve import evolve
from services.alerts.risk.state import Concern, Hazard, Hosting, Risk
from services.bus.rulebook import Decision, Encloses, Telling


def told(risk: Risk, event: RiskEvent) -> Decision:
    """What a desk said, with its signed word, to every desk that is told."""
    return _to_all(risk, event, Encloses.COMMAND)


def announced(risk: Risk, event: RiskEvent) -> Decision:
    """What came of silence."""
    return _to_all(risk, event, Encloses.NOTHING)


def _to_all(risk: Risk, event: RiskEvent, encloses: Encloses) -> Decision:
    after = evolve(risk, event)
    said = event
    if isinstance(event, Opened):
        # All that takes part stands in the signed word that goes with it; told 57 times over
        # besides, an entry would not fit into one record.
        said = event.model_copy(update={"desks": (), "participating": ()})
    notice = RiskTold(matter=after.matter, step=after.step, event=said, **_standing(after))
    return Decision((event,), tuple(Telling(desk, notice, encloses) for desk in after.told.desks))


def _standing(risk: Risk) -> dict[str, Any]:
    waits = _next(risk)
    if risk.concern is not None:
        return {"concern": concern_standing(risk.concern, waits)}
    if risk.hazard is not None:
        return {"hazard": hazard_standing(risk.hazard, waits)}
    assert risk.hosting is not None, "a matter that was begun is one of the three"
    return {"hosting": hosting_standing(risk.hosting, waits)}


def _next(risk: Risk) -> NextDue | None:
    due = risk.due
    return NextDue(what=due.what, of=tuple(sorted(due.of)), due=due.at) if due else None


def concern_standing(concern: Concern, waits: NextDue | None) -> ConcernStanding:
    """How a request stands."""
    judged = [concern.judged[each] for each in concern.replies if each in concern.judged]
    return ConcernStanding(
        phase=concern.phase,
        since=concern.since,
        requester=concern.requester,
        requested=concern.requested,
        reply_by=concern.reply_by,
        unanswered=concern.unanswered,
        replies=len(concern.replies),
        quality=judged[-1] if judged else None,
        scope=concern.scope,
        meeting_overdue=concern.meeting_overdue,
        next=waits,
    )


def hazard_standing(hazard: Hazard, waits: NextDue | None) -> HazardStanding:
    """How the clarification of an incident stands."""
    return HazardStanding(
        phase=hazard.phase,
        since=hazard.since,
        involved=hazard.involved,
        concerned=hazard.concerned,
        contacts=tuple(sorted(hazard.contacts.values())),
        unanswered=hazard.unanswered,
        next=waits,
    )


def hosting_standing(hosting: Hosting, waits: NextDue | None) -> HostingStanding:
    """How an invitation stands."""
    said = {
        answer: tuple(sorted(n for n, given in hosting.answers.items() if given is answer))
        for answer in HostingAnswer
    }
    return HostingStanding(
        phase=hosting.phase,
        since=hosting.since,
        host=hosting.host,
        accepted=said[HostingAnswer.ACCEPTED],
        declined=said[HostingAnswer.DECLINED],
        silent=hosting.silent,
        next=waits,
    )
