"""Learns how other desks are addressed, from their roots' standing word in the directory."""

from __future__ import annotations

import asyncio

from schemas.directory import KeyStatement
from schemas.envelope import Cover
from services.bus import wire
from services.bus.directory import Away, Directory, or_say_so
from services.bus.keyring import Keyring
from services.bus.log import log
from services.bus.refusals import Refusal
from services.bus.topics import DIRECTORY
from services.bus.transport import Bus, Unreachable
from services.desk.store.records import Address
from services.desk.store.store import Store


class Addressing:
    """Follows the directory, and keeps its forms of address on the desk's disk."""

    def __init__(self, store: Store, bus: Bus, directory: Directory) -> None:
        self._store, self._bus, self._directory = store, bus, directory
        self._next = 0

    async def learn(self) -> None:
        """Read on to where the keyring stands."""
        keyring = await self._directory.refresh()
        for record in await self._bus.read(DIRECTORY, 0, self._next):
            if record.offset > keyring.position:
                return
            self._next = record.offset + 1
            if (address := address_in(record.value, keyring)) is not None:
                self._store.keep_address(address)

    async def learn_every(self, seconds: float, away: Away) -> None:
        """Read on for ever. While the log is away, what is known stays in force."""
        while True:
            await asyncio.sleep(seconds)
            trouble: Exception | None = None
            try:
                await or_say_so(self.learn, away)
            except Unreachable as caught:
                log.info("directory.unreachable", trouble=str(caught))
                trouble = caught
            away(trouble)


def address_in(value: bytes, keyring: Keyring) -> Address | None:
    """What a record of the directory says of how its desk is addressed; None where the keyring
    did not take it for its root's latest word. Pure.
    """
    cover = wire.decode(Cover, value)
    if isinstance(cover, Refusal):
        return None
    said = wire.decode(KeyStatement, cover.payload)
    if isinstance(said, Refusal):
        return None
    latest = keyring.names.get(said.holder)
    if latest is None or latest.digest != wire.digest(value):
        return None
    return Address(said.holder, said.form_of_address, said.language)
