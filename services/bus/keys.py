"""Keys on disk: made, kept from other eyes, read; and what a root signs with them."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from schemas.directory import AUTHORITY_OF_SERVICES, HolderKind, KeyStatement
from schemas.parties import Function, Ladder
from services.bus import seal, topics
from services.bus.seal import Signer
from services.bus.transport import Bus, Outgoing


class KeyUnreadable(Exception):
    """A private key cannot be used. It says which file, and what to do."""


def make(path: Path) -> Ed25519PrivateKey:
    """A new private key in a file that only its owner may read. Never overwrites one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    key = Ed25519PrivateKey.generate()
    text = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as trouble:
        raise KeyUnreadable(f"{path} exists already; a key is never overwritten") from trouble
    with os.fdopen(handle, "wb") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    return key


def load(path: Path) -> Ed25519PrivateKey:
    """The private key in the file. KeyUnreadable where others may read it too."""
    try:
        if path.stat().st_mode & 0o077:
            raise KeyUnreadable(f"{path} can be read by others: chmod 600 {path}")
        key = load_pem_private_key(path.read_bytes(), password=None)
    except FileNotFoundError as trouble:
        raise KeyUnreadable(f"there is no key at {path}") from trouble
    except (ValueError, TypeError) as trouble:
        raise KeyUnreadable(f"{path} is no unencrypted private key in PEM") from trouble
    if not isinstance(key, Ed25519PrivateKey):
        raise KeyUnreadable(f"{path} is not an Ed25519 key")
    return key


def load_public(path: Path) -> Ed25519PublicKey:
    """The public key in the file. KeyUnreadable where there is none."""
    try:
        key = load_pem_public_key(path.read_bytes())
    except FileNotFoundError as trouble:
        raise KeyUnreadable(f"there is no key at {path}") from trouble
    except (ValueError, TypeError) as trouble:
        raise KeyUnreadable(f"{path} is no public key in PEM") from trouble
    if not isinstance(key, Ed25519PublicKey):
        raise KeyUnreadable(f"{path} is not an Ed25519 key")
    return key


def write_public(key: Ed25519PrivateKey, path: Path) -> None:
    """The public half, for those who are to trust it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))


def vouch(
    root: Signer,
    holder: str,
    public_key: bytes | None,
    serial: int,
    now: datetime,
    *,
    officers: tuple[str, ...] = (),
    ladder: Ladder | None = None,
    functions: tuple[Function, ...] | None = None,
    kind: HolderKind | None = None,
) -> bytes:
    """A root's signed word on a holder, as it stands on the directory topic.

    `public_key` is the raw Ed25519 key, or None to revoke. A higher serial replaces a lower.
    Whom the root of the bus vouches for is a service, whom another does a desk, unless told
    otherwise.
    """
    of_root = HolderKind.SERVICE if root.holder == AUTHORITY_OF_SERVICES else HolderKind.DESK
    statement = KeyStatement(
        holder=holder,
        kind=kind or of_root,
        authority=root.holder,
        serial=serial,
        public_key=public_key,
        officers=officers,
        ladder=ladder or Ladder(),
        issued_at=now,
        functions=functions,
    )
    return seal.sign(statement, b"", root)


async def publish(bus: Bus, holder: str, statement: bytes, kind: HolderKind | None = None) -> None:
    """Put a statement into the directory, after the inboxes that a desk needs. A holder with a
    hyphen in its name is a desk, unless told otherwise.
    """
    await bus.ensure(topics.of_directory())
    if "-" in holder and kind in (None, HolderKind.DESK):
        await bus.ensure(topics.of_desk(holder))
    await bus.append([Outgoing(topics.DIRECTORY, 0, holder.encode(), statement)])
