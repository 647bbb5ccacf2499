"""What is known of two nations' exchange, of undertakings and of contacts. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from schemas.acts import DetaineeItem
from schemas.exchange import ContactPhase, ExchangePhase, Term, UndertakingPhase

Pair = tuple[str, str]
"""Two nations' codes, in alphabetical order."""


def pair_of(one: str, other: str) -> Pair:
    """Two different nations as a pair."""
    first, second = sorted((one, other))
    return first, second


@dataclass(frozen=True, slots=True)
class Exchange:
    """How far two nations have come with each other in a matter."""

    between: Pair
    phase: ExchangePhase = ExchangePhase.OPEN
    mover: str | None = None
    """The nation that made the last move; None where it was the clock, or nobody yet."""
    moved_by: str | None = None
    """The message of the last move."""
    closed_by: frozenset[str] = frozenset()
    """Who stated that it is closed, since the last move."""


@dataclass(frozen=True, slots=True)
class Undertaking:
    """A commitment or an understanding, by the message that gave it."""

    message: str
    giver: str
    parties: frozenset[str]
    """The giver's nation and those it was given to."""
    effective_at: datetime
    expires: datetime | None
    """None: it was said that there is no end."""
    review_at: datetime | None
    phase: UndertakingPhase = UndertakingPhase.GIVEN
    acknowledged_by: frozenset[str] = frozenset()
    held_up: bool = False
    """Whether its time came before all had done their part."""
    reminded: frozenset[Term] = frozenset()
    violations: tuple[str, ...] = ()
    """The messages that report one. None of them ends it."""
    stood_down_by: frozenset[str] = frozenset()
    binds: frozenset[str] = frozenset()
    """Whose units it binds: the giver's, or those of all where it is one text for all."""
    orders_by: datetime | None = None
    """Until when each of them confirms that its units have their orders; None: not owed."""
    orders_confirmed_by: frozenset[str] = frozenset()
    orders_overdue: frozenset[str] = frozenset()
    """Whose time for it passed. That ends nothing, and holds up nothing."""

    @property
    def orders_owed_by(self) -> frozenset[str]:
        """Whose word is lacking that its units have their orders."""
        if self.orders_by is None or not self.stands:
            return frozenset()
        return self.binds - self.orders_confirmed_by

    @property
    def stands(self) -> bool:
        """Whether it holds or is still to hold."""
        return self.phase in (UndertakingPhase.GIVEN, UndertakingPhase.IN_EFFECT)


@dataclass(frozen=True, slots=True)
class Rescheduling:
    """Another time for a contact, which one side proposed."""

    message: str
    nation: str
    contact_at: datetime


@dataclass(frozen=True, slots=True)
class Contact:
    """A request for a call or a meeting, by the message that made it."""

    request: str
    asker: str
    asked: frozenset[str]
    phase: ContactPhase = ContactPhase.REQUESTED
    contact_at: datetime | None = None
    rescheduling: Rescheduling | None = None


@dataclass(frozen=True, slots=True)
class Detention:
    """People who are held, by the message that asks for them: what is owed of them by whom."""

    message: str
    asker: str
    due: Mapping[DetaineeItem, datetime]
    owed: frozenset[tuple[str, DetaineeItem]]
    """By nation, what it has said nothing of yet."""
    overdue: frozenset[tuple[str, DetaineeItem]] = frozenset()
    """What of it has passed its time. A late word counts."""


@dataclass(frozen=True, slots=True)
class Conduct:
    """All of it in one matter."""

    exchanges: Mapping[Pair, Exchange] = field(default_factory=dict)
    undertakings: Mapping[str, Undertaking] = field(default_factory=dict)
    contacts: Mapping[str, Contact] = field(default_factory=dict)
    detentions: Mapping[str, Detention] = field(default_factory=dict)
    invited: Mapping[str, frozenset[tuple[str, str]]] = field(default_factory=dict)
    """By mediator: which nation asked it to relay between itself and which other."""

    def exchange(self, one: str, other: str) -> Exchange:
        """The exchange of two nations, OPEN where nothing was said yet."""
        pair = pair_of(one, other)
        return self.exchanges.get(pair) or Exchange(pair)

    def relays_between(self, mediator: str, one: str, other: str) -> bool:
        """Whether both parties asked this desk to relay between them."""
        asked = self.invited.get(mediator, frozenset())
        return {(one, other), (other, one)} <= asked
