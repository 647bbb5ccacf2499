"""Whatever is said of a visit: the rules answer, nobody comes unapproved, a replay is the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.contacts import (
    AnswerContact,
    AskContact,
    ContactKind,
    ContactPhase,
    DeclineCategory,
    InviteToContact,
    ReportContact,
    WithdrawContact,
    register_of,
)
from schemas.visit_forms import AircraftForm
from schemas.visit_terms import (
    AmendedItem,
    RefusalCategory,
    ReportKind,
    VisitDecision,
    VisitPhase,
    VisitStep,
)
from schemas.visits import (
    Amends,
    BeginReview,
    CancelRequest,
    CertifyRequest,
    ConcurInVisit,
    ConfirmDay,
    DecideRequest,
    IssueNumber,
    ReportVisit,
    RequestVisit,
    ReturnRequest,
    RevokeApproval,
    TransmitRequest,
)
from services.bus import wire
from services.bus.ledger import Ledger
from services.bus.refusals import REFUSALS as BUS_REFUSALS
from services.bus.refusals import Refusal
from services.bus.rulebook import Row
from services.visits import rules
from services.visits.contacts import rules as contact_rules
from services.visits.contacts.rules import ContactRole
from services.visits.moves import MOVES, leads
from services.visits.refusals import REFUSALS
from services.visits.state import ALLOWED, Role
from tests.kit.visits import VisitCourt, aircraft_form, visit_form, visitor

KINDS = sorted(rules.COMMANDS | rules.OWN_COMMANDS, key=lambda kind: kind.__name__)
CONTACT_KINDS = sorted(
    contact_rules.COMMANDS | contact_rules.OWN_COMMANDS, key=lambda kind: kind.__name__
)
ALL_REFUSALS = BUS_REFUSALS | REFUSALS


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("phase", VisitPhase)
def test_every_cell_is_a_row_or_a_refusal(phase: VisitPhase, kind: type[Any], role: Role) -> None:
    cell = rules.TABLE.cell(phase, kind, role)
    assert isinstance(cell, Row | Refusal)
    if isinstance(cell, Refusal):
        assert cell.code in ALL_REFUSALS
        assert cell.reason


@pytest.mark.parametrize("role", ContactRole)
@pytest.mark.parametrize("kind", CONTACT_KINDS)
@pytest.mark.parametrize("phase", ContactPhase)
def test_every_cell_of_registers_is_a_row_or_a_refusal(
    phase: ContactPhase, kind: type[Any], role: ContactRole
) -> None:
    cell = contact_rules.TABLE.cell(phase, kind, role)
    assert isinstance(cell, Row | Refusal)
    if isinstance(cell, Refusal):
        assert cell.code in ALL_REFUSALS
        assert cell.reason


def test_every_phase_is_reached_by_a_move() -> None:
    reached = {VisitPhase.DRAFT, VisitPhase.AMENDMENT_PENDING}
    for _ in VisitPhase:
        for (before, _), after in MOVES.items():
            if before in reached:
                reached |= set(after)
    assert reached == set(VisitPhase)


def test_no_command_is_out_of_reach_and_no_code_is_used_twice() -> None:
    assert {row.command for row in rules.TABLE} == set(KINDS)
    assert {row.command for row in contact_rules.TABLE} == set(CONTACT_KINDS)
    assert not set(BUS_REFUSALS) & set(REFUSALS)


@dataclass(frozen=True)
class Say:
    """Something that somebody tries, after some days in which the clock spoke."""

    kind: type[Any]
    sender: str
    wait_h: int
    flag: bool
    number: int


SAYINGS = st.builds(
    Say,
    kind=st.sampled_from(
        (*(CertifyRequest,) * 3, *(TransmitRequest,) * 3, *(BeginReview,) * 3,
         *(ConcurInVisit,) * 3, *(DecideRequest,) * 4, *(RequestVisit,) * 3, ReturnRequest,
         CancelRequest, RevokeApproval, *(ReportVisit,) * 3, IssueNumber, ConfirmDay)
    ),
    sender=st.sampled_from(
        ("xaa-ghq", "xaa-nsa", "xaa-nsa", "xbb-nsa", "xbb-nsa", "xbb-yard", "xcc-nsa", "xaa-dip",
         "xbb-dip")
    ),
    wait_h=st.sampled_from((0, 0, 0, 0, 12, 24 * 7, 24 * 20)),
    flag=st.sampled_from((True, True, True, False)),
    number=st.integers(0, 4),
)  # fmt: skip
HISTORIES = st.lists(SAYINGS, max_size=25)


def usual(kind: type[Any], sender: str) -> Say:
    return Say(kind, sender, wait_h=0, flag=True, number=0)


USUAL = (
    usual(CertifyRequest, "xaa-nsa"),
    usual(TransmitRequest, "xaa-nsa"),
    usual(BeginReview, "xbb-nsa"),
    usual(ConcurInVisit, "xbb-yard"),
    usual(DecideRequest, "xbb-nsa"),
)
BEGINNINGS = st.integers(0, len(USUAL)).map(lambda many: USUAL[:many])


def play(history: Sequence[Say], form: Any = None) -> VisitCourt:
    court = VisitCourt()
    court.asked(form or visit_form())
    for said in history:
        court.pass_until(court.now + timedelta(hours=said.wait_h))
        if said.kind is RequestVisit and isinstance(form, AircraftForm):
            amends = Amends(version=court.standing.asked.version, items=(AmendedItem.CRAFT,))
            spare = form.aircraft[:1] if said.number % 2 else form.aircraft
            court.ask(form.model_copy(update={"aircraft": spare}), said.sender, amends=amends)
        elif said.kind is RequestVisit:
            items = (AmendedItem.DATES, AmendedItem.VISITORS)
            changed = visit_form(
                last_day=date(2026, 2, 12 + said.number),
                visitors=(visitor(1), visitor(2 + said.number)),
            )
            amends = Amends(version=court.standing.asked.version, items=items)
            court.ask(changed, sender=said.sender, amends=amends if said.flag else None)
        else:
            court.tell(said.kind, said.sender, **fields_of(court, said))
    return court


def form_of(flies: bool) -> Any:
    return aircraft_form() if flies else visit_form()


def flown(history: Sequence[Say]) -> tuple[Say, ...]:
    """The same, said by the authorities of clearances, and of days that come sooner."""
    return tuple(
        replace(said, sender=said.sender.replace("nsa", "dip"), wait_h=said.wait_h // 4)
        for said in history
    )


def fields_of(court: VisitCourt, said: Say) -> dict[str, Any]:
    decision = tuple(VisitDecision)[said.number]
    denied = decision is VisitDecision.DENIED
    category = tuple(RefusalCategory)[said.number]
    fields: dict[type[Any], dict[str, Any]] = {
        ConcurInVisit: {"concurs": said.flag},
        DecideRequest: {"decision": decision, "category": category if denied else None},
        ReturnRequest: {"category": category},
        RevokeApproval: {"category": category},
        ReportVisit: {"report": tuple(ReportKind)[said.number % 3]},
        IssueNumber: {"number": "XB-1"},
        ConfirmDay: {"craft": "0" * 32},
    }
    return fields.get(said.kind, {})


@given(BEGINNINGS, HISTORIES, st.booleans())
@settings(max_examples=80, deadline=None)
def test_nothing_is_in_force_but_by_the_hosts_own_word(
    begun: Sequence[Say], history: list[Say], flies: bool
) -> None:
    """Silence approves nothing, nobody approves for another, and there is one decision each."""
    court = play(flown((*begun, *history)) if flies else (*begun, *history), form_of(flies))
    authority = "xbb-dip" if flies else "xbb-nsa"
    decided: set[int] = set()
    before: Any = None
    for entry, _ in court.entries:
        for event in entry.events:
            if event.kind != "VisitChanged":
                continue
            after = event.standing
            was = before.underlying if before else VisitPhase.DRAFT
            amends = before is not None and before.pending is not None
            if not (amends and event.version == before.pending.asked.version):
                assert leads(was, event.step, after.underlying)
            if before is not None and before.approved is None and after.approved is not None:
                assert (event.step, entry.sender) == (VisitStep.DECIDED, authority)
            if event.step is VisitStep.DECIDED:
                assert event.version not in decided
                decided.add(event.version)
            if after.underlying in ALLOWED:
                assert after.approved is not None
                assert after.asked.window.holds(after.approved.window)
                assert set(after.approved.persons) <= set(after.asked.persons)
            if entry.sender == "visits":
                assert after.approved is None or after.approved == before.approved
            pending = after.pending is not None
            assert (after.phase is VisitPhase.AMENDMENT_PENDING) == pending
            if event.step is VisitStep.AMENDMENT_SUBMITTED:
                assert after.approved == before.approved, "what was approved stays in force"
                assert after.pending.asked.window.begins >= after.approved.window.begins
            before = after


@given(BEGINNINGS, HISTORIES)
@settings(max_examples=40, deadline=None)
def test_only_who_may_is_told_and_only_the_cleared_are_given_a_record(
    begun: Sequence[Say], history: list[Say]
) -> None:
    court = play((*begun, *history), visit_form(info=("xaa-mfa", "xbb-mfa")))
    cleared = {"xaa-ghq", "xaa-nsa", "xbb-nsa", "xbb-yard"}
    transmitted = False
    for entry, payload in court.entries:
        assert len(payload) < 128 * 1024
        transmitted |= any(getattr(e, "step", "") == VisitStep.TRANSMITTED for e in entry.events)
        for tell in entry.tells:
            if tell.notice.kind == "CommandRefused":
                assert tell.to == entry.sender and tell.encloses is None
                continue
            assert tell.to in cleared | {"xaa-mfa", "xbb-mfa"}
            assert tell.encloses is None or tell.to in cleared
            assert transmitted or tell.to.startswith("xaa")


@given(BEGINNINGS, HISTORIES, st.booleans())
@settings(max_examples=40, deadline=None)
def test_the_ledger_alone_gives_the_same_visit(
    begun: Sequence[Say], history: list[Say], flies: bool
) -> None:
    court = play((*begun, *history), aircraft_form() if flies else None)
    replayed = Ledger(court.service, court.ledger.allowances)
    for offset, (entry, payload) in enumerate(court.entries):
        read = wire.decode(court.service.entry, payload)
        assert read == entry
        assert replayed.fold(read, payload, offset)
    assert replayed.page == court.ledger.page


# Registers.


@dataclass(frozen=True)
class Act:
    kind: type[Any]
    sender: str
    wait_h: int
    ahead_h: int
    which: int
    evaluates: bool
    declines: bool


ACTS = st.builds(
    Act,
    kind=st.sampled_from(
        (*(AskContact,) * 5, *(AnswerContact,) * 5, *(ReportContact,) * 3, WithdrawContact,
         InviteToContact)
    ),
    sender=st.sampled_from(("xaa-mfa", "xbb-mfa", "xbb-ghq", "xcc-mfa", "xaa-nsa")),
    wait_h=st.sampled_from((0, 0, 1, 23, 25, 40)),
    ahead_h=st.sampled_from((35, 37, 40, 72)),
    which=st.integers(0, 5),
    evaluates=st.booleans(),
    declines=st.sampled_from((False, False, True)),
)  # fmt: skip


def register_played(acts: Sequence[Act]) -> VisitCourt:
    court = VisitCourt(matter=register_of("XBB"))
    asked: list[str] = []
    everybody = ("XAA", "XBB", "XCC")
    for act in acts:
        court.pass_until(court.now + timedelta(hours=act.wait_h))
        enters = court.now + timedelta(hours=act.ahead_h)
        kind = ContactKind.EVALUATION if act.evaluates else ContactKind.INSPECTION
        fields: dict[type[Any], dict[str, Any]] = {
            AskContact: {"contact": kind, "enters_at": enters},
            InviteToContact: {
                "contact": ContactKind.AIR_BASE_VISIT, "enters_at": enters,
                "leaves_at": enters + timedelta(hours=8), "invited": ("XAA", "XCC"),
            },
            AnswerContact: {
                "accepts": not act.declines,
                "category": DeclineCategory.RESOURCE if act.declines else None,
            },
            ReportContact: {"over": act.declines},
        }  # fmt: skip
        said = {"copied_to": everybody, **fields.get(act.kind, {})}
        if act.kind not in (AskContact, InviteToContact):
            said["contact_id"] = asked[act.which % len(asked)] if asked else "0" * 32
        outcome = court.tell(act.kind, act.sender, **said)
        entry = getattr(outcome, "entry", None)
        if entry and entry.events[0].kind == "ContactChanged":
            asked.append(entry.events[0].contact.contact_id)
    return court


@given(st.lists(ACTS, max_size=25))
@settings(max_examples=60, deadline=None)
def test_a_host_accepts_within_its_quotas_and_silence_accepts_nothing(acts: list[Act]) -> None:
    court = register_played(acts)
    for entry, _ in court.entries:
        for event in entry.events:
            if event.kind != "ContactChanged":
                continue
            if event.quota:
                assert event.quota.used <= event.quota.of
            if entry.sender == "visits":
                assert event.step != "ACCEPTED"
                assert event.contact.late
            if event.step == "ACCEPTED" and event.contact.contact.is_asked:
                assert entry.sender.startswith("xbb")


@given(st.lists(ACTS, max_size=20))
@settings(max_examples=30, deadline=None)
def test_the_ledger_alone_gives_the_same_register(acts: list[Act]) -> None:
    court = register_played(acts)
    replayed = Ledger(court.service, court.ledger.allowances)
    for offset, (entry, payload) in enumerate(court.entries):
        assert replayed.fold(entry, payload, offset)
    assert replayed.page == court.ledger.page
