"""What may be said of a line, and what the hotline records and tells of it.

Four classes of traffic stay apart by type. Substantive messages are `MessageOuter`, in matters of
their own; tests have no text and no addressee; service notes and goodwill are `LineNote`.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Literal, Self

from pydantic import Field, model_validator

from schemas.envelope import Outer
from schemas.line_record import LineId, LineRecord, PathId, matter_of
from schemas.parties import (
    Contract,
    DeskId,
    Digest,
    ExerciseId,
    Lane,
    MessageId,
    MessageType,
    Moment,
    Nation,
    OfficerId,
)

LANE = Lane.PRIORITY
"""All that is said of a line travels in one lane, so that it has one order."""


class LinePhase(StrEnum):
    """The state of a line, as domain's link state machine has it."""

    NOT_ESTABLISHED = "NOT_ESTABLISHED"
    COMMISSIONING = "COMMISSIONING"
    OPERATIONAL = "OPERATIONAL"
    DEGRADED = "DEGRADED"
    OUTAGE_UNEXPLAINED = "OUTAGE_UNEXPLAINED"
    MAINTENANCE = "MAINTENANCE"
    SUSPENDED = "SUSPENDED"
    CLOSED = "CLOSED"


class Cause(StrEnum):
    """Why a line is not as it should be. Only people say so; the bus never infers it."""

    UNKNOWN = "UNKNOWN"
    TECHNICAL_SUSPECTED = "TECHNICAL_SUSPECTED"
    TECHNICAL_CONFIRMED = "TECHNICAL_CONFIRMED"
    DECLARED_SUSPENSION = "DECLARED_SUSPENSION"


class LegalStatus(StrEnum):
    """In what force a party states the legal basis to be. In no other may a line rest on it."""

    IN_FORCE = "IN_FORCE"
    PROVISIONALLY_APPLIED = "PROVISIONALLY_APPLIED"


class Pattern(StrEnum):
    """The only texts that a test has: nothing in them can be misread."""

    FIGURES = "0123456789 9876543210"
    LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


class Reading(StrEnum):
    """How a test's pattern arrived."""

    CLEAR = "CLEAR"
    GARBLED = "GARBLED"


class NoteClass(StrEnum):
    """Written traffic that is neither substantive nor a test."""

    SERVICE = "SERVICE"
    GOODWILL = "GOODWILL"


# What desks say.


class LineCommand(Outer):
    """Base of what a desk says of a line."""

    sender: DeskId
    line: LineId

    @model_validator(mode="after")
    def _is_in_the_lines_matter(self) -> Self:
        if self.matter != matter_of(self.line):
            raise ValueError("a line's matter is its name after 'line-'")
        if self.lane is not LANE:
            raise ValueError(f"all of a line's traffic travels in the lane {LANE}")
        return self


class OfficersCommand(LineCommand):
    """Base of what an officer says of a line."""

    officer: OfficerId


class EstablishLine(OfficersCommand):
    """A party proposes a line's record, and adopts it itself."""

    record: LineRecord
    legal_status: LegalStatus

    @model_validator(mode="after")
    def _record_is_the_lines(self) -> Self:
        if self.record.line != self.line:
            raise ValueError("the record is that of the line")
        return self


class AdoptLine(OfficersCommand):
    """A party declares the very same record as its own."""

    record_digest: Digest = Field(description="SHA-256 of the record that this party holds.")
    legal_status: LegalStatus


class HalfOfTest(LineCommand):
    """Base of both halves of a test. Nothing is inside, and nobody is addressed but the line."""

    @model_validator(mode="after")
    def _nothing_is_inside(self) -> Self:
        if self.inside.size:
            raise ValueError("a test has no inner part")
        return self


class SendTest(HalfOfTest):
    """The first half of a two-way test, by the party whose turn it is."""

    path: PathId
    serial: int = Field(ge=1, description="The number of the test that is expected.")
    pattern: Pattern = Pattern.FIGURES


class AnswerTest(HalfOfTest):
    """The second half, by every other party."""

    test: MessageId = Field(description="The test that is answered.")
    reading: Reading


class ReportPathDown(OfficersCommand):
    """A party finds that a path does not carry. A two-way test over it shows when it does."""

    path: PathId


class AgreeMaintenance(OfficersCommand):
    """A party agrees to a time without tests. It stands once every party named the same."""

    start: Moment
    end: Moment

    @model_validator(mode="after")
    def _ends_after_start(self) -> Self:
        if self.end <= self.start:
            raise ValueError("maintenance ends after it starts")
        return self


class AgreeReview(OfficersCommand):
    """A party states that the line was reviewed, and when it is next. It stands once every party
    named the same day.
    """

    next_due: date


class SuspendLine(OfficersCommand):
    """A party's written notification that it suspends the line. Why may stand inside."""


class RestoreLine(OfficersCommand):
    """A party's written notification that it restores the line. Every party's is needed."""


class CloseLine(OfficersCommand):
    """A party's written notification that the line ends for good."""


class DeclareCause(OfficersCommand):
    """An officer says what a failing line suffers from."""

    cause: Literal[Cause.UNKNOWN, Cause.TECHNICAL_SUSPECTED, Cause.TECHNICAL_CONFIRMED]


class SendLineNote(OfficersCommand):
    """A few words from desk to desk: service, or goodwill. Never substantive."""

    note: NoteClass


class LineRemark(Contract):
    """The inner part of what an officer says of a line: for the parties' desks only."""

    remark: str | None = Field(default=None, max_length=2000)


class LineDeadline(StrEnum):
    """What falls due on a line when nobody speaks."""

    TEST = "TEST"
    MAINTENANCE_BEGINS = "MAINTENANCE_BEGINS"
    MAINTENANCE_ENDS = "MAINTENANCE_ENDS"
    REVIEW_AHEAD = "REVIEW_AHEAD"
    REVIEW = "REVIEW"


class PassLineDeadline(Outer):
    """The service's own clock says that a line's deadline has passed."""

    what: LineDeadline
    due: Moment


# What happened.


class Trigger(StrEnum):
    """What moved a line, or let it stay where it is with another test ahead."""

    ADOPTED_BY_ALL = "ADOPTED_BY_ALL"
    PATH_PROVED = "PATH_PROVED"
    ALL_PATHS_PROVED = "ALL_PATHS_PROVED"
    TEST_MISSED = "TEST_MISSED"
    MISSED_TOO_OFTEN = "MISSED_TOO_OFTEN"
    TEST_GARBLED = "TEST_GARBLED"
    PATH_DOWN = "PATH_DOWN"
    CAUSE_DECLARED = "CAUSE_DECLARED"
    MAINTENANCE_BEGAN = "MAINTENANCE_BEGAN"
    MAINTENANCE_ENDED = "MAINTENANCE_ENDED"
    SUSPENDED_IN_WRITING = "SUSPENDED_IN_WRITING"
    RESTORED_BY_ALL = "RESTORED_BY_ALL"
    CLOSED_IN_WRITING = "CLOSED_IN_WRITING"


class Expectation(Contract):
    """The test that is expected next. Both halves take place from `opens` to `closes`."""

    initiator: Nation
    opens: Moment
    due: Moment
    closes: Moment


class LineStanding(Contract):
    """How a line stands."""

    phase: LinePhase
    since: Moment
    cause: Cause | None = Field(description="None where nothing is to be explained.")
    misses: int = Field(ge=0, description="In a row.")
    unproved: tuple[PathId, ...] = Field(description="Paths to be tested, primary first.")
    concluded: int = Field(ge=0, description="How many tests are over; the next is one more.")
    expects: Expectation | None = Field(description="None while no schedule runs.")


class LineEstablished(Contract):
    """A party proposed a record. It takes the place of one that not all had adopted."""

    kind: Literal["LineEstablished"] = "LineEstablished"
    record: LineRecord
    by: Nation
    officer: OfficerId
    legal_status: LegalStatus
    at: Moment
    message_type: MessageType
    exercise: ExerciseId | None


class LineProposed(Contract):
    """What desks are told of a proposal. The record is in the enclosed, as its party signed it."""

    kind: Literal["LineProposed"] = "LineProposed"
    record_digest: Digest
    by: Nation
    officer: OfficerId
    legal_status: LegalStatus
    at: Moment


class LineAdopted(Contract):
    """Another party declared the same record."""

    kind: Literal["LineAdopted"] = "LineAdopted"
    by: Nation
    officer: OfficerId
    legal_status: LegalStatus
    at: Moment


class LineTestSent(Contract):
    """A test was begun."""

    kind: Literal["LineTestSent"] = "LineTestSent"
    test: MessageId
    serial: int
    path: PathId
    by: Nation
    at: Moment


class LineTestAnswered(Contract):
    """A party answered it."""

    kind: Literal["LineTestAnswered"] = "LineTestAnswered"
    test: MessageId
    serial: int
    path: PathId
    by: Nation
    reading: Reading
    at: Moment


class LineTestMissed(Contract):
    """A test's time and tolerance passed. Who was silent is known; why is not, nor guessed."""

    kind: Literal["LineTestMissed"] = "LineTestMissed"
    serial: int
    due: Moment
    silent: tuple[Nation, ...] = Field(description="The initiator, or who did not answer it.")


class LineChanged(Contract):
    """How the line stands from now on, and what made it so."""

    kind: Literal["LineChanged"] = "LineChanged"
    trigger: Trigger
    by: Nation | None = Field(description="Whose word it was; None for the clock's.")
    was: LinePhase
    standing: LineStanding


class MaintenanceProposed(Contract):
    """A party agreed to a time of maintenance."""

    kind: Literal["MaintenanceProposed"] = "MaintenanceProposed"
    by: Nation
    start: Moment
    end: Moment


class MaintenanceAgreed(Contract):
    """All parties named the same time."""

    kind: Literal["MaintenanceAgreed"] = "MaintenanceAgreed"
    start: Moment
    end: Moment


class LineReviewReminder(Contract):
    """The day on which the parties review the line is near, or has come."""

    kind: Literal["LineReviewReminder"] = "LineReviewReminder"
    term: Literal[LineDeadline.REVIEW_AHEAD, LineDeadline.REVIEW]
    review_due: date


class LineReviewed(Contract):
    """A party states that the line was reviewed, and when it is next."""

    kind: Literal["LineReviewed"] = "LineReviewed"
    by: Nation
    next_due: date
    at: Moment


class ReviewAgreed(Contract):
    """All parties named the same day for the next review."""

    kind: Literal["ReviewAgreed"] = "ReviewAgreed"
    next_due: date


class RestorationNotified(Contract):
    """A party notified that it restores the line."""

    kind: Literal["RestorationNotified"] = "RestorationNotified"
    by: Nation
    at: Moment


class LineNoteCarried(Contract):
    """A service or goodwill note, for the parties' desks."""

    kind: Literal["LineNoteCarried"] = "LineNoteCarried"
    note: NoteClass
    by: Nation
    officer: OfficerId
    at: Moment


LineEvent = (
    LineEstablished
    | LineAdopted
    | LineTestSent
    | LineTestAnswered
    | LineTestMissed
    | LineChanged
    | MaintenanceProposed
    | MaintenanceAgreed
    | LineReviewReminder
    | LineReviewed
    | ReviewAgreed
    | RestorationNotified
    | LineNoteCarried
)
LineNotice = (
    LineProposed
    | LineAdopted
    | LineTestSent
    | LineTestAnswered
    | LineTestMissed
    | LineChanged
    | MaintenanceProposed
    | MaintenanceAgreed
    | LineReviewReminder
    | LineReviewed
    | ReviewAgreed
    | RestorationNotified
    | LineNoteCarried
)
