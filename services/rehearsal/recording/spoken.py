"""What a submission is turned from, and into."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from services.rehearsal.recording.names import Names

Told = tuple[str, str, Mapping[str, Any]]
"""The verb, what it says, and what it is given."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """A submission with what came of it: some words are told from others only by that."""

    command: Any
    events: tuple[Any, ...]
    names: Names


Turn = Callable[[Spoken], Told]
