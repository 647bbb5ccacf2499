"""Who may say what of an agreement, and when: the table. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import StrEnum
from functools import wraps
from typing import Any

from schemas.agreement_facts import AgreementPhase
from schemas.agreements import (
    LANE,
    AdoptText,
    AgreementCommand,
    AuthenticateText,
    HearEvent,
    HearMessage,
    NotifyStates,
    OpenForSignature,
    PassAgreementDeadline,
    ProposeAgreement,
    ProposeCorrection,
    RecordCorrection,
    RecordInstrument,
    RegisterAgreement,
    ReportObligationMet,
    ReturnInstrument,
    SubmitInstrument,
)
from schemas.envelope import Outer
from schemas.parties import Function, nation_of
from services.agreements import activation, publishing
from services.agreements.course import Course
from services.agreements.moves import OPENED
from services.agreements.refusals import (
    NoSuchAgreement,
    NotDepositary,
    NotForeignMinistry,
    NothingDue,
    NotNegotiating,
    NotTheOwner,
    WrongAgreementPhase,
)
from services.agreements.state import Agreement, Family
from services.agreements.telling import told
from services.bus.refusals import Refusal, UnknownOfficer, WrongLane
from services.bus.rulebook import Decision, Heard, Row, Table, Verb
from services.bus.topics import lane_of


class Role(StrEnum):
    """Who speaks, seen from the agreement."""

    STATE = "STATE"
    """The foreign ministry of a state that negotiates or participates."""
    OTHER_STATE = "OTHER_STATE"
    """The foreign ministry of any other state."""
    DEPOSITARY = "DEPOSITARY"
    WATCH = "WATCH"
    """A desk that owes something under a protocol."""
    STRANGER = "STRANGER"
    SERVICE = "SERVICE"
    """The service's own clock and ear."""


DEPOSITARYS: tuple[type[Outer], ...] = (
    OpenForSignature, RecordInstrument, ReturnInstrument, NotifyStates, ProposeCorrection,
    RecordCorrection,
)  # fmt: skip
STATES: tuple[type[Outer], ...] = (ProposeAgreement, AdoptText, AuthenticateText, SubmitInstrument)
COMMANDS: frozenset[type[Outer]] = frozenset(
    {*DEPOSITARYS, *STATES, RegisterAgreement, ReportObligationMet}
)
OWN_COMMANDS: frozenset[type[Outer]] = frozenset({PassAgreementDeadline, HearEvent, HearMessage})


def pass_deadline(course: Course, heard: Heard[PassAgreementDeadline]) -> Refusal | None:
    """What is due was settled before any verb; whether anything was, shows in the course."""
    del heard
    return None if course.events else NothingDue()


Step = Callable[[Course, Heard[Any]], Refusal | None]
"""What a verb does: it lets things happen on the course, or says why not."""


def _verb(step: Step) -> Verb:
    @wraps(step)
    def decided(course: Course, heard: Heard[Any]) -> Decision | Refusal:
        return step(course, heard) or Decision(tuple(course.events))

    return decided


def _rows(
    phases: Sequence[AgreementPhase], command: type[Outer], step: Step, *roles: Role
) -> tuple[Row, ...]:
    verb = _verb(step)
    return tuple(Row(phase, command, role, verb) for phase in phases for role in roles)


_P = AgreementPhase
_TEXT = (_P.ADOPTED, _P.AUTHENTICATED, *OPENED)
_BOTH = (Role.STATE, Role.OTHER_STATE)


def _refused(phase: StrEnum, command: type[Outer], role: StrEnum) -> Refusal:
    """What a cell without a row holds."""
    if command in OWN_COMMANDS or role is Role.SERVICE:
        return NothingDue()
    if command in DEPOSITARYS and role is not Role.DEPOSITARY:
        return NotDepositary()
    if command is ReportObligationMet and role is not Role.WATCH:
        return NotTheOwner()
    if command in (*STATES, RegisterAgreement) and role in (
        Role.STRANGER, Role.WATCH, Role.DEPOSITARY
    ):  # fmt: skip
        return NotForeignMinistry()
    if role is Role.OTHER_STATE:
        return NotNegotiating()
    return WrongAgreementPhase(phase.value)


TABLE = Table(
    rows=(
        *_rows((_P.NEGOTIATING,), ProposeAgreement, publishing.propose, Role.STATE),
        *_rows((_P.NEGOTIATING,), AdoptText, publishing.adopt, Role.STATE),
        *_rows((_P.ADOPTED,), AuthenticateText, publishing.authenticate, Role.STATE),
        *_rows((_P.AUTHENTICATED,), OpenForSignature, publishing.open_for_signature,
               Role.DEPOSITARY),
        *_rows(OPENED, SubmitInstrument, publishing.submit, *_BOTH),
        *_rows(OPENED, RecordInstrument, publishing.record, Role.DEPOSITARY),
        *_rows((*OPENED, _P.TERMINATED), ReturnInstrument, publishing.return_, Role.DEPOSITARY),
        *_rows((*_TEXT, _P.TERMINATED), NotifyStates, publishing.notify, Role.DEPOSITARY),
        *_rows((_P.AUTHENTICATED, *OPENED), ProposeCorrection, publishing.propose_correction,
               Role.DEPOSITARY),
        *_rows((_P.AUTHENTICATED, *OPENED), RecordCorrection, publishing.record_correction,
               Role.DEPOSITARY),
        *_rows(OPENED, RegisterAgreement, publishing.register, Role.STATE, Role.DEPOSITARY),
        *_rows((*OPENED, _P.TERMINATED), ReportObligationMet, activation.report_met, Role.WATCH),
        *_rows(tuple(_P), PassAgreementDeadline, pass_deadline, Role.SERVICE),
        *_rows(tuple(_P), HearEvent, activation.hear_event, Role.SERVICE),
        *_rows(tuple(_P), HearMessage, activation.hear_message, Role.SERVICE),
    ),
    otherwise=_refused,
)  # fmt: skip


def decide(family: Family, heard: Heard[Any]) -> Decision | Refusal:
    """What is due by now comes first; then the verb of the cell, or the cell's refusal."""
    command = heard.command
    if lane_of(heard.position.topic) is not LANE:
        return WrongLane(f"{command.lane}: all that is said of an agreement has one order")
    if isinstance(command, AgreementCommand) and (unknown := _officer(heard)):
        return unknown
    now = heard.received_at
    if isinstance(command, PassAgreementDeadline):
        # The broker's clock may lag behind the one that found it due.
        now = max(now, command.due)
    course = Course(family)
    course.settle(now)
    if refusal := _said(course, heard):
        return refusal
    course.settle(now)
    return told(family, course, heard)


def _said(course: Course, heard: Heard[Any]) -> Refusal | None:
    command = heard.command
    agreement = course.family.agreements.get(command.agreement)
    if agreement is None:
        if isinstance(command, ProposeAgreement):
            speaks = Function.FOREIGN_MINISTRY in heard.desks[command.sender].functions
            return publishing.propose(course, heard) if speaks else NotForeignMinistry()
        return NothingDue() if type(command) in OWN_COMMANDS else NoSuchAgreement(command.agreement)
    if isinstance(command, ProposeAgreement) and agreement.phase is not _P.NEGOTIATING:
        # Another text of the name of one that is adopted: the verb says so more plainly.
        return publishing.propose(course, heard)
    cell = TABLE.cell(agreement.phase, type(command), role_of(agreement, heard))
    if isinstance(cell, Refusal):
        return cell
    ruled = cell.verb(course, heard)
    return ruled if isinstance(ruled, Refusal) else None


def role_of(agreement: Agreement, heard: Heard[Any]) -> Role:
    """In what role the sender says this: a ministry that is depositary too is either, by turns."""
    command = heard.command
    if type(command) in OWN_COMMANDS:
        return Role.SERVICE
    functions, nation = heard.desks[command.sender].functions, nation_of(command.sender)
    is_depositary = (
        command.sender == agreement.record.depositary and Function.DEPOSITARY in functions
    )
    if type(command) in DEPOSITARYS and is_depositary:
        return Role.DEPOSITARY
    if type(command) is ReportObligationMet:
        owes = any(each.owner == command.sender for each in agreement.obligations.values())
        return Role.WATCH if owes else Role.STRANGER
    if Function.FOREIGN_MINISTRY in functions:
        return Role.STATE if nation in agreement.participants else Role.OTHER_STATE
    return Role.DEPOSITARY if is_depositary else Role.STRANGER


def _officer(heard: Heard[Any]) -> Refusal | None:
    command = heard.command
    known = command.officer in heard.desks[command.sender].officers
    return None if known else UnknownOfficer(command.officer)


def desks_named(command: Outer) -> Sequence[str]:
    """The sender, and every desk that a proposal's record names."""
    if isinstance(command, ProposeAgreement):
        return (command.sender, *command.record.desks)
    return (command.sender,) if isinstance(command, AgreementCommand) else ()
