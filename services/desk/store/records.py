"""What stands in a desk's store: records made and given, alarms, how the link is. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from schemas.parties import Lane


class OutState(StrEnum):
    """How far an outgoing record got, as far as this desk knows."""

    QUEUED = "QUEUED"
    """On this desk's own disk and nowhere else."""
    ON_BUS = "ON_BUS"
    """The log has it; the service has not answered yet."""
    ACCEPTED = "ACCEPTED"
    REFUSED = "REFUSED"


@dataclass(frozen=True, slots=True)
class Out:
    """A record that this desk made."""

    id: int
    message: str
    kind: str
    about: str | None
    matter: str
    lane: Lane
    sequence: int
    value: bytes
    state: OutState
    queued_at: datetime
    outranks: bool = False
    """Whether it goes before all else in its lane. Told when it is queued; not read back."""


@dataclass(frozen=True, slots=True)
class In:
    """A record that this desk was given, checked and kept."""

    message: str
    digest: str
    kind: str
    about: str | None
    matter: str
    lane: Lane
    sequence: int
    missing: int
    """How many numbers are missing before it."""
    value: bytes
    flags: tuple[str, ...]
    """What the desk's library found wrong with the inner part."""
    received_at: datetime
    withdraws: str | None = None
    """The message whose place this one takes: a correction or a cancellation."""


@dataclass(frozen=True, slots=True)
class Alarm:
    """A record that was refused here: forged, altered, or a number used twice."""

    code: str
    reason: str
    origin: str
    value: bytes
    raised_at: datetime


@dataclass(frozen=True, slots=True)
class Address:
    """How a desk is addressed, as its nation's root has it in the directory."""

    desk: str
    form: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class LinkState:
    """Whether the desk reaches the bus, since when, and what is wrong."""

    up: bool
    changed_at: datetime
    trouble: str


@dataclass(frozen=True, slots=True)
class FactChange:
    """An officer's word that a fact is not as it was."""

    number: int
    fact: str
    since: datetime
    """From when on it is so."""
    recorded_at: datetime
    by: str
    what: str
    """How it is now. For this desk alone."""


@dataclass(frozen=True, slots=True)
class PromptAnswer:
    """An officer's word that what was prompted for is in order as it stands, and why."""

    about: str
    """A message, or a matter."""
    at: datetime
    by: str
    because: str
