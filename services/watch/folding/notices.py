"""What the events of a notice of a launch or an exercise change."""

from __future__ import annotations

from datetime import datetime
from functools import singledispatch

from schemas.notices import (
    PRECEDENCE,
    ActivityNotified,
    ExerciseContinued,
    ExerciseEndMissing,
    ExerciseWordMissing,
    LaunchNotified,
    NoticeAcknowledged,
    NoticeAmended,
    NoticeCancelled,
    NoticeConfirmed,
    NoticeEnded,
    NoticeEvent,
    NoticeKind,
    NoticeLadderClimbed,
    NoticeOverdue,
    NoticePassed,
    NoticePhase,
    NoticeUnconfirmed,
    NoticeWord,
)
from schemas.parties import nation_of
from services.watch.folding.sample import Sample, sample
from services.watch.record import Alert, Lead, Owed, Recipient, Record

_CONFIRMATION, _WORD, _END = "confirmation", "daily word", "end"
Folded = tuple[Record, tuple[Sample, ...]]


def fold(record: Record, event: NoticeEvent, at: datetime) -> Folded:
    """The record after an event that was appended `at`, and what was acknowledged by it."""
    if isinstance(event, ActivityNotified):
        return _begun(record, event), ()
    if record.notice is None:
        return record, ()
    if isinstance(event, NoticeAcknowledged):
        return _acknowledged(record, record.notice, event, at)
    return _fold(event, record, record.notice), ()


def _begun(record: Record, event: ActivityNotified) -> Record:
    notice = Alert(
        sender=event.by, phase=NoticePhase.NONE.value, number=0, precedence=PRECEDENCE.value,
        released_at=event.released_at, at=event.at, due=event.acknowledge_by,
        addressed=tuple(sorted({nation_of(given.desk) for given in event.given})),
        recipients={given.desk: Recipient(first=event.number) for given in event.given},
    )  # fmt: skip
    kind = NoticeKind.LAUNCH if isinstance(event, LaunchNotified) else NoticeKind.EXERCISE
    ahead = (event.begins - event.at).total_seconds()
    record = _window(record, event.begins, event.ends)
    record = record.put("leads", "notice", Lead(kind=f"{kind.value}_NOTICE", seconds=ahead))
    return _said(record, notice, event, NoticePhase.NOTIFIED)


@singledispatch
def _fold(_event: object, record: Record, _notice: Alert) -> Record:
    return record


@_fold.register
def _(event: NoticeAmended, record: Record, notice: Alert) -> Record:
    begun = notice.phase == NoticePhase.COMMENCED.value
    record = _window(record, event.begins, event.ends).drop("owed", _CONFIRMATION, _END)
    return _said(record, notice, event, NoticePhase.COMMENCED if begun else NoticePhase.NOTIFIED)


@_fold.register
def _(event: NoticeConfirmed, record: Record, notice: Alert) -> Record:
    record = record.drop("owed", _CONFIRMATION)
    return _said(record, notice, event, NoticePhase.CONFIRMED)


@_fold.register
def _(event: NoticeCancelled, record: Record, notice: Alert) -> Record:
    record = record.drop("owed", _CONFIRMATION, _WORD, _END)
    return _said(record, notice, event, NoticePhase.CANCELLED)


@_fold.register
def _(event: NoticeEnded, record: Record, notice: Alert) -> Record:
    record = record.drop("owed", _CONFIRMATION, _WORD, _END)
    return _said(record, notice, event, NoticePhase.ENDED)


@_fold.register
def _(event: ExerciseContinued, record: Record, notice: Alert) -> Record:
    record = record.drop("owed", _WORD).spoke(
        event.nation, notice.addressed, event.at, type(event).__name__
    )
    return _moved(record, notice, NoticePhase.COMMENCED)


@_fold.register
def _(event: NoticeLadderClimbed, record: Record, notice: Alert) -> Record:
    record = _changed(record, event.desk, rung=event.step.value)
    if event.to is None or event.to in notice.recipients:
        return record
    tried = Recipient(first=notice.number, owes=False)
    return record.but(notice=notice.but(recipients={**notice.recipients, event.to: tried}))


@_fold.register
def _(event: NoticeOverdue, record: Record, _notice: Alert) -> Record:
    return _changed(record, event.desk, overdue=True)


@_fold.register
def _(event: NoticeUnconfirmed, record: Record, notice: Alert) -> Record:
    record = _missing(record, notice, _CONFIRMATION, record.asked_at.get("begins", event.due))
    return _moved(record, notice, NoticePhase.NOTIFIED)


@_fold.register
def _(event: ExerciseWordMissing, record: Record, notice: Alert) -> Record:
    return _missing(record, notice, _WORD, event.due)


@_fold.register
def _(event: ExerciseEndMissing, record: Record, notice: Alert) -> Record:
    return _missing(record, notice, _END, record.asked_at.get("ends", event.due))


@_fold.register
def _(_event: NoticePassed, record: Record, notice: Alert) -> Record:
    return _moved(record.drop("owed", _CONFIRMATION), notice, NoticePhase.PASSED)


def _window(record: Record, begins: datetime, ends: datetime) -> Record:
    """What was announced: its end is waited for from then on, with some patience."""
    return record.put("asked_at", "begins", begins).put("asked_at", "ends", ends)


def _said(record: Record, notice: Alert, event: NoticeWord, phase: NoticePhase) -> Record:
    """The sender's newest word: everybody's clock begins anew with it."""
    recipients = {desk: each.but(owes=True) for desk, each in notice.recipients.items()}
    notice = notice.but(
        number=event.number, released_at=event.released_at, at=event.at,
        due=event.acknowledge_by, recipients=recipients,
    )  # fmt: skip
    for desk in recipients:
        owed = Owed(
            what="ACKNOWLEDGEMENT", of=desk, since=event.released_at, due=event.acknowledge_by,
            precedence=notice.precedence,
        )  # fmt: skip
        record = record.put("owed", f"acknowledgement {desk}", owed)
    record = record.spoke(event.nation, notice.addressed, event.at, type(event).__name__)
    return _moved(record, notice, phase)


def _moved(record: Record, notice: Alert, phase: NoticePhase) -> Record:
    moved = record.but(notice=notice.but(phase=phase.value))
    return moved.stands("notice", "NOTICE", phase.value)


def _acknowledged(record: Record, notice: Alert, event: NoticeAcknowledged, at: datetime) -> Folded:
    desks = {event.by, *((event.desk,) if event.settles else ())}
    samples: tuple[Sample, ...] = ()
    if event.number >= notice.number:
        if event.desk in desks and f"acknowledgement {event.desk}" in record.owed:
            sender, by = nation_of(notice.sender), nation_of(event.desk)
            samples = (sample(at, notice.released_at, notice.precedence, sender, by),)
        record = record.drop("owed", *(f"acknowledgement {desk}" for desk in desks))
    return record, samples


def _changed(record: Record, desk: str, **changes: object) -> Record:
    name = f"acknowledgement {desk}"
    owed = record.owed.get(name)
    return record if owed is None else record.put("owed", name, owed.but(**changes))


def _missing(record: Record, notice: Alert, what: str, due: datetime) -> Record:
    """A word of the sender's own that did not come."""
    owed = Owed(what=what.upper(), of=notice.sender, since=due, due=due, overdue=True)
    return record.put("owed", what, owed)
