"""What happened to an agreement: facts with the dates from which they hold."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from schemas.acts import Act, unset
from schemas.agreement_acts import (
    AmendmentName,
    Instrument,
    InstrumentAction,
    Measure,
    ReservationMade,
    ReservationName,
    SuspensionBasis,
)
from schemas.agreement_record import AgreementName, AgreementRecord, Article, EventName
from schemas.parties import (
    Contract,
    DeskId,
    Digest,
    ExerciseId,
    MatterId,
    MessageId,
    MessageType,
    Moment,
    Nation,
    OfficerId,
    Precedence,
)
from schemas.receipts import Position


class AgreementPhase(StrEnum):
    """How far an agreement has come."""

    NEGOTIATING = "NEGOTIATING"
    ADOPTED = "ADOPTED"
    AUTHENTICATED = "AUTHENTICATED"
    OPEN_FOR_SIGNATURE = "OPEN_FOR_SIGNATURE"
    AWAITING_EIF = "AWAITING_EIF"
    PROVISIONALLY_APPLIED = "PROVISIONALLY_APPLIED"
    IN_FORCE = "IN_FORCE"
    AMENDMENT_PENDING = "AMENDMENT_PENDING"
    """In force, and an amendment is proposed or adopted that is not in force."""
    SUSPENDED = "SUSPENDED"
    TERMINATED = "TERMINATED"


class AgreementTrigger(StrEnum):
    """What moves an agreement."""

    TEXT_ADOPTED = "TEXT_ADOPTED"
    TEXT_AUTHENTICATED = "TEXT_AUTHENTICATED"
    OPENED = "OPENED"
    ALL_SIGNED = "ALL_SIGNED"
    SIGNATURE_CLOSED = "SIGNATURE_CLOSED"
    CONDITION_MET = "CONDITION_MET"
    APPLIED_PROVISIONALLY = "APPLIED_PROVISIONALLY"
    PROVISIONAL_APPLICATION_ENDED = "PROVISIONAL_APPLICATION_ENDED"
    ENTERED_INTO_FORCE = "ENTERED_INTO_FORCE"
    AMENDMENT_PROPOSED = "AMENDMENT_PROPOSED"
    AMENDMENT_SETTLED = "AMENDMENT_SETTLED"
    SUSPENDED = "SUSPENDED"
    RESUMED = "RESUMED"
    EXPIRED = "EXPIRED"
    ENDED_BY_ALL = "ENDED_BY_ALL"
    ENDED_BY_CLAIM = "ENDED_BY_CLAIM"
    TOO_FEW_PARTIES = "TOO_FEW_PARTIES"
    PARENT_ENDED = "PARENT_ENDED"


class PartyPhase(StrEnum):
    """How a state stands to an agreement (VCLT art. 2)."""

    NONE = "NONE"
    SIGNATORY = "SIGNATORY"
    CONTRACTING = "CONTRACTING"
    """It has consented to be bound, whether or not the agreement is in force."""
    ACCEDED = "ACCEDED"
    """It has consented by accession or succession, and the agreement is not in force for it."""
    PARTY = "PARTY"
    WITHDRAWAL_NOTIFIED = "WITHDRAWAL_NOTIFIED"
    """Still a party, until its notice takes effect."""
    WITHDRAWN = "WITHDRAWN"


class AmendmentPhase(StrEnum):
    """How far an amendment has come."""

    PROPOSED = "PROPOSED"
    ADOPTED = "ADOPTED"
    IN_FORCE = "IN_FORCE"


class ObligationPhase(StrEnum):
    """Whether something owed under a protocol was done."""

    OPEN = "OPEN"
    MET = "MET"
    OVERDUE = "OVERDUE"
    MET_LATE = "MET_LATE"


class NotActivated(StrEnum):
    """Why a protocol did not fire."""

    NOT_IN_FORCE = "NOT_IN_FORCE"
    """Neither in force nor provisionally applied for the states concerned, at that time."""
    SUSPENDED = "SUSPENDED"
    NO_TRIGGER = "NO_TRIGGER"
    PROTOCOL_LATER = "PROTOCOL_LATER"
    """The event was told before the agreement's record was."""


class AgreementDue(StrEnum):
    """What falls due on an agreement when nobody speaks."""

    SIGNATURE_CLOSES = "SIGNATURE_CLOSES"
    ENTRY_INTO_FORCE = "ENTRY_INTO_FORCE"
    JOINING = "JOINING"
    WITHDRAWAL = "WITHDRAWAL"
    TERMINATION = "TERMINATION"
    EXPIRY = "EXPIRY"
    SUSPENSION_BEGINS = "SUSPENSION_BEGINS"
    SUSPENSION_ENDS = "SUSPENSION_ENDS"
    TACIT_ACCEPTANCE = "TACIT_ACCEPTANCE"
    CLAIM_PERIOD = "CLAIM_PERIOD"
    CORRECTION_PERIOD = "CORRECTION_PERIOD"
    AMENDMENT = "AMENDMENT"
    LAPSE_AHEAD = "LAPSE_AHEAD"
    RENEWAL_NOTICE_AHEAD = "RENEWAL_NOTICE_AHEAD"
    REVIEW_AHEAD = "REVIEW_AHEAD"
    REVIEW = "REVIEW"
    OBLIGATION = "OBLIGATION"


class AgreementFact(Contract):
    """Base of what happened: to which agreement, and from when it holds."""

    agreement: AgreementName
    at: Moment


class AgreementProposed(AgreementFact):
    """A text was proposed. It takes the place of one that was not adopted."""

    kind: Literal["AgreementProposed"] = "AgreementProposed"
    record: AgreementRecord | None = Field(
        description="In the ledger; desks have it in the signed proposal that comes with this."
    )
    record_digest: Digest
    by: Nation
    officer: OfficerId
    proposal: MessageId
    message_type: MessageType
    exercise: ExerciseId | None
    position: Position = Field(description="Where the signed proposal lies.")
    proposal_digest: Digest
    directory: int = Field(ge=-1)


class TextAdopted(AgreementFact):
    """A negotiating state consented to the adoption."""

    kind: Literal["TextAdopted"] = "TextAdopted"
    by: Nation


class TextAuthenticated(AgreementFact):
    """A state established the text as authentic."""

    kind: Literal["TextAuthenticated"] = "TextAuthenticated"
    by: Nation


class OpenedForSignature(AgreementFact):
    """The depositary opened it."""

    kind: Literal["OpenedForSignature"] = "OpenedForSignature"
    closes_on: Moment | None


class AgreementMoved(AgreementFact):
    """The agreement is in another phase, from `at`."""

    kind: Literal["AgreementMoved"] = "AgreementMoved"
    was: AgreementPhase
    phase: AgreementPhase
    trigger: AgreementTrigger


class InstrumentSubmitted(AgreementFact):
    """A state submitted an instrument. It counts when the depositary has recorded it."""

    kind: Literal["InstrumentSubmitted"] = "InstrumentSubmitted"
    id: MessageId
    desk: DeskId
    instrument: Instrument
    position: Position
    digest: Digest
    directory: int = Field(ge=-1)


class InstrumentReturned(AgreementFact):
    """The depositary returned it. It has no effect."""

    kind: Literal["InstrumentReturned"] = "InstrumentReturned"
    id: MessageId
    state: Nation
    action: InstrumentAction


class InstrumentRecorded(AgreementFact):
    """It counts as made from `at`."""

    kind: Literal["InstrumentRecorded"] = "InstrumentRecorded"
    id: MessageId
    state: Nation
    action: InstrumentAction
    dated: Moment
    desk: DeskId


class ParticipantsMoved(AgreementFact):
    """These states stand otherwise to the agreement, from `at`."""

    kind: Literal["ParticipantsMoved"] = "ParticipantsMoved"
    nations: tuple[Nation, ...]
    phase: PartyPhase
    method: InstrumentAction | None = Field(description="By what; None where only time passed.")
    instrument: MessageId | None


class EntryIntoForceFixed(AgreementFact):
    """What the clause asks for is there, so the day of entry into force is known."""

    kind: Literal["EntryIntoForceFixed"] = "EntryIntoForceFixed"
    on: Moment


class JoiningFixed(AgreementFact):
    """A state consented after entry into force; it is in force for it on that day."""

    kind: Literal["JoiningFixed"] = "JoiningFixed"
    state: Nation
    on: Moment


class ReservationFormulated(AgreementFact):
    """A reservation or declaration, notified to the other states at `at`."""

    kind: Literal["ReservationFormulated"] = "ReservationFormulated"
    state: Nation
    made: ReservationMade
    standing: bool = Field(description="False where made on signing, until consent confirms it.")


class ReservationObjected(AgreementFact):
    """Another contracting state objected in time."""

    kind: Literal["ReservationObjected"] = "ReservationObjected"
    of: Nation
    reservation: ReservationName
    by: Nation
    precludes_force: bool


class ReservationTacitlyAccepted(AgreementFact):
    """The time passed without these states' objection (VCLT art. 20(5))."""

    kind: Literal["ReservationTacitlyAccepted"] = "ReservationTacitlyAccepted"
    of: Nation
    reservation: ReservationName
    by: tuple[Nation, ...]


class ReservationWithdrawn(AgreementFact):
    """It stands no more (VCLT art. 22), or lapsed unconfirmed (art. 23(2))."""

    kind: Literal["ReservationWithdrawn"] = "ReservationWithdrawn"
    of: Nation
    reservation: ReservationName
    unconfirmed: bool


class ObjectionWithdrawn(AgreementFact):
    """An objection stands no more."""

    kind: Literal["ObjectionWithdrawn"] = "ObjectionWithdrawn"
    of: Nation
    reservation: ReservationName
    by: Nation


class ProvisionalApplicationBegan(AgreementFact):
    """A state applies the agreement provisionally (VCLT art. 25)."""

    kind: Literal["ProvisionalApplicationBegan"] = "ProvisionalApplicationBegan"
    state: Nation


class ProvisionalApplicationEnded(AgreementFact):
    """It does so no more: it does not intend to become a party, or it became one."""

    kind: Literal["ProvisionalApplicationEnded"] = "ProvisionalApplicationEnded"
    nations: tuple[Nation, ...]


class AmendmentProposed(AgreementFact):
    """A contracting state proposed an amendment, and consents to its adoption."""

    kind: Literal["AmendmentProposed"] = "AmendmentProposed"
    amendment: AmendmentName
    by: Nation


class AmendmentAdopted(AgreementFact):
    """A contracting state consented to the adoption of an amendment."""

    kind: Literal["AmendmentAdopted"] = "AmendmentAdopted"
    amendment: AmendmentName
    by: Nation


class AmendmentAccepted(AgreementFact):
    """A party's acceptance of an amendment was recorded."""

    kind: Literal["AmendmentAccepted"] = "AmendmentAccepted"
    amendment: AmendmentName
    by: Nation
    in_force_on: Moment | None = Field(description="Known with the last acceptance needed.")


class AmendmentMoved(AgreementFact):
    """An amendment is adopted; or it is in force for these states, and for no other."""

    kind: Literal["AmendmentMoved"] = "AmendmentMoved"
    amendment: AmendmentName
    phase: AmendmentPhase
    binds: tuple[Nation, ...]


class SuspensionConsented(AgreementFact):
    """A party consented to suspension, or to its end; all are needed (VCLT art. 57(b))."""

    kind: Literal["SuspensionConsented"] = "SuspensionConsented"
    by: Nation
    resumes: bool
    effective_on: Moment | None
    until: Moment | None


class SuspensionSet(AgreementFact):
    """The operation is to be suspended for these states from `begins`."""

    kind: Literal["SuspensionSet"] = "SuspensionSet"
    suspension: MessageId
    nations: tuple[Nation, ...]
    basis: SuspensionBasis | None = Field(description="None where a claim was carried out.")
    begins: Moment
    until: Moment | None


class SuspensionBegan(AgreementFact):
    """The operation is suspended for these states from `at`."""

    kind: Literal["SuspensionBegan"] = "SuspensionBegan"
    suspension: MessageId
    nations: tuple[Nation, ...]


class SuspensionEnded(AgreementFact):
    """It operates for them again from `at`; or the suspension did not begin."""

    kind: Literal["SuspensionEnded"] = "SuspensionEnded"
    suspension: MessageId
    nations: tuple[Nation, ...]


class WithdrawalNotified(AgreementFact):
    """A party gave notice. It stays a party until `effective_on`."""

    kind: Literal["WithdrawalNotified"] = "WithdrawalNotified"
    state: Nation
    notice: MessageId
    effective_on: Moment


class NoticeRevoked(AgreementFact):
    """A notice or claim was revoked before it took effect (VCLT art. 68)."""

    kind: Literal["NoticeRevoked"] = "NoticeRevoked"
    state: Nation
    notice: MessageId


class TerminationConsented(AgreementFact):
    """A party consented to end it. With the last one's consent the day is known."""

    kind: Literal["TerminationConsented"] = "TerminationConsented"
    by: Nation
    effective_on: Moment
    ends_on: Moment | None


class ClaimMade(AgreementFact):
    """A party notified its claim with the measure proposed (VCLT art. 65)."""

    kind: Literal["ClaimMade"] = "ClaimMade"
    claim: MessageId
    by: Nation
    measure: Measure
    ground: Article
    period_ends: Moment


class ClaimObjected(AgreementFact):
    """Another party objected: a solution is to be sought (UN Charter art. 33)."""

    kind: Literal["ClaimObjected"] = "ClaimObjected"
    claim: MessageId
    by: Nation


class ClaimPeriodPassed(AgreementFact):
    """The time for objections is over; without any, the measure may be carried out."""

    kind: Literal["ClaimPeriodPassed"] = "ClaimPeriodPassed"
    claim: MessageId
    objected: bool


class ClaimCarriedOut(AgreementFact):
    """The measure was carried out by instrument (VCLT art. 67)."""

    kind: Literal["ClaimCarriedOut"] = "ClaimCarriedOut"
    claim: MessageId


class CorrectionProposed(AgreementFact):
    """The depositary proposed to correct an error."""

    kind: Literal["CorrectionProposed"] = "CorrectionProposed"
    correction: MessageId
    objections_until: Moment


class CorrectionObjected(AgreementFact):
    """A state objected to a correction, which is not made then."""

    kind: Literal["CorrectionObjected"] = "CorrectionObjected"
    correction: MessageId
    by: Nation


class CorrectionUnopposed(AgreementFact):
    """The time for objections passed without any."""

    kind: Literal["CorrectionUnopposed"] = "CorrectionUnopposed"
    correction: MessageId


class CorrectionMade(AgreementFact):
    """The depositary recorded the procès-verbal of the correction (VCLT art. 79)."""

    kind: Literal["CorrectionMade"] = "CorrectionMade"
    correction: MessageId


class RegistrationStatement(Contract):
    """For one state: since when it is in force for it, or applied, and by what method."""

    state: Nation
    since: Moment
    method: InstrumentAction | None


class AgreementRegistered(AgreementFact):
    """Registered with the UN Secretariat; `at` is the date of receipt there."""

    kind: Literal["AgreementRegistered"] = "AgreementRegistered"
    number: str = Field(max_length=20)
    by: Nation
    provisional: bool = Field(description="Registered as provisionally applied.")
    statements: tuple[RegistrationStatement, ...]


class AgreementRenewed(AgreementFact):
    """Nobody ended it in time, so it goes on, by its own terms."""

    kind: Literal["AgreementRenewed"] = "AgreementRenewed"
    until: Moment


class AgreementReminder(AgreementFact):
    """Its end, the last day for notice, or its review is near, or the review is due."""

    kind: Literal["AgreementReminder"] = "AgreementReminder"
    what: AgreementDue
    due: Moment = Field(description="When that is.")


class DepositaryNotified(AgreementFact):
    """The depositary informed the states; what of is in what comes with this."""

    kind: Literal["DepositaryNotified"] = "DepositaryNotified"
    entry_into_force: Moment | None


class NotificationMade(AgreementFact):
    """What is published took the depositary's next number: C.N.<number>.<year>.<agreement>."""

    kind: Literal["NotificationMade"] = "NotificationMade"
    number: int = Field(ge=1)
    year: int

    @property
    def written(self) -> str:
        """As it is cited."""
        return f"C.N.{self.number}.{self.year}.{self.agreement.upper()}"


class ProtocolActivated(AgreementFact):
    """A protocol fired; `at` is when it did, `occurred_at` when the event was."""

    kind: Literal["ProtocolActivated"] = "ProtocolActivated"
    activation: MessageId
    protocol: AgreementName
    article: Article
    code: EventName
    by: Nation
    states: tuple[Nation, ...] = Field(description="Bound at the time of the event, and concerned.")
    occurred_at: Moment
    message: MessageId
    thread: MatterId
    source: Position


class ProtocolNotActivated(AgreementFact):
    """An event was heard that a protocol waits for, and the protocol did not fire."""

    kind: Literal["ProtocolNotActivated"] = "ProtocolNotActivated"
    protocol: AgreementName
    code: EventName
    why: NotActivated
    occurred_at: Moment
    message: MessageId
    source: Position


class ObligationOpened(AgreementFact):
    """A desk owes a message by a time."""

    kind: Literal["ObligationOpened"] = "ObligationOpened"
    obligation: MessageId
    activation: MessageId
    protocol: AgreementName
    article: Article
    step: int = Field(ge=1)
    owner: DeskId
    message: Act
    precedence: Precedence
    to: tuple[DeskId, ...]
    thread: MatterId
    due: Moment
    regards: MessageId = Field(description="The alert or notice that fired the protocol.")


class ObligationMoved(AgreementFact):
    """It was met, or its time passed. Why it was not met is not known and not guessed."""

    kind: Literal["ObligationMoved"] = "ObligationMoved"
    obligation: MessageId
    phase: ObligationPhase
    met_by: MessageId | None = Field(default=None, exclude_if=unset)


AgreementEvent = Annotated[
    AgreementProposed
    | TextAdopted
    | TextAuthenticated
    | OpenedForSignature
    | AgreementMoved
    | InstrumentSubmitted
    | InstrumentReturned
    | InstrumentRecorded
    | ParticipantsMoved
    | EntryIntoForceFixed
    | JoiningFixed
    | ReservationFormulated
    | ReservationObjected
    | ReservationTacitlyAccepted
    | ReservationWithdrawn
    | ObjectionWithdrawn
    | ProvisionalApplicationBegan
    | ProvisionalApplicationEnded
    | AmendmentProposed
    | AmendmentAdopted
    | AmendmentAccepted
    | AmendmentMoved
    | SuspensionConsented
    | SuspensionSet
    | SuspensionBegan
    | SuspensionEnded
    | WithdrawalNotified
    | NoticeRevoked
    | TerminationConsented
    | ClaimMade
    | ClaimObjected
    | ClaimPeriodPassed
    | ClaimCarriedOut
    | CorrectionProposed
    | CorrectionObjected
    | CorrectionUnopposed
    | CorrectionMade
    | AgreementRegistered
    | AgreementRenewed
    | AgreementReminder
    | DepositaryNotified
    | NotificationMade
    | ProtocolActivated
    | ProtocolNotActivated
    | ObligationOpened
    | ObligationMoved,
    Field(discriminator="kind"),
]
