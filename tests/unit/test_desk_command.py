"""What an officer types, and what comes of it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cyclopts import App
from rich.console import RenderableType

from schemas.parties import Classification, MessageType, Precedence
from services.bus.topics import Realm
from services.desk import steps, typed
from services.desk.command import app, exercise_app
from services.desk.desk import Desk
from services.desk.steps import Outcome
from services.desk.store.records import OutState
from services.desk.trouble import DeskTrouble
from services.desk.typed import ExerciseMessage, Hands, Message, Words, WrongUsage
from tests.kit.house import WITHIN_S, House

TWO = Hands(drafter="duty-1", releaser="duty-2")
DRAFT = (
    *("draft", "--matter", "border-1", "--precedence", "flash", "--to", "xbb-ghq"),
    *("--classification", "secret", "--subject", "Border", "--text", "Stop", "--by", "duty-1"),
)


def run(desks: App, *words: str, home: Path | None = None) -> int:
    tokens = [*words, "--home", str(home)] if home else list(words)
    code = desks(tokens, result_action="return_value")
    assert isinstance(code, int)
    return code


@pytest.fixture
def home(tmp_path: Path) -> Path:
    made = tmp_path / "xaa-ghq"
    officers = ("--officer", "duty-1", "--officer", "duty-2")
    assert run(app, "init", "xaa-ghq", *officers, home=made) == steps.DONE
    return made


def message(matter: str, **fields: Any) -> Message:
    filled: dict[str, Any] = {
        "matter": matter,
        "precedence": Precedence.FLASH,
        "to": ("xbb-ghq",),
        "classification": Classification.SECRET,
        "subject": "Border",
        "text": "Our patrol withdraws.",
    }
    return Message(**(filled | fields))


async def released(house: House, **fields: Any) -> tuple[Desk, Desk, Outcome, str]:
    """A message from one desk, once the other has it."""
    sender = await house.open("xaa-ghq")
    spoken = message(house.matter(), **fields)
    outcome = await steps.released(sender, spoken, TWO, WITHIN_S)
    identity = outcome.document["message_id"]
    await house.given("xbb-ghq", identity)
    return sender, await house.open("xbb-ghq"), outcome, identity


def unseen(_: RenderableType) -> None:
    """A screen at which nobody looks."""


# On the desk's own disk.


def test_init_says_which_key_and_what_to_do_next(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home = tmp_path / "xaa-ghq"
    code = run(app, "init", "xaa-ghq", "--officer", "duty-1", "--json", home=home)
    made = json.loads(capsys.readouterr().out)
    assert code == steps.DONE
    assert len(made["keyid"]) == 32
    assert (home / "desk.key").stat().st_mode & 0o077 == 0


def test_init_never_overwrites_a_key(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    key = (home / "desk.key").read_bytes()
    assert run(app, "init", "xaa-ghq", "--officer", "duty-1", home=home) == steps.TROUBLE
    assert (home / "desk.key").read_bytes() == key
    assert capsys.readouterr().err.startswith("detente desk: ")


def test_a_draft_is_kept_and_listed_whole(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(app, *DRAFT, home=home) == steps.DONE
    assert "nothing is released" in capsys.readouterr().out
    assert run(app, "drafts", home=home) == steps.DONE
    shown = capsys.readouterr().out
    for words in ("draft 1", "not released", "Stop", "REL TO XAA, XBB", "FLASH (proposed)"):
        assert words in shown


@pytest.mark.parametrize("words", ["inbox", "outbox", "drafts", "alarms"])
def test_every_list_is_one_json_document(
    home: Path, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    assert run(app, words, "--json", home=home) == steps.DONE
    assert json.loads(capsys.readouterr().out)["realm"] == "live"


def test_an_inbox_that_nothing_fills_says_so(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(app, "inbox", home=home)
    assert "NOTHING ON THIS DESK LISTENS TO THE BUS" in capsys.readouterr().out


def test_trouble_is_one_line_and_in_json_too(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(app, "inbox", "--json", home=tmp_path) == steps.TROUBLE
    said = capsys.readouterr()
    assert "no desk's home" in json.loads(said.out)["error"]
    assert said.err.count("\n") == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"matter": "NOT A MATTER"},
        {"reply_by": "2026-01-31T18:00"},
        {"expires_at": "tomorrow"},
        {"text": None},
        {"text_file": Path("text")},
        {"to": ("not a desk",)},
    ],
)
def test_a_wrong_option_is_wrong_usage(wrong: dict[str, Any]) -> None:
    with pytest.raises(WrongUsage):
        message(wrong.pop("matter", "border-1"), **wrong).draft("xaa-ghq")


def test_wrong_usage_has_its_exit_code(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(app, *DRAFT, "--text-file", "text", home=home) == steps.WRONG_USAGE
    assert "one of the two" in capsys.readouterr().err


def test_an_unknown_precedence_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        run(app, "release", "1", "--by", "duty-1", "--precedence", "urgent", "--json")
    assert ended.value.code == steps.WRONG_USAGE
    assert "error" in json.loads(capsys.readouterr().out)


def test_help_names_the_exit_codes(capsys: pytest.CaptureFixture[str]) -> None:
    app(["--help"], result_action="return_value")
    assert "4 refused by the service" in " ".join(capsys.readouterr().out.split())


def test_text_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("Hold.", encoding="utf-8")
    assert Words(text_file=tmp_path / "text").said == "Hold."
    with pytest.raises(WrongUsage):
        _ = Words(text="Hold.", text_file=tmp_path / "text").said


# Live and exercise.


def test_live_desk_knows_no_exercise(home: Path) -> None:
    with pytest.raises(SystemExit) as ended:
        run(app, *DRAFT, "--exercise", "STEADY 26", home=home)
    assert ended.value.code == steps.WRONG_USAGE


def test_exercise_desk_needs_its_name_and_frames_its_screens(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        run(exercise_app, *DRAFT, home=home)
    capsys.readouterr()
    assert run(exercise_app, *DRAFT, "--exercise", "STEADY 26", home=home) == steps.DONE
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == lines[-1] == "EXERCISE EXERCISE EXERCISE"
    run(app, "drafts", "--json", home=home)
    assert json.loads(capsys.readouterr().out)["drafts"] == []


def test_an_exercise_text_is_set_between_its_marks() -> None:
    fields = vars(message("ex-1")) | {"exercise": "STEADY 26"}
    draft = ExerciseMessage(**fields).draft("xaa-ghq")
    mark = "EXERCISE EXERCISE EXERCISE STEADY 26"
    assert draft.text == f"{mark}\nOur patrol withdraws.\n{mark}"
    assert draft.message_type is MessageType.EXERCISE
    assert typed.marked(draft.text, "STEADY 26") == draft.text


async def test_exercise_reply_stays_in_the_exercise(memory_house: House) -> None:
    house = memory_house
    sender = await house.open("xaa-ghq", Realm.EXERCISE)
    spoken = ExerciseMessage(**vars(message(house.matter())), exercise="STEADY 26")
    outcome = await steps.released(sender, spoken, TWO, WITHIN_S)
    assert outcome.code == steps.DONE
    identity = outcome.document["message_id"]
    await house.given("xbb-ghq", identity, Realm.EXERCISE)
    desk = await house.open("xbb-ghq", Realm.EXERCISE)
    reply = await steps.replied(desk, identity, Words(text="Seen."), TWO, wait_s=WITHIN_S)
    assert reply.code == steps.DONE
    assert reply.document["exercise"] == "STEADY 26"


# Over the bus.


async def test_sending_ends_when_the_hotline_accepts(memory_house: House) -> None:
    *_, outcome, _ = await released(memory_house)
    assert outcome.code == steps.DONE
    assert outcome.document["state"] == "ACCEPTED"
    assert outcome.document["label"]["releasable_to"] == ["XAA", "XBB"]


async def test_what_the_service_refuses_ends_with_its_reason(memory_house: House) -> None:
    sender = await memory_house.open("xaa-ghq")
    spoken = message(memory_house.matter(), to=("xbb-nobody",))
    outcome = await steps.released(sender, spoken, TWO, WITHIN_S)
    assert outcome.code == steps.REFUSED
    assert outcome.document["refusal"]["code"] == "UnknownAddressee"
    with pytest.raises(DeskTrouble, match="nobody was given it"):
        await steps.cancelled(sender, outcome.document["message_id"], "x", TWO, wait_s=0)


async def test_what_only_waits_on_the_disk_is_queued_only(memory_house: House) -> None:
    assert memory_house.log is not None
    memory_house.log.reachable = False
    sender = await memory_house.open("xaa-ghq")
    outcome = await steps.released(sender, message(memory_house.matter()), TWO, 0)
    assert outcome.code == steps.QUEUED_ONLY
    assert outcome.document["state"] == OutState.QUEUED
    memory_house.log.reachable = True


async def test_without_a_hotline_waiting_is_given_up(memory_house: House) -> None:
    for running in memory_house.services:
        await running.stop()
    memory_house.services.clear()
    sender = await memory_house.open("xaa-ghq")
    identity = sender.send(message(memory_house.matter()).draft(sender.name), **TWO.both)
    await sender.until(lambda: sender.sent(identity).state is OutState.ON_BUS or None, WITHIN_S)
    assert (await steps.sent(sender, identity, 0)).code == steps.GAVE_UP


async def test_showing_marks_received_once(memory_house: House) -> None:
    _, desk, _, identity = await released(memory_house)
    seen: list[RenderableType] = []
    for _ in range(2):
        outcome = await steps.shown(
            desk, identity[-8:], by="duty-1", wait_s=WITHIN_S, present=seen.append
        )
        assert outcome.code == steps.DONE
        assert outcome.document["state"] == "RECEIVED"
    reports = [each["report"] for each in outcome.document["reports"]]
    assert reports == ["DELIVERED", "RECEIVED"]
    assert len(seen) == 2


async def test_acknowledging_tells_the_originator_who_has_it(memory_house: House) -> None:
    sender, desk, _, identity = await released(memory_house)
    outcome = await steps.acknowledged(
        desk, identity, by="duty-1", passed_to="the minister", wait_s=WITHIN_S
    )
    assert (outcome.code, outcome.document["state"]) == (steps.DONE, "ON_BUS")
    await memory_house.told("xaa-ghq", passed_to_minister, identity)
    (only,) = steps.outbox_of(sender).document["messages"]
    (addressee,) = only["addressees"]
    assert [each["what"] for each in addressee["steps"]] == ["DELIVERED", "ACKNOWLEDGED"]


def passed_to_minister(letter: Any) -> bool:
    return any(each.passed_to == "the minister" for each in letter.answers)


async def test_the_principal_comes_after_the_acknowledgement(memory_house: House) -> None:
    _, desk, _, identity = await released(memory_house)
    with pytest.raises(DeskTrouble, match="acknowledge it first"):
        await steps.with_principal(desk, identity, by="duty-1", wait_s=0)
    await steps.acknowledged(desk, identity, by="duty-1", wait_s=WITHIN_S)
    outcome = await steps.with_principal(desk, identity, by="duty-1", wait_s=WITHIN_S)
    assert outcome.document["report"] == "DELIVERED TO PRINCIPAL"


async def test_a_reply_acknowledges_first_and_keeps_label_and_precedence(
    memory_house: House,
) -> None:
    _, desk, sent, identity = await released(memory_house)
    reply = await steps.replied(desk, identity, Words(text="Seen."), TWO, wait_s=WITHIN_S)
    assert reply.code == steps.DONE
    for kept in ("matter", "label", "precedence"):
        assert reply.document[kept] == sent.document[kept]
    assert reply.document["action"] == ["xaa-ghq"]
    assert reply.document["in_reply_to"] == identity
    assert desk.letter(identity).state == "ACKNOWLEDGED"


async def test_a_reply_that_may_not_go_out_acknowledges_nothing(memory_house: House) -> None:
    _, desk, _, identity = await released(memory_house)
    with pytest.raises(DeskTrouble, match="second officer"):
        await steps.replied(desk, identity, Words(text="x"), Hands(by="duty-1"), wait_s=0)
    assert desk.letter(identity).state == "DELIVERED"


async def test_a_corrected_copy_and_a_cancellation_are_flagged(memory_house: House) -> None:
    sender, desk, _, first = await released(memory_house)
    one = Hands(by="duty-1")
    copy = await steps.corrected(
        sender, first, Words(text="At noon."), one, subject=None, wait_s=WITHIN_S
    )
    second = copy.document["message_id"]
    last = await steps.cancelled(sender, second, "Sent in error.", one, wait_s=WITHIN_S)
    third = last.document["message_id"]
    assert (copy.code, last.code) == (steps.DONE, steps.DONE)
    await memory_house.given("xbb-ghq", third)
    shown = {each["message_id"]: each for each in steps.inbox_of(desk).document["messages"]}
    assert shown[first]["superseded_by"] == second
    assert shown[second]["cancelled_by"] == third
    assert shown[third]["subject"] == "CANCEL: Border"


async def test_watching_tells_each_change_once(memory_house: House) -> None:
    sender, desk, _, identity = await released(memory_house)
    before = steps.inbox_of(desk).document
    assert list(steps.changes_between(before, steps.inbox_of(desk).document)) == []
    await steps.shown(desk, identity, by="duty-1", wait_s=WITHIN_S, present=unseen)
    changes = list(steps.changes_between(before, steps.inbox_of(desk).document))
    assert [each["changed"] for each in changes] == ["message"]
    frames: list[Outcome] = []
    show: Callable[[Outcome, Outcome], None] = lambda inbox, _: frames.append(inbox)  # noqa: E731 - one line says it
    await steps.watched(sender, 0.01, show)
    assert frames


# The daemon.


async def test_only_one_process_serves_a_desk(memory_house: House) -> None:
    async with AsyncExitStack() as stack:
        first = await memory_house.opened(stack, "xaa-ghq")
        second = await memory_house.opened(stack, "xaa-ghq")
        with pytest.raises(DeskTrouble, match="another process"):
            await steps.serve(second, asyncio.Event())
        stopping = asyncio.Event()
        stopping.set()
        await steps.serve(first, stopping)
        assert second.is_attached()


async def test_reading_keeps_the_link_from_nobody(memory_house: House) -> None:
    place = memory_house.folder / "xaa-ghq"
    async with Desk.open(place, linked=False) as reader, AsyncExitStack() as stack:
        assert not reader.is_attached()
        speaker = await memory_house.opened(stack, "xaa-ghq")
        assert speaker.link is not None
        assert reader.is_attached()


def test_who_signs_must_be_named() -> None:
    with pytest.raises(WrongUsage):
        _ = replace(TWO, releaser=None).both
