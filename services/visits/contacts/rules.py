"""What is decided in a host's register: asked, invited, answered, entered, over. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from schemas.contacts import (
    AnswerContact,
    AskContact,
    Contact,
    ContactChanged,
    ContactCommand,
    ContactDeadline,
    ContactKind,
    ContactPhase,
    ContactStep,
    InviteToContact,
    OfContact,
    PassContactDeadline,
    Quota,
    ReportContact,
    WithdrawContact,
)
from schemas.envelope import Outer
from schemas.parties import Function, Nation, nation_of
from schemas.visit_terms import HostTerms
from services.bus.clock import milliseconds
from services.bus.refusals import NoLongerDue, Refusal, UnknownOfficer
from services.bus.rulebook import Decision, Encloses, Heard, Row, Table, Telling, Verb
from services.visits.asking import Terms
from services.visits.contacts.state import (
    REPLY_WITHIN,
    REQUEST_BEFORE,
    STAY_AT_MOST,
    WAITING,
    Register,
    due_on,
)
from services.visits.refusals import (
    NotInRegister,
    NotInvited,
    OtherParties,
    QuotaFilled,
    QuotaOfOneFilled,
    RequestTooLate,
    SelfApproval,
    VisitInThePast,
    VisitNotYet,
    WrongContactState,
    WrongFunction,
)

SPEAKERS = (Function.MILITARY, Function.FOREIGN_MINISTRY)
"""Whose desks speak in registers, and are told what stands in them."""
COMMANDS: frozenset[type[Outer]] = frozenset(
    {AskContact, InviteToContact, AnswerContact, ReportContact, WithdrawContact}
)
OWN_COMMANDS: frozenset[type[Outer]] = frozenset({PassContactDeadline})


class ContactRole(StrEnum):
    """Who speaks, seen from the contact."""

    BEGINNER = "BEGINNER"
    """Who asked, or who invited."""
    ANSWERER = "ANSWERER"
    """Who was asked, or who was invited."""
    STRANGER = "STRANGER"
    CLOCK = "CLOCK"


def ask(register: Register, heard: Heard[AskContact], terms: Terms) -> Decision | Refusal:
    """A state asks to inspect or to evaluate, in time and within the host's quota."""
    command, host = heard.command, terms.of(heard.command.host)
    nation, year = nation_of(command.sender), command.enters_at.year
    if nation == command.host:
        return SelfApproval()
    if command.enters_at < heard.received_at + REQUEST_BEFORE:
        return RequestTooLate(f"{REQUEST_BEFORE.total_seconds() / 3600:g} hours")
    quota = quota_of(register, command.contact, year, host, command.host)
    if quota.used >= quota.of:
        return QuotaFilled(f"{quota.used} of {quota.of} in {year}")
    evaluates = command.contact is ContactKind.EVALUATION
    of_one = register.used(command.contact, year, nation)
    if evaluates and of_one >= host.evaluations_from_one:
        return QuotaOfOneFilled(f"{of_one} of {host.evaluations_from_one} in {year}")
    contact = Contact(
        contact_id=command.message_id,
        contact=command.contact,
        phase=ContactPhase.REQUESTED,
        since=heard.received_at,
        by=nation,
        desk=command.sender,
        enters_at=command.enters_at,
        leaves_at=None,
        reply_due=milliseconds(heard.received_at + REPLY_WITHIN),
        enter_by=command.enters_at,
        leave_by=None,
        late=(),
        invited=(),
        accepted_by=(),
        declined_by=(),
        category=None,
        dispels=command.dispels,
    )
    return _told(register, heard, ContactStep.REQUESTED, contact, host)


def invite(register: Register, heard: Heard[InviteToContact], terms: Terms) -> Decision | Refusal:
    """A host invites others to itself."""
    command = heard.command
    if nation_of(command.sender) != command.host:
        return NotInvited("only a host invites to itself")
    if command.enters_at < heard.received_at:
        return VisitInThePast()
    contact = Contact(
        contact_id=command.message_id,
        contact=command.contact,
        phase=ContactPhase.INVITED,
        since=heard.received_at,
        by=command.host,
        desk=command.sender,
        enters_at=command.enters_at,
        leaves_at=command.leaves_at,
        reply_due=None,
        enter_by=None,
        leave_by=None,
        late=(),
        invited=command.invited,
        accepted_by=(),
        declined_by=(),
        category=None,
        dispels=command.dispels,
    )
    return _told(register, heard, ContactStep.INVITED, contact, terms.of(command.host))


def answer(register: Register, heard: Heard[AnswerContact], terms: Terms) -> Decision | Refusal:
    """A host accepts or declines; so does each state that it invited. Late is late, and counts."""
    command, nation = heard.command, nation_of(heard.command.sender)
    contact = register.contacts[command.contact_id]
    step = ContactStep.ACCEPTED if command.accepts else ContactStep.DECLINED
    fields: dict[str, Any] = {"since": heard.received_at, "category": command.category}
    if contact.contact.is_asked:
        fields["phase"] = ContactPhase.ACCEPTED if command.accepts else ContactPhase.DECLINED
    else:
        if nation in (*contact.accepted_by, *contact.declined_by):
            return WrongContactState("this nation has answered")
        key = "accepted_by" if command.accepts else "declined_by"
        fields[key] = (*getattr(contact, key), nation)
    after = contact.model_copy(update=fields)
    host = terms.of(command.host)
    decision = _told(register, heard, step, after, host)
    if not (contact.contact.is_asked and command.accepts):
        return decision
    return _with_quota_filled(register, heard, after, host, decision)


def report(register: Register, heard: Heard[ReportContact], terms: Terms) -> Decision | Refusal:
    """The team entered, or it is over."""
    command = heard.command
    contact = register.contacts[command.contact_id]
    if not command.over:
        if contact.phase is ContactPhase.UNDER_WAY:
            return WrongContactState("it is under way")
        if heard.received_at < contact.enters_at and not contact.contact.is_asked:
            return VisitNotYet()
        leave_by = heard.received_at + STAY_AT_MOST if contact.contact.is_asked else None
        fields = {
            "phase": ContactPhase.UNDER_WAY,
            "leave_by": milliseconds(leave_by) if leave_by else None,
        }
        step = ContactStep.ENTERED
    elif contact.phase is ContactPhase.UNDER_WAY:
        fields, step = {"phase": ContactPhase.ENDED}, ContactStep.ENDED
    else:
        return WrongContactState("nobody entered yet")
    after = contact.model_copy(update={"since": heard.received_at, **fields})
    return _told(register, heard, step, after, terms.of(command.host))


def withdraw(register: Register, heard: Heard[WithdrawContact], terms: Terms) -> Decision | Refusal:
    """Who asked or invited takes it back."""
    contact = register.contacts[heard.command.contact_id].model_copy(
        update={"phase": ContactPhase.WITHDRAWN, "since": heard.received_at}
    )
    host = terms.of(heard.command.host)
    return _told(register, heard, ContactStep.WITHDRAWN, contact, host)


def pass_deadline(
    register: Register, heard: Heard[PassContactDeadline], terms: Terms
) -> Decision | Refusal:
    """What was due has not come. It is flagged and told, and decides nothing."""
    command = heard.command
    contact = register.contacts[command.contact_id]
    if (command.what, command.due) not in due_on(contact):
        return NoLongerDue()
    fields: dict[str, Any] = {"late": (*contact.late, command.what)}
    step = _LATE[command.what]
    if command.what is ContactDeadline.REPLY:
        fields |= {"phase": ContactPhase.UNANSWERED, "since": command.due}
    after = contact.model_copy(update=fields)
    return _told(register, heard, step, after, terms.of(command.host))


_LATE = {
    ContactDeadline.REPLY: ContactStep.REPLY_OVERDUE,
    ContactDeadline.ENTRY: ContactStep.ENTRY_OVERDUE,
    ContactDeadline.STAY: ContactStep.STAY_OVERDUE,
}
_TAKES_PLACE = (ContactPhase.ACCEPTED, ContactPhase.INVITED, ContactPhase.UNDER_WAY)
_OPEN = (*WAITING, ContactPhase.ACCEPTED, ContactPhase.INVITED)


def _rows(
    phases: Sequence[ContactPhase], command: type[Outer], role: ContactRole, verb: Verb
) -> tuple[Row, ...]:
    return tuple(Row(phase, command, role, verb) for phase in phases)


def _refused_cell(phase: StrEnum, command: type[Outer], role: StrEnum) -> Refusal:
    """What a cell without a row holds."""
    if role is ContactRole.CLOCK or command is PassContactDeadline:
        return NoLongerDue()
    if phase is ContactPhase.NONE:
        return NotInRegister()
    if role is ContactRole.STRANGER:
        return NotInvited()
    return WrongContactState(f"{command.__name__} by {role} while {phase}")


TABLE = Table(
    rows=(
        Row(ContactPhase.NONE, AskContact, ContactRole.BEGINNER, ask),
        Row(ContactPhase.NONE, InviteToContact, ContactRole.BEGINNER, invite),
        *_rows((*WAITING, ContactPhase.INVITED), AnswerContact, ContactRole.ANSWERER, answer),
        *_rows(_TAKES_PLACE, ReportContact, ContactRole.BEGINNER, report),
        *_rows(_TAKES_PLACE, ReportContact, ContactRole.ANSWERER, report),
        *_rows(_OPEN, WithdrawContact, ContactRole.BEGINNER, withdraw),
        *_rows(
            (ContactPhase.REQUESTED, ContactPhase.ACCEPTED, ContactPhase.UNDER_WAY),
            PassContactDeadline, ContactRole.CLOCK, pass_deadline,
        ),
    ),
    otherwise=_refused_cell,
)  # fmt: skip


def decide(register: Register, heard: Heard[Outer], terms: Terms) -> Decision | Refusal:
    """The verb of the cell in which what is said falls, or the cell's refusal."""
    command = heard.command
    if isinstance(command, PassContactDeadline):
        contact, role = register.contacts.get(command.contact_id), ContactRole.CLOCK
    else:
        assert isinstance(command, ContactCommand), "nothing else is said in a register"
        sender = heard.desks.get(command.sender)
        if sender is None or command.officer not in sender.officers:
            return UnknownOfficer()
        if not set(SPEAKERS) & set(sender.functions):
            return WrongFunction(f"{', '.join(SPEAKERS)}: one of these speaks in a register")
        known = command.contact_id if isinstance(command, OfContact) else ""
        contact = register.contacts.get(known)
        role = _role(contact, command)
        if contact and (missing := _parties(contact, command.host) - _named(command)):
            return OtherParties(f"copied_to lacks {', '.join(sorted(missing))}")
    phase = contact.phase if contact else ContactPhase.NONE
    cell = TABLE.cell(phase, type(command), role)
    return cell if isinstance(cell, Refusal) else cell.verb(register, heard, terms)


def _role(contact: Contact | None, command: ContactCommand) -> ContactRole:
    nation = nation_of(command.sender)
    if contact is None or nation == contact.by:
        return ContactRole.BEGINNER
    answerers = (command.host,) if contact.contact.is_asked else contact.invited
    return ContactRole.ANSWERER if nation in answerers else ContactRole.STRANGER


def _parties(contact: Contact, host: Nation) -> set[Nation]:
    return {contact.by, host, *contact.invited}


def _named(command: ContactCommand) -> set[Nation]:
    return set(nations_named(command))


def nations_named(command: Outer) -> tuple[Nation, ...]:
    """All nations that a command concerns, whose desks are told."""
    if isinstance(command, PassContactDeadline):
        return tuple(dict.fromkeys((command.host, *command.copied_to)))
    assert isinstance(command, ContactCommand), "nothing else is said in a register"
    invited = command.invited if isinstance(command, InviteToContact) else ()
    own = nation_of(command.sender)
    return tuple(dict.fromkeys((own, command.host, *invited, *command.copied_to)))


def quota_of(
    register: Register, kind: ContactKind, year: int, terms: HostTerms, host: Nation
) -> Quota:
    """How much of a quota is used."""
    del host
    inspects = kind is ContactKind.INSPECTION
    of = terms.inspections_a_year if inspects else terms.evaluations_a_year
    return Quota(year=year, contact=kind, used=register.used(kind, year), of=of)


def _with_quota_filled(
    register: Register,
    heard: Heard[AnswerContact],
    contact: Contact,
    host: HostTerms,
    decision: Decision,
) -> Decision:
    """With the last one that it must accept, all who are told learn that the quota is filled."""
    year, kind = contact.enters_at.year, contact.contact
    accepted = 1 + sum(
        each.contact is kind
        and each.enters_at.year == year
        and each.phase in (ContactPhase.ACCEPTED, ContactPhase.UNDER_WAY, ContactPhase.ENDED)
        for each in register.contacts.values()
    )
    quota = quota_of(register, kind, year, host, heard.command.host)
    if accepted < quota.of:
        return decision
    filled = _told(register, heard, ContactStep.QUOTA_FILLED, contact, host, heralded=False)
    return Decision((*decision.events, *filled.events), (*decision.tells, *filled.tells))


def _told(
    register: Register,
    heard: Heard[Any],
    step: ContactStep,
    contact: Contact,
    host: HostTerms,
    *,
    heralded: bool = True,
) -> Decision:
    """How it stands, to every nation concerned; the words themselves to the parties alone."""
    command = heard.command
    clock = isinstance(command, PassContactDeadline)
    told = nations_named(command)
    event = ContactChanged(
        step=step,
        host=command.host,
        at=_at(command, heard.received_at),
        by=None if clock else nation_of(command.sender),
        officer=None if clock else command.officer,
        contact=contact,
        quota=quota_of(register, contact.contact, contact.enters_at.year, host, command.host)
        if contact.contact.is_asked
        else None,
        told=told,
        message_type=command.message_type,
        exercise=command.exercise,
    )
    readers = _parties(contact, command.host) if _for_all(step) else {
        command.host, contact.by, nation_of(command.sender),
    }  # fmt: skip
    tells = []
    for desk, standing in sorted(heard.desks.items()):
        if nation_of(desk) not in told:
            continue
        is_sender = desk == command.sender
        if not is_sender and not set(SPEAKERS) & set(standing.functions):
            continue
        reads = heralded and not clock and (is_sender or nation_of(desk) in readers)
        tells.append(Telling(desk, event, Encloses.COMMAND if reads else Encloses.NOTHING))
    return Decision((event,), tuple(tells))


def _for_all(step: ContactStep) -> bool:
    """Whether every invited state reads the words: of an invitation, not of another's answer."""
    return step in (ContactStep.INVITED, ContactStep.WITHDRAWN)


def _at(command: Outer, received_at: datetime) -> datetime:
    return getattr(command, "due", received_at)
