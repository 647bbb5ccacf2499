"""What only the inner part can show: checked before release and again on receipt. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from schemas.envelope import TEXT_BYTES_MAX
from schemas.hotline import MessageOuter, Text
from schemas.parties import Precedence

WORDS_MAX = 200
"""The customary ceiling for text from IMMEDIATE up; beyond it a warning, no refusal."""
EXERCISE_MARK = "EXERCISE EXERCISE EXERCISE"
LIVE_PHRASES = ("THIS IS NOT A DRILL", "REAL WORLD", "NO PLAY")

# Overrides reorder what follows so that a text shows otherwise than it reads; isolates and the
# joiners that Persian and Indic scripts need stay allowed.
_OVERRIDES = frozenset("\u202a\u202b\u202c\u202d\u202e")
_ISOLATE_OPENS, _ISOLATE_CLOSES = "\u2066\u2067\u2068", "\u2069"
_ISOLATES = frozenset(_ISOLATE_OPENS + _ISOLATE_CLOSES)


@dataclass(frozen=True, slots=True)
class Flaw:
    """Something wrong with a text."""

    code: str
    reason: str
    refuses: bool = True
    """False for a warning: it may be released all the same."""


def flaws(text: Text, outer: MessageOuter) -> list[Flaw]:
    """Everything wrong with a text, given what its outside says. The text is never changed:
    cleaning would break the signature.
    """
    return [
        *(flaw for part in (text.subject, text.text) for flaw in _characters(part)),
        *_exercise(text, outer),
        *_quotes(text, outer),
        *_length(text, outer),
    ]


def _characters(text: str) -> Iterator[Flaw]:
    used = set(text)
    if _OVERRIDES & used:
        yield Flaw(
            "BidirectionalOverride",
            "It holds a character that makes text show in another order than it reads.",
        )
    if used & _ISOLATES and not _isolates_balance(text):
        yield Flaw("UnbalancedIsolate", "A direction isolate is opened and not closed in its line.")
    if any(_is_invisible(character) for character in used):
        yield Flaw("ControlCharacter", "It holds a control, private or unassigned character.")
    if not unicodedata.is_normalized("NFC", text):
        yield Flaw("NotNormalized", "It is not in Unicode form NFC, so equal words may differ.")


def _is_invisible(character: str) -> bool:
    if character in "\n\t" or character in _OVERRIDES:
        return False
    tag = "\U000e0000" <= character <= "\U000e007f"
    return (
        tag or character == "\ufeff" or unicodedata.category(character) in ("Cc", "Cs", "Co", "Cn")
    )


def _isolates_balance(text: str) -> bool:
    for line in text.split("\n"):
        depth = 0
        for character in line:
            depth += (character in _ISOLATE_OPENS) - (character == _ISOLATE_CLOSES)
            if depth < 0:
                return False
        if depth:
            return False
    return True


def _exercise(text: Text, outer: MessageOuter) -> Iterator[Flaw]:
    body = " ".join(text.text.upper().split())
    whole = f"{text.subject.upper()} {body}"
    if not outer.message_type.is_exercise:
        if EXERCISE_MARK in whole or re.search(r"\bTHIS IS (ONLY )?AN? (DRILL|EXERCISE)\b", whole):
            yield Flaw("ExercisePhrase", "A live text says that it is an exercise.")
        return
    mark = f"{EXERCISE_MARK} {outer.exercise}"
    if not (body.startswith(mark) and body.endswith(mark)):
        yield Flaw("ExerciseMark", f"An exercise text begins and ends with {mark!r}.")
    if any(phrase in whole for phrase in LIVE_PHRASES):
        yield Flaw("LivePhrase", "An exercise text uses words that are kept for the real world.")


def _quotes(text: Text, outer: MessageOuter) -> Iterator[Flaw]:
    for quote in text.quotes:
        if outer.label.widens(quote.label):
            yield Flaw("LabelBelowQuote", "The label is below that of the words it quotes.")


def _length(text: Text, outer: MessageOuter) -> Iterator[Flaw]:
    if len(text.text.encode()) > TEXT_BYTES_MAX:
        yield Flaw("TextTooLong", f"The text is over {TEXT_BYTES_MAX} bytes. Send it in parts.")
    words = len(text.text.split())
    if outer.precedence.rank >= Precedence.IMMEDIATE.rank and words > WORDS_MAX:
        yield Flaw(
            "OverWordCeiling",
            f"{words} words; from IMMEDIATE up keep to {WORDS_MAX} where you can.",
            refuses=False,
        )
