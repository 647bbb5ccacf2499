"""What two custodians may order of quarantine, and what no order can do. No I/O."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from schemas.catalogue import payload_type_of
from schemas.envelope import Cover
from schemas.hotline import MessageAccepted
from schemas.parties import Lane, MessageType, Precedence
from schemas.receipts import CommandRefused, Position, SequenceSkipped
from services.bus import redelivery, seal, topics, wire
from services.bus.judge import Decided, Repeated, Unbelieved
from services.bus.ledger import Ledger, read_entry
from services.bus.redelivery import is_own
from services.bus.refusals import Refusal
from services.bus.topics import Realm
from services.bus.transport import Record
from tests.kit import paper
from tests.kit.court import code
from tests.kit.custody import (
    FIRST,
    LATER,
    SECOND,
    CustodyCourt,
    appointed,
    by_both,
    early,
    elsewhere,
    late,
    ordering,
)
from tests.kit.paper import NOON, outer, record_of, signed

THIRD = "xaa-custodian-1"


def kept_unknown(court: CustodyCourt, command: Any = None) -> Record:
    """A message that was refused since the directory was late; now it has its key."""
    court.keyring = early()
    assert code(court.say(command or outer())) == "UnknownKey"
    court.keyring = late()
    return court.kept[-1]


def accepted(court: CustodyCourt) -> list[str]:
    return [
        event.message
        for entry, _ in court.entries
        for event in entry.events
        if isinstance(event, MessageAccepted)
    ]


def refused_in(outcome: Any) -> CommandRefused:
    """The fact in the entry of an order that had no effect."""
    assert isinstance(outcome, Decided) and is_own(outcome.entry), outcome
    (event,) = outcome.entry.events
    assert isinstance(event, CommandRefused)
    return event


# It is carried.


def test_what_was_refused_for_a_late_directory_is_carried_on_two_custodians_order() -> None:
    court = CustodyCourt()
    kept = kept_unknown(court)
    outcome = court.order(kept)
    assert isinstance(outcome, Decided) and outcome.refused is None
    entry = outcome.entry
    assert accepted(court) == [entry.command]
    assert entry.sender == "xaa-ghq" and entry.position == redelivery.origin_of(kept)
    assert entry.received_at == NOON + LATER, "the time is that of the order"
    assert [tell.to for tell in entry.tells] == ["xaa-ghq", "xbb-ghq"]


def test_its_entry_says_on_whose_order_and_proves_it() -> None:
    court = CustodyCourt()
    kept = kept_unknown(court)
    outcome = court.order(kept)
    assert isinstance(outcome, Decided)
    by = outcome.entry.redelivery
    assert by is not None and by.custodians == (FIRST, SECOND)
    assert by.quarantined == Position(topic="hotline.quarantine.v1", partition=0, offset=0)
    cover = Cover(
        payloadType=by.signed.payload_type, payload=by.signed.payload,
        signatures=by.signed.signatures, inner=b"",
    )  # fmt: skip
    found = wire.read(wire.encode(cover))
    assert not isinstance(found, Refusal)
    proved = seal.check_order(found, court.keyring, at=outcome.entry.directory)
    assert not isinstance(proved, Refusal) and proved.custodians == (FIRST, SECOND)
    assert proved.outer.message_id == by.order and proved.digest == by.order_digest


def test_the_ledger_alone_gives_the_same_state_and_knows_the_order() -> None:
    court = CustodyCourt()
    court.order(kept_unknown(court))
    court.order(court.kept[0], message_id=paper.identity("another order"))
    again = Ledger(court.service, {})
    for offset, (entry, payload) in enumerate(court.entries):
        value = seal.sign(entry, b"", paper.hand_of("hotline"))
        read = read_entry(court.service, value, court.keyring)
        assert not isinstance(read, Refusal)
        assert again.fold(*read, offset) and read[1] == payload
    assert again.page == court.ledger.page
    assert again.carried == court.ledger.carried


def test_a_clock_that_was_ahead_is_cured_by_time() -> None:
    court = CustodyCourt()
    ahead = outer(sent_at=NOON + timedelta(minutes=10))
    assert code(court.say(ahead)) == "FromTheFuture"
    assert code(court.order(court.kept[0], after=timedelta(minutes=1))) == "FromTheFuture"
    assert code(court.order(court.kept[0], after=timedelta(minutes=9))) == "accepted"


def test_a_flash_is_ordered_on_its_own_lane() -> None:
    court = CustodyCourt()
    kept = kept_unknown(court, outer(precedence=Precedence.FLASH))
    outcome = court.order(kept)
    assert isinstance(outcome, Decided) and outcome.entry.lane is Lane.FLASH


def test_missing_numbers_before_it_are_told_as_of_any_message() -> None:
    court = CustodyCourt()
    kept = kept_unknown(court, outer(sequence=3))
    outcome = court.order(kept)
    assert isinstance(outcome, Decided)
    (gap,) = [e for e in outcome.entry.events if isinstance(e, SequenceSkipped)]
    assert (gap.expected, gap.got) == (1, 3)


# It has one effect.


def test_the_same_order_twice_has_one_effect() -> None:
    court = CustodyCourt()
    kept = kept_unknown(court)
    order = ordering(kept)
    for _ in range(2):
        court.hear(court.record_of_order(order, by_both(order)))
    last = court.hear(court.record_of_order(order, by_both(order)))
    assert isinstance(last, Repeated) and last.command == order.message_id
    assert len(court.entries) == 1 and len(accepted(court)) == 1


def test_an_order_signed_in_the_other_sequence_is_the_same_order() -> None:
    court = CustodyCourt()
    kept = kept_unknown(court)
    order = ordering(kept)
    court.hear(court.record_of_order(order, by_both(order)))
    again = court.hear(court.record_of_order(order, by_both(order, (SECOND, FIRST))))
    assert isinstance(again, Repeated)


def test_a_second_order_is_an_entry_and_has_no_second_effect() -> None:
    court = CustodyCourt()
    kept = kept_unknown(court)
    first = court.order(kept)
    assert isinstance(first, Decided)
    second = court.order(kept, message_id=paper.identity("second"))
    assert refused_in(second).code == "AlreadyDecided"
    assert isinstance(second, Decided) and second.entry.redelivery is not None
    assert second.entry.redelivery.decided == first.entry.command
    assert len(accepted(court)) == 1


def test_a_message_that_its_sender_sent_again_meanwhile_is_not_carried_twice() -> None:
    court = CustodyCourt()
    command = outer()
    kept = kept_unknown(court, command)
    assert code(court.say(command)) == "accepted"
    assert refused_in(court.order(kept)).code == "AlreadyDecided"
    assert len(accepted(court)) == 1


def test_what_its_sender_sends_again_later_is_known() -> None:
    court = CustodyCourt()
    command = outer()
    court.order(kept_unknown(court, command))
    assert code(court.say(command)) == "repeated"


def test_what_the_rules_refused_stays_refused() -> None:
    court = CustodyCourt()
    assert code(court.say(outer(action=("xbb-nowhere",)))) == "UnknownAddressee"
    assert refused_in(court.order(court.kept[0])).code == "AlreadyDecided"
    assert accepted(court) == []


# The rules stand.


def test_what_later_messages_overtook_is_not_carried_and_its_sender_is_told_why() -> None:
    court = CustodyCourt()
    kept = kept_unknown(court)
    court.accept(outer(sequence=2))
    outcome = court.order(kept)
    assert code(outcome) == "Overtaken"
    assert isinstance(outcome, Decided) and not is_own(outcome.entry)
    (tell,) = outcome.entry.tells
    assert tell.to == "xaa-ghq" and tell.notice.code == "Overtaken"
    assert "release" in tell.notice.reason
    assert len(accepted(court)) == 1


def test_rules_judge_it_as_any_message() -> None:
    court = CustodyCourt()
    kept = kept_unknown(court, outer(action=("xbb-nowhere",)))
    outcome = court.order(kept)
    assert code(outcome) == "UnknownAddressee"
    assert isinstance(outcome, Decided) and outcome.entry.redelivery is not None
    assert [tell.to for tell in outcome.entry.tells] == ["xaa-ghq"]


def test_a_forged_signature_stays_forged_and_the_refusal_is_an_entry() -> None:
    court = CustodyCourt()
    command = outer()
    ours, theirs = (
        Cover.model_validate_json(signed(each))
        for each in (command, command.model_copy(update={"releaser": "duty-3"}))
    )
    forged = wire.encode(ours.model_copy(update={"signatures": theirs.signatures}))
    assert code(court.hear(record_of(forged, command))) == "BadSignature"
    outcome = court.order(court.kept[0])
    assert refused_in(outcome).code == "BadSignature"
    assert isinstance(outcome, Decided)
    (tell,) = outcome.entry.tells
    assert tell.to == "xaa-ghq" and tell.notice.message is None, "nothing is certain of it"
    assert accepted(court) == []


def test_a_key_revoked_since_does_not_speak_from_quarantine() -> None:
    court = CustodyCourt()
    kept = kept_unknown(court)
    ring = court.keyring
    court.keyring = ring.learn(ring.position + 1, paper.vouched("xaa-ghq", serial=2, key=None))
    assert refused_in(court.order(kept)).code == "UnknownKey"


# Two persons.


@pytest.mark.parametrize(
    ("hands", "refusal"),
    [
        ((FIRST,), "NeedsTwoCustodians"),
        ((FIRST, FIRST), "SamePerson"),
        ((FIRST, "xbb-ghq"), "NotCustodian"),
        ((FIRST, "hotline"), "NotCustodian"),
        (("xbb-ghq", SECOND), "NotCustodian"),
        ((FIRST, "somebody"), "UnknownKey"),
        ((FIRST, SECOND, THIRD), "BadSignature"),
        ((SECOND, THIRD), "SpeaksForAnother"),
    ],
)
def test_an_order_needs_two_custodians(hands: tuple[str, ...], refusal: str) -> None:
    court = CustodyCourt()
    kept = kept_unknown(court)
    court.keyring = court.keyring.learn(court.keyring.position + 1, appointed(THIRD))
    outcome = court.order(kept, hands)
    assert isinstance(outcome, Unbelieved) and code(outcome) == refusal
    assert outcome.answer_to is None
    assert court.entries == [] and len(court.kept) == 2, "the order itself is kept"


def test_a_custodian_who_was_revoked_does_not_count() -> None:
    court = CustodyCourt()
    kept = kept_unknown(court)
    revoked = appointed(SECOND, serial=2, key=None)
    court.keyring = court.keyring.learn(court.keyring.position + 1, revoked)
    assert code(court.order(kept)) == "UnknownKey"


def test_one_person_with_an_old_and_a_new_key_is_one_person() -> None:
    court = CustodyCourt()
    kept = kept_unknown(court)
    renewed = appointed(FIRST, serial=2, key=paper.public_key("renewed"))
    court.keyring = court.keyring.learn(court.keyring.position + 1, renewed)
    assert code(court.order(kept, (FIRST, "renewed"))) == "UnknownKey"
    assert code(court.order(kept, ("renewed", SECOND))) == "accepted"


def test_a_signature_over_another_order_does_not_count() -> None:
    court = CustodyCourt()
    kept = kept_unknown(court)
    order = ordering(kept)
    other = Cover.model_validate_json(by_both(ordering(kept, digest="0" * 64)))
    ours = Cover.model_validate_json(by_both(order))
    mixed = ours.model_copy(update={"signatures": (ours.signatures[0], other.signatures[1])})
    outcome = court.hear(court.record_of_order(order, wire.encode(mixed)))
    assert code(outcome) == "BadSignature"


def test_custodians_say_nothing_else() -> None:
    court = CustodyCourt()
    said = outer(sender=SECOND)
    assert code(court.hear(record_of(signed(said, by=SECOND), said, offset=1))) == "NotForService"


def test_desks_do_not_speak_in_the_custodians_matter() -> None:
    for matter in ("custodians-0", "custodians-17"):
        assert code(CustodyCourt().say(outer(matter=matter))) == "InvalidField"
    assert code(CustodyCourt().say(outer(matter="custodians-of-the-line"))) == "accepted"


# What they name.


def test_an_order_names_what_lies_there() -> None:
    court = CustodyCourt()
    kept = kept_unknown(court)
    assert refused_in(court.order(kept, digest="0" * 64)).code == "QuarantineDiffers"
    other = Position(topic="hotline.commands.routine.v1", partition=0, offset=77)
    court.lying[other] = kept
    assert refused_in(court.order(kept, origin=other)).code == "QuarantineDiffers"
    nowhere = elsewhere(replace(kept, offset=99))
    assert refused_in(court.order(kept, quarantined=nowhere)).code == "NotQuarantined"
    assert accepted(court) == []


def test_bytes_that_never_came_in_there_are_not_carried() -> None:
    court = CustodyCourt()
    kept = kept_unknown(court)
    put = replace(kept, value=signed(outer(releaser="duty-3")), offset=5)
    court.lying[elsewhere(put)] = put
    assert refused_in(court.order(put)).code == "QuarantineDiffers"


def test_an_accepted_record_is_not_quarantined() -> None:
    court = CustodyCourt()
    kept = kept_unknown(court)
    command = outer(matter="border-2")
    court.accept(command)
    at = court.entries[0][0].position
    lies = court.lying[at]
    assert lies is not None
    court.lying[elsewhere(replace(kept, offset=9))] = replace(lies, headers=())
    named = elsewhere(replace(kept, offset=9))
    outcome = court.order(kept, origin=at, quarantined=named, digest=wire.digest(lies.value))
    assert refused_in(outcome).code == "NotQuarantined"


@pytest.mark.parametrize("service", ["alerts", "visits", "agreements"])
def test_another_services_quarantine_is_not_this_ones(service: str) -> None:
    court = CustodyCourt()
    kept = kept_unknown(court)
    outcome = court.order(kept, quarantined=elsewhere(kept, service=service))
    assert isinstance(outcome, Unbelieved) and code(outcome) == "OthersQuarantine"


def test_live_and_exercise_quarantine_never_meet() -> None:
    court = CustodyCourt()
    kept = kept_unknown(court)
    exercise: dict[str, Any] = {"message_type": MessageType.EXERCISE, "exercise": "NORTHERN LIGHT"}
    there = elsewhere(kept, Realm.EXERCISE)
    assert code(court.order(kept, quarantined=there)) == "OthersQuarantine"
    assert code(court.order(kept, **exercise)) == "ExerciseOnLive"
    games = CustodyCourt(realm=Realm.EXERCISE)
    games.keyring = early()
    assert code(games.say(outer(**exercise))) == "UnknownKey"
    games.keyring = late()
    held = games.kept[0]
    assert code(games.order(held)) == "LiveInExercise"
    assert code(games.order(held, **exercise, quarantined=elsewhere(held))) == "OthersQuarantine"
    assert code(games.order(held, **exercise)) == "accepted"


def test_an_order_travels_where_its_record_came_in() -> None:
    court = CustodyCourt()
    kept = kept_unknown(court)
    faster = topics.commands("hotline", Lane.FLASH, Realm.LIVE)
    assert code(court.order(kept, topic=faster)) == "NotItsLane"
    assert code(court.order(kept, lane=Lane.FLASH)) == "NotItsLane"
    assert code(court.order(kept, key=b"border-1")) == "WrongPartition"
    assert code(court.order(kept, matter="border-1")) == "WrongPartition"
    there = elsewhere(replace(kept, partition=1))
    assert code(court.order(kept, quarantined=there)) == "WrongPartition"


def test_an_order_is_not_itself_redelivered() -> None:
    court = CustodyCourt()
    kept = kept_unknown(court)
    assert code(court.order(kept, (FIRST,))) == "NeedsTwoCustodians"
    assert refused_in(court.order(court.kept[1])).code == "NotForService"


def test_what_quarantine_has_only_the_outer_part_of_is_not_redelivered() -> None:
    court = CustodyCourt()
    court.service = replace(court.service, keeps_inner_refused=False)
    court.effects._service = court.service
    court.keyring = early()
    text = paper.inner_of(type(outer()))
    command = outer(inner=text)
    assert code(court.say(command, text)) == "UnknownKey"
    court.keyring = late()
    refused = refused_in(court.order(court.kept[0]))
    assert refused.code == "InnerNotKept" and "sender" in refused.reason


def test_an_order_with_other_content_under_the_same_identity_is_refused() -> None:
    court = CustodyCourt()
    kept = kept_unknown(court)
    court.order(kept, message_id="1" * 32)
    assert code(court.order(kept, message_id="1" * 32, after=2 * LATER)) == "IdReused"


def test_an_order_has_no_inner_part() -> None:
    court = CustodyCourt()
    kept = kept_unknown(court)
    order = ordering(kept, inside=seal.inside(b"words"))
    outcome = court.hear(court.record_of_order(order, by_both(order, inner=b"words")))
    assert code(outcome) == "InnerAltered"


def test_an_order_is_known_by_its_first_bytes() -> None:
    order = ordering(kept_unknown(CustodyCourt()))
    assert redelivery.is_order(by_both(order))
    assert not redelivery.is_order(signed(outer()))
    assert (
        payload_type_of(type(order))
        == "application/vnd.detente.custodians.redeliver-record.v1+json"
    )
