"""What a desk cannot do, told in plain words."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from pydantic import ValidationError

from services.desk.writing import TooLarge


class DeskTrouble(Exception):
    """What was asked cannot be done. It says why, and what to do instead."""


@contextlib.contextmanager
def explained() -> Iterator[None]:
    """A contract's complaint in plain words, without the value that it complains of."""
    try:
        yield
    except ValidationError as trouble:
        errors = trouble.errors(include_input=False, include_url=False)
        said = "; ".join(
            f"{'.'.join(str(part) for part in error['loc']) or 'message'}: {error['msg']}"
            for error in errors
        )
        raise DeskTrouble(said) from None
    except TooLarge as trouble:
        raise DeskTrouble(str(trouble)) from trouble
