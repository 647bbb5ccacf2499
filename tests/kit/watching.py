"""Ledgers to be watched: of rehearsals, as they stood, and how services show the same."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.bus import topics
from services.bus.keyring import Keyring
from services.bus.ledger import Ledger, read_entry
from services.bus.log import quietly
from services.bus.refusals import Refusal
from services.bus.settings import Settings
from services.bus.topics import Realm
from services.bus.transport import Record
from services.local.services import SERVICES
from services.rehearsal.format.scenario import Scenario
from services.rehearsal.play.conductor import PROLOGUE, Conductor
from services.rehearsal.play.pace import VirtualPace
from services.rehearsal.stage import loop as virtual
from services.rehearsal.stage.stage import in_memory


@dataclass(frozen=True, slots=True)
class Ledgers:
    """What a rehearsal left: records by service and partition, and whose keys signed them."""

    records: Mapping[tuple[str, int], Sequence[Record]]
    keyring: Keyring


def rehearsed(scenario: Scenario) -> Ledgers:
    """The ledgers of a scenario, played in memory, in virtual time."""

    async def play(loop: virtual.VirtualLoop) -> Ledgers:
        async with in_memory(scenario, loop) as stage:
            await Conductor(stage, VirtualPace(loop), lambda _: None, None).play()
            stage.broker(up=True)
            bus = stage.bus("watcher")
            records = {
                (service, partition): await bus.read(
                    topics.ledger(service, Realm.EXERCISE), partition, 0
                )
                for service in stage.needed
                for partition in range(stage.settings.partitions)
            }
            return Ledgers(records, await stage.directory(bus).refresh())

    with quietly():
        return virtual.run(scenario.earliest - PROLOGUE, play)


def states(service: str, records: Sequence[Record], keyring: Keyring) -> Iterator[tuple[str, Any]]:
    """After each record: whose matter it was, and the matter's state by the service's own fold."""
    declared = SERVICES[service](Settings())
    ledger = Ledger(declared, {})
    for record in records:
        read = read_entry(declared, record.value, keyring)
        assert not isinstance(read, Refusal), read
        ledger.fold(*read, record.offset)
        matter = read[0].matter
        book = ledger.book(matter)
        assert book is not None
        yield matter, book.state
