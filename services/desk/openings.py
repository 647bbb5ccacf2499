"""What services give to desks, and what lies inside what desks say to them. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from schemas.alerts import (
    AckAlert,
    AcknowledgeAlert,
    AlertContent,
    AlertRemark,
    AlertsDelivery,
    ApproveTemplates,
    CapAnswer,
    ErrorAlert,
    LinkThreads,
    SenderCommand,
    TemplatePair,
)
from schemas.concerns import (
    AskClarification,
    Clarify,
    Explanation,
    ExplanationAsked,
    HazardWords,
    HostingProgramme,
    OfferHosting,
    ReplyToRequest,
    ReportHazard,
    RequestExplanation,
    RiskCommand,
    RiskWords,
    UpdateRequest,
)
from schemas.envelope import Outer, Submission
from schemas.exchange import InviteMediator
from schemas.hotline import AttachTranslation, Confirmation, HotlineDelivery, Remark, Translation
from schemas.lines import LineCommand, LineRemark, OfficersCommand
from schemas.parties import Contract
from schemas.receipts import Delivery
from services.desk.inner.alerts import (
    of_alert,
    of_answer,
    of_explanation,
    of_risk,
    of_templates,
)
from services.desk.inner.flaw import Flaw
from services.desk.inner.whole import remark_flaws, translation_flaws

DELIVERIES: Mapping[str, type[Delivery]] = MappingProxyType(
    {"alerts": AlertsDelivery, "hotline": HotlineDelivery}
)
"""By service, what it gives to desks. What another holder signs is no delivery."""

RECORDS = (LineCommand, Submission)
"""What a service answers by giving it back, accepted, to the desk that said it."""


@dataclass(frozen=True, slots=True)
class Opening:
    """What lies inside, and what only its reader can see wrong with it."""

    contract: type[Contract]
    flaws: Callable[[Any, Any], Sequence[Flaw]]
    """Given the inner part and its outer one."""


def _of_remark(remark: Any, outer: Outer) -> Sequence[Flaw]:
    return remark_flaws(remark, outer.message_type)


OPENINGS: Mapping[type[Outer], Opening] = MappingProxyType(
    {
        AttachTranslation: Opening(Translation, lambda inner, _: translation_flaws(inner)),
        Confirmation: Opening(Remark, _of_remark),
        InviteMediator: Opening(Remark, _of_remark),
        OfficersCommand: Opening(LineRemark, _of_remark),
        ApproveTemplates: Opening(TemplatePair, of_templates),
        SenderCommand: Opening(AlertContent, of_alert),
        AckAlert: Opening(CapAnswer, of_answer),
        ErrorAlert: Opening(CapAnswer, of_answer),
        AcknowledgeAlert: Opening(AlertRemark, of_risk),
        LinkThreads: Opening(AlertRemark, of_risk),
        RequestExplanation: Opening(ExplanationAsked, of_risk),
        UpdateRequest: Opening(ExplanationAsked, of_risk),
        ReplyToRequest: Opening(Explanation, of_explanation),
        ReportHazard: Opening(HazardWords, of_risk),
        AskClarification: Opening(HazardWords, of_risk),
        Clarify: Opening(HazardWords, of_risk),
        OfferHosting: Opening(HostingProgramme, of_risk),
        RiskCommand: Opening(RiskWords, of_risk),
    }
)
"""By what is said, or what it is a kind of. What is not here has no inner part to open; words
between nations are opened in `reading.py`, since they are shown though they are flawed."""


def opening_of(outer: Outer) -> Opening | None:
    """What to open it with; None where there is nothing inside."""
    return next((OPENINGS[kind] for kind in type(outer).__mro__ if kind in OPENINGS), None)
