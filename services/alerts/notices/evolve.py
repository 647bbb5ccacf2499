"""What each event changes in a notice. Pure: one ledger gives one state."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from functools import singledispatch

from schemas.hotline import LegStep, Step
from schemas.notices import (
    ActivityNotified,
    DetectionLinked,
    ExerciseContinued,
    ExerciseEndMissing,
    ExerciseNotified,
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
    Novelty,
)
from services.alerts.notices.state import Announced, Notice, Recipient, Window, Word


def evolve(notice: Notice, event: NoticeEvent) -> Notice:
    """The notice after an event."""
    return replace(_evolve(event, notice), step=notice.step + 1)


@singledispatch
def _evolve(event: object, _notice: Notice) -> Notice:
    raise AssertionError(f"notices know no {type(event).__name__}")


# What its sender said.


@_evolve.register
def _(event: LaunchNotified, notice: Notice) -> Notice:
    return _begun(notice, event, NoticeKind.LAUNCH, None)


@_evolve.register
def _(event: ExerciseNotified, notice: Notice) -> Notice:
    return _begun(notice, event, NoticeKind.EXERCISE, event.novelty)


@_evolve.register
def _(event: NoticeAmended, notice: Notice) -> Notice:
    announced = replace(
        notice.told,
        window=Window(event.begins, event.ends),
        novelty=event.novelty,
        late_by_s=event.late_by_s,
    )
    amended = replace(
        notice, announced=announced, confirmed=None, unconfirmed=False, end_missing=False
    )
    begun = notice.phase is NoticePhase.COMMENCED
    return _said(amended, event, NoticePhase.COMMENCED if begun else NoticePhase.NOTIFIED)


@_evolve.register
def _(event: NoticeConfirmed, notice: Notice) -> Notice:
    confirmed = replace(notice, confirmed=Window(event.begins, event.ends), unconfirmed=False)
    return _said(confirmed, event, NoticePhase.CONFIRMED)


@_evolve.register
def _(event: NoticeCancelled, notice: Notice) -> Notice:
    return _said(replace(notice, ended_at=event.at), event, NoticePhase.CANCELLED)


@_evolve.register
def _(event: NoticeEnded, notice: Notice) -> Notice:
    ended = replace(notice, ended_at=event.at, end_missing=False, word_missing=False)
    return _said(ended, event, NoticePhase.ENDED)


@_evolve.register
def _(event: ExerciseContinued, notice: Notice) -> Notice:
    spoken = replace(notice, days=max(notice.days, event.day), word_missing=False)
    return _moved(spoken, NoticePhase.COMMENCED, event.at)


# What those said to whom it was given.


@_evolve.register
def _(event: NoticeAcknowledged, notice: Notice) -> Notice:
    for desk in {event.by, *((event.desk,) if event.settles else ())}:
        recipient = notice.recipients[desk]
        taken = replace(recipient, taken_over=max(recipient.taken_over, event.number))
        if taken.taken_over >= notice.newest.number:
            taken = replace(taken, steps_left=(), overdue=False)
        notice = notice.with_recipient(taken)
    return notice


@_evolve.register
def _(_event: DetectionLinked, notice: Notice) -> Notice:
    return replace(notice, detections=notice.detections + 1)


# What silence and time made of it.


@_evolve.register
def _(event: NoticeLadderClimbed, notice: Notice) -> Notice:
    silent = _without(notice.recipients[event.desk], event.step)
    notice = notice.with_recipient(silent)
    if event.to is None:
        return notice
    alternate = notice.recipients.get(event.to) or Recipient(
        event.to, due=silent.due, alternate=True
    )
    stands_for = tuple(dict.fromkeys((*alternate.stands_for, event.desk)))
    return notice.with_recipient(replace(alternate, stands_for=stands_for))


@_evolve.register
def _(event: NoticeOverdue, notice: Notice) -> Notice:
    silent = _without(notice.recipients[event.desk], Step.OVERDUE)
    return notice.with_recipient(replace(silent, overdue=True))


@_evolve.register
def _(event: NoticeUnconfirmed, notice: Notice) -> Notice:
    # What was confirmed stays on record: something seen then may be told later.
    return _moved(replace(notice, unconfirmed=True), NoticePhase.NOTIFIED, event.due)


@_evolve.register
def _(event: ExerciseWordMissing, notice: Notice) -> Notice:
    return replace(notice, days=event.day, word_missing=True, words_missed=notice.words_missed + 1)


@_evolve.register
def _(_event: ExerciseEndMissing, notice: Notice) -> Notice:
    return replace(notice, end_missing=True)


@_evolve.register
def _(event: NoticePassed, notice: Notice) -> Notice:
    return _moved(notice, NoticePhase.PASSED, event.due)


def _begun(
    notice: Notice, event: ActivityNotified, of: NoticeKind, novelty: Novelty | None
) -> Notice:
    recipients = {
        given.desk: Recipient(
            given.desk, due=event.acknowledge_by, ladder=given.ladder, final=given.final
        )
        for given in event.given
    }
    announced = Announced(
        of=of,
        sender=event.by,
        window=Window(event.begins, event.ends),
        label=event.label,
        novelty=novelty,
        late_by_s=event.late_by_s,
        message_type=event.message_type,
        exercise=event.exercise,
    )
    given = replace(notice, matter=event.matter, announced=announced, recipients=recipients)
    return _said(given, event, NoticePhase.NOTIFIED)


def _said(notice: Notice, event: NoticeWord, phase: NoticePhase) -> Notice:
    """The sender's newest word: everybody's clock begins anew with it."""
    word = Word(
        message=event.message,
        digest=event.digest,
        number=event.number,
        whole=isinstance(event, ActivityNotified | NoticeAmended),
        position=event.position,
        directory=event.directory,
    )
    recipients = {
        desk: replace(
            each,
            due=event.acknowledge_by,
            steps_left=_steps(each, event.schedule),
            overdue=False,
        )
        for desk, each in notice.recipients.items()
    }
    said = replace(notice, words=(*notice.words, word), recipients=recipients)
    return _moved(said, phase, event.at)


def _steps(recipient: Recipient, schedule: tuple[LegStep, ...]) -> tuple[LegStep, ...]:
    """An alternate has no ladder of its own, but what it was given is followed up all the same."""
    return tuple(x for x in schedule if not recipient.alternate or x.step is Step.OVERDUE)


def _moved(notice: Notice, phase: NoticePhase, at: datetime) -> Notice:
    return notice if phase is notice.phase else replace(notice, phase=phase, since=at)


def _without(recipient: Recipient, step: Step) -> Recipient:
    left = tuple(each for each in recipient.steps_left if each.step is not step)
    return replace(recipient, steps_left=left)
