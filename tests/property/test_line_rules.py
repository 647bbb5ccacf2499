"""Whatever is said of a line: the rules answer, its table alone moves it, a replay is the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.line_record import Cadence, LineRecord, Schedule, Weekday
from schemas.lines import (
    AdoptLine,
    AgreeMaintenance,
    AgreeReview,
    AnswerTest,
    Cause,
    CloseLine,
    DeclareCause,
    EstablishLine,
    LinePhase,
    NoteClass,
    Reading,
    ReportPathDown,
    RestoreLine,
    SendLineNote,
    SendTest,
    SuspendLine,
    Trigger,
)
from services.bus import wire
from services.bus.ledger import Ledger
from services.bus.refusals import REFUSALS, Refusal
from services.bus.rulebook import Row
from services.hotline.lines.moves import TRANSITIONS
from services.hotline.lines.rules import COMMANDS, OWN_COMMANDS, TABLE, Role
from services.hotline.lines.schedule import times_after
from services.hotline.lines.state import SCHEDULED
from tests.kit import paper
from tests.kit.lines import HOURLY, LIAISON, MILITARY, LineCourt, record

KINDS = sorted(COMMANDS | OWN_COMMANDS, key=lambda kind: kind.__name__)
WEEKLY = Schedule(cadence=Cadence.WEEKLY, weekday=Weekday.FRIDAY, times=("12:30",), tolerance_s=9)
SCHEDULES = st.sampled_from((HOURLY, LIAISON, MILITARY, WEEKLY))


@dataclass(frozen=True)
class Say:
    """Something that somebody tries, after some time in which the clock spoke."""

    kind: type[Any]
    sender: str
    wait_s: int
    path: str
    reading: Reading
    ahead_s: int
    officer: str
    right: bool


SAYINGS = st.builds(
    Say,
    # Tests are what happens most; an end for good is rare.
    kind=st.sampled_from(
        (*(SendTest,) * 4, *(AnswerTest,) * 6, *(RestoreLine,) * 2, EstablishLine, AdoptLine,
         ReportPathDown, AgreeMaintenance, AgreeReview, SuspendLine, DeclareCause, SendLineNote,
         CloseLine)
    ),
    sender=st.sampled_from(("xaa-ghq", "xbb-ghq", "xbb-alt", "xcc-ghq")),
    wait_s=st.sampled_from((0, 0, 60, 1800, 3600, 9000, 30_000)),
    path=st.sampled_from(("satellite", "cable", "cable", "none")),
    reading=st.sampled_from((Reading.CLEAR, Reading.CLEAR, Reading.GARBLED)),
    ahead_s=st.sampled_from((600, 600, 7200)),
    officer=st.sampled_from(("duty-2", "duty-2", "duty-1", "duty-9")),
    right=st.sampled_from((True, True, True, False)),
)  # fmt: skip
HISTORIES = st.lists(SAYINGS, max_size=20)


def fields_of(court: LineCourt, said: Say) -> dict[str, Any]:
    line, stands = court.line, court.line.standing
    serial = stands.concluded + 1 if stands else 1
    test = line.under_way.test if line.under_way else "0" * 32
    fields: dict[type[Any], dict[str, Any]] = {
        EstablishLine: {"record": court.record},
        AdoptLine: {"record_digest": court.record.digest if said.right else "0" * 64},
        SendTest: {"path": said.path, "serial": serial if said.right else serial + 1},
        AnswerTest: {"test": test if said.right else "1" * 32, "reading": said.reading},
        ReportPathDown: {"path": said.path},
        AgreeMaintenance: {
            "start": paper.NOON + timedelta(seconds=said.ahead_s),
            "end": paper.NOON + timedelta(seconds=said.ahead_s + 7200),
        },
        AgreeReview: {"next_due": date(2028 if said.right else 2026, 1, 1)},
        DeclareCause: {"cause": Cause.TECHNICAL_SUSPECTED},
        SendLineNote: {"note": NoteClass.SERVICE},
    }  # fmt: skip
    if said.kind not in (SendTest, AnswerTest):
        return {"officer": said.officer, **fields.get(said.kind, {})}
    return fields[said.kind]


def play(record: LineRecord, history: Sequence[Say], *, ready: bool) -> LineCourt:
    court = LineCourt(record)
    if ready:
        court.commission()
    for said in history:
        court.pass_until(court.now + timedelta(seconds=said.wait_s))
        court.tell(said.kind, said.sender, **fields_of(court, said))
    return court


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("phase", LinePhase)
def test_every_cell_is_a_row_or_a_refusal(phase: LinePhase, kind: type[Any], role: Role) -> None:
    cell = TABLE.cell(phase, kind, role)
    assert isinstance(cell, Row | Refusal)
    if isinstance(cell, Refusal):
        assert cell.code in REFUSALS
        assert cell.reason


def test_no_command_and_no_move_is_out_of_reach() -> None:
    assert {row.command for row in TABLE} == set(KINDS)
    assert {trigger for _, trigger in TRANSITIONS} == set(Trigger)
    reached = {LinePhase.NOT_ESTABLISHED}
    for _ in LinePhase:
        reached |= {after for (before, _), after in TRANSITIONS.items() if before in reached}
    assert reached == set(LinePhase)


@given(SCHEDULES, HISTORIES, st.booleans())
@settings(max_examples=40, deadline=None)
def test_a_line_moves_by_the_table_only(
    schedule: Schedule, history: list[Say], ready: bool
) -> None:
    court = play(record(schedule=schedule), history, ready=ready)
    phase = LinePhase.NOT_ESTABLISHED
    for entry, _ in court.entries:
        for event in entry.events:
            if event.kind == "LineChanged":
                assert event.was is phase
                phase = event.standing.phase
                assert TRANSITIONS[event.was, event.trigger] is phase
                assert (event.standing.expects is not None) == (phase in SCHEDULED)
                assert (event.by is None) == (entry.sender == "hotline")
            if event.kind == "LineEstablished":
                assert phase is LinePhase.NOT_ESTABLISHED
    assert court.line.phase is phase


@given(SCHEDULES, HISTORIES)
@settings(max_examples=40, deadline=None)
def test_R5_the_bus_never_infers_intent(schedule: Schedule, history: list[Say]) -> None:
    """Without a desk's word a line is never suspended or closed, and its cause never known."""
    court = play(record(schedule=schedule), history, ready=True)
    for entry, _ in court.entries:
        for event in entry.events:
            if event.kind == "LineChanged" and entry.sender == "hotline":
                assert event.standing.phase not in (LinePhase.SUSPENDED, LinePhase.CLOSED)
                assert event.standing.cause is not Cause.DECLARED_SUSPENSION


@given(SCHEDULES, HISTORIES, st.booleans())
@settings(max_examples=40, deadline=None)
def test_the_ledger_alone_gives_the_same_line(
    schedule: Schedule, history: list[Say], ready: bool
) -> None:
    court = play(record(schedule=schedule), history, ready=ready)
    replayed = Ledger(court.service, court.ledger.allowances)
    for offset, (entry, payload) in enumerate(court.entries):
        read = wire.decode(court.service.entry, payload)
        assert read == entry
        assert replayed.fold(read, payload, offset)
    assert replayed.page == court.ledger.page
    due = {name: [each.due for each in all_] for name, all_ in replayed.deadlines.items()}
    assert due == {n: [each.due for each in all_] for n, all_ in court.ledger.deadlines.items()}


@given(SCHEDULES, HISTORIES)
@settings(max_examples=40, deadline=None)
def test_only_the_parties_desks_are_told(schedule: Schedule, history: list[Say]) -> None:
    court = play(record(schedule=schedule), history, ready=True)
    desks = {"xaa-ghq", "xbb-ghq", "xbb-alt"}
    for entry, payload in court.entries:
        assert len(payload) < 128 * 1024
        for tell in entry.tells:
            refused = tell.notice.kind in ("CommandRefused", "SequenceSkipped")
            assert tell.to in desks or (refused and tell.to == entry.sender)


@given(
    SCHEDULES, st.datetimes(timezones=st.just(paper.NOON.tzinfo)).filter(lambda d: d.year < 9000)
)
@settings(max_examples=40, deadline=None)
def test_tests_are_expected_at_their_times_only(schedule: Schedule, moment: Any) -> None:
    times = times_after(schedule, moment)
    first, second = next(times), next(times)
    assert moment < first < second
    for due in (first, second):
        named = f"{due:%H:%M}"
        assert (f"00:{due:%M}" if schedule.cadence is Cadence.HOURLY else named) in schedule.times
        if schedule.cadence is Cadence.WEEKDAYS:
            assert due.weekday() < 5
        if schedule.cadence is Cadence.WEEKLY:
            assert due.weekday() == 4
    longest = {
        Cadence.HOURLY: 1,
        Cadence.TWICE_DAILY: 17,
        Cadence.WEEKDAYS: 64,
        Cadence.WEEKLY: 168,
    }
    assert second - first <= timedelta(hours=longest[schedule.cadence])
