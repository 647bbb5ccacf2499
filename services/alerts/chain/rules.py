"""Who may say what in a chain, and what it does: the table. Pure."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from functools import partial
from typing import Any

from schemas.alerts import (
    AckAlert,
    AcknowledgeAlert,
    AlertPhase,
    CancelAlert,
    ClearAlert,
    ContradictAlert,
    CorrectAlert,
    CorroborateAlert,
    ErrorAlert,
    IssueAlert,
    LinkThreads,
    PassAlertDeadline,
    SenderCommand,
    UpdateAlert,
)
from schemas.envelope import Outer
from services.alerts.chain import answering, issuing, silence, weighing
from services.alerts.chain.issuing import Within
from services.alerts.chain.state import STANDING, Chain
from services.alerts.refusals import (
    AlertAlreadyCancelled,
    AlertEnded,
    AlertStandsAlready,
    NotAlertsSender,
    NotGivenAlert,
    UnknownAlert,
)
from services.bus.refusals import NoLongerDue, Refusal
from services.bus.rulebook import Decision, Heard, Row, Table, Verb


class Role(StrEnum):
    """Who speaks, as the chain knows it."""

    SENDER = "SENDER"
    RECIPIENT = "RECIPIENT"
    """An addressee, or an alternate that was given the alert."""
    STRANGER = "STRANGER"
    CLOCK = "CLOCK"


COMMANDS: frozenset[type[Outer]] = frozenset({
    IssueAlert, UpdateAlert, CorrectAlert, CancelAlert, ClearAlert, AckAlert, ErrorAlert,
    AcknowledgeAlert, LinkThreads, CorroborateAlert, ContradictAlert,
})  # fmt: skip
OWN_COMMANDS: frozenset[type[Outer]] = frozenset({PassAlertDeadline})

_BEGUN = tuple(phase for phase in AlertPhase if phase is not AlertPhase.DRAFT)


def _rows(
    phases: tuple[AlertPhase, ...], command: type[Outer], role: Role, verb: Verb
) -> tuple[Row, ...]:
    return tuple(Row(phase, command, role, verb) for phase in phases)


def _refused_cell(phase: StrEnum, command: type[Outer], role: StrEnum) -> Refusal:
    """What a cell without a row holds."""
    if role is Role.CLOCK or command is PassAlertDeadline:
        return NoLongerDue()
    if phase is AlertPhase.DRAFT:
        return UnknownAlert()
    if command is IssueAlert:
        return AlertStandsAlready()
    if issubclass(command, SenderCommand):
        if role is not Role.SENDER:
            return NotAlertsSender()
        if command is CancelAlert and phase is AlertPhase.CANCELLED:
            return AlertAlreadyCancelled()
        return AlertEnded(phase.value)
    return NotGivenAlert()


TABLE = Table(
    rows=(
        # Before an alert stands nobody has a part in it: whoever issues it becomes its sender.
        Row(AlertPhase.DRAFT, IssueAlert, Role.STRANGER, issuing.issue),
        *_rows(STANDING, UpdateAlert, Role.SENDER, issuing.update),
        *_rows(STANDING, CancelAlert, Role.SENDER, issuing.cancel),
        *_rows(STANDING, ClearAlert, Role.SENDER, issuing.clear),
        *_rows(_BEGUN, CorrectAlert, Role.SENDER, issuing.correct),
        *_rows(_BEGUN, AcknowledgeAlert, Role.RECIPIENT, answering.acknowledge),
        *_rows(_BEGUN, AckAlert, Role.RECIPIENT, answering.ack),
        *_rows(_BEGUN, ErrorAlert, Role.RECIPIENT, answering.error),
        *_rows(_BEGUN, LinkThreads, Role.SENDER, answering.link),
        *_rows(_BEGUN, LinkThreads, Role.RECIPIENT, answering.link),
        # The sender too: with another source than those that it named. And also when the alert has
        # ended: a warning that was withdrawn in error is as dangerous as a false one.
        *(
            row
            for role in (Role.SENDER, Role.RECIPIENT)
            for row in (
                *_rows(_BEGUN, CorroborateAlert, role, weighing.corroborate),
                *_rows(_BEGUN, ContradictAlert, role, weighing.contradict),
            )
        ),
        *_rows(_BEGUN, PassAlertDeadline, Role.CLOCK, silence.passed),
    ),
    otherwise=_refused_cell,
)
_TIMED = (issuing.issue, issuing.update, issuing.correct, issuing.cancel, issuing.clear)


def decide(chain: Chain, heard: Heard[Any], within_s: Within) -> Decision | Refusal:
    """The verb of the cell in which a command falls, or the cell's refusal."""
    cell = TABLE.cell(chain.phase, type(heard.command), role_of(chain, heard.command))
    if isinstance(cell, Refusal):
        return cell
    verb: Callable[..., Decision | Refusal] = cell.verb
    if verb in _TIMED:
        verb = partial(verb, within_s=within_s)
    return verb(chain, heard)


def role_of(chain: Chain, command: Outer) -> Role:
    """In what role its sender speaks."""
    if isinstance(command, PassAlertDeadline):
        return Role.CLOCK
    if command.sender == chain.sender:
        return Role.SENDER
    return Role.RECIPIENT if command.sender in chain.recipients else Role.STRANGER
