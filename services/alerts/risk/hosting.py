"""What is said about a visit that is to dispel concerns. Pure."""

from __future__ import annotations

from schemas.concerns import (
    AnswerHosting,
    CloseHosting,
    HostingAnswered,
    HostingClosed,
    HostingOffered,
    HostingWithdrawn,
    OfferHosting,
    WithdrawHosting,
)
from schemas.parties import nation_of
from services.alerts.refusals import ExpiredAlready, NotInvited, WrongRequestState
from services.alerts.risk.opening import opened, spoken
from services.alerts.risk.state import Hosting, Risk
from services.alerts.risk.telling import told
from services.bus.refusals import Refusal
from services.bus.rulebook import Decision, Heard


def offer(risk: Risk, heard: Heard[OfferHosting]) -> Decision | Refusal:
    """An invitation, copied to all participating states."""
    command = heard.command
    if command.answer_by <= heard.received_at:
        return ExpiredAlready(command.answer_by.isoformat())
    begun = opened(heard)
    if isinstance(begun, Refusal):
        return begun
    offered = HostingOffered(
        **begun,
        addressed=command.invited,
        begins=command.begins,
        ends=command.ends,
        observers_max=command.observers_max,
        answer_by=command.answer_by,
    )
    return told(risk, offered)


def answer(risk: Risk, heard: Heard[AnswerHosting]) -> Decision | Refusal:
    """Accepted or declined, by an invited state. Its last answer holds."""
    said, command = spoken(heard), heard.command
    if isinstance(said, Refusal):
        return said
    nation = nation_of(command.sender)
    if nation not in _of(risk).invited:
        return NotInvited()
    late = heard.received_at > _of(risk).answer_by
    answered = HostingAnswered(
        **said, answer=command.answer, observers=command.observers, late=late
    )
    return told(risk, answered)


def withdraw(risk: Risk, heard: Heard[WithdrawHosting]) -> Decision | Refusal:
    """Withdrawn by the host."""
    said = spoken(heard)
    return said if isinstance(said, Refusal) else told(risk, HostingWithdrawn(**said))


def close(risk: Risk, heard: Heard[CloseHosting]) -> Decision | Refusal:
    """The visit is over, as the host reports."""
    said = spoken(heard)
    if isinstance(said, Refusal):
        return said
    if heard.received_at < _of(risk).begins:
        return WrongRequestState("the visit lies ahead; withdraw it where it is called off")
    return told(risk, HostingClosed(**said))


def _of(risk: Risk) -> Hosting:
    assert risk.hosting is not None, "the table is for invitations that were made"
    return risk.hosting
