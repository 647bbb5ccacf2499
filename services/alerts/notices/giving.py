"""What a notice's sender says of it: from the notice itself to its end. Pure."""

from __future__ import annotations

from typing import Any

from schemas.notices import (
    RECIPIENTS_MAX,
    AmendNotice,
    CancelNotice,
    ConfirmNotice,
    ContinueExercise,
    Desks,
    EndNotice,
    ExerciseContinued,
    ExerciseNotified,
    LaunchNotified,
    NoticeAmended,
    NoticeCancelled,
    NoticeConfirmed,
    NoticeEnded,
    NoticeGivenTo,
    NoticeKind,
    NoticeSaid,
    NotifyActivity,
    NotifyExercise,
    NotifyLaunch,
    WindowSaid,
)
from schemas.parties import DeskId, Ladder, nation_of
from services.alerts.notices.state import Notice, Window
from services.alerts.notices.telling import to_all
from services.alerts.notices.times import (
    CONFIRMED_AHEAD,
    Within,
    day_of,
    is_wide,
    late_by_s,
    silence,
)
from services.alerts.refusals import (
    ConfirmedBeforeItsDay,
    EndsBeforeItBegins,
    FinalConsumerMissing,
    FinalConsumerNotAddressed,
    NotBegunYet,
    NovelElementsUnsaid,
    OutsideItsWindow,
    TooManyRecipients,
    WindowBegunAlready,
    WindowOver,
)
from services.bus.refusals import (
    InvalidField,
    NotReleasable,
    Refusal,
    UnknownAddressee,
    UnknownOfficer,
)
from services.bus.rulebook import Decision, Encloses, Heard


def notify_launch(
    notice: Notice, heard: Heard[NotifyLaunch], within_s: Within
) -> Decision | Refusal:
    """Notice of a launch. Every nation addressed has a desk for which it is meant in the end."""
    command = heard.command
    addressed = {nation_of(desk) for desk in command.addressees}
    lacking = addressed - {nation_of(desk) for desk in command.final_consumers}
    if lacking:
        return FinalConsumerMissing(", ".join(sorted(lacking)))
    begun = _begun(notice, heard, NoticeKind.LAUNCH, within_s)
    if isinstance(begun, Refusal):
        return begun
    return to_all(notice, LaunchNotified(**begun), Encloses.COMMAND)


def notify_exercise(
    notice: Notice, heard: Heard[NotifyExercise], within_s: Within
) -> Decision | Refusal:
    """Notice of an exercise. Whether it has anything new is said, and be it that there is none."""
    if heard.command.novelty is None:
        return NovelElementsUnsaid()
    begun = _begun(notice, heard, NoticeKind.EXERCISE, within_s)
    if isinstance(begun, Refusal):
        return begun
    notified = ExerciseNotified(**begun, novelty=heard.command.novelty)
    return to_all(notice, notified, Encloses.COMMAND)


def amend(notice: Notice, heard: Heard[AmendNotice], within_s: Within) -> Decision | Refusal:
    """A changed window, or changed contents. What begins no earlier, or stays within the window
    that was told, needs no lead time anew.
    """
    command, announced = heard.command, notice.told
    exercise = announced.of is NoticeKind.EXERCISE
    if exercise and command.novelty is None:
        return NovelElementsUnsaid()
    if not exercise and command.novelty is not None:
        return InvalidField("novelty: of an exercise alone")
    if refusal := _untimely(heard):
        return refusal
    window, before = Window(command.begins, command.ends), announced.window
    if heard.received_at >= before.begins and command.begins != before.begins:
        return WindowBegunAlready()
    said = _word(notice, heard, within_s, window)
    if isinstance(said, Refusal):
        return said
    told_of = window.within(before) or command.begins == before.begins
    late = announced.late_by_s if told_of else late_by_s(announced.of, command.begins, said["at"])
    amended = NoticeAmended(
        **said, begins=command.begins, ends=command.ends, novelty=command.novelty, late_by_s=late
    )
    return to_all(notice, amended, Encloses.COMMAND)


def confirm(notice: Notice, heard: Heard[ConfirmNotice], within_s: Within) -> Decision | Refusal:
    """The hours of a launch, on the day or the day before; again where it is put off within its
    window, for which no new notice is needed.
    """
    command, window = heard.command, Window(heard.command.begins, heard.command.ends)
    if refusal := _untimely(heard):
        return refusal
    if is_wide(window) or not window.within(notice.window):
        return OutsideItsWindow()
    if command.begins - heard.received_at > CONFIRMED_AHEAD:
        return ConfirmedBeforeItsDay()
    said = _word(notice, heard, within_s, window)
    if isinstance(said, Refusal):
        return said
    confirmed = NoticeConfirmed(**said, begins=command.begins, ends=command.ends)
    return to_all(notice, confirmed, Encloses.COMMAND)


def cancel(notice: Notice, heard: Heard[CancelNotice], within_s: Within) -> Decision | Refusal:
    """It does not take place. Whoever had the notice has to have this too."""
    said = _word(notice, heard, within_s)
    if isinstance(said, Refusal):
        return said
    return to_all(notice, NoticeCancelled(**said), Encloses.COMMAND)


def end(notice: Notice, heard: Heard[EndNotice], within_s: Within) -> Decision | Refusal:
    """It is over. That is said once it has begun; before, it is cancelled."""
    if heard.received_at < notice.window.begins:
        return NotBegunYet()
    said = _word(notice, heard, within_s)
    if isinstance(said, Refusal):
        return said
    return to_all(notice, NoticeEnded(**said), Encloses.COMMAND)


def go_on(notice: Notice, heard: Heard[ContinueExercise], within_s: Within) -> Decision | Refusal:
    """The daily word that it goes on."""
    if heard.received_at < notice.window.begins:
        return NotBegunYet()
    if heard.received_at > notice.window.ends:
        return WindowOver()
    said = _word(notice, heard, within_s)
    if isinstance(said, Refusal):
        return said
    continued = ExerciseContinued(
        message=said["message"],
        by=said["by"],
        nation=said["nation"],
        officer=said["officer"],
        at=said["at"],
        day=day_of(notice.window.begins, said["at"]),
    )
    return to_all(notice, continued, Encloses.COMMAND)


def _begun(
    notice: Notice, heard: Heard[Any], of: NoticeKind, within_s: Within
) -> dict[str, Any] | Refusal:
    """What both kinds of notice have in common; refused where somebody cannot be told."""
    command: NotifyActivity = heard.command
    if strangers := [d for d in command.final_consumers if d not in command.addressees]:
        return FinalConsumerNotAddressed(", ".join(strangers))
    if refusal := _untimely(heard) or _unreachable(heard):
        return refusal
    window = Window(command.begins, command.ends)
    said = _word(notice, heard, within_s, window)
    if isinstance(said, Refusal):
        return said
    return said | {
        "matter": command.matter,
        "begins": command.begins,
        "ends": command.ends,
        "late_by_s": late_by_s(of, command.begins, heard.received_at),
        "given": _given(heard, command.addressees),
        "final_consumers": command.final_consumers,
        "label": command.label,
        "message_type": command.message_type,
        "exercise": command.exercise,
    }


def _unreachable(heard: Heard[Any]) -> Refusal | None:
    command: NotifyActivity = heard.command
    if unknown := [desk for desk in command.addressees if desk not in heard.desks]:
        return UnknownAddressee(", ".join(unknown)[:400])
    if command.sender in command.addressees:
        return InvalidField("addressees: others than the sender")
    if len(_reached(heard, command.addressees)) > RECIPIENTS_MAX:
        return TooManyRecipients(f"at most {RECIPIENTS_MAX}, alternates included")
    told = (command.sender, *command.addressees)
    if unread := [desk for desk in told if not command.label.lets_read(desk)]:
        return NotReleasable(", ".join(unread)[:400])
    return None


def _reached(heard: Heard[Any], addressees: Desks) -> set[DeskId]:
    """Every desk to which it may come: the addressees, and all on their ladders."""
    given = _given(heard, addressees)
    return {*addressees, *(each.desk for to in given for each in to.ladder.alternates)}


def _untimely(heard: Heard[Any]) -> Refusal | None:
    """A window ends after it begins, and not before it is told of."""
    command: WindowSaid = heard.command
    if command.ends <= command.begins:
        return EndsBeforeItBegins()
    return WindowOver() if command.ends <= heard.received_at else None


def _given(heard: Heard[Any], addressees: Desks) -> tuple[NoticeGivenTo, ...]:
    command: NotifyActivity = heard.command
    known = (*heard.desks,)
    return tuple(
        NoticeGivenTo(
            desk=desk,
            final=desk in command.final_consumers,
            ladder=Ladder(
                alternates=tuple(
                    each
                    for each in heard.desks[desk].ladder.alternates
                    if each.desk in known and each.desk != command.sender
                )
            ),
        )
        for desk in addressees
    )


def _word(
    notice: Notice, heard: Heard[Any], within_s: Within, window: Window | None = None
) -> dict[str, Any] | Refusal:
    """Who said it, and until when it is to be taken over; refused where no officer did."""
    command: NoticeSaid = heard.command
    if command.officer not in heard.desks[command.sender].officers:
        return UnknownOfficer(command.officer)
    # What is told when the window has begun presses no more than its precedence does.
    ahead = window.begins if window and window.begins > command.sent_at else None
    steps = silence(command.sent_at, ahead, within_s)
    return {
        "message": command.message_id,
        "digest": heard.digest,
        "number": len(notice.words) + 1,
        "by": command.sender,
        "nation": nation_of(command.sender),
        "officer": command.officer,
        "released_at": command.sent_at,
        "at": heard.received_at,
        "position": heard.position,
        "directory": heard.directory,
        "acknowledge_by": steps[-1].due,
        "schedule": steps,
    }
