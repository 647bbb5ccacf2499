"""Acts at the desk, over the bus in memory: refused, flagged, read back, shown."""

from __future__ import annotations

import json
from typing import Any

import pytest

from schemas.acts import Act, Confidence, Terms
from schemas.exchange import Stage
from schemas.hotline import AcknowledgeMessage, AttachTranslation, ReleaseMessage, Remark, Text
from schemas.particulars import AnswerTo, Explanation, Fact, FactNotice
from schemas.parties import Precedence
from schemas.places import Compass, Location, Place, Point
from services.bus import wire
from services.desk.accounts import events_of
from services.desk.commands.steps import confirming, following, listing
from services.desk.commands.typed.officers import Hands
from services.desk.commands.typed.words import FollowUp, Words
from services.desk.reading import open_record
from services.desk.screen.accounts import accounts_screen
from services.desk.screen.inbox import letter_document, letter_flags, letter_screen
from services.desk.screen.message import message_lines, outer_document
from services.desk.trouble import DeskTrouble
from tests.kit import paper
from tests.kit.house import WITHIN_S, House
from tests.kit.paper import NOON
from tests.kit.particulars import KALTMOOR, SAMPLES
from tests.kit.screens import printed

FAR = Point(latitude=KALTMOOR.latitude + 9 / 111.195, longitude=KALTMOOR.longitude)
MISPLACED = Location(point=FAR, place=Place(name="Kaltmoor", point=KALTMOOR))


def cease(house: House, **fields: Any) -> Any:
    return house.draft(
        house.matter(), **{"act": Act.CEASE_ACTION, "precedence": Precedence.FLASH, **fields}
    )


async def put(house: House, text: bytes, **fields: Any) -> str:
    """A message that no desk's library would have released, signed and put onto the bus."""
    matter = house.matter()
    command, inner = house.command(ReleaseMessage, inner=text, matter=matter, **fields)
    await house.put_signed(command, inner)
    return str(command.message_id)


# R9: one place said in two ways, and read back.


async def test_R9_a_mismatch_of_nine_kilometres_is_refused_before_release(
    memory_house: House,
) -> None:
    wrong = SAMPLES[Act.CEASE_ACTION].model_copy(update={"where": MISPLACED})
    sender = await memory_house.open("xaa-ghq")
    draft = cease(memory_house, particulars=wrong)
    with pytest.raises(DeskTrouble, match=r"FarFromPlace: The point lies 9\.0 km"):
        sender.send(draft, drafter="duty-1", releaser="duty-1")
    with pytest.raises(DeskTrouble, match="FarFromPlace"):
        sender.draft(draft, by="duty-1")
    assert sender.outbox() == []


async def test_R9_a_mismatch_that_comes_all_the_same_is_flagged_and_shown(
    memory_house: House,
) -> None:
    wrong = SAMPLES[Act.CEASE_ACTION].model_copy(update={"where": MISPLACED})
    text = Text(subject="Stop", text="Stop.", language="en", particulars=wrong)
    message = await put(
        memory_house, wire.encode(text), act=Act.CEASE_ACTION, precedence=Precedence.FLASH
    )
    letter = await memory_house.given("xbb-ghq", message)
    assert letter.flags == ("FarFromPlace",)
    assert letter.text == text


async def test_R9_words_are_shown_whatever_is_wrong_with_their_coordinates(
    memory_house: House,
) -> None:
    text = Text(
        subject="Stop", text="Stop now.", language="en", particulars=SAMPLES[Act.CEASE_ACTION]
    )
    broken = json.loads(wire.encode(text))
    broken["particulars"]["where"]["point"]["latitude"] = 147.5
    inner = json.dumps(broken, separators=(",", ":")).encode()
    message = await put(memory_house, inner, act=Act.CEASE_ACTION, precedence=Precedence.FLASH)
    letter = await memory_house.given("xbb-ghq", message)
    assert letter.flags == ("UnreadableParticulars",)
    assert letter.text.text == "Stop now."
    assert letter.text.particulars is None


async def test_R9_a_cry_to_stop_is_acknowledged_with_its_position(memory_house: House) -> None:
    house = memory_house
    message = await house.accepted("xaa-ghq", cease(house), drafter="duty-1", releaser="duty-1")
    letter = await house.given("xbb-ghq", message)
    assert letter_document(letter, (), letter.delivered_at)["read_back_due"] is True
    assert "read back" in printed(letter_screen(letter, (), letter.delivered_at))
    desk = house.desks["xbb-ghq"]
    with pytest.raises(DeskTrouble, match="ReadBackMissing"):
        desk.acknowledge(message, by="duty-1")
    with pytest.raises(DeskTrouble, match=r"ReadBackDiffers: .* 9\.0 km"):
        desk.acknowledge(message, by="duty-1", read_back=FAR)
    seen = FollowUp(words=Words(text="Seen."), hands=Hands(drafter="duty-1", releaser="duty-2"))
    with pytest.raises(DeskTrouble, match="ReadBackMissing"):
        await following.replied(desk, message, seen, wait_s=0)
    assert desk.letter(message).state == "DELIVERED"
    await confirming.acknowledged(desk, message, by="duty-1", read_back=KALTMOOR, wait_s=WITHIN_S)
    answer = await house.told(
        "xaa-ghq",
        lambda sent: next((a for a in sent.answers if a.what == "ACKNOWLEDGED"), None),
        message,
    )
    assert (answer.read_back, answer.flaw) == (KALTMOOR, None)


@pytest.mark.parametrize(
    ("read_back", "code"), [(FAR, "ReadBackDiffers"), (None, "ReadBackMissing")]
)
async def test_R9_a_wrong_read_back_is_flagged_at_its_originator(
    memory_house: House, read_back: Point | None, code: str
) -> None:
    house = memory_house
    message = await house.accepted("xaa-ghq", cease(house), drafter="duty-1", releaser="duty-1")
    letter = await house.given("xbb-ghq", message)
    inner = wire.encode(Remark(read_back=read_back))
    command, inner = house.command(
        AcknowledgeMessage, inner=inner, matter=letter.outer.matter, lane=letter.outer.lane,
        sequence=2, message=message, message_digest=letter.digest,
    )  # fmt: skip
    await house.given("xbb-ghq", message)
    await house.told("xaa-ghq", lambda s: any(a.what == "DELIVERED" for a in s.answers), message)
    await house.put_signed(command, inner)
    answer = await house.told(
        "xaa-ghq",
        lambda sent: next((a for a in sent.answers if a.what == "ACKNOWLEDGED"), None),
        message,
    )
    assert answer.flaw is not None and answer.flaw.code == code
    (only,) = listing.outbox_of(house.desks["xaa-ghq"]).document["messages"]
    assert [step["flaw"] for step in only["addressees"][0]["steps"]] == [None, code]


# Acts and their particulars.


async def test_an_act_without_particulars_is_refused_and_flagged(memory_house: House) -> None:
    sender = await memory_house.open("xaa-ghq")
    with pytest.raises(DeskTrouble, match="detente desk template PROTEST"):
        sender.check(
            memory_house.draft("m-1", act=Act.PROTEST, particulars=None),
            drafter="duty-1",
            releaser="duty-1",
        )
    message = await put(memory_house, paper.inner_of(ReleaseMessage), act=Act.PROTEST)
    assert (await memory_house.given("xbb-ghq", message)).flags == ("ParticularsMissing",)


@pytest.mark.parametrize("act", sorted(SAMPLES))
def test_particulars_of_every_act_stand_on_the_screen(act: Act) -> None:
    text = paper.TEXT.model_copy(update={"particulars": SAMPLES[act]})
    outer = paper.outer(act=act)
    shown = printed(message_lines(outer, text, NOON))
    for name in SAMPLES[act].model_fields_set - {"act"}:
        assert f"{name.replace('_', ' ')}:" in shown or getattr(SAMPLES[act], name) is None
    document = outer_document(outer, text)
    assert document["act"] == document["particulars"]["act"] == act


async def test_an_answer_that_passes_a_question_over_is_refused_and_flagged(
    memory_house: House,
) -> None:
    house = memory_house
    matter = house.matter()
    asked = await house.accepted("xaa-ghq", house.draft(matter, act=Act.CLARIFICATION_REQUEST))
    await house.given("xbb-ghq", asked)
    answer = house.draft(
        matter, action=("xaa-ghq",), act=Act.EXPLANATION, in_reply_to=asked,
        particulars=Explanation(answers=(AnswerTo(question=1, answer="One regiment"),)),
    )  # fmt: skip
    with pytest.raises(DeskTrouble, match="QuestionPassedOver: Questions 2 are neither"):
        house.desks["xbb-ghq"].check(answer, drafter="duty-1", releaser="duty-2")
    elsewhere = answer.model_copy(update={"in_reply_to": None})
    message = await house.accepted("xbb-ghq", elsewhere)
    assert (await house.given("xaa-ghq", message)).flags == ()
    whole = answer.model_copy(update={"particulars": SAMPLES[Act.EXPLANATION]})
    good = await house.accepted("xbb-ghq", whole)
    assert (await house.given("xaa-ghq", good)).flags == ()


# R11: an early notice, then more.


async def test_R11_a_partial_notice_goes_at_once_and_is_corrected_visibly(
    memory_house: House,
) -> None:
    house = memory_house
    early = FactNotice(
        fact=Fact.LAUNCH, at=NOON, by_accident=True, weapon_class="Cruise missile",
        direction=Compass.WNW, details_follow=True,
    )  # fmt: skip
    matter = house.matter()
    draft = house.draft(
        matter, act=Act.FACT_NOTICE, precedence=Precedence.FLASH, particulars=early,
        text="A missile left by accident. Details follow.",
    )  # fmt: skip
    first = await house.accepted("xaa-ghq", draft, drafter="duty-1", releaser="duty-1")
    await house.given("xbb-ghq", first)
    sender = house.desks["xaa-ghq"]
    late = FollowUp(words=Words(text="It is unarmed."), hands=Hands(by="duty-1"))
    with pytest.raises(DeskTrouble, match="ParticularsMissing"):
        await following.corrected(sender, first, late, wait_s=0)
    assert json.loads(listing.particulars_of(sender, Act.FACT_NOTICE, first))["direction"] == "WNW"
    known = early.model_copy(update={"unarmed": True, "details_follow": False})
    second = await house.accepted(
        "xaa-ghq",
        draft.model_copy(update={"particulars": known, "corrects": first}),
        drafter="duty-1",
        releaser="duty-1",
    )
    await house.given("xbb-ghq", second)
    desk = house.desks["xbb-ghq"]
    assert desk.letter(first).withdrawn_how == "SUPERSEDED"
    kept = [desk.letter(each).text for each in (first, second)]
    assert [text.particulars for text in kept if text] == [early, known]


# R14: originals, translations, rival accounts.


async def test_R14_a_machines_translation_is_never_official(memory_house: House) -> None:
    house = memory_house
    message = await house.accepted("xaa-ghq", house.draft(house.matter()))
    await house.given("xbb-ghq", message)
    desk = house.desks["xbb-ghq"]
    words = {"language": "de", "subject": "Grenze", "text": "Unsere Streife zieht ab."}
    with pytest.raises(DeskTrouble, match="never OFFICIAL"):
        desk.attach_translation(message, by="duty-1", stage=Stage.OFFICIAL, machine=True, **words)
    with pytest.raises(DeskTrouble, match="BidirectionalOverride"):
        desk.attach_translation(
            message, by="duty-1", stage=Stage.ROUGH, machine=True,
            **{**words, "text": "Nicht \u202eschie\u00dfen."},
        )  # fmt: skip
    made = desk.attach_translation(message, by="duty-1", stage=Stage.ROUGH, machine=True, **words)
    out = desk.store.out(made)
    assert out is not None
    opened = open_record(out.value)
    assert isinstance(opened.outer, AttachTranslation)
    assert (opened.outer.stage, opened.outer.machine) == (Stage.ROUGH, True)
    assert opened.content is not None
    assert opened.content.model_dump() == {"subject": "Grenze", "text": "Unsere Streife zieht ab."}
    original = desk.letter(message).text
    assert original is not None and original.text == "Our patrol withdraws at noon."
    assert [each.outer.message_id for each in desk.inbox()] == [message]


async def test_R14_rival_accounts_stand_side_by_side_with_their_corrections(
    memory_house: House,
) -> None:
    house = memory_house
    matter = house.matter()
    event = Terms(event="crash-1")

    def account(facts: str, **fields: Any) -> Any:
        particulars = SAMPLES[Act.ACCOUNT].model_copy(update={"facts": facts})
        return house.draft(
            matter, act=Act.ACCOUNT, terms=event, particulars=particulars, text=facts, **fields
        )

    ours = await house.accepted("xaa-ghq", account("It was over our land."))
    await house.given("xbb-ghq", ours)
    theirs = await house.accepted("xbb-ghq", account("It never left ours.", action=("xaa-ghq",)))
    mended = await house.accepted("xaa-ghq", account("It was over our sea.", corrects=ours))
    who = SAMPLES[Act.ATTRIBUTION]
    blamed = await house.accepted(
        "xaa-ghq",
        house.draft(
            matter,
            act=Act.ATTRIBUTION,
            particulars=who,
            terms=event.model_copy(update={"confidence": Confidence.LOW}),
        ),
    )
    for reader, message in (("xaa-ghq", theirs), ("xbb-ghq", mended), ("xbb-ghq", blamed)):
        await house.given(reader, message)
    for desk in [house.desks[name] for name in ("xaa-ghq", "xbb-ghq")]:
        (found,) = events_of(matter, [*desk.inbox(), *desk.outbox()])
        assert found.name == "crash-1"
        held = [(chain.nation, [word.message for word in chain.words]) for chain in found.chains]
        assert held == [("XAA", [ours, mended]), ("XAA", [blamed]), ("XBB", [theirs])]
        assert found.chains[1].words[0].confidence is Confidence.LOW
        shown = printed(accounts_screen([found], desk.clock.now()))
        for words in ("XAA", "XBB", "an earlier", "CORRECTED to", "confidence LOW"):
            assert words in shown
    (document,) = listing.accounts_of(house.desks["xbb-ghq"], matter).document["events"]
    assert document["accounts"][0]["words"][1]["text"] == "It was over our sea."


async def test_flags_are_none_where_all_is_sound(memory_house: House) -> None:
    message = await memory_house.accepted(
        "xaa-ghq", cease(memory_house), drafter="duty-1", releaser="duty-1"
    )
    letter = await memory_house.given("xbb-ghq", message)
    assert letter_flags(letter, (), letter.delivered_at) == []
