"""What becomes of an approval: begun, ended, reported, withdrawn, revoked, run out. Pure."""

from __future__ import annotations

from typing import Any

from schemas.visit_terms import (
    Answer,
    ReportKind,
    VisitDeadline,
    VisitPhase,
    VisitStep,
    VisitType,
)
from schemas.visits import (
    CancelRequest,
    ConfirmDay,
    OfVersion,
    PassVisitDeadline,
    ReportVisit,
    RevokeApproval,
    VisitStanding,
)
from services.bus.refusals import NoLongerDue, Refusal
from services.bus.rulebook import Decision, Heard
from services.visits.asking import Terms, by
from services.visits.deadlines import standing_deadlines
from services.visits.deciding import moved, without_amendment
from services.visits.refusals import (
    NoNumberNeeded,
    NotCovered,
    VisitNotYet,
    WrongVisitState,
)
from services.visits.state import ALLOWED, Visit
from services.visits.telling import changed

_OVER: dict[str, Any] = {"pending": None, "decision_due": None}


def cancel(visit: Visit, heard: Heard[CancelRequest], terms: Terms) -> Decision | Refusal:
    """The requester withdraws an amendment, which leaves what was approved; or all of it."""
    del terms
    command, standing = heard.command, visit.on_record
    if visit.is_pending(command.version):
        after = without_amendment(standing)
        step = VisitStep.AMENDMENT_WITHDRAWN
    else:
        after = _ended(standing, VisitPhase.CANCELLED, heard)
        step = VisitStep.CANCELLED
    return changed(visit, heard, step, after, command.version, by=_by(command))


def revoke(visit: Visit, heard: Heard[RevokeApproval], terms: Terms) -> Decision | Refusal:
    """The host takes it back, and a pending amendment with it."""
    del terms
    command, standing = heard.command, visit.on_record
    notified = standing.answer is Answer.NOTIFICATION
    if standing.underlying is VisitPhase.TRANSMITTED and not notified:
        return WrongVisitState("nothing is approved yet: decide on it")
    after = _ended(standing, VisitPhase.REVOKED, heard, category=command.category)
    return changed(visit, heard, VisitStep.REVOKED, after, command.version, by=_by(command))


def report(visit: Visit, heard: Heard[ReportVisit], terms: Terms) -> Decision | Refusal:
    """It began or ended, as somebody says who was there; or the visit report."""
    del terms
    command, standing = heard.command, visit.on_record
    approved = standing.approved
    if approved is None:
        return WrongVisitState(f"it is {standing.underlying}")
    if not set(command.persons) <= set(approved.persons):
        return NotCovered("a person")
    if not set(command.sites) <= set(approved.sites):
        return NotCovered("a site")
    under_way = standing.underlying in (*ALLOWED, VisitPhase.TRANSMITTED)
    match command.report:
        case ReportKind.BEGAN if under_way:
            if heard.received_at < approved.window.begins:
                return VisitNotYet()
            step, phase = VisitStep.BEGAN, VisitPhase.IN_PROGRESS
            after = moved(standing, command.version, phase, heard.received_at, visited=True)
        case ReportKind.ENDED if standing.underlying is VisitPhase.IN_PROGRESS:
            step, after = VisitStep.ENDED, _left(standing, heard)
        case ReportKind.REPORT if standing.underlying is VisitPhase.COMPLETED:
            step = VisitStep.REPORTED
            after = _ended(standing, VisitPhase.REPORTED, heard)
        case _:
            return WrongVisitState(f"{command.report} while {standing.underlying}")
    return changed(visit, heard, step, after, command.version, by=_by(command))


def confirm_day(visit: Visit, heard: Heard[ConfirmDay], terms: Terms) -> Decision | Refusal:
    """Whether the craft that came is one of those approved: its call sign and registration. What
    differs is told to everybody concerned, and decides nothing.
    """
    del terms
    command, standing = heard.command, visit.on_record
    if not standing.subject.is_clearance:
        return NoNumberNeeded("a visit has no craft")
    if standing.approved is None:
        return WrongVisitState(f"it is {standing.underlying}")
    matches = command.craft in standing.approved.persons
    step = VisitStep.DAY_MATCHED if matches else VisitStep.DAY_DIFFERED
    return changed(visit, heard, step, standing, command.version, by=_by(command))


def pass_deadline(
    visit: Visit, heard: Heard[PassVisitDeadline], terms: Terms
) -> Decision | Refusal:
    """The clock's word, where the deadline still stands. It approves nothing."""
    del terms
    command, standing = heard.command, visit.on_record
    if (command.what, command.version, command.due) not in standing_deadlines(standing):
        return NoLongerDue()
    match command.what:
        case VisitDeadline.DECISION | VisitDeadline.AMENDMENT_DECISION:
            phase = visit.phase_of(command.version)
            after = moved(standing, command.version, phase, standing.since, overdue=True)
            step = VisitStep.DECISION_OVERDUE
        case VisitDeadline.BEGINS:
            after = moved(standing, command.version, VisitPhase.IN_PROGRESS, command.due)
            step = VisitStep.BEGAN
        case _:
            step, after = _ran_out(standing, heard)
    return changed(visit, heard, step, after, command.version)


def _ran_out(standing: VisitStanding, heard: Heard[Any]) -> tuple[VisitStep, VisitStanding]:
    """The time asked for, or approved, is over. An amendment that is not decided lapses."""
    if standing.visited or standing.underlying is VisitPhase.IN_PROGRESS:
        return VisitStep.ENDED, _ended(standing, VisitPhase.COMPLETED, heard)
    return VisitStep.EXPIRED, _ended(standing, VisitPhase.EXPIRED, heard, approved=None)


def _ended(
    standing: VisitStanding, phase: VisitPhase, heard: Heard[Any], **fields: Any
) -> VisitStanding:
    if phase in (VisitPhase.CANCELLED, VisitPhase.REVOKED):
        fields |= {"approved": None}
    at = getattr(heard.command, "due", heard.received_at)
    return standing.model_copy(
        update={"underlying": phase, "phase": phase, "since": at, **_OVER, **fields}
    )


def _left(standing: VisitStanding, heard: Heard[Any]) -> VisitStanding:
    """Who came has gone. A recurring visit is approved as before, for the next time."""
    if standing.type is VisitType.RECURRING and standing.decision:
        return moved(standing, standing.asked.version, standing.decision.phase, heard.received_at)
    return _ended(standing, VisitPhase.COMPLETED, heard)


def _by(command: OfVersion) -> tuple[str, str, str]:
    return by(command)  # type: ignore[arg-type]  # every submission has a sender and an officer
