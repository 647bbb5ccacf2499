"""An agreement's record: between whom, how they are bound, what it activates, its end."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from hashlib import sha256
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from schemas.acts import Act, unset
from schemas.cap import Severity
from schemas.crisis import EventCode, Geocode
from schemas.parties import Contract, DeskId, Moment, Nation, Precedence, nation_of

MATTER_PREFIX = "agreement-"
"""A framework and the arrangements that implement it live in one matter: one chain, one state."""
STATES_MIN, STATES_MAX = 2, 16
MONTHS_MAX = 600
DAY_S = 24 * 3600
AgreementName = Annotated[
    str,
    Field(pattern=r"^[a-z0-9][a-z0-9-]{2,49}$", description="An agreement's name. xaa-xbb-dca."),
]
Article = Annotated[
    str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9 .()/-]{0,31}$", description="As in the text: 4(2).")
]
EventName = Annotated[
    str,
    Field(
        pattern=r"^[A-Z][A-Z_]{2,39}$",
        description="An alert's event, or FACT_NOTICE or CEASE_ACTION for a notice on the hotline.",
    ),
]


def matter_of(agreement: str, parent: str | None = None) -> str:
    """The matter in which an agreement lives: its framework's, where it implements one."""
    return f"{MATTER_PREFIX}{parent or agreement}"


class AgreementKind(StrEnum):
    """What the agreement is about."""

    DEFENCE_COOPERATION_AGREEMENT = "DEFENCE_COOPERATION_AGREEMENT"
    MUTUAL_DEFENCE_TREATY = "MUTUAL_DEFENCE_TREATY"
    STATUS_OF_FORCES = "STATUS_OF_FORCES"
    """SOFA or VFA. By itself it authorises no exercise, activity or mission."""
    INFORMATION_SECURITY = "INFORMATION_SECURITY"
    LOGISTICS = "LOGISTICS"
    IMPLEMENTING_ARRANGEMENT = "IMPLEMENTING_ARRANGEMENT"
    MOU = "MOU"
    CSBM_DOCUMENT = "CSBM_DOCUMENT"
    CEASEFIRE = "CEASEFIRE"
    HOTLINE_AGREEMENT = "HOTLINE_AGREEMENT"
    INCIDENTS_AT_SEA = "INCIDENTS_AT_SEA"
    LAUNCH_NOTIFICATION = "LAUNCH_NOTIFICATION"


class Binding(StrEnum):
    """In what sense it binds."""

    LEGAL = "LEGAL"
    POLITICAL = "POLITICAL"
    NONE = "NONE"


class Share(StrEnum):
    """How many states a step needs."""

    ALL = "ALL"
    TWO_THIRDS = "TWO_THIRDS"

    def of(self, number: int) -> int:
        """How many of so many."""
        return number if self is Share.ALL else -(-2 * number // 3)


class Means(StrEnum):
    """By what a state may express its consent to be bound (VCLT art. 11)."""

    DEFINITIVE_SIGNATURE = "DEFINITIVE_SIGNATURE"
    RATIFICATION = "RATIFICATION"
    ACCEPTANCE = "ACCEPTANCE"
    APPROVAL = "APPROVAL"
    ACCESSION = "ACCESSION"
    SUCCESSION = "SUCCESSION"
    FORMAL_CONFIRMATION = "FORMAL_CONFIRMATION"
    NOTE = "NOTE"
    """A note of an exchange of notes (VCLT art. 13)."""


class OnSignature(Contract):
    """In force when the last negotiating state has signed definitively (VCLT art. 12)."""

    type: Literal["ON_SIGNATURE"] = "ON_SIGNATURE"


class ExchangeOfNotes(Contract):
    """In force so many days after the last negotiating state's note."""

    type: Literal["EXCHANGE_OF_NOTES"] = "EXCHANGE_OF_NOTES"
    days: int = Field(default=0, ge=0, le=3650)


class NInstruments(Contract):
    """In force so many days after that number of states consented."""

    type: Literal["N_INSTRUMENTS"] = "N_INSTRUMENTS"
    number: int = Field(ge=2, le=STATES_MAX)
    days: int = Field(default=0, ge=0, le=3650)


class FixedDate(Contract):
    """In force on that date, where all negotiating states have consented by then."""

    type: Literal["FIXED_DATE"] = "FIXED_DATE"
    date: Moment


class AllConsented(Contract):
    """The text says nothing: in force when all negotiating states consented (VCLT art. 24(2))."""

    type: Literal["ALL_CONSENTED"] = "ALL_CONSENTED"


EntryIntoForce = Annotated[
    OnSignature | ExchangeOfNotes | NInstruments | FixedDate | AllConsented,
    Field(discriminator="type"),
]


class AgreementState(Contract):
    """A negotiating state, and which of its desks are told."""

    nation: Nation
    ministry: DeskId = Field(description="Its foreign ministry's desk; speaks for the state.")
    watch: DeskId = Field(description="The desk that owes what a protocol opens, day and night.")

    @model_validator(mode="after")
    def _is_one_nations(self) -> Self:
        if {nation_of(self.ministry), nation_of(self.watch)} != {self.nation}:
            raise ValueError("a state's desks are of its own nation")
        return self


class Trigger(Contract):
    """What fires a protocol."""

    events: tuple[EventName, ...] = Field(min_length=1, max_length=16)
    geocodes: tuple[Geocode, ...] = Field(
        default=(), max_length=16, description="Where; none for everywhere."
    )
    min_severity: Severity | None = Field(
        default=None, exclude_if=unset, description="For alerts; a hotline's notice has none."
    )
    parties_affected: int = Field(
        default=2, ge=1, le=STATES_MAX, description="How many bound states it must concern."
    )

    @model_validator(mode="after")
    def _events_are_known(self) -> Self:
        known = {*EventCode, Act.FACT_NOTICE, Act.CEASE_ACTION}
        if unknown := [each for each in self.events if each not in known]:
            raise ValueError(f"no alert or notice is of {', '.join(unknown)}")
        return self


class Who(StrEnum):
    """Which of the states that a protocol binds owes a step."""

    REPORTER = "REPORTER"
    """The state whose alert or notice it was."""
    OTHERS = "OTHERS"
    EACH = "EACH"


class Circle(StrEnum):
    """Among whom a step is done."""

    AFFECTED = "AFFECTED"
    """The states that the event names."""
    ALL_PARTIES = "ALL_PARTIES"


class ProtocolStep(Contract):
    """One thing owed: who says what to whom, by when."""

    who: Who
    among: Circle = Circle.AFFECTED
    message: Act = Field(description="What kind of message on the hotline meets it.")
    precedence: Precedence
    within_s: int = Field(
        ge=60, le=366 * DAY_S, description="From the alert's or notice's receipt."
    )


class Protocol(Contract):
    """What the agreement activates in a crisis."""

    protocol: AgreementName
    article: Article
    trigger: Trigger
    steps: tuple[ProtocolStep, ...] = Field(min_length=1, max_length=6)


class AgreementRecord(Contract):
    """What all negotiating states adopt the same. Its words are inside; here is what rules need."""

    agreement: AgreementName
    kind: AgreementKind
    binding: Binding
    depositary: DeskId = Field(description="The one desk that publishes how it stands.")
    states: tuple[AgreementState, ...] = Field(
        min_length=STATES_MIN, max_length=STATES_MAX, description="By nation's code, in order."
    )
    adoption: Share = Field(default=Share.ALL, description="TWO_THIRDS at a conference (art. 9).")
    means: tuple[Means, ...] = Field(min_length=1, description="Of expressing consent.")
    signature_first: bool = Field(
        default=True, description="Whether ratification, acceptance and approval need signature."
    )
    entry_into_force: EntryIntoForce = Field(
        description="type: ON_SIGNATURE; EXCHANGE_OF_NOTES with days; N_INSTRUMENTS with number, "
        "days; FIXED_DATE with date; or ALL_CONSENTED"
    )
    joining_days: int = Field(
        default=0, ge=0, le=3650, description="After its deposit, for who consents later."
    )
    accession: Literal["CLOSED", "NAMED", "OPEN"] = Field(
        default="CLOSED", description="CLOSED, NAMED to the states in may_accede, or OPEN to all."
    )
    may_accede: tuple[Nation, ...] = Field(default=(), max_length=STATES_MAX)
    reservations: Literal["PERMITTED", "ONLY_TO", "PROHIBITED"] = Field(
        default="PERMITTED",
        description="PERMITTED, ONLY_TO those in reservable, or PROHIBITED.",
    )
    reservable: tuple[Article, ...] = Field(default=(), max_length=32)
    provisional_application: bool = Field(default=False, description="Whether agreed (art. 25).")
    suspension: bool = Field(
        default=False, description="Whether a party may suspend it by its own terms (art. 57)."
    )
    withdrawal: Literal["PROVIDED", "IMPLIED", "NONE"] = Field(
        default="NONE", description="PROVIDED; where the text is silent, IMPLIED or NONE (art. 56)."
    )
    withdrawal_notice_months: int | None = Field(default=None, ge=0, le=MONTHS_MAX)
    expires_on: Moment | None = None
    renewal_months: int | None = Field(
        default=None, ge=1, le=MONTHS_MAX, description="TACIT: for so long each time."
    )
    renewal_notice_months: int = Field(default=0, ge=0, le=120)
    review_on: Moment | None = None
    review_every_months: int | None = Field(default=None, ge=1, le=120)
    amendment_adoption: Share = Share.ALL
    amendment_acceptances: int | None = Field(
        default=None, ge=1, le=STATES_MAX, description="None: of all parties."
    )
    amendment_days: int = Field(default=0, ge=0, le=3650)
    parent: AgreementName | None = None
    protocols: tuple[Protocol, ...] = Field(default=(), max_length=4)

    @property
    def digest(self) -> str:
        """SHA-256 of its one encoding, by which states adopt and authenticate it."""
        return sha256(self.model_dump_json().encode()).hexdigest()

    @property
    def nations(self) -> tuple[Nation, ...]:
        """The negotiating states; none comes before another."""
        return tuple(each.nation for each in self.states)

    @property
    def matter(self) -> str:
        """Where it lives."""
        return matter_of(self.agreement, self.parent)

    @property
    def desks(self) -> tuple[DeskId, ...]:
        """Every desk that is told how it stands."""
        named = (desk for each in self.states for desk in (each.ministry, each.watch))
        return tuple(dict.fromkeys((*named, self.depositary)))

    @model_validator(mode="after")
    def _states_are_in_order(self) -> Self:
        if list(self.nations) != sorted(set(self.nations)):
            raise ValueError("states are named once each, in alphabetical order")
        names = [each.protocol for each in self.protocols]
        if len(set(names)) != len(names):
            raise ValueError("each protocol has a name of its own")
        return self

    @model_validator(mode="after")
    def _clauses_fit_together(self) -> Self:
        clause = self.entry_into_force
        needed = {"ON_SIGNATURE": Means.DEFINITIVE_SIGNATURE, "EXCHANGE_OF_NOTES": Means.NOTE}
        if clause.type in needed and needed[clause.type] not in self.means:
            raise ValueError(f"{clause.type} needs {needed[clause.type]} among the means")
        if (self.withdrawal_notice_months is not None) != (self.withdrawal == "PROVIDED"):
            raise ValueError(
                "a notice period is named where withdrawal is PROVIDED, and only there"
            )
        if bool(self.may_accede) != (self.accession == "NAMED"):
            raise ValueError("may_accede is named for NAMED, and for nothing else")
        if bool(self.reservable) != (self.reservations == "ONLY_TO"):
            raise ValueError("reservable is named for ONLY_TO, and for nothing else")
        if self.renewal_months is not None and self.expires_on is None:
            raise ValueError("only what expires is renewed")
        if self.review_every_months is not None and self.review_on is None:
            raise ValueError("review_on names the first review")
        implements = self.kind is AgreementKind.IMPLEMENTING_ARRANGEMENT
        if implements != (self.parent is not None) or self.parent == self.agreement:
            raise ValueError("an implementing arrangement names its parent, and nothing else does")
        return self


class Provision(Contract):
    """One article, for people."""

    article: Article
    subject: str = Field(min_length=1, max_length=200)
    text: str | None = Field(default=None, max_length=4000)


class AgreementText(Contract):
    """The inner part of a proposal: for the states' desks and the depositary only."""

    title: str = Field(min_length=1, max_length=300)
    place: str | None = Field(default=None, max_length=120)
    concluded_on: date | None = None
    authentic_languages: tuple[Annotated[str, Field(max_length=35)], ...] = Field(
        default=(), max_length=12, description="BCP 47."
    )
    provisions: tuple[Provision, ...] = Field(default=(), max_length=64)
    remark: str | None = Field(default=None, max_length=2000)
