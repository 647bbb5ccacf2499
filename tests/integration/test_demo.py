"""`make demo`: the main job, as a new user runs it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

TOP = Path(__file__).parents[2]
WITHIN_S = 240
"""Minutes on a machine that does much else; on an idle one it is under one."""
pytestmark = [pytest.mark.timeout(WITHIN_S + 20)]


def detente(state: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "services", *arguments],
        env={**os.environ, "DETENTE_STATE": str(state)},
        cwd=TOP,
        capture_output=True,
        text=True,
        timeout=WITHIN_S,
        check=False,
    )


@dataclass(frozen=True)
class Played:
    """One run of the demo, and what it left in its state directory."""

    done: subprocess.CompletedProcess[str]
    left: list[Path]


@pytest.fixture(scope="module")
def in_memory(tmp_path_factory: pytest.TempPathFactory) -> Played:
    state = tmp_path_factory.mktemp("in-memory")
    return Played(detente(state, "demo", "--in-memory"), list(state.iterdir()))


@pytest.fixture(scope="module")
def by_line(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    done = detente(tmp_path_factory.mktemp("by-line"), "demo", "--in-memory", "--json")
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_the_story_in_memory_ends_as_the_readme_shows(in_memory: Played) -> None:
    done = in_memory.done

    lines = done.stdout.strip().splitlines()
    assert done.returncode == 0, done.stderr
    assert all("[IN MEMORY]" in line for line in lines if line)
    # How many alternates silence reached depends on how fast the machine is.
    shown = re.sub(r"delivered \d+", "delivered n", (TOP / "README.md").read_text())
    for line in lines[-3:]:
        told = re.sub(r"delivered \d+", "delivered n", line.removeprefix("[IN MEMORY] "))
        assert told in shown


def test_the_story_ends_with_what_operators_see_of_it(by_line: list[dict[str, Any]]) -> None:
    (seen,) = (each["operators"] for each in by_line if "operators" in each)
    stands = {(each["kind"], each["state"]) for each in seen["states"]}
    assert {("AGREEMENT", "IN_FORCE"), ("ALERT", "ACTIVE"), ("VISIT", "REPORTED")} <= stands
    assert sum(seen["folded"].values()) > 0
    assert {"XAA-XBB", "XAA-XCC"} == {"-".join(each["pair"]) for each in seen["contacts"]}


def test_the_demo_leaves_nothing_behind(in_memory: Played) -> None:
    assert in_memory.done.returncode == 0
    assert not in_memory.left


def test_a_machine_reads_the_story_line_by_line(by_line: list[dict[str, Any]]) -> None:
    assert by_line[-1]["count"]["good"] is True
    assert any(document.get("what") == "OVERDUE" for document in by_line)
    services = {each.get("precedence") for each in by_line}
    assert {"FLASH", "AGREEMENTS", "ALERTS", "VISITS"} <= services, "the story crosses all of them"


def test_where_no_kafka_can_be_had_it_says_so_in_one_line_and_plays_in_memory(
    tmp_path: Path,
) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "services", "demo"],
        env={**os.environ, "DETENTE_STATE": str(tmp_path), "DETENTE_KAFKA_FETCH": "nothing"},
        cwd=TOP,
        capture_output=True,
        text=True,
        timeout=WITHIN_S,
        check=False,
    )

    said = [line for line in done.stderr.splitlines() if line.startswith("detente demo:")]
    assert done.returncode == 0
    assert len(said) == 1
    assert "no Kafka, so in memory" in said[0]
    assert "[IN MEMORY]" in done.stdout


@pytest.mark.kafka
def test_the_story_on_a_real_kafka_loses_nothing(tmp_path: Path, fetched_jars: Path) -> None:
    (tmp_path / "kafka").mkdir()
    (tmp_path / "kafka" / "jars").symlink_to(fetched_jars)

    done = detente(tmp_path, "demo")

    lines = done.stdout.strip().splitlines()
    assert done.returncode == 0, done.stderr + done.stdout
    assert lines[-1] == "lost 0 · duplicated 0 · reordered 0 · unsettled 0"
    assert "IN MEMORY" not in done.stdout
    assert "told by the watch" in done.stdout, done.stderr
    assert not (tmp_path / "demo").exists()
