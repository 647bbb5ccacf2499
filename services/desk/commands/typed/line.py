"""Which line is meant, and what is agreed of it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from schemas.line_record import LineRecord
from services.desk.commands.typed.usage import WrongUsage, as_usage

WhichLine = Annotated[str, Parameter(help="The line's name.")]
RecordFile = Annotated[
    Path, Parameter(help="A JSON file with the line's record, the same at every party.")
]
Explained = Annotated[
    str | None, Parameter(help="What the parties' desks should know; nobody else reads it.")
]


def record_in(file: Path) -> LineRecord:
    """The record that a file holds. WrongUsage where it holds none, with every reason."""
    try:
        written = file.read_bytes()
    except OSError as trouble:
        raise WrongUsage(f"the record cannot be read: {trouble}") from trouble
    with as_usage():
        return LineRecord.model_validate_json(written)
