"""What a service writes for ever: one entry per command, chained by digest."""

from __future__ import annotations

from typing import Generic, TypeVar

from pydantic import Field

from schemas.acts import unset
from schemas.envelope import Signature
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
)
from schemas.receipts import Position

EventT = TypeVar("EventT")
NoticeT = TypeVar("NoticeT")

FIRST_PREVIOUS = "0" * 64
"""What the first entry of a matter names as its predecessor."""


class SignedOuter(Contract):
    """A command's outer part as it was signed, without its inner part."""

    payload_type: str = Field(max_length=128)
    payload: bytes
    signatures: tuple[Signature, ...]


class Tell(Contract, Generic[NoticeT]):
    """One notice to one desk, numbered so that the desk sees a gap or a repetition."""

    to: DeskId
    lane: Lane
    sequence: int = Field(ge=1, description="Dense per desk, matter and lane.")
    notice: NoticeT
    encloses: Position | None = Field(description="Which signed record goes with it.")
    enclosed_digest: Digest | None
    enclosed_directory: int | None = Field(
        default=None, ge=-1, description="The position at which that record was accepted."
    )


class Redelivery(Contract):
    """On whose order a command was taken out of quarantine and judged once more."""

    order: MessageId
    order_digest: Digest = Field(description="SHA-256 of the order's outer part.")
    position: Position = Field(description="Where the order lies.")
    quarantined: Position = Field(description="Where the record lies in quarantine.")
    origin: Position = Field(description="Where the record came in first.")
    custodians: tuple[HolderId, HolderId] = Field(
        description="Who proposed it and who signed with them: two roles, two persons."
    )
    signed: SignedOuter = Field(description="The order with both signatures, so that it is proved.")
    decided: MessageId | None = Field(
        default=None,
        exclude_if=unset,
        description="The command of the entry that had decided the record before, where one had.",
    )


class Entry(Contract, Generic[EventT, NoticeT]):
    """All that one command causes, in one record, so that it happens wholly or not at all.

    The first entry with a given matter and sequence in the log is the one that counts.
    """

    service: HolderId
    matter: MatterId
    sequence: int = Field(ge=1, description="Dense per matter.")
    previous: Digest = Field(description="SHA-256 of the entry before it in this matter.")
    command: MessageId
    command_digest: Digest = Field(description="SHA-256 of the command's outer part.")
    sender: HolderId
    sender_lane: Lane = Field(description="The lane of the command's own precedence.")
    sender_sequence: int
    budgeted: bool = Field(description="Whether it counts against the sender's budget.")
    lane: Lane = Field(description="The lane on which the command was carried.")
    position: Position
    received_at: Moment = Field(description="When the broker appended the command.")
    directory: int = Field(ge=-1, description="Position in the directory that was relied on.")
    message_type: MessageType
    exercise: ExerciseId | None
    signed: SignedOuter
    events: tuple[EventT, ...]
    tells: tuple[Tell[NoticeT], ...]
    redelivery: Redelivery | None = Field(
        default=None,
        exclude_if=unset,
        description=(
            "Where custodians ordered it. The entry is the record's own where it could be judged,"
            " else the order's."
        ),
    )
