"""What the events of risk reduction change: requests, hazardous incidents, invitations."""

from __future__ import annotations

from datetime import datetime
from functools import singledispatch

from schemas.concerns import (
    ConcernClosed,
    ConcernMeetingOverdue,
    ConcernMeetingRecorded,
    ConcernMeetingReported,
    ConcernMeetingRequested,
    ConcernPhase,
    ConcernReplied,
    ConcernUnanswered,
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
    MeetingOutcome,
    Opened,
    RiskEvent,
    Spoken,
    UnusualActivityRequested,
)
from services.watch.record import About, Owed, Record

_OPENER, _ASKED = "opener", "asked"
_AWAITING = (ConcernPhase.OPEN.value, ConcernPhase.UNANSWERED.value)
_RECEIPTS = (ConcernMeetingReported,)


def fold(record: Record, event: RiskEvent) -> Record:
    """The record after an event."""
    record = _fold(event, record)
    if not isinstance(event, Spoken) or isinstance(event, _RECEIPTS):
        return record
    if isinstance(event, ConcernMeetingRecorded):
        if event.outcome is MeetingOutcome.HELD:
            others = (*event.attended, *_parties(record))
            return record.spoke(event.nation, others, event.at, "MEETING")
        return record
    return record.spoke(event.nation, _parties(record), event.at, type(event).__name__)


@singledispatch
def _fold(_event: object, record: Record) -> Record:
    return record


# (A) Unusual military activity.


@_fold.register
def _(event: UnusualActivityRequested, record: Record) -> Record:
    (requested,) = event.addressed
    owed = Owed(
        what="REPLY", of=requested, since=event.at, due=event.reply_by,
        precedence=event.precedence.value,
    )  # fmt: skip
    record = _opened(record, event, event.addressed).put("owed", "reply", owed)
    return record.stands("risk", "CONCERN", ConcernPhase.OPEN.value)


@_fold.register
def _(_event: ConcernReplied, record: Record) -> Record:
    record = record.drop("owed", "reply")
    if record.standing["risk"].state not in _AWAITING:
        return record
    return record.stands("risk", "CONCERN", ConcernPhase.ANSWERED.value)


@_fold.register
def _(_event: ConcernUnanswered, record: Record) -> Record:
    record = _late(record, "reply")
    return record.stands("risk", "CONCERN", ConcernPhase.UNANSWERED.value)


@_fold.register
def _(event: ConcernMeetingRequested, record: Record) -> Record:
    (requested,) = record.others[_ASKED]
    owed = Owed(what="MEETING", of=requested, since=event.at, due=event.meet_by)
    record = record.put("owed", "meeting", owed)
    return record.stands("risk", "CONCERN", ConcernPhase.MEETING_REQUESTED.value)


@_fold.register
def _(_event: ConcernMeetingOverdue, record: Record) -> Record:
    return _late(record, "meeting")


@_fold.register
def _(event: ConcernMeetingRecorded, record: Record) -> Record:
    record = record.drop("owed", "meeting")
    return record.stands("risk", "CONCERN", event.outcome.value)


@_fold.register
def _(_event: ConcernMeetingReported, record: Record) -> Record:
    return record.stands("risk", "CONCERN", ConcernPhase.REPORTED.value)


@_fold.register
def _(_event: ConcernClosed, record: Record) -> Record:
    record = record.drop("owed", "reply", "meeting")
    return _over(record).stands("risk", "CONCERN", ConcernPhase.CLOSED.value)


# (B) Hazardous incidents.


@_fold.register
def _(event: HazardousIncidentReported, record: Record) -> Record:
    phase = HazardPhase.REPORTED if event.by_involved else HazardPhase.ASKED
    parties = tuple(sorted({event.involved, *event.concerned, *event.addressed}))
    record = _opened(record, event, parties).put("others", "involved", (event.involved,))
    if event.clarify_by is not None:
        record = _clarification(record, event.at, event.clarify_by)
    return record.stands("risk", "INCIDENT", phase.value)


@_fold.register
def _(event: HazardAsked, record: Record) -> Record:
    # A further question does not put off the answer to the one before it.
    due = record.owed.get("clarification")
    if due is None or due.overdue:
        record = _clarification(record, event.at, event.clarify_by)
    return record.stands("risk", "INCIDENT", HazardPhase.ASKED.value)


@_fold.register
def _(_event: HazardClarified, record: Record) -> Record:
    record = record.drop("owed", "clarification")
    return record.stands("risk", "INCIDENT", HazardPhase.CLARIFIED.value)


@_fold.register
def _(_event: HazardUnanswered, record: Record) -> Record:
    record = _late(record, "clarification")
    return record.stands("risk", "INCIDENT", HazardPhase.UNANSWERED.value)


@_fold.register
def _(_event: HazardClosed, record: Record) -> Record:
    record = record.drop("owed", "clarification")
    return _over(record).stands("risk", "INCIDENT", HazardPhase.CLOSED.value)


def _clarification(record: Record, since: datetime, due: datetime) -> Record:
    (involved,) = record.others["involved"]
    owed = Owed(what="CLARIFICATION", of=involved, since=since, due=due)
    return record.put("owed", "clarification", owed)


# (C) Voluntary hosting.


@_fold.register
def _(event: HostingOffered, record: Record) -> Record:
    record = _opened(record, event, event.addressed)
    for nation in event.addressed:
        owed = Owed(what="ANSWER", of=nation, since=event.at, due=event.answer_by)
        record = record.put("owed", f"answer {nation}", owed)
    return record.stands("risk", "HOSTING", HostingPhase.INVITED.value)


@_fold.register
def _(event: HostingAnswered, record: Record) -> Record:
    return record.drop("owed", f"answer {event.nation}")


@_fold.register
def _(event: HostingUnanswered, record: Record) -> Record:
    for nation in event.silent:
        record = _late(record, f"answer {nation}")
    return record


@_fold.register
def _(_event: HostingWithdrawn, record: Record) -> Record:
    return _over(record.but(owed={})).stands("risk", "HOSTING", HostingPhase.WITHDRAWN.value)


@_fold.register
def _(_event: HostingClosed, record: Record) -> Record:
    return _over(record.but(owed={})).stands("risk", "HOSTING", HostingPhase.CLOSED.value)


# All of them.


def _opened(record: Record, event: Opened, asked: tuple[str, ...]) -> Record:
    about = About(
        kind=event.event_code.value,
        nations=tuple(sorted({event.nation, *asked, *event.concerned})),
        event_at=event.event_at,
        geocodes=event.geocodes,
        incident=event.incident,
    )
    others = {_OPENER: (event.nation,), _ASKED: asked}
    return record.but(about=about, others={**record.others, **others})


def _parties(record: Record) -> tuple[str, ...]:
    return (*record.others.get(_OPENER, ()), *record.others.get(_ASKED, ()))


def _late(record: Record, name: str) -> Record:
    owed = record.owed.get(name)
    return record if owed is None else record.put("owed", name, owed.but(overdue=True))


def _over(record: Record) -> Record:
    return record if record.about is None else record.but(about=record.about.but(over=True))
