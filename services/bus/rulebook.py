"""What a service's rules are made of: rows that can be read aloud. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Generic, TypeVar

from schemas.envelope import Outer
from schemas.parties import DeskId, Function, Ladder
from schemas.receipts import Position
from services.bus.refusals import Refusal

CommandT_co = TypeVar("CommandT_co", bound=Outer, covariant=True)


@dataclass(frozen=True, slots=True)
class Standing:
    """What the directory says of a desk, as far as a rule needs it."""

    officers: tuple[str, ...]
    ladder: Ladder
    functions: tuple[Function, ...] = ()


@dataclass(frozen=True, slots=True)
class Heard(Generic[CommandT_co]):
    """A command with all that a rule may know besides the state. No clock, no inner part."""

    command: CommandT_co
    digest: str
    received_at: datetime
    position: Position
    directory: int
    """The position in the directory as of which the signature held."""
    desks: Mapping[DeskId, Standing]
    """Every desk that the command names and the directory knows, and its ladder's alternates; and
    every desk of the nations that it names, where the service asks for them."""


class Encloses(StrEnum):
    """Which signed record goes with a notice."""

    NOTHING = "NOTHING"
    COMMAND = "COMMAND"


@dataclass(frozen=True, slots=True)
class Earlier:
    """A record that was accepted before: where it lies, and what is needed to check it."""

    position: Position
    digest: str
    directory: int


@dataclass(frozen=True, slots=True)
class Telling:
    """One notice to one desk, before it is numbered."""

    to: DeskId
    notice: object
    encloses: Encloses | Earlier = Encloses.NOTHING


@dataclass(frozen=True, slots=True)
class Decision:
    """What a command causes: facts, and who is told."""

    events: tuple[object, ...]
    tells: tuple[Telling, ...] = field(default=())


Verb = Callable[..., Decision | Refusal]


@dataclass(frozen=True, slots=True)
class Row:
    """In this phase, this command from this role does this."""

    phase: StrEnum
    command: type[Outer]
    role: StrEnum
    verb: Verb


class Table:
    """Every phase, command and role: a row or a refusal. There is no third way."""

    def __init__(
        self, rows: tuple[Row, ...], otherwise: Callable[[StrEnum, type[Outer], StrEnum], Refusal]
    ) -> None:
        self._rows = {(row.phase, row.command, row.role): row for row in rows}
        assert len(self._rows) == len(rows), "two rows stand in one cell"
        self._otherwise = otherwise

    def cell(self, phase: StrEnum, command: type[Outer], role: StrEnum) -> Row | Refusal:
        """The row that governs, or the refusal that the cell holds."""
        return self._rows.get((phase, command, role)) or self._otherwise(phase, command, role)

    def __iter__(self) -> Iterator[Row]:
        return iter(self._rows.values())
