"""Two desks that talk by acts, and letting time pass in a court. No I/O."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from schemas.acts import Act, Terms
from schemas.exchange import InviteMediator
from schemas.hotline import AcknowledgeMessage, MessageOuter, ReleaseMessage
from schemas.parties import Precedence
from services.bus.judge import Decided
from tests.kit import paper
from tests.kit.court import Court, code, confirming

HOLDS = {"effective_at": paper.NOON + timedelta(hours=1), "expires": "NONE"}
"""Terms of something that holds from one o'clock on and has no end."""
UNDERTAKEN = {**HOLDS, "review_at": paper.NOON + timedelta(days=3)}


class Talk:
    """Two desks of two nations that talk in one matter, word by word, in a court."""

    def __init__(self, court: Court | None = None) -> None:
        self.court = court or Court()
        self.now = paper.NOON
        self._numbers: dict[tuple[str, str], int] = {}

    def say(self, sender: str, act: Act, **fields: Any) -> tuple[MessageOuter, str]:
        """A message and how it ended, a minute after the one before."""
        terms = fields.pop("terms", None)
        kind = fields.pop("kind", ReleaseMessage)
        self.now = fields.pop("at", self.now + timedelta(minutes=1))
        precedence = fields.pop("precedence", Precedence.ROUTINE)
        to = fields.pop("to", "xaa-ghq" if sender == "xbb-ghq" else "xbb-ghq")
        message = paper.outer(
            kind, sender=sender, action=(to,), act=act, precedence=precedence,
            terms=Terms(**terms) if terms else None, sent_at=self.now,
            sequence=self.number(sender, precedence.lane), **fields,
        )  # fmt: skip
        return message, code(self.court.say(message, at=self.now))

    def said(self, sender: str, act: Act, **fields: Any) -> MessageOuter:
        """A message that was accepted."""
        message, ended = self.say(sender, act, **fields)
        assert ended == "accepted", ended
        return message

    def acknowledged(self, message: MessageOuter, by: str) -> None:
        """A desk takes a message over."""
        self.confirmed(AcknowledgeMessage, message, by)

    def confirmed(self, kind: type[Any], message: MessageOuter, by: str, **fields: Any) -> str:
        """What a desk reports of a message, and how it ended."""
        self.now += timedelta(seconds=10)
        report = confirming(
            message, kind, sender=by, sent_at=self.now, **fields,
            sequence=self.number(by, message.lane),
        )  # fmt: skip
        return code(self.court.say(report, at=self.now))

    def invited(self, by: str, mediator: str, **fields: Any) -> str:
        """A party asks a third desk to relay, and how it ended."""
        self.now += timedelta(minutes=1)
        invitation = paper.outer(
            InviteMediator, sender=by, mediator=mediator, sent_at=self.now, officer="duty-1",
            sequence=self.number(by, "routine"), **fields,
        )  # fmt: skip
        return code(self.court.say(invitation, at=self.now))

    def number(self, sender: str, lane: str) -> int:
        """The sender's next number on a lane."""
        number = self._numbers[sender, lane] = self._numbers.get((sender, lane), 0) + 1
        return number

    def until(self, moment: datetime) -> list[Any]:
        """Let time pass: every deadline up to then is told to the service; what came of it."""
        events: list[Any] = []
        while due := [
            each
            for deadlines in self.court.ledger.deadlines.values()
            for each in deadlines
            if each.due <= moment
        ]:
            first = min(due, key=lambda each: each.due)
            outcome = self.court.say(first.command(), at=first.due + timedelta(milliseconds=100))
            assert isinstance(outcome, Decided), outcome
            events += outcome.entry.events
        self.now = max(self.now, moment)
        return events

    def phase(self) -> str:
        """How far the two nations have come with each other."""
        return self.court.matter().conduct.exchange("XAA", "XBB").phase.value


def kinds(events: list[object]) -> list[str]:
    """The events' names."""
    return [type(event).__name__ for event in events]
