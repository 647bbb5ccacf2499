"""Requests about unusual activity, hazardous incidents, hosting: who may say what, and silence."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from schemas.cap import CapArea, Status
from schemas.concerns import (
    AnswerHosting,
    AskClarification,
    Clarify,
    CloseHazard,
    CloseHosting,
    CloseRequest,
    ConcernPhase,
    ExplanationAsked,
    HazardPhase,
    HostingAnswer,
    HostingPhase,
    JudgeReply,
    MeetingScope,
    OfferHosting,
    Quality,
    RecordMeeting,
    ReplyItem,
    ReplyToRequest,
    ReportHazard,
    ReportMeeting,
    RequestExplanation,
    RequestMeeting,
    UpdateRequest,
    WithdrawHosting,
)
from schemas.envelope import RECORD_BYTES_MAX
from schemas.parties import Function
from services.alerts import views
from services.bus.keyring import Keyring
from tests.kit import paper
from tests.kit.alerts import (
    CONCERN,
    HAZARD,
    HOSTING,
    AlertCourt,
    judgement,
    keyring,
    saying,
)
from tests.kit.court import code
from tests.kit.paper import NOON

OURS, THEIRS, OTHERS = "xaa-mfa", "xbb-mfa", "xcc-mfa"
HOURS_48 = timedelta(hours=48)


def asked() -> AlertCourt:
    """A court in which XAA asked XBB."""
    court = AlertCourt()
    court.done(RequestExplanation, OURS)
    return court


def phase(court: AlertCourt) -> ConcernPhase:
    concern = court.risk().concern
    assert concern is not None
    return concern.phase


def to_meeting(scope: MeetingScope = MeetingScope.BILATERAL) -> AlertCourt:
    court = asked()
    court.pass_until(court.now + HOURS_48)
    court.done(RequestMeeting, OURS, scope=scope)
    return court


# (A) Unusual military activity.


def test_a_request_is_copied_to_all_participating_states_without_delay() -> None:
    entry = AlertCourt().done(RequestExplanation, OURS)
    assert {each.to for each in entry.tells} == {OURS, THEIRS, OTHERS}
    assert all(each.encloses for each in entry.tells)


def test_S17_unanswered_comes_by_the_clock_alone_after_48_hours_and_all_see_it() -> None:
    court = asked()
    asked_at = court.now
    assert court.pass_until(asked_at + HOURS_48 - timedelta(seconds=1)) == []
    assert phase(court) is ConcernPhase.OPEN
    (entry,) = court.pass_until(asked_at + HOURS_48)
    assert entry.events[0].due == asked_at + HOURS_48
    assert {each.to for each in entry.tells} == {OURS, THEIRS, OTHERS}
    assert phase(court) is ConcernPhase.UNANSWERED
    assert court.pass_until(asked_at + 10 * HOURS_48) == [], "the bus goes no further by itself"


def test_an_update_to_the_request_restarts_no_clock() -> None:
    court = asked()
    asked_at = court.now
    court.now += timedelta(hours=47)
    court.done(UpdateRequest, OURS)
    (entry,) = court.pass_until(court.now + HOURS_48)
    assert entry.events[0].due == asked_at + HOURS_48


def test_a_reply_by_the_requested_state_ends_the_clock() -> None:
    court = asked()
    court.done(ReplyToRequest, THEIRS, items=(ReplyItem.OBJECTIVES,))
    assert phase(court) is ConcernPhase.ANSWERED
    assert court.pass_until(court.now + 2 * HOURS_48) == []


def test_a_reply_without_any_item_is_accepted_and_flagged_as_empty() -> None:
    entry = asked().done(ReplyToRequest, THEIRS, items=())
    assert entry.events[0].empty


def test_a_late_reply_is_marked_and_the_silence_stays_on_record() -> None:
    court = asked()
    court.pass_until(court.now + HOURS_48)
    court.now += timedelta(hours=1)
    entry = court.done(ReplyToRequest, THEIRS, items=(ReplyItem.LOCATION,))
    concern = court.risk().concern
    assert entry.events[0].late and concern is not None and concern.unanswered
    assert phase(court) is ConcernPhase.ANSWERED


@pytest.mark.parametrize("desk", [OURS, OTHERS])
def test_a_reply_from_a_state_not_asked_is_refused(desk: str) -> None:
    assert code(asked().tell(ReplyToRequest, desk)) == "OnlyTheRequested"


def test_a_request_without_an_area_is_refused() -> None:
    assert code(AlertCourt().tell(RequestExplanation, OURS, geocodes=())) == "AreaMissing"
    for area in ((), (CapArea(area_desc="Somewhere in the north"),)):
        with pytest.raises(ValidationError):
            ExplanationAsked(causes=("Divisions left.",), activity="Concentration", area=area)


@pytest.mark.parametrize("quality", Quality)
def test_the_requester_judges_a_reply_once(quality: Quality) -> None:
    court = asked()
    reply = court.done(ReplyToRequest, THEIRS).command
    assert code(court.tell(JudgeReply, THEIRS, **judgement(reply))) == "OnlyTheRequester"
    court.done(JudgeReply, OURS, **judgement(reply, quality))
    assert code(court.tell(JudgeReply, OURS, **judgement(reply))) == "ReplyJudgedAlready"
    assert code(court.tell(JudgeReply, OURS, **judgement("0" * 32))) == "UnknownReply"


def test_only_the_requester_closes() -> None:
    court = asked()
    for desk in (THEIRS, OTHERS):
        assert code(court.tell(CloseRequest, desk)) == "OnlyTheRequester"
    court.done(CloseRequest, OURS)
    assert phase(court) is ConcernPhase.CLOSED
    assert code(court.tell(UpdateRequest, OURS)) == "WrongRequestState"


def test_a_meeting_has_48_hours_of_its_own_and_its_lateness_is_a_flag_only() -> None:
    court = to_meeting()
    called_at = court.now
    (entry,) = court.pass_until(called_at + HOURS_48)
    assert entry.events[0].kind == "ConcernMeetingOverdue"
    assert entry.events[0].due == called_at + HOURS_48
    assert phase(court) is ConcernPhase.MEETING_REQUESTED
    shown = views.overdue({CONCERN: court.of(CONCERN)})
    assert {each.what for each in shown} == {"REPLY", "MEETING"}


@pytest.mark.parametrize(
    ("attended", "outcome"), [(("XAA", "XBB"), "HELD"), (("XAA", "XCC"), "BOYCOTTED")]
)
def test_a_meeting_is_held_or_boycotted_by_who_came(
    attended: tuple[str, ...], outcome: str
) -> None:
    court = to_meeting(MeetingScope.ALL_STATES)
    court.done(RecordMeeting, OURS, held_at=court.now, attended=attended)
    assert phase(court).value == outcome
    court.done(ReportMeeting, OURS)
    assert phase(court) is ConcernPhase.REPORTED
    court.done(RequestMeeting, OURS, scope=MeetingScope.ALL_STATES)
    assert phase(court) is ConcernPhase.MEETING_REQUESTED


def test_a_meeting_is_not_recorded_ahead_or_without_the_requester() -> None:
    court = to_meeting()
    ahead = court.now + timedelta(hours=1)
    refused = court.tell(RecordMeeting, OURS, held_at=ahead, attended=("XAA", "XBB"))
    assert code(refused) == "MeetingAhead"
    refused = court.tell(RecordMeeting, OURS, held_at=court.now, attended=("XBB",))
    assert code(refused) == "InvalidField"


def test_a_bilateral_meeting_is_the_requesters_to_ask_for_an_all_states_one_either_states() -> None:
    court = asked()
    court.done(ReplyToRequest, THEIRS)
    bilateral = court.tell(RequestMeeting, THEIRS, scope=MeetingScope.BILATERAL)
    assert code(bilateral) == "OnlyTheRequester"
    assert code(court.tell(RequestMeeting, OTHERS)) == "OnlyTheRequester"
    court.done(RequestMeeting, THEIRS, scope=MeetingScope.ALL_STATES)


def test_a_meeting_is_not_asked_for_before_a_reply_is_due() -> None:
    assert code(asked().tell(RequestMeeting, OURS)) == "WrongRequestState"


def test_a_matter_holds_one_request() -> None:
    assert code(asked().tell(RequestExplanation, OURS)) == "MatterTaken"


def test_a_desk_that_is_not_told_has_no_part() -> None:
    assert code(asked().tell(ReplyToRequest, "xbb-ghq")) == "NoPartOfIt"
    assert code(asked().tell(UpdateRequest, "xbb-ghq")) == "NoPartOfIt"


def test_a_request_is_refused_where_a_participating_state_cannot_be_told() -> None:
    court = AlertCourt(keyring(without=(OTHERS,)))
    assert code(court.tell(RequestExplanation, OURS)) == "NoForeignMinistry"


def test_a_request_as_a_draft_or_exercise_does_not_go_out_live() -> None:
    for status, refusal in (
        (Status.DRAFT, "DraftNotDistributed"), (Status.EXERCISE, "StatusOutOfPlace"),
    ):  # fmt: skip
        assert code(AlertCourt().tell(RequestExplanation, OURS, status=status)) == refusal


def test_a_state_does_not_ask_itself() -> None:
    with pytest.raises(ValidationError, match="another participating state"):
        saying(RequestExplanation, OURS, requested="XAA")


def test_nothing_is_said_of_a_request_that_was_not_made() -> None:
    assert code(AlertCourt().tell(ReplyToRequest, THEIRS)) == "UnknownRequest"


# (B) Hazardous incidents.


def hazard_phase(court: AlertCourt) -> HazardPhase:
    hazard = court.risk(HAZARD).hazard
    assert hazard is not None
    return hazard.phase


def test_the_state_involved_reports_and_names_its_point_of_contact() -> None:
    court = AlertCourt()
    entry = court.done(ReportHazard, THEIRS, point_of_contact="xbb-ghq")
    assert "xbb-ghq" in {each.to for each in entry.tells}
    assert entry.events[0].by_involved
    assert hazard_phase(court) is HazardPhase.REPORTED
    court.done(AskClarification, OURS)
    court.done(Clarify, THEIRS)
    assert hazard_phase(court) is HazardPhase.CLARIFIED
    assert code(court.tell(CloseHazard, THEIRS)) == "NoPartOfIt"
    court.done(CloseHazard, OURS)


def test_an_affected_state_asks_before_any_report_and_sees_the_silence() -> None:
    court = AlertCourt()
    court.done(AskClarification, OURS)
    due = court.risk(HAZARD).due
    assert due is not None
    court.now += timedelta(hours=2)
    court.done(AskClarification, OURS)
    again = court.risk(HAZARD).due
    assert again is not None and again.at == due.at, "asking again puts nothing off"
    (entry,) = court.pass_until(due.at)
    assert entry.events[0].kind == "HazardUnanswered"
    assert {each.to for each in entry.tells} == {OURS, THEIRS, OTHERS}
    court.done(ReportHazard, THEIRS)
    assert hazard_phase(court) is HazardPhase.CLARIFIED


def test_only_the_state_involved_clarifies() -> None:
    court = AlertCourt()
    court.done(AskClarification, OURS)
    for desk in (OURS, OTHERS):
        assert code(court.tell(Clarify, desk)) == "NoPartOfIt"


def test_a_report_by_another_state_than_the_one_involved_is_no_report() -> None:
    with pytest.raises(ValidationError, match="state whose forces are involved"):
        saying(ReportHazard, OURS)


def test_an_unknown_point_of_contact_is_refused() -> None:
    refused = AlertCourt().tell(AskClarification, OURS, point_of_contact="xaa-nobody")
    assert code(refused) == "UnknownContact"


def test_another_incident_needs_another_matter() -> None:
    court = AlertCourt()
    court.done(AskClarification, OURS)
    refused = court.tell(AskClarification, OURS, concerned=("XAA", "XCC"))
    assert code(refused) == "MatterTaken"


# (C) Voluntary hosting.


def invited() -> AlertCourt:
    court = AlertCourt()
    court.done(OfferHosting, OURS)
    return court


def test_an_invitation_is_answered_and_silence_is_told_to_all() -> None:
    court = invited()
    court.done(AnswerHosting, THEIRS)
    (entry,) = court.pass_until(NOON + timedelta(days=3))
    assert entry.events[0].silent == ("XCC",)
    assert {each.to for each in entry.tells} == {OURS, THEIRS, OTHERS}
    late = court.done(
        AnswerHosting, OTHERS, answer=HostingAnswer.DECLINED, observers=0,
    ) if court.pass_until(NOON + timedelta(days=4)) == [] else None  # fmt: skip
    assert late is not None and late.events[0].late


def test_only_invited_states_answer() -> None:
    court = AlertCourt()
    court.done(OfferHosting, OURS, invited=("XBB",))
    for desk in (OURS, OTHERS):
        assert code(court.tell(AnswerHosting, desk)) == "NotInvited"


def test_only_the_host_withdraws_or_closes_and_not_before_the_visit() -> None:
    court = invited()
    assert code(court.tell(WithdrawHosting, THEIRS)) == "NoPartOfIt"
    assert code(court.tell(CloseHosting, OURS)) == "WrongRequestState"
    court.done(WithdrawHosting, OURS)
    hosting = court.risk(HOSTING).hosting
    assert hosting is not None and hosting.phase is HostingPhase.WITHDRAWN


@pytest.mark.parametrize(
    "fields",
    [
        {"invited": ("XAA",)},
        {"ends": saying(OfferHosting).begins - timedelta(days=1)},
        {"answer_by": NOON + timedelta(days=30)},
    ],
)
def test_an_invitation_that_cannot_be_is_no_invitation(fields: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        saying(OfferHosting, OURS, **fields)


def test_an_invitation_whose_answers_are_due_already_is_refused() -> None:
    court = AlertCourt()
    assert code(court.tell(OfferHosting, OURS, answer_by=NOON)) == "ExpiredAlready"


def test_an_acceptance_without_observers_is_none() -> None:
    with pytest.raises(ValidationError, match="observers"):
        saying(AnswerHosting, THEIRS, observers=0)


def test_a_request_among_57_states_fits_into_one_record() -> None:
    """As many as take part in the Vienna Document. An entry is one record of at most 128 KiB."""
    nations = tuple(sorted({*(f"X{a}{b}" for a in "ABC" for b in "ABCDEFGHIJKLMNOPQRS")}))
    assert len(nations) == 57
    ring = Keyring(paper.roots(*nations, "BUS")).learn(0, paper.vouched("alerts"))
    for position, nation in enumerate(nations, 1):
        desk = f"{nation.lower()}-mfa"
        ministry = paper.vouched(desk, functions=(Function.FOREIGN_MINISTRY,))
        ring = ring.learn(position, ministry)
    wide = paper.LABEL.model_copy(update={"releasable_to": nations})
    court = AlertCourt(ring)
    court.done(RequestExplanation, OURS, participating=nations, label=wide)
    court.done(
        OfferHosting, OURS, participating=nations, label=wide,
        invited=tuple(each for each in nations if each != "XAA")[:24],
    )  # fmt: skip
    court.pass_until(court.now + HOURS_48)
    court.done(RequestMeeting, OURS, scope=MeetingScope.ALL_STATES)
    for entry, _ in court.entries:
        assert len(entry.tells) == 57
        assert len(paper.signed(entry, by="alerts")) <= RECORD_BYTES_MAX
