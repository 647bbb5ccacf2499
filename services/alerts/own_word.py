"""What the alerts service's clock says to the service. Pure."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from schemas.parties import Lane
from services.bus import own_word as bus
from services.bus.own_word import OuterT, Spoken

NAME = "alerts"


def own_word(
    kind: type[OuterT], of: Spoken, *, matter: str, lane: Lane, due: datetime, **fields: Any
) -> OuterT:
    """A command of the service to itself, at the moment at which it is due."""
    identity = " ".join([matter, due.isoformat(), *(f"{k}={v}" for k, v in sorted(fields.items()))])
    return bus.own_word(
        kind, of, service=NAME, matter=matter, lane=lane, at=due, identity=identity,
        **{"due": due, **fields},
    )  # fmt: skip
