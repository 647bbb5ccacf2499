"""Certified, transmitted, decided: how a version of a request gets its answer. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from schemas.visit_terms import Answer, VisitPhase, VisitStep, Window
from schemas.visits import (
    Asked,
    BeginReview,
    CertifyRequest,
    ConcurInVisit,
    DecideRequest,
    IssueNumber,
    OfRequest,
    OfVersion,
    ReturnRequest,
    TransmitRequest,
    VisitStanding,
)
from services.bus.clock import milliseconds
from services.bus.refusals import Refusal
from services.bus.rulebook import Decision, Heard
from services.visits.asking import Terms, by
from services.visits.refusals import (
    BeyondRequest,
    DecidedAlready,
    FacilityNotConcurring,
    NeedsNoAnswer,
    NoNumberNeeded,
    OtherVersion,
    WrongVisitState,
)
from services.visits.state import Visit
from services.visits.telling import changed, shown_phase

AT_LEAST = timedelta(hours=24)
"""How long a host's authority has in any case before a decision is overdue."""


def moved(
    standing: VisitStanding, version: int, phase: VisitPhase, at: datetime, **fields: Any
) -> VisitStanding:
    """That version in another phase; the fields are those of the version's own track."""
    pending = standing.pending
    if pending and pending.asked.version == version:
        after = pending.model_copy(update={"phase": phase, **fields})
        return standing.model_copy(update={"pending": after})
    shown = shown_phase(phase, amendment=pending is not None)
    return standing.model_copy(update={"underlying": phase, "phase": shown, "since": at, **fields})


def other_words(visit: Visit, command: OfRequest) -> Refusal | None:
    """Whoever certifies or decides names the very request that it read."""
    asked = visit.asked(command.version)
    assert asked is not None, "the version was checked before"
    return None if asked.request == command.request_digest else OtherVersion()


def certify(visit: Visit, heard: Heard[CertifyRequest], terms: Terms) -> Decision | Refusal:
    """The requesting authority certifies it."""
    del terms
    if refused := other_words(visit, heard.command):
        return refused
    return _went(visit, heard, VisitStep.CERTIFIED, VisitPhase.CERTIFIED, keeps_record=True)


def give_back(visit: Visit, heard: Heard[ReturnRequest], terms: Terms) -> Decision | Refusal:
    """The requesting authority does not certify it. An amendment falls, what stands stays."""
    del terms
    returned = VisitPhase.RETURNED_WITHOUT_ACTION
    command, standing = heard.command, visit.on_record
    if visit.is_pending(command.version):
        after = without_amendment(standing)
    else:
        after = moved(
            standing, command.version, returned, heard.received_at, category=command.category
        )
    return changed(visit, heard, VisitStep.RETURNED, after, command.version, by=_by(command))


def transmit(visit: Visit, heard: Heard[TransmitRequest], terms: Terms) -> Decision | Refusal:
    """To the host's authority and the facilities. From here on an answer is owed, if any is."""
    command, standing = heard.command, visit.on_record
    if refused := other_words(visit, command):
        return refused
    asked = visit.asked(command.version)
    assert asked is not None, "the version was checked before"
    if standing.answer is Answer.NOTIFICATION:
        # It needs no answer, so what was notified is what holds.
        after = _in_force(standing, visit, command.version, asked, heard.received_at)
        after = after.model_copy(
            update={"underlying": VisitPhase.TRANSMITTED, "phase": VisitPhase.TRANSMITTED}
        )
        return changed(visit, heard, VisitStep.TRANSMITTED, after, command.version, by=_by(command))
    due = decision_due(asked.window, heard.received_at, terms, standing.host)
    return _went(visit, heard, VisitStep.TRANSMITTED, VisitPhase.TRANSMITTED, decision_due=due)


def decision_due(window: Window, at: datetime, terms: Terms, host: str) -> datetime:
    """When a decision is overdue: some working days before the first, a day after it came at
    least, and in any case before the time asked for is over.
    """
    country = terms.of(host)
    day = country.before(window.begins.date(), country.decide_before_days)
    due = datetime.combine(day, window.begins.timetz())
    return milliseconds(min(max(due, at + AT_LEAST), window.ends))


def review(visit: Visit, heard: Heard[BeginReview], terms: Terms) -> Decision | Refusal:
    """The host's authority takes it up."""
    del terms
    if visit.on_record.answer is Answer.NOTIFICATION:
        return NeedsNoAnswer()
    if refused := other_words(visit, heard.command):
        return refused
    return _went(visit, heard, VisitStep.REVIEW_BEGAN, VisitPhase.UNDER_REVIEW)


def concur(visit: Visit, heard: Heard[ConcurInVisit], terms: Terms) -> Decision | Refusal:
    """A facility can receive it, or cannot. It may say otherwise until it is decided."""
    del terms
    command = heard.command
    if refused := other_words(visit, command):
        return refused
    pending = visit.on_record.pending
    track: Any = pending if visit.is_pending(command.version) else visit.on_record
    concurred = [desk for desk in track.concurred if desk != command.sender]
    objected = [desk for desk in track.objected if desk != command.sender]
    (concurred if command.concurs else objected).append(command.sender)
    step = VisitStep.FACILITY_CONCURRED if command.concurs else VisitStep.FACILITY_OBJECTED
    return _went(
        visit, heard, step, visit.phase_of(command.version),
        concurred=tuple(concurred), objected=tuple(objected),
    )  # fmt: skip


def decide(visit: Visit, heard: Heard[DecideRequest], terms: Terms) -> Decision | Refusal:
    """The host's authority decides, and what it approves holds for what it names alone."""
    del terms
    command, standing = heard.command, visit.on_record
    if standing.answer is Answer.NOTIFICATION:
        return NeedsNoAnswer()
    if refused := other_words(visit, command):
        return refused
    asked = visit.asked(command.version)
    assert asked is not None, "the version was checked before"
    if command.decision.approves:
        if refused := _unconcurred(visit, command.version):
            return refused
        allowed = _allowed(asked, command)
        if isinstance(allowed, Refusal):
            return allowed
        after = _approved(visit, command, allowed, heard.received_at)
    elif visit.is_pending(command.version):
        after = without_amendment(standing)
    else:
        after = moved(
            standing, command.version, command.decision.phase, heard.received_at,
            decision=command.decision, category=command.category, decision_due=None,
            overdue=False,
        )  # fmt: skip
    return changed(visit, heard, VisitStep.DECIDED, after, command.version, by=_by(command))


def _unconcurred(visit: Visit, version: int) -> Refusal | None:
    """Every facility with a desk of its own must have concurred."""
    standing = visit.on_record
    if visit.is_pending(version):
        assert standing.pending is not None, "it was asked for just now"
        named, concurred = standing.pending.facilities, standing.pending.concurred
    else:
        named, concurred = standing.facilities, standing.concurred
    missing = [desk for desk in named if desk not in concurred]
    return FacilityNotConcurring(", ".join(missing)[:200]) if missing else None


def _allowed(asked: Asked, command: DecideRequest) -> Asked | Refusal:
    """What was asked for, or less; never more."""
    if command.window and not asked.window.holds(command.window):
        return BeyondRequest("window")
    if command.level and (asked.level is None or command.level.rank > asked.level.rank):
        return BeyondRequest("level")
    if command.sites is not None and not set(command.sites) <= set(asked.sites):
        return BeyondRequest("sites")
    if command.persons is not None and not set(command.persons) <= set(asked.persons):
        return BeyondRequest("persons")
    return asked.model_copy(
        update={
            "window": command.window or asked.window,
            "level": command.level or asked.level,
            "sites": asked.sites if command.sites is None else command.sites,
            "persons": asked.persons if command.persons is None else command.persons,
        }
    )


def _approved(visit: Visit, command: DecideRequest, allowed: Asked, at: datetime) -> VisitStanding:
    standing = visit.on_record
    after = _in_force(standing, visit, command.version, allowed, at)
    phase = VisitPhase.NUMBER_ISSUED if standing.number else command.decision.phase
    return after.model_copy(
        update={"underlying": phase, "phase": phase, "decision": command.decision}
    )


def _in_force(
    standing: VisitStanding, visit: Visit, version: int, allowed: Asked, at: datetime
) -> VisitStanding:
    """The version, approved or notified, in the place of whatever held before."""
    fields: dict[str, Any] = {
        "approved": allowed, "since": at, "category": None, "decision_due": None,
        "overdue": False, "pending": None,
    }  # fmt: skip
    pending = standing.pending
    if pending and visit.is_pending(version):
        fields |= {
            "asked": pending.asked, "facilities": pending.facilities,
            "concurred": pending.concurred, "objected": pending.objected,
        }  # fmt: skip
    return standing.model_copy(update=fields)


def issue_number(visit: Visit, heard: Heard[IssueNumber], terms: Terms) -> Decision | Refusal:
    """A clearance's number, by the host's clearance authority."""
    del terms
    command, standing = heard.command, visit.on_record
    if not standing.subject.is_clearance:
        return NoNumberNeeded()
    if standing.approved is None:
        return WrongVisitState("it is not approved yet")
    if refused := other_words(visit, command):
        return refused
    is_under_way = standing.underlying is VisitPhase.IN_PROGRESS
    phase = VisitPhase.IN_PROGRESS if is_under_way else VisitPhase.NUMBER_ISSUED
    return _went(visit, heard, VisitStep.NUMBER_ISSUED, phase, number=command.number)


def decided(visit: Visit, heard: Heard[DecideRequest], terms: Terms) -> Decision | Refusal:
    """One decision a version."""
    del heard, terms
    return DecidedAlready(f"it is {visit.on_record.underlying}")


def without_amendment(standing: VisitStanding) -> VisitStanding:
    """What was approved before holds, as it did all the while."""
    return standing.model_copy(update={"pending": None, "phase": standing.underlying})


def _went(
    visit: Visit,
    heard: Heard[Any],
    step: VisitStep,
    phase: VisitPhase,
    *,
    keeps_record: bool = False,
    **fields: Any,
) -> Decision:
    command = heard.command
    after = moved(visit.on_record, command.version, phase, heard.received_at, **fields)
    return changed(
        visit, heard, step, after, command.version, by=_by(command), keeps_record=keeps_record
    )


def _by(command: OfVersion) -> tuple[str, str, str]:
    return by(command)  # type: ignore[arg-type]  # every submission has a sender and an officer
