"""Small parts of a page: text that cannot act, and a precedence as headings have it."""

from __future__ import annotations

from html import escape

LETTERS = {"FLASH": "Z", "IMMEDIATE": "O", "PRIORITY": "P", "ROUTINE": "R"}
"""As message headings have them; no letter where none is in general use."""


def text(said: object) -> str:
    """What was written, as a page shows it and never obeys it."""
    return escape(str(said))


def precedence(name: str | None) -> str:
    """A precedence with its letter; nothing where there is none."""
    if not name:
        return ""
    letter = f" {LETTERS[name]}" if name in LETTERS else ""
    return f'<span class="pre {name}">{name}{letter}</span>'
