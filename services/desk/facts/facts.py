"""What an own assurance rests on, as short names that never leave the desk. Pure."""

from __future__ import annotations

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
