"""What a service leaves behind of each record that it carries: a log line, and its spans."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from schemas.ledger import Entry
from services.bus import tracing
from services.bus.judge import Decided, Outcome, Repeated, Unbelieved
from services.bus.log import log
from services.bus.redelivery import REFUSAL_HEADER
from services.bus.topics import lane_of
from services.bus.tracing import Hop, Name, context_in
from services.bus.transport import Outgoing, Record
from services.bus.wire import claimed_id, correlated


class Trail:
    """One batch's."""

    def __init__(self, service: str) -> None:
        self._service = service
        self._began = tracing.now()
        self._hops: dict[int, Hop] = {}
        """By the record's offset: a batch is of one topic and partition."""
        self._deciding: dict[str, tuple[Hop, str]] = {}
        """By the entry's command: the span it belongs under, and its correlation."""

    def carries(self, records: Sequence[Record], outcomes: Sequence[Outcome]) -> None:
        """It is known what each record leads to. Where the batch is decided again, once only."""
        if not tracing.on():
            return
        for record, outcome in zip(records, outcomes, strict=True):
            about = outcome.about
            hop = self._hops.get(record.offset) or tracing.begin(
                Name.CARRY,
                about.correlation,
                context_in(record.headers, about.correlation),
                at=self._began,
                holder=self._service,
                destination=record.topic,
                partition=str(record.partition),
                offset=record.offset,
                kind=about.kind,
                lane=lane_of(record.topic).value,
            )
            self._hops[record.offset] = hop
            if isinstance(outcome, Decided):
                self._deciding[outcome.entry.command] = hop, about.correlation

    @contextmanager
    def appends(
        self, entries: Sequence[Entry[Any, Any]], outgoing: Sequence[Outgoing]
    ) -> Iterator[Sequence[Outgoing]]:
        """The entries' records with their contexts, while they are put on the ledger."""
        if not tracing.on():
            yield outgoing
            return
        marked = []
        for entry, each in zip(entries, outgoing, strict=True):
            hop, correlation = self._deciding[entry.command]
            headers = correlated(each.headers, correlation, hop.context.header)
            marked.append(replace(each, headers=headers))
        with tracing.sending(Name.APPEND, self._service, marked) as sent:
            yield sent

    def carried(
        self, record: Record, outcome: Outcome, effects: Sequence[Outgoing]
    ) -> Sequence[Outgoing]:
        """Its effects, under its correlation; it is logged, and its span is over.

        What is kept of a refused record stays as it came. The identity of one that is not
        believed is logged as a claim.
        """
        correlation = outcome.about.correlation
        said, code = _said(outcome), _code(outcome)
        log.info(
            f"record.{said}",
            correlation=correlation,
            kind=outcome.about.kind,
            topic=record.topic,
            partition=record.partition,
            offset=record.offset,
            code=code,
            claimed=claimed_id(record.headers) if isinstance(outcome, Unbelieved) else None,
        )
        hop = self._hops.pop(record.offset, None)
        contexts = []
        if hop is not None:
            hop.end(outcome=said, **({"code": code} if code else {}))
            contexts = [hop.context.header]
        return [
            each
            if any(name == REFUSAL_HEADER for name, _ in each.headers)
            else replace(each, headers=correlated(each.headers, correlation, *contexts))
            for each in effects
        ]


def _said(outcome: Outcome) -> str:
    if isinstance(outcome, Repeated):
        return "repeated"
    return "refused" if _code(outcome) else "carried"


def _code(outcome: Outcome) -> str | None:
    if isinstance(outcome, Decided):
        return outcome.refused.code if outcome.refused else None
    return outcome.refusal.code if isinstance(outcome, Unbelieved) else None
