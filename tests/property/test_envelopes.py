"""Bytes that were changed on the way, or never were a message: never believed, never a crash."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import assume, example, given, reject, settings
from hypothesis import strategies as st

from schemas.catalogue import KINDS
from schemas.envelope import Cover, Signature
from schemas.hotline import ReleaseMessage
from schemas.parties import Precedence
from services.bus import wire
from services.bus.judge import Decided, Unbelieved
from services.bus.refusals import Refusal
from services.bus.wire import Read
from tests.kit import paper
from tests.kit.court import Court
from tests.kit.paper import hand_of, outer, record_of, signed

INNER = paper.inner_of(ReleaseMessage)
COMMAND = outer(inner=INNER, precedence=Precedence.FLASH)
VALUE = signed(COMMAND, INNER)
OTHER = signed(outer(inner=INNER, sequence=2), INNER)
COVER = Cover.model_validate_json(VALUE)
COURT = Court()


def never_accepted(value: bytes) -> None:
    """Judged, it has no effect, and says so."""
    court = Court(COURT.keyring)
    outcome = court.hear(record_of(value, COMMAND))
    assert isinstance(outcome, Unbelieved), outcome
    assert not court.entries
    assert outcome.fact.code == outcome.refusal.code


def test_the_envelope_itself_is_accepted() -> None:
    outcome = Court(COURT.keyring).hear(record_of(VALUE, COMMAND))
    assert isinstance(outcome, Decided) and outcome.refused is None


@given(st.integers(0, len(VALUE) * 8 - 1))
@settings(max_examples=1200, deadline=None)
def test_no_bit_can_be_turned(bit: int) -> None:
    value = bytearray(VALUE)
    value[bit // 8] ^= 1 << bit % 8
    never_accepted(bytes(value))


@given(st.integers(0, len(VALUE) - 1), st.integers(0, 40))
@settings(max_examples=500, deadline=None)
def test_nothing_can_be_cut_out(start: int, length: int) -> None:
    value = VALUE[:start] + VALUE[start + length + 1 :]
    assume(value != VALUE)
    never_accepted(value)


@given(st.integers(0, len(VALUE)), st.binary(min_size=1, max_size=8))
@settings(max_examples=500, deadline=None)
def test_nothing_can_be_put_in(at: int, more: bytes) -> None:
    never_accepted(VALUE[:at] + more + VALUE[at:])


@given(st.integers(0, len(VALUE) - 1))
@settings(max_examples=300, deadline=None)
def test_half_a_message_is_none(length: int) -> None:
    never_accepted(VALUE[:length])


FIELDS = sorted(ReleaseMessage.model_fields)
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 2**54) | st.text(max_size=12)
    | st.sampled_from(["FLASH", "xbb-alt", "duty-1", "duty-3", "2026-01-01T12:00:00Z"]),
    lambda inside: (
        st.lists(inside, max_size=3) | st.dictionaries(st.text(max_size=5), inside, max_size=3)
    ),
    max_leaves=4,
)  # fmt: skip


MISSING = object()
"""For a field that is left out of the bytes where it is not used."""


@given(st.sampled_from(FIELDS), ANYTHING)
@settings(max_examples=400, deadline=None)
def test_no_field_can_be_changed_under_the_signature(name: str, value: Any) -> None:
    fields = json.loads(COVER.payload)
    assume(fields.get(name, MISSING) != value)
    payload = json.dumps(fields | {name: value}, separators=(",", ":"), ensure_ascii=True).encode()
    never_accepted(wire.encode(COVER.model_copy(update={"payload": payload})))


@given(st.sampled_from(FIELDS), ANYTHING)
@settings(max_examples=400, deadline=None)
def test_whatever_a_desk_signs_is_answered(name: str, value: Any) -> None:
    fields = json.loads(COVER.payload)
    payload = json.dumps(fields | {name: value}, separators=(",", ":"), ensure_ascii=False)
    try:
        data = payload.encode()
    except UnicodeEncodeError:
        reject()
    hand = hand_of("xaa-ghq")
    signature = Signature(keyid=hand.keyid, sig=hand.key.sign(wire.pae(COVER.payloadType, data)))
    cover = COVER.model_copy(update={"payload": data, "signatures": (signature,)})
    outcome = Court(COURT.keyring).hear(record_of(wire.encode(cover), COMMAND))
    assert isinstance(outcome, Decided | Unbelieved)


def test_no_other_signature_does() -> None:
    other = Cover.model_validate_json(OTHER)
    never_accepted(wire.encode(COVER.model_copy(update={"signatures": other.signatures})))
    never_accepted(wire.encode(COVER.model_copy(update={"payload": other.payload})))
    for desk in (*paper.DESKS, "hotline", "XAA", "BUS", "nobody"):
        if desk != "xaa-ghq":
            never_accepted(signed(COMMAND, INNER, by=desk))
            forged = Cover.model_validate_json(signed(COMMAND, INNER, by=desk)).signatures[0]
            claimed = forged.model_copy(update={"keyid": hand_of("xaa-ghq").keyid})
            never_accepted(wire.encode(COVER.model_copy(update={"signatures": (claimed,)})))


@given(st.sampled_from(sorted(KINDS)))
def test_a_signature_is_good_for_one_kind(kind: str) -> None:
    assume(kind != COVER.payloadType)
    never_accepted(wire.encode(COVER.model_copy(update={"payloadType": kind})))


@given(st.binary(max_size=400))
@settings(max_examples=300, deadline=None)
@example(b"\xff\xfe")
@example(b"[" * 200_000)
@example(b'{"payloadType":"' + b"a" * 200 + b'"}')
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    assert isinstance(wire.read(data), Read | Refusal)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inside: st.lists(inside) | st.dictionaries(st.text(), inside),
    max_leaves=20,
)
COVERS = st.fixed_dictionaries(
    {},
    optional={
        "payloadType": st.sampled_from(sorted(KINDS)) | JSON,
        "payload": st.text("ABab01+/-_=", max_size=12) | JSON,
        "signatures": st.lists(
            st.fixed_dictionaries({}, optional={"keyid": st.text("0af", max_size=33), "sig": JSON}),
            max_size=5,
        )
        | JSON,
        "inner": st.text("ABab01+/-_=", max_size=12) | JSON,
        "more": JSON,
    },
)


@given(JSON | COVERS)
@settings(max_examples=300, deadline=None)
def test_any_json_is_read_or_refused(value: Any) -> None:
    data = json.dumps(value, ensure_ascii=True, separators=(",", ":")).encode()
    assert isinstance(wire.read(data), Read | Refusal)


@given(st.sampled_from(sorted(KINDS)), JSON)
@settings(max_examples=300, deadline=None)
def test_any_json_is_decoded_or_refused_as_any_kind(kind: str, value: Any) -> None:
    data = json.dumps(value, ensure_ascii=True, separators=(",", ":")).encode()
    found = wire.decode(KINDS[kind], data)
    assert isinstance(found, Refusal)
