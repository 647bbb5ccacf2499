"""What an officer would type."""

from __future__ import annotations

from typing import Any

from schemas.parties import Classification, Precedence
from services.desk.commands.typed.message import Message
from services.desk.commands.typed.officers import Hands

TWO = Hands(drafter="duty-1", releaser="duty-2")


def message(matter: str, **fields: Any) -> Message:
    """A message from XAA to XBB, unless told otherwise."""
    filled: dict[str, Any] = {
        "matter": matter,
        "precedence": Precedence.FLASH,
        "to": ("xbb-ghq",),
        "classification": Classification.SECRET,
        "subject": "Border",
        "text": "Our patrol withdraws.",
    }
    return Message(**(filled | fields))
