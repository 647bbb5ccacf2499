"""Something wrong with an inner part, or worth a warning."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Flaw:
    """Something wrong with what a message says. The reason says what to do, and quotes nothing."""

    code: str
    reason: str
    refuses: bool = True
    """False for a warning: it may be released all the same."""
