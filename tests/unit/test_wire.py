"""Strict reading: what would not encode to the same bytes is refused, and the reason is safe."""

from __future__ import annotations

import json
from typing import Any

import pytest
from cloudevents.core.bindings.kafka import KafkaMessage, from_binary
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent

from schemas.catalogue import payload_type_of
from schemas.envelope import RECORD_BYTES_MAX, Cover
from schemas.hotline import HotlineDelivery, MessageAcknowledged, ReleaseMessage
from schemas.parties import Precedence
from services.bus import wire
from services.bus.refusals import Refusal
from tests.kit import paper

SECRET = "we-attack-at-dawn"


def fields(**changed: Any) -> dict[str, Any]:
    said: dict[str, Any] = json.loads(wire.encode(paper.outer()))
    return said | changed


def written(value: Any) -> bytes:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()


def refused(data: bytes) -> Refusal:
    found = wire.decode(ReleaseMessage, data)
    assert isinstance(found, Refusal), found
    return found


def test_what_was_encoded_is_decoded_to_the_same() -> None:
    command = paper.outer(precedence=Precedence.FLASH, info=("xcc-ghq",))
    assert wire.decode(ReleaseMessage, wire.encode(command)) == command


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"FLASH",
        b"\xff\xfe\x00",
        b"[" * 100_000,
        b'{"a":' * 50_000,
        b"{'a':1}",
        b'{"message_id":NaN}',
        b'{"message_id":Infinity}',
        b'{"message_id":"\\ud800"}',
        '{"message_id":1}'.encode("utf-16"),
        b'\xef\xbb\xbf{"message_id":1}',
    ],
    ids=repr,
)
def test_what_is_not_json_is_refused(data: bytes) -> None:
    assert refused(data).code in {"NotJson", "MissingField", "InvalidField", "MissingLabel"}


@pytest.mark.parametrize("data", [b"", b"FLASH", b"\xff\xfe\x00", b"[" * 100_000, b'{"a":'])
def test_what_is_not_json_is_said_to_be_no_json(data: bytes) -> None:
    assert refused(data).code == "NotJson"


def test_a_name_that_stands_twice_is_refused_at_any_depth() -> None:
    good = wire.encode(paper.outer())
    assert refused(good[:-1] + b',"drafter":"duty-1"}').code == "DuplicateKeys"
    label = b'"policy":"XAA"'
    assert label in good
    assert refused(good.replace(label, label + b',"policy":"XBB"')).code == "DuplicateKeys"
    # Even where both say the same.
    assert refused(good.replace(label, label + b"," + label)).code == "DuplicateKeys"


def test_a_field_that_no_contract_has_is_refused() -> None:
    assert refused(written(fields(urgent=True))).code == "UnknownField"
    nested = fields()
    nested["label"] = nested["label"] | {"caveat": "x"}
    found = refused(written(nested))
    assert (found.code, found.detail) == ("UnknownField", "label")


def test_a_value_in_small_letters_is_refused_and_told_how_it_is_spelt() -> None:
    found = refused(written(fields(precedence="routine")))
    assert found.code == "WrongCase"
    assert "'ROUTINE'" in found.detail


def test_a_value_that_is_no_value_in_any_case_is_invalid() -> None:
    assert refused(written(fields(precedence="URGENT"))).code == "InvalidField"


def test_a_message_without_a_label_is_refused_as_such() -> None:
    without = {name: value for name, value in fields().items() if name != "label"}
    assert refused(written(without)).code == "MissingLabel"
    without = {name: value for name, value in fields().items() if name != "drafter"}
    found = refused(written(without))
    assert (found.code, found.detail) == ("MissingField", "drafter")


@pytest.mark.parametrize(
    "wrong",
    [
        {"sequence": 1.0},
        {"sequence": "1"},
        {"sequence": True},
        {"sequence": 0},
        {"sequence": 2**53},
        {"sequence": 10**400},
        {"sent_at": "2026-01-01T12:00:00"},
        {"sent_at": "2026-01-01T12:00:00+01:00"},
        {"sent_at": 1767268800},
        {"message_id": "A" * 32},
        {"message_id": "0" * 31},
        {"matter": "a b"},
        {"sender": "XAA-GHQ"},
        {"action": []},
        {"action": ["xbb-ghq", "xbb-ghq"]},
        {"action": ["xaa-ghq"]},
        {"info": ["xbb-ghq"]},
        {"lane": "flash"},
        {"message_type": "EXERCISE"},
        {"exercise": "NORTHERN LIGHT"},
        {"expires_at": "2026-01-01T11:00:00Z"},
        {"matter": "café-1"},
        {"matter": "border-1\n"},
    ],
    ids=str,
)
def test_a_value_outside_its_bounds_is_refused(wrong: dict[str, Any]) -> None:
    assert refused(written(fields(**wrong))).code in {"InvalidField", "NotJson", "NotCanonical"}


@pytest.mark.parametrize(
    "spelling",
    [
        lambda good: good + b"\n",
        lambda good: b" " + good,
        lambda good: good.replace(b":", b": ", 1),
        lambda good: good.replace(b"duty-1", b"dut\\u0079-1"),
        lambda good: good.replace(b"12:00:00Z", b"12:00:00+00:00"),
        lambda good: good.replace(b"12:00:00Z", b"12:00:00.000Z"),
        lambda good: written(dict(sorted(json.loads(good).items()))),
        lambda good: written({k: v for k, v in json.loads(good).items() if k != "info"}),
    ],
)
def test_a_second_spelling_of_the_same_is_refused(spelling: Any) -> None:
    good = wire.encode(paper.outer())
    assert spelling(good) != good
    assert refused(spelling(good)).code == "NotCanonical"


def test_bytes_in_another_base64_are_refused() -> None:
    good = paper.signed(paper.outer(), b"\xff\xfe")
    assert b'"inner":"__4="' in good
    for other in (b'"inner":"//4="', b'"inner":"__4"', b'"inner":"__5="', b'"inner":"_ _4="'):
        found = wire.read(good.replace(b'"inner":"__4="', other))
        assert isinstance(found, Refusal), other


@pytest.mark.parametrize(
    "wrong",
    [
        {"precedence": SECRET},
        {"matter": f"{SECRET} !"},
        {"sent_at": SECRET},
        {"sequence": SECRET},
        {"inside": SECRET},
        {"label": SECRET},
        {"action": [SECRET.upper()]},
        {"drafter": SECRET * 5},
        {SECRET: 1},
        {"message_type": SECRET},
    ],
    ids=str,
)
def test_a_refusal_never_repeats_what_was_said(wrong: dict[str, Any]) -> None:
    found = refused(written(fields(**wrong)))
    assert SECRET not in found.detail.lower() + found.reason.lower()


def test_an_unknown_name_with_dots_in_it_is_not_repeated() -> None:
    assert SECRET not in refused(written(fields(**{f"{SECRET}.x": 1}))).detail


def test_an_unknown_kind_of_notice_is_not_repeated() -> None:
    outer = paper.outer(
        HotlineDelivery,
        to="xaa-ghq",
        directory=0,
        encloses=None,
        notice=MessageAcknowledged(
            message="0" * 32, desk="xbb-ghq", by="xbb-ghq", officer="duty-1"
        ),
    )
    data = wire.encode(outer).replace(b"MessageAcknowledged", SECRET.encode())
    found = wire.decode(HotlineDelivery, data)
    assert isinstance(found, Refusal)
    assert SECRET not in found.detail


def test_a_record_above_its_bound_is_refused_before_it_is_parsed() -> None:
    assert wire.read(b"[" * (RECORD_BYTES_MAX + 1)).code == "Oversize"  # type: ignore[union-attr]  # a refusal, or the test fails
    assert wire.read(b"[" * RECORD_BYTES_MAX).code == "NotJson"  # type: ignore[union-attr]  # a refusal, or the test fails


def test_an_outer_part_above_its_bound_is_refused() -> None:
    cover = Cover(payloadType="x", payload=b"x" * 8193, signatures=(), inner=b"")
    assert wire.command_bounds(wire.encode(cover), cover).code == "Oversize"  # type: ignore[union-attr]  # a refusal, or the test fails


def test_a_type_that_is_not_in_the_catalogue_is_unknown() -> None:
    cover = Cover(payloadType="application/vnd.detente.hotline.release-message.v2+json",
                  payload=b"{}", signatures=(), inner=b"")  # fmt: skip
    assert wire.read(wire.encode(cover)).code == "UnknownVersion"  # type: ignore[union-attr]  # a refusal, or the test fails


def test_the_signed_bytes_name_type_and_length() -> None:
    assert wire.pae("http://example.com/HelloWorld", b"hello world") == (
        b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"
    )


def test_ordinary_cloudevents_tools_read_a_record() -> None:
    command = paper.outer(precedence=Precedence.FLASH, sequence=7)
    value = paper.signed(command, b"sealed")
    headers = wire.headers_of(command, payload_type_of(ReleaseMessage))
    event = from_binary(
        KafkaMessage(headers=dict(headers), key=b"border-1", value=value), JSONFormat(), CloudEvent
    )
    assert event.get_id() == command.message_id
    assert event.get_source() == "/xaa-ghq"
    assert event.get_type() == "detente.hotline.release-message.v1"
    assert event.get_specversion() == "1.0"
    assert event.get_time() == command.sent_at
    assert event.get_datacontenttype() == "application/vnd.dsse+json"
    assert event.get_extension("partitionkey") == "border-1"
    assert event.get_extension("sequence") == "0000000000000007"
    data = event.get_data()
    assert (data if isinstance(data, bytes) else written(data)) == value


def test_a_claimed_identity_has_the_form_of_one() -> None:
    assert wire.claimed_id((("ce_id", b"0" * 32),)) == "0" * 32
    assert wire.claimed_id((("ce_id", b"../../etc/passwd"),)) is None
    assert wire.claimed_sender((("ce_source", b"/xaa-ghq"),)) == "xaa-ghq"
    assert wire.claimed_sender(()) is None
    assert wire.claimed_sender((("ce_source", b"\xff" * 200),)) is not None


def test_a_null_header_claims_nothing() -> None:
    assert wire.claimed_sender((("ce_source", None),)) is None  # type: ignore[arg-type]  # Kafka allows it
    assert wire.claimed_id((("ce_id", None),)) is None  # type: ignore[arg-type]  # Kafka allows it
