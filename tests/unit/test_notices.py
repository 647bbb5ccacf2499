"""Notices of launches and exercises: for whom they are, what is owed, and what is refused."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from schemas.envelope import RECORD_BYTES_MAX
from schemas.notices import (
    ADDRESSEES_MAX,
    NOTICE_PREFIX,
    AcknowledgeNotice,
    AmendNotice,
    CancelNotice,
    ConfirmNotice,
    ContinueExercise,
    EndNotice,
    LinkDetection,
    NoticePhase,
    NotifyExercise,
    NotifyLaunch,
    Novelty,
)
from schemas.parties import Alternate, Ladder, Rung
from services.alerts import views
from services.bus.keyring import Keyring
from services.bus.topics import service_of
from tests.kit import paper
from tests.kit.alerts import AlertCourt, saying
from tests.kit.court import code
from tests.kit.notices import (
    ADDRESSEES,
    BEGINS,
    EXERCISE,
    FINAL,
    LAUNCH,
    NARROW,
    WIDE,
    exercise_told,
    launch_told,
)

SENDER, MINISTRY = "xaa-ghq", "xbb-mfa"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
CEILING = 3 * HOUR


def told(**fields: Any) -> AlertCourt:
    """A court in which XAA told XBB of a launch."""
    court = AlertCourt()
    court.done(NotifyLaunch, **fields)
    return court


def exercised(**fields: Any) -> AlertCourt:
    """The same of an exercise."""
    court = AlertCourt()
    court.done(NotifyExercise, **fields)
    return court


def acknowledge(court: AlertCourt, desk: str, matter: str = LAUNCH, **fields: Any) -> Any:
    """A desk says that it has the newest word."""
    newest = court.notice(matter).newest.message
    return court.tell(AcknowledgeNotice, desk, matter=matter, **{"notice": newest, **fields})


def kinds(entries: list[Any]) -> list[str]:
    return [event.kind for entry in entries for event in entry.events]


def test_a_notices_matter_is_the_alerts_services() -> None:
    assert service_of(LAUNCH) == "alerts" and LAUNCH.startswith(NOTICE_PREFIX)


# For whom it is.


def test_S5_another_desks_word_does_not_settle_what_is_meant_for_early_warning() -> None:
    court = told()
    assert code(acknowledge(court, MINISTRY)) == "accepted"
    assert not court.notice(LAUNCH).settled
    entries = court.pass_until(court.now + CEILING)
    late = entries[-1].events[0]
    assert (late.kind, late.desk, late.final) == ("NoticeOverdue", FINAL, True)
    assert court.notice(LAUNCH).overdue
    court.now += 10 * DAY
    assert court.notice(LAUNCH).overdue, "it stays so, whoever else has it"
    (shown,) = views.notices({LAUNCH: court.of(LAUNCH)})
    assert "OVERDUE" in shown.flags and shown.taken_over == "1 of 4", "the alternates have it too"
    assert code(acknowledge(court, FINAL)) == "accepted"
    notice = court.notice(LAUNCH)
    assert notice.settled and not notice.overdue


def test_S5_an_alternates_word_is_told_and_leaves_the_final_consumer_owing_its_own() -> None:
    court = told()
    court.pass_until(court.now + CEILING)
    entry = acknowledge(court, "xbb-alt").entry
    by_desk = {event.desk: event.settles for event in entry.events}
    assert by_desk == {"xbb-alt": True, FINAL: False}
    assert court.notice(LAUNCH).overdue and not court.notice(LAUNCH).settled
    assert code(acknowledge(court, "xbb-alt")) == "AnsweredAlready"
    assert SENDER in {each.to for each in entry.tells}


def test_an_alternates_word_ends_the_silence_of_any_other_addressee() -> None:
    court = told(addressees=("xbb-ghq", "xbb-mfa"), final_consumers=("xbb-mfa",))
    court.pass_until(court.now + CEILING)
    acknowledge(court, "xbb-alt")
    number = court.notice(LAUNCH).newest.number
    assert court.notice(LAUNCH).recipients["xbb-ghq"].reach(number).value == "TAKEN_OVER"


def test_R4_silence_climbs_and_the_sender_and_the_alternates_are_told() -> None:
    court = told()
    entries = court.pass_until(court.now + CEILING)
    climbed = [e for e in entries for x in e.events if x.kind == "NoticeLadderClimbed" and x.to]
    assert climbed and all(SENDER in {each.to for each in entry.tells} for entry in climbed)
    given = [t for e in climbed for t in e.tells if t.to != SENDER]
    assert all(each.encloses and each.notice.standing_in_for == FINAL for each in given)
    overdue = next(e for e in entries if e.events[0].kind == "NoticeOverdue"
                   and e.events[0].desk == FINAL)  # fmt: skip
    assert {each.to for each in overdue.tells} >= {SENDER, FINAL, "xbb-alt"}


def test_where_no_final_consumer_is_named_all_addressees_settle_it() -> None:
    court = exercised()
    acknowledge(court, MINISTRY, EXERCISE)
    assert not court.notice(EXERCISE).settled
    acknowledge(court, FINAL, EXERCISE)
    assert court.notice(EXERCISE).settled


def test_what_comes_shortly_before_its_window_is_to_be_taken_over_before_it() -> None:
    court = told(begins=AlertCourt().now + HOUR)
    due = court.notice(LAUNCH).recipients[FINAL].due
    assert due == court.now + HOUR, "not after the launch"


def test_each_of_the_senders_words_is_to_be_taken_over_anew() -> None:
    court = told(ends=WIDE)
    acknowledge(court, FINAL)
    court.pass_until(BEGINS - HOUR)
    court.done(ConfirmNotice)
    assert not court.notice(LAUNCH).settled
    old = court.notice(LAUNCH).words[0].message
    assert code(acknowledge(court, FINAL, notice=old)) == "NotNewest"
    assert code(acknowledge(court, FINAL, notice="f" * 32)) == "UnknownReference"
    acknowledge(court, FINAL)
    assert court.notice(LAUNCH).settled


# Lead times.


def test_a_late_notice_is_flagged_and_never_refused() -> None:
    court = AlertCourt()
    late = court.done(NotifyLaunch, begins=court.now + 2 * HOUR).events[0]
    assert late.late_by_s == 22 * 3600
    assert told().notice(LAUNCH).told.late_by_s == 0
    short = exercised().notice(EXERCISE).told.late_by_s
    assert short > 38 * 24 * 3600, "42 days before, and it came three days before"


def test_an_amendment_within_the_window_needs_no_lead_time_and_another_does() -> None:
    court = told(ends=WIDE)
    court.now = BEGINS - 2 * HOUR
    court.done(AmendNotice, begins=BEGINS + HOUR, ends=WIDE - HOUR)
    assert court.notice(LAUNCH).told.late_by_s == 0
    court.done(AmendNotice, begins=BEGINS - HOUR, ends=WIDE)
    assert court.notice(LAUNCH).told.late_by_s == 23 * 3600


# The day of a launch.


def test_S5_a_wide_window_asks_for_a_day_and_all_are_told_when_none_is_named() -> None:
    court = told(ends=WIDE)
    next_ = views.notices({LAUNCH: court.of(LAUNCH)})[0]
    assert (next_.next_what, next_.next_due) == ("CONFIRMATION", BEGINS)
    entries = court.pass_until(BEGINS)
    assert kinds(entries)[-1] == "NoticeUnconfirmed"
    assert {each.to for each in entries[-1].tells} >= {SENDER, *ADDRESSEES}
    assert court.notice(LAUNCH).unconfirmed
    overdue = {each.what for each in views.overdue({LAUNCH: court.of(LAUNCH)})}
    assert overdue == {"ACKNOWLEDGEMENT", "CONFIRMATION"}
    day = BEGINS + 5 * DAY
    court.pass_until(day - HOUR)
    court.done(ConfirmNotice, begins=day, ends=day + HOUR)
    assert court.notice(LAUNCH).phase is NoticePhase.CONFIRMED
    assert not court.notice(LAUNCH).unconfirmed


def test_a_window_of_48_hours_is_not_wide() -> None:
    court = told(ends=BEGINS + 2 * DAY)
    assert "NoticeUnconfirmed" not in kinds(court.pass_until(BEGINS + 2 * DAY))
    assert court.notice(LAUNCH).phase is NoticePhase.PASSED


def test_when_confirmed_hours_pass_without_an_end_the_day_is_open_again() -> None:
    court = told(ends=WIDE)
    court.pass_until(BEGINS - HOUR)
    court.done(ConfirmNotice)
    assert "NoticeUnconfirmed" in kinds(court.pass_until(NARROW))
    assert court.notice(LAUNCH).phase is NoticePhase.NOTIFIED


def test_a_launch_put_off_within_its_window_needs_no_new_notice() -> None:
    court = told(ends=WIDE)
    court.pass_until(BEGINS - HOUR)
    court.done(ConfirmNotice)
    court.now += HOUR / 2
    court.done(ConfirmNotice, begins=BEGINS + 4 * HOUR, ends=BEGINS + 5 * HOUR)
    notice = court.notice(LAUNCH)
    assert notice.confirmed is not None and notice.confirmed.begins == BEGINS + 4 * HOUR
    assert notice.told.late_by_s == 0


@pytest.mark.parametrize(
    ("begins", "ends", "refusal"),
    [
        (BEGINS + 5 * DAY, BEGINS + 5 * DAY + HOUR, "ConfirmedBeforeItsDay"),
        (BEGINS - HOUR, BEGINS + HOUR, "OutsideItsWindow"),
        (BEGINS, WIDE, "OutsideItsWindow"),
        (BEGINS + HOUR, BEGINS, "EndsBeforeItBegins"),
    ],
)
def test_a_confirmation_names_hours_of_its_day_in_the_window(
    begins: Any, ends: Any, refusal: str
) -> None:
    court = told(ends=WIDE)
    court.pass_until(BEGINS - HOUR)
    assert code(court.tell(ConfirmNotice, begins=begins, ends=ends)) == refusal


# Exercises.


def test_S15_the_daily_word_and_the_end_are_asked_for_and_missing_ones_told_to_all() -> None:
    court = exercised()
    court.pass_until(BEGINS + HOUR)
    court.done(ContinueExercise, matter=EXERCISE)
    assert court.notice(EXERCISE).phase is NoticePhase.COMMENCED
    entries = court.pass_until(BEGINS + 2 * DAY)
    (missing,) = [e for e in entries if e.events[0].kind == "ExerciseWordMissing"]
    assert (missing.events[0].day, missing.events[0].due) == (2, BEGINS + 2 * DAY)
    assert {each.to for each in missing.tells} >= {SENDER, *ADDRESSEES}
    assert court.notice(EXERCISE).word_missing
    court.now += HOUR
    court.done(ContinueExercise, matter=EXERCISE)
    assert not court.notice(EXERCISE).word_missing and court.notice(EXERCISE).words_missed == 1
    court.pass_until(BEGINS + 4 * DAY)
    ends = BEGINS + timedelta(hours=108)
    entries = court.pass_until(ends + DAY)
    assert kinds(entries) == ["ExerciseEndMissing"], "told once, and shown from then on"
    assert {each.to for each in entries[0].tells} >= {SENDER, *ADDRESSEES}
    assert {x.what for x in views.overdue({EXERCISE: court.of(EXERCISE)})} >= {"END", "DAILY WORD"}
    court.done(EndNotice, matter=EXERCISE)
    notice = court.notice(EXERCISE)
    assert (notice.phase, notice.end_missing, notice.word_missing) == (
        NoticePhase.ENDED, False, False,
    )  # fmt: skip


def test_an_exercise_that_is_over_is_asked_for_no_more_words() -> None:
    court = exercised()
    court.pass_until(BEGINS + HOUR)
    court.done(EndNotice, matter=EXERCISE)
    for desk in ADDRESSEES:
        acknowledge(court, desk, EXERCISE)
    later = court.pass_until(BEGINS + 30 * DAY)
    assert set(kinds(later)) <= {"NoticeLadderClimbed", "NoticeOverdue"}


def test_S15_novel_elements_are_said_and_be_it_that_there_are_none() -> None:
    assert code(AlertCourt().tell(NotifyExercise, novelty=None)) == "NovelElementsUnsaid"
    assert exercised(novelty=Novelty.NONE).notice(EXERCISE).told.novelty is Novelty.NONE
    court = exercised()
    silent = court.tell(AmendNotice, matter=EXERCISE, novelty=None)
    assert code(silent) == "NovelElementsUnsaid"
    assert exercise_told(novel_elements="NONE").novelty is Novelty.NONE
    assert exercise_told(novel_elements=()).novelty is None


# What was detected.


def detected(court: AlertCourt, desk: str = FINAL, **fields: Any) -> Any:
    newest = court.notice(LAUNCH).newest.message
    return court.tell(LinkDetection, desk, **{"notice": newest, **fields})


def test_S5_a_detection_is_linked_and_told_to_all() -> None:
    court = told(ends=WIDE)
    court.pass_until(BEGINS - HOUR)
    court.done(ConfirmNotice)
    court.pass_until(BEGINS + HOUR)
    entry = detected(court).entry
    (event,) = entry.events
    assert (event.kind, event.by, event.confirmed) == ("DetectionLinked", FINAL, True)
    assert {each.to for each in entry.tells} >= {SENDER, *ADDRESSEES}
    court.pass_until(NARROW + 2 * HOUR)
    outside = detected(court, detected_at=NARROW + HOUR).entry.events[0]
    assert outside.confirmed is False, "within the window, and outside the hours confirmed"
    assert court.notice(LAUNCH).detections == 2


def test_what_was_seen_in_confirmed_hours_may_be_told_when_they_are_over() -> None:
    court = told(ends=WIDE)
    court.pass_until(BEGINS - HOUR)
    court.done(ConfirmNotice)
    court.pass_until(NARROW + HOUR)
    assert court.notice(LAUNCH).unconfirmed
    assert detected(court).entry.events[0].confirmed


@pytest.mark.parametrize("moment", [BEGINS - HOUR, NARROW + HOUR, BEGINS + 3 * HOUR])
def test_what_was_seen_outside_the_window_or_is_still_to_be_seen_is_not_linked(
    moment: Any,
) -> None:
    court = told()
    court.pass_until(BEGINS + HOUR)
    assert code(detected(court, detected_at=moment)) == "OutsideItsWindow"


def test_what_was_seen_before_the_end_may_be_told_after_it_and_no_more() -> None:
    court = told()
    court.pass_until(BEGINS + HOUR)
    court.done(EndNotice)
    assert code(detected(court)) == "accepted"
    court.pass_until(BEGINS + 3 * HOUR)
    assert code(detected(court, detected_at=BEGINS + 2 * HOUR)) == "OutsideItsWindow"


def test_a_notice_that_was_called_off_explains_nothing() -> None:
    court = told()
    court.done(CancelNotice)
    court.pass_until(BEGINS + HOUR)
    assert code(detected(court)) == "NoticeCalledOff"


# What is refused.


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        ({"ends": BEGINS}, "EndsBeforeItBegins"),
        ({"ends": BEGINS - DAY}, "EndsBeforeItBegins"),
        ({"begins": BEGINS - 9 * DAY, "ends": BEGINS - 8 * DAY}, "WindowOver"),
        ({"final_consumers": ()}, "FinalConsumerMissing"),
        ({"addressees": ("xbb-mfa", "xbb-ghq", "xcc-mfa")}, "FinalConsumerMissing"),
        ({"final_consumers": ("xbb-alt",)}, "FinalConsumerNotAddressed"),
        ({"addressees": ("xbb-ghq", "xbb-nobody")}, "UnknownAddressee"),
        ({"addressees": ("xbb-ghq", SENDER), "final_consumers": ("xbb-ghq", SENDER)},
         "InvalidField"),
        ({"label": paper.LABEL.model_copy(update={"releasable_to": ("XAA",)})}, "NotReleasable"),
        ({"officer": "nobody"}, "UnknownOfficer"),
    ],
)  # fmt: skip
def test_a_notice_that_is_not_in_order_is_refused(fields: dict[str, Any], refusal: str) -> None:
    assert code(AlertCourt().tell(NotifyLaunch, **fields)) == refusal


def test_only_its_sender_amends_confirms_cancels_and_ends() -> None:
    court = told()
    for kind in (AmendNotice, ConfirmNotice, CancelNotice, EndNotice):
        assert code(court.tell(kind, FINAL)) == "NotNoticesSender"
        assert code(court.tell(kind, "xcc-mfa")) == "NotGivenNotice"
        assert code(court.tell(kind, "xaa-mfa")) == "NotGivenNotice", "nor another desk of its own"


def test_only_those_who_were_given_it_take_it_over() -> None:
    court = told()
    newest = court.notice(LAUNCH).newest.message
    for desk in ("xcc-ghq", "xbb-alt"):
        assert code(acknowledge(court, desk)) == "NotGivenNotice"
    own = court.tell(AcknowledgeNotice, notice=newest)
    assert code(own) == "accepted", "the kit lets its addressee speak"
    assert code(acknowledge(court, FINAL)) == "AnsweredAlready"


def test_its_own_sender_does_not_take_it_over() -> None:
    court = told()
    made = saying(AcknowledgeNotice, notice=court.notice(LAUNCH).newest.message)
    mine = made.model_copy(update={"sender": SENDER, "sent_at": court.now, "sequence": 2})
    assert code(court.say(mine)) == "NotGivenNotice"


def test_it_ends_once_and_not_before_it_began() -> None:
    court = told()
    assert code(court.tell(EndNotice)) == "NotBegunYet"
    court.pass_until(BEGINS + HOUR)
    court.done(EndNotice)
    assert code(court.tell(EndNotice)) == "NoticeOver"
    assert code(court.tell(AmendNotice)) == "NoticeOver"


def test_what_has_begun_is_ended_and_not_cancelled() -> None:
    court = exercised()
    assert code(court.tell(ContinueExercise, matter=EXERCISE)) == "NotBegunYet"
    court.pass_until(BEGINS + HOUR)
    court.done(ContinueExercise, matter=EXERCISE)
    assert code(court.tell(CancelNotice, matter=EXERCISE)) == "CommencedAlready"
    court.pass_until(BEGINS + 5 * DAY)
    assert code(court.tell(ContinueExercise, matter=EXERCISE)) == "WindowOver"


def test_what_has_begun_keeps_its_beginning() -> None:
    court = told()
    court.pass_until(BEGINS + HOUR)
    later: dict[str, Any] = {"begins": BEGINS + 2 * HOUR, "ends": NARROW}
    assert code(court.tell(AmendNotice, **later)) == "WindowBegunAlready"
    court.done(AmendNotice, ends=NARROW + HOUR)


def test_launches_are_confirmed_and_exercises_continue() -> None:
    assert code(told().tell(ContinueExercise)) == "NotOfThisKind"
    assert code(exercised().tell(ConfirmNotice, matter=EXERCISE)) == "NotOfThisKind"
    assert code(told().tell(AmendNotice, novelty=Novelty.NONE)) == "InvalidField"


def test_a_matter_holds_one_notice_and_nothing_is_said_of_none() -> None:
    assert code(told().tell(NotifyLaunch)) == "MatterTaken"
    assert code(told().tell(NotifyExercise, matter=LAUNCH)) == "MatterTaken"
    assert code(AlertCourt().tell(EndNotice)) == "UnknownNotice"


def test_a_launch_whose_window_passed_may_still_be_said_to_be_over() -> None:
    court = told()
    entries = court.pass_until(NARROW)
    assert kinds(entries)[-1] == "NoticePassed"
    assert code(court.tell(CancelNotice)) == "NoticeOver"
    court.done(EndNotice)


def test_an_area_in_words_alone_is_none() -> None:
    words = launch_told().launch_area[0].model_copy(update={"circle": ()})
    with pytest.raises(ValidationError, match="polygon or a circle"):
        launch_told(launch_area=(words,))


def test_a_notice_in_another_lane_or_matter_is_none() -> None:
    from schemas.parties import Lane

    for fields in ({"lane": Lane.FLASH}, {"matter": "alert-concern-1"}):
        with pytest.raises(ValidationError):
            saying(NotifyLaunch, **fields)


def crowd(addressed: int, ladder: int) -> tuple[AlertCourt, tuple[str, ...]]:
    """A court with so many desks of XBB, each with so many alternates."""
    desks = tuple(f"xbb-{letter * 2}" for letter in "abcdefghijklmnop"[:addressed])
    ring = Keyring(paper.roots("XAA", "XBB", "BUS")).learn(0, paper.vouched("alerts"))
    stated = [paper.vouched(SENDER)]
    for desk in desks:
        alternates = tuple(
            Alternate(rung=rung, desk=f"{desk}-{number}")
            for number, rung in enumerate(tuple(Rung)[:ladder])
        )
        stated.append(paper.vouched(desk, ladder=Ladder(alternates=alternates)))
        stated += [paper.vouched(each.desk) for each in alternates]
    for position, each in enumerate(stated, 1):
        ring = ring.learn(position, each)
    return AlertCourt(ring), desks


@pytest.mark.parametrize(("addressed", "ladder"), [(ADDRESSEES_MAX, 0), (12, 1), (4, 4)])
def test_a_notice_to_as_many_as_may_be_fits_into_one_record(addressed: int, ladder: int) -> None:
    court, desks = crowd(addressed, ladder)
    court.done(NotifyLaunch, addressees=desks, final_consumers=desks)
    court.pass_until(court.now + CEILING)
    court.done(AmendNotice)
    court.pass_until(court.now + CEILING)
    for entry, _ in court.entries:
        assert len(paper.signed(entry, by="alerts")) <= RECORD_BYTES_MAX


def test_a_notice_that_would_reach_more_is_refused() -> None:
    court, desks = crowd(ADDRESSEES_MAX, 1)
    refused = court.tell(NotifyLaunch, addressees=desks, final_consumers=desks)
    assert code(refused) == "TooManyRecipients"
