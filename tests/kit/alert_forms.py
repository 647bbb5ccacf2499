"""Forms as officers fill them in, sound unless told otherwise."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from schemas.cap import Severity, Status, Urgency, cap_time
from schemas.concerns import ExplanationAsked, HazardWords
from schemas.crisis import EventCode
from services.desk.alerts.forms import AlertForm, TemplateForm, TemplatesForm
from services.desk.risk.forms import ConcernForm, HazardForm
from tests.kit import paper
from tests.kit.alerts import STATES, cap_area, cap_info


def templates_form(note: str = "Approved text.") -> TemplatesForm:
    """Both texts of an accidental launch."""
    return TemplatesForm(
        event_code=EventCode.ACCIDENTAL_LAUNCH,
        language="en",
        cancel=TemplateForm(
            headline="Alert withdrawn", description="The alert no longer stands.", note=note
        ),
        correction=TemplateForm(
            headline="False alert", description="There was no launch. Disregard it.", note=note
        ),
    )


def alert_form(
    *, event_at: datetime, expires: bool = False, status: str = "Actual", **fields: Any
) -> AlertForm:
    """An accidental launch."""
    ends = cap_time(event_at + timedelta(hours=6)) if expires else None
    filled: dict[str, Any] = {
        "event_code": EventCode.ACCIDENTAL_LAUNCH, "addressed": ("XBB",), "concerned": ("XBB",),
        "event_at": event_at, "geocodes": ("XBB-04",), "label": paper.LABEL,
        "status": Status(status), "info": (cap_info(event_code=(), expires=ends),),
    }  # fmt: skip
    return AlertForm(**(filled | fields))


def asked(**fields: Any) -> ExplanationAsked:
    """What gives concern."""
    filled: dict[str, Any] = {
        "causes": ("Two divisions left their garrisons.",), "activity": "Troop concentration",
        "area": (cap_area(),),
    }  # fmt: skip
    return ExplanationAsked(**(filled | fields))


def _opening(now: datetime) -> dict[str, Any]:
    return {
        "participating": STATES, "geocodes": ("XBB-04",), "event_at": now, "label": paper.LABEL,
        "urgency": Urgency.EXPECTED, "severity": Severity.UNKNOWN,
    }  # fmt: skip


def concern_form(now: datetime, **fields: Any) -> ConcernForm:
    """XAA asks XBB."""
    filled = {**_opening(now), "concerned": ("XAA",), "requested": "XBB", "asked": asked()}
    return ConcernForm(**(filled | fields))


def hazard_form(now: datetime, contact: str, **fields: Any) -> HazardForm:
    """XBB's missile came down in XAA."""
    filled = {
        **_opening(now), "concerned": ("XAA",), "involved": "XBB", "point_of_contact": contact,
        "said": HazardWords(text="An object came down near a village."),
    }  # fmt: skip
    return HazardForm(**(filled | fields))
