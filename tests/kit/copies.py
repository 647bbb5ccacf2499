"""Many valid ledger entries, made fast: of rehearsals, renamed, moved, signed anew."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from schemas.catalogue import payload_type_of
from schemas.directory import AUTHORITY_OF_SERVICES
from schemas.envelope import Cover, Signature
from schemas.ledger import FIRST_PREVIOUS
from services.bus import keys, topics
from services.bus.ledger import read_entry
from services.bus.refusals import Refusal
from services.bus.seal import Signer
from services.bus.topics import Realm
from services.bus.transport import Bus, Outgoing
from services.bus.wire import digest, encode, pae
from services.desk.store.records import Out
from services.rehearsal.format.checking import load
from services.watch.plain import SOURCES
from tests.kit import watching

TESTS = Path(__file__).parents[1]
RECORDED = (
    "plays/agreements",
    "plays/visits",
    "scenarios/s05-rocket.with-the-bus",
    "scenarios/s06-collision.with-the-bus",
    "scenarios/s15-exercise-misread.with-the-bus",
    "scenarios/s16-false-alert.with-the-bus",
    "scenarios/s21-missed-calls.with-the-bus",
    "scenarios/s22-ceasefire.with-the-bus",
)
"""Together they have messages, lines, undertakings, orders, people who are held, alerts, notices of
launches and exercises, visits and agreements."""
_TIME = re.compile(rb'"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)((?:\.\d+)?Z)"')
_HEX = 8


@dataclass(frozen=True, slots=True)
class Original:
    """An entry of a rehearsal."""

    service: str
    matter: str
    at: datetime
    previous: str
    payload: bytes
    run: int
    """Which rehearsal it is of."""


def recorded(names: Sequence[str] = RECORDED, sent: list[Out] | None = None) -> list[Original]:
    """The entries of these rehearsals, each rehearsal's in order of time; and into `sent` what
    desks sent, with its inner parts.
    """
    found = []
    for run, name in enumerate(names):
        ledgers = watching.rehearsed(load(TESTS / f"{name}.scenario.yaml").scenario)
        if sent is not None:
            sent += ledgers.sent
        of_run = []
        for (service, _), records in ledgers.records.items():
            for record in records:
                read = read_entry(SOURCES[service], record.value, ledgers.keyring)
                assert not isinstance(read, Refusal), read
                entry, payload = read
                of_run.append(
                    Original(service, entry.matter, entry.received_at, entry.previous, payload, run)
                )
        found += sorted(of_run, key=lambda each: each.at)
    return found


@dataclass
class Copies:
    """The services' keys of a house that has no other, and entries that they signed."""

    folder: Path
    partitions: int = 4
    signers: dict[str, Signer] = field(default_factory=dict)
    _heads: dict[str, str] = field(default_factory=dict)

    async def found(self, bus: Bus) -> None:
        """Make roots and keys, publish the directory, make the topics."""
        root = Signer(AUTHORITY_OF_SERVICES, keys.make(self.folder / "root-keys" / "BUS.key"))
        keys.write_public(root.key, self.folder / "roots" / "BUS.pub")
        await bus.ensure(topics.of_directory())
        for service in SOURCES:
            await bus.ensure(topics.of_service(service, Realm.LIVE, self.partitions))
            key = Ed25519PrivateKey.generate()
            self.signers[service] = Signer(service, key)
            raw = key.public_key().public_bytes_raw()
            statement = keys.vouch(root, service, raw, 1, datetime.now(UTC))
            await keys.publish(bus, service, statement)

    def stream(
        self, originals: Sequence[Original], most: int, ends: datetime
    ) -> Iterator[Outgoing]:
        """So many copies, rehearsal after rehearsal, the last of them at about `ends`."""
        runs: dict[int, list[Original]] = {}
        for each in originals:
            runs.setdefault(each.run, []).append(each)
        lists, made, number = list(runs.values()), 0, 0
        while made < most:
            of_run = lists[number % len(lists)]
            shift = (ends - of_run[-1].at) - timedelta(seconds=(most - made) / 10)
            for each in of_run[: most - made]:
                yield self.copy(each, number, shift)
                made += 1
            number += 1

    def copy(self, original: Original, number: int, shift: timedelta) -> Outgoing:
        """An entry of another matter, at another time, that follows the matter's last copy."""
        matter = f"{original.matter[: 63 - _HEX]}-{number:0{_HEX}x}"
        previous = self._heads.get(matter, FIRST_PREVIOUS)
        seconds = timedelta(seconds=int(shift.total_seconds()))

        def shifted(found: re.Match[bytes]) -> bytes:
            moment = datetime.fromisoformat(found[1].decode()) + seconds
            return b'"%b%b"' % (moment.isoformat(timespec="seconds").encode(), found[2])

        payload = _TIME.sub(shifted, original.payload)
        payload = payload.replace(b'"%b"' % original.matter.encode(), b'"%b"' % matter.encode())
        payload = payload.replace(
            b'"previous":"%b"' % original.previous.encode(), b'"previous":"%b"' % previous.encode()
        )
        self._heads[matter] = digest(payload)
        return Outgoing(
            topics.ledger(original.service, Realm.LIVE),
            topics.partition_of(matter.encode(), self.partitions),
            matter.encode(),
            self._signed(original.service, payload),
        )

    def _signed(self, service: str, payload: bytes) -> bytes:
        signer, kind = self.signers[service], payload_type_of(SOURCES[service].entry)
        signature = signer.key.sign(pae(kind, payload))
        cover = Cover(
            payloadType=kind,
            payload=payload,
            signatures=(Signature(keyid=signer.keyid, sig=signature),),
            inner=b"",
        )
        return encode(cover)
