"""What is said of a line, and how lines stand."""

from __future__ import annotations

from rich.console import Group
from rich.text import Text as Shown

from services.desk.commands.steps.answers import told
from services.desk.commands.steps.outcome import DONE, GAVE_UP, QUEUED_ONLY, REFUSED, Outcome
from services.desk.desk import Desk
from services.desk.lines.speaking import Word
from services.desk.screen.lines import (
    happening_document,
    line_document,
    line_screen,
    lines_screen,
    word_document,
)
from services.desk.screen.link_line import link_document, link_lines
from services.desk.screen.progress import outcome_lines
from services.desk.store.records import OutState


async def said(desk: Desk, word: str, wait_s: float) -> Outcome:
    """What became of something just said of a line, once answered or when the time is over."""

    def answered() -> Word | None:
        found = desk.lines.word(word)
        return found if found.out.state in (OutState.ACCEPTED, OutState.REFUSED) else None

    waited = desk.until(answered, wait_s)
    found = await told(f"waiting for the hotline, {wait_s:g}s at most", waited)
    spoken = found or desk.lines.word(word)
    codes = {OutState.ACCEPTED: DONE, OutState.REFUSED: REFUSED, OutState.QUEUED: QUEUED_ONLY}
    shown = Shown.assemble(
        f"{spoken.line}\nidentity {word}\n",
        outcome_lines(spoken.out.state, spoken.refusal, alone=desk.link is not None),
    )
    document = word_document(spoken.line, spoken.out, spoken.refusal)
    return Outcome(document, shown, codes.get(spoken.out.state, GAVE_UP))


def lines_of(desk: Desk) -> Outcome:
    """Every line, and whether more can come."""
    now, attached, link = desk.clock.now(), desk.is_attached(), desk.link_state()
    views = desk.lines.all()
    document = {
        "desk": desk.name,
        "link": link_document(link, attached=attached),
        "lines": [line_document(each) for each in views],
    }
    first = link_lines(link, now, desk.realm, attached=attached)
    return Outcome(document, Group(first, lines_screen(views, now)))


def line_of(desk: Desk, name: str, newest: int) -> Outcome:
    """One line, with the newest that was said of it."""
    view, happened = desk.lines.one(name), desk.lines.history(name, newest)
    document = {
        "desk": desk.name,
        **line_document(view),
        "happened": [happening_document(each) for each in happened],
    }
    return Outcome(document, line_screen(view, happened, desk.clock.now()))
