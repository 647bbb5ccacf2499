"""One message over all hops: its spans, its log lines, and what a forged context can do."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
import structlog
from opentelemetry.sdk.trace import ReadableSpan

from schemas.envelope import Outer
from schemas.parties import Lane, Precedence
from services.bus import seal, topics, tracing, wire
from services.bus.log import configure
from services.bus.topics import Realm
from services.bus.tracing import Attribute, Context, Name
from services.desk.letters import Sent
from tests.kit.house import House
from tests.kit.spans import Kept, context_of

CANARY = "canary-6f1d2c9b"
SPOKEN = {"subject": f"{CANARY} subject", "text": f"What is their purpose? {CANARY}"}


@dataclass
class Hop:
    """A span in its place below another."""

    name: str
    kind: str
    said: dict[str, Any]
    begins: int
    ends: int
    below: list[Hop] = field(default_factory=list)

    def one(self, name: Name, **attributes: str) -> Hop:
        """The only span below of that name and these attributes."""
        found = [
            each
            for each in self.below
            if each.name == name
            and all(each.said.get(Attribute[a.upper()]) == v for a, v in attributes.items())
        ]
        assert len(found) == 1, (name, attributes, [(e.name, e.said) for e in self.below])
        return found[0]


def tree(spans: Sequence[ReadableSpan]) -> list[Hop]:
    """The spans without a parent, with all that is below them."""
    hops = {
        context_of(each).span_id: Hop(
            each.name,
            each.kind.name,
            dict(each.attributes or {}),
            each.start_time or 0,
            each.end_time or 0,
        )
        for each in spans
    }
    roots = []
    for each in spans:
        hop = hops[context_of(each).span_id]
        if each.parent is None:
            roots.append(hop)
            continue
        before = hops[each.parent.span_id]
        assert before.begins <= hop.begins <= hop.ends
        before.below.append(hop)
    return roots


@contextmanager
def log_lines(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """What is logged meanwhile, as it would stand in a file."""
    before, said = structlog.get_config(), io.StringIO()
    configure("info")
    monkeypatch.setattr("sys.stderr", said)
    try:
        yield said
    finally:
        monkeypatch.undo()
        structlog.configure(**before)


async def acknowledged(house: House, matter: str) -> str:
    """A FLASH from release to acknowledgement, known to its originator; its identity."""
    message = await house.accepted(
        "xaa-ghq", house.draft(matter, precedence=Precedence.FLASH, **SPOKEN)
    )
    await house.given("xbb-ghq", message)
    receiver = await house.open("xbb-ghq")
    receiver.acknowledge(message, by="duty-1", remark=f"Passed on. {CANARY}")
    await house.told("xaa-ghq", _is_acknowledged, message)
    return message


def _is_acknowledged(sent: Sent) -> bool:
    return {"DELIVERED", "ACKNOWLEDGED"} <= {each.what for each in sent.answers}


async def test_one_trace_of_a_flash_from_release_to_acknowledgement(house: House) -> None:
    kept = Kept()
    with tracing.kept_by(kept):
        message = await acknowledged(house, house.matter("traced"))

    roots = tree(kept.of(message))
    assert [root.name for root in roots] == [Name.RELEASE]
    release = roots[0]
    assert release.kind == "INTERNAL"
    assert release.said == {
        "messaging.system": "kafka",
        "messaging.operation.type": "create",
        "detente.holder": "xaa-ghq",
        "messaging.message.id": message,
        "detente.kind": "ReleaseMessage",
        "detente.lane": "flash",
    }
    carry = over_the_log(release, "xaa-ghq", "ReleaseMessage")
    carry.one(Name.DELIVER, destination="desk.xaa-ghq.inbox.flash.v1").one(
        Name.KEEP, kind="MessageAccepted", holder="xaa-ghq"
    )
    given = carry.one(Name.DELIVER, destination="desk.xbb-ghq.inbox.flash.v1").one(
        Name.KEEP, kind="CarriedMessage", holder="xbb-ghq"
    )
    assert given.kind == "CONSUMER"
    for kind, told in (
        ("ReportDelivered", "MessageDelivered"),
        ("AcknowledgeMessage", "MessageAcknowledged"),
    ):
        report = given.one(Name.RELEASE, kind=kind, holder="xbb-ghq")
        back = over_the_log(report, "xbb-ghq", kind)
        back.one(Name.DELIVER, destination="desk.xaa-ghq.inbox.flash.v1").one(
            Name.KEEP, kind=told, holder="xaa-ghq"
        )
    assert CANARY not in "".join(each.to_json() for each in kept.spans)
    for span in kept.spans:
        assert set(span.attributes or {}) <= {each.value for each in Attribute}
        assert span.name in {each.value for each in Name}


def over_the_log(release: Hop, desk: str, kind: str) -> Hop:
    """From a desk's release over its outbox and the log to a decision on the ledger."""
    send = release.one(Name.SEND, holder=desk, destination="hotline.commands.flash.v1")
    assert (send.kind, send.said["detente.outcome"]) == ("PRODUCER", "settled")
    carry = send.one(Name.CARRY, holder="hotline", kind=kind, lane="flash")
    assert (carry.kind, carry.said["detente.outcome"]) == ("CONSUMER", "carried")
    assert isinstance(carry.said["messaging.kafka.offset"], int)
    append = carry.one(Name.APPEND, destination="hotline.ledger.v1")
    assert append.ends <= carry.ends
    return carry


async def test_what_is_sent_again_stays_in_its_trace(house: House) -> None:
    kept = Kept()
    with tracing.kept_by(kept):
        message = await acknowledged(house, house.matter("again"))
        sender = await house.open("xaa-ghq")
        out = sender.store.out(message)
        assert out is not None
        service = next(each for each in house.services if each.meters)
        before = len(kept.of(message))
        await house.put(
            out.value,
            matter=out.matter,
            lane=out.lane,
            headers=(*_headers(out.value), Context(message, "ab" * 8).header),
        )
        await sender.until(lambda: any(_repeated(each) for each in kept.of(message)) or None, 20.0)
    assert service.ready
    again = next(each for each in kept.of(message) if _repeated(each))
    assert again.parent is not None and f"{again.parent.span_id:016x}" == "ab" * 8
    assert len(kept.of(message)) > before


def _repeated(span: ReadableSpan) -> bool:
    return (span.attributes or {}).get(Attribute.OUTCOME) == "repeated"


def _headers(value: bytes) -> wire.Headers:
    found = wire.read(value)
    assert isinstance(found, wire.Read)
    outer = found.contract.model_validate_json(found.cover.payload)
    assert isinstance(outer, Outer)
    return [
        each
        for each in wire.headers_of(outer, found.cover.payloadType)
        if each[0] != wire.CORRELATION
    ]


FORGED = {
    "another message's trace": b"00-" + b"c" * 32 + b"-" + b"d" * 16 + b"-01",
    "no trace": b"00-" + b"0" * 32 + b"-" + b"d" * 16 + b"-01",
    "a later version": b"cc-" + b"c" * 32 + b"-" + b"d" * 16 + b"-01-more",
    "capitals": b"00-" + b"C" * 32 + b"-" + b"D" * 16 + b"-01",
    "a text": f"00-{CANARY}".encode(),
    "much": b"00-" * 100_000,
    "nothing": b"",
    "no text at all": bytes(range(55)),
}


@pytest.mark.parametrize("forged", FORGED)
async def test_a_forged_context_does_no_harm(
    memory_house: House, forged: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    house, kept = memory_house, Kept()
    command, inner = house.command(precedence=Precedence.FLASH, lane=Lane.FLASH)
    value = seal.sign(command, inner, house.hands["xaa-ghq"])
    lies = ((wire.TRACEPARENT, FORGED[forged]), (wire.CORRELATION, b"e" * 32))
    with tracing.kept_by(kept), log_lines(monkeypatch) as said:
        await house.put(
            value, matter=command.matter, lane=command.lane, headers=(*_headers(value), *lies)
        )
        await house.given("xbb-ghq", command.message_id)

    carries = [each for each in kept.spans if each.name == Name.CARRY]
    of_it = [each for each in carries if f"{context_of(each).trace_id:032x}" == command.message_id]
    assert [each.parent for each in of_it] == [None]
    traces = {f"{context_of(each).trace_id:032x}" for each in kept.spans}
    assert not traces & {"c" * 32, "e" * 32, "0" * 32}
    assert "e" * 32 not in said.getvalue() and CANARY not in said.getvalue()
    ledger = await house.records(topics.ledger("hotline", Realm.LIVE))
    mine = next(each for each in ledger if each.key == command.matter.encode())
    assert dict(mine.headers)[wire.CORRELATION] == command.message_id.encode()


async def test_one_message_is_followed_through_all_logs_by_one_id(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    with log_lines(monkeypatch) as said:
        message = await acknowledged(house, house.matter("followed"))

    lines = [json.loads(each) for each in said.getvalue().splitlines()]
    of_it = [each for each in lines if each.get("correlation") == message]
    steps = [(each["event"], each.get("kind") or each["topic"]) for each in of_it]
    for step in (
        ("record.sent", "hotline.commands.flash.v1"),
        ("record.carried", "ReleaseMessage"),
        ("delivery.kept", "MessageAccepted"),
        ("delivery.kept", "CarriedMessage"),
        ("record.carried", "ReportDelivered"),
        ("delivery.kept", "MessageDelivered"),
        ("record.carried", "AcknowledgeMessage"),
        ("delivery.kept", "MessageAcknowledged"),
    ):
        assert steps.count(step) >= 1, (step, steps)
    carried = [each["kind"] for each in of_it if each["event"] == "record.carried"]
    assert carried == ["ReleaseMessage", "ReportDelivered", "AcknowledgeMessage"]
    named = re.compile(re.escape(message))
    assert all(each in of_it for each in lines if named.search(json.dumps(each)))
    assert CANARY not in said.getvalue()


async def test_an_untraced_bus_carries_no_trace_and_still_correlates(memory_house: House) -> None:
    message = await acknowledged(memory_house, memory_house.matter("untraced"))
    inbox = topics.inbox("xaa-ghq", Lane.FLASH, Realm.LIVE)
    records = await memory_house.records(inbox, partitions=1)
    assert records
    for record in records:
        said = dict(record.headers)
        assert wire.TRACEPARENT not in said
        assert said[wire.CORRELATION] == message.encode()
