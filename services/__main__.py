"""The `detente` command."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

from deploy.kafka.command import app as kafka
from deploy.kafka.command import state_directory
from services.desk.commands.app import app as desk
from services.desk.commands.app import exercise_app as exercise_desk
from services.hotline.__main__ import app as hotline
from services.local import running
from services.local.demo import demo as play
from services.local.keys_command import app as keys
from services.visits.__main__ import app as visits

app = App(name="detente", help="Détente: a messaging bus for military diplomacy.")
for each in (kafka, keys, hotline, visits, desk, exercise_desk):
    app.command(each)

AsJson = Annotated[bool, Parameter(name="--json", help="One JSON document a line.")]


@app.command
def demo(*, json: AsJson = False, in_memory: bool = False) -> None:
    """Set up everything, play a short crisis, count, and leave nothing behind.

    Exit code 0 only where nothing was lost, duplicated or reordered.

    Parameters
    ----------
    in_memory
        Play on the bus in memory even where a Kafka could be had.
    """
    raise SystemExit(play(_state(), json=json, in_memory=in_memory))


@app.command
def up() -> None:
    """Start Kafka, the hotline and the desks of the example house, and keep them running."""
    raise SystemExit(running.up(_state()))


@app.command
def down() -> None:
    """Stop all that `up` started. What it wrote stays for the next `up`."""
    raise SystemExit(running.down(_state()))


def _state() -> Path:
    return state_directory()


def main() -> None:
    """Entry point of the `detente` command."""
    app(sys.argv[1:])


if __name__ == "__main__":
    main()
