"""What stands in a host's register: inspections, evaluations, contacts, their clocks and quotas."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from schemas.contacts import (
    AnswerContact,
    AskContact,
    ContactKind,
    ContactPhase,
    DeclineCategory,
    InviteToContact,
    ReportContact,
    WithdrawContact,
    register_of,
)
from schemas.visit_terms import HostTerms
from services.visits.contacts.state import Register
from tests.kit.court import code
from tests.kit.visits import NOW, VisitCourt, visit_form

OURS, THEIRS, THIRD = "xaa-mfa", "xbb-mfa", "xcc-mfa"
ALL = ("XAA", "XBB", "XCC")


class RegisterCourt(VisitCourt):
    """A court with XBB's register."""

    def __init__(self, **terms: Any) -> None:
        super().__init__(HostTerms(**terms), register_of("XBB"))

    @property
    def register(self) -> Register:
        book = self.ledger.book(self.name)
        assert book is not None
        register = book.state.register
        assert isinstance(register, Register)
        return register

    def asks(self, kind: Any = ContactKind.INSPECTION, sender: str = OURS, **fields: Any) -> Any:
        said = {"enters_at": self.now + timedelta(hours=40), "copied_to": ALL, **fields}
        return self.tell(AskContact, sender, contact=kind, **said)

    def of(self, kind: type[Any], sender: str, contact: str, **fields: Any) -> Any:
        return self.tell(kind, sender, contact_id=contact, **{"copied_to": ALL, **fields})

    def one(self, outcome: Any) -> str:
        identity = outcome.entry.events[0].contact.contact_id
        assert isinstance(identity, str)
        return identity

    def phase_of(self, contact: str) -> ContactPhase:
        return self.register.contacts[contact].phase


def test_an_inspection_is_asked_accepted_entered_and_over() -> None:
    court = RegisterCourt()
    contact = court.one(court.asks())
    accepted = court.of(AnswerContact, THEIRS, contact, accepts=True)
    told = {tell.to: tell.encloses for tell in accepted.entry.tells}
    assert {OURS, THEIRS, THIRD} <= set(told)
    assert told[THIRD] is None and told[OURS] is not None
    court.of(ReportContact, OURS, contact, over=False)
    stay = court.register.contacts[contact].leave_by
    assert stay == court.now + timedelta(hours=48)
    court.of(ReportContact, OURS, contact, over=True)
    assert court.phase_of(contact) is ContactPhase.ENDED


def test_a_request_comes_36_hours_before_entry() -> None:
    court = RegisterCourt()
    early = court.now + timedelta(hours=36)
    assert code(court.asks(enters_at=early - timedelta(seconds=1))) == "RequestTooLate"
    assert code(court.asks(enters_at=early)) == "accepted"


def test_a_host_that_has_not_replied_in_24_hours_is_unanswered_and_may_answer_late() -> None:
    court = RegisterCourt()
    contact = court.one(court.asks())
    (flagged,) = court.pass_until(NOW + timedelta(hours=24))
    assert flagged.events[0].step == "REPLY_OVERDUE"
    assert court.phase_of(contact) is ContactPhase.UNANSWERED
    assert code(court.of(AnswerContact, THEIRS, contact, accepts=True)) == "accepted"
    assert court.phase_of(contact) is ContactPhase.ACCEPTED


def test_entry_and_stay_are_flagged_when_late_and_decide_nothing() -> None:
    court = RegisterCourt()
    contact = court.one(court.asks())
    court.of(AnswerContact, THEIRS, contact, accepts=True)
    (late,) = court.pass_until(NOW + timedelta(hours=40))
    assert late.events[0].step == "ENTRY_OVERDUE"
    court.of(ReportContact, OURS, contact, over=False)
    (stayed,) = court.pass_until(court.now + timedelta(hours=48))
    assert stayed.events[0].step == "STAY_OVERDUE"
    assert court.phase_of(contact) is ContactPhase.UNDER_WAY


def test_three_inspections_a_year_and_then_the_quota_is_filled_and_told() -> None:
    court = RegisterCourt()
    for number in range(3):
        contact = court.one(court.asks(sender=(OURS, THIRD)[number % 2]))
        answered = court.of(AnswerContact, THEIRS, contact, accepts=True)
        steps = [event.step.value for event in answered.entry.events]
        assert steps == (["ACCEPTED", "QUOTA_FILLED"] if number == 2 else ["ACCEPTED"])
    assert code(court.asks()) == "QuotaFilled"
    next_year = NOW.replace(year=2027)
    assert code(court.asks(enters_at=next_year)) == "accepted"


def test_what_is_declined_counts_against_no_quota() -> None:
    court = RegisterCourt(inspections_a_year=1)
    contact = court.one(court.asks())
    assert code(court.asks()) == "QuotaFilled", "what waits counts"
    declined = {"accepts": False, "category": DeclineCategory.FORCE_MAJEURE}
    court.of(AnswerContact, THEIRS, contact, **declined)
    assert code(court.asks()) == "accepted"


def test_one_evaluation_for_60_units_15_at_most_and_a_fifth_from_one_state() -> None:
    for units, of_all, of_one in ((59, 0, 1), (60, 1, 1), (600, 10, 2), (6000, 15, 3)):
        terms = HostTerms(units=units)
        assert (terms.evaluations_a_year, terms.evaluations_from_one) == (of_all, of_one)
    court = RegisterCourt(units=600)
    for _ in range(2):
        assert code(court.asks(ContactKind.EVALUATION)) == "accepted"
    assert code(court.asks(ContactKind.EVALUATION)) == "QuotaOfOneFilled"
    assert code(court.asks(ContactKind.EVALUATION, THIRD)) == "accepted"


def test_a_host_invites_to_dispel_concern_and_each_guest_answers_once() -> None:
    court = RegisterCourt()
    invitation = {
        "contact": ContactKind.HOSTED_TO_DISPEL, "enters_at": NOW + timedelta(days=3),
        "leaves_at": NOW + timedelta(days=4), "invited": ("XAA", "XCC"),
        "dispels": "alert-border-7",
    }  # fmt: skip
    assert code(court.tell(InviteToContact, OURS, **invitation)) == "NotInvited"
    contact = court.one(court.tell(InviteToContact, THEIRS, **invitation))
    assert code(court.of(AnswerContact, THEIRS, contact, accepts=True)) == "WrongContactState"
    assert code(court.of(AnswerContact, OURS, contact, accepts=True)) == "accepted"
    assert code(court.of(AnswerContact, OURS, contact, accepts=True)) == "WrongContactState"
    declined = {"accepts": False, "category": DeclineCategory.NOT_STATED}
    court.of(AnswerContact, THIRD, contact, **declined)
    stands = court.register.contacts[contact]
    assert (stands.accepted_by, stands.declined_by) == (("XAA",), ("XCC",))
    assert stands.dispels == "alert-border-7"
    assert code(court.of(ReportContact, OURS, contact, over=False)) == "VisitNotYet"
    court.pass_until(NOW + timedelta(days=3))
    assert code(court.of(ReportContact, OURS, contact, over=False)) == "accepted"


def test_bad_input_in_a_register_is_refused_with_its_reason() -> None:
    court = RegisterCourt()
    assert code(court.asks(sender=THEIRS)) == "SelfApproval"
    assert code(court.asks(sender="xaa-nsa")) == "WrongFunction"
    assert code(court.asks(officer="nobody")) == "UnknownOfficer"
    assert code(court.of(AnswerContact, THEIRS, "0" * 32, accepts=True)) == "NotInRegister"
    contact = court.one(court.asks())
    assert code(court.of(AnswerContact, OURS, contact, accepts=True)) == "WrongContactState"
    assert code(court.of(AnswerContact, THIRD, contact, accepts=True)) == "NotInvited"
    assert code(court.of(ReportContact, OURS, contact, over=False)) == "WrongContactState"
    alone = court.of(AnswerContact, THEIRS, contact, accepts=True, copied_to=())
    assert code(alone) == "OtherParties"
    assert code(court.of(WithdrawContact, OURS, contact)) == "accepted"
    past = {
        "contact": ContactKind.AIR_BASE_VISIT, "enters_at": NOW - timedelta(days=2),
        "leaves_at": NOW, "invited": ("XAA",),
    }  # fmt: skip
    assert code(court.tell(InviteToContact, THEIRS, **past)) == "VisitInThePast"


def test_who_declines_names_a_category() -> None:
    with pytest.raises(ValidationError, match="category"):
        RegisterCourt().of(AnswerContact, THEIRS, "0" * 32, accepts=False)


def test_a_register_holds_no_request() -> None:
    court = VisitCourt(matter=register_of("XBB"))
    assert code(court.ask(visit_form())) == "NotInMatter"
