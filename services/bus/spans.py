"""Where spans go: the only door to OpenTelemetry's SDK, opened where traces are turned on."""

from __future__ import annotations

import atexit
from collections.abc import Mapping
from contextvars import ContextVar
from pathlib import Path

from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import (
    BatchSpanProcessor,
    ConsoleSpanExporter,
    SimpleSpanProcessor,
    SpanExporter,
)
from opentelemetry.sdk.trace.id_generator import IdGenerator, RandomIdGenerator
from opentelemetry.sdk.trace.sampling import ALWAYS_ON
from opentelemetry.trace import Span, SpanContext, SpanKind, TraceFlags

FILE = "file:"
EXPORT_WITHIN_S = 5.0
"""How long a collector that does not answer may hold up a process that ends."""
EXPORT_EVERY_MS = 500

_trace_of_root: ContextVar[int] = ContextVar("the trace id of the next span without a parent")


class _TraceIsTheMessage(IdGenerator):
    """Traces are named by the message that began them; spans by chance."""

    def __init__(self) -> None:
        self._chance = RandomIdGenerator()

    def generate_trace_id(self) -> int:
        return _trace_of_root.get()

    def generate_span_id(self) -> int:
        return self._chance.generate_span_id()


class Recorder:
    """Makes spans and gives them to a processor. All are kept: a bus of such messages is quiet."""

    def __init__(self, holder: str, processor: SpanProcessor) -> None:
        provider = TracerProvider(
            sampler=ALWAYS_ON,
            resource=Resource({"service.name": holder, "service.namespace": "detente"}),
            id_generator=_TraceIsTheMessage(),
            shutdown_on_exit=False,
        )
        provider.add_span_processor(processor)
        self._tracer = provider.get_tracer("detente")

    def begin(
        self,
        name: str,
        kind: str,
        trace_id: str,
        parent_id: str | None,
        attributes: Mapping[str, str | int],
        at: int | None,
    ) -> Span:
        """A span of that trace, identities in hexadecimal; `at` in nanoseconds of Unix time."""
        context = trace.set_span_in_context(trace.INVALID_SPAN)
        if parent_id is not None:
            before = SpanContext(
                int(trace_id, 16),
                int(parent_id, 16),
                is_remote=True,
                trace_flags=TraceFlags(TraceFlags.SAMPLED),
            )
            context = trace.set_span_in_context(trace.NonRecordingSpan(before))
        _trace_of_root.set(int(trace_id, 16))
        return self._tracer.start_span(
            name, context, kind=SpanKind[kind], attributes=attributes, start_time=at
        )


def to_endpoint(endpoint: str, holder: str) -> Recorder:
    """To a collector that takes OTLP over HTTP; or file:PATH, one JSON document a line."""
    exporter: SpanExporter
    if endpoint.startswith(FILE):
        file = Path(endpoint.removeprefix(FILE)).open("a", buffering=1)  # noqa: SIM115 - until the process ends.
        exporter = ConsoleSpanExporter(
            out=file, formatter=lambda span: span.to_json(indent=None) + "\n"
        )
    else:
        exporter = OTLPSpanExporter(endpoint=endpoint, timeout=EXPORT_WITHIN_S)
    processor = BatchSpanProcessor(exporter, schedule_delay_millis=EXPORT_EVERY_MS)
    atexit.register(processor.shutdown)
    return Recorder(holder, processor)


def to_exporter(exporter: SpanExporter, holder: str) -> Recorder:
    """To an exporter, each span as it ends."""
    return Recorder(holder, SimpleSpanProcessor(exporter))
