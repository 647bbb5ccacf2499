"""Every bad input that the field's rules name for agreements is refused, with its reason."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from schemas.agreement_acts import Authority, InstrumentAction, Office, ReservationMade
from schemas.agreement_facts import AgreementPhase
from schemas.agreement_record import AgreementKind, Binding, FixedDate, Means
from schemas.agreements import (
    NotifyStates,
    OpenForSignature,
    ProposeAgreement,
    RecordInstrument,
    RegisterAgreement,
    ReportObligationMet,
    SubmitInstrument,
)
from services.agreements.refusals import REFUSALS
from tests.kit.agreements import (
    BEGINS,
    DEPOSITARY,
    MINISTER,
    AgreementCourt,
    arrangement,
    powers,
    record,
)

A = InstrumentAction
RESERVED = (ReservationMade(reservation="r1", article="4"),)


def test_every_refusal_has_a_reason() -> None:
    for code, refusal in REFUSALS.items():
        assert refusal().code == code
        assert 20 < len(refusal().reason) <= 200


def test_entry_into_force_before_the_last_required_instrument() -> None:
    tomorrow = BEGINS + timedelta(days=1)
    fixed = record(entry_into_force=FixedDate(date=tomorrow))
    court = AgreementCourt().opened(fixed).signed()
    court.deposits(A.RATIFICATION, "XAA")
    told = court.told(NotifyStates, DEPOSITARY, entry_into_force=tomorrow)
    assert told == "EntryIntoForceTooEarly"
    court.pass_until(tomorrow + timedelta(days=2))
    assert court.of().phase is AgreementPhase.AWAITING_EIF, "the date alone does nothing"
    last = court.now
    court.deposits(A.RATIFICATION, "XBB")
    assert court.of().in_force_since == last
    assert court.told(NotifyStates, DEPOSITARY, entry_into_force=tomorrow) == (
        "EntryIntoForceTooEarly"
    )
    later = last + timedelta(days=9)
    assert court.told(NotifyStates, DEPOSITARY, entry_into_force=later) == "EntryIntoForceDiffers"
    court.done(NotifyStates, DEPOSITARY, entry_into_force=last)


def test_a_fixed_date_that_is_past_or_before_signature_closes() -> None:
    past = record(entry_into_force=FixedDate(date=BEGINS - timedelta(days=1)))
    court = AgreementCourt()
    assert court.told(ProposeAgreement, "xaa-mfa", record=past) == "EntryIntoForceTooEarly"
    on = BEGINS + timedelta(days=10)
    court = AgreementCourt()
    court.opened(record(entry_into_force=FixedDate(date=on)))
    assert court.of().phase is AgreementPhase.OPEN_FOR_SIGNATURE
    other = AgreementCourt()
    with pytest.raises(AssertionError, match="EntryIntoForceTooEarly"):
        other.opened(record(entry_into_force=FixedDate(date=on)), closes_on=on + timedelta(days=1))


def test_ratification_without_signature_where_required() -> None:
    court = AgreementCourt().opened()
    assert court.submits(A.RATIFICATION, "XAA") == "SignatureMissing"
    free = AgreementCourt().opened(record(signature_first=False))
    assert free.submits(A.RATIFICATION, "XAA") == "accepted"


def test_second_ratification() -> None:
    court = AgreementCourt().opened().signed()
    court.deposits(A.RATIFICATION, "XAA")
    assert court.submits(A.RATIFICATION, "XAA") == "ConsentedAlready"


def test_second_ratification_while_the_first_waits() -> None:
    court = AgreementCourt().opened().signed()
    assert court.submits(A.RATIFICATION, "XAA") == "accepted"
    first = court.entries[-1][0].command
    court.wait(minutes=5)
    assert court.submits(A.RATIFICATION, "XAA") == "StepTakenAlready"
    assert court.submits(A.RATIFICATION, "XAA", reservations=RESERVED) == "accepted"
    second = court.entries[-1][0].command
    court.done(RecordInstrument, DEPOSITARY, instrument=first)
    assert court.told(RecordInstrument, DEPOSITARY, instrument=second) == "ConsentedAlready"


def test_reservation_after_consent() -> None:
    court = AgreementCourt().opened().signed()
    assert court.submits(A.RESERVATION, "XAA", reservations=RESERVED) == "ReservationAlone"
    court.deposits(A.RATIFICATION, "XAA")
    assert court.submits(A.RESERVATION, "XAA", reservations=RESERVED) == "ReservationAfterConsent"
    assert court.submits(A.DECLARATION, "XAA", reservations=RESERVED) == "ReservationAfterConsent"


@pytest.mark.parametrize(
    "rule",
    [{"reservations": "PROHIBITED"}, {"reservations": "ONLY_TO", "reservable": ("7",)}],
)
def test_prohibited_reservation(rule: dict[str, Any]) -> None:
    court = AgreementCourt().opened(record(**rule))
    assert court.submits(A.SIGNATURE, "XAA", reservations=RESERVED) == "ReservationProhibited"
    declared = (ReservationMade(reservation="d1", article="4", kind="DECLARATION"),)
    assert court.submits(A.SIGNATURE, "XAA", reservations=declared) == "accepted"


def test_withdrawal_effective_before_the_period_of_notice() -> None:
    provided = record(withdrawal="PROVIDED", withdrawal_notice_months=6)
    court = AgreementCourt().in_force(provided)
    soon = court.now + timedelta(days=100)
    assert court.submits(A.WITHDRAWAL, "XAA", effective_on=soon) == "NoticeTooShort"
    late = court.now + timedelta(days=190)
    assert court.submits(A.WITHDRAWAL, "XAA", effective_on=late) == "accepted"


def test_withdrawal_where_the_text_is_silent() -> None:
    court = AgreementCourt().in_force()
    later = court.now + timedelta(days=800)
    assert court.submits(A.DENUNCIATION, "XAA", effective_on=later) == "NoRightToWithdraw"
    implied = AgreementCourt().in_force(record(withdrawal="IMPLIED"))
    soon = implied.now + timedelta(days=360)
    assert implied.submits(A.DENUNCIATION, "XAA", effective_on=soon) == "NoticeTooShort"
    year = implied.now + timedelta(days=366)
    assert implied.submits(A.DENUNCIATION, "XAA", effective_on=year) == "accepted"


def test_amendment_adopted_by_a_non_party() -> None:
    court = AgreementCourt().opened(record("XAA", "XBB", "XCC")).ratified("XAA", "XBB")
    court.deposits(A.AMENDMENT_PROPOSAL, "XAA", amendment="a1")
    assert court.submits(A.AMENDMENT_ADOPTION, "XCC", amendment="a1") == "NotAParty"
    assert court.submits(A.AMENDMENT_PROPOSAL, "XCC", amendment="a2") == "NotAParty"
    court.deposits(A.AMENDMENT_ADOPTION, "XBB", amendment="a1")
    assert court.submits(A.AMENDMENT_ACCEPTANCE, "XCC", amendment="a1") == "NotAParty"


def test_registration_before_entry_into_force() -> None:
    court = AgreementCourt().opened().signed()
    fields = {"number": "60001", "received_on": court.now, "certified_copy": "c" * 64}
    assert court.told(RegisterAgreement, "xaa-mfa", **fields) == "RegisteredBeforeForce"
    court.deposits(A.RATIFICATION, "XAA")
    assert court.told(RegisterAgreement, DEPOSITARY, **fields) == "RegisteredBeforeForce"
    court.wait(days=1)
    court.deposits(A.RATIFICATION, "XBB")
    assert court.told(RegisterAgreement, DEPOSITARY, **fields) == "ReceiptDateWrong"
    ahead = fields | {"received_on": court.now + timedelta(days=3)}
    assert court.told(RegisterAgreement, DEPOSITARY, **ahead) == "ReceiptDateWrong"


@pytest.mark.parametrize("office", [Office.PLENIPOTENTIARY, Office.OTHER])
def test_instrument_without_full_powers(office: Office) -> None:
    court = AgreementCourt().opened()
    bare = Authority(office=office)
    assert court.submits(A.SIGNATURE, "XAA", authority=bare) == "NoFullPowers"
    assert court.submits(A.SIGNATURE, "XAA", authority=powers()) == "accepted"
    political = AgreementCourt().opened(record(binding=Binding.POLITICAL))
    assert political.submits(A.SIGNATURE, "XAA", authority=bare) == "accepted", "no treaty"


def test_proposal_and_adoption_without_full_powers() -> None:
    court = AgreementCourt()
    bare = Authority(office=Office.OTHER)
    told = court.told(ProposeAgreement, "xaa-mfa", record=record(), authority=bare)
    assert told == "NoFullPowers"


def test_action_dated_in_the_future() -> None:
    court = AgreementCourt().opened()
    ahead = court.now + timedelta(hours=1)
    assert court.submits(A.SIGNATURE, "XAA", dated=ahead) == "DatedInTheFuture"
    assert court.submits(A.SIGNATURE, "XAA", authority=powers(ahead)) == "DatedInTheFuture"


def proposes(court: AgreementCourt, made: Any) -> str:
    return court.told(ProposeAgreement, "xaa-mfa", record=made, agreement=made.agreement)


def test_implementing_arrangement_under_a_terminated_parent() -> None:
    court = AgreementCourt().in_force()
    for state in ("XAA", "XBB"):
        court.deposits(A.TERMINATION, state)
    assert court.of().phase is AgreementPhase.TERMINATED
    assert proposes(court, arrangement()) == "ParentNotStanding"


def test_implementing_arrangement_without_or_beyond_its_parent() -> None:
    assert proposes(AgreementCourt(), arrangement()) == "ParentNotStanding"
    ends = BEGINS + timedelta(days=400)
    court = AgreementCourt().in_force(record(expires_on=ends, binding=Binding.POLITICAL))
    assert proposes(court, arrangement(binding=Binding.POLITICAL)) == "ExceedsParent"
    fits = {"expires_on": ends, "binding": Binding.POLITICAL}
    assert proposes(court, arrangement(**(fits | {"binding": Binding.LEGAL}))) == "ExceedsParent"
    strangers = arrangement(**fits).model_copy(
        update={"states": record("XAA", "XBB", "XCC").states}
    )
    assert proposes(court, strangers) == "ExceedsParent"
    assert proposes(court, arrangement(**fits)) == "accepted"
    with pytest.raises(ValidationError):
        arrangement(kind=AgreementKind.MOU)


def test_an_arrangement_ends_with_its_parent_and_is_not_in_force_before_it() -> None:
    court = AgreementCourt().opened().signed()
    court.opened(arrangement()).ratified(agreement="dca-annex")
    annex = court.of("dca-annex")
    assert annex.phase is AgreementPhase.OPEN_FOR_SIGNATURE or annex.in_force_since is None
    for state in ("XAA", "XBB"):
        court.deposits(A.RATIFICATION, state)
    assert court.of("dca-annex").in_force_since == court.of().in_force_since
    for state in ("XAA", "XBB"):
        court.deposits(A.TERMINATION, state)
    assert court.of("dca-annex").phase is AgreementPhase.TERMINATED


@pytest.mark.parametrize("sender", ["xaa-mfa", "xbb-dep", "xbb-mfa", "xaa-ghq"])
def test_a_depositarys_act_by_another_desk(sender: str) -> None:
    court = AgreementCourt().opened()
    assert court.submits(A.SIGNATURE, "XAA") == "accepted"
    waiting = court.entries[-1][0].command
    assert court.told(RecordInstrument, sender, instrument=waiting) == "NotDepositary"
    assert court.told(NotifyStates, sender) == "NotDepositary"
    assert court.told(OpenForSignature, sender) == "NotDepositary"


def test_a_depositary_that_is_not_vouched_for_as_one() -> None:
    court = AgreementCourt()
    told = court.told(ProposeAgreement, "xaa-mfa", record=record(depositary="xaa-ghq"))
    assert told == "DepositaryUnknown"
    told = court.told(ProposeAgreement, "xaa-mfa", record=record(depositary="xaa-nobody"))
    assert told == "UnknownAddressee"


def test_a_party_speaks_for_another() -> None:
    court = AgreementCourt().opened()
    assert court.submits(A.SIGNATURE, "XBB", sender="xaa-mfa") == "SpeaksForAnother"
    assert court.submits(A.SIGNATURE, "XAA", sender="xaa-ghq") == "NotForeignMinistry"
    assert court.submits(A.SIGNATURE, "XAA", sender=DEPOSITARY) == "NotForeignMinistry"
    assert court.submits(A.SIGNATURE, "XCC") == "NotNegotiating"
    assert court.submits(A.ACCESSION, "XCC") == "NotOpenToAccession"
    instrument = court.instrument(A.SIGNATURE, "XAA")
    told = court.told(SubmitInstrument, "xaa-mfa", instrument=instrument, officer="duty-9")
    assert told == "UnknownOfficer"


def test_what_is_owed_is_reported_by_its_owner_alone() -> None:
    court = AgreementCourt().in_force()
    nothing = {"obligation": "0" * 32, "met_by": "1" * 32}
    assert court.told(ReportObligationMet, "xbb-ghq", **nothing) == "NotTheOwner"


def test_a_text_that_nobody_proposed_and_one_that_stands() -> None:
    court = AgreementCourt()
    assert court.submits(A.SIGNATURE, "XAA") == "NoSuchAgreement"
    court.opened()
    assert court.told(ProposeAgreement, "xbb-mfa", record=record()) == "AgreementStandsAlready"


def test_signature_after_it_closed() -> None:
    court = AgreementCourt().opened(closes_on=BEGINS + timedelta(days=30))
    court.deposits(A.SIGNATURE, "XAA")
    court.pass_until(BEGINS + timedelta(days=31))
    assert court.of().phase is AgreementPhase.AWAITING_EIF
    assert court.submits(A.SIGNATURE, "XBB") == "SignatureClosed"


def test_means_that_the_agreement_does_not_provide() -> None:
    court = AgreementCourt().opened(record(means=(Means.RATIFICATION,)))
    assert court.submits(A.DEFINITIVE_SIGNATURE, "XAA") == "NoMeansOfConsent"


@pytest.mark.parametrize(
    ("action", "fields"),
    [
        (A.OBJECTION, {}),
        (A.WITHDRAWAL, {}),
        (A.SUSPENSION, {}),
        (A.CLAIM, {}),
        (A.RATIFICATION, {"amendment": "a1"}),
        (A.TERMINATION, {"until": BEGINS}),
    ],
)
def test_an_instrument_names_what_its_action_needs_and_nothing_else(
    action: InstrumentAction, fields: dict[str, Any]
) -> None:
    with pytest.raises(ValidationError):
        AgreementCourt().instrument(action, "XAA", **fields)


def test_minister_needs_no_powers() -> None:
    assert MINISTER.full_powers is None
