"""What the depositary does, and how a text comes to be. Pure."""

from __future__ import annotations

from datetime import datetime

from schemas import agreement_facts as facts
from schemas.agreement_facts import AgreementPhase
from schemas.agreement_facts import AgreementTrigger as Trigger
from schemas.agreement_record import AgreementRecord, Binding, FixedDate
from schemas.agreements import (
    AdoptText,
    AuthenticateText,
    NotifyStates,
    OpenForSignature,
    ProposeAgreement,
    ProposeCorrection,
    RecordCorrection,
    RecordInstrument,
    RegisterAgreement,
    ReturnInstrument,
    SubmitInstrument,
)
from schemas.parties import Function, nation_of
from services.agreements.clauses import condition_met
from services.agreements.course import PARTIES_MIN, Course, applying_states
from services.agreements.instruments import apply, lacks_authority
from services.agreements.refusals import (
    AgreementStandsAlready,
    DepositaryUnknown,
    EntryIntoForceDiffers,
    EntryIntoForceTooEarly,
    ExceedsParent,
    NoSuchCorrection,
    NoSuchInstrument,
    NotNegotiating,
    ParentNotStanding,
    PeriodPast,
    ReceiptDateWrong,
    RecordNotTheSame,
    RegisteredBeforeForce,
    StepTakenAlready,
)
from services.agreements.state import BOUND, Agreement, Submitted
from services.bus.refusals import Refusal, SpeaksForAnother, UnknownAddressee
from services.bus.rulebook import Heard

_BINDING = tuple(Binding)


# How a text comes to be.


def propose(course: Course, heard: Heard[ProposeAgreement]) -> Refusal | None:
    """A negotiating state proposes the text. Until it is adopted, another takes its place."""
    command, record, now = heard.command, heard.command.record, heard.received_at
    standing = course.family.agreements.get(record.agreement)
    if standing and standing.phase is not AgreementPhase.NEGOTIATING:
        return AgreementStandsAlready(record.agreement)
    nation = nation_of(command.sender)
    if nation not in record.nations:
        return NotNegotiating(nation)
    if unknown := [each for each in record.desks if each not in heard.desks]:
        return UnknownAddressee(", ".join(unknown))
    for each in record.states:
        if Function.FOREIGN_MINISTRY not in heard.desks[each.ministry].functions:
            return UnknownAddressee(f"{each.ministry} is no foreign ministry")
    if Function.DEPOSITARY not in heard.desks[record.depositary].functions:
        return DepositaryUnknown(record.depositary)
    if refusal := lacks_authority(record, command.authority, now):
        return refusal
    if refusal := _dates_are_wrong(record, now) or _exceeds(course, record):
        return refusal
    course.happens(
        facts.AgreementProposed(
            agreement=record.agreement, at=now, record=record, record_digest=record.digest,
            by=nation, officer=command.officer, proposal=command.message_id,
            message_type=command.message_type, exercise=command.exercise,
            position=heard.position, proposal_digest=heard.digest, directory=heard.directory,
        )
    )  # fmt: skip
    return None


def _dates_are_wrong(record: AgreementRecord, now: datetime) -> Refusal | None:
    clause = record.entry_into_force
    if isinstance(clause, FixedDate) and clause.date <= now:
        return EntryIntoForceTooEarly(
            f"{clause.date.isoformat()} is past, and nobody has consented"
        )
    if record.expires_on and record.expires_on <= now:
        return PeriodPast(f"expires_on: {record.expires_on.isoformat()}")
    if isinstance(clause, FixedDate) and record.expires_on and record.expires_on <= clause.date:
        return PeriodPast("it would expire before it enters into force")
    return None


def _exceeds(course: Course, record: AgreementRecord) -> Refusal | None:
    """An implementing arrangement cannot outlive or exceed its parent."""
    if record.parent is None:
        return None
    parent = course.family.agreements.get(record.parent)
    if parent is None or parent.phase is AgreementPhase.TERMINATED:
        return ParentNotStanding(record.parent)
    if parent.record.parent is not None:
        return ExceedsParent(f"{record.parent} is an arrangement itself")
    if strangers := sorted(set(record.nations) - set(parent.participants)):
        return ExceedsParent(f"no states of the parent: {', '.join(strangers)}")
    if _BINDING.index(record.binding) < _BINDING.index(parent.record.binding):
        return ExceedsParent(f"it would be {record.binding}, its parent is {parent.record.binding}")
    last = parent.expires_on if parent.record.renewal_months is None else None
    if last and (record.expires_on is None or record.expires_on > last):
        return ExceedsParent(f"its parent ends on {last.isoformat()}")
    return None


def adopt(course: Course, heard: Heard[AdoptText]) -> Refusal | None:
    """VCLT art. 9: with the consent of all, or of two thirds where the record says so."""
    command = heard.command
    agreement, nation = course.of(command.agreement), nation_of(command.sender)
    if refusal := _text_step(agreement, heard) or _again(nation, agreement.adopted_by):
        return refusal
    course.happens(facts.TextAdopted(agreement=agreement.name, at=heard.received_at, by=nation))
    adopted, record = course.of(agreement.name).adopted_by, agreement.record
    if len(adopted) >= record.adoption.of(len(record.nations)):
        course.moves(agreement.name, Trigger.TEXT_ADOPTED, heard.received_at)
    return None


def authenticate(course: Course, heard: Heard[AuthenticateText]) -> Refusal | None:
    """VCLT art. 10: by all that adopted it."""
    command = heard.command
    agreement, nation = course.of(command.agreement), nation_of(command.sender)
    if refusal := _text_step(agreement, heard) or _again(nation, agreement.authenticated_by):
        return refusal
    course.happens(
        facts.TextAuthenticated(agreement=agreement.name, at=heard.received_at, by=nation)
    )
    if agreement.adopted_by <= course.of(agreement.name).authenticated_by:
        course.moves(agreement.name, Trigger.TEXT_AUTHENTICATED, heard.received_at)
    return None


def _text_step(
    agreement: Agreement, heard: Heard[AdoptText] | Heard[AuthenticateText]
) -> Refusal | None:
    command = heard.command
    if nation_of(command.sender) not in agreement.record.nations:
        return NotNegotiating(nation_of(command.sender))
    if command.record_digest != agreement.record.digest:
        return RecordNotTheSame(f"on record: {agreement.record.digest}")
    return lacks_authority(agreement.record, command.authority, heard.received_at)


def _again(nation: str, before: frozenset[str]) -> Refusal | None:
    return StepTakenAlready(nation) if nation in before else None


# What states submit, and the depositary does with it.


def submit(course: Course, heard: Heard[SubmitInstrument]) -> Refusal | None:
    """It waits for the depositary. What would have no effect is refused now, with its reason."""
    command, instrument = heard.command, heard.command.instrument
    agreement = course.of(command.agreement)
    if instrument.state != nation_of(command.sender):
        return SpeaksForAnother(f"{command.sender} in the name of {instrument.state}")
    waiting = agreement.submitted.values()
    if any(
        (each.instrument.state, each.instrument.action) == (instrument.state, instrument.action)
        and each.instrument.model_copy(update={"dated": instrument.dated}) == instrument
        for each in waiting
    ):
        return StepTakenAlready("the same waits for the depositary already")
    submitted = Submitted(
        command.message_id, instrument, command.sender, heard.received_at,
        heard.position, heard.digest, heard.directory,
    )  # fmt: skip
    if refusal := apply(Course(course.family), agreement.name, submitted, heard.received_at):
        return refusal
    course.happens(
        facts.InstrumentSubmitted(
            agreement=agreement.name, at=heard.received_at, id=submitted.id,
            desk=submitted.desk, instrument=instrument, position=submitted.position,
            digest=submitted.digest, directory=submitted.directory,
        )
    )  # fmt: skip
    return None


def record(course: Course, heard: Heard[RecordInstrument]) -> Refusal | None:
    """From now on it counts as made (VCLT arts 16, 78)."""
    command = heard.command
    submitted = course.of(command.agreement).submitted.get(command.instrument)
    if submitted is None:
        return NoSuchInstrument()
    return apply(course, command.agreement, submitted, heard.received_at)


def return_(course: Course, heard: Heard[ReturnInstrument]) -> Refusal | None:
    """Not in due and proper form; why stands inside (VCLT art. 77(1)(d))."""
    command = heard.command
    submitted = course.of(command.agreement).submitted.get(command.instrument)
    if submitted is None:
        return NoSuchInstrument()
    course.happens(
        facts.InstrumentReturned(
            agreement=command.agreement, at=heard.received_at, id=submitted.id,
            state=submitted.instrument.state, action=submitted.instrument.action,
        )
    )  # fmt: skip
    return None


def open_for_signature(course: Course, heard: Heard[OpenForSignature]) -> Refusal | None:
    """From now until it closes, or all have signed."""
    command, agreement = heard.command, course.of(heard.command.agreement)
    if command.closes_on and command.closes_on <= heard.received_at:
        return PeriodPast(command.closes_on.isoformat())
    clause = agreement.record.entry_into_force
    if command.closes_on and isinstance(clause, FixedDate) and clause.date < command.closes_on:
        return EntryIntoForceTooEarly(
            f"in force on {clause.date.isoformat()}, and states could still sign and consent"
        )
    course.happens(
        facts.OpenedForSignature(
            agreement=agreement.name, at=heard.received_at, closes_on=command.closes_on
        )
    )
    course.moves(agreement.name, Trigger.OPENED, heard.received_at)
    return None


def notify(course: Course, heard: Heard[NotifyStates]) -> Refusal | None:
    """VCLT art. 77(1)(e). A date of entry into force is announced as computed, or not at all."""
    command, agreement = heard.command, course.of(heard.command.agreement)
    announced = command.entry_into_force
    if announced is not None:
        fixed = agreement.in_force_since or agreement.in_force_on
        if fixed is None or announced < min(fixed, condition_met(agreement) or fixed):
            return EntryIntoForceTooEarly(announced.isoformat())
        if announced != fixed:
            return EntryIntoForceDiffers(f"computed: {fixed.isoformat()}")
    course.happens(
        facts.DepositaryNotified(
            agreement=agreement.name, at=heard.received_at, entry_into_force=announced
        )
    )
    return None


def propose_correction(course: Course, heard: Heard[ProposeCorrection]) -> Refusal | None:
    """VCLT art. 79(2): the error and its correction are inside; objections have their time."""
    command = heard.command
    if command.objections_until <= heard.received_at:
        return PeriodPast(command.objections_until.isoformat())
    course.happens(
        facts.CorrectionProposed(
            agreement=command.agreement, at=heard.received_at, correction=command.message_id,
            objections_until=command.objections_until,
        )
    )  # fmt: skip
    return None


def record_correction(course: Course, heard: Heard[RecordCorrection]) -> Refusal | None:
    """The procès-verbal, once the time passed without objection."""
    command = heard.command
    found = course.of(command.agreement).corrections.get(command.correction)
    if found is None or not found.unopposed or found.made_at:
        return NoSuchCorrection(command.correction)
    course.happens(
        facts.CorrectionMade(
            agreement=command.agreement, at=heard.received_at, correction=found.correction
        )
    )
    return None


def register(course: Course, heard: Heard[RegisterAgreement]) -> Refusal | None:
    """UN Charter art. 102: not before it is in force, or applied, between two states at least.

    For each state it is stated since when and by what method; the date is that of receipt.
    """
    command, agreement = heard.command, course.of(heard.command.agreement)
    if command.received_on > heard.received_at:
        return ReceiptDateWrong(command.received_on.isoformat())
    in_force = len(agreement.parties(*BOUND)) >= PARTIES_MIN
    applied = applying_states(agreement, heard.received_at)
    if not in_force and len(applied) < PARTIES_MIN:
        return RegisteredBeforeForce()
    states = agreement.parties(*BOUND) if in_force else applied
    statements = tuple(_statement(agreement, each, in_force=in_force) for each in states)
    if command.received_on < sorted(each.since for each in statements)[PARTIES_MIN - 1]:
        return ReceiptDateWrong(command.received_on.isoformat())
    course.happens(
        facts.AgreementRegistered(
            agreement=agreement.name, at=command.received_on, number=command.number,
            by=nation_of(command.sender), provisional=not in_force, statements=statements,
        )
    )  # fmt: skip
    return None


def _statement(agreement: Agreement, nation: str, *, in_force: bool) -> facts.RegistrationStatement:
    participant = agreement.participants[nation]
    since = participant.applied[-1].since if not in_force else _party_since(agreement, nation)
    return facts.RegistrationStatement(state=nation, since=since, method=participant.consent_method)


def _party_since(agreement: Agreement, nation: str) -> datetime:
    history = agreement.participants[nation].history
    return next(each.at for each in reversed(history) if each.phase is facts.PartyPhase.PARTY)
