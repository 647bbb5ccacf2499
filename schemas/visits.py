"""What is said of visits and clearances on the outside, and what is told of them.

Names, passports and births are inner, always (`visit_forms.py`). Outside stand numbers, levels,
times, and salted commitments to persons and craft.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from schemas.contacts import ContactChanged
from schemas.envelope import Outer, Submission
from schemas.ledger import Entry
from schemas.parties import (
    Classification,
    Contract,
    DeskId,
    Digest,
    ExerciseId,
    Lane,
    MatterId,
    MessageType,
    Moment,
    Nation,
    OfficerId,
)
from schemas.receipts import Delivery, Position, Receipt
from schemas.visit_terms import (
    Access,
    AgreementRef,
    AmendedItem,
    Answer,
    Leg,
    Mark,
    Number,
    Reference,
    RefusalCategory,
    ReportKind,
    Subject,
    VisitDeadline,
    VisitDecision,
    VisitPhase,
    VisitStep,
    VisitType,
    Window,
    midnight,
)

LANE = Lane.ROUTINE
DAY = timedelta(days=1)
PERSONS_MAX, SITES_MAX, CRAFT_MAX, LEGS_MAX, INFO_MAX = 40, 12, 16, 12, 8


# What desks say.


class VisitCommand(Submission):
    """Base of what a desk says of a visit or a clearance, in its own matter."""

    matter: Reference
    requesting: Nation = Field(description="Whose people or craft come.")
    host: Nation = Field(description="To whom.")

    @model_validator(mode="after")
    def _travels_in_one_lane(self) -> Self:
        if self.lane is not LANE:
            raise ValueError(f"all that is said of visits travels in the lane {LANE}")
        return self


class Amends(Contract):
    """Which version of this very request is amended, and in what."""

    version: int = Field(ge=1, description="The version that is in force.")
    items: tuple[AmendedItem, ...] = Field(min_length=1, max_length=len(AmendedItem))

    @model_validator(mode="after")
    def _each_item_once(self) -> Self:
        if list(self.items) != [each for each in AmendedItem if each in self.items]:
            raise ValueError("an amendment names each item once, in the contract's order")
        return self


class Asking(VisitCommand):
    """Base of a request: one that begins a matter, or one that amends what stands in it."""

    amends: Amends | None = Field(default=None, description="None where it begins the matter.")
    exceptional: bool = Field(
        description="An emergency, or an exceptional case: inside the standard lead time."
    )
    justified: bool = Field(description="Whether the remarks inside justify something.")
    agreement: AgreementRef | None = Field(default=None, description="What it rests on.")
    dispels: MatterId | None = Field(
        default=None, description="The alert or the thread whose concern it is to dispel."
    )
    info: tuple[DeskId, ...] = Field(
        default=(), max_length=INFO_MAX, description="Told how it stands, never who comes."
    )


class Site(Contract):
    """A facility, by number: its name and address are inner."""

    site: int = Field(ge=1, le=SITES_MAX)
    country: Nation
    desk: DeskId | None = Field(default=None, description="The facility's own desk on the bus.")


class RequestVisit(Asking):
    """A Request for Visit."""

    type: VisitType
    access: Access
    level: Classification = Field(description="Highest that is expected.")
    first_day: date
    last_day: date
    sites: tuple[Site, ...] = Field(min_length=1, max_length=SITES_MAX)
    visitors: tuple[Mark, ...] = Field(min_length=1, max_length=PERSONS_MAX)
    lowest_clearance: Classification = Field(description="Of all visitors.")

    @model_validator(mode="after")
    def _is_an_emergency_where_it_says_so(self) -> Self:
        if self.exceptional != (self.type is VisitType.EMERGENCY):
            raise ValueError("a visit is exceptional where it is an EMERGENCY, and nowhere else")
        if [each.site for each in self.sites] != list(range(1, len(self.sites) + 1)):
            raise ValueError("sites are numbered 1, 2 and so on")
        return self


class RequestAircraft(Asking):
    """A diplomatic clearance for aircraft: a request, or a notification."""

    answer: Answer
    existing_number: Number | None = Field(default=None, description="Item 10 of the form.")
    legs: tuple[Leg, ...] = Field(min_length=1, max_length=LEGS_MAX)
    craft: tuple[Mark, ...] = Field(
        min_length=1, max_length=CRAFT_MAX, description="Each call sign with its registration."
    )
    photographic_sensors: bool = Field(description="Stated, never left out: item 18.")
    armament: bool = Field(description="Item 19.")
    electronic_warfare: bool = Field(description="Item 20.")
    dangerous_goods: bool = Field(description="Item 7.")
    lands: bool = Field(description="Item 6.")


class RequestShip(Asking):
    """A diplomatic clearance for ships that call at a port, or enter territorial waters."""

    answer: Answer
    existing_number: Number | None = None
    arrives: Moment
    leaves: Moment
    craft: tuple[Mark, ...] = Field(min_length=1, max_length=CRAFT_MAX)


class OfVersion(VisitCommand):
    """Base of what is said of one version of a request, by its number."""

    version: int = Field(ge=1)


class OfRequest(OfVersion):
    """Base of what is said of the very words of a version."""

    request_digest: Digest = Field(description="SHA-256 of the request's outer part.")


class CertifyRequest(OfRequest):
    """The requesting nation's authority certifies it: clearances, and its stamp."""


class ReturnRequest(OfVersion):
    """The requesting nation's authority gives it back uncertified."""

    category: RefusalCategory


class TransmitRequest(OfRequest):
    """The requesting nation's authority sends it to the host. Only now is the host told."""


class BeginReview(OfRequest):
    """The host's authority takes it up."""


class ConcurInVisit(OfRequest):
    """A facility says whether it can receive the visit."""

    concurs: bool


class DecideRequest(OfRequest):
    """The host's authority decides, once a version."""

    decision: VisitDecision
    category: RefusalCategory | None = Field(
        default=None, description="For DENIED, and for nothing else."
    )
    window: Window | None = Field(default=None, description="Narrower than what was asked.")
    level: Classification | None = Field(default=None, description="Lower than what was asked.")
    sites: tuple[int, ...] | None = Field(default=None, max_length=SITES_MAX)
    persons: tuple[Mark, ...] | None = Field(
        default=None, max_length=PERSONS_MAX, description="Visitors or craft, of those asked for."
    )

    @model_validator(mode="after")
    def _says_what_it_needs(self) -> Self:
        if (self.category is not None) != (self.decision is VisitDecision.DENIED):
            raise ValueError("a denial names a category, and nothing else does")
        limits = (self.window, self.level, self.sites, self.persons)
        limited = any(each is not None for each in limits)
        if limited and self.decision is not VisitDecision.APPROVED_WITH_LIMITATIONS:
            raise ValueError("only APPROVED_WITH_LIMITATIONS narrows what was asked")
        return self


class IssueNumber(OfRequest):
    """The host's clearance authority issues the number that goes into the flight plan."""

    number: Number


class ConfirmDay(OfVersion):
    """Who stands at the door says which craft came: its call sign and registration, committed."""

    craft: Mark


class CancelRequest(OfVersion):
    """The requester withdraws its request, or one amendment of it."""


class RevokeApproval(OfVersion):
    """The host takes back what it approved, or objects to what it was notified of."""

    category: RefusalCategory


class ReportVisit(OfVersion):
    """That it began, that it ended, or what came of it."""

    report: ReportKind
    persons: tuple[Mark, ...] = Field(
        default=(), max_length=PERSONS_MAX, description="Who came, where that is reported."
    )
    sites: tuple[int, ...] = Field(default=(), max_length=SITES_MAX)


class PassVisitDeadline(Outer):
    """The service's own clock says that a deadline has passed."""

    requesting: Nation
    host: Nation
    what: VisitDeadline
    version: int
    due: Moment


# How it stands.


class Asked(Contract):
    """One version of a request, as far as rules know it; or what of it is approved."""

    version: int = Field(ge=1)
    request: Digest = Field(description="SHA-256 of the request's outer part.")
    window: Window
    level: Classification | None = Field(description="None for a clearance.")
    sites: tuple[int, ...]
    persons: tuple[Mark, ...] = Field(description="Visitors, or craft.")


class Pending(Contract):
    """An amendment on its way. Until it is decided, what was approved stays in force."""

    asked: Asked
    items: tuple[AmendedItem, ...]
    phase: VisitPhase
    concurred: tuple[DeskId, ...] = ()
    objected: tuple[DeskId, ...] = ()
    decision_due: Moment | None = None
    overdue: bool = False
    facilities: tuple[DeskId, ...] = ()


class VisitStanding(Contract):
    """How a request stands. It names no person."""

    reference: Reference
    subject: Subject
    phase: VisitPhase = Field(description="AMENDMENT_PENDING while an amendment is on its way.")
    underlying: VisitPhase = Field(description="The same, but of the version that is in force.")
    since: Moment
    type: VisitType | None = Field(description="None for a clearance.")
    answer: Answer
    exceptional: bool
    requester: DeskId
    requesting: Nation
    host: Nation
    facilities: tuple[DeskId, ...]
    info: tuple[DeskId, ...]
    agreement: AgreementRef | None
    dispels: MatterId | None
    versions: int = Field(ge=1, description="How many there were, undecided ones counted.")
    asked: Asked
    approved: Asked | None = Field(description="What holds now; None where nothing does.")
    pending: Pending | None
    decision: VisitDecision | None
    category: RefusalCategory | None
    decision_due: Moment | None = Field(description="None where no answer is needed, or given.")
    overdue: bool = Field(description="Not decided in time. That is no approval.")
    concurred: tuple[DeskId, ...]
    objected: tuple[DeskId, ...]
    number: Number | None
    visited: bool = Field(description="Whether anybody reported that it began.")
    message_type: MessageType
    exercise: ExerciseId | None


class RecordAt(Contract):
    """Where a signed record lies that others are given later."""

    position: Position
    digest: Digest
    directory: int


class VisitChanged(Contract):
    """What changed how a request stands, and how it stands from now on."""

    kind: Literal["VisitChanged"] = "VisitChanged"
    step: VisitStep
    version: int
    at: Moment
    by: Nation | None = Field(description="None for the clock's word.")
    desk: DeskId | None
    officer: OfficerId | None
    record: RecordAt | None = Field(description="For a request and a certification.")
    standing: VisitStanding


class VisitRecordGiven(Contract):
    """A record that was accepted before: a certification, with the request that it is of."""

    kind: Literal["VisitRecordGiven"] = "VisitRecordGiven"
    step: VisitStep
    version: int


VisitEvent = VisitChanged | ContactChanged
VisitsNotice = VisitChanged | VisitRecordGiven | ContactChanged


class VisitsDelivery(Delivery):
    """What the service of visits gives to a desk."""

    notice: Annotated[VisitsNotice | Receipt, Field(discriminator="kind")]


VisitsEntry = Entry[
    Annotated[VisitEvent | Receipt, Field(discriminator="kind")],
    Annotated[VisitsNotice | Receipt, Field(discriminator="kind")],
]


def window_of(asking: Asking) -> Window | None:
    """From when until when somebody would come; None where it ends before it begins."""
    match asking:
        case RequestVisit():
            begins = midnight(asking.first_day)
            ends = midnight(asking.last_day) + DAY
        case RequestAircraft():
            there = [leg for leg in asking.legs if leg.state == asking.host]
            if not there:
                return None
            begins, ends = there[0].begins, there[-1].ends
        case RequestShip():
            begins, ends = asking.arrives, asking.leaves
        case _:
            return None
    return Window(begins=begins, ends=ends) if begins < ends else None
