"""What the agreements service says to itself: by its clock, and by its ear. Pure."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from schemas.agreements import LANE
from services.bus import own_word as bus
from services.bus.own_word import OuterT, Spoken

NAME = "agreements"


def own_word(
    kind: type[OuterT], of: Spoken, *, matter: str, at: datetime, identity: str, **fields: Any
) -> OuterT:
    """A command of the service to itself. The same identity gives the same bytes."""
    return bus.own_word(
        kind, of, service=NAME, matter=matter, lane=LANE, at=at, identity=identity, **fields
    )
