"""What another nation wrote, made safe to show.

All of it goes through `visible` before it comes near a terminal. The
contracts admit only plain names for desks, officers and matters.
"""

from __future__ import annotations

import unicodedata

from rich.console import RenderableType
from rich.padding import Padding
from rich.text import Text as Shown

_SHOWN_AS_THEY_ARE = frozenset("\t\u200c\u200d")
_HIDDEN = frozenset(("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"))
_RIGHT_TO_LEFT = frozenset(("R", "AL", "AN"))


def visible(text: str) -> str:
    """One line in which every control, bidirectional or invisible character shows as its number.

    Nothing is left out. Tabs stay, and joiners, which Persian and Indic words are spelt with.
    """
    return _isolated("".join(_escaped(each) if _is_hidden(each) else each for each in text))


def paragraphs(text: str) -> str:
    """The same for a text of several lines, each shut off from its neighbours' direction."""
    return "\n".join(visible(line) for line in text.split("\n"))


def _is_hidden(character: str) -> bool:
    return unicodedata.category(character) in _HIDDEN and character not in _SHOWN_AS_THEY_ARE


def _escaped(character: str) -> str:
    number = f"{ord(character):04x}"
    return f"\\u{number}" if len(number) == len("ffff") else f"\\U{number:0>8}"


def _isolated(line: str) -> str:
    """A line with right-to-left words, so that it cannot turn around what stands beside it."""
    turns = any(unicodedata.bidirectional(each) in _RIGHT_TO_LEFT for each in line)
    return f"\u2068{line}\u2069" if turns else line


def set_in(words: str | RenderableType, by: int = 2) -> Padding:
    """What somebody wrote, on lines of its own: however it is made to wrap, no line of it stands
    where the desk's own words stand.
    """
    shown = Shown(words) if isinstance(words, str) else words
    return Padding(shown, (0, 0, 0, by), expand=False)
