"""Who is told what happens to a line: all desks of every party, the sender's too. Pure."""

from __future__ import annotations

from schemas.line_record import LineRecord
from services.bus.rulebook import Decision, Encloses, Telling
from services.hotline.lines.state import desks_of


def told(record: LineRecord, *events: object) -> Decision:
    """What somebody said, with the signed word itself."""
    return _to_all(record, events, Encloses.COMMAND)


def announced(record: LineRecord, *events: object) -> Decision:
    """What came of silence, or of the clock."""
    return _to_all(record, events, Encloses.NOTHING)


def _to_all(record: LineRecord, events: tuple[object, ...], encloses: Encloses) -> Decision:
    tells = (Telling(desk, event, encloses) for event in events for desk in desks_of(record))
    return Decision(events, tuple(tells))
