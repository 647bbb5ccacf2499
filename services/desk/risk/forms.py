"""What an officer fills in to begin a request, an incident or an invitation."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from schemas.cap import Certainty, Severity, Status, Urgency
from schemas.concerns import (
    INVITED_MAX,
    STATES_MAX,
    ExplanationAsked,
    HazardWords,
    HostingProgramme,
)
from schemas.crisis import Geocode, IncidentId, Nations
from schemas.parties import Contract, DeskId, Label, Moment, Nation


class OpeningForm(Contract):
    """Base of all three: the event, and between whom it is told."""

    participating: Nations = Field(
        min_length=2, max_length=STATES_MAX, description="All participating states, ours included."
    )
    concerned: Nations = Field(max_length=32, description="The nations that it affects.")
    geocodes: tuple[Geocode, ...] = Field(
        min_length=1, max_length=16, description="Where, coarsely: a code that the parties know."
    )
    event_at: Moment = Field(description="When it happened, or was seen.")
    label: Label
    incident: IncidentId | None = None
    urgency: Urgency = Urgency.EXPECTED
    severity: Severity = Severity.UNKNOWN
    certainty: Certainty = Certainty.OBSERVED
    status: Status = Status.ACTUAL


class ConcernForm(OpeningForm):
    """A request for explanation of an unusual military activity."""

    requested: Nation = Field(description="The state that is asked.")
    asked: ExplanationAsked


class HazardForm(OpeningForm):
    """A hazardous incident, reported by the state involved or asked about by one affected."""

    involved: Nation = Field(description="The state whose forces are involved.")
    point_of_contact: DeskId = Field(description="Our own, for this incident.")
    said: HazardWords


class HostingForm(OpeningForm):
    """An invitation to a visit that is to dispel concerns."""

    invited: Nations = Field(min_length=1, max_length=INVITED_MAX)
    begins: date
    ends: date
    observers_max: int = Field(ge=1, le=20, description="For each invited state.")
    answer_by: Moment
    programme: HostingProgramme
