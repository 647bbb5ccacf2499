"""A screen as plain text."""

from __future__ import annotations

import io

from rich.console import Console, RenderableType


def printed(shown: RenderableType) -> str:
    """What a terminal of a hundred columns would show."""
    console = Console(file=io.StringIO(), width=100, highlight=False, markup=False, emoji=False)
    console.print(shown)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()
