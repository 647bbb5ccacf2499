"""What the events of agreements change."""

from __future__ import annotations

from datetime import datetime
from functools import singledispatch

from schemas import agreement_facts as facts
from schemas.agreement_facts import AgreementFact, AgreementPhase, ObligationPhase
from services.watch.record import Owed, Record

_SPOKEN = (
    facts.AgreementProposed,
    facts.TextAdopted,
    facts.AmendmentProposed,
    facts.ClaimMade,
    facts.ClaimObjected,
    facts.TerminationConsented,
)
"""Which facts are a state's substantive word to the other states."""


def fold(record: Record, event: object, at: datetime) -> Record:
    """The record after an event that was appended `at`."""
    if not isinstance(event, AgreementFact):
        return record
    record = _fold(event, record, at)
    if isinstance(event, _SPOKEN):
        others = record.others.get(event.agreement, ())
        record = record.spoke(event.by, others, at, type(event).__name__)
    return record


@singledispatch
def _fold(_event: object, record: Record, _at: datetime) -> Record:
    return record


@_fold.register
def _(event: facts.AgreementProposed, record: Record, _at: datetime) -> Record:
    """It takes the place of one that was not adopted."""
    name = event.agreement
    ours = [each for each in (*record.owed, *record.standing) if each.startswith(f"{name} ")]
    record = record.drop("owed", *ours).drop("standing", *ours)
    if event.record is not None:
        record = record.put("others", name, event.record.nations)
        record = record.put("others", f"{name} depositary", (event.record.depositary,))
    return record.stands(f"{name} agreement", "AGREEMENT", AgreementPhase.NEGOTIATING.value)


@_fold.register
def _(event: facts.AgreementMoved, record: Record, _at: datetime) -> Record:
    return record.stands(f"{event.agreement} agreement", "AGREEMENT", event.phase.value)


@_fold.register
def _(event: facts.InstrumentSubmitted, record: Record, at: datetime) -> Record:
    """It waits for the depositary, who has no clock."""
    depositary = record.others.get(f"{event.agreement} depositary", ())
    if not depositary:
        return record
    owed = Owed(what="RECORDING", of=depositary[0], since=at)
    return record.put("owed", f"{event.agreement} instrument {event.id}", owed)


@_fold.register
def _(event: facts.InstrumentReturned, record: Record, _at: datetime) -> Record:
    return record.drop("owed", f"{event.agreement} instrument {event.id}")


@_fold.register
def _(event: facts.InstrumentRecorded, record: Record, at: datetime) -> Record:
    record = record.drop("owed", f"{event.agreement} instrument {event.id}")
    others = record.others.get(event.agreement, ())
    return record.spoke(event.state, others, at, event.action.value)


@_fold.register
def _(event: facts.WithdrawalNotified, record: Record, at: datetime) -> Record:
    others = record.others.get(event.agreement, ())
    return record.spoke(event.state, others, at, type(event).__name__)


@_fold.register
def _(event: facts.ObligationOpened, record: Record, _at: datetime) -> Record:
    name = f"{event.agreement} obligation {event.obligation}"
    owed = Owed(
        what="OBLIGATION", of=event.owner, since=event.at, due=event.due,
        precedence=event.precedence.value,
    )  # fmt: skip
    record = record.put("owed", name, owed)
    return record.stands(name, "OBLIGATION", ObligationPhase.OPEN.value)


@_fold.register
def _(event: facts.ObligationMoved, record: Record, _at: datetime) -> Record:
    name = f"{event.agreement} obligation {event.obligation}"
    if event.phase in (ObligationPhase.MET, ObligationPhase.MET_LATE):
        record = record.drop("owed", name).drop("standing", name)
        return record.rests("OBLIGATION", event.phase.value)
    owed = record.owed.get(name)
    if owed is not None:
        late = event.phase is ObligationPhase.OVERDUE
        record = record.put("owed", name, owed.but(overdue=late))
    return record.stands(name, "OBLIGATION", event.phase.value)
