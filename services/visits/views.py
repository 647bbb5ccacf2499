"""What operators see of visits: counts, states and ages; never a person, a craft or a word. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from schemas.contacts import ContactPhase
from schemas.parties import Nation
from schemas.visit_terms import HostTerms, VisitPhase
from schemas.visits import VisitStanding
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
    subject: str
    type: str
    between: str
    state: str
    since: datetime
    sites: int
    persons: int
    begins: datetime
    ends: datetime
    next_due: datetime | None
    overdue: bool
    version: int
    agreement: str | None
    dispels: str | None


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
    visit_days: int
    urgent_days: int
    aircraft_days: int
    ship_days: int
    decided_before_days: int
    weekend: tuple[str, ...]
    holidays: int
    inspections: int
    evaluations: int


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
            visit_days=each.standard_days,
            urgent_days=each.urgent_days,
            aircraft_days=each.aircraft_days,
            ship_days=each.ship_days,
            decided_before_days=each.decide_before_days,
            weekend=tuple(DAYS[day] for day in each.weekend),
            holidays=len(each.holidays),
            inspections=each.inspections_a_year,
            evaluations=each.evaluations_a_year,
        )
        for name, each in (*sorted(countries.items()), ("all others", otherwise))
    ]


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
        subject=standing.subject.value,
        type=(standing.type or standing.answer).value,
        between=f"{standing.requesting} to {standing.host}",
        state=standing.phase.value + _besides(standing),
        since=standing.since,
        sites=len(holds.sites),
        persons=len(holds.persons),
        begins=holds.window.begins,
        ends=holds.window.ends,
        next_due=min(due, default=None),
        overdue=late or bool(standing.pending and standing.pending.overdue),
        version=standing.asked.version,
        agreement=standing.agreement,
        dispels=standing.dispels,
    )


def _besides(standing: VisitStanding) -> str:
    """Of an amendment on its way: what holds meanwhile."""
    is_pending = standing.phase is VisitPhase.AMENDMENT_PENDING
    return f" ({standing.underlying} holds)" if is_pending else ""


def _overdue(standing: VisitStanding, what: str, since: datetime, begins: datetime) -> OverdueShown:
    return OverdueShown(standing.reference, what, standing.host, since, begins)


def _next(due: datetime | None, stands: bool) -> datetime | None:
    return due if stands else None
