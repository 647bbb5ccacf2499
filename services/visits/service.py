"""The service of visits, declared as one value: requests, and hosts' registers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from schemas.contacts import REGISTER_PREFIX, ContactChanged, ContactCommand, PassContactDeadline
from schemas.envelope import Outer
from schemas.parties import Nation
from schemas.visit_terms import HostTerms
from schemas.visits import Asking, RequestVisit, VisitChanged, VisitsDelivery, VisitsEntry
from services.bus.refusals import NotInMatter, Refusal
from services.bus.rulebook import Decision, Heard
from services.bus.service import Deadline, Service
from services.visits import deadlines, evolve, rules
from services.visits.asking import Terms
from services.visits.contacts import rules as contact_rules
from services.visits.contacts import state as contacts
from services.visits.contacts.state import EMPTY, Register
from services.visits.deadlines import NAME
from services.visits.state import BLANK, Visit


@dataclass(frozen=True, slots=True)
class Matter:
    """One matter: a request, or a host's register."""

    visit: Visit = BLANK
    register: Register = EMPTY


def visits(
    countries: Mapping[Nation, HostTerms] | None = None, otherwise: HostTerms | None = None
) -> Service:
    """The service with these terms of countries; where a country has none, the common ones."""
    terms = Terms(countries or {}, otherwise or HostTerms())
    return Service(
        name=NAME,
        commands=rules.COMMANDS | contact_rules.COMMANDS,
        own_commands=rules.OWN_COMMANDS | contact_rules.OWN_COMMANDS,
        budgeted=lambda _: False,
        desks_named=_desks_named,
        nations_named=_nations_named,
        first_state=Matter(),
        decide=partial(_decide, terms=terms),
        evolve=_evolve,
        deadlines=_deadlines,
        entry=VisitsEntry,
        delivery=VisitsDelivery,
        keeps_inner_refused=False,
    )


def _decide(matter: Matter, heard: Heard[Outer], terms: Terms) -> Decision | Refusal:
    if isinstance(heard.command, ContactCommand | PassContactDeadline):
        return contact_rules.decide(matter.register, heard, terms)
    if heard.command.matter.startswith(REGISTER_PREFIX):
        return NotInMatter("a register holds no request")
    return rules.decide(matter.visit, heard, terms)


def _evolve(matter: Matter, event: object) -> Matter:
    if isinstance(event, VisitChanged):
        return replace(matter, visit=evolve.evolve(matter.visit, event))
    if isinstance(event, ContactChanged):
        return replace(matter, register=contacts.evolve(matter.register, event))
    return matter


def _deadlines(matter: Matter) -> Sequence[Deadline]:
    return [*deadlines.deadlines(matter.visit), *contacts.deadlines(matter.register)]


def _desks_named(command: Outer) -> Sequence[str]:
    """The sender, and whom a request names; the nations' others come with the nations."""
    named = [command.sender]
    if isinstance(command, Asking):
        named += command.info
    if isinstance(command, RequestVisit):
        named += [site.desk for site in command.sites if site.desk]
    return named


def _nations_named(command: Outer) -> Sequence[Nation]:
    if isinstance(command, ContactCommand | PassContactDeadline):
        return contact_rules.nations_named(command)
    return rules.nations_named(command)
