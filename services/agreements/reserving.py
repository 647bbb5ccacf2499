"""Reservations and objections to them (VCLT arts 19-23). Pure."""

from __future__ import annotations

from datetime import datetime

from schemas import agreement_facts as facts
from schemas.agreement_acts import CONSENTS, Instrument
from schemas.agreement_record import AgreementRecord
from services.agreements.course import Course
from services.agreements.dues import silent_until
from services.agreements.refusals import (
    NoSuchReservation,
    ObjectionTooLate,
    ReservationProhibited,
    StepTakenAlready,
)
from services.agreements.state import Submitted
from services.bus.refusals import Refusal


def prohibited(record: AgreementRecord, instrument: Instrument) -> Refusal | None:
    """VCLT art. 19(a), (b): prohibited, or not among those permitted."""
    for made in instrument.reservations:
        if made.kind == "DECLARATION":
            continue
        if record.reservations == "PROHIBITED":
            return ReservationProhibited(f"article {made.article}")
        if record.reservations == "ONLY_TO" and made.article not in record.reservable:
            return ReservationProhibited(
                f"article {made.article}; permitted to {', '.join(record.reservable)}"
            )
    return None


def formulates(course: Course, name: str, instrument: Instrument, now: datetime) -> None:
    """All that the instrument names. What was made on signing and is not confirmed on consenting
    lapses (VCLT art. 23(2)).
    """
    consents = instrument.action in CONSENTS
    named = {each.reservation for each in instrument.reservations}
    before = [
        each
        for each in course.of(name).reservations.values()
        if each.of == instrument.state and each.stands and not each.standing
    ]
    for each in before:
        if consents and each.made.reservation not in named:
            course.happens(
                facts.ReservationWithdrawn(
                    agreement=name, at=now, of=instrument.state,
                    reservation=each.made.reservation, unconfirmed=True,
                )
            )  # fmt: skip
    for made in instrument.reservations:
        course.happens(
            facts.ReservationFormulated(
                agreement=name, at=now, state=instrument.state, made=made, standing=consents
            )
        )


def objects(course: Course, name: str, submitted: Submitted, now: datetime) -> Refusal | None:
    """VCLT art. 20(4)(b), (5): by another contracting state, in time."""
    instrument, agreement = submitted.instrument, course.of(name)
    assert instrument.of is not None, "the contract asks for it"
    assert instrument.reservation is not None, "the contract asks for it"
    found = agreement.reservations.get((instrument.of, instrument.reservation))
    if found is None or not found.stands or not found.standing or found.of == instrument.state:
        return NoSuchReservation(f"{instrument.of} {instrument.reservation}")
    if instrument.state in found.objected_by:
        return StepTakenAlready(instrument.state)
    until = silent_until(agreement, found).get(instrument.state)
    if until is None or now >= until:
        return ObjectionTooLate()
    course.happens(
        facts.ReservationObjected(
            agreement=name, at=now, of=instrument.of, reservation=instrument.reservation,
            by=instrument.state, precludes_force=bool(instrument.precludes_force),
        )
    )  # fmt: skip
    return None


def withdraws(course: Course, name: str, submitted: Submitted, now: datetime) -> Refusal | None:
    """VCLT art. 22(1): at any time, without anybody's consent."""
    instrument = submitted.instrument
    assert instrument.reservation is not None, "the contract asks for it"
    found = course.of(name).reservations.get((instrument.state, instrument.reservation))
    if found is None or not found.stands:
        return NoSuchReservation(instrument.reservation)
    course.happens(
        facts.ReservationWithdrawn(
            agreement=name, at=now, of=instrument.state, reservation=instrument.reservation,
            unconfirmed=False,
        )
    )  # fmt: skip
    return None


def withdraws_objection(
    course: Course, name: str, submitted: Submitted, now: datetime
) -> Refusal | None:
    """VCLT art. 22(2): at any time."""
    instrument = submitted.instrument
    assert instrument.of is not None, "the contract asks for it"
    assert instrument.reservation is not None, "the contract asks for it"
    found = course.of(name).reservations.get((instrument.of, instrument.reservation))
    if found is None or instrument.state not in found.objected_by:
        return NoSuchReservation(f"no objection of {instrument.state} stands")
    course.happens(
        facts.ObjectionWithdrawn(
            agreement=name, at=now, of=instrument.of, reservation=instrument.reservation,
            by=instrument.state,
        )
    )  # fmt: skip
    return None
