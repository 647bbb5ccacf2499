"""What services give to desks, and what lies inside what desks say to them. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from schemas.contacts import ContactCommand, ContactRemark
from schemas.envelope import Outer, Submission
from schemas.exchange import InviteMediator
from schemas.hotline import AttachTranslation, Confirmation, HotlineDelivery, Remark, Translation
from schemas.lines import LineCommand, LineRemark, OfficersCommand
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
from services.desk.inner.flaw import Flaw
from services.desk.inner.visits import decision_flaws, request_flaws, words_flaws
from services.desk.inner.whole import remark_flaws, translation_flaws

DELIVERIES: Mapping[str, type[Delivery]] = MappingProxyType(
    {"hotline": HotlineDelivery, "visits": VisitsDelivery}
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
        RequestVisit: Opening(SealedVisit, request_flaws),
        RequestAircraft: Opening(SealedAircraft, request_flaws),
        RequestShip: Opening(SealedShip, request_flaws),
        CertifyRequest: Opening(Certification, words_flaws),
        DecideRequest: Opening(DecisionWords, decision_flaws),
        ConfirmDay: Opening(DayObserved, words_flaws),
        ReportVisit: Opening(VisitReport, words_flaws),
        OfVersion: Opening(VisitRemark, words_flaws),
        ContactCommand: Opening(ContactRemark, words_flaws),
    }
)
"""By what is said, or what it is a kind of. What is not here has no inner part to open; words
between nations are opened in `reading.py`, since they are shown though they are flawed."""


def opening_of(outer: Outer) -> Opening | None:
    """What to open it with; None where there is nothing inside."""
    return next((OPENINGS[kind] for kind in type(outer).__mro__ if kind in OPENINGS), None)
