"""Requests for visits and clearances: forms of people and craft of whom nothing is known."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from schemas.visit_terms import AmendedItem, End, VisitDecision, VisitStep, VisitType
from schemas.visits import Asking, DecideRequest, RequestAircraft, RequestShip, RequestVisit
from services.rehearsal.recording import removed
from services.rehearsal.recording.names import REMOVED, Names
from services.rehearsal.recording.spoken import Spoken, Told

POINT = "REMOVED"
DECIDED = ("decision", "category", "window", "level", "sites")
SHARED = ("host", "agreement", "dispels", "info")


def request(spoken: Spoken) -> Told:
    """The whole form: submitted first, or again as an amendment has it."""
    command, names = spoken.command, spoken.names
    reference = names.matter(command.matter)
    amended = command.amends.items if command.amends else ()
    for item in amended:
        # What an amendment changes in words alone must differ here too.
        names.noted[reference, item] = f"{REMOVED} Version {command.amends.version + 1}."
    form = {
        **{n: each for n, each in names.table(command).items() if n in SHARED},
        **_FORMS[type(command)](command, names, reference),
    }
    if command.justified or command.exceptional:
        form["remarks"] = REMOVED
    says = "amend" if command.amends else "request"
    return "visit", says, {"reference": reference, "form": form}


def _numbers(names: Names, reference: str, marks: tuple[str, ...]) -> list[int]:
    """Each commitment's number among those of its request: the same person is the same one."""
    return [
        int(names.numbered(f"of {reference}", mark).rpartition("-")[2]) for mark in marks
    ]  # fmt: skip


def _visit(command: RequestVisit, names: Names, reference: str) -> dict[str, Any]:
    own, low = names.nation(command.requesting), command.lowest_clearance.value
    site = names.noted.get((reference, AmendedItem.FACILITY), REMOVED)
    position = names.noted.get((reference, AmendedItem.VISITORS), REMOVED)
    recurs = command.type is VisitType.RECURRING
    return {
        **removed.VISIT,
        "type": command.type.value,
        "access": command.access.value,
        "level": command.level.value,
        "first_day": command.first_day.isoformat(),
        "last_day": command.last_day.isoformat(),
        "subject": f"Recurring visits. {REMOVED}" if recurs else REMOVED,
        **({"government_contact": removed.REACHED} if command.exceptional else {}),
        "facilities": [
            {
                "name": site, "country": names.nation(each.country), "address": REMOVED,
                "contact": REMOVED, "security_officer": REMOVED, "phone": REMOVED,
                **({"desk": names.desk(each.desk)} if each.desk else {}),
            }
            for each in command.sites
        ],
        "visitors": [
            removed.person(number, own, low, position)
            for number in _numbers(names, reference, command.visitors)
        ],
    }  # fmt: skip


def _aircraft(command: RequestAircraft, names: Names, reference: str) -> dict[str, Any]:
    def end(by: End, at: Any) -> dict[str, str]:
        return {"by": by.value, "name": POINT, "at": names.at(at)}

    words = names.noted.get((reference, AmendedItem.CRAFT), REMOVED)
    return {
        **removed.AIRCRAFT,
        "aircraft_type": words,
        "answer": command.answer.value,
        "lands": command.lands,
        "photographic_sensors": command.photographic_sensors,
        "armament": command.armament,
        "electronic_warfare": command.electronic_warfare,
        "exceptional": command.exceptional,
        **_numbered(command, names),
        "aircraft": [
            removed.craft(number) for number in _numbers(names, reference, command.craft)
        ],
        "itinerary": [
            {
                "state": names.nation(leg.state), "entry": end(leg.begins_by, leg.begins),
                "route": POINT, "exit": end(leg.ends_by, leg.ends),
            }
            for leg in command.legs
        ],
        **({"dangerous_goods": [removed.GOODS]} if command.dangerous_goods else {}),
    }  # fmt: skip


def _ship(command: RequestShip, names: Names, reference: str) -> dict[str, Any]:
    words = names.noted.get((reference, AmendedItem.CRAFT), REMOVED)
    return {
        **removed.SHIPS,
        "port": words,
        "answer": command.answer.value,
        "arrives": names.at(command.arrives),
        "leaves": names.at(command.leaves),
        "exceptional": command.exceptional,
        **_numbered(command, names),
        "ships": [removed.ship(number) for number in _numbers(names, reference, command.craft)],
    }


def _numbered(command: Any, names: Names) -> dict[str, str]:
    number = command.existing_number
    return {"existing_number": names.numbered("NUMBER", number)} if number else {}


_FORMS: Mapping[type[Asking], Any] = {
    RequestVisit: _visit,
    RequestAircraft: _aircraft,
    RequestShip: _ship,
}


def decided(spoken: Spoken) -> Told:
    """A decision, with the limits that stand outside, and words for those that did not."""
    command, names = spoken.command, spoken.names
    assert isinstance(command, DecideRequest), "by the table"
    given = names.table(command)
    kept: dict[str, Any] = {name: given[name] for name in DECIDED if name in given}
    if command.persons is not None:
        kept["visitors"] = _numbers(names, names.matter(command.matter), command.persons)
    outside = (command.window, command.level, command.sites, command.persons)
    limited = command.decision is VisitDecision.APPROVED_WITH_LIMITATIONS
    if limited and all(each is None for each in outside):
        kept["words"] = {"limitations": REMOVED}
    return "visit", "decide", {"reference": names.matter(command.matter), **kept}


def observed(spoken: Spoken) -> Told:
    """The craft that came: the same as one that was asked for, or none of them."""
    command, names = spoken.command, spoken.names
    reference = names.matter(command.matter)
    (number,) = _numbers(names, reference, (command.craft,))
    return "visit", "confirm_day", {"reference": reference, "observed": removed.craft(number)}


def amendment_only(spoken: Spoken) -> Told:
    """A withdrawal, of the whole request or of the amendment that was on its way."""
    steps = {getattr(event, "step", None) for event in spoken.events}
    given = {"reference": spoken.names.matter(spoken.command.matter)}
    return "visit", "cancel", given | {"amendment": VisitStep.AMENDMENT_WITHDRAWN in steps}


def reported(spoken: Spoken) -> Told:
    """That it began or ended, or what came of it, with as many who came."""
    command, names = spoken.command, spoken.names
    reference = names.matter(command.matter)
    numbers = _numbers(names, reference, command.persons)
    form = {
        "report": REMOVED, "sites": list(command.sites),
        "documents": [removed.document(number) for number in numbers],
    }  # fmt: skip
    return "visit", "report", {
        "reference": reference, "report": command.report.value, "form": form,
    }  # fmt: skip
