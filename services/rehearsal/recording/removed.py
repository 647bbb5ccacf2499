"""Placeholders for what was said: they pass the contracts, and read Removed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from schemas.acts import Act
from services.rehearsal.recording.names import PLACE, REMOVED

NOBODY = {"rank": REMOVED, "name": REMOVED}
WORDS = {"text": REMOVED}
EARLIEST = "1900-01-01"
"""In the place of dates that say something of a person or a form."""
TEMPLATE = {"headline": REMOVED, "description": REMOVED, "note": REMOVED}


def area_at(place: str) -> dict[str, Any]:
    """An area that is one point."""
    return {"area_desc": REMOVED, "circle": [{"centre": place, "radius_km": 0.0}]}


AREA = area_at(PLACE)
ASKED = {"causes": [REMOVED], "activity": REMOVED, "area": [AREA]}
PROGRAMME = {
    "purpose": REMOVED, "area": [AREA], "programme": [{"day": EARLIEST, "text": REMOVED}],
}  # fmt: skip
EXPLAINED: Mapping[str, Any] = {
    "OBJECTIVES": REMOVED, "LOCATION": [AREA], "COMPLETION_DATE": EARLIEST,
    "DESIGNATION": REMOVED, "SUBORDINATION": REMOVED, "FORMATIONS": REMOVED, "EQUIPMENT": REMOVED,
}  # fmt: skip
"""By the item that a reply contains."""
CERTIFIED = {
    "authority": REMOVED, "certifier": REMOVED, "stamp": REMOVED, "reference": REMOVED,
    "certified_on": EARLIEST,
}  # fmt: skip
AGENCY = {"name": REMOVED, "address": REMOVED, "email": REMOVED, "phone": REMOVED}
REACHED = {"name": REMOVED, "phone": REMOVED}
CONTACT = {"rank": REMOVED, "name": REMOVED, "phone": REMOVED, "email": REMOVED}
VISIT: Mapping[str, Any] = {
    "requester": REMOVED, "dated": EARLIEST, "agency": AGENCY,
    "initiative": {"of": "GOVERNMENT", "prompted": "BY_REQUESTING"},
    "pertinent_to": {"to": "OTHER", "name": REMOVED}, "security_officer": REACHED,
}  # fmt: skip
AIRCRAFT: Mapping[str, Any] = {
    "flight_rules": "I", "aircraft_type": REMOVED, "crew": 1, "pilot": NOBODY, "dated": EARLIEST,
    "purpose": REMOVED.upper(), "departure": REMOVED.upper(), "destinations": [REMOVED.upper()],
    "passengers": 0, "contact": CONTACT,
}  # fmt: skip
SHIPS: Mapping[str, Any] = {
    "port": REMOVED, "purpose": REMOVED, "dated": EARLIEST, "frequencies": [REMOVED],
    "pilot_needed": False, "tugs_needed": 0, "officers": 0, "enlisted": 0, "liberty_party": 0,
    "contact": CONTACT,
}  # fmt: skip
GOODS = {
    "un_number": "UN0000", "shipping_name": REMOVED, "hazard_class": REMOVED,
    "gross_weight": REMOVED, "net_quantity": REMOVED,
}  # fmt: skip


def person(number: int, nation: str, clearance: str, position: str) -> dict[str, Any]:
    """A visitor of whom nothing is known but that it is another one than the others."""
    return {
        "family_name": f"Removed {number}", "forename": REMOVED, "born": EARLIEST,
        "birthplace": REMOVED, "nationality": nation, "clearance": clearance,
        "document": document(number), "position": position, "organisation": REMOVED,
    }  # fmt: skip


def document(number: int) -> str:
    """The document of that visitor."""
    return f"REMOVED {number}"


def craft(number: int) -> dict[str, str]:
    """The call sign and registration of an aircraft that is none."""
    return {"call_sign": f"REMOVED{number}", "registration": f"REMOVED-{number}"}


def ship(number: int) -> dict[str, Any]:
    """A ship that is none."""
    return {
        "name": REMOVED, "ship_class": REMOVED, "pennant": f"REMOVED-{number}",
        "call_sign": f"REMOVED{number}", "displacement_t": 1.0, "length_m": 1.0, "beam_m": 1.0,
        "draft_m": 1.0, "commander": NOBODY,
    }  # fmt: skip


_SIDES = [{"by": "OWN", "what": REMOVED}, {"by": "OTHER", "what": REMOVED}]
_PROPOSED = {"steps": _SIDES, "sequence": "AT_ONCE", "area": PLACE, "verification": REMOVED}
_REFUGE = {"units": REMOVED, "route": [PLACE], "need": REMOVED}
PARTICULARS: Mapping[Act, Mapping[str, Any]] = {
    Act.FACT_NOTICE: {"fact": "INCIDENT", "at": "NOW", "where": PLACE, "details_follow": True},
    Act.CEASE_ACTION: {"what": REMOVED, "where": PLACE, "harmed": REMOVED},
    Act.ASSURANCE: {"action": REMOVED, "units": REMOVED, "area": PLACE, "begins": "NOW",
                    "sole_purpose": REMOVED, "is_not": REMOVED},
    Act.CONCERN: {"activity": REMOVED, "cause": REMOVED, "area": PLACE},
    Act.CLARIFICATION_REQUEST: {"questions": [REMOVED]},
    Act.EXPLANATION: {"answers": [{"question": 1, "answer": REMOVED}]},
    Act.SAFE_PASSAGE_REQUEST: _REFUGE,
    Act.SAFE_HARBOUR_REQUEST: _REFUGE,
    Act.SAR_COORDINATION: _REFUGE,
    Act.REQUEST_FOR_CONTACT: {"level": "DUTY_OFFICER", "topics": [REMOVED],
                              "window_begins": "NOW", "window_ends": "LATER"},
    Act.CONTACT_DECLINE: {"reason": REMOVED},
    Act.PROPOSAL: _PROPOSED,
    Act.COUNTER_PROPOSAL: _PROPOSED,
    Act.COMMITMENT: {"obligation": REMOVED, "area": PLACE, "domains": ["LAND"],
                     "authority": REMOVED, "on_violation": REMOVED},
    Act.UNDERSTANDING: {
        "obligations": [
            {"nation": side, "obligation": REMOVED, "authority": REMOVED}
            for side in ("OWN", "OTHER")
        ],
        "area": PLACE, "domains": ["LAND"], "on_violation": REMOVED, "liaison": REMOVED,
    },
    Act.DETAINED_PERSONNEL: {"who": REMOVED, "number": 1, "welfare": REMOVED, "access": REMOVED},
    Act.DETAINED_PERSONNEL_REPLY: {"welfare": REMOVED, "access": REMOVED},
    Act.ORDERS_CONFIRMATION: {"units": REMOVED, "confirmed_at": "NOW", "by": REMOVED},
    Act.STAND_DOWN_CONFIRMATION: {"done_at": "NOW", "by": REMOVED},
    Act.VIOLATION_REPORT: {
        "at": "NOW", "where": PLACE, "what": REMOVED, "evidence": REMOVED,
        "evidence_label": {"policy": "REHEARSAL", "classification": "RESTRICTED",
                           "releasable_to": "NATIONS"},
    },
    Act.REGRET: {"of": REMOVED},
    Act.PROTEST: {"facts": REMOVED, "demand": REMOVED},
    Act.COLLAPSE_STATEMENT: {"cause": REMOVED},
    Act.CLOSING_STATEMENT: {"outcome": REMOVED},
    Act.ACCOUNT: {"at": "NOW", "where": PLACE, "facts": REMOVED},
    Act.ATTRIBUTION: {"who": REMOVED, "why": REMOVED},
}  # fmt: skip
"""What stands in the place of an act's particulars, which the ledger never held."""


def filled(value: Any, names: Mapping[str, Any]) -> Any:
    """A placeholder with what stands for its names put in."""
    match value:
        case Mapping():
            return {name: filled(each, names) for name, each in value.items()}
        case list():
            return [filled(each, names) for each in value]
        case str():
            return names.get(value, value)
        case _:
            return value
