"""The hotline from one officer's hand to another's, in memory and on Kafka."""

from __future__ import annotations

from contextlib import AsyncExitStack

import pytest

from schemas.acts import Act
from schemas.hearsay import HeardElsewhere, Medium
from schemas.hotline import PassDeadline, Step
from schemas.parties import Classification, Lane, MessageType, Precedence
from services.bus import seal, wire
from services.bus.topics import Realm
from services.desk.trouble import DeskTrouble
from services.hotline.deadlines import schedule
from tests.kit.house import WITHIN_S, House, label
from tests.kit.paper import identity

MARK = "EXERCISE EXERCISE EXERCISE NORTHERN LIGHT"


def answers(house: House, desk: str, message: str) -> list[tuple[str, str]]:
    return [(answer.what, answer.desk) for answer in house.desks[desk].sent(message).answers]


async def test_a_message_goes_all_the_way_to_the_principal_and_back(house: House) -> None:
    ours, theirs = await house.open("xaa-ghq"), await house.open("xbb-ghq")
    matter = house.matter()
    draft = house.draft(matter, precedence=Precedence.FLASH, reply_by=None)
    message = await house.accepted("xaa-ghq", draft)

    letter = await house.given("xbb-ghq", message)
    assert letter.text.text == draft.text
    assert letter.outer.label == draft.label
    assert letter.acknowledge_by is not None
    assert letter.flags == ()
    await house.told("xaa-ghq", lambda s: "DELIVERED" in {a.what for a in s.answers}, message)

    assert theirs.show(message, by="duty-1").state == "RECEIVED"
    theirs.acknowledge(message, by="duty-2", passed_to="Minister of Defence", remark="On it.")
    theirs.report_with_principal(message, by="duty-2", remark="Read aloud.")
    reply = await house.accepted(
        "xbb-ghq", house.draft(matter, action=("xaa-ghq",), in_reply_to=message, text="Seen.")
    )
    await house.told("xaa-ghq", lambda s: "REPLIED" in {a.what for a in s.answers}, message)
    history = ours.sent(message).answers
    assert [answer.what for answer in history if answer.what not in ("ACCEPTED", "REPLIED")] == [
        "DELIVERED", "RECEIVED", "ACKNOWLEDGED", "DELIVERED TO PRINCIPAL",
    ]  # fmt: skip
    acknowledged = next(answer for answer in history if answer.what == "ACKNOWLEDGED")
    assert (acknowledged.desk, acknowledged.by) == ("xbb-ghq", "xbb-ghq")
    assert (acknowledged.officer, acknowledged.passed_to) == ("duty-2", "Minister of Defence")
    assert acknowledged.remark == "On it."
    answered = await house.given("xaa-ghq", reply)
    assert (answered.outer.in_reply_to, answered.text.text) == (message, "Seen.")
    assert theirs.letter(message).state == "DELIVERED TO PRINCIPAL"
    assert not ours.alarms() and not theirs.alarms()


async def test_an_information_addressee_is_given_it_without_a_deadline(house: House) -> None:
    await house.open("xcc-ghq")
    message = await house.accepted("xaa-ghq", house.draft(house.matter(), info=("xcc-ghq",)))
    letter = await house.given("xcc-ghq", message)
    assert (letter.capacity, letter.acknowledge_by) == ("INFO", None)


@pytest.mark.parametrize("how", ["corrects", "cancels"])
async def test_a_change_reaches_everyone_who_had_the_first(house: House, how: str) -> None:
    for desk in ("xbb-ghq", "xbb-alt", "xcc-ghq"):
        await house.open(desk)
    matter = house.matter()
    first = await house.accepted(
        "xaa-ghq", house.draft(matter, precedence=Precedence.OVERRIDE, info=("xcc-ghq",))
    )
    # Silence brings an alternate in, who then is one of those that had it.
    alternate = house.desks["xbb-alt"]
    await house.until(
        "xbb-alt",
        lambda: next((x for x in alternate.inbox() if x.outer.message_id == first), None),
        step_s=house.ladder_step_s,
    )
    left_out = await house.refused("xaa-ghq", house.draft(matter, **{how: first}))
    assert left_out.refusal is not None
    assert left_out.refusal.code == "LeavesOutRecipient"
    assert left_out.refusal.detail == "xcc-ghq"

    change = await house.accepted(
        "xaa-ghq", house.draft(matter, info=("xcc-ghq",), text="Other words.", **{how: first})
    )
    for desk in ("xbb-ghq", "xbb-alt", "xcc-ghq"):
        assert (await house.given(desk, change)).text.text == "Other words."
        withdrawn = house.desks[desk].letter(first)
        assert withdrawn.withdrawn_by == change
        assert withdrawn.withdrawn_how == ("SUPERSEDED" if how == "corrects" else "CANCELLED")
        assert withdrawn.text is not None
        assert withdrawn.text.text != "Other words.", "the first is not un-said"
    assert (await house.given("xbb-alt", change)).standing_in_for == "xbb-ghq"
    again = await house.refused("xaa-ghq", house.draft(matter, info=("xcc-ghq",), **{how: first}))
    assert again.refusal is not None and again.refusal.code == "AlreadyWithdrawn"


async def test_S1_of_what_was_replaced_before_it_was_read_only_the_new_one_is_acted_on(
    house: House,
) -> None:
    matter = house.matter("letter")
    fast = Precedence.FLASH
    heard = HeardElsewhere(
        medium=Medium.BROADCAST, source="Radio", heard_at=house.clock.now(), text="We accept."
    )
    first = await house.accepted("xaa-ghq", house.draft(matter, precedence=fast))
    second = await house.accepted(
        "xaa-ghq", house.draft(matter, precedence=fast, corrects=first, heard=(heard,))
    )
    letter = await house.given("xbb-ghq", second)
    assert letter.text.heard == (heard,)
    theirs = house.desks["xbb-ghq"]
    assert theirs.letter(first).withdrawn_unread
    theirs.show(first, by="duty-1")
    with pytest.raises(DeskTrouble, match="nothing is asked of you"):
        theirs.acknowledge(first, by="duty-1")
    theirs.acknowledge(second, by="duty-1")
    await house.told(
        "xaa-ghq", lambda x: "ACKNOWLEDGED" in {each.what for each in x.answers}, second
    )
    old = house.desks["xaa-ghq"].sent(first)
    assert old.withdrawn is not None and old.withdrawn.unread_by == ("xbb-ghq",)
    assert "RECEIVED" not in {each.what for each in old.answers}


async def test_only_its_originator_changes_a_message(house: House) -> None:
    matter = house.matter()
    message = await house.accepted("xaa-ghq", house.draft(matter))
    await house.given("xbb-ghq", message)
    refused = await house.refused(
        "xbb-ghq", house.draft(matter, action=("xaa-ghq",), cancels=message)
    )
    assert refused.refusal is not None and refused.refusal.code == "NotYours"


async def test_silence_climbs_the_ladder_in_order_and_is_told(house: House) -> None:
    ours, alternate = await house.open("xaa-ghq"), await house.open("xbb-alt")
    chief = await house.open("xbb-chief")
    message = await house.accepted(
        "xaa-ghq", house.draft(house.matter(), precedence=Precedence.OVERRIDE)
    )
    await house.until(
        "xaa-ghq", lambda: ours.sent(message).overdue_at or None, step_s=house.ladder_step_s
    )
    climbed = [
        (answer.what, answer.by)
        for answer in ours.sent(message).answers
        if answer.what not in ("ACCEPTED", "DELIVERED", "OVERDUE")
    ]
    assert climbed == [
        ("ALTERNATE TERMINAL", "xbb-alt"),
        ("ALTERNATE DUTY OFFICER", "nobody"),
        ("SUPERVISOR", "xbb-chief"),
        ("OTHER CHANNEL", "nobody"),
    ]
    assert ours.sent(message).overdue_at == ("xbb-ghq",)
    for desk in (alternate, chief):
        letter = desk.letter(message)
        assert (letter.capacity, letter.standing_in_for) == ("ALTERNATE", "xbb-ghq")
        assert letter.text is not None and letter.text.text == "Our patrol withdraws at noon."

    # An alternate's word settles the silent desk's way, late as it is.
    alternate.acknowledge(message, by="duty-1")
    settled = await house.told(
        "xaa-ghq",
        lambda s: next((a for a in s.answers if a.what == "ACKNOWLEDGED"), None),
        message,
    )
    assert (settled.desk, settled.by) == ("xbb-ghq", "xbb-alt")
    assert ours.sent(message).overdue_at == ()


async def test_an_acknowledgement_stops_the_ladder(house: House) -> None:
    theirs = await house.open("xbb-ghq")
    matter = house.matter()
    message = await house.accepted("xaa-ghq", house.draft(matter, precedence=Precedence.OVERRIDE))
    await house.given("xbb-ghq", message)
    theirs.acknowledge(message, by="duty-1")
    await house.told("xaa-ghq", lambda s: "ACKNOWLEDGED" in {a.what for a in s.answers}, message)
    # A later message's ladder, watched to its end, shows that the first one's time passed too.
    witness = await house.accepted("xaa-ghq", house.draft(matter, precedence=Precedence.OVERRIDE))
    ours = house.desks["xaa-ghq"]
    await house.until(
        "xaa-ghq", lambda: ours.sent(witness).overdue_at or None, step_s=house.ladder_step_s
    )
    assert {what for what, _ in answers(house, "xaa-ghq", message)} == {
        "ACCEPTED", "DELIVERED", "ACKNOWLEDGED",
    }  # fmt: skip


async def test_two_officers_release_from_immediate_up(house: House) -> None:
    ours = await house.open("xaa-ghq")
    alone = {"drafter": "duty-1", "releaser": "duty-1"}
    with pytest.raises(DeskTrouble, match="second officer"):
        ours.send(
            house.draft(house.matter(), precedence=Precedence.IMMEDIATE),
            drafter="duty-1",
            releaser="duty-1",
        )
    await house.accepted(
        "xaa-ghq", house.draft(house.matter(), precedence=Precedence.PRIORITY), **alone
    )
    notice = house.draft(
        house.matter(), precedence=Precedence.FLASH, act=Act.CEASE_ACTION, text="Cease fire."
    )
    await house.accepted("xaa-ghq", notice, **alone)

    # A desk with a library of its own making is refused by the hotline itself.
    command, inner = house.command(
        matter=house.matter(), precedence=Precedence.FLASH, drafter="duty-1", releaser="duty-1"
    )
    await house.put_signed(command, inner)
    await house.until(
        "xaa-ghq",
        lambda: (
            [x for x in house.heard("xaa-ghq", "CommandRefused") if x.about == command.message_id]
            or None
        ),
    )
    (entry,) = await house.entries(command.matter)
    assert [event.code for event in entry.events] == ["SecondOfficerNeeded"]


async def test_an_unknown_addressee_is_told_to_the_sender_and_nobody_is_sent_anything(
    house: House,
) -> None:
    theirs = await house.open("xbb-ghq")
    sent = await house.refused(
        "xaa-ghq", house.draft(house.matter(), action=("xbb-ghq", "xbb-nowhere"))
    )
    assert sent.refusal is not None
    assert (sent.refusal.code, sent.refusal.detail) == ("UnknownAddressee", "xbb-nowhere")
    assert sent.outer.message_id not in {each.outer.message_id for each in theirs.inbox()}


async def test_a_label_must_let_every_addressee_read(house: House) -> None:
    sent = await house.refused(
        "xaa-ghq",
        house.draft(house.matter(), info=("xcc-ghq",), label=label("XAA", "XBB")),
    )
    assert sent.refusal is not None
    assert (sent.refusal.code, sent.refusal.detail) == ("NotReleasable", "xcc-ghq")


@pytest.mark.parametrize(
    "wider",
    [label("XAA", "XBB", "XCC"), label("XAA", "XBB", classification=Classification.RESTRICTED)],
    ids=["more nations", "lower classification"],
)
async def test_an_answer_does_not_widen_the_label(house: House, wider: object) -> None:
    matter = house.matter()
    message = await house.accepted("xaa-ghq", house.draft(matter, label=label("XAA", "XBB")))
    await house.given("xbb-ghq", message)
    refused = await house.refused(
        "xbb-ghq", house.draft(matter, action=("xaa-ghq",), in_reply_to=message, label=wider)
    )
    assert refused.refusal is not None and refused.refusal.code == "LabelWidened"


async def test_a_stranger_has_no_part_in_a_matter(house: House) -> None:
    matter = house.matter()
    message = await house.accepted("xaa-ghq", house.draft(matter))
    await house.open("xcc-ghq")
    fresh = await house.refused("xcc-ghq", house.draft(matter))
    assert fresh.refusal is not None and fresh.refusal.code == "NotInMatter"
    reply = await house.refused(
        "xcc-ghq", house.draft(matter, action=("xaa-ghq",), in_reply_to=message)
    )
    assert reply.refusal is not None and reply.refusal.code == "NotAddressed"


async def test_an_exercise_stays_on_its_own_topics(house: House) -> None:
    play = {"message_type": MessageType.EXERCISE, "exercise": "NORTHERN LIGHT"}
    text = f"{MARK} Patrol seen. {MARK}"
    await house.open("xbb-ghq", Realm.EXERCISE)
    live = await house.open("xbb-ghq")
    draft = house.draft(house.matter("drill"), text=text, **play)
    message = await house.accepted("xaa-ghq", draft)
    await house.given("xbb-ghq", message, Realm.EXERCISE)
    assert message not in {each.outer.message_id for each in live.inbox()}

    ours = await house.open("xaa-ghq")
    on_live = ours.send(draft, drafter="duty-1", releaser="duty-2")
    sent = await ours.settled(on_live, WITHIN_S)
    assert sent.refusal is not None and sent.refusal.code == "ExerciseOnLive"

    playing = await house.open("xaa-ghq", Realm.EXERCISE)
    real = playing.send(house.draft(house.matter()), drafter="duty-1", releaser="duty-2")
    sent = await playing.settled(real, WITHIN_S)
    assert sent.refusal is not None and sent.refusal.code == "LiveInExercise"


async def test_a_known_command_that_comes_again_is_not_decided_again(house: House) -> None:
    ours, theirs = await house.open("xaa-ghq"), await house.open("xbb-ghq")
    command, inner = house.command(matter=house.matter())
    value = await house.put_signed(command, inner)
    await house.given("xbb-ghq", command.message_id)
    for _ in range(3):
        assert await house.put_signed(command, inner) == value
    last, inner = house.command(matter=command.matter, sequence=2)
    await house.put_signed(last, inner)
    await house.given("xbb-ghq", last.message_id)

    entries = await house.entries(command.matter)
    assert [e.command for e in entries].count(command.message_id) == 1
    assert [e.sequence for e in entries] == list(range(1, len(entries) + 1))
    letters = [each.outer.message_id for each in theirs.inbox()]
    assert letters.count(command.message_id) == 1
    assert not theirs.alarms() and not ours.alarms()


async def test_a_deadline_that_is_announced_again_does_no_harm(house: House) -> None:
    ours = await house.open("xaa-ghq")
    message = await house.accepted(
        "xaa-ghq", house.draft(house.matter(), precedence=Precedence.OVERRIDE)
    )
    sent = ours.sent(message)
    await house.until(
        "xaa-ghq",
        lambda: [a for a in ours.sent(message).answers if a.what == "SUPERVISOR"] or None,
        step_s=house.ladder_step_s,
    )
    within = house.settings.acknowledge_within_s
    due = schedule(Precedence.OVERRIDE, sent.outer.sent_at, within)[0].due
    again = PassDeadline(
        message_id=identity(("again", message)),
        sender="hotline",
        matter=sent.outer.matter,
        lane=Lane.FLASH,
        sequence=1,
        sent_at=due,
        inside=seal.inside(b""),
        message=message,
        desk="xbb-ghq",
        step=Step.ALTERNATE_TERMINAL,
        due=due,
    )
    same = again.model_copy(
        update={"message_id": wire.digest(f"{message} xbb-ghq {again.step}".encode())[:32]}
    )
    for repeated in (same, again):
        await house.put_signed(repeated, b"")
    await house.until(
        "xaa-ghq", lambda: ours.sent(message).overdue_at or None, step_s=house.ladder_step_s
    )
    steps = [what for what, _ in answers(house, "xaa-ghq", message)]
    assert steps.count("ALTERNATE TERMINAL") == 1
    entries = await house.entries(sent.outer.matter)
    (refused,) = [e for e in entries if e.command == again.message_id]
    assert [event.code for event in refused.events] == ["NoLongerDue"]
    assert refused.tells == ()
    assert len([e for e in entries if e.command == same.message_id]) == 1


async def test_beyond_its_budget_a_flash_is_kept_and_goes_one_lane_lower(house: House) -> None:
    ours, theirs = await house.open("xcc-ghq"), await house.open("xbb-ghq")
    matter = house.matter("flood")
    messages = [
        await house.send("xcc-ghq", house.draft(matter, precedence=Precedence.FLASH))
        for _ in range(24)
    ]
    for message in messages:
        assert (await ours.settled(message, WITHIN_S)).state == "ACCEPTED"
        await house.given("xbb-ghq", message)
    moved = [m for m in messages if ours.sent(m).moved]
    assert len(moved) in (3, 4), "a burst of 20, and one more every ten seconds"
    assert moved == messages[-len(moved) :]
    for message in moved:
        (notice,) = ours.sent(message).moved
        assert (notice.from_lane, notice.to_lane) == (Lane.FLASH, Lane.IMMEDIATE)
        assert ours.sent(message).outer.precedence is Precedence.FLASH
    assert [x.outer.message_id for x in theirs.inbox() if x.outer.matter == matter] == messages
    assert not house.heard("xcc-ghq", "SequenceSkipped")
    assert not theirs.alarms() and not ours.alarms()


async def test_a_skipped_number_is_told_to_its_sender(house: House) -> None:
    await house.open("xaa-ghq")
    matter = house.matter()
    for number in (1, 4):
        command, inner = house.command(matter=matter, sequence=number)
        await house.put_signed(command, inner)
    await house.given("xbb-ghq", command.message_id)
    await house.until("xaa-ghq", lambda: house.heard("xaa-ghq", "SequenceSkipped") or None)
    gaps = [event for entry in await house.entries(matter) for event in entry.events]
    (gap,) = [event for event in gaps if event.kind == "SequenceSkipped"]
    assert (gap.expected, gap.got) == (2, 4)


async def test_a_number_used_twice_is_refused(house: House) -> None:
    await house.open("xaa-ghq")
    matter = house.matter()
    first, inner = house.command(matter=matter)
    await house.put_signed(first, inner)
    second, inner = house.command(matter=matter, message_id=identity(matter))
    await house.put_signed(second, inner)
    await house.until(
        "xaa-ghq",
        lambda: (
            [x for x in house.heard("xaa-ghq", "CommandRefused") if x.about == second.message_id]
            or None
        ),
    )
    (entry,) = [e for e in await house.entries(matter) if e.command == second.message_id]
    assert [event.code for event in entry.events] == ["SequenceReused"]


async def test_what_is_released_while_nobody_serves_is_carried_later(memory_house: House) -> None:
    house = memory_house
    for running in house.services:
        await running.stop()
    house.services.clear()
    message = await house.send("xaa-ghq", house.draft(house.matter()))
    ours = house.desks["xaa-ghq"]
    await house.until("xaa-ghq", lambda: ours.sent(message).state == "ON_BUS" or None)
    await house.start()
    assert (await ours.settled(message, WITHIN_S)).state == "ACCEPTED"
    await house.given("xbb-ghq", message)


async def test_what_is_released_while_the_log_is_away_waits_on_the_desks_disk(
    memory_house: House,
) -> None:
    house = memory_house
    assert house.log is not None
    ours = await house.open("xaa-ghq")
    await house.until("xaa-ghq", ours.link_state)
    house.log.reachable = False
    message = await house.send("xaa-ghq", house.draft(house.matter()))
    await house.until("xaa-ghq", lambda: ((s := ours.link_state()) and not s.up) or None)
    assert ours.sent(message).state == "QUEUED"
    house.log.reachable = True
    assert (await ours.settled(message, WITHIN_S)).state == "ACCEPTED"
    assert (await house.given("xbb-ghq", message)).state == "DELIVERED"


async def test_a_second_hotline_takes_over_and_decides_nothing_twice(memory_house: House) -> None:
    house = memory_house
    matter = house.matter()
    first = await house.accepted("xaa-ghq", house.draft(matter))
    await house.given("xbb-ghq", first)
    await house.start(instance="2")
    second = await house.accepted("xaa-ghq", house.draft(matter))
    await house.services.pop(0).stop()
    third = await house.accepted("xaa-ghq", house.draft(matter))
    for message in (second, third):
        await house.given("xbb-ghq", message)
    entries = await house.entries(matter)
    assert [entry.sequence for entry in entries] == list(range(1, len(entries) + 1))
    commands = [entry.command for entry in entries]
    assert len(set(commands)) == len(commands)


async def test_a_desk_opens_again_where_it_stopped(house: House) -> None:
    matter = house.matter()
    message = await house.accepted("xaa-ghq", house.draft(matter, action=("xcc-ghq",)))
    name = "xcc-ghq"
    if name not in house.desks:
        async with AsyncExitStack() as stack:
            house.desks[name] = await house.opened(stack, name)
            await house.given(name, message)
            del house.desks[name]
    reader = await house.open(name)
    await house.given(name, message)
    assert [x.outer.message_id for x in reader.inbox()].count(message) == 1
