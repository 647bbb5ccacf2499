"""What falls due on a line when nobody speaks. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from functools import partial

from schemas.line_record import LineRecord, matter_of
from schemas.lines import LANE, LineDeadline, LinePhase, PassLineDeadline
from services.bus.service import Deadline
from services.hotline.lines.state import Line
from services.hotline.own_word import own_word

REVIEW_AHEAD = timedelta(days=30)
"""How long before a review its parties are reminded of it: time to send people to each other."""
NOT_REVIEWED = (LinePhase.NOT_ESTABLISHED, LinePhase.CLOSED)


def deadlines(line: Line) -> list[Deadline]:
    """The end of the next test's tolerance, an agreed maintenance's begin or end, the review."""
    record = line.record
    if record is None:
        return []
    return [
        Deadline(due, partial(_command, record, line, what, due)) for what, due in standing(line)
    ]


def standing(line: Line) -> Iterator[tuple[LineDeadline, datetime]]:
    """Every deadline that stands."""
    if line.standing and line.standing.expects:
        yield LineDeadline.TEST, line.standing.expects.closes
    if line.window and line.phase is LinePhase.MAINTENANCE:
        yield LineDeadline.MAINTENANCE_ENDS, line.window.end
    elif line.window:
        yield LineDeadline.MAINTENANCE_BEGINS, line.window.start
    if line.review_due and line.phase not in NOT_REVIEWED:
        due = datetime.combine(line.review_due, time(), UTC)
        for what, at in (
            (LineDeadline.REVIEW_AHEAD, due - REVIEW_AHEAD),
            (LineDeadline.REVIEW, due),
        ):
            if what not in line.reminded:
                yield what, at


def _command(record: LineRecord, line: Line, what: LineDeadline, due: datetime) -> PassLineDeadline:
    assert line.standing is not None, "a line with deadlines stands somehow"
    stands = f"{line.standing.concluded} {line.standing.since.isoformat()}"
    return own_word(
        PassLineDeadline,
        line,
        matter=matter_of(record.line),
        lane=LANE,
        due=due,
        identity=f"{record.line} {what} {due.isoformat()} {stands}",
        what=what,
    )
