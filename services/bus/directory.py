"""The keyring as it stands on the directory topic, read on as the topic grows."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from services.bus.keyring import Keyring
from services.bus.log import log
from services.bus.topics import DIRECTORY
from services.bus.transport import Bus, Unreachable

ANSWER_WITHIN_S = 5.0


class RootsUnreadable(Exception):
    """The folder of trusted roots cannot be read. It says which file, and what to do."""


def roots_in(folder: Path) -> Mapping[str, Ed25519PublicKey]:
    """The trusted roots: one `<AUTHORITY>.pub` in PEM for each nation, and BUS.pub for services.

    Raises RootsUnreadable where there is none, or a file is no Ed25519 key.
    """
    roots = {}
    for path in sorted(folder.glob("*.pub")):
        try:
            key = load_pem_public_key(path.read_bytes())
        except ValueError as trouble:
            raise RootsUnreadable(f"{path} is no public key in PEM") from trouble
        if not isinstance(key, Ed25519PublicKey):
            raise RootsUnreadable(f"{path} is not an Ed25519 key")
        roots[path.stem] = key
    if not roots:
        raise RootsUnreadable(
            f"no trusted root in {folder}: run `detente keys root`, or set DETENTE_ROOTS"
        )
    return roots


Away = Callable[[Exception | None], None]
"""Told of the trouble while the log is away, and None once it is back."""


async def or_say_so(act: Callable[[], Coroutine[Any, Any, object]], away: Away | None) -> None:
    """Do it, and say soon where nobody answers: a broker that is gone is tried for much longer than
    operators should wait to hear of it. Raises what `act` raises.
    """
    doing = asyncio.create_task(act(), name="ask the log")
    try:
        done, _ = await asyncio.wait([doing], timeout=ANSWER_WITHIN_S)
        if not done and away is not None:
            away(Unreachable(f"no broker has answered for {ANSWER_WITHIN_S:g} s"))
        await doing
    finally:
        doing.cancel()


class Directory:
    """Follows the directory topic. `keyring` is as of `keyring.position`."""

    def __init__(self, bus: Bus, roots: Mapping[str, Ed25519PublicKey]) -> None:
        self._bus = bus
        self._next = 0
        self._reading = asyncio.Lock()
        self.keyring = Keyring(roots)

    async def refresh(self) -> Keyring:
        """Read on to the topic's end as of now."""
        async with self._reading:
            for record in await self._bus.read(DIRECTORY, 0, self._next):
                self.keyring = self.keyring.learn(record.offset, record.value)
                self._next = record.offset + 1
            return self.keyring

    async def refresh_every(self, seconds: float, away: Away | None = None) -> None:
        """Read on for ever. While the log is away, what is known stays in force; `away` is told
        of it, and None once it is back.
        """
        while True:
            await asyncio.sleep(seconds)
            trouble: Exception | None = None
            try:
                await or_say_so(self.refresh, away)
            except Unreachable as caught:
                log.info("directory.unreachable", trouble=str(caught))
                trouble = caught
            if away is not None:
                away(trouble)
