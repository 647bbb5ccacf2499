"""What happened to every message, line by line in the order of time, as it happens."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from services.bus.clock import age
from services.desk.desk import Desk
from services.desk.letters import Sent
from services.desk.store.records import OutState

EVERY_S = 0.1


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that happened to one message."""

    at: datetime
    since_release: str
    precedence: str
    message: str
    what: str
    detail: str


def lines_of(letter: Sent) -> Iterator[Line]:
    """A sent message's history, as its sender's own disk tells it."""

    def line(at: datetime, what: str, detail: str) -> Line:
        return Line(
            at=at,
            since_release=age(letter.outer.sent_at, at),
            precedence=letter.outer.precedence.value,
            message=letter.outer.message_id[-6:],
            what=what,
            detail=detail,
        )

    to = ", ".join((*letter.outer.action, *(f"{desk} (info)" for desk in letter.outer.info)))
    yield line(letter.outer.sent_at, "RELEASED", f"{letter.outer.sender} to {to}")
    if letter.state is OutState.REFUSED and letter.refusal:
        yield line(letter.outer.sent_at, "REFUSED", letter.refusal.code)
    for answer in letter.answers:
        detail = answer.desk
        if answer.what == "ACCEPTED":
            detail = "by the hotline, in its ledger"
        elif answer.what in ("SUPERSEDED", "CANCELLED"):
            detail = f"by {answer.by[-6:]}"
        elif answer.what == "ACKNOWLEDGED":
            by = f" by {answer.by}" if answer.by != answer.desk else ""
            detail += f"{by}, {answer.officer}, passed to {answer.passed_to or 'nobody yet'}"
        elif answer.by:
            detail += f" is silent: tried {answer.by}"
        elif answer.officer:
            detail += f", {answer.officer}"
        yield line(answer.at, answer.what, detail)


def show_new(
    desks: Mapping[str, Desk], shown: set[tuple[str, int]], show: Callable[[Line], None]
) -> None:
    """Show every line that was not shown yet, oldest first."""
    fresh = []
    for desk in desks.values():
        for letter in desk.outbox():
            for number, line in enumerate(lines_of(letter)):
                if (letter.outer.message_id, number) not in shown:
                    shown.add((letter.outer.message_id, number))
                    fresh.append(line)
    for line in sorted(fresh, key=lambda each: each.at):
        show(line)
