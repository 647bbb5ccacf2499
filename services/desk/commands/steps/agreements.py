"""How agreements stand, who takes part in them and what is owed under them."""

from __future__ import annotations

from datetime import datetime

from rich.console import Group
from rich.text import Text as Shown

from services.desk.commands.steps.outcome import DONE, Outcome
from services.desk.commands.steps.submitting import submitting
from services.desk.desk import Desk
from services.desk.screen.agreements import (
    agreement_document,
    agreement_screen,
    agreements_screen,
    history_document,
    obligation_document,
    obligations_screen,
    participants_document,
    participants_screen,
)
from services.desk.screen.link_line import link_document, link_lines


async def submitted(desk: Desk, identity: str, what: str, wait_s: float) -> Outcome:
    """What the agreements service made of something just submitted."""
    return await submitting(desk, identity, what, "the agreements service", wait_s)


def agreements_of(desk: Desk) -> Outcome:
    """Every agreement, and whether more can come."""
    now, attached, link = desk.clock.now(), desk.is_attached(), desk.link_state()
    views = desk.agreements.all()
    document = {
        "desk": desk.name,
        "link": link_document(link, attached=attached),
        "agreements": [agreement_document(each, now) for each in views],
    }
    first = link_lines(link, now, desk.realm, attached=attached)
    return Outcome(document, Group(first, agreements_screen(views, now)))


def agreement_of(desk: Desk, name: str, newest: int) -> Outcome:
    """One agreement, with the newest that was told of it."""
    view, now = desk.agreements.one(name), desk.clock.now()
    document = {
        "desk": desk.name,
        **agreement_document(view, now),
        "happened": history_document(view, newest),
    }
    return Outcome(document, agreement_screen(view, newest, now))


def participants_of(desk: Desk, name: str, at: datetime | None) -> Outcome:
    """The table of participants at a date; as it is now where none is named."""
    view, now = desk.agreements.one(name), desk.clock.now()
    moment = at or now
    document = {
        "desk": desk.name,
        "agreement": name,
        "at": moment.isoformat(),
        "participants": participants_document(view, moment),
    }
    return Outcome(document, participants_screen(view, moment, now))


def obligations_of(desk: Desk) -> Outcome:
    """All that is owed, soonest due first."""
    owed, now = desk.agreements.obligations(), desk.clock.now()
    document = {
        "desk": desk.name,
        "obligations": [obligation_document(view, each) for view, each in owed],
    }
    return Outcome(document, obligations_screen(owed, desk.name, now))


def taken(number: int) -> Outcome:
    """A prefilled message was taken over."""
    shown = Shown(f"draft {number} is kept; `release {number} --by OFFICER` sends it")
    return Outcome({"draft": number}, shown, DONE)
