"""Inspections, evaluations and military contacts: one register a host, with its quotas.

What domain has of the Vienna Document's chapters on contacts, compliance and verification. No
conformance with that document is claimed. All of a host's stand in one matter, since its quotas
count over all of them.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from schemas.envelope import Outer, Submission
from schemas.parties import (
    Contract,
    DeskId,
    ExerciseId,
    Lane,
    MatterId,
    MessageId,
    MessageType,
    Moment,
    Nation,
    OfficerId,
)

NATIONS_MAX = 60
REGISTER_PREFIX = "visit-register-"
RegisterRef = Annotated[str, Field(pattern=r"^visit-register-[a-z]{3}$")]


def register_of(host: str) -> str:
    """The matter in which all inspections and contacts of a host stand."""
    return f"{REGISTER_PREFIX}{host.lower()}"


class ContactKind(StrEnum):
    """What is asked of a host, or what it invites to."""

    INSPECTION = "INSPECTION"
    EVALUATION = "EVALUATION"
    AIR_BASE_VISIT = "AIR_BASE_VISIT"
    MILITARY_CONTACT = "MILITARY_CONTACT"
    """Exchanges, schools, staff talks, exercises."""
    DEMONSTRATION = "DEMONSTRATION"
    """Of a new major weapon system."""
    HOSTED_TO_DISPEL = "HOSTED_TO_DISPEL"
    """A visit that a host offers, to dispel concern about what it does."""

    @property
    def is_asked(self) -> bool:
        """Whether another state asks for it, within the host's quota; else the host invites."""
        return self in (ContactKind.INSPECTION, ContactKind.EVALUATION)


class ContactPhase(StrEnum):
    """How far it is."""

    NONE = "NONE"
    REQUESTED = "REQUESTED"
    UNANSWERED = "UNANSWERED"
    """The time for a reply has passed. That is neither consent nor refusal."""
    ACCEPTED = "ACCEPTED"
    DECLINED = "DECLINED"
    INVITED = "INVITED"
    UNDER_WAY = "UNDER_WAY"
    ENDED = "ENDED"
    WITHDRAWN = "WITHDRAWN"


class ContactStep(StrEnum):
    """What changed it."""

    REQUESTED = "REQUESTED"
    INVITED = "INVITED"
    ACCEPTED = "ACCEPTED"
    DECLINED = "DECLINED"
    ENTERED = "ENTERED"
    ENDED = "ENDED"
    WITHDRAWN = "WITHDRAWN"
    REPLY_OVERDUE = "REPLY_OVERDUE"
    ENTRY_OVERDUE = "ENTRY_OVERDUE"
    STAY_OVERDUE = "STAY_OVERDUE"
    QUOTA_FILLED = "QUOTA_FILLED"


class ContactDeadline(StrEnum):
    """What falls due when nobody speaks."""

    REPLY = "REPLY"
    ENTRY = "ENTRY"
    STAY = "STAY"


class DeclineCategory(StrEnum):
    """Why a host declines, in a word."""

    QUOTA = "QUOTA"
    FORCE_MAJEURE = "FORCE_MAJEURE"
    SENSITIVE_AREA = "SENSITIVE_AREA"
    RESOURCE = "RESOURCE"
    NOT_STATED = "NOT_STATED"


class ContactCommand(Submission):
    """Base of what a desk says in a host's register."""

    matter: RegisterRef
    host: Nation
    copied_to: tuple[Nation, ...] = Field(
        default=(), max_length=NATIONS_MAX, description="Participating states that are told."
    )

    @model_validator(mode="after")
    def _is_in_the_hosts_register(self) -> Self:
        if self.matter != register_of(self.host):
            raise ValueError(f"all that is asked of a host stands in {REGISTER_PREFIX}<host>")
        if self.lane is not Lane.ROUTINE:
            raise ValueError(f"all that is said of visits travels in the lane {Lane.ROUTINE}")
        if list(self.copied_to) != sorted(set(self.copied_to)):
            raise ValueError("copied_to lists each nation once, in alphabetical order")
        return self


class AskContact(ContactCommand):
    """A state asks to inspect or to evaluate. Where and whom stands inside."""

    contact: Literal[ContactKind.INSPECTION, ContactKind.EVALUATION]
    enters_at: Moment
    dispels: MatterId | None = None


class InviteToContact(ContactCommand):
    """A host invites: to an air base, to a contact, to a demonstration, to dispel concern."""

    contact: Literal[
        ContactKind.AIR_BASE_VISIT,
        ContactKind.MILITARY_CONTACT,
        ContactKind.DEMONSTRATION,
        ContactKind.HOSTED_TO_DISPEL,
    ]
    enters_at: Moment
    leaves_at: Moment
    invited: tuple[Nation, ...] = Field(min_length=1, max_length=NATIONS_MAX)
    dispels: MatterId | None = Field(
        default=None, description="For HOSTED_TO_DISPEL: the alert or the thread."
    )

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if self.leaves_at <= self.enters_at:
            raise ValueError("it ends after it begins")
        if list(self.invited) != sorted(set(self.invited)) or self.host in self.invited:
            raise ValueError("invited lists each other nation once, in alphabetical order")
        return self


class OfContact(ContactCommand):
    """Base of what is said of one of them, by its identity."""

    contact_id: MessageId


class AnswerContact(OfContact):
    """The host answers a request; an invited state answers an invitation."""

    accepts: bool
    category: DeclineCategory | None = None

    @model_validator(mode="after")
    def _declines_with_a_category(self) -> Self:
        if (self.category is None) != self.accepts:
            raise ValueError("who declines names a category, and nobody else does")
        return self


class ReportContact(OfContact):
    """The team entered, or it is over."""

    over: bool


class WithdrawContact(OfContact):
    """Who asked or invited takes it back."""


class PassContactDeadline(Outer):
    """The service's own clock says that a deadline has passed."""

    host: Nation
    copied_to: tuple[Nation, ...] = Field(max_length=NATIONS_MAX)
    contact_id: MessageId
    what: ContactDeadline
    due: Moment


class ContactRemark(Contract):
    """The inner part of what is said in a register."""

    subject: str | None = Field(default=None, max_length=200)
    where: str | None = Field(default=None, max_length=500, description="Area, or formation.")
    team: tuple[str, ...] = Field(default=(), max_length=24, description="Names; inner always.")
    remark: str | None = Field(default=None, max_length=4000)


class Contact(Contract):
    """One inspection, evaluation, contact or invitation, and how it stands."""

    contact_id: MessageId
    contact: ContactKind
    phase: ContactPhase
    since: Moment
    by: Nation = Field(description="Who asked, or who invited.")
    desk: DeskId
    enters_at: Moment
    leaves_at: Moment | None
    reply_due: Moment | None
    enter_by: Moment | None
    leave_by: Moment | None = Field(description="48 h after the team entered.")
    late: tuple[ContactDeadline, ...] = Field(description="What passed in silence.")
    invited: tuple[Nation, ...]
    accepted_by: tuple[Nation, ...]
    declined_by: tuple[Nation, ...]
    category: DeclineCategory | None
    dispels: MatterId | None


class Quota(Contract):
    """What a host has accepted in a calendar year, of what it must."""

    year: int
    contact: ContactKind
    used: int
    of: int


class ContactChanged(Contract):
    """What changed in a host's register, and how that contact stands from now on."""

    kind: Literal["ContactChanged"] = "ContactChanged"
    step: ContactStep
    host: Nation
    at: Moment
    by: Nation | None = Field(description="None for the clock's word.")
    officer: OfficerId | None
    contact: Contact
    quota: Quota | None = Field(description="Of its kind and year; None for an invitation.")
    told: tuple[Nation, ...] = Field(description="Every nation that is told.")
    message_type: MessageType
    exercise: ExerciseId | None
