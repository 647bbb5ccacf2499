"""Who may say what of a notice, and what it does: two tables. Pure."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from schemas.envelope import Outer
from schemas.notices import (
    AcknowledgeNotice,
    AmendNotice,
    CancelNotice,
    ConfirmNotice,
    ContinueExercise,
    EndNotice,
    GivenCommand,
    LinkDetection,
    NoticeKind,
    NoticePhase,
    NotifyActivity,
    NotifyExercise,
    NotifyLaunch,
    PassNoticeDeadline,
)
from services.alerts.notices import answering, giving, silence
from services.alerts.notices.state import STANDING, Notice
from services.alerts.notices.times import Within
from services.alerts.refusals import (
    CommencedAlready,
    MatterTaken,
    NotGivenNotice,
    NoticeCalledOff,
    NoticeOver,
    NotNoticesSender,
    NotOfThisKind,
    UnknownNotice,
)
from services.bus.refusals import NoLongerDue, Refusal
from services.bus.rulebook import Decision, Heard, Row, Table, Verb


class Role(StrEnum):
    """Who speaks, as the notice knows it."""

    SENDER = "SENDER"
    RECIPIENT = "RECIPIENT"
    """An addressee, or an alternate that was given the notice."""
    STRANGER = "STRANGER"
    CLOCK = "CLOCK"


_BOTH: tuple[type[Outer], ...] = (
    AmendNotice, CancelNotice, EndNotice, AcknowledgeNotice, LinkDetection,
)  # fmt: skip
LAUNCH: tuple[type[Outer], ...] = (NotifyLaunch, ConfirmNotice, *_BOTH)
EXERCISE: tuple[type[Outer], ...] = (NotifyExercise, ContinueExercise, *_BOTH)
COMMANDS: frozenset[type[Outer]] = frozenset((*LAUNCH, *EXERCISE))
OWN_COMMANDS: frozenset[type[Outer]] = frozenset({PassNoticeDeadline})

_P = NoticePhase
_BEGUN = tuple(phase for phase in _P if phase is not _P.NONE)
_SEEN = tuple(phase for phase in _BEGUN if phase is not _P.CANCELLED)
"""In which something detected may be what was told: what was called off explains nothing."""


def _rows(
    phases: tuple[NoticePhase, ...], command: type[Outer], role: Role, verb: Verb
) -> tuple[Row, ...]:
    return tuple(Row(phase, command, role, verb) for phase in phases)


def _otherwise(of: NoticeKind) -> Any:
    own = LAUNCH if of is NoticeKind.LAUNCH else EXERCISE

    def cell(phase: StrEnum, command: type[Outer], role: StrEnum) -> Refusal:
        return _who(own, phase, command, role) or _when(phase)

    return cell


def _who(
    own: tuple[type[Outer], ...], phase: StrEnum, command: type[Outer], role: StrEnum
) -> Refusal | None:
    """Whether it is this speaker's to say, of such a notice."""
    if role is Role.CLOCK or command is PassNoticeDeadline:
        return NoLongerDue()
    if issubclass(command, NotifyActivity):
        return MatterTaken() if phase is not _P.NONE else NotGivenNotice()
    if phase is _P.NONE:
        return UnknownNotice()
    if role is Role.STRANGER or (issubclass(command, GivenCommand) and role is Role.SENDER):
        return NotGivenNotice()
    if role is Role.RECIPIENT and not issubclass(command, GivenCommand):
        return NotNoticesSender()
    return NotOfThisKind() if command not in own else None


def _when(phase: StrEnum) -> Refusal:
    if phase is _P.CANCELLED:
        return NoticeCalledOff()
    return CommencedAlready() if phase is _P.COMMENCED else NoticeOver(phase.value)


def _shared(standing: tuple[NoticePhase, ...]) -> tuple[Row, ...]:
    """What is said of both kinds alike."""
    return (
        *_rows(standing, AmendNotice, Role.SENDER, giving.amend),
        *_rows(_BEGUN, AcknowledgeNotice, Role.RECIPIENT, answering.acknowledge),
        *_rows(_SEEN, LinkDetection, Role.RECIPIENT, answering.link),
        *_rows(_BEGUN, PassNoticeDeadline, Role.CLOCK, silence.passed),
    )


LAUNCH_TABLE = Table(
    rows=(
        Row(_P.NONE, NotifyLaunch, Role.STRANGER, giving.notify_launch),
        *_shared((_P.NOTIFIED, _P.CONFIRMED)),
        *_rows((_P.NOTIFIED, _P.CONFIRMED), ConfirmNotice, Role.SENDER, giving.confirm),
        *_rows((_P.NOTIFIED, _P.CONFIRMED), CancelNotice, Role.SENDER, giving.cancel),
        *_rows((_P.NOTIFIED, _P.CONFIRMED, _P.PASSED), EndNotice, Role.SENDER, giving.end),
    ),
    otherwise=_otherwise(NoticeKind.LAUNCH),
)
EXERCISE_TABLE = Table(
    rows=(
        Row(_P.NONE, NotifyExercise, Role.STRANGER, giving.notify_exercise),
        *_shared((_P.NOTIFIED, _P.COMMENCED)),
        *_rows((_P.NOTIFIED, _P.COMMENCED), ContinueExercise, Role.SENDER, giving.go_on),
        *_rows((_P.NOTIFIED,), CancelNotice, Role.SENDER, giving.cancel),
        *_rows((_P.NOTIFIED, _P.COMMENCED), EndNotice, Role.SENDER, giving.end),
    ),
    otherwise=_otherwise(NoticeKind.EXERCISE),
)
assert set(STANDING) == {_P.NOTIFIED, _P.CONFIRMED, _P.COMMENCED}, "each can still be amended"


def decide(notice: Notice, heard: Heard[Any], within_s: Within) -> Decision | Refusal:
    """The verb of the cell in which a command falls, or the cell's refusal."""
    command = heard.command
    cell = _table(notice, command).cell(notice.phase, type(command), role_of(notice, command))
    return cell if isinstance(cell, Refusal) else cell.verb(notice, heard, within_s)


def _table(notice: Notice, command: Outer) -> Table:
    """By what the notice is of; by what the command is of, where none was given."""
    if notice.announced is not None:
        launch = notice.announced.of is NoticeKind.LAUNCH
    else:
        launch = not isinstance(command, NotifyExercise)
    return LAUNCH_TABLE if launch else EXERCISE_TABLE


def role_of(notice: Notice, command: Outer) -> Role:
    """In what role its sender speaks."""
    if isinstance(command, PassNoticeDeadline):
        return Role.CLOCK
    if notice.announced is not None and command.sender == notice.announced.sender:
        return Role.SENDER
    return Role.RECIPIENT if command.sender in notice.recipients else Role.STRANGER
