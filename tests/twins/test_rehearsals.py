"""A rehearsal on a real Kafka: what happens there is what happened in memory."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from pathlib import Path

import pytest
from aiokafka.admin import AIOKafkaAdminClient

from schemas.parties import MessageType, Precedence
from services.bus.kafka import KafkaBus
from services.bus.topics import Realm
from services.rehearsal.format.checking import load
from services.rehearsal.format.library import marked
from services.rehearsal.format.starting import started
from services.rehearsal.outcome.standing import course, course_hash
from services.rehearsal.rehearsing import Outcome, rehearse, rehearse_on_kafka, told
from tests.kit.alert_forms import templates_form
from tests.kit.house import WITHIN_S, House
from tests.kit.rehearsals import written

SCENARIOS = Path(__file__).parent.parent / "scenarios"
SUBSET = {
    "s10-deir-ez-zor.with-the-bus": 90.0,
    "s04-warnings.with-the-bus": 25.0,
}
"""By file, how many times faster than the world's time: as slow as it must be so that a machine
which stands still for four seconds changes nothing."""
pytestmark = pytest.mark.timeout(300)


def played(file: str, bootstrap: str) -> Outcome:
    scenario = load(SCENARIOS / f"{file}.scenario.yaml").scenario
    return asyncio.run(rehearse_on_kafka(scenario, bootstrap, SUBSET[file]))


@pytest.mark.kafka
@pytest.mark.parametrize("file", SUBSET)
def test_a_crisis_goes_on_kafka_as_it_goes_in_memory(file: str, kafka: str) -> None:
    on_kafka = played(file, kafka)
    assert on_kafka.holds, told(on_kafka)
    assert all(topic.startswith("exercise.rehearsal-") for topic in on_kafka.record.written_to)
    in_memory = rehearse(load(SCENARIOS / f"{file}.scenario.yaml").scenario)
    assert {(v.expects, v.holds) for v in on_kafka.verdicts} == {
        (v.expects, v.holds) for v in in_memory.verdicts
    }
    assert course(on_kafka.record) == course(in_memory.record)
    assert course_hash(on_kafka.record) == course_hash(in_memory.record)


SHORT = """\
scenario: short
title: A word that is taken over in time, one that is refused, and one that nobody answers
begins: 2026-01-31T12:00Z
ends: +12s
cast:
  XAA: {name: Averna, desks: {xaa-ghq: {}}}
  XBB: {name: Belmark, desks: {xbb-ghq: {acknowledges: {within: 2s}}, xbb-night: {}}}
timeline:
  - {at: +1s, called: word, desk: xaa-ghq, send: {to: [xbb-ghq], precedence: FLASH, text: "Stop."}}
  - at: +2s
    called: late
    desk: xaa-ghq
    send: {to: [xbb-night], precedence: FLASH, matter: night, reply_by: +5s, text: "Who is there?"}
  - at: +3s
    called: bare
    desk: xaa-ghq
    send: {to: [xbb-ghq], precedence: FLASH, unmarked: true, text: "Go."}
expectations:
  - {acknowledged: {message: word, desk: xbb-ghq}, not_before: +2s, by: +12s}
  - {unanswered: {message: late, nation: XBB}, not_before: +5s, by: +12s}
  - {refused: {step: bare, with: ExerciseMark, by: DESK}}
  - {ends: {leg: {message: late, desk: xbb-night, is: DELIVERED}}}
"""


@pytest.mark.kafka
@pytest.mark.parametrize("faster", [1.0, 2.0])
def test_a_rehearsal_runs_in_real_time_or_faster_and_comes_to_the_same(
    faster: float, kafka: str, tmp_path: Path
) -> None:
    scenario = load(written(tmp_path, SHORT, "short")).scenario
    began = time.monotonic()
    found = asyncio.run(rehearse_on_kafka(scenario, kafka, faster))
    took = time.monotonic() - began
    assert found.holds, told(found)
    assert took >= 12 / faster
    assert ("real time" in found.on) and (faster == 1 or "2 times faster" in found.on)
    assert course(found.record) == course(rehearse(scenario).record)


ONLY_KAFKA = pytest.param("kafka", marks=[pytest.mark.kafka])


@pytest.mark.parametrize("house", [ONLY_KAFKA], indirect=True)
@pytest.mark.parametrize("realm", list(Realm))
async def test_what_was_said_on_a_kafka_live_or_in_exercise_is_recorded_by_the_command(
    house: House, realm: Realm, kafka: str, tmp_path: Path
) -> None:
    matter, drill = house.matter("secret"), realm is Realm.EXERCISE
    text = marked("SECRET", "STORK 26") if drill else "SECRET"
    fields = {"message_type": MessageType.EXERCISE, "exercise": "STORK 26"} if drill else {}
    word = house.draft(matter, precedence=Precedence.FLASH, text=text, subject="SECRET", **fields)
    message = await house.accepted("xaa-ghq", word)
    await house.given("xbb-ghq", message, realm)
    theirs = await house.open("xbb-ghq", realm)
    theirs.acknowledge(message, by="duty-1", passed_to="SECRET")
    ours = await house.open("xaa-ghq", realm)
    assert await ours.until(lambda: ours.sent(message).answers or None, WITHIN_S)
    words = templates_form(f"SECRET {text.splitlines()[0]}")
    await house.start(realm, service="alerts")
    ours.alerts.approve(
        words, drafter="duty-1", by="duty-2", exercise="STORK 26" if drill else None
    )
    assert await ours.until(lambda: ours.alerts.templates() or None, WITHIN_S)
    out = tmp_path / "again.scenario.yaml"
    done = await asyncio.to_thread(
        subprocess.run,
        [
            sys.executable, "-m", "services", "rehearse", "record", matter,
            "alert-templates-xaa-ghq", "--name", "again", "--realm", realm.value, "--out", str(out),
        ],
        check=False, capture_output=True, text=True, cwd=SCENARIOS.parent.parent,
        env={
            "PATH": "/usr/bin:/bin", "PYTHONPATH": str(SCENARIOS.parent.parent),
            "DETENTE_KAFKA_BOOTSTRAP_SERVERS": kafka,
            "DETENTE_ROOTS": str(house.settings.roots_folder), "DETENTE_STATE": str(tmp_path),
        },
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    made = out.read_text()
    assert "secret" not in made.lower() and "stork" not in made.lower()
    file = load(out)
    verbs = [step.verb for step in file.scenario.timeline]
    assert verbs[0] == "send" and "acknowledge" in verbs and verbs.count("alert") >= 1
    outcome = await asyncio.to_thread(rehearse, file.scenario)
    assert outcome.holds, told(outcome, file)


@pytest.mark.kafka
async def test_a_rehearsal_leaves_no_topic_behind(kafka: str) -> None:
    """Runs after the others of this file, on the cluster that they used."""
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka)
    await admin.start()
    try:
        async with asyncio.timeout(10):
            while left := [t for t in await admin.list_topics() if "rehearsal-" in t]:
                await asyncio.sleep(0)
        assert left == []
    finally:
        await admin.close()


@pytest.mark.kafka
async def test_only_exercise_topics_are_ever_deleted(kafka: str) -> None:
    bus = KafkaBus(kafka, "sweeper")
    with pytest.raises(ValueError, match="only exercise topics"):
        await bus.forget(["exercise.hotline.ledger.v1", "hotline.ledger.v1"])
    await bus.close()


@pytest.mark.kafka
def test_an_engineer_runs_a_folder_of_scenarios_on_a_kafka(kafka: str, tmp_path: Path) -> None:
    text = started("border").replace("timeline:", "ends: 12:04\ntimeline:").replace("+ 10m", "+ 3m")
    (tmp_path / "border.scenario.yaml").write_text(text)
    done = subprocess.run(
        [
            sys.executable, "-m", "pytest", "-p", "services.rehearsal.plugin", "-c", "/dev/null",
            "--rootdir", str(tmp_path), str(tmp_path), "-p", "no:cacheprovider",
            "--rehearse-on", kafka, "--rehearse-faster", "40",
        ],
        check=False, capture_output=True, text=True, cwd=tmp_path,
        env={"PYTHONPATH": str(SCENARIOS.parent.parent), "PATH": "/usr/bin:/bin"},
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 passed" in done.stdout
