"""The `detente` command."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

MENUS = {
    "kafka": ("deploy.kafka.command:app", "A real Kafka on this machine, without Docker."),
    "keys": ("services.local.keys_command:app", "National roots, and the desks' keys they sign."),
    "hotline": ("services.hotline.__main__:app", "Messages between desks, and their lines."),
    "alerts": ("services.alerts.__main__:app", "Crisis alerts, and the reduction of risks."),
    "visits": ("services.visits.__main__:app", "Requests for visits, and clearances."),
    "agreements": ("services.agreements.__main__:app", "Agreements, and what they activate."),
    "watch": ("services.watch.__main__:app", "What operators see: traffic, ages and silence."),
    "desk": ("services.desk.commands.app:app", "A national desk: speak, listen, confirm."),
    "exercise-desk": (
        "services.desk.commands.app:exercise_app",
        "EXERCISE EXERCISE EXERCISE: a national desk on the exercise bus.",
    ),
    "topics": ("services.watch.asking:show_topics", "Every topic: how it stands, whose it is."),
    "lag": ("services.watch.asking:show_lag", "Every lane: what waits, since when, for whom."),
    "matter": ("services.watch.asking:show_matter", "A matter's history, by outer parts."),
    "rehearse": ("services.rehearsal.__main__:app", "Crises, rehearsed: scenarios as files."),
    "quarantine": ("services.quarantine.__main__:app", "What was refused, and why; redelivery."),
    "contracts": ("services.contracts.__main__:app", "What may be said: schemas and a page."),
}
"""What is loaded only when it is asked for: an officer's command does not wait for the rest."""
app = App(name="detente", help="Détente: a messaging bus for military diplomacy.")
for _name, (_where, _said) in MENUS.items():
    app.command(_where, name=_name, help=_said)

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
    from services.local.demo import demo as play

    raise SystemExit(play(_state(), json=json, in_memory=in_memory))


@app.command
def up() -> None:
    """Start Kafka, the hotline and the desks of the example house, and keep them running."""
    from services.local import running

    raise SystemExit(running.up(_state()))


@app.command
def down() -> None:
    """Stop all that `up` started. What it wrote stays for the next `up`."""
    from services.local import running

    raise SystemExit(running.down(_state()))


def _state() -> Path:
    from deploy.kafka.command import state_directory

    return state_directory()


def main() -> None:
    """Entry point of the `detente` command."""
    app(sys.argv[1:])


if __name__ == "__main__":
    main()
