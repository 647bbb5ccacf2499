"""CAP 1.2 (OASIS): an alert in the words in which alerting systems exchange it.

Field names are CAP's own, in snake case: `msg_type` is CAP's `msgType`. Whatever a contract here
takes can be written as CAP XML, and comes back the same.
"""

from __future__ import annotations

import re
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator

from schemas.parties import Contract
from schemas.places import Point, Polygon

_NOT_IN_XML = re.compile("[^\t\n\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d")


def _xml(text: str) -> str:
    if _NOT_IN_XML.search(text):
        raise ValueError("it holds a character that XML cannot carry; take it out")
    return text


def _time(written: str) -> str:
    if written.endswith(("Z", "z")):
        raise ValueError("CAP does not take Z; write UTC as -00:00")
    if not _TIME.fullmatch(written):
        raise ValueError("a CAP time is written as in 2026-01-31T18:00:00-00:00")
    if written.endswith("+00:00"):
        raise ValueError("CAP writes UTC as -00:00, not +00:00")
    datetime.fromisoformat(written)
    return written


def instant(written: str) -> datetime:
    """The moment that a CAP time names, with its offset."""
    return datetime.fromisoformat(written)


def cap_time(moment: datetime) -> str:
    """A moment in UTC as CAP writes it: whole seconds, -00:00."""
    return f"{moment:%Y-%m-%dT%H:%M:%S}-00:00"


CapTime = Annotated[
    str, AfterValidator(_time), Field(description="With its offset; UTC is -00:00, never Z.")
]
CapName = Annotated[
    str,
    AfterValidator(_xml),
    Field(
        pattern=r"^[^\s,<&]+$",
        min_length=1,
        max_length=64,
        description="No spaces, commas, < or &.",
    ),
]
Short = Annotated[str, AfterValidator(_xml), Field(min_length=1, max_length=200)]
Long = Annotated[str, AfterValidator(_xml), Field(min_length=1, max_length=8000)]
Uri = Annotated[str, AfterValidator(_xml), Field(pattern=r"^\S+$", max_length=500)]
Language = Annotated[
    str, Field(pattern=r"^[a-zA-Z]{1,8}(-[a-zA-Z0-9]{1,8})*$", description="BCP 47; en-US.")
]


class Status(StrEnum):
    """How a CAP message is to be handled."""

    ACTUAL = "Actual"
    """Actionable by all who get it."""
    EXERCISE = "Exercise"
    """For designated participants of the exercise that the note names."""
    SYSTEM = "System"
    """About the alert network itself."""
    TEST = "Test"
    """Technical; disregarded by all."""
    DRAFT = "Draft"
    """A template; it never leaves its desk."""


class MsgType(StrEnum):
    """What a CAP message does."""

    ALERT = "Alert"
    UPDATE = "Update"
    """Takes the place of what it refers to."""
    CANCEL = "Cancel"
    ACK = "Ack"
    """Receipt and acceptance of the message as valid. Not the desk's acknowledgement."""
    ERROR = "Error"
    """Rejection of the message; why stands in the note."""


class Scope(StrEnum):
    """For whom a CAP message is."""

    PUBLIC = "Public"
    RESTRICTED = "Restricted"
    PRIVATE = "Private"


class Category(StrEnum):
    """What kind of event it is."""

    GEO = "Geo"
    MET = "Met"
    SAFETY = "Safety"
    SECURITY = "Security"
    RESCUE = "Rescue"
    FIRE = "Fire"
    HEALTH = "Health"
    ENV = "Env"
    TRANSPORT = "Transport"
    INFRA = "Infra"
    CBRNE = "CBRNE"
    OTHER = "Other"


class ResponseType(StrEnum):
    """What is recommended to those who get it."""

    SHELTER = "Shelter"
    EVACUATE = "Evacuate"
    PREPARE = "Prepare"
    EXECUTE = "Execute"
    AVOID = "Avoid"
    MONITOR = "Monitor"
    ASSESS = "Assess"
    ALL_CLEAR = "AllClear"
    NONE = "None"


class Urgency(StrEnum):
    """How soon something is to be done."""

    IMMEDIATE = "Immediate"
    EXPECTED = "Expected"
    FUTURE = "Future"
    PAST = "Past"
    UNKNOWN = "Unknown"


class Severity(StrEnum):
    """How grave it is, worst first."""

    EXTREME = "Extreme"
    SEVERE = "Severe"
    MODERATE = "Moderate"
    MINOR = "Minor"
    UNKNOWN = "Unknown"

    @property
    def rank(self) -> int:
        """0 for Unknown, 4 for Extreme."""
        return len(Severity) - 1 - tuple(Severity).index(self)


class Certainty(StrEnum):
    """How sure the sender is. CAP 1.0's "Very Likely" is read as Likely."""

    OBSERVED = "Observed"
    LIKELY = "Likely"
    POSSIBLE = "Possible"
    UNLIKELY = "Unlikely"
    UNKNOWN = "Unknown"


class Named(Contract):
    """A value under a name that those who use it have agreed on."""

    value_name: Short
    value: Short


class CapCircle(Contract):
    """All within a distance of a point."""

    centre: Point
    radius_km: float = Field(ge=0, le=20_037, allow_inf_nan=False)


class CapArea(Contract):
    """Where: in words, and as polygons, circles and codes."""

    area_desc: Short
    polygon: tuple[Polygon, ...] = Field(default=(), max_length=16)
    circle: tuple[CapCircle, ...] = Field(default=(), max_length=16)
    geocode: tuple[Named, ...] = Field(default=(), max_length=32)
    altitude: float | None = Field(
        default=None, allow_inf_nan=False, description="Feet above mean sea level."
    )
    ceiling: float | None = Field(
        default=None, allow_inf_nan=False, description="Feet; only with an altitude, and above it."
    )

    @model_validator(mode="after")
    def _ceiling_is_over_altitude(self) -> Self:
        if self.ceiling is not None and self.altitude is None:
            raise ValueError("a ceiling is named only with an altitude")
        if self.ceiling is not None and self.altitude is not None and self.ceiling < self.altitude:
            raise ValueError("the ceiling lies below the altitude")
        return self


class CapResource(Contract):
    """Something that goes with the words: a map, a picture."""

    resource_desc: Short
    mime_type: Annotated[str, Field(pattern=r"^[\w.+-]+/[\w.+-]+$", max_length=100)]
    size: int | None = Field(default=None, ge=0, lt=2**53, description="Bytes.")
    uri: Uri | None = None
    deref_uri: Annotated[str, Field(pattern=r"^[A-Za-z0-9+/=\n]+$", max_length=24_000)] | None = (
        Field(default=None, description="The content itself, in Base64.")
    )
    digest: Annotated[str, Field(pattern=r"^[0-9a-fA-F]{40,64}$")] | None = None


class CapBlock(Contract):
    """One language's account of the event."""

    language: Language | None = Field(default=None, description="CAP's own default is en-US.")
    category: tuple[Category, ...] = Field(min_length=1, max_length=12)
    event: Short
    response_type: tuple[ResponseType, ...] = Field(default=(), max_length=9)
    urgency: Urgency
    severity: Severity
    certainty: Certainty
    audience: Short | None = None
    event_code: tuple[Named, ...] = Field(default=(), max_length=16)
    effective: CapTime | None = None
    onset: CapTime | None = None
    expires: CapTime | None = None
    sender_name: Short | None = None
    headline: Short | None = None
    description: Long | None = None
    instruction: Long | None = None
    web: Uri | None = None
    contact: Short | None = None
    parameter: tuple[Named, ...] = Field(default=(), max_length=32)
    resource: tuple[CapResource, ...] = Field(default=(), max_length=8)
    area: tuple[CapArea, ...] = Field(default=(), max_length=16)


class CapReference(Contract):
    """An earlier message, by the three that name it for ever."""

    sender: CapName
    identifier: CapName
    sent: CapTime

    def __str__(self) -> str:
        return f"{self.sender},{self.identifier},{self.sent}"


class CapAlert(Contract):
    """A whole CAP message."""

    identifier: CapName = Field(description="Unique for its sender.")
    sender: CapName = Field(description="Globally unique.")
    sent: CapTime
    status: Status
    msg_type: MsgType
    source: Short | None = None
    scope: Scope
    restriction: Short | None = None
    addresses: tuple[
        Annotated[str, AfterValidator(_xml), Field(pattern=r'^[^\s"]+$', max_length=100)], ...
    ] = Field(default=(), max_length=64)
    code: tuple[Short, ...] = Field(default=(), max_length=16)
    note: Long | None = None
    references: tuple[CapReference, ...] = Field(default=(), max_length=32)
    incidents: tuple[
        Annotated[str, AfterValidator(_xml), Field(pattern=r'^[^\s"]+$', max_length=100)], ...
    ] = Field(default=(), max_length=16)
    info: tuple[CapBlock, ...] = Field(default=(), max_length=8)

    @property
    def triple(self) -> CapReference:
        """How later messages refer to this one."""
        return CapReference(sender=self.sender, identifier=self.identifier, sent=self.sent)

    @model_validator(mode="after")
    def _scope_has_what_it_needs(self) -> Self:
        if (self.scope is Scope.RESTRICTED) != (self.restriction is not None):
            raise ValueError("a restriction is named for scope Restricted, and for nothing else")
        if self.scope is Scope.PRIVATE and not self.addresses:
            raise ValueError("scope Private needs addresses")
        return self

    @model_validator(mode="after")
    def _note_where_needed(self) -> Self:
        told = self.status is Status.EXERCISE or self.msg_type in (MsgType.ERROR, MsgType.CANCEL)
        if told and self.note is None:
            raise ValueError("a note is needed for Exercise, Error and Cancel")
        return self

    @model_validator(mode="after")
    def _refers_where_needed(self) -> Self:
        if self.msg_type is not MsgType.ALERT and not self.references:
            raise ValueError("Update, Cancel, Ack and Error name what they refer to")
        if self.triple in self.references:
            raise ValueError("a message cannot refer to itself")
        if len(set(map(str, self.references))) != len(self.references):
            raise ValueError("a message is referred to once")
        return self

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self.msg_type in (MsgType.ALERT, MsgType.UPDATE) and not self.info:
            raise ValueError("Alert and Update have an info block at least")
        return self

    @model_validator(mode="after")
    def _expires_after_it_takes_effect(self) -> Self:
        for info in self.info:
            begins = instant(info.effective or self.sent)
            if info.expires is not None and instant(info.expires) < begins:
                raise ValueError("it expires before it takes effect")
        return self
