"""What a desk does on its lines by itself, and what an officer types and sees of them."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import Sequence
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console, RenderableType

from schemas.lines import (
    LANE,
    AnswerTest,
    Cause,
    EstablishLine,
    Expectation,
    LegalStatus,
    LinePhase,
    LineRemark,
    LineStanding,
    LineTestSent,
    Reading,
    SendTest,
)
from services.bus import wire
from services.bus.memory import VirtualClock
from services.bus.topics import Realm
from services.desk.commands.app import app, exercise_app
from services.desk.commands.steps.lines import line_of, lines_of, said
from services.desk.commands.steps.outcome import DONE, QUEUED_ONLY, REFUSED, TROUBLE
from services.desk.commands.steps.staying import serve
from services.desk.commands.typed.line import record_in
from services.desk.commands.typed.times import moment
from services.desk.commands.typed.usage import WrongUsage
from services.desk.desk import Desk
from services.desk.lines.due import RETRY_AT_LEAST_S, Answer, Begin, Said, due
from services.desk.lines.view import LineView
from services.desk.screen.alarms import alarms_screen
from services.desk.screen.line_alarms import troubled
from services.desk.screen.lines import CAUSES, PHASES, line_document, lines_screen
from services.desk.trouble import DeskTrouble
from tests.kit.house import WITHIN_S, House
from tests.kit.lines import HOURLY, is_told, record, saying

ONE = datetime(2026, 1, 1, 13, tzinfo=UTC)
TOLERANCE = timedelta(seconds=HOURLY.tolerance_s)
TEST = "0" * 31 + "7"
IN_FORCE: dict[str, Any] = {"by": "duty-2", "legal_status": LegalStatus.IN_FORCE}


def view(phase: LinePhase = LinePhase.OPERATIONAL, **fields: Any) -> LineView:
    """A line whose third test is expected of XAA at one o'clock, unless told otherwise."""
    expects = Expectation(initiator="XAA", opens=ONE - TOLERANCE, due=ONE, closes=ONE + TOLERANCE)
    standing: dict[str, Any] = {
        "phase": phase, "since": ONE - timedelta(hours=1), "cause": None, "misses": 0,
        "unproved": (), "concluded": 2,
        "expects": None if phase is LinePhase.COMMISSIONING else expects,
    }  # fmt: skip
    filled: dict[str, Any] = {
        "record": record(), "adopted": frozenset(("XAA", "XBB")), "by": None,
        "remark": None, "flaws": (), "under_way": None, "answered": frozenset(), "exercise": None,
        "review_due": record().review_due,
    }  # fmt: skip
    standing |= {name: fields.pop(name) for name in list(fields) if name in standing}
    return LineView(standing=LineStanding(**standing), **(filled | fields))


def begun(by: str, path: str = "satellite") -> LineTestSent:
    return LineTestSent(test=TEST, serial=3, path=path, by=by, at=ONE)


def began(path: str, at: datetime) -> Said:
    return Said(saying(SendTest, path=path, serial=3), at)


# What is due.


def test_a_test_is_begun_at_its_time_by_whose_turn_it_is() -> None:
    assert due(view(), "xaa-ghq", ONE - timedelta(seconds=1), ()) is None
    assert due(view(), "xaa-ghq", ONE, ()) == Begin("satellite", 3)
    assert due(view(), "xbb-ghq", ONE, ()) is None
    assert due(view(), "xaa-ghq", ONE + TOLERANCE + timedelta(seconds=1), ()) is None


def test_a_test_is_answered_once() -> None:
    asked = view(under_way=begun("XAA"))
    assert due(asked, "xbb-ghq", ONE, ()) == Answer(TEST)
    answer = Said(saying(AnswerTest, "xbb-ghq", test=TEST, reading=Reading.CLEAR), ONE)
    assert due(asked, "xbb-ghq", ONE, (answer,)) is None
    assert due(asked, "xbb-ghq", ONE + 2 * TOLERANCE, ()) is None
    assert due(view(under_way=begun("XAA"), answered=frozenset({"XBB"})), "xbb-ghq", ONE, ()) is (
        None
    )


def test_only_the_desk_that_mans_an_end_does_anything() -> None:
    for desk in ("xbb-alt", "xcc-ghq"):
        assert due(view(under_way=begun("XAA")), desk, ONE, ()) is None


def test_a_test_in_vain_is_begun_again_over_the_next_path() -> None:
    tried: Sequence[Said] = (began("satellite", ONE),)
    soon = ONE + timedelta(seconds=RETRY_AT_LEAST_S)
    later = ONE + TOLERANCE / 4
    asked = view(under_way=begun("XAA"))
    assert due(asked, "xaa-ghq", soon, tried) is None
    assert due(asked, "xaa-ghq", later, tried) == Begin("cable", 3)
    tried = (*tried, began("cable", later))
    assert due(asked, "xaa-ghq", later + TOLERANCE / 4, tried) == Begin("satellite", 3)


def test_a_path_in_doubt_is_tested_first() -> None:
    doubtful = view(LinePhase.DEGRADED, unproved=("cable",))
    assert due(doubtful, "xaa-ghq", ONE, ()) == Begin("cable", 3)


def test_commissioning_is_begun_by_one_party_and_waits_for_no_time() -> None:
    new = view(LinePhase.COMMISSIONING, unproved=("satellite", "cable"))
    early = ONE - timedelta(minutes=30)
    assert due(new, "xaa-ghq", early, ()) == Begin("satellite", 3)
    assert due(new, "xbb-ghq", early, ()) is None
    before_it = (began("satellite", ONE - timedelta(hours=2)),)
    assert due(new, "xaa-ghq", early, before_it) == Begin("satellite", 3)


@pytest.mark.parametrize("phase", LinePhase)
def test_nothing_is_due_on_a_line_without_a_schedule(phase: LinePhase) -> None:
    if phase is not LinePhase.COMMISSIONING:
        assert due(view(phase, expects=None), "xaa-ghq", ONE, ()) is None


# What is shown.


def shown(screen: RenderableType) -> str:
    console = Console(width=100, record=True, markup=False, file=io.StringIO())
    console.print(screen)
    return " ".join(console.export_text().split())


@pytest.mark.parametrize("phase", LinePhase)
def test_every_state_is_said_in_plain_words_with_its_age(phase: LinePhase) -> None:
    said_so = shown(lines_screen([view(phase)], ONE))
    assert f"{phase.value}: {PHASES[phase]}" in said_so
    assert "011200Z JAN 26 (1h 00m ago)" in said_so


def test_an_outage_says_what_is_known_and_what_is_not() -> None:
    out = view(LinePhase.OUTAGE_UNEXPLAINED, cause=Cause.UNKNOWN, misses=3, unproved=("satellite",))
    words = shown(lines_screen([out], ONE - timedelta(minutes=10)))
    for each in (
        "cause not known", "3 tests missed in a row", "by a two-way test: satellite",
        "next test by XAA, 011300Z JAN 26 (in 10m 00s)",
    ):  # fmt: skip
        assert each in words
    assert set(CAUSES) == set(Cause)


def test_a_line_in_trouble_is_told_on_the_screen_of_traffic() -> None:
    views = [view(phase) for phase in LinePhase]
    told = " ".join(shown(each) for each in troubled(views, ONE))
    assert [phase for phase in LinePhase if f"{phase}:" in told] == [
        LinePhase.DEGRADED, LinePhase.OUTAGE_UNEXPLAINED, LinePhase.SUSPENDED,
    ]  # fmt: skip
    assert told.startswith("! ALARM: LINE hl-xaa-xbb-01 OUTAGE_UNEXPLAINED: silent")
    assert told.count("ALARM") == 1


def test_a_silent_line_is_among_the_alarms_with_what_is_known_of_it() -> None:
    out = view(LinePhase.OUTAGE_UNEXPLAINED, cause=Cause.UNKNOWN, misses=3)
    words = shown(alarms_screen([], [view(LinePhase.DEGRADED), out], ONE))
    assert words.count("LINE") == 1
    for each in ("3 tests missed in a row", "cause not known", "next test by XAA"):
        assert each in words


def test_what_a_party_wrote_is_made_visible() -> None:
    suspended = view(LinePhase.SUSPENDED, by="XBB", remark="flood\u202e\x1b[2J")
    words = shown(lines_screen([suspended], ONE))
    assert "XBB: flood\\u202e\\u001b[2J" in words
    assert line_document(suspended)["remark"] == "flood\u202e\x1b[2J"


# What is typed.


def run(*words: str, home: Path, desks: Any = app) -> int:
    code = desks(["line", *words, "--home", str(home)], result_action="return_value")
    assert isinstance(code, int)
    return code


@pytest.fixture
def home(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    made = tmp_path / "xaa-ghq"
    officers = ("--officer", "duty-1", "--officer", "duty-2")
    app(["init", "xaa-ghq", *officers, "--home", str(made)], result_action="return_value")
    capsys.readouterr()
    return made


def test_a_desk_without_lines_says_so(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("list", home=home) == DONE
    assert "this desk was told of no line" in capsys.readouterr().out
    assert run("list", "--json", home=home) == DONE
    assert json.loads(capsys.readouterr().out)["lines"] == []
    assert run("show", "hl-none", home=home) == TROUBLE


def test_a_record_with_a_fault_is_wrong_usage_with_its_reason(tmp_path: Path) -> None:
    file = tmp_path / "line.json"
    written = json.loads(record().model_dump_json())
    file.write_text(json.dumps(written, indent=2))
    assert record_in(file) == record(), "however it is laid out"
    file.write_text(json.dumps(written | {"paths": written["paths"][:1]}))
    with pytest.raises(WrongUsage, match="two different paths"):
        record_in(file)
    with pytest.raises(WrongUsage, match="cannot be read"):
        record_in(tmp_path / "none.json")


def test_the_record_in_the_readme_is_one(tmp_path: Path) -> None:
    page = (Path(__file__).parents[2] / "services/hotline/lines/README.md").read_text()
    file = tmp_path / "line.json"
    file.write_text(page.partition("```json")[2].partition("```")[0])
    assert record_in(file).schedule.misses_borne == 3


def test_a_time_without_its_zone_is_wrong_usage() -> None:
    with pytest.raises(WrongUsage, match="end it with Z"):
        moment("2026-01-31T18:00")


def test_an_exercise_line_names_its_exercise(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "line.json"
    file.write_text(record().model_dump_json())
    words = ("establish", str(file), "--by", "duty-2", "--status", "in-force")
    with pytest.raises(SystemExit):
        run(*words, home=home, desks=exercise_app)
    with pytest.raises(SystemExit):
        run(*words, "--exercise", "STEADY 26", home=home)


# What comes of it.


async def test_officers_establish_a_line_and_see_how_it_stands(memory_house: House) -> None:
    house, agreed = memory_house, record()
    ours, theirs = await house.open("xaa-ghq"), await house.open("xbb-ghq")
    word = ours.lines.establish(agreed, **IN_FORCE)
    outcome = await said(ours, word, WITHIN_S)
    assert (outcome.code, outcome.document["state"]) == (DONE, "ACCEPTED")
    assert await theirs.until(lambda: theirs.lines.all() or None, WITHIN_S)
    assert "waits for XBB" in shown(lines_of(theirs).screen)

    word = theirs.lines.adopt(record(legal_basis="another"), **IN_FORCE)
    outcome = await said(theirs, word, WITHIN_S)
    assert outcome.code == REFUSED
    assert outcome.document["refusal"]["code"] == "RecordDiffers"

    theirs.lines.adopt(agreed, **IN_FORCE)
    await ours.until(
        lambda: is_told(ours.lines, agreed.line, LinePhase.COMMISSIONING) or None,
        WITHIN_S,
    )
    document = line_of(ours, agreed.line, 20).document
    assert [each["notice"]["kind"] for each in document["happened"]] == [
        "LineProposed", "LineAdopted", "LineChanged",
    ]  # fmt: skip
    whole = shown(line_of(ours, agreed.line, 20).screen)
    for words in ("XBB (duty-2) adopted the record", "tested HOURLY at 00:00 UTC", "mou-2026"):
        assert words in whole


@pytest.mark.parametrize("remark", ["This is a drill.", "Fl\x1bood.", "x" * 2001])
async def test_a_flawed_remark_does_not_go_out(memory_house: House, remark: str) -> None:
    ours = await memory_house.open("xaa-ghq")
    with pytest.raises(DeskTrouble, match=r"ExercisePhrase|ControlCharacter|2000"):
        ours.lines.establish(record(), remark=remark, **IN_FORCE)
    assert ours.lines.all() == [] and not ours.store.outs()


async def test_a_flawed_remark_that_comes_is_flagged(memory_house: House) -> None:
    house, agreed = memory_house, record()
    ours, theirs = await house.open("xaa-ghq"), await house.open("xbb-ghq")
    # Another client than ours let it out.
    inner = wire.encode(LineRemark(remark="EXERCISE EXERCISE EXERCISE"))
    proposed, _ = house.command(
        EstablishLine, inner=inner, record=agreed, line=agreed.line, lane=LANE,
        matter=f"line-{agreed.line}", officer="duty-2", legal_status=LegalStatus.IN_FORCE,
    )  # fmt: skip
    await house.put_signed(proposed, inner)
    assert await theirs.until(lambda: theirs.lines.all() or None, WITHIN_S)
    assert theirs.lines.one(agreed.line).flaws == ("ExercisePhrase",)
    whole = line_of(theirs, agreed.line, 20)
    assert shown(whole.screen).count("! FLAW in its remark: ExercisePhrase") == 2
    assert whole.document["flaws"] == ["ExercisePhrase"]
    await ours.until(lambda: ours.lines.all() or None, WITHIN_S)


async def test_what_only_waits_on_the_disk_is_queued_only(memory_house: House) -> None:
    assert memory_house.log is not None
    ours = await memory_house.open("xaa-ghq")
    memory_house.log.reachable = False
    word = ours.lines.establish(record(), **IN_FORCE)
    assert (await said(ours, word, 0)).code == QUEUED_ONLY
    memory_house.log.reachable = True


async def test_desks_that_run_commission_their_line_by_themselves(memory_house: House) -> None:
    house, agreed = memory_house, record()
    stopping = asyncio.Event()
    async with AsyncExitStack() as stack:
        ours = await house.opened(stack, "xaa-ghq", Realm.EXERCISE)
        theirs = await house.opened(stack, "xbb-ghq", Realm.EXERCISE)
        ours.lines.establish(agreed, exercise="STEADY 26", **IN_FORCE)
        assert await theirs.until(lambda: theirs.lines.all() or None, WITHIN_S)
        theirs.lines.adopt(agreed, **IN_FORCE)
        running = [asyncio.create_task(serve(each, stopping)) for each in (ours, theirs)]
        found = await ours.until(
            lambda: is_told(ours.lines, agreed.line, LinePhase.OPERATIONAL) or None,
            WITHIN_S,
        )
        assert found, ours.lines.history(agreed.line)
        stopping.set()
        await asyncio.gather(*running)


async def until_phase(desk: Desk, phase: LinePhase) -> LineView:
    line = record().line

    def found() -> LineView | None:
        seen = next((each for each in desk.lines.all() if each.name == line), None)
        return seen if seen and seen.standing.phase is phase else None

    result = await desk.until(found, WITHIN_S)
    assert result is not None, desk.lines.all()
    return result


async def test_a_desk_forgets_what_a_change_has_made_void(memory_house: House) -> None:
    house, agreed = memory_house, record()
    ours, theirs = await house.open("xaa-ghq"), await house.open("xbb-ghq")
    earlier = record(legal_basis="a-draft")
    await said(ours, ours.lines.establish(earlier, **IN_FORCE), WITHIN_S)
    assert await theirs.until(lambda: theirs.lines.all() or None, WITHIN_S)
    # Another proposal voids the adoption of the first one.
    await said(theirs, theirs.lines.establish(agreed, **IN_FORCE), WITHIN_S)
    proposed = await theirs.until(
        lambda: x if (x := theirs.lines.one(agreed.line)).record == agreed else None, WITHIN_S
    )
    assert proposed is not None and proposed.waits_for == ("XAA",)
    assert await ours.until(lambda: ours.lines.one(agreed.line).by == "XBB" or None, WITHIN_S)
    await said(ours, ours.lines.adopt(agreed, **IN_FORCE), WITHIN_S)
    await until_phase(ours, LinePhase.COMMISSIONING)
    # A suspension voids the test that was under way.
    await said(ours, ours.lines.test(agreed.line), WITHIN_S)
    assert ours.lines.one(agreed.line).under_way is not None
    assert isinstance(house.clock, VirtualClock)
    house.clock.advance(1)
    await said(ours, ours.lines.suspend(agreed.line, by="duty-2"), WITHIN_S)
    for desk in (ours, theirs):
        await said(desk, desk.lines.restore(agreed.line, by="duty-2"), WITHIN_S)
    view = await until_phase(theirs, LinePhase.COMMISSIONING)
    assert view.under_way is None
    with pytest.raises(DeskTrouble, match="no test is under way"):
        theirs.lines.answer(agreed.line)


async def test_another_proposal_voids_what_was_adopted_before(memory_house: House) -> None:
    first = record("XAA", "XBB", "XCC")
    ours, theirs = await memory_house.open("xaa-ghq"), await memory_house.open("xbb-ghq")
    await said(ours, ours.lines.establish(first, **IN_FORCE), WITHIN_S)
    assert await theirs.until(lambda: theirs.lines.all() or None, WITHIN_S)
    await said(theirs, theirs.lines.adopt(first, **IN_FORCE), WITHIN_S)
    assert theirs.lines.one(first.line).waits_for == ("XCC",)
    other = record("XAA", "XBB", "XCC", legal_basis="another")
    await said(ours, ours.lines.establish(other, **IN_FORCE), WITHIN_S)
    assert ours.lines.one(first.line).waits_for == ("XBB", "XCC")
