"""For pytest: every scenario file is a test, and `rehearse` is a fixture.

`pytest path/to/scenarios` plays each `*.scenario.yaml` in memory, in virtual time; with
`--rehearse-on HOST:PORT` on a Kafka. It comes with the distribution: nothing is to be configured.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from services.bus.transport import TopicsWrong, Unreachable, Unsettled
from services.rehearsal.format.checking import load
from services.rehearsal.format.reading import SCENARIO_ENDINGS, ScenarioWrong, Written
from services.rehearsal.outcome.standing import course_hash
from services.rehearsal.play.conductor import NotInPlace
from services.rehearsal.rehearsing import Outcome, rehearse, rehearse_on_kafka, told

MEMORY = "memory"


class ExpectationsFailed(Exception):
    """What was expected of a rehearsal was not seen. It says what, when, and what was instead."""


class KafkaUnusable(Exception):
    """The Kafka that was named cannot be used. It says why."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Where rehearsals are played."""
    group = parser.getgroup("rehearsal", "crises, rehearsed")
    group.addoption(
        "--rehearse-on",
        default=MEMORY,
        metavar="memory|HOST:PORT",
        help="Where scenarios are played: in memory (default), or on this Kafka's exercise topics.",
    )
    group.addoption(
        "--rehearse-faster",
        type=float,
        default=60.0,
        metavar="TIMES",
        help="On a Kafka: how many times faster than real time (default 60; 1 for real time).",
    )


_TOLD = (ScenarioWrong, ExpectationsFailed, KafkaUnusable, NotInPlace)
"""What says itself what is wrong and what to do."""


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> ScenarioFile | None:
    """Every scenario file."""
    if file_path.name.endswith(SCENARIO_ENDINGS):
        return ScenarioFile.from_parent(parent, path=file_path)
    return None


class ScenarioFile(pytest.File):
    """A scenario's file, which holds one test."""

    def collect(self) -> Iterable[pytest.Item]:
        """The rehearsal."""
        yield Rehearsal.from_parent(self, name=self.path.name.split(".scenario.")[0])


class Rehearsal(pytest.Item):
    """A scenario, played. It passes where all of its expectations hold."""

    def runtest(self) -> None:
        """Play it. ScenarioWrong, ExpectationsFailed."""
        on, faster = self.config.getoption("rehearse_on"), self.config.getoption("rehearse_faster")
        file = load(self.path)
        outcome = _played(file, str(on), float(faster))
        self.user_properties.append(("outcome-hash", outcome.record.outcome_hash))
        self.user_properties.append(("course-hash", course_hash(outcome.record)))
        if not outcome.holds:
            raise ExpectationsFailed(told(outcome, file))

    def repr_failure(
        self,
        excinfo: pytest.ExceptionInfo[BaseException],
        style: object = None,  # noqa: ARG002 - pytest's signature.
    ) -> str:
        """In the scenario's words; a traceback only for what is no scenario's fault."""
        if isinstance(excinfo.value, _TOLD):
            return str(excinfo.value)
        return str(super().repr_failure(excinfo))

    def reportinfo(self) -> tuple[Path, int, str]:
        """Where it stands."""
        return self.path, 0, f"rehearsal: {self.name}"


@pytest.fixture(name="rehearse")
def rehearse_fixture(request: pytest.FixtureRequest) -> Callable[[Path], Outcome]:
    """Plays a scenario file where this run's rehearsals are played, and gives its outcome."""
    on = str(request.config.getoption("rehearse_on"))
    faster = float(request.config.getoption("rehearse_faster"))
    return lambda file: _played(load(Path(file)), on, faster)


def _played(file: Written, on: str, faster: float) -> Outcome:
    if on == MEMORY:
        return rehearse(file.scenario)
    try:
        return asyncio.run(rehearse_on_kafka(file.scenario, on, faster))
    except (Unreachable, Unsettled, TopicsWrong, TimeoutError) as trouble:
        raise KafkaUnusable(f"{on} cannot be used: {trouble}") from trouble
