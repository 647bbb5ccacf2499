"""Whatever is said of an agreement: tables answer every cell, dates hold, a replay is the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from schemas.agreement_acts import InstrumentAction, Measure, ReservationMade, SuspensionBasis
from schemas.agreement_facts import AgreementPhase, AgreementTrigger, ObligationPhase, PartyPhase
from schemas.agreement_record import ExchangeOfNotes, FixedDate, Means, NInstruments
from schemas.agreements import HearEvent, NotifyStates, RecordInstrument, RegisterAgreement
from schemas.parties import Lane
from schemas.receipts import Position
from services.agreements import refusals
from services.agreements.activation import OBLIGATIONS
from services.agreements.bound import is_bound, table_of
from services.agreements.moves import PARTY_TABLE, TAKEN_IN, TRANSITIONS
from services.agreements.rules import COMMANDS, OWN_COMMANDS, TABLE, Role
from services.bus import wire
from services.bus.judge import Decided
from services.bus.ledger import Ledger
from services.bus.refusals import REFUSALS, Refusal
from services.bus.rulebook import Row
from tests.kit.agreements import BEGINS, DEPOSITARY, AgreementCourt, overheard, record
from tests.kit.paper import outer

KINDS = sorted(COMMANDS | OWN_COMMANDS, key=lambda kind: kind.__name__)
KNOWN = REFUSALS | refusals.REFUSALS
A = InstrumentAction


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("phase", AgreementPhase)
def test_every_cell_of_the_agreements_table_is_a_row_or_a_refusal(
    phase: AgreementPhase, kind: type[Any], role: Role
) -> None:
    cell = TABLE.cell(phase, kind, role)
    assert isinstance(cell, Row | Refusal)
    if isinstance(cell, Refusal):
        assert cell.code in KNOWN and cell.reason


@pytest.mark.parametrize("action", InstrumentAction)
@pytest.mark.parametrize("phase", PartyPhase)
def test_every_cell_of_the_partys_table_is_a_phase_or_a_refusal(
    phase: PartyPhase, action: InstrumentAction
) -> None:
    cell = PARTY_TABLE[phase, action]
    if not isinstance(cell, PartyPhase):
        assert cell.__name__ in KNOWN
    assert TAKEN_IN[action]


def test_every_phase_trigger_and_command_is_within_reach() -> None:
    assert {row.command for row in TABLE} == set(KINDS)
    assert {trigger for _, trigger in TRANSITIONS} == set(AgreementTrigger)
    reached = {AgreementPhase.NEGOTIATING}
    for _ in AgreementPhase:
        reached |= {after for (before, _), after in TRANSITIONS.items() if before in reached}
    assert reached == set(AgreementPhase)
    for phase in ObligationPhase:
        met = OBLIGATIONS.get((phase, "MET"))
        assert (met is None) == (phase in (ObligationPhase.MET, ObligationPhase.MET_LATE))


@dataclass(frozen=True)
class Try:
    """Something that somebody tries, after some time in which the clock spoke."""

    action: InstrumentAction
    state: str
    wait_d: int
    ahead_d: int
    is_recorded: bool
    regards: int
    other: str


TRIES = st.builds(
    Try,
    action=st.sampled_from((
        *[A.SIGNATURE, A.RATIFICATION] * 5, *[A.DEFINITIVE_SIGNATURE, A.NOTE, A.ACCESSION] * 3,
        *InstrumentAction,
    )),
    state=st.sampled_from(("XAA", "XBB", "XBB", "XCC")),
    wait_d=st.sampled_from((0, 0, 1, 5, 40, 100, 400)),
    ahead_d=st.sampled_from((-1, 1, 30, 400)),
    is_recorded=st.sampled_from((True, True, True, False)),
    regards=st.integers(min_value=0, max_value=3),
    other=st.sampled_from(("XAA", "XBB")),
)  # fmt: skip
HISTORIES = st.lists(TRIES, max_size=14)
RECORDS = st.builds(
    lambda clause, flags, expires: record(
        "XAA", "XBB",
        entry_into_force=clause, means=tuple(Means), accession="OPEN", joining_days=10,
        provisional_application=flags, suspension=flags, signature_first=flags,
        withdrawal="PROVIDED", withdrawal_notice_months=1,
        expires_on=BEGINS + timedelta(days=500) if expires else None,
        renewal_months=12 if flags and expires else None,
        review_on=BEGINS + timedelta(days=100), review_every_months=6,
    ),
    clause=st.sampled_from((
        NInstruments(number=2, days=20), ExchangeOfNotes(days=5),
        FixedDate(date=BEGINS + timedelta(days=200)),
    )),
    flags=st.booleans(),
    expires=st.booleans(),
)  # fmt: skip


def attempt(court: AgreementCourt, said: Try) -> None:
    court.wait(days=said.wait_d)
    named = [entry.command for entry, _ in court.entries[-4:]]
    fields: dict[str, Any] = {
        "reservations": (ReservationMade(reservation="r1", article="4"),),
        "of": said.other, "reservation": "r1", "precludes_force": True, "amendment": "a1",
        "regards": named[said.regards % len(named)],
        "effective_on": court.now + timedelta(days=said.ahead_d),
        "basis": tuple(SuspensionBasis)[said.regards % 2],
        "measure": tuple(Measure)[said.regards], "ground": "60(1)",
    }  # fmt: skip
    from schemas.agreement_acts import NEEDS

    needed = {name: fields[name] for name in NEEDS.get(said.action, ())}
    try:
        court.instrument(said.action, said.state, **needed)
    except ValidationError:
        return
    if court.submits(said.action, said.state, **needed) == "accepted" and said.is_recorded:
        instrument = court.entries[-1][0].command
        court.told(RecordInstrument, DEPOSITARY, instrument=instrument)


def play(made: Any, history: Sequence[Try], ready: bool) -> AgreementCourt:
    """What comes of a history, from the opening on; or from when both states have consented."""
    court = AgreementCourt().opened(made)
    if ready:
        court.ratified()
    for said in history:
        attempt(court, said)
    court.told(
        RegisterAgreement, DEPOSITARY, number="1", received_on=court.now, certified_copy="c" * 64
    )
    court.told(NotifyStates, DEPOSITARY)
    return court


PLAYS = st.builds(play, RECORDS, HISTORIES, st.sampled_from((True, True, True, False)))


def hears(court: AgreementCourt, days_ago: int) -> Any:
    at = court.now - timedelta(days=days_ago)
    event = overheard(occurred_at=at, told_at=max(at, BEGINS + timedelta(minutes=1)))
    word = outer(
        HearEvent, sender="agreements", matter=court.matter, lane=Lane.ROUTINE,
        agreement=court.of().name, event=event, sent_at=court.now,
        source=Position(topic="hotline.ledger.v1", partition=0, offset=1),
    )  # fmt: skip
    return court.hear(word)


@given(PLAYS)
@settings(max_examples=60, deadline=None)
def test_phases_move_by_the_tables_and_dates_never_go_back(court: AgreementCourt) -> None:
    phase, last = AgreementPhase.NEGOTIATING, BEGINS
    for entry, payload in court.entries:
        assert len(payload) < 100_000
        for event in entry.events:
            if event.kind == "AgreementMoved":
                assert event.was is phase and last <= event.at
                assert TRANSITIONS[event.was, event.trigger] is event.phase
                phase, last = event.phase, event.at
    assert court.of().phase is phase
    for participant in court.of().participants.values():
        dates = [each.at for each in participant.history]
        assert dates == sorted(dates)


@given(PLAYS)
@settings(max_examples=60, deadline=None)
def test_it_is_never_in_force_before_the_instruments_that_its_clause_asks_for(
    court: AgreementCourt,
) -> None:
    agreement = court.of()
    if agreement.in_force_since is None:
        return
    consents = [e.consented_at for e in agreement.participants.values() if e.consented_at]
    before = [each for each in consents if each <= agreement.in_force_since]
    assert len(before) >= 2


@given(PLAYS)
@settings(max_examples=40, deadline=None)
def test_the_ledger_alone_gives_the_same_agreements(court: AgreementCourt) -> None:
    replayed = Ledger(court.service, {})
    for offset, (entry, payload) in enumerate(court.entries):
        read = wire.decode(court.service.entry, payload)
        assert not isinstance(read, Refusal) and read == entry
        assert replayed.fold(read, payload, offset)
    assert replayed.page == court.ledger.page
    due = {name: [each.due for each in all_] for name, all_ in replayed.deadlines.items()}
    assert due == {n: [each.due for each in all_] for n, all_ in court.ledger.deadlines.items()}


@given(PLAYS, st.sampled_from((0, 3, 60, 300)))
@settings(max_examples=60, deadline=None)
def test_a_protocol_fires_only_between_states_that_were_bound_then(
    court: AgreementCourt, days_ago: int
) -> None:
    outcome = hears(court, days_ago)
    assert isinstance(outcome, Decided) and outcome.refused is None
    at = court.now - timedelta(days=days_ago)
    rows = {each.state: each for each in table_of(court.family, court.of(), at)}
    for fired in court.happened("ProtocolActivated"):
        assert set(fired.states) == {"XAA", "XBB"}
        for state in fired.states:
            assert is_bound(court.family, court.of(), state, at)
            assert not rows[state].suspended
    if not court.happened("ProtocolActivated"):
        assert [each.why for each in court.happened("ProtocolNotActivated")]
        assert not court.happened("ObligationOpened")


@given(PLAYS)
@settings(max_examples=40, deadline=None)
def test_nobody_but_the_agreements_desks_is_told(court: AgreementCourt) -> None:
    for entry, _ in court.entries:
        for tell in entry.tells:
            refused = tell.notice.kind in ("CommandRefused", "SequenceSkipped")
            mine = tell.to in court.of().desks or tell.to == entry.sender
            assert mine or (refused and tell.to == entry.sender)
