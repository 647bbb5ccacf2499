"""What stands outside a form: derived from it, never typed in. Pure."""

from __future__ import annotations

from typing import Any, TypeAlias

from schemas.parties import Contract
from schemas.visit_forms import (
    AircraftForm,
    SealedAircraft,
    SealedShip,
    SealedVisit,
    ShipForm,
    VisitForm,
)
from schemas.visit_terms import Leg, VisitType
from schemas.visits import Asking, RequestAircraft, RequestShip, RequestVisit, Site

Form: TypeAlias = VisitForm | AircraftForm | ShipForm
Sealed: TypeAlias = SealedVisit | SealedAircraft | SealedShip
KINDS: dict[type[Contract], tuple[type[Asking], type[Any]]] = {
    VisitForm: (RequestVisit, SealedVisit),
    AircraftForm: (RequestAircraft, SealedAircraft),
    ShipForm: (RequestShip, SealedShip),
}
"""By form, the request that carries it, and what lies inside."""


def fields_of(form: Form, salt: str) -> dict[str, Any]:
    """The request's own outer fields, of this form under this salt."""
    common = {
        "host": form.host,
        "justified": form.remarks is not None,
        "agreement": form.agreement,
        "dispels": form.dispels,
        "info": form.info,
    }
    match form:
        case VisitForm():
            return common | _of_visit(form, salt)
        case AircraftForm():
            return common | _of_aircraft(form, salt)
        case ShipForm():
            return common | {
                "exceptional": form.exceptional,
                "answer": form.answer,
                "existing_number": form.existing_number,
                "arrives": form.arrives,
                "leaves": form.leaves,
                "craft": tuple(each.mark(salt) for each in form.ships),
            }


def _of_visit(form: VisitForm, salt: str) -> dict[str, Any]:
    return {
        "exceptional": form.type is VisitType.EMERGENCY,
        "type": form.type,
        "access": form.access,
        "level": form.level,
        "first_day": form.first_day,
        "last_day": form.last_day,
        "sites": tuple(
            Site(site=number, country=each.country, desk=each.desk)
            for number, each in enumerate(form.facilities, start=1)
        ),
        "visitors": tuple(each.mark(salt) for each in form.visitors),
        "lowest_clearance": min(
            (each.clearance for each in form.visitors), key=lambda level: level.rank
        ),
    }


def _of_aircraft(form: AircraftForm, salt: str) -> dict[str, Any]:
    return {
        "exceptional": form.exceptional,
        "answer": form.answer,
        "existing_number": form.existing_number,
        "legs": tuple(
            Leg(
                state=each.state,
                begins_by=each.entry.by,
                begins=each.entry.at,
                ends_by=each.exit.by,
                ends=each.exit.at,
            )
            for each in form.itinerary
        ),
        "craft": tuple(each.mark(salt) for each in form.aircraft),
        "photographic_sensors": form.photographic_sensors,
        "armament": form.armament,
        "electronic_warfare": form.electronic_warfare,
        "dangerous_goods": bool(form.dangerous_goods),
        "lands": form.lands,
    }
