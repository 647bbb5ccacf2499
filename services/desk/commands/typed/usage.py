"""Wrong usage: options that contradict each other, or values that cannot be."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from services.desk.trouble import DeskTrouble, explained


class WrongUsage(Exception):
    """The options do not make sense together. It says which."""


@contextlib.contextmanager
def as_usage() -> Iterator[None]:
    """What the contracts complain of, as wrong usage."""
    try:
        with explained():
            yield
    except DeskTrouble as trouble:
        raise WrongUsage(str(trouble)) from None
