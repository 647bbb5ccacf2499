"""Who signed it, and what is inside: the only room that knows how."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from schemas.catalogue import payload_type_of
from schemas.directory import HolderKind
from schemas.envelope import Cover, Inside, Outer, Signature
from schemas.parties import Contract
from schemas.redelivery import RedeliverRecord
from services.bus.keyring import Holder, Keyring, key_id
from services.bus.refusals import (
    BadSignature,
    InnerAltered,
    NeedsTwoCustodians,
    NotCustodian,
    NotForService,
    Refusal,
    SamePerson,
    SpeaksForAnother,
    UnknownKey,
    Unsigned,
)
from services.bus.wire import ContractT, Read, decode, digest, encode, pae

CUSTODIANS_NEEDED = 2


@dataclass(frozen=True)
class Signer:
    """A holder's name and the private key that speaks for it."""

    holder: str
    key: Ed25519PrivateKey

    @cached_property
    def keyid(self) -> str:
        """How signatures name the key."""
        return key_id(self.key.public_key().public_bytes_raw())


def close(content: Contract | None, readers: Sequence[str]) -> bytes:
    """The inner part as it travels to its readers. In this version it travels open.

    Sealing it for `readers` is a change of this function and of `reveal`, and of nothing else.
    """
    del readers
    return b"" if content is None else encode(content)


def reveal(contract: type[ContractT], inner: bytes) -> ContractT | Refusal:
    """The inner part as its readers see it. Only the desks' library calls this."""
    return decode(contract, inner)


def inside(inner: bytes) -> Inside:
    """How the outer part names an inner part that travels as these bytes."""
    return Inside(digest=digest(inner), size=len(inner))


def sign(outer: Contract, inner: bytes, signer: Signer) -> bytes:
    """The record's value: the outer part signed, the inner part beside it."""
    payload, kind = encode(outer), payload_type_of(type(outer))
    signature = signer.key.sign(pae(kind, payload))
    cover = Cover(
        payloadType=kind,
        payload=payload,
        signatures=(Signature(keyid=signer.keyid, sig=signature),),
        inner=inner,
    )
    return encode(cover)


@dataclass(frozen=True, slots=True)
class Checked:
    """A record whose signature holds, and who made it."""

    cover: Cover
    outer: Outer
    holder: Holder
    digest: str
    """SHA-256 of the outer part's bytes, which cover the inner part's digest."""


def check(found: Read, keyring: Keyring, at: int | None = None) -> Checked | Refusal:
    """Whether the holder of a key signed exactly these bytes, in its own name: of a key that
    stands now, or that stood when the directory ended at position `at`.
    """
    cover = found.cover
    holder = signed_by(cover, keyring, at)
    if isinstance(holder, Refusal):
        return holder
    outer = decode(found.contract, cover.payload)
    if isinstance(outer, Refusal):
        return outer
    if not isinstance(outer, Outer):
        return NotForService(found.contract.__name__)
    if outer.sender != holder.name:
        return SpeaksForAnother(f"signed by {holder.name}")
    if outer.inside.size != len(cover.inner) or outer.inside.digest != digest(cover.inner):
        return InnerAltered()
    return Checked(cover, outer, holder, digest(cover.payload))


@dataclass(frozen=True, slots=True)
class Ordered:
    """An order that two custodians signed, and who they are: first the one who proposed it."""

    cover: Cover
    outer: RedeliverRecord
    custodians: tuple[str, str]
    digest: str


def check_order(found: Read, keyring: Keyring, at: int | None = None) -> Ordered | Refusal:
    """Whether two custodians, two persons with a key each, signed exactly this order."""
    cover = found.cover
    if len(cover.signatures) > CUSTODIANS_NEEDED:
        return BadSignature(f"an order has {CUSTODIANS_NEEDED} signatures")
    names = custodians_of(cover, keyring, at)
    if isinstance(names, Refusal):
        return names
    outer = decode(RedeliverRecord, cover.payload)
    if isinstance(outer, Refusal):
        return outer
    if len(names) < CUSTODIANS_NEEDED:
        return NeedsTwoCustodians()
    if len(set(names)) < CUSTODIANS_NEEDED:
        return SamePerson()
    if outer.sender not in names:
        return SpeaksForAnother(f"signed by {names[0]} and {names[1]}")
    if outer.inside != inside(b"") or cover.inner:
        return InnerAltered("an order has no inner part")
    (other,) = (name for name in names if name != outer.sender)
    return Ordered(cover, outer, (outer.sender, other), digest(cover.payload))


def custodians_of(cover: Cover, keyring: Keyring, at: int | None = None) -> list[str] | Refusal:
    """Whose signatures an order bears so far, each of them a custodian's."""
    if not cover.signatures:
        return Unsigned()
    names = []
    for signature in cover.signatures:
        holder = _signer(cover, signature, keyring, at)
        if isinstance(holder, Refusal):
            return holder
        if holder.kind is not HolderKind.CUSTODIAN:
            return NotCustodian(f"{holder.name} is a {holder.kind.value.lower()}")
        names.append(holder.name)
    return names


def countersign(cover: Cover, signer: Signer) -> Cover:
    """The same with one more signature over the very same bytes."""
    made = signer.key.sign(pae(cover.payloadType, cover.payload))
    signature = Signature(keyid=signer.keyid, sig=made)
    return cover.model_copy(update={"signatures": (*cover.signatures, signature)})


def signed_by(cover: Cover, keyring: Keyring, at: int | None = None) -> Holder | Refusal:
    """Whose signature this is, whatever was signed."""
    if not cover.signatures:
        return Unsigned()
    if len(cover.signatures) > 1:
        return BadSignature("this version has one signature")
    return _signer(cover, cover.signatures[0], keyring, at)


def _signer(
    cover: Cover, signature: Signature, keyring: Keyring, at: int | None
) -> Holder | Refusal:
    holder = keyring.holder_of(signature.keyid, at)
    if holder is None:
        return UnknownKey(f"key {signature.keyid}")
    try:
        holder.key.verify(signature.sig, pae(cover.payloadType, cover.payload))
    except InvalidSignature:
        return BadSignature(f"key {signature.keyid}")
    return holder
