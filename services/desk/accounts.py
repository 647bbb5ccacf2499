"""Rival accounts of one event side by side, each with its own corrections. Pure.

Nothing is merged: an account is corrected only by its own originator, and every earlier word stays
to be read.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from schemas.acts import Act, Confidence
from schemas.hotline import CancelMessage, CorrectMessage, MessageOuter, Text
from schemas.parties import nation_of
from services.desk.letters import Received, Sent

KINDS = (Act.ACCOUNT, Act.ATTRIBUTION)


@dataclass(frozen=True, slots=True)
class Word:
    """One account or attribution, as it was given at one time."""

    message: str
    at: datetime
    text: Text | None
    confidence: Confidence | None
    withdrawn: bool
    """Whether this is the word by which its speaker withdrew it."""


@dataclass(frozen=True, slots=True)
class Chain:
    """What one nation said of an event, in its first form and every later one."""

    act: Act
    nation: str
    words: tuple[Word, ...]
    """Oldest first; the last stands."""


@dataclass(frozen=True, slots=True)
class Event:
    """An event, and all that is said of it."""

    name: str
    chains: tuple[Chain, ...]
    """By nation, then by the time of their first word."""


def events_of(matter: str, letters: Iterable[Received | Sent]) -> list[Event]:
    """Every event of a matter of which an account or attribution is held, by name."""
    spoken = {each.outer.message_id: each for each in letters if each.outer.matter == matter}
    in_time = sorted(spoken.values(), key=lambda each: each.outer.sent_at)
    chains: dict[str, list[Received | Sent]] = {}
    first: dict[str, str] = {}
    for each in in_time:
        before = _takes_place_of(each.outer)
        root = first.get(before, before) if before in first else each.outer.message_id
        if before not in first and each.outer.act not in KINDS:
            continue
        first[each.outer.message_id] = root
        chains.setdefault(root, []).append(each)
    found: dict[str, list[Chain]] = {}
    for chain in chains.values():
        outer = chain[0].outer
        event = outer.terms.event if outer.terms and outer.terms.event else matter
        words = tuple(map(_word, chain))
        found.setdefault(event, []).append(Chain(outer.act, nation_of(outer.sender), words))
    return [
        Event(name, tuple(sorted(held, key=lambda each: (each.nation, each.words[0].at))))
        for name, held in sorted(found.items())
    ]


def _takes_place_of(outer: MessageOuter) -> str:
    return outer.obsoletes if isinstance(outer, CorrectMessage | CancelMessage) else ""


def _word(letter: Received | Sent) -> Word:
    outer = letter.outer
    return Word(
        message=outer.message_id,
        at=outer.sent_at,
        text=letter.text,
        confidence=outer.terms.confidence if outer.terms else None,
        withdrawn=isinstance(outer, CancelMessage),
    )
