"""Records as examples: the bytes that tests keep for ever, unfolded to be read. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from schemas.envelope import Cover, Outer
from services.bus import wire
from services.bus.refusals import Refusal
from services.contracts.kinds import kinds


@dataclass(frozen=True, slots=True)
class Example:
    """One record, whole and unfolded."""

    kind: str
    headers: Mapping[str, str]
    cover: Mapping[str, Any]
    outer: Mapping[str, Any]
    inner: Mapping[str, Any] | None
    """None where nothing is inside that a reader of this kind would take."""

    @property
    def message(self) -> Mapping[str, Any]:
        """As AsyncAPI shows an example."""
        headers = {"headers": dict(self.headers)} if self.headers else {}
        return {**headers, "payload": dict(self.cover)}


def unfolded(value: bytes) -> Example | Refusal:
    """A record's value, unfolded; why not, where the bus would not take it."""
    found = wire.read(value)
    if isinstance(found, Refusal):
        return found
    outer = wire.decode(found.contract, found.cover.payload)
    if isinstance(outer, Refusal):
        return outer
    kind = found.cover.payloadType
    name = kind.removeprefix("application/vnd.detente.").removesuffix("+json")
    headers = wire.headers_of(outer, kind) if isinstance(outer, Outer) else ()
    return Example(
        kind=name,
        headers={header: said.decode() for header, said in headers},
        cover=json.loads(value),
        outer=json.loads(found.cover.payload),
        inner=_inner(name, found.cover.inner),
    )


def _inner(kind: str, inner: bytes) -> Mapping[str, Any] | None:
    """The inner part, where it is what the kind's readers take; an enclosed record as it is."""
    (found,) = [each for each in kinds() if each.name == kind]
    contract = Cover if found.encloses else found.inner
    if not inner or contract is None or isinstance(wire.decode(contract, inner), Refusal):
        return None
    told: Mapping[str, Any] = json.loads(inner)
    return told
