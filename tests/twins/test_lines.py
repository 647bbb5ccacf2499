"""A line from its record to its suspension, in memory and on Kafka; its deadlines in memory."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest

from schemas.acts import Act, Terms
from schemas.line_record import LineRecord, matter_of
from schemas.lines import Cause, LegalStatus, LinePhase, NoteClass
from schemas.parties import Precedence
from services.bus.memory import VirtualClock
from services.bus.topics import Realm
from services.desk.commands.steps.answers import sent
from services.desk.commands.steps.lines import lines_of
from services.desk.commands.steps.listing import alarms_of, inbox_of
from services.desk.lines.speaking import LineDesk
from services.desk.trouble import DeskTrouble
from services.hotline.lines.state import Line
from tests.kit.house import WITHIN_S, House, breathe
from tests.kit.lines import HOURLY, is_told, record
from tests.kit.screens import printed

OURS, THEIRS = "xaa-ghq", "xbb-ghq"
IN_FORCE: Mapping[str, Any] = {"by": "duty-2", "legal_status": LegalStatus.IN_FORCE}


async def told(house: House, desk: str, found: Callable[[], Any]) -> Any:
    """What a desk knows of its lines, as soon as it knows it."""
    reader = await house.open(desk)
    result = await reader.until(lambda: found() or None, WITHIN_S)
    assert result is not None, reader.lines.all()
    return result


async def accepted(house: House, desk: str, identity: str) -> None:
    reader = await house.open(desk)
    await told(house, desk, lambda: reader.lines.word(identity).out.state == "ACCEPTED")


async def stands(house: House, name: str, phase: LinePhase) -> None:
    """Both desks know that the line stands so."""
    for desk in (OURS, THEIRS):
        lines = (await house.open(desk)).lines
        await told(house, desk, partial(is_told, lines, name, phase))


async def commissioned(house: House, **fields: Any) -> LineRecord:
    """A line in use. Its tests are those that the desks make by themselves."""
    agreed = record(line=house.matter("hl"), **fields)
    ours, theirs = await house.open(OURS), await house.open(THEIRS)
    await accepted(house, OURS, ours.lines.establish(agreed, **IN_FORCE))
    await told(house, THEIRS, lambda: [x for x in theirs.lines.all() if x.name == agreed.line])
    theirs.lines.adopt(agreed, **IN_FORCE)
    await stands(house, agreed.line, LinePhase.COMMISSIONING)
    await manned(house, partial(is_told, ours.lines, agreed.line, LinePhase.OPERATIONAL))
    await stands(house, agreed.line, LinePhase.OPERATIONAL)
    return agreed


async def manned(house: House, found: Callable[[], Any]) -> None:
    """Both desks attend to their lines until something is found."""

    def attended() -> Any:
        for desk in (OURS, THEIRS):
            house.desks[desk].lines.attend()
        return found() or None

    await house.until(OURS, attended)


async def test_a_line_goes_from_its_record_to_its_suspension_and_back(house: House) -> None:
    ours, theirs = await house.open(OURS), await house.open(THEIRS)
    agreed = await commissioned(house)
    name = agreed.line

    note = theirs.lines.note(name, NoteClass.GOODWILL, by="duty-1", remark="A good new year.")
    await accepted(house, THEIRS, note)
    last = await told(
        house, OURS, lambda: [x for x in ours.lines.history(name) if x.remark is not None]
    )
    assert (last[-1].desk, last[-1].officer, last[-1].remark) == (
        THEIRS, "duty-1", "A good new year.",
    )  # fmt: skip

    theirs.lines.suspend(name, by="duty-2", remark="Flood damage.")
    await stands(house, name, LinePhase.SUSPENDED)
    view = ours.lines.one(name)
    assert (view.cause, view.by, view.remark) == (
        Cause.DECLARED_SUSPENSION, "XBB", "Flood damage.",
    )  # fmt: skip
    for desk in (ours, theirs):
        await accepted(house, desk.name, desk.lines.restore(name, by="duty-2"))
    await stands(house, name, LinePhase.COMMISSIONING)
    await manned(house, partial(is_told, ours.lines, name, LinePhase.OPERATIONAL))
    for entry in await house.entries(matter_of(name)):
        assert b"Flood" not in entry.signed.payload, "the ledger holds outer parts only"
    assert not ours.alarms() and not theirs.alarms()


async def test_a_message_on_a_line_goes_out_marked_where_the_line_is_not_in_use(
    house: House,
) -> None:
    ours, theirs = await house.open(OURS), await house.open(THEIRS)
    await house.open("xbb-alt")
    agreed = await commissioned(house)
    on = Terms(line=agreed.line)
    plain = await house.accepted(OURS, house.draft(house.matter(), terms=on))
    assert ours.sent(plain).outer.info == ()

    theirs.lines.suspend(agreed.line, by="duty-2")
    await stands(house, agreed.line, LinePhase.SUSPENDED)
    marked = await house.accepted(OURS, house.draft(house.matter(), terms=on))
    for desk in (THEIRS, "xbb-alt"):
        terms = (await house.given(desk, marked)).outer.terms
        assert (terms.line, terms.line_state) == (agreed.line, LinePhase.SUSPENDED)
    assert "SUSPENDED" in str((await sent(ours, marked, 0)).document["warnings"])


@pytest.mark.parametrize(
    ("fields", "releaser", "reason"),
    [
        ({}, "duty-1", "NoReleaseAuthority"),
        ({"language": "fr"}, "duty-2", "LanguageDiffers"),
        ({"action": ("xcc-ghq",)}, "duty-2", "NoPartyToLine"),
    ],
)
async def test_what_a_line_does_not_take_is_refused_before_release(
    memory_house: House, fields: dict[str, Any], releaser: str, reason: str
) -> None:
    house = memory_house
    ours = await house.open(OURS)
    agreed = await commissioned(house)
    draft = house.draft(house.matter(), terms=Terms(line=agreed.line), **fields)
    with pytest.raises(DeskTrouble, match=reason):
        ours.send(draft, drafter="duty-1", releaser=releaser)
    with pytest.raises(DeskTrouble, match="told of no line"):
        ours.send(
            house.draft(house.matter(), terms=Terms(line="hl-unknown")),
            drafter="duty-1",
            releaser="duty-2",
        )


async def test_a_cry_to_stop_waits_for_no_release_authority(memory_house: House) -> None:
    house = memory_house
    ours = await house.open(OURS)
    agreed = await commissioned(house)
    stop = house.draft(
        house.matter(),
        act=Act.CEASE_ACTION,
        precedence=Precedence.FLASH,
        terms=Terms(line=agreed.line),
    )
    assert ours.send(stop, drafter="duty-1", releaser="duty-1")


async def test_the_other_record_is_refused_with_its_reason(house: House) -> None:
    ours, theirs = await house.open(OURS), await house.open(THEIRS)
    agreed = record(line=house.matter("hl"))
    await accepted(house, OURS, ours.lines.establish(agreed, **IN_FORCE))
    await told(house, THEIRS, lambda: [x for x in theirs.lines.all() if x.name == agreed.line])
    other = record(line=agreed.line, legal_basis="another")
    word = theirs.lines.adopt(other, **IN_FORCE)
    refused = await told(house, THEIRS, lambda: theirs.lines.word(word).refusal)
    assert refused.code == "RecordDiffers"
    assert theirs.lines.one(agreed.line).waits_for == ("XBB",)


async def test_an_exercise_has_lines_of_its_own(memory_house: House) -> None:
    house = memory_house
    ours = await house.open(OURS, Realm.EXERCISE)
    agreed = record(line="hl-exercise")
    word = ours.lines.establish(agreed, exercise="STEADY 26", **IN_FORCE)
    assert await ours.until(lambda: ours.lines.all() or None, WITHIN_S)
    assert ours.lines.word(word).out.state == "ACCEPTED"
    live = await house.open(OURS)
    with pytest.raises(DeskTrouble, match="told of no line"):
        live.lines.suspend("hl-exercise", by="duty-2")


# In virtual time.


def clock_of(house: House) -> VirtualClock:
    assert isinstance(house.clock, VirtualClock)
    return house.clock


async def let_pass(house: House, seconds: float, step_s: float = 60.0) -> None:
    """Time passes in steps; whatever follows from each happens."""
    clock, left = clock_of(house), seconds
    while left > 0:
        clock.advance(min(step_s, left))
        left -= step_s
        await breathe(60)


def state(house: House, name: str) -> Line:
    """The line as the running hotline has folded it."""
    (running,) = [each for each in house.services if each.journey.ledgers and _knows(each, name)]
    for ledger in running.journey.ledgers.values():
        if book := ledger.book(matter_of(name)):
            line = book.state.line
            assert isinstance(line, Line)
            return line
    raise AssertionError(name)


def _knows(running: Any, name: str) -> bool:
    return any(each.book(matter_of(name)) for each in running.journey.ledgers.values())


async def test_R6_desks_that_run_keep_their_line_tested_and_silence_is_told(
    memory_house: House,
) -> None:
    house = memory_house
    agreed = await commissioned(house)
    ours, theirs = house.desks[OURS], house.desks[THEIRS]
    for _ in range(130):
        clock_of(house).advance(60)
        await breathe()
        for desk in (ours, theirs):
            desk.lines.attend()
        await breathe()
    await manned(house, lambda: ours.lines.one(agreed.line).standing.concluded == 4)
    assert ours.lines.one(agreed.line).standing.misses == 0

    await let_pass(house, 3600 + HOURLY.tolerance_s)
    await stands(house, agreed.line, LinePhase.DEGRADED)
    await let_pass(house, 2 * 3600)
    await stands(house, agreed.line, LinePhase.OUTAGE_UNEXPLAINED)
    view = theirs.lines.one(agreed.line)
    assert (view.cause, view.standing.misses, view.by) == (Cause.UNKNOWN, 3, None)
    for desk in (ours, theirs):
        inbox = inbox_of(desk)
        (line,) = inbox.document["lines"]
        assert (line["phase"], line["cause"]) == ("OUTAGE_UNEXPLAINED", "UNKNOWN")
        assert line["alarm"]
        screen = " ".join(printed(inbox.screen).split())
        assert f"! ALARM: LINE {agreed.line} OUTAGE_UNEXPLAINED" in screen
        assert screen.endswith("0 of them OVERDUE; 1 alarm")
        (silent,) = alarms_of(desk).document["lines"]
        assert silent == line


async def test_R15_a_review_is_called_to_mind_at_every_partys_desk(memory_house: House) -> None:
    house = memory_house
    day = clock_of(house).now().date()
    agreed = await commissioned(house, review_due=day + timedelta(days=30))
    await let_pass(house, 1)
    ours, theirs = house.desks[OURS], house.desks[THEIRS]
    for desk in (ours, theirs):
        await told(house, desk.name, partial(_reminded, desk.lines, agreed.line))
        screen = " ".join(printed(lines_of(desk).screen).split())
        assert f"! REVIEW due {agreed.review_due} (in 30 days)" in screen
        assert f"! LINE {agreed.line}: review due" in printed(inbox_of(desk).screen)
    nextly = date(2028, 1, 1)
    for desk in (ours, theirs):
        await accepted(house, desk.name, desk.lines.agree_review(agreed.line, nextly, by="duty-2"))
    for desk in (ours, theirs):
        await told(house, desk.name, partial(_next_review, desk.lines, agreed.line, nextly))
        assert "! REVIEW" not in printed(lines_of(desk).screen)
        assert lines_of(desk).document["lines"][0]["review_told"] is None


def _next_review(lines: LineDesk, name: str, due: date) -> bool:
    return lines.one(name).review_due == due


def _reminded(lines: LineDesk, name: str) -> bool:
    return lines.one(name).review_told is not None


async def test_deadlines_survive_a_kill_and_a_restart_an_hour_later(memory_house: House) -> None:
    house = memory_house
    agreed = await commissioned(house)
    (live,) = [each for each in house.services if _knows(each, agreed.line)]
    before = state(house, agreed.line)
    # Nothing of the process is left: no goodbye, no state but the log.
    for task in live._tasks:
        task.cancel()
    await breathe()
    assert live._reader is not None
    await live._reader.close()
    house.services.remove(live)
    await let_pass(house, 3600 + HOURLY.tolerance_s)
    assert house.desks[OURS].lines.one(agreed.line).standing.phase is LinePhase.OPERATIONAL

    await house.start(instance="2")
    assert state(house, agreed.line) == before, "replayed from the ledger, it is the same"
    await let_pass(house, 1, step_s=0.2)
    await stands(house, agreed.line, LinePhase.DEGRADED)
    after = house.desks[THEIRS].lines.one(agreed.line).standing
    assert before.standing is not None and before.standing.expects is not None
    assert after.since == before.standing.expects.closes, "it counts from its time, late as it is"
    assert after.misses == 1
    assert after.expects is not None
    assert after.expects.due == before.standing.expects.due + timedelta(hours=1)
    events = [e.kind for entry in await house.entries(matter_of(agreed.line)) for e in entry.events]
    assert events.count("LineTestMissed") == 1
