"""What the rules of visits decide, record by record: the course of a request, and bad input."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from schemas.envelope import OUTER_BYTES_MAX
from schemas.parties import Classification, Function
from schemas.visit_terms import (
    AmendedItem,
    Answer,
    HostTerms,
    RefusalCategory,
    ReportKind,
    VisitDecision,
    VisitPhase,
    VisitType,
    Window,
)
from schemas.visits import (
    Amends,
    BeginReview,
    CancelRequest,
    CertifyRequest,
    ConcurInVisit,
    ConfirmDay,
    DecideRequest,
    IssueNumber,
    ReportVisit,
    ReturnRequest,
    RevokeApproval,
    TransmitRequest,
)
from services.bus import wire
from services.desk.inner.outside import fields_of
from tests.kit import paper
from tests.kit.court import code
from tests.kit.visits import (
    FIRST,
    LAST,
    NOW,
    OUR_NSA,
    OURS,
    SALT,
    THEIR_NSA,
    YARD,
    VisitCourt,
    aircraft_form,
    asking,
    facility,
    ship_form,
    visit_form,
    visitor,
)

TO_REVIEW = (
    (CertifyRequest, OUR_NSA),
    (TransmitRequest, OUR_NSA),
    (BeginReview, THEIR_NSA),
)
DATES = Amends(version=1, items=(AmendedItem.DATES,))
EMERGENCY: dict[str, Any] = {
    "type": VisitType.EMERGENCY, "first_day": date(2026, 1, 14), "last_day": date(2026, 1, 15),
}  # fmt: skip


def steps(court: VisitCourt) -> list[str]:
    """Every step that the ledger has."""
    return [e.step.value for entry, _ in court.entries for e in entry.events if hasattr(e, "step")]


def detail(outcome: Any) -> str:
    return str(outcome.refused.detail if hasattr(outcome, "refused") else outcome.refusal.detail)


# The course.


def test_a_visit_goes_from_its_submission_to_its_report() -> None:
    court = VisitCourt()
    court.asked(visit_form())
    phases = [court.phase]
    for kind, by in (
        (CertifyRequest, OUR_NSA),
        (TransmitRequest, OUR_NSA),
        (BeginReview, THEIR_NSA),
    ):
        court.done(kind, by)
        phases.append(court.phase)
    court.done(ConcurInVisit, YARD, concurs=True)
    court.done(DecideRequest, THEIR_NSA, decision=VisitDecision.APPROVED)
    phases.append(court.phase)
    court.pass_until(datetime(2026, 2, 9, tzinfo=UTC))
    phases.append(court.phase)
    court.done(ReportVisit, OURS, report=ReportKind.BEGAN, persons=court.standing.asked.persons)
    court.pass_until(datetime(2026, 2, 12, tzinfo=UTC))
    phases.append(court.phase)
    court.done(ReportVisit, OURS, report=ReportKind.REPORT, sites=(1,))
    assert [*phases, court.phase] == [
        "SUBMITTED", "CERTIFIED", "TRANSMITTED", "UNDER_REVIEW", "APPROVED", "IN_PROGRESS",
        "COMPLETED", "REPORTED",
    ]  # fmt: skip


@pytest.mark.parametrize("decision", VisitDecision)
def test_a_host_decides_in_one_of_five_ways(decision: VisitDecision) -> None:
    denied = decision is VisitDecision.DENIED
    court = VisitCourt()
    court.approved(decision=decision, category=RefusalCategory.RESOURCE if denied else None)
    assert court.phase == decision.value
    assert (court.standing.approved is not None) == decision.approves
    assert court.standing.category == (RefusalCategory.RESOURCE if denied else None)


def test_an_approval_is_bound_to_persons_sites_dates_and_level() -> None:
    court = VisitCourt()
    form = visit_form(facilities=(facility(), facility("lab")))
    asked = fields_of(form, SALT)
    window = Window(
        begins=datetime(2026, 2, 10, tzinfo=UTC), ends=datetime(2026, 2, 11, tzinfo=UTC)
    )
    court.approved(
        form, decision=VisitDecision.APPROVED_WITH_LIMITATIONS, window=window, sites=(2,),
        level=Classification.CONFIDENTIAL, persons=asked["visitors"][:1],
    )  # fmt: skip
    approved = court.standing.approved
    assert approved is not None
    assert (approved.window, approved.sites) == (window, (2,))
    assert (approved.level, approved.persons) == (
        Classification.CONFIDENTIAL, asked["visitors"][:1],
    )  # fmt: skip
    court.now = window.begins
    for wrong in ({"persons": asked["visitors"][1:]}, {"sites": (1,)}):
        said = court.tell(ReportVisit, OURS, report=ReportKind.BEGAN, **wrong)
        assert code(said) == "NotCovered"
    court.pass_until(window.ends)
    assert court.phase == "COMPLETED", "it ends with the approved time, not with that asked for"


@pytest.mark.parametrize(
    "more",
    [
        {"window": Window(begins=NOW, ends=datetime(2026, 2, 12, tzinfo=UTC))},
        {"level": Classification.TOP_SECRET},
        {"sites": (2,)},
        {"persons": ("0" * 32,)},
    ],
)
def test_no_decision_allows_more_than_was_asked_for(more: dict[str, Any]) -> None:
    court = VisitCourt()
    court.transmitted()
    court.done(BeginReview, THEIR_NSA)
    court.done(ConcurInVisit, YARD, concurs=True)
    limited = VisitDecision.APPROVED_WITH_LIMITATIONS
    assert code(court.tell(DecideRequest, THEIR_NSA, decision=limited, **more)) == "BeyondRequest"


def test_silence_is_no_approval_but_is_flagged_and_told_and_runs_out() -> None:
    court = VisitCourt()
    court.transmitted()
    due = court.standing.decision_due
    assert due == datetime(2026, 2, 5, tzinfo=UTC), "two working days before Monday the 9th"
    (flagged,) = court.pass_until(due)
    assert flagged.events[0].step == "DECISION_OVERDUE"
    assert {tell.to for tell in flagged.tells} == {OURS, OUR_NSA, THEIR_NSA, YARD}
    assert (court.phase, court.standing.overdue) == ("TRANSMITTED", True)
    assert court.standing.approved is None
    court.pass_until(datetime(2026, 2, 12, tzinfo=UTC))
    assert (court.phase, court.standing.approved) == ("EXPIRED", None)
    assert steps(court).count("DECISION_OVERDUE") == 1


def test_a_late_decision_is_a_decision() -> None:
    court = VisitCourt()
    court.transmitted()
    court.pass_until(datetime(2026, 2, 5, tzinfo=UTC))
    court.decided()
    assert (court.phase, court.standing.overdue) == ("APPROVED", False)


def test_a_host_is_told_nothing_before_transmission() -> None:
    court = VisitCourt()
    court.asked(visit_form(info=("xbb-mfa", "xaa-mfa")))
    court.done(CertifyRequest, OUR_NSA)
    told = {tell.to for entry, _ in court.entries for tell in entry.tells}
    assert told == {OURS, OUR_NSA, "xaa-mfa"}
    entry = court.done(TransmitRequest, OUR_NSA)
    assert {tell.to for tell in entry.tells} > {THEIR_NSA, YARD, "xbb-mfa"}


def test_who_is_only_informed_is_given_no_record() -> None:
    court = VisitCourt()
    court.approved(visit_form(info=("xbb-mfa", "xaa-mfa")))
    for entry, _ in court.entries:
        for tell in entry.tells:
            if tell.to in ("xbb-mfa", "xaa-mfa"):
                assert tell.encloses is None


def test_the_requesting_authority_may_give_it_back() -> None:
    court = VisitCourt()
    court.asked(visit_form())
    court.done(ReturnRequest, OUR_NSA, category=RefusalCategory.INCOMPLETE)
    assert court.phase == "RETURNED_WITHOUT_ACTION"
    assert code(court.tell(CertifyRequest, OUR_NSA)) == "WrongVisitState"


def test_the_requester_cancels_and_the_host_revokes() -> None:
    court = VisitCourt()
    court.approved()
    court.done(RevokeApproval, THEIR_NSA, category=RefusalCategory.SECURITY)
    assert (court.phase, court.standing.approved) == ("REVOKED", None)
    assert not court.due(), "nothing begins that was revoked"
    other = VisitCourt()
    other.transmitted()
    other.done(CancelRequest, OURS)
    assert other.phase == "CANCELLED"
    assert not other.due()


def test_a_recurring_visit_begins_when_it_is_reported_and_expires_unused() -> None:
    form = visit_form(
        type=VisitType.RECURRING, subject="Recurring visits to the refit",
        last_day=date(2026, 12, 31),
    )  # fmt: skip
    used, unused = VisitCourt(), VisitCourt()
    for court in (used, unused):
        court.approved(form)
        court.pass_until(datetime(2026, 3, 1, tzinfo=UTC))
        assert court.phase == "APPROVED"
    for _ in range(2):
        used.done(ReportVisit, YARD, report=ReportKind.BEGAN)
        assert used.phase == "IN_PROGRESS"
        used.done(ReportVisit, YARD, report=ReportKind.ENDED)
        assert used.phase == "APPROVED"
    for court, phase in ((used, "COMPLETED"), (unused, "EXPIRED")):
        court.pass_until(datetime(2027, 1, 1, tzinfo=UTC))
        assert court.phase == phase


# Amendments.


def amended(court: VisitCourt, form: Any = None, amends: Amends = DATES) -> Any:
    return court.ask(form or visit_form(last_day=date(2026, 2, 13)), amends=amends)


def test_an_amendment_leaves_the_old_approval_in_force_until_it_is_decided() -> None:
    court = VisitCourt()
    court.approved()
    before = court.standing.approved
    assert code(amended(court)) == "accepted"
    assert (court.phase, court.standing.underlying) == ("AMENDMENT_PENDING", VisitPhase.APPROVED)
    for kind, by in (
        (CertifyRequest, OUR_NSA),
        (TransmitRequest, OUR_NSA),
        (BeginReview, THEIR_NSA),
    ):
        court.done(kind, by)
        assert court.standing.approved == before
    court.done(ConcurInVisit, YARD, concurs=True)
    court.done(DecideRequest, THEIR_NSA, decision=VisitDecision.APPROVED)
    after = court.standing.approved
    assert after is not None and before is not None
    assert court.phase == "APPROVED"
    assert after.window.ends == datetime(2026, 2, 14, tzinfo=UTC)
    assert (after.version, court.standing.pending) == (2, None)


def test_a_denied_amendment_changes_nothing_of_what_was_approved() -> None:
    court = VisitCourt()
    court.approved()
    before = court.standing.approved
    amended(court)
    court.done(CertifyRequest, OUR_NSA)
    court.done(TransmitRequest, OUR_NSA)
    court.decided(decision=VisitDecision.DENIED, category=RefusalCategory.TIMING)
    assert (court.phase, court.standing.approved) == ("APPROVED", before)
    assert code(court.tell(DecideRequest, THEIR_NSA, decision="APPROVED", version=2)) == (
        "DecidedAlready"
    )


def test_the_visit_begins_and_ends_by_the_old_approval_while_an_amendment_waits() -> None:
    court = VisitCourt()
    court.approved()
    amended(court)
    court.done(CertifyRequest, OUR_NSA)
    court.done(TransmitRequest, OUR_NSA)
    court.pass_until(datetime(2026, 2, 9, tzinfo=UTC))
    assert (court.phase, court.standing.underlying) == (
        "AMENDMENT_PENDING", VisitPhase.IN_PROGRESS,
    )  # fmt: skip
    court.pass_until(datetime(2026, 2, 12, tzinfo=UTC))
    assert (court.phase, court.standing.pending) == ("COMPLETED", None)


def test_an_amendment_may_be_withdrawn_and_one_waits_at_a_time() -> None:
    court = VisitCourt()
    court.approved()
    amended(court)
    assert code(amended(court)) == "AmendmentWaits"
    entry = court.done(CancelRequest, OURS, version=2)
    assert court.phase == "APPROVED"
    assert {tell.to for tell in entry.tells} == {OURS, OUR_NSA}, "the host had not heard of it"


def test_an_amendment_substitutes_visitors_and_facilities() -> None:
    court = VisitCourt()
    court.approved()
    items = (AmendedItem.VISITORS, AmendedItem.FACILITY)
    form = visit_form(visitors=(visitor(1), visitor(3)), facilities=(facility("lab"),))
    assert code(amended(court, form, Amends(version=1, items=items))) == "accepted"
    court.done(CertifyRequest, OUR_NSA)
    entry = court.done(TransmitRequest, OUR_NSA)
    assert "xbb-lab" in {tell.to for tell in entry.tells if tell.encloses}
    entry = court.decided()
    assert court.standing.facilities == ("xbb-lab",)
    given = {tell.to: tell.encloses for tell in entry.tells}
    assert given[YARD] is None, "who is not visited any more learns that, and no more"


# Bad input of domain §4, each refused with its reason.


@pytest.mark.parametrize(
    ("form", "reason"),
    [
        ({"first_day": LAST, "last_day": FIRST}, "EndsBeforeItBegins"),
        ({"last_day": date(2027, 2, 12)}, "LongerThanAYear"),
        ({**EMERGENCY, "remarks": None}, "EmergencyUnjustified"),
        (
            {"visitors": (visitor(1), visitor(2, clearance=Classification.RESTRICTED))},
            "ClearanceTooLow",
        ),
        ({"facilities": (facility(country="XCC"),)}, "FacilityInThirdCountry"),
        ({"visitors": (visitor(1), visitor(1))}, "DuplicateVisitor"),
        ({"first_day": date(2026, 1, 30), "last_day": date(2026, 1, 30)}, "InsideLeadTime"),
        ({"first_day": date(2026, 1, 2), "last_day": date(2026, 1, 2)}, "VisitInThePast"),
        ({**EMERGENCY, "first_day": date(2026, 1, 9)}, "InsideLeadTime"),
        ({**EMERGENCY, "first_day": FIRST, "last_day": LAST}, "NoEmergency"),
        ({"facilities": (facility(desk="xbb-mfa"),)}, "UnknownFacilityDesk"),
        ({"facilities": (facility(desk="xcc-mfa"),)}, "UnknownFacilityDesk"),
        ({"info": ("xcc-mfa",)}, "StrangerInformed"),
    ],
    ids=lambda each: each if isinstance(each, str) else "",
)
def test_bad_input_is_refused_with_its_reason(form: dict[str, Any], reason: str) -> None:
    assert code(VisitCourt().ask(visit_form(**form))) == reason


def test_an_emergency_is_inside_the_lead_time_and_justified() -> None:
    court = VisitCourt()
    assert code(court.ask(visit_form(**{**EMERGENCY, "type": VisitType.ONE_TIME}))) == (
        "InsideLeadTime"
    )
    assert code(court.ask(visit_form(**EMERGENCY))) == "accepted"


def test_a_nation_neither_asks_itself_nor_decides_on_its_own() -> None:
    court = VisitCourt()
    own = visit_form(host="XAA", facilities=(facility(country="XAA", desk=None),))
    assert code(court.ask(own)) == "SelfApproval"
    court.transmitted()
    for kind in (BeginReview, DecideRequest):
        said = court.tell(
            kind, OUR_NSA, **({"decision": "APPROVED"} if kind is DecideRequest else {})
        )
        assert code(said) == "NotYourStep"


def test_who_submits_does_not_certify() -> None:
    court = VisitCourt()
    both = paper.vouched("xaa-two", functions=(Function.MILITARY, Function.SECURITY_AUTHORITY))
    court.keyring = court.keyring.learn(len(court.keyring.desks()) + 50, both)
    court.asked(visit_form(), sender="xaa-two")
    assert code(court.tell(CertifyRequest, "xaa-two")) == "NotYourStep"


def test_only_a_desk_of_the_right_function_submits() -> None:
    court = VisitCourt()
    assert code(court.ask(visit_form(), sender=OUR_NSA)) == "WrongFunction"
    assert code(court.ask(visit_form(), sender=OURS, requesting="XCC")) == "WrongFunction"
    assert code(court.ask(visit_form(), officer="nobody")) == "UnknownOfficer"


def test_an_authority_that_is_not_there_is_named() -> None:
    court = VisitCourt()
    form = visit_form(host="XDD", facilities=(facility(country="XDD", desk=None),))
    outcome = court.ask(form)
    assert (code(outcome), detail(outcome)) == ("NoAuthority", "XDD")


@pytest.mark.parametrize(
    ("kind", "by", "reason"),
    [
        (CertifyRequest, OURS, "NotYourStep"),
        (CertifyRequest, THEIR_NSA, "NotYourStep"),
        (TransmitRequest, THEIR_NSA, "NotYourStep"),
        (TransmitRequest, OUR_NSA, "WrongVisitState"),
        (BeginReview, OUR_NSA, "NotYourStep"),
        (CertifyRequest, "xcc-nsa", "NoPartToVisit"),
        (CertifyRequest, "xaa-mfa", "NoPartToVisit"),
        (CancelRequest, "xbb-ghq", "NoPartToVisit"),
    ],
)
def test_each_step_is_somebodys_own(kind: Any, by: str, reason: str) -> None:
    court = VisitCourt()
    court.asked(visit_form())
    assert code(court.tell(kind, by)) == reason


def test_there_is_one_decision_a_version() -> None:
    court = VisitCourt()
    court.approved()
    for decision in ("APPROVED", "NON_SPONSORED"):
        assert code(court.tell(DecideRequest, THEIR_NSA, decision=decision)) == "DecidedAlready"


def test_a_decision_names_the_very_words_that_were_read() -> None:
    court = VisitCourt()
    court.transmitted()
    court.done(BeginReview, THEIR_NSA)
    said = court.tell(DecideRequest, THEIR_NSA, decision="NON_SPONSORED", request_digest="1" * 64)
    assert code(said) == "OtherVersion"
    assert code(court.tell(BeginReview, THEIR_NSA, host="XCC")) == "OtherParties"
    assert code(court.tell(BeginReview, THEIR_NSA, version=2)) == "NoSuchVersion"


def test_a_facility_that_has_not_concurred_is_not_overruled() -> None:
    court = VisitCourt()
    court.transmitted()
    court.done(BeginReview, THEIR_NSA)
    approve = {"decision": "APPROVED"}
    assert code(court.tell(DecideRequest, THEIR_NSA, **approve)) == "FacilityNotConcurring"
    court.done(ConcurInVisit, YARD, concurs=False)
    assert court.standing.objected == (YARD,)
    assert code(court.tell(DecideRequest, THEIR_NSA, **approve)) == "FacilityNotConcurring"
    court.done(ConcurInVisit, YARD, concurs=True)
    court.done(DecideRequest, THEIR_NSA, **approve)


def test_a_denial_names_a_category_and_nothing_else_does() -> None:
    for decision, category in (("DENIED", None), ("APPROVED", RefusalCategory.POLICY)):
        with pytest.raises(ValidationError, match="category"):
            VisitCourt().tell(
                DecideRequest, THEIR_NSA, decision=VisitDecision(decision), category=category
            )


def test_an_amendment_of_an_unknown_reference_is_refused() -> None:
    outcome = VisitCourt().ask(visit_form(), amends=DATES)
    assert code(outcome) == "NotAmendable"


def test_an_amendment_of_an_expired_reference_is_refused() -> None:
    court = VisitCourt()
    court.transmitted()
    court.pass_until(datetime(2026, 2, 12, tzinfo=UTC))
    assert (code(amended(court)), court.phase) == ("NotAmendable", "EXPIRED")


def test_an_amendment_of_what_is_not_decided_is_refused() -> None:
    court = VisitCourt()
    court.transmitted()
    assert code(amended(court)) == "NotAmendable"


def test_an_emergency_is_not_amended() -> None:
    court = VisitCourt()
    court.approved(visit_form(**EMERGENCY))
    form = visit_form(**{**EMERGENCY, "last_day": date(2026, 1, 16)})
    assert code(amended(court, form)) == "EmergencyNotAmendable"


def test_an_amendment_does_not_start_earlier() -> None:
    court = VisitCourt()
    court.approved()
    earlier = visit_form(first_day=date(2026, 2, 6))
    assert code(amended(court, earlier)) == "StartsEarlier"


@pytest.mark.parametrize(
    "form",
    [
        {"visitors": (visitor(1), visitor(3))},
        {"facilities": (facility("lab"),)},
        {"level": Classification.CONFIDENTIAL},
        {"type": VisitType.RECURRING, "subject": "Recurring visits"},
    ],
)
def test_an_amendment_changes_nothing_that_it_does_not_name(form: dict[str, Any]) -> None:
    court = VisitCourt()
    court.approved()
    assert code(amended(court, visit_form(**form))) == "AmendsMore"


def test_a_reference_is_used_once() -> None:
    court = VisitCourt()
    court.asked(visit_form())
    assert code(court.ask(visit_form())) == "ReferenceTaken"
    assert code(VisitCourt().tell(CertifyRequest, OUR_NSA)) == "NoSuchVisit"


def test_another_services_matter_is_refused() -> None:
    court = VisitCourt()
    command = asking(visit_form()).model_copy(update={"matter": "border-1"})
    assert code(court.say(command)) in ("OthersMatter", "InvalidField")


def test_no_number_is_issued_and_nothing_reported_of_what_is_not_approved() -> None:
    court = VisitCourt()
    court.transmitted(aircraft_form(), by="xaa-dip")
    assert code(court.tell(IssueNumber, "xbb-dip", number="XB-1")) == "WrongVisitState"
    assert code(court.tell(ReportVisit, OURS, report=ReportKind.BEGAN)) == "WrongVisitState"
    other = VisitCourt()
    other.approved()
    amended(other)
    other.done(CertifyRequest, OUR_NSA)
    other.done(TransmitRequest, OUR_NSA)
    other.now = datetime(2026, 2, 9, 12, tzinfo=UTC)
    for kind, by, fields in (
        (ReportVisit, OURS, {"report": ReportKind.BEGAN}),
        (RevokeApproval, THEIR_NSA, {"category": RefusalCategory.SECURITY}),
    ):
        assert code(other.tell(kind, by, version=2, **fields)) == "WrongVisitState"
        assert other.standing.approved is not None


# Lead times.


def test_lead_times_count_the_hosts_own_week_and_holidays() -> None:
    terms = HostTerms(standard_days=5, urgent_days=1, weekend=(4, 5))
    monday = date(2026, 1, 19)
    assert terms.before(monday, 5) == date(2026, 1, 12), "Friday and Saturday do not count"
    feast = terms.model_copy(update={"holidays": frozenset({date(2026, 1, 14)})})
    assert feast.before(monday, 5) == date(2026, 1, 11)
    form = visit_form(first_day=date(2026, 1, 12), last_day=date(2026, 1, 12))
    assert terms.before(date(2026, 1, 12), 5) == date(2026, 1, 5)
    assert code(VisitCourt(terms).ask(form)) == "accepted"
    with_feast = terms.model_copy(update={"holidays": frozenset({date(2026, 1, 7)})})
    outcome = VisitCourt(with_feast).ask(form)
    assert (code(outcome), detail(outcome)) == ("InsideLeadTime", "it was due by 2026-01-04, UTC")


def test_a_week_without_working_days_is_no_week() -> None:
    with pytest.raises(ValidationError, match="one working day"):
        HostTerms(weekend=(0, 1, 2, 3, 4, 5, 6))


def test_default_lead_times_are_twenty_and_five_working_days() -> None:
    assert HostTerms().before(date(2026, 2, 2), 20) == date(2026, 1, 5)
    in_time = visit_form(first_day=date(2026, 2, 2), last_day=date(2026, 2, 2))
    assert code(VisitCourt().ask(in_time)) == "accepted"
    urgent = visit_form(**{**EMERGENCY, "first_day": date(2026, 1, 12)})
    assert code(VisitCourt().ask(urgent)) == "accepted"


# Clearances.


def test_a_clearance_gets_its_number_from_the_hosts_clearance_authority() -> None:
    court = VisitCourt()
    court.approved(aircraft_form())
    assert court.phase == "APPROVED"
    assert code(court.tell(IssueNumber, THEIR_NSA, number="XB-1")) == "NoPartToVisit"
    court.done(IssueNumber, "xbb-dip", number="XB-2026-17")
    assert (court.phase, court.standing.number) == ("NUMBER_ISSUED", "XB-2026-17")
    court.pass_until(datetime(2026, 1, 19, 10, tzinfo=UTC))
    assert court.phase == "IN_PROGRESS"
    court.pass_until(datetime(2026, 1, 19, 13, tzinfo=UTC))
    assert court.phase == "COMPLETED"


def test_an_approved_clearance_without_a_number_runs_out() -> None:
    court = VisitCourt()
    court.approved(aircraft_form())
    court.pass_until(datetime(2026, 1, 20, tzinfo=UTC))
    assert court.phase == "EXPIRED"


def test_call_sign_and_registration_must_match_on_the_day() -> None:
    court = VisitCourt()
    court.approved(aircraft_form())
    court.done(IssueNumber, "xbb-dip", number="XB-1")
    good = court.standing.asked.persons[0]
    matched = court.done(ConfirmDay, "xbb-dip", craft=good)
    differed = court.done(ConfirmDay, "xbb-dip", craft="0" * 32)
    assert [e.events[0].step.value for e in (matched, differed)] == ["DAY_MATCHED", "DAY_DIFFERED"]
    assert {tell.to for tell in differed.tells} == {OURS, "xaa-dip", "xbb-dip"}


def test_a_notification_needs_no_answer_and_is_never_overdue() -> None:
    court = VisitCourt()
    form = aircraft_form(answer=Answer.NOTIFICATION, existing_number="XB-2025-3")
    court.transmitted(form, by="xaa-dip")
    assert (court.phase, court.standing.decision_due) == ("TRANSMITTED", None)
    assert code(court.tell(BeginReview, "xbb-dip")) == "NeedsNoAnswer"
    court.pass_until(datetime(2026, 1, 20, tzinfo=UTC))
    assert (court.phase, court.standing.overdue) == ("COMPLETED", False)
    unbased = aircraft_form(answer=Answer.NOTIFICATION)
    assert code(VisitCourt().ask(unbased)) == "NotificationUnbased"


def test_a_host_objects_to_a_notification_by_revoking() -> None:
    court = VisitCourt()
    form = aircraft_form(answer=Answer.NOTIFICATION, existing_number="XB-2025-3")
    court.transmitted(form, by="xaa-dip")
    court.done(RevokeApproval, "xbb-dip", category=RefusalCategory.SECURITY)
    assert court.phase == "REVOKED"
    asked = VisitCourt()
    asked.transmitted(aircraft_form(), by="xaa-dip")
    said = asked.tell(RevokeApproval, "xbb-dip", category=RefusalCategory.SECURITY)
    assert code(said) == "WrongVisitState"


def leg_moved(number: int, hours: float) -> Any:
    legs = list(fields_of(aircraft_form(), SALT)["legs"])
    by = timedelta(hours=hours)
    moved = {"begins": legs[number].begins + by, "ends": legs[number].ends + by}
    legs[number] = legs[number].model_copy(update=moved)
    return tuple(legs)


@pytest.mark.parametrize(("number", "hours"), [(1, 0.5), (2, -0.5), (3, -2)])
def test_an_itinerary_that_is_not_contiguous_in_time_is_refused(number: int, hours: float) -> None:
    outcome = VisitCourt().ask(aircraft_form(), legs=leg_moved(number, hours))
    assert code(outcome) == "LegsApart"


def test_an_itinerary_that_leaves_out_the_host_is_refused() -> None:
    legs = fields_of(aircraft_form(), SALT)["legs"][:2]
    assert code(VisitCourt().ask(aircraft_form(), legs=legs)) == "HostNotOnItinerary"


@pytest.mark.parametrize("item", ["armament", "electronic_warfare", "photographic_sensors"])
def test_what_an_aircraft_carries_is_stated_and_never_null(item: str) -> None:
    for wrong in ({item: None}, None):
        fields = aircraft_form().model_dump()
        if wrong is None:
            del fields[item]
        with pytest.raises(ValidationError):
            type(aircraft_form()).model_validate({**fields, **(wrong or {})})
    command = asking(aircraft_form())
    for told in (
        command.model_copy(update={item: None}),
        type(command).model_construct(**{k: v for k, v in command if k != item}),
    ):
        assert code(VisitCourt().say(told)) in ("InvalidField", "MissingField")


def test_a_ships_lead_time_is_of_the_calendar() -> None:
    def arriving(days: int, **fields: Any) -> Any:
        arrives = NOW + timedelta(days=days)
        return ship_form(arrives=arrives, leaves=arrives + timedelta(days=2), **fields)

    assert code(VisitCourt().ask(arriving(14))) == "accepted"
    assert code(VisitCourt().ask(arriving(13))) == "InsideLeadTime"
    exceptional: dict[str, Any] = {"exceptional": True, "remarks": "Storm damage"}
    assert code(VisitCourt().ask(arriving(5, **exceptional))) == "accepted"
    assert code(VisitCourt().ask(arriving(4, **exceptional))) == "InsideLeadTime"
    assert code(VisitCourt().ask(arriving(14, **exceptional))) == "NoEmergency"
    assert code(VisitCourt().ask(arriving(5, exceptional=True))) == "EmergencyUnjustified"


def test_a_ships_clearance_goes_to_the_clearance_authorities() -> None:
    court = VisitCourt()
    entry = court.approved(ship_form())
    assert {tell.to for tell in entry.tells} == {OURS, "xaa-dip", "xbb-dip"}
    assert code(court.tell(IssueNumber, "xaa-dip", number="X1")) == "NotYourStep"


def test_visits_have_no_number() -> None:
    court = VisitCourt()
    court.approved()
    assert code(court.tell(IssueNumber, THEIR_NSA, number="XB-1")) == "NoNumberNeeded"


# Bounds.


def test_the_largest_request_fits_its_outer_bound() -> None:
    visitors = tuple(visitor(1, document=f"P{n}") for n in range(40))
    facilities = tuple(facility(desk="xbb-" + "d" * 28) for _ in range(12))
    form = visit_form(
        visitors=visitors, facilities=facilities, agreement="agreement-" + "a" * 54,
        dispels="a" * 64, info=tuple(f"xaa-{n}{'i' * 27}" for n in range(8)),
    )  # fmt: skip
    assert len(wire.encode(asking(form))) < OUTER_BYTES_MAX


def test_what_a_visit_rests_on_stands_outside() -> None:
    court = VisitCourt()
    court.approved(visit_form(agreement="agreement-dca", dispels="alert-border-7"))
    assert (court.standing.agreement, court.standing.dispels) == ("agreement-dca", "alert-border-7")
