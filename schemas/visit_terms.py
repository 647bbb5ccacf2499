"""The words of visits: what is asked, how far it is, what each country demands."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from schemas.parties import Contract, Moment, Nation

MATTER_PREFIX = "visit-"
"""What the reference of every request begins with; the reference is its matter."""
Reference = Annotated[
    str,
    Field(pattern=r"^visit-[a-z0-9][a-z0-9-]{1,57}$", description="A request's own reference."),
]
AgreementRef = Annotated[
    str, Field(pattern=r"^agreement-[a-z0-9-]{1,54}$", description="The agreement's matter.")
]
Mark = Annotated[
    str,
    Field(
        pattern=r"^[0-9a-f]{32}$",
        description="Salted commitment to a person or a craft. The salt is inner, one a request.",
    ),
]
Number = Annotated[
    str,
    Field(pattern=r"^[A-Z0-9][A-Z0-9/. -]{1,39}$", description="A diplomatic clearance's number."),
]


class Subject(StrEnum):
    """What may come."""

    VISIT = "VISIT"
    """Persons: a Request for Visit."""
    AIRCRAFT = "AIRCRAFT"
    SHIP = "SHIP"

    @property
    def is_clearance(self) -> bool:
        """Whether a number is issued for it."""
        return self is not Subject.VISIT


class VisitType(StrEnum):
    """Of what type a Request for Visit is. An amendment is of the type of what it amends."""

    ONE_TIME = "ONE_TIME"
    RECURRING = "RECURRING"
    EMERGENCY = "EMERGENCY"


class Answer(StrEnum):
    """Whether the host must answer: a request needs that, a notification does not."""

    REQUEST = "REQUEST"
    NOTIFICATION = "NOTIFICATION"


class Access(StrEnum):
    """To what the visitors are given access."""

    CONFIDENTIAL_OR_ABOVE = "CONFIDENTIAL_OR_ABOVE"
    UNCLASSIFIED_OR_RESTRICTED = "UNCLASSIFIED_OR_RESTRICTED"
    """Or to the site alone."""


class AmendedItem(StrEnum):
    """What an amendment changes. What it does not name, it leaves as it is."""

    DATES = "DATES"
    VISITORS = "VISITORS"
    FACILITY = "FACILITY"
    CRAFT = "CRAFT"
    """Of a clearance: aircraft, ships, call signs."""


class VisitPhase(StrEnum):
    """How far a request is."""

    DRAFT = "DRAFT"
    """On its desk alone; the service has not heard of it."""
    SUBMITTED = "SUBMITTED"
    CERTIFIED = "CERTIFIED"
    TRANSMITTED = "TRANSMITTED"
    UNDER_REVIEW = "UNDER_REVIEW"
    APPROVED = "APPROVED"
    APPROVED_WITH_LIMITATIONS = "APPROVED_WITH_LIMITATIONS"
    DENIED = "DENIED"
    NON_SPONSORED = "NON_SPONSORED"
    RETURNED_WITHOUT_ACTION = "RETURNED_WITHOUT_ACTION"
    NUMBER_ISSUED = "NUMBER_ISSUED"
    """Of a clearance only."""
    IN_PROGRESS = "IN_PROGRESS"
    COMPLETED = "COMPLETED"
    REPORTED = "REPORTED"
    CANCELLED = "CANCELLED"
    REVOKED = "REVOKED"
    EXPIRED = "EXPIRED"
    AMENDMENT_PENDING = "AMENDMENT_PENDING"
    """Approved, and that approval in force, while an amendment is on its way."""


class VisitDecision(StrEnum):
    """What a host's authority decides."""

    APPROVED = "APPROVED"
    APPROVED_WITH_LIMITATIONS = "APPROVED_WITH_LIMITATIONS"
    DENIED = "DENIED"
    NON_SPONSORED = "NON_SPONSORED"
    RETURNED_WITHOUT_ACTION = "RETURNED_WITHOUT_ACTION"

    @property
    def approves(self) -> bool:
        """Whether somebody may come."""
        return self in (VisitDecision.APPROVED, VisitDecision.APPROVED_WITH_LIMITATIONS)

    @property
    def phase(self) -> VisitPhase:
        """The phase that it leads to."""
        return VisitPhase(self.value)


class RefusalCategory(StrEnum):
    """Why, in a word. No reasons need be given; a category must."""

    SECURITY = "SECURITY"
    POLICY = "POLICY"
    RESOURCE = "RESOURCE"
    TIMING = "TIMING"
    FACILITY = "FACILITY"
    NO_PROGRAMME = "NO_PROGRAMME"
    INCOMPLETE = "INCOMPLETE"
    NOT_STATED = "NOT_STATED"


class ReportKind(StrEnum):
    """What a report says of a visit."""

    BEGAN = "BEGAN"
    ENDED = "ENDED"
    REPORT = "REPORT"
    """The visit report, once it is over."""


class VisitStep(StrEnum):
    """What changed how a request stands."""

    SUBMITTED = "SUBMITTED"
    AMENDMENT_SUBMITTED = "AMENDMENT_SUBMITTED"
    CERTIFIED = "CERTIFIED"
    RETURNED = "RETURNED"
    TRANSMITTED = "TRANSMITTED"
    REVIEW_BEGAN = "REVIEW_BEGAN"
    FACILITY_CONCURRED = "FACILITY_CONCURRED"
    FACILITY_OBJECTED = "FACILITY_OBJECTED"
    DECIDED = "DECIDED"
    NUMBER_ISSUED = "NUMBER_ISSUED"
    DAY_MATCHED = "DAY_MATCHED"
    DAY_DIFFERED = "DAY_DIFFERED"
    CANCELLED = "CANCELLED"
    AMENDMENT_WITHDRAWN = "AMENDMENT_WITHDRAWN"
    REVOKED = "REVOKED"
    BEGAN = "BEGAN"
    ENDED = "ENDED"
    REPORTED = "REPORTED"
    DECISION_OVERDUE = "DECISION_OVERDUE"
    EXPIRED = "EXPIRED"


class VisitDeadline(StrEnum):
    """What falls due on a request when nobody speaks. None of it is an approval."""

    DECISION = "DECISION"
    BEGINS = "BEGINS"
    ENDS = "ENDS"
    AMENDMENT_DECISION = "AMENDMENT_DECISION"


class Window(Contract):
    """From when until when."""

    begins: Moment
    ends: Moment = Field(description="The first moment after it.")

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Self:
        if self.ends <= self.begins:
            raise ValueError("it ends after it begins: the last day is not before the first")
        return self

    def holds(self, other: Window) -> bool:
        """Whether the other lies within."""
        return self.begins <= other.begins and other.ends <= self.ends


class End(StrEnum):
    """How a leg of an itinerary begins or ends."""

    POINT = "POINT"
    """A point on a border, in the air."""
    AIRFIELD = "AIRFIELD"


class Leg(Contract):
    """One state's part of an itinerary, in time: where exactly is inner."""

    state: Nation
    begins_by: End
    begins: Moment = Field(description="Time at the entry point, or ETD.")
    ends_by: End
    ends: Moment = Field(description="Time at the exit point, or ETA.")


class CountryTerms(BaseModel):
    """What a country demands of who wants to come; its own week and holidays count.

    Numbers are configuration: the real tables are national, and none was at hand. The
    defaults are those of one bilateral security agreement, and of custom.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    standard_days: int = Field(default=20, ge=0, le=250, description="Working days, of a visit.")
    urgent_days: int = Field(
        default=5, ge=0, le=250, description="Working days, of an emergency or an amendment."
    )
    aircraft_days: int = Field(default=3, ge=0, le=250, description="Working days.")
    aircraft_urgent_days: int = Field(default=0, ge=0, le=250, description="In exceptional cases.")
    ship_days: int = Field(default=14, ge=0, le=365, description="Days of the calendar.")
    ship_urgent_days: int = Field(default=5, ge=0, le=365, description="In exceptional cases.")
    decide_before_days: int = Field(
        default=2, ge=0, le=60, description="Working days before the first by which it is decided."
    )
    weekend: tuple[int, ...] = Field(default=(5, 6), description="0 is Monday.")
    holidays: frozenset[date] = frozenset()

    @model_validator(mode="after")
    def _has_working_days(self) -> Self:
        if not set(self.weekend) < set(range(7)):
            raise ValueError("a week has days 0 to 6, and one working day at least")
        return self

    def works(self, day: date) -> bool:
        """Whether it is a working day there."""
        return day.weekday() not in self.weekend and day not in self.holidays

    def before(self, day: date, working_days: int) -> date:
        """The day that lies so many working days before this one, itself not counted."""
        while working_days:
            day -= timedelta(days=1)
            working_days -= self.works(day)
        return day


class HostTerms(CountryTerms):
    """The same, with what a participating state of a confidence-building regime accepts.

    Defaults as domain has them of the Vienna Document: three inspections a year; one evaluation
    visit for every 60 units, 15 at most, one fifth of them from one state.
    """

    inspections_a_year: int = Field(default=3, ge=0, le=100)
    units: int = Field(default=60, ge=0, description="Units that are liable to evaluation.")
    units_a_visit: int = Field(default=60, ge=1)
    evaluations_max: int = Field(default=15, ge=0, le=365)

    @property
    def evaluations_a_year(self) -> int:
        """How many evaluation visits it accepts in a calendar year."""
        return min(self.evaluations_max, self.units // self.units_a_visit)

    @property
    def evaluations_from_one(self) -> int:
        """How many of them from one state: a fifth, and one at least."""
        return max(1, self.evaluations_a_year // 5)


def midnight(day: date) -> datetime:
    """When a day begins, UTC."""
    return datetime.combine(day, time(), tzinfo=UTC)
