"""What may be said on the hotline, and what the hotline service records and answers."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from schemas.acts import Act, Terms, unset
from schemas.envelope import TEXT_BYTES_MAX, Outer
from schemas.exchange import ExchangeEvent, InviteMediator, PassTerm, RelayAsked, Stage
from schemas.hearsay import HEARD_MAX, HeardElsewhere
from schemas.ledger import Entry
from schemas.lines import LineEvent, LineNotice
from schemas.particulars import Particulars
from schemas.parties import (
    Contract,
    DeskId,
    Digest,
    ExerciseId,
    Label,
    Ladder,
    Lane,
    MatterId,
    MessageId,
    MessageType,
    Moment,
    OfficerId,
    Precedence,
    Rung,
)
from schemas.places import Point
from schemas.receipts import Delivery, Position, Receipt

ADDRESSEES_MAX = 16


class MessageOuter(Outer):
    """The outside of anything that one desk says to others."""

    sender: DeskId
    precedence: Precedence = Field(description="Primary precedence, for the action addressees.")
    act: Act = Act.FREE_TEXT
    action: tuple[DeskId, ...] = Field(
        min_length=1, max_length=ADDRESSEES_MAX, description="TO: must act and acknowledge."
    )
    info: tuple[DeskId, ...] = Field(
        default=(), max_length=ADDRESSEES_MAX, description="INFO: informed, need not act."
    )
    label: Label
    drafter: OfficerId
    releaser: OfficerId = Field(description="Who confirmed text and precedence.")
    references: tuple[MessageId, ...] = Field(default=(), max_length=16)
    reply_by: Moment | None = None
    expires_at: Moment | None = Field(
        default=None, description="After this it is still delivered, marked EXPIRED."
    )
    terms: Terms | None = Field(default=None, exclude_if=unset)

    @model_validator(mode="after")
    def _addressees_are_distinct(self) -> Self:
        named = (*self.action, *self.info)
        if len(set(named)) != len(named) or self.sender in named:
            raise ValueError("action and info name each desk once, and never the sender")
        return self

    @model_validator(mode="after")
    def _lane_follows_precedence(self) -> Self:
        if self.lane is not self.precedence.lane:
            raise ValueError("the lane is the precedence's own")
        return self

    @model_validator(mode="after")
    def _later_times_are_later(self) -> Self:
        for later in (self.reply_by, self.expires_at):
            if later is not None and later <= self.sent_at:
                raise ValueError("reply_by and expires_at come after sent_at")
        return self


class ReleaseMessage(MessageOuter):
    """A desk speaks: the first word, or the next one, in a matter."""


class ReplyToMessage(MessageOuter):
    """A desk gives a substantive answer. An acknowledgement is not one."""

    in_reply_to: MessageId


class CorrectMessage(MessageOuter):
    """A corrected copy: a new message that takes the place of an earlier one of the sender."""

    obsoletes: MessageId


class CancelMessage(MessageOuter):
    """A new message that withdraws an earlier one of the sender. It does not un-say it."""

    obsoletes: MessageId


class Confirmation(Outer):
    """Base of what a desk reports of a message that it was given."""

    sender: DeskId
    message: MessageId = Field(description="Which message this is about.")
    message_digest: Digest = Field(description="SHA-256 of that message's outer part.")


class ReportDelivered(Confirmation):
    """The desk's inbox holds the message on disk. Nobody has seen it yet."""


class ReportReceived(Confirmation):
    """A duty officer opened it."""

    officer: OfficerId


class AcknowledgeMessage(Confirmation):
    """A duty officer understood it and took it over. It says nothing about agreement."""

    officer: OfficerId


class ReportDeliveredToPrincipal(Confirmation):
    """It reached the one who decides."""

    officer: OfficerId


class RelayMessage(Confirmation):
    """A mediator passes on what it was given: the very bytes, named by their digest."""

    officer: OfficerId


class AttachTranslation(Confirmation):
    """A translation for those who have the original. Its words are the inner part."""

    officer: OfficerId = Field(description="The translator; who answers for a machine's.")
    stage: Stage
    machine: bool = Field(description="Whether a machine made it; then it is never OFFICIAL.")
    language: str = Field(max_length=35, description="Into which it translates (BCP 47).")

    @model_validator(mode="after")
    def _no_machine_is_official(self) -> Self:
        if self.machine and self.stage is Stage.OFFICIAL:
            raise ValueError("a machine's translation is never OFFICIAL")
        return self


class Step(StrEnum):
    """What falls due on a message when an action addressee stays silent."""

    ALTERNATE_TERMINAL = "ALTERNATE_TERMINAL"
    ALTERNATE_DUTY_OFFICER = "ALTERNATE_DUTY_OFFICER"
    SUPERVISOR = "SUPERVISOR"
    OTHER_CHANNEL = "OTHER_CHANNEL"
    OVERDUE = "OVERDUE"

    @property
    def rung(self) -> Rung | None:
        """The rung that the step climbs; None for OVERDUE, which is a flag."""
        return None if self is Step.OVERDUE else Rung(self.value)


class PassDeadline(Outer):
    """The service's own clock says that a deadline has passed."""

    message: MessageId
    desk: DeskId = Field(description="The action addressee that has not acknowledged.")
    step: Step
    due: Moment


Command = (
    ReleaseMessage
    | ReplyToMessage
    | CorrectMessage
    | CancelMessage
    | ReportDelivered
    | ReportReceived
    | AcknowledgeMessage
    | ReportDeliveredToPrincipal
    | RelayMessage
    | AttachTranslation
    | InviteMediator
    | PassDeadline
    | PassTerm
)


class Quote(Contract):
    """Words taken over from another message, with the label that they carry there."""

    message: MessageId
    label: Label


class Text(Contract):
    """The inner part of a message: for people at the addressed desks only."""

    subject: str = Field(min_length=1, max_length=200)
    text: str = Field(min_length=1, max_length=TEXT_BYTES_MAX)
    language: str = Field(pattern=r"^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$", description="BCP 47.")
    quotes: tuple[Quote, ...] = Field(default=(), max_length=8)
    particulars: Particulars | None = Field(
        default=None, exclude_if=unset, description="What the act must say beyond the text."
    )
    heard: tuple[HeardElsewhere, ...] | None = Field(
        default=None,
        min_length=1,
        max_length=HEARD_MAX,
        exclude_if=unset,
        description="Texts from outside this channel: UNAUTHENTICATED, and nothing answers them.",
    )


class Remark(Contract):
    """The inner part of a confirmation."""

    passed_to: str | None = Field(
        default=None, max_length=200, description="Who has it now, in the desk's own words."
    )
    remark: str | None = Field(default=None, max_length=2000)
    read_back: Point | None = Field(
        default=None,
        exclude_if=unset,
        description="In an acknowledgement: the position as its officer understood it.",
    )


class Translation(Contract):
    """The inner part of a translation: the same message in another language, as far as it goes."""

    subject: str = Field(min_length=1, max_length=200)
    text: str = Field(min_length=1, max_length=TEXT_BYTES_MAX)


Inner = Text | Remark | Translation


class Capacity(StrEnum):
    """In what capacity a desk is given a message."""

    ACTION = "ACTION"
    INFO = "INFO"
    ALTERNATE = "ALTERNATE"
    FINAL_CONSUMER = "FINAL_CONSUMER"
    """For whom a notice is meant in the end: no other desk's word settles its way."""
    MEDIATOR = "MEDIATOR"
    """It relays; the addressees are given the message when it does."""


class Leg(Contract):
    """One message's way to one desk: for whom it stands in and when it must answer."""

    desk: DeskId
    capacity: Capacity
    ladder: Ladder = Ladder()
    acknowledge_by: Moment | None = None
    standing_in_for: DeskId | None = None


class LegStep(Contract):
    """When one step falls due on one leg."""

    step: Step
    due: Moment


# What happened. Past tense; each is a fact in the ledger, and the state is their fold.


class MessageAccepted(Contract):
    """The hotline checked a message and wrote it into the ledger."""

    kind: Literal["MessageAccepted"] = "MessageAccepted"
    matter: MatterId
    message: MessageId
    message_digest: Digest
    originator: DeskId
    precedence: Precedence
    lane: Lane
    label: Label
    legs: tuple[Leg, ...]
    schedule: tuple[LegStep, ...] = Field(description="When silence climbs; same on each leg.")
    message_type: MessageType
    exercise: ExerciseId | None
    released_at: Moment
    expires_at: Moment | None
    position: Position = Field(description="Where the signed original lies.")
    directory: int = Field(ge=-1, description="Position in the directory that was relied on.")
    act: Act | None = Field(default=None, exclude_if=unset)
    terms: Terms | None = Field(default=None, exclude_if=unset)
    answer_by: Moment | None = Field(
        default=None, exclude_if=unset, description="Until when each action nation owes an answer."
    )
    relayed_to: tuple[Leg, ...] | None = Field(
        default=None, exclude_if=unset, description="The ways that begin when the mediator relays."
    )


class MessageDelivered(Contract):
    """A desk's inbox holds it."""

    kind: Literal["MessageDelivered"] = "MessageDelivered"
    message: MessageId
    desk: DeskId


class MessageReceived(Contract):
    """An officer at a desk opened it."""

    kind: Literal["MessageReceived"] = "MessageReceived"
    message: MessageId
    desk: DeskId
    officer: OfficerId


class MessageAcknowledged(Contract):
    """An officer took it over, for the desk on whose leg this counts."""

    kind: Literal["MessageAcknowledged"] = "MessageAcknowledged"
    message: MessageId
    desk: DeskId = Field(description="The leg that this settles.")
    by: DeskId = Field(description="The desk that acknowledged: the addressee or an alternate.")
    officer: OfficerId


class MessageDeliveredToPrincipal(Contract):
    """It reached the one who decides."""

    kind: Literal["MessageDeliveredToPrincipal"] = "MessageDeliveredToPrincipal"
    message: MessageId
    desk: DeskId
    officer: OfficerId


class MessageReplied(Contract):
    """A substantive answer was accepted."""

    kind: Literal["MessageReplied"] = "MessageReplied"
    message: MessageId
    by: DeskId
    reply: MessageId


class MessageSuperseded(Contract):
    """A corrected copy took its place."""

    kind: Literal["MessageSuperseded"] = "MessageSuperseded"
    message: MessageId
    by: MessageId
    unread_by: tuple[DeskId, ...] | None = Field(
        default=None,
        exclude_if=unset,
        description="Desks of which no officer had reported opening it. They act on the new one.",
    )


class MessageCancelled(Contract):
    """Its originator withdrew it."""

    kind: Literal["MessageCancelled"] = "MessageCancelled"
    message: MessageId
    by: MessageId
    unread_by: tuple[DeskId, ...] | None = Field(
        default=None,
        exclude_if=unset,
        description="Desks of which no officer had reported opening it.",
    )


class MessageRelayed(Contract):
    """The mediator passed on what it was given: the same bytes, by their digest."""

    kind: Literal["MessageRelayed"] = "MessageRelayed"
    message: MessageId
    message_digest: Digest
    by: DeskId
    officer: OfficerId
    legs: tuple[Leg, ...] = Field(description="The ways that begin with it.")
    schedule: tuple[LegStep, ...]


class LadderClimbed(Contract):
    """Silence reached the next rung: an alternate was given the message."""

    kind: Literal["LadderClimbed"] = "LadderClimbed"
    message: MessageId
    desk: DeskId
    rung: Rung
    to: DeskId | None = Field(description="None where the desk's ladder lacks this rung.")


class AcknowledgementOverdue(Contract):
    """The ceiling passed without acknowledgement. Why is not known and is not guessed."""

    kind: Literal["AcknowledgementOverdue"] = "AcknowledgementOverdue"
    message: MessageId
    desk: DeskId
    due: Moment


class CarriedMessage(Contract):
    """What a desk is told with a message that it is given."""

    kind: Literal["CarriedMessage"] = "CarriedMessage"
    message: MessageId
    originator: DeskId
    precedence: Precedence
    capacity: Capacity
    standing_in_for: DeskId | None = Field(
        default=None, description="The silent desk, where this one is its alternate."
    )
    rung: Rung | None = None
    acknowledge_by: Moment | None = None


HotlineEvent = (
    MessageAccepted
    | MessageDelivered
    | MessageReceived
    | MessageAcknowledged
    | MessageDeliveredToPrincipal
    | MessageReplied
    | MessageSuperseded
    | MessageCancelled
    | MessageRelayed
    | LadderClimbed
    | AcknowledgementOverdue
)
Event = Annotated[HotlineEvent | ExchangeEvent | LineEvent | Receipt, Field(discriminator="kind")]
Notice = Annotated[
    HotlineEvent | ExchangeEvent | CarriedMessage | RelayAsked | LineNotice | Receipt,
    Field(discriminator="kind"),
]


class HotlineDelivery(Delivery):
    """What the hotline gives to a desk."""

    notice: Notice


HotlineEntry = Entry[Event, Notice]
