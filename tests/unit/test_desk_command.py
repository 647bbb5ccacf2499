"""What an officer types, and what comes of it on the desk's own disk."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from cyclopts import App

from services.desk.commands.app import app, exercise_app
from services.desk.commands.steps.outcome import DONE, TROUBLE, WRONG_USAGE

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
    assert run(app, "init", "xaa-ghq", *officers, home=made) == DONE
    return made


# On the desk's own disk.


def test_init_says_which_key_and_what_to_do_next(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home = tmp_path / "xaa-ghq"
    code = run(app, "init", "xaa-ghq", "--officer", "duty-1", "--json", home=home)
    made = json.loads(capsys.readouterr().out)
    assert code == DONE
    assert len(made["keyid"]) == 32
    assert (home / "desk.key").stat().st_mode & 0o077 == 0


def test_init_never_overwrites_a_key(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    key = (home / "desk.key").read_bytes()
    assert run(app, "init", "xaa-ghq", "--officer", "duty-1", home=home) == TROUBLE
    assert (home / "desk.key").read_bytes() == key
    assert capsys.readouterr().err.startswith("detente desk: ")


def test_a_draft_is_kept_and_listed_whole(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(app, *DRAFT, home=home) == DONE
    assert "nothing is released" in capsys.readouterr().out
    assert run(app, "drafts", home=home) == DONE
    shown = capsys.readouterr().out
    for words in ("draft 1", "not released", "Stop", "REL TO XAA, XBB", "FLASH (proposed)"):
        assert words in shown


@pytest.mark.parametrize("words", ["inbox", "outbox", "drafts", "alarms"])
def test_every_list_is_one_json_document(
    home: Path, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    assert run(app, words, "--json", home=home) == DONE
    assert json.loads(capsys.readouterr().out)["realm"] == "live"


def test_an_inbox_that_nothing_fills_says_so(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(app, "inbox", home=home)
    assert "NOTHING ON THIS DESK LISTENS TO THE BUS" in capsys.readouterr().out


def test_who_reads_no_further_breaks_nothing(home: Path) -> None:
    command = [sys.executable, "-m", "services", "desk", "inbox", "--json", "--home", str(home)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=Path(__file__).parents[2]
    ) as reading:
        assert reading.stdout is not None and reading.stderr is not None
        reading.stdout.close()
        assert reading.stderr.read() == b""
    assert reading.returncode == DONE


def test_trouble_is_one_line_and_in_json_too(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(app, "inbox", "--json", home=tmp_path) == TROUBLE
    said = capsys.readouterr()
    assert "no desk's home" in json.loads(said.out)["error"]
    assert said.err.count("\n") == 1


def test_wrong_usage_has_its_exit_code(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(app, *DRAFT, "--text-file", "text", home=home) == WRONG_USAGE
    assert "one of the two" in capsys.readouterr().err


def test_an_unknown_precedence_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        run(app, "release", "1", "--by", "duty-1", "--precedence", "urgent", "--json")
    assert ended.value.code == WRONG_USAGE
    assert "error" in json.loads(capsys.readouterr().out)


def test_help_names_the_exit_codes(capsys: pytest.CaptureFixture[str]) -> None:
    app(["--help"], result_action="return_value")
    assert "4 refused by the service" in " ".join(capsys.readouterr().out.split())


# Live and exercise.


def test_live_desk_knows_no_exercise(home: Path) -> None:
    with pytest.raises(SystemExit) as ended:
        run(app, *DRAFT, "--exercise", "STEADY 26", home=home)
    assert ended.value.code == WRONG_USAGE


def test_exercise_desk_needs_its_name_and_frames_its_screens(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        run(exercise_app, *DRAFT, home=home)
    capsys.readouterr()
    assert run(exercise_app, *DRAFT, "--exercise", "STEADY 26", home=home) == DONE
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == lines[-1] == "EXERCISE EXERCISE EXERCISE"
    run(app, "drafts", "--json", home=home)
    assert json.loads(capsys.readouterr().out)["drafts"] == []
