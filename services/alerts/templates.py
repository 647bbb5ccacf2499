"""The cancel and correction templates that a desk approved before it needs them. Pure.

The lesson is Hawaii's, 2018: it took 38 minutes to correct a false alert, since no text was
written and nobody had authority to send one. The approval stands in the ledger before any alert of
its kind; each alert carries both texts, sealed, and names them by digest, so that one officer
sends either within seconds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from schemas.alerts import ApproveTemplates, TemplatesApproved
from schemas.crisis import EventCode
from services.bus.refusals import Refusal, SecondOfficerNeeded, UnknownOfficer
from services.bus.rulebook import Decision, Encloses, Heard, Telling


@dataclass(frozen=True, slots=True)
class Templates:
    """A desk's approved templates, the newest for each kind of alert."""

    approved: Mapping[EventCode, TemplatesApproved] = field(default_factory=dict)


def approve(_templates: Templates, heard: Heard[ApproveTemplates]) -> Decision | Refusal:
    """By two officers of the desk, whatever the precedence will be."""
    command = heard.command
    officers = heard.desks[command.sender].officers
    for officer in (command.drafter, command.officer):
        if officer not in officers:
            return UnknownOfficer(officer)
    if command.drafter == command.officer:
        return SecondOfficerNeeded("another officer approves a template than the one who wrote it")
    event = TemplatesApproved(
        message=command.message_id,
        by=command.sender,
        event_code=command.event_code,
        cancel=command.cancel,
        correction=command.correction,
        drafter=command.drafter,
        approver=command.officer,
        at=heard.received_at,
    )
    return Decision((event,), (Telling(command.sender, event, Encloses.COMMAND),))


def evolve(templates: Templates, event: TemplatesApproved) -> Templates:
    """With one more approval."""
    return replace(templates, approved={**templates.approved, event.event_code: event})
