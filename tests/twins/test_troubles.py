"""What went wrong once, or could: crashes, forgeries and losses seen from a desk. In memory."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from schemas.envelope import Cover
from schemas.parties import LANES, Lane, Precedence
from services.bus import keys, seal, topics, wire
from services.bus.effects import Effects
from services.bus.gate import Gate
from services.bus.judge import Judge
from services.bus.kafka import KafkaBus
from services.bus.ledger import Ledger
from services.bus.refusals import Oversize
from services.bus.seal import Signer
from services.bus.topics import RECORD_BYTES_CARRIED, Realm, Topic, of_service
from services.bus.transport import Outgoing
from services.desk.desk import Desk
from services.desk.link import ASK_AGAIN_AFTER_S
from services.desk.reading import unfold
from services.hotline.service import hotline
from tests.conftest import Log
from tests.kit.house import House, breathe
from tests.kit.paper import hand_of, identity


async def soon(house: House, count: int = 400) -> None:
    """Long enough for anything that is on its way in memory."""
    await house.quiet()
    await breathe(count)


async def stopped(house: House) -> None:
    for running in house.services:
        await running.stop()
    house.services.clear()


async def test_refusals_of_two_partitions_both_reach_their_sender(memory_house: House) -> None:
    house = memory_house
    ours = await house.open("xaa-ghq")
    for partition in (0, 1):
        matter = house.matter("bad", partition)
        await house.put(b"junk", matter=matter, sender="xaa-ghq", message=identity(matter))
    await soon(house)
    assert not ours.alarms()
    assert len(house.heard("xaa-ghq", "CommandRefused")) == 2


async def test_refusals_of_the_same_place_at_two_services_both_reach_their_sender(
    memory_house: House,
) -> None:
    house = memory_house
    ours = await house.open("xaa-ghq")
    headers = (("ce_source", b"/xaa-ghq"), ("ce_id", identity("bad").encode()))
    places: set[int] = set()
    for service in topics.LANES_OF_SERVICE:
        await house.start(service=service)
        lane = topics.commands(service, Lane.ROUTINE, Realm.LIVE)
        places.update(await house.bus.append([Outgoing(lane, 3, b"k", b"junk", headers)]))
    assert places == {0}, "or they would differ by where they lie"
    wanted = len(topics.LANES_OF_SERVICE)
    await house.until(
        "xaa-ghq", lambda: len(house.heard("xaa-ghq", "CommandRefused")) == wanted or None
    )
    assert not ours.alarms()


async def test_R12_a_flash_does_not_wait_behind_a_backlog_of_routine(memory_house: House) -> None:
    house = memory_house
    ours = await house.open("xaa-ghq")
    await stopped(house)
    matters = [house.matter("flood") for _ in range(8)]
    for number in range(400):
        await house.send("xaa-ghq", house.draft(matters[number % 8]))
    flash = await house.send(
        "xaa-ghq", house.draft(house.matter("stop"), precedence=Precedence.FLASH)
    )
    assert await ours.until(lambda: None if ours.store.to_send(1) else True, 60)
    await house.start()
    assert (await ours.settled(flash, 60)).state == "ACCEPTED"
    decided = await house.records(topics.ledger("hotline", Realm.LIVE))
    assert len(decided) < 150, "the FLASH waited for the backlog"


async def test_a_forged_record_cannot_make_a_message_look_refused(memory_house: House) -> None:
    house = memory_house
    await stopped(house)
    message = await house.send("xaa-ghq", house.draft(house.matter()))
    ours = house.desks["xaa-ghq"]
    await house.until("xaa-ghq", lambda: ours.sent(message).state == "ON_BUS" or None)
    await house.put(b"junk", matter="any", sender="xaa-ghq", message=message, lane=Lane.FLASH)
    await house.start()
    await house.given("xbb-ghq", message)
    await soon(house)
    assert ours.sent(message).state == "ACCEPTED"


async def test_a_desk_that_was_away_reads_what_came_before_a_new_statement(
    memory_house: House,
) -> None:
    house = memory_house
    message = await house.accepted("xaa-ghq", house.draft(house.matter(), action=("xcc-ghq",)))
    await house.vouch("xaa-ghq")
    reader = await house.open("xcc-ghq")
    await house.until("xcc-ghq", lambda: reader.inbox() or reader.alarms() or None)
    assert not reader.alarms()
    assert reader.letter(message).text is not None


async def test_an_alternate_reads_what_was_signed_with_a_key_since_renewed(
    memory_house: House, tmp_path: Path
) -> None:
    house = memory_house
    message = await house.accepted(
        "xaa-ghq", house.draft(house.matter(), precedence=Precedence.OVERRIDE)
    )
    await house.vouch("xaa-ghq", signer=Signer("xaa-ghq", keys.make(tmp_path / "renewed.key")))
    for running in house.services:
        await running._directory.refresh()
    alternate = await house.open("xbb-alt")
    await house.until(
        "xbb-alt",
        lambda: alternate.inbox() or alternate.alarms() or None,
        step_s=house.ladder_step_s,
    )
    assert not alternate.alarms()
    assert alternate.letter(message).text is not None


async def test_a_desk_that_was_away_reads_what_the_service_gave_before_its_key_was_renewed(
    memory_house: House, tmp_path: Path
) -> None:
    house = memory_house
    message = await house.accepted("xaa-ghq", house.draft(house.matter(), action=("xcc-ghq",)))
    await stopped(house)
    await house.vouch("hotline", signer=Signer("hotline", keys.make(tmp_path / "renewed.key")))
    reader = await house.open("xcc-ghq")
    await house.until("xcc-ghq", lambda: reader.inbox() or reader.alarms() or None)
    assert not reader.alarms()
    assert reader.letter(message).text is not None


async def test_refused_bytes_are_kept_though_the_service_ended_in_between(
    memory_house: House,
) -> None:
    house = memory_house
    await stopped(house)
    command, inner = house.command(matter=house.matter(), action=("xbb-nowhere",))
    value = await house.put_signed(command, inner)

    # What an instance does that is killed right after its append to the ledger.
    service = hotline(house.settings.acknowledge_within_s)
    directory = house.directory(house.bus)
    await directory.refresh()
    draft = Ledger(service, {}).draft()
    gate = Gate(service, Realm.LIVE, house.settings.partitions, house.settings.skew_s)
    partition = topics.partition_of(command.matter.encode(), house.settings.partitions)
    (record,) = await house.bus.read(
        topics.commands("hotline", Lane.ROUTINE, Realm.LIVE), partition, 0
    )
    Judge(service, gate, directory.keyring).judge(record, draft)
    ((entry, _),) = draft.entries
    signed = seal.sign(entry, b"", house.hands["hotline"])
    await house.bus.append(
        [Outgoing(topics.ledger("hotline", Realm.LIVE), partition, record.key, signed)]
    )

    await house.open("xaa-ghq")
    await house.start()
    await house.until("xaa-ghq", lambda: house.heard("xaa-ghq", "CommandRefused") or None)
    await soon(house)
    assert len(await house.entries(command.matter)) == 1
    kept = await house.records(topics.quarantine("hotline", Realm.LIVE))
    assert [each.value for each in kept] == [value]


async def test_an_idle_desk_asks_again_for_an_answer(memory_house: House) -> None:
    house = memory_house
    await stopped(house)
    message = await house.send("xaa-ghq", house.draft(house.matter()))
    ours = house.desks["xaa-ghq"]
    await house.until("xaa-ghq", lambda: ours.sent(message).state == "ON_BUS" or None)
    await soon(house)
    house.clock.advance(2 * ASK_AGAIN_AFTER_S)  # type: ignore[attr-defined]  # memory's own clock
    topic = topics.commands("hotline", Lane.ROUTINE, Realm.LIVE)
    async with asyncio.timeout(10):
        while len(await house.records(topic)) < 2:
            await asyncio.sleep(0)


@pytest.mark.timeout(30)
async def test_a_desk_that_was_just_told_something_can_be_closed(memory_house: House) -> None:
    house = memory_house
    hung = False
    for turns in range(6):
        async with AsyncExitStack() as stack:
            desk = await house.opened(stack, "xaa-ghq")
            await desk.until(desk.link_state, 5)
            await breathe(50)
            assert desk.link is not None
            link = desk.link_task
            assert link is not None
            desk.link.nudged.set()
            await breathe(turns)
            link.cancel()
            done, _ = await asyncio.wait([link], timeout=1)
            hung = hung or not done
            for _ in range(20):
                if link.done():
                    break
                link.cancel()
                for task in asyncio.all_tasks():
                    if task.get_name() in ("send", "receive"):
                        task.cancel()
                await breathe(20)
    assert not hung


@pytest.mark.kafka
@pytest.mark.timeout(120)
async def test_the_largest_record_that_a_topic_takes_fits_into_quarantine(kafka: str) -> None:
    bus = KafkaBus(kafka, "largest")
    commands, quarantine = "largest.commands.routine.v1", "largest.quarantine.v1"
    largest = {topic.name: topic for topic in of_service("hotline", Realm.LIVE, 1)}
    kept_by = largest["hotline.quarantine.v1"].record_bytes_max
    await bus.ensure([Topic(commands, 1), Topic(quarantine, 1, record_bytes_max=kept_by)])
    try:
        size = RECORD_BYTES_CARRIED - 100
        await bus.append([Outgoing(commands, 0, b"k", bytes(size))])
        (record,) = await bus.read(commands, 0, 0)
        effects = Effects(hotline({}), bus, hand_of("hotline"), Realm.LIVE)
        kept = effects.quarantined(record, Oversize().code)
        await bus.append([Outgoing(quarantine, 0, kept.key, kept.value, kept.headers)])
    finally:
        await bus.close()


async def test_a_desk_takes_nothing_but_what_a_service_gave_it(memory_house: House) -> None:
    house = memory_house
    ours, theirs = await house.open("xaa-ghq"), await house.open("xbb-ghq")
    message = await house.accepted("xaa-ghq", house.draft(house.matter()))
    await house.given("xbb-ghq", message)
    inbox = topics.inbox("xbb-ghq", Lane.ROUTINE, Realm.LIVE)
    (delivery,) = await house.bus.read(inbox, 0, 0)
    command, inner = house.command(matter="forged-1")
    forged = seal.sign(command, inner, house.hands["xaa-ghq"])
    before = len(theirs.store.ins())
    for value in (b"junk", forged, delivery.value[:-9], delivery.value):
        await house.bus.append([Outgoing(inbox, 0, b"k", value)])
    elsewhere = topics.inbox("xaa-ghq", Lane.ROUTINE, Realm.LIVE)
    await house.bus.append([Outgoing(elsewhere, 0, b"k", delivery.value)])
    await house.until("xbb-ghq", lambda: len(theirs.alarms()) >= 3 or None)
    await house.until("xaa-ghq", lambda: ours.alarms() or None)
    assert [alarm.code for alarm in theirs.alarms()] == ["NotJson", "NotForService", "NotJson"]
    assert [alarm.code for alarm in ours.alarms()] == ["NotForService"]
    assert len(theirs.store.ins()) == before
    assert unfold(delivery.value).outer.to == "xbb-ghq"


async def test_the_same_number_with_other_words_is_an_alarm(memory_house: House) -> None:
    house = memory_house
    theirs = await house.open("xbb-ghq")
    message = await house.accepted("xaa-ghq", house.draft(house.matter()))
    await house.given("xbb-ghq", message)
    inbox = topics.inbox("xbb-ghq", Lane.ROUTINE, Realm.LIVE)
    (delivery,) = await house.bus.read(inbox, 0, 0)
    outer = unfold(delivery.value).outer
    other = outer.model_copy(update={"message_id": identity("other")})
    inner = Cover.model_validate_json(delivery.value).inner
    for _ in range(2):
        await house.bus.append(
            [Outgoing(inbox, 0, b"k", seal.sign(other, inner, house.hands["hotline"]))]
        )
    last = await house.accepted("xaa-ghq", house.draft(house.matter()))
    await house.given("xbb-ghq", last)
    assert {alarm.code for alarm in theirs.alarms()} == {"SequenceReused"}
    assert [x.outer.message_id for x in theirs.inbox()] == [message, last]


async def refused_outside_matters(house: House) -> Desk:
    """The desk that was told that something in its name cannot be read."""
    ours = await house.open("xaa-ghq")
    matter = house.matter("bad", 0)
    await house.put(b"junk", matter=matter, sender="xaa-ghq", message=identity(matter))
    await house.until("xaa-ghq", lambda: house.heard("xaa-ghq", "CommandRefused") or None)
    return ours


async def test_a_record_that_is_judged_anew_after_a_restart_is_refused_to_its_sender_once(
    memory_house: House,
) -> None:
    house = memory_house
    ours = await refused_outside_matters(house)
    # The answer names the directory that was relied on, so now it is said in other bytes.
    await house.add_desk("xaa-late")
    await stopped(house)
    await house.start()
    inbox = topics.inbox("xaa-ghq", Lane.ROUTINE, Realm.LIVE)
    await soon(house)
    first, second = await house.bus.read(inbox, 0, 0)
    assert first.value != second.value, "or nothing is proved here"
    assert unfold(first.value).outer.message_id == unfold(second.value).outer.message_id
    assert len(house.heard("xaa-ghq", "CommandRefused")) == 1
    assert not ours.alarms()


async def test_outside_matters_another_word_under_the_same_number_is_an_alarm(
    memory_house: House,
) -> None:
    house = memory_house
    ours = await refused_outside_matters(house)
    inbox = topics.inbox("xaa-ghq", Lane.ROUTINE, Realm.LIVE)
    (told,) = await house.bus.read(inbox, 0, 0)
    other = unfold(told.value).outer.model_copy(update={"message_id": identity("other")})
    value = seal.sign(other, b"", house.hands["hotline"])
    await house.bus.append([Outgoing(inbox, 0, b"k", value)])
    await house.until("xaa-ghq", lambda: ours.alarms() or None)
    assert {alarm.code for alarm in ours.alarms()} == {"SequenceReused"}


async def test_a_gap_is_shown_and_a_repetition_is_dropped(memory_house: House) -> None:
    house = memory_house
    theirs = await house.open("xbb-ghq")
    matter = house.matter()
    message = await house.accepted("xaa-ghq", house.draft(matter))
    await house.given("xbb-ghq", message)
    inbox = topics.inbox("xbb-ghq", Lane.ROUTINE, Realm.LIVE)
    (delivery,) = await house.bus.read(inbox, 0, 0)
    cover = Cover.model_validate_json(delivery.value)
    outer = unfold(delivery.value).outer
    command, inner = house.command(matter=matter, sequence=9)
    enclosed = seal.sign(command, inner, house.hands["xaa-ghq"])
    skipping = outer.model_copy(
        update={
            "message_id": identity("gap"),
            "sequence": outer.sequence + 3,
            "encloses": wire.digest(Cover.model_validate_json(enclosed).payload),
            "inside": seal.inside(enclosed),
            "notice": outer.notice.model_copy(update={"message": command.message_id}),
        }
    )
    value = seal.sign(skipping, enclosed, house.hands["hotline"])
    for each in (value, value, seal.sign(outer, cover.inner, house.hands["hotline"])):
        await house.bus.append([Outgoing(inbox, 0, b"k", each)])
    letter = await house.given("xbb-ghq", command.message_id)
    await soon(house)
    assert letter.missing == 2
    assert theirs.letter(message).missing == 0
    assert len(theirs.inbox()) == 2
    assert not theirs.alarms()


async def test_lanes_are_of_the_desk_alone(log: Log) -> None:
    """A desk's inboxes exist in both realms before its key is published."""
    bus = log.bus()
    desk = f"xaa-{log.seed}"
    await bus.ensure(topics.of_directory())
    await keys.publish(bus, desk, b"a statement that nobody signed")
    for realm in Realm:
        for lane in LANES:
            assert list(await bus.read(topics.inbox(desk, lane, realm), 0, 0)) == []
