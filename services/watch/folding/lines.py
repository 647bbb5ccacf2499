"""What the events of a line change."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

from schemas.lines import (
    LineChanged,
    LineDeadline,
    LineEstablished,
    LineEvent,
    LinePhase,
    LineReviewed,
    LineReviewReminder,
    LineTestMissed,
    ReviewAgreed,
)
from services.watch.record import Line, Owed, Record


def fold(record: Record, event: LineEvent) -> Record:
    """The record after an event."""
    if isinstance(event, LineTestMissed):
        return record.but(tests_missed=record.tests_missed + 1)
    if isinstance(event, LineEstablished):
        line = Line(
            line=event.record.line,
            parties=event.record.parties,
            state=LinePhase.NOT_ESTABLISHED.value,
            since=event.at,
            review_due=_midnight(event.record.review_due),
        )
    elif record.line is not None:
        line = _changed(record.line, event)
    else:
        return record
    return _reviews(record.but(line=line).stands("line", "LINE", line.state), line)


def _changed(line: Line, event: LineEvent) -> Line:
    match event:
        case LineChanged(standing=standing):
            return line.but(
                state=standing.phase.value,
                since=standing.since,
                cause=standing.cause.value if standing.cause else None,
                missed_in_a_row=standing.misses,
                next_due=standing.expects.due if standing.expects else None,
                next_by=standing.expects.initiator if standing.expects else None,
            )
        case LineReviewReminder():
            is_due = line.review_is_due or event.term is LineDeadline.REVIEW
            return line.but(review_is_due=is_due)
        case LineReviewed():
            return line.but(reviewed=tuple(sorted({*line.reviewed, event.by})))
        case ReviewAgreed():
            due = _midnight(event.next_due)
            return line.but(review_due=due, reviewed=(), review_is_due=False)
        case _:
            return line


def _reviews(record: Record, line: Line) -> Record:
    """Who has not said that the line was reviewed. Where all have, they named different days."""
    record = record.drop("owed", *(each for each in record.owed if each.startswith("review ")))
    closed = line.state == LinePhase.CLOSED.value
    if not line.review_is_due or line.review_due is None or closed:
        return record
    for nation in [n for n in line.parties if n not in line.reviewed] or line.parties:
        owed = Owed(
            what="REVIEW", of=nation, since=line.review_due, due=line.review_due, overdue=True
        )
        record = record.put("owed", f"review {nation}", owed)
    return record


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
