"""What was said inside is found in no log line, metric, span or ledger, whoever said it."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest
import structlog
from prometheus_client import generate_latest

from schemas.parties import Contract
from services.bus import tracing
from services.bus.log import configure
from services.bus.running import Running
from services.desk.desk import Desk
from services.desk.health import DeskHealth
from services.local.second_act import SecondAct
from services.local.services import SERVICES
from services.local.stage import memory_stage
from services.local.story import CEILINGS_S, Story
from services.rehearsal.format.checking import load
from services.rehearsal.format.scenario import Scenario
from services.rehearsal.play.conductor import PROLOGUE, Conductor
from services.rehearsal.play.pace import VirtualPace
from services.rehearsal.stage import loop as virtual
from services.rehearsal.stage.stage import in_memory
from tests.kit.canaries import Canaries
from tests.kit.spans import Kept

SCENARIOS = Path(__file__).parents[1] / "scenarios"
PLAYED = ("s01-letters", "s03-assurance", "s16-false-alert", "s17-formal-silence", "s22-ceasefire")
"""Between them they speak on the hotline, of its lines, and in alerts, with corrections."""
KINDS_OF_FOUR_SERVICES = {
    "ReleaseMessage", "ReplyToMessage", "CorrectMessage", "AcknowledgeMessage", "ReportDelivered",
    "AttachTranslation", "EstablishLine", "IssueAlert", "CorrectAlert", "AcknowledgeAlert",
    "RequestExplanation", "ReplyToRequest", "RequestVisit", "DecideRequest", "ConcurInVisit",
    "ProposeAgreement", "SubmitInstrument",
}  # fmt: skip


class Told:
    """Everything that operators are told while a rehearsal is played."""

    def __init__(self) -> None:
        self.canaries = Canaries()
        self.logs = io.StringIO()
        self.spans = Kept()
        self.metrics = ""
        self.ledgers = ""

    def take(
        self, services: Iterable[Running], desks: Mapping[str, Desk], entries: Iterable[Contract]
    ) -> None:
        """What services and desks export, and what ledgers hold, at the end."""
        for running in services:
            self.metrics += generate_latest(running.meters.registry).decode()
        for name, desk in desks.items():
            for out in desk.store.outs():
                self.canaries.sent(out.value)
            health = DeskHealth(name, desk.realm, desk.store, desk.folder, desk.clock)
            self.metrics += generate_latest(health.meters.registry).decode()
        for entry in entries:
            self.ledgers += entry.model_dump_json() + "\n"


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Told:
    """Rehearsals and the demo's two acts, through all four services, with logs and traces on."""
    heard, before = Told(), structlog.get_config()
    with pytest.MonkeyPatch.context() as patch, tracing.kept_by(heard.spans):
        configure("debug")
        patch.setattr("sys.stderr", heard.logs)
        for name in PLAYED:
            rehearsed(load(SCENARIOS / f"{name}.with-the-bus.scenario.yaml").scenario, heard)
        asyncio.run(acted(tmp_path_factory.mktemp("demo"), heard))
    structlog.configure(**before)
    return heard


def rehearsed(scenario: Scenario, heard: Told) -> None:
    """In virtual time."""

    async def play(loop: virtual.VirtualLoop) -> None:
        async with in_memory(scenario, loop) as stage:
            await Conductor(stage, VirtualPace(loop), lambda _: None, None).play()
            entries = [each for found in (await stage.entries()).values() for _, each in found]
            heard.take(stage.services.values(), stage.desks, entries)

    virtual.run(scenario.earliest - PROLOGUE, play)


async def acted(state: Path, heard: Told) -> None:
    """The demo's second act, in real time."""
    async with memory_stage(state, CEILINGS_S) as stage:
        story = Story(stage, "kaltmoor-canary", lambda _: None)
        await SecondAct(story, "kaltmoor-canary-treaty").play()
        ledgers = (await stage.ledgers()).values()
        entries = [each for partitions in ledgers for found in partitions for each in found]
        heard.take(stage._running.values(), stage.desks, entries)


def test_enough_was_said_to_prove_anything(told: Told) -> None:
    assert told.canaries.kinds >= KINDS_OF_FOUR_SERVICES
    assert len(told.canaries.all()) > 100
    assert all(f'service="{service}"' in told.metrics for service in SERVICES)
    lines = [json.loads(each) for each in told.logs.getvalue().splitlines()]
    assert {"record.carried", "record.sent", "delivery.kept"} <= {each["event"] for each in lines}
    assert {each.name for each in told.spans.spans} == {each.value for each in tracing.Name}
    desks = "".join(told.canaries.texts)
    assert told.canaries.found_in(json.dumps(desks)), "or what is there would not be found"


@pytest.mark.parametrize("where", ["logs", "metrics", "spans", "ledgers"])
def test_nothing_that_was_said_inside_is_found_in(told: Told, where: str) -> None:
    spans = "\n".join(str(each.to_json()) for each in told.spans.spans)
    places = {
        "logs": told.logs.getvalue(),
        "metrics": told.metrics,
        "spans": spans,
        "ledgers": told.ledgers,
    }
    said = places[where]
    assert said
    assert told.canaries.found_in(said) == []
