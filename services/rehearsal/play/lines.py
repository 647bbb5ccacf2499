"""The record of a line that stands when a scenario begins. Pure."""

from __future__ import annotations

from datetime import datetime

from schemas.line_record import End, LineRecord, Schedule
from schemas.parties import nation_of
from services.rehearsal.format.scenario import Scenario
from services.rehearsal.format.times import span


def line_record(name: str, scenario: Scenario) -> LineRecord:
    """The record that all parties of a line in place have adopted. At each end those release who
    are officers there.
    """
    line = scenario.lines[name]
    tests = line.tests
    ends = [
        End(
            nation=nation_of(desk),
            desk=desk,
            alternates=tuple(a for a in line.alternates if nation_of(a) == nation_of(desk)),
            terminals=line.terminals,
            language="en",
            release_authority=line.released_at(scenario.desks[desk].officers),
        )
        for desk in sorted(line.between)
    ]
    return LineRecord(
        line=name,
        legal_basis=line.legal_basis,
        scope=line.scope,
        level=line.level,
        ends=tuple(ends),
        paths=line.paths,
        schedule=Schedule(
            cadence=tests.cadence,
            times=tests.times,
            weekday=tests.weekday,
            tolerance_s=round(span(tests.tolerance).total_seconds()),
            misses_to_outage=tests.misses_to_outage,
        ),
        review_due=line.review_due or REVIEW_DUE,
    )


REVIEW_DUE = datetime(2100, 1, 1).date()  # noqa: DTZ001 - a date, which has no zone.
