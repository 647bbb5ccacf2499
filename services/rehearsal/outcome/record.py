"""What happened in a rehearsal: the ledgers, what desks were told, what was done. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any

from services.rehearsal.format.scenario import Scenario

_IDENTITY = re.compile(r"^[0-9a-f]{32}$")
_DIGEST = re.compile(r"^[0-9a-f]{64}$")
_MOMENT = re.compile(r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z$")
_CHANCE = re.compile(r"\b(?=[a-f]*[0-9])[0-9a-f]{8,}\b|(?<=-)[0-9a-f]{4,}(?=-[0-9a-f]{16}\b)")
_FIELD_TIME = re.compile(r"(?<==)[+-][0-9]+")
_UNTOLD = frozenset({"position", "directory", "kind"})
"""Where a record lies differs from run to run; what it says does not."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A step of the timeline, as it was taken."""

    number: int
    called: str | None
    at: datetime
    desk: str | None
    verb: str
    identity: str | None
    codes: tuple[str, ...]
    """Why it went no further, where it did not."""
    refused_by: str | None
    """DESK, BUS, or SERVICE once its service has refused it."""
    said: str
    """What it says, for readers: its subject, or what happened."""
    refused_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Habit:
    """Something that was done by habit, or left."""

    at: datetime
    desk: str
    officer: str
    deed: str
    message: str
    said: str | None


@dataclass(frozen=True, slots=True)
class Event:
    """An event in a service's ledger."""

    at: datetime
    service: str
    matter: str
    name: str
    sender: str
    fields: Mapping[str, Any]

    @property
    def about(self) -> str | None:
        """The message that it is about."""
        return _about(self.fields)


@dataclass(frozen=True, slots=True)
class Notice:
    """What a desk was told."""

    at: datetime
    desk: str
    matter: str
    name: str
    fields: Mapping[str, Any]
    flags: tuple[str, ...]
    encloses: str | None
    """What it encloses: the identity of a desk's own signed record."""

    @property
    def about(self) -> str | None:
        """The message that it is about."""
        return _about(self.fields)


@dataclass(frozen=True, slots=True)
class Alarm:
    """What a desk's library would not believe."""

    at: datetime
    desk: str
    code: str


@dataclass(frozen=True, slots=True)
class Prompted:
    """What a changed own fact called for at a desk."""

    at: datetime
    desk: str
    fact: str
    about: str
    """A message's identity, or a matter."""
    due: datetime
    settled_at: datetime | None


@dataclass(frozen=True, slots=True)
class Record:
    """All of it, in the order of time."""

    scenario: Scenario
    began: datetime
    ended: datetime
    taken: Sequence[Taken]
    habits: Sequence[Habit]
    events: Sequence[Event]
    notices: Sequence[Notice]
    alarms: Sequence[Alarm]
    matters: Mapping[str, str] = field(default_factory=dict)
    """By a step's name, the matter of what it said."""
    prompts: Sequence[Prompted] = ()
    written_to: frozenset[str] = frozenset()
    """Every topic that anything wrote to."""

    def identity(self, step: str) -> str | None:
        """What the bus calls what a step said; None where it said nothing."""
        return next((each.identity for each in self.taken if each.called == step), None)

    def label(self, identity: str | None) -> str | None:
        """A step's name, where it said this; otherwise None."""
        return next(
            (each.called for each in self.taken if identity and each.identity == identity), None
        )

    def matter(self, named: str) -> str:
        """A matter by its own name, or by that of the step that opened it."""
        return self.matters.get(named, named)

    @property
    def _labels(self) -> Mapping[str, str]:
        return {each.identity: each.called for each in self.taken
                if each.identity and each.called}  # fmt: skip

    @property
    def outcome_hash(self) -> str:
        """SHA-256 over what happened when, without what differs in every run: identities, keys.

        The order in which independent things of one moment happened does not enter into it.
        """
        return _hash(self.lines())

    @property
    def shape_hash(self) -> str:
        """The same without the times: what happened, however fast."""
        return _hash(_FIELD_TIME.sub("", line.split(" ", 1)[1]) for line in self.lines())

    def lines(self) -> list[str]:
        """What the hash is of."""
        lines = [*self._events(), *self._notices(), *self._taken(), *self._prompts()]
        return sorted(lines)

    def _events(self) -> Iterator[str]:
        for each in self.events:
            said = self._plain(each.fields)
            matter = self.plain(each.matter)
            yield f"{self._time(each.at)} LEDGER {matter} {each.sender} {each.name} {said}"

    def _notices(self) -> Iterator[str]:
        for each in self.notices:
            said = self._plain(each.fields)
            flags = ",".join(each.flags)
            matter = self.plain(each.matter)
            yield f"{self._time(each.at)} TOLD {each.desk} {matter} {each.name} {flags} {said}"

    def _prompts(self) -> Iterator[str]:
        for each in self.prompts:
            about = self._plain_text(each.about)
            settled = self._time(each.settled_at) if each.settled_at else "never"
            yield f"{self._time(each.at)} PROMPT {each.desk} {each.fact} {about} {settled}"

    def _taken(self) -> Iterator[str]:
        for each in self.taken:
            ended = ",".join(each.codes)
            yield f"{self._time(each.at)} STEP {each.called} {each.desk} {each.verb} {ended}"

    def _time(self, moment: datetime) -> str:
        return f"{round((moment - self.began).total_seconds() * 1000):+d}"

    def _plain(self, value: Any) -> str:
        match value:
            case Mapping():
                kept = sorted((k, v) for k, v in value.items() if k not in _UNTOLD)
                return "{" + " ".join(f"{k}={self._plain(v)}" for k, v in kept) + "}"
            case str():
                return self.plain(value)
            case list() | tuple():
                return "[" + " ".join(self._plain(each) for each in value) + "]"
            case _:
                return str(value)

    def plain(self, value: str) -> str:
        """A text without what differs in every run; a step's identity as the step's name."""
        if _DIGEST.match(value):
            return "-"
        if _IDENTITY.match(value):
            return self._labels.get(value, "-")
        if _MOMENT.match(value):
            return self._time(datetime.fromisoformat(value))
        # What is chosen by chance within a name: of an alert's chain, of a visit's reference.
        return _CHANCE.sub("-", value)


def in_words(name: str) -> str:
    """The name of an event or a notice, as words: MessageAcknowledged, message acknowledged."""
    return re.sub(r"(?<!^)(?=[A-Z])", " ", name).lower()


def _about(fields: Mapping[str, Any]) -> str | None:
    for name in ("message", "request"):
        if isinstance(fields.get(name), str):
            return str(fields[name])
    return None


def _hash(lines: Any) -> str:
    return sha256("\n".join(sorted(lines)).encode()).hexdigest()
