"""Acts that name a message, and what a third party's desk is asked and says."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from schemas.acts import Act, Terms
from schemas.exchange import Basis, InviteMediator, RelayAsked
from schemas.hotline import (
    HotlineDelivery,
    RelayMessage,
    ReleaseMessage,
    ReplyToMessage,
    ReportDelivered,
)
from schemas.parties import Lane, Precedence
from services.bus import seal, topics
from services.bus.topics import Realm
from services.bus.transport import Outgoing
from services.desk.commands.steps import following, mediating
from services.desk.commands.steps.outcome import DONE
from services.desk.commands.typed.acts import FOLLOWING, ActCommand
from services.desk.commands.typed.besides import Besides
from services.desk.commands.typed.officers import Hands
from services.desk.commands.typed.words import FollowUp, Words
from services.desk.reading import open_record
from services.desk.trouble import DeskTrouble
from tests.kit import paper
from tests.kit.court import digest_of
from tests.kit.house import WITHIN_S, House, sent_at_plus
from tests.kit.paper import identity
from tests.kit.particulars import SAMPLES

SAID = FollowUp(words=Words(text="We accept."), hands=Hands(drafter="duty-1", releaser="duty-2"))


def row(act: Act) -> ActCommand:
    return next(each for each in FOLLOWING if each.act is act)


async def test_an_act_on_anothers_message_answers_it(memory_house: House) -> None:
    house = memory_house
    terms = Terms(effective_at=sent_at_plus(house, 3600), expires="NONE")
    draft = house.draft(house.matter(), act=Act.PROPOSAL, terms=terms)
    proposed = await house.accepted("xaa-ghq", draft)
    await house.given("xbb-ghq", proposed)
    desk = house.desks["xbb-ghq"]
    outcome = await following.acted(desk, proposed[-8:], row(Act.ACCEPTANCE), SAID, wait_s=WITHIN_S)
    assert outcome.code == DONE
    (only,) = desk.outbox()
    assert isinstance(only.outer, ReplyToMessage)
    assert only.outer.act is Act.ACCEPTANCE
    assert only.outer.terms == Terms(regards=proposed)
    assert only.outer.action == ("xaa-ghq",)
    assert only.text is not None and only.text.subject == "ACCEPTANCE: Border"
    assert desk.letter(proposed).state == "ACKNOWLEDGED"


async def test_an_act_on_an_own_message_goes_to_those_who_have_it(
    memory_house: House, tmp_path: Path
) -> None:
    file = tmp_path / "particulars.json"
    file.write_text(SAMPLES[Act.EXPLANATION].model_dump_json())
    said = replace(SAID, besides=Besides(particulars_file=file))
    house = memory_house
    draft = house.draft(house.matter(), info=("xcc-ghq",))
    first = await house.accepted("xaa-ghq", draft)
    desk = house.desks["xaa-ghq"]
    outcome = await following.acted(desk, first, row(Act.EXPLANATION), said, wait_s=WITHIN_S)
    assert outcome.code == DONE
    outer = desk.sent(outcome.document["message_id"]).outer
    assert isinstance(outer, ReleaseMessage)
    assert (outer.action, outer.info) == (("xbb-ghq",), ("xcc-ghq",))
    assert outer.terms == Terms(regards=first)


async def test_an_act_that_may_not_go_out_acknowledges_nothing(memory_house: House) -> None:
    house = memory_house
    asked = await house.accepted(
        "xaa-ghq", house.draft(house.matter(), act=Act.CLARIFICATION_REQUEST)
    )
    await house.given("xbb-ghq", asked)
    desk = house.desks["xbb-ghq"]
    with pytest.raises(DeskTrouble, match="ParticularsMissing"):
        await following.acted(desk, asked, row(Act.EXPLANATION), SAID, wait_s=0)
    assert desk.letter(asked).state == "DELIVERED"


async def test_an_invitation_is_kept_until_the_bus_has_it(memory_house: House) -> None:
    assert memory_house.log is not None
    desk = await memory_house.open("xaa-ghq")
    memory_house.log.reachable = False
    outcome = await mediating.invited(
        desk, "border-1", "xcc-ghq", "XBB", Basis.INVITATION, by="duty-1", exercise=None, wait_s=0
    )
    out = desk.store.out(outcome.document["invitation"])
    assert out is not None
    said = open_record(out.value).outer
    assert isinstance(said, InviteMediator)
    assert (said.mediator, said.party, said.lane) == ("xcc-ghq", "XBB", Lane.IMMEDIATE)
    assert desk.outbox() == []
    with pytest.raises(DeskTrouble, match="no message"):
        desk.sent(out.message)
    memory_house.log.reachable = True


async def test_only_what_was_asked_for_is_relayed(memory_house: House) -> None:
    desk = await memory_house.open("xcc-ghq")
    with pytest.raises(DeskTrouble, match="in the relays"):
        desk.relay(identity("none"), by="duty-1")
    with pytest.raises(DeskTrouble, match="no officer"):
        desk.relay(identity("none"), by="duty-9")


async def test_a_mediator_passes_on_the_bytes_it_was_given_and_only_once(
    memory_house: House,
) -> None:
    house = memory_house
    desk = await house.open("xcc-ghq")
    message = paper.outer(ReleaseMessage, precedence=Precedence.FLASH)
    asked = RelayAsked(
        message=message.message_id, message_digest=digest_of(message), originator="xaa-ghq",
        precedence=Precedence.FLASH, to=("xbb-ghq",), sealed=True, acknowledge_by=None,
    )  # fmt: skip
    delivery = paper.outer(
        HotlineDelivery, sender="hotline", to="xcc-ghq", directory=0, encloses=None,
        notice=asked, lane=Lane.FLASH,
    )  # fmt: skip
    value = seal.sign(delivery, b"", house.hands["hotline"])
    topic = topics.inbox("xcc-ghq", Lane.FLASH, Realm.LIVE)
    await house.bus.append([Outgoing(topic, 0, b"border-1", value)])
    assert await desk.until(lambda: desk.to_relay() or None, WITHIN_S)
    assert house.log is not None
    house.log.reachable = False
    outcome = await mediating.relayed(desk, message.message_id[-8:], by="duty-1", wait_s=0)
    assert outcome.document["report"] == "RELAYED"
    delivered, said = (
        open_record(out.value).outer for out in desk.store.said_of(message.message_id)
    )
    assert isinstance(delivered, ReportDelivered)
    assert isinstance(said, RelayMessage)
    assert (said.message, said.message_digest) == (message.message_id, digest_of(message))
    assert (said.lane, said.matter, said.officer) == (Lane.FLASH, "border-1", "duty-1")
    assert desk.to_relay()[0].is_relayed
    with pytest.raises(DeskTrouble, match="never relayed twice"):
        desk.relay(message.message_id, by="duty-1")
    house.log.reachable = True
