"""Which line is meant, and what is agreed of it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from schemas.line_record import LineRecord
from services.desk.commands.typed.forms import form_in

WhichLine = Annotated[str, Parameter(help="The line's name.")]
RecordFile = Annotated[
    Path,
    Parameter(
        allow_leading_hyphen=True,
        help="The line's record in YAML or JSON, the same at every party; - for standard input.",
    ),
]
Explained = Annotated[
    str | None, Parameter(help="What the parties' desks should know; nobody else reads it.")
]


def record_in(file: Path) -> LineRecord:
    """The record that a file holds. WrongUsage where it holds none, with every reason."""
    return form_in(file, LineRecord)
