"""A run as people and programs are given it: one value, of which page and JUnit are made."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from schemas.parties import Contract
from services.rehearsal.format.scenario import Version
from services.rehearsal.outcome.standing import course_hash
from services.rehearsal.rehearsing import Outcome
from services.rehearsal.report.after_action import AfterAction
from services.rehearsal.report.parts import Owed, Row, Way
from services.rehearsal.report.rows import rows_of
from services.rehearsal.report.ways import owed_of, ways_of


class Judged(Contract):
    """One expectation."""

    expects: str
    holds: bool
    seen: str


class Gained(Contract):
    """One milestone: history's moment and the rehearsal's, and the minutes between."""

    what: str
    history: datetime | None
    rehearsal: datetime | None
    minutes: float | None


class Desk(Contract):
    """A lane of the timeline."""

    desk: str
    nation: str
    name: str | None


class Report(Contract):
    """Everything that is told of one run."""

    scenario: str
    title: str
    case: str | None
    version: Version
    source: str | None
    fictional: str
    history: str | None
    caught_by: str | None
    exercise: str
    on: str
    began: datetime
    ended: datetime
    outcome_hash: str
    shape_hash: str
    holds: bool
    took_s: float
    judged: tuple[Judged, ...]
    gained: tuple[Gained, ...]
    desks: tuple[Desk, ...]
    rows: tuple[Row, ...]
    ways: tuple[Way, ...]
    owed: tuple[Owed, ...]
    topics: tuple[str, ...] = Field(description="Every topic that anything wrote to.")
    after_action: AfterAction
    file: str
    course_hash: str = Field(
        default="", description="Of what it comes to without its moments: the same on every bus."
    )


def report_of(outcome: Outcome, after_action: AfterAction, file: str, took_s: float) -> Report:
    """The report of a run."""
    record = outcome.record
    scenario = record.scenario
    return Report(
        scenario=scenario.scenario,
        title=scenario.title,
        case=scenario.case,
        version=scenario.version,
        source=scenario.source,
        fictional=scenario.fictional,
        history=scenario.history,
        caught_by=scenario.caught_by,
        exercise=scenario.exercise_name,
        on=outcome.on,
        began=record.began,
        ended=record.ended,
        outcome_hash=record.outcome_hash,
        shape_hash=record.shape_hash,
        holds=outcome.holds,
        took_s=round(took_s, 2),
        judged=tuple(
            Judged(expects=each.expects, holds=each.holds, seen=each.seen)
            for each in outcome.verdicts
        ),
        gained=tuple(
            Gained(
                what=each.what,
                history=each.history,
                rehearsal=each.rehearsal,
                minutes=each.gained.total_seconds() / 60 if each.gained is not None else None,
            )
            for each in outcome.gains
        ),
        desks=tuple(
            Desk(desk=name, nation=nation, name=desk.name)
            for nation, cast in scenario.cast.items()
            for name, desk in cast.desks.items()
        ),
        rows=tuple(sorted(rows_of(record), key=lambda row: row.at)),
        ways=tuple(ways_of(record)),
        owed=tuple(owed_of(record)),
        topics=tuple(sorted(record.written_to)),
        after_action=after_action,
        file=file,
        course_hash=course_hash(record),
    )
