"""Risk reduction: requests about unusual activity, hazardous incidents, hosting of visits.

The model is chapter III of the Vienna Document; its own articles are named where a rule follows
one. All that is said in one matter travels in one lane, so that it has one order.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from schemas.cap import CapArea, Long, Short
from schemas.crisis import EventCode, EventFacts, Nations
from schemas.envelope import Submission
from schemas.parties import (
    Contract,
    DeskId,
    ExerciseId,
    Label,
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

CONCERN_PREFIX, HAZARD_PREFIX, HOSTING_PREFIX = "alert-concern-", "alert-hazard-", "alert-hosting-"
PRECEDENCE = Precedence.PRIORITY
LANE = Lane.PRIORITY
STATES_MAX = 57
INVITED_MAX = 24


class RiskCommand(Submission):
    """Base of all that desks say under this protocol."""

    @model_validator(mode="after")
    def _travels_in_its_lane(self) -> Self:
        if self.lane is not LANE:
            raise ValueError(f"all of this protocol travels in the lane {LANE}")
        return self


class Opening(EventFacts, RiskCommand):
    """Base of what begins a matter: between whom, and who gets copies."""

    participating: Nations = Field(
        min_length=2, max_length=STATES_MAX, description="All participating states, ours included."
    )
    label: Label

    @model_validator(mode="after")
    def _own_state_participates(self) -> Self:
        if nation_of(self.sender) not in self.participating:
            raise ValueError("the own state is one of the participating states")
        return self


# (A) Unusual military activity (paragraph 16).


class ConcernPhase(StrEnum):
    """How far a request for explanation has come."""

    NONE = "NONE"
    OPEN = "OPEN"
    ANSWERED = "ANSWERED"
    UNANSWERED = "UNANSWERED"
    MEETING_REQUESTED = "MEETING_REQUESTED"
    HELD = "HELD"
    BOYCOTTED = "BOYCOTTED"
    REPORTED = "REPORTED"
    CLOSED = "CLOSED"


class ReplyItem(StrEnum):
    """What a reply is asked to contain."""

    OBJECTIVES = "OBJECTIVES"
    LOCATION = "LOCATION"
    COMPLETION_DATE = "COMPLETION_DATE"
    DESIGNATION = "DESIGNATION"
    SUBORDINATION = "SUBORDINATION"
    FORMATIONS = "FORMATIONS"
    EQUIPMENT = "EQUIPMENT"


class Quality(StrEnum):
    """What the requester makes of a reply."""

    SUFFICIENT = "SUFFICIENT"
    INSUFFICIENT = "INSUFFICIENT"
    IRRELEVANT = "IRRELEVANT"


class MeetingScope(StrEnum):
    """Who is called to a meeting."""

    BILATERAL = "BILATERAL"
    ALL_STATES = "ALL_STATES"


class MeetingOutcome(StrEnum):
    """Whether the other state came."""

    HELD = "HELD"
    BOYCOTTED = "BOYCOTTED"


class ConcernCommand(RiskCommand):
    """Base of what is said about an unusual activity."""

    @model_validator(mode="after")
    def _is_in_its_matter(self) -> Self:
        if not self.matter.startswith(CONCERN_PREFIX):
            raise ValueError(f"a request's matter begins with {CONCERN_PREFIX}")
        return self


class RequestExplanation(ConcernCommand, Opening):
    """A state asks another about an unusual, unscheduled, militarily significant activity."""

    requested: Nation

    @model_validator(mode="after")
    def _asks_another_participant(self) -> Self:
        if self.requested == nation_of(self.sender) or self.requested not in self.participating:
            raise ValueError("the state that is asked is another participating state")
        if self.event_code is not EventCode.UNUSUAL_MILITARY_ACTIVITY:
            raise ValueError(f"such a request is about {EventCode.UNUSUAL_MILITARY_ACTIVITY}")
        return self


class UpdateRequest(ConcernCommand):
    """The requester adds to its request. No clock begins anew."""


class ReplyToRequest(ConcernCommand):
    """The state that was asked replies."""

    items: tuple[ReplyItem, ...] = Field(
        max_length=7, description="Which of the items asked for are inside."
    )


class JudgeReply(ConcernCommand):
    """The requester says what it makes of a reply."""

    reply: MessageId
    quality: Quality


class RequestMeeting(ConcernCommand):
    """A meeting is asked for, to be held within 48 hours."""

    scope: MeetingScope


class RecordMeeting(ConcernCommand):
    """The requester records who came."""

    held_at: Moment
    attended: Nations = Field(min_length=1, max_length=STATES_MAX)


class ReportMeeting(ConcernCommand):
    """What came of the meeting, forwarded to all participating states."""


class CloseRequest(ConcernCommand):
    """The requester's concern is met, or it pursues it no further."""


class ExplanationAsked(Contract):
    """Inside a request, and inside what is added to it."""

    causes: tuple[Long, ...] = Field(min_length=1, max_length=8, description="Of the concern.")
    activity: Short = Field(description="Its type.")
    area: tuple[CapArea, ...] = Field(min_length=1, max_length=8, description="Its location.")

    @model_validator(mode="after")
    def _area_is_more_than_words(self) -> Self:
        if not any(each.polygon or each.circle or each.geocode for each in self.area):
            raise ValueError("name the area by a polygon, a circle or a code, not in words alone")
        return self


class Explanation(Contract):
    """Inside a reply. What is left out was not said."""

    objectives: Long | None = None
    location: tuple[CapArea, ...] = Field(default=(), max_length=8)
    completion_date: date | None = None
    designation: Short | None = None
    subordination: Short | None = None
    formations: Long | None = Field(default=None, description="Number and type of formations.")
    equipment: Long | None = Field(default=None, description="Types of weapons and equipment.")
    text: Long | None = None

    @property
    def items(self) -> tuple[ReplyItem, ...]:
        """Which items it contains, in their order."""
        return tuple(
            item for item in ReplyItem if getattr(self, item.value.lower()) not in (None, ())
        )


class RiskWords(Contract):
    """Inside what needs few words or none."""

    text: Long | None = None
    place: Short | None = None
    at: Moment | None = Field(default=None, description="When it is proposed for.")
    recommendations: tuple[Long, ...] = Field(default=(), max_length=8)


# (B) Hazardous incidents (paragraph 17).


class HazardPhase(StrEnum):
    """How far the clarification of a hazardous incident has come."""

    NONE = "NONE"
    REPORTED = "REPORTED"
    ASKED = "ASKED"
    UNANSWERED = "UNANSWERED"
    CLARIFIED = "CLARIFIED"
    CLOSED = "CLOSED"


class HazardCommand(RiskCommand):
    """Base of what is said about a hazardous incident."""

    @model_validator(mode="after")
    def _is_in_its_matter(self) -> Self:
        if not self.matter.startswith(HAZARD_PREFIX):
            raise ValueError(f"a hazardous incident's matter begins with {HAZARD_PREFIX}")
        return self


class HazardOpening(HazardCommand, Opening):
    """Base of what begins the matter of an incident, by whichever side speaks first."""

    involved: Nation = Field(description="Whose forces are involved.")
    point_of_contact: DeskId = Field(description="The sender's own, for this incident.")

    @model_validator(mode="after")
    def _is_of_these_states(self) -> Self:
        if not {self.involved, *self.concerned} <= set(self.participating):
            raise ValueError("the states involved and affected are participating states")
        if self.involved in self.concerned or not self.concerned:
            raise ValueError("an incident affects another state than the one involved")
        if nation_of(self.point_of_contact) != nation_of(self.sender):
            raise ValueError("a state names a point of contact of its own")
        return self


class ReportHazard(HazardOpening):
    """The state whose forces are involved informs the others."""

    @model_validator(mode="after")
    def _by_the_state_involved(self) -> Self:
        if self.involved != nation_of(self.sender):
            raise ValueError("the state whose forces are involved reports")
        return self


class AskClarification(HazardOpening):
    """An affected state asks before anything was reported, or asks more."""

    @model_validator(mode="after")
    def _by_an_affected_state(self) -> Self:
        if nation_of(self.sender) not in self.concerned:
            raise ValueError("a state that is affected asks")
        return self


class Clarify(HazardCommand):
    """The state involved answers."""


class CloseHazard(HazardCommand):
    """An affected state declares the incident clarified."""


class HazardWords(Contract):
    """Inside what is said about an incident."""

    text: Long
    area: tuple[CapArea, ...] = Field(default=(), max_length=8)
    forces: Long | None = Field(default=None, description="Units or weapons involved.")
    cause: Long | None = None
    measures: Long | None = Field(default=None, description="Taken so that no harm follows.")


# (C) Voluntary hosting of visits to dispel concerns (paragraph 18).


class HostingPhase(StrEnum):
    """How far an invitation has come."""

    NONE = "NONE"
    INVITED = "INVITED"
    WITHDRAWN = "WITHDRAWN"
    CLOSED = "CLOSED"


class HostingAnswer(StrEnum):
    """What an invited state says."""

    ACCEPTED = "ACCEPTED"
    DECLINED = "DECLINED"


class HostingCommand(RiskCommand):
    """Base of what is said about a visit to dispel concerns."""

    @model_validator(mode="after")
    def _is_in_its_matter(self) -> Self:
        if not self.matter.startswith(HOSTING_PREFIX):
            raise ValueError(f"an invitation's matter begins with {HOSTING_PREFIX}")
        return self


class OfferHosting(HostingCommand, Opening):
    """A state invites others to see for themselves."""

    invited: Nations = Field(min_length=1, max_length=INVITED_MAX)
    begins: date
    ends: date
    observers_max: int = Field(ge=1, le=20, description="For each invited state.")
    answer_by: Moment

    @model_validator(mode="after")
    def _invites_others(self) -> Self:
        own = nation_of(self.sender)
        if own in self.invited or not set(self.invited) <= set(self.participating):
            raise ValueError("other participating states are invited")
        if self.ends < self.begins:
            raise ValueError("the visit ends before it begins")
        if self.answer_by.date() > self.begins:
            raise ValueError("answers are due before the visit begins")
        return self


class AnswerHosting(HostingCommand):
    """An invited state accepts or declines."""

    answer: HostingAnswer
    observers: int = Field(ge=0, le=20)

    @model_validator(mode="after")
    def _observers_come_where_it_accepts(self) -> Self:
        if (self.answer is HostingAnswer.ACCEPTED) != (self.observers > 0):
            raise ValueError("observers are numbered where the invitation is accepted")
        return self


class WithdrawHosting(HostingCommand):
    """The host withdraws its invitation."""


class CloseHosting(HostingCommand):
    """The host reports that the visit is over."""


class ProgrammeItem(Contract):
    """A part of the programme."""

    day: date
    text: Long


class HostingProgramme(Contract):
    """Inside an invitation."""

    purpose: Long = Field(description="Which concerns the visit is to dispel.")
    area: tuple[CapArea, ...] = Field(min_length=1, max_length=8)
    programme: tuple[ProgrammeItem, ...] = Field(min_length=1, max_length=32)
    arrangements: Long | None = Field(default=None, description="Arrival, language, lodging.")


class RiskDeadline(StrEnum):
    """What falls due under this protocol when nobody speaks."""

    REPLY = "REPLY"
    MEETING = "MEETING"
    CLARIFICATION = "CLARIFICATION"
    HOSTING_ANSWERS = "HOSTING_ANSWERS"


# What happened.


class Spoken(Contract):
    """Base of what a desk's own word led to."""

    message: MessageId
    by: DeskId
    nation: Nation
    officer: OfficerId
    at: Moment = Field(description="When the bus received it.")


class Opened(Spoken, EventFacts):
    """Base of what begins a matter."""

    matter: MatterId
    participating: Nations = Field(description="Empty where desks are told: they have the word.")
    desks: tuple[DeskId, ...] = Field(description="Who is told all that happens; likewise.")
    message_type: MessageType
    exercise: ExerciseId | None


class UnusualActivityRequested(Opened):
    """A request for explanation stands, and its clock runs from its receipt."""

    kind: Literal["UnusualActivityRequested"] = "UnusualActivityRequested"
    addressed: Nations = Field(description="The state that is asked.")
    precedence: Precedence
    reply_by: Moment


class ConcernUpdated(Spoken):
    """The request was added to; its clock runs on."""

    kind: Literal["ConcernUpdated"] = "ConcernUpdated"
    reply_by: Moment


class ConcernReplied(Spoken):
    """A reply came."""

    kind: Literal["ConcernReplied"] = "ConcernReplied"
    items: tuple[ReplyItem, ...]
    empty: bool = Field(description="It contains nothing of what was asked.")
    late: bool


class ConcernReplyJudged(Spoken):
    """The requester judged a reply."""

    kind: Literal["ConcernReplyJudged"] = "ConcernReplyJudged"
    reply: MessageId
    quality: Quality


class ConcernMeetingRequested(Spoken):
    """A meeting was asked for."""

    kind: Literal["ConcernMeetingRequested"] = "ConcernMeetingRequested"
    scope: MeetingScope
    meet_by: Moment


class ConcernMeetingRecorded(Spoken):
    """A meeting took place, with the other state or without it."""

    kind: Literal["ConcernMeetingRecorded"] = "ConcernMeetingRecorded"
    scope: MeetingScope
    outcome: MeetingOutcome
    held_at: Moment
    attended: Nations


class ConcernMeetingReported(Spoken):
    """Its report went to all participating states."""

    kind: Literal["ConcernMeetingReported"] = "ConcernMeetingReported"


class ConcernClosed(Spoken):
    """The requester closed it."""

    kind: Literal["ConcernClosed"] = "ConcernClosed"


class ConcernUnanswered(Contract):
    """The time for a reply passed in silence. Why is not known and not guessed."""

    kind: Literal["ConcernUnanswered"] = "ConcernUnanswered"
    nation: Nation
    due: Moment


class ConcernMeetingOverdue(Contract):
    """The time for a meeting passed, and none was recorded."""

    kind: Literal["ConcernMeetingOverdue"] = "ConcernMeetingOverdue"
    scope: MeetingScope
    due: Moment


class HazardousIncidentReported(Opened):
    """A hazardous incident was reported, or asked about before any report."""

    kind: Literal["HazardousIncidentReported"] = "HazardousIncidentReported"
    addressed: Nations
    precedence: Precedence
    involved: Nation
    point_of_contact: DeskId
    by_involved: bool = Field(description="False where an affected state asks first.")
    clarify_by: Moment | None = Field(description="Where something was asked.")


class HazardAsked(Spoken):
    """An affected state asked for clarification."""

    kind: Literal["HazardAsked"] = "HazardAsked"
    point_of_contact: DeskId
    clarify_by: Moment


class HazardClarified(Spoken):
    """The state involved answered, or reported after it was asked."""

    kind: Literal["HazardClarified"] = "HazardClarified"
    point_of_contact: DeskId | None = None


class HazardClosed(Spoken):
    """An affected state declared it clarified."""

    kind: Literal["HazardClosed"] = "HazardClosed"


class HazardUnanswered(Contract):
    """The time for clarification passed in silence."""

    kind: Literal["HazardUnanswered"] = "HazardUnanswered"
    nation: Nation
    due: Moment


class HostingOffered(Opened):
    """Others are invited to see for themselves."""

    kind: Literal["HostingOffered"] = "HostingOffered"
    addressed: Nations = Field(description="The states invited.")
    begins: date
    ends: date
    observers_max: int
    answer_by: Moment


class HostingAnswered(Spoken):
    """An invited state answered; its last answer holds."""

    kind: Literal["HostingAnswered"] = "HostingAnswered"
    answer: HostingAnswer
    observers: int
    late: bool


class HostingUnanswered(Contract):
    """The time for answers passed, and these states were silent."""

    kind: Literal["HostingUnanswered"] = "HostingUnanswered"
    silent: Nations
    due: Moment


class HostingWithdrawn(Spoken):
    """The host withdrew its invitation."""

    kind: Literal["HostingWithdrawn"] = "HostingWithdrawn"


class HostingClosed(Spoken):
    """The visit is over."""

    kind: Literal["HostingClosed"] = "HostingClosed"


RiskEvent = (
    UnusualActivityRequested
    | ConcernUpdated
    | ConcernReplied
    | ConcernReplyJudged
    | ConcernMeetingRequested
    | ConcernMeetingRecorded
    | ConcernMeetingReported
    | ConcernClosed
    | ConcernUnanswered
    | ConcernMeetingOverdue
    | HazardousIncidentReported
    | HazardAsked
    | HazardClarified
    | HazardClosed
    | HazardUnanswered
    | HostingOffered
    | HostingAnswered
    | HostingUnanswered
    | HostingWithdrawn
    | HostingClosed
)


class NextDue(Contract):
    """What is due next, and from whom."""

    what: RiskDeadline
    of: Nations
    due: Moment


class ConcernStanding(Contract):
    """How a request for explanation stands."""

    phase: ConcernPhase
    since: Moment
    requester: Nation
    requested: Nation
    reply_by: Moment
    unanswered: bool = Field(description="No reply came within its time; it stays on record.")
    replies: int
    quality: Quality | None = Field(description="Of the newest reply that was judged.")
    scope: MeetingScope | None = Field(description="Of the meeting asked for last.")
    meeting_overdue: bool
    next: NextDue | None


class HazardStanding(Contract):
    """How the clarification of a hazardous incident stands."""

    phase: HazardPhase
    since: Moment
    involved: Nation
    concerned: Nations
    contacts: tuple[DeskId, ...] = Field(description="Points of contact, as designated.")
    unanswered: bool
    next: NextDue | None


class HostingStanding(Contract):
    """How an invitation stands."""

    phase: HostingPhase
    since: Moment
    host: Nation
    accepted: Nations
    declined: Nations
    silent: Nations = Field(description="Invited states that have not answered.")
    next: NextDue | None


RiskStanding = ConcernStanding | HazardStanding | HostingStanding


class RiskTold(Contract):
    """What a desk is told of a matter of this protocol, and how it stands afterwards."""

    kind: Literal["RiskTold"] = "RiskTold"
    matter: MatterId
    step: int = Field(ge=1, description="Dense per matter, so that the newest is known.")
    event: Annotated[RiskEvent, Field(discriminator="kind")]
    concern: ConcernStanding | None = None
    hazard: HazardStanding | None = None
    hosting: HostingStanding | None = None
