"""Acts from desk to desk: what two nations agree, who relays it, who translates it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from schemas.acts import Act, Terms
from schemas.exchange import Basis, Stage
from schemas.parties import Precedence
from services.bus.memory import VirtualClock
from services.bus.topics import Realm
from services.desk.letters import Sent
from services.desk.screen.inbox import letter_document, letter_flags
from services.desk.screen.outbox import sent_document
from tests.kit.house import WITHIN_S, House, breathe, label
from tests.kit.particulars import KALTMOOR

OURS, THEIRS, THIRD = "xaa-ghq", "xbb-ghq", "xcc-ghq"


def course(letter: Any) -> list[str]:
    """What followed from a message, in words."""
    return [each.what for each in letter.course]


def followed(what: str) -> Any:
    return lambda sent: what in course(sent)


async def said(house: House, desk: str, matter: str, act: Act, **fields: Any) -> str:
    """A message that the hotline accepted and its addressee was given."""
    terms = fields.pop("terms", None)
    to = fields.pop("to", THEIRS if desk == OURS else OURS)
    draft = house.draft(
        matter, act=act, action=(to,), terms=Terms(**terms) if terms else None, **fields
    )
    message = await house.accepted(desk, draft)
    await house.given(to, message)
    return message


async def acknowledged(house: House, desk: str, message: str, sender: str) -> None:
    house.desks[desk].acknowledge(message, by="duty-1")
    await house.told(
        sender, lambda sent: "ACKNOWLEDGED" in {each.what for each in sent.answers}, message
    )


async def agreed(house: House, matter: str, holds: dict[str, Any]) -> None:
    offer = await said(house, OURS, matter, Act.PROPOSAL, terms=holds)
    await said(house, THEIRS, matter, Act.ACCEPTANCE, terms={"regards": offer})


async def undertaken(house: House, matter: str, holds: dict[str, Any]) -> list[tuple[str, str]]:
    """A commitment of each side, acknowledged by the other."""
    given = []
    for desk, other in ((OURS, THEIRS), (THEIRS, OURS)):
        review = {"review_at": holds["effective_at"] + timedelta(days=3)}
        word = await said(house, desk, matter, Act.COMMITMENT, terms={**holds, **review})
        await acknowledged(house, other, word, desk)
        given.append((desk, word))
    return given


async def killed(house: House) -> None:
    """Nothing of the live hotline is left: no goodbye, no state but the log."""
    (live,) = [each for each in house.services if each._realm is Realm.LIVE]
    for task in live._tasks:
        task.cancel()
    await breathe()
    assert live._reader is not None
    await live._reader.close()
    house.services.remove(live)


async def passed(house: House, seconds: float) -> None:
    """So much time is over: at once where it is virtual."""
    end = house.clock.now() + timedelta(seconds=seconds)
    if isinstance(house.clock, VirtualClock):
        house.clock.advance(seconds)
    await house.until(OURS, lambda: house.clock.now() >= end or None)


async def test_R13_R15_what_was_agreed_takes_effect_though_the_hotline_was_killed(
    house: House,
) -> None:
    await house.open(THEIRS)
    matter = house.matter("ceasefire")
    lead_s = 1800 if isinstance(house.clock, VirtualClock) else 5
    at = house.clock.now() + timedelta(seconds=lead_s)
    holds = {"effective_at": at, "expires": "NONE"}
    await agreed(house, matter, holds)
    given = await undertaken(house, matter, holds)

    await killed(house)
    await passed(house, 2 * lead_s)
    for desk, word in given:
        assert "IN EFFECT" not in course(house.desks[desk].sent(word))
    await house.start()
    await passed(house, 1)
    for desk, word in given:
        await house.told(desk, followed("IN EFFECT"), word)
    moved = [
        each
        for entry in await house.entries(matter)
        for each in entry.events
        if type(each).__name__ == "ExchangeMoved"
    ]
    assert [each.phase for each in moved] == ["PROPOSED", "AGREED", "IN_EFFECT"]


async def test_S22_a_side_that_has_not_confirmed_its_orders_is_shown_and_told(
    house: House,
) -> None:
    await house.open(THEIRS)
    matter = house.matter("orders")
    now = house.clock.now()
    lead_s = 1800 if isinstance(house.clock, VirtualClock) else 5
    terms = {
        "effective_at": now + timedelta(days=1), "expires": "NONE",
        "review_at": now + timedelta(days=3), "orders_by": now + timedelta(seconds=lead_s),
    }  # fmt: skip
    word = await said(house, OURS, matter, Act.COMMITMENT, terms=terms)
    theirs = house.desks[THEIRS]
    shown = letter_flags(theirs.letter(word), (), house.clock.now())
    assert any("orders to units not confirmed by XAA; due" in each for each in shown)
    await passed(house, lead_s + 1)
    late = "ORDERS NOT CONFIRMED"
    await house.told(OURS, followed(late), word)
    await house.until(THEIRS, lambda: late in course(theirs.letter(word)) or None)
    await said(house, OURS, matter, Act.ORDERS_CONFIRMATION, terms={"regards": word})
    await house.until(THEIRS, lambda: "ORDERS CONFIRMED" in course(theirs.letter(word)) or None)
    assert letter_document(theirs.letter(word), (), house.clock.now())["orders_owed"] is None
    await house.told(OURS, followed("ORDERS CONFIRMED"), word)
    assert sent_document(house.desks[OURS].sent(word))["orders_owed"] is None


async def test_an_acceptance_that_crosses_a_correction_is_flagged_at_both_desks(
    house: House,
) -> None:
    await house.open(THEIRS)
    matter = house.matter("crossed")
    holds = {"effective_at": house.clock.now() + timedelta(days=1), "expires": "NONE"}
    offer = await said(house, OURS, matter, Act.PROPOSAL, terms=holds)
    house.desks[THEIRS].show(offer, by="duty-1")
    await said(house, OURS, matter, Act.PROPOSAL, terms=holds, corrects=offer)
    late = await said(house, THEIRS, matter, Act.ACCEPTANCE, terms={"regards": offer})
    await house.told(THEIRS, followed("CROSSED, SUPERSEDED"), late)
    ours = house.desks[OURS]
    assert await ours.until(
        lambda: "CROSSED, SUPERSEDED" in course(ours.letter(late)) or None, WITHIN_S
    )


async def test_R3_a_notice_is_cleared_by_its_final_consumer_alone(house: House) -> None:
    for desk in (THEIRS, "xbb-chief"):
        await house.open(desk)
    notice = await said(
        house, OURS, house.matter("launch"), Act.FACT_NOTICE,
        precedence=Precedence.FLASH, terms={"final_consumer": "xbb-chief"},
    )  # fmt: skip
    final = await house.given("xbb-chief", notice)
    assert final.capacity == "FINAL_CONSUMER"
    await acknowledged(house, THEIRS, notice, OURS)

    def acknowledged_at(sent: Sent) -> set[str]:
        return {each.desk for each in sent.answers if each.what == "ACKNOWLEDGED"}

    sent = house.desks[OURS].sent(notice)
    assert acknowledged_at(sent) == {THEIRS}
    ways = {each["desk"]: each["capacity"] for each in sent_document(sent)["addressees"]}
    assert ways == {THEIRS: "ACTION", "xbb-chief": "FINAL_CONSUMER"}
    house.desks["xbb-chief"].acknowledge(notice, by="duty-1")
    await house.told(OURS, lambda sent: "xbb-chief" in acknowledged_at(sent), notice)


async def test_a_mediator_relays_the_same_bytes_unread_where_its_label_says_so(
    house: House,
) -> None:
    third = await house.open(THIRD)
    ours, theirs = await house.open(OURS), await house.open(THEIRS)
    matter = house.matter("mediated")
    basis = Basis.INVITATION
    ours.invite_mediator(matter, THIRD, party="XBB", basis=basis, by="duty-1")
    theirs.invite_mediator(matter, THIRD, party="XAA", basis=basis, by="duty-1")
    assert await third.until(
        lambda: len([x for x in third.invitations() if x.matter == matter]) > 1 or None, WITHIN_S
    )
    draft = house.draft(matter, terms=Terms(via=THIRD), label=label("XAA", "XBB"))
    word = await house.accepted(OURS, draft)
    asked = await third.until(
        lambda: next((x for x in third.to_relay() if x.asked.message == word), None), WITHIN_S
    )
    assert asked is not None and asked.asked.sealed and asked.text is None
    assert not [x for x in theirs.inbox() if x.outer.message_id == word]

    third.relay(word, by="duty-1")
    letter = await house.given(THEIRS, word)
    assert letter.digest == ours.sent(word).digest
    assert letter.text.text == draft.text
    relayed = await house.told(
        OURS, lambda sent: [x for x in sent.course if x.what == "RELAYED"], word
    )
    assert not relayed[0].alarming
    ways = {x["desk"]: x["capacity"] for x in sent_document(ours.sent(word))["addressees"]}
    assert ways == {THEIRS: "ACTION", THIRD: "MEDIATOR"}
    await acknowledged(house, THEIRS, word, OURS)


async def test_R14_a_translation_stands_beside_the_original_at_both_desks(house: House) -> None:
    await house.open(THEIRS)
    word = await said(house, OURS, house.matter("words"), Act.FREE_TEXT)
    theirs = house.desks[THEIRS]
    theirs.attach_translation(
        word, by="duty-2", stage=Stage.SIGHT, machine=True, language="fr",
        subject="Frontière", text="Notre patrouille se retire à midi.",
    )  # fmt: skip
    (attached,) = await house.told(OURS, lambda sent: sent.translations, word)
    assert (attached.stage, attached.machine, attached.translator) == (Stage.SIGHT, True, "duty-2")
    original = house.desks[OURS].sent(word).text
    assert original is not None and original.text == "Our patrol withdraws at noon."


async def test_R9_a_cry_to_stop_is_read_back(house: House) -> None:
    await house.open(THEIRS)
    stop = await said(
        house, OURS, house.matter("stop"), Act.CEASE_ACTION, precedence=Precedence.FLASH
    )
    house.desks[THEIRS].acknowledge(stop, by="duty-1", read_back=KALTMOOR)
    await house.told(
        OURS, lambda sent: "ACKNOWLEDGED" in {each.what for each in sent.answers}, stop
    )


async def test_R5_a_question_that_nobody_answers_is_unanswered_by_the_clock_alone(
    memory_house: House,
) -> None:
    house = memory_house
    await house.open(THEIRS)
    asked = await said(house, OURS, house.matter("question"), Act.CLARIFICATION_REQUEST)
    clock = house.clock
    assert isinstance(clock, VirtualClock)
    clock.advance(48 * 3600 + 1)
    await house.told(OURS, followed("UNANSWERED"), asked)
    theirs = house.desks[THEIRS]
    assert await theirs.until(
        lambda: "UNANSWERED" in course(theirs.letter(asked)) or None, WITHIN_S
    )
