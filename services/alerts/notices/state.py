"""The state of one notice. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from schemas.hotline import LegStep
from schemas.notices import NoticeKind, NoticePhase, NoticeReach, Novelty
from schemas.parties import DeskId, Label, Ladder, MessageType
from schemas.receipts import Position

STANDING = (NoticePhase.NOTIFIED, NoticePhase.CONFIRMED, NoticePhase.COMMENCED)
"""Phases in which it is expected to take place, or does."""


@dataclass(frozen=True, slots=True)
class Word:
    """One of the sender's words that are to be taken over: where it lies."""

    message: str
    digest: str
    number: int
    whole: bool
    """Whether it tells all, as the notice itself and an amendment do."""
    position: Position
    directory: int


@dataclass(frozen=True, slots=True)
class Recipient:
    """A desk that was given the notice."""

    desk: DeskId
    due: datetime
    ladder: Ladder = field(default_factory=Ladder)
    final: bool = False
    """Whether it is meant for this desk in the end: then its own word alone settles it."""
    alternate: bool = False
    steps_left: tuple[LegStep, ...] = ()
    stands_for: tuple[DeskId, ...] = ()
    taken_over: int = 0
    """The newest word that it took over, by number; of others than a final consumer, or that an
    alternate did in its stead."""
    overdue: bool = False

    def reach(self, number: int) -> NoticeReach:
        """How it stands to a word."""
        if self.taken_over >= number:
            return NoticeReach.TAKEN_OVER
        return NoticeReach.OVERDUE if self.overdue else NoticeReach.AWAITED


@dataclass(frozen=True, slots=True)
class Window:
    """From its first moment to its last, both within it."""

    begins: datetime
    ends: datetime

    def holds(self, moment: datetime) -> bool:
        """Whether a moment lies in it."""
        return self.begins <= moment <= self.ends

    def within(self, other: Window) -> bool:
        """Whether all of it lies in the other."""
        return other.begins <= self.begins and self.ends <= other.ends


@dataclass(frozen=True, slots=True)
class Announced:
    """What a notice says on its outside."""

    of: NoticeKind
    sender: DeskId
    window: Window
    label: Label
    novelty: Novelty | None
    late_by_s: int
    message_type: MessageType
    exercise: str | None


@dataclass(frozen=True, slots=True)
class Notice:
    """One notice; blank where none was given."""

    matter: str = ""
    step: int = 0
    phase: NoticePhase = NoticePhase.NONE
    since: datetime | None = None
    announced: Announced | None = None
    words: tuple[Word, ...] = ()
    confirmed: Window | None = None
    unconfirmed: bool = False
    days: int = 0
    """Of an exercise: the newest of its days that was spoken of, or passed in silence."""
    word_missing: bool = False
    words_missed: int = 0
    end_missing: bool = False
    ended_at: datetime | None = None
    detections: int = 0
    recipients: Mapping[DeskId, Recipient] = field(default_factory=dict)

    @property
    def told(self) -> Announced:
        """What was announced."""
        assert self.announced is not None, "only of a notice that was given"
        return self.announced

    @property
    def message_type(self) -> MessageType:
        """Live, or of an exercise on the bus."""
        return self.told.message_type

    @property
    def exercise(self) -> str | None:
        """The exercise on the bus that the notice belongs to."""
        return self.told.exercise

    @property
    def window(self) -> Window:
        """As it was announced last."""
        return self.told.window

    @property
    def newest(self) -> Word:
        """The word that stands."""
        return self.words[-1]

    @property
    def finals(self) -> list[Recipient]:
        """The desks for which it is meant in the end."""
        return [each for each in self.recipients.values() if each.final]

    @property
    def deciding(self) -> list[Recipient]:
        """Whose words settle it: the final consumers'; where none is named, all addressees'."""
        addressed = [each for each in self.recipients.values() if not each.alternate]
        return self.finals or addressed

    @property
    def settled(self) -> bool:
        """Whether the newest word is with those for whom it is meant."""
        number = self.newest.number
        return all(each.taken_over >= number for each in self.deciding)

    @property
    def overdue(self) -> bool:
        """Whether one of these is silent beyond its time."""
        number = self.newest.number
        return any(each.reach(number) is NoticeReach.OVERDUE for each in self.deciding)

    def with_recipient(self, recipient: Recipient) -> Notice:
        """The notice with one recipient as it is now."""
        return replace(self, recipients={**self.recipients, recipient.desk: recipient})


BLANK = Notice()
"""No notice yet."""
