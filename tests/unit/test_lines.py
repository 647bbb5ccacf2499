"""What the rules of a line decide, record by record."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from schemas.envelope import RECORD_BYTES_MAX
from schemas.line_record import Cadence, Path, Schedule, Weekday
from schemas.lines import (
    AdoptLine,
    AgreeMaintenance,
    AgreeReview,
    AnswerTest,
    Cause,
    CloseLine,
    DeclareCause,
    EstablishLine,
    LegalStatus,
    LineDeadline,
    LinePhase,
    NoteClass,
    Reading,
    ReportPathDown,
    RestoreLine,
    SendLineNote,
    SendTest,
    SuspendLine,
)
from schemas.parties import Ladder, Lane
from services.bus import seal
from services.bus.keyring import Keyring
from services.hotline import views
from tests.kit import paper
from tests.kit.court import code
from tests.kit.lines import (
    HOURLY,
    LIAISON,
    MATTER,
    MILITARY,
    PATHS,
    LineCourt,
    end_of,
    hours,
    record,
    saying,
)
from tests.kit.paper import outer

TERMINALS = ("main", "bunker")


def kinds(entry: Any) -> list[str]:
    return [event.kind for event in entry.events]


def changes(court: LineCourt) -> list[tuple[LinePhase, LinePhase]]:
    """Every change of state that the ledger has."""
    return [
        (event.was, event.standing.phase)
        for entry, _ in court.entries
        for event in entry.events
        if event.kind == "LineChanged" and event.was != event.standing.phase
    ]


# The record.


def test_a_line_is_commissioned_once_every_party_declared_the_same_record() -> None:
    court = LineCourt(record())
    entry = court.done(EstablishLine, record=court.record)
    assert [tell.to for tell in entry.tells] == ["xaa-ghq", "xbb-ghq", "xbb-alt"]
    assert court.phase() is LinePhase.NOT_ESTABLISHED
    other = record(legal_basis="another")
    assert code(court.tell(AdoptLine, "xbb-ghq", record_digest=other.digest)) == "RecordDiffers"
    assert code(court.tell(AdoptLine, record_digest=court.record.digest)) == "SaidAlready"
    entry = court.done(AdoptLine, "xbb-alt", record_digest=court.record.digest)
    assert kinds(entry) == ["LineAdopted", "LineChanged"]
    assert court.phase() is LinePhase.COMMISSIONING
    assert court.standing.unproved == ("satellite", "cable")


def test_each_party_states_in_which_force_the_legal_basis_is() -> None:
    court = LineCourt(record())
    court.done(EstablishLine, record=court.record)
    entry = court.done(
        AdoptLine,
        "xbb-ghq",
        record_digest=court.record.digest,
        legal_status=LegalStatus.PROVISIONALLY_APPLIED,
    )
    assert entry.events[0].legal_status is LegalStatus.PROVISIONALLY_APPLIED
    with pytest.raises(ValidationError):
        saying(AdoptLine, record_digest="0" * 64, legal_status="SIGNED")


def test_a_party_may_propose_another_record_until_all_adopted_one() -> None:
    court = LineCourt(record())
    court.done(EstablishLine, record=court.record)
    court.record = record(legal_basis="mou-2027")
    court.done(EstablishLine, "xbb-ghq", record=court.record)
    court.done(AdoptLine, record_digest=court.record.digest)
    assert court.phase() is LinePhase.COMMISSIONING
    again = court.tell(EstablishLine, record=court.record)
    assert code(again) == "WrongLineState"


def test_a_line_is_operational_after_a_two_way_test_on_each_path() -> None:
    court = LineCourt(record())
    court.done(EstablishLine, record=court.record)
    court.done(AdoptLine, "xbb-ghq", record_digest=court.record.digest)
    court.test("xbb-ghq", "cable")
    assert court.phase() is LinePhase.COMMISSIONING
    court.test("xaa-ghq", "satellite")
    assert court.phase() is LinePhase.OPERATIONAL
    assert court.standing.expects is not None
    assert court.standing.expects.due == datetime(2026, 1, 1, 13, tzinfo=UTC)


def test_a_line_of_three_is_tested_when_all_have_answered() -> None:
    court = LineCourt(record("XAA", "XBB", "XCC"))
    court.commission()
    court.now += hours(1)
    sent = court.done(SendTest, "xcc-ghq", path="satellite", serial=3)
    court.done(AnswerTest, "xaa-ghq", test=sent.command, reading=Reading.CLEAR)
    (missed,) = court.pass_until(court.now + hours(0.5))
    assert missed.events[0].silent == ("XBB",)


def test_the_largest_record_makes_entries_that_the_log_takes() -> None:
    nations = [f"X{letter * 2}" for letter in "ABCDEFGH"]
    desks = {nation: [f"{nation.lower()}-{n}{'d' * 26}" for n in range(5)] for nation in nations}
    ring = Keyring(paper.roots(*nations, "BUS"))
    everybody = ["hotline", *(desk for each in desks.values() for desk in each)]
    for position, holder in enumerate(everybody):
        ring = ring.learn(position, paper.vouched(holder, ladder=Ladder()))
    ends = tuple(
        end_of(nation, desk=names[0], alternates=tuple(names[1:]),
               terminals=tuple(f"{n}{'t' * 30}" for n in range(8)))
        for nation, names in desks.items()
    )  # fmt: skip
    court = LineCourt(record(ends=ends))
    court.keyring = ring
    court.done(EstablishLine, ends[0].desk, record=court.record)
    for end in ends[1:]:
        court.done(AdoptLine, end.alternates[0], record_digest=court.record.digest)
    assert court.phase() is LinePhase.COMMISSIONING
    assert len(court.entries[0][0].tells) == 40
    assert max(len(payload) for _, payload in court.entries) < RECORD_BYTES_MAX // 2


# Bad input of domain §1.5, each refused with its reason.


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"paths": PATHS[:1]}, "two different paths"),
        ({"paths": (PATHS[0], PATHS[0])}, "two different paths"),
        ({"paths": (PATHS[0], PATHS[1].model_copy(update={"rank": 3}))}, "ranked 1, 2"),
        ({"ends": (end_of("XAA"),)}, "two parties"),
        ({"ends": (end_of("XBB"), end_of("XAA"))}, "alphabetical"),
        ({"ends": (end_of("XAA"), end_of("XBB").model_copy(update={"terminals": ("a",)}))}, None),
    ],
)
def test_a_record_that_is_not_whole_is_refused(wrong: dict[str, Any], reason: str | None) -> None:
    court = LineCourt(record())
    broken = court.record.model_copy(update=wrong)
    command = saying(EstablishLine, record=court.record).model_copy(update={"record": broken})
    outcome = court.say(command)
    assert code(outcome) == "InvalidField"
    assert (reason or "two different terminals") in outcome.refusal.detail  # type: ignore[union-attr]  # an unbelieved record


@pytest.mark.parametrize(
    "wrong",
    [
        {"cadence": Cadence.HOURLY, "times": ("09:00",), "tolerance_s": 60},
        {"cadence": Cadence.HOURLY, "times": ("00:30",), "tolerance_s": 1800},
        {"cadence": Cadence.TWICE_DAILY, "times": ("09:00",), "tolerance_s": 60},
        {"cadence": Cadence.TWICE_DAILY, "times": ("17:00", "09:00"), "tolerance_s": 60},
        {"cadence": Cadence.WEEKLY, "times": ("09:00",), "tolerance_s": 60},
        {"cadence": Cadence.WEEKDAYS, "times": ("23:50", "24:00"), "tolerance_s": 60},
        {"cadence": Cadence.WEEKDAYS, "times": ("00:05", "23:55"), "tolerance_s": 600},
    ],
)
def test_a_schedule_that_contradicts_itself_is_no_schedule(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Schedule(**wrong)


def test_a_stranger_has_no_part_in_a_line() -> None:
    court = LineCourt(record()).commission()
    for kind, fields in (
        (SuspendLine, {}),
        (SendTest, {"path": "cable", "serial": 3}),
        (DeclareCause, {"cause": Cause.UNKNOWN}),
    ):
        assert code(court.tell(kind, "xcc-ghq", **fields)) == "NoPartyToLine"
    new = LineCourt(record())
    assert code(new.tell(EstablishLine, "xcc-ghq", record=new.record)) == "NoPartyToLine"


def test_nothing_is_said_of_a_line_that_nobody_established() -> None:
    assert code(LineCourt(record()).tell(SuspendLine)) == "NoSuchLine"


def test_a_test_ahead_of_its_time_beyond_tolerance_is_refused() -> None:
    court = LineCourt(record()).commission()
    assert court.standing.expects is not None
    court.now = court.standing.expects.opens - timedelta(milliseconds=1)
    early: dict[str, Any] = {"path": "satellite", "serial": 3}
    assert court.standing.expects.initiator == "XAA"
    assert code(court.tell(SendTest, **early)) == "TestTooEarly"
    court.now += timedelta(milliseconds=1)
    court.done(SendTest, **early)


def test_parties_take_turns() -> None:
    court = LineCourt(record()).commission()
    court.tested_until(court.now + hours(1))
    court.now += hours(1)
    fields: dict[str, Any] = {"path": "satellite", "serial": 4}
    assert code(court.tell(SendTest, "xaa-ghq", **fields)) == "NotYourTurn"
    sent = court.done(SendTest, "xbb-ghq", **fields)
    answer: dict[str, Any] = {"test": sent.command, "reading": Reading.CLEAR}
    assert code(court.tell(AnswerTest, "xbb-alt", **answer)) == "NotYourTurn"
    assert code(court.tell(AnswerTest, "xaa-ghq", **(answer | {"test": "0" * 32}))) == "NoSuchTest"
    court.done(AnswerTest, "xaa-ghq", **answer)


def test_a_test_names_a_path_of_the_line_and_its_number() -> None:
    court = LineCourt(record()).commission()
    court.now += hours(1)
    assert code(court.tell(SendTest, path="pigeon", serial=3)) == "UnknownPath"
    assert code(court.tell(SendTest, path="cable", serial=9)) == "InvalidField"
    assert code(court.tell(ReportPathDown, path="pigeon")) == "UnknownPath"


def test_an_answer_after_its_time_is_too_late_even_where_the_clock_has_not_spoken() -> None:
    court = LineCourt(record()).commission()
    assert court.standing.expects is not None
    court.now = court.standing.expects.due
    sent = court.done(SendTest, path="satellite", serial=3)
    court.now = court.standing.expects.closes + timedelta(milliseconds=1)
    late = court.tell(AnswerTest, "xbb-ghq", test=sent.command, reading=Reading.CLEAR)
    assert code(late) == "TestTooLate"


@pytest.mark.parametrize("kind", [SuspendLine, CloseLine])
def test_a_role_without_release_authority_cannot_speak_for_its_nation(kind: type[Any]) -> None:
    court = LineCourt(record()).commission()
    assert code(court.tell(kind, officer="duty-1")) == "NoReleaseAuthority"
    assert code(court.tell(kind, officer="duty-9")) == "UnknownOfficer"
    new = LineCourt(record())
    assert code(new.tell(EstablishLine, record=new.record, officer="duty-1")) == (
        "NoReleaseAuthority"
    )


def test_release_authority_names_officers_that_the_directory_lists() -> None:
    ends = (end_of("XAA"), end_of("XBB", release_authority=("general",)))
    court = LineCourt(record(ends=ends))
    outcome = court.tell(EstablishLine, record=court.record)
    assert code(outcome) == "UnknownOfficer"


def test_a_record_names_desks_that_the_directory_lists() -> None:
    court = LineCourt(record(ends=(end_of("XAA"), end_of("XBB", alternates=("xbb-none",)))))
    assert code(court.tell(EstablishLine, record=court.record)) == "UnknownAddressee"


# Substantive, test, service and goodwill stay apart.


def test_a_test_has_nothing_inside_and_no_addressee() -> None:
    assert not {"action", "info", "subject", "text"} & set(SendTest.model_fields)
    with pytest.raises(ValidationError, match="no inner part"):
        saying(SendTest, path="cable", serial=1, inside=seal.inside(b"words"))


def test_no_message_is_sent_in_the_matter_of_a_line() -> None:
    court = LineCourt(record()).commission()
    assert code(court.say(outer(matter=MATTER))) == "LinesMatter"
    assert code(court.say(outer(matter="line-nobodys"))) == "LinesMatter"


def test_what_is_said_of_a_line_stays_in_its_matter_and_its_lane() -> None:
    with pytest.raises(ValidationError, match="matter"):
        saying(SuspendLine, matter="border-1")
    with pytest.raises(ValidationError, match="lane"):
        saying(SuspendLine, lane=Lane.FLASH)


def test_a_desk_cannot_reorder_a_line_by_taking_a_slower_lane() -> None:
    court = LineCourt(record()).commission()
    court.numbers["xaa-ghq"] += 1
    command = saying(SuspendLine, sequence=court.numbers["xaa-ghq"], sent_at=court.now)
    assert code(court.say(command, lane=Lane.ROUTINE, at=court.now)) == "WrongLane"


@pytest.mark.parametrize("note", NoteClass)
def test_a_note_is_carried_and_changes_nothing(note: NoteClass) -> None:
    court = LineCourt(record()).commission()
    before = court.line
    entry = court.done(SendLineNote, note=note, officer="duty-1")
    assert [tell.to for tell in entry.tells] == ["xaa-ghq", "xbb-ghq", "xbb-alt"]
    assert all(tell.encloses for tell in entry.tells)
    assert court.line == before


# Silence (requirements R5, R6).


def test_R6_a_missed_test_raises_degraded_within_the_tolerance() -> None:
    court = LineCourt(record()).commission()
    court.tested_until(court.now + hours(3))
    expects = court.standing.expects
    assert expects is not None
    assert not court.pass_until(expects.closes - timedelta(milliseconds=1))
    assert court.phase() is LinePhase.OPERATIONAL
    (entry,) = court.pass_until(expects.closes)
    assert entry.received_at - expects.due == timedelta(seconds=HOURLY.tolerance_s)
    assert kinds(entry) == ["LineTestMissed", "LineChanged"]
    assert {tell.to for tell in entry.tells} == {"xaa-ghq", "xbb-ghq", "xbb-alt"}
    assert (court.phase(), court.standing.cause) == (LinePhase.DEGRADED, Cause.UNKNOWN)


def test_R6_an_unanswered_test_is_missed_by_who_did_not_answer() -> None:
    court = LineCourt(record()).commission()
    assert court.standing.expects is not None
    court.now = court.standing.expects.due
    court.done(SendTest, path="cable", serial=3)
    (entry,) = court.pass_until(court.standing.expects.closes)
    assert entry.events[0].silent == ("XBB",)
    assert court.standing.unproved == ("cable",)
    assert not court.pass_until(court.standing.expects.opens)
    assert court.standing.expects.initiator == "XBB"
    (entry,) = court.pass_until(court.standing.expects.closes)
    assert entry.events[0].silent == ("XBB",), "the initiator, where nothing was sent"


@pytest.mark.parametrize(
    ("schedule", "misses"),
    [(HOURLY, 3), (LIAISON, 2), (MILITARY, 2),
     (Schedule(cadence=Cadence.WEEKLY, weekday=Weekday.TUESDAY, times=("10:00",), tolerance_s=60),
      2)],
)  # fmt: skip
def test_R6_so_many_misses_in_a_row_make_an_unexplained_outage(
    schedule: Schedule, misses: int
) -> None:
    court = LineCourt(record(schedule=schedule)).commission()
    for number in range(1, misses + 1):
        assert court.standing.expects is not None
        court.pass_until(court.standing.expects.closes)
        outage = number == misses
        assert court.phase() is (LinePhase.OUTAGE_UNEXPLAINED if outage else LinePhase.DEGRADED)
        assert court.standing.cause is Cause.UNKNOWN
        assert court.standing.misses == number


FRIDAY = datetime(2023, 4, 7, tzinfo=UTC)


def inter_korean(schedule: Schedule, at: datetime) -> LineCourt:
    """A line in use since the day before, every test answered (scenario S21)."""
    court = LineCourt(record(schedule=schedule), at - timedelta(hours=20)).commission()
    court.tested_until(at - timedelta(hours=1))
    return court


def test_R5_S21_A_one_missed_call_degrades_and_recovers_with_no_alarm_beyond_the_desks() -> None:
    day = datetime(2022, 10, 4, tzinfo=UTC)
    liaison, military = inter_korean(LIAISON, day), inter_korean(MILITARY, day)
    liaison.pass_until(day + hours(1))
    military.tested_until(day + hours(1))
    assert liaison.phase() is LinePhase.DEGRADED
    assert military.phase() is LinePhase.OPERATIONAL, "the other line is unaffected"

    liaison.now = day + hours(8)
    liaison.test()
    assert liaison.phase() is LinePhase.OPERATIONAL
    assert (liaison.standing.cause, liaison.standing.misses) == (None, 0)
    assert changes(liaison)[2:] == [
        (LinePhase.OPERATIONAL, LinePhase.DEGRADED),
        (LinePhase.DEGRADED, LinePhase.OPERATIONAL),
    ]
    told = {tell.to for entry, _ in liaison.entries for tell in entry.tells}
    assert told == {"xaa-ghq", "xbb-ghq", "xbb-alt"}


def test_R5_S21_B_days_of_silence_are_an_outage_whose_cause_stays_unknown_until_declared() -> None:
    borne = LIAISON.model_copy(update={"misses_to_outage": 4})
    liaison, military = inter_korean(borne, FRIDAY), inter_korean(MILITARY, FRIDAY)
    saturday, monday = FRIDAY + hours(24), FRIDAY + hours(72)
    military.tested_until(FRIDAY + hours(20))

    liaison.pass_until(saturday)
    assert (liaison.phase(), liaison.standing.misses) == (LinePhase.DEGRADED, 2)
    assert not liaison.pass_until(monday), "the weekend has no liaison call, so none is missed"
    assert liaison.standing.misses == 2
    military.pass_until(saturday + hours(12))
    assert military.phase() is LinePhase.OUTAGE_UNEXPLAINED, "it is called at weekends too"

    liaison.pass_until(monday + hours(1))
    assert liaison.phase() is LinePhase.DEGRADED
    liaison.pass_until(monday + hours(9))
    assert liaison.phase() is LinePhase.OUTAGE_UNEXPLAINED
    assert liaison.cause() is Cause.UNKNOWN
    liaison.pass_until(monday + timedelta(days=30))
    assert liaison.phase() is LinePhase.OUTAGE_UNEXPLAINED, "silence is never a suspension"
    assert liaison.cause() is Cause.UNKNOWN

    liaison.done(DeclareCause, "xbb-ghq", cause=Cause.TECHNICAL_SUSPECTED, officer="duty-1")
    assert liaison.cause() is Cause.TECHNICAL_SUSPECTED
    assert liaison.phase() is LinePhase.OUTAGE_UNEXPLAINED
    entry = liaison.done(SuspendLine, "xaa-ghq")
    assert liaison.phase() is LinePhase.SUSPENDED
    assert liaison.cause() is Cause.DECLARED_SUSPENSION
    assert all(tell.encloses for tell in entry.tells), "each holds the party's own signed word"


def test_R5_only_a_written_notification_suspends() -> None:
    with pytest.raises(ValidationError):
        saying(DeclareCause, cause=Cause.DECLARED_SUSPENSION)
    court = LineCourt(record()).commission()
    assert code(court.tell(DeclareCause, cause=Cause.UNKNOWN)) == "WrongLineState"


def test_an_outage_ends_when_the_line_is_heard_again() -> None:
    court = LineCourt(record()).commission()
    court.pass_until(court.now + hours(4))
    assert court.phase() is LinePhase.OUTAGE_UNEXPLAINED
    assert court.standing.expects is not None
    court.now = court.standing.expects.due
    court.test(path="cable")
    assert court.phase() is LinePhase.DEGRADED, "the primary is not proved yet"
    assert court.standing.expects is not None
    court.now = court.standing.expects.due
    court.test()
    assert court.phase() is LinePhase.OPERATIONAL


def test_a_garbled_test_and_a_path_that_is_down_degrade() -> None:
    court = LineCourt(record()).commission()
    court.now += hours(1)
    court.test(xbb=Reading.GARBLED)
    assert (court.phase(), court.standing.misses) == (LinePhase.DEGRADED, 0)
    court.tested_until(court.now + hours(1))
    assert court.phase() is LinePhase.OPERATIONAL
    court.done(ReportPathDown, "xbb-ghq", path="cable", officer="duty-1")
    assert (court.phase(), court.standing.unproved) == (LinePhase.DEGRADED, ("cable",))
    court.tested_until(court.now + hours(1))
    assert court.phase() is LinePhase.DEGRADED
    assert court.standing.expects is not None
    court.now = court.standing.expects.due
    court.test(path="cable")
    assert court.phase() is LinePhase.OPERATIONAL


def test_a_second_try_over_the_other_path_saves_the_test() -> None:
    court = LineCourt(record()).commission()
    court.now += hours(1)
    first = court.done(SendTest, path="satellite", serial=3)
    second = court.done(SendTest, path="cable", serial=3)
    answer: dict[str, Any] = {"reading": Reading.CLEAR}
    assert code(court.tell(AnswerTest, "xbb-ghq", test=first.command, **answer)) == "NoSuchTest"
    court.done(AnswerTest, "xbb-ghq", test=second.command, **answer)
    assert (court.phase(), court.standing.concluded) == (LinePhase.OPERATIONAL, 3)


# Maintenance, suspension, restoration, the end.


def test_maintenance_is_agreed_by_both_and_begins_and_ends_by_the_clock() -> None:
    court = LineCourt(record()).commission()
    start, end = court.now + hours(0.5), court.now + hours(5.5)
    window: dict[str, Any] = {"start": start, "end": end, "officer": "duty-1"}
    court.done(AgreeMaintenance, **window)
    assert court.line.window is None, "one party's word is not an agreement"
    court.done(AgreeMaintenance, "xbb-ghq", **(window | {"end": end + hours(1)}))
    assert court.line.window is None, "nor is another time"
    court.done(AgreeMaintenance, "xbb-ghq", **window)
    (began,) = court.pass_until(start)
    assert court.phase() is LinePhase.MAINTENANCE
    assert {tell.to for tell in began.tells} == {"xaa-ghq", "xbb-ghq", "xbb-alt"}
    (ended,) = court.pass_until(end + hours(9))
    assert ended.events[0].standing.since == end, "no test was expected meanwhile"
    assert court.phase() is LinePhase.COMMISSIONING
    for path in ("cable", "satellite"):
        court.test("xbb-ghq", path)
    assert court.phase() is LinePhase.OPERATIONAL
    assert code(court.tell(AgreeMaintenance, **window)) == "MaintenancePast"


def test_R15_a_review_is_called_to_mind_ahead_and_on_its_day_and_agreed_by_all() -> None:
    court = LineCourt(record(review_due=date(2026, 2, 10))).commission()
    court.done(SuspendLine)  # Nothing else falls due then; a review does.
    (ahead,) = court.pass_until(datetime(2026, 1, 11, tzinfo=UTC))
    assert court.now == datetime(2026, 1, 11, tzinfo=UTC)
    assert ahead.events[0].term is LineDeadline.REVIEW_AHEAD
    assert {tell.to for tell in ahead.tells} == {"xaa-ghq", "xbb-ghq", "xbb-alt"}
    assert overdue_of(court) == []
    (due,) = court.pass_until(datetime(2026, 2, 20, tzinfo=UTC))
    assert due.events[0].term is LineDeadline.REVIEW
    assert overdue_of(court) == [("REVIEW", "XAA"), ("REVIEW", "XBB")]
    for past in (date(2026, 2, 10), date(2026, 2, 20)):
        assert code(court.tell(AgreeReview, next_due=past)) == "ReviewPast"
    assert code(court.tell(AgreeReview, next_due=date(2027, 2, 1), officer="duty-1")) == (
        "NoReleaseAuthority"
    )
    court.done(AgreeReview, next_due=date(2027, 2, 1))
    assert overdue_of(court) == [("REVIEW", "XBB")]
    court.done(AgreeReview, "xbb-ghq", next_due=date(2027, 3, 1))
    assert court.line.review_due == date(2026, 2, 10), "another day is no agreement"
    assert len(overdue_of(court)) == 2
    agreed = court.done(AgreeReview, "xbb-ghq", next_due=date(2027, 2, 1))
    assert [event.kind for event in agreed.events] == ["LineReviewed", "ReviewAgreed"]
    assert overdue_of(court) == []
    (again,) = court.pass_until(datetime(2027, 1, 5, tzinfo=UTC))
    assert again.events[0].review_due == date(2027, 2, 1)
    court.done(CloseLine)
    assert not court.pass_until(datetime(2028, 1, 1, tzinfo=UTC))


def overdue_of(court: LineCourt) -> list[tuple[str, str]]:
    return [(x.what, x.of) for x in views.overdue({"m": court.matter(MATTER)})]


def test_a_suspended_line_is_restored_by_both_and_commissioned_anew() -> None:
    court = LineCourt(record()).commission()
    court.done(SuspendLine, "xbb-ghq")
    assert not court.pass_until(court.now + hours(500)), "nothing is expected of it"
    assert code(court.tell(SuspendLine)) == "WrongLineState"
    court.done(RestoreLine, "xaa-ghq")
    assert code(court.tell(RestoreLine, "xaa-ghq")) == "SaidAlready"
    assert court.phase() is LinePhase.SUSPENDED
    court.done(RestoreLine, "xbb-ghq")
    assert (court.phase(), court.standing.cause) == (LinePhase.COMMISSIONING, None)
    assert court.standing.unproved == ("satellite", "cable")
    court.done(SuspendLine, "xaa-ghq")
    court.done(RestoreLine, "xbb-ghq")
    assert court.phase() is LinePhase.SUSPENDED, "an earlier word does not count again"


def test_a_closed_line_stays_closed() -> None:
    court = LineCourt(record()).commission()
    court.done(CloseLine, "xbb-ghq")
    for kind, fields in (
        (RestoreLine, {}),
        (EstablishLine, {"record": court.record}),
        (SendLineNote, {"note": NoteClass.SERVICE}),
    ):
        assert code(court.tell(kind, **fields)) == "WrongLineState"
    assert not court.ledger.deadlines


def test_a_path_is_named_by_a_slug() -> None:
    with pytest.raises(ValidationError):
        Path(path="Two Words", medium=PATHS[0].medium, rank=1)


# What must not be forgotten.


def test_what_was_declared_and_counted_stands_while_the_trouble_lasts() -> None:
    court = LineCourt(record()).commission()
    court.pass_until(court.now + hours(1.5))
    court.done(DeclareCause, cause=Cause.TECHNICAL_SUSPECTED)
    assert court.standing.misses == 1, "what somebody says is no test"
    court.pass_until(court.now + hours(2))
    assert court.phase() is LinePhase.OUTAGE_UNEXPLAINED
    assert court.cause() is Cause.TECHNICAL_SUSPECTED, "only people change it"
    court.done(ReportPathDown, path="cable")
    assert (court.standing.misses, court.cause()) == (3, Cause.TECHNICAL_SUSPECTED)


def test_a_party_answers_a_test_once() -> None:
    court = LineCourt(record("XAA", "XBB", "XCC")).commission()
    court.now += hours(1)
    sent = court.done(SendTest, "xcc-ghq", path="satellite", serial=3)
    answer: dict[str, Any] = {"test": sent.command, "reading": Reading.CLEAR}
    court.done(AnswerTest, "xbb-ghq", **answer)
    assert code(court.tell(AnswerTest, "xbb-alt", **answer)) == "SaidAlready"


def test_a_deadline_that_was_met_does_not_pass() -> None:
    court = LineCourt(record()).commission()
    old, *_ = court.ledger.deadlines[MATTER]
    court.now += hours(1)
    court.test()
    before = court.line
    court.now = old.due
    assert code(court.say(old.command(), at=old.due)) == "NoLongerDue"
    assert court.line == before
