"""What services give to desks, and what lies inside what desks say to them. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from schemas.agreement_record import AgreementText
from schemas.agreements import (
    AgreementCommand,
    AgreementRemark,
    AgreementsDelivery,
    ProposeAgreement,
)
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
    SourceCommand,
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
from schemas.contacts import ContactCommand, ContactRemark
from schemas.envelope import Outer, Submission
from schemas.exchange import InviteMediator
from schemas.hotline import AttachTranslation, Confirmation, HotlineDelivery, Remark, Translation
from schemas.lines import LineCommand, LineRemark, OfficersCommand
from schemas.notices import (
    ActivityTold,
    AmendNotice,
    Detected,
    LinkDetection,
    NoticeCommand,
    NoticeWords,
    NotifyActivity,
)
from schemas.parties import Contract
from schemas.receipts import Delivery
from schemas.visit_forms import (
    Certification,
    DayObserved,
    DecisionWords,
    SealedAircraft,
    SealedShip,
    SealedVisit,
    VisitRemark,
    VisitReport,
)
from schemas.visits import (
    CertifyRequest,
    ConfirmDay,
    DecideRequest,
    OfVersion,
    ReportVisit,
    RequestAircraft,
    RequestShip,
    RequestVisit,
    VisitsDelivery,
)
from services.desk.inner.alerts import (
    of_alert,
    of_answer,
    of_explanation,
    of_risk,
    of_templates,
)
from services.desk.inner.flaw import Flaw
from services.desk.inner.notices import of_notice
from services.desk.inner.visits import decision_flaws, request_flaws
from services.desk.inner.whole import translation_flaws, words_flaws

DELIVERIES: Mapping[str, type[Delivery]] = MappingProxyType(
    {
        "agreements": AgreementsDelivery,
        "alerts": AlertsDelivery,
        "hotline": HotlineDelivery,
        "visits": VisitsDelivery,
    }
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


def _of_words(content: Any, outer: Outer) -> Sequence[Flaw]:
    return words_flaws(content, outer.message_type)


OPENINGS: Mapping[type[Outer], Opening] = MappingProxyType(
    {
        AgreementCommand: Opening(AgreementRemark, _of_words),
        ProposeAgreement: Opening(AgreementText, _of_words),
        AttachTranslation: Opening(Translation, lambda inner, _: translation_flaws(inner)),
        Confirmation: Opening(Remark, _of_words),
        InviteMediator: Opening(Remark, _of_words),
        OfficersCommand: Opening(LineRemark, _of_words),
        ApproveTemplates: Opening(TemplatePair, of_templates),
        SenderCommand: Opening(AlertContent, of_alert),
        AckAlert: Opening(CapAnswer, of_answer),
        ErrorAlert: Opening(CapAnswer, of_answer),
        AcknowledgeAlert: Opening(AlertRemark, of_risk),
        LinkThreads: Opening(AlertRemark, of_risk),
        SourceCommand: Opening(AlertRemark, of_risk),
        RequestExplanation: Opening(ExplanationAsked, of_risk),
        UpdateRequest: Opening(ExplanationAsked, of_risk),
        ReplyToRequest: Opening(Explanation, of_explanation),
        ReportHazard: Opening(HazardWords, of_risk),
        AskClarification: Opening(HazardWords, of_risk),
        Clarify: Opening(HazardWords, of_risk),
        OfferHosting: Opening(HostingProgramme, of_risk),
        RiskCommand: Opening(RiskWords, of_risk),
        NotifyActivity: Opening(ActivityTold, of_notice),
        AmendNotice: Opening(ActivityTold, of_notice),
        LinkDetection: Opening(Detected, of_risk),
        NoticeCommand: Opening(NoticeWords, of_risk),
        RequestVisit: Opening(SealedVisit, request_flaws),
        RequestAircraft: Opening(SealedAircraft, request_flaws),
        RequestShip: Opening(SealedShip, request_flaws),
        CertifyRequest: Opening(Certification, _of_words),
        DecideRequest: Opening(DecisionWords, decision_flaws),
        ConfirmDay: Opening(DayObserved, _of_words),
        ReportVisit: Opening(VisitReport, _of_words),
        OfVersion: Opening(VisitRemark, _of_words),
        ContactCommand: Opening(ContactRemark, _of_words),
    }
)
"""By what is said, or what it is a kind of. What is not here has no inner part to open; words
between nations are opened in `reading.py`, since they are shown though they are flawed."""


def opening_of(outer: Outer) -> Opening | None:
    """What to open it with; None where there is nothing inside."""
    return next((OPENINGS[kind] for kind in type(outer).__mro__ if kind in OPENINGS), None)
