"""What changes an agreement: amendment, suspension, withdrawal, claims, its end. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

from schemas import agreement_facts as facts
from schemas.agreement_acts import Measure, SuspensionBasis
from schemas.agreement_facts import AgreementTrigger as Trigger
from schemas.agreement_facts import AmendmentPhase, PartyPhase
from schemas.parties import Nation
from services.agreements.course import PARTIES_MIN, Course, contracting_states
from services.agreements.months import months_after
from services.agreements.refusals import (
    AmendmentNameTaken,
    ClaimNotRipe,
    ClaimPeriodTooShort,
    EffectPast,
    NoRightToWithdraw,
    NoSuchAmendment,
    NoSuchCorrection,
    NoSuchNotice,
    NoticeTooShort,
    NotSuspended,
    PeriodPast,
    StepTakenAlready,
    SuspensionNotProvided,
)
from services.agreements.state import BOUND, Agreement, Submitted
from services.bus.refusals import Refusal

SILENT_NOTICE_MONTHS = 12
"""VCLT art. 56(2)."""
CLAIM_MONTHS = 3
"""VCLT art. 65(2)."""


# Amendment (VCLT arts 39-40).


def proposes_amendment(
    course: Course, name: str, submitted: Submitted, now: datetime
) -> Refusal | None:
    """Proposed by a contracting state, which so consents to its adoption."""
    amendment, nation = submitted.instrument.amendment, submitted.instrument.state
    assert amendment is not None, "the contract asks for it"
    if amendment in course.of(name).amendments:
        return AmendmentNameTaken(amendment)
    course.happens(facts.AmendmentProposed(agreement=name, at=now, amendment=amendment, by=nation))
    _adopted_by_enough(course, name, amendment, now)
    return None


def adopts_amendment(
    course: Course, name: str, submitted: Submitted, now: datetime
) -> Refusal | None:
    """Adopted with enough contracting states' consent."""
    amendment, nation = submitted.instrument.amendment, submitted.instrument.state
    found = course.of(name).amendments.get(amendment or "")
    if found is None or found.phase is not AmendmentPhase.PROPOSED:
        return NoSuchAmendment(f"{amendment} to be adopted")
    if nation in found.adopted_by:
        return StepTakenAlready(nation)
    course.happens(
        facts.AmendmentAdopted(agreement=name, at=now, amendment=found.amendment, by=nation)
    )
    _adopted_by_enough(course, name, found.amendment, now)
    return None


def _adopted_by_enough(course: Course, name: str, amendment: str, now: datetime) -> None:
    agreement = course.of(name)
    states = contracting_states(agreement)
    adopted = agreement.amendments[amendment].adopted_by & set(states)
    if len(adopted) >= agreement.record.amendment_adoption.of(len(states)):
        course.happens(
            facts.AmendmentMoved(
                agreement=name, at=now, amendment=amendment, phase=AmendmentPhase.ADOPTED, binds=()
            )
        )


def accepts_amendment(
    course: Course, name: str, submitted: Submitted, now: datetime
) -> Refusal | None:
    """VCLT art. 40(4): it binds only those who accept it."""
    amendment, nation = submitted.instrument.amendment, submitted.instrument.state
    agreement = course.of(name)
    found = agreement.amendments.get(amendment or "")
    if found is None or found.phase is AmendmentPhase.PROPOSED:
        return NoSuchAmendment(f"{amendment} to be accepted")
    if nation in found.accepted_by:
        return StepTakenAlready(nation)
    parties = set(agreement.parties(*BOUND))
    needed = agreement.record.amendment_acceptances or len(parties)
    on = found.in_force_on
    if on is None and len((found.accepted_by | {nation}) & parties) >= needed:
        on = now + timedelta(days=agreement.record.amendment_days)
    course.happens(
        facts.AmendmentAccepted(
            agreement=name, at=now, amendment=found.amendment, by=nation, in_force_on=on
        )
    )
    if found.phase is AmendmentPhase.IN_FORCE:
        course.amendment_in_force(name, found.amendment, now, (nation,))
    return None


# Suspension (VCLT art. 57).


def suspends(course: Course, name: str, submitted: Submitted, now: datetime) -> Refusal | None:
    """By the agreement's own terms, for who suspends; or with all parties' consent, for all."""
    instrument, agreement = submitted.instrument, course.of(name)
    nation, on = instrument.state, instrument.effective_on
    if on is not None and on < now:
        return EffectPast(on.isoformat())
    if instrument.until is not None and instrument.until <= now:
        return PeriodPast(instrument.until.isoformat())
    if any(nation in each.nations for each in agreement.suspensions.values()):
        return StepTakenAlready(nation)
    if instrument.basis is SuspensionBasis.TREATY_TERMS:
        if not agreement.record.suspension:
            return SuspensionNotProvided()
        _sets(course, name, submitted.id, (nation,), instrument.basis, on or now, instrument.until)
        course.settle(now)
        return None
    if nation in agreement.suspension_consents:
        return StepTakenAlready(nation)
    course.happens(
        facts.SuspensionConsented(
            agreement=name, at=now, by=nation, resumes=False, effective_on=on,
            until=instrument.until,
        )
    )  # fmt: skip
    consents = course.of(name).suspension_consents
    parties = agreement.parties(*BOUND)
    if set(parties) <= set(consents):
        begins = max(each[0] or now for each in consents.values())
        ends = [each[1] for each in consents.values() if each[1]]
        until = min(ends) if len(ends) == len(consents) else None
        _sets(course, name, submitted.id, parties, instrument.basis, max(begins, now), until)
        course.settle(now)
    return None


def _sets(
    course: Course,
    name: str,
    suspension: str,
    nations: tuple[Nation, ...],
    basis: SuspensionBasis | None,
    begins: datetime,
    until: datetime | None,
) -> None:
    until = until if until and until > begins else None
    course.happens(
        facts.SuspensionSet(
            agreement=name, at=begins, suspension=suspension, nations=nations,
            basis=basis, begins=begins, until=until,
        )
    )  # fmt: skip


def resumes(course: Course, name: str, submitted: Submitted, now: datetime) -> Refusal | None:
    """Whoever suspended alone resumes alone; what all consented to, all resume."""
    agreement, nation = course.of(name), submitted.instrument.state
    mine = [each for each in agreement.suspensions.values() if nation in each.nations]
    if not mine:
        return NotSuspended(nation)
    suspension = mine[0]
    if suspension.basis is not SuspensionBasis.CONSENT_OF_ALL:
        course.suspension_ends(name, suspension.suspension, now)
        return None
    if nation in agreement.resumption_consents:
        return StepTakenAlready(nation)
    course.happens(
        facts.SuspensionConsented(
            agreement=name, at=now, by=nation, resumes=True, effective_on=None, until=None
        )
    )
    if set(agreement.parties(*BOUND)) <= course.of(name).resumption_consents:
        course.suspension_ends(name, suspension.suspension, now)
    return None


# Withdrawal and end (VCLT arts 54, 56, 68).


def notice_ends(agreement: Agreement, now: datetime) -> datetime | Refusal:
    """Before when a withdrawal notified now cannot take effect."""
    match agreement.record.withdrawal:
        case "PROVIDED":
            return months_after(now, agreement.record.withdrawal_notice_months or 0)
        case "IMPLIED":
            return months_after(now, SILENT_NOTICE_MONTHS)
        case _:
            return NoRightToWithdraw()


def withdraws(course: Course, name: str, submitted: Submitted, now: datetime) -> Refusal | None:
    """As the text provides; where it is silent and withdrawal is implied, after twelve months
    (VCLT art. 56(2)). The notice counts from the depositary's recording.

    A date that was late enough when the state submitted moves to the end of the period.
    """
    instrument, agreement = submitted.instrument, course.of(name)
    assert instrument.effective_on is not None, "the contract asks for it"
    if isinstance(ends := notice_ends(agreement, submitted.at), Refusal):
        return ends
    if instrument.effective_on < ends:
        return NoticeTooShort(f"not before {ends.isoformat()}")
    later = notice_ends(agreement, now)
    assert isinstance(later, datetime), "the same record was asked before"
    effective = max(instrument.effective_on, later)
    course.states_move(
        name, PartyPhase.WITHDRAWAL_NOTIFIED, now, instrument.state,
        instrument=submitted.id,
    )  # fmt: skip
    course.happens(
        facts.WithdrawalNotified(
            agreement=name, at=now, state=instrument.state, notice=submitted.id,
            effective_on=effective,
        )
    )  # fmt: skip
    return None


def revokes(course: Course, name: str, submitted: Submitted, now: datetime) -> Refusal | None:
    """VCLT art. 68: any time before it takes effect."""
    agreement, instrument = course.of(name), submitted.instrument
    nation, notice = instrument.state, instrument.regards
    assert notice is not None, "the contract asks for it"
    claim = agreement.claims.get(notice)
    withdrawal = agreement.participants[nation].withdrawal
    revoked = facts.NoticeRevoked(agreement=name, at=now, state=nation, notice=notice)
    if claim and claim.by == nation and not claim.ended:
        course.happens(revoked)
        return None
    if withdrawal and withdrawal[0] == notice:
        course.happens(revoked)
        course.states_move(name, PartyPhase.PARTY, now, nation, instrument=submitted.id)
        return None
    return NoSuchNotice(notice)


def ends(course: Course, name: str, submitted: Submitted, now: datetime) -> Refusal | None:
    """VCLT art. 54(b): by consent of all the parties; on the latest of the days that they name."""
    agreement, instrument = course.of(name), submitted.instrument
    if instrument.state in agreement.termination_consents:
        return StepTakenAlready(instrument.state)
    on = instrument.effective_on or now
    if on < now:
        return EffectPast(on.isoformat())
    consents = {**agreement.termination_consents, instrument.state: on}
    parties = agreement.parties(*BOUND)
    ends_on = max(now, *consents.values()) if set(parties) <= set(consents) else None
    course.happens(
        facts.TerminationConsented(
            agreement=name, at=now, by=instrument.state, effective_on=on, ends_on=ends_on
        )
    )
    return None


# Claims of invalidity and of grounds for termination, withdrawal, suspension (VCLT arts 65-67).


def claims(course: Course, name: str, submitted: Submitted, now: datetime) -> Refusal | None:
    """VCLT art. 65(1), (2): notified with measure and ground; three months for objections, or as
    long as is named in a case of special urgency.
    """
    instrument = submitted.instrument
    assert instrument.measure is not None, "the contract asks for it"
    assert instrument.ground is not None, "the contract asks for it"
    period = months_after(now, CLAIM_MONTHS)
    on = instrument.effective_on or period
    if on <= now:
        return EffectPast(on.isoformat())
    asked = months_after(submitted.at, CLAIM_MONTHS)
    if on < asked and not instrument.special_urgency:
        return ClaimPeriodTooShort(f"not before {asked.isoformat()}")
    course.happens(
        facts.ClaimMade(
            agreement=name, at=now, claim=submitted.id, by=instrument.state,
            measure=instrument.measure, ground=instrument.ground,
            period_ends=on if instrument.special_urgency else max(on, period),
        )
    )  # fmt: skip
    return None


def objects_to_claim(
    course: Course, name: str, submitted: Submitted, now: datetime
) -> Refusal | None:
    """VCLT art. 65(3): then a solution is sought by the means of UN Charter art. 33."""
    instrument = submitted.instrument
    claim = course.of(name).claims.get(instrument.regards or "")
    if claim is None or claim.ended or claim.period_passed or claim.by == instrument.state:
        return NoSuchNotice(instrument.regards or "")
    if instrument.state in claim.objected_by:
        return StepTakenAlready(instrument.state)
    course.happens(
        facts.ClaimObjected(agreement=name, at=now, claim=claim.claim, by=instrument.state)
    )
    return None


def carries_out(course: Course, name: str, submitted: Submitted, now: datetime) -> Refusal | None:
    """VCLT art. 67: by instrument, once the time for objections passed without any."""
    instrument, agreement = submitted.instrument, course.of(name)
    claim = agreement.claims.get(instrument.regards or "")
    if claim is None or claim.by != instrument.state or claim.ended:
        return NoSuchNotice(instrument.regards or "")
    if not claim.period_passed or claim.objected_by:
        return ClaimNotRipe(claim.period_ends.isoformat())
    course.happens(facts.ClaimCarriedOut(agreement=name, at=now, claim=claim.claim))
    match claim.measure:
        case Measure.SUSPENSION:
            _sets(course, name, submitted.id, (claim.by,), None, now, None)
            course.settle(now)
        case Measure.TERMINATION | Measure.INVALIDITY if (
            len(agreement.parties(*BOUND)) <= PARTIES_MIN
        ):
            course.moves(name, Trigger.ENDED_BY_CLAIM, now)
        case _:
            # Between more than two it is the claimant's own bond that goes.
            course.states_move(name, PartyPhase.WITHDRAWN, now, claim.by, instrument=submitted.id)
    return None


def objects_to_correction(
    course: Course, name: str, submitted: Submitted, now: datetime
) -> Refusal | None:
    """VCLT art. 79(2): within the time that the depositary set."""
    instrument = submitted.instrument
    found = course.of(name).corrections.get(instrument.regards or "")
    if found is None or found.unopposed or found.made_at:
        return NoSuchCorrection(instrument.regards or "")
    if instrument.state in found.objected_by:
        return StepTakenAlready(instrument.state)
    course.happens(
        facts.CorrectionObjected(
            agreement=name, at=now, correction=found.correction, by=instrument.state
        )
    )
    return None
