"""What may be said of an agreement, and how the agreements service records and tells it.

States submit instruments; the depositary alone publishes how an agreement stands (VCLT arts 76-78).
"""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from schemas.acts import Act
from schemas.agreement_acts import Authority, Instrument
from schemas.agreement_facts import AgreementDue, AgreementEvent, AgreementPhase
from schemas.agreement_record import (
    MATTER_PREFIX,
    AgreementName,
    AgreementRecord,
    EventName,
)
from schemas.cap import Severity
from schemas.crisis import Geocode
from schemas.envelope import Outer, Submission
from schemas.ledger import Entry
from schemas.parties import (
    Contract,
    DeskId,
    Digest,
    Lane,
    MatterId,
    MessageId,
    Moment,
    Nation,
)
from schemas.receipts import Delivery, Position, Receipt

LANE = Lane.ROUTINE
"""All that is said of an agreement travels in one lane, so that it has one order."""

# What desks say.


class AgreementCommand(Submission):
    """Base of what a desk says of an agreement."""

    agreement: AgreementName = Field(description="Which one of those that live in this matter.")

    @model_validator(mode="after")
    def _is_in_an_agreements_matter(self) -> Self:
        if not self.matter.startswith(MATTER_PREFIX):
            raise ValueError(f"an agreement's matter begins with {MATTER_PREFIX}")
        if self.lane is not LANE:
            raise ValueError(f"all of an agreement's traffic travels in the lane {LANE}")
        return self


class ProposeAgreement(AgreementCommand):
    """A negotiating state proposes a text, and consents to its adoption."""

    record: AgreementRecord
    authority: Authority

    @model_validator(mode="after")
    def _record_is_the_agreements(self) -> Self:
        if self.record.agreement != self.agreement or self.matter != self.record.matter:
            raise ValueError("the record is the agreement's, and lives in the matter that it names")
        return self


class AdoptText(AgreementCommand):
    """A negotiating state consents to the adoption of the very text (VCLT art. 9)."""

    record_digest: Digest
    authority: Authority


class AuthenticateText(AgreementCommand):
    """A state establishes the text as authentic and definitive (VCLT art. 10)."""

    record_digest: Digest
    authority: Authority


class OpenForSignature(AgreementCommand):
    """The depositary opens the agreement."""

    closes_on: Moment | None = Field(default=None, description="Until when it may be signed.")


class SubmitInstrument(AgreementCommand):
    """A state submits an instrument to the depositary. Its words are inside."""

    instrument: Instrument


class RecordInstrument(AgreementCommand):
    """The depositary has received it in due and proper form: it counts from now (VCLT art. 78)."""

    instrument: MessageId


class ReturnInstrument(AgreementCommand):
    """The depositary brings to the state's attention what is not in due form (VCLT art. 77(1))."""

    instrument: MessageId


class NotifyStates(AgreementCommand):
    """The depositary informs the states (VCLT art. 77(1)(e)). What of is inside."""

    entry_into_force: Moment | None = Field(
        default=None,
        description="Where it announces that date; it is the computed one, or refused.",
    )


class ProposeCorrection(AgreementCommand):
    """The depositary proposes to correct an error, with a time for objections (VCLT art. 79(2))."""

    objections_until: Moment


class RecordCorrection(AgreementCommand):
    """The depositary makes the correction: the procès-verbal is inside (VCLT art. 79(2)(a))."""

    correction: MessageId


class RegisterAgreement(AgreementCommand):
    """A party or the depositary has it registered with the UN Secretariat (UN Charter art. 102)."""

    number: str = Field(pattern=r"^[A-Z0-9][A-Z0-9-]{0,19}$", description="Of the register.")
    received_on: Moment = Field(description="When the Secretariat received it: that date counts.")
    certified_copy: Digest = Field(description="SHA-256 of the certified true copy.")


class ReportObligationMet(AgreementCommand):
    """Who owes a step of a protocol names the message that met it."""

    obligation: MessageId
    met_by: MessageId


class AgreementRemark(Contract):
    """The inner part of what is said of an agreement: for its states and its depositary only."""

    text: str | None = Field(default=None, max_length=12000)
    language: str = Field(default="en", max_length=35, description="BCP 47.")
    signed_by: str | None = Field(
        default=None, max_length=200, description="Name and office, as the instrument bears them."
    )


# What the service says to itself.


class PassAgreementDeadline(Outer):
    """The service's own clock says that something is due."""

    agreement: AgreementName
    what: AgreementDue
    which: str = Field(
        max_length=96, description="Which one: a state, an instrument, an obligation."
    )
    due: Moment


class OverheardEvent(Contract):
    """An alert or a notice, as far as its outside says what it is."""

    code: EventName
    occurred_at: Moment = Field(description="The time of the event; of its notice, where not said.")
    told_at: Moment = Field(description="When its service received it: steps count from then.")
    by: Nation = Field(description="Whose alert or notice it is.")
    nations: tuple[Nation, ...] = Field(max_length=64, description="Whom it concerns, by included.")
    geocodes: tuple[Geocode, ...] = Field(default=(), max_length=64)
    severity: Severity | None = None
    message: MessageId
    matter: MatterId
    thread: MatterId = Field(description="Where on the hotline what is owed is to be said.")


class HearEvent(Outer):
    """An event was overheard that a protocol of this agreement waits for."""

    agreement: AgreementName
    event: OverheardEvent
    source: Position = Field(description="The ledger entry that was relied on.")


class HearMessage(Outer):
    """A message on the hotline was overheard in a thread in which something is owed."""

    agreement: AgreementName
    message: MessageId
    by: DeskId
    to: tuple[DeskId, ...] = Field(max_length=64)
    act: Act
    thread: MatterId
    accepted_at: Moment
    source: Position


# What is told.


class NextDue(Contract):
    """What comes next when nobody speaks."""

    what: AgreementDue
    which: str = Field(max_length=96)
    due: Moment


class AgreementTold(Contract):
    """How an agreement stands after what is told, complete in itself."""

    kind: Literal["AgreementTold"] = "AgreementTold"
    agreement: AgreementName
    notification: str | None = Field(
        description="The depositary's number, C.N.<n>.<year>.<agreement>; None where none is made."
    )
    phase: AgreementPhase | None = Field(description="None before a text is proposed.")
    in_force_since: Moment | None
    expires_on: Moment | None
    next_due: NextDue | None
    facts: tuple[AgreementEvent, ...]


AgreementsEvent = Annotated[AgreementEvent | Receipt, Field(discriminator="kind")]
AgreementsNotice = Annotated[AgreementTold | Receipt, Field(discriminator="kind")]


class AgreementsDelivery(Delivery):
    """What the agreements service gives to a desk."""

    notice: AgreementsNotice


AgreementsEntry = Entry[AgreementsEvent, AgreementsNotice]
