"""What the hotline decides: for every phase, command and role a verb or a refusal. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from schemas.envelope import Outer
from schemas.exchange import InviteMediator, PassTerm
from schemas.hotline import (
    AcknowledgeMessage,
    AttachTranslation,
    CancelMessage,
    Capacity,
    Confirmation,
    CorrectMessage,
    MessageOuter,
    PassDeadline,
    RelayMessage,
    ReleaseMessage,
    ReplyToMessage,
    ReportDelivered,
    ReportDeliveredToPrincipal,
    ReportReceived,
)
from services.bus.refusals import (
    AlreadyWithdrawn,
    NoLongerDue,
    NoSuchMessage,
    NotAddressed,
    NotYours,
    OutOfOrder,
    Refusal,
)
from services.bus.rulebook import Decision, Heard, Row, Table
from services.hotline.acceptance import Within, named_by
from services.hotline.matter import Matter, Phase
from services.hotline.mediation import invite, relay
from services.hotline.messages import cancel, correct, release, reply
from services.hotline.own_word import NAME
from services.hotline.reports import acknowledged, delivered, received, translated, with_principal
from services.hotline.silence import climb, term_passed


class Role(StrEnum):
    """Who speaks, seen from the message that is spoken of."""

    ORIGINATOR = "ORIGINATOR"
    ADDRESSEE = "ADDRESSEE"
    """TO, INFO, the final consumer, or an alternate whom silence reached."""
    MEDIATOR = "MEDIATOR"
    STRANGER = "STRANGER"
    CLOCK = "CLOCK"


_MESSAGES: tuple[type[Outer], ...] = (ReleaseMessage, ReplyToMessage, CorrectMessage, CancelMessage)
_CONFIRMATIONS: tuple[type[Outer], ...] = (
    ReportDelivered,
    ReportReceived,
    AcknowledgeMessage,
    ReportDeliveredToPrincipal,
    AttachTranslation,
    RelayMessage,
)
COMMANDS: frozenset[type[Outer]] = frozenset({*_MESSAGES, *_CONFIRMATIONS, InviteMediator})
_OWN: tuple[type[Outer], ...] = (PassDeadline, PassTerm)
OWN_COMMANDS: frozenset[type[Outer]] = frozenset(_OWN)

_ON_THE_WAY = (Phase.ACCEPTED, Phase.DELIVERED, Phase.RECEIVED)
_TAKEN_OVER = (Phase.ACKNOWLEDGED, Phase.WITH_PRINCIPAL)
_STANDINGS = (Phase.STANDING, Phase.SUPERSEDED, Phase.CANCELLED)


def _refused_cell(phase: StrEnum, command: type[Outer], role: StrEnum) -> Refusal:
    """What a cell without a row holds."""
    if phase is Phase.UNRELEASED and command not in {ReleaseMessage, InviteMediator}:
        return NoSuchMessage()
    if role is Role.CLOCK or command in OWN_COMMANDS:
        return NoLongerDue()
    if role is Role.STRANGER:
        return NotAddressed()
    if command in (CorrectMessage, CancelMessage):
        return NotYours() if role is not Role.ORIGINATOR else AlreadyWithdrawn()
    if role is Role.ORIGINATOR:
        return NotAddressed() if command is not ReleaseMessage else OutOfOrder()
    return OutOfOrder(f"{command.__name__} while {phase}")


TABLE = Table(
    rows=(
        Row(Phase.UNRELEASED, ReleaseMessage, Role.ORIGINATOR, release),
        Row(Phase.UNRELEASED, InviteMediator, Role.ORIGINATOR, invite),
        Row(Phase.STANDING, CorrectMessage, Role.ORIGINATOR, correct),
        Row(Phase.STANDING, CancelMessage, Role.ORIGINATOR, cancel),
        *(
            Row(phase, ReplyToMessage, Role.ADDRESSEE, reply)
            for phase in (*_ON_THE_WAY, *_TAKEN_OVER)
        ),
        # A report may come late, after a further one: from another terminal, or a second time.
        *(
            Row(phase, report, Role.ADDRESSEE, verb)
            for phase in (*_ON_THE_WAY, *_TAKEN_OVER)
            for report, verb in (
                (ReportDelivered, delivered),
                (ReportReceived, received),
                (AcknowledgeMessage, acknowledged),
            )
        ),
        *(
            Row(phase, ReportDeliveredToPrincipal, Role.ADDRESSEE, with_principal)
            for phase in _TAKEN_OVER
        ),
        *(
            Row(phase, report, Role.MEDIATOR, verb)
            for phase in (*_ON_THE_WAY, *_TAKEN_OVER)
            for report, verb in (
                (ReportDelivered, delivered),
                (ReportReceived, received),
                (AcknowledgeMessage, acknowledged),
                (RelayMessage, relay),
            )
        ),
        *(
            Row(phase, AttachTranslation, Role.ADDRESSEE, translated)
            for phase in (*_ON_THE_WAY, *_TAKEN_OVER)
        ),
        *(Row(phase, AttachTranslation, Role.ORIGINATOR, translated) for phase in _STANDINGS),
        *(Row(phase, PassDeadline, Role.CLOCK, climb) for phase in _STANDINGS),
        *(Row(phase, PassTerm, Role.CLOCK, term_passed) for phase in _STANDINGS),
    ),
    otherwise=_refused_cell,
)


def decide(matter: Matter, heard: Heard[Outer], within_s: Within) -> Decision | Refusal:
    """The verb of the cell in which the command falls, or the cell's refusal."""
    phase, role = cell_of(matter, heard.command)
    row = TABLE.cell(phase, type(heard.command), role)
    if isinstance(row, Refusal):
        return row
    if isinstance(heard.command, MessageOuter | RelayMessage):
        return row.verb(matter, heard, within_s)
    return row.verb(matter, heard)


def cell_of(matter: Matter, command: Outer) -> tuple[Phase, Role]:
    """Where in the table a command falls: the phase of its message, and its sender's role."""
    message = matter.messages.get(_subject(command))
    if command.sender == NAME:
        return (message.standing if message else Phase.UNRELEASED), Role.CLOCK
    if message is None:
        return Phase.UNRELEASED, Role.ORIGINATOR
    if command.sender == message.originator:
        return message.standing, Role.ORIGINATOR
    way = message.ways.get(command.sender)
    if way is None:
        return message.standing, Role.STRANGER
    return way.phase, Role.MEDIATOR if way.capacity is Capacity.MEDIATOR else Role.ADDRESSEE


def _subject(command: Outer) -> str:
    """The message that a command is about."""
    match command:
        case ReplyToMessage():
            return command.in_reply_to
        case CorrectMessage() | CancelMessage():
            return command.obsoletes
        case Confirmation() | PassDeadline() | PassTerm():
            return command.message
        case _:
            return command.message_id


def desks_named(command: Outer) -> Sequence[str]:
    """The desks that a command names itself, its sender included."""
    if isinstance(command, MessageOuter):
        via = command.terms.via if command.terms else None
        return (command.sender, *named_by(command), *((via,) if via else ()))
    if isinstance(command, InviteMediator):
        return (command.sender, command.mediator)
    return (command.sender,)
