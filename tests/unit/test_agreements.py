"""Agreements from text to end: entry into force computed, reservations, suspension, withdrawal."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from schemas.agreement_acts import InstrumentAction, Measure, ReservationMade, SuspensionBasis
from schemas.agreement_facts import AgreementPhase, AmendmentPhase, PartyPhase
from schemas.agreement_record import (
    AllConsented,
    ExchangeOfNotes,
    FixedDate,
    NInstruments,
    OnSignature,
)
from schemas.agreements import ProposeCorrection, RecordCorrection, RegisterAgreement
from services.agreements.bound import is_bound, is_suspended, table_of
from services.agreements.months import months_after, months_before
from tests.kit.agreements import BEGINS, DEPOSITARY, NAMED, AgreementCourt, record

A, P = InstrumentAction, PartyPhase


@pytest.mark.parametrize(
    ("clause", "actions", "days"),
    [
        (OnSignature(), (A.DEFINITIVE_SIGNATURE,), 0),
        (ExchangeOfNotes(days=30), (A.NOTE,), 30),
        (NInstruments(number=2, days=90), (A.SIGNATURE, A.RATIFICATION), 90),
        (AllConsented(), (A.SIGNATURE, A.RATIFICATION), 0),
    ],
)
def test_entry_into_force_follows_from_the_clause(
    clause: Any, actions: tuple[InstrumentAction, ...], days: int
) -> None:
    court = AgreementCourt().opened(record(entry_into_force=clause))
    for action in actions:
        for state in ("XAA", "XBB"):
            assert court.of().in_force_on is None
            court.wait(days=3)
            court.deposits(action, state)
    last = court.now
    if days:
        assert court.of().phase is AgreementPhase.AWAITING_EIF
        assert court.party("XAA") is P.CONTRACTING
        court.wait(days=days + 5)
    assert court.of().phase is AgreementPhase.IN_FORCE
    assert court.of().in_force_since == last + timedelta(days=days)
    assert {court.party("XAA"), court.party("XBB")} == {P.PARTY}


def test_a_fixed_date_waits_for_its_day() -> None:
    on = BEGINS + timedelta(days=60)
    court = AgreementCourt().opened(record(entry_into_force=FixedDate(date=on))).ratified()
    assert court.of().in_force_on == on
    court.wait(days=100)
    assert court.of().in_force_since == on


def test_the_table_of_participants_can_be_shown_at_any_past_date() -> None:
    court = AgreementCourt().opened().signed()
    signed = court.now
    court.wait(days=10)
    court.deposits(A.RATIFICATION, "XAA")
    half = court.now
    court.wait(days=10)
    court.deposits(A.RATIFICATION, "XBB")
    court.wait(days=10)

    def phases(at: Any) -> list[PartyPhase]:
        return [row.phase for row in table_of(court.family, court.of(), at)]

    assert phases(signed - timedelta(seconds=1)) == [P.NONE, P.NONE]
    assert phases(signed) == [P.SIGNATORY, P.SIGNATORY]
    assert phases(half) == [P.CONTRACTING, P.SIGNATORY]
    assert phases(court.now) == [P.PARTY, P.PARTY]
    (first, _) = table_of(court.family, court.of(), half)
    assert (first.consented, first.method) == (half, A.RATIFICATION)


def test_who_accedes_later_becomes_a_party_after_its_days_and_is_told_the_text() -> None:
    made = record(accession="NAMED", may_accede=("XCC",), joining_days=30)
    court = AgreementCourt().in_force(made)
    court.deposits(A.ACCESSION, "XCC")
    entry = court.entries[-1][0]
    given = [tell for tell in entry.tells if tell.to == "xcc-mfa"]
    assert len(given) == 2
    assert given[0].enclosed_digest == court.of().proposal.proposal_digest
    assert court.party("XCC") is P.ACCEDED
    court.wait(days=31)
    assert court.party("XCC") is P.PARTY
    assert court.of().participants["XCC"].standing(court.now).method is A.ACCESSION


RESERVED = (ReservationMade(reservation="r1", article="4"),)


def reserved() -> AgreementCourt:
    court = AgreementCourt().opened(record("XAA", "XBB", "XCC")).signed("XAA", "XBB", "XCC")
    court.deposits(A.RATIFICATION, "XAA", reservations=RESERVED)
    court.deposits(A.RATIFICATION, "XBB")
    return court


def test_silence_for_twelve_months_accepts_a_reservation_and_then_no_objection_comes() -> None:
    court = reserved()
    notified = court.now
    objects: dict[str, Any] = {"of": "XAA", "reservation": "r1", "precludes_force": False}
    assert court.submits(A.OBJECTION, "XCC", **objects) == "WrongPartyPhase"
    court.wait(days=200)
    court.deposits(A.OBJECTION, "XBB", **objects)
    court.deposits(A.RATIFICATION, "XCC")
    court.pass_until(months_after(notified, 12))
    (accepted,) = court.happened("ReservationTacitlyAccepted")
    assert (accepted.by, accepted.at) == (("XCC",), months_after(notified, 12))
    assert court.submits(A.OBJECTION, "XCC", **objects) == "ObjectionTooLate"
    court.deposits(A.WITHDRAWAL_OF_OBJECTION, "XBB", of="XAA", reservation="r1")
    court.deposits(A.WITHDRAWAL_OF_RESERVATION, "XAA", reservation="r1")
    assert not court.of().reservations["XAA", "r1"].stands
    assert court.submits(A.WITHDRAWAL_OF_RESERVATION, "XAA", reservation="r1") == (
        "NoSuchReservation"
    )


def test_a_reservation_on_signing_lapses_where_consent_does_not_confirm_it() -> None:
    court = AgreementCourt().opened()
    court.deposits(A.SIGNATURE, "XAA", reservations=RESERVED)
    court.deposits(A.SIGNATURE, "XBB", reservations=RESERVED)
    court.deposits(A.RATIFICATION, "XAA")
    court.deposits(A.RATIFICATION, "XBB", reservations=RESERVED)
    reservations = court.of().reservations
    assert not reservations["XAA", "r1"].stands
    assert reservations["XBB", "r1"].stands and reservations["XBB", "r1"].standing


def test_provisional_application_binds_until_notice_of_intention() -> None:
    court = AgreementCourt().opened(record(provisional_application=True)).signed()
    court.deposits(A.PROVISIONAL_APPLICATION, "XAA")
    assert court.of().phase is AgreementPhase.AWAITING_EIF
    court.deposits(A.PROVISIONAL_APPLICATION, "XBB")
    assert court.of().phase is AgreementPhase.PROVISIONALLY_APPLIED
    applied = court.now
    court.wait(days=9)
    fields = {"number": "60001", "received_on": court.now, "certified_copy": "c" * 64}
    court.done(RegisterAgreement, DEPOSITARY, **fields)
    assert court.of().registrations[0].provisional
    court.deposits(A.INTENTION_NOT_TO_BECOME_PARTY, "XBB")
    assert court.of().phase is AgreementPhase.AWAITING_EIF
    bound = [is_bound(court.family, court.of(), "XBB", at) for at in (applied, court.now)]
    assert bound == [True, False]
    plain = AgreementCourt().opened().signed()
    assert plain.submits(A.PROVISIONAL_APPLICATION, "XAA") == "ProvisionalApplicationNotAgreed"


def test_an_amendment_binds_only_those_who_accept_it() -> None:
    three = record("XAA", "XBB", "XCC", amendment_acceptances=2, amendment_days=10)
    court = AgreementCourt().in_force(three)
    court.deposits(A.AMENDMENT_PROPOSAL, "XAA", amendment="a1")
    assert court.of().phase is AgreementPhase.AMENDMENT_PENDING
    assert is_bound(court.family, court.of(), "XAA", court.now)
    assert court.submits(A.AMENDMENT_ACCEPTANCE, "XAA", amendment="a1") == "NoSuchAmendment"
    for state in ("XBB", "XCC"):
        court.deposits(A.AMENDMENT_ADOPTION, state, amendment="a1")
    for state in ("XAA", "XBB"):
        court.deposits(A.AMENDMENT_ACCEPTANCE, state, amendment="a1")
    court.wait(days=11)
    amended = court.of().amendments["a1"]
    assert (amended.phase, set(amended.binds)) == (AmendmentPhase.IN_FORCE, {"XAA", "XBB"})
    assert court.of().phase is AgreementPhase.IN_FORCE
    court.deposits(A.AMENDMENT_ACCEPTANCE, "XCC", amendment="a1")
    assert court.of().amendments["a1"].binds["XCC"] == court.now


def test_suspension_by_one_where_provided_and_its_end() -> None:
    court = AgreementCourt().in_force(record(suspension=True))
    before = court.now
    court.wait(days=1)
    court.deposits(A.SUSPENSION, "XAA", basis=SuspensionBasis.TREATY_TERMS)
    assert court.of().phase is AgreementPhase.SUSPENDED
    since = court.now
    court.wait(days=5)
    assert court.submits(A.RESUMPTION, "XBB") == "NotSuspended"
    court.deposits(A.RESUMPTION, "XAA")
    assert court.of().phase is AgreementPhase.IN_FORCE
    suspended = [
        is_suspended(court.family, court.of(), "XAA", at) for at in (before, since, court.now)
    ]
    assert suspended == [False, True, False]
    plain = AgreementCourt().in_force()
    told = plain.submits(A.SUSPENSION, "XAA", basis=SuspensionBasis.TREATY_TERMS)
    assert told == "SuspensionNotProvided"


def test_suspension_by_consent_of_all_until_a_day() -> None:
    court = AgreementCourt().in_force()
    until = court.now + timedelta(days=30)
    fields: dict[str, Any] = {"basis": SuspensionBasis.CONSENT_OF_ALL, "until": until}
    court.deposits(A.SUSPENSION, "XAA", **fields)
    assert court.of().phase is AgreementPhase.IN_FORCE
    court.deposits(A.SUSPENSION, "XBB", **fields)
    assert court.of().phase is AgreementPhase.SUSPENDED
    court.pass_until(until)
    assert court.of().phase is AgreementPhase.IN_FORCE


def test_withdrawal_takes_effect_after_its_notice_or_is_revoked_before() -> None:
    three = record("XAA", "XBB", "XCC", withdrawal="PROVIDED", withdrawal_notice_months=3)
    court = AgreementCourt().in_force(three)
    on = months_after(court.now, 4)
    notice = court.deposits(A.WITHDRAWAL, "XAA", effective_on=on)
    assert court.party("XAA") is P.WITHDRAWAL_NOTIFIED
    court.deposits(A.REVOCATION_OF_NOTICE, "XAA", regards=notice)
    assert court.party("XAA") is P.PARTY
    court.deposits(A.DENUNCIATION, "XAA", effective_on=on)
    court.pass_until(on - timedelta(seconds=1))
    assert is_bound(court.family, court.of(), "XAA", court.now)
    court.pass_until(on)
    assert court.party("XAA") is P.WITHDRAWN
    assert not is_bound(court.family, court.of(), "XAA", court.now)
    assert court.of().phase is AgreementPhase.IN_FORCE
    assert court.submits(A.REVOCATION_OF_NOTICE, "XAA", regards=notice) == "NotAParty"


def test_it_ends_where_fewer_than_two_parties_are_left() -> None:
    made = record(withdrawal="PROVIDED", withdrawal_notice_months=0)
    court = AgreementCourt().in_force(made)
    court.deposits(A.WITHDRAWAL, "XAA", effective_on=court.now + timedelta(days=1))
    court.wait(days=2)
    assert court.of().phase is AgreementPhase.TERMINATED


def test_termination_by_consent_of_all_on_the_latest_day() -> None:
    court = AgreementCourt().in_force()
    on = court.now + timedelta(days=50)
    court.deposits(A.TERMINATION, "XAA", effective_on=on)
    assert court.of().ends_on is None
    court.deposits(A.TERMINATION, "XBB")
    assert court.of().ends_on == on
    court.pass_until(on)
    assert court.of().phase is AgreementPhase.TERMINATED


def test_a_claim_waits_three_months_and_falls_with_an_objection() -> None:
    court = AgreementCourt().in_force()
    fields: dict[str, Any] = {"measure": Measure.TERMINATION, "ground": "60(1)"}
    soon = court.now + timedelta(days=10)
    assert court.submits(A.CLAIM, "XAA", effective_on=soon, **fields) == "ClaimPeriodTooShort"
    claim = court.deposits(A.CLAIM, "XAA", **fields)
    assert court.submits(A.MEASURE, "XAA", regards=claim) == "ClaimNotRipe"
    court.deposits(A.OBJECTION_TO_CLAIM, "XBB", regards=claim)
    court.wait(days=100)
    assert court.submits(A.MEASURE, "XAA", regards=claim) == "ClaimNotRipe"
    second = court.deposits(A.CLAIM, "XAA", **fields)
    court.wait(days=93)
    court.deposits(A.MEASURE, "XAA", regards=second)
    assert court.of().phase is AgreementPhase.TERMINATED


def test_special_urgency_shortens_a_claims_period_and_it_can_be_revoked() -> None:
    court = AgreementCourt().in_force()
    soon = court.now + timedelta(days=3)
    claim = court.deposits(
        A.CLAIM, "XAA", measure=Measure.SUSPENSION, ground="60(1)", effective_on=soon,
        special_urgency=True,
    )  # fmt: skip
    court.pass_until(soon)
    court.deposits(A.MEASURE, "XAA", regards=claim)
    assert court.of().phase is AgreementPhase.SUSPENDED
    court.deposits(A.RESUMPTION, "XAA")
    other = court.deposits(A.CLAIM, "XBB", measure=Measure.INVALIDITY, ground="49")
    court.deposits(A.REVOCATION_OF_NOTICE, "XBB", regards=other)
    assert court.submits(A.MEASURE, "XBB", regards=other) == "NoSuchNotice"


def test_a_correction_is_made_where_nobody_objects_in_time() -> None:
    court = AgreementCourt().in_force()
    until = court.now + timedelta(days=90)
    first = court.done(ProposeCorrection, DEPOSITARY, objections_until=until).command
    second = court.done(ProposeCorrection, DEPOSITARY, objections_until=until).command
    assert court.told(RecordCorrection, DEPOSITARY, correction=first) == "NoSuchCorrection"
    court.deposits(A.OBJECTION_TO_CORRECTION, "XBB", regards=second)
    court.pass_until(until)
    court.done(RecordCorrection, DEPOSITARY, correction=first)
    assert court.told(RecordCorrection, DEPOSITARY, correction=second) == "NoSuchCorrection"


def test_registration_states_for_each_party_since_when_and_how() -> None:
    court = AgreementCourt().in_force()
    fields = {"number": "60001", "received_on": court.now, "certified_copy": "c" * 64}
    court.done(RegisterAgreement, "xbb-mfa", **fields)
    registered = court.of().registrations[0]
    assert not registered.provisional
    assert [(s.state, s.since, s.method) for s in registered.statements] == [
        (nation, court.of().in_force_since, A.RATIFICATION) for nation in ("XAA", "XBB")
    ]


def test_parties_are_reminded_before_it_lapses_and_of_its_review() -> None:
    ends, review = BEGINS + timedelta(days=400), BEGINS + timedelta(days=200)
    made = record(expires_on=ends, review_on=review, review_every_months=12)
    court = AgreementCourt().in_force(made)
    court.pass_until(ends)
    told = [(e.what, e.due, e.at) for e in court.happened("AgreementReminder")]
    ahead = timedelta(days=30)
    assert told == [
        ("REVIEW_AHEAD", review, review - ahead),
        ("REVIEW", review, review),
        ("LAPSE_AHEAD", ends, ends - ahead),
    ]
    assert court.of().phase is AgreementPhase.TERMINATED


def test_it_goes_on_by_tacit_renewal() -> None:
    ends = BEGINS + timedelta(days=400)
    made = record(expires_on=ends, renewal_months=12, renewal_notice_months=6)
    court = AgreementCourt().in_force(made)
    court.pass_until(ends)
    (reminder,) = court.happened("AgreementReminder")
    assert (reminder.what, reminder.due) == ("RENEWAL_NOTICE_AHEAD", months_before(ends, 6))
    assert court.of().phase is AgreementPhase.IN_FORCE
    assert court.of().expires_on == months_after(ends, 12)


def test_publications_are_numbered_by_year_and_proposals_are_not() -> None:
    court = AgreementCourt().opened()
    numbers = [e.written for e in court.happened("NotificationMade")]
    assert numbers == [f"C.N.1.2026.{NAMED.upper()}"]
    court.deposits(A.SIGNATURE, "XAA")
    court.pass_until(BEGINS + timedelta(days=366))
    court.deposits(A.SIGNATURE, "XBB")
    numbers = [e.written for e in court.happened("NotificationMade")]
    assert numbers[1:] == [f"C.N.2.2026.{NAMED.upper()}", f"C.N.1.2027.{NAMED.upper()}"]


def test_only_state_and_depositary_are_told_of_what_is_not_recorded_yet() -> None:
    court = AgreementCourt().opened()
    assert court.submits(A.SIGNATURE, "XAA") == "accepted"
    assert {tell.to for tell in court.entries[-1][0].tells} == {"xaa-mfa", "xaa-ghq", DEPOSITARY}
