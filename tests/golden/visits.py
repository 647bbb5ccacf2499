"""One value of every kind that is said of visits, the same on every machine."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from schemas.contacts import (
    AnswerContact,
    AskContact,
    ContactDeadline,
    ContactKind,
    DeclineCategory,
    InviteToContact,
    PassContactDeadline,
    ReportContact,
    WithdrawContact,
    register_of,
)
from schemas.parties import Classification, Lane
from schemas.visit_terms import (
    AmendedItem,
    RefusalCategory,
    ReportKind,
    VisitDeadline,
    VisitDecision,
    Window,
)
from schemas.visits import (
    LANE,
    Amends,
    BeginReview,
    CancelRequest,
    CertifyRequest,
    ConcurInVisit,
    ConfirmDay,
    DecideRequest,
    IssueNumber,
    OfRequest,
    OfVersion,
    PassVisitDeadline,
    ReportVisit,
    ReturnRequest,
    RevokeApproval,
    TransmitRequest,
    VisitsDelivery,
)
from tests.kit import paper
from tests.kit.paper import NOON, outer
from tests.kit.visits import MATTER, NOW, VisitCourt, aircraft_form, asking, ship_form, visit_form

MARK, SUM, CONTACT = "ab" * 16, "cd" * 32, "0" * 31 + "7"


def visits_said() -> Iterable[Any]:
    """Every command, of desks and of the clock."""
    amends = Amends(version=1, items=(AmendedItem.DATES, AmendedItem.VISITORS))
    yield asking(
        visit_form(agreement="agreement-dca", dispels="alert-7", info=("xbb-mfa",)), amends=amends
    )
    yield asking(aircraft_form())
    yield asking(ship_form())
    window = Window(begins=NOON, ends=NOON + timedelta(days=1))
    for kind, sender, fields in (
        (CertifyRequest, "xaa-nsa", {}),
        (ReturnRequest, "xaa-nsa", {"category": RefusalCategory.INCOMPLETE}),
        (TransmitRequest, "xaa-nsa", {}),
        (BeginReview, "xbb-nsa", {}),
        (ConcurInVisit, "xbb-yard", {"concurs": True}),
        (
            DecideRequest,
            "xbb-nsa",
            {
                "decision": VisitDecision.APPROVED_WITH_LIMITATIONS,
                "window": window,
                "level": Classification.RESTRICTED,
                "sites": (1,),
                "persons": (MARK,),
            },
        ),
        (IssueNumber, "xbb-dip", {"number": "XB-2026-17"}),
        (ConfirmDay, "xbb-dip", {"craft": MARK}),
        (CancelRequest, "xaa-ghq", {}),
        (RevokeApproval, "xbb-nsa", {"category": RefusalCategory.SECURITY}),
        (
            ReportVisit,
            "xaa-ghq",
            {"report": ReportKind.BEGAN, "persons": (MARK,), "sites": (1,)},
        ),
    ):
        yield _of(kind, sender, **fields)
    yield outer(
        PassVisitDeadline, sender="visits", matter=MATTER, requesting="XAA", host="XBB",
        what=VisitDeadline.DECISION, version=1, due=NOON,
    )  # fmt: skip
    yield from _contacts()


def _of(kind: type[OfVersion], sender: str, **fields: Any) -> Any:
    filled: dict[str, Any] = {
        "sender": sender, "matter": MATTER, "lane": LANE, "officer": "duty-1",
        "requesting": "XAA", "host": "XBB", "version": 1,
    }  # fmt: skip
    if issubclass(kind, OfRequest):
        filled["request_digest"] = SUM
    return outer(kind, **(filled | fields))


def _contacts() -> Iterable[Any]:
    register: dict[str, Any] = {
        "matter": register_of("XBB"), "host": "XBB", "lane": Lane.ROUTINE,
    }  # fmt: skip
    said = {**register, "officer": "duty-1", "copied_to": ("XAA", "XCC")}
    later = NOON + timedelta(days=2)
    inspection = ContactKind.INSPECTION
    yield outer(AskContact, contact=inspection, enters_at=later, dispels="alert-7", **said)
    yield outer(
        InviteToContact, contact=ContactKind.HOSTED_TO_DISPEL, enters_at=NOON, leaves_at=later,
        invited=("XAA",), sender="xbb-ghq", **said,
    )  # fmt: skip
    for kind, fields in (
        (AnswerContact, {"accepts": False, "category": DeclineCategory.FORCE_MAJEURE}),
        (ReportContact, {"over": True}),
        (WithdrawContact, {}),
    ):
        yield outer(kind, contact_id=CONTACT, **said, **fields)
    yield outer(
        PassContactDeadline, sender="visits", contact_id=CONTACT, what=ContactDeadline.REPLY,
        due=NOON, copied_to=("XAA",), **register,
    )  # fmt: skip


def visits_given() -> Iterable[tuple[str, bytes]]:
    """What the service writes and gives."""
    court = VisitCourt()
    entry = court.transmitted()
    yield "visits.entry.v1", paper.signed(entry, by="visits")
    tell = entry.tells[0]
    delivery = outer(
        VisitsDelivery, sender="visits", matter=MATTER, lane=tell.lane, to=tell.to, directory=5,
        encloses=None, notice=tell.notice, sent_at=NOW, message_id="0" * 31 + "9",
    )  # fmt: skip
    yield "visits.delivery.v1", paper.signed(delivery)
