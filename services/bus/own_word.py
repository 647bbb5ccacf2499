"""What a service's clock says to the service: the same bytes for the same word. Pure."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256
from typing import Any, Protocol, TypeVar

from schemas.envelope import Inside, Outer
from schemas.parties import Lane, MessageType

_EMPTY = Inside(digest=sha256(b"").hexdigest(), size=0)

OuterT = TypeVar("OuterT", bound=Outer)


class Spoken(Protocol):
    """What is spoken of: its word travels as it does, live or in its exercise."""

    @property
    def message_type(self) -> MessageType:
        """Live, or of an exercise."""

    @property
    def exercise(self) -> str | None:
        """The exercise's name."""


def own_word(
    kind: type[OuterT],
    of: Spoken,
    *,
    service: str,
    matter: str,
    lane: Lane,
    at: datetime,
    identity: str,
    **fields: Any,
) -> OuterT:
    """A command of the service to itself. The same identity gives the same bytes, however often it
    is announced, so that the ledger knows a repetition.
    """
    return kind(
        message_id=sha256(identity.encode()).hexdigest()[:32],
        sender=service,
        matter=matter,
        lane=lane,
        sequence=1,
        sent_at=at,
        message_type=of.message_type,
        exercise=of.exercise,
        inside=_EMPTY,
        **fields,
    )
