"""What a command ends with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from rich.console import RenderableType

DONE, TROUBLE, WRONG_USAGE, QUEUED_ONLY, REFUSED, GAVE_UP = range(6)


@dataclass(frozen=True, slots=True)
class Verbatim:
    """What is for a file as much as for a person: forms, XML. It is never wrapped or framed."""

    said: str

    def __rich__(self) -> str:
        """For whoever draws it all the same."""
        return self.said


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a command ends with, for a program and for a person."""

    document: dict[str, Any]
    screen: RenderableType
    code: int = DONE
