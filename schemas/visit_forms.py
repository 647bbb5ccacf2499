"""The forms of visits: what only the two authorities and the facility may read.

A form is filled in by an officer; everything that stands on a request's outside is derived from it
and never typed in. All of it is inner.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from hashlib import sha256
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from schemas.parties import Classification, Contract, DeskId, MatterId, Moment, Nation
from schemas.visit_terms import Access, AgreementRef, Answer, End, Mark, Number, VisitType

Line = Annotated[str, Field(min_length=1, max_length=120)]
Lines = Annotated[str, Field(min_length=1, max_length=400)]
Text = Annotated[str, Field(min_length=1, max_length=2000)]
Salt = Annotated[str, Field(pattern=r"^[0-9a-f]{32}$", description="Random, one a request.")]
SITES_MAX, VISITORS_MAX = 12, 40


def mark_of(salt: str, *parts: str) -> Mark:
    """The commitment to a person or a craft: without the salt nobody finds out of whom it is."""
    plain = "\x1f".join("".join(part.split()).upper() for part in parts)
    return sha256(f"{salt}\x1f{plain}".encode()).hexdigest()[:32]


class Sponsor(StrEnum):
    """Item 8: on whose initiative."""

    GOVERNMENT = "GOVERNMENT"
    COMMERCIAL = "COMMERCIAL"


class Prompting(StrEnum):
    """Item 8: who had the idea."""

    BY_REQUESTING = "BY_REQUESTING"
    BY_INVITATION_OF_FACILITY = "BY_INVITATION_OF_FACILITY"


class Pertains(StrEnum):
    """Item 9: to what the visit pertains."""

    SPECIFIC_EQUIPMENT = "SPECIFIC_EQUIPMENT"
    EXPORT_LICENCE = "EXPORT_LICENCE"
    """Foreign military sales, or an export licence."""
    PROGRAMME_OR_AGREEMENT = "PROGRAMME_OR_AGREEMENT"
    DEFENCE_ACQUISITION = "DEFENCE_ACQUISITION"
    OTHER = "OTHER"


class Contactable(Contract):
    """Somebody who can be reached."""

    name: Line
    phone: Line
    email: Line | None = None


class Agency(Contract):
    """Item 5: the requesting agency or facility."""

    name: Line
    address: Lines
    email: Line
    phone: Line


class Facility(Contract):
    """Item 6, annex 1: a facility to be visited."""

    name: Line
    country: Nation
    address: Lines
    contact: Line = Field(description="Point of contact.")
    security_officer: Line
    phone: Line
    desk: DeskId | None = Field(default=None, description="Its own desk on the bus, if any.")


class Visitor(Contract):
    """Item 12, annex 2: one visitor."""

    family_name: Line
    forename: Line
    rank: Line | None = None
    born: date
    birthplace: Line
    nationality: Nation
    clearance: Classification
    document: Line = Field(description="Passport or identity card, its number.")
    position: Line
    organisation: Line

    def mark(self, salt: str) -> Mark:
        """The commitment to this person: by its document, of which nobody has two."""
        return mark_of(salt, self.nationality, self.document)


class Pertinence(Contract):
    """Item 9."""

    to: Pertains
    name: Lines = Field(description="In full, without abbreviations.")


class Initiative(Contract):
    """Item 8."""

    of: Sponsor
    prompted: Prompting


class VisitForm(Contract):
    """Request for Visit. The numbers of sites and visitors (item 3) are derived."""

    type: VisitType = Field(description="Item 1.")
    access: Access = Field(description="Item 2.")
    host: Nation = Field(description="Item 4, to: the country to be visited.")
    requester: Line = Field(description="Item 4: who requests.")
    authority_reference: Line | None = Field(
        default=None, description="Item 4: the NSA's or DSA's own reference, where it is known."
    )
    dated: date = Field(description="Item 4.")
    agency: Agency = Field(description="Item 5.")
    facilities: tuple[Facility, ...] = Field(
        min_length=1, max_length=SITES_MAX, description="Item 6, annex 1."
    )
    first_day: date = Field(description="Item 7, from.")
    last_day: date = Field(description="Item 7, to.")
    initiative: Initiative = Field(description="Item 8.")
    pertinent_to: Pertinence = Field(description="Item 9.")
    subject: Text = Field(
        description='Item 10, with justification. A recurring one begins "Recurring visits".'
    )
    level: Classification = Field(description="Item 11: highest classification expected.")
    visitors: tuple[Visitor, ...] = Field(
        min_length=1, max_length=VISITORS_MAX, description="Item 12, annex 2."
    )
    security_officer: Contactable = Field(description="Item 13: the requester's.")
    government_contact: Contactable | None = Field(
        default=None, description="At the host; an emergency names one."
    )
    remarks: Text | None = Field(
        default=None, description="Item 16. Of an emergency: why it cannot wait."
    )
    agreement: AgreementRef | None = Field(default=None, description="What the visit rests on.")
    dispels: MatterId | None = Field(
        default=None, description="The alert or the thread whose concern it is to dispel."
    )
    info: tuple[DeskId, ...] = Field(
        default=(), max_length=8, description="Desks told how it stands, never who comes."
    )


class PlaceAndTime(Contract):
    """Where and when a leg begins or ends: items 37, 39 and 40."""

    by: End = Field(description="POINT: a border point in the air. AIRFIELD: on the ground.")
    name: Line
    at: Moment


class LegForm(Contract):
    """Items 37 to 40: one state's part of the itinerary."""

    state: Nation
    entry: PlaceAndTime
    route: Lines = Field(description="Item 38.")
    exit: PlaceAndTime


class DangerousGoods(Contract):
    """Items 41 to 48: one consignment."""

    un_number: str = Field(pattern=r"^UN[0-9]{4}$", description="Item 41.")
    shipping_name: Line = Field(description="Item 42.")
    hazard_class: Line = Field(description="Item 43.")
    packing_group: Line | None = Field(default=None, description="Item 44.")
    gross_weight: Line = Field(description="Item 45, with its unit.")
    net_quantity: Line = Field(description="Item 46, with its unit.")
    net_explosive: Line | None = Field(default=None, description="Item 47.")
    remark: Line | None = Field(default=None, description="Item 48.")


class NamedPerson(Contract):
    """A person by rank and name."""

    rank: Line
    name: Line


class Aircraft(Contract):
    """Items 13 and 15: what flies, and how it calls itself."""

    call_sign: str = Field(pattern=r"^[A-Z0-9]{2,10}$")
    registration: str = Field(pattern=r"^[A-Z0-9-]{2,12}$")
    spare: bool = Field(default=False, description="Item 14: a spare aircraft.")

    def mark(self, salt: str) -> Mark:
        """The commitment to this call sign with this registration."""
        return mark_of(salt, self.call_sign, self.registration)


class PointOfContact(Contract):
    """Items 31 to 34."""

    rank: Line
    name: Line
    phone: Line
    email: Line
    fax: Line | None = None


class AircraftForm(Contract):
    """Diplomatic clearance for aircraft. Items 1, 2, 4 to 8 and 11 are derived where they can be.

    In English and in capitals.
    """

    host: Nation = Field(description="Items 3 and 35: the issuing state.")
    answer: Answer = Field(description="Items 4 and 5: REQUEST, or NOTIFICATION.")
    lands: bool = Field(description="Item 6: intends to land.")
    flight_rules: Literal["I", "V", "Y", "Z"] = Field(description="Item 9.")
    existing_number: Number | None = Field(default=None, description="Item 10.")
    aircraft_type: Line = Field(description="Item 12; their number is derived.")
    aircraft: tuple[Aircraft, ...] = Field(
        min_length=1, max_length=16, description="Items 13 to 15, spares too."
    )
    crew: int = Field(ge=1, le=500, description="Item 16.")
    pilot: NamedPerson = Field(description="Item 17.")
    photographic_sensors: bool = Field(description="Item 18: stated, never left out.")
    armament: bool = Field(description="Item 19: stated, never left out.")
    electronic_warfare: bool = Field(description="Item 20: stated, never left out.")
    dated: date = Field(description="Item 21.")
    purpose: Text = Field(description="Item 22.")
    departure: Line = Field(description="Item 23.")
    destinations: tuple[Line, ...] = Field(min_length=1, max_length=8, description="Item 24.")
    alternates: tuple[Line, ...] = Field(default=(), max_length=8, description="Item 25.")
    frequencies: tuple[Line, ...] = Field(default=(), max_length=8, description="Item 26.")
    passengers: int = Field(ge=0, le=900, description="Item 27.")
    vips: tuple[NamedPerson, ...] = Field(default=(), max_length=16, description="Item 28.")
    remarks: Text | None = Field(default=None, description="Item 30.")
    contact: PointOfContact = Field(description="Items 31 to 34.")
    itinerary: tuple[LegForm, ...] = Field(
        min_length=1, max_length=12, description="Items 37 to 40, in order of flight."
    )
    dangerous_goods: tuple[DangerousGoods, ...] = Field(
        default=(), max_length=12, description="Items 7, 29, 41 to 48."
    )
    exceptional: bool = Field(
        default=False, description="Inside the standard lead time; the remarks say why."
    )
    agreement: AgreementRef | None = None
    dispels: MatterId | None = None
    info: tuple[DeskId, ...] = Field(default=(), max_length=8)


class Ship(Contract):
    """One ship."""

    name: Line
    ship_class: Line
    pennant: str = Field(pattern=r"^[A-Z0-9-]{1,12}$", description="Its registration.")
    call_sign: str = Field(pattern=r"^[A-Z0-9]{2,10}$")
    displacement_t: float = Field(gt=0, le=1e6, allow_inf_nan=False)
    length_m: float = Field(gt=0, le=1000, allow_inf_nan=False)
    beam_m: float = Field(gt=0, le=200, allow_inf_nan=False)
    draft_m: float = Field(gt=0, le=60, allow_inf_nan=False)
    commander: NamedPerson

    def mark(self, salt: str) -> Mark:
        """The commitment to this call sign with this pennant."""
        return mark_of(salt, self.call_sign, self.pennant)


class ShipForm(Contract):
    """Clearance for a ship visit."""

    host: Nation
    answer: Answer
    existing_number: Number | None = None
    ships: tuple[Ship, ...] = Field(min_length=1, max_length=16)
    port: Line
    arrives: Moment
    leaves: Moment
    purpose: Text
    dated: date
    frequencies: tuple[Line, ...] = Field(min_length=1, max_length=8)
    pilot_needed: bool
    tugs_needed: int = Field(ge=0, le=12)
    officers: int = Field(ge=0, le=5000)
    enlisted: int = Field(ge=0, le=20_000)
    liberty_party: int = Field(ge=0, le=20_000, description="How many go ashore; 0 for none.")
    remarks: Text | None = None
    contact: PointOfContact
    exceptional: bool = Field(
        default=False, description="Inside the standard lead time; the remarks say why."
    )
    agreement: AgreementRef | None = None
    dispels: MatterId | None = None
    info: tuple[DeskId, ...] = Field(default=(), max_length=8)


# What lies inside a record.


class SealedVisit(Contract):
    """The inner part of a Request for Visit."""

    salt: Salt
    form: VisitForm


class SealedAircraft(Contract):
    """The inner part of an aircraft's clearance."""

    salt: Salt
    form: AircraftForm


class SealedShip(Contract):
    """The inner part of a ship's clearance."""

    salt: Salt
    form: ShipForm


class Certification(Contract):
    """Items 14 and 15: the requesting authority's certification of clearances, and its stamp."""

    authority: Line
    certifier: Line = Field(description="Who signs, by name and rank.")
    stamp: Line = Field(description="The stamp's own words or number.")
    reference: Line = Field(description="Item 4: the authority's own reference.")
    certified_on: date
    statement: Text | None = None


class VisitRemark(Contract):
    """The inner part of what else is said of a request."""

    remark: Text | None = None


class DecisionWords(Contract):
    """The inner part of a decision: what limits it, in words, and what else is said."""

    limitations: Text | None = None
    remark: Text | None = None


class DayObserved(Contract):
    """The inner part of a check on the day: what was seen and heard."""

    call_sign: str = Field(pattern=r"^[A-Z0-9]{2,10}$")
    registration: str = Field(pattern=r"^[A-Z0-9-]{1,12}$")
    remark: Text | None = None


class VisitReport(Contract):
    """The inner part of a report."""

    report: Text | None = None


class VisitReportForm(Contract):
    """A visit report to be filled in: who came, where, and what came of it."""

    documents: tuple[Line, ...] = Field(
        default=(), max_length=VISITORS_MAX, description="Documents' numbers of who came; or none."
    )
    sites: tuple[int, ...] = Field(
        default=(), max_length=SITES_MAX, description="Numbers of the sites that were visited."
    )
    report: Text

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        if len(set(self.documents)) != len(self.documents):
            raise ValueError("documents names each visitor once")
        return self
