"""Who may say what of a line, and when: the table. Pure."""

from __future__ import annotations

from enum import StrEnum

from schemas.envelope import Outer
from schemas.lines import (
    AdoptLine,
    AgreeMaintenance,
    AgreeReview,
    AnswerTest,
    CloseLine,
    DeclareCause,
    EstablishLine,
    LineCommand,
    LinePhase,
    PassLineDeadline,
    ReportPathDown,
    RestoreLine,
    SendLineNote,
    SendTest,
    SuspendLine,
    Trigger,
)
from schemas.parties import nation_of
from services.bus.refusals import (
    NoLongerDue,
    NoPartyToLine,
    NoSuchLine,
    NotYourTurn,
    Refusal,
    WrongLane,
    WrongLineState,
)
from services.bus.rulebook import Decision, Heard, Row, Table, Verb
from services.bus.topics import lane_of
from services.hotline.lines import declaring, testing
from services.hotline.lines.deadlines import NOT_REVIEWED
from services.hotline.lines.moves import TRANSITIONS
from services.hotline.lines.state import SCHEDULED, Line, desks_of


class Role(StrEnum):
    """Who speaks, seen from the line."""

    INITIATOR = "INITIATOR"
    """A desk of the party whose turn it is to begin the test that is expected."""
    PARTY = "PARTY"
    """A desk of another party; of any, where no test is expected."""
    STRANGER = "STRANGER"
    CLOCK = "CLOCK"


COMMANDS: frozenset[type[Outer]] = frozenset({
    EstablishLine, AdoptLine, SendTest, AnswerTest, ReportPathDown, AgreeMaintenance, AgreeReview,
    SuspendLine, RestoreLine, CloseLine, DeclareCause, SendLineNote,
})  # fmt: skip
OWN_COMMANDS: frozenset[type[Outer]] = frozenset({PassLineDeadline})

_PARTIES = (Role.INITIATOR, Role.PARTY)
_IN_USE = (LinePhase.COMMISSIONING, *SCHEDULED)
_ADOPTED = tuple(phase for phase in LinePhase if phase not in NOT_REVIEWED)
_ON_RECORD = tuple(phase for phase in LinePhase if phase is not LinePhase.CLOSED)


def _where(trigger: Trigger) -> tuple[LinePhase, ...]:
    """The phases that the link state machine lets this trigger move."""
    return tuple(phase for phase in LinePhase if (phase, trigger) in TRANSITIONS)


def _rows(phases: tuple[LinePhase, ...], command: type[Outer], verb: Verb) -> tuple[Row, ...]:
    return tuple(Row(phase, command, role, verb) for phase in phases for role in _PARTIES)


def _refused_cell(phase: StrEnum, command: type[Outer], role: StrEnum) -> Refusal:
    """What a cell without a row holds."""
    if role is Role.CLOCK or command is PassLineDeadline:
        return NoLongerDue()
    if role is Role.STRANGER:
        return NoPartyToLine()
    if phase in SCHEDULED and command is SendTest:
        return NotYourTurn("another party begins this one")
    if phase in SCHEDULED and command is AnswerTest:
        return NotYourTurn("a test is answered by the others")
    return WrongLineState(f"{command.__name__} while {phase}")


TABLE = Table(
    rows=(
        *_rows((LinePhase.NOT_ESTABLISHED,), EstablishLine, declaring.establish),
        *_rows((LinePhase.NOT_ESTABLISHED,), AdoptLine, declaring.adopt),
        *_rows((LinePhase.COMMISSIONING,), SendTest, testing.send_test),
        *_rows((LinePhase.COMMISSIONING,), AnswerTest, testing.answer_test),
        *(Row(phase, SendTest, Role.INITIATOR, testing.send_test) for phase in SCHEDULED),
        *(Row(phase, AnswerTest, Role.PARTY, testing.answer_test) for phase in SCHEDULED),
        *_rows(_where(Trigger.PATH_DOWN), ReportPathDown, declaring.report_path_down),
        *_rows(_IN_USE, AgreeMaintenance, declaring.agree_maintenance),
        *_rows(_ADOPTED, AgreeReview, declaring.agree_review),
        *_rows(_where(Trigger.SUSPENDED_IN_WRITING), SuspendLine, declaring.suspend),
        *_rows(_where(Trigger.RESTORED_BY_ALL), RestoreLine, declaring.restore),
        *_rows(_where(Trigger.CLOSED_IN_WRITING), CloseLine, declaring.close),
        *_rows(_where(Trigger.CAUSE_DECLARED), DeclareCause, declaring.declare_cause),
        *_rows(_ON_RECORD, SendLineNote, declaring.carry_note),
        *(Row(phase, PassLineDeadline, Role.CLOCK, testing.pass_deadline) for phase in _ADOPTED),
    ),
    otherwise=_refused_cell,
)


def decide(line: Line, heard: Heard[Outer]) -> Decision | Refusal:
    """The verb of the cell in which what is said of a line falls, or the cell's refusal."""
    command, carried = heard.command, lane_of(heard.position.topic)
    if carried is not command.lane:
        return WrongLane(f"{command.lane} on {carried}: all that is said of a line has one order")
    if line.record is None and not isinstance(command, EstablishLine):
        return NoLongerDue() if isinstance(command, PassLineDeadline) else NoSuchLine()
    cell = TABLE.cell(line.phase, type(command), role_of(line, command))
    return cell if isinstance(cell, Refusal) else cell.verb(line, heard)


def role_of(line: Line, command: Outer) -> Role:
    """In what role its sender speaks of the line."""
    if isinstance(command, PassLineDeadline):
        return Role.CLOCK
    if line.record is None:
        return Role.PARTY
    if line.record.end_at(command.sender) is None:
        return Role.STRANGER
    expects = line.standing.expects if line.standing else None
    if expects and expects.initiator == nation_of(command.sender):
        return Role.INITIATOR
    return Role.PARTY


def desks_named(command: LineCommand) -> tuple[str, ...]:
    """The desks that it names itself, its sender included."""
    if isinstance(command, EstablishLine):
        return (command.sender, *desks_of(command.record))
    return (command.sender,)
