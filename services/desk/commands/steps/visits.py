"""What is said of visits and contacts, and how they stand."""

from __future__ import annotations

from collections.abc import Callable

from rich.console import Group
from rich.text import Text as Shown

from schemas.parties import Contract, nation_of
from services.desk.commands.steps.outcome import Outcome
from services.desk.commands.steps.submitting import submitting
from services.desk.desk import Desk
from services.desk.inner.outside import Form
from services.desk.screen.link_line import link_document, link_lines
from services.desk.screen.visits import (
    contact_document,
    contacts_screen,
    visit_document,
    visit_screen,
    visits_screen,
)
from services.desk.skeleton import skeleton
from services.desk.visits.speaking import warnings_of
from services.desk.visits.view import VisitView

SERVICE = "the service of visits"


async def requested(
    desk: Desk,
    form: Form,
    wait_s: float,
    *,
    by: str,
    reference: str | None,
    exercise: str | None = None,
) -> Outcome:
    """Submit a form; what became of it, with what its officer should know."""
    name, identity = desk.visits.request(form, by=by, reference=reference, exercise=exercise)
    outcome = await submitting(desk, identity, name, SERVICE, wait_s)
    return _warned(outcome, warnings_of(form, nation_of(desk.name)))


async def amended(desk: Desk, reference: str, form: Form, wait_s: float, *, by: str) -> Outcome:
    """Submit an amendment, likewise."""
    identity = desk.visits.amend(reference, form, by=by)
    outcome = await submitting(desk, identity, f"amendment of {reference}", SERVICE, wait_s)
    return _warned(outcome, warnings_of(form, nation_of(desk.name)))


def _warned(outcome: Outcome, warnings: list[str]) -> Outcome:
    shown = [Shown(f"WARNING: {each}") for each in warnings]
    document = {**outcome.document, "warnings": warnings}
    return Outcome(document, Group(outcome.screen, *shown), outcome.code)


async def spoken(desk: Desk, identity: str, what: str, wait_s: float) -> Outcome:
    """What became of something said of a request."""
    return await submitting(desk, identity, what, SERVICE, wait_s)


def listed(desk: Desk, chosen: Callable[[VisitView], bool]) -> Outcome:
    """Every request that is chosen, and whether more can come."""
    now, attached, link = desk.clock.now(), desk.is_attached(), desk.link_state()
    views = [view for view in desk.visits.all() if chosen(view)]
    document = {
        "desk": desk.name,
        "link": link_document(link, attached=attached),
        "requests": [visit_document(view, whole=False) for view in views],
    }
    first = link_lines(link, now, desk.realm, attached=attached)
    return Outcome(document, Group(first, visits_screen(views, now)))


def one(desk: Desk, reference: str) -> Outcome:
    """One request: how it stands, its form where this desk may read it, and what was said."""
    view = desk.visits.one(reference)
    document = {"desk": desk.name, **visit_document(view, whole=True)}
    return Outcome(document, visit_screen(view, desk.clock.now()))


def at_the_gate(desk: Desk, reference: str, nationality: str, document: str) -> Outcome:
    """Whether who stands there is approved, now."""
    covered = desk.visits.covers(reference, nationality, document, desk.clock.now())
    words = "APPROVED: let in" if covered else "NOT COVERED: not approved, or not now"
    shown = Shown(words, style="bold green" if covered else "bold red")
    return Outcome({"reference": reference, "covered": covered}, shown)


def contacts(desk: Desk) -> Outcome:
    """All that stands in registers."""
    views = desk.contacts.all()
    document = {"desk": desk.name, "contacts": [contact_document(view) for view in views]}
    return Outcome(document, contacts_screen(views, desk.clock.now()))


def empty_form(contract: type[Contract]) -> str:
    """The form, to be filled in."""
    return skeleton(contract)
