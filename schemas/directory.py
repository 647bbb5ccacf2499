"""What the directory says of a holder of a key: who it is, its ladder, whom it may use."""

from __future__ import annotations

from enum import StrEnum
from typing import Self

from pydantic import Field, model_validator

from schemas.acts import unset
from schemas.parties import Contract, Function, HolderId, Ladder, Moment, OfficerId, nation_of

AUTHORITY_OF_SERVICES = "BUS"
"""The root that vouches for services. Every other root is a nation's and vouches for its desks.
Each may appoint custodians: bus-custodian-1, xaa-custodian-1."""


KEY_BYTES = 32


class HolderKind(StrEnum):
    """What a key speaks for."""

    DESK = "DESK"
    SERVICE = "SERVICE"
    CUSTODIAN = "CUSTODIAN"
    """One of those who look after quarantine: a role that one person holds at a time."""


class KeyStatement(Contract):
    """A root's word on one holder; a higher serial takes the place of a lower one."""

    holder: HolderId
    kind: HolderKind
    authority: str = Field(pattern=r"^[A-Z]{3}$", description="A nation, or BUS for services.")
    serial: int = Field(ge=1)
    public_key: bytes | None = Field(description="Raw Ed25519, 32 bytes; None once revoked.")
    officers: tuple[OfficerId, ...] = Field(
        default=(), max_length=64, description="Roles that may draft and release at this desk."
    )
    ladder: Ladder = Ladder()
    issued_at: Moment
    form_of_address: str | None = Field(
        default=None,
        exclude_if=unset,
        min_length=1,
        max_length=120,
        description="How the desk's principal is addressed, in the desk's own words.",
    )
    functions: tuple[Function, ...] | None = Field(
        default=None, exclude_if=unset, description="What the desk is to its nation."
    )
    language: str | None = Field(
        default=None, exclude_if=unset, max_length=35, description="The desk's own (BCP 47)."
    )

    @model_validator(mode="after")
    def _authority_covers_holder(self) -> Self:
        if self.public_key is not None and len(self.public_key) != KEY_BYTES:
            raise ValueError("an Ed25519 public key has 32 bytes")
        covers = (
            AUTHORITY_OF_SERVICES if self.kind is HolderKind.SERVICE else nation_of(self.holder)
        )
        if covers != self.authority:
            raise ValueError("a root vouches for desks of its own nation only")
        if any(nation_of(a.desk) != self.authority for a in self.ladder.alternates):
            raise ValueError("a desk's alternates are of its own nation")
        return self
