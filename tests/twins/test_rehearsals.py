"""A rehearsal on a real Kafka: what happens there is what happened in memory."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest
from aiokafka.admin import AIOKafkaAdminClient

from services.bus.kafka import KafkaBus
from services.rehearsal.format.checking import load
from services.rehearsal.format.starting import started
from services.rehearsal.rehearsing import Outcome, rehearse, rehearse_on_kafka, told

SCENARIOS = Path(__file__).parent.parent / "scenarios"
SUBSET = {
    "s10-deir-ez-zor.with-the-bus": 200.0,
    "s04-warnings.with-the-bus": 40.0,
}
"""By file, how many times faster than the world's time."""


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
