"""What became of something just said, once it is answered or the time is over."""

from __future__ import annotations

import contextlib
from collections.abc import Awaitable
from typing import TypeVar

from rich.console import Console
from rich.text import Text as Shown

from services.desk.commands.steps.outcome import DONE, GAVE_UP, QUEUED_ONLY, REFUSED, Outcome
from services.desk.desk import Desk
from services.desk.inner.whole import flaws
from services.desk.letters import Sent
from services.desk.reports import Report
from services.desk.screen.notation import dtg
from services.desk.screen.outbox import sent_document
from services.desk.screen.progress import outcome_lines, report_document, report_line
from services.desk.store.records import OutState

T = TypeVar("T")


async def sent(desk: Desk, message: str, wait_s: float) -> Outcome:
    """What became of a message just released, once answered or when the time is over."""
    what = f"waiting for the hotline, {wait_s:g}s at most"
    letter = await told(what, desk.settled(message, wait_s))
    codes = {OutState.ACCEPTED: DONE, OutState.REFUSED: REFUSED, OutState.QUEUED: QUEUED_ONLY}
    warnings = _warnings(letter)
    shown = Shown.assemble(
        f"{letter.outer.precedence.value} {dtg(letter.outer.sent_at)} to "
        f"{', '.join((*letter.outer.action, *letter.outer.info))}\n"
        f"identity {letter.outer.message_id}\n",
        outcome_lines(letter.state, letter.refusal, alone=desk.link is not None),
        *(f"\nWARNING: {each}" for each in warnings),
    )
    document = {**sent_document(letter), "warnings": warnings}
    return Outcome(document, shown, codes.get(letter.state, GAVE_UP))


def _warnings(letter: Sent) -> list[str]:
    """What its officer should know of a message that went out all the same."""
    terms = letter.outer.terms
    found = flaws(letter.text, letter.outer) if letter.text else []
    warnings = [flaw.reason for flaw in found if not flaw.refuses]
    if terms and terms.line_state:
        warnings.append(
            f"{terms.line} is {terms.line_state}: the message is marked so and goes to the "
            "alternates of the line's other ends too. Use another channel besides."
        )
    return warnings


async def reported(desk: Desk, about: str, report: str, wait_s: float) -> Outcome:
    """What became of a report just made. The bus's taking it is all the answer that it gets."""

    def find() -> Report:
        return next(each for each in desk.reports(about) if each.out.message == report)

    def taken() -> Report | None:
        return found if (found := find()).out.state is not OutState.QUEUED else None

    waited = desk.until(taken, wait_s)
    made = await told(f"waiting for the bus, {wait_s:g}s at most", waited) or find()
    codes = {OutState.QUEUED: QUEUED_ONLY, OutState.REFUSED: REFUSED}
    shown = report_line(made, alone=desk.link is not None)
    document = {"message_id": about, **report_document(made)}
    return Outcome(document, shown, codes.get(made.out.state, DONE))


async def told(what: str, waited: Awaitable[T]) -> T:
    """Wait, with a sign of life on a terminal."""
    console = Console(stderr=True, highlight=False)
    with console.status(what) if console.is_terminal else contextlib.nullcontext():
        return await waited
