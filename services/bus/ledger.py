"""What a service has decided: one partition of its ledger, folded into state."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import takewhile
from typing import Any, Protocol

from schemas.catalogue import KINDS, payload_type
from schemas.ledger import FIRST_PREVIOUS, Entry
from schemas.parties import Lane
from schemas.receipts import MovedToLowerLane, Position
from services.bus import seal, wire
from services.bus.budget import Allowance, Bucket
from services.bus.keyring import Keyring
from services.bus.refusals import IdReused, Refusal, SequenceReused, SpeaksForAnother
from services.bus.service import Deadline, Service
from services.bus.wire import decode, digest, encode

RECENT_ENTRIES = 2048
"""How many entries of a partition are at hand for commands that come again soon."""


@dataclass(frozen=True, slots=True)
class Book:
    """One matter, as folded from its entries."""

    state: Any
    sequence: int = 0
    head: str = FIRST_PREVIOUS
    heard: Mapping[tuple[str, Lane], int] = field(default_factory=dict)
    """The last number heard, by sender and lane."""
    told: Mapping[tuple[str, Lane], int] = field(default_factory=dict)
    """The last number told, by desk and lane."""


@dataclass(frozen=True, slots=True)
class Known:
    """A command that the ledger holds already."""

    digest: str
    entry_digest: str
    offset: int
    """Where its entry lies; -1 while it is drafted only."""


@dataclass(slots=True)
class Page:
    """What is known after some entries: the ledger so far, or a draft of what comes next."""

    books: dict[str, Book] = field(default_factory=dict)
    known: dict[str, Known] = field(default_factory=dict)
    buckets: dict[tuple[str, Lane], Bucket] = field(default_factory=dict)


class Ledger:
    """One partition of a service's ledger. Folding is pure; reading and writing are the
    journey's. The first entry with the next sequence of its matter counts, all others are
    ignored by every reader, so a second writer does no harm.
    """

    def __init__(self, service: Service, allowances: Mapping[Lane, Allowance]) -> None:
        self.service = service
        self.allowances = allowances
        self.next_offset = 0
        self.carried: dict[tuple[str, int], int] = {}
        """The last command that an entry stands for, by its topic and partition."""
        self.page = Page()
        self._recent: dict[int, Entry[Any, Any]] = {}
        self._deadlines: dict[str, Sequence[Deadline]] = {}
        self._moved: set[str] = set()
        """Matters that moved since their deadlines were last asked for."""

    @property
    def deadlines(self) -> Mapping[str, Sequence[Deadline]]:
        """What falls due, soonest first, by matter; matters where nothing does are left out."""
        for matter in self._moved:
            due = self.service.deadlines(self.page.books[matter].state)
            if due:
                self._deadlines[matter] = sorted(due, key=lambda deadline: deadline.due)
            else:
                self._deadlines.pop(matter, None)
        self._moved.clear()
        return self._deadlines

    def draft(self) -> Draft:
        """Room for deciding several commands one after another, before any is written."""
        return Draft(self)

    def book(self, matter: str) -> Book | None:
        """A matter as it stands, None where it never began."""
        return self.page.books.get(matter)

    def fold(self, entry: Entry[Any, Any], payload: bytes, offset: int) -> bool:
        """Take the entry at this offset into account. False where it does not count."""
        self.next_offset = offset + 1
        book = self.page.books.get(entry.matter) or Book(self.service.first_state)
        if entry.sequence != book.sequence + 1 or entry.previous != book.head:
            return False
        book = self.page.books[entry.matter] = turn(self.service, book, entry, payload)
        self.page.known[entry.command] = Known(entry.command_digest, book.head, offset)
        for at in standing_for(entry):
            where = (at.topic, at.partition)
            self.carried[where] = max(at.offset, self.carried.get(where, 0))
        if order := ordered(entry, book.head, offset):
            self.page.known[order[0]] = order[1]
        self._remember(entry, offset)
        spent = spending(self, self.page.buckets, entry)
        if spent:
            self.page.buckets[entry.sender, entry.lane] = spent
        self._moved.add(entry.matter)
        return True

    def recent(self, offset: int) -> Entry[Any, Any] | None:
        """The entry at this offset, if it is one of the last RECENT_ENTRIES."""
        return self._recent.get(offset)

    def _remember(self, entry: Entry[Any, Any], offset: int) -> None:
        self._recent[offset] = entry
        if len(self._recent) > RECENT_ENTRIES:
            del self._recent[next(iter(self._recent))]

    def holds(self, entry: Entry[Any, Any], payload: bytes) -> bool:
        """Whether this very entry is the one that counts for its command."""
        known = self.page.known.get(entry.command)
        return known is not None and known.entry_digest == digest(payload)

    def pass_over(self, offset: int) -> None:
        """The record at this offset is no entry."""
        self.next_offset = offset + 1


class Draft:
    """Decisions on top of a ledger, each seeing the ones before it."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._ahead = Page()
        self.entries: list[tuple[Entry[Any, Any], bytes]] = []

    def book(self, matter: str) -> Book:
        """The matter after what was drafted."""
        return (
            self._ahead.books.get(matter)
            or self._ledger.book(matter)
            or Book(self._ledger.service.first_state)
        )

    def knows(self, command: str, command_digest: str) -> Known | Refusal | None:
        """Whether this command was decided before; IdReused where it then said something else."""
        page = self._ledger.page
        known = self._ahead.known.get(command) or page.known.get(command)
        if known and known.digest != command_digest:
            return IdReused()
        return known

    def has(self, command: str) -> bool:
        """Whether a command of this identity was decided before."""
        return command in self._ahead.known or command in self._ledger.page.known

    def left(self, sender: str, lane: Lane, now: datetime) -> bool:
        """Whether the sender's budget for the lane allows one more message."""
        allowance = self._ledger.allowances.get(lane)
        if allowance is None:
            return True
        page = self._ledger.page
        key = (sender, lane)
        bucket = self._ahead.buckets.get(key) or page.buckets.get(key)
        return (bucket or Bucket(allowance.burst, now)).take(now, allowance) is not None

    def add(self, entry: Entry[Any, Any]) -> None:
        """One more decision."""
        payload = encode(entry)
        book = turn(self._ledger.service, self.book(entry.matter), entry, payload)
        self._ahead.books[entry.matter] = book
        self._ahead.known[entry.command] = Known(entry.command_digest, book.head, offset=-1)
        if order := ordered(entry, book.head, offset=-1):
            self._ahead.known[order[0]] = order[1]
        page = self._ledger.page
        spent = spending(self._ledger, {**page.buckets, **self._ahead.buckets}, entry)
        if spent:
            self._ahead.buckets[entry.sender, entry.lane] = spent
        self.entries.append((entry, payload))


def standing_for(entry: Entry[Any, Any]) -> Iterator[Position]:
    """Which records the entry proves to have been carried: its command, and who ordered it."""
    yield entry.position
    if entry.redelivery:
        yield entry.redelivery.position


def ordered(entry: Entry[Any, Any], head: str, offset: int) -> tuple[str, Known] | None:
    """The order that led to the entry of another command, and what is known of it then."""
    by = entry.redelivery
    if by is None or by.order == entry.command:
        return None
    return by.order, Known(by.order_digest, head, offset)


def turn(service: Service, book: Book, entry: Entry[Any, Any], payload: bytes) -> Book:
    """A matter after one more entry."""
    state = book.state
    for event in entry.events:
        state = service.evolve(state, event)
    told = dict(book.told)
    for tell in entry.tells:
        told[tell.to, tell.lane] = tell.sequence
    return replace(
        book,
        state=state,
        sequence=entry.sequence,
        head=digest(payload),
        heard=_heard(book, entry),
        told=told,
    )


def _heard(book: Book, entry: Entry[Any, Any]) -> Mapping[tuple[str, Lane], int]:
    # The number belongs to the lane of the command's own precedence, wherever it was carried.
    key = (entry.sender, entry.sender_lane)
    if entry.sender_sequence <= book.heard.get(key, 0):
        return book.heard
    return {**book.heard, key: entry.sender_sequence}


def out_of_sequence(
    book: Book, sender: str, lane: Lane, sequence: int
) -> Refusal | tuple[int, int] | None:
    """SequenceReused, or what was expected and what came where numbers are missing, or None."""
    last = book.heard.get((sender, lane), 0)
    if sequence <= last:
        return SequenceReused(f"{sequence}, last heard {last}")
    return (last + 1, sequence) if sequence > last + 1 else None


def spending(
    ledger: Ledger, buckets: Mapping[tuple[str, Lane], Bucket], entry: Entry[Any, Any]
) -> Bucket | None:
    """The sender's bucket after this entry; None where it costs nothing."""
    allowance = ledger.allowances.get(entry.lane)
    moved = any(isinstance(event, MovedToLowerLane) for event in entry.events)
    if allowance is None or not entry.budgeted or moved:
        return None
    bucket = buckets.get((entry.sender, entry.lane)) or Bucket(allowance.burst, entry.received_at)
    return bucket.take(entry.received_at, allowance)


class Keeper(Protocol):
    """Whose ledger it is, and what its entries are."""

    @property
    def name(self) -> str:
        """The service's name."""

    @property
    def entry(self) -> type[Entry[Any, Any]]:
        """Its entries' contract."""


@dataclass(frozen=True, slots=True)
class _Named:
    """A keeper without its rules."""

    name: str
    entry: type[Entry[Any, Any]]


def keeper_of(service: str) -> Keeper:
    """What `read_entry` needs of a service, from the catalogue alone."""
    contract = KINDS[payload_type(f"{service}.entry.v1")]
    assert issubclass(contract, Entry), "each service's entries are entries"
    return _Named(service, contract)


def read_entry(
    service: Keeper, value: bytes, keyring: Keyring
) -> tuple[Entry[Any, Any], bytes] | Refusal:
    """A record of the ledger topic to the entry that the service signed, and its bytes.

    The key is one that stood at the directory's position that the entry relied on, so that an
    entry stays what it was when the service's key is renewed. Against an entry that is added
    later under an old key stands the chain.
    """
    found = wire.read(value)
    if isinstance(found, Refusal):
        return found
    if found.contract is not service.entry:
        return SpeaksForAnother("not an entry of this service")
    entry = decode(service.entry, found.cover.payload)
    if isinstance(entry, Refusal):
        return entry
    holder = seal.signed_by(found.cover, keyring, at=entry.directory)
    if isinstance(holder, Refusal):
        return holder
    if holder.name != service.name:
        return SpeaksForAnother(f"signed by {holder.name}")
    return entry, found.cover.payload


def overdue(ledger: Ledger, now: datetime) -> Iterator[Deadline]:
    """Everything whose time has come."""
    for deadlines in ledger.deadlines.values():
        yield from takewhile(lambda deadline: deadline.due <= now, deadlines)
