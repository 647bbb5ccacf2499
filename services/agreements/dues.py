"""What falls due on an agreement when nobody speaks, and when. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from schemas.agreement_facts import AgreementDue as Due
from schemas.agreement_facts import AgreementPhase, AmendmentPhase, ObligationPhase
from schemas.parties import Nation
from services.agreements.months import months_after, months_before
from services.agreements.moves import BEFORE_FORCE, FORCED
from services.agreements.state import CONSENTED, Agreement, Family, Reservation

OBJECTION_MONTHS = 12
"""VCLT art. 20(5)."""
REMINDED_AHEAD = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Falling:
    """One thing that falls due."""

    agreement: str
    what: Due
    which: str
    due: datetime
    nations: tuple[Nation, ...] = ()
    then: datetime | None = None
    """Of what a reminder reminds; until when a renewal lasts."""


def dues(family: Family, agreement: Agreement) -> Iterator[Falling]:
    """All that stands ahead, or is due and has not passed."""
    if agreement.phase is not AgreementPhase.TERMINATED:
        yield from _of_force(agreement)
        yield from _of_parties(agreement)
        yield from _of_suspensions(agreement)
        yield from _of_periods(agreement)
        yield from _of_end(family, agreement)
    yield from _of_obligations(agreement)


def _of_force(agreement: Agreement) -> Iterator[Falling]:
    name = agreement.name
    if agreement.closes_on and agreement.phase is AgreementPhase.OPEN_FOR_SIGNATURE:
        yield Falling(name, Due.SIGNATURE_CLOSES, "", agreement.closes_on)
    if agreement.in_force_on and agreement.phase in BEFORE_FORCE:
        yield Falling(name, Due.ENTRY_INTO_FORCE, "", agreement.in_force_on)
    if agreement.ends_on and agreement.phase in FORCED:
        yield Falling(name, Due.TERMINATION, "", agreement.ends_on)
    for amendment in agreement.amendments.values():
        if amendment.phase is AmendmentPhase.ADOPTED and amendment.in_force_on:
            yield Falling(name, Due.AMENDMENT, amendment.amendment, amendment.in_force_on)


def _of_parties(agreement: Agreement) -> Iterator[Falling]:
    for nation, each in agreement.participants.items():
        if each.joins_on:
            yield Falling(agreement.name, Due.JOINING, nation, each.joins_on)
        if each.withdrawal:
            yield Falling(agreement.name, Due.WITHDRAWAL, nation, each.withdrawal[1])


def _of_suspensions(agreement: Agreement) -> Iterator[Falling]:
    for each in agreement.suspensions.values():
        if not each.began:
            yield Falling(agreement.name, Due.SUSPENSION_BEGINS, each.suspension, each.begins)
        elif each.until:
            yield Falling(agreement.name, Due.SUSPENSION_ENDS, each.suspension, each.until)


def _of_periods(agreement: Agreement) -> Iterator[Falling]:
    name = agreement.name
    for reservation in agreement.reservations.values():
        if silent := silent_until(agreement, reservation):
            due = min(silent.values())
            of = f"{reservation.of} {reservation.made.reservation}"
            nations = tuple(sorted(n for n, until in silent.items() if until == due))
            yield Falling(name, Due.TACIT_ACCEPTANCE, of, due, nations)
    for claim in agreement.claims.values():
        if not claim.period_passed and not claim.ended:
            yield Falling(name, Due.CLAIM_PERIOD, claim.claim, claim.period_ends)
    for each in agreement.corrections.values():
        if not each.unopposed and not each.objected_by:
            yield Falling(name, Due.CORRECTION_PERIOD, each.correction, each.objections_until)


def silent_until(agreement: Agreement, reservation: Reservation) -> dict[Nation, datetime]:
    """Which contracting states have not answered a reservation, and until when each may object.

    VCLT art. 20(5): twelve months from the notification, or until its own consent if later.
    """
    if not reservation.stands or not reservation.standing:
        return {}
    if reservation.made.kind == "DECLARATION":
        return {}
    answered = {reservation.of, *reservation.objected_by, *reservation.accepted_by}
    year = months_after(reservation.notified_at, OBJECTION_MONTHS)
    return {
        nation: max(year, each.consented_at)
        for nation, each in agreement.participants.items()
        if nation not in answered and each.phase in CONSENTED and each.consented_at
    }


def _of_end(family: Family, agreement: Agreement) -> Iterator[Falling]:
    name, record = agreement.name, agreement.record
    effective = (*FORCED, AgreementPhase.PROVISIONALLY_APPLIED)
    if agreement.expires_on and agreement.phase in (*BEFORE_FORCE, *FORCED):
        until = renewed_until(family, agreement)
        yield Falling(name, Due.EXPIRY, "", agreement.expires_on, then=until)
        if agreement.phase in effective:
            last = agreement.expires_on
            what = Due.LAPSE_AHEAD
            if until:
                last = months_before(last, record.renewal_notice_months)
                what = Due.RENEWAL_NOTICE_AHEAD
            if (what.value, last) not in agreement.reminded:
                yield Falling(name, what, "", last - REMINDED_AHEAD, then=last)
    if record.review_on and agreement.phase in effective:
        review = next_review(agreement)
        if review is None:
            return
        if (Due.REVIEW_AHEAD.value, review) not in agreement.reminded:
            yield Falling(name, Due.REVIEW_AHEAD, "", review - REMINDED_AHEAD, then=review)
        yield Falling(name, Due.REVIEW, "", review, then=review)


def renewed_until(family: Family, agreement: Agreement) -> datetime | None:
    """Until when it goes on by tacit renewal; None where it lapses. Never beyond its parent."""
    months = agreement.record.renewal_months
    if months is None or agreement.expires_on is None:
        return None
    until = months_after(agreement.expires_on, months)
    parent = family.parent_of(agreement)
    if parent and parent.expires_on and parent.record.renewal_months is None:
        until = min(until, parent.expires_on)
    return until if until > agreement.expires_on else None


def next_review(agreement: Agreement) -> datetime | None:
    """The review that comes next; None where the only one was."""
    review, number = agreement.record.review_on, 0
    first, every = review, agreement.record.review_every_months
    while review and (Due.REVIEW.value, review) in agreement.reminded:
        number += 1
        review = months_after(first, number * every) if first and every else None
    return review


def _of_obligations(agreement: Agreement) -> Iterator[Falling]:
    for each in agreement.obligations.values():
        if each.phase is ObligationPhase.OPEN:
            yield Falling(agreement.name, Due.OBLIGATION, each.obligation, each.due)
