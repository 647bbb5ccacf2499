"""Everything that is wrong with an inner part: the checks in one place. Pure."""

from __future__ import annotations

from datetime import datetime

from schemas.hotline import MessageOuter, Text, Translation
from schemas.parties import Contract, MessageType
from services.desk.inner.acts import of_act
from services.desk.inner.flaw import Flaw
from services.desk.inner.places import of_places
from services.desk.inner.times import of_times
from services.desk.inner.words import of_characters, of_remark, of_text, strings_in


def flaws(
    text: Text, outer: MessageOuter, sender: str | None = None, now: datetime | None = None
) -> list[Flaw]:
    """Everything wrong with a message's inner part, given what its outside says.

    A draft's outside names neither sender nor time yet: they are then given beside it.
    """
    return [
        *of_text(text, outer),
        *of_act(text, outer, sender or outer.sender),
        *of_places(text.particulars),
        *of_times(text, now or outer.sent_at),
    ]


def words_flaws(content: Contract, message_type: MessageType) -> list[Flaw]:
    """Everything wrong with the few words beside a confirmation, or inside a record."""
    return list(of_remark(tuple(strings_in(content)), message_type))


def translation_flaws(translation: Translation) -> list[Flaw]:
    """Everything wrong with a translation's words. What it says is its translator's matter."""
    return list(of_characters(translation.subject, translation.text))
