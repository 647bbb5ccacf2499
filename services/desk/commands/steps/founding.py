"""Making a desk's home."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rich.text import Text as Shown

from schemas.parties import nation_of
from services.desk.commands.steps.outcome import Outcome
from services.desk.commands.typed.usage import as_usage
from services.desk.home import Home


def created(home: Path, desk: str, officers: Sequence[str]) -> Outcome:
    """Make a desk's home."""
    with as_usage():
        keyid = Home(home).create(desk, officers).keyid
    return Outcome(
        {"desk": desk, "officers": list(officers), "keyid": keyid, "home": str(home)},
        Shown(
            f"{desk} is made in {home}, with key {keyid}\n"
            f"Next, have the root of {nation_of(desk)} sign it:\n"
            f"  detente keys enrol {home}\n"
            f"Then start it:\n"
            f"  detente desk run --home {home}"
        ),
    )
