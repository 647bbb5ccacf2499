"""S3, S6: what rests on own facts is kept in step with them, by a clock at the own desk."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from schemas.acts import Act, Terms
from schemas.parties import Precedence
from services.bus.memory import VirtualClock
from services.desk.commands.app import app, exercise_app
from services.desk.commands.steps.facts import facts_of, recorded
from services.desk.commands.steps.listing import inbox_of
from services.desk.desk import Desk
from services.desk.facts.prompts import WITHIN, Call, Prompt
from services.desk.home import Home
from services.desk.inner.times import SKEW
from services.desk.trouble import DeskTrouble
from tests.kit import paper
from tests.kit.house import House
from tests.kit.particulars import SAMPLES

OURS, THEIRS = "xaa-ghq", "xbb-ghq"
AIRCRAFT, SHIP = "posture:search-aircraft", "composition:ship"


def screen(shown: Any) -> str:
    console = Console(width=160, highlight=False, markup=False, emoji=False)
    with console.capture() as captured:
        console.print(shown)
    return captured.get()


async def assured(house: House, matter: str, *facts: str, **fields: Any) -> str:
    """An assurance that rests on facts, given and accepted."""
    filled = {"act": Act.ASSURANCE, "rests_on": facts, "precedence": Precedence.FLASH, **fields}
    return await house.accepted(OURS, house.draft(matter, **filled))


def waiting(desk: Desk) -> list[Prompt]:
    return desk.facts.waiting()


def passed(house: House, by: timedelta) -> None:
    assert isinstance(house.clock, VirtualClock)
    house.clock.advance(by.total_seconds())


async def test_S3_a_changed_fact_calls_for_an_update_of_every_word_that_rests_on_it(
    memory_house: House,
) -> None:
    house = memory_house
    first = await assured(house, house.matter("crisis"), SHIP, AIRCRAFT)
    other = await assured(house, house.matter("crisis"), "area:north")
    ours = house.desks[OURS]
    assert waiting(ours) == []
    passed(house, timedelta(minutes=3))
    ours.facts.changed(SHIP, "It is a research ship.", by="duty-1")
    (prompt,) = waiting(ours)
    assert (prompt.call, prompt.message) == (Call.UPDATE, first) and prompt.message != other
    assert prompt.due == house.clock.now() + WITHIN
    shown = screen(inbox_of(ours).screen)
    assert "no longer matches: update or reaffirm; due" in shown
    assert "composition:ship since" in shown and "It is a research ship." in shown

    passed(house, WITHIN + timedelta(seconds=1))
    assert "OVERDUE since" in screen(inbox_of(ours).screen)
    (document,) = inbox_of(ours).document["prompts"]
    assert document["overdue"] and document["message"] == first
    assert json.dumps(document)


async def test_S3_a_correction_settles_it_and_rests_on_what_the_first_word_rested_on(
    memory_house: House,
) -> None:
    house = memory_house
    matter = house.matter("crisis")
    first = await assured(house, matter, SHIP)
    ours = house.desks[OURS]
    passed(house, timedelta(minutes=1))
    ours.facts.changed(SHIP, "It is a research ship.", by="duty-1")
    passed(house, timedelta(minutes=1))
    second = await assured(house, matter, corrects=first)
    assert waiting(ours) == []
    (prompt,) = ours.facts.prompts()
    assert prompt.settled_at == house.clock.now()
    passed(house, timedelta(minutes=1))
    ours.facts.changed(SHIP, "It has sunk.", by="duty-1")
    assert [each.message for each in waiting(ours)] == [second]
    assert "seen to" in screen(facts_of(ours).screen)


async def test_S3_an_officer_reaffirms_what_still_holds_and_says_why(memory_house: House) -> None:
    house = memory_house
    first = await assured(house, house.matter("crisis"), SHIP)
    ours = house.desks[OURS]
    ours.facts.changed(SHIP, "Another captain.", by="duty-1")
    with pytest.raises(DeskTrouble, match="say why"):
        ours.facts.reaffirm(first, by="duty-1", because=" ")
    with pytest.raises(DeskTrouble, match="names nothing"):
        ours.facts.reaffirm("f" * 32, by="duty-1", because="It holds.")
    ours.facts.reaffirm(first[-8:], by="duty-1", because="The captain is nobody's concern.")
    assert waiting(ours) == []
    passed(house, timedelta(minutes=1))
    ours.facts.changed(SHIP, "It turns about.", by="duty-1")
    assert [each.message for each in waiting(ours)] == [first], "a word settles what was before it"


async def test_S6_a_change_of_posture_while_a_crisis_is_open_calls_for_an_assurance(
    memory_house: House,
) -> None:
    house = memory_house
    crisis, calm = house.matter("crisis"), house.matter("calm")
    fast = {"precedence": Precedence.IMMEDIATE}
    concern = await house.accepted(OURS, house.draft(crisis, act=Act.CONCERN, **fast))
    await house.accepted(OURS, house.draft(calm))
    ours = house.desks[OURS]
    ours.facts.changed(SHIP, "Two more.", by="duty-1")
    assert waiting(ours) == [], "composition alone calls for nothing where nothing rests on it"
    ours.facts.changed("posture:destroyers", "They are ordered to stay.", by="duty-1")
    (prompt,) = waiting(ours)
    assert (prompt.call, prompt.matter, prompt.to) == (Call.ASSURE, crisis, ("XBB",))
    shown = screen(inbox_of(ours).screen)
    assert f"own posture changed while {crisis} is open: give XBB an ASSURANCE" in shown

    await assured(house, calm)
    assert len(waiting(ours)) == 1, "it was given in another matter"
    given = await assured(house, crisis)
    assert waiting(ours) == []
    # Both close; nothing that changes afterwards is any business of that matter.
    for desk in (OURS, THEIRS):
        await house.given(THEIRS, given)
        to = THEIRS if desk == OURS else OURS
        closing = house.draft(crisis, act=Act.CLOSING_STATEMENT, action=(to,))
        await house.accepted(desk, closing)
    await house.told(OURS, lambda x: len(x.course) > 0, concern)
    await house.until(OURS, lambda: len(house.heard(OURS, "ExchangeMoved")) > 1 or None)
    ours.facts.changed("posture:destroyers", "They sail home.", by="duty-1")
    assert waiting(ours) == []


async def test_S6_one_change_calls_for_one_thing_in_one_matter(memory_house: House) -> None:
    house = memory_house
    first = await assured(house, house.matter("crisis"), AIRCRAFT)
    ours = house.desks[OURS]
    ours.facts.changed(AIRCRAFT, "Recalled.", by="duty-1")
    assert [(each.call, each.message) for each in waiting(ours)] == [(Call.UPDATE, first)]


async def test_what_stands_no_more_calls_for_nothing(memory_house: House) -> None:
    house = memory_house
    matter = house.matter("crisis")
    ends = house.clock.now() + timedelta(hours=1)
    over = SAMPLES[Act.ASSURANCE].model_copy(update={"begins": house.clock.now(), "ends": ends})
    await assured(house, matter, SHIP, particulars=over)
    gone = await assured(house, matter, SHIP)
    await house.accepted(
        OURS, house.draft(matter, act=Act.ASSURANCE, cancels=gone, precedence=Precedence.FLASH)
    )
    passed(house, timedelta(hours=2))
    ours = house.desks[OURS]
    ours.facts.changed(SHIP, "It sails home.", by="duty-1")
    assert waiting(ours) == []
    assert "it called for nothing" in screen(facts_of(ours).screen)


async def test_facts_never_leave_the_desk_and_survive_it(memory_house: House) -> None:
    house = memory_house
    message = await assured(house, house.matter("crisis"), SHIP)
    ours = house.desks[OURS]
    sent = ours.store.out(message)
    assert sent is not None and SHIP.encode() not in sent.value
    ours.facts.changed(SHIP, "It is a research ship.", by="duty-1")
    again = Home(house.folder / OURS).store(ours.realm)
    assert [each.what for each in again.changes_of_facts()] == ["It is a research ship."]
    assert again.rests_on(message) == (SHIP,)
    again.close()
    assert all(b"research" not in each.value for each in ours.store.outs())


async def test_an_undertaking_is_told_afterwards_on_what_it_rests(memory_house: House) -> None:
    house = memory_house
    ahead = house.clock.now() + timedelta(days=1)
    terms = Terms(effective_at=ahead, expires="NONE", review_at=ahead + timedelta(days=1))
    message = await house.accepted(
        OURS, house.draft(house.matter("pact"), act=Act.COMMITMENT, terms=terms)
    )
    ours = house.desks[OURS]
    ours.facts.rest(message, ("times:relief",), by="duty-1")
    ours.facts.changed("times:relief", "A day later.", by="duty-1")
    assert [each.message for each in waiting(ours)] == [message]
    text = await house.accepted(OURS, house.draft(house.matter("talk")))
    with pytest.raises(DeskTrouble) as refused:
        ours.facts.rest(text, (SHIP,), by="duty-1")
    assert refused.value.codes == ("RestsOnNothing",)


async def test_bad_input_is_refused_before_anything_is_kept(memory_house: House) -> None:
    house = memory_house
    ours = await house.open(OURS)
    ahead = house.clock.now() + SKEW + timedelta(seconds=1)
    for fact, what, by, since in (
        ("weather:storm", "It storms.", "duty-1", None),
        ("posture:", "What?", "duty-1", None),
        ("posture:at 30N 72E", "There.", "duty-1", None),
        (AIRCRAFT, "", "duty-1", None),
        (AIRCRAFT, "x" * 501, "duty-1", None),
        (AIRCRAFT, "Recalled.", "nobody", None),
        (AIRCRAFT, "Recalled.", "duty-1", ahead),
    ):
        with pytest.raises(DeskTrouble):
            ours.facts.changed(fact, what, by=by, since=since)
    assert ours.facts.changes() == []
    draft = house.draft(house.matter("talk"), rests_on=(SHIP,))
    with pytest.raises(DeskTrouble) as refused:
        ours.send(draft, drafter="duty-1", releaser="duty-2")
    assert refused.value.codes == ("RestsOnNothing",)


def test_it_is_typed_at_both_desks(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    home = tmp_path / "xaa-ghq"
    Home(home).create("xaa-ghq", paper.OFFICERS)
    for menu in (app, exercise_app):
        with pytest.raises(SystemExit) as ended:
            menu(["facts", "changed", AIRCRAFT, "--what", "Recalled.", "--by", "duty-1",
                  "--home", str(home), "--json"])  # fmt: skip
        assert ended.value.code == 0
        assert json.loads(capsys.readouterr().out)["recorded"] == "change-1"
    with pytest.raises(SystemExit) as ended:
        app(["facts", "list", "--home", str(home), "--json"])
    assert ended.value.code == 0
    assert json.loads(capsys.readouterr().out)["changes"][0]["fact"] == AIRCRAFT


async def test_what_was_recorded_is_shown_with_what_waits(memory_house: House) -> None:
    house = memory_house
    await assured(house, house.matter("crisis"), SHIP)
    ours = house.desks[OURS]
    outcome = recorded(ours, ours.facts.changed(SHIP, "It is a research ship.", by="duty-1"))
    assert "nobody else is told" in screen(outcome.screen)
    assert len(outcome.document["prompts"]) == 1
