"""What a state submits to a depositary: an instrument, and in whose authority."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from schemas.acts import unset
from schemas.agreement_record import Article
from schemas.parties import Contract, Digest, MessageId, Moment, Nation

ReservationName = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,31}$")]
AmendmentName = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,31}$")]


class InstrumentAction(StrEnum):
    """What an instrument does."""

    SIGNATURE = "SIGNATURE"
    """Subject to ratification, acceptance or approval."""
    DEFINITIVE_SIGNATURE = "DEFINITIVE_SIGNATURE"
    RATIFICATION = "RATIFICATION"
    ACCEPTANCE = "ACCEPTANCE"
    APPROVAL = "APPROVAL"
    ACCESSION = "ACCESSION"
    SUCCESSION = "SUCCESSION"
    FORMAL_CONFIRMATION = "FORMAL_CONFIRMATION"
    NOTE = "NOTE"
    RESERVATION = "RESERVATION"
    DECLARATION = "DECLARATION"
    OBJECTION = "OBJECTION"
    WITHDRAWAL_OF_RESERVATION = "WITHDRAWAL_OF_RESERVATION"
    WITHDRAWAL_OF_OBJECTION = "WITHDRAWAL_OF_OBJECTION"
    PROVISIONAL_APPLICATION = "PROVISIONAL_APPLICATION"
    INTENTION_NOT_TO_BECOME_PARTY = "INTENTION_NOT_TO_BECOME_PARTY"
    AMENDMENT_PROPOSAL = "AMENDMENT_PROPOSAL"
    AMENDMENT_ADOPTION = "AMENDMENT_ADOPTION"
    AMENDMENT_ACCEPTANCE = "AMENDMENT_ACCEPTANCE"
    SUSPENSION = "SUSPENSION"
    RESUMPTION = "RESUMPTION"
    DENUNCIATION = "DENUNCIATION"
    WITHDRAWAL = "WITHDRAWAL"
    REVOCATION_OF_NOTICE = "REVOCATION_OF_NOTICE"
    TERMINATION = "TERMINATION"
    """One party's consent to end it; it ends when all have given theirs (VCLT art. 54)."""
    CLAIM = "CLAIM"
    """Of invalidity, or a ground for termination, withdrawal or suspension (VCLT art. 65)."""
    OBJECTION_TO_CLAIM = "OBJECTION_TO_CLAIM"
    MEASURE = "MEASURE"
    """The claimed measure is carried out (VCLT art. 67)."""
    OBJECTION_TO_CORRECTION = "OBJECTION_TO_CORRECTION"

    @property
    def code(self) -> str:
        """How tables of participants write it: A, AA, a, d, c; else its word."""
        return _CODES.get(self, self.value)


_CODES = {
    InstrumentAction.ACCEPTANCE: "A",
    InstrumentAction.APPROVAL: "AA",
    InstrumentAction.ACCESSION: "a",
    InstrumentAction.SUCCESSION: "d",
    InstrumentAction.FORMAL_CONFIRMATION: "c",
}
SIGNATURES = frozenset({InstrumentAction.SIGNATURE, InstrumentAction.DEFINITIVE_SIGNATURE})
AFTER_SIGNATURE = frozenset(
    {InstrumentAction.RATIFICATION, InstrumentAction.ACCEPTANCE, InstrumentAction.APPROVAL}
)
JOINING = frozenset({InstrumentAction.ACCESSION, InstrumentAction.SUCCESSION})
CONSENTS = frozenset(
    {
        InstrumentAction.DEFINITIVE_SIGNATURE,
        InstrumentAction.FORMAL_CONFIRMATION,
        InstrumentAction.NOTE,
        *AFTER_SIGNATURE,
        *JOINING,
    }
)
"""What expresses consent to be bound (VCLT art. 11)."""


class Office(StrEnum):
    """In what office somebody acts for a state (VCLT art. 7)."""

    HEAD_OF_STATE = "HEAD_OF_STATE"
    HEAD_OF_GOVERNMENT = "HEAD_OF_GOVERNMENT"
    FOREIGN_MINISTER = "FOREIGN_MINISTER"
    PLENIPOTENTIARY = "PLENIPOTENTIARY"
    """Holder of full powers, which are then named."""
    OTHER = "OTHER"


BY_OFFICE = frozenset({Office.HEAD_OF_STATE, Office.HEAD_OF_GOVERNMENT, Office.FOREIGN_MINISTER})
"""Who needs no full powers (VCLT art. 7(2)(a))."""


class FullPowers(Contract):
    """The document that empowers a person to represent the state."""

    issued_by: Literal[Office.HEAD_OF_STATE, Office.HEAD_OF_GOVERNMENT, Office.FOREIGN_MINISTER]
    dated: Moment
    document: Digest = Field(description="SHA-256 of the document.")


class Authority(Contract):
    """In what office, or with what full powers, an act of a state is done."""

    office: Office
    full_powers: FullPowers | None = Field(default=None, exclude_if=unset)


class ReservationMade(Contract):
    """A reservation or declaration, named; its words are inside."""

    reservation: ReservationName
    article: Article
    kind: Literal["RESERVATION", "DECLARATION"] = "RESERVATION"


class SuspensionBasis(StrEnum):
    """On what a suspension rests. A breach is claimed first: CLAIM, then MEASURE."""

    TREATY_TERMS = "TREATY_TERMS"
    CONSENT_OF_ALL = "CONSENT_OF_ALL"


class Measure(StrEnum):
    """What a claim proposes (VCLT art. 65(1))."""

    INVALIDITY = "INVALIDITY"
    TERMINATION = "TERMINATION"
    WITHDRAWAL = "WITHDRAWAL"
    SUSPENSION = "SUSPENSION"


class Instrument(Contract):
    """What a state submits. It counts as made when the depositary records it (VCLT art. 78)."""

    action: InstrumentAction
    state: Nation = Field(description="In whose name. A nation speaks only for itself.")
    dated: Moment = Field(description="The date that the instrument bears.")
    authority: Authority
    reservations: tuple[ReservationMade, ...] = Field(
        default=(),
        max_length=8,
        description="All that stand; one made on signing is confirmed here, or lapses.",
    )
    of: Nation | None = Field(
        default=None, exclude_if=unset, description="Whose reservation is objected to."
    )
    reservation: ReservationName | None = Field(default=None, exclude_if=unset)
    precludes_force: bool | None = Field(
        default=None,
        exclude_if=unset,
        description="Whether the objector opposes entry into force between the two (art. 20(4)).",
    )
    amendment: AmendmentName | None = Field(default=None, exclude_if=unset)
    regards: MessageId | None = Field(
        default=None, exclude_if=unset, description="The notice, claim or correction meant."
    )
    effective_on: Moment | None = Field(default=None, exclude_if=unset)
    until: Moment | None = Field(default=None, exclude_if=unset)
    basis: SuspensionBasis | None = Field(default=None, exclude_if=unset)
    measure: Measure | None = Field(default=None, exclude_if=unset)
    ground: Article | None = Field(
        default=None, exclude_if=unset, description="The rule that the claim rests on."
    )
    special_urgency: bool | None = Field(default=None, exclude_if=unset)

    @model_validator(mode="after")
    def _names_what_its_action_needs(self) -> Self:
        given = {name for name in _PARTICULAR if _is_given(getattr(self, name))}
        needs, may = NEEDS.get(self.action, frozenset()), MAY.get(self.action, frozenset())
        if missing := needs - given:
            raise ValueError(f"{self.action} names {', '.join(sorted(missing))}")
        if beyond := given - needs - may:
            raise ValueError(f"{self.action} has no {', '.join(sorted(beyond))}")
        if self.until is not None and self.until <= (self.effective_on or self.dated):
            raise ValueError("until comes after effective_on")
        return self


_PARTICULAR = (
    "reservations", "of", "reservation", "precludes_force", "amendment", "regards",
    "effective_on", "until", "basis", "measure", "ground", "special_urgency",
)  # fmt: skip


def _is_given(value: Any) -> bool:
    return value is not None and value != ()


def _named(*names: str) -> frozenset[str]:
    return frozenset(names)


NEEDS: Mapping[InstrumentAction, frozenset[str]] = MappingProxyType(
    {
        InstrumentAction.RESERVATION: _named("reservations"),
        InstrumentAction.DECLARATION: _named("reservations"),
        InstrumentAction.OBJECTION: _named("of", "reservation", "precludes_force"),
        InstrumentAction.WITHDRAWAL_OF_RESERVATION: _named("reservation"),
        InstrumentAction.WITHDRAWAL_OF_OBJECTION: _named("of", "reservation"),
        InstrumentAction.AMENDMENT_PROPOSAL: _named("amendment"),
        InstrumentAction.AMENDMENT_ADOPTION: _named("amendment"),
        InstrumentAction.AMENDMENT_ACCEPTANCE: _named("amendment"),
        InstrumentAction.SUSPENSION: _named("basis"),
        InstrumentAction.DENUNCIATION: _named("effective_on"),
        InstrumentAction.WITHDRAWAL: _named("effective_on"),
        InstrumentAction.REVOCATION_OF_NOTICE: _named("regards"),
        InstrumentAction.CLAIM: _named("measure", "ground"),
        InstrumentAction.OBJECTION_TO_CLAIM: _named("regards"),
        InstrumentAction.MEASURE: _named("regards"),
        InstrumentAction.OBJECTION_TO_CORRECTION: _named("regards"),
    }
)
"""What an instrument of each action must name beside its state, date and authority."""
MAY: Mapping[InstrumentAction, frozenset[str]] = MappingProxyType(
    {
        **{each: _named("reservations") for each in (*CONSENTS, InstrumentAction.SIGNATURE)},
        InstrumentAction.SUSPENSION: _named("effective_on", "until"),
        InstrumentAction.TERMINATION: _named("effective_on"),
        InstrumentAction.CLAIM: _named("effective_on", "special_urgency"),
    }
)
"""What it may name besides."""
