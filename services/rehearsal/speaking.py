"""How `detente rehearse` speaks while it works, and how it ends."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from services.desk.screen.untrusted import visible
from services.rehearsal.format.checking import load
from services.rehearsal.format.reading import ScenarioWrong, Written, files_in

DONE, FAILED, WRONG, NO_KAFKA = range(4)
"""Its exit codes."""


def found(paths: Sequence[Path]) -> list[Path]:
    """The scenarios' files; where there is none, it ends."""
    files = files_in(paths)
    if not files:
        end(WRONG, "no scenario is there: files that end with .scenario.yaml")
    return files


def loaded(file: Path) -> Written:
    """A scenario that can be played; otherwise it ends, with every fault's line."""
    try:
        return load(file)
    except ScenarioWrong as trouble:
        end(WRONG, str(trouble))


def teller(*, quiet: bool, whole: bool) -> Callable[[str], None]:
    """Where what happens is told: line by line of one rehearsal, now and then of several."""
    if quiet:
        return lambda _: None
    return (lambda line: print(visible(line), flush=True)) if whole else _progress_within


TOLD_EVERY_S = 2.0
"""Where a line cannot be written over, one is written not more often than that."""


@dataclass
class _Told:
    at: float = 0.0


_TOLD = _Told()


def progress(line: str) -> None:
    """What is played now: on a terminal one line that is written over."""
    if sys.stderr.isatty():
        print(f"\r\x1b[K{line}", end="", file=sys.stderr, flush=True)
    elif line:
        _TOLD.at = time.monotonic()
        print(line, file=sys.stderr, flush=True)


def _progress_within(line: str) -> None:
    if sys.stderr.isatty():
        print(f"\r\x1b[K  {visible(line)[:100]}", end="", file=sys.stderr, flush=True)
    elif time.monotonic() - _TOLD.at >= TOLD_EVERY_S:
        _TOLD.at = time.monotonic()
        print(f"  {visible(line)}", file=sys.stderr, flush=True)


def end(code: int, said: str) -> NoReturn:
    """End with this code, and say why on stderr."""
    complain(said)
    raise SystemExit(code)


def complain(said: str) -> None:
    """Line by line, for what stands in a scenario may not act on a terminal."""
    for line in said.splitlines():
        print(visible(line), file=sys.stderr)
