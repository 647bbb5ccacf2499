"""What acts lead to between nations: exchanges, undertakings, contacts, relays."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal, Self

from pydantic import Field, model_validator

from schemas.acts import DetaineeItem
from schemas.envelope import Outer
from schemas.parties import (
    Contract,
    DeskId,
    Digest,
    MessageId,
    Moment,
    Nation,
    OfficerId,
    Precedence,
)


class ExchangePhase(StrEnum):
    """How far two nations have come with each other in one matter."""

    OPEN = "OPEN"
    CONCERN_RAISED = "CONCERN_RAISED"
    CLARIFYING = "CLARIFYING"
    EXPLAINED = "EXPLAINED"
    UNANSWERED = "UNANSWERED"
    """Said by the clock alone; why is not known."""
    DISPUTED = "DISPUTED"
    PROPOSED = "PROPOSED"
    COUNTERED = "COUNTERED"
    AGREED = "AGREED"
    IN_EFFECT = "IN_EFFECT"
    VIOLATION_ALLEGED = "VIOLATION_ALLEGED"
    COLLAPSED = "COLLAPSED"
    STOOD_DOWN = "STOOD_DOWN"
    CLOSED = "CLOSED"


class ContactPhase(StrEnum):
    """How far a request for a call or a meeting has come."""

    REQUESTED = "REQUESTED"
    ACCEPTED = "ACCEPTED"
    DECLINED = "DECLINED"
    NO_RESPONSE = "NO_RESPONSE"
    """Nobody answered in time. It is not a refusal."""


class UndertakingPhase(StrEnum):
    """How far a commitment or an understanding has come."""

    GIVEN = "GIVEN"
    IN_EFFECT = "IN_EFFECT"
    EXPIRED = "EXPIRED"
    STOOD_DOWN = "STOOD_DOWN"
    COLLAPSED = "COLLAPSED"


class Term(StrEnum):
    """What of a message's terms falls due when nobody speaks."""

    ANSWER = "ANSWER"
    EFFECT = "EFFECT"
    REVIEW_AHEAD = "REVIEW_AHEAD"
    REVIEW = "REVIEW"
    EXPIRY_AHEAD = "EXPIRY_AHEAD"
    EXPIRY = "EXPIRY"
    ORDERS = "ORDERS"
    """That a side's units have their orders."""
    WELFARE = "WELFARE"
    ACCESS = "ACCESS"
    """What is owed of people who are held."""


class Crossing(StrEnum):
    """Why what a message asks for is flagged and not carried out."""

    SUPERSEDED = "SUPERSEDED"
    """It answers a message whose place a correction has taken."""
    CANCELLED = "CANCELLED"
    LATE = "LATE"
    """It came after the moment from which it was to hold, or after the offer had expired."""


class Stage(StrEnum):
    """How much a translation can be relied on."""

    SIGHT = "SIGHT"
    ROUGH = "ROUGH"
    OFFICIAL = "OFFICIAL"


class Basis(StrEnum):
    """On what a third party relays."""

    INVITATION = "INVITATION"
    PROTECTING_POWER = "PROTECTING_POWER"


# What a desk or the clock says besides messages and confirmations.


class InviteMediator(Outer):
    """One party asks a third desk to relay in this matter. It may, once both parties have."""

    sender: DeskId
    mediator: DeskId
    party: Nation = Field(description="The other party, between whom and oneself it is to relay.")
    basis: Basis
    officer: OfficerId


class PassTerm(Outer):
    """The service's own clock says that a term of a message has come."""

    message: MessageId
    term: Term
    nation: Nation | None = Field(description="Who owes the word; None where nobody does.")
    due: Moment


# What happened.


class ExchangeMoved(Contract):
    """The exchange between two nations went on."""

    kind: Literal["ExchangeMoved"] = "ExchangeMoved"
    between: tuple[Nation, Nation] = Field(description="In alphabetical order.")
    phase: ExchangePhase
    by: Nation | None = Field(description="None where the clock moved it.")
    message: MessageId = Field(description="The message that did, or whose term came.")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if not self.between[0] < self.between[1]:
            raise ValueError("between names two nations in alphabetical order")
        return self


class PartySpokeForEnd(Contract):
    """One party confirmed standing down, or stated that the matter is closed; both must."""

    kind: Literal["PartySpokeForEnd"] = "PartySpokeForEnd"
    between: tuple[Nation, Nation]
    end: Literal[ExchangePhase.STOOD_DOWN, ExchangePhase.CLOSED]
    by: Nation
    message: MessageId
    undertaking: MessageId | None = Field(description="What it stands down from.")


class MessageCrossed(Contract):
    """What the message asks for is flagged and not carried out; the message itself arrives."""

    kind: Literal["MessageCrossed"] = "MessageCrossed"
    message: MessageId
    crossing: Crossing
    regards: MessageId | None


class AnswerGiven(Contract):
    """A nation answered what asked for an answer. An acknowledgement is none."""

    kind: Literal["AnswerGiven"] = "AnswerGiven"
    message: MessageId
    nation: Nation
    by: MessageId


class AnswerOverdue(Contract):
    """The time for an answer passed: UNANSWERED. Why is not known and is not guessed."""

    kind: Literal["AnswerOverdue"] = "AnswerOverdue"
    message: MessageId
    nation: Nation
    due: Moment


class UndertakingTookEffect(Contract):
    """Its time came, and every party had acknowledged."""

    kind: Literal["UndertakingTookEffect"] = "UndertakingTookEffect"
    message: MessageId


class UndertakingHeldUp(Contract):
    """Its time came and it is not in effect: these parties have not done their part."""

    kind: Literal["UndertakingHeldUp"] = "UndertakingHeldUp"
    message: MessageId
    lacking: tuple[Nation, ...] = Field(min_length=1)


class UndertakingReminder(Contract):
    """Its review or its end is near, or the review is due now."""

    kind: Literal["UndertakingReminder"] = "UndertakingReminder"
    message: MessageId
    term: Literal[Term.REVIEW_AHEAD, Term.REVIEW, Term.EXPIRY_AHEAD]
    at: Moment = Field(description="When the review or the end is.")


class UndertakingEnded(Contract):
    """It holds no more: it expired, both stood down, or a party stated its collapse."""

    kind: Literal["UndertakingEnded"] = "UndertakingEnded"
    message: MessageId
    phase: Literal[
        UndertakingPhase.EXPIRED, UndertakingPhase.STOOD_DOWN, UndertakingPhase.COLLAPSED
    ]


class OrdersConfirmed(Contract):
    """A side said that all its units that the undertaking binds have their orders."""

    kind: Literal["OrdersConfirmed"] = "OrdersConfirmed"
    message: MessageId = Field(description="The undertaking.")
    nation: Nation
    by: MessageId


class OrdersOverdue(Contract):
    """A side has not said so in time. Whether its units have them is not known."""

    kind: Literal["OrdersOverdue"] = "OrdersOverdue"
    message: MessageId = Field(description="The undertaking.")
    nation: Nation
    due: Moment


class DetaineesAnswered(Contract):
    """Whoever holds people said how they are, or who may see them."""

    kind: Literal["DetaineesAnswered"] = "DetaineesAnswered"
    message: MessageId = Field(description="In which it was asked.")
    nation: Nation
    item: DetaineeItem
    by: MessageId


class DetaineesUnanswered(Contract):
    """The time for it passed without a word. Why is not known and is not guessed."""

    kind: Literal["DetaineesUnanswered"] = "DetaineesUnanswered"
    message: MessageId = Field(description="In which it was asked.")
    nation: Nation
    item: DetaineeItem
    due: Moment


class ContactMoved(Contract):
    """A request for contact was answered, or nobody answered it in time."""

    kind: Literal["ContactMoved"] = "ContactMoved"
    request: MessageId
    phase: ContactPhase
    by: MessageId | None = Field(description="The message that moved it; None for the clock.")
    contact_at: Moment | None = Field(description="When it is to be, as far as both agree.")


class ReschedulingProposed(Contract):
    """One side proposed another time for a contact; it moves when the other accepts."""

    kind: Literal["ReschedulingProposed"] = "ReschedulingProposed"
    request: MessageId
    by: MessageId
    nation: Nation
    contact_at: Moment


class MediatorInvited(Contract):
    """One party asked a third desk to relay between it and the other."""

    kind: Literal["MediatorInvited"] = "MediatorInvited"
    mediator: DeskId
    by: Nation
    party: Nation
    basis: Basis


class RelayAsked(Contract):
    """What a mediator is told with a message that it is to relay, read or unread."""

    kind: Literal["RelayAsked"] = "RelayAsked"
    message: MessageId
    message_digest: Digest
    originator: DeskId
    precedence: Precedence
    to: tuple[DeskId, ...]
    sealed: bool = Field(description="Whether its label keeps it from the mediator's eyes.")
    acknowledge_by: Moment | None


class TranslationAttached(Contract):
    """A translation stands beside the original, which alone is authentic."""

    kind: Literal["TranslationAttached"] = "TranslationAttached"
    message: MessageId
    desk: DeskId
    translator: OfficerId
    stage: Stage
    machine: bool
    language: str = Field(max_length=35)


ExchangeEvent = (
    ExchangeMoved
    | PartySpokeForEnd
    | MessageCrossed
    | AnswerGiven
    | AnswerOverdue
    | UndertakingTookEffect
    | UndertakingHeldUp
    | UndertakingReminder
    | UndertakingEnded
    | ContactMoved
    | ReschedulingProposed
    | MediatorInvited
    | TranslationAttached
    | OrdersConfirmed
    | OrdersOverdue
    | DetaineesAnswered
    | DetaineesUnanswered
)
