"""Whose key is whose: what the national roots signed, folded from the directory topic."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from schemas.catalogue import payload_type_of
from schemas.directory import HolderKind, KeyStatement
from schemas.envelope import Cover
from schemas.parties import DeskId
from services.bus import refusals
from services.bus.rulebook import Standing
from services.bus.wire import decode, digest, pae


def key_id(public_key: bytes) -> str:
    """How a signature names the key that made it."""
    return sha256(public_key).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody whom a root vouches for."""

    name: str
    kind: HolderKind
    key: Ed25519PublicKey
    keyid: str
    standing: Standing


@dataclass(frozen=True, slots=True)
class Tenure:
    """From which directory position to which a key spoke for its holder."""

    holder: Holder
    since: int
    until: int | None = None


@dataclass(frozen=True, slots=True)
class Latest:
    """The newest statement on one name, revocations included."""

    serial: int
    digest: str
    holder: Holder | None


@dataclass(frozen=True, slots=True)
class Keyring:
    """All holders as of one position in the directory. `learn` gives the next one."""

    roots: Mapping[str, Ed25519PublicKey]
    position: int = -1
    names: Mapping[str, Latest] = field(default_factory=dict)
    tenures: Mapping[str, Tenure] = field(default_factory=dict)

    def holder_of(self, keyid: str, at: int | None = None) -> Holder | None:
        """Who spoke with this key: now, or when the directory ended at position `at`."""
        tenure = self.tenures.get(keyid)
        if tenure is None:
            return None
        if at is None:
            return tenure.holder if tenure.until is None else None
        within = tenure.since <= at and (tenure.until is None or at < tenure.until)
        return tenure.holder if within else None

    def named(self, name: str) -> Holder | None:
        """The holder of that name, if its key stands."""
        latest = self.names.get(name)
        return latest.holder if latest else None

    def standing(self, desk: DeskId) -> Standing | None:
        """What a rule may know of a desk; None where there is no such desk."""
        holder = self.named(desk)
        return holder.standing if holder and holder.kind is HolderKind.DESK else None

    def desks(self) -> tuple[str, ...]:
        """Every desk whose key stands, in order of name."""
        named = ((name, latest.holder) for name, latest in self.names.items())
        return tuple(sorted(n for n, h in named if h and h.kind is HolderKind.DESK))

    def learn(self, position: int, value: bytes) -> Keyring:
        """The keyring after one more record of the directory topic.

        A statement that no root signed, or that is older than what is known, changes nothing
        but the position: the topic is open to its operator, trust rests on the roots.
        """
        moved = replace(self, position=position)
        statement = self._vouched(value)
        if isinstance(statement, refusals.Refusal):
            return moved
        known = self.names.get(statement.holder)
        if known and statement.serial <= known.serial:
            return moved
        holder = _holder(statement)
        tenures = dict(self.tenures)
        if holder and (held := tenures.get(holder.keyid)) and held.holder.name != holder.name:
            # A root may not take over a key that speaks for somebody else, or once did.
            return moved
        if known and known.holder:
            former = tenures[known.holder.keyid]
            tenures[known.holder.keyid] = replace(former, until=position)
        if holder:
            same = tenures.get(holder.keyid)
            tenures[holder.keyid] = Tenure(holder, since=same.since if same else position)
        latest = Latest(statement.serial, digest(value), holder)
        return replace(moved, names={**self.names, statement.holder: latest}, tenures=tenures)

    def _vouched(self, value: bytes) -> KeyStatement | refusals.Refusal:
        cover = decode(Cover, value)
        if isinstance(cover, refusals.Refusal):
            return cover
        if cover.payloadType != payload_type_of(KeyStatement):
            return refusals.UnknownVersion()
        statement = decode(KeyStatement, cover.payload)
        if isinstance(statement, refusals.Refusal):
            return statement
        root = self.roots.get(statement.authority)
        if root is None:
            return refusals.UnknownKey(f"no root for {statement.authority}")
        if not cover.signatures:
            return refusals.Unsigned()
        try:
            root.verify(cover.signatures[0].sig, pae(cover.payloadType, cover.payload))
        except InvalidSignature:
            return refusals.BadSignature(f"not signed by the root of {statement.authority}")
        return statement


def _holder(statement: KeyStatement) -> Holder | None:
    if statement.public_key is None:
        return None
    return Holder(
        name=statement.holder,
        kind=statement.kind,
        key=Ed25519PublicKey.from_public_bytes(statement.public_key),
        keyid=key_id(statement.public_key),
        standing=Standing(statement.officers, statement.ladder, statement.functions or ()),
    )
