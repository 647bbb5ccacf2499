"""Every act as it is typed: the command, with its template filled in, reaches ACCEPTED."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from cyclopts import App

from schemas.acts import Act
from schemas.particulars import TEXT_ALONE
from services.bus.topics import Realm
from services.desk.commands.app import exercise, live
from services.desk.commands.runner import Runner, Work
from services.desk.commands.steps.outcome import DONE, Outcome
from services.desk.commands.typed.acts import BEGINNING, FOLLOWING
from services.desk.commands.typed.place import Answering
from services.desk.commands.typed.usage import WrongUsage
from services.desk.inner.words import EXERCISE_MARK
from tests.kit.filling import filled_in
from tests.kit.house import WITHIN_S, House

OURS, THEIRS = "xaa-ghq", "xbb-ghq"
TWO = "--drafter duty-1 --releaser duty-2"
HOLDS = "--effective-at 2026-01-02T12:00Z --expires none"
REVIEWED = f"{HOLDS} --review-at 2026-01-09T12:00Z"
HERE = "--where 47.12,9.58 --place Kaltmoor --place-at 47.12,9.58"
OTHERS: Mapping[Act, str] = {
    Act.FREE_TEXT: "send",
    Act.FACT_NOTICE: f"fact-notice --fact incident --at 2025-12-31T12:00Z {HERE}",
    Act.CEASE_ACTION: f"cease-action --what Fire --harmed Villagers {HERE}",
}
"""Acts with commands of their own."""
BESIDES: Mapping[Act, str] = {
    Act.PROPOSAL: HOLDS,
    Act.COUNTER_PROPOSAL: HOLDS,
    Act.COMMITMENT: REVIEWED,
    Act.UNDERSTANDING: REVIEWED,
    Act.DETAINED_PERSONNEL: "--welfare-by 2100-01-02T10:00Z --access-by 2100-01-03T10:00Z",
    Act.DETAINED_PERSONNEL_REPLY: "--items welfare",
    Act.CONTACT_ACCEPTANCE: "--contact-at 2026-01-02T10:00Z",
    Act.CONTACT_RESCHEDULING: "--contact-at 2026-01-02T11:00Z",
    Act.ACCOUNT: "--event kaltmoor-shell",
    Act.ATTRIBUTION: "--event kaltmoor-shell --confidence low",
}
"""What an act needs besides its text and particulars."""
BEFORE: Mapping[Act, Act] = {
    Act.EXPLANATION: Act.CLARIFICATION_REQUEST,
    Act.CONTACT_ACCEPTANCE: Act.REQUEST_FOR_CONTACT,
    Act.CONTACT_DECLINE: Act.REQUEST_FOR_CONTACT,
    Act.CONTACT_RESCHEDULING: Act.CONTACT_ACCEPTANCE,
    Act.COUNTER_PROPOSAL: Act.PROPOSAL,
    Act.ACCEPTANCE: Act.PROPOSAL,
    Act.REJECTION: Act.PROPOSAL,
    Act.DETAINED_PERSONNEL_REPLY: Act.DETAINED_PERSONNEL,
    Act.ORDERS_CONFIRMATION: Act.UNDERSTANDING,
    Act.STAND_DOWN_CONFIRMATION: Act.COMMITMENT,
    Act.VIOLATION_REPORT: Act.COMMITMENT,
    Act.COLLAPSE_STATEMENT: Act.ACCEPTANCE,
    Act.CLOSING_STATEMENT: Act.CONCERN,
}
"""What the other side says before it."""
NAMES = {row.act: row.name for row in (*BEGINNING, *FOLLOWING)}
BEGINS = {row.act for row in BEGINNING} | set(OTHERS)


@dataclass(frozen=True, slots=True)
class Typist(Runner):
    """Runs nothing: it keeps what the parsed command would do on an open desk."""

    works: list[Work[Outcome]] = field(default_factory=list)

    def over_bus(self, answering: Answering, work: Work[Outcome]) -> int:
        self.works.append(work)
        return DONE


async def typed(house: House, desk: str, words: str, *more: str, realm: Realm) -> Outcome:
    """What comes of a whole command line at a desk of the house."""
    runner = Typist("desk", realm)
    app: App = (exercise if realm is Realm.EXERCISE else live)(runner)
    app([*words.split(), *more, "--wait", str(WITHIN_S)], result_action="return_value")
    (work,) = runner.works
    return await work(await house.open(desk, realm))


def command(act: Act, matter: str, to: str, regarded: str | None, file: Path, realm: Realm) -> str:
    """What an officer types for an act."""
    file.write_text(filled_in(act))
    hands = TWO if act not in (Act.FACT_NOTICE, Act.CEASE_ACTION) else "--by duty-1"
    play = "--exercise STEADY-26" if realm is Realm.EXERCISE and act in BEGINS else ""
    common = f"--matter {matter} --to {to} --classification secret"
    slow = "--precedence routine"
    full = f"{hands} {play} {BESIDES.get(act, '')}"
    if act in OTHERS:
        return f"{OTHERS[act]} {common} {'' if '--by' in hands else f'--subject S {slow}'} {full}"
    particulars = "" if act in TEXT_ALONE else f"--particulars-file {file}"
    if regarded:
        return f"act {NAMES[act]} {regarded} {full} {particulars}"
    return f"act {NAMES[act]} {common} --subject S {slow} {full} {particulars}"


async def said(house: House, desk: str, act: Act, matter: str, file: Path, realm: Realm) -> Any:
    """The act at that desk, after all that is said before it; the last outcome's document."""
    other = THEIRS if desk == OURS else OURS
    regarded = None
    if act in BEFORE:
        earlier = await said(house, other, BEFORE[act], matter, file, realm)
        await house.given(desk, earlier["message_id"], realm)
        rescheduled = act is Act.CONTACT_RESCHEDULING
        regarded = earlier["terms"]["regards"] if rescheduled else earlier["message_id"]
    outcome = await typed(
        house, desk, command(act, matter, other, regarded, file, realm), "--text", "Said.",
        realm=realm,
    )  # fmt: skip
    assert (outcome.code, outcome.document["state"]) == (DONE, "ACCEPTED"), outcome.document
    return outcome.document


def test_every_act_is_typed_somewhere() -> None:
    assert set(NAMES) | set(OTHERS) == set(Act)
    assert {row.act for row in FOLLOWING} == set(BEFORE)


@pytest.mark.parametrize("realm", Realm)
@pytest.mark.parametrize("act", sorted(Act))
async def test_R8_every_act_goes_from_its_template_to_acceptance(
    memory_house: House, act: Act, realm: Realm, tmp_path: Path
) -> None:
    matter = memory_house.matter("typed")
    document = await said(memory_house, OURS, act, matter, tmp_path / "particulars", realm)
    assert document["act"] == act.value
    assert (EXERCISE_MARK in document["text"]) == (realm is Realm.EXERCISE)
    assert (await memory_house.given(THEIRS, document["message_id"], realm)).flags == ()


async def test_a_cry_without_a_place_says_which_options_give_it(memory_house: House) -> None:
    cry = "cease-action --matter m-1 --to xbb-ghq --what Fire --harmed All --by duty-1"
    with pytest.raises(WrongUsage, match="--where, --place and --place-at"):
        await typed(memory_house, OURS, cry, realm=Realm.LIVE)


async def test_R3_a_notice_at_once_may_name_its_final_consumer(memory_house: House) -> None:
    notice = f"{OTHERS[Act.FACT_NOTICE]} --matter m-1 --to xbb-ghq --by duty-1"
    outcome = await typed(
        memory_house, OURS, f"{notice} --final-consumer xbb-chief --confidence moderate",
        realm=Realm.LIVE,
    )  # fmt: skip
    assert outcome.code == DONE
    assert outcome.document["terms"]["confidence"] == "MODERATE"
    identity = outcome.document["message_id"]
    assert (await memory_house.given("xbb-chief", identity)).capacity == "FINAL_CONSUMER"
