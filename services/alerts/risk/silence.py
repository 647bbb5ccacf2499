"""What silence leads to under this protocol: a flag that all can see, and no guess. Pure."""

from __future__ import annotations

from schemas.alerts import PassRiskDeadline
from schemas.concerns import (
    ConcernMeetingOverdue,
    ConcernUnanswered,
    HazardUnanswered,
    HostingUnanswered,
    RiskDeadline,
)
from services.alerts.risk.state import Risk
from services.alerts.risk.telling import announced
from services.bus.refusals import NoLongerDue, Refusal
from services.bus.rulebook import Decision, Heard


def passed(risk: Risk, heard: Heard[PassRiskDeadline]) -> Decision | Refusal:
    """What was waited for did not come in its time. All participating states are told."""
    command, due = heard.command, risk.due
    if due is None or (due.what, due.at) != (command.what, command.due):
        return NoLongerDue()
    match command.what:
        case RiskDeadline.REPLY:
            (nation,) = due.of
            return announced(risk, ConcernUnanswered(nation=nation, due=due.at))
        case RiskDeadline.MEETING:
            concern = risk.concern
            assert concern is not None, "a meeting was asked for"
            assert concern.scope is not None, "a meeting was asked for"
            overdue = ConcernMeetingOverdue(scope=concern.scope, due=due.at)
            return announced(risk, overdue)
        case RiskDeadline.CLARIFICATION:
            (nation,) = due.of
            return announced(risk, HazardUnanswered(nation=nation, due=due.at))
        case RiskDeadline.HOSTING_ANSWERS:
            silent = HostingUnanswered(silent=tuple(sorted(due.of)), due=due.at)
            return announced(risk, silent)
