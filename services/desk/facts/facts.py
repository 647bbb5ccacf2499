"""What an own assurance rests on, as short names that never leave the desk. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from schemas.acts import Act


class FactKind(StrEnum):
    """What about own forces an assurance can rest on."""

    COMPOSITION = "composition"
    """Which units, how many, of what type."""
    POSTURE = "posture"
    """What they do, and how ready they are. Its change in a crisis calls for an assurance."""
    AREA = "area"
    PURPOSE = "purpose"
    TIMES = "times"


Fact = Annotated[
    str,
    Field(
        pattern=rf"^({'|'.join(FactKind)}):[a-z0-9][a-z0-9-]{{0,39}}$",
        description="A kind and a name of one's own: posture:search-aircraft.",
    ),
]

RESTING = frozenset({Act.ASSURANCE, Act.COMMITMENT, Act.UNDERSTANDING})
"""What rests on facts, and has to be kept in step with them."""


def kind_of(fact: str) -> FactKind:
    """What about own forces it is."""
    return FactKind(fact.partition(":")[0])


@dataclass(frozen=True, slots=True)
class Change:
    """An officer's word that a fact is not as it was."""

    number: int
    fact: str
    since: datetime
    """From when on it is so."""
    recorded_at: datetime
    by: str
    what: str
    """How it is now. For this desk alone."""


@dataclass(frozen=True, slots=True)
class Answered:
    """An officer's word that what was prompted for is in order as it stands, and why."""

    about: str
    """A message, or a matter."""
    at: datetime
    by: str
    because: str
