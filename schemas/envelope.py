"""What is written on the outside of every message, and the sealed cover that carries it."""

from __future__ import annotations

from typing import Self

from pydantic import Field, model_validator

from schemas.parties import (
    Contract,
    DeskId,
    Digest,
    ExerciseId,
    HolderId,
    Lane,
    MatterId,
    MessageId,
    MessageType,
    Moment,
    OfficerId,
)

RECORD_BYTES_MAX = 128 * 1024
"""A record above this size is refused before it is parsed."""
COMMAND_BYTES_MAX = 84 * 1024
"""A desk's own record, so that a delivery that encloses it stays within RECORD_BYTES_MAX."""
OUTER_BYTES_MAX = 8 * 1024
INNER_BYTES_MAX = 48 * 1024
TEXT_BYTES_MAX = 32 * 1024


class Inside(Contract):
    """How the outer part names the inner part: as it travels, open or sealed."""

    digest: Digest = Field(description="SHA-256 of the inner part's bytes as they travel.")
    size: int = Field(ge=0, le=RECORD_BYTES_MAX, description="Their number.")


class Outer(Contract):
    """What a rule needs to route, order, time and label a message. Never what it says."""

    message_id: MessageId
    sender: HolderId = Field(description="The desk or service whose key signs.")
    matter: MatterId
    lane: Lane
    sequence: int = Field(
        ge=1, lt=2**53, description="Dense per sender, receiver, matter and lane, from 1."
    )
    sent_at: Moment = Field(description="Originator's time; at release, for a message.")
    message_type: MessageType = MessageType.OPERATION
    exercise: ExerciseId | None = Field(
        default=None, description="The exercise's name; required for EXERCISE and DRILL."
    )
    inside: Inside

    @model_validator(mode="after")
    def _exercise_is_named(self) -> Self:
        if self.message_type.is_exercise != (self.exercise is not None):
            raise ValueError("exercise is named for EXERCISE and DRILL, and for nothing else")
        return self


class Submission(Outer):
    """What a desk submits to a service that keeps records: alerts, visits, agreements.

    The service gives it back to its sender when it has accepted it.
    """

    sender: DeskId
    officer: OfficerId = Field(description="Who released it.")


class Signature(Contract):
    """One DSSE signature over the payload type and the payload's exact bytes."""

    keyid: str = Field(pattern=r"^[0-9a-f]{32}$", description="Start of the key's SHA-256.")
    sig: bytes = Field(max_length=8192)


class Cover(Contract):
    """A DSSE envelope (payloadType, payload, signatures) with the inner part beside it."""

    payloadType: str = Field(max_length=128)  # noqa: N815 - DSSE's own spelling.
    payload: bytes = Field(description="The outer part's exact bytes.")
    signatures: tuple[Signature, ...] = Field(max_length=4)
    inner: bytes = Field(description="The inner part's bytes, open or sealed.")
