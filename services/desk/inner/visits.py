"""What only a reader of a visit's form can see wrong with it. Pure.

No reason repeats what the form says of anybody.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from schemas.parties import nation_of
from schemas.visit_forms import AircraftForm, DecisionWords, ShipForm, VisitForm
from schemas.visit_terms import End, VisitDecision, VisitType
from schemas.visits import Asking, DecideRequest
from services.desk.inner.flaw import Flaw
from services.desk.inner.outside import Sealed, fields_of
from services.desk.inner.whole import words_flaws

RECURRING = "recurring visits"
ONE_TIME_USUALLY_DAYS = 30
_ABBREVIATED = re.compile(r"[A-Z0-9.&/ -]{1,8}")


def request_flaws(sealed: Sealed, outer: Asking) -> Sequence[Flaw]:
    """What is wrong with a form, and between it and what stands outside."""
    said = fields_of(sealed.form, sealed.salt)
    differing = [name for name, value in said.items() if getattr(outer, name, value) != value]
    found = [
        Flaw("OutsideDiffers", f"Outside stands another {name} than in the form.")
        for name in differing
    ]
    own = nation_of(outer.sender)
    return [*found, *words_flaws(sealed.form, outer.message_type), *form_flaws(sealed.form, own)]


def form_flaws(form: VisitForm | AircraftForm | ShipForm, requesting: str) -> list[Flaw]:
    """What is wrong with a form as such."""
    match form:
        case VisitForm():
            return [*_visit(form, requesting)]
        case AircraftForm():
            return [*_own_host(form.host, requesting), *_aircraft(form)]
        case _:
            return [*_own_host(form.host, requesting), *_ship(form)]


def _own_host(host: str, requesting: str) -> Iterator[Flaw]:
    if host == requesting:
        yield Flaw("SelfApproval", "A nation does not ask itself: host and requester differ.")


def _visit(form: VisitForm, requesting: str) -> Iterator[Flaw]:
    yield from _own_host(form.host, requesting)
    if form.last_day < form.first_day:
        yield Flaw("EndsBeforeItBegins", "The last day lies before the first.")
    days = (form.last_day - form.first_day).days + 1
    if days > 366:  # noqa: PLR2004 - a year, leap years too.
        yield Flaw("LongerThanAYear", "It would last more than one year.")
    if form.type is VisitType.ONE_TIME and days > ONE_TIME_USUALLY_DAYS:
        yield Flaw("LongForOneTime", "A one-time visit has 30 days as a rule.", refuses=False)
    yield from _of_type(form)
    yield from _persons(form)
    if any(each.country != form.host for each in form.facilities):
        yield Flaw("FacilityInThirdCountry", "A facility lies in another country than the host's.")
    if _ABBREVIATED.fullmatch(form.pertinent_to.name):
        yield Flaw("Abbreviated", "Item 9 is a full name, without abbreviations.", refuses=False)


def _of_type(form: VisitForm) -> Iterator[Flaw]:
    if form.type is VisitType.RECURRING and not form.subject.lower().startswith(RECURRING):
        yield Flaw("RecurringUnsaid", 'The subject of a recurring visit begins "Recurring visits".')
    if form.type is VisitType.EMERGENCY:
        if form.remarks is None:
            yield Flaw("EmergencyUnjustified", "An emergency says in its remarks why.")
        if form.government_contact is None:
            yield Flaw("ContactMissing", "An emergency names a government contact at the host.")


def _persons(form: VisitForm) -> Iterator[Flaw]:
    low = [n for n, each in enumerate(form.visitors, 1) if each.clearance.rank < form.level.rank]
    if low:
        yield Flaw("ClearanceTooLow", f"Visitor {_numbers(low)}: clearance below the level.")
    if again := _again((each.nationality, each.document) for each in form.visitors) or _again(
        (each.family_name, each.forename, each.born.isoformat()) for each in form.visitors
    ):
        yield Flaw("DuplicateVisitor", f"Visitor {_numbers(again)} stands there before.")


def _aircraft(form: AircraftForm) -> Iterator[Flaw]:
    if again := _again((each.call_sign, each.registration) for each in form.aircraft):
        yield Flaw("DuplicateCraft", f"Aircraft {_numbers(again)} stands there before.")
    if all(each.spare for each in form.aircraft):
        yield Flaw("OnlySpares", "All aircraft are spare ones: name one that is to fly.")
    for number, (one, other) in enumerate(pairwise(form.itinerary), start=2):
        if one.exit.name.upper() != other.entry.name.upper():
            yield Flaw("LegsApart", f"Leg {number} does not begin where the one before it ended.")
    lands = any(
        End.AIRFIELD in (leg.entry.by, leg.exit.by)
        for leg in form.itinerary
        if leg.state == form.host
    )
    if lands != form.lands:
        yield Flaw("LandingDiffers", "Item 6 and the itinerary differ on whether it lands there.")
    if form.exceptional and form.remarks is None:
        yield Flaw("EmergencyUnjustified", "An exceptional case says in its remarks why.")
    texts = (form.purpose, form.departure, *form.destinations, *(x.route for x in form.itinerary))
    if any(text != text.upper() or not text.isascii() for text in texts):
        yield Flaw("NotInCapitals", "The form is in English and in capitals.", refuses=False)


def _ship(form: ShipForm) -> Iterator[Flaw]:
    if again := _again((each.call_sign, each.pennant) for each in form.ships):
        yield Flaw("DuplicateCraft", f"Ship {_numbers(again)} stands there before.")
    if form.leaves <= form.arrives:
        yield Flaw("EndsBeforeItBegins", "The ships leave before they arrive.")
    if form.liberty_party > form.officers + form.enlisted:
        yield Flaw("LibertyPartyTooLarge", "More would go ashore than are on board.")
    if form.exceptional and form.remarks is None:
        yield Flaw("EmergencyUnjustified", "An exceptional case says in its remarks why.")


def decision_flaws(words: DecisionWords, outer: DecideRequest) -> Sequence[Flaw]:
    """A limited approval says its limits, in words or outside; no other decision has any."""
    found = words_flaws(words, outer.message_type)
    limited = outer.decision is VisitDecision.APPROVED_WITH_LIMITATIONS
    outside = (outer.window, outer.level, outer.sites, outer.persons)
    if limited and words.limitations is None and not any(x is not None for x in outside):
        found.append(Flaw("LimitsUnsaid", "An approval with limitations says which they are."))
    if words.limitations is not None and not limited:
        found.append(Flaw("LimitsOutOfPlace", "Only a limited approval has limitations."))
    return found


def _again(keys: Iterable[tuple[str, ...]]) -> list[int]:
    """The numbers of those that stand there a second time."""
    seen: set[tuple[str, ...]] = set()
    found = []
    for number, key in enumerate(keys, start=1):
        plain = tuple("".join(part.split()).upper() for part in key)
        if plain in seen:
            found.append(number)
        seen.add(plain)
    return found


def _numbers(found: Sequence[int]) -> str:
    return ", ".join(map(str, found))
