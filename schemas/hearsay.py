"""Texts heard elsewhere than on the bus: quoted, never a signed word."""

from __future__ import annotations

from enum import StrEnum
from hashlib import sha256
from typing import Self

from pydantic import Field, model_validator

from schemas.acts import unset
from schemas.parties import Contract, Digest, Moment

HEARD_MAX = 4
HEARD_TEXT_MAX = 4000


class Medium(StrEnum):
    """By what it was heard."""

    BROADCAST = "BROADCAST"
    PRESS = "PRESS"
    ONLINE = "ONLINE"
    TELEPHONE = "TELEPHONE"
    PAPER = "PAPER"
    """A letter, a note, a telegram that came by another way."""
    IN_PERSON = "IN_PERSON"


class HeardElsewhere(Contract):
    """A text as somebody heard it outside this channel. UNAUTHENTICATED, always: no key signed it.

    It has no identity on the bus, so nothing can regard, answer or accept it.
    """

    medium: Medium
    source: str = Field(min_length=1, max_length=200, description="Whose it is said to be.")
    heard_at: Moment
    digest: Digest | None = Field(
        default=None,
        exclude_if=unset,
        description="SHA-256 of its UTF-8 bytes, by which both sides know that they mean the same.",
    )
    text: str | None = Field(
        default=None, min_length=1, max_length=HEARD_TEXT_MAX, exclude_if=unset
    )

    @model_validator(mode="after")
    def _says_which_text(self) -> Self:
        if self.digest is None and self.text is None:
            raise ValueError("a text heard elsewhere is named by its words, its digest, or both")
        digest = sha256(self.text.encode()).hexdigest() if self.text is not None else self.digest
        if self.digest not in (None, digest):
            raise ValueError("the digest is not that of the text heard elsewhere")
        return self
