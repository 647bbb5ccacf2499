"""The state of one alert's chain. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from schemas.alerts import AlertPhase, Capacity, PreApproved, RecipientPhase
from schemas.crisis import Confidence, EventCode, EventFacts
from schemas.hotline import LegStep
from schemas.parties import DeskId, Label, Ladder, Lane, MessageType, Precedence
from schemas.receipts import Position
from schemas.sources import Corroboration, Source, Weight, corroboration_of

STANDING = (AlertPhase.ACTIVE, AlertPhase.UPDATED)
"""Phases in which an alert is in effect."""


@dataclass(frozen=True, slots=True)
class Word:
    """One of the sender's messages: where it lies, and how it is named."""

    message: str
    digest: str
    number: int
    whole: bool
    """Whether it tells the event, as an alert and an update do."""
    lane: Lane
    position: Position
    directory: int


@dataclass(frozen=True, slots=True)
class Recipient:
    """A desk that was given the alert."""

    desk: DeskId
    capacity: Capacity
    first: int
    """The number of the message that it was given first."""
    due: datetime
    ladder: Ladder = field(default_factory=Ladder)
    steps_left: tuple[LegStep, ...] = ()
    stands_for: tuple[DeskId, ...] = ()
    taken_over: int = 0
    """The newest message that it acknowledged, or an alternate for it; by number."""
    answered: Mapping[int, RecipientPhase] = field(default_factory=dict)
    """CAP's Ack or Error, by the number of the message."""
    overdue: bool = False
    acknowledged: frozenset[int] = frozenset()
    """The messages that this very desk acknowledged."""

    @property
    def heard_of(self) -> int:
        """The newest message of which any word of its shows that an officer has it."""
        return max((self.taken_over, *self.answered))

    def phase(self, number: int) -> RecipientPhase:
        """How it stands to a message. Only CAP's own words make it ACKED or ERRORED."""
        silent = RecipientPhase.OVERDUE if self.overdue else RecipientPhase.UNACKED
        return self.answered.get(number, silent)


@dataclass(frozen=True, slots=True)
class Finding:
    """What an independent source makes of the event, and the desk that says so."""

    by: DeskId
    source: Source
    bears_out: bool


@dataclass(frozen=True, slots=True)
class Chain:
    """One chain; blank where no alert was issued."""

    matter: str = ""
    sender: DeskId = ""
    phase: AlertPhase = AlertPhase.DRAFT
    since: datetime | None = None
    step: int = 0
    words: tuple[Word, ...] = ()
    facts: EventFacts | None = None
    addressed: tuple[str, ...] = ()
    expires: datetime | None = None
    precedence: Precedence = Precedence.ROUTINE
    """The highest so far: nothing that follows an alert travels more slowly."""
    confidence: Confidence = Confidence.UNKNOWN
    incident: str | None = None
    threads: tuple[str, ...] = ()
    templates: PreApproved | None = None
    label: Label | None = None
    false_alert: bool = False
    settled: int = 1
    """The newest message that everybody has who had an earlier one."""
    recipients: Mapping[DeskId, Recipient] = field(default_factory=dict)
    identifiers: frozenset[tuple[DeskId, str]] = frozenset()
    message_type: MessageType = MessageType.OPERATION
    exercise: str | None = None
    sources: tuple[Source, ...] = ()
    """On which it rests, as its sender said; empty: it did not say."""
    findings: Mapping[tuple[str, str], Finding] = field(default_factory=dict)
    """By what the source is recognised by; what it said last."""

    @property
    def weight(self) -> Weight | None:
        """What stands behind it and against it; None while nothing was said of either."""
        if not self.sources and not self.findings:
            return None
        own = {each.same for each in self.sources}
        # An update may name as its own what spoke for itself before: then it counts once.
        found = [each for same, each in self.findings.items() if same not in own]
        bearing_out = sum(each.bears_out for each in found)
        return Weight(
            sources=len(self.sources),
            bearing_out=bearing_out,
            contradicting=len(found) - bearing_out,
        )

    @property
    def corroboration(self) -> Corroboration | None:
        """Whether it is borne out by more than one source; None where that is not asked."""
        return corroboration_of(self.weight, self.precedence)

    @property
    def newest(self) -> Word:
        """The message that stands."""
        return self.words[-1]

    @property
    def event_code(self) -> EventCode:
        """What kind of alert it is now."""
        assert self.facts is not None, "only of an alert that was issued"
        return self.facts.event_code

    def word(self, message: str) -> Word | None:
        """One of the sender's messages."""
        return next((each for each in self.words if each.message == message), None)

    def lacks_newest(self, recipient: Recipient) -> bool:
        """Whether it had an earlier message and shows no sign of having the newest."""
        number = self.newest.number
        return recipient.first < number and recipient.heard_of < number

    @property
    def uncorrected(self) -> list[Recipient]:
        """Who still holds what is not the newest word."""
        return [each for each in self.recipients.values() if self.lacks_newest(each)]

    def with_recipient(self, recipient: Recipient) -> Chain:
        """The chain with one recipient as it is now."""
        return replace(self, recipients={**self.recipients, recipient.desk: recipient})


BLANK = Chain()
"""No alert yet."""
