"""Counts what was sent, lost, duplicated, reordered: from disks and ledger. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from schemas.catalogue import KINDS
from schemas.envelope import Submission
from schemas.hotline import (
    AcknowledgementOverdue,
    CarriedMessage,
    MessageAccepted,
    MessageAcknowledged,
    MessageOuter,
)
from schemas.ledger import Entry
from schemas.receipts import CommandRefused
from services.bus.ledger import Ledger
from services.bus.wire import encode
from services.desk.store.records import In, Out, OutState

AnyEntry = Entry[Any, Any]
SAID_KINDS = frozenset(
    kind for kind, contract in KINDS.items() if issubclass(contract, MessageOuter | Submission)
)
"""What a desk says to others or submits to a service: all that must be answered."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What one desk's disk holds."""

    desk: str
    outbox: Sequence[Out]
    inbox: Sequence[In]
    alarms: int = 0


@dataclass(frozen=True, slots=True)
class Count:
    """What was found. Everything that may not happen is empty in a good run."""

    sent: int
    accepted: int
    refused: int
    delivered: int
    acknowledged: int
    overdue: int
    lost: tuple[str, ...] = field(default=())
    duplicated: tuple[str, ...] = field(default=())
    reordered: tuple[str, ...] = field(default=())
    unsettled: tuple[str, ...] = field(default=())
    """Released messages that were neither accepted nor refused."""
    alarms: int = 0

    @property
    def good(self) -> bool:
        """Whether nothing happened that may not."""
        wrong = (self.lost, self.duplicated, self.reordered, self.unsettled, self.alarms)
        return not any(wrong)

    def as_json(self) -> dict[str, Any]:
        """For machines."""
        return asdict(self) | {"good": self.good}


def counting(service: Any, partitions: Iterable[Sequence[AnyEntry]]) -> list[AnyEntry]:
    """The entries that count, by the ledger's own rule: the first with its matter's next number.

    What a second writer added is left out here exactly as every reader leaves it out.
    """
    counted = []
    for entries in partitions:
        ledger = Ledger(service, {})
        for offset, entry in enumerate(entries):
            if ledger.fold(entry, encode(entry), offset):
                counted.append(entry)
    return counted


def count(entries: Sequence[AnyEntry], kept: Sequence[Kept]) -> Count:
    """Hold the desks' disks against the ledgers, of one service or of several.

    Lost: a notice in the ledger that its desk never got, or a message the log took that the
    ledger never heard. Duplicated: a command with two effects, or one message kept twice.
    Reordered: a desk got the numbers of one matter and lane in another order than they were given.
    """
    events = [event for entry in entries for event in entry.events]
    released = [out for desk in kept for out in desk.outbox if out.kind in SAID_KINDS]
    refused = {event.message for event in events if isinstance(event, CommandRefused)}
    accepted = {entry.command for entry in entries} - refused
    inboxes = {desk.desk: desk.inbox for desk in kept}
    return Count(
        sent=len(released),
        accepted=sum(out.message in accepted for out in released),
        refused=sum(isinstance(event, CommandRefused) for event in events),
        delivered=sum(
            found.kind == CarriedMessage.__name__ for inbox in inboxes.values() for found in inbox
        ),
        acknowledged=sum(isinstance(event, MessageAcknowledged) for event in events),
        overdue=sum(isinstance(event, AcknowledgementOverdue) for event in events),
        lost=(*_not_delivered(entries, inboxes), *_not_heard(entries, kept)),
        duplicated=(*_twice_decided(entries), *_twice_kept(inboxes)),
        reordered=tuple(_out_of_order(inboxes)),
        unsettled=tuple(
            out.message
            for out in released
            if out.state not in (OutState.ACCEPTED, OutState.REFUSED)
        ),
        alarms=sum(desk.alarms for desk in kept),
    )


def _not_delivered(entries: Sequence[AnyEntry], inboxes: Mapping[str, Sequence[In]]) -> list[str]:
    held = {
        (desk, found.matter, found.lane, found.sequence)
        for desk, inbox in inboxes.items()
        for found in inbox
    }
    return [
        f"{tell.to} {entry.matter} {tell.lane} {tell.sequence}"
        for entry in entries
        for tell in entry.tells
        if tell.to in inboxes and (tell.to, entry.matter, tell.lane, tell.sequence) not in held
    ]


def _not_heard(entries: Sequence[AnyEntry], kept: Sequence[Kept]) -> list[str]:
    heard = {entry.command for entry in entries}
    return [
        f"{desk.desk} {out.message}"
        for desk in kept
        for out in desk.outbox
        if out.state in (OutState.ON_BUS, OutState.ACCEPTED) and out.message not in heard
    ]


def _twice_decided(entries: Sequence[AnyEntry]) -> list[str]:
    accepted = Counter(
        event.message
        for entry in entries
        for event in entry.events
        if isinstance(event, MessageAccepted)
    )
    commands = Counter(entry.command for entry in entries)
    return [name for name, times in (accepted | commands).items() if times > 1]


def _twice_kept(inboxes: Mapping[str, Sequence[In]]) -> list[str]:
    given = Counter(
        f"{desk} {found.about}"
        for desk, inbox in inboxes.items()
        for found in inbox
        if found.kind == CarriedMessage.__name__
    )
    return [name for name, times in given.items() if times > 1]


def _out_of_order(inboxes: Mapping[str, Sequence[In]]) -> list[str]:
    wrong = []
    for desk, inbox in inboxes.items():
        last: dict[tuple[str, str], int] = {}
        for found in inbox:
            road = (found.matter, found.lane.value)
            if found.sequence < last.get(road, 0):
                wrong.append(f"{desk} {found.matter} {found.lane} {found.sequence}")
            last[road] = max(found.sequence, last.get(road, 0))
    return wrong
