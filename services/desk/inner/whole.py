"""Everything that is wrong with an inner part: the checks in one place. Pure."""

from __future__ import annotations

from schemas.hotline import MessageOuter, Text, Translation
from services.desk.inner.acts import of_act
from services.desk.inner.flaw import Flaw
from services.desk.inner.places import of_places
from services.desk.inner.words import of_characters, of_text


def flaws(text: Text, outer: MessageOuter, sender: str | None = None) -> list[Flaw]:
    """Everything wrong with a message's inner part, given what its outside says.

    A draft's outside names no sender yet: it is then given beside it.
    """
    return [
        *of_text(text, outer),
        *of_act(text, outer, sender or outer.sender),
        *of_places(text.particulars),
    ]


def translation_flaws(translation: Translation) -> list[Flaw]:
    """Everything wrong with a translation's words. What it says is its translator's matter."""
    return list(of_characters(translation.subject, translation.text))
