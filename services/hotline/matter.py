"""The state of one matter: its messages, and each message's way to each desk. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from schemas.acts import Act, Terms
from schemas.hotline import Capacity, Leg, LegStep
from schemas.parties import (
    Label,
    Ladder,
    Lane,
    MessageType,
    Precedence,
    Rung,
    nation_of,
)
from schemas.receipts import Position
from services.hotline.exchange.state import Conduct
from services.hotline.lines.state import BLANK, Line

NO_LADDER = Ladder()
NO_TERMS = Terms.model_construct()


class Phase(StrEnum):
    """How far a message has come, seen from whoever speaks of it."""

    UNRELEASED = "UNRELEASED"
    """No such message yet."""
    STANDING = "STANDING"
    """For its originator: released and not withdrawn."""
    SUPERSEDED = "SUPERSEDED"
    CANCELLED = "CANCELLED"
    ACCEPTED = "ACCEPTED"
    """For a desk: on its way. The rest is how far that desk got with it."""
    DELIVERED = "DELIVERED"
    RECEIVED = "RECEIVED"
    ACKNOWLEDGED = "ACKNOWLEDGED"
    WITH_PRINCIPAL = "WITH_PRINCIPAL"


DESK_PHASES = (
    Phase.ACCEPTED,
    Phase.DELIVERED,
    Phase.RECEIVED,
    Phase.ACKNOWLEDGED,
    Phase.WITH_PRINCIPAL,
)
"""In the order in which a desk goes through them."""


@dataclass(frozen=True, slots=True)
class Way:
    """One message's way to one desk."""

    desk: str
    capacity: Capacity
    phase: Phase = Phase.ACCEPTED
    ladder: Ladder = NO_LADDER
    acknowledge_by: datetime | None = None
    steps_left: tuple[LegStep, ...] = ()
    """What silence still has ahead on this way; empty once acknowledged."""
    overdue: bool = False
    standing_in_for: tuple[str, ...] = ()
    """The silent desks for which this one was tried; its word settles theirs."""
    rung: Rung | None = None
    acknowledged_by: str | None = None


@dataclass(frozen=True, slots=True)
class Message:
    """One accepted message."""

    matter: str
    message: str
    digest: str
    originator: str
    precedence: Precedence
    lane: Lane
    label: Label
    message_type: MessageType
    exercise: str | None
    released_at: datetime
    position: Position
    directory: int
    ways: Mapping[str, Way]
    act: Act = Act.FREE_TEXT
    terms: Terms = NO_TERMS
    answer_by: datetime | None = None
    owed_by: frozenset[str] = frozenset()
    """The nations whose answer is due and not given."""
    unanswered_by: frozenset[str] = frozenset()
    """Those of them whose time has passed."""
    to_relay: tuple[Leg, ...] = ()
    """The ways that begin once the mediator has relayed it."""
    standing: Phase = Phase.STANDING
    withdrawn_by: str | None = None
    replies: tuple[str, ...] = ()

    def with_way(self, way: Way) -> Message:
        """The message with this way in place of the desk's former one."""
        return replace(self, ways={**self.ways, way.desk: way})


@dataclass(frozen=True, slots=True)
class Matter:
    """All messages of one conversation."""

    messages: Mapping[str, Message] = field(default_factory=dict)
    conduct: Conduct = field(default_factory=Conduct)
    line: Line = BLANK
    """Where the matter is a line's own; then it has no messages."""

    def with_message(self, message: Message) -> Matter:
        """The matter with this message in place of its former state."""
        return replace(self, messages={**self.messages, message.message: message})

    def has_part(self, desk: str) -> bool:
        """Whether the desk said or was given anything in this matter."""
        return any(
            desk == message.originator or desk in message.ways for message in self.messages.values()
        )

    def desks_of(self, nation: str) -> tuple[str, ...]:
        """The nation's desks that said or were given something in this matter."""
        desks = (
            desk
            for message in self.messages.values()
            for desk in (message.originator, *message.ways)
        )
        return tuple(dict.fromkeys(desk for desk in desks if nation_of(desk) == nation))


def everybody(message: Message) -> tuple[str, ...]:
    """The originator and all who were given the message, whatever for; not its mediator."""
    given = (way.desk for way in message.ways.values() if way.capacity is not Capacity.MEDIATOR)
    return (message.originator, *given)


def later(one: Phase, other: Phase) -> Phase:
    """The phase that is further along a desk's way."""
    return max(one, other, key=DESK_PHASES.index)
