"""What may be said in an alert's chain, and what the service records and tells of it.

CAP's `Ack` (received, and accepted as valid) and the desk's acknowledgement (received and taken
over, never agreement) are two submissions and two events. Neither is ever read as the other.
"""

from __future__ import annotations

from enum import StrEnum
from hashlib import sha256
from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, model_validator

from schemas.acts import unset
from schemas.cap import CapAlert, CapName, Language, Long, MsgType, Short
from schemas.concerns import (
    CONCERN_PREFIX,
    HAZARD_PREFIX,
    HOSTING_PREFIX,
    RiskDeadline,
    RiskEvent,
    RiskTold,
)
from schemas.crisis import Confidence, EventCode, EventFacts, IncidentId, Nations, precedence_of
from schemas.envelope import Outer, Submission
from schemas.hotline import LegStep, Step
from schemas.ledger import Entry
from schemas.notices import NOTICE_PREFIX, NoticeEvent, NoticeTold
from schemas.parties import (
    Contract,
    DeskId,
    Digest,
    ExerciseId,
    Function,
    Label,
    Ladder,
    Lane,
    MatterId,
    MessageId,
    MessageType,
    Moment,
    Nation,
    OfficerId,
    Precedence,
    nation_of,
)
from schemas.receipts import Delivery, Position, Receipt
from schemas.sources import Corroboration, Source, Sources, Weight, corroboration_of

PREFIX, TEMPLATES_PREFIX = "alert-", "alert-templates-"
NATIONS_MAX = 12
RECIPIENTS_MAX = 48
"""Desks that one chain can reach, alternates included, so that its records stay within bounds."""
_OTHERS = (CONCERN_PREFIX, HAZARD_PREFIX, HOSTING_PREFIX, NOTICE_PREFIX, TEMPLATES_PREFIX)


def chain_of(desk: str, identifier: str) -> str:
    """The matter of the chain that a desk begins with this CAP identifier: always the same, so
    that one identifier never names two chains.
    """
    named = f"{desk}-{identifier}"
    digest = sha256(f"{desk},{identifier}".encode()).hexdigest()[:16]
    readable = "".join(each if each in "abcdefghijklmnopqrstuvwxyz0123456789-" else "-"
                       for each in named.lower())[:40]  # fmt: skip
    return f"{PREFIX}{readable.strip('-')}-{digest}"


def templates_of(desk: str) -> str:
    """The matter in which a desk's approved templates stand."""
    return f"{TEMPLATES_PREFIX}{desk}"


class AlertPhase(StrEnum):
    """How a chain stands."""

    DRAFT = "DRAFT"
    """Nothing left the sender's desk."""
    ACTIVE = "ACTIVE"
    UPDATED = "UPDATED"
    """Active, and not everybody who had it has the newest word yet."""
    CANCELLED = "CANCELLED"
    EXPIRED = "EXPIRED"
    ALL_CLEAR = "ALL_CLEAR"


class RecipientPhase(StrEnum):
    """How a desk stands to the newest message of a chain."""

    UNACKED = "UNACKED"
    ACKED = "ACKED"
    """It sent CAP's Ack: received, and accepted as valid."""
    ERRORED = "ERRORED"
    OVERDUE = "OVERDUE"
    """Silent beyond its time."""


class Purpose(StrEnum):
    """What a template is kept for."""

    CANCEL = "CANCEL"
    CORRECTION = "CORRECTION"


# Templates.


class Template(Contract):
    """A text that was written and approved before it is needed."""

    event_code: EventCode
    purpose: Purpose
    language: Language
    headline: Short
    description: Long
    instruction: Long | None = None
    note: Short

    @property
    def digest(self) -> str:
        """SHA-256 of its one encoding."""
        return sha256(self.model_dump_json().encode()).hexdigest()


class TemplatePair(Contract):
    """The two that every kind of alert needs before it can be sent."""

    cancel: Template
    correction: Template

    @model_validator(mode="after")
    def _each_has_its_purpose(self) -> Self:
        if (self.cancel.purpose, self.correction.purpose) != (Purpose.CANCEL, Purpose.CORRECTION):
            raise ValueError("one template is for CANCEL, the other for CORRECTION")
        if self.cancel.event_code is not self.correction.event_code:
            raise ValueError("both templates are for one kind of alert")
        return self


class PreApproved(Contract):
    """Under which digests the two stand, and who approved them."""

    cancel: Digest
    correction: Digest
    drafter: OfficerId
    approver: OfficerId
    approval: MessageId = Field(description="The ApproveTemplates that stands in the ledger.")

    @model_validator(mode="after")
    def _two_officers(self) -> Self:
        if self.drafter == self.approver:
            raise ValueError("another officer approves a template than the one who wrote it")
        return self


class ApproveTemplates(Submission):
    """Two officers of a desk approve the cancel and correction templates of one kind of alert."""

    event_code: EventCode
    cancel: Digest
    correction: Digest
    drafter: OfficerId

    @model_validator(mode="after")
    def _in_the_desks_own_matter(self) -> Self:
        if self.matter != templates_of(self.sender) or self.lane is not Lane.ROUTINE:
            raise ValueError("a desk's templates stand in a matter of its own, in the routine lane")
        return self


# What is said in a chain.


class ChainCommand(Submission):
    """Base of all that is said in an alert's chain."""

    @model_validator(mode="after")
    def _is_in_a_chain(self) -> Self:
        if not self.matter.startswith(PREFIX) or self.matter.startswith(_OTHERS):
            raise ValueError("this matter is no alert's chain")
        return self


class SenderCommand(ChainCommand):
    """Base of the sender's own CAP messages."""

    msg_type: ClassVar[MsgType]
    identifier: CapName = Field(description="CAP's, of this message.")
    drafter: OfficerId
    precedence: Precedence

    @model_validator(mode="after")
    def _travels_in_its_lane(self) -> Self:
        if self.lane is not self.precedence.lane:
            raise ValueError("an alert travels in the lane of its precedence")
        if self.precedence in (Precedence.OVERRIDE, Precedence.DEFERRED):
            raise ValueError("an alert's precedence is ROUTINE to FLASH")
        return self


class AlertMessage(EventFacts, SenderCommand):
    """Base of an alert and of its updates: all of the event, as it is known now."""

    addressed: Nations = Field(min_length=1, max_length=NATIONS_MAX)
    onset: Moment | None
    effective: Moment | None
    expires: Moment | None
    threads: tuple[MatterId, ...] = Field(max_length=8, description="Hotline matters about it.")
    confidence: Confidence = Field(description="How sure the sender is of who is behind it.")
    templates: PreApproved | None = Field(description="Without them the alert is not sent.")
    label: Label
    sources: Sources | None = Field(
        default=None,
        exclude_if=unset,
        description="On what it rests. Left out: not said; of an update: as it was said before.",
    )

    @model_validator(mode="after")
    def _is_as_fast_as_its_urgency(self) -> Self:
        least = precedence_of(self.urgency, self.severity)
        if self.precedence.rank < least.rank:
            raise ValueError(f"{self.urgency} and {self.severity} is at least {least}")
        return self

    @model_validator(mode="after")
    def _expires_after_it_takes_effect(self) -> Self:
        if self.expires is not None and self.expires < (self.effective or self.sent_at):
            raise ValueError("it expires before it takes effect")
        return self

    @model_validator(mode="after")
    def _addresses_others(self) -> Self:
        if nation_of(self.sender) in self.addressed:
            raise ValueError("an alert addresses other nations")
        if any(
            each.startswith(("alert-", "visit-", "agreement-", "line-")) for each in self.threads
        ):
            raise ValueError("a thread is a matter of the hotline")
        return self


class IssueAlert(AlertMessage):
    """A new alert: it begins its chain."""

    msg_type = MsgType.ALERT

    @model_validator(mode="after")
    def _begins_its_own_chain(self) -> Self:
        if self.matter != chain_of(self.sender, self.identifier):
            raise ValueError("a chain's matter follows from sender and identifier")
        return self


class UpdateAlert(AlertMessage):
    """Takes the place of the newest message: new facts, another attribution, more nations."""

    msg_type = MsgType.UPDATE
    references: tuple[MessageId, ...] = Field(max_length=4, description="The newest, alone.")


class FollowUp(SenderCommand):
    """Base of what is said with few words, from a template where there is no time."""

    references: tuple[MessageId, ...] = Field(max_length=4, description="The newest, alone.")
    template: Digest | None = Field(
        description="The pre-approved text that this is word for word; then one officer suffices."
    )


class CorrectAlert(FollowUp):
    """What was said was wrong. Everybody who had it is told, whatever became of the alert."""

    msg_type = MsgType.UPDATE
    false_alert: bool = Field(description="Nothing of it happened.")


class CancelAlert(FollowUp):
    """The alert is withdrawn."""

    msg_type = MsgType.CANCEL


class ClearAlert(FollowUp):
    """The danger is over: all clear."""

    msg_type = MsgType.UPDATE


class RecipientCommand(ChainCommand):
    """Base of what a desk that was given the alert says."""

    references: tuple[MessageId, ...] = Field(max_length=4, description="What it speaks of, alone.")


class AckAlert(RecipientCommand):
    """CAP's Ack: the message was received and is accepted as valid."""

    identifier: CapName


class ErrorAlert(RecipientCommand):
    """CAP's Error: the message is rejected. Why stands inside."""

    identifier: CapName


class AcknowledgeAlert(RecipientCommand):
    """The desk's acknowledgement: an officer has it and takes it over. It agrees to nothing."""


class SourceCommand(ChainCommand):
    """Base of what another source than those of the alert makes of it."""

    references: tuple[MessageId, ...] = Field(max_length=4, description="What it speaks of, alone.")
    source: Source = Field(description="Which; none that the alert itself rests on.")


class CorroborateAlert(SourceCommand):
    """A second, independent source bears the alert out."""


class ContradictAlert(SourceCommand):
    """An independent source says otherwise: it should see what the alert tells, and does not."""


class LinkThreads(ChainCommand):
    """A desk of the chain links hotline matters, and the event's name, to the alert."""

    incident: IncidentId
    threads: tuple[MatterId, ...] = Field(max_length=8)

    @model_validator(mode="after")
    def _threads_are_of_the_hotline(self) -> Self:
        if any(
            each.startswith(("alert-", "visit-", "agreement-", "line-")) for each in self.threads
        ):
            raise ValueError("a thread is a matter of the hotline")
        return self


# Inside.


class Attribution(Contract):
    """Whom the sender takes to be behind the event."""

    claimed_actor: Short | None = None
    confidence: Confidence = Confidence.UNKNOWN
    basis: Long | None = Field(default=None, description="On what this rests.")

    @model_validator(mode="after")
    def _rests_on_something(self) -> Self:
        known = self.confidence is not Confidence.UNKNOWN
        if known and (self.claimed_actor is None or self.basis is None):
            raise ValueError("an attribution names its actor and its basis")
        return self


class AlertContent(Contract):
    """Inside the sender's messages: the CAP message itself, and what CAP has no place for."""

    cap: CapAlert
    attribution: Attribution | None = Field(
        default=None, description="In an alert and in its updates."
    )
    templates: TemplatePair | None = Field(
        default=None, description="In an alert and in its updates."
    )
    used: Template | None = Field(default=None, description="In what was made from a template.")


class CapAnswer(Contract):
    """Inside CAP's Ack and Error."""

    cap: CapAlert


class AlertRemark(Contract):
    """Inside a desk's acknowledgement, a link, and what another source makes of an alert."""

    remark: Long | None = Field(default=None, description="Whom it was passed to, say.")


# The clock's own words.


class AlertDeadline(StrEnum):
    """What falls due in a chain."""

    SILENCE = "SILENCE"
    EXPIRY = "EXPIRY"


class PassAlertDeadline(Outer):
    """The service's own clock says that a chain's deadline has passed."""

    what: AlertDeadline
    message: MessageId
    desk: DeskId | None
    step: Step | None
    due: Moment


class PassRiskDeadline(Outer):
    """The service's own clock says that a deadline of risk reduction has passed."""

    what: RiskDeadline
    message: MessageId = Field(description="Whose word set it.")
    due: Moment


# What happened.


class Capacity(StrEnum):
    """Why a desk was given an alert."""

    ADDRESSEE = "ADDRESSEE"
    ALTERNATE = "ALTERNATE"


class Given(Contract):
    """A desk that is given an alert, with its alternates."""

    desk: DeskId
    functions: tuple[Function, ...]
    ladder: Ladder


class AlertWord(Contract):
    """Base of the sender's accepted messages."""

    message: MessageId
    digest: Digest
    identifier: CapName
    number: int = Field(ge=1, description="Among the sender's messages of this chain.")
    by: DeskId
    nation: Nation = Field(description="The sender's.")
    drafter: OfficerId
    officer: OfficerId
    released_at: Moment
    at: Moment = Field(description="When the bus received it.")
    precedence: Precedence
    lane: Lane
    acknowledge_by: Moment
    schedule: tuple[LegStep, ...] = Field(description="When silence climbs.")
    position: Position
    directory: int = Field(ge=-1)


class AlertIssued(AlertWord, EventFacts):
    """A new alert stands."""

    kind: Literal["AlertIssued"] = "AlertIssued"
    addressed: Nations
    given: tuple[Given, ...]
    onset: Moment | None
    effective: Moment | None
    expires: Moment | None
    threads: tuple[MatterId, ...]
    confidence: Confidence
    templates: PreApproved
    label: Label
    message_type: MessageType
    exercise: ExerciseId | None
    sources: Sources | None = Field(default=None, exclude_if=unset)


class AlertUpdated(AlertWord, EventFacts):
    """Newer words of the alert stand."""

    kind: Literal["AlertUpdated"] = "AlertUpdated"
    addressed: Nations
    given: tuple[Given, ...] = Field(description="Whom it reaches now for the first time.")
    onset: Moment | None
    effective: Moment | None
    expires: Moment | None
    threads: tuple[MatterId, ...]
    confidence: Confidence
    was: Confidence
    templates: PreApproved
    label: Label
    sources: Sources | None = Field(default=None, exclude_if=unset)


class AlertCorrected(AlertWord):
    """What was said was wrong; who had it is being told."""

    kind: Literal["AlertCorrected"] = "AlertCorrected"
    template: Digest | None
    false_alert: bool


class AlertCancelled(AlertWord):
    """The alert was withdrawn; who had it is being told."""

    kind: Literal["AlertCancelled"] = "AlertCancelled"
    template: Digest | None


class AlertCleared(AlertWord):
    """All clear."""

    kind: Literal["AlertCleared"] = "AlertCleared"


class AlertExpired(Contract):
    """The time that the alert named passed."""

    kind: Literal["AlertExpired"] = "AlertExpired"
    due: Moment


class AlertAcknowledged(Contract):
    """A desk took a message over, for itself or for the silent desk that it stands in for."""

    kind: Literal["AlertAcknowledged"] = "AlertAcknowledged"
    message: MessageId
    number: int
    desk: DeskId
    by: DeskId
    officer: OfficerId
    at: Moment
    timely: bool


class AlertCapAcked(Contract):
    """A desk sent CAP's Ack: it accepts the message as valid."""

    kind: Literal["AlertCapAcked"] = "AlertCapAcked"
    message: MessageId
    number: int
    desk: DeskId
    officer: OfficerId
    identifier: CapName
    at: Moment
    timely: bool


class AlertCapErrored(Contract):
    """A desk sent CAP's Error: it rejects the message."""

    kind: Literal["AlertCapErrored"] = "AlertCapErrored"
    message: MessageId
    number: int
    desk: DeskId
    officer: OfficerId
    identifier: CapName
    at: Moment
    timely: bool


class AlertLadderClimbed(Contract):
    """A desk is silent: its next alternate was given the message."""

    kind: Literal["AlertLadderClimbed"] = "AlertLadderClimbed"
    message: MessageId
    desk: DeskId
    step: Step
    to: DeskId | None = Field(description="None where the desk's ladder lacks this rung.")


class AlertOverdue(Contract):
    """A desk's time passed in silence. Why is not known and not guessed."""

    kind: Literal["AlertOverdue"] = "AlertOverdue"
    message: MessageId
    desk: DeskId
    due: Moment


class AlertSettled(Contract):
    """Everybody who had the alert has its newest word."""

    kind: Literal["AlertSettled"] = "AlertSettled"
    message: MessageId
    number: int


class AlertLinked(Contract):
    """The alert was linked to an event and to hotline matters about it."""

    kind: Literal["AlertLinked"] = "AlertLinked"
    by: DeskId
    officer: OfficerId
    incident: IncidentId
    threads: tuple[MatterId, ...]
    at: Moment


class SourceSpoke(Contract):
    """Base of what an independent source makes of an alert."""

    message: MessageId
    number: int
    by: DeskId
    officer: OfficerId
    source: Source
    at: Moment


class AlertCorroborated(SourceSpoke):
    """It bears the alert out."""

    kind: Literal["AlertCorroborated"] = "AlertCorroborated"


class AlertContradicted(SourceSpoke):
    """It says otherwise."""

    kind: Literal["AlertContradicted"] = "AlertContradicted"


class TemplatesApproved(Contract):
    """A desk's templates for one kind of alert are approved, and can be used."""

    kind: Literal["TemplatesApproved"] = "TemplatesApproved"
    message: MessageId
    by: DeskId
    event_code: EventCode
    cancel: Digest
    correction: Digest
    drafter: OfficerId
    approver: OfficerId
    at: Moment


ChainEvent = (
    AlertIssued
    | AlertUpdated
    | AlertCorrected
    | AlertCancelled
    | AlertCleared
    | AlertExpired
    | AlertAcknowledged
    | AlertCapAcked
    | AlertCapErrored
    | AlertLadderClimbed
    | AlertOverdue
    | AlertSettled
    | AlertLinked
    | AlertCorroborated
    | AlertContradicted
)


class RecipientStanding(Contract):
    """How a desk stands to the newest message."""

    desk: DeskId
    capacity: Capacity
    phase: RecipientPhase
    taken_over: bool = Field(description="It, or an alternate for it, acknowledged the newest.")
    uncorrected: bool = Field(description="It had an earlier message, and not the newest yet.")
    due: Moment


class AlertStanding(Contract):
    """How a chain stands, as far as the desk that is told may know."""

    phase: AlertPhase
    since: Moment
    sender: DeskId
    newest: MessageId
    number: int
    event_code: EventCode
    false_alert: bool
    precedence: Precedence
    confidence: Confidence
    expires: Moment | None
    incident: IncidentId | None
    threads: tuple[MatterId, ...]
    recipients: tuple[RecipientStanding, ...] = Field(
        description="All of them for the sender; a nation's own for its desks."
    )
    holding_uncorrected: int = Field(description="Of these, how many.")
    weight: Weight | None = Field(
        default=None,
        exclude_if=unset,
        description="Left out while nobody said on what it rests, and no other source spoke.",
    )

    @property
    def corroboration(self) -> Corroboration | None:
        """UNCORROBORATED, say; None where it is too slow to ask and no other source spoke."""
        return corroboration_of(self.weight, self.precedence)


class AlertTold(Contract):
    """What a desk is told of a chain, and how the chain stands afterwards."""

    kind: Literal["AlertTold"] = "AlertTold"
    step: int = Field(ge=1, description="Dense per chain, so that the newest is known.")
    event: Annotated[ChainEvent, Field(discriminator="kind")]
    standing_in_for: DeskId | None = Field(
        default=None, description="The silent desk, where this one is told as its alternate."
    )
    standing: AlertStanding


Event = Annotated[
    ChainEvent | TemplatesApproved | RiskEvent | NoticeEvent | Receipt, Field(discriminator="kind")
]
Notice = Annotated[
    AlertTold | TemplatesApproved | RiskTold | NoticeTold | Receipt, Field(discriminator="kind")
]


class AlertsDelivery(Delivery):
    """What the alerts service gives to a desk."""

    notice: Notice


AlertsEntry = Entry[Event, Notice]
