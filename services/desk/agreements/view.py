"""How agreements stand, folded from what this desk was told alone. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from schemas import agreement_facts as facts
from schemas.agreement_acts import InstrumentAction
from schemas.agreement_facts import AgreementPhase, ObligationPhase, PartyPhase
from schemas.agreement_record import MATTER_PREFIX, AgreementRecord, AgreementText
from schemas.agreements import AgreementTold, NextDue, ProposeAgreement
from schemas.parties import ExerciseId, Nation
from services.desk.store.store import Store
from services.desk.submissions import Told, told_in


@dataclass(slots=True)
class Move:
    """How a state stands from a date, and by what."""

    at: datetime
    phase: PartyPhase
    method: InstrumentAction | None


@dataclass(slots=True)
class PartyView:
    """One state, at every date."""

    nation: Nation
    moves: list[Move] = field(default_factory=list)
    applied: list[tuple[datetime, datetime | None]] = field(default_factory=list)
    suspended: list[tuple[datetime, datetime | None]] = field(default_factory=list)
    withdraws_on: datetime | None = None

    def at(self, moment: datetime) -> Move | None:
        """How it stood then; None where nothing had happened."""
        return next((each for each in reversed(self.moves) if each.at <= moment), None)


@dataclass(slots=True)
class ObligationView:
    """Something owed under a protocol."""

    opened: facts.ObligationOpened
    phase: ObligationPhase = ObligationPhase.OPEN
    met_by: str | None = None


@dataclass(slots=True)
class AgreementView:
    """One agreement, as this desk was told of it."""

    name: str
    matter: str
    record: AgreementRecord | None = None
    text: AgreementText | None = None
    exercise: ExerciseId | None = None
    phase: AgreementPhase | None = None
    in_force_since: datetime | None = None
    expires_on: datetime | None = None
    next_due: NextDue | None = None
    notification: str | None = None
    """The newest number."""
    told_at: datetime | None = None
    parties: dict[Nation, PartyView] = field(default_factory=dict)
    waiting: dict[str, facts.InstrumentSubmitted] = field(default_factory=dict)
    obligations: dict[str, ObligationView] = field(default_factory=dict)
    activations: list[Any] = field(default_factory=list)
    reservations: dict[tuple[Nation, str], facts.ReservationFormulated] = field(
        default_factory=dict
    )
    history: list[Told] = field(default_factory=list)


def agreements(store: Store) -> list[AgreementView]:
    """Every agreement that this desk was told of, by name."""
    found = [view for matter in store.matters_of(MATTER_PREFIX) for view in _family(store, matter)]
    return sorted(found, key=lambda each: each.name)


def _family(store: Store, matter: str) -> Iterator[AgreementView]:
    views: dict[str, AgreementView] = {}
    for told in told_in(store, matter):
        if isinstance(told.notice, AgreementTold):
            name = told.notice.agreement
            view = views.setdefault(name, AgreementView(name, matter))
            _fold(view, told)
    return iter(views.values())


def _fold(view: AgreementView, told: Told) -> None:
    notice = told.notice
    if isinstance(told.said, ProposeAgreement) and told.said.agreement == view.name:
        view.record, view.exercise = told.said.record, told.said.exercise
        view.text = told.content if isinstance(told.content, AgreementText) else None
        view.parties = {each: PartyView(each) for each in told.said.record.nations}
    view.phase, view.in_force_since = notice.phase, notice.in_force_since
    view.expires_on, view.next_due = notice.expires_on, notice.next_due
    view.notification = notice.notification or view.notification
    view.told_at = told.at
    view.history.append(told)
    for fact in notice.facts:
        _happened(view, fact)


def _happened(view: AgreementView, fact: Any) -> None:  # noqa: C901, PLR0912 - one case a fact.
    match fact:
        case facts.ParticipantsMoved():
            for nation in fact.nations:
                moves = _party(view, nation).moves
                # Time makes a party of who consented: by what it did, still counts.
                method = fact.method or (moves[-1].method if moves else None)
                moves.append(Move(fact.at, fact.phase, method))
                if fact.phase is not PartyPhase.WITHDRAWAL_NOTIFIED:
                    _party(view, nation).withdraws_on = None
        case facts.WithdrawalNotified():
            _party(view, fact.state).withdraws_on = fact.effective_on
        case facts.ProvisionalApplicationBegan():
            _party(view, fact.state).applied.append((fact.at, None))
        case facts.ProvisionalApplicationEnded():
            for nation in fact.nations:
                _close(_party(view, nation).applied, fact.at)
        case facts.SuspensionBegan():
            for nation in fact.nations:
                _party(view, nation).suspended.append((fact.at, None))
        case facts.SuspensionEnded():
            for nation in fact.nations:
                _close(_party(view, nation).suspended, fact.at)
        case facts.InstrumentSubmitted():
            view.waiting[fact.id] = fact
        case facts.InstrumentRecorded() | facts.InstrumentReturned():
            view.waiting.pop(fact.id, None)
        case facts.ReservationFormulated():
            view.reservations[fact.state, fact.made.reservation] = fact
        case facts.ReservationWithdrawn():
            view.reservations.pop((fact.of, fact.reservation), None)
        case facts.ProtocolActivated() | facts.ProtocolNotActivated():
            view.activations.append(fact)
        case facts.ObligationOpened():
            view.obligations[fact.obligation] = ObligationView(fact)
        case facts.ObligationMoved():
            owed = view.obligations.get(fact.obligation)
            if owed:
                owed.phase, owed.met_by = fact.phase, fact.met_by or owed.met_by
        case _:
            return


def _party(view: AgreementView, nation: Nation) -> PartyView:
    return view.parties.setdefault(nation, PartyView(nation))


def _close(spans: list[tuple[datetime, datetime | None]], at: datetime) -> None:
    spans[:] = [(since, until or at) for since, until in spans]


def holds(spans: list[tuple[datetime, datetime | None]], at: datetime) -> bool:
    """Whether any of the spans holds at a moment."""
    return any(since <= at and (until is None or at < until) for since, until in spans)
