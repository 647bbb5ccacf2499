"""Visits, contacts and agreements: the watch beside what their services show."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

from schemas.agreement_acts import InstrumentAction
from schemas.agreements import HearEvent
from schemas.contacts import AskContact, ContactKind
from schemas.parties import Lane
from schemas.receipts import Position
from schemas.visit_terms import AmendedItem, RefusalCategory
from schemas.visits import Amends, CancelRequest, RevokeApproval
from services.agreements import views as agreement_views
from services.bus.wire import digest
from services.visits import views as visit_views
from services.watch.figures import Figures
from services.watch.figuring import figures
from services.watch.part import Part
from tests.kit.agreements import NAMED, AgreementCourt, overheard
from tests.kit.court import code
from tests.kit.paper import outer
from tests.kit.visits import VisitCourt, aircraft_form, ship_form, visit_form

Row = tuple[Any, ...]


def watched(service: str, entries: list[tuple[Any, bytes]]) -> Figures:
    part = Part(service, 0)
    for entry, payload in entries:
        assert part.take(entry, digest(payload))
    return figures([part], entries[-1][0].received_at, "live")


def states(shown: Figures) -> Counter[Row]:
    return Counter({(each.kind, each.state): each.count for each in shown.states})


def overdue(shown: Figures) -> Counter[Row]:
    return Counter((each.what, each.of) for each in shown.waiting if each.overdue)


def of_visits(court: VisitCourt) -> tuple[Counter[Row], Counter[Row]]:
    matters = {name: book.state for name, book in court.ledger.page.books.items()}
    counted: Counter[Row] = Counter()
    for matter in matters.values():
        if (standing := matter.visit.standing) is not None:
            kind = "CLEARANCE" if standing.subject.is_clearance else "VISIT"
            counted[kind, standing.phase.value] += 1
        for contact in matter.register.contacts.values():
            counted["CONTACT", contact.phase.value] += 1
    return counted, Counter((each.what, each.of) for each in visit_views.overdue(matters))


def same(court: VisitCourt) -> Figures:
    """Every prefix of the ledger is shown by the watch; the whole of it as the service does."""
    for end in range(1, len(court.entries)):
        watched("visits", court.entries[:end])
    shown = watched("visits", court.entries)
    counted, late = of_visits(court)
    assert (states(shown), overdue(shown)) == (counted, late)
    return shown


def test_a_visit_that_is_decided_in_time_waits_for_nobody() -> None:
    court = VisitCourt()
    court.transmitted()
    shown = same(court)
    (waiting,) = shown.waiting
    assert (waiting.what, waiting.of, waiting.overdue) == ("DECISION", "XBB", False)
    assert waiting.due is not None and waiting.since < waiting.due
    court.decided()
    shown = same(court)
    assert shown.waiting == ()
    assert [(each.pair, each.kind) for each in shown.contacts] == [
        (("XAA", "XBB"), "VISIT_DECISION")
    ]
    (lead,) = shown.lead_times
    assert lead.kind == "VISIT" and lead.shortest_s > timedelta(days=30).total_seconds()


def test_a_decision_that_does_not_come_is_overdue_and_a_visit_that_expires_is_not() -> None:
    court = VisitCourt()
    court.transmitted()
    due = court.standing.decision_due
    assert due is not None
    court.pass_until(due)
    assert overdue(same(court)) == Counter({("DECISION", "XBB"): 1})
    court.pass_until(court.standing.asked.window.ends)
    assert overdue(same(court)) == Counter()


def test_an_amendment_is_waited_for_beside_what_holds() -> None:
    court = VisitCourt()
    court.approved()
    court.asked(visit_form(), amends=Amends(version=1, items=(AmendedItem.DATES,)))
    assert states(same(court))["VISIT", "AMENDMENT_PENDING"] == 1


def test_clearances_are_counted_apart() -> None:
    aircraft, ship = VisitCourt(), VisitCourt()
    aircraft.approved(aircraft_form())
    ship.approved(ship_form())
    assert states(same(aircraft)) == Counter({("CLEARANCE", "APPROVED"): 1})
    assert [each.kind for each in same(aircraft).lead_times] == ["AIRCRAFT"]
    assert [each.kind for each in same(ship).lead_times] == ["SHIP"]


def test_what_was_revoked_or_cancelled_waits_for_nobody() -> None:
    revoked, cancelled = VisitCourt(), VisitCourt()
    revoked.approved()
    revoked.done(RevokeApproval, "xbb-nsa", category=RefusalCategory.SECURITY)
    assert states(same(revoked)) == Counter({("VISIT", "REVOKED"): 1})
    cancelled.transmitted()
    cancelled.done(CancelRequest, "xaa-ghq")
    shown = same(cancelled)
    assert states(shown) == Counter({("VISIT", "CANCELLED"): 1}) and shown.waiting == ()


def test_a_reply_about_an_inspection_that_does_not_come_is_overdue() -> None:
    court = VisitCourt(matter="visit-register-xbb")
    at = court.now + timedelta(hours=48)
    court.done(AskContact, "xaa-mfa", contact=ContactKind.INSPECTION, enters_at=at)
    shown = same(court)
    (waiting,) = shown.waiting
    assert (waiting.what, waiting.of, waiting.overdue) == ("REPLY", "XBB", False)
    assert [each.kind for each in shown.lead_times] == ["INSPECTION"]
    court.pass_until(court.now + timedelta(hours=25))
    assert overdue(same(court)) == Counter({("REPLY", "XBB"): 1})


def agreed(court: AgreementCourt) -> Figures:
    for end in range(1, len(court.entries)):
        watched("agreements", court.entries[:end])
    shown = watched("agreements", court.entries)
    matters = {name: book.state for name, book in court.ledger.page.books.items()}
    counted: Counter[Row] = Counter(
        ("AGREEMENT", each.phase) for each in agreement_views.agreements(matters)
    )
    owed = agreement_views.obligations(matters)
    counted += Counter(("OBLIGATION", each.state) for each in owed)
    assert states(shown) == counted
    late = Counter(("OBLIGATION", each.owner) for each in owed if each.state == "OVERDUE")
    assert overdue(shown) == late
    waits = sum(each.waiting_for_depositary for each in agreement_views.agreements(matters))
    assert sum(each.what == "RECORDING" for each in shown.waiting) == waits
    return shown


def test_an_agreement_is_shown_in_its_state_until_it_is_in_force() -> None:
    court = AgreementCourt().opened()
    assert states(agreed(court)) == Counter({("AGREEMENT", "OPEN_FOR_SIGNATURE"): 1})
    assert court.submits(InstrumentAction.SIGNATURE, "XAA") == "accepted"
    (waiting,) = agreed(court).waiting
    assert (waiting.what, waiting.due, waiting.overdue) == ("RECORDING", None, False)
    in_force = agreed(AgreementCourt().in_force())
    assert in_force.waiting == ()
    assert [each.pair for each in in_force.contacts] == [("XAA", "XBB")]


def test_what_a_protocol_opens_is_owed_until_it_is_met_or_overdue() -> None:
    court = AgreementCourt().in_force()
    court.wait(minutes=3)
    heard = outer(
        HearEvent, sender="agreements", matter=court.matter, lane=Lane.ROUTINE, agreement=NAMED,
        source=Position(topic="alerts.ledger.v1", partition=0, offset=3), sent_at=court.now,
        event=overheard(occurred_at=court.now, told_at=court.now),
    )  # fmt: skip
    assert code(court.hear(heard)) == "accepted"
    shown = agreed(court)
    assert {(each.what, each.of, each.overdue) for each in shown.waiting} == {
        ("OBLIGATION", "xbb-ghq", False), ("OBLIGATION", "xaa-ghq", False),
    }  # fmt: skip
    court.wait(days=30)
    assert all(each.overdue for each in agreed(court).waiting)
