"""The state of a framework and the arrangements under it, with all its dates. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from schemas.acts import Act
from schemas.agreement_acts import (
    Instrument,
    InstrumentAction,
    Measure,
    ReservationMade,
    SuspensionBasis,
)
from schemas.agreement_facts import (
    AgreementMoved,
    AgreementPhase,
    AgreementProposed,
    AgreementRegistered,
    AmendmentPhase,
    ObligationPhase,
    ParticipantsMoved,
    PartyPhase,
    ProtocolActivated,
    ProtocolNotActivated,
)
from schemas.agreement_record import AgreementRecord
from schemas.parties import DeskId, MessageType, Nation
from schemas.receipts import Position

OPERATIVE = (AgreementPhase.IN_FORCE, AgreementPhase.AMENDMENT_PENDING)
BOUND = (PartyPhase.PARTY, PartyPhase.WITHDRAWAL_NOTIFIED)
"""A party stays bound until its notice takes effect."""
CONSENTED = (PartyPhase.CONTRACTING, PartyPhase.ACCEDED, *BOUND)


@dataclass(frozen=True, slots=True)
class Span:
    """From when until when; None for no end yet."""

    since: datetime
    until: datetime | None = None

    def holds(self, at: datetime) -> bool:
        """Its first moment belongs to it, its last does not."""
        return self.since <= at and (self.until is None or at < self.until)


@dataclass(frozen=True, slots=True)
class Standing:
    """How a state stands from a date, and what made it so."""

    at: datetime
    phase: PartyPhase
    method: InstrumentAction | None = None
    instrument: str | None = None


@dataclass(frozen=True, slots=True)
class Reservation:
    """A reservation or declaration and what others made of it."""

    of: Nation
    made: ReservationMade
    notified_at: datetime
    standing: bool
    """False where made on signing and not confirmed yet."""
    objected_by: Mapping[Nation, bool] = field(default_factory=dict)
    """Who objected, and whether that precludes entry into force between the two."""
    accepted_by: frozenset[Nation] = frozenset()
    withdrawn_at: datetime | None = None

    @property
    def stands(self) -> bool:
        """Whether it was not withdrawn."""
        return self.withdrawn_at is None


@dataclass(frozen=True, slots=True)
class Participant:
    """One state, as it stood at every date."""

    nation: Nation
    desks: tuple[DeskId, ...]
    """Ministry first, watch last; one desk alone may be both."""
    history: tuple[Standing, ...] = ()
    applied: tuple[Span, ...] = ()
    """When it applied the agreement provisionally."""
    suspended: tuple[Span, ...] = ()
    withdrawal: tuple[str, datetime] | None = None
    """The notice, and from when it takes effect."""
    joins_on: datetime | None = None
    signed_at: datetime | None = None
    consented_at: datetime | None = None
    consent_method: InstrumentAction | None = None

    def standing(self, at: datetime) -> Standing:
        """How it stood at a date."""
        none = Standing(datetime.min.replace(tzinfo=at.tzinfo), PartyPhase.NONE)
        return next((each for each in reversed(self.history) if each.at <= at), none)

    @property
    def phase(self) -> PartyPhase:
        """How it stands by the last that happened."""
        return self.history[-1].phase if self.history else PartyPhase.NONE

    @property
    def watch(self) -> DeskId:
        """The desk that owes what a protocol opens."""
        return self.desks[-1]


@dataclass(frozen=True, slots=True)
class Submitted:
    """An instrument that the depositary has not dealt with."""

    id: str
    instrument: Instrument
    desk: DeskId
    at: datetime
    position: Position
    digest: str
    directory: int


@dataclass(frozen=True, slots=True)
class Amendment:
    """A proposed change, and for whom it is in force."""

    amendment: str
    phase: AmendmentPhase
    proposed_at: datetime
    adopted_by: frozenset[Nation] = frozenset()
    accepted_by: frozenset[Nation] = frozenset()
    in_force_on: datetime | None = None
    binds: Mapping[Nation, datetime] = field(default_factory=dict)
    """Only those who accepted it (VCLT art. 40(4)), each since when."""


@dataclass(frozen=True, slots=True)
class Suspension:
    """A suspension of the agreement's operation for some states."""

    suspension: str
    nations: tuple[Nation, ...]
    basis: SuspensionBasis | None
    begins: datetime
    until: datetime | None
    began: bool = False


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim under VCLT art. 65, and how far it got."""

    claim: str
    by: Nation
    measure: Measure
    ground: str
    period_ends: datetime
    objected_by: frozenset[Nation] = frozenset()
    period_passed: bool = False
    ended: bool = False


@dataclass(frozen=True, slots=True)
class Correction:
    """A proposed correction of an error in the text."""

    correction: str
    objections_until: datetime
    objected_by: frozenset[Nation] = frozenset()
    unopposed: bool = False
    made_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Obligation:
    """Something that a desk owes under a protocol."""

    obligation: str
    activation: str
    protocol: str
    step: int
    owner: DeskId
    message: Act
    to: tuple[DeskId, ...]
    thread: str
    opened_at: datetime
    due: datetime
    phase: ObligationPhase = ObligationPhase.OPEN
    met_by: str | None = None
    met_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Agreement:
    """One agreement. What it is at a date is looked up in its histories, never guessed."""

    record: AgreementRecord
    proposed_at: datetime
    proposal: AgreementProposed
    """Where the signed proposal lies; without the record, which stands above."""
    message_type: MessageType = MessageType.OPERATION
    exercise: str | None = None
    phases: tuple[tuple[datetime, AgreementPhase], ...] = ()
    past: tuple[AgreementMoved | ParticipantsMoved, ...] = ()
    """Every move, for desks of states that join later."""
    adopted_by: frozenset[Nation] = frozenset()
    authenticated_by: frozenset[Nation] = frozenset()
    closes_on: datetime | None = None
    signature_closed: bool = False
    participants: Mapping[Nation, Participant] = field(default_factory=dict)
    submitted: Mapping[str, Submitted] = field(default_factory=dict)
    in_force_on: datetime | None = None
    in_force_since: datetime | None = None
    reservations: Mapping[tuple[Nation, str], Reservation] = field(default_factory=dict)
    amendments: Mapping[str, Amendment] = field(default_factory=dict)
    suspensions: Mapping[str, Suspension] = field(default_factory=dict)
    suspension_consents: Mapping[Nation, tuple[datetime | None, datetime | None]] = field(
        default_factory=dict
    )
    resumption_consents: frozenset[Nation] = frozenset()
    termination_consents: Mapping[Nation, datetime] = field(default_factory=dict)
    ends_on: datetime | None = None
    expires_on: datetime | None = None
    claims: Mapping[str, Claim] = field(default_factory=dict)
    corrections: Mapping[str, Correction] = field(default_factory=dict)
    registrations: tuple[AgreementRegistered, ...] = ()
    reminded: frozenset[tuple[str, datetime]] = frozenset()
    activations: tuple[ProtocolActivated, ...] = ()
    not_activated: tuple[ProtocolNotActivated, ...] = ()
    obligations: Mapping[str, Obligation] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The agreement's name."""
        return self.record.agreement

    @property
    def phase(self) -> AgreementPhase:
        """Its phase by the last that happened."""
        return self.phases[-1][1]

    def phase_at(self, at: datetime) -> AgreementPhase | None:
        """Its phase at a date; None before it was proposed."""
        return next((phase for since, phase in reversed(self.phases) if since <= at), None)

    def parties(self, *phases: PartyPhase) -> tuple[Nation, ...]:
        """The states that stand so now, in order."""
        return tuple(n for n, each in sorted(self.participants.items()) if each.phase in phases)

    @property
    def desks(self) -> tuple[DeskId, ...]:
        """Every desk that is told of it."""
        named = (desk for each in self.participants.values() for desk in each.desks)
        return tuple(dict.fromkeys((*named, self.record.depositary)))


@dataclass(frozen=True, slots=True)
class Family:
    """All that lives in one matter: a framework, and the arrangements that implement it."""

    agreements: Mapping[str, Agreement] = field(default_factory=dict)
    notifications: Mapping[tuple[str, int], int] = field(default_factory=dict)
    """The last number of a notification, by agreement and year."""

    def parent_of(self, agreement: Agreement) -> Agreement | None:
        """What it implements; None for a framework."""
        return self.agreements.get(agreement.record.parent or "")

    def arrangements(self, parent: str) -> Iterator[Agreement]:
        """What implements it."""
        return (each for each in self.agreements.values() if each.record.parent == parent)


BLANK = Family()
"""Nothing proposed yet."""
