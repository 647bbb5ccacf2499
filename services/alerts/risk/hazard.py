"""What is said about a hazardous incident. Pure."""

from __future__ import annotations

from schemas.concerns import (
    PRECEDENCE,
    AskClarification,
    Clarify,
    CloseHazard,
    HazardAsked,
    HazardClarified,
    HazardClosed,
    HazardOpening,
    HazardousIncidentReported,
    ReportHazard,
)
from schemas.parties import nation_of
from services.alerts.refusals import MatterTaken, UnknownContact
from services.alerts.risk.opening import opened, spoken
from services.alerts.risk.state import PROMPTLY, Hazard, Risk
from services.alerts.risk.telling import told
from services.bus.refusals import Refusal
from services.bus.rulebook import Decision, Heard


def begin(risk: Risk, heard: Heard[HazardOpening]) -> Decision | Refusal:
    """A report by the state involved; or, before any, a question by one that is affected."""
    command = heard.command
    if command.point_of_contact not in heard.desks:
        return UnknownContact(command.point_of_contact)
    begun = opened(heard, command.point_of_contact)
    if isinstance(begun, Refusal):
        return begun
    by_involved = command.involved == nation_of(command.sender)
    others = set(command.participating) - {nation_of(command.sender)}
    reported = HazardousIncidentReported(
        **begun,
        addressed=tuple(sorted(others)),
        precedence=PRECEDENCE,
        involved=command.involved,
        point_of_contact=command.point_of_contact,
        by_involved=by_involved,
        clarify_by=None if by_involved else heard.received_at + PROMPTLY,
    )
    return told(risk, reported)


def ask(risk: Risk, heard: Heard[AskClarification]) -> Decision | Refusal:
    """An affected state asks for clarification, which is to come promptly."""
    said, command = spoken(heard), heard.command
    if isinstance(said, Refusal):
        return said
    if refusal := _another(risk, heard):
        return refusal
    asked = HazardAsked(
        **said,
        point_of_contact=command.point_of_contact,
        clarify_by=risk.due.at if risk.due else heard.received_at + PROMPTLY,
    )
    return told(risk, asked)


def report(risk: Risk, heard: Heard[ReportHazard]) -> Decision | Refusal:
    """The state involved reports after it was asked, or reports more."""
    said = spoken(heard)
    if isinstance(said, Refusal):
        return said
    if refusal := _another(risk, heard):
        return refusal
    contact = heard.command.point_of_contact
    return told(risk, HazardClarified(**said, point_of_contact=contact))


def clarify(risk: Risk, heard: Heard[Clarify]) -> Decision | Refusal:
    """The state involved answers."""
    said = spoken(heard)
    return said if isinstance(said, Refusal) else told(risk, HazardClarified(**said))


def close(risk: Risk, heard: Heard[CloseHazard]) -> Decision | Refusal:
    """An affected state declares it clarified."""
    said = spoken(heard)
    return said if isinstance(said, Refusal) else told(risk, HazardClosed(**said))


def _another(risk: Risk, heard: Heard[HazardOpening]) -> Refusal | None:
    """Whether it speaks of another incident than this matter's, or names nobody to contact."""
    command, hazard = heard.command, of(risk)
    same = (command.involved, command.concerned) == (hazard.involved, hazard.concerned)
    if not same or command.participating != risk.told.participating:
        return MatterTaken()
    return None if command.point_of_contact in heard.desks else UnknownContact()


def of(risk: Risk) -> Hazard:
    """The incident."""
    assert risk.hazard is not None, "the table is for incidents that were told"
    return risk.hazard
