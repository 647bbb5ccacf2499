"""One partition of one ledger, folded; and how a table holds it so that it can be checked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any

from schemas.ledger import Entry
from services.watch.folding.entry import counts, fold, refused
from services.watch.folding.sample import Sample
from services.watch.record import Kept, Record
from services.watch.slots import SLOTS_KEPT, Slot, slot_of

_MARK, _MATTER, _SLOT, _PLACES = b"~", b"m ", b"s ", b"p "
PLACES_A_KEY = 256
"""Where a matter's entries lie is kept in pieces, so that a long matter is not written anew
with each of its entries."""


class Mark(Kept):
    """Up to where a table holds a partition, and by what to know that it holds it whole.

    Faust may lose a change on its way to the changelog, and says so in a log line only. So the mark
    carries a sum over all that the table must hold: who reads it back believes it where the sum is
    right and the ledger's record before `next_offset` is the one that was folded last.
    """

    next_offset: int
    entries: int
    last: str
    """Digest of the record at next_offset - 1."""
    total: int
    """Exclusive or over all keys and values, and over what else this mark says."""

    @property
    def own(self) -> int:
        """The sum of what it says besides."""
        return _sum(_MARK, f"{self.next_offset} {self.entries} {self.last}".encode())


class Damaged(Exception):
    """What a table holds is not what was written to it, or is of another ledger."""


@dataclass(slots=True)
class Part:
    """What the entries of one partition come to."""

    service: str
    partition: int
    next_offset: int = 0
    entries: int = 0
    last: str = ""
    records: dict[str, Record] = field(default_factory=dict)
    slots: dict[int, Slot] = field(default_factory=dict)
    places: dict[str, list[int]] = field(default_factory=dict)
    """At which offsets the entries of a matter lie."""
    _changed: dict[bytes, None] = field(default_factory=dict)
    _sums: dict[bytes, int] = field(default_factory=dict)
    _total: int = 0
    _newest: int = 0
    _oldest: int = 0

    def take(self, entry: Entry[Any, Any], digest: str) -> bool:
        """Fold the entry at next_offset, whose SHA-256 is `digest`. False where it does not
        count, as of what was seen before or a second writer added.
        """
        record = self.records.get(entry.matter)
        if record is None:
            record = Record(service=self.service, matter=entry.matter)
        if not counts(record, entry):
            return False
        record, samples = fold(record, entry, digest)
        self.records[entry.matter] = record
        self._changed[_MATTER + entry.matter.encode()] = None
        self.entries += 1
        places = self.places.setdefault(entry.matter, [])
        places.append(self.next_offset)
        self._changed[_places_key(entry.matter, len(places) - 1)] = None
        self._count(slot_of(entry.received_at), samples, refused=refused(entry))
        return True

    def _count(self, slot: int, samples: tuple[Sample, ...], *, refused: bool) -> None:
        """What lies further back than any window reaches is forgotten."""
        newest = max(slot, self._newest)
        if newest - slot >= SLOTS_KEPT:
            return
        before = self.slots.get(slot, Slot())
        self.slots[slot] = before.after(refused=refused, samples=samples)
        self._changed[_slot_key(slot)] = None
        if newest > self._newest:
            self._newest = newest
            self._forget(newest - SLOTS_KEPT)

    def pass_to(self, next_offset: int, last: str) -> None:
        """The record before `next_offset`, of that digest, was taken or is no entry."""
        self.next_offset, self.last = next_offset, last

    def _forget(self, before: int) -> None:
        if self._oldest <= before:
            for slot in [each for each in self.slots if each <= before]:
                del self.slots[slot]
                self._changed[_slot_key(slot)] = None
            self._oldest = min(self.slots)

    # As a table holds it.

    @property
    def is_changed(self) -> bool:
        """Whether there is anything to be written."""
        return bool(self._changed)

    def changes(self) -> Mapping[bytes, bytes | None]:
        """What is to be written since it was asked last, the mark at the end."""
        found: dict[bytes, bytes | None] = {}
        for key in self._changed:
            found[key] = value = self._value(key)
            self._total ^= self._sums.pop(key, 0)
            if value is not None:
                self._add(key, value)
        self._changed.clear()
        mark = Mark(next_offset=self.next_offset, entries=self.entries, last=self.last, total=0)
        found[_MARK] = mark.but(total=mark.own ^ self._total).model_dump_json().encode()
        return found

    def _add(self, key: bytes, value: bytes) -> None:
        self._sums[key] = _sum(key, value)
        self._total ^= self._sums[key]

    def _value(self, key: bytes) -> bytes | None:
        kind, name = key[:2], key[2:].decode()
        if kind == _MATTER:
            return _json(self.records[name])
        if kind == _SLOT:
            slot = self.slots.get(int(name))
            return None if slot is None else _json(slot)
        matter, _, piece = name.rpartition(" ")
        start = int(piece) * PLACES_A_KEY
        places = self.places[matter][start : start + PLACES_A_KEY]
        return " ".join(map(str, places)).encode()

    @classmethod
    def read(cls, service: str, partition: int, held: Iterable[tuple[bytes, bytes]]) -> Part:
        """What a table holds of a partition; empty where it holds nothing. Raises Damaged."""
        part, mark, pieces = cls(service, partition), None, {}
        for key, value in held:
            kind, name = key[:2], key[2:].decode()
            if key == _MARK:
                mark = Mark.model_validate_json(value)
                continue
            part._add(key, value)
            if kind == _MATTER:
                part.records[name] = Record.model_validate_json(value)
            elif kind == _SLOT:
                part.slots[int(name)] = Slot.model_validate_json(value)
            elif kind == _PLACES:
                matter, _, piece = name.rpartition(" ")
                pieces[matter, int(piece)] = [int(each) for each in value.split()]
        for (matter, _), places in sorted(pieces.items()):
            part.places.setdefault(matter, []).extend(places)
        if mark is None and not part._sums:
            return part
        if mark is None or mark.total != mark.own ^ part._total:
            raise Damaged(f"{service} {partition}: its sum is wrong")
        part.next_offset, part.entries, part.last = mark.next_offset, mark.entries, mark.last
        part._newest = max(part.slots, default=0)
        return part


def _json(kept: Kept) -> bytes:
    return kept.model_dump_json(exclude_defaults=True).encode()


def _slot_key(slot: int) -> bytes:
    return _SLOT + f"{slot:012d}".encode()


def _places_key(matter: str, number: int) -> bytes:
    return _PLACES + f"{matter} {number // PLACES_A_KEY}".encode()


def _sum(key: bytes, value: bytes) -> int:
    digest = blake2b(b"%d %b %b" % (len(key), key, value), digest_size=8).digest()
    return int.from_bytes(digest, "big")
