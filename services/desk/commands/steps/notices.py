"""How notices stand, and what becomes of something that was detected."""

from __future__ import annotations

from rich.console import Group

from services.desk.commands.steps.outcome import Outcome
from services.desk.commands.steps.submitting import submitting
from services.desk.desk import Desk
from services.desk.notices.forms import DetectionForm
from services.desk.screen.notices import (
    detection_screen,
    match_document,
    notice_document,
    notice_screen,
    notices_screen,
)


def notices_of(desk: Desk) -> Outcome:
    """Every notice."""
    views = desk.notices.all()
    document = {"desk": desk.name, "notices": [notice_document(each) for each in views]}
    return Outcome(document, notices_screen(views, desk.clock.now()))


def notice_of(desk: Desk, named: str) -> Outcome:
    """One of them."""
    view = desk.notices.one(named)
    document = {"desk": desk.name, **notice_document(view)}
    return Outcome(document, notice_screen(view, desk.clock.now()))


async def detecting(desk: Desk, form: DetectionForm, by: str, wait_s: float) -> Outcome:
    """What it is known to be comes first; where a notice explains it, its parties are told."""
    found = desk.notices.matching(form)
    standing = [each for each in found if not each.cancelled]
    document = {"desk": desk.name, "matches": [match_document(each) for each in found]}
    screen = detection_screen(form, found, desk.clock.now())
    if not standing:
        return Outcome(document, screen)
    said = [desk.notices.link(each, form, by=by) for each in standing]
    linked = [await submitting(desk, each, "linked", "the alerts service", wait_s) for each in said]
    return Outcome(
        {**document, "linked": [each.document for each in linked]},
        Group(screen, *(each.screen for each in linked)),
        max(each.code for each in linked),
    )
