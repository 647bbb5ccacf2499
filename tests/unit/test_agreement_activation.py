"""What an agreement activates: it fires where it bound both at the time, and was not suspended."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from schemas.acts import Act
from schemas.agreement_acts import InstrumentAction, SuspensionBasis
from schemas.agreement_facts import ObligationPhase
from schemas.agreement_record import (
    Circle,
    Protocol,
    ProtocolStep,
    Trigger,
    Who,
)
from schemas.agreements import HearEvent, HearMessage, OverheardEvent, ReportObligationMet
from schemas.cap import Severity
from schemas.crisis import EventCode
from schemas.parties import Lane, Precedence
from schemas.receipts import Position
from services.agreements.activation import could_fire
from services.agreements.hearing import interest
from services.bus.judge import Decided
from tests.kit.agreements import NAMED, AgreementCourt, arrangement, overheard, record
from tests.kit.court import code
from tests.kit.paper import outer

A = InstrumentAction
SOURCE = Position(topic="alerts.ledger.v1", partition=0, offset=3)


def hears(court: AgreementCourt, **fields: Any) -> Any:
    """What comes of an event of now, unless told otherwise."""
    event = overheard(**({"occurred_at": court.now, "told_at": court.now} | fields))
    return court.hear(said_of(court, HearEvent, event=event))


def said_of(court: AgreementCourt, kind: Any, **fields: Any) -> Any:
    filled: dict[str, Any] = {"sender": "agreements", "matter": court.matter, "lane": Lane.ROUTINE,
              "agreement": NAMED, "source": SOURCE, "sent_at": court.now}  # fmt: skip
    return outer(kind, **(filled | fields))


def why(court: AgreementCourt) -> list[str]:
    return [each.why.value for each in court.happened("ProtocolNotActivated")]


def owed(court: AgreementCourt) -> list[tuple[str, str, tuple[str, ...]]]:
    return [(o.owner, o.message.value, o.to) for o in court.of().obligations.values()]


def test_it_fires_between_parties_and_opens_what_is_owed_with_owners_and_clocks() -> None:
    court = AgreementCourt().in_force()
    told_at = court.now
    court.wait(minutes=3)
    assert code(hears(court, told_at=told_at, occurred_at=told_at)) == "accepted"
    assert owed(court) == [
        ("xbb-ghq", "CLARIFICATION_REQUEST", ("xaa-ghq",)),
        ("xaa-ghq", "ASSURANCE", ("xbb-ghq",)),
    ]
    dues = [each.due for each in court.of().obligations.values()]
    assert dues == [told_at + timedelta(hours=1), told_at + timedelta(hours=48)]
    (fired,) = court.happened("ProtocolActivated")
    assert fired.source == SOURCE, "a replay decides the same"


def test_it_does_not_fire_before_force_nor_for_a_state_that_is_no_party() -> None:
    court = AgreementCourt().opened().ratified()
    court.wait(minutes=1)
    before = court.of().in_force_since - timedelta(seconds=1)  # type: ignore[operator]  # it is in force
    assert code(hears(court, occurred_at=before)) == "accepted"
    assert why(court) == ["NOT_IN_FORCE"]
    hears(court, nations=("XAA", "XCC"), message="d" * 32)
    assert why(court) == ["NOT_IN_FORCE", "NOT_IN_FORCE"]
    assert court.of().obligations == {}


def test_it_fires_where_applied_provisionally_by_both() -> None:
    court = AgreementCourt().opened(record(provisional_application=True)).signed()
    court.deposits(A.PROVISIONAL_APPLICATION, "XAA")
    hears(court, message="d" * 32)
    assert why(court) == ["NOT_IN_FORCE"]
    court.deposits(A.PROVISIONAL_APPLICATION, "XBB")
    court.wait(minutes=1)
    hears(court)
    assert len(owed(court)) == 2


def test_suspended_it_does_not_fire_and_what_was_before_still_does() -> None:
    court = AgreementCourt().in_force(record(suspension=True))
    court.wait(days=1)
    before = court.now
    court.wait(days=1)
    court.deposits(A.SUSPENSION, "XBB", basis=SuspensionBasis.TREATY_TERMS)
    court.wait(days=1)
    hears(court)
    assert why(court) == ["SUSPENDED"]
    hears(court, occurred_at=before, message="d" * 32)
    assert len(owed(court)) == 2, "at the time of the event it was not"
    court.deposits(A.RESUMPTION, "XBB")
    court.wait(days=1)
    hears(court, message="c" * 32)
    assert len(owed(court)) == 4


def test_a_party_that_gave_notice_is_bound_until_it_takes_effect() -> None:
    made = record("XAA", "XBB", "XCC", withdrawal="PROVIDED", withdrawal_notice_months=1)
    court = AgreementCourt().in_force(made)
    court.deposits(A.WITHDRAWAL, "XBB", effective_on=court.now + timedelta(days=40))
    court.wait(days=20)
    hears(court)
    assert len(owed(court)) == 2
    court.wait(days=30)
    hears(court, message="d" * 32)
    assert why(court) == ["NOT_IN_FORCE"]


def test_an_event_fires_a_protocol_once_and_an_alerts_update_is_the_same_event() -> None:
    court = AgreementCourt().in_force()
    assert code(hears(court)) == "accepted"
    assert code(hears(court, severity=Severity.SEVERE)) == "NothingToActivate"
    alert: dict[str, Any] = {"code": "AIRSPACE_VIOLATION", "matter": "alert-1", "thread": "inc-1"}
    assert code(hears(court, message="1" * 32, **alert)) == "accepted"
    assert code(hears(court, message="2" * 32, **alert)) == "NothingToActivate"


def test_it_fires_on_what_its_trigger_names_only() -> None:
    trigger = Trigger(events=("PIRACY",), geocodes=("FIR-XBBX",), min_severity=Severity.SEVERE)
    said: dict[str, Any] = {"code": "PIRACY", "geocodes": ("FIR-XBBX-7",)}
    assert could_fire(trigger, overheard(**said, severity=Severity.EXTREME))
    assert not could_fire(trigger, overheard(**said, severity=Severity.MINOR))
    assert not could_fire(trigger, overheard(**(said | {"code": "CBRN"})))
    assert not could_fire(trigger, overheard(**(said | {"geocodes": ("FIR-XBBXY",)})))
    assert not could_fire(trigger, overheard(**(said | {"geocodes": ()})))


def test_a_trigger_names_events_that_alerts_and_notices_know() -> None:
    with pytest.raises(ValueError, match="NO_SUCH_THING"):
        Trigger(events=("NO_SUCH_THING",))
    assert Trigger(events=(*tuple(EventCode)[:8], "CEASE_ACTION")).events


def test_all_parties_are_consulted_where_the_step_says_so() -> None:
    step = ProtocolStep(
        who=Who.REPORTER, among=Circle.ALL_PARTIES, message=Act.REQUEST_FOR_CONTACT,
        precedence=Precedence.IMMEDIATE, within_s=3600,
    )  # fmt: skip
    consult = Protocol(
        protocol="art-4", article="4",
        trigger=Trigger(events=("FACT_NOTICE",), parties_affected=1), steps=(step,),
    )  # fmt: skip
    court = AgreementCourt().in_force(record("XAA", "XBB", "XCC", protocols=(consult,)))
    hears(court, nations=("XAA",))
    assert owed(court) == [("xaa-ghq", "REQUEST_FOR_CONTACT", ("xbb-ghq", "xcc-ghq"))]


def answered(court: AgreementCourt, **fields: Any) -> str:
    filled: dict[str, Any] = {
        "message": "9" * 32, "by": "xbb-ghq", "to": ("xaa-ghq", "xcc-ghq"),
        "act": Act.CLARIFICATION_REQUEST, "thread": "border-1", "accepted_at": court.now,
    }  # fmt: skip
    return code(court.hear(said_of(court, HearMessage, **(filled | fields))))


@pytest.mark.parametrize(
    "wrong",
    [
        {"by": "xaa-ghq"},
        {"to": ("xcc-ghq",)},
        {"act": Act.FREE_TEXT},
        {"thread": "border-2"},
    ],
)
def test_only_what_is_owed_meets_it(wrong: dict[str, Any]) -> None:
    court = AgreementCourt().in_force()
    hears(court)
    assert answered(court, **wrong) == "NothingDue"
    earlier = court.now - timedelta(seconds=1)
    assert answered(court, accepted_at=earlier) == "NothingDue", "said before the event was told"
    assert answered(court) == "accepted"
    first, second = court.of().obligations.values()
    assert (first.phase, second.phase) == (ObligationPhase.MET, ObligationPhase.OPEN)


def test_what_is_owed_becomes_overdue_by_the_clock_and_can_be_met_late_by_report() -> None:
    court = AgreementCourt().in_force()
    hears(court)
    court.wait(hours=2)
    (first, second) = court.of().obligations.values()
    assert (first.phase, second.phase) == (ObligationPhase.OVERDUE, ObligationPhase.OPEN)
    report = {"obligation": first.obligation, "met_by": "7" * 32}
    assert court.told(ReportObligationMet, "xaa-ghq", **report) == "NotTheOwner"
    assert court.told(ReportObligationMet, "xcc-ghq", **report) == "NotTheOwner"
    assert court.told(ReportObligationMet, "xbb-ghq", **report) == "accepted"
    assert court.of().obligations[first.obligation].phase is ObligationPhase.MET_LATE
    assert court.told(ReportObligationMet, "xbb-ghq", **report) == "NoSuchObligation"
    court.wait(hours=50)
    assert court.of().obligations[second.obligation].phase is ObligationPhase.OVERDUE


def test_what_was_opened_stays_owed_after_the_agreements_end() -> None:
    court = AgreementCourt().in_force()
    hears(court)
    for state in ("XAA", "XBB"):
        court.deposits(A.TERMINATION, state)
    court.wait(hours=2)
    first = next(iter(court.of().obligations.values()))
    assert first.phase is ObligationPhase.OVERDUE
    report = {"obligation": first.obligation, "met_by": "7" * 32}
    assert court.told(ReportObligationMet, "xbb-ghq", **report) == "accepted"


def test_an_arrangement_does_not_fire_where_its_framework_is_suspended() -> None:
    court = AgreementCourt().in_force(record(suspension=True, protocols=()))
    annex = arrangement(protocols=record().protocols)
    court.opened(annex).ratified(agreement="dca-annex")
    court.deposits(A.SUSPENSION, "XAA", basis=SuspensionBasis.TREATY_TERMS)
    court.wait(days=1)
    event = overheard(occurred_at=court.now, told_at=court.now)
    heard = court.hear(said_of(court, HearEvent, event=event, agreement="dca-annex"))
    assert isinstance(heard, Decided)
    assert why(court) == ["SUSPENDED"]


def test_interest_changes_with_protocols_and_with_what_is_owed_and_with_nothing_else() -> None:
    court = AgreementCourt().opened()
    first = interest(court.family)
    court.ratified()
    court.wait(days=3)
    assert interest(court.family) == first
    hears(court)
    assert interest(court.family) != first


def test_no_event_of_the_outside_has_words_in_it() -> None:
    assert set(OverheardEvent.model_fields) == {
        "code", "occurred_at", "told_at", "by", "nations", "geocodes", "severity", "message",
        "matter", "thread",
    }  # fmt: skip
