"""What the hotline decides: the tables, and the verbs that their rows name. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum

from schemas.acts import Act
from schemas.envelope import Outer
from schemas.hotline import (
    AcknowledgementOverdue,
    AcknowledgeMessage,
    CancelMessage,
    Capacity,
    CarriedMessage,
    Confirmation,
    CorrectMessage,
    LadderClimbed,
    Leg,
    MessageAccepted,
    MessageAcknowledged,
    MessageCancelled,
    MessageDelivered,
    MessageDeliveredToPrincipal,
    MessageOuter,
    MessageReceived,
    MessageReplied,
    MessageSuperseded,
    PassDeadline,
    ReleaseMessage,
    ReplyToMessage,
    ReportDelivered,
    ReportDeliveredToPrincipal,
    ReportReceived,
)
from schemas.parties import Alternate, Ladder, Precedence
from services.bus.refusals import (
    AlreadyWithdrawn,
    InvalidField,
    LabelWidened,
    LeavesOutRecipient,
    NoLongerDue,
    NoSuchMessage,
    NotAddressed,
    NotInMatter,
    NotReleasable,
    NotYours,
    OutOfOrder,
    ReferenceAcross,
    Refusal,
    SecondOfficerNeeded,
    UnknownAddressee,
    UnknownOfficer,
)
from services.bus.rulebook import Decision, Earlier, Encloses, Heard, Row, Table, Telling
from services.hotline.deadlines import schedule
from services.hotline.matter import Matter, Message, Phase, Way

NAME = "hotline"


class Role(StrEnum):
    """Who speaks, seen from the message that is spoken of."""

    ORIGINATOR = "ORIGINATOR"
    ADDRESSEE = "ADDRESSEE"
    """TO, INFO, or an alternate whom silence reached."""
    STRANGER = "STRANGER"
    CLOCK = "CLOCK"


ONE_OFFICER_ACTS = frozenset({Act.FACT_NOTICE, Act.CEASE_ACTION})
"""What one officer may release at any precedence: the delay does more harm than the slip."""

Within = Mapping[Precedence, float]


# New messages.


def release(matter: Matter, heard: Heard[ReleaseMessage], within_s: Within) -> Decision | Refusal:
    """A first or further word in a matter."""
    if matter.messages and not matter.has_part(heard.command.sender):
        return NotInMatter()
    return _accept(matter, heard, within_s)


def reply(matter: Matter, heard: Heard[ReplyToMessage], within_s: Within) -> Decision | Refusal:
    """A substantive answer, told to the originator of what it answers."""
    answered = matter.messages[heard.command.in_reply_to]
    if heard.command.label.widens(answered.label):
        return LabelWidened()
    if answered.originator not in (*heard.command.action, *heard.command.info):
        return LeavesOutRecipient(answered.originator)
    accepted = _accept(matter, heard, within_s)
    if isinstance(accepted, Refusal):
        return accepted
    replied = MessageReplied(
        message=answered.message, by=heard.command.sender, reply=heard.command.message_id
    )
    return _and(accepted, replied, [Telling(answered.originator, replied)])


def correct(matter: Matter, heard: Heard[CorrectMessage], within_s: Within) -> Decision | Refusal:
    """A corrected copy, tracked to everyone who had the first."""
    by = heard.command.message_id
    fact = MessageSuperseded(message=heard.command.obsoletes, by=by)
    return _take_place(matter, heard, within_s, fact)


def cancel(matter: Matter, heard: Heard[CancelMessage], within_s: Within) -> Decision | Refusal:
    """A cancellation, tracked to everyone who had the first. It does not un-say it."""
    by = heard.command.message_id
    fact = MessageCancelled(message=heard.command.obsoletes, by=by)
    return _take_place(matter, heard, within_s, fact)


def _take_place(
    matter: Matter,
    heard: Heard[CorrectMessage] | Heard[CancelMessage],
    within_s: Within,
    fact: MessageSuperseded | MessageCancelled,
) -> Decision | Refusal:
    first = matter.messages[heard.command.obsoletes]
    if heard.command.label.widens(first.label):
        return LabelWidened()
    named = (*heard.command.action, *heard.command.info)
    left_out = [
        way.desk
        for way in first.ways.values()
        if way.capacity is not Capacity.ALTERNATE and way.desk not in named
    ]
    if left_out:
        return LeavesOutRecipient(", ".join(sorted(left_out)))
    alternates = [
        way
        for way in first.ways.values()
        if way.capacity is Capacity.ALTERNATE and way.desk not in named
    ]
    accepted = _accept(matter, heard, within_s, alternates)
    if isinstance(accepted, Refusal):
        return accepted
    return _and(accepted, fact, [Telling(first.originator, fact)])


def _accept(
    matter: Matter,
    heard: Heard[MessageOuter],
    within_s: Within,
    alternates: Sequence[Way] = (),
) -> Decision | Refusal:
    """What every new message must be, and what accepting it causes."""
    command = heard.command
    refusal = _unfit(matter, heard)
    if refusal:
        return refusal
    steps = schedule(command.precedence, command.sent_at, within_s)
    legs = tuple(_legs(heard, steps[-1].due if steps else None, alternates))
    accepted = MessageAccepted(
        matter=command.matter,
        message=command.message_id,
        message_digest=heard.digest,
        originator=command.sender,
        precedence=command.precedence,
        lane=command.lane,
        label=command.label,
        legs=legs,
        schedule=steps,
        message_type=command.message_type,
        exercise=command.exercise,
        released_at=command.sent_at,
        expires_at=command.expires_at,
        position=heard.position,
        directory=heard.directory,
    )
    carried = [
        Telling(
            leg.desk,
            CarriedMessage(
                message=command.message_id,
                originator=command.sender,
                precedence=command.precedence,
                capacity=leg.capacity,
                standing_in_for=leg.standing_in_for,
                acknowledge_by=leg.acknowledge_by,
            ),
            Encloses.COMMAND,
        )
        for leg in legs
    ]
    return Decision((accepted,), (Telling(command.sender, accepted), *carried))


def _unfit(matter: Matter, heard: Heard[MessageOuter]) -> Refusal | None:
    """Why this message may not go out at all. All of it is checked before anything is sent."""
    command = heard.command
    named = (*command.action, *command.info)
    unknown = [desk for desk in named if desk not in heard.desks]
    if unknown:
        return UnknownAddressee(", ".join(unknown))
    unread = [desk for desk in (command.sender, *named) if not command.label.lets_read(desk)]
    if unread:
        return NotReleasable(", ".join(unread))
    if any(reference not in matter.messages for reference in command.references):
        return ReferenceAcross()
    return _unreleased(command, heard.desks[command.sender].officers)


def _unreleased(command: MessageOuter, officers: Sequence[str]) -> Refusal | None:
    """Whether those released it who may. Two persons from IMMEDIATE up (scenario S16)."""
    for officer in (command.drafter, command.releaser):
        if officer not in officers:
            return UnknownOfficer(officer)
    one_is_enough = (
        command.precedence.rank < Precedence.IMMEDIATE.rank
        or command.act in ONE_OFFICER_ACTS
        or isinstance(command, CorrectMessage | CancelMessage)
    )
    if command.drafter == command.releaser and not one_is_enough:
        return SecondOfficerNeeded(command.precedence)
    return None


def _legs(
    heard: Heard[MessageOuter], acknowledge_by: datetime | None, alternates: Iterable[Way]
) -> Iterable[Leg]:
    for desk in heard.command.action:
        yield Leg(
            desk=desk,
            capacity=Capacity.ACTION,
            ladder=_known_rungs(heard, desk),
            acknowledge_by=acknowledge_by,
        )
    for desk in heard.command.info:
        yield Leg(desk=desk, capacity=Capacity.INFO)
    for way in alternates:
        yield Leg(
            desk=way.desk, capacity=Capacity.ALTERNATE, standing_in_for=way.standing_in_for[0]
        )


def _known_rungs(heard: Heard[MessageOuter], desk: str) -> Ladder:
    """The desk's ladder, without the originator and without whom the directory does not know."""
    alternates = heard.desks[desk].ladder.alternates
    others = (a for a in alternates if a.desk in heard.desks and a.desk != heard.command.sender)
    return Ladder(alternates=tuple(others))


def _and(decision: Decision, event: object, tells: Sequence[Telling]) -> Decision:
    return Decision((*decision.events, event), (*decision.tells, *tells))


# What a desk reports of a message that it was given.


def _spoken_of(matter: Matter, heard: Heard[Confirmation]) -> Message | Refusal:
    message = matter.messages[heard.command.message]
    if heard.command.message_digest != message.digest:
        return InvalidField("message_digest: not that of the message")
    officer = getattr(heard.command, "officer", None)
    if officer is not None and officer not in heard.desks[heard.command.sender].officers:
        return UnknownOfficer(officer)
    return message


def delivered(matter: Matter, heard: Heard[ReportDelivered]) -> Decision | Refusal:
    """It is in the desk's inbox, on disk."""
    message = _spoken_of(matter, heard)
    if isinstance(message, Refusal):
        return message
    fact = MessageDelivered(message=message.message, desk=heard.command.sender)
    return _told_originator(message, fact)


def received(matter: Matter, heard: Heard[ReportReceived]) -> Decision | Refusal:
    """An officer opened it."""
    message = _spoken_of(matter, heard)
    if isinstance(message, Refusal):
        return message
    command = heard.command
    fact = MessageReceived(message=message.message, desk=command.sender, officer=command.officer)
    return _told_originator(message, fact)


def acknowledged(matter: Matter, heard: Heard[AcknowledgeMessage]) -> Decision | Refusal:
    """An officer took it over. An alternate's word settles the way of the silent desk."""
    message = _spoken_of(matter, heard)
    if isinstance(message, Refusal):
        return message
    command = heard.command
    way = message.ways[command.sender]
    facts = [
        MessageAcknowledged(
            message=message.message, desk=desk, by=command.sender, officer=command.officer
        )
        for desk in way.standing_in_for or (way.desk,)
    ]
    return _told_originator(message, *facts)


def with_principal(matter: Matter, heard: Heard[ReportDeliveredToPrincipal]) -> Decision | Refusal:
    """It reached the one who decides."""
    message = _spoken_of(matter, heard)
    if isinstance(message, Refusal):
        return message
    command = heard.command
    fact = MessageDeliveredToPrincipal(
        message=message.message, desk=command.sender, officer=command.officer
    )
    return _told_originator(message, fact)


def _told_originator(message: Message, *facts: object) -> Decision:
    """The desk's own signed word goes to the originator with each fact."""
    tells = (Telling(message.originator, fact, Encloses.COMMAND) for fact in facts)
    return Decision(facts, tuple(tells))


# What the clock says.


def climb(matter: Matter, heard: Heard[PassDeadline]) -> Decision | Refusal:
    """Silence: the next rung, or the flag. The originator is told; the cause is not guessed."""
    command = heard.command
    message = matter.messages[command.message]
    way = message.ways.get(command.desk)
    standing = way and any(
        each.step is command.step and each.due == command.due for each in way.steps_left
    )
    if way is None or not standing:
        return NoLongerDue()
    rung = command.step.rung
    if rung is None:
        fact = AcknowledgementOverdue(message=message.message, desk=way.desk, due=command.due)
        return Decision((fact,), (Telling(message.originator, fact), Telling(way.desk, fact)))
    alternate = _on_rung(way, rung)
    climbed = LadderClimbed(
        message=message.message,
        desk=way.desk,
        rung=rung,
        to=alternate.desk if alternate else None,
    )
    told = Decision((climbed,), (Telling(message.originator, climbed),))
    if alternate is None:
        return told
    if alternate.desk in message.ways:
        # It has the message already; now it learns that it stands in for somebody.
        return Decision(told.events, (*told.tells, Telling(alternate.desk, climbed)))
    carried = CarriedMessage(
        message=message.message,
        originator=message.originator,
        precedence=message.precedence,
        capacity=Capacity.ALTERNATE,
        standing_in_for=way.desk,
        rung=rung,
        acknowledge_by=way.acknowledge_by,
    )
    original = Earlier(message.position, message.digest, message.directory)
    return Decision(told.events, (*told.tells, Telling(alternate.desk, carried, original)))


def _on_rung(way: Way, rung: StrEnum) -> Alternate | None:
    return next((a for a in way.ladder.alternates if a.rung is rung), None)


# The table.

_MESSAGES: tuple[type[Outer], ...] = (ReleaseMessage, ReplyToMessage, CorrectMessage, CancelMessage)
_CONFIRMATIONS: tuple[type[Outer], ...] = (
    ReportDelivered,
    ReportReceived,
    AcknowledgeMessage,
    ReportDeliveredToPrincipal,
)
COMMANDS: frozenset[type[Outer]] = frozenset({*_MESSAGES, *_CONFIRMATIONS})
OWN_COMMANDS: frozenset[type[Outer]] = frozenset({PassDeadline})

_ON_THE_WAY = (Phase.ACCEPTED, Phase.DELIVERED, Phase.RECEIVED)
_TAKEN_OVER = (Phase.ACKNOWLEDGED, Phase.WITH_PRINCIPAL)
_STANDINGS = (Phase.STANDING, Phase.SUPERSEDED, Phase.CANCELLED)


def _refused_cell(phase: StrEnum, command: type[Outer], role: StrEnum) -> Refusal:
    """What a cell without a row holds."""
    if phase is Phase.UNRELEASED and command is not ReleaseMessage:
        return NoSuchMessage()
    if role is Role.CLOCK or command is PassDeadline:
        return NoLongerDue()
    if role is Role.STRANGER:
        return NotAddressed()
    if command in (CorrectMessage, CancelMessage):
        return NotYours() if role is Role.ADDRESSEE else AlreadyWithdrawn()
    if role is Role.ORIGINATOR:
        return NotAddressed() if command is not ReleaseMessage else OutOfOrder()
    return OutOfOrder(f"{command.__name__} while {phase}")


TABLE = Table(
    rows=(
        Row(Phase.UNRELEASED, ReleaseMessage, Role.ORIGINATOR, release),
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
        *(Row(phase, PassDeadline, Role.CLOCK, climb) for phase in _STANDINGS),
    ),
    otherwise=_refused_cell,
)


def decide(matter: Matter, heard: Heard[Outer], within_s: Within) -> Decision | Refusal:
    """The verb of the cell in which the command falls, or the cell's refusal."""
    phase, role = cell_of(matter, heard.command)
    row = TABLE.cell(phase, type(heard.command), role)
    if isinstance(row, Refusal):
        return row
    if isinstance(heard.command, MessageOuter):
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
    return (way.phase, Role.ADDRESSEE) if way else (message.standing, Role.STRANGER)


def _subject(command: Outer) -> str:
    """The message that a command is about."""
    match command:
        case ReplyToMessage():
            return command.in_reply_to
        case CorrectMessage() | CancelMessage():
            return command.obsoletes
        case Confirmation() | PassDeadline():
            return command.message
        case _:
            return command.message_id


def desks_named(command: Outer) -> Sequence[str]:
    """The desks that a command names itself, its sender included."""
    if isinstance(command, MessageOuter):
        return (command.sender, *command.action, *command.info)
    return (command.sender,)
