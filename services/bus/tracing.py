"""One message over all its hops: names of spans and attributes, context in headers.

A trace's id is the correlation: the identity of the message that began it. So nobody can be made to
follow another's trace, since a service takes that identity from the signed outer part and uses of a
record's `traceparent` no more than which span came before, and only where it names the same trace.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from enum import StrEnum
from time import time_ns
from typing import TYPE_CHECKING

from services.bus.transport import Outgoing
from services.bus.wire import TRACEPARENT, Headers, claimed_correlation, correlated

if TYPE_CHECKING:
    from opentelemetry.sdk.trace.export import SpanExporter
    from opentelemetry.trace import Span

    from services.bus.spans import Recorder


class Name(StrEnum):
    """Every span, in the order in which a message meets them."""

    RELEASE = "desk.release"
    """A desk signs a record and has it on its disk: a message, or what it reports of one."""
    SEND = "desk.send"
    """The desk's outbox to the log, again for each try."""
    CARRY = "service.carry"
    """A service takes a record from the log and decides."""
    APPEND = "ledger.append"
    """Its decision is put on the ledger."""
    DELIVER = "service.deliver"
    """What it tells is put into a desk's inbox, or it says something to itself."""
    KEEP = "desk.keep"
    """A desk has checked what it was given and has it on its disk."""


class Attribute(StrEnum):
    """Every attribute: of OpenTelemetry's conventions for messaging, and our own."""

    SYSTEM = "messaging.system"
    OPERATION = "messaging.operation.type"
    DESTINATION = "messaging.destination.name"
    PARTITION = "messaging.destination.partition.id"
    OFFSET = "messaging.kafka.offset"
    MESSAGE = "messaging.message.id"
    HOLDER = "detente.holder"
    KIND = "detente.kind"
    LANE = "detente.lane"
    OUTCOME = "detente.outcome"
    CODE = "detente.code"


_OPERATIONS = {
    Name.RELEASE: ("INTERNAL", "create"),
    Name.SEND: ("PRODUCER", "send"),
    Name.CARRY: ("CONSUMER", "process"),
    Name.APPEND: ("PRODUCER", "send"),
    Name.DELIVER: ("PRODUCER", "send"),
    Name.KEEP: ("CONSUMER", "receive"),
}
_VALUE = re.compile(r"[A-Za-z0-9._:/-]{0,160}")
"""Names, identities and codes; no sentence passes."""
_TRACEPARENT_BYTES = 55
_TRACEPARENT = re.compile(rb"00-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}")
_NO_SPAN = "0" * 16


@dataclass(frozen=True, slots=True)
class Context:
    """A span as what comes after it names it."""

    trace: str
    span: str

    @property
    def header(self) -> tuple[str, bytes]:
        """As it stands in a record."""
        return TRACEPARENT, str(self).encode()

    def __str__(self) -> str:
        return f"00-{self.trace}-{self.span}-01"


def context_of(said: bytes | str | None, correlation: str) -> Context | None:
    """A traceparent of this correlation's trace; None for any other, whatever is wrong with it.

    Versions of the header other than 00 are ignored.
    """
    data = said.encode("utf-8", "replace") if isinstance(said, str) else said
    if data is None or len(data) != _TRACEPARENT_BYTES:
        return None
    found = _TRACEPARENT.fullmatch(data)
    if found is None:
        return None
    trace, span = found[1].decode(), found[2].decode()
    return Context(trace, span) if trace == correlation and span != _NO_SPAN else None


def context_in(headers: Headers, correlation: str) -> Context | None:
    """The context that a record's headers carry, where it belongs to this correlation."""
    for name, value in headers:
        if name == TRACEPARENT:
            return context_of(value, correlation)
    return None


class Hop:
    """One span of one message, open until it is ended."""

    def __init__(self, span: Span, correlation: str) -> None:
        self._span = span
        self.context = Context(correlation, f"{span.get_span_context().span_id:016x}")

    def end(self, **attributes: str | int) -> None:
        """Over. Attributes are named as in Attribute, in lower case."""
        for name, value in attributes.items():
            self._span.set_attribute(Attribute[name.upper()].value, _checked(name, value))
        self._span.end()


def _checked(name: str, value: str | int) -> str | int:
    fits = isinstance(value, int) or _VALUE.fullmatch(value)
    assert fits, f"the span attribute {name} is of no form that is allowed"
    return value


_recorder: Recorder | None = None


def on() -> bool:
    """Whether traces are kept."""
    return _recorder is not None


def now() -> int:
    """When a span begins that is made later: nanoseconds of Unix time; 0 where traces are off."""
    return time_ns() if _recorder is not None else 0


def begin(
    name: Name,
    correlation: str,
    parent: Context | None = None,
    *,
    at: int | None = None,
    **attributes: str | int,
) -> Hop:
    """A span of the correlation's trace, below its parent where that is known."""
    assert _recorder is not None, "spans are begun only where traces are on"
    kind, operation = _OPERATIONS[name]
    said = {"system": "kafka", "operation": operation, **attributes}
    named = {Attribute[each.upper()].value: _checked(each, v) for each, v in said.items()}
    span = _recorder.begin(
        name.value, kind, correlation, parent.span if parent else None, named, at
    )
    return Hop(span, correlation)


@contextmanager
def sending(name: Name, holder: str, outgoing: Sequence[Outgoing]) -> Iterator[Sequence[Outgoing]]:
    """The records with the contexts of the spans in which they are put on the log.

    Records without a correlation are left as they are.
    """
    if _recorder is None:
        yield outgoing
        return
    hops, marked = [], []
    for each in outgoing:
        correlation = claimed_correlation(each.headers)
        if correlation is None:
            marked.append(each)
            continue
        parent = context_in(each.headers, correlation)
        hop = begin(
            name,
            correlation,
            parent,
            holder=holder,
            destination=each.topic,
            partition=str(each.partition),
        )
        hops.append(hop)
        headers = correlated(each.headers, correlation, hop.context.header)
        marked.append(replace(each, headers=headers))
    outcome = "not settled"
    try:
        yield marked
        outcome = "settled"
    finally:
        for hop in hops:
            hop.end(outcome=outcome.replace(" ", "-"))


def configure(endpoint: str | None, holder: str) -> None:
    """Keep traces where an endpoint is set: an address that takes OTLP over HTTP, or file:PATH,
    which gets one JSON document a span. Without one nothing is loaded and nothing is kept.
    """
    global _recorder  # noqa: PLW0603 - as logs are: one place for a process.
    if not endpoint:
        return
    # Loaded only here: an officer's command does not wait for what is off.
    from services.bus import spans

    _recorder = spans.to_endpoint(endpoint, holder)


@contextmanager
def kept_by(exporter: SpanExporter) -> Iterator[None]:
    """Give every span to this exporter as it ends, and keep none afterwards: for tests."""
    global _recorder  # noqa: PLW0603 - as above.
    from services.bus import spans

    before = _recorder
    _recorder = spans.to_exporter(exporter, "test")
    try:
        yield
    finally:
        _recorder = before
