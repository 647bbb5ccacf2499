"""What the alerts service does with what is said in a chain, and with silence."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from schemas.alerts import (
    RECIPIENTS_MAX,
    AckAlert,
    AcknowledgeAlert,
    AlertPhase,
    ApproveTemplates,
    CancelAlert,
    ClearAlert,
    CorrectAlert,
    ErrorAlert,
    IssueAlert,
    LinkThreads,
    RecipientPhase,
    UpdateAlert,
    chain_of,
)
from schemas.cap import Severity, Status, Urgency
from schemas.crisis import Confidence, EventCode, precedence_of
from schemas.envelope import RECORD_BYTES_MAX, Submission
from schemas.parties import Alternate, Function, Label, Ladder, Lane, MessageType, Precedence
from services.alerts import views
from services.bus.keyring import Keyring
from services.bus.topics import Realm
from tests.kit import paper
from tests.kit.alerts import CHAIN, AlertCourt, approved, keyring, saying
from tests.kit.court import code
from tests.kit.paper import NOON

MINUTE = timedelta(minutes=1)


def active(**fields: Any) -> AlertCourt:
    """A court with an alert that stands."""
    court = AlertCourt()
    court.done(IssueAlert, **fields)
    return court


def update(court: AlertCourt, **fields: Any) -> Any:
    fields = {"identifier": "launch-1.2", "references": court.newest(), **fields}
    return court.tell(UpdateAlert, **fields)


def told(entry: Any, kind: str) -> set[str]:
    return {each.to for each in entry.tells if each.notice.event.kind == kind}


# Fan-out.


def test_an_alert_goes_to_the_military_desk_and_the_foreign_ministry_of_each_nation() -> None:
    entry = AlertCourt().done(IssueAlert, addressed=("XBB", "XCC"))
    assert told(entry, "AlertIssued") == {"xaa-ghq", "xbb-ghq", "xbb-mfa", "xcc-ghq", "xcc-mfa"}


@pytest.mark.parametrize(
    ("lacking", "refusal"), [("xbb-mfa", "NoForeignMinistry"), ("xbb-ghq", "NoMilitaryDesk")]
)
def test_an_alert_is_refused_where_a_nation_lacks_a_desk_of_either_kind(
    lacking: str, refusal: str
) -> None:
    court = AlertCourt(keyring(without=(lacking,)))
    assert code(court.tell(IssueAlert)) == refusal
    assert court.chain.phase is AlertPhase.DRAFT


def test_an_addressee_sees_its_own_nations_standing_alone() -> None:
    entry = AlertCourt().done(IssueAlert, addressed=("XBB", "XCC"))
    seen = {x.to: {y.desk for y in x.notice.standing.recipients} for x in entry.tells}
    assert seen["xbb-ghq"] == {"xbb-ghq", "xbb-mfa"}
    assert len(seen["xaa-ghq"]) == 4


@pytest.mark.parametrize(
    ("urgency", "severity", "least"),
    [
        (Urgency.IMMEDIATE, Severity.EXTREME, Precedence.FLASH),
        (Urgency.IMMEDIATE, Severity.SEVERE, Precedence.IMMEDIATE),
        (Urgency.IMMEDIATE, Severity.UNKNOWN, Precedence.IMMEDIATE),
        (Urgency.EXPECTED, Severity.EXTREME, Precedence.PRIORITY),
        (Urgency.PAST, Severity.EXTREME, Precedence.ROUTINE),
    ],
)
def test_precedence_follows_from_urgency_and_severity(
    urgency: Urgency, severity: Severity, least: Precedence
) -> None:
    assert precedence_of(urgency, severity) is least


def test_an_alert_slower_than_its_urgency_is_no_alert() -> None:
    with pytest.raises(ValidationError, match="at least FLASH"):
        saying(IssueAlert, precedence=Precedence.ROUTINE)


# Silence.


def test_silence_climbs_the_ladder_and_is_told_to_the_sender_and_the_alternates() -> None:
    court = active()
    entries = court.pass_until(court.now + 11 * MINUTE)
    climbed = [e for e in entries if told(e, "AlertLadderClimbed") >= {"xbb-alt"}]
    assert climbed, "the alternate was given the alert"
    assert all(t.encloses for t in climbed[0].tells if t.to == "xbb-alt")
    late = [e for e in entries if e.events[0].kind == "AlertOverdue"]
    of_soldiers = next(e for e in late if e.events[0].desk == "xbb-ghq")
    assert told(of_soldiers, "AlertOverdue") == {"xaa-ghq", "xbb-ghq", "xbb-alt", "xbb-chief"}
    assert {e.events[0].desk for e in late} >= {"xbb-ghq", "xbb-mfa"}


def test_an_alternate_acknowledges_for_the_silent_desk() -> None:
    court = active()
    court.pass_until(court.now + 3 * MINUTE)
    court.done(AcknowledgeAlert, "xbb-alt", references=court.newest())
    assert court.chain.recipients["xbb-ghq"].taken_over == 1
    assert not court.chain.recipients["xbb-ghq"].steps_left
    assert court.chain.recipients["xbb-mfa"].steps_left, "the ministry's silence goes on"


def test_both_desks_of_a_nation_are_tracked_each_by_itself() -> None:
    court = active()
    court.done(AcknowledgeAlert, "xbb-ghq", references=court.newest())
    court.pass_until(court.now + 11 * MINUTE)
    phases = {d: r.phase(1) for d, r in court.chain.recipients.items()}
    assert phases["xbb-ghq"] is RecipientPhase.UNACKED
    assert phases["xbb-mfa"] is RecipientPhase.OVERDUE


# Two confirmations.


def test_caps_ack_is_no_acknowledgement_and_the_other_way_round() -> None:
    court = active()
    court.done(AckAlert, "xbb-ghq", references=court.newest())
    court.done(AcknowledgeAlert, "xbb-mfa", references=court.newest())
    soldiers, ministry = court.chain.recipients["xbb-ghq"], court.chain.recipients["xbb-mfa"]
    assert (soldiers.phase(1), soldiers.taken_over) == (RecipientPhase.ACKED, 0)
    assert (ministry.phase(1), ministry.taken_over) == (RecipientPhase.UNACKED, 1)
    court.done(AcknowledgeAlert, "xbb-ghq", references=court.newest())
    assert court.chain.recipients["xbb-ghq"].taken_over == 1


def test_caps_error_is_kept_as_rejection() -> None:
    court = active()
    court.done(ErrorAlert, "xbb-ghq", references=court.newest())
    assert court.chain.recipients["xbb-ghq"].phase(1) is RecipientPhase.ERRORED


@pytest.mark.parametrize("kind", [AckAlert, ErrorAlert, AcknowledgeAlert])
def test_nobody_says_the_same_twice(kind: type[Any]) -> None:
    court = active()
    court.done(kind, "xbb-ghq", references=court.newest())
    assert code(court.tell(kind, "xbb-ghq", references=court.newest())) == "AnsweredAlready"


# The course of a chain.


def test_an_update_makes_the_chain_updated_until_all_who_had_it_have_the_newest() -> None:
    court = active()
    court.done(AcknowledgeAlert, "xbb-ghq", references=court.newest())
    assert code(update(court)) == "accepted"
    assert court.chain.phase is AlertPhase.UPDATED
    assert [x.desk for x in court.chain.uncorrected] == ["xbb-ghq", "xbb-mfa"]
    court.done(AcknowledgeAlert, "xbb-ghq", references=court.newest())
    entry = court.done(AcknowledgeAlert, "xbb-mfa", references=court.newest())
    assert court.of().chain.phase.value == "ACTIVE"
    assert "AlertSettled" in {x.kind for x in entry.events}


def test_an_alternate_that_was_given_the_first_is_tracked_for_the_correction_too() -> None:
    court = active()
    court.pass_until(court.now + 3 * MINUTE)
    court.done(CancelAlert, references=court.newest())
    assert {x.desk for x in court.chain.uncorrected} == {"xbb-ghq", "xbb-mfa", "xbb-alt"}
    shown = views.uncorrected({CHAIN: court.of()})
    assert {each.desk for each in shown} == {"xbb-ghq", "xbb-mfa", "xbb-alt"}


def test_a_false_alert_can_be_corrected_after_it_expired_or_was_cancelled() -> None:
    court = active(expires=NOON + timedelta(hours=1))
    court.pass_until(NOON + timedelta(hours=2))
    assert court.chain.phase is AlertPhase.EXPIRED
    court.done(CorrectAlert, references=court.newest())
    assert court.chain.phase is AlertPhase.EXPIRED and court.chain.false_alert


def test_an_all_clear_ends_the_alert() -> None:
    court = active()
    court.done(ClearAlert, references=court.newest())
    assert court.chain.phase is AlertPhase.ALL_CLEAR
    assert code(update(court)) == "AlertEnded"


def test_an_update_may_reach_further_nations_and_tells_those_that_had_the_first() -> None:
    court = active()
    outcome: Any = update(court, addressed=("XBB", "XCC"), confidence=Confidence.PROBABLE)
    assert told(outcome.entry, "AlertUpdated") == {
        "xaa-ghq", "xbb-ghq", "xbb-mfa", "xcc-ghq", "xcc-mfa",
    }  # fmt: skip
    assert outcome.entry.events[0].was is Confidence.UNKNOWN
    assert {x.desk for x in court.chain.uncorrected} == {"xbb-ghq", "xbb-mfa"}


def test_any_desk_of_the_chain_links_it_to_an_event_and_its_threads() -> None:
    court = active()
    court.done(LinkThreads, "xbb-mfa")
    (shown,) = views.incidents({CHAIN: court.of()})
    assert (shown.incident, shown.alerts, shown.threads) == ("launch-2026", (CHAIN,), ("border-1",))


# Two officers, and templates.


def test_one_officer_sends_the_approved_correction_and_no_other_text() -> None:
    court = active()
    alone: dict[str, Any] = {"drafter": "duty-2", "references": court.newest()}
    assert code(court.tell(CorrectAlert, **alone, template=None)) == "SecondOfficerNeeded"
    assert code(court.tell(CorrectAlert, **alone, template="0" * 64)) == "TemplateNotApproved"
    court.done(CorrectAlert, **alone)


def test_a_cancellation_is_not_made_from_the_correction_template() -> None:
    court = active()
    wrong = approved().correction
    outcome = court.tell(CancelAlert, references=court.newest(), template=wrong)
    assert code(outcome) == "TemplateNotApproved"


def test_an_alert_without_approved_templates_is_refused() -> None:
    assert code(AlertCourt().tell(IssueAlert, templates=None)) == "TemplateMissing"


def test_an_alert_from_immediate_up_needs_a_second_officer() -> None:
    assert code(AlertCourt().tell(IssueAlert, drafter="duty-2")) == "SecondOfficerNeeded"


def test_templates_are_approved_by_another_officer_and_seen_by_operators() -> None:
    court = AlertCourt()
    assert code(court.tell(ApproveTemplates, drafter="duty-2")) == "SecondOfficerNeeded"
    assert code(court.tell(ApproveTemplates, drafter="duty-9")) == "UnknownOfficer"
    entry = court.done(ApproveTemplates)
    assert {each.to for each in entry.tells} == {"xaa-ghq"}
    named = approved().model_copy(update={"approval": entry.command})
    court.done(IssueAlert, templates=named)
    states = {name: book.state for name, book in court.ledger.page.books.items()}
    assert views.chains(states)[0].approved_before
    assert views.approvals(states)[0].event_code == "ACCIDENTAL_LAUNCH"


# Bad input, item by item (domain 3.1 to 3.3).


def test_only_the_sender_updates_or_cancels() -> None:
    court = active()
    for desk in ("xbb-ghq", "xaa-mfa"):
        refused = court.tell(CancelAlert, desk, references=court.newest())
        assert code(refused) == "NotAlertsSender"


def test_an_update_that_names_an_older_message_is_refused() -> None:
    court = active()
    first = court.newest()
    update(court)
    assert code(update(court, references=first, identifier="launch-1.3")) == "NotNewest"


def test_an_unknown_reference_is_refused() -> None:
    court = active()
    assert code(update(court, references=("0" * 32,))) == "UnknownReference"
    answer = court.tell(AckAlert, "xbb-ghq", references=("0" * 32,))
    assert code(answer) == "UnknownReference"


def test_an_ambiguous_reference_is_refused() -> None:
    court = active()
    both = (*court.newest(), "0" * 32)
    assert code(update(court, references=both)) == "AmbiguousReference"
    assert code(court.tell(AckAlert, "xbb-ghq", references=both)) == "AmbiguousReference"


def test_a_message_that_refers_to_nothing_is_refused() -> None:
    court = active()
    assert code(update(court, references=())) == "ReferenceMissing"
    assert code(court.tell(AcknowledgeAlert, "xbb-ghq", references=())) == "ReferenceMissing"


def test_a_cancel_of_an_unknown_alert_is_refused() -> None:
    court = AlertCourt()
    assert code(court.tell(CancelAlert, references=("0" * 32,))) == "UnknownAlert"


def test_a_cancel_of_a_cancelled_alert_is_refused() -> None:
    court = active()
    court.done(CancelAlert, references=court.newest())
    again = court.tell(CancelAlert, references=court.newest(), identifier="launch-1-3")
    assert code(again) == "AlertAlreadyCancelled"


def test_one_identifier_never_names_two_alerts() -> None:
    court = active()
    assert code(court.tell(IssueAlert)) == "AlertStandsAlready"
    assert chain_of("xaa-ghq", "launch-1") == CHAIN != chain_of("xaa-ghq", "launch.1")
    with pytest.raises(ValidationError, match="follows from sender and identifier"):
        saying(IssueAlert, identifier="another")


def test_an_identifier_is_used_once_in_a_chain() -> None:
    court = active()
    assert code(update(court, identifier="launch-1")) == "IdentifierReused"


@pytest.mark.parametrize("identifier", ["with space", "with,comma", "with<", "with&", ""])
def test_an_identifier_with_characters_that_cap_does_not_take_is_refused(identifier: str) -> None:
    with pytest.raises(ValidationError, match="identifier"):
        saying(UpdateAlert, identifier=identifier, references=("0" * 32,))


def test_a_draft_never_reaches_distribution() -> None:
    assert code(AlertCourt().tell(IssueAlert, status=Status.DRAFT)) == "DraftNotDistributed"


@pytest.mark.parametrize("status", [Status.EXERCISE, Status.TEST, Status.SYSTEM])
def test_what_is_not_meant_in_earnest_does_not_go_out_as_an_operation(status: Status) -> None:
    assert code(AlertCourt().tell(IssueAlert, status=status)) == "StatusOutOfPlace"


def test_an_actual_alert_does_not_go_out_on_the_exercise_bus() -> None:
    drill = {"message_type": MessageType.EXERCISE, "exercise": "NORTHERN LIGHT"}
    court = AlertCourt(realm=Realm.EXERCISE)
    assert code(court.tell(IssueAlert, **drill)) == "StatusOutOfPlace"
    court.done(IssueAlert, **drill, status=Status.EXERCISE)
    assert code(AlertCourt().tell(IssueAlert, **drill, status=Status.EXERCISE)) == "ExerciseOnLive"


def test_an_alert_that_expires_before_it_takes_effect_is_no_alert() -> None:
    with pytest.raises(ValidationError, match="expires before it takes effect"):
        saying(IssueAlert, expires=NOON + MINUTE, effective=NOON + 2 * MINUTE)


def test_an_alert_that_has_expired_already_is_refused() -> None:
    court = AlertCourt()
    late = saying(IssueAlert, expires=NOON + MINUTE)
    assert code(court.say(late, at=NOON + 2 * MINUTE)) == "ExpiredAlready"


def test_after_it_expired_no_ack_counts_as_timely() -> None:
    court = active(expires=NOON + 5 * MINUTE)
    court.pass_until(NOON + 6 * MINUTE)
    entry = court.done(AckAlert, "xbb-ghq", references=court.newest())
    assert entry.events[0].timely is False
    taken = court.done(AcknowledgeAlert, "xbb-mfa", references=court.newest())
    assert taken.events[0].timely is False


def test_an_ack_by_whom_the_alert_was_not_given_to_is_refused() -> None:
    court = active()
    assert code(court.tell(AckAlert, "xcc-ghq", references=court.newest())) == "NotGivenAlert"


def test_an_update_that_leaves_out_a_nation_is_refused() -> None:
    court = active(addressed=("XBB", "XCC"))
    assert code(update(court, addressed=("XBB",))) == "LeavesOutNation"


def test_nothing_that_follows_an_alert_travels_more_slowly() -> None:
    court = active()
    slower = court.tell(CancelAlert, references=court.newest(), precedence=Precedence.ROUTINE)
    assert code(slower) == "PrecedenceTooLow"


def test_an_alert_that_a_recipient_may_not_read_is_refused() -> None:
    narrow = Label(**{**paper.LABEL.model_dump(), "releasable_to": ("XAA", "XCC")})
    assert code(AlertCourt().tell(IssueAlert, label=narrow)) == "NotReleasable"


def test_an_unknown_officer_is_refused() -> None:
    court = active()
    refused = court.tell(AckAlert, "xbb-ghq", references=court.newest(), officer="duty-9")
    assert code(refused) == "UnknownOfficer"
    assert code(AlertCourt().tell(IssueAlert, drafter="duty-9")) == "UnknownOfficer"


def test_an_alert_to_the_own_nation_is_no_alert() -> None:
    with pytest.raises(ValidationError, match="addresses other nations"):
        saying(IssueAlert, addressed=("XAA",))


def test_a_thread_of_another_service_is_no_hotline_thread() -> None:
    with pytest.raises(ValidationError, match="matter of the hotline"):
        saying(LinkThreads, threads=("visit-1",))


def test_an_alert_that_would_reach_too_many_desks_is_refused() -> None:
    many = {f"xbb-{n:03}": (Function.MILITARY,) for n in range(60)}
    statements = [paper.vouched(desk, functions=functions) for desk, functions in many.items()]
    ring = keyring()
    for position, statement in enumerate(statements, 100):
        ring = ring.learn(position, statement)
    assert code(AlertCourt(ring).tell(IssueAlert)) == "TooManyRecipients"


def test_every_event_code_of_the_field_is_known() -> None:
    assert len(EventCode) == 21 and EventCode("FALSE_ALERT")


def test_an_alert_in_anothers_matter_is_no_alert() -> None:
    with pytest.raises(ValidationError):
        saying(AckAlert, references=("0" * 32,), matter="alert-concern-1")
    assert issubclass(IssueAlert, Submission) and Lane.FLASH


def test_an_alert_to_as_many_desks_as_a_chain_carries_fits_into_one_record() -> None:
    """Twelve nations with two desks each, and two alternates for each desk of one kind."""
    nations = tuple(f"X{a}{b}" for a in "AB" for b in "CDEFGH")
    ring = Keyring(paper.roots("XAA", *nations, "BUS")).learn(0, paper.vouched("alerts"))
    statements = [paper.vouched("xaa-ghq", functions=(Function.MILITARY,))]
    for nation in nations:
        alternates = [f"{nation.lower()}-a{n}" for n in range(2)]
        rungs = zip(paper.LADDER.alternates, alternates, strict=True)
        ladder = Ladder(alternates=tuple(Alternate(rung=a.rung, desk=d) for a, d in rungs))
        statements += [paper.vouched(desk) for desk in alternates]
        for name, function in (
            ("ghq", Function.MILITARY), ("mfa", Function.FOREIGN_MINISTRY),
        ):  # fmt: skip
            desk = f"{nation.lower()}-{name}"
            statements.append(paper.vouched(desk, functions=(function,), ladder=ladder))
    for position, statement in enumerate(statements, 1):
        ring = ring.learn(position, statement)
    wide = paper.LABEL.model_copy(update={"releasable_to": tuple(sorted({"XAA", *nations}))})
    court = AlertCourt(ring)
    court.done(IssueAlert, addressed=tuple(sorted(nations)), label=wide)
    court.pass_until(court.now + 11 * MINUTE)
    assert len(court.chain.recipients) == RECIPIENTS_MAX
    court.done(CorrectAlert, references=court.newest())
    court.done(CancelAlert, references=court.newest(), identifier="launch-1-3")
    for entry, _ in court.entries:
        assert len(paper.signed(entry, by="alerts")) <= RECORD_BYTES_MAX
