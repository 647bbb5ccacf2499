"""What holds for every file: names, places, docstrings, locks, exceptions, waits, excuses."""

from __future__ import annotations

import ast
import importlib
import re
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from services.bus.log import FIELDS

TOP = Path(__file__).parents[2]
TOP_LEVEL = {
    "pyproject.toml",
    "services",
    "schemas",
    "deploy",
    "tests",
    "docker-compose.yml",
    "README.md",
    "Makefile",
}
OURS = ("schemas", "services", "deploy")
DOCSTRING_MAX = 88

# Put together here, so that this file does not name them either.
REGISTRY_HOSTS = [
    ".".join(parts)
    for parts in (
        ("repo", "maven", "apache", "org"),
        ("repo1", "maven", "org"),
        ("search", "maven", "org"),
        ("central", "sonatype", "com"),
        ("oss", "sonatype", "org"),
        ("pypi", "org"),
        ("pypi", "python", "org"),
        ("files", "pythonhosted", "org"),
        ("registry", "npmjs", "org"),
        ("registry", "yarnpkg", "com"),
        ("deb", "debian", "org"),
        ("ftp", "debian", "org"),
        ("security", "debian", "org"),
        ("snapshot", "debian", "org"),
    )
]
EMPTY_WORDS = {
    "utils",
    "helpers",
    "common",
    "core",
    "base",
    "misc",
    "manager",
    "handler",
    "processor",
    "data",
    "info",
    "new",
    "v2",
}
UNFINISHED = re.compile(r"\b(" + "|".join(("TO" + "DO", "FIX" + "ME", "X" * 3)) + r")\b")
EXCUSE = re.compile(r"#\s*(?:noqa|type:\s*ignore)\b(?P<rest>.*)$")
EXCUSE_WITH_REASON = re.compile(
    r"#\s*(?:noqa:\s*[A-Z]+\d+(?:,\s*[A-Z]+\d+)*\s+-\s*\S"
    r"|type:\s*ignore\[[a-z-]+(?:,\s*[a-z-]+)*\]\s+#\s*\S)"
)
WAITS: dict[str, str] = {
    "tests/unit/test_small_parts.py": "its sleep is virtual time, which it moves itself",
    "tests/kit/browser.py": "it asks a starting browser's file again for the port",
    "tests/kit/watched.py": "it asks another process again, and gives it time to work between",
    "tests/integration/test_watch.py": "it kills a process at a moment of chance",
    "tests/unit/test_watch_served.py": "it knocks until a server listens",
}
"""Tests outside chaos/ and bench/ that may wait for time to pass: file, and why."""


@cache
def files() -> tuple[Path, ...]:
    """Every file that git tracks or would track, as it stands in this checkout."""
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "-z"],  # noqa: S607 - git of the path.
        cwd=TOP,
        check=True,
        capture_output=True,
    ).stdout.decode()
    paths = (TOP / name for name in sorted(set(listed.split("\0"))) if name)
    return tuple(path for path in paths if path.is_file())


def python(*folders: str) -> list[Path]:
    """The Python files of some top-level folders."""
    return [
        path
        for path in files()
        if path.suffix == ".py" and path.relative_to(TOP).parts[0] in folders
    ]


def name(path: Path) -> str:
    """A file as a person would write it."""
    return path.relative_to(TOP).as_posix()


@cache
def tree(path: Path) -> ast.Module:
    """A Python file, parsed."""
    return ast.parse(path.read_text(), filename=str(path))


def words(identifier: str) -> set[str]:
    """The words of a name in snake_case or CamelCase."""
    apart = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", identifier)
    return {word.lower() for word in apart.split("_")}


def lines_matching(pattern: re.Pattern[str], *folders: str) -> Iterator[tuple[str, str]]:
    """Where a pattern stands, and the whole line."""
    for path in python(*folders):
        for number, line in enumerate(path.read_text().splitlines(), start=1):
            if pattern.search(line):
                yield f"{name(path)}:{number}", line


@pytest.mark.parametrize("package", OURS)
def test_our_packages_are_this_checkouts(package: str) -> None:
    """Others have published packages of these names; an import may never find one of those."""
    found = importlib.import_module(package).__file__
    assert found is not None
    assert Path(found).resolve() == (TOP / package / "__init__.py").resolve()


def test_the_top_level_holds_what_it_should() -> None:
    held = {path.relative_to(TOP).parts[0] for path in files()}
    assert {each for each in held if not each.startswith(".")} <= TOP_LEVEL


def test_no_file_names_a_registrys_host() -> None:
    named = [
        f"{name(path)}: {host}"
        for path in files()
        for host in REGISTRY_HOSTS
        if host.encode() in path.read_bytes().lower()
    ]
    assert named == []


def test_locks_of_python_have_hashes_and_no_addresses() -> None:
    locks = sorted((TOP / "deploy/locks").glob("*.txt"))
    assert locks
    for lock in locks:
        text = lock.read_text()
        assert "://" not in text, lock.name
        joined = text.replace("\\\n", " ").splitlines()
        requirements = [each for each in joined if each.strip() and each.lstrip()[0] != "#"]
        assert requirements, lock.name
        for each in requirements:
            assert re.match(r"[a-z0-9._-]+(\[[a-z0-9,._-]+\])?==\S+ ", each), each[:60]
            assert re.search(r"\s--hash=sha256:[0-9a-f]{64}(\s|$)", each), each[:60]


def test_lock_of_jars_has_hashes_and_no_addresses() -> None:
    text = (TOP / "deploy/kafka/jars.lock").read_text()
    assert "://" not in text
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    assert lines
    assert [line for line in lines if not re.fullmatch(r"\S+:\S+ [0-9a-f]{64}", line)] == []


def test_names_say_something() -> None:
    empty = []
    for path in python(*OURS):
        parts = path.relative_to(TOP).with_suffix("").parts
        found = {word for part in parts for word in words(part.strip("_"))} & EMPTY_WORDS
        empty += [f"{name(path)}: {word}" for word in found]
        empty += [
            f"{name(path)}:{node.lineno}: class {node.name}"
            for node in ast.walk(tree(path))
            if isinstance(node, ast.ClassDef) and words(node.name) & EMPTY_WORDS
        ]
    assert empty == []


def test_every_module_says_in_one_line_what_it_is() -> None:
    wrong = []
    for path in python("schemas", "services"):
        said = (ast.get_docstring(tree(path), clean=False) or "").split("\n", 1)[0]
        if not 0 < len(said) <= DOCSTRING_MAX:
            wrong.append(f"{name(path)}: {len(said)} characters")
    assert wrong == []


def test_no_exception_vanishes() -> None:
    """Whoever catches everything raises again; what is expected is caught by its own name."""
    swallowed = []
    for path in python(*OURS, "tests"):
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.ExceptHandler) and _catches_everything(node.type):
                inside = [each for line in node.body for each in ast.walk(line)]
                if not any(isinstance(each, ast.Raise) for each in inside):
                    swallowed.append(f"{name(path)}:{node.lineno}")
            elif isinstance(node, ast.Call) and _called(node) == "suppress":
                swallowed += [
                    f"{name(path)}:{node.lineno}" for kind in node.args if _catches_everything(kind)
                ]
    assert swallowed == []


def test_nothing_is_left_unfinished() -> None:
    assert [where for where, _ in lines_matching(UNFINISHED, *OURS, "tests")] == []


def test_every_excuse_has_a_reason() -> None:
    excuses = [
        where
        for where, line in lines_matching(EXCUSE, *OURS, "tests")
        if not EXCUSE_WITH_REASON.search(line) and "re.compile" not in line
    ]
    assert excuses == []


def test_tests_wait_for_events_and_not_for_time() -> None:
    """A sleep of literally 0 gives way to other tasks and waits for nothing."""
    waiting = set()
    for path in python("tests"):
        if path.relative_to(TOP).parts[1] in ("chaos", "bench"):
            continue
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Call) and _called(node) == "sleep":
                gives_way = [ast.unparse(each) for each in node.args] == ["0"]
                if not gives_way and name(path) not in WAITS:
                    waiting.add(f"{name(path)}:{node.lineno}")
    assert waiting == set()


def test_every_log_line_says_only_what_it_may() -> None:
    """A field that is not in the table ends the process that writes it, on its first night."""
    wrong = []
    for path in python("services"):
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Call) and ast.unparse(node.func).startswith("log."):
                named = {each.arg for each in node.keywords}
                wrong += [f"{name(path)}: {field}" for field in named if field not in FIELDS]
    assert wrong == []


def _called(node: ast.Call) -> str:
    function = node.func
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _catches_everything(kind: ast.expr | None) -> bool:
    if isinstance(kind, ast.Tuple):
        return any(_catches_everything(each) for each in kind.elts)
    return kind is None or ast.unparse(kind) in ("Exception", "BaseException")


@pytest.mark.parametrize("number", range(1, 16))
def test_every_requirement_that_a_failure_taught_has_a_test_of_its_name(number: int) -> None:
    """R1 to R15, as the field's real failures taught them."""
    named = re.compile(rf"def test_(R\d+_)*R{number}_")
    assert any(named.search(path.read_text()) for path in (TOP / "tests").rglob("test_*.py"))
