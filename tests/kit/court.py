"""The hotline without any I/O: judge and ledger alone, record by record; and what it hears."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from schemas.envelope import Outer
from schemas.hotline import (
    AcknowledgeMessage,
    Capacity,
    CarriedMessage,
    HotlineDelivery,
    MessageOuter,
    PassDeadline,
    Step,
)
from schemas.ledger import Entry
from schemas.parties import Lane, Precedence
from services.bus import wire
from services.bus.budget import Allowance
from services.bus.gate import Gate
from services.bus.judge import Decided, Judge, Outcome, Repeated, Unbelieved
from services.bus.keyring import Keyring
from services.bus.ledger import Ledger
from services.bus.topics import Realm
from services.bus.transport import Record
from services.hotline.deadlines import schedule
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


def code(outcome: Outcome) -> str:
    """How it ended, in a word."""
    match outcome:
        case Decided(_, refused):
            return refused.code if refused else "accepted"
        case Repeated():
            return "repeated"
        case Unbelieved(refusal, _, _):
            return refusal.code


def confirming(message: MessageOuter, kind: type[Any] = AcknowledgeMessage, **fields: Any) -> Any:
    """A confirmation of the very message, from its addressee."""
    return paper.outer(
        kind,
        message=message.message_id,
        message_digest=digest_of(message),
        lane=message.lane,
        **fields,
    )


def passing(message: MessageOuter, step: Step, **fields: Any) -> Any:
    """The service's own word that a step fell due, at its very moment."""
    steps = schedule(message.precedence, message.sent_at, WITHIN_S)
    due = next(each.due for each in steps if each.step is step)
    filled: dict[str, Any] = {
        "sender": "hotline", "message": message.message_id, "desk": "xbb-ghq", "step": step,
        "due": due, "sent_at": due, "lane": message.lane, "matter": message.matter,
    }  # fmt: skip
    return paper.outer(PassDeadline, **(filled | fields))


def carrying(
    message: MessageOuter, *, acknowledge_by: datetime | None = None, **fields: Any
) -> Any:
    """The service's delivery of a message to its addressee."""
    filled: dict[str, Any] = {
        "sender": "hotline", "lane": message.lane, "to": "xbb-ghq", "directory": 0,
        "encloses": None,
        "notice": CarriedMessage(
            message=message.message_id, originator=message.sender, precedence=message.precedence,
            capacity=Capacity.ACTION, acknowledge_by=acknowledge_by,
        ),
    }  # fmt: skip
    return paper.outer(HotlineDelivery, **(filled | fields))
