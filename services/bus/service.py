"""What a service is: a name, commands, rules, a first state, and what falls due."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from schemas.envelope import Outer
from schemas.ledger import Entry
from schemas.parties import Nation
from schemas.receipts import Delivery, Position
from services.bus.refusals import Refusal
from services.bus.rulebook import Decision, Heard


@dataclass(frozen=True, slots=True)
class Deadline:
    """What the service's clock says to the service when its time has come."""

    due: datetime
    command: Callable[[], Outer]
    """Makes the command, always the same. Most deadlines are met, so most are never made."""


@dataclass(frozen=True, slots=True)
class Overhearing:
    """Another service's ledger that this one listens to.

    What it makes of an entry enters as commands of its own, which name the entry's position: so it
    stands in the ledger like everything else, and a replay decides the same.
    """

    name: str
    entry: type[Entry[Any, Any]]
    hear: Callable[[Entry[Any, Any], Position, Mapping[str, Any]], Sequence[Outer]]
    """The commands that an entry at this position leads to, given the states of the matters that
    this instance owns, by name. The same bytes for the same entry and matter, always."""
    interest: Callable[[Any], Hashable] = lambda _: None
    """What of a matter's state decides what is heard. When that changes in any matter the ledger
    is heard anew from its start, so that it does not matter which of the two was read first."""


@dataclass(frozen=True, slots=True)
class Service:
    """A service, declared as one value. The kernel runs it on any bus."""

    name: str
    commands: frozenset[type[Outer]]
    """What desks may send to it."""
    own_commands: frozenset[type[Outer]]
    """What only its own clock may send to it."""
    budgeted: Callable[[Outer], bool]
    """Whether a command counts against its desk's budget."""
    desks_named: Callable[[Outer], Sequence[str]]
    """Which desks a command names, whose standing the rules must know."""
    first_state: Any
    decide: Callable[[Any, Heard[Any]], Decision | Refusal]
    evolve: Callable[[Any, Any], Any]
    deadlines: Callable[[Any], Sequence[Deadline]]
    """All that falls due in a state when nobody speaks; the time is not asked."""
    entry: type[Entry[Any, Any]]
    delivery: type[Delivery]
    nations_named: Callable[[Outer], Sequence[Nation]] = lambda _: ()
    """Of which nations all desks' standings must be known, so that rules can choose among them."""
    overhears: tuple[Overhearing, ...] = field(default=())
    keeps_inner_refused: bool = True
    """Whether quarantine keeps the inner part of what is refused; not where it holds what only
    its addressees may have, such as visitors' passports. The sender has it on its own disk."""
