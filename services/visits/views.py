"""What operators see of visits: counts, states and ages; never who comes. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from schemas.contacts import ContactPhase
from schemas.parties import Nation
from schemas.visit_terms import HostTerms, Subject, VisitPhase
from schemas.visits import Asked, VisitStanding
from services.visits.contacts.state import Register
from services.visits.deadlines import standing_deadlines
from services.visits.state import UNDECIDED, Visit


class Matter(Protocol):
    """What the service keeps of a matter."""

    @property
    def visit(self) -> Visit:
        """A request."""

    @property
    def register(self) -> Register:
        """Or a host's register."""


@dataclass(frozen=True, slots=True)
class RequestShown:
    """One request, and how it stands."""

    reference: str
    type: str
    between: str
    state: str
    since: datetime
    of: str
    """How many sites and visitors, or craft."""
    begins: datetime
    ends: datetime
    next_due: datetime | None
    overdue: bool
    rests_on: tuple[str, ...]
    """The agreement that it cites, and what concern it is to dispel."""


@dataclass(frozen=True, slots=True)
class OverdueShown:
    """A decision, a reply or an entry that has not come. Why is not known."""

    reference: str
    what: str
    of: str
    since: datetime
    begins: datetime


@dataclass(frozen=True, slots=True)
class ContactShown:
    """One inspection, evaluation or contact in a host's register."""

    host: str
    kind: str
    by: str
    state: str
    since: datetime
    enters_at: datetime
    next_due: datetime | None
    late: tuple[str, ...]
    accepted: int
    declined: int


@dataclass(frozen=True, slots=True)
class TermsShown:
    """What a country demands of who wants to come."""

    country: str
    visit: str
    aircraft: str
    ship: str
    decided: str
    weekend: tuple[str, ...]
    holidays: int
    a_year: str


def requests(found: Mapping[str, Matter]) -> list[RequestShown]:
    """Every Request for Visit, the next to begin first."""
    return [_request(each) for each in _standings(found) if not each.subject.is_clearance]


def clearances(found: Mapping[str, Matter]) -> list[RequestShown]:
    """Every diplomatic clearance of aircraft and ships."""
    return [_request(each) for each in _standings(found) if each.subject.is_clearance]


def overdue(found: Mapping[str, Matter]) -> list[OverdueShown]:
    """What was due and has not come: decisions, replies, entries."""
    rows = []
    for each in _standings(found):
        if each.overdue and each.underlying in UNDECIDED and each.decision_due:
            rows.append(_overdue(each, "DECISION", each.decision_due, each.asked.window.begins))
        pending = each.pending
        if pending and pending.overdue and pending.decision_due:
            window = pending.asked.window
            rows.append(_overdue(each, "AMENDMENT_DECISION", pending.decision_due, window.begins))
    for matter in found.values():
        for contact in matter.register.contacts.values():
            ended = (ContactPhase.ENDED, ContactPhase.WITHDRAWN, ContactPhase.DECLINED)
            if contact.late and contact.phase not in ended:
                host = matter.register.host
                late = contact.late[-1].value
                rows.append(
                    OverdueShown(
                        f"{host}: {contact.contact} by {contact.by}", late, host,
                        contact.since, contact.enters_at,
                    )
                )  # fmt: skip
    return sorted(rows, key=lambda row: row.since)


def contacts(found: Mapping[str, Matter]) -> list[ContactShown]:
    """Every inspection, evaluation and contact, by host and time."""
    rows = [
        ContactShown(
            host=matter.register.host,
            kind=contact.contact.value,
            by=contact.by,
            state=contact.phase.value,
            since=contact.since,
            enters_at=contact.enters_at,
            next_due=_next(contact.reply_due, contact.phase is ContactPhase.REQUESTED)
            or _next(contact.enter_by, contact.phase is ContactPhase.ACCEPTED)
            or _next(contact.leave_by, contact.phase is ContactPhase.UNDER_WAY),
            late=tuple(each.value for each in contact.late),
            accepted=len(contact.accepted_by),
            declined=len(contact.declined_by),
        )
        for matter in found.values()
        for contact in matter.register.contacts.values()
    ]
    return sorted(rows, key=lambda row: (row.host, row.enters_at))


def terms(countries: Mapping[Nation, HostTerms], otherwise: HostTerms) -> list[TermsShown]:
    """What each country demands, as it is configured; the common terms last."""
    return [
        TermsShown(
            country=name,
            visit=_days(each.standard_days, each.urgent_days, "working days"),
            aircraft=_days(each.aircraft_days, each.aircraft_urgent_days, "working days"),
            ship=_days(each.ship_days, each.ship_urgent_days, "days"),
            decided=f"{each.decide_before_days} working days before",
            weekend=tuple(DAYS[day] for day in each.weekend),
            holidays=len(each.holidays),
            a_year=f"{each.inspections_a_year} inspections, {each.evaluations_a_year} evaluations",
        )
        for name, each in (*sorted(countries.items()), ("all others", otherwise))
    ]


def _days(standard: int, urgent: int, what: str) -> str:
    return f"{standard} {what}, {urgent} in exceptional cases"


DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def _standings(found: Mapping[str, Matter]) -> list[VisitStanding]:
    standings = (each.visit.standing for each in found.values())
    return sorted((each for each in standings if each), key=lambda each: each.asked.window.begins)


def _request(standing: VisitStanding) -> RequestShown:
    due = [at for _, _, at in standing_deadlines(standing)]
    holds = standing.approved or standing.asked
    late = standing.overdue and standing.underlying in UNDECIDED
    return RequestShown(
        reference=standing.reference,
        type=_type(standing),
        between=f"{standing.requesting} to {standing.host}",
        state=standing.phase.value + _besides(standing),
        since=standing.since,
        of=_counted(standing.subject, holds),
        begins=holds.window.begins,
        ends=holds.window.ends,
        next_due=min(due, default=None),
        overdue=late or bool(standing.pending and standing.pending.overdue),
        rests_on=tuple(each for each in (standing.agreement, standing.dispels) if each),
    )


def _type(standing: VisitStanding) -> str:
    if standing.type:
        return standing.type.value
    return f"{standing.subject} {standing.answer}"


def _counted(subject: Subject, holds: Asked) -> str:
    if subject.is_clearance:
        return f"{len(holds.persons)} craft"
    return f"{len(holds.sites)} sites, {len(holds.persons)} visitors"


def _besides(standing: VisitStanding) -> str:
    """Of an amendment on its way: what holds meanwhile."""
    is_pending = standing.phase is VisitPhase.AMENDMENT_PENDING
    return f" ({standing.underlying} holds)" if is_pending else ""


def _overdue(standing: VisitStanding, what: str, since: datetime, begins: datetime) -> OverdueShown:
    return OverdueShown(standing.reference, what, standing.host, since, begins)


def _next(due: datetime | None, stands: bool) -> datetime | None:
    return due if stands else None
