"""What is kept of one matter: counts, times and states, enough to fold its next entry."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Self

from pydantic import BaseModel, ConfigDict

from schemas.ledger import FIRST_PREVIOUS


class Kept(BaseModel):
    """Base of what a table holds: frozen, and nothing beyond what is declared."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    def but(self, **changes: Any) -> Self:
        """The same with these changes."""
        return self.model_copy(update=changes)


class Owed(Kept):
    """Something that somebody owes and has not given."""

    what: str
    of: str
    since: datetime
    due: datetime | None = None
    precedence: str | None = None
    overdue: bool = False
    rung: str | None = None


class Standing(Kept):
    """In which state one thing of the matter is: a message, a line, a visit."""

    kind: str
    state: str


class Message(Kept):
    """A hotline message about which something can still happen."""

    originator: str
    precedence: str
    released_at: datetime
    giver: str | None = None
    """Of an undertaking: whose it is. None for every other message."""
    parties: tuple[str, ...] = ()
    acknowledged_by: tuple[str, ...] = ()
    effective_at: datetime | None = None


class Recipient(Kept):
    """A desk that was given an alert."""

    first: int
    heard_of: int = 0
    owes: bool = True
    """Whether its silence is followed up: not that of an alternate until the next word."""


class Alert(Kept):
    """The newest word of an alert's chain, and who had it."""

    sender: str
    phase: str
    number: int
    precedence: str
    released_at: datetime
    at: datetime
    due: datetime
    addressed: tuple[str, ...]
    recipients: Mapping[str, Recipient] = {}


class Line(Kept):
    """A line on record."""

    line: str
    parties: tuple[str, ...]
    state: str
    since: datetime
    cause: str | None = None
    missed_in_a_row: int = 0
    next_due: datetime | None = None
    next_by: str | None = None
    review_due: datetime | None = None
    review_is_due: bool = False
    reviewed: tuple[str, ...] = ()


class Spoken(Kept):
    """The last substantive word between two nations."""

    at: datetime
    kind: str


class Lead(Kept):
    """From a notice or request to what it announces."""

    kind: str
    seconds: float


class About(Kept):
    """Of which event an alert or a request is, as far as its outer part says."""

    kind: str
    nations: tuple[str, ...]
    event_at: datetime
    geocodes: tuple[str, ...]
    incident: str | None = None
    over: bool = False


class Record(Kept):
    """One matter, as folded from those of its entries that count."""

    service: str
    matter: str
    sequence: int = 0
    head: str = FIRST_PREVIOUS
    """SHA-256 of the last entry that counts."""
    first_at: datetime | None = None
    last_at: datetime | None = None
    owed: Mapping[str, Owed] = {}
    standing: Mapping[str, Standing] = {}
    """What can still change its state, by name."""
    settled: Mapping[str, int] = {}
    """How many things of a kind came to rest in a state, by `KIND STATE`."""
    spoken: Mapping[str, Spoken] = {}
    """By pair of nations, in alphabetical order."""
    leads: Mapping[str, Lead] = {}
    messages: Mapping[str, Message] = {}
    alert: Alert | None = None
    notice: Alert | None = None
    """The newest word of a notice of a launch or an exercise, and who had it."""
    line: Line | None = None
    tests_missed: int = 0
    about: About | None = None
    asked_at: Mapping[str, datetime] = {}
    """When somebody first asked for what is still to be decided, by name."""
    others: Mapping[str, tuple[str, ...]] = {}
    """Between whom, beside who speaks: the parties of a request, of an agreement, by name."""

    def put(self, field: str, name: str, value: Any) -> Self:
        """The same with one value more, or another, in one of its tables."""
        return self.but(**{field: {**getattr(self, field), name: value}})

    def drop(self, field: str, *names: str) -> Self:
        """The same without these, in one of its tables."""
        table = getattr(self, field)
        if not any(name in table for name in names):
            return self
        return self.but(**{field: {n: v for n, v in table.items() if n not in names}})

    def stands(self, name: str, kind: str, state: str) -> Self:
        """The same with a thing in this state."""
        return self.put("standing", name, Standing(kind=kind, state=state))

    def rests(self, kind: str, state: str, was: str | None = None) -> Self:
        """The same with one more thing at rest in a state; that it `was` in another is undone."""
        settled = dict(self.settled)
        if was is not None:
            settled[f"{kind} {was}"] = settled.get(f"{kind} {was}", 0) - 1
        settled[f"{kind} {state}"] = settled.get(f"{kind} {state}", 0) + 1
        return self.but(settled={each: count for each, count in settled.items() if count})

    def spoke(self, one: str, others: tuple[str, ...], at: datetime, kind: str) -> Self:
        """The same after a substantive word from one nation to others."""
        pairs = {" ".join(sorted((one, other))) for other in others if other != one}
        if not pairs:
            return self
        word = Spoken(at=at, kind=kind)
        return self.but(spoken={**self.spoken, **dict.fromkeys(sorted(pairs), word)})
