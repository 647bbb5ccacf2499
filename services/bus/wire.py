"""How a message stands in a record: CloudEvents headers, a DSSE cover, strict JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, TypeVar

from pydantic import ValidationError

from schemas.catalogue import KINDS
from schemas.envelope import (
    COMMAND_BYTES_MAX,
    INNER_BYTES_MAX,
    OUTER_BYTES_MAX,
    RECORD_BYTES_MAX,
    Cover,
    Outer,
)
from schemas.parties import Contract
from services.bus.refusals import (
    DuplicateKeys,
    InvalidField,
    MissingField,
    MissingLabel,
    NotCanonical,
    NotJson,
    Oversize,
    Refusal,
    UnknownField,
    UnknownVersion,
    WrongCase,
)

_IDENTITY = re.compile(rb"[0-9a-f]{32}")
CORRELATION = "ce_correlationid"
"""CloudEvents' extension attribute: the message that began it. One id in headers, logs, traces."""
TRACEPARENT = "traceparent"
"""W3C Trace Context. Its trace id is the correlation."""

ContractT = TypeVar("ContractT", bound=Contract)
Headers = Sequence[tuple[str, bytes]]


def digest(data: bytes) -> str:
    """SHA-256 in hexadecimal."""
    return sha256(data).hexdigest()


def encode(value: Contract) -> bytes:
    """The one encoding of a contract: fields in declared order, no spaces, UTF-8."""
    return value.__pydantic_serializer__.to_json(value)


def decode(contract: type[ContractT], data: bytes) -> ContractT | Refusal:
    """Bytes to contract, strictly: what would not encode to the same bytes is refused.

    Comparing with the own encoding is what refuses duplicate keys and second spellings, which
    every JSON parser at hand accepts silently (RFC 8259 section 4 leaves them open).
    """
    try:
        value = contract.model_validate_json(data)
    except ValidationError as trouble:
        return _diagnose(data) or _name(trouble)
    if encode(value) != data:
        return _diagnose(data) or NotCanonical()
    return value


def _diagnose(data: bytes) -> Refusal | None:
    """What is wrong with the JSON as such, found only once something is known to be wrong."""

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        if len({name for name, _ in pairs}) != len(pairs):
            raise _Twice
        return dict(pairs)

    try:
        json.loads(data, object_pairs_hook=once)
    except _Twice:
        return DuplicateKeys()
    except (ValueError, RecursionError):
        return NotJson()
    return None


class _Twice(Exception):
    """A name stands twice in one object."""


def _name(trouble: ValidationError) -> Refusal:
    """The first error as a refusal; it names the place, never the value."""
    error = trouble.errors(include_url=False)[0]
    place = ".".join(str(part) for part in error["loc"])[:200]
    kind = error["type"]
    if kind == "extra_forbidden":
        # The unknown name itself is the sender's text, so only its parent is named.
        return UnknownField(".".join(str(part) for part in error["loc"][:-1])[:200])
    if kind.startswith("union_tag"):
        return InvalidField(f"{place}: not a kind that the contract knows")
    if kind == "missing":
        return MissingLabel() if place.endswith("label") else MissingField(place)
    if kind in ("enum", "literal_error"):
        expected = str(error.get("ctx", {}).get("expected", ""))
        said = str(error["input"]).upper()
        wrong = WrongCase if f"'{said}'" in expected else InvalidField
        return wrong(f"{place}: one of {expected}"[:500])
    if kind == "json_invalid":
        return NotJson()
    return InvalidField(f"{place}: {error['msg']}"[:500])


def pae(payload_type: str, payload: bytes) -> bytes:
    """DSSE v1 pre-authentication encoding: type and bytes, each with its length."""
    kind = payload_type.encode()
    return b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)


@dataclass(frozen=True, slots=True)
class Read:
    """A record that could be read, before anybody is believed."""

    cover: Cover
    contract: type[Contract]


def read(value: bytes) -> Read | Refusal:
    """A record's value to its cover and the contract that its type names; nothing is trusted."""
    if len(value) > RECORD_BYTES_MAX:
        return Oversize(f"{len(value)} bytes, at most {RECORD_BYTES_MAX}")
    cover = decode(Cover, value)
    if isinstance(cover, Refusal):
        return cover
    contract = KINDS.get(cover.payloadType)
    if contract is None:
        return UnknownVersion()
    return Read(cover, contract)


def command_bounds(value: bytes, cover: Cover) -> Refusal | None:
    """Whether a desk's own record leaves room for the delivery that will enclose it."""
    if len(cover.inner) > INNER_BYTES_MAX:
        return Oversize(f"inner part of {len(cover.inner)} bytes, at most {INNER_BYTES_MAX}")
    if len(cover.payload) > OUTER_BYTES_MAX:
        return Oversize(f"outer part of {len(cover.payload)} bytes, at most {OUTER_BYTES_MAX}")
    if len(value) > COMMAND_BYTES_MAX:
        return Oversize(f"{len(value)} bytes, at most {COMMAND_BYTES_MAX}")
    return None


def headers_of(outer: Outer, payload_type: str) -> Headers:
    """CloudEvents 1.0 in Kafka's binary mode, so that ordinary tools can show the record.

    Nothing on the bus trusts them: trust rests on the signature over the payload.
    `ce_correlationid` is last, where whoever answers puts that of what it answers.
    """
    kind = payload_type.removeprefix("application/vnd.").removesuffix("+json")
    return (
        ("ce_specversion", b"1.0"),
        ("ce_id", outer.message_id.encode()),
        ("ce_type", kind.encode()),
        ("ce_source", f"/{outer.sender}".encode()),
        ("ce_time", _rfc3339(outer.sent_at).encode()),
        ("ce_partitionkey", outer.matter.encode()),
        ("ce_sequence", f"{outer.sequence:016d}".encode()),
        ("content-type", b"application/vnd.dsse+json"),
        (CORRELATION, correlation_of(outer).encode()),
    )


def correlation_of(outer: Outer) -> str:
    """The message that began it: the one that a command is about, else the command itself."""
    named = getattr(outer, "message", None)
    return named if isinstance(named, str) else outer.message_id


def correlated(headers: Headers, correlation: str, *more: tuple[str, bytes]) -> Headers:
    """The headers under this correlation, in place of what they said of it; and more of them."""
    kept = (each for each in headers if each[0] not in (CORRELATION, TRACEPARENT))
    return (*kept, (CORRELATION, correlation.encode()), *more)


def claimed_correlation(headers: Headers) -> str | None:
    """The message that the record says it goes back to, where that has the form of an identity.

    Good for a log line and a trace alone: no signature covers it.
    """
    return _identity_in(headers, CORRELATION)


def _identity_in(headers: Headers, wanted: str) -> str | None:
    for name, value in headers:
        if name == wanted and value and _IDENTITY.fullmatch(value):
            return value.decode()
    return None


def claimed_sender(headers: Headers) -> str | None:
    """Who the record says it is from. Only good for telling that desk of a refusal."""
    for name, value in headers:
        if name == "ce_source" and value:
            return value[:64].decode("ascii", "replace").removeprefix("/")
    return None


def claimed_id(headers: Headers) -> str | None:
    """The identity that the record says it has, where it has the form of one."""
    return _identity_in(headers, "ce_id")


def _rfc3339(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
