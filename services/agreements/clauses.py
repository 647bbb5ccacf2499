"""When a clause on entry into force is met: computed, never typed in. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

from schemas.agreement_record import (
    AllConsented,
    ExchangeOfNotes,
    FixedDate,
    NInstruments,
    OnSignature,
)
from services.agreements.state import CONSENTED, Agreement


def condition_met(agreement: Agreement) -> datetime | None:
    """The day of entry into force; None while an instrument that the clause asks for is missing.

    VCLT art. 24(1), (2): as the treaty provides; failing that, once all negotiating states
    consented. No clause makes it earlier than the last instrument that it needs.
    """
    consents = sorted(
        each.consented_at
        for each in agreement.participants.values()
        if each.consented_at and each.phase in CONSENTED
    )
    missing = [
        nation
        for nation in agreement.record.nations
        if agreement.participants[nation].phase not in CONSENTED
    ]
    clause = agreement.record.entry_into_force
    if isinstance(clause, NInstruments):
        if len(consents) < clause.number:
            return None
        return consents[clause.number - 1] + timedelta(days=clause.days)
    if missing:
        return None
    last = consents[-1]
    match clause:
        case ExchangeOfNotes():
            return last + timedelta(days=clause.days)
        case FixedDate():
            return max(clause.date, last)
        case OnSignature() | AllConsented():
            return last
