"""What kind of step a message is, and what of it must stand on the outside."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, Literal, Self

from pydantic import Field, model_validator

from schemas.line_record import LineId
from schemas.lines import LinePhase
from schemas.parties import Contract, DeskId, ExerciseId, MatterId, MessageId, Moment


def unset(value: object) -> bool:
    """What a later release added to a contract is left out of the bytes where it is not used."""
    return value is None


class Act(StrEnum):
    """What kind of step a message is in keeping two states from a clash."""

    FREE_TEXT = "FREE_TEXT"
    FACT_NOTICE = "FACT_NOTICE"
    """An incident, an own accident, an own launch. Partial at first; updates follow."""
    CEASE_ACTION = "CEASE_ACTION"
    """Stop: you are hitting somebody. It outranks every other act."""
    ASSURANCE = "ASSURANCE"
    """A statement of intent: what one's own forces do, and for what sole purpose."""
    CONCERN = "CONCERN"
    CLARIFICATION_REQUEST = "CLARIFICATION_REQUEST"
    EXPLANATION = "EXPLANATION"
    SAFE_PASSAGE_REQUEST = "SAFE_PASSAGE_REQUEST"
    SAFE_HARBOUR_REQUEST = "SAFE_HARBOUR_REQUEST"
    SAR_COORDINATION = "SAR_COORDINATION"
    REQUEST_FOR_CONTACT = "REQUEST_FOR_CONTACT"
    CONTACT_ACCEPTANCE = "CONTACT_ACCEPTANCE"
    CONTACT_DECLINE = "CONTACT_DECLINE"
    CONTACT_RESCHEDULING = "CONTACT_RESCHEDULING"
    """Another time for a contact that stands. It stands at the old one until both agree."""
    PROPOSAL = "PROPOSAL"
    COUNTER_PROPOSAL = "COUNTER_PROPOSAL"
    ACCEPTANCE = "ACCEPTANCE"
    REJECTION = "REJECTION"
    COMMITMENT = "COMMITMENT"
    UNDERSTANDING = "UNDERSTANDING"
    """A ceasefire or other understanding: one text that binds both."""
    ORDERS_CONFIRMATION = "ORDERS_CONFIRMATION"
    """All own units that an undertaking binds have their orders, and said so."""
    DETAINED_PERSONNEL = "DETAINED_PERSONNEL"
    """Own people are held by the other side: how they are, and who may see them. Both are owed."""
    DETAINED_PERSONNEL_REPLY = "DETAINED_PERSONNEL_REPLY"
    STAND_DOWN_CONFIRMATION = "STAND_DOWN_CONFIRMATION"
    VIOLATION_REPORT = "VIOLATION_REPORT"
    COLLAPSE_STATEMENT = "COLLAPSE_STATEMENT"
    """A party says that an understanding holds no more. It is never inferred."""
    CLOSING_STATEMENT = "CLOSING_STATEMENT"
    REGRET = "REGRET"
    PROTEST = "PROTEST"
    ACCOUNT = "ACCOUNT"
    """One side's own account of an event. It stands beside the others and replaces none."""
    ATTRIBUTION = "ATTRIBUTION"
    """Who is held to have done it, with a confidence; revised by correction."""


ONE_OFFICER_ACTS = frozenset({Act.FACT_NOTICE, Act.CEASE_ACTION})
"""What one officer may release at any precedence: the delay does more harm than the slip."""
OUTRANKING_ACTS = frozenset({Act.CEASE_ACTION})
"""What goes before every other act: at least as FLASH, first in its lane, never counted."""


class DetaineeItem(StrEnum):
    """What whoever holds people owes a word on, each by a clock of its own."""

    WELFARE = "WELFARE"
    ACCESS = "ACCESS"


class Confidence(StrEnum):
    """How sure the speaker is. It may be revised, and the earlier word stays to be read."""

    LOW = "LOW"
    MODERATE = "MODERATE"
    HIGH = "HIGH"
    CONFIRMED = "CONFIRMED"


class Terms(Contract):
    """The clocks and references that an act needs on its outside. Never what is said."""

    regards: MessageId | None = Field(
        default=None, exclude_if=unset, description="The message that this act answers."
    )
    effective_at: Moment | None = Field(
        default=None, exclude_if=unset, description="From when an undertaking holds."
    )
    expires: Moment | Literal["NONE"] | None = Field(
        default=None, exclude_if=unset, description="Until when it holds; NONE is said, not meant."
    )
    review_at: Moment | None = Field(default=None, exclude_if=unset)
    contact_at: Moment | None = Field(
        default=None, exclude_if=unset, description="When the call or meeting is to be."
    )
    final_consumer: DeskId | None = Field(
        default=None,
        exclude_if=unset,
        description="The desk for which a notice is meant in the end; only its word clears it.",
    )
    via: DeskId | None = Field(
        default=None, exclude_if=unset, description="The mediator who is to relay it, verbatim."
    )
    event: MatterId | None = Field(
        default=None, exclude_if=unset, description="The event that an account is of."
    )
    confidence: Confidence | None = Field(default=None, exclude_if=unset)
    breaks_into: ExerciseId | None = Field(
        default=None,
        exclude_if=unset,
        description="The exercise into which the real world breaks with this live message.",
    )

    line: LineId | None = Field(
        default=None, exclude_if=unset, description="The line on which it is said."
    )
    line_state: LinePhase | None = Field(
        default=None,
        exclude_if=unset,
        description="How the line stood, where it was not in use; then alternates have it too.",
    )
    orders_by: Moment | None = Field(
        default=None,
        exclude_if=unset,
        description="Until when each side that is bound confirms that its units have their orders."
        " Left out: none of it is owed.",
    )
    welfare_by: Moment | None = Field(
        default=None,
        exclude_if=unset,
        description="Until when it is said how the people are who are held.",
    )
    access_by: Moment | None = Field(
        default=None,
        exclude_if=unset,
        description="Until when it is said who may see them, and when.",
    )
    items: tuple[DetaineeItem, ...] | None = Field(
        default=None,
        min_length=1,
        max_length=len(DetaineeItem),
        exclude_if=unset,
        description="On which of the two a reply says something.",
    )

    @model_validator(mode="after")
    def _they_follow_each_other(self) -> Self:
        if self == Terms.model_construct():
            raise ValueError("terms are left out where there are none")
        ends = self.expires if self.expires != "NONE" else None
        for later in (ends, self.review_at):
            if later is not None and self.effective_at is not None and later <= self.effective_at:
                raise ValueError("expires and review_at come after effective_at")
        if self.line_state is not None and self.line is None:
            raise ValueError("a line's state is named with its line")
        return self

    def named(self) -> frozenset[str]:
        """Which of them are given."""
        given: dict[str, Any] = self.model_dump()
        return frozenset(name for name, value in given.items() if value is not None)
