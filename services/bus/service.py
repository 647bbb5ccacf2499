"""What a service is: a name, commands, rules, a first state, and what falls due."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from schemas.envelope import Outer
from schemas.ledger import Entry
from schemas.receipts import Delivery
from services.bus.refusals import Refusal
from services.bus.rulebook import Decision, Heard


@dataclass(frozen=True, slots=True)
class Deadline:
    """What the service's clock says to the service when its time has come."""

    due: datetime
    command: Callable[[], Outer]
    """Makes the command, always the same. Most deadlines are met, so most are never made."""


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
