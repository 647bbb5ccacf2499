"""Who may say what under this protocol, and what it does: three tables. Pure."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from schemas.alerts import PassRiskDeadline
from schemas.concerns import (
    AnswerHosting,
    AskClarification,
    Clarify,
    CloseHazard,
    CloseHosting,
    CloseRequest,
    ConcernCommand,
    ConcernPhase,
    HazardCommand,
    HazardPhase,
    HostingPhase,
    JudgeReply,
    OfferHosting,
    RecordMeeting,
    ReplyToRequest,
    ReportHazard,
    ReportMeeting,
    RequestExplanation,
    RequestMeeting,
    UpdateRequest,
    WithdrawHosting,
)
from schemas.envelope import Outer
from schemas.parties import nation_of
from services.alerts.refusals import (
    MatterTaken,
    NoPartOfIt,
    NotInvited,
    OnlyTheRequested,
    OnlyTheRequester,
    UnknownRequest,
    WrongRequestState,
)
from services.alerts.risk import concern, hazard, hosting, silence
from services.alerts.risk.state import Risk
from services.bus.refusals import NoLongerDue, Refusal
from services.bus.rulebook import Decision, Heard, Row, Table, Verb


class Role(StrEnum):
    """Who speaks: by the part that its state has, and only through a desk that is told."""

    OPENER = "OPENER"
    """The state that asked, or the host; for an incident the state involved."""
    OTHER = "OTHER"
    """The state that was asked; for an incident one that is affected; an invited state."""
    PARTICIPANT = "PARTICIPANT"
    STRANGER = "STRANGER"
    CLOCK = "CLOCK"


CONCERN: tuple[type[Outer], ...] = (
    RequestExplanation, UpdateRequest, ReplyToRequest, JudgeReply, RequestMeeting, RecordMeeting,
    ReportMeeting, CloseRequest,
)  # fmt: skip
HAZARD: tuple[type[Outer], ...] = (ReportHazard, AskClarification, Clarify, CloseHazard)
HOSTING: tuple[type[Outer], ...] = (OfferHosting, AnswerHosting, WithdrawHosting, CloseHosting)
COMMANDS: frozenset[type[Outer]] = frozenset((*CONCERN, *HAZARD, *HOSTING))
OWN_COMMANDS: frozenset[type[Outer]] = frozenset({PassRiskDeadline})
_C, _H, _V = ConcernPhase, HazardPhase, HostingPhase


def _rows(
    phases: tuple[StrEnum, ...], command: type[Outer], roles: tuple[Role, ...], verb: Verb
) -> tuple[Row, ...]:
    return tuple(Row(phase, command, role, verb) for phase in phases for role in roles)


def _besides(phases: type[StrEnum], *without: StrEnum) -> tuple[StrEnum, ...]:
    return tuple(phase for phase in phases if phase not in without)


def _unbegun(phase: StrEnum, command: type[Outer], role: StrEnum) -> Refusal | None:
    """What holds in every table."""
    if role is Role.CLOCK or command is PassRiskDeadline:
        return NoLongerDue()
    if phase.value == "NONE":
        return UnknownRequest()
    return NoPartOfIt() if role is Role.STRANGER else None


def _concern_cell(phase: StrEnum, command: type[Outer], role: StrEnum) -> Refusal:
    if command is RequestExplanation and phase is not _C.NONE:
        return MatterTaken()
    if refusal := _unbegun(phase, command, role):
        return refusal
    if command is ReplyToRequest and role is not Role.OTHER:
        return OnlyTheRequested()
    if command is not ReplyToRequest and role is not Role.OPENER:
        shared = command in (RequestMeeting, ReportMeeting) and role is Role.OTHER
        return WrongRequestState(phase.value) if shared else OnlyTheRequester()
    return WrongRequestState(phase.value)


def _hazard_cell(phase: StrEnum, command: type[Outer], role: StrEnum) -> Refusal:
    if refusal := _unbegun(phase, command, role):
        return refusal
    if phase is _H.CLOSED:
        return WrongRequestState(phase.value)
    return NoPartOfIt()


def _hosting_cell(phase: StrEnum, command: type[Outer], role: StrEnum) -> Refusal:
    if command is OfferHosting and phase is not _V.NONE:
        return MatterTaken()
    if refusal := _unbegun(phase, command, role):
        return refusal
    if command is AnswerHosting and role is not Role.OTHER:
        return NotInvited()
    if command is not AnswerHosting and role is not Role.OPENER:
        return NoPartOfIt()
    return WrongRequestState(phase.value)


_ASKED = _besides(_C, _C.NONE, _C.CLOSED)
_BOTH = (Role.OPENER, Role.OTHER)
CONCERN_TABLE = Table(
    rows=(
        Row(_C.NONE, RequestExplanation, Role.STRANGER, concern.ask),
        *_rows(_ASKED, UpdateRequest, (Role.OPENER,), concern.update),
        *_rows(_ASKED, ReplyToRequest, (Role.OTHER,), concern.reply),
        *_rows(_ASKED, JudgeReply, (Role.OPENER,), concern.judge),
        *_rows(
            (_C.ANSWERED, _C.UNANSWERED, _C.HELD, _C.BOYCOTTED, _C.REPORTED),
            RequestMeeting,
            _BOTH,
            concern.call,
        ),
        *_rows((_C.MEETING_REQUESTED,), RecordMeeting, (Role.OPENER,), concern.record),
        *_rows((_C.HELD, _C.BOYCOTTED), ReportMeeting, _BOTH, concern.report),
        *_rows(_ASKED, CloseRequest, (Role.OPENER,), concern.close),
        *_rows(_ASKED, PassRiskDeadline, (Role.CLOCK,), silence.passed),
    ),
    otherwise=_concern_cell,
)

_TOLD = _besides(_H, _H.NONE, _H.CLOSED)
HAZARD_TABLE = Table(
    rows=(
        *_rows((_H.NONE,), ReportHazard, (Role.STRANGER,), hazard.begin),
        *_rows((_H.NONE,), AskClarification, (Role.STRANGER,), hazard.begin),
        *_rows(_TOLD, ReportHazard, (Role.OPENER,), hazard.report),
        *_rows(_TOLD, Clarify, (Role.OPENER,), hazard.clarify),
        *_rows(_TOLD, AskClarification, (Role.OTHER,), hazard.ask),
        *_rows(_TOLD, CloseHazard, (Role.OTHER,), hazard.close),
        *_rows(_TOLD, PassRiskDeadline, (Role.CLOCK,), silence.passed),
    ),
    otherwise=_hazard_cell,
)

HOSTING_TABLE = Table(
    rows=(
        Row(_V.NONE, OfferHosting, Role.STRANGER, hosting.offer),
        Row(_V.INVITED, AnswerHosting, Role.OTHER, hosting.answer),
        Row(_V.INVITED, WithdrawHosting, Role.OPENER, hosting.withdraw),
        Row(_V.INVITED, CloseHosting, Role.OPENER, hosting.close),
        Row(_V.INVITED, PassRiskDeadline, Role.CLOCK, silence.passed),
    ),
    otherwise=_hosting_cell,
)


def decide(risk: Risk, heard: Heard[Any]) -> Decision | Refusal:
    """The verb of the cell in which a command falls, or the cell's refusal."""
    command = heard.command
    table, phase = _table(risk, command)
    cell = table.cell(phase, type(command), role_of(risk, command))
    return cell if isinstance(cell, Refusal) else cell.verb(risk, heard)


def _table(risk: Risk, command: Outer) -> tuple[Table, StrEnum]:
    """By what the matter is; by what the command is of, where nothing was begun."""
    if risk.concern is not None or isinstance(command, ConcernCommand):
        return CONCERN_TABLE, risk.concern.phase if risk.concern else _C.NONE
    if risk.hazard is not None or isinstance(command, HazardCommand):
        return HAZARD_TABLE, risk.hazard.phase if risk.hazard else _H.NONE
    return HOSTING_TABLE, risk.hosting.phase if risk.hosting else _V.NONE


def role_of(risk: Risk, command: Outer) -> Role:
    """In what role its sender speaks."""
    if isinstance(command, PassRiskDeadline):
        return Role.CLOCK
    if risk.parties is None or command.sender not in risk.parties.desks:
        return Role.STRANGER
    own = nation_of(command.sender)
    opener, others = _parts(risk)
    if own == opener:
        return Role.OPENER
    return Role.OTHER if own in others else Role.PARTICIPANT


def _parts(risk: Risk) -> tuple[str, tuple[str, ...]]:
    if risk.concern is not None:
        return risk.concern.requester, (risk.concern.requested,)
    if risk.hazard is not None:
        return risk.hazard.involved, risk.hazard.concerned
    assert risk.hosting is not None, "a matter that was begun is one of the three"
    return risk.hosting.host, risk.hosting.invited
