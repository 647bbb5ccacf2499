"""What visits decide: for every phase, command and role a verb or a refusal. Pure.

A command names a version, and the phase is that version's. Of an approved request with an
amendment on its way, AMENDMENT_PENDING is told; whoever speaks of what is approved finds it in the
phase that it had, and only a further amendment finds AMENDMENT_PENDING.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from schemas.envelope import Outer
from schemas.parties import Nation
from schemas.visit_terms import VisitPhase
from schemas.visits import (
    Asking,
    BeginReview,
    CancelRequest,
    CertifyRequest,
    ConcurInVisit,
    ConfirmDay,
    DecideRequest,
    IssueNumber,
    OfVersion,
    PassVisitDeadline,
    ReportVisit,
    RequestAircraft,
    RequestShip,
    RequestVisit,
    ReturnRequest,
    RevokeApproval,
    TransmitRequest,
)
from services.bus.refusals import NoLongerDue, Refusal, UnknownOfficer
from services.bus.rulebook import Decision, Heard, Row, Table, Verb
from services.visits import asking, deciding, going
from services.visits.asking import Terms
from services.visits.refusals import (
    AmendmentWaits,
    DecidedAlready,
    NoPartToVisit,
    NoSuchVersion,
    NoSuchVisit,
    NotYourStep,
    OtherParties,
    WrongVisitState,
)
from services.visits.state import ALLOWED, UNDECIDED, Role, Visit, role_of

ASKS: tuple[type[Outer], ...] = (RequestVisit, RequestAircraft, RequestShip)
COMMANDS: frozenset[type[Outer]] = frozenset({
    *ASKS, CertifyRequest, ReturnRequest, TransmitRequest, BeginReview, ConcurInVisit,
    DecideRequest, IssueNumber, ConfirmDay, CancelRequest, RevokeApproval, ReportVisit,
})  # fmt: skip
OWN_COMMANDS: frozenset[type[Outer]] = frozenset({PassVisitDeadline})

_P = VisitPhase
_APPROVED = (_P.APPROVED, _P.APPROVED_WITH_LIMITATIONS)
_WITH_HOST = (_P.TRANSMITTED, _P.UNDER_REVIEW)
_IN_FORCE = (*ALLOWED, _P.TRANSMITTED)
"""A notification that was transmitted is in force as it is."""
_OF_WHAT_HOLDS = (IssueNumber, ConfirmDay, RevokeApproval, ReportVisit)
"""What is said of an approval, never of an amendment that is on its way."""
_DECIDED = (*ALLOWED, _P.DENIED, _P.NON_SPONSORED, _P.RETURNED_WITHOUT_ACTION, _P.COMPLETED,
            _P.REPORTED, _P.CANCELLED, _P.REVOKED, _P.EXPIRED)  # fmt: skip


def _rows(
    phases: Sequence[VisitPhase], command: type[Outer], role: Role, verb: Verb
) -> tuple[Row, ...]:
    return tuple(Row(phase, command, role, verb) for phase in phases)


def _refused_cell(phase: StrEnum, command: type[Outer], role: StrEnum) -> Refusal:
    """What a cell without a row holds."""
    if role is Role.CLOCK or command is PassVisitDeadline:
        return NoLongerDue()
    if phase is _P.DRAFT:
        return NoSuchVisit()
    if role is Role.STRANGER:
        return NoPartToVisit()
    if phase is _P.AMENDMENT_PENDING and command in ASKS:
        return AmendmentWaits()
    if not any(row.command is command and row.role is role for row in ROWS):
        return NotYourStep(f"{command.__name__} by {role}")
    if command is DecideRequest and phase in _DECIDED:
        return DecidedAlready(f"it is {phase}")
    return WrongVisitState(f"{command.__name__} while {phase}")


ROWS: tuple[Row, ...] = (
    *(Row(_P.DRAFT, kind, Role.REQUESTER, asking.submit) for kind in ASKS),
    *(
        row
        for kind in ASKS
        for row in (
            *_rows(_IN_FORCE, kind, Role.REQUESTER, asking.amend),
            *_rows(
                [p for p in _P if p not in (_P.DRAFT, _P.AMENDMENT_PENDING, *_IN_FORCE)],
                kind, Role.REQUESTER, asking.taken,
            ),
        )
    ),
    *_rows((_P.SUBMITTED,), CertifyRequest, Role.OWN_AUTHORITY, deciding.certify),
    *_rows((_P.SUBMITTED,), ReturnRequest, Role.OWN_AUTHORITY, deciding.give_back),
    *_rows((_P.CERTIFIED,), TransmitRequest, Role.OWN_AUTHORITY, deciding.transmit),
    *_rows((_P.TRANSMITTED,), BeginReview, Role.HOST_AUTHORITY, deciding.review),
    *_rows(_WITH_HOST, ConcurInVisit, Role.FACILITY, deciding.concur),
    *_rows((_P.UNDER_REVIEW,), DecideRequest, Role.HOST_AUTHORITY, deciding.decide),
    *_rows(
        (*_APPROVED, _P.NUMBER_ISSUED, _P.TRANSMITTED, _P.IN_PROGRESS),
        IssueNumber, Role.HOST_AUTHORITY, deciding.issue_number,
    ),
    *(
        row
        for role in (Role.HOST_AUTHORITY, Role.FACILITY)
        for row in _rows((*_IN_FORCE,), ConfirmDay, role, going.confirm_day)
    ),
    *_rows((*UNDECIDED, *ALLOWED), CancelRequest, Role.REQUESTER, going.cancel),
    *_rows(_IN_FORCE, RevokeApproval, Role.HOST_AUTHORITY, going.revoke),
    *(
        row
        for role in (Role.REQUESTER, Role.FACILITY)
        for row in _rows((*_IN_FORCE, _P.COMPLETED), ReportVisit, role, going.report)
    ),
    *_rows((*UNDECIDED, *ALLOWED), PassVisitDeadline, Role.CLOCK, going.pass_deadline),
)  # fmt: skip
TABLE = Table(rows=ROWS, otherwise=_refused_cell)


def decide(visit: Visit, heard: Heard[Outer], terms: Terms) -> Decision | Refusal:
    """The verb of the cell in which what is said of a request falls, or the cell's refusal."""
    command, standing = heard.command, visit.standing
    if standing is None:
        role = Role.CLOCK if isinstance(command, PassVisitDeadline) else Role.REQUESTER
        cell = TABLE.cell(VisitPhase.DRAFT, type(command), role)
        return cell if isinstance(cell, Refusal) else cell.verb(visit, heard, terms)
    if isinstance(command, PassVisitDeadline):
        role = Role.CLOCK
    else:
        role = role_of(standing, command.sender, heard.desks)
        if refused := _spoken_wrongly(visit, heard, role):
            return refused
    phase = _phase(visit, command)
    if isinstance(phase, Refusal):
        return phase
    cell = TABLE.cell(phase, type(command), role)
    return cell if isinstance(cell, Refusal) else cell.verb(visit, heard, terms)


def _spoken_wrongly(visit: Visit, heard: Heard[Outer], role: Role) -> Refusal | None:
    command, standing = heard.command, visit.on_record
    if role is Role.STRANGER:
        return NoPartToVisit()
    if isinstance(command, Asking):
        return None
    assert isinstance(command, OfVersion), "all that desks say names a version, or asks"
    if (command.requesting, command.host) != (standing.requesting, standing.host):
        return OtherParties()
    sender = heard.desks.get(command.sender)
    if sender is None or command.officer not in sender.officers:
        return UnknownOfficer()
    return None


def _phase(visit: Visit, command: Outer) -> VisitPhase | Refusal:
    """The phase of the version that is spoken of."""
    standing = visit.on_record
    if isinstance(command, Asking):
        return standing.phase
    assert isinstance(command, OfVersion | PassVisitDeadline), "nothing else is said here"
    if visit.is_pending(command.version) and isinstance(command, _OF_WHAT_HOLDS):
        return WrongVisitState(f"version {command.version} is an amendment, and not decided")
    if visit.asked(command.version) is not None:
        return visit.phase_of(command.version)
    if isinstance(command, PassVisitDeadline):
        return NoLongerDue()
    if command.version > standing.versions:
        return NoSuchVersion(f"there are {standing.versions}")
    if isinstance(command, DecideRequest):
        return DecidedAlready(f"version {command.version} is no more on its way")
    return NoSuchVersion(f"version {standing.asked.version} stands")


def nations_named(command: Outer) -> tuple[Nation, ...]:
    """The two nations, whose authorities are found in the directory."""
    if isinstance(command, Asking | OfVersion | PassVisitDeadline):
        return tuple(dict.fromkeys((command.requesting, command.host)))
    return ()
