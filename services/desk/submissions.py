"""What this desk submitted to a service that keeps records, and how far it got."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from schemas.envelope import Submission
from schemas.parties import Contract
from schemas.receipts import CommandRefused
from services.desk.draft import refuse_flawed
from services.desk.openings import opening_of
from services.desk.reading import unfold
from services.desk.reports import refusal_of
from services.desk.store.records import In, Out
from services.desk.store.store import Store


@dataclass(frozen=True, slots=True)
class Submitted:
    """A record that this desk submitted, and what the service made of it."""

    out: Out
    refusal: CommandRefused | None


@dataclass(frozen=True, slots=True)
class Told:
    """A notice that a service gave, with the submission that it encloses, opened."""

    matter: str
    notice: Any
    """One of the service's own notices, or of the bus's receipts."""
    at: datetime
    """When the service heard what led to it."""
    said: Submission | None
    content: Contract | None
    flags: tuple[str, ...]
    """What this desk's library found wrong with the inner part."""
    missing: int
    """How many notices of this matter are missing before it."""


def refuse_flaws(
    kind: type[Submission], fields: Mapping[str, Any], content: Contract, by: str, at: datetime
) -> None:
    """What a receiving desk would find wrong inside is found before it is signed. DeskTrouble."""
    outer = kind.model_construct(**fields, sender=by, sent_at=at)
    opening = opening_of(outer)
    assert opening is not None, "every submission has an inner part"
    refuse_flawed(list(opening.flaws(content, outer)))


def submitted(store: Store, identity: str) -> Submitted:
    """How far a record that this desk made got."""
    out = store.out(identity)
    assert out is not None, "the identity came from the store"
    return Submitted(out, refusal_of(store, identity))


def told_in(store: Store, matter: str) -> list[Told]:
    """Every notice that this desk was given in a matter, in the order of its coming."""
    return [_told(found) for found in store.heard_in(matter)]


def _told(found: In) -> Told:
    unfolded = unfold(found.value)
    outer, enclosed = unfolded.outer, unfolded.enclosed
    said = enclosed.outer if enclosed else None
    return Told(
        matter=outer.matter,
        notice=outer.notice,
        at=outer.sent_at,
        said=said if isinstance(said, Submission) else None,
        content=enclosed.content if enclosed else None,
        flags=found.flags,
        missing=found.missing,
    )
