"""What tests show of a line: begun, answered, or missed. Pure."""

from __future__ import annotations

from datetime import datetime

from schemas.line_record import LineRecord
from schemas.lines import (
    AnswerTest,
    LineChanged,
    LineDeadline,
    LinePhase,
    LineReviewReminder,
    LineStanding,
    LineTestAnswered,
    LineTestMissed,
    LineTestSent,
    PassLineDeadline,
    SendTest,
    Trigger,
)
from schemas.parties import Nation, nation_of
from services.bus.refusals import (
    InvalidField,
    NoLongerDue,
    NoSuchTest,
    NotYourTurn,
    Refusal,
    SaidAlready,
    TestTooEarly,
    TestTooLate,
    UnknownPath,
)
from services.bus.rulebook import Decision, Heard
from services.hotline.lines.deadlines import standing
from services.hotline.lines.evolve import evolve
from services.hotline.lines.moves import moved
from services.hotline.lines.state import Line
from services.hotline.lines.telling import announced, told


def send_test(line: Line, heard: Heard[SendTest]) -> Decision | Refusal:
    """Within its time. A further one, over another path say, takes the first one's place."""
    command = heard.command
    record, stands = _on_record(line)
    if command.path not in {each.path for each in record.paths}:
        return UnknownPath(command.path)
    if command.serial != stands.concluded + 1:
        return InvalidField(f"serial: {stands.concluded + 1} is expected")
    if untimely := _untimely(line, heard.received_at):
        return untimely
    sent = LineTestSent(
        test=command.message_id,
        serial=command.serial,
        path=command.path,
        by=nation_of(command.sender),
        at=heard.received_at,
    )
    return told(record, sent)


def answer_test(line: Line, heard: Heard[AnswerTest]) -> Decision | Refusal:
    """With the last party's answer the test is over, and its path proved or in doubt."""
    command, test = heard.command, line.under_way
    record, stands = _on_record(line)
    if test is None or test.test != command.test:
        return NoSuchTest()
    nation = nation_of(command.sender)
    if nation == test.by:
        return NotYourTurn("a test is answered by the others")
    if nation in test.answered:
        return SaidAlready(nation)
    if untimely := _untimely(line, heard.received_at):
        return untimely
    answered = LineTestAnswered(
        test=test.test,
        serial=stands.concluded + 1,
        path=test.path,
        by=nation,
        reading=command.reading,
        at=heard.received_at,
    )
    after = evolve(line, answered)
    assert after.under_way is not None, "an answer ends no test by itself"
    if {*after.under_way.answered, test.by} != set(record.parties):
        return told(record, answered)
    return told(record, answered, _concluded(after, heard.received_at, nation))


def _concluded(line: Line, at: datetime, by: Nation) -> LineChanged:
    """How the line stands after a test that all have answered."""
    _, stands = _on_record(line)
    test = line.under_way
    assert test is not None, "only a test under way is concluded"
    if test.garbled:
        doubted = frozenset((*stands.unproved, test.path))
        return moved(line, Trigger.TEST_GARBLED, at, by=by, unproved=doubted)
    left = frozenset(stands.unproved) - {test.path}
    trigger = Trigger.PATH_PROVED if left else Trigger.ALL_PATHS_PROVED
    return moved(line, trigger, at, by=by, unproved=left)


def pass_deadline(line: Line, heard: Heard[PassLineDeadline]) -> Decision | Refusal:
    """A test missed, a maintenance that begins or ends, a review that is near or due."""
    command = heard.command
    record, _ = _on_record(line)
    if (command.what, command.due) not in standing(line):
        return NoLongerDue()
    match command.what:
        case LineDeadline.TEST:
            return _missed(line, command.due)
        case LineDeadline.MAINTENANCE_BEGINS:
            began = moved(line, Trigger.MAINTENANCE_BEGAN, command.due)
            return announced(record, began)
        case LineDeadline.MAINTENANCE_ENDS:
            ended = moved(line, Trigger.MAINTENANCE_ENDED, command.due)
            return announced(record, ended)
        case LineDeadline.REVIEW_AHEAD | LineDeadline.REVIEW:
            assert line.review_due is not None, "it was due"
            return announced(
                record, LineReviewReminder(term=command.what, review_due=line.review_due)
            )


def _missed(line: Line, at: datetime) -> Decision:
    """One more in a row. Why is not known and not guessed (requirement R5)."""
    record, stands = _on_record(line)
    test, expects = line.under_way, stands.expects
    assert expects is not None, "what is not expected is not missed"
    misses = stands.misses + 1
    too_often = misses >= record.schedule.misses_borne and stands.phase is LinePhase.DEGRADED
    heard_from = {test.by, *test.answered} if test else set(record.parties) - {expects.initiator}
    missed = LineTestMissed(
        serial=stands.concluded + 1,
        due=expects.due,
        silent=tuple(each for each in record.parties if each not in heard_from),
    )
    change = moved(
        line,
        Trigger.MISSED_TOO_OFTEN if too_often else Trigger.TEST_MISSED,
        at,
        unproved=frozenset((*stands.unproved, test.path if test else record.primary)),
        misses=misses,
    )
    return announced(record, missed, change)


def _untimely(line: Line, at: datetime) -> Refusal | None:
    """Commissioning has no times; a schedule's test has its own."""
    _, stands = _on_record(line)
    if stands.expects is None:
        return None
    if at < stands.expects.opens:
        return TestTooEarly(f"not before {stands.expects.opens.isoformat()}")
    if at > stands.expects.closes:
        return TestTooLate(f"until {stands.expects.closes.isoformat()}")
    return None


def _on_record(line: Line) -> tuple[LineRecord, LineStanding]:
    assert line.record is not None, "the table is for lines on record"
    assert line.standing is not None, "a line on record stands somehow"
    return line.record, line.standing
