"""Who signed it, and what is inside: the only room that knows how."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from schemas.catalogue import payload_type_of
from schemas.envelope import Cover, Inside, Outer, Signature
from schemas.parties import Contract
from services.bus.keyring import Holder, Keyring, key_id
from services.bus.refusals import (
    BadSignature,
    InnerAltered,
    NotForService,
    Refusal,
    SpeaksForAnother,
    UnknownKey,
    Unsigned,
)
from services.bus.wire import ContractT, Read, decode, digest, encode, pae


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


def signed_by(cover: Cover, keyring: Keyring, at: int | None = None) -> Holder | Refusal:
    """Whose signature this is, whatever was signed."""
    if not cover.signatures:
        return Unsigned()
    if len(cover.signatures) > 1:
        return BadSignature("this version has one signature")
    (signature,) = cover.signatures
    holder = keyring.holder_of(signature.keyid, at)
    if holder is None:
        return UnknownKey(f"key {signature.keyid}")
    try:
        holder.key.verify(signature.sig, pae(cover.payloadType, cover.payload))
    except InvalidSignature:
        return BadSignature(f"key {signature.keyid}")
    return holder
