"""Gate, ledger and rules together, record by record, without any I/O."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from schemas.directory import HolderKind, KeyStatement
from schemas.hotline import (
    AcknowledgeMessage,
    CancelMessage,
    Capacity,
    CarriedMessage,
    CorrectMessage,
    HotlineDelivery,
    PassDeadline,
    ReleaseMessage,
    ReplyToMessage,
    ReportDelivered,
    ReportDeliveredToPrincipal,
    ReportReceived,
    Step,
)
from schemas.ledger import FIRST_PREVIOUS
from schemas.parties import Alternate, Ladder, Lane, MessageType, Precedence, Rung
from services.bus import wire
from services.bus.budget import Allowance
from services.bus.effects import Effects
from services.bus.gate import NO_MATTER
from services.bus.judge import Decided, Judge, Outcome, Repeated, Unbelieved
from services.bus.ledger import Ledger
from services.bus.memory import MemoryBus, MemoryLog, VirtualClock
from services.bus.refusals import Refusal
from services.bus.topics import Realm
from services.hotline.deadlines import schedule
from services.hotline.matter import Phase
from tests.kit import paper
from tests.kit.court import WITHIN_S, Court, digest_of
from tests.kit.paper import NOON, keyring_of, outer, record_of, signed, vouched


def code(outcome: Outcome) -> str:
    """How it ended, in a word."""
    match outcome:
        case Decided(_, refused):
            return refused.code if refused else "accepted"
        case Repeated():
            return "repeated"
        case Unbelieved(refusal, _, _):
            return refusal.code


def confirming(message: ReleaseMessage, kind: type[Any] = AcknowledgeMessage, **fields: Any) -> Any:
    return outer(
        kind,
        message=message.message_id,
        message_digest=digest_of(message),
        lane=message.lane,
        **fields,
    )


def passing(message: ReleaseMessage, step: Step, desk: str = "xbb-ghq") -> Any:
    due = next(
        each.due
        for each in schedule(message.precedence, message.sent_at, WITHIN_S)
        if each.step is step
    )
    return outer(
        PassDeadline, sender="hotline", message=message.message_id, desk=desk, step=step, due=due,
        sent_at=due, lane=message.lane, matter=message.matter,
    )  # fmt: skip


def heard_late(court: Court, command: Any) -> Outcome:
    return court.say(command, at=command.sent_at + timedelta(seconds=1))


# The gate.


def test_what_belongs_here_is_admitted() -> None:
    assert code(Court().say(outer())) == "accepted"


@pytest.mark.parametrize(
    ("realm", "kind", "ends"),
    [
        (Realm.LIVE, MessageType.OPERATION, "accepted"),
        (Realm.LIVE, MessageType.PROJECT, "accepted"),
        (Realm.LIVE, MessageType.EXERCISE, "ExerciseOnLive"),
        (Realm.LIVE, MessageType.DRILL, "ExerciseOnLive"),
        (Realm.EXERCISE, MessageType.OPERATION, "LiveInExercise"),
        (Realm.EXERCISE, MessageType.PROJECT, "LiveInExercise"),
        (Realm.EXERCISE, MessageType.EXERCISE, "accepted"),
        (Realm.EXERCISE, MessageType.DRILL, "accepted"),
    ],
)
def test_exercise_and_world_never_meet(realm: Realm, kind: MessageType, ends: str) -> None:
    exercise = "NORTHERN LIGHT" if kind.is_exercise else None
    assert code(Court(realm=realm).say(outer(message_type=kind, exercise=exercise))) == ends


def test_a_record_lies_where_its_matter_belongs() -> None:
    court, command = Court(), outer()
    good = record_of(signed(command), command)
    assert code(court.hear(replace(good, key=b"other"))) == "WrongPartition"
    assert code(court.hear(replace(good, key=b""))) == "WrongPartition"
    assert code(court.hear(replace(good, partition=1))) == "WrongPartition"


@pytest.mark.parametrize("lane", list(Lane))
def test_no_message_goes_faster_than_its_precedence(lane: Lane) -> None:
    outcome = Court().say(outer(precedence=Precedence.PRIORITY), lane=lane)
    faster = lane.rank < Lane.PRIORITY.rank
    assert code(outcome) == ("WrongLane" if faster else "accepted")


def test_clocks_may_differ_and_not_by_more() -> None:
    command = outer()
    behind = NOON - timedelta(seconds=120)
    assert code(Court().say(command, at=behind)) == "accepted"
    assert code(Court().say(command, at=behind - timedelta(milliseconds=1))) == "FromTheFuture"


def test_what_comes_late_is_late_and_not_lost() -> None:
    assert code(Court().say(outer(), at=NOON + timedelta(days=400))) == "accepted"


def test_the_matter_of_refusals_is_nobodys() -> None:
    assert code(Court().say(outer(matter=NO_MATTER))) == "InvalidField"


def test_desks_do_not_say_what_services_say() -> None:
    court, message = Court(), outer()
    court.accept(message)
    forged = passing(message, Step.OVERDUE).model_copy(update={"sender": "xaa-ghq"})
    assert code(court.say(forged, at=NOON + timedelta(days=2))) == "NotForService"
    delivery = outer(
        HotlineDelivery, to="xbb-ghq", directory=0, encloses=None,
        notice=CarriedMessage(
            message=message.message_id, originator="xaa-ghq", precedence=Precedence.FLASH,
            capacity=Capacity.ACTION,
        ),
    )  # fmt: skip
    assert code(court.say(delivery)) == "NotForService"


@pytest.mark.parametrize("kind", ["statement", "entry"])
def test_a_desk_that_signs_a_statement_or_an_entry_is_refused(kind: str) -> None:
    court = Court()
    value: Any = court.accept(outer())
    if kind == "statement":
        value = KeyStatement(
            holder="xaa-ghq", kind=HolderKind.DESK, authority="XAA", serial=1, public_key=None,
            issued_at=NOON,
        )  # fmt: skip
    record = record_of(signed(value, by="xaa-ghq"), outer(sequence=2))
    assert code(court.hear(record)) == "NotForService"


def test_a_command_that_no_delivery_could_enclose_is_refused() -> None:
    inner = b"x" * 80 * 1024
    assert code(Court().say(outer(inner=inner), inner)) == "Oversize"


# The ledger.


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


def test_confirmations_cost_no_budget() -> None:
    court = Court(allowances={Lane.FLASH: Allowance(1, 1)})
    message = outer(precedence=Precedence.FLASH)
    court.accept(message)
    for number, kind in enumerate((ReportDelivered, ReportReceived, AcknowledgeMessage), 1):
        court.accept(confirming(message, kind, sequence=number))


# The rules.


def test_a_message_goes_its_way_in_order() -> None:
    court, message = Court(), outer()
    court.accept(message)
    phases = []
    for number, kind in enumerate(
        (ReportDelivered, ReportReceived, AcknowledgeMessage, ReportDeliveredToPrincipal), 1
    ):
        entry = court.accept(confirming(message, kind, sequence=number))
        assert [tell.to for tell in entry.tells] == ["xaa-ghq"]
        phases.append(court.matter().messages[message.message_id].ways["xbb-ghq"].phase)
    assert phases == [Phase.DELIVERED, Phase.RECEIVED, Phase.ACKNOWLEDGED, Phase.WITH_PRINCIPAL]


def test_it_is_not_with_the_principal_before_somebody_took_it_over() -> None:
    court, message = Court(), outer()
    court.accept(message)
    assert code(court.say(confirming(message, ReportDeliveredToPrincipal))) == "OutOfOrder"


def test_a_late_report_takes_nothing_back() -> None:
    court, message = Court(), outer()
    court.accept(message)
    court.accept(confirming(message, AcknowledgeMessage, sequence=1))
    court.accept(confirming(message, ReportReceived, sequence=2))
    way = court.matter().messages[message.message_id].ways["xbb-ghq"]
    assert way.phase is Phase.ACKNOWLEDGED


def test_a_stranger_cannot_acknowledge() -> None:
    court, message = Court(), outer()
    court.accept(message)
    assert code(court.say(confirming(message, sender="xcc-ghq"))) == "NotAddressed"


def test_its_originator_cannot_acknowledge() -> None:
    court, message = Court(), outer()
    court.accept(message)
    assert code(court.say(confirming(message, sender="xaa-ghq", sequence=2))) == "NotAddressed"


def test_nobody_acknowledges_what_was_never_said() -> None:
    court = Court()
    assert code(court.say(confirming(outer()))) == "NoSuchMessage"


def test_a_confirmation_names_the_very_message() -> None:
    court, message = Court(), outer()
    court.accept(message)
    other = confirming(message).model_copy(update={"message_digest": "0" * 64})
    assert code(court.say(other)) == "InvalidField"


def test_an_officer_who_acknowledges_is_one_of_the_desks_roles() -> None:
    court, message = Court(), outer()
    court.accept(message)
    assert code(court.say(confirming(message, officer="duty-9"))) == "UnknownOfficer"


def test_a_reply_reaches_whom_it_answers() -> None:
    court, message = Court(), outer()
    court.accept(message)
    fields = {"sender": "xbb-ghq", "in_reply_to": message.message_id}
    elsewhere = outer(ReplyToMessage, action=("xcc-ghq",), **fields)
    assert code(court.say(elsewhere)) == "LeavesOutRecipient"
    entry = court.accept(outer(ReplyToMessage, action=("xaa-ghq",), sequence=2, **fields))
    assert [event.kind for event in entry.events] == ["MessageAccepted", "MessageReplied"]


def test_a_reference_is_to_this_matter() -> None:
    court, message = Court(), outer()
    court.accept(message)
    fine = outer(sequence=2, references=(message.message_id,))
    assert code(court.say(fine)) == "accepted"
    across = outer(matter="other-1", references=(message.message_id,))
    assert code(court.say(across)) == "ReferenceAcross"


@pytest.mark.parametrize("kind", [CorrectMessage, CancelMessage])
def test_a_change_may_not_widen_the_label(kind: type[Any]) -> None:
    court = Court()
    narrow = paper.LABEL.model_copy(update={"releasable_to": ("XAA", "XBB")})
    message = outer(label=narrow)
    court.accept(message)
    change = outer(kind, obsoletes=message.message_id, sequence=2)
    assert code(court.say(change)) == "LabelWidened"
    fine = outer(kind, obsoletes=message.message_id, sequence=3, label=narrow)
    assert code(court.say(fine)) == "accepted"


def test_silence_climbs_no_further_for_what_was_withdrawn() -> None:
    court, message = Court(), outer()
    court.accept(message)
    court.accept(outer(CancelMessage, obsoletes=message.message_id, sequence=2))
    assert code(heard_late(court, passing(message, Step.ALTERNATE_TERMINAL))) == "NoLongerDue"
    assert not court.matter().messages[message.message_id].ways["xbb-ghq"].steps_left


def test_an_alternates_word_settles_the_silent_desks_way() -> None:
    court, message = Court(), outer()
    court.accept(message)
    entry = heard_late(court, passing(message, Step.ALTERNATE_TERMINAL))
    assert isinstance(entry, Decided)
    assert [tell.to for tell in entry.entry.tells] == ["xaa-ghq", "xbb-alt"]
    court.accept(confirming(message, sender="xbb-alt"))
    ways = court.matter().messages[message.message_id].ways
    assert ways["xbb-ghq"].acknowledged_by == "xbb-alt"
    assert ways["xbb-ghq"].phase is ways["xbb-alt"].phase is Phase.ACKNOWLEDGED
    assert not court.ledger.deadlines


def test_deferred_has_no_ceiling() -> None:
    court = Court()
    court.accept(outer(precedence=Precedence.DEFERRED))
    assert not court.ledger.deadlines


def test_an_alternate_that_the_directory_does_not_know_is_not_waited_for() -> None:
    ring = paper.keyring().learn(90, paper.vouched("xbb-alt", serial=2, key=None))
    court, message = Court(ring), outer()
    court.accept(message)
    outcome = heard_late(court, passing(message, Step.ALTERNATE_TERMINAL))
    assert isinstance(outcome, Decided)
    assert outcome.entry.events[0].to is None


def test_an_alternate_that_was_informed_is_told_that_it_stands_in() -> None:
    court, message = Court(), outer(info=("xbb-alt",))
    court.accept(message)
    outcome = heard_late(court, passing(message, Step.ALTERNATE_TERMINAL))
    assert isinstance(outcome, Decided)
    assert outcome.entry.events[0].to == "xbb-alt"
    assert "xbb-alt" in [tell.to for tell in outcome.entry.tells]
    court.accept(confirming(message, sender="xbb-alt"))
    assert court.matter().messages[message.message_id].ways["xbb-ghq"].acknowledged_by == "xbb-alt"


def test_silence_never_climbs_to_the_originator() -> None:
    court, message = Court(), outer(sender="xbb-alt")
    court.accept(message)
    outcome = heard_late(court, passing(message, Step.ALTERNATE_TERMINAL))
    assert isinstance(outcome, Decided)
    assert not any(isinstance(tell.notice, CarriedMessage) for tell in outcome.entry.tells)


# What is sent because of an entry.


async def deliveries(court: Court, outcome: Decided, record: Any) -> list[bytes]:
    effects = Effects(
        court.service, MemoryBus(MemoryLog(VirtualClock())), paper.hand_of("hotline"), Realm.LIVE
    )
    return [each.value for each in await effects.of_entry(record, outcome.entry)]


async def test_the_same_entry_gives_the_same_bytes() -> None:
    court, command = Court(), outer()
    record = record_of(signed(command), command)
    outcome = court.hear(record)
    assert isinstance(outcome, Decided)
    assert await deliveries(court, outcome, record) == await deliveries(court, outcome, record)


def crowded() -> tuple[Court, ReleaseMessage]:
    """As many addressees as a message may have, each with a full ladder."""
    statements = [vouched("hotline"), vouched("xaa-ghq")]
    named = []
    for number in range(16):
        desk = f"xbb-joint-operations-centre-{number:02d}"
        alternates = [f"xbb-alternate-of-the-centre-{number:02d}{rung}" for rung in range(4)]
        ladder = Ladder(
            alternates=tuple(
                Alternate(rung=rung, desk=alternate)
                for rung, alternate in zip(Rung, alternates, strict=True)
            )
        )
        statements += [vouched(each) for each in alternates]
        statements.append(vouched(desk, ladder=ladder))
        named.append(desk)
    informed = [f"xcc-joint-operations-centre-{number:02d}" for number in range(16)]
    statements += [vouched(desk) for desk in informed]
    return Court(keyring_of(statements)), outer(action=tuple(named), info=tuple(informed))


async def test_a_sender_of_many_learns_that_it_was_accepted() -> None:
    court, command = crowded()
    record = record_of(signed(command), command)
    outcome = court.hear(record)
    assert isinstance(outcome, Decided) and outcome.refused is None
    for value in await deliveries(court, outcome, record):
        found = wire.read(value)
        assert not isinstance(found, Refusal), found
