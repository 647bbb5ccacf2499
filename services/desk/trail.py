"""What a desk leaves behind of each record, made or given: log lines, and its spans."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from schemas.envelope import Outer
from schemas.hotline import CarriedMessage
from services.bus import tracing, wire
from services.bus.judge import notice_of
from services.bus.log import log
from services.bus.tracing import Name, context_in, context_of
from services.bus.transport import Outgoing, Record
from services.bus.wire import Headers
from services.desk.reading import Unfolded
from services.desk.store.records import Out
from services.desk.store.store import Store


def headers_of(store: Store, out: Out, outer: Outer) -> Headers:
    """A desk's own record's headers, with the context in which it was released."""
    headers = wire.headers_of(outer, out.kind)
    if not tracing.on():
        return headers
    correlation = wire.correlation_of(outer)
    released = context_of(store.trace(out.message), correlation)
    return wire.correlated(headers, correlation, *([released.header] if released else []))


@contextmanager
def releasing(store: Store, outer: Outer, kind: type[Outer]) -> Iterator[None]:
    """While it is signed and put on the disk. What it answers was kept here before it."""
    if not tracing.on():
        yield
        return
    correlation = wire.correlation_of(outer)
    hop = tracing.begin(
        Name.RELEASE,
        correlation,
        context_of(store.trace(correlation), correlation),
        holder=outer.sender,
        message=outer.message_id,
        kind=kind.__name__,
        lane=outer.lane.value,
    )
    try:
        yield
        store.keep_trace(outer.message_id, str(hop.context))
    finally:
        hop.end()


@contextmanager
def keeping(
    store: Store, holder: str, record: Record, unfolded: Unfolded, began: int
) -> Iterator[None]:
    """While what was given is put on the disk, with what it changes there."""
    if not tracing.on():
        yield
        return
    correlation = correlation_at_desk(record, unfolded)
    outer = unfolded.outer
    hop = tracing.begin(
        Name.KEEP,
        correlation,
        context_in(record.headers, correlation),
        at=began,
        holder=holder,
        destination=record.topic,
        partition=str(record.partition),
        offset=record.offset,
        message=outer.message_id,
        kind=outer.notice.kind,
        lane=outer.lane.value,
    )
    if isinstance(outer.notice, CarriedMessage):
        # So that what this desk says of the message follows from its having been given it.
        store.keep_trace(correlation, str(hop.context))
    try:
        yield
    finally:
        hop.end()


def correlation_at_desk(record: Record, unfolded: Unfolded) -> str:
    """The message that a delivery goes back to: as the service says, or else as it is signed.

    The service's header is not signed. It decides nothing: it is shown in a log and a trace.
    """
    claimed = wire.claimed_correlation(record.headers)
    if claimed is not None:
        return claimed
    enclosed = unfolded.enclosed
    return wire.correlation_of(enclosed.outer) if enclosed else unfolded.outer.message_id


def sent(outs: Sequence[Out], outgoing: Sequence[Outgoing]) -> None:
    """The log has them."""
    for out, each in zip(outs, outgoing, strict=True):
        log.info(
            "record.sent",
            correlation=wire.claimed_correlation(each.headers),
            message=out.message,
            topic=each.topic,
        )


def kept(holder: str, record: Record, unfolded: Unfolded) -> None:
    """The desk's disk has it."""
    log.info(
        "delivery.kept",
        correlation=correlation_at_desk(record, unfolded),
        desk=holder,
        kind=unfolded.outer.notice.kind,
        topic=record.topic,
        offset=record.offset,
    )


def refused(holder: str, record: Record, code: str) -> None:
    """It is not what it claims to be, so its correlation is a claim as well."""
    log.error(
        "delivery.refused",
        correlation=wire.claimed_correlation(record.headers) or notice_of(record),
        desk=holder,
        code=code,
        topic=record.topic,
        offset=record.offset,
    )
