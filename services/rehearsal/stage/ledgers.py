"""What ledgers hold of some matters, as operators read them: outer parts, never a word."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from schemas.alerts import IssueAlert, templates_of
from schemas.catalogue import KINDS
from schemas.hotline import MessageOuter
from schemas.line_record import matter_of
from services.bus import topics
from services.bus.directory import Directory, roots_in
from services.bus.kafka import KafkaBus
from services.bus.keyring import Keyring
from services.bus.ledger import read_entry
from services.bus.refusals import Refusal
from services.bus.rulebook import Standing
from services.bus.settings import Settings, settings
from services.bus.topics import Realm
from services.bus.transport import Bus
from services.local.services import SERVICES


@dataclass(frozen=True, slots=True)
class Traffic:
    """What took place in some matters, and among whom."""

    entries: tuple[Any, ...]
    desks: Mapping[str, Standing]
    """Every desk of the directory: what it is, and whom its silence reaches."""


async def traffic_of(matters: Collection[str], realm: Realm) -> Traffic:
    """From the cluster and under the roots that are set. Unreachable, RootsUnreadable."""
    chosen = settings()
    bus = KafkaBus(chosen.bootstrap, f"{realm.prefix}recorder")
    try:
        return await read(
            bus, Directory(bus, roots_in(chosen.roots_folder)), chosen, matters, realm
        )
    finally:
        await bus.close()


async def read(
    bus: Bus, directory: Directory, chosen: Settings, matters: Collection[str], realm: Realm
) -> Traffic:
    """The entries that count, of these matters and of those that they cannot do without: the
    templates of an alert, the line on which something is said.
    """
    keyring = await directory.refresh()
    wanted, done, found = set(matters), set[str](), dict[tuple[str, int], Any]()
    while wanted > done:
        more = wanted - done
        found |= await _entries(bus, keyring, chosen, more, realm)
        done |= more
        wanted |= set(_companions(found.values()))
    return Traffic(tuple(found.values()), {
        name: standing for name in keyring.names if (standing := keyring.standing(name)) is not None
    })  # fmt: skip


async def _entries(
    bus: Bus, keyring: Keyring, chosen: Settings, matters: Collection[str], realm: Realm
) -> dict[tuple[str, int], Any]:
    counted: dict[tuple[str, int], Any] = {}
    for name in sorted({topics.service_of(each) for each in matters}):
        service = SERVICES[name](chosen)
        for partition in range(chosen.partitions):
            for record in await bus.read(topics.ledger(name, realm), partition, 0):
                found = read_entry(service, record.value, keyring)
                if not isinstance(found, Refusal) and found[0].matter in matters:
                    counted.setdefault((found[0].matter, found[0].sequence), found[0])
    return counted


def _companions(entries: Iterable[Any]) -> Iterable[str]:
    for entry in entries:
        contract = KINDS[entry.signed.payload_type]
        if contract is IssueAlert:
            yield templates_of(entry.sender)
        elif issubclass(contract, MessageOuter):
            terms = contract.model_validate_json(entry.signed.payload).terms
            if terms is not None and terms.line is not None:
                yield matter_of(terms.line)
