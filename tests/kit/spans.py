"""Spans in memory, for who looks at them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult


class Kept(SpanExporter):
    """Spans in memory, as they end."""

    def __init__(self) -> None:
        self.spans: list[ReadableSpan] = []

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        self.spans += spans
        return SpanExportResult.SUCCESS

    def of(self, trace: str) -> list[ReadableSpan]:
        """One trace's spans, by their begin."""
        return sorted(
            (each for each in self.spans if f"{context_of(each).trace_id:032x}" == trace),
            key=lambda each: each.start_time or 0,
        )


def context_of(span: ReadableSpan) -> Any:
    assert span.context is not None
    return span.context
