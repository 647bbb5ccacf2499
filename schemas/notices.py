"""Notices of launches and exercises: what is told beforehand, and for whom it is meant.

The cases behind it are the rocket of January 1995, whose notice reached a ministry and never the
radar crew, and the exercise of November 1983, whose novelties nobody had told. All that is said of
one notice travels in one lane, so that it has one order.
"""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, field_validator, model_validator

from schemas.cap import CapArea, Long, Short
from schemas.envelope import Outer, Submission
from schemas.hotline import LegStep, Step
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
    Nation,
    OfficerId,
    Precedence,
)
from schemas.places import Point
from schemas.receipts import Position

NOTICE_PREFIX = "alert-notice-"
PRECEDENCE = Precedence.PRIORITY
LANE = Lane.PRIORITY
ADDRESSEES_MAX = 16
RECIPIENTS_MAX = 24
"""Desks that one notice can reach, alternates included, so that its records stay within bounds."""
DAY = timedelta(hours=24)
NONE: Literal["NONE"] = "NONE"


def _each_desk_once(desks: tuple[str, ...]) -> tuple[str, ...]:
    if len(desks) != len(set(desks)):
        raise ValueError("name each desk once")
    return desks


Desks = Annotated[tuple[DeskId, ...], AfterValidator(_each_desk_once)]


class NoticeKind(StrEnum):
    """Of what notice is given."""

    LAUNCH = "LAUNCH"
    EXERCISE = "EXERCISE"


class NoticePhase(StrEnum):
    """How far the activity has come, by what was said of it."""

    NONE = "NONE"
    NOTIFIED = "NOTIFIED"
    CONFIRMED = "CONFIRMED"
    """Of a launch: its day and hours were told."""
    COMMENCED = "COMMENCED"
    """Of an exercise: its sender said that it goes on."""
    ENDED = "ENDED"
    CANCELLED = "CANCELLED"
    PASSED = "PASSED"
    """Of a launch: its window is over, and nobody said what came of it."""


class Novelty(StrEnum):
    """Whether an exercise has anything that those before it had not. It is never left unsaid."""

    NONE = "NONE"
    NAMED = "NAMED"
    """The new elements stand inside."""


class NoticeCommand(Submission):
    """Base of all that desks say of a notice."""

    @model_validator(mode="after")
    def _is_in_its_matter_and_lane(self) -> Self:
        if not self.matter.startswith(NOTICE_PREFIX):
            raise ValueError(f"a notice's matter begins with {NOTICE_PREFIX}")
        if self.lane is not LANE:
            raise ValueError(f"all that is said of notices travels in the lane {LANE}")
        return self


class NoticeSaid(NoticeCommand):
    """Base of what a notice's sender says."""


class WindowSaid(NoticeSaid):
    """Base of what names a window."""

    begins: Moment = Field(description="The earliest moment of the window.")
    ends: Moment = Field(description="The last one.")


class NotifyActivity(WindowSaid):
    """Base of what begins a matter."""

    addressees: Desks = Field(
        min_length=1, max_length=ADDRESSEES_MAX, description="The desks entitled to it."
    )
    final_consumers: Desks = Field(
        max_length=ADDRESSEES_MAX,
        description="Of these, the desks for which it is meant in the end: early warning, say.",
    )
    label: Label


class NotifyLaunch(NotifyActivity):
    """A state tells beforehand of a launch."""


class NotifyExercise(NotifyActivity):
    """A state tells beforehand of an exercise."""

    novelty: Novelty | None = Field(description="Null where it is left unsaid, which is refused.")


class AmendNotice(WindowSaid):
    """The sender changes the notice. What is inside takes the place of what was."""

    novelty: Novelty | None = Field(
        default=None, description="Of an exercise, said anew; null for a launch."
    )


class ConfirmNotice(WindowSaid):
    """The day-of confirmation of a launch: its exact hours, within the window."""


class CancelNotice(NoticeSaid):
    """It does not take place."""


class EndNotice(NoticeSaid):
    """It is over."""


class ContinueExercise(NoticeSaid):
    """The daily word: the exercise goes on as it was told."""


class GivenCommand(NoticeCommand):
    """Base of what those say to whom a notice was given."""

    notice: MessageId = Field(description="The newest of the sender's words that it has.")


class AcknowledgeNotice(GivenCommand):
    """An officer understood it and takes it over. Of the final consumer alone it settles it."""


class LinkDetection(GivenCommand):
    """The desk detected something that lies within the notice's window and areas."""

    detected_at: Moment


# Inside.


class LaunchTold(Contract):
    """Inside the notice of a launch."""

    designation: Short = Field(description="What is launched: three research rockets.")
    launch_area: tuple[CapArea, ...] = Field(
        min_length=1, max_length=4, description="Whence, as boundary points or a circle."
    )
    impact_areas: tuple[CapArea, ...] = Field(
        min_length=1, max_length=8, description="Where it falls, as boundary points or circles."
    )
    waters: Short | None = Field(
        default=None, description="For a launch at sea: the quadrant or body of water."
    )
    is_not: Long | None = Field(default=None, description="What it could be taken for, and is not.")
    text: Long | None = None

    @model_validator(mode="after")
    def _areas_have_a_shape(self) -> Self:
        _shaped((*self.launch_area, *self.impact_areas))
        return self


class ExerciseTold(Contract):
    """Inside the notice of an exercise. What a state holds back it leaves out."""

    designation: Short
    purpose: Long
    area: tuple[CapArea, ...] = Field(min_length=1, max_length=8)
    novel_elements: Literal["NONE"] | tuple[Long, ...] = Field(
        description="What those before it had not: new formats, radio silence, leaders who take"
        " part. NONE, written out, where there is nothing; never left empty."
    )
    command_level: Short | None = Field(default=None, description="Level of command.")
    troops: int | None = Field(default=None, ge=0, le=10_000_000, description="In all.")
    formations: Long | None = None
    equipment: Long | None = Field(
        default=None, description="Tanks, armoured vehicles, artillery, helicopters."
    )
    sorties: int | None = Field(default=None, ge=0, le=1_000_000)
    amphibious_airborne: Long | None = None
    phases: Long | None = None
    contact: Short | None = Field(default=None, description="Point of contact: a role.")
    text: Long | None = None

    @model_validator(mode="after")
    def _areas_have_a_shape(self) -> Self:
        _shaped(self.area)
        return self

    @field_validator("novel_elements")
    @classmethod
    def _none_stands_alone(cls, named: Any) -> Any:
        """A list of the one word NONE is that word: so it is typed where a list is asked for."""
        if named == (NONE,):
            return NONE
        if named != NONE and any(each.strip().upper() == NONE for each in named):
            raise ValueError("NONE stands alone: where there is an element, name it without NONE")
        return named

    @property
    def novelty(self) -> Novelty | None:
        """What the outside says of them; None where they are left unsaid."""
        if self.novel_elements == NONE:
            return Novelty.NONE
        return Novelty.NAMED if self.novel_elements else None


def _shaped(areas: tuple[CapArea, ...]) -> None:
    if not all(each.polygon or each.circle for each in areas):
        raise ValueError("name each area by a polygon or a circle: else nothing can be matched")


class ActivityTold(Contract):
    """Inside a notice, and inside what amends it."""

    launch: LaunchTold | None = None
    exercise: ExerciseTold | None = None

    @model_validator(mode="after")
    def _is_of_one(self) -> Self:
        if (self.launch is None) == (self.exercise is None):
            raise ValueError("a notice is of a launch or of an exercise")
        return self

    @property
    def areas(self) -> tuple[CapArea, ...]:
        """Every area that it names."""
        if self.launch is not None:
            return (*self.launch.launch_area, *self.launch.impact_areas)
        assert self.exercise is not None, "a notice is of one of the two"
        return self.exercise.area

    @property
    def designation(self) -> str:
        """What it is called."""
        told = self.launch or self.exercise
        assert told is not None, "a notice is of one of the two"
        return told.designation


class NoticeWords(Contract):
    """Inside what needs few words or none."""

    text: Long | None = None
    passed_to: Short | None = Field(default=None, description="To whom it was passed on.")


class Detected(Contract):
    """Inside what links a detection: what was seen, as far as it is told."""

    points: tuple[Point, ...] = Field(
        min_length=1, max_length=32, description="Where it was seen, in the order of the track."
    )
    text: Long | None = None


# The clock's own word.


class NoticeDeadline(StrEnum):
    """What falls due of a notice when nobody speaks."""

    SILENCE = "SILENCE"
    CONFIRMATION = "CONFIRMATION"
    WORD = "WORD"
    END = "END"
    WINDOW = "WINDOW"
    """Of a launch: the end of its window."""


class PassNoticeDeadline(Outer):
    """The service's own clock says that a notice's deadline has passed."""

    what: NoticeDeadline
    message: MessageId = Field(description="The sender's newest word.")
    desk: DeskId | None
    step: Step | None
    due: Moment


# What happened.


class NoticeGivenTo(Contract):
    """A desk that is given a notice, with its alternates."""

    desk: DeskId
    final: bool
    ladder: Ladder


class NoticeWord(Contract):
    """Base of the sender's accepted words that are to be taken over."""

    message: MessageId
    digest: Digest
    number: int = Field(ge=1, description="Among these words of this notice.")
    by: DeskId
    nation: Nation
    officer: OfficerId
    released_at: Moment
    at: Moment = Field(description="When the bus received it: the date of provision.")
    position: Position
    directory: int
    acknowledge_by: Moment
    schedule: tuple[LegStep, ...] = Field(description="Of silence; empty where desks are told.")


class ActivityNotified(NoticeWord):
    """Base of what begins a matter."""

    matter: MatterId
    begins: Moment
    ends: Moment
    late_by_s: int = Field(ge=0, description="Seconds by which the lead time was missed.")
    given: tuple[NoticeGivenTo, ...] = Field(description="Empty where desks are told.")
    final_consumers: Desks
    label: Label
    message_type: MessageType
    exercise: ExerciseId | None


class LaunchNotified(ActivityNotified):
    """Notice of a launch stands, and its addressees' clocks run."""

    kind: Literal["LaunchNotified"] = "LaunchNotified"


class ExerciseNotified(ActivityNotified):
    """Notice of an exercise stands, and its addressees' clocks run."""

    kind: Literal["ExerciseNotified"] = "ExerciseNotified"
    novelty: Novelty


class NoticeAmended(NoticeWord):
    """The notice was changed. Everybody's clock begins anew."""

    kind: Literal["NoticeAmended"] = "NoticeAmended"
    begins: Moment
    ends: Moment
    novelty: Novelty | None
    late_by_s: int


class NoticeConfirmed(NoticeWord):
    """A launch's hours were told. Everybody's clock begins anew."""

    kind: Literal["NoticeConfirmed"] = "NoticeConfirmed"
    begins: Moment
    ends: Moment


class NoticeCancelled(NoticeWord):
    """It does not take place."""

    kind: Literal["NoticeCancelled"] = "NoticeCancelled"


class NoticeEnded(NoticeWord):
    """It is over."""

    kind: Literal["NoticeEnded"] = "NoticeEnded"


class ExerciseContinued(Contract):
    """The daily word came. It informs, and needs no acknowledgement."""

    kind: Literal["ExerciseContinued"] = "ExerciseContinued"
    message: MessageId
    by: DeskId
    nation: Nation
    officer: OfficerId
    at: Moment
    day: int = Field(ge=1, description="Since it began, each of 24 hours.")


class NoticeAcknowledged(Contract):
    """A desk took the sender's newest word over, or its alternate did."""

    kind: Literal["NoticeAcknowledged"] = "NoticeAcknowledged"
    message: MessageId
    number: int
    desk: DeskId
    by: DeskId = Field(description="The desk itself, or its alternate.")
    officer: OfficerId
    at: Moment
    timely: bool
    settles: bool = Field(
        description="False of an alternate's word where the final consumer's own is awaited."
    )


class NoticeLadderClimbed(Contract):
    """A desk is silent, and the next on its ladder is tried."""

    kind: Literal["NoticeLadderClimbed"] = "NoticeLadderClimbed"
    message: MessageId
    desk: DeskId
    step: Step
    to: DeskId | None


class NoticeOverdue(Contract):
    """A desk did not take it over in its time. Whoever else did, it is overdue there."""

    kind: Literal["NoticeOverdue"] = "NoticeOverdue"
    message: MessageId
    desk: DeskId
    final: bool
    due: Moment


class NoticeUnconfirmed(Contract):
    """A wide window has begun, or its confirmed hours are over, and no day is named."""

    kind: Literal["NoticeUnconfirmed"] = "NoticeUnconfirmed"
    due: Moment


class ExerciseWordMissing(Contract):
    """A day of an exercise passed without the word that it goes on."""

    kind: Literal["ExerciseWordMissing"] = "ExerciseWordMissing"
    day: int
    due: Moment


class ExerciseEndMissing(Contract):
    """The time of an exercise is over, and nobody said that it is."""

    kind: Literal["ExerciseEndMissing"] = "ExerciseEndMissing"
    due: Moment


class NoticePassed(Contract):
    """A launch's window is over. What came of it was not said."""

    kind: Literal["NoticePassed"] = "NoticePassed"
    due: Moment


class DetectionLinked(Contract):
    """A desk detected something that it holds to be what it had notice of."""

    kind: Literal["DetectionLinked"] = "DetectionLinked"
    message: MessageId
    by: DeskId
    nation: Nation
    officer: OfficerId
    at: Moment
    detected_at: Moment
    notice: MessageId
    confirmed: bool | None = Field(
        description="Whether it lies within the confirmed hours; null where none were told."
    )


NoticeEvent = (
    LaunchNotified
    | ExerciseNotified
    | NoticeAmended
    | NoticeConfirmed
    | NoticeCancelled
    | NoticeEnded
    | ExerciseContinued
    | NoticeAcknowledged
    | NoticeLadderClimbed
    | NoticeOverdue
    | NoticeUnconfirmed
    | ExerciseWordMissing
    | ExerciseEndMissing
    | NoticePassed
    | DetectionLinked
)


class NoticeReach(StrEnum):
    """How a desk stands to the sender's newest word."""

    AWAITED = "AWAITED"
    TAKEN_OVER = "TAKEN_OVER"
    OVERDUE = "OVERDUE"


class NoticeRecipient(Contract):
    """How one desk stands to a notice."""

    desk: DeskId
    final: bool = Field(description="A final consumer, settled by its own word alone.")
    phase: NoticeReach
    due: Moment


class NoticeNext(Contract):
    """What is due next from the sender."""

    what: NoticeDeadline
    due: Moment


class NoticeStanding(Contract):
    """How a notice stands, as far as the desk that is told may know."""

    phase: NoticePhase
    since: Moment
    of: NoticeKind
    sender: DeskId
    begins: Moment
    ends: Moment
    confirmed_begins: Moment | None
    confirmed_ends: Moment | None
    newest: MessageId
    number: int
    novelty: Novelty | None
    late_by_s: int
    final_consumers: Desks
    settled: bool = Field(
        description="All final consumers took over the newest word; where none is named, all did."
    )
    overdue: bool = Field(description="A desk whose word settles it is silent beyond its time.")
    unconfirmed: bool
    word_missing: bool
    words_missed: int
    end_missing: bool
    detections: int
    recipients: tuple[NoticeRecipient, ...] = Field(
        description="All of them for the sender; for others their nation's addressees, and itself."
    )
    next: NoticeNext | None


class NoticeTold(Contract):
    """What a desk is told of a notice, and how it stands afterwards."""

    kind: Literal["NoticeTold"] = "NoticeTold"
    matter: MatterId
    step: int = Field(ge=1, description="Dense per notice, so that the newest is known.")
    event: Annotated[NoticeEvent, Field(discriminator="kind")]
    standing_in_for: DeskId | None = Field(
        default=None, description="The silent desk, where this one is told as its alternate."
    )
    standing: NoticeStanding
