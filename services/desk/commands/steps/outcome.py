"""What a command ends with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from rich.console import RenderableType

DONE, TROUBLE, WRONG_USAGE, QUEUED_ONLY, REFUSED, GAVE_UP = range(6)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a command ends with, for a program and for a person."""

    document: dict[str, Any]
    screen: RenderableType
    code: int = DONE
