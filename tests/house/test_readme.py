"""The READMEs say what the code says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.house import readme

TOP = readme.TOP


@pytest.mark.parametrize("page", readme.PAGES)
def test_generated_parts_are_in_step_with_the_code(page: str) -> None:
    text = (TOP / page).read_text()

    assert readme.renewed(text) == text, "run `python -m tests.house.readme`"


@pytest.mark.parametrize("page", [*readme.PAGES, "tests/chaos/README.md", "tests/bench/README.md"])
def test_every_relative_link_leads_somewhere(page: str) -> None:
    path = TOP / page
    links = re.findall(r"\]\((?!http)([^)#]+)\)", path.read_text())

    missing = [link for link in links if not (path.parent / link).exists()]

    assert not missing


def test_every_make_command_in_the_readme_exists() -> None:
    offered = set(re.findall(r"^(\w+):", (TOP / "Makefile").read_text(), re.MULTILINE))
    named = set(re.findall(r"\bmake (?:-C \S+ )?([a-z]+)\b", (TOP / "README.md").read_text()))

    assert named <= offered | {"git"}


def test_the_readme_names_only_commands_that_exist() -> None:
    from services.__main__ import app

    text = Path(TOP / "README.md").read_text().replace("\\\n", " ")
    lines = re.findall(r"^detente ([^#\n]+)", text, re.MULTILINE)

    assert lines
    for line in lines:
        menu, *words = (word for word in line.split() if not word.startswith("-"))
        below = app[menu]
        # A menu that opens something by itself may be named alone, and one may take a name.
        assert not words or words[0] in below or below.default_command
