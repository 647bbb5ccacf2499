"""What each event changes in a matter of risk reduction. Pure: one ledger gives one state."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time
from functools import singledispatch

from schemas.concerns import (
    ConcernClosed,
    ConcernMeetingOverdue,
    ConcernMeetingRecorded,
    ConcernMeetingReported,
    ConcernMeetingRequested,
    ConcernPhase,
    ConcernReplied,
    ConcernReplyJudged,
    ConcernUnanswered,
    ConcernUpdated,
    HazardAsked,
    HazardClarified,
    HazardClosed,
    HazardousIncidentReported,
    HazardPhase,
    HazardUnanswered,
    HostingAnswered,
    HostingClosed,
    HostingOffered,
    HostingPhase,
    HostingUnanswered,
    HostingWithdrawn,
    MeetingScope,
    Opened,
    RiskDeadline,
    RiskEvent,
    UnusualActivityRequested,
)
from services.alerts.risk.state import Concern, Due, Hazard, Hosting, Parties, Risk

_AWAITING = (ConcernPhase.OPEN, ConcernPhase.UNANSWERED)


def evolve(risk: Risk, event: RiskEvent) -> Risk:
    """The matter after an event."""
    return replace(_evolve(event, risk), step=risk.step + 1)


@singledispatch
def _evolve(event: object, _risk: Risk) -> Risk:
    raise AssertionError(f"risk reduction knows no {type(event).__name__}")


def _parties(event: Opened) -> Parties:
    return Parties(
        opener=event.nation,
        desks=event.desks,
        participating=event.participating,
        message_type=event.message_type,
        exercise=event.exercise,
    )


# (A) Unusual military activity.


@_evolve.register
def _(event: UnusualActivityRequested, risk: Risk) -> Risk:
    (requested,) = event.addressed
    return replace(
        risk,
        matter=event.matter,
        incident=event.incident,
        parties=_parties(event),
        concern=Concern(
            phase=ConcernPhase.OPEN,
            since=event.at,
            requester=event.nation,
            requested=requested,
            reply_by=event.reply_by,
        ),
        due=Due(RiskDeadline.REPLY, event.message, (requested,), event.reply_by),
    )


@_evolve.register
def _(_event: ConcernUpdated, risk: Risk) -> Risk:
    # No clock begins anew: what is due stays due when it was.
    return risk


@_evolve.register
def _(event: ConcernReplied, risk: Risk) -> Risk:
    concern = _concern(risk)
    replied = replace(concern, replies=(*concern.replies, event.message))
    if concern.phase not in _AWAITING:
        return replace(risk, concern=replied)
    answered = replace(replied, phase=ConcernPhase.ANSWERED, since=event.at)
    return replace(risk, concern=answered, due=None)


@_evolve.register
def _(event: ConcernReplyJudged, risk: Risk) -> Risk:
    concern = _concern(risk)
    judged = {**concern.judged, event.reply: event.quality}
    return replace(risk, concern=replace(concern, judged=judged))


@_evolve.register
def _(event: ConcernMeetingRequested, risk: Risk) -> Risk:
    concern = _concern(risk)
    asked = replace(
        concern,
        phase=ConcernPhase.MEETING_REQUESTED,
        since=event.at,
        scope=event.scope,
        meeting_overdue=False,
    )
    both = (concern.requester, concern.requested)
    wanted = risk.told.participating if event.scope is MeetingScope.ALL_STATES else both
    due = Due(RiskDeadline.MEETING, event.message, tuple(sorted(wanted)), event.meet_by)
    return replace(risk, concern=asked, due=due)


@_evolve.register
def _(event: ConcernMeetingRecorded, risk: Risk) -> Risk:
    concern = _concern(risk)
    held = replace(concern, phase=ConcernPhase(event.outcome.value), since=event.at)
    return replace(risk, concern=held, due=None)


@_evolve.register
def _(event: ConcernMeetingReported, risk: Risk) -> Risk:
    reported = replace(_concern(risk), phase=ConcernPhase.REPORTED, since=event.at)
    return replace(risk, concern=reported)


@_evolve.register
def _(event: ConcernClosed, risk: Risk) -> Risk:
    closed = replace(_concern(risk), phase=ConcernPhase.CLOSED, since=event.at)
    return replace(risk, concern=closed, due=None)


@_evolve.register
def _(event: ConcernUnanswered, risk: Risk) -> Risk:
    silent = replace(
        _concern(risk), phase=ConcernPhase.UNANSWERED, since=event.due, unanswered=True
    )
    return replace(risk, concern=silent, due=None)


@_evolve.register
def _(_event: ConcernMeetingOverdue, risk: Risk) -> Risk:
    # A flag, no phase: the bus moves a request no further than UNANSWERED (scenario S17).
    return replace(risk, concern=replace(_concern(risk), meeting_overdue=True), due=None)


def _concern(risk: Risk) -> Concern:
    assert risk.concern is not None, "only of a request that was made"
    return risk.concern


# (B) Hazardous incidents.


@_evolve.register
def _(event: HazardousIncidentReported, risk: Risk) -> Risk:
    phase = HazardPhase.REPORTED if event.by_involved else HazardPhase.ASKED
    due = None
    if event.clarify_by is not None:
        due = Due(RiskDeadline.CLARIFICATION, event.message, (event.involved,), event.clarify_by)
    return replace(
        risk,
        matter=event.matter,
        incident=event.incident,
        parties=_parties(event),
        hazard=Hazard(
            phase=phase,
            since=event.at,
            involved=event.involved,
            concerned=event.concerned,
            contacts={event.nation: event.point_of_contact},
        ),
        due=due,
    )


@_evolve.register
def _(event: HazardAsked, risk: Risk) -> Risk:
    hazard = _hazard(risk)
    asked = replace(
        hazard,
        phase=HazardPhase.ASKED,
        since=event.at,
        contacts={**hazard.contacts, event.nation: event.point_of_contact},
    )
    # A further question does not put off the answer to the one before it.
    due = risk.due or Due(
        RiskDeadline.CLARIFICATION, event.message, (hazard.involved,), event.clarify_by
    )
    return replace(risk, hazard=asked, due=due)


@_evolve.register
def _(event: HazardClarified, risk: Risk) -> Risk:
    hazard = _hazard(risk)
    contacts = dict(hazard.contacts)
    if event.point_of_contact is not None:
        contacts[event.nation] = event.point_of_contact
    clarified = replace(hazard, phase=HazardPhase.CLARIFIED, since=event.at, contacts=contacts)
    return replace(risk, hazard=clarified, due=None)


@_evolve.register
def _(event: HazardClosed, risk: Risk) -> Risk:
    closed = replace(_hazard(risk), phase=HazardPhase.CLOSED, since=event.at)
    return replace(risk, hazard=closed, due=None)


@_evolve.register
def _(event: HazardUnanswered, risk: Risk) -> Risk:
    silent = replace(_hazard(risk), phase=HazardPhase.UNANSWERED, since=event.due, unanswered=True)
    return replace(risk, hazard=silent, due=None)


def _hazard(risk: Risk) -> Hazard:
    assert risk.hazard is not None, "only of an incident that was told"
    return risk.hazard


# (C) Voluntary hosting.


@_evolve.register
def _(event: HostingOffered, risk: Risk) -> Risk:
    return replace(
        risk,
        matter=event.matter,
        incident=event.incident,
        parties=_parties(event),
        hosting=Hosting(
            phase=HostingPhase.INVITED,
            since=event.at,
            host=event.nation,
            invited=event.addressed,
            begins=datetime.combine(event.begins, time(), UTC),
            answer_by=event.answer_by,
        ),
        due=Due(RiskDeadline.HOSTING_ANSWERS, event.message, event.addressed, event.answer_by),
    )


@_evolve.register
def _(event: HostingAnswered, risk: Risk) -> Risk:
    hosting = _hosting(risk)
    hosting = replace(hosting, answers={**hosting.answers, event.nation: event.answer})
    due = risk.due if hosting.silent else None
    if due is not None:
        due = replace(due, of=hosting.silent)
    return replace(risk, hosting=hosting, due=due)


@_evolve.register
def _(_event: HostingUnanswered, risk: Risk) -> Risk:
    return replace(risk, due=None)


@_evolve.register
def _(event: HostingWithdrawn, risk: Risk) -> Risk:
    withdrawn = replace(_hosting(risk), phase=HostingPhase.WITHDRAWN, since=event.at)
    return replace(risk, hosting=withdrawn, due=None)


@_evolve.register
def _(event: HostingClosed, risk: Risk) -> Risk:
    closed = replace(_hosting(risk), phase=HostingPhase.CLOSED, since=event.at)
    return replace(risk, hosting=closed, due=None)


def _hosting(risk: Risk) -> Hosting:
    assert risk.hosting is not None, "only of an invitation that was made"
    return risk.hosting
