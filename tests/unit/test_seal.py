"""Who signed it, and whose key is whose."""

from __future__ import annotations

from dataclasses import replace

import pytest

from schemas.envelope import Cover
from schemas.hotline import HotlineEntry, ReleaseMessage
from services.bus import keys, seal, wire
from services.bus.keyring import Keyring, key_id
from services.bus.ledger import read_entry
from services.bus.refusals import Refusal
from services.bus.seal import Checked
from tests.kit import paper
from tests.kit.court import Court
from tests.kit.paper import NOON, hand_of, keyring_of, public_key, vouched


def checked(value: bytes, keyring: Keyring | None = None, at: int | None = None) -> str:
    found = wire.read(value)
    assert not isinstance(found, Refusal)
    result = seal.check(found, keyring or paper.keyring(), at)
    return result.code if isinstance(result, Refusal) else "believed"


def changed(value: bytes, **fields: object) -> bytes:
    return wire.encode(Cover.model_validate_json(value).model_copy(update=fields))


def test_a_holder_is_believed_in_its_own_name() -> None:
    found = wire.read(paper.signed(paper.outer(inner=b"inside"), b"inside"))
    assert not isinstance(found, Refusal)
    believed = seal.check(found, paper.keyring())
    assert isinstance(believed, Checked)
    assert believed.holder.name == "xaa-ghq"
    assert believed.digest == wire.digest(found.cover.payload)


def test_nobody_is_believed_without_a_signature() -> None:
    assert checked(changed(paper.signed(paper.outer()), signatures=())) == "Unsigned"


def test_a_key_that_nobody_vouched_for_is_unknown() -> None:
    assert checked(paper.signed(paper.outer(), by="somebody")) == "UnknownKey"


def test_a_holder_does_not_speak_for_another() -> None:
    assert checked(paper.signed(paper.outer(), by="xbb-ghq")) == "SpeaksForAnother"


def test_a_service_does_not_speak_for_a_desk() -> None:
    assert checked(paper.signed(paper.outer(), by="hotline")) == "SpeaksForAnother"


def test_every_signature_must_hold() -> None:
    value = paper.signed(paper.outer())
    good = Cover.model_validate_json(value).signatures
    other = Cover.model_validate_json(paper.signed(paper.outer(sequence=2))).signatures
    assert checked(changed(value, signatures=(*good, *other))) == "BadSignature"
    assert checked(changed(value, signatures=(*other, *good))) == "BadSignature"


def test_a_signature_is_of_its_type_too() -> None:
    value = paper.signed(paper.outer())
    kind = "application/vnd.detente.hotline.cancel-message.v1+json"
    assert checked(changed(value, payloadType=kind)) == "BadSignature"


def test_the_inner_part_is_the_one_that_was_signed_for() -> None:
    value = paper.signed(paper.outer(inner=b"inside"), b"inside")
    assert checked(changed(value, inner=b"insidf")) == "InnerAltered"
    assert checked(changed(value, inner=b"")) == "InnerAltered"


# The keyring.


def test_another_nations_root_cannot_vouch() -> None:
    statement = keys.vouch(hand_of("XBB"), "xbb-new", public_key("xbb-new"), 1, NOON)
    forged = changed(statement, payload=wire.encode(
        paper.outer()).replace(b"xaa", b"xbb"))  # fmt: skip
    assert keyring_of([statement]).named("xbb-new") is not None
    assert keyring_of([forged]).desks() == ()
    with pytest.raises(ValueError, match="its own nation"):
        keys.vouch(hand_of("XBB"), "xaa-ghq", public_key("xaa-ghq"), 2, NOON)


def test_a_statement_is_signed_by_the_root_that_it_names() -> None:
    statement = keys.vouch(
        replace(hand_of("XBB"), holder="XAA"), "xaa-ghq", public_key("xbb-ghq"), 9, NOON
    )
    ring = keyring_of([vouched("xaa-ghq"), statement])
    assert checked(paper.signed(paper.outer()), ring) == "believed"
    assert ring.position == 1


def test_a_lower_serial_changes_nothing() -> None:
    old, new = vouched("xaa-ghq", serial=1), vouched("xaa-ghq", serial=2, key=public_key("next"))
    ring = keyring_of([new, old, vouched("xaa-ghq", serial=2)])
    assert checked(paper.signed(paper.outer()), ring) == "UnknownKey"
    holder = ring.named("xaa-ghq")
    assert holder is not None and holder.keyid == key_id(public_key("next"))


def test_a_tampered_statement_changes_nothing() -> None:
    """Its key's name and its empty inner part are not signed for, and nothing rests on them."""
    statement = vouched("xaa-ghq", serial=2)
    true = keyring_of([statement]).named("xaa-ghq")
    for at in range(len(statement)):
        broken = bytearray(statement)
        broken[at] ^= 1
        ring = keyring_of([bytes(broken)])
        assert ring.position == 0
        learnt = ring.named("xaa-ghq")
        assert learnt is None or (true and learnt.keyid == true.keyid)
    for junk in (b"", b"null", b"[]", b"\xff", paper.signed(paper.outer())):
        assert keyring_of([junk]).desks() == ()


def test_a_root_that_is_not_trusted_vouches_for_nobody() -> None:
    assert keyring_of([vouched("xdd-ghq")]).desks() == ()


def test_a_revocation_takes_effect_by_position() -> None:
    ring = keyring_of(
        [vouched("xaa-ghq"), vouched("xbb-ghq"), vouched("xaa-ghq", serial=2, key=None)]
    )
    value = paper.signed(paper.outer())
    assert checked(value, ring) == "UnknownKey"
    assert [checked(value, ring, at) for at in range(3)] == ["believed", "believed", "UnknownKey"]
    assert ring.standing("xaa-ghq") is None
    assert ring.desks() == ("xbb-ghq",)


def test_a_key_that_was_replaced_speaks_for_what_was_said_before() -> None:
    ring = keyring_of([vouched("xaa-ghq"), vouched("xaa-ghq", serial=2, key=public_key("next"))])
    value = paper.signed(paper.outer())
    assert checked(value, ring, at=0) == "believed"
    assert checked(value, ring, at=1) == "UnknownKey"
    assert checked(value, ring) == "UnknownKey"
    renewed = paper.signed(paper.outer(), by=replace(hand_of("next"), holder="xaa-ghq"))
    assert checked(renewed, ring) == "believed"


def test_what_is_learnt_leaves_the_former_keyring_as_it_was() -> None:
    before = keyring_of([vouched("xaa-ghq")])
    after = before.learn(1, vouched("xaa-ghq", serial=2, key=None))
    assert checked(paper.signed(paper.outer()), before) == "believed"
    assert checked(paper.signed(paper.outer()), after) == "UnknownKey"


def test_a_new_ladder_leaves_what_was_said_before_believable() -> None:
    ring = keyring_of([vouched("xaa-ghq"), vouched("xaa-ghq", serial=2)])
    assert checked(paper.signed(paper.outer()), ring, at=0) == "believed"


def test_another_nation_cannot_take_our_key_by_vouching_for_it() -> None:
    ring = keyring_of([vouched("xaa-ghq"), vouched("xbb-evil", key=public_key("xaa-ghq"))])
    assert checked(paper.signed(paper.outer()), ring) == "believed"


def test_a_service_with_a_new_key_still_reads_its_old_ledger() -> None:
    court = Court()
    entry = court.accept(paper.outer())
    ring = court.keyring.learn(99, vouched("hotline", serial=2, key=public_key("next")))
    found = read_entry(court.service, paper.signed(entry, by="hotline"), ring)
    assert not isinstance(found, Refusal)


def test_only_the_service_writes_its_ledger() -> None:
    court = Court()
    entry = court.accept(paper.outer())
    assert type(entry) is HotlineEntry
    for hand, believed in (("hotline", True), ("xaa-ghq", False), ("somebody", False)):
        found = read_entry(court.service, paper.signed(entry, by=hand), court.keyring)
        assert isinstance(found, Refusal) is not believed
    command = paper.outer(ReleaseMessage)
    found = read_entry(court.service, paper.signed(command, by="hotline"), court.keyring)
    assert isinstance(found, Refusal)
