"""Two keystrokes: what was drafted ahead goes out, whole and confirmed, by one officer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from schemas.acts import Act
from schemas.parties import Precedence
from services.desk.commands.steps.at_once import sent_at_once
from services.desk.desk import Desk
from services.desk.screen.notation import dtg
from tests.kit.house import House
from tests.kit.screens import printed


def keys(*pressed: str) -> tuple[Any, list[str]]:
    """A keyboard on which these are pressed, and what was shown before each."""
    left: Iterator[str] = iter(pressed)
    shown: list[str] = []

    def press(screen: Any) -> str:
        shown.append(printed(screen))
        return next(left)

    return press, shown


async def ready(house: House) -> Desk:
    desk = await house.open("xaa-ghq")
    for act in (Act.CEASE_ACTION, Act.FACT_NOTICE):
        draft = house.draft("border-1", act=act, precedence=Precedence.FLASH, subject=act.value)
        desk.draft(draft, by="duty-2")
    desk.draft(house.draft("border-1"), by="duty-2")
    return desk


async def test_R11_two_keystrokes_of_one_officer_send_what_lies_ready(memory_house: House) -> None:
    desk = await ready(memory_house)
    press, shown = keys("1", "y")
    outcome = await sent_at_once(desk, "duty-1", press, 5)
    assert outcome.code == 0
    (sent,) = desk.outbox()
    assert (sent.outer.act, sent.outer.precedence) == (Act.CEASE_ACTION, Precedence.FLASH)
    assert sent.outer.drafter == sent.outer.releaser == "duty-1"
    assert "2  FLASH FACT_NOTICE" in shown[0] and "3  " not in shown[0]
    assert "Kaltmoor" in shown[1], "the whole of it is shown before it goes"
    assert len(desk.drafts()) == 3, "a template stays for the next time"


async def test_a_fact_that_lies_ready_happened_now(memory_house: House) -> None:
    desk = await ready(memory_house)
    press, shown = keys("2", "Y")
    await sent_at_once(desk, "duty-1", press, 5)
    (sent,) = desk.outbox()
    assert sent.text is not None
    assert getattr(sent.text.particulars, "at", None) == sent.outer.sent_at
    assert f"at: {dtg(sent.outer.sent_at)} (0s ago)" in shown[1], "what is confirmed is what goes"


async def test_any_other_key_sends_nothing(memory_house: House) -> None:
    desk = await ready(memory_house)
    for pressed in (("x",), ("3",), ("0",), ("1", "n"), ("1", "\r")):
        press, _ = keys(*pressed)
        outcome = await sent_at_once(desk, "duty-1", press, 0)
        assert outcome.code == 1 and outcome.document == {"sent": None}
    assert desk.outbox() == []


async def test_where_nothing_lies_ready_it_says_what_to_do(memory_house: House) -> None:
    desk = await memory_house.open("xaa-ghq")
    press, shown = keys()
    outcome = await sent_at_once(desk, "duty-1", press, 0)
    assert outcome.code == 1 and shown == []
    assert "draft a FACT_NOTICE" in printed(outcome.screen)
