"""Redelivery on a whole bus: a directory that was late, crashes in between, and no text told."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from typing import Any

import pytest

from schemas.envelope import Cover
from schemas.hotline import MessageAccepted
from schemas.parties import Lane, MessageType, Precedence
from schemas.receipts import Position
from services.bus import quarantine, seal, showing, topics, wire
from services.bus.gate import Gate
from services.bus.judge import Judge
from services.bus.ledger import Ledger, read_entry
from services.bus.memory import VirtualClock
from services.bus.quarantine import CARRIED, Again, Held
from services.bus.redelivery import Bench, Unread
from services.bus.refusals import Refusal
from services.bus.topics import Realm
from services.bus.transport import Outgoing, Record
from services.desk.desk import Desk
from services.desk.home import Home
from services.desk.letters import Sent
from services.hotline import views
from services.hotline.service import hotline
from services.quarantine import telling
from services.quarantine.ordering import Custody, Looked, NotDone, order_of
from tests.kit import custody as custody_kit
from tests.kit import paper
from tests.kit.house import WITHIN_S, House

CANARY = "The canary sings of Kaltmoor at dusk"
FIRST, SECOND = "bus-custodian-1", "xbb-custodian-1"


async def custody_of(house: House) -> Custody:
    for name in (FIRST, SECOND):
        await house.add_custodian(name)
    return Custody(house.bus, house.directory(house.bus), house.settings.partitions)


async def latecomer(house: House, **fields: Any) -> tuple[str, Held]:
    """A desk that speaks before the directory has its key; its message, and what is kept of it.

    Each latecomer is a desk of its own, so that one house can have many.
    """
    desk = f"xaa-late{len(house.hands)}"
    await house.bus.ensure(topics.of_desk(desk))
    house.hands[desk] = Home(house.folder / desk).create(desk, paper.OFFICERS)
    filled = {"text": CANARY, "subject": CANARY} | fields
    message = await house.send(desk, house.draft(house.matter("late"), **filled))
    return desk, await kept_of(house, message)


async def kept_of(house: House, message: str, code: str = "UnknownKey") -> Held:
    """The message as quarantine has it, as soon as it does."""
    directory = house.directory(house.bus)
    async with asyncio.timeout(WITHIN_S):
        while True:
            for each in await quarantine.quarantined(
                house.bus, directory, "hotline", Realm.LIVE, house.settings.partitions
            ):
                if each.outer and each.outer.message_id == message and each.code == code:
                    return each
            await asyncio.sleep(0)


async def ordered(house: House, custody: Custody, kept: Held) -> tuple[Looked, Cover]:
    looked = await custody.look(kept.place)
    proposal = custody.propose(looked, house.hands[FIRST], house.clock.now())
    return looked, custody.countersign(proposal, looked, house.hands[SECOND])


async def answered(custody: Custody, order: Cover, looked: Looked) -> Again:
    again = await custody.answer(order, looked, WITHIN_S)
    assert again is not None
    return again


def acknowledged(sent: Sent) -> bool | None:
    return any(answer.what == "ACKNOWLEDGED" for answer in sent.answers) or None


def accepted(entries: list[Any]) -> int:
    return sum(isinstance(event, MessageAccepted) for entry in entries for event in entry.events)


async def test_a_directory_that_was_late_is_cured_by_two_custodians(house: House) -> None:
    custody = await custody_of(house)
    desk, kept = await latecomer(house, precedence=Precedence.FLASH)
    assert kept.outer is not None
    message = kept.outer.message_id
    assert telling.since(kept) == "WAITS"
    await house.vouch(desk)
    looked, order = await ordered(house, custody, kept)
    for _ in range(2):
        await custody.send(order)
    again = await answered(custody, order, looked)
    assert (again.ended, again.custodians) == (CARRIED, (FIRST, SECOND))

    letter = await house.given("xbb-ghq", message)
    assert letter.text.text == CANARY
    theirs = await house.open("xbb-ghq")
    theirs.acknowledge(message, by="duty-1", passed_to="air operations")
    await house.told(desk, acknowledged, message)
    entries = await house.entries(kept.outer.matter)
    assert accepted(entries) == 1
    assert sum(x.outer.message_id == message for x in theirs.inbox()) == 1
    assert not theirs.alarms() and not house.desks[desk].alarms()
    now = await kept_of(house, message)
    assert now.redelivered and telling.since(now) == "REDELIVERED"


async def stopped(house: House) -> None:
    """The hotline's live instance ends."""
    running = house._running["hotline-1"]
    await running.stop()
    house.services.remove(running)


async def written_only(house: House, order: Cover, kept: Held) -> None:
    """What an instance does that is killed right after its append to the ledger."""
    service, partition = hotline(house.settings.acknowledge_within_s), kept.place.partition
    keyring = await house.directory(house.bus).refresh()
    ledger_topic = topics.ledger("hotline", Realm.LIVE)
    ledger = Ledger(service, house.settings.allowances)
    for record in await house.bus.read(ledger_topic, partition, 0):
        read = read_entry(service, record.value, keyring)
        assert not isinstance(read, Refusal)
        ledger.fold(*read, record.offset)
    value, origin = wire.encode(order), order_of(order).origin
    came = await house.bus.read(origin.topic, partition, origin.offset)
    (record,) = [each for each in came if each.value == value]
    lying: dict[Any, Record | None] = {}
    gate = Gate(service, Realm.LIVE, house.settings.partitions, house.settings.skew_s)
    bench, draft = Bench(Judge(service, gate, keyring), lying), ledger.draft()
    unread = bench.hear(record, draft)
    assert isinstance(unread, Unread)
    for at in unread.places:
        (lying[at],) = await house.bus.read(at.topic, at.partition, at.offset, at.offset + 1)
    draft = ledger.draft()
    bench.hear(record, draft)
    ((entry, _),) = draft.entries
    signed = seal.sign(entry, b"", house.hands["hotline"])
    await house.bus.append([Outgoing(ledger_topic, partition, entry.matter.encode(), signed)])


async def test_an_instance_killed_between_append_and_delivery_does_no_harm(house: House) -> None:
    custody = await custody_of(house)
    desk, kept = await latecomer(house)
    assert kept.outer is not None
    await house.vouch(desk)
    looked, order = await ordered(house, custody, kept)
    await stopped(house)
    await custody.send(order)
    await written_only(house, order, kept)
    await custody.send(order)
    await house.start()
    letter = await house.given("xbb-ghq", kept.outer.message_id)
    assert letter.text.text == CANARY
    assert (await answered(custody, order, looked)).ended == CARRIED
    assert accepted(await house.entries(kept.outer.matter)) == 1
    # Whatever comes after it in the same place has been through the service by now.
    last = await house.accepted(desk, house.draft(kept.outer.matter))
    await house.given("xbb-ghq", last)
    theirs = house.desks["xbb-ghq"]
    assert sum(x.outer.message_id == kept.outer.message_id for x in theirs.inbox()) == 1
    assert not theirs.alarms()


async def test_a_restarted_service_knows_what_it_redelivered(house: House) -> None:
    custody = await custody_of(house)
    desk, kept = await latecomer(house)
    assert kept.outer is not None
    await house.vouch(desk)
    looked, order = await ordered(house, custody, kept)
    await custody.send(order)
    await answered(custody, order, looked)
    await stopped(house)
    await house.start()
    second = order_again(house, looked)
    await custody.send(second)
    assert (await answered(custody, second, looked)).ended == "AlreadyDecided"
    assert accepted(await house.entries(kept.outer.matter)) == 1
    now = await custody.look(kept.place)
    assert [each.ended for each in now.held.again] == [CARRIED, "AlreadyDecided"]


def order_again(house: House, looked: Looked) -> Cover:
    """Another order on the same record, which no honest client would make any more."""
    first, second = house.hands[FIRST], house.hands[SECOND]
    one = looked.held
    assert one.origin is not None
    order = custody_kit.ordering(
        looked.record, partitions=house.settings.partitions, at=house.clock.now()
    )
    return Cover.model_validate_json(custody_kit.by_both(order, (first, second)))


async def test_one_custodian_is_not_enough_even_where_the_client_would_let_it(
    house: House,
) -> None:
    custody = await custody_of(house)
    desk, kept = await latecomer(house)
    await house.vouch(desk)
    looked = await custody.look(kept.place)
    now = house.clock.now()
    proposal = custody.propose(looked, house.hands[FIRST], now)
    again = seal.countersign(proposal, house.hands[FIRST])
    for order, code in ((proposal, "NeedsTwoCustodians"), (again, "SamePerson")):
        await custody.send(order)
        assert (await answered(custody, order, looked)).ended == code
    for hand in (house.hands[FIRST], house.hands["xbb-ghq"]):
        with pytest.raises(NotDone):
            custody.countersign(proposal, looked, hand)
    assert kept.outer is not None
    assert await house.entries(kept.outer.matter) == []


async def test_what_is_refused_again_is_in_the_ledger_and_told_to_all(house: House) -> None:
    custody = await custody_of(house)
    _, kept = await latecomer(house)
    looked, order = await ordered(house, custody, kept)
    await custody.send(order)
    again = await answered(custody, order, looked)
    assert again.ended == "UnknownKey" and "national root" in again.reason
    now = (await custody.look(kept.place)).held
    assert [each.ended for each in now.again] == ["UnknownKey"]
    assert telling.since(now) == "WAITS; redelivery: UnknownKey"


async def test_a_desk_whose_clock_was_ahead_is_told_of_both(memory_house: House) -> None:
    house = memory_house
    custody = await custody_of(house)
    ours = await house.open("xaa-ghq")
    ahead = house.clock.now() + timedelta(seconds=house.settings.skew_s + 60)
    async with Desk.open(
        house.folder / "xaa-ghq", clock=VirtualClock(ahead), settings=house.settings, linked=False
    ) as hasty:
        message = hasty.send(house.draft(house.matter()), drafter="duty-1", releaser="duty-2")
    kept = await kept_of(house, message, "FromTheFuture")
    await house.until("xaa-ghq", lambda: ours.sent(message).state == "REFUSED" or None)
    early, order = await ordered(house, custody, kept)
    await custody.send(order)
    assert (await answered(custody, order, early)).ended == "FromTheFuture"
    await house.until("xaa-ghq", lambda: len(house.heard("xaa-ghq", "CommandRefused")) == 2 or None)
    assert not ours.alarms(), "told twice, each time with a number of its own"
    house.clock.advance(120)  # type: ignore[attr-defined]  # memory's own clock
    looked, order = await ordered(house, custody, kept)
    await custody.send(order)
    assert (await answered(custody, order, looked)).ended == CARRIED
    await house.given("xbb-ghq", message)
    await house.until("xaa-ghq", lambda: ours.sent(message).state == "ACCEPTED" or None)
    assert ours.sent(message).refusal is None


async def test_no_text_is_told_of_what_lies_in_quarantine(house: House) -> None:
    custody = await custody_of(house)
    _, kept = await latecomer(house)
    matter = house.matter("junk")
    canary = CANARY.encode()
    command, inner = house.command(matter=matter, inner=canary)
    unknown = json.loads(wire.encode(command)) | {"remark": CANARY}
    payload = json.dumps(unknown, separators=(",", ":")).encode()
    cover = Cover.model_validate_json(seal.sign(command, inner, house.hands["xaa-ghq"]))
    odd = wire.encode(cover.model_copy(update={"payload": payload}))
    headers = (("ce_source", b"/" + canary), ("ce_id", canary))
    values = (canary, odd, wire.encode(cover.model_copy(update={"payloadType": CANARY})))
    offsets = [await house.put(value, matter=matter, headers=headers) for value in values]
    topic = topics.commands("hotline", Lane.ROUTINE, Realm.LIVE)
    partition = topics.partition_of(matter.encode(), house.settings.partitions)
    origins = {Position(topic=topic, partition=partition, offset=each) for each in offsets}
    directory = house.directory(house.bus)
    async with asyncio.timeout(WITHIN_S):
        while True:
            found = await quarantine.quarantined(
                house.bus, directory, "hotline", Realm.LIVE, house.settings.partitions
            )
            if origins <= {one.origin for one in found}:
                break
            await asyncio.sleep(0)
    now = house.clock.now()
    told = [
        json.dumps(telling.shown_document(one)) + telling.shown(one, now) + str(telling.row(one))
        for one in (*found, (await custody.look(kept.place)).held)
    ]
    assert not [each for each in told if CANARY in each or "canary" in each.lower()]
    odd_ones = [one for one in found if one.origin in origins]
    assert all(one.outer is None and one.sender is None for one in odd_ones)
    assert all("only the size and digest" in telling.shown(one, now) for one in odd_ones)


@pytest.mark.parametrize(
    ("service", "matter", "ended"),
    [
        ("alerts", "alert-late-1", "NotForService"),
        ("agreements", "agreement-late-1", "NotForService"),
        ("visits", "visit-late-1", "InnerNotKept"),
    ],
)
async def test_every_service_hears_custodians(
    memory_house: House, service: str, matter: str, ended: str
) -> None:
    """A message that is none of theirs, so that it is believed and refused; but visits keep no
    inner part, and cannot judge it again.
    """
    house = memory_house
    await house.start(service=service)
    custody = await custody_of(house)
    directory = house.directory(house.bus)
    command, inner = house.command(matter=matter, sender="xaa-later", inner=CANARY.encode())
    stranger = paper.hand_of("xaa-later")
    house.hands["xaa-later"] = stranger
    await house.put_signed(command, inner)
    async with asyncio.timeout(WITHIN_S):
        while not (
            found := await quarantine.quarantined(
                house.bus, directory, service, Realm.LIVE, house.settings.partitions
            )
        ):
            await asyncio.sleep(0)
    await house.vouch("xaa-later")
    looked = await custody.look(found[0].place)
    if ended == "InnerNotKept":
        with pytest.raises(NotDone, match="Ask its sender to send it again"):
            custody.propose(looked, house.hands[FIRST], house.clock.now())
        order = custody_kit.ordering(
            looked.record, service=service, partitions=house.settings.partitions,
            at=house.clock.now(),
        )  # fmt: skip
        hands = (house.hands[FIRST], house.hands[SECOND])
        both = Cover.model_validate_json(custody_kit.by_both(order, hands))
    else:
        looked, both = await ordered(house, custody, found[0])
    await custody.send(both)
    assert (await answered(custody, both, looked)).ended == ended
    assert telling.document((await custody.look(found[0].place)).held)["redeliveries"]


async def test_an_exercise_is_redelivered_in_the_exercise(memory_house: House) -> None:
    house = memory_house
    custody = await custody_of(house)
    exercise = {"message_type": MessageType.EXERCISE, "exercise": "NORTHERN LIGHT"}
    desk = "xaa-later"
    await house.bus.ensure(topics.of_desk(desk))
    house.hands[desk] = Home(house.folder / desk).create(desk, paper.OFFICERS)
    mark = "EXERCISE EXERCISE EXERCISE NORTHERN LIGHT"
    words = f"{mark} Our patrol withdraws. {mark}"
    message = await house.send(desk, house.draft(house.matter(), text=words, **exercise))
    directory = house.directory(house.bus)
    async with asyncio.timeout(WITHIN_S):
        while not (
            found := await quarantine.quarantined(
                house.bus, directory, "hotline", Realm.EXERCISE, house.settings.partitions
            )
        ):
            await asyncio.sleep(0)
    assert str(found[0].place).startswith("exercise.hotline/")
    await house.vouch(desk)
    looked, order = await ordered(house, custody, found[0])
    assert order_of(order).exercise == "NORTHERN LIGHT"
    await custody.send(order)
    assert (await answered(custody, order, looked)).ended == CARRIED
    await house.given("xbb-ghq", message, Realm.EXERCISE)
    live = await house.records(topics.ledger("hotline", Realm.LIVE))
    assert live == [], "nothing of it is live"


async def test_operators_views_pass_over_the_custodians_matter(memory_house: House) -> None:
    house = memory_house
    custody = await custody_of(house)
    _, kept = await latecomer(house)
    looked, order = await ordered(house, custody, kept)
    await custody.send(order)
    await answered(custody, order, looked)
    directory, partitions = house.directory(house.bus), house.settings.partitions
    service = hotline(house.settings.acknowledge_within_s)
    found = await showing.matters(service, house.bus, directory, partitions, Realm.LIVE)
    assert [name for name in found if topics.is_custodians(name)] == [order_of(order).matter]
    for view in (views.lines, views.line_tests, views.threads, views.undertakings, views.overdue):
        assert view(found) == []


async def test_an_order_waits_on_the_log_for_a_service_that_is_down(memory_house: House) -> None:
    house = memory_house
    custody = await custody_of(house)
    desk, kept = await latecomer(house, precedence=Precedence.FLASH)
    await house.vouch(desk)
    # Behind the refused one: a service that starts judges anew what no entry proves.
    later = house.matter("later", partition=kept.place.partition)
    await house.accepted("xaa-ghq", house.draft(later, precedence=Precedence.FLASH))
    looked, order = await ordered(house, custody, kept)
    await stopped(house)
    await custody.send(order)
    assert await custody.answer(order, looked, wait_s=0.0) is None
    await house.start()
    assert (await answered(custody, order, looked)).ended == CARRIED
