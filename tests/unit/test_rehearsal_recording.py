"""Traffic that took place becomes a scenario without a word of what was said."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from schemas.acts import Act
from schemas.particulars import CONTRACTS
from schemas.parties import Precedence
from services.bus.memory import VirtualClock
from services.bus.topics import Realm
from services.rehearsal.format.checking import load
from services.rehearsal.recording import PARTICULARS, NothingRecorded, as_yaml, recorded
from services.rehearsal.rehearsing import rehearse, told
from services.rehearsal.stage.ledgers import read
from tests.kit.house import House, breathe
from tests.kit.particulars import KALTMOOR
from tests.kit.rehearsals import written


async def traffic(house: House) -> list[object]:
    """A cry to stop, taken over and answered; a concern that is corrected."""
    theirs = await house.open("xbb-ghq")
    stop = await house.accepted(
        "xaa-ghq",
        house.draft("border", act=Act.CEASE_ACTION, precedence=Precedence.FLASH, text="SECRET"),
    )
    await house.given("xbb-ghq", stop)
    clock = house.clock
    assert isinstance(clock, VirtualClock)
    clock.advance(90)
    theirs.acknowledge(stop, by="duty-1", read_back=KALTMOOR, passed_to="SECRET")
    await house.told("xaa-ghq", lambda sent: [a for a in sent.answers if a.what == "ACKNOWLEDGED"],
                     stop)  # fmt: skip
    clock.advance(60)
    reply = house.draft("border", action=("xaa-ghq",), in_reply_to=stop, text="SECRET")
    await house.accepted("xbb-ghq", reply)
    clock.advance(60)
    first = await house.accepted("xaa-ghq", house.draft("border", act=Act.CONCERN, text="SECRET"))
    clock.advance(60)
    correction = house.draft("border", act=Act.CONCERN, corrects=first, text="SECRET")
    await house.accepted("xaa-ghq", correction)
    await breathe()
    bus = house.bus
    return await read(bus, house.directory(bus), house.settings, {"border"}, Realm.LIVE)


async def test_a_recording_holds_no_word_and_can_be_rehearsed(
    memory_house: House, tmp_path: Path
) -> None:
    entries = await traffic(memory_house)
    text = as_yaml(recorded(entries, "border-again"))
    assert "SECRET" not in text and "Border" not in text
    file = load(written(tmp_path, text, "border-again"))
    outcome = await asyncio.to_thread(rehearse, file.scenario)
    assert outcome.holds, told(outcome, file)
    names = [each.name for each in outcome.record.events]
    for happened in ("MessageAcknowledged", "MessageReplied", "MessageSuperseded", "ExchangeMoved"):
        assert happened in names


async def test_nations_are_fictional_whoever_spoke(memory_house: House) -> None:
    scenario = recorded(await traffic(memory_house), "border-again")
    assert set(scenario["cast"]) == {"XAA", "XBB"}
    assert {step["desk"] for step in scenario["timeline"]} == {"xaa-ghq", "xbb-ghq"}


def test_every_act_that_has_particulars_gets_some_in_their_place() -> None:
    assert set(PARTICULARS) == set(CONTRACTS)


def test_of_nothing_no_scenario_is_made() -> None:
    with pytest.raises(NothingRecorded):
        recorded([], "nothing")
