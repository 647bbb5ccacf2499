"""The words of a message that this desk holds, whether it received or released it. Pure."""

from __future__ import annotations

from schemas.acts import Terms
from schemas.hotline import CarriedMessage, MessageOuter, ReplyToMessage, Text
from services.desk.reading import Enclosed, open_record, unfold
from services.desk.store.store import Store


def held(store: Store, message: str) -> Enclosed | None:
    """A message, by its whole identity; None where this desk has it in neither box."""
    if (out := store.out(message)) is not None:
        return open_record(out.value)
    for found in store.heard_about(message):
        if found.kind == CarriedMessage.__name__:
            return unfold(found.value).enclosed
    return None


def words_of(store: Store, message: str | None) -> Text | None:
    """The words of a message that another one names; None where they are not at hand."""
    enclosed = held(store, message) if message else None
    content = enclosed.content if enclosed else None
    return content if isinstance(content, Text) else None


def regarded(terms: Terms | None, in_reply_to: str | None) -> str | None:
    """Which message an act answers: what its terms name, or what it is a reply to."""
    return (terms.regards if terms else None) or in_reply_to


def regarded_by(outer: MessageOuter) -> str | None:
    """Which message one that was released answers."""
    reply = outer.in_reply_to if isinstance(outer, ReplyToMessage) else None
    return regarded(outer.terms, reply)
