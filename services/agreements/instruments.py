"""What an instrument does once the depositary has it, or why it does nothing. Pure.

The same function answers when a state submits and again when the depositary records: what counts is
how things stand when the depositary has it (VCLT art. 78).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from types import MappingProxyType

from schemas import agreement_facts as facts
from schemas.agreement_acts import (
    AFTER_SIGNATURE,
    BY_OFFICE,
    CONSENTS,
    JOINING,
    SIGNATURES,
    Authority,
    Instrument,
    Office,
)
from schemas.agreement_acts import InstrumentAction as Action
from schemas.agreement_facts import PartyPhase
from schemas.agreement_record import AgreementRecord, Binding, Means
from schemas.parties import Nation
from services.agreements import changes, reserving
from services.agreements.course import Course, applying_states
from services.agreements.moves import BEFORE_FORCE, FORCED, PARTY_TABLE, TAKEN_IN
from services.agreements.refusals import (
    DatedInTheFuture,
    NoFullPowers,
    NoMeansOfConsent,
    NotNegotiating,
    NotOpenToAccession,
    ProvisionalApplicationNotAgreed,
    SignatureClosed,
    SignatureMissing,
    StepTakenAlready,
    WrongAgreementPhase,
)
from services.agreements.state import Agreement, Submitted
from services.bus.refusals import Refusal

_MEANS_OF = {Action(each.value): each for each in Means}


def lacks_authority(record: AgreementRecord, authority: Authority, now: datetime) -> Refusal | None:
    """VCLT art. 7: by office, or with full powers. Without either an act has no effect (art. 8).

    What is no treaty (an MOU, a political document) is signed by whom the state sends.
    """
    powers = authority.full_powers
    if powers and powers.dated > now:
        return DatedInTheFuture(f"full powers of {powers.dated.isoformat()}")
    if record.binding is not Binding.LEGAL or authority.office in BY_OFFICE:
        return None
    if authority.office is Office.PLENIPOTENTIARY and powers is not None:
        return None
    return NoFullPowers(authority.office.value)


def wrong(agreement: Agreement, instrument: Instrument, now: datetime) -> Refusal | None:
    """What speaks against an instrument of any action: date, powers, and both tables."""
    record, nation, action = agreement.record, instrument.state, instrument.action
    if instrument.dated > now:
        return DatedInTheFuture(instrument.dated.isoformat())
    if refusal := lacks_authority(record, instrument.authority, now):
        return refusal
    if agreement.phase not in TAKEN_IN[action]:
        return WrongAgreementPhase(f"{action} while {agreement.phase}")
    known = agreement.participants.get(nation)
    if known is None and action not in JOINING:
        return NotNegotiating(nation)
    phase = known.phase if known else PartyPhase.NONE
    cell = PARTY_TABLE[phase, action]
    if not isinstance(cell, PartyPhase):
        return cell(f"{nation} is {phase}")
    if action in SIGNATURES | CONSENTS:
        return _consent_is_wrong(agreement, instrument, now)
    return None


def _consent_is_wrong(
    agreement: Agreement, instrument: Instrument, now: datetime
) -> Refusal | None:
    record, action = agreement.record, instrument.action
    means = _MEANS_OF.get(action)
    if means and means not in record.means:
        return NoMeansOfConsent(f"{action}; provided for: {', '.join(record.means)}")
    if action in SIGNATURES and (
        agreement.signature_closed or (agreement.closes_on and now >= agreement.closes_on)
    ):
        return SignatureClosed()
    signed = instrument.state in agreement.participants and (
        agreement.participants[instrument.state].phase is not PartyPhase.NONE
    )
    if action in AFTER_SIGNATURE and record.signature_first and not signed:
        return SignatureMissing()
    if action in JOINING and not _may_join(record, instrument.state):
        return NotOpenToAccession(instrument.state)
    return reserving.prohibited(record, instrument)


def _may_join(record: AgreementRecord, nation: Nation) -> bool:
    """VCLT art. 15: as the treaty provides."""
    named = record.accession == "NAMED" and nation in record.may_accede
    return record.accession == "OPEN" or named or nation in record.nations


def apply(course: Course, name: str, submitted: Submitted, now: datetime) -> Refusal | None:
    """Let the instrument take its effect on the course, or say why it has none."""
    instrument = submitted.instrument
    if refusal := wrong(course.of(name), instrument, now):
        return refusal
    course.happens(
        facts.InstrumentRecorded(
            agreement=name, at=now, id=submitted.id, state=instrument.state,
            action=instrument.action, dated=instrument.dated, desk=submitted.desk,
        )
    )  # fmt: skip
    effect = _EFFECTS.get(instrument.action, _consents)
    if refusal := effect(course, name, submitted, now):
        return refusal
    course.follows(name, now)
    return None


def _consents(course: Course, name: str, submitted: Submitted, now: datetime) -> Refusal | None:
    """Signature, and what expresses consent to be bound (VCLT arts 11-16)."""
    instrument, nation = submitted.instrument, submitted.instrument.state
    agreement = course.of(name)
    phase = PARTY_TABLE[agreement.participants[nation].phase, instrument.action]
    assert isinstance(phase, PartyPhase), "the cell was looked at before"
    course.states_move(name, phase, now, nation, method=instrument.action, instrument=submitted.id)
    reserving.formulates(course, name, instrument, now)
    if phase is PartyPhase.SIGNATORY or agreement.phase not in FORCED:
        return None
    on = now + timedelta(days=agreement.record.joining_days)
    course.happens(facts.JoiningFixed(agreement=name, at=now, state=nation, on=on))
    return None


def _applies(course: Course, name: str, submitted: Submitted, now: datetime) -> Refusal | None:
    agreement, nation = course.of(name), submitted.instrument.state
    if not agreement.record.provisional_application:
        return ProvisionalApplicationNotAgreed()
    if nation in applying_states(agreement, now):
        return StepTakenAlready(nation)
    assert agreement.phase in BEFORE_FORCE, "the table lets it come before force only"
    course.happens(facts.ProvisionalApplicationBegan(agreement=name, at=now, state=nation))
    return None


def _intends_not(course: Course, name: str, submitted: Submitted, now: datetime) -> Refusal | None:
    """VCLT art. 25(2): provisional application ends with this notice."""
    nation = submitted.instrument.state
    if nation not in applying_states(course.of(name), now):
        return ProvisionalApplicationNotAgreed(f"{nation} does not apply it provisionally")
    course.happens(facts.ProvisionalApplicationEnded(agreement=name, at=now, nations=(nation,)))
    return None


Effect = Callable[[Course, str, Submitted, datetime], Refusal | None]
_EFFECTS: Mapping[Action, Effect] = MappingProxyType(
    {
        Action.PROVISIONAL_APPLICATION: _applies,
        Action.INTENTION_NOT_TO_BECOME_PARTY: _intends_not,
        Action.OBJECTION: reserving.objects,
        Action.WITHDRAWAL_OF_RESERVATION: reserving.withdraws,
        Action.WITHDRAWAL_OF_OBJECTION: reserving.withdraws_objection,
        Action.AMENDMENT_PROPOSAL: changes.proposes_amendment,
        Action.AMENDMENT_ADOPTION: changes.adopts_amendment,
        Action.AMENDMENT_ACCEPTANCE: changes.accepts_amendment,
        Action.SUSPENSION: changes.suspends,
        Action.RESUMPTION: changes.resumes,
        Action.DENUNCIATION: changes.withdraws,
        Action.WITHDRAWAL: changes.withdraws,
        Action.REVOCATION_OF_NOTICE: changes.revokes,
        Action.TERMINATION: changes.ends,
        Action.CLAIM: changes.claims,
        Action.OBJECTION_TO_CLAIM: changes.objects_to_claim,
        Action.MEASURE: changes.carries_out,
        Action.OBJECTION_TO_CORRECTION: changes.objects_to_correction,
    }
)
