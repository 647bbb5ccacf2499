"""What silence and time lead to in a notice: what is missing is told to all. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from schemas.hotline import Step
from schemas.notices import (
    ExerciseEndMissing,
    ExerciseWordMissing,
    NoticeDeadline,
    NoticeEvent,
    NoticeLadderClimbed,
    NoticeOverdue,
    NoticePassed,
    NoticeUnconfirmed,
    PassNoticeDeadline,
)
from services.alerts.notices.deadlines import owed, window
from services.alerts.notices.evolve import evolve
from services.alerts.notices.state import Notice, Recipient, Word
from services.alerts.notices.telling import to_all, told
from services.alerts.notices.times import Within
from services.bus.refusals import NoLongerDue, Refusal
from services.bus.rulebook import Decision, Earlier, Encloses, Heard


def passed(
    notice: Notice, heard: Heard[PassNoticeDeadline], _within_s: Within
) -> Decision | Refusal:
    """A rung of a silent desk's ladder, its time, what the sender owed, or a window's end."""
    command = heard.command
    if command.message != notice.newest.message:
        return NoLongerDue()
    if command.what is NoticeDeadline.SILENCE:
        return _silent(notice, command)
    if (command.what, command.due) not in {
        (due.what, due.due) for due in (owed(notice), window(notice)) if due is not None
    }:
        return NoLongerDue()
    return to_all(notice, _missing(notice, command), Encloses.NOTHING)


def _missing(notice: Notice, command: PassNoticeDeadline) -> NoticeEvent:
    match command.what:
        case NoticeDeadline.CONFIRMATION:
            return NoticeUnconfirmed(due=command.due)
        case NoticeDeadline.WORD:
            return ExerciseWordMissing(day=notice.days + 1, due=command.due)
        case NoticeDeadline.END:
            return ExerciseEndMissing(due=command.due)
        case _:
            return NoticePassed(due=command.due)


def _silent(notice: Notice, command: PassNoticeDeadline) -> Decision | Refusal:
    recipient = notice.recipients.get(command.desk or "")
    if recipient is None or command.step is None:
        return NoLongerDue()
    if (command.step, command.due) not in {(x.step, x.due) for x in recipient.steps_left}:
        return NoLongerDue()
    if command.step is Step.OVERDUE:
        return _overdue(notice, recipient, command)
    return _climbed(notice, recipient, command.step)


def _overdue(notice: Notice, recipient: Recipient, command: PassNoticeDeadline) -> Decision:
    """The sender learns it, the silent desk, and every alternate on its ladder."""
    event = NoticeOverdue(
        message=command.message, desk=recipient.desk, final=recipient.final, due=command.due
    )
    after = evolve(notice, event)
    alternates = tuple(each.desk for each in recipient.ladder.alternates)
    return Decision(
        (event,),
        (
            *told(after, event, (notice.told.sender, recipient.desk)),
            *told(after, event, alternates, standing_in_for=recipient.desk),
        ),
    )


def _climbed(notice: Notice, recipient: Recipient, step: Step) -> Decision:
    """The next alternate is given the notice: its newest whole words, and what came after."""
    alternate = next((x.desk for x in recipient.ladder.alternates if x.rung is step.rung), None)
    event = NoticeLadderClimbed(
        message=notice.newest.message, desk=recipient.desk, step=step, to=alternate
    )
    after = evolve(notice, event)
    tells = told(after, event, (notice.told.sender,))
    if alternate is not None and alternate in notice.recipients:
        tells += told(after, event, (alternate,), standing_in_for=recipient.desk)
    elif alternate is not None:
        for word in _words_to_read(notice):
            lies = Earlier(word.position, word.digest, word.directory)
            tells += told(after, event, (alternate,), lies, standing_in_for=recipient.desk)
    return Decision((event,), tells)


def _words_to_read(notice: Notice) -> Iterator[Word]:
    """The last words that tell all, and what came after them."""
    last_whole = max(each.number for each in notice.words if each.whole)
    return (each for each in notice.words if each.number >= last_whole)
