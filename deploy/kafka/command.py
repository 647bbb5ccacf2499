"""`detente kafka`: up, down and status of the cluster on this machine."""

from __future__ import annotations

import json as json_
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any, Literal

from cyclopts import App, Parameter
from rich.console import Console

from deploy.kafka import runner
from deploy.kafka.trouble import KafkaTrouble

app = App(name="kafka", help="A real Kafka cluster on this machine, without Docker.")

OUTSIDE = "DETENTE_KAFKA_BOOTSTRAP_SERVERS"
TROUBLE, NOTHING_RUNS = 1, 3

AsJson = Annotated[bool, Parameter(name="--json", negative="")]


def state_directory() -> Path:
    """Where everything is kept: DETENTE_STATE, or .detente here."""
    return Path(os.environ.get("DETENTE_STATE") or ".detente")


def say(as_json: bool, values: dict[str, Any], text: str) -> None:
    """Print the outcome, for a program or for a person."""
    print(json_.dumps(values) if as_json else text)


@contextmanager
def progress_shown() -> Iterator[Callable[[str], None]]:
    """Progress on stderr: one changing line on a terminal, else a line each time."""
    console = Console(stderr=True, highlight=False)
    if not console.is_terminal:
        yield lambda line: console.print(line, markup=False, soft_wrap=True)
        return
    with console.status("looking at the cluster") as shown:
        yield shown.update


@contextmanager
def trouble_told() -> Iterator[None]:
    """Turn trouble into its one line on stderr and exit code 1."""
    try:
        yield
    except KafkaTrouble as trouble:
        print(f"detente kafka: {trouble}", file=sys.stderr)
        raise SystemExit(TROUBLE) from None


@app.command
def up(
    *, nodes: Literal[1, 3] | None = None, port: int | None = None, json: AsJson = False
) -> None:
    """Start the cluster, or what is missing of it, and return when every node serves.

    Parameters
    ----------
    nodes
        How many nodes a new cluster has; 1 if not given.
    port
        The first port on 127.0.0.1; 19092 if not given. A cluster of n nodes takes 2n in a row.
    json
        Print the outcome as JSON.
    """
    outside = os.environ.get(OUTSIDE)
    if outside:
        values = {"bootstrap": outside, "outside": True, "started": []}
        say(json, values, f"using the cluster at {outside} ({OUTSIDE}); nothing was started")
        return
    with trouble_told(), progress_shown() as progress:
        running = runner.up(state_directory(), nodes, port, progress)
    values = {"bootstrap": running.bootstrap, "outside": False, "started": list(running.started)}
    what = "started" if running.started else "already running"
    say(json, values, f"{what}: {running.bootstrap}")


@app.command
def down(*, json: AsJson = False) -> None:
    """Stop every node of the cluster; its data stays.

    Parameters
    ----------
    json
        Print the outcome as JSON.
    """
    with trouble_told(), progress_shown() as progress:
        stopped = runner.down(state_directory(), progress)
    text = f"stopped {len(stopped)} node(s)" if stopped else "nothing was running"
    say(json, {"stopped": stopped}, text)


@app.command
def prepare(*, json: AsJson = False) -> None:
    """Fetch everything and make later starts twice as fast; takes about 20 seconds, once.

    Parameters
    ----------
    json
        Print the outcome as JSON.
    """
    with trouble_told(), progress_shown() as progress:
        made = runner.prepare(state_directory(), progress)
    say(json, {"prepared": made}, "prepared" if made else "already prepared")


@app.command
def status(*, json: AsJson = False) -> None:
    """Show what each node does; exit code 3 when none runs.

    Parameters
    ----------
    json
        Print the outcome as JSON.
    """
    outside = os.environ.get(OUTSIDE)
    if outside:
        text = f"the cluster at {outside} is used ({OUTSIDE}); this command does not watch it"
        say(json, {"bootstrap": outside, "outside": True, "nodes": []}, text)
        return
    with trouble_told():
        states = runner.status(state_directory())
    lines = [f"node {s.node}  {s.address}  {s.state}  log: {s.log}" for s in states]
    values = {"outside": False, "nodes": [asdict(s) for s in states]}
    say(json, values, "\n".join(lines) or "there is no cluster here: `detente kafka up` makes one")
    if not any(s.pid for s in states):
        raise SystemExit(NOTHING_RUNS)
