"""Who was bound at a date, and for whom the agreement was suspended. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from schemas.agreement_acts import InstrumentAction
from schemas.agreement_facts import AgreementPhase, PartyPhase
from schemas.parties import Nation
from services.agreements.state import BOUND, OPERATIVE, Agreement, Family

_BEFORE_FORCE = (
    AgreementPhase.OPEN_FOR_SIGNATURE,
    AgreementPhase.AWAITING_EIF,
    AgreementPhase.PROVISIONALLY_APPLIED,
)


@dataclass(frozen=True, slots=True)
class ParticipantRow:
    """One row of the table of participants, as it stood at a date."""

    state: Nation
    phase: PartyPhase
    since: datetime | None
    method: InstrumentAction | None
    signed: datetime | None
    consented: datetime | None
    provisional: bool
    suspended: bool
    reservations: int


def is_bound(family: Family, agreement: Agreement, nation: Nation, at: datetime) -> bool:
    """Whether it binds the state at that date, its framework included; suspended or not.

    Provisional application binds too, where agreed (VCLT art. 25).
    """
    participant = agreement.participants.get(nation)
    phase = agreement.phase_at(at)
    if participant is None or phase is None or phase is AgreementPhase.TERMINATED:
        return False
    in_force = phase not in _BEFORE_FORCE and participant.standing(at).phase in BOUND
    applied = any(span.holds(at) for span in participant.applied)
    if not in_force and not applied:
        return False
    parent = family.parent_of(agreement)
    return parent is None or is_bound(family, parent, nation, at)


def is_suspended(family: Family, agreement: Agreement, nation: Nation, at: datetime) -> bool:
    """Whether it, or its framework, was suspended for the state at that date."""
    participant = agreement.participants.get(nation)
    if agreement.phase_at(at) is AgreementPhase.SUSPENDED:
        return True
    if participant and any(span.holds(at) for span in participant.suspended):
        return True
    parent = family.parent_of(agreement)
    return parent is not None and is_suspended(family, parent, nation, at)


def operates(agreement: Agreement, at: datetime) -> bool:
    """Whether it was in force and not suspended as a whole at that date."""
    return agreement.phase_at(at) in OPERATIVE


def table_of(family: Family, agreement: Agreement, at: datetime) -> list[ParticipantRow]:
    """The table of participants as it stood at a date: derived, never kept."""
    rows = []
    for nation, each in sorted(agreement.participants.items()):
        stood = each.standing(at)
        rows.append(
            ParticipantRow(
                state=nation,
                phase=stood.phase,
                since=stood.at if stood.phase is not PartyPhase.NONE else None,
                method=each.consent_method
                if each.consented_at and each.consented_at <= at
                else None,
                signed=each.signed_at if each.signed_at and each.signed_at <= at else None,
                consented=each.consented_at
                if each.consented_at and each.consented_at <= at
                else None,
                provisional=any(span.holds(at) for span in each.applied),
                suspended=is_suspended(family, agreement, nation, at),
                reservations=sum(
                    r.of == nation
                    and r.notified_at <= at
                    and (r.withdrawn_at is None or r.withdrawn_at > at)
                    for r in agreement.reservations.values()
                ),
            )
        )
    return rows
