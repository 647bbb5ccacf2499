"""What an event is to the states that it concerns, told alike in alerts and in requests."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, Field

from schemas.cap import Certainty, Severity, Status, Urgency
from schemas.parties import Contract, Moment, Nation, Precedence


class EventCode(StrEnum):
    """What has happened, as states have come to name it."""

    AIRSPACE_VIOLATION = "AIRSPACE_VIOLATION"
    MID_AIR_COLLISION = "MID_AIR_COLLISION"
    UNSAFE_INTERCEPT = "UNSAFE_INTERCEPT"
    INCIDENT_AT_SEA = "INCIDENT_AT_SEA"
    RADAR_LOCK_ON = "RADAR_LOCK_ON"
    ACCIDENTAL_LAUNCH = "ACCIDENTAL_LAUNCH"
    MISSILE_LAUNCH_DETECTED = "MISSILE_LAUNCH_DETECTED"
    CEASEFIRE_VIOLATION = "CEASEFIRE_VIOLATION"
    BORDER_FACE_OFF = "BORDER_FACE_OFF"
    DETAINED_PERSONNEL = "DETAINED_PERSONNEL"
    UNUSUAL_MILITARY_ACTIVITY = "UNUSUAL_MILITARY_ACTIVITY"
    HAZARDOUS_INCIDENT = "HAZARDOUS_INCIDENT"
    STRIKE_IN_ERROR = "STRIKE_IN_ERROR"
    UNIDENTIFIED_OBJECT = "UNIDENTIFIED_OBJECT"
    CYBER_INCIDENT = "CYBER_INCIDENT"
    NATURAL_DISASTER = "NATURAL_DISASTER"
    CBRN = "CBRN"
    PIRACY = "PIRACY"
    TERRORISM = "TERRORISM"
    HOTLINE_OUTAGE = "HOTLINE_OUTAGE"
    FALSE_ALERT = "FALSE_ALERT"


class Confidence(StrEnum):
    """How sure a sender is of who is behind an event."""

    CONFIRMED = "CONFIRMED"
    PROBABLE = "PROBABLE"
    POSSIBLE = "POSSIBLE"
    UNKNOWN = "UNKNOWN"


def _each_once(nations: tuple[str, ...]) -> tuple[str, ...]:
    if list(nations) != sorted(set(nations)):
        raise ValueError("list each nation once, in alphabetical order")
    return nations


Nations = Annotated[tuple[Nation, ...], AfterValidator(_each_once)]
IncidentId = Annotated[
    str,
    Field(pattern=r"^[a-z0-9][a-z0-9-]{2,47}$", description="The event, under one name for all."),
]
Geocode = Annotated[
    str,
    Field(
        pattern=r"^[A-Za-z0-9][A-Za-z0-9:._-]{1,31}$",
        description="Where, coarsely: a code that the parties know. XBB-04, FIR-XBBX.",
    ),
]


class EventFacts(Contract):
    """What services need of an event. What people need of it is inside, and sealed with it."""

    event_code: EventCode
    urgency: Urgency
    severity: Severity
    certainty: Certainty
    status: Status
    concerned: Nations = Field(max_length=32, description="The nations that the event affects.")
    geocodes: tuple[Geocode, ...] = Field(max_length=16, description="Where, coarsely.")
    event_at: Moment = Field(description="When it happened, or is expected to.")
    incident: IncidentId | None = Field(description="The event that it belongs to, if named.")


def facts_of(said: EventFacts) -> dict[str, object]:
    """The facts alone, to be told again."""
    return {name: getattr(said, name) for name in EventFacts.model_fields}


def precedence_of(urgency: Urgency, severity: Severity) -> Precedence:
    """The least precedence of an alert: CAP has none, and handling needs one.

    Immediate and Extreme is FLASH; Immediate otherwise IMMEDIATE, whatever the severity, for it
    may not be known yet; Expected PRIORITY; all else ROUTINE.
    """
    if urgency is Urgency.IMMEDIATE:
        return Precedence.FLASH if severity is Severity.EXTREME else Precedence.IMMEDIATE
    return Precedence.PRIORITY if urgency is Urgency.EXPECTED else Precedence.ROUTINE
