"""What a desk cannot do, told in plain words."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from services.desk.writing import TooLarge


class DeskTrouble(Exception):
    """What was asked cannot be done. It says why, and what to do instead."""

    def __init__(self, said: str, *codes: str) -> None:
        super().__init__(said)
        self.codes = codes
        """The names of the flaws or refusals that it is about, where it has any."""


_WORDS = {
    "missing": "is missing",
    "string_too_short": "is empty",
    "too_short": "has too few entries",
    "finite_number": "needs a number",
    "datetime_parsing": "needs a time in UTC, as in 2026-01-31T18:00:00Z",
    "datetime_from_date_parsing": "needs a time in UTC, as in 2026-01-31T18:00:00Z",
    "bool_parsing": "needs true or false",
    "extra_forbidden": "is no field of it",
    "model_type": "needs a table of its own",
}
"""A contract's complaints in an officer's words; any other says it well enough itself."""
_PICKED = re.compile(r"[A-Z]\w*|literal\[.*")
"""Which of several contracts was tried: no name that anybody wrote."""


@contextlib.contextmanager
def explained() -> Iterator[None]:
    """A contract's complaint in plain words, without the value that it complains of."""
    try:
        yield
    except ValidationError as trouble:
        errors = trouble.errors(include_input=False, include_url=False)
        # Where a word might have stood in a table's place, what is wrong with the table says more.
        of_tables = [each for each in errors if not _is_of_a_word(each)]
        raise DeskTrouble("; ".join(dict.fromkeys(map(_told, of_tables or errors)))) from None
    except TooLarge as trouble:
        raise DeskTrouble(str(trouble)) from trouble


def _is_of_a_word(error: ErrorDetails) -> bool:
    return bool(error["loc"]) and str(error["loc"][-1]).startswith("literal[")


def _told(error: ErrorDetails) -> str:
    where = [str(part) for part in error["loc"]]
    named = ".".join(part for part in where if not _PICKED.fullmatch(part))
    said = _WORDS.get(error["type"])
    if error["type"] in ("enum", "literal_error"):
        said = f"is one of {error['ctx']['expected']}"
    if said:
        return f"{named or 'it'} {said}"
    reason = error["msg"].removeprefix("Value error, ")
    return f"{named}: {reason}" if named else reason
