"""An agreement's course: facts in order, with what follows from each by itself. Pure.

Everything that time alone brings about is here, so that every decision begins with what has come
due by then: no rule ever sees a state that lags behind the dates in it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from schemas import agreement_facts as facts
from schemas.agreement_acts import InstrumentAction
from schemas.agreement_facts import AgreementDue as Due
from schemas.agreement_facts import AgreementTrigger as Trigger
from schemas.agreement_facts import AmendmentPhase, ObligationPhase, PartyPhase
from schemas.parties import Nation
from services.agreements.clauses import condition_met
from services.agreements.dues import Falling, dues
from services.agreements.evolve import evolve
from services.agreements.moves import BEFORE_FORCE, FORCED, TRANSITIONS
from services.agreements.state import BOUND, CONSENTED, OPERATIVE, Agreement, Family

PARTIES_MIN = 2
_MOVES = {
    Due.SIGNATURE_CLOSES: Trigger.SIGNATURE_CLOSED,
    Due.TERMINATION: Trigger.ENDED_BY_ALL,
}


@dataclass(slots=True)
class Course:
    """A family on its way through one decision. What happens is kept in order."""

    family: Family
    events: list[facts.AgreementFact] = field(default_factory=list)

    def of(self, name: str) -> Agreement:
        """An agreement as it stands by now."""
        return self.family.agreements[name]

    def happens(self, *events: facts.AgreementFact) -> None:
        """These facts, in order."""
        for event in events:
            self.family = evolve(self.family, event)
            self.events.append(event)

    def moves(self, name: str, trigger: Trigger, at: datetime) -> bool:
        """Where the table has it, the agreement moves."""
        was = self.of(name).phase
        phase = TRANSITIONS.get((was, trigger))
        if phase is None:
            return False
        self.happens(
            facts.AgreementMoved(agreement=name, at=at, was=was, phase=phase, trigger=trigger)
        )
        if phase is facts.AgreementPhase.TERMINATED:
            for each in [*self.family.arrangements(name)]:
                self.moves(each.name, Trigger.PARENT_ENDED, at)
        return True

    def states_move(
        self,
        name: str,
        phase: PartyPhase,
        at: datetime,
        *nations: Nation,
        method: InstrumentAction | None = None,
        instrument: str | None = None,
    ) -> None:
        """These states stand otherwise."""
        if nations:
            self.happens(
                facts.ParticipantsMoved(
                    agreement=name, at=at, nations=nations, phase=phase, method=method,
                    instrument=instrument,
                )
            )  # fmt: skip

    def settle(self, now: datetime) -> None:
        """All that has come due until now, soonest first, and what follows from it."""
        while falling := next(_soonest(self.family, now), None):
            self._falls_due(falling)
            self.follows(falling.agreement, falling.due)

    def follows(self, name: str, at: datetime) -> None:
        """What follows by itself from how things stand: phases that the table lets come."""
        self._signed_by_all(name, at)
        self._applied_by_enough(name, at)
        self._condition(name, at)
        self._enough_parties(name, at)
        self._suspended_as_a_whole(name, at)
        self._amendments_settled(name, at)
        for each in [*self.family.arrangements(name)]:
            self._condition(each.name, at)

    # What time brings.

    def _falls_due(self, falling: Falling) -> None:
        name, at, which = falling.agreement, falling.due, falling.which
        moved = _MOVES.get(falling.what)
        if moved is not None:
            self.moves(name, moved, at)
            return
        match falling.what:
            case Due.ENTRY_INTO_FORCE:
                self._enters_into_force(name, at)
            case Due.JOINING:
                self._becomes_party(name, which, at)
            case Due.WITHDRAWAL:
                notice = self.of(name).participants[which].withdrawal
                instrument = notice[0] if notice else None
                self.states_move(name, PartyPhase.WITHDRAWN, at, which, instrument=instrument)
            case Due.EXPIRY:
                self._expires(name, at, falling.then)
            case Due.SUSPENSION_ENDS:
                self.suspension_ends(name, which, at)
            case Due.AMENDMENT:
                accepted = tuple(sorted(self.of(name).amendments[which].accepted_by))
                self.amendment_in_force(name, which, at, accepted)
            case _:
                self.happens(self._said_by_time(falling))

    def _said_by_time(self, falling: Falling) -> facts.AgreementFact:
        """What moves no phase by itself."""
        name, at, which = falling.agreement, falling.due, falling.which
        match falling.what:
            case Due.SUSPENSION_BEGINS:
                nations = self.of(name).suspensions[which].nations
                return facts.SuspensionBegan(
                    agreement=name, at=at, suspension=which, nations=nations
                )
            case Due.TACIT_ACCEPTANCE:
                of, reservation = which.split(" ", 1)
                return facts.ReservationTacitlyAccepted(
                    agreement=name, at=at, of=of, reservation=reservation, by=falling.nations
                )
            case Due.CLAIM_PERIOD:
                objected = bool(self.of(name).claims[which].objected_by)
                return facts.ClaimPeriodPassed(
                    agreement=name, at=at, claim=which, objected=objected
                )
            case Due.CORRECTION_PERIOD:
                return facts.CorrectionUnopposed(agreement=name, at=at, correction=which)
            case Due.OBLIGATION:
                return facts.ObligationMoved(
                    agreement=name, at=at, obligation=which, phase=ObligationPhase.OVERDUE
                )
            case _:
                assert falling.then is not None, "a reminder says of what"
                return facts.AgreementReminder(
                    agreement=name, at=at, what=falling.what, due=falling.then
                )

    def _enters_into_force(self, name: str, at: datetime) -> None:
        agreement = self.of(name)
        self.moves(name, Trigger.ENTERED_INTO_FORCE, at)
        bound = agreement.parties(PartyPhase.CONTRACTING, PartyPhase.ACCEDED)
        self.states_move(name, PartyPhase.PARTY, at, *bound)
        self._applies_no_more(name, at, *bound)

    def _becomes_party(self, name: str, nation: Nation, at: datetime) -> None:
        self.states_move(name, PartyPhase.PARTY, at, nation)
        self._applies_no_more(name, at, nation)

    def _applies_no_more(self, name: str, at: datetime, *nations: Nation) -> None:
        """Provisional application ends where force begins, in the same moment."""
        applying = tuple(n for n in nations if n in applying_states(self.of(name), at))
        if applying:
            self.happens(facts.ProvisionalApplicationEnded(agreement=name, at=at, nations=applying))

    def _expires(self, name: str, at: datetime, renewed_until: datetime | None) -> None:
        if renewed_until is None:
            self.moves(name, Trigger.EXPIRED, at)
        else:
            self.happens(facts.AgreementRenewed(agreement=name, at=at, until=renewed_until))

    # What follows by itself.

    def _signed_by_all(self, name: str, at: datetime) -> None:
        agreement = self.of(name)
        states = (agreement.participants[each] for each in agreement.record.nations)
        if all(each.signed_at for each in states):
            self.moves(name, Trigger.ALL_SIGNED, at)

    def _applied_by_enough(self, name: str, at: datetime) -> None:
        enough = len(applying_states(self.of(name), at)) >= PARTIES_MIN
        trigger = Trigger.APPLIED_PROVISIONALLY if enough else Trigger.PROVISIONAL_APPLICATION_ENDED
        self.moves(name, trigger, at)

    def _condition(self, name: str, at: datetime) -> None:
        agreement = self.of(name)
        if agreement.phase not in BEFORE_FORCE or agreement.in_force_on is not None:
            return
        parent = self.family.parent_of(agreement)
        if agreement.record.parent and (parent is None or parent.in_force_since is None):
            return
        on = condition_met(agreement)
        if on is None:
            return
        if parent and parent.in_force_since:
            on = max(on, parent.in_force_since)
        self.moves(name, Trigger.CONDITION_MET, at)
        self.happens(facts.EntryIntoForceFixed(agreement=name, at=at, on=max(on, at)))

    def _enough_parties(self, name: str, at: datetime) -> None:
        agreement = self.of(name)
        coming = [each for each in agreement.participants.values() if each.joins_on]
        if agreement.phase in FORCED and len(agreement.parties(*BOUND)) + len(coming) < PARTIES_MIN:
            self.moves(name, Trigger.TOO_FEW_PARTIES, at)

    def _suspended_as_a_whole(self, name: str, at: datetime) -> None:
        agreement = self.of(name)
        if agreement.phase not in FORCED:
            return
        active = [
            nation
            for nation in agreement.parties(*BOUND)
            if not any(span.holds(at) for span in agreement.participants[nation].suspended)
        ]
        if agreement.phase in OPERATIVE and len(active) < PARTIES_MIN:
            self.moves(name, Trigger.SUSPENDED, at)
        elif agreement.phase is facts.AgreementPhase.SUSPENDED and len(active) >= PARTIES_MIN:
            self.moves(name, Trigger.RESUMED, at)

    def _amendments_settled(self, name: str, at: datetime) -> None:
        amendments = self.of(name).amendments.values()
        pending = any(each.phase is not AmendmentPhase.IN_FORCE for each in amendments)
        self.moves(name, Trigger.AMENDMENT_PROPOSED if pending else Trigger.AMENDMENT_SETTLED, at)

    # What instruments and time both bring.

    def suspension_ends(self, name: str, suspension: str, at: datetime) -> None:
        """A suspension is over, or does not come."""
        nations = self.of(name).suspensions[suspension].nations
        self.happens(
            facts.SuspensionEnded(agreement=name, at=at, suspension=suspension, nations=nations)
        )

    def amendment_in_force(
        self, name: str, amendment: str, at: datetime, nations: tuple[Nation, ...]
    ) -> None:
        """For these states and no others (VCLT art. 40(4))."""
        self.happens(
            facts.AmendmentMoved(
                agreement=name, at=at, amendment=amendment, phase=AmendmentPhase.IN_FORCE,
                binds=nations,
            )
        )  # fmt: skip


def applying_states(agreement: Agreement, at: datetime) -> tuple[Nation, ...]:
    """The states that apply it provisionally."""
    return tuple(
        nation
        for nation, each in sorted(agreement.participants.items())
        if any(span.holds(at) for span in each.applied)
    )


def contracting_states(agreement: Agreement) -> tuple[Nation, ...]:
    """Those that consented to be bound, whether or not it is in force (VCLT art. 2)."""
    return agreement.parties(*CONSENTED)


def _soonest(family: Family, now: datetime) -> Iterator[Falling]:
    found = [each for a in family.agreements.values() for each in dues(family, a)]
    due = [each for each in found if each.due <= now]
    yield from sorted(due, key=lambda each: (each.due, each.agreement, each.what, each.which))
