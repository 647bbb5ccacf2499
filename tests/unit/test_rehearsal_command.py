"""`detente rehearse` as it is typed: what it prints, what it writes, and how it ends."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from services.rehearsal.__main__ import app
from services.rehearsal.format.starting import started
from services.rehearsal.report.after_action import Lesson, Status, add, beside, lessons_of
from services.rehearsal.report.report import Report
from tests.kit.rehearsals import written

ROOT = Path(__file__).parent.parent.parent


def typed(*words: str | Path) -> int:
    """The exit code of a command."""
    try:
        app([str(word) for word in words])
    except SystemExit as ended:
        return int(ended.code or 0)
    return 0


@pytest.fixture
def scenario(tmp_path: Path) -> Path:
    return written(tmp_path, started("border"), "border")


@pytest.fixture
def wrong(tmp_path: Path) -> Path:
    return written(tmp_path, started("wrong").replace("+ 10m", "+ 1m"), "wrong")


def test_a_first_scenario_is_begun_and_played(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert typed("new", "border") == 0
    assert typed("new", "border") == 2
    assert typed("run", "border.scenario.yaml") == 0
    said = capsys.readouterr().out
    assert "12:03Z xbb-ghq acknowledges question" in said
    assert "all expectations hold" in said


def test_the_ten_lines_of_the_readme_are_those_that_new_writes_and_can_be_played(
    tmp_path: Path,
) -> None:
    page = (ROOT / "README.md").read_text()
    (told,) = re.findall(r"<!-- first scenario -->\n```yaml\n(.*?)```", page, re.DOTALL)
    assert told == started("border")
    assert len(told.splitlines()) == 10
    assert typed("run", written(tmp_path, told, "border"), "--quiet") == 0


def test_what_failed_is_said_with_file_line_and_what_was_seen(
    wrong: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert typed("run", wrong, "--quiet") == 1
    told = capsys.readouterr().err
    assert "xbb-ghq acknowledges question by 12:02Z" in told
    assert re.search(rf"{wrong}:\d+, expectation 1; 1m late: .* at 12:03Z", told)
    assert len(told.splitlines()) >= 3 and "\\u000a" not in told


def test_what_cannot_be_played_ends_with_two_and_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = written(tmp_path, started("odd").replace("xbb-ghq], prec", "xbb-gqh], prec"))
    assert typed("check", file) == 2
    assert "did you mean xbb-ghq?" in capsys.readouterr().out
    assert typed("run", file) == 2
    assert typed("check", tmp_path / "empty") == 2


def test_a_run_is_written_as_page_as_json_and_as_junit(
    scenario: Path, wrong: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out, junit = tmp_path / "out", tmp_path / "junit.xml"
    assert typed("run", scenario, wrong, "--out", out, "--junit", junit, "--json") == 1
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(each["scenario"], each["holds"]) for each in lines] == [
        ("border", True), ("wrong", False)
    ]  # fmt: skip
    kept = Report.model_validate_json((out / "border.json").read_bytes())
    assert kept.outcome_hash == lines[0]["outcome_hash"]
    suites = ET.fromstring(junit.read_text())  # noqa: S314 - written here.
    assert [(s.get("name"), s.get("failures")) for s in suites] == [("border", "0"), ("wrong", "1")]
    failure = suites.find(".//failure")
    assert failure is not None and "1m late" in str(failure.get("message"))


def test_in_a_pipe_progress_is_lines_without_control_characters(
    scenario: Path, wrong: Path
) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "services", "rehearse", "run", str(scenario), str(wrong)],
        check=False, capture_output=True, text=True, cwd=ROOT,
    )  # fmt: skip
    assert "1 of 2: border" in done.stderr and "2 of 2: wrong" in done.stderr
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f]", done.stdout + done.stderr)


def test_the_page_needs_nothing_else_and_is_marked_as_an_exercise(
    scenario: Path, tmp_path: Path
) -> None:
    assert typed("run", scenario, "--out", tmp_path / "out", "--quiet") == 0
    page = (tmp_path / "out" / "border.html").read_text()
    assert not re.findall(r"(?:src|href)=|https?://|@import|url\(", page)
    assert "EXERCISE EXERCISE EXERCISE BORDER" in page
    assert "prefers-color-scheme: dark" in page
    for told in (
        "All 1 expectations hold",
        "Timeline by desk",
        "ACKNOWLEDGED by duty-1",
        "FLASH Z",
    ):
        assert told in page, told


def test_what_is_written_in_a_scenario_cannot_act_on_its_page(tmp_path: Path) -> None:
    text = started("odd").replace("Averna", "<script>alert(1)</script>")
    text = text.replace("What do your aircraft do here?", "<img src=x onerror=alert(1)>")
    file = written(tmp_path, text.replace("A question, and", "<b>A question</b>, and"), "odd")
    assert typed("run", file, "--out", tmp_path, "--quiet") == 0
    page = (tmp_path / "odd.html").read_text()
    assert "<script>alert" not in page and "<img" not in page and "<b>A question" not in page
    assert "&lt;b&gt;A question" in page


def test_lessons_are_kept_beside_the_scenario_and_carried_into_the_next_run(
    scenario: Path, tmp_path: Path
) -> None:
    said = ("--observation", "Nobody was there.", "--lesson", "Man it.", "--owner", "Operations")
    assert typed("lesson", scenario, *said, "--due", "2026-12-01") == 0
    assert typed("lesson", scenario, "--observation", "Too late.", "--status", "ANALYSED") == 0
    assert lessons_of(scenario).lessons == (
        Lesson(observation="Nobody was there.", lesson="Man it.", owner="Operations",
               due=date(2026, 12, 1)),
        Lesson(observation="Too late.", status=Status.ANALYSED),
    )  # fmt: skip
    assert typed("run", scenario, "--out", tmp_path / "out", "--quiet") == 0
    page = (tmp_path / "out" / "border.html").read_text()
    assert "Nobody was there." in page and 'value="2026-12-01"' in page and "Too late." in page


def test_what_the_page_saves_is_read_and_the_page_made_anew_from_json(
    scenario: Path, tmp_path: Path
) -> None:
    assert typed("run", scenario, "--out", tmp_path / "out", "--quiet") == 0
    saved = {"lessons": [{"observation": "Filled in on the page.", "status": "ACTIONED"}]}
    beside(scenario).write_text(json.dumps(saved))
    assert typed("report", tmp_path / "out" / "border.json") == 0
    assert "Filled in on the page." in (tmp_path / "out" / "border.html").read_text()
    add(scenario, Lesson(observation="And one more."))
    assert len(lessons_of(scenario).lessons) == 2


def test_scenarios_are_listed(scenario: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert typed("list", scenario.parent, "--json") == 0
    (line,) = capsys.readouterr().out.splitlines()
    assert json.loads(line)["scenario"] == "border"


def test_a_kafka_that_is_not_there_is_told_as_such(
    scenario: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert typed("run", scenario, "--on", "127.0.0.1:9", "--faster", "60", "--quiet") == 3
    assert "127.0.0.1:9 cannot be used" in capsys.readouterr().err


# The plugin.


def ran(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Pytest in a folder that knows nothing of this project's own tests."""
    command: Sequence[str] = (
        sys.executable, "-m", "pytest", "-p", "services.rehearsal.plugin", "-p", "no:cacheprovider",
        "--rootdir", str(folder), "-c", "/dev/null", str(folder), *words,
    )  # fmt: skip
    return subprocess.run(
        command, check=False, capture_output=True, text=True, cwd=folder,
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"},
    )  # fmt: skip


def test_pytest_runs_every_file_of_a_folder_as_a_test(scenario: Path, wrong: Path) -> None:
    done = ran(scenario.parent, "-v")
    assert done.returncode == 1, done.stdout + done.stderr
    assert "border.scenario.yaml::border PASSED" in done.stdout
    assert "wrong.scenario.yaml::wrong FAILED" in done.stdout
    assert re.search(r"wrong\.scenario\.yaml:\d+, expectation 1; 1m late", done.stdout)
    assert "Traceback" not in done.stdout


def test_the_fixture_gives_an_outcome_to_judge_by_hand(scenario: Path) -> None:
    (scenario.parent / "test_own.py").write_text(
        "def test_own(rehearse):\n"
        f"    outcome = rehearse({str(scenario)!r})\n"
        "    assert outcome.holds\n"
        "    assert {each.name for each in outcome.record.events} >= {'MessageAcknowledged'}\n"
    )
    done = ran(scenario.parent)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "2 passed" in done.stdout
