"""Every kind of message: who says it, to whom, on which topics, and what lies inside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from schemas.catalogue import KINDS
from schemas.directory import KeyStatement
from schemas.envelope import Cover, Outer
from schemas.hotline import MessageOuter, Text
from schemas.ledger import Entry
from schemas.parties import Contract
from schemas.receipts import Delivery
from schemas.redelivery import RedeliverRecord
from services.bus.service import Service
from services.bus.settings import Settings
from services.desk.openings import OPENINGS
from services.local.services import SERVICES

RECORD = "record.v1"
"""The name of the cover in which every kind travels."""


class Speaker(StrEnum):
    """Whose word a kind is."""

    DESK = "DESK"
    CLOCK = "CLOCK"
    """The service's own clock, when a deadline has passed."""
    SERVICE = "SERVICE"
    LEDGER = "LEDGER"
    """The service, in its own ledger: what it decided, for ever."""
    ROOT = "ROOT"
    CUSTODIAN = "CUSTODIAN"
    """Two custodians together, to any service."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of message, by its contract."""

    name: str
    contract: type[Contract]
    service: str
    """Which service it belongs to; `directory` for what roots say, `custodians` for what they order
    of any service."""
    speaker: Speaker
    inner: type[Contract] | None
    """What only people at the addressed desks read; None where nothing is inside, or a record."""

    @property
    def encloses(self) -> bool:
        """Whether another signed record may lie inside."""
        return self.speaker is Speaker.SERVICE

    @property
    def payload_type(self) -> str:
        """How the cover names it."""
        return f"application/vnd.detente.{self.name}+json"

    @property
    def about(self) -> str:
        """What it is, in its contract's own words."""
        origin = self.contract.__pydantic_generic_metadata__["origin"] or self.contract
        return " ".join((origin.__doc__ or "").split())

    @property
    def title(self) -> str:
        """Its contract's name, as a person reads it."""
        origin: type = self.contract.__pydantic_generic_metadata__["origin"] or self.contract
        return origin.__name__ if origin is not Entry else f"{self.service.capitalize()}Entry"


@cache
def services() -> Mapping[str, Service]:
    """Every service that runs, as it declares itself."""
    chosen = Settings.model_construct()
    return {name: make(chosen) for name, make in SERVICES.items()}


@cache
def kinds() -> Sequence[Kind]:
    """All that the catalogue holds, service by service."""
    return tuple(
        Kind(
            name=name,
            contract=contract,
            service=name.partition(".")[0],
            speaker=_speaker(contract),
            inner=_inner(contract),
        )
        for name, contract in (
            (payload.removeprefix("application/vnd.detente.").removesuffix("+json"), contract)
            for payload, contract in KINDS.items()
        )
    )


def _speaker(contract: type[Contract]) -> Speaker:
    if issubclass(contract, KeyStatement):
        return Speaker.ROOT
    if issubclass(contract, RedeliverRecord):
        return Speaker.CUSTODIAN
    if issubclass(contract, Entry):
        return Speaker.LEDGER
    if issubclass(contract, Delivery):
        return Speaker.SERVICE
    if any(contract in service.own_commands for service in services().values()):
        return Speaker.CLOCK
    return Speaker.DESK


def _inner(contract: type[Contract]) -> type[Contract] | None:
    if issubclass(contract, MessageOuter):
        return Text
    return next((OPENINGS[kind].contract for kind in contract.__mro__ if kind in OPENINGS), None)


def inner_name(kind: Kind) -> str:
    """The name of the schema of what lies inside a kind: by the kind, whatever its contract."""
    return f"{kind.name}.inner"


def named() -> Mapping[str, type[Contract]]:
    """Every contract that gets a schema of its own, by name: kinds, inner parts, the cover."""
    told: dict[str, type[Contract]] = {RECORD: Cover}
    for kind in kinds():
        told[kind.name] = kind.contract
        if kind.inner is not None:
            told[inner_name(kind)] = kind.inner
    return told


def is_numbered(kind: Kind) -> bool:
    """Whether it has the outer part that all messages have, and so headers of CloudEvents."""
    return issubclass(kind.contract, Outer)
