"""`detente rehearse`: new, check, run, report, list, lesson, record, schema.

| exit code | meaning                                                        |
|-----------|----------------------------------------------------------------|
| 0         | done; of a run: every expectation holds                        |
| 1         | an expectation failed: which, when, and what was seen instead  |
| 2         | wrong usage, or a scenario that cannot be played: file and line |
| 3         | the Kafka that was named cannot be used                        |
"""

from __future__ import annotations

import asyncio
import datetime as dt
import json as jsons
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter
from rich.console import Console

from services.bus.directory import RootsUnreadable
from services.bus.topics import Realm
from services.bus.transport import TopicsWrong, Unreachable, Unsettled
from services.desk.commands.typed.forms import form_in
from services.desk.commands.typed.usage import WrongUsage
from services.desk.screen.untrusted import visible
from services.rehearsal.format.checking import load
from services.rehearsal.format.reading import ScenarioWrong, Written
from services.rehearsal.format.schema import schema as published
from services.rehearsal.format.starting import started
from services.rehearsal.format.times import length
from services.rehearsal.play.conductor import NotInPlace
from services.rehearsal.recording.names import TooMany
from services.rehearsal.recording.recorder import NothingRecorded, recorded
from services.rehearsal.rehearsing import Outcome, rehearse, rehearse_on_kafka, told
from services.rehearsal.report.after_action import (
    AfterAction,
    Lesson,
    Status,
    add,
    lessons_of,
    write,
)
from services.rehearsal.report.junit import junit
from services.rehearsal.report.page import page
from services.rehearsal.report.report import Report, report_of
from services.rehearsal.report.table import table
from services.rehearsal.speaking import (
    DONE,
    FAILED,
    NO_KAFKA,
    WRONG,
    complain,
    end,
    found,
    loaded,
    progress,
    teller,
)
from services.rehearsal.stage.ledgers import traffic_of

MEMORY = "memory"

app = App(
    name="rehearse",
    help="Rehearse crises: scenarios as files, played as exercise traffic and as nothing else.\n\n"
    "Exit codes: 0 done, every expectation holds; 1 an expectation failed; 2 wrong usage, or a"
    " scenario that cannot be played; 3 the Kafka that was named cannot be used.",
)

Paths = Annotated[tuple[Path, ...], Parameter(help="Scenario files, or folders of them.")]
AsJson = Annotated[bool, Parameter(name="--json", negative="", help="One JSON document a line.")]
Out = Annotated[
    Path | None, Parameter(help="A folder for page and JSON of each run; made where it is not.")
]


@app.command
def new(name: str, /, *, file: Path | None = None) -> None:
    """Begin a scenario: ten lines that can be played, to go on from.

    Parameters
    ----------
    name
        What it is called: border-incident.
    file
        Where it is written; left out, NAME.scenario.yaml here. Never over another file.
    """
    where = file or Path(f"{name}.scenario.yaml")
    if where.exists():
        end(WRONG, f"{where} is there already")
    where.write_text(started(name), encoding="utf-8")
    try:
        load(where)
    except ScenarioWrong as trouble:
        where.unlink()
        end(WRONG, f"{name}: {trouble.faults[0]}")
    print(f"{where}: play it with `detente rehearse run {where}`")


@app.command
def check(paths: Paths, /, *, json: AsJson = False) -> None:
    """Whether scenarios can be played: every fault with its file and line."""
    wrong = 0
    for file in found(paths):
        try:
            load(file)
            faults: tuple[str, ...] = ()
        except ScenarioWrong as trouble:
            faults = trouble.faults
        wrong += bool(faults)
        if json:
            print(jsons.dumps({"file": str(file), "faults": faults}))
            continue
        for fault in faults:
            print(visible(f"{file}: {fault}"))
        if not faults:
            print(f"{file}: can be played")
    raise SystemExit(WRONG if wrong else DONE)


@app.command
def run(
    paths: Paths,
    /,
    *,
    on: str = MEMORY,
    faster: float = 1.0,
    replicas: int = 1,
    out: Out = None,
    junit_file: Annotated[Path | None, Parameter(name="--junit")] = None,
    quiet: Annotated[bool, Parameter(negative="")] = False,
    json: AsJson = False,
) -> None:
    """Play scenarios, judge them, and show what was gained against history.

    Parameters
    ----------
    on
        memory, in virtual time; or HOST:PORT of a Kafka, on exercise topics of the run's own.
    faster
        On a Kafka: how many times faster than real time.
    replicas
        On a Kafka: copies of each topic.
    junit_file
        Where all runs are written as JUnit XML.
    quiet
        Without what happens while it happens.
    """
    files, began = [loaded(file) for file in found(paths)], time.monotonic()
    reports: list[Report] = []
    tell = teller(quiet=quiet or json, whole=len(files) == 1)
    for number, each in enumerate(files, 1):
        if not (quiet or json):
            progress(f"{number} of {len(files)}: {each.scenario.scenario}")
        report, outcome = _played(each, on, faster, replicas, tell)
        reports.append(report)
        if json:
            print(report.model_dump_json())
        if not outcome.holds:
            complain(told(outcome, each))
        if out is not None:
            _write(report, out)
    if junit_file is not None:
        junit_file.write_text(junit(reports), encoding="utf-8")
    if not json:
        progress("")
        Console(soft_wrap=False).print(table(reports))
        failed = sum(not each.holds for each in reports)
        took = time.monotonic() - began
        print(
            f"{len(reports)} rehearsed in {took:.1f} s; "
            + (f"{failed} failed" if failed else "all expectations hold")
        )
        if out is not None:
            print(f"pages and JSON in {out}")
    raise SystemExit(DONE if all(each.holds for each in reports) else FAILED)


@app.command
def report(
    runs: tuple[Path, ...], /, *, out: Path | None = None, learnt: Path | None = None
) -> None:
    """Make the pages of runs anew from their JSON, with what was learnt since.

    Parameters
    ----------
    runs
        JSON files that `run --out` wrote.
    out
        A folder for the pages; left out, beside each JSON.
    learnt
        What the page of one run saved: it is kept beside that run's scenario, in place of before.
    """
    if learnt is not None and len(runs) != 1:
        end(WRONG, "what a page saved belongs to one run: name that one alone")
    for file in runs:
        try:
            kept = Report.model_validate_json(file.read_bytes())
        except (OSError, ValueError):
            end(WRONG, f"{file} is no run that `detente rehearse run --out` wrote")
        scenario = Path(kept.file)
        if learnt is not None:
            _keep(learnt, scenario)
        if scenario.exists():
            kept = kept.model_copy(update={"after_action": lessons_of(scenario)})
        where = (out or file.parent) / f"{file.stem}.html"
        where.parent.mkdir(parents=True, exist_ok=True)
        where.write_text(page(kept), encoding="utf-8")
        print(where)


@app.command(name="list")
def list_(paths: Paths, /, *, json: AsJson = False) -> None:
    """What scenarios there are: their case, their version, how long they last."""
    for file in found(paths):
        scenario = loaded(file).scenario
        said = {
            "scenario": scenario.scenario,
            "title": scenario.title,
            "case": scenario.case,
            "version": scenario.version.value,
            "lasts": length(scenario.last - scenario.begins),
            "steps": len(scenario.steps),
            "expectations": len(scenario.expects),
            "file": str(file),
        }
        if json:
            print(jsons.dumps(said))
        else:
            print(
                f"{said['scenario']:<44} {said['version']:<15} {said['lasts']:>8}"
                f" {said['steps']:>3} steps {said['expectations']:>3} expectations"
            )


@app.command
def lesson(
    scenario: Path,
    /,
    *,
    observation: str,
    lesson: str = "",
    owner: str = "",
    due: dt.date | None = None,
    status: Status = Status.OBSERVED,
) -> None:
    """Keep what was learnt beside the scenario; each later run's page carries it.

    Parameters
    ----------
    observation
        What was seen.
    lesson
        What is to be done about it.
    owner
        Which office sees to it.
    due
        Until when.
    status
        How far it has come.
    """
    loaded(scenario)
    try:
        kept = Lesson(observation=observation, lesson=lesson, owner=owner, due=due, status=status)
        print(add(scenario, kept))
    except (ValueError, WrongUsage) as trouble:
        end(WRONG, str(trouble))


@app.command
def record(
    matters: tuple[str, ...],
    /,
    *,
    name: str,
    realm: Realm = Realm.EXERCISE,
    out: Path | None = None,
) -> None:
    """Make a scenario of traffic that took place, from the hotline's and others' ledgers.

    It holds who spoke to whom, when, with which act, and nothing that was said: the ledgers never
    had that. Complete the texts by hand, then `check` and `run` it.

    Parameters
    ----------
    matters
        The conversations.
    name
        What the scenario is called.
    realm
        From whose ledgers: exercise, or live. They are read, and nothing else is.
    out
        Where it is written; left out, NAME.scenario.yaml here. Never over another file.
    """
    where = out or Path(f"{name}.scenario.yaml")
    if where.exists():
        end(WRONG, f"{where} is there already")
    print(f"reading the {realm} ledgers of {', '.join(matters)} …", file=sys.stderr)
    try:
        made = recorded(asyncio.run(traffic_of(matters, realm)), name)
    except (NothingRecorded, TooMany) as trouble:
        end(WRONG, str(trouble))
    except (Unreachable, RootsUnreadable) as trouble:
        end(NO_KAFKA, str(trouble))
    where.write_text(made.yaml, encoding="utf-8")
    for line in made.told:
        print(line, file=sys.stderr)
    print(f"{where}: complete its texts, then `detente rehearse check {where}`")


@app.command
def schema() -> None:
    """The format of a scenario as JSON Schema, for editors that complete and check."""
    print(jsons.dumps(published(), indent=2))


# How it is done.


def _played(
    file: Written, on: str, faster: float, replicas: int, tell: Callable[[str], None]
) -> tuple[Report, Outcome]:
    began = time.monotonic()
    try:
        if on == MEMORY:
            outcome = rehearse(file.scenario, tell)
        else:
            outcome = asyncio.run(rehearse_on_kafka(file.scenario, on, faster, tell, replicas))
        learnt = lessons_of(file.file)
    except (Unreachable, Unsettled, TopicsWrong, TimeoutError) as trouble:
        end(NO_KAFKA, f"{on} cannot be used: {trouble}")
    except (WrongUsage, NotInPlace) as trouble:
        end(WRONG, f"{file.file}: {trouble}")
    return report_of(outcome, learnt, str(file.file), time.monotonic() - began), outcome


def _keep(learnt: Path, scenario: Path) -> None:
    if not scenario.exists():
        end(WRONG, f"{scenario} is no longer there: nothing can be kept beside it")
    try:
        print(write(scenario, form_in(learnt, AfterAction)))
    except WrongUsage as trouble:
        end(WRONG, str(trouble))


def _write(report: Report, out: Path) -> None:
    out.mkdir(parents=True, exist_ok=True)
    (out / f"{report.scenario}.json").write_text(
        report.model_dump_json(indent=1) + "\n", encoding="utf-8"
    )
    (out / f"{report.scenario}.html").write_text(page(report), encoding="utf-8")


if __name__ == "__main__":
    app()
