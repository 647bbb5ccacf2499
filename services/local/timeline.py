"""What happened to every message and record, in the order of time, as it happens."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from schemas.catalogue import KINDS
from schemas.envelope import Submission
from services.bus.clock import age
from services.desk.desk import Desk
from services.desk.letters import Sent
from services.desk.store.records import Out, OutState

EVERY_S = 0.1
_RECORDS = frozenset(kind for kind, contract in KINDS.items() if issubclass(contract, Submission))


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that happened to one message, or to one record submitted to a service."""

    at: datetime
    since_release: str
    precedence: str
    """Of a message; of a record, the service that keeps it."""
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


def line_of(out: Out, desk: str) -> Line | None:
    """A record that a desk submitted, once its service has answered; None until then."""
    if out.state not in (OutState.ACCEPTED, OutState.REFUSED):
        return None
    service, what, _ = out.kind.removeprefix("application/vnd.detente.").split(".")
    return Line(
        at=out.queued_at,
        since_release="0s",
        precedence=service.upper(),
        message=out.message[-6:],
        what=what.replace("-", " ").upper(),
        detail=f"{desk}, {out.state.value.lower()}, in its ledger",
    )


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
        for out in desk.store.outs():
            if out.kind not in _RECORDS or (out.message, 0) in shown:
                continue
            if answered := line_of(out, desk.name):
                shown.add((out.message, 0))
                fresh.append(answered)
    for line in sorted(fresh, key=lambda each: each.at):
        show(line)
