"""What may be asked: of whom, when, for whom, and what an amendment may change.

Pure. What stands inside is checked by the desks' library, before release and on receipt.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import pairwise

from schemas.parties import Function, Nation, nation_of
from schemas.visit_terms import (
    AmendedItem,
    Answer,
    End,
    HostTerms,
    Leg,
    Subject,
    VisitPhase,
    VisitStep,
    VisitType,
    Window,
    midnight,
)
from schemas.visits import (
    Asked,
    Asking,
    Pending,
    RequestAircraft,
    RequestShip,
    RequestVisit,
    VisitStanding,
    window_of,
)
from services.bus.refusals import Refusal, UnknownOfficer
from services.bus.rulebook import Decision, Heard
from services.visits.refusals import (
    AmendsMore,
    ClearanceTooLow,
    DuplicateVisitor,
    EmergencyNotAmendable,
    EmergencyUnjustified,
    EndsBeforeItBegins,
    FacilityInThirdCountry,
    HostNotOnItinerary,
    InsideLeadTime,
    LegsApart,
    LongerThanAYear,
    NoAuthority,
    NoEmergency,
    NotAmendable,
    NotificationUnbased,
    OtherVersion,
    ReferenceTaken,
    SelfApproval,
    StartsEarlier,
    StrangerInformed,
    UnknownFacilityDesk,
    VisitInThePast,
    WrongFunction,
)
from services.visits.state import REQUESTERS, Visit, authorities
from services.visits.telling import changed

YEAR = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Terms:
    """What each country demands, as it is configured."""

    countries: Mapping[Nation, HostTerms] = field(default_factory=dict)
    otherwise: HostTerms = field(default_factory=HostTerms)

    def of(self, nation: Nation) -> HostTerms:
        """A country's own; the common ones where it has none."""
        return self.countries.get(nation, self.otherwise)


def submit(visit: Visit, heard: Heard[Asking], terms: Terms) -> Decision | Refusal:
    """A new request, under a reference that nobody used."""
    asking = heard.command
    if asking.amends is not None:
        return NotAmendable("nothing stands under this reference")
    if refused := _asked_wrongly(asking, heard, terms):
        return refused
    asked = _asked(asking, heard.digest, 1)
    standing = VisitStanding(
        reference=asking.matter,
        subject=subject_of(asking),
        phase=VisitPhase.SUBMITTED,
        underlying=VisitPhase.SUBMITTED,
        since=heard.received_at,
        type=asking.type if isinstance(asking, RequestVisit) else None,
        answer=answer_of(asking),
        exceptional=asking.exceptional,
        requester=asking.sender,
        requesting=asking.requesting,
        host=asking.host,
        facilities=_facilities(asking),
        info=asking.info,
        agreement=asking.agreement,
        dispels=asking.dispels,
        versions=1,
        asked=asked,
        approved=None,
        pending=None,
        decision=None,
        category=None,
        decision_due=None,
        overdue=False,
        concurred=(),
        objected=(),
        number=None,
        visited=False,
        message_type=asking.message_type,
        exercise=asking.exercise,
    )
    return changed(visit, heard, VisitStep.SUBMITTED, standing, 1, by=by(asking), keeps_record=True)


def taken(visit: Visit, heard: Heard[Asking], terms: Terms) -> Decision | Refusal:
    """Something stands under the reference, and cannot be amended, or not any more."""
    del terms
    if heard.command.amends is None:
        return ReferenceTaken()
    return NotAmendable(f"it is {visit.on_record.underlying}")


def amend(visit: Visit, heard: Heard[Asking], terms: Terms) -> Decision | Refusal:
    """An amendment of what is in force, which stays so until it is decided."""
    asking, standing = heard.command, visit.on_record
    if asking.amends is None:
        return ReferenceTaken()
    if subject_of(asking) is not standing.subject:
        return ReferenceTaken(f"it is of {standing.subject}")
    if refused := _amended_wrongly(asking, standing):
        return refused
    if refused := _asked_wrongly(asking, heard, terms):
        return refused
    version = standing.versions + 1
    asked = _asked(asking, heard.digest, version)
    if refused := _changes_more(asking, asked, standing):
        return refused
    pending = Pending(
        asked=asked,
        items=asking.amends.items,
        phase=VisitPhase.SUBMITTED,
        facilities=_facilities(asking),
    )
    after = standing.model_copy(
        update={
            "pending": pending,
            "versions": version,
            "phase": VisitPhase.AMENDMENT_PENDING,
        }
    )
    step = VisitStep.AMENDMENT_SUBMITTED
    return changed(visit, heard, step, after, version, by=by(asking), keeps_record=True)


def _amended_wrongly(asking: Asking, standing: VisitStanding) -> Refusal | None:
    assert asking.amends is not None, "only an amendment is asked"
    if standing.type is VisitType.EMERGENCY:
        return EmergencyNotAmendable()
    if standing.approved is None:
        return NotAmendable(f"it is {standing.underlying}: nothing is approved yet")
    if asking.amends.version != standing.asked.version:
        return OtherVersion(f"version {standing.asked.version} is in force")
    same = (standing.requester, standing.requesting, standing.host, standing.agreement)
    if (asking.sender, asking.requesting, asking.host, asking.agreement) != same:
        return AmendsMore("requester, nations and agreement stay")
    if isinstance(asking, RequestVisit) and asking.type is not standing.type:
        return AmendsMore("the type stays")
    if answer_of(asking) is not standing.answer:
        return AmendsMore("a request stays one, and a notification too")
    return None


def _changes_more(asking: Asking, asked: Asked, standing: VisitStanding) -> Refusal | None:
    """An amendment may extend or substitute, and changes nothing besides what it names."""
    assert asking.amends is not None, "only an amendment is asked"
    assert standing.approved is not None, "only what is approved is amended"
    before, items = standing.asked, asking.amends.items
    if asked.window.begins < standing.approved.window.begins:
        return StartsEarlier()
    persons = AmendedItem.CRAFT if standing.subject.is_clearance else AmendedItem.VISITORS
    for item, same in (
        (AmendedItem.DATES, asked.window == before.window),
        (persons, set(asked.persons) == set(before.persons)),
        (
            AmendedItem.FACILITY,
            (asked.sites, _facilities(asking)) == (before.sites, standing.facilities),
        ),
    ):
        if not same and item not in items:
            return AmendsMore(f"{item} is not named")
    return AmendsMore("the level stays") if asked.level != before.level else None


def _asked_wrongly(asking: Asking, heard: Heard[Asking], terms: Terms) -> Refusal | None:
    """What is wrong with a request as such, new or amending."""
    if refused := _spoken_wrongly(asking, heard):
        return refused
    window = window_of(asking)
    if refused := _of_its_kind(asking):
        return refused
    if window is None:
        return EndsBeforeItBegins()
    if window.ends - window.begins > YEAR:
        return LongerThanAYear()
    if asking.exceptional and not asking.justified:
        return EmergencyUnjustified()
    return _too_soon(asking, window, heard.received_at, terms.of(asking.host))


def _spoken_wrongly(asking: Asking, heard: Heard[Asking]) -> Refusal | None:
    sender = heard.desks.get(asking.sender)
    if sender is None or asking.officer not in sender.officers:
        return UnknownOfficer()
    if nation_of(asking.sender) != asking.requesting:
        return WrongFunction("a desk asks for its own nation")
    if asking.requesting == asking.host:
        return SelfApproval()
    if not set(REQUESTERS) & set(sender.functions):
        return WrongFunction(f"{', '.join(REQUESTERS)}: one of these submits")
    return _named_wrongly(asking, heard)


def _named_wrongly(asking: Asking, heard: Heard[Asking]) -> Refusal | None:
    """Authorities that are there, and desks that may be told."""
    for nation in (asking.requesting, asking.host):
        if not authorities(subject_of(asking), nation, heard.desks):
            return NoAuthority(nation)
    for desk in asking.info:
        if nation_of(desk) not in (asking.requesting, asking.host):
            return StrangerInformed(desk)
        if desk not in heard.desks:
            return UnknownFacilityDesk(desk)
    for desk in _facilities(asking):
        found = heard.desks.get(desk)
        if found is None or Function.FACILITY not in found.functions:
            return UnknownFacilityDesk(desk)
    return None


def _of_its_kind(asking: Asking) -> Refusal | None:
    match asking:
        case RequestVisit():
            return _visit_wrong(asking)
        case RequestAircraft():
            return _twice(asking.craft) or _unbased(asking) or legs_wrong(asking.legs, asking.host)
        case RequestShip():
            return _twice(asking.craft) or _unbased(asking)
        case _:
            return None


def _visit_wrong(asking: RequestVisit) -> Refusal | None:
    if away := [each.site for each in asking.sites if each.country != asking.host]:
        return FacilityInThirdCountry(f"site {away[0]}")
    for site in asking.sites:
        if site.desk and nation_of(site.desk) != asking.host:
            return UnknownFacilityDesk(site.desk)
    if asking.lowest_clearance.rank < asking.level.rank:
        return ClearanceTooLow(f"{asking.lowest_clearance} is below {asking.level}")
    return _twice(asking.visitors)


def _twice(marks: tuple[str, ...]) -> Refusal | None:
    return DuplicateVisitor() if len(set(marks)) != len(marks) else None


def _unbased(asking: RequestAircraft | RequestShip) -> Refusal | None:
    """A notification rests on a clearance that stands, or on an agreement."""
    if asking.answer is Answer.REQUEST or asking.existing_number or asking.agreement:
        return None
    return NotificationUnbased()


def legs_wrong(legs: tuple[Leg, ...], host: Nation) -> Refusal | None:
    """Whether the chain of entries and exits holds: each leg begins where and when one ended.

    Over a border point the times are the same; at an airfield it waits on the ground.
    """
    for number, leg in enumerate(legs, start=1):
        if leg.ends <= leg.begins:
            return LegsApart(f"leg {number} ends before it begins")
    for number, (one, other) in enumerate(pairwise(legs), start=2):
        if one.ends_by is not other.begins_by:
            return LegsApart(f"leg {number} begins by {other.begins_by}, the last ended otherwise")
        if one.ends_by is End.AIRFIELD and (other.begins < one.ends or one.state != other.state):
            return LegsApart(f"leg {number} departs from where and when the last one landed")
        if one.ends_by is End.POINT and (other.begins != one.ends or one.state == other.state):
            return LegsApart(f"leg {number} enters the next state when the last one left")
    return None if any(leg.state == host for leg in legs) else HostNotOnItinerary()


def _too_soon(
    asking: Asking, window: Window, received_at: datetime, host: HostTerms
) -> Refusal | None:
    """The lead time, to the first day, in the host's working days; a ship's in days."""
    today, first = received_at.date(), window.begins.date()
    if asking.amends is not None and window.begins <= received_at:
        # What is under way already is extended or substituted, however late.
        return None
    if window.begins < midnight(today):
        return VisitInThePast()
    standard, urgent = latest_days(asking, first, host)
    if asking.amends is not None:
        return _inside(urgent) if today > urgent else None
    if not asking.exceptional:
        return _inside(standard) if today > standard else None
    if today > urgent:
        return _inside(urgent)
    if today <= standard:
        return NoEmergency(f"an ordinary one is in time until {standard}")
    return None


def _inside(latest: date) -> Refusal:
    return InsideLeadTime(f"it was due by {latest}, UTC")


def latest_days(asking: Asking, first: date, host: HostTerms) -> tuple[date, date]:
    """The last day on which an ordinary request is in time, and an exceptional one."""
    if isinstance(asking, RequestVisit):
        days = host.standard_days, host.urgent_days
    elif isinstance(asking, RequestAircraft):
        days = host.aircraft_days, host.aircraft_urgent_days
    else:
        return (
            first - timedelta(days=host.ship_days),
            first - timedelta(days=host.ship_urgent_days),
        )
    return host.before(first, days[0]), host.before(first, days[1])


def subject_of(asking: Asking) -> Subject:
    """What would come."""
    match asking:
        case RequestVisit():
            return Subject.VISIT
        case RequestAircraft():
            return Subject.AIRCRAFT
        case _:
            return Subject.SHIP


def answer_of(asking: Asking) -> Answer:
    """Whether it needs an answer. A Request for Visit always does."""
    if isinstance(asking, RequestAircraft | RequestShip):
        return asking.answer
    return Answer.REQUEST


def _facilities(asking: Asking) -> tuple[str, ...]:
    if not isinstance(asking, RequestVisit):
        return ()
    return tuple(dict.fromkeys(site.desk for site in asking.sites if site.desk))


def _asked(asking: Asking, digest: str, version: int) -> Asked:
    window = window_of(asking)
    assert window is not None, "it was checked before"
    visit = asking if isinstance(asking, RequestVisit) else None
    return Asked(
        version=version,
        request=digest,
        window=window,
        level=visit.level if visit else None,
        sites=tuple(each.site for each in visit.sites) if visit else (),
        persons=visit.visitors if visit else asking.craft,  # type: ignore[attr-defined]  # one of three
    )


def by(command: Asking) -> tuple[str, str, str]:
    """Who says it: nation, desk, officer."""
    return nation_of(command.sender), command.sender, command.officer
