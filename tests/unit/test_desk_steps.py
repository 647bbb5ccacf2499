"""What comes of an officer's commands over the bus."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack
from typing import Any

import pytest
from rich.console import RenderableType

from schemas.acts import Act
from schemas.parties import Precedence
from services.bus.topics import Realm
from services.desk.commands.steps import answers, confirming, drafting, following, listing, staying
from services.desk.commands.steps.outcome import DONE, GAVE_UP, QUEUED_ONLY, REFUSED, Outcome
from services.desk.commands.typed.message import ExerciseMessage
from services.desk.commands.typed.officers import Hands
from services.desk.commands.typed.words import FollowUp, Words
from services.desk.desk import Desk
from services.desk.store.records import OutState
from services.desk.trouble import DeskTrouble
from tests.kit.house import WITHIN_S, House
from tests.kit.particulars import KALTMOOR
from tests.kit.screens import printed
from tests.kit.typed import TWO, message

SEEN = FollowUp(words=Words(text="Seen."), hands=TWO)


async def released(house: House, **fields: Any) -> tuple[Desk, Desk, Outcome, str]:
    """A message from one desk, once the other has it."""
    sender = await house.open("xaa-ghq")
    spoken = message(house.matter(), **fields)
    outcome = await drafting.released(sender, spoken, TWO, WITHIN_S)
    identity = outcome.document["message_id"]
    await house.given("xbb-ghq", identity)
    return sender, await house.open("xbb-ghq"), outcome, identity


def unseen(_: RenderableType) -> None:
    """A screen at which nobody looks."""


async def test_exercise_reply_stays_in_the_exercise(memory_house: House) -> None:
    house = memory_house
    sender = await house.open("xaa-ghq", Realm.EXERCISE)
    spoken = ExerciseMessage(**vars(message(house.matter())), exercise="STEADY 26")
    outcome = await drafting.released(sender, spoken, TWO, WITHIN_S)
    assert outcome.code == DONE
    identity = outcome.document["message_id"]
    await house.given("xbb-ghq", identity, Realm.EXERCISE)
    desk = await house.open("xbb-ghq", Realm.EXERCISE)
    reply = await following.replied(desk, identity, SEEN, wait_s=WITHIN_S)
    assert reply.code == DONE
    assert reply.document["exercise"] == "STEADY 26"


async def test_sending_ends_when_the_hotline_accepts(memory_house: House) -> None:
    *_, outcome, _ = await released(memory_house)
    assert outcome.code == DONE
    assert outcome.document["state"] == "ACCEPTED"
    assert outcome.document["label"]["releasable_to"] == ["XAA", "XBB"]


async def test_what_the_service_refuses_ends_with_its_reason(memory_house: House) -> None:
    sender = await memory_house.open("xaa-ghq")
    spoken = message(memory_house.matter(), to=("xbb-nobody",))
    outcome = await drafting.released(sender, spoken, TWO, WITHIN_S)
    assert outcome.code == REFUSED
    assert outcome.document["refusal"]["code"] == "UnknownAddressee"
    with pytest.raises(DeskTrouble, match="nobody was given it"):
        await following.cancelled(sender, outcome.document["message_id"], "x", TWO, wait_s=0)


async def test_what_only_waits_on_the_disk_is_queued_only(memory_house: House) -> None:
    assert memory_house.log is not None
    memory_house.log.reachable = False
    sender = await memory_house.open("xaa-ghq")
    outcome = await drafting.released(sender, message(memory_house.matter()), TWO, 0)
    assert outcome.code == QUEUED_ONLY
    assert outcome.document["state"] == OutState.QUEUED
    memory_house.log.reachable = True


async def test_without_a_hotline_waiting_is_given_up(memory_house: House) -> None:
    for running in memory_house.services:
        await running.stop()
    memory_house.services.clear()
    sender = await memory_house.open("xaa-ghq")
    identity = sender.send(message(memory_house.matter()).draft(sender.name), **TWO.both)
    await sender.until(lambda: sender.sent(identity).state is OutState.ON_BUS or None, WITHIN_S)
    assert (await answers.sent(sender, identity, 0)).code == GAVE_UP


async def test_showing_marks_received_once(memory_house: House) -> None:
    _, desk, _, identity = await released(memory_house)
    seen: list[RenderableType] = []
    for _ in range(2):
        outcome = await confirming.shown(
            desk, identity[-8:], by="duty-1", wait_s=WITHIN_S, present=seen.append
        )
        assert outcome.code == DONE
        assert outcome.document["state"] == "RECEIVED"
    reports = [each["report"] for each in outcome.document["reports"]]
    assert reports == ["DELIVERED", "RECEIVED"]
    assert len(seen) == 2


async def test_an_own_message_is_shown_as_it_went_out(memory_house: House) -> None:
    sender, desk, _, identity = await released(memory_house)
    seen: list[RenderableType] = []
    outcome = await confirming.shown(
        sender, identity[-8:], by="duty-1", wait_s=0, present=seen.append
    )
    assert (outcome.code, outcome.document["state"]) == (DONE, "ACCEPTED")
    assert "Our patrol withdraws." in printed(seen[0]) and "xbb-ghq (ACTION)" in printed(seen[0])
    assert desk.letter(identity).state == "DELIVERED", "nobody read it there"


async def test_acknowledging_tells_the_originator_who_has_it(memory_house: House) -> None:
    sender, desk, _, identity = await released(memory_house)
    outcome = await confirming.acknowledged(
        desk, identity, by="duty-1", passed_to="the minister", wait_s=WITHIN_S
    )
    assert (outcome.code, outcome.document["state"]) == (DONE, "ON_BUS")
    await memory_house.told("xaa-ghq", passed_to_minister, identity)
    (only,) = listing.outbox_of(sender).document["messages"]
    (addressee,) = only["addressees"]
    assert [each["what"] for each in addressee["steps"]] == ["DELIVERED", "ACKNOWLEDGED"]


def passed_to_minister(letter: Any) -> bool:
    return any(each.passed_to == "the minister" for each in letter.answers)


async def test_the_principal_comes_after_the_acknowledgement(memory_house: House) -> None:
    _, desk, _, identity = await released(memory_house)
    with pytest.raises(DeskTrouble, match="acknowledge it first"):
        await confirming.with_principal(desk, identity, by="duty-1", wait_s=0)
    await confirming.acknowledged(desk, identity, by="duty-1", wait_s=WITHIN_S)
    outcome = await confirming.with_principal(desk, identity, by="duty-1", wait_s=WITHIN_S)
    assert outcome.document["report"] == "DELIVERED TO PRINCIPAL"


async def test_a_reply_acknowledges_first_and_keeps_label_and_precedence(
    memory_house: House,
) -> None:
    _, desk, sent, identity = await released(memory_house)
    reply = await following.replied(desk, identity, SEEN, wait_s=WITHIN_S)
    assert reply.code == DONE
    for kept in ("matter", "label", "precedence"):
        assert reply.document[kept] == sent.document[kept]
    assert reply.document["action"] == ["xaa-ghq"]
    assert reply.document["in_reply_to"] == identity
    assert desk.letter(identity).state == "ACKNOWLEDGED"


async def test_a_reply_that_may_not_go_out_acknowledges_nothing(memory_house: House) -> None:
    _, desk, _, identity = await released(memory_house)
    said = FollowUp(words=Words(text="x"), hands=Hands(by="duty-1"))
    with pytest.raises(DeskTrouble, match="second officer"):
        await following.replied(desk, identity, said, wait_s=0)
    assert desk.letter(identity).state == "DELIVERED"


async def test_a_corrected_copy_and_a_cancellation_are_flagged(memory_house: House) -> None:
    sender, desk, _, first = await released(memory_house)
    one = Hands(by="duty-1")
    noon = FollowUp(words=Words(text="At noon."), hands=one)
    copy = await following.corrected(sender, first, noon, wait_s=WITHIN_S)
    second = copy.document["message_id"]
    last = await following.cancelled(sender, second, "Sent in error.", one, wait_s=WITHIN_S)
    third = last.document["message_id"]
    assert (copy.code, last.code) == (DONE, DONE)
    await memory_house.given("xbb-ghq", third)
    shown = {each["message_id"]: each for each in listing.inbox_of(desk).document["messages"]}
    assert shown[first]["superseded_by"] == second
    assert shown[second]["cancelled_by"] == third
    assert shown[third]["subject"] == "CANCEL: Border"


async def test_a_cry_to_stop_stands_above_all_until_it_is_taken_over(memory_house: House) -> None:
    sender, desk, *_ = await released(memory_house)
    cry = memory_house.draft(
        memory_house.matter(), act=Act.CEASE_ACTION, precedence=Precedence.FLASH
    )
    identity = await memory_house.accepted("xaa-ghq", cry)
    await memory_house.given("xbb-ghq", identity)
    inbox = listing.inbox_of(desk, newest=1)
    assert inbox.document["cease_action"] == [identity]
    first, how, *_ = printed(inbox.screen).splitlines()
    assert first.startswith("!! xaa-ghq CRIES STOP")
    assert identity[-8:] in how and "--read-back" in printed(inbox.screen)
    with pytest.raises(DeskTrouble, match="ReadBackMissing"):
        await confirming.acknowledged(desk, identity, by="duty-1", wait_s=0)
    assert listing.inbox_of(desk).document["cease_action"] == [identity]
    desk.acknowledge(identity, by="duty-1", read_back=KALTMOOR)
    after = listing.inbox_of(desk)
    assert after.document["cease_action"] == []
    assert "CRIES STOP" not in printed(after.screen)
    changes = [x["changed"] for x in staying.changes_between(inbox.document, after.document)]
    assert changes == ["cease_action", "message"]
    withdrawn = await memory_house.accepted("xaa-ghq", cry)
    await memory_house.given("xbb-ghq", withdrawn)
    one = Hands(by="duty-1")
    await following.cancelled(sender, withdrawn, "It has stopped.", one, wait_s=WITHIN_S)
    assert await desk.until(lambda: desk.letter(withdrawn).withdrawn_by, WITHIN_S)
    assert listing.inbox_of(desk).document["cease_action"] == []


async def test_watching_tells_each_change_once(memory_house: House) -> None:
    sender, desk, _, identity = await released(memory_house)
    before = listing.inbox_of(desk).document
    assert list(staying.changes_between(before, listing.inbox_of(desk).document)) == []
    await confirming.shown(desk, identity, by="duty-1", wait_s=WITHIN_S, present=unseen)
    changes = list(staying.changes_between(before, listing.inbox_of(desk).document))
    assert [each["changed"] for each in changes] == ["message"]
    frames: list[Outcome] = []
    show: Callable[[Outcome, Outcome], None] = lambda inbox, _: frames.append(inbox)  # noqa: E731 - one line says it
    await staying.watched(sender, 0.01, show)
    assert frames


# The daemon.


async def test_only_one_process_serves_a_desk(memory_house: House) -> None:
    async with AsyncExitStack() as stack:
        first = await memory_house.opened(stack, "xaa-ghq")
        second = await memory_house.opened(stack, "xaa-ghq")
        with pytest.raises(DeskTrouble, match="another process"):
            await staying.serve(second, asyncio.Event())
        stopping = asyncio.Event()
        stopping.set()
        await staying.serve(first, stopping)
        assert second.is_attached()


async def test_reading_keeps_the_link_from_nobody(memory_house: House) -> None:
    place = memory_house.folder / "xaa-ghq"
    async with Desk.open(place, linked=False) as reader, AsyncExitStack() as stack:
        assert not reader.is_attached()
        speaker = await memory_house.opened(stack, "xaa-ghq")
        assert speaker.link is not None
        assert reader.is_attached()
