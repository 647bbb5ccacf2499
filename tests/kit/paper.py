"""Keys, keyrings, commands and records made by hand, the same on every run. No I/O."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from schemas.catalogue import payload_type_of
from schemas.directory import HolderKind, KeyStatement
from schemas.envelope import Outer
from schemas.hotline import (
    Confirmation,
    MessageOuter,
    ReleaseMessage,
    Remark,
    Text,
)
from schemas.parties import (
    Alternate,
    Classification,
    Contract,
    Function,
    Label,
    Ladder,
    Lane,
    Precedence,
    Rung,
)
from services.bus import keys, seal, topics, wire
from services.bus.keyring import Keyring
from services.bus.seal import Signer
from services.bus.topics import Realm, partition_of
from services.bus.transport import Record

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
OFFICERS = ("duty-1", "duty-2", "duty-3")
NATIONS = ("XAA", "XBB", "XCC")
LABEL = Label(policy="XAA", classification=Classification.SECRET, releasable_to=NATIONS)
LADDER = Ladder(
    alternates=(
        Alternate(rung=Rung.ALTERNATE_TERMINAL, desk="xbb-alt"),
        Alternate(rung=Rung.SUPERVISOR, desk="xbb-chief"),
    )
)
LADDERS: Mapping[str, Ladder] = {"xbb-ghq": LADDER}
FUNCTIONS: Mapping[str, tuple[Function, ...]] = {
    f"{nation}-ghq": (Function.MILITARY,) for nation in ("xaa", "xbb", "xcc")
}
"""What these desks are to their nations, in a house with other services too."""
DESKS = ("xaa-ghq", "xbb-ghq", "xbb-alt", "xbb-chief", "xcc-ghq")
TEXT = Text(subject="Border", text="Our patrol withdraws at noon.", language="en")


def key_of(name: str) -> Ed25519PrivateKey:
    """The key that this name always has in tests."""
    return Ed25519PrivateKey.from_private_bytes(sha256(name.encode()).digest())


def hand_of(name: str) -> Signer:
    """Who signs under this name; a root under its nation's code."""
    return Signer(name, key_of(name))


def public_key(name: str) -> bytes:
    """The raw public half."""
    return key_of(name).public_key().public_bytes_raw()


def roots(*authorities: str) -> dict[str, Any]:
    """Trusted roots, by authority."""
    return {name: key_of(name).public_key() for name in authorities or (*NATIONS, "BUS")}


def vouched(
    holder: str,
    *,
    serial: int = 1,
    by: str | None = None,
    key: bytes | str | None = "own",
    officers: tuple[str, ...] = OFFICERS,
    ladder: Ladder | None = None,
    functions: tuple[Function, ...] | None = None,
    kind: HolderKind | None = None,
) -> bytes:
    """A root's statement on a holder, as it stands on the directory topic."""
    root = hand_of(by or ("BUS" if "-" not in holder else holder[:3].upper()))
    raw = public_key(holder) if key == "own" else key
    assert not isinstance(raw, str)
    return keys.vouch(
        root,
        holder,
        raw,
        serial,
        NOON,
        officers=officers if "-" in holder else (),
        ladder=LADDERS.get(holder) if ladder is None else ladder,
        functions=functions,
        kind=kind,
    )


def statement(holder: str, **fields: Any) -> KeyStatement:
    """What a nation says of a desk, unsigned; that it has no key, unless told otherwise."""
    filled: dict[str, Any] = {
        "kind": HolderKind.DESK, "authority": holder[:3].upper(), "serial": 1,
        "public_key": None, "issued_at": NOON,
    }  # fmt: skip
    return KeyStatement(holder=holder, **(filled | fields))


def keyring_of(statements: Iterable[bytes]) -> Keyring:
    """A keyring that has learnt these, from position 0 on."""
    ring = Keyring(roots())
    for position, statement in enumerate(statements):
        ring = ring.learn(position, statement)
    return ring


def keyring() -> Keyring:
    """Everybody whom tests know."""
    return keyring_of([vouched("hotline"), *(vouched(desk) for desk in DESKS)])


def identity(of: object) -> str:
    """A message's identity, the same for the same words."""
    return sha256(str(of).encode()).hexdigest()[:32]


def outer(kind: type[Outer] = ReleaseMessage, *, inner: bytes = b"", **fields: Any) -> Any:
    """A command's outer part: sound unless the given fields make it otherwise."""
    precedence = fields.get("precedence", Precedence.ROUTINE)
    filled: dict[str, Any] = {
        "message_id": identity((kind.__name__, sorted(fields.items(), key=str))),
        "sender": "xaa-ghq",
        "matter": "border-1",
        "lane": precedence.lane,
        "sequence": 1,
        "sent_at": NOON,
        "inside": seal.inside(inner),
    }
    if issubclass(kind, MessageOuter):
        filled |= {
            "precedence": precedence,
            "action": ("xbb-ghq",),
            "label": LABEL,
            "drafter": "duty-1",
            "releaser": "duty-2",
        }
    if issubclass(kind, Confirmation):
        filled |= {"sender": "xbb-ghq"}
        if "officer" in kind.model_fields:
            filled |= {"officer": "duty-1"}
    return kind(**(filled | fields))


def signed(command: Contract, inner: bytes = b"", by: Signer | str | None = None) -> bytes:
    """The record's value, signed by its sender unless another hand is given."""
    hand = hand_of(by) if isinstance(by, str) else by
    return seal.sign(command, inner, hand or hand_of(command.sender))  # type: ignore[attr-defined]  # memory's own clock


def inner_of(kind: type[Outer]) -> bytes:
    """Innocent inner bytes for a kind of command."""
    return wire.encode(TEXT if issubclass(kind, MessageOuter) else Remark(remark="Seen."))


def record_of(
    value: bytes,
    command: Outer | None = None,
    *,
    lane: Lane | None = None,
    offset: int = 0,
    partitions: int = 1,
    realm: Realm = Realm.LIVE,
    appended_at: datetime | None = None,
) -> Record:
    """A record of the hotline's commands topic, as the log would hold it."""
    matter = command.matter.encode() if command else b"border-1"
    carried = lane or (command.lane if command else Lane.ROUTINE)
    return Record(
        topic=topics.commands("hotline", carried, realm),
        partition=partition_of(matter, partitions),
        offset=offset,
        appended_at=appended_at or NOON + timedelta(seconds=1),
        key=matter,
        value=value,
        headers=wire.headers_of(command, payload_type_of(type(command))) if command else (),
    )


def later(record: Record, seconds: float, offset: int | None = None) -> Record:
    """The same record, appended later."""
    return replace(
        record,
        appended_at=record.appended_at + timedelta(seconds=seconds),
        offset=record.offset + 1 if offset is None else offset,
    )
