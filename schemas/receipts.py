"""What the bus itself answers, whatever the service: refused, moved down, skipped."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from schemas.envelope import Outer
from schemas.parties import Contract, DeskId, Digest, HolderId, Lane, MessageId


class Position(Contract):
    """Where in the log a record lies."""

    topic: str = Field(max_length=128)
    partition: int = Field(ge=0)
    offset: int = Field(ge=0)


class CommandRefused(Contract):
    """A record had no effect. The reason says what to do; the bytes are in quarantine."""

    kind: Literal["CommandRefused"] = "CommandRefused"
    code: str = Field(description="The refusal's name in services/bus/refusals.py.")
    reason: str = Field(max_length=500)
    detail: str = Field(default="", max_length=500, description="Names and bounds, never text.")
    message: MessageId | None = Field(description="None where it is not certain who says it.")
    claimed: MessageId | None = Field(
        default=None, description="What the record calls itself, where nothing is certain of it."
    )
    position: Position


class MovedToLowerLane(Contract):
    """A desk's budget for a lane is spent: the message is kept and travels one lane lower."""

    kind: Literal["MovedToLowerLane"] = "MovedToLowerLane"
    message: MessageId
    sender: HolderId
    from_lane: Lane
    to_lane: Lane


class SequenceSkipped(Contract):
    """Numbers are missing between two messages of one sender, matter and lane."""

    kind: Literal["SequenceSkipped"] = "SequenceSkipped"
    sender: HolderId
    lane: Lane
    expected: int = Field(ge=1)
    got: int = Field(ge=1)


Receipt = CommandRefused | MovedToLowerLane | SequenceSkipped


class Delivery(Outer):
    """Base of what a service gives to a desk; the inner part is the record it encloses."""

    to: DeskId
    directory: int = Field(
        ge=-1, description="Offset in directory.keys.v1 that was relied on; -1 for none."
    )
    encloses: Digest | None = Field(
        description="SHA-256 of the enclosed record's outer part; None where nothing is enclosed."
    )
    enclosed_directory: int | None = Field(
        default=None, ge=-1, description="The position at which the enclosed record was accepted."
    )
    notice: Any = Field(description="Each service narrows it to its own notices.")
