"""What operators see of agreements: who, when and how far, never what is said. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from schemas.agreement_facts import AgreementDue as Due
from schemas.agreement_facts import AgreementPhase, ObligationPhase
from services.agreements.bound import table_of
from services.agreements.dues import dues
from services.agreements.state import Agreement, Family

_LAPSING = (
    Due.EXPIRY, Due.LAPSE_AHEAD, Due.RENEWAL_NOTICE_AHEAD, Due.REVIEW_AHEAD, Due.REVIEW,
    Due.TERMINATION, Due.WITHDRAWAL,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class AgreementShown:
    """One agreement, and how it stands."""

    agreement: str
    kind: str
    binding: str
    parent: str | None
    depositary: str
    phase: str
    since: datetime
    in_force_since: datetime | None
    parties: tuple[str, ...]
    waiting_for_depositary: int
    next: str | None
    next_due: datetime | None


@dataclass(frozen=True, slots=True)
class ParticipantShown:
    """One row of an agreement's table of participants, at a date."""

    agreement: str
    state: str
    standing: str
    since: datetime | None
    method: str | None
    signed: datetime | None
    consented: datetime | None
    provisionally: bool
    suspended: bool
    reservations: int


@dataclass(frozen=True, slots=True)
class ObligationShown:
    """Something owed under a protocol, and how far it is."""

    agreement: str
    obligation: str
    protocol: str
    step: int
    owner: str
    message: str
    to: tuple[str, ...]
    thread: str
    state: str
    due: datetime
    met_by: str | None


@dataclass(frozen=True, slots=True)
class LapsingShown:
    """What ends, or is to be reviewed, and when."""

    agreement: str
    what: str
    which: str
    at: datetime
    parties: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ActivationShown:
    """An event that a protocol waited for: it fired, or why it did not."""

    agreement: str
    protocol: str
    event: str
    outcome: str
    occurred_at: datetime
    decided_at: datetime
    states: tuple[str, ...]
    owed: int
    message: str


def agreements(matters: Mapping[str, Family]) -> list[AgreementShown]:
    """Every agreement, what has ended last."""
    found = [_shown(family, each) for family, each in _all(matters)]
    ended = AgreementPhase.TERMINATED.value
    return sorted(found, key=lambda each: (each.phase == ended, each.agreement))


def _shown(family: Family, agreement: Agreement) -> AgreementShown:
    record = agreement.record
    ahead = min(dues(family, agreement), key=lambda each: each.due, default=None)
    return AgreementShown(
        agreement=agreement.name,
        kind=record.kind.value,
        binding=record.binding.value,
        parent=record.parent,
        depositary=record.depositary,
        phase=agreement.phase.value,
        since=agreement.phases[-1][0],
        in_force_since=agreement.in_force_since,
        parties=tuple(agreement.participants),
        waiting_for_depositary=len(agreement.submitted),
        next=ahead.what.value if ahead else None,
        next_due=ahead.due if ahead else None,
    )


def participants(
    matters: Mapping[str, Family], agreement: str, at: datetime
) -> list[ParticipantShown]:
    """The table of participants of one agreement, as it stood at a date."""
    return [
        ParticipantShown(
            agreement=agreement,
            state=row.state,
            standing=row.phase.value,
            since=row.since,
            method=row.method.code if row.method else None,
            signed=row.signed,
            consented=row.consented,
            provisionally=row.provisional,
            suspended=row.suspended,
            reservations=row.reservations,
        )
        for family, each in _all(matters)
        if each.name == agreement
        for row in table_of(family, each, at)
    ]


def obligations(matters: Mapping[str, Family]) -> list[ObligationShown]:
    """All that is or was owed, what is not done first, then by when."""
    found = [
        ObligationShown(
            agreement=each.name, obligation=owed.obligation, protocol=owed.protocol,
            step=owed.step, owner=owed.owner, message=owed.message.value, to=owed.to,
            thread=owed.thread, state=owed.phase.value, due=owed.due, met_by=owed.met_by,
        )
        for _, each in _all(matters)
        for owed in each.obligations.values()
    ]  # fmt: skip
    unmet = (ObligationPhase.OPEN, ObligationPhase.OVERDUE)
    return sorted(found, key=lambda each: (each.state not in unmet, each.due))


def lapsing(matters: Mapping[str, Family]) -> list[LapsingShown]:
    """What ends or is to be reviewed, soonest first; and parties that leave."""
    found = [
        LapsingShown(
            agreement=each.name,
            what=falling.what.value,
            which=falling.which,
            at=falling.due,
            parties=tuple(each.participants),
        )
        for family, each in _all(matters)
        for falling in dues(family, each)
        if falling.what in _LAPSING
    ]
    return sorted(found, key=lambda each: (each.at, each.agreement, each.what))


def activations(matters: Mapping[str, Family]) -> list[ActivationShown]:
    """What fired and what did not, newest first."""
    return sorted(
        (row for _, each in _all(matters) for row in _activations(each)),
        key=lambda each: each.decided_at,
        reverse=True,
    )


def _activations(agreement: Agreement) -> Iterator[ActivationShown]:
    for fired in agreement.activations:
        yield ActivationShown(
            agreement=agreement.name, protocol=fired.protocol, event=fired.code,
            outcome="FIRED", occurred_at=fired.occurred_at, decided_at=fired.at,
            states=fired.states, message=fired.message,
            owed=sum(o.activation == fired.activation for o in agreement.obligations.values()),
        )  # fmt: skip
    for each in agreement.not_activated:
        yield ActivationShown(
            agreement=agreement.name, protocol=each.protocol, event=each.code,
            outcome=each.why.value, occurred_at=each.occurred_at, decided_at=each.at,
            states=(), owed=0, message=each.message,
        )  # fmt: skip


def _all(matters: Mapping[str, Family]) -> Iterator[tuple[Family, Agreement]]:
    for family in matters.values():
        for each in family.agreements.values():
            yield family, each
