"""Who speaks and who may read: nations, desks, officers, lanes of precedence, labels."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    WithJsonSchema,
    model_validator,
)


class Contract(BaseModel):
    """A value that crosses the bus: frozen, strict, and with no field beyond those declared."""

    model_config = ConfigDict(
        strict=True,
        frozen=True,
        extra="forbid",
        hide_input_in_errors=True,
        # Built when first used: an officer's command does not wait for all the others.
        defer_build=True,
        ser_json_bytes="base64",
        val_json_bytes="base64",
    )


def _utc(moment: datetime) -> datetime:
    if moment.utcoffset() != timedelta(0):
        raise ValueError("a time on the bus is in UTC and says so with a Z")
    return moment


Moment = Annotated[
    datetime,
    AfterValidator(_utc),
    WithJsonSchema({"type": "string", "format": "date-time", "pattern": "Z$"}),
]
Nation = Annotated[str, Field(pattern=r"^[A-Z]{3}$", description="ISO 3166-1 alpha-3 code.")]
DeskId = Annotated[
    str,
    Field(
        pattern=r"^[a-z]{3}-[a-z0-9-]{2,28}$",
        description="A desk: its nation's code in lower case, a hyphen, its name. xaa-ghq.",
    ),
]
HolderId = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{1,31}$", description="Desk or service.")]
OfficerId = Annotated[
    str,
    Field(pattern=r"^[a-z0-9-]{2,32}$", description="A role at a desk, never a person's name."),
]
MatterId = Annotated[
    str,
    Field(
        pattern=r"^[a-z0-9][a-z0-9-]{2,63}$",
        description="The conversation that a message belongs to; it is the record key.",
    ),
]
MessageId = Annotated[str, Field(pattern=r"^[0-9a-f]{32}$", description="Global, immutable.")]
Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$", description="SHA-256, hexadecimal.")]
ExerciseId = Annotated[str, Field(pattern=r"^[A-Z0-9][A-Z0-9 -]{2,31}$")]


def nation_of(desk: str) -> str:
    """The nation whose desk this is, read from the desk's own name."""
    return desk[:3].upper()


class Precedence(StrEnum):
    """Handling speed, set by urgency only, never by importance or classification."""

    DEFERRED = "DEFERRED"
    ROUTINE = "ROUTINE"
    PRIORITY = "PRIORITY"
    IMMEDIATE = "IMMEDIATE"
    FLASH = "FLASH"
    OVERRIDE = "OVERRIDE"

    @property
    def rank(self) -> int:
        """0 DEFERRED to 5 OVERRIDE, as military message handling counts them."""
        return _PRECEDENCES.index(self)

    @property
    def lane(self) -> Lane:
        """The lane it travels in: FLASH holds OVERRIDE too, ROUTINE holds DEFERRED too."""
        return _LANES[self]


class Lane(StrEnum):
    """One ordered road per speed, so that FLASH never waits behind ROUTINE."""

    FLASH = "flash"
    IMMEDIATE = "immediate"
    PRIORITY = "priority"
    ROUTINE = "routine"

    @property
    def rank(self) -> int:
        """0 for the fastest lane."""
        return LANES.index(self)

    @property
    def next_lower(self) -> Lane | None:
        """The lane that takes what is beyond this one's budget; None below ROUTINE."""
        return LANES[self.rank + 1] if self.rank + 1 < len(LANES) else None


LANES: tuple[Lane, ...] = tuple(Lane)
_PRECEDENCES: tuple[Precedence, ...] = tuple(Precedence)
_LANES = {
    Precedence.DEFERRED: Lane.ROUTINE,
    Precedence.ROUTINE: Lane.ROUTINE,
    Precedence.PRIORITY: Lane.PRIORITY,
    Precedence.IMMEDIATE: Lane.IMMEDIATE,
    Precedence.FLASH: Lane.FLASH,
    Precedence.OVERRIDE: Lane.FLASH,
}


class MessageType(StrEnum):
    """Whether a message is about the world or about an exercise."""

    OPERATION = "OPERATION"
    PROJECT = "PROJECT"
    EXERCISE = "EXERCISE"
    DRILL = "DRILL"

    @property
    def is_exercise(self) -> bool:
        """True where the message may travel on exercise topics only."""
        return self in (MessageType.EXERCISE, MessageType.DRILL)


class Classification(StrEnum):
    """Levels, lowest first."""

    UNCLASSIFIED = "UNCLASSIFIED"
    RESTRICTED = "RESTRICTED"
    CONFIDENTIAL = "CONFIDENTIAL"
    SECRET = "SECRET"
    TOP_SECRET = "TOP SECRET"

    @property
    def rank(self) -> int:
        """0 for UNCLASSIFIED."""
        return tuple(Classification).index(self)


class Label(Contract):
    """A confidentiality label in the shape of STANAG 4774; no conformance is claimed."""

    policy: str = Field(
        pattern=r"^[A-Z0-9][A-Z0-9 /-]{1,63}$",
        description="The policy under which the classification has its meaning.",
    )
    classification: Classification = Field(description="Highest level of anything inside.")
    releasable_to: tuple[Nation, ...] = Field(
        min_length=1,
        # As many as a protocol among many has: 57 states take part in the Vienna Document.
        max_length=64,
        description="Permissive category 'Releasable To': a reader's nation is one of these.",
    )

    @model_validator(mode="after")
    def _each_nation_once_in_order(self) -> Self:
        if list(self.releasable_to) != sorted(set(self.releasable_to)):
            raise ValueError("releasable_to lists each nation once, in alphabetical order")
        return self

    def lets_read(self, desk: str) -> bool:
        """Whether the desk's nation is on the release list."""
        return nation_of(desk) in self.releasable_to

    def widens(self, other: Label) -> bool:
        """Whether this label lets anyone read, or at a lower level, what the other did not."""
        return (
            self.policy != other.policy
            or self.classification.rank < other.classification.rank
            or not set(self.releasable_to) <= set(other.releasable_to)
        )


class Function(StrEnum):
    """What a desk is to its nation, as the nation's root says in the directory."""

    MILITARY = "MILITARY"
    FOREIGN_MINISTRY = "FOREIGN_MINISTRY"
    SECURITY_AUTHORITY = "SECURITY_AUTHORITY"
    """National or designated security authority: certifies visits, and decides on them."""
    CLEARANCE_AUTHORITY = "CLEARANCE_AUTHORITY"
    """Clears aircraft and ships, and issues their numbers."""
    FACILITY = "FACILITY"
    DEPOSITARY = "DEPOSITARY"


class Rung(StrEnum):
    """The steps of the ladder that silence climbs, lowest first."""

    ALTERNATE_TERMINAL = "ALTERNATE_TERMINAL"
    ALTERNATE_DUTY_OFFICER = "ALTERNATE_DUTY_OFFICER"
    SUPERVISOR = "SUPERVISOR"
    OTHER_CHANNEL = "OTHER_CHANNEL"


class Alternate(Contract):
    """Who is tried on one rung when a desk stays silent."""

    rung: Rung
    desk: DeskId = Field(description="A desk of the same nation, with an inbox of its own.")


class Ladder(Contract):
    """A desk's alternates in the order in which silence reaches them."""

    alternates: tuple[Alternate, ...] = Field(default=(), max_length=len(Rung))

    @model_validator(mode="after")
    def _rungs_rise(self) -> Self:
        order = [tuple(Rung).index(alternate.rung) for alternate in self.alternates]
        if order != sorted(set(order)):
            raise ValueError("a ladder names each rung at most once, lowest first")
        return self
