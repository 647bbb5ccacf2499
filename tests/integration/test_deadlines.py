"""Deadlines of every kind outlive the hotline's process: told once, late as it may be."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from deploy.kafka import runner
from schemas.acts import Act, Terms
from schemas.line_record import Cadence, LineRecord, Schedule
from schemas.lines import LegalStatus, LinePhase
from schemas.parties import Precedence
from services.bus.clock import SystemClock
from services.bus.settings import Settings
from services.desk.desk import Desk
from services.desk.draft import Draft
from services.local.house import House as Folder
from services.local.stage import KafkaStage
from tests.kit.house import WITHIN_S
from tests.kit.lines import end_of, is_told, record
from tests.kit.paper import LABEL
from tests.kit.particulars import SAMPLES
from tests.kit.ports import free_ports

OURS, THEIRS = "xaa-ghq", "xbb-ghq"
TOLERANCE = timedelta(seconds=2)
SETTLED_WITHIN = timedelta(seconds=14)
"""How long it takes at most until all that is to fall due stands in the ledger. Then the next full
minute is waited for, since lines are tested at full minutes.
"""
ONCE = ("UndertakingReminder", "UndertakingEnded", "AnswerOverdue", "LineTestMissed")

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(240)]


@pytest_asyncio.fixture(loop_scope="session")
async def stage(tmp_path: Path, fetched_jars: Path) -> AsyncIterator[KafkaStage]:
    """Kafka, the hotline and the example desks, every one a process of its own."""
    (tmp_path / "kafka").mkdir()
    (tmp_path / "kafka" / "jars").symlink_to(fetched_jars)
    bootstrap = runner.up(tmp_path, nodes=1, port=free_ports(2)).bootstrap
    settings = Settings(state=tmp_path / "house", kafka_bootstrap_servers=bootstrap)
    played = KafkaStage(Folder(settings.state), tmp_path / "run", settings)
    try:
        await played.open(lambda _: None)
        async with AsyncExitStack() as stack:
            await played.attach(stack)
            yield played
    finally:
        played.stop()
        runner.down(tmp_path)


def hourly_at(moment: datetime) -> LineRecord:
    """A line that is tested every hour, at that minute."""
    schedule = Schedule(
        cadence=Cadence.HOURLY,
        times=(f"00:{moment:%M}",),
        tolerance_s=int(TOLERANCE.total_seconds()),
    )
    ends = (end_of("XAA"), end_of("XBB", alternates=("xbb-bunker",)))
    return record(schedule=schedule, ends=ends)


def said(act: Act, reply_by: datetime | None = None, **terms: Any) -> Draft:
    return Draft(
        matter="deadlines-1", precedence=Precedence.PRIORITY, action=(THEIRS,), label=LABEL,
        subject="Border", text="Words.", act=act, particulars=SAMPLES[act], reply_by=reply_by,
        terms=Terms(**terms) if terms else None,
    )  # fmt: skip


async def seen(desk: Desk, found: Callable[[], Any], within_s: float = WITHIN_S) -> Any:
    result = await desk.until(lambda: found() or None, within_s)
    assert result, found
    return result


async def released(desk: Desk, draft: Draft) -> str:
    message = desk.send(draft, drafter="duty-1", releaser="duty-2")
    assert (await desk.settled(message, WITHIN_S)).state == "ACCEPTED"
    return message


def course(letter: Any) -> set[str]:
    return {each.what for each in letter.course}


def followed(held: Callable[[str], Any], message: str, what: set[str]) -> bool:
    return what <= course(held(message))


def given(desk: Desk, message: str) -> bool:
    return message in {each.outer.message_id for each in desk.inbox()}


async def in_use(ours: Desk, theirs: Desk, agreed: LineRecord) -> None:
    """A line that its desks' own processes commissioned."""
    force: dict[str, Any] = {"by": "duty-2", "legal_status": LegalStatus.IN_FORCE}
    ours.lines.establish(agreed, **force)
    await seen(theirs, theirs.lines.all)
    theirs.lines.adopt(agreed, **force)
    await seen(ours, partial(is_told, ours.lines, agreed.line, LinePhase.OPERATIONAL))


async def test_R15_every_deadline_outlives_a_sigkill_and_is_told_once(stage: KafkaStage) -> None:
    ours, theirs = stage.desks[OURS], stage.desks[THEIRS]
    now = SystemClock().now
    test_due = (now() + SETTLED_WITHIN + timedelta(minutes=1)).replace(second=0, microsecond=0)
    end = test_due + TOLERANCE
    agreed = hourly_at(test_due)
    await in_use(ours, theirs, agreed)
    begins = now() + timedelta(seconds=3)
    word = await released(
        ours,
        said(Act.COMMITMENT, effective_at=begins, expires=end, review_at=end + timedelta(days=1)),
    )
    asked = await released(ours, said(Act.CLARIFICATION_REQUEST, reply_by=end))
    for message in (word, asked):
        await seen(theirs, partial(given, theirs, message))
        theirs.acknowledge(message, by="duty-1")
    await seen(ours, lambda: "IN EFFECT" in course(ours.sent(word)))

    await stage.kill_hotline()
    first_due = begins + (end - begins) * 0.9
    assert now() < first_due, "all of it fell due after the kill"
    await seen(ours, lambda: now() > end, (end - now()).total_seconds() + WITHIN_S)
    assert not any(desk.store.ins(kind) for desk in (ours, theirs) for kind in ONCE)

    await stage.start_hotline()
    for desk, held in ((ours, ours.sent), (theirs, theirs.letter)):
        ended = {"EXPIRY AHEAD", "UNDERTAKING EXPIRED"}
        await seen(desk, partial(followed, held, word, ended))
        await seen(desk, partial(followed, held, asked, {"UNANSWERED"}))
        await seen(desk, partial(is_told, desk.lines, agreed.line, LinePhase.DEGRADED))

    await stage.kill_hotline()
    await stage.start_hotline()
    await released(theirs, said(Act.REGRET).model_copy(update={"action": (OURS,)}))
    told: Counter[str] = Counter(
        event.kind
        for part in (await stage.ledgers())["hotline"]
        for entry in part
        for event in entry.events
    )
    assert {kind: told[kind] for kind in ONCE} == dict.fromkeys(ONCE, 1)
    for desk in (ours, theirs):
        assert {kind: len(desk.store.ins(kind)) for kind in ONCE} == dict.fromkeys(ONCE, 1)
