"""On what an alert rests: its sources, and what independent ones say of it."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, Field

from schemas.parties import Contract, Nation, Precedence

SOURCES_MAX = 4
FINDINGS_MAX = 16
"""Findings of independent sources that one chain carries."""


class SourceKind(StrEnum):
    """What kind of thing saw, heard or reported it."""

    RADAR = "RADAR"
    SATELLITE = "SATELLITE"
    ACOUSTIC = "ACOUSTIC"
    """Seismic, infrasound and sonar too."""
    SIGNALS = "SIGNALS"
    AIRCRAFT = "AIRCRAFT"
    SHIP = "SHIP"
    OBSERVER = "OBSERVER"
    """People who saw it."""
    OWN_UNIT = "OWN_UNIT"
    """A unit that did it itself, or to which it was done."""
    COMPUTED = "COMPUTED"
    """Made by a system out of other reports: a fused picture, a forecast."""
    REPORT = "REPORT"
    """Told by others: a partner, the press."""


class Source(Contract):
    """One source, under a name by which it can be told from every other. No place, no method."""

    of: Nation = Field(description="Whose it is, whoever passes its word on.")
    kind: SourceKind
    name: str = Field(
        pattern=r"^[a-z0-9][a-z0-9-]{0,31}$",
        description="The same whoever speaks of it, so that one is not counted twice: radar-7.",
    )

    @property
    def same(self) -> tuple[str, str]:
        """What it is recognised by. Two that differ in it alone are two sources."""
        return (self.of, self.name)


def _each_once(sources: tuple[Source, ...]) -> tuple[Source, ...]:
    if len({each.same for each in sources}) != len(sources):
        raise ValueError("each source stands once, under its nation and name")
    return sources


Sources = Annotated[
    tuple[Source, ...],
    Field(min_length=1, max_length=SOURCES_MAX),
    AfterValidator(_each_once),
]


class Corroboration(StrEnum):
    """Whether more than one source bears an alert out."""

    UNCORROBORATED = "UNCORROBORATED"
    """One source alone; or nobody said on what it rests, which is no better."""
    CORROBORATED = "CORROBORATED"
    CONTRADICTED = "CONTRADICTED"
    """An independent source says otherwise, and no second one bears it out."""
    DISPUTED = "DISPUTED"
    """Sources bear it out, and sources say otherwise."""


class Weight(Contract):
    """How many sources stand behind an alert, and against it."""

    sources: int = Field(ge=0, description="That its sender named; 0: it did not say.")
    bearing_out: int = Field(ge=0, description="Other, independent sources.")
    contradicting: int = Field(ge=0)

    @property
    def corroboration(self) -> Corroboration:
        """An alert whose sources are not named is held to rest on one."""
        corroborated = max(self.sources, 1) + self.bearing_out > 1
        if self.contradicting:
            return Corroboration.DISPUTED if corroborated else Corroboration.CONTRADICTED
        return Corroboration.CORROBORATED if corroborated else Corroboration.UNCORROBORATED


NOTHING_SAID = Weight(sources=0, bearing_out=0, contradicting=0)


def corroboration_of(weight: Weight | None, precedence: Precedence) -> Corroboration | None:
    """What is shown of an alert: from FLASH up always, below it once another source has spoken.

    Whoever acts on one source alone at that speed acts on what may be a tape or a failing chip.
    """
    weight = weight or NOTHING_SAID
    fast = precedence.rank >= Precedence.FLASH.rank
    return weight.corroboration if fast or weight.bearing_out or weight.contradicting else None
