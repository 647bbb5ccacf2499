"""The hotline without any I/O: judge and ledger alone, record by record."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from schemas.envelope import Outer
from schemas.ledger import Entry
from schemas.parties import Lane, Precedence
from services.bus import wire
from services.bus.budget import Allowance
from services.bus.gate import Gate
from services.bus.judge import Decided, Judge, Outcome
from services.bus.keyring import Keyring
from services.bus.ledger import Ledger
from services.bus.topics import Realm
from services.bus.transport import Record
from services.hotline.matter import Matter
from services.hotline.service import hotline
from tests.kit import paper

WITHIN_S: Mapping[Precedence, float] = {
    Precedence.OVERRIDE: 300,
    Precedence.FLASH: 600,
    Precedence.IMMEDIATE: 1800,
    Precedence.PRIORITY: 3 * 3600,
    Precedence.ROUTINE: 24 * 3600,
}


class Court:
    """One partition of the hotline. What it decides, it has written at once."""

    def __init__(
        self,
        keyring: Keyring | None = None,
        *,
        realm: Realm = Realm.LIVE,
        allowances: Mapping[Lane, Allowance] | None = None,
    ) -> None:
        self.keyring = keyring or paper.keyring()
        self.service = hotline(WITHIN_S)
        self.ledger = Ledger(self.service, allowances or {})
        self.gate = Gate(self.service, realm, partitions=1, skew_s=120)
        self.realm = realm
        self.entries: list[tuple[Entry[Any, Any], bytes]] = []
        self.offset = 0

    def hear(self, record: Record) -> Outcome:
        """Judge one record, write what is decided, fold what is written."""
        draft = self.ledger.draft()
        outcome = Judge(self.service, self.gate, self.keyring).judge(record, draft)
        for entry, payload in draft.entries:
            assert self.ledger.fold(entry, payload, len(self.entries))
            self.entries.append((entry, payload))
        return outcome

    def say(
        self,
        command: Outer,
        inner: bytes = b"",
        *,
        lane: Lane | None = None,
        at: datetime | None = None,
    ) -> Outcome:
        """Sign a command in its sender's name, and hear it."""
        self.offset += 1
        value = paper.signed(command, inner)
        return self.hear(
            paper.record_of(
                value, command, lane=lane, offset=self.offset, realm=self.realm, appended_at=at
            )
        )

    def accept(self, command: Outer, inner: bytes = b"") -> Entry[Any, Any]:
        """Say it, and make sure that nothing was refused."""
        outcome = self.say(command, inner)
        assert isinstance(outcome, Decided) and outcome.refused is None, outcome
        return outcome.entry

    def matter(self, name: str = "border-1") -> Matter:
        """The state of a matter."""
        book = self.ledger.book(name)
        return book.state if book else Matter()


def digest_of(command: Outer) -> str:
    """The digest by which confirmations name a message."""
    return wire.digest(wire.encode(command))
