"""R14: other desks are addressed as their own nation has it in the directory."""

from __future__ import annotations

from typing import Any

from schemas.directory import KeyStatement
from services.bus import keys, seal, wire
from services.desk.commands.steps import confirming, drafting, listing
from services.desk.store.records import Address
from tests.kit import paper
from tests.kit.house import WITHIN_S, House
from tests.kit.screens import printed
from tests.kit.typed import message

KNOWN: dict[str, Any] = {"form_of_address": "General Secretary", "language": "de"}


async def state(house: House, *, by: str = "XBB", serial: int = 7, **fields: Any) -> None:
    """A statement on Belmark's desk, and all that an open desk learns from it."""
    own = house.hands["xbb-ghq"].key.public_key().public_bytes_raw()
    said = paper.statement(
        "xbb-ghq", serial=serial, public_key=own, officers=paper.OFFICERS, **fields
    )
    await keys.publish(house.bus, "xbb-ghq", seal.sign(said, b"", house.hands[by]))
    for desk in house.desks.values():
        assert desk.link is not None
        await desk.link._addressing.learn()


async def test_R14_the_form_of_address_comes_from_the_directory(memory_house: House) -> None:
    ours = await memory_house.open("xaa-ghq")
    assert ours.address_of("xbb-ghq") == Address("xbb-ghq")
    await state(memory_house, **KNOWN)
    assert ours.address_of("xbb-ghq") == Address("xbb-ghq", "General Secretary", "de")
    draft = message(memory_house.matter()).draft("xaa-ghq")
    outcome = drafting.drafted(ours, draft, "duty-1")
    assert outcome.document["addresses"] == [
        {"desk": "xbb-ghq", "form": "General Secretary", "language": "de"}
    ]
    assert "xbb-ghq: address as General Secretary; its language is de" in printed(outcome.screen)


async def test_R14_a_releaser_sees_how_the_addressees_are_addressed(memory_house: House) -> None:
    ours = await memory_house.open("xaa-ghq")
    await state(memory_house, **KNOWN)
    drafting.drafted(ours, message(memory_house.matter()).draft("xaa-ghq"), "duty-1")
    outcome = listing.drafts_of(ours)
    assert "xbb-ghq: address as General Secretary; its language is de" in printed(outcome.screen)
    (draft,) = outcome.document["drafts"]
    (address,) = draft["addresses"]
    assert address["form"] == "General Secretary"


async def test_R14_who_shows_a_message_sees_how_to_address_its_sender(memory_house: House) -> None:
    house = memory_house
    await house.open("xaa-ghq")
    await state(house, **KNOWN)
    sent = await house.accepted("xbb-ghq", house.draft(house.matter(), action=("xaa-ghq",)))
    await house.given("xaa-ghq", sent)
    screens: list[str] = []
    outcome = await confirming.shown(
        house.desks["xaa-ghq"], sent, by="duty-1", wait_s=WITHIN_S,
        present=lambda screen: screens.append(printed(screen)),
    )  # fmt: skip
    assert "address as General Secretary" in screens[0]
    assert outcome.document["sender_address"]["form"] == "General Secretary"


async def test_R14_an_unknown_form_of_address_is_said_to_be_unknown(memory_house: House) -> None:
    ours = await memory_house.open("xaa-ghq")
    outcome = drafting.drafted(ours, message(memory_house.matter()).draft("xaa-ghq"), "duty-1")
    assert "ask before you use one" in printed(outcome.screen)


async def test_R14_nobody_but_its_root_says_how_a_desk_is_addressed(memory_house: House) -> None:
    ours = await memory_house.open("xaa-ghq")
    await state(memory_house, **KNOWN)
    await state(memory_house, by="XAA", serial=8, form_of_address="Comrade")
    await state(memory_house, serial=6, form_of_address="Colonel")
    assert ours.address_of("xbb-ghq").form == "General Secretary"
    await state(memory_house, serial=9)
    assert ours.address_of("xbb-ghq") == Address("xbb-ghq")


def test_old_statements_keep_their_bytes() -> None:
    plain = paper.statement("xbb-ghq")
    assert b"form_of_address" not in wire.encode(plain) and b"language" not in wire.encode(plain)
    told = KeyStatement.model_validate({**dict(plain), **KNOWN})
    assert wire.decode(KeyStatement, wire.encode(told)) == told
