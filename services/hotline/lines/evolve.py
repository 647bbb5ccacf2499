"""What each event changes in a line. Pure: the same ledger gives the same state."""

from __future__ import annotations

from dataclasses import replace

from schemas.lines import (
    LineAdopted,
    LineChanged,
    LineEstablished,
    LineEvent,
    LinePhase,
    LineReviewed,
    LineReviewReminder,
    LineTestAnswered,
    LineTestSent,
    MaintenanceAgreed,
    MaintenanceProposed,
    Reading,
    RestorationNotified,
    ReviewAgreed,
)
from services.hotline.lines.moves import first_standing
from services.hotline.lines.state import Line, UnderWay, Window


def evolve(line: Line, event: LineEvent) -> Line:  # noqa: C901 - one case a kind of event.
    """The line after an event."""
    match event:
        case LineEstablished():
            return Line(
                record=event.record,
                standing=first_standing(event.at),
                adopted=frozenset({event.by}),
                message_type=event.message_type,
                exercise=event.exercise,
                review_due=event.record.review_due,
            )
        case LineAdopted():
            return replace(line, adopted=line.adopted | {event.by})
        case LineTestSent():
            return replace(line, under_way=UnderWay(event.test, event.path, event.by))
        case LineTestAnswered():
            return replace(line, under_way=_answered(line, event))
        case MaintenanceProposed():
            window = Window(event.start, event.end)
            return replace(line, proposed={**line.proposed, event.by: window})
        case MaintenanceAgreed():
            return replace(line, proposed={}, window=Window(event.start, event.end))
        case LineReviewReminder():
            return replace(line, reminded=line.reminded | {event.term})
        case LineReviewed():
            return replace(line, reviewed={**line.reviewed, event.by: event.next_due})
        case ReviewAgreed():
            return replace(line, review_due=event.next_due, reviewed={}, reminded=frozenset())
        case RestorationNotified():
            return replace(line, restored=line.restored | {event.by})
        case LineChanged():
            return _changed(line, event)
        case _:
            return line


def _answered(line: Line, event: LineTestAnswered) -> UnderWay:
    assert line.under_way is not None, "only a test under way is answered"
    return replace(
        line.under_way,
        answered=line.under_way.answered | {event.by},
        garbled=line.under_way.garbled or event.reading is Reading.GARBLED,
    )


def _changed(line: Line, event: LineChanged) -> Line:
    after = event.standing
    assert line.standing is not None, "only a line on record changes"
    concluded = after.concluded != line.standing.concluded
    line = replace(line, standing=after)
    if concluded or after.phase is not event.was:
        line = replace(line, under_way=None)
    if after.phase is event.was:
        return line
    if after.phase in (LinePhase.SUSPENDED, LinePhase.CLOSED) or (
        event.was is LinePhase.MAINTENANCE
    ):
        line = replace(line, proposed={}, window=None)
    return replace(line, restored=frozenset())
