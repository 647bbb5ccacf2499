"""What one entry changes in what is kept of its matter. Pure: one ledger gives one record."""

from __future__ import annotations

from typing import Any

from schemas.ledger import Entry
from schemas.receipts import CommandRefused
from services.watch.folding import agreements, alerts, hotline, visits
from services.watch.folding.sample import Sample
from services.watch.record import Record


def counts(record: Record, entry: Entry[Any, Any]) -> bool:
    """Whether it is the entry that comes next. All others are ignored by every reader: what was
    seen before, and what a second writer added.
    """
    return entry.sequence == record.sequence + 1 and entry.previous == record.head


def fold(record: Record, entry: Entry[Any, Any], digest: str) -> tuple[Record, tuple[Sample, ...]]:
    """The record after an entry that counts, whose SHA-256 is `digest`; what it acknowledged.

    An event that is not known here changes nothing but times and counts, and is shown in the
    matter's history like every other.
    """
    at = entry.received_at
    record = record.but(
        sequence=entry.sequence,
        head=digest,
        first_at=record.first_at or at,
        last_at=at,
    )
    samples: tuple[Sample, ...] = ()
    for event in entry.events:
        match record.service:
            case "hotline":
                record, found = hotline.fold(record, event, at)
                samples += found
            case "alerts":
                record, found = alerts.fold(record, event, at)
                samples += found
            case "visits":
                record = visits.fold(record, event)
            case "agreements":
                record = agreements.fold(record, event, at)
    return record, samples


def refused(entry: Entry[Any, Any]) -> bool:
    """Whether what it decided was a refusal."""
    return any(isinstance(event, CommandRefused) for event in entry.events)
