"""What the ledger keeps: chained, numbered, known again, within budget."""

from __future__ import annotations

from schemas.acts import Act
from schemas.hotline import (
    AcknowledgeMessage,
    ReportDelivered,
    ReportReceived,
)
from schemas.ledger import FIRST_PREVIOUS
from schemas.parties import Lane, Precedence
from services.bus import wire
from services.bus.budget import Allowance
from services.bus.judge import Decided, Judge
from services.bus.ledger import Ledger
from tests.kit import paper
from tests.kit.court import Court, code, confirming
from tests.kit.paper import outer, record_of, signed


def test_every_entry_names_the_one_before_it() -> None:
    court = Court()
    for number in (1, 2, 3):
        court.accept(outer(sequence=number))
    court.accept(outer(matter="other-1"))
    first, second, third, other = court.entries
    assert [entry.sequence for entry, _ in court.entries] == [1, 2, 3, 1]
    assert first[0].previous == other[0].previous == FIRST_PREVIOUS
    assert second[0].previous == wire.digest(first[1])
    assert third[0].previous == wire.digest(second[1])


def test_the_first_entry_with_a_sequence_wins() -> None:
    one, two = Court(), Court()
    mine, theirs = one.accept(outer(sequence=1)), two.accept(outer(sequence=1, info=("xcc-ghq",)))
    ledger = Ledger(one.service, {})
    assert ledger.fold(mine, wire.encode(mine), 0)
    assert not ledger.fold(theirs, wire.encode(theirs), 1)
    assert ledger.next_offset == 2
    assert ledger.holds(mine, wire.encode(mine))
    assert not ledger.holds(theirs, wire.encode(theirs))
    assert list(ledger.page.books["border-1"].state.messages) == [mine.command]


def test_an_entry_that_breaks_the_chain_is_ignored_by_all() -> None:
    court = Court()
    first = court.accept(outer(sequence=1))
    second = court.accept(outer(sequence=2))
    ledger = Ledger(court.service, {})
    assert not ledger.fold(second, wire.encode(second), 0), "its predecessor is missing"
    assert ledger.fold(first, wire.encode(first), 1)
    broken = second.model_copy(update={"previous": "f" * 64})
    assert not ledger.fold(broken, wire.encode(broken), 2)
    assert not ledger.fold(first, wire.encode(first), 3), "a repetition is no new entry"
    assert ledger.fold(second, wire.encode(second), 4)


def test_a_command_that_comes_again_is_known() -> None:
    court, command = Court(), outer()
    court.accept(command)
    assert code(court.say(command)) == "repeated"
    assert len(court.entries) == 1


def test_a_draft_sees_what_was_drafted_before() -> None:
    court, command = Court(), outer()
    draft = court.ledger.draft()
    judge = Judge(court.service, court.gate, court.keyring)
    record = record_of(signed(command), command)
    outcomes = [code(judge.judge(each, draft)) for each in (record, paper.later(record, 1))]
    assert outcomes == ["accepted", "repeated"]
    assert len(draft.entries) == 1
    assert not court.ledger.page.known, "nothing is known before it is written"


def test_an_identity_stands_for_one_text() -> None:
    court, command = Court(), outer()
    court.accept(command, b"")
    other = outer(message_id=command.message_id, sequence=2, info=("xcc-ghq",))
    assert code(court.say(other)) == "IdReused"
    assert code(court.say(other)) == "repeated"
    message = court.matter().messages[command.message_id]
    assert set(message.ways) == {"xbb-ghq"}
    assert code(court.say(outer(sequence=3))) == "accepted"


def test_numbers_are_dense_and_gaps_are_told() -> None:
    court = Court()
    court.accept(outer(sequence=1))
    entry = court.accept(outer(sequence=3))
    assert [event.kind for event in entry.events] == ["MessageAccepted", "SequenceSkipped"]
    assert (entry.events[1].expected, entry.events[1].got) == (2, 3)
    assert code(court.say(outer(sequence=2))) == "SequenceReused"
    assert code(court.say(outer(precedence=Precedence.FLASH, sequence=1))) == "accepted"


def test_beyond_its_budget_a_message_goes_one_lane_lower() -> None:
    court = Court(allowances={Lane.FLASH: Allowance(1, 1), Lane.IMMEDIATE: Allowance(1, 1)})
    court.accept(outer(precedence=Precedence.FLASH, sequence=1))
    second = outer(precedence=Precedence.FLASH, sequence=2)
    moved = court.accept(second)
    assert [event.kind for event in moved.events] == ["MovedToLowerLane"]
    outcome = court.say(second, lane=Lane.IMMEDIATE)
    assert code(outcome) == "accepted"
    assert isinstance(outcome, Decided)
    assert [event.kind for event in outcome.entry.events] == ["MessageAccepted"]
    third = outer(precedence=Precedence.FLASH, sequence=3)
    for lane, kind in (
        (Lane.FLASH, "MovedToLowerLane"),
        (Lane.IMMEDIATE, "MovedToLowerLane"),
        (Lane.PRIORITY, "MessageAccepted"),
    ):
        outcome = court.say(third, lane=lane)
        assert isinstance(outcome, Decided)
        assert [event.kind for event in outcome.entry.events] == [kind]
    assert code(court.say(second)) == "repeated"


def test_a_cry_to_stop_costs_no_budget_and_is_never_moved() -> None:
    court = Court(allowances={Lane.FLASH: Allowance(1, 1)})
    court.accept(outer(precedence=Precedence.FLASH, sequence=1))
    for number in range(2, 6):
        stop = outer(precedence=Precedence.FLASH, act=Act.CEASE_ACTION, sequence=number)
        assert [event.kind for event in court.accept(stop).events] == ["MessageAccepted"]
    moved = court.accept(outer(precedence=Precedence.FLASH, sequence=6))
    assert [event.kind for event in moved.events] == ["MovedToLowerLane"]


def test_confirmations_cost_no_budget() -> None:
    court = Court(allowances={Lane.FLASH: Allowance(1, 1)})
    message = outer(precedence=Precedence.FLASH)
    court.accept(message)
    for number, kind in enumerate((ReportDelivered, ReportReceived, AcknowledgeMessage), 1):
        court.accept(confirming(message, kind, sequence=number))
