"""Which test is expected next, and whose turn it is. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import count

from schemas.line_record import Cadence, LineRecord, Schedule, Weekday
from schemas.lines import Expectation

_DAY = timedelta(days=1)
_WEEKDAYS = 5


def times_after(schedule: Schedule, moment: datetime) -> Iterator[datetime]:
    """The times of tests after a moment, in order, without end. UTC."""
    midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    for days in count():
        day = midnight + days * _DAY
        if not _is_tested(schedule, day):
            continue
        for hour, minute in _clock_times(schedule):
            due = day.replace(hour=hour, minute=minute)
            if due > moment:
                yield due


def _is_tested(schedule: Schedule, day: datetime) -> bool:
    match schedule.cadence:
        case Cadence.WEEKDAYS:
            return day.weekday() < _WEEKDAYS
        case Cadence.WEEKLY:
            return tuple(Weekday)[day.weekday()] is schedule.weekday
        case _:
            return True


def _clock_times(schedule: Schedule) -> list[tuple[int, int]]:
    named = [(int(each[:2]), int(each[3:])) for each in schedule.times]
    if schedule.cadence is Cadence.HOURLY:
        return [(hour, named[0][1]) for hour in range(24)]
    return named


def expectation(record: LineRecord, concluded: int, after: datetime) -> Expectation:
    """The next test after a moment. Parties take turns in beginning one (domain: ALTERNATE)."""
    due = next(times_after(record.schedule, after))
    tolerance = timedelta(seconds=record.schedule.tolerance_s)
    return Expectation(
        initiator=record.parties[concluded % len(record.parties)],
        opens=due - tolerance,
        due=due,
        closes=due + tolerance,
    )
