"""Crisis alerts, declared as one value: chains, risk reduction, notices, and templates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from schemas.alerts import (
    AlertMessage,
    AlertsDelivery,
    AlertsEntry,
    ApproveTemplates,
    ChainEvent,
    PassRiskDeadline,
    SenderCommand,
    TemplatesApproved,
)
from schemas.concerns import HazardOpening, Opening, RiskCommand, RiskEvent
from schemas.envelope import Outer
from schemas.notices import (
    NoticeCommand,
    NoticeEvent,
    NoticeSaid,
    NotifyActivity,
    PassNoticeDeadline,
)
from schemas.parties import Nation, Precedence
from services.alerts import templates
from services.alerts.chain import deadlines as chain_deadlines
from services.alerts.chain import evolve as chain_evolve
from services.alerts.chain import rules as chain_rules
from services.alerts.matter import Matter
from services.alerts.notices import deadlines as notice_deadlines
from services.alerts.notices import evolve as notice_evolve
from services.alerts.notices import rules as notice_rules
from services.alerts.own_word import NAME
from services.alerts.risk import deadlines as risk_deadlines
from services.alerts.risk import evolve as risk_evolve
from services.alerts.risk import rules as risk_rules
from services.bus.refusals import Refusal
from services.bus.rulebook import Decision, Heard
from services.bus.service import Deadline, Service


def alerts(acknowledge_within_s: Mapping[Precedence, float]) -> Service:
    """The alerts service with these ceilings for acknowledgement, in seconds from release."""
    return Service(
        name=NAME,
        commands=chain_rules.COMMANDS
        | risk_rules.COMMANDS
        | notice_rules.COMMANDS
        | {ApproveTemplates},
        own_commands=chain_rules.OWN_COMMANDS | risk_rules.OWN_COMMANDS | notice_rules.OWN_COMMANDS,
        budgeted=lambda command: isinstance(command, SenderCommand | Opening | NoticeSaid),
        desks_named=_desks_named,
        nations_named=_nations_named,
        first_state=Matter(),
        decide=partial(_decide, within_s=acknowledge_within_s),
        evolve=_evolve,
        deadlines=_deadlines,
        entry=AlertsEntry,
        delivery=AlertsDelivery,
    )


def _decide(
    matter: Matter, heard: Heard[Any], within_s: Mapping[Precedence, float]
) -> Decision | Refusal:
    if isinstance(heard.command, ApproveTemplates):
        return templates.approve(matter.templates, heard)
    if isinstance(heard.command, RiskCommand | PassRiskDeadline):
        return risk_rules.decide(matter.risk, heard)
    if isinstance(heard.command, NoticeCommand | PassNoticeDeadline):
        return notice_rules.decide(matter.notice, heard, within_s)
    return chain_rules.decide(matter.chain, heard, within_s)


def _evolve(matter: Matter, event: object) -> Matter:
    """What the bus itself records changes nothing here."""
    if isinstance(event, TemplatesApproved):
        return replace(matter, templates=templates.evolve(matter.templates, event))
    if isinstance(event, ChainEvent):
        return replace(matter, chain=chain_evolve.evolve(matter.chain, event))
    if isinstance(event, RiskEvent):
        return replace(matter, risk=risk_evolve.evolve(matter.risk, event))
    if isinstance(event, NoticeEvent):
        return replace(matter, notice=notice_evolve.evolve(matter.notice, event))
    return matter


def _deadlines(matter: Matter) -> Sequence[Deadline]:
    return [
        *chain_deadlines.deadlines(matter.chain),
        *risk_deadlines.deadlines(matter.risk),
        *notice_deadlines.deadlines(matter.notice),
    ]


def _desks_named(command: Outer) -> Sequence[str]:
    if isinstance(command, HazardOpening):
        return (command.sender, command.point_of_contact)
    if isinstance(command, NotifyActivity):
        return (command.sender, *command.addressees, *command.final_consumers)
    return (command.sender,)


def _nations_named(command: Outer) -> Sequence[Nation]:
    if isinstance(command, AlertMessage):
        return command.addressed
    return command.participating if isinstance(command, Opening) else ()
