"""The words themselves: characters, exercise marks, quoted labels, length. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence

from pydantic import BaseModel

from schemas.envelope import TEXT_BYTES_MAX
from schemas.hotline import MessageOuter, Text
from schemas.parties import MessageType, Precedence
from services.desk.inner.flaw import Flaw

WORDS_MAX = 200
"""The customary ceiling for text from IMMEDIATE up; beyond it a warning, no refusal."""
EXERCISE_MARK = "EXERCISE EXERCISE EXERCISE"
REAL_WORLD = "REAL WORLD"
LIVE_PHRASES = ("THIS IS NOT A DRILL", REAL_WORLD, "NO PLAY")

# Overrides reorder what follows so that a text shows otherwise than it reads; isolates and the
# joiners that Persian and Indic scripts need stay allowed.
_OVERRIDES = frozenset("\u202a\u202b\u202c\u202d\u202e")
_ISOLATE_OPENS, _ISOLATE_CLOSES = "\u2066\u2067\u2068", "\u2069"
_ISOLATES = frozenset(_ISOLATE_OPENS + _ISOLATE_CLOSES)


def of_text(text: Text, outer: MessageOuter) -> Iterator[Flaw]:
    """What is wrong with the words of a message, those of its particulars included."""
    said = (text.subject, text.text, *strings_in(text.particulars), *strings_in(text.heard))
    yield from of_characters(*said)
    yield from _exercise(said, outer)
    yield from _quotes(text, outer)
    yield from _length(text, outer)


def of_remark(said: Sequence[str], message_type: MessageType) -> Iterator[Flaw]:
    """What is wrong with a remark. It is too short for an exercise's marks around it, but it
    keeps the same words apart.
    """
    yield from of_characters(*said)
    yield from _reserved(" ".join(" ".join(said).upper().split()), message_type)


def of_characters(*said: str) -> Iterator[Flaw]:
    """What makes words show otherwise than they read, each told once. The words are never
    changed: cleaning would break the signature.
    """
    found = dict.fromkeys(flaw for part in said for flaw in _characters(part))
    yield from found


def strings_in(value: object) -> Iterator[str]:
    """Every piece of writing in a contract, however deep it stands."""
    match value:
        case str():
            yield str(value)
        case BaseModel():
            for name in type(value).model_fields:
                yield from strings_in(getattr(value, name))
        case tuple():
            for each in value:
                yield from strings_in(each)


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


def _exercise(said: Sequence[str], outer: MessageOuter) -> Iterator[Flaw]:
    subject, text, *others = (" ".join(part.upper().split()) for part in said)
    whole = " ".join((subject, text, *others))
    breaks_into = outer.terms is not None and outer.terms.breaks_into is not None
    yield from _reserved(whole, outer.message_type)
    if not outer.message_type.is_exercise:
        if breaks_into and not text.startswith(REAL_WORLD):
            yield Flaw(
                "RealWorldMark", f"What breaks into an exercise begins its text with {REAL_WORLD}."
            )
        return
    if breaks_into:
        yield Flaw("BreakInNotLive", "Only the live desk breaks into an exercise. Send it there.")
    mark = f"{EXERCISE_MARK} {outer.exercise}"
    if not (text.startswith(mark) and text.endswith(mark)):
        yield Flaw("ExerciseMark", f"An exercise text begins and ends with {mark!r}.")


def _reserved(whole: str, message_type: MessageType) -> Iterator[Flaw]:
    """Words that belong to the other side of the wall between live and exercise."""
    if message_type.is_exercise:
        if any(phrase in whole for phrase in LIVE_PHRASES):
            yield Flaw("LivePhrase", "An exercise text uses words kept for the real world.")
    elif EXERCISE_MARK in whole or re.search(r"\bTHIS IS (ONLY )?AN? (DRILL|EXERCISE)\b", whole):
        yield Flaw("ExercisePhrase", "A live text says that it is an exercise.")


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
