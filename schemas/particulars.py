"""What an act must say beyond its text: the inner part's own fields, one contract an act.

What a rule needs stands outside, in `schemas.acts.Terms`, and is not repeated here. The required
fields are those that de-escalation practice asks of each act; no standard lays them down.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Annotated, Literal, Self, get_args

from pydantic import Field, model_validator

from schemas.acts import Act, unset
from schemas.parties import Contract, Label, Moment, Nation
from schemas.places import Compass, Location

Line = Annotated[str, Field(min_length=1, max_length=200)]
Passage = Annotated[str, Field(min_length=1, max_length=2000)]
Extent = Location | Literal["EVERYWHERE"]
"""A location with its area; or EVERYWHERE, which is said, not meant by leaving it out."""


class Fact(StrEnum):
    """What kind of fact a notice tells."""

    INCIDENT = "INCIDENT"
    ACCIDENT = "ACCIDENT"
    BORDER_CROSSING = "BORDER_CROSSING"
    LAUNCH = "LAUNCH"
    STRIKE = "STRIKE"


class Domain(StrEnum):
    """Where forces act."""

    LAND = "LAND"
    AIR = "AIR"
    SEA = "SEA"
    CYBER = "CYBER"
    SPACE = "SPACE"


class Level(StrEnum):
    """Who is to speak with whom, as lines between headquarters climb."""

    DUTY_OFFICER = "DUTY_OFFICER"
    SECTOR_COMMANDER = "SECTOR_COMMANDER"
    DIRECTOR_OF_OPERATIONS = "DIRECTOR_OF_OPERATIONS"
    MINISTER = "MINISTER"
    HEAD_OF_GOVERNMENT = "HEAD_OF_GOVERNMENT"


class Order(StrEnum):
    """How the steps of a proposal follow each other."""

    IN_TURN = "IN_TURN"
    """Each when the one before it is verified, in the order in which they stand."""
    AT_ONCE = "AT_ONCE"


class FactNotice(Contract):
    """What happened, as far as it is known. What is left out is not known yet."""

    act: Literal[Act.FACT_NOTICE] = Act.FACT_NOTICE
    fact: Fact
    at: Moment = Field(description="When it happened; for a launch, its time.")
    by_accident: bool | None = Field(default=None, exclude_if=unset)
    weapon_class: Line | None = Field(default=None, exclude_if=unset)
    unarmed: bool | None = Field(default=None, exclude_if=unset)
    direction: Compass | None = Field(
        default=None, exclude_if=unset, description="Into which it moves."
    )
    where: Location | None = Field(
        default=None, exclude_if=unset, description="Where it happened, or where it will strike."
    )
    own_forces: Passage | None = Field(default=None, exclude_if=unset)
    harm_known: Passage | None = Field(default=None, exclude_if=unset)
    details_follow: bool = Field(description="True for an early notice; updates follow.")

    @model_validator(mode="after")
    def _weapons_are_told(self) -> Self:
        told = self.weapon_class is not None and self.by_accident is not None
        aimed = self.direction is not None or self.where is not None
        if self.fact in (Fact.LAUNCH, Fact.STRIKE) and not (told and aimed):
            raise ValueError(
                "a launch or strike names weapon_class, by_accident, and direction or where"
            )
        return self


class CeaseAction(Contract):
    """What is to stop, where, and who is being harmed."""

    act: Literal[Act.CEASE_ACTION] = Act.CEASE_ACTION
    what: Passage = Field(description="The action that is to stop.")
    where: Location
    harmed: Passage = Field(description="Who is being harmed.")


class Assurance(Contract):
    """What one's own forces do, for what sole purpose, and what it is not."""

    act: Literal[Act.ASSURANCE] = Act.ASSURANCE
    action: Passage
    units: Passage
    area: Extent
    begins: Moment
    ends: Moment | None = Field(
        default=None, exclude_if=unset, description="Left out where it is not known yet."
    )
    sole_purpose: Passage
    is_not: Passage = Field(description="What it must not be taken for.")

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Self:
        _check_order(self.begins, self.ends)
        return self


class Concern(Contract):
    """An activity of the other side, and why it gives concern."""

    act: Literal[Act.CONCERN] = Act.CONCERN
    activity: Passage
    cause: Passage
    area: Extent


class ClarificationRequest(Contract):
    """Questions. The first has number 1; until when they are due stands outside, in reply_by."""

    act: Literal[Act.CLARIFICATION_REQUEST] = Act.CLARIFICATION_REQUEST
    questions: tuple[Passage, ...] = Field(min_length=1, max_length=20)


class AnswerTo(Contract):
    """The answer to one question."""

    question: int = Field(ge=1, description="The question's number.")
    answer: Passage


class Explanation(Contract):
    """An answer for each question, or the word that it is not answered."""

    act: Literal[Act.EXPLANATION] = Act.EXPLANATION
    answers: tuple[AnswerTo, ...] = Field(default=(), max_length=20)
    unanswered: tuple[int, ...] = Field(
        default=(), max_length=20, description="The numbers of those that are not answered."
    )

    @model_validator(mode="after")
    def _each_question_once(self) -> Self:
        numbers = [*(each.question for each in self.answers), *self.unanswered]
        if not numbers or len(set(numbers)) != len(numbers) or min(numbers) < 1:
            raise ValueError("each question's number stands once: answered, or in unanswered")
        return self


class SafePassageRequest(Contract):
    """Units that ask to pass unharmed."""

    act: Literal[Act.SAFE_PASSAGE_REQUEST] = Act.SAFE_PASSAGE_REQUEST
    units: Passage
    route: tuple[Location, ...] = Field(min_length=1, max_length=20)
    need: Passage


class SafeHarbourRequest(Contract):
    """Units that ask for a harbour or a place to land."""

    act: Literal[Act.SAFE_HARBOUR_REQUEST] = Act.SAFE_HARBOUR_REQUEST
    units: Passage
    route: tuple[Location, ...] = Field(min_length=1, max_length=20)
    need: Passage


class SarCoordination(Contract):
    """Search and rescue: who is sought, where, and what is needed."""

    act: Literal[Act.SAR_COORDINATION] = Act.SAR_COORDINATION
    units: Passage
    route: tuple[Location, ...] = Field(min_length=1, max_length=20)
    need: Passage


class RequestForContact(Contract):
    """A call or meeting: at what level, on what, between when and when."""

    act: Literal[Act.REQUEST_FOR_CONTACT] = Act.REQUEST_FOR_CONTACT
    level: Level
    topics: tuple[Line, ...] = Field(min_length=1, max_length=10)
    window_begins: Moment
    window_ends: Moment

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Self:
        _check_order(self.window_begins, self.window_ends)
        return self


class ContactDecline(Contract):
    """A contact that is declined. Nobody's silence is one."""

    act: Literal[Act.CONTACT_DECLINE] = Act.CONTACT_DECLINE
    reason: Passage


class ProposedStep(Contract):
    """What one side is to do."""

    by: Nation
    what: Passage


class Proposal(Contract):
    """Steps for each side, in their order, and how they are verified."""

    act: Literal[Act.PROPOSAL] = Act.PROPOSAL
    steps: tuple[ProposedStep, ...] = Field(min_length=2, max_length=20)
    sequence: Order
    area: Extent
    verification: Passage


class CounterProposal(Contract):
    """Other steps in the place of those proposed."""

    act: Literal[Act.COUNTER_PROPOSAL] = Act.COUNTER_PROPOSAL
    steps: tuple[ProposedStep, ...] = Field(min_length=2, max_length=20)
    sequence: Order
    area: Extent
    verification: Passage


class Commitment(Contract):
    """What one side binds itself to. From when and until when stands outside, in its terms."""

    act: Literal[Act.COMMITMENT] = Act.COMMITMENT
    obligation: Passage
    area: Extent
    domains: tuple[Domain, ...] = Field(min_length=1, max_length=len(Domain))
    authority: Line = Field(description="The office in whose name it is given.")
    on_violation: Passage = Field(description="What is done where it is held to be violated.")


class Obligation(Contract):
    """What one side of an understanding binds itself to, and in whose name."""

    nation: Nation
    obligation: Passage
    authority: Line


class Understanding(Contract):
    """One text that binds both: a ceasefire, say."""

    act: Literal[Act.UNDERSTANDING] = Act.UNDERSTANDING
    obligations: tuple[Obligation, ...] = Field(min_length=2, max_length=8)
    area: Extent
    domains: tuple[Domain, ...] = Field(min_length=1, max_length=len(Domain))
    on_violation: Passage
    liaison: Passage = Field(description="Who keeps in touch with whom about it, and how.")


class DetainedPersonnel(Contract):
    """Own people whom the other side holds. Until when it answers stands outside, item by item."""

    act: Literal[Act.DETAINED_PERSONNEL] = Act.DETAINED_PERSONNEL
    who: Passage = Field(description="Crew, patrol; no more of them than is needed to find them.")
    number: int = Field(ge=1, le=100_000, description="How many people they are.")
    held_at: Location | None = Field(default=None, exclude_if=unset)
    welfare: Passage = Field(description="What is asked about how they are.")
    access: Passage = Field(description="Who asks to see them, and how.")


class DetainedPersonnelReply(Contract):
    """How they are, who may see them and when; one of them or both, as the outside says."""

    act: Literal[Act.DETAINED_PERSONNEL_REPLY] = Act.DETAINED_PERSONNEL_REPLY
    welfare: Passage | None = Field(default=None, exclude_if=unset)
    access: Passage | None = Field(default=None, exclude_if=unset)

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self.welfare is None and self.access is None:
            raise ValueError("a reply says how they are, or who may see them")
        return self


class OrdersConfirmation(Contract):
    """That all units which the undertaking binds have their orders, and confirmed them."""

    act: Literal[Act.ORDERS_CONFIRMATION] = Act.ORDERS_CONFIRMATION
    units: Passage = Field(description="All that it binds. What some lack is said as free text.")
    confirmed_at: Moment = Field(description="When the last of them did.")
    by: Line = Field(description="The office that answers for it.")


class StandDownConfirmation(Contract):
    """That it was done, when, and by whom."""

    act: Literal[Act.STAND_DOWN_CONFIRMATION] = Act.STAND_DOWN_CONFIRMATION
    done_at: Moment
    by: Line = Field(description="The office or unit that did it.")


class ViolationReport(Contract):
    """What is held to have been done against an undertaking."""

    act: Literal[Act.VIOLATION_REPORT] = Act.VIOLATION_REPORT
    at: Moment
    where: Location
    what: Passage
    evidence: Passage = Field(description="What there is, not the thing itself.")
    evidence_label: Label = Field(description="Under which the evidence itself stands.")


class Regret(Contract):
    """What is regretted, in the words that were settled on."""

    act: Literal[Act.REGRET] = Act.REGRET
    of: Passage


class Protest(Contract):
    """The facts, and what is demanded."""

    act: Literal[Act.PROTEST] = Act.PROTEST
    facts: Passage
    demand: Passage


class CollapseStatement(Contract):
    """Why an understanding is held to hold no more."""

    act: Literal[Act.COLLAPSE_STATEMENT] = Act.COLLAPSE_STATEMENT
    cause: Passage


class ClosingStatement(Contract):
    """With what the matter is closed."""

    act: Literal[Act.CLOSING_STATEMENT] = Act.CLOSING_STATEMENT
    outcome: Passage


class Account(Contract):
    """One side's own account of an event, which the outside names."""

    act: Literal[Act.ACCOUNT] = Act.ACCOUNT
    at: Moment
    where: Location | None = Field(default=None, exclude_if=unset)
    facts: Passage


class Attribution(Contract):
    """Who is held to have done it, and why. How surely stands outside, as confidence."""

    act: Literal[Act.ATTRIBUTION] = Act.ATTRIBUTION
    who: Line
    why: Passage


AnyParticulars = (
    FactNotice | CeaseAction | Assurance | Concern | ClarificationRequest | Explanation
    | SafePassageRequest | SafeHarbourRequest | SarCoordination | RequestForContact
    | ContactDecline | Proposal | CounterProposal | Commitment | Understanding
    | StandDownConfirmation | ViolationReport | Regret | Protest | CollapseStatement
    | ClosingStatement | Account | Attribution | OrdersConfirmation | DetainedPersonnel
    | DetainedPersonnelReply
)  # fmt: skip
Particulars = Annotated[AnyParticulars, Field(discriminator="act")]

CONTRACTS: Mapping[Act, type[AnyParticulars]] = MappingProxyType(
    {contract.model_fields["act"].default: contract for contract in get_args(AnyParticulars)}
)
"""The particulars of each act that has any; they are required of it."""
TEXT_ALONE = frozenset(Act) - frozenset(CONTRACTS)
"""Acts of which text and terms say all: free text, and a bare yes, no or other time."""


def _check_order(begins: Moment, ends: Moment | None) -> None:
    if ends is not None and ends <= begins:
        raise ValueError("the end comes after the beginning")
