"""`detente up` and `detente down`: the example house, kept running."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from deploy.kafka import runner
from deploy.kafka.trouble import KafkaTrouble
from services.bus.settings import Settings
from services.bus.transport import TopicsWrong, Unreachable
from services.local import operators
from services.local.house import SEATS, House
from services.local.processes import ProcessTrouble, recorded, stop_all
from services.local.stage import KafkaStage
from services.local.targets import PROMETHEUS, Targets
from services.watch.source import Silent


def _say(words: str) -> None:
    print(f"… {words}", file=sys.stderr, flush=True)


def up(state: Path) -> int:
    """Kafka on its usual port, or the cluster that is set; then the house. Safe to repeat."""
    try:
        given = Settings().kafka_bootstrap_servers
        bootstrap = given or runner.up(state, progress=_say).bootstrap
        settings = Settings(state=state / "house", kafka_bootstrap_servers=bootstrap)
        targets = Targets(state / "run" / "targets.json")
        stage = KafkaStage(House(settings.state), state / "run", settings, targets)
        asyncio.run(stage.open(_say))
        _say("starting the watch")
        stage.start_watch()
        asyncio.run(_ready(settings))
    except (KafkaTrouble, ProcessTrouble, TopicsWrong, Unreachable) as trouble:
        print(f"detente up: {trouble}", file=sys.stderr)
        return 1
    print(f"running on {bootstrap}; desks: {', '.join(seat.desk for seat in SEATS)}")
    print(f"Open one: detente desk inbox --home {House(settings.state).home('xaa-ghq')}")
    print(f"What operators see: detente watch; its figures: {settings.watch_url}/figures")
    print(f"Health and metrics of each process: {targets.file}; Prometheus reads it with")
    print(f"  prometheus --config.file={PROMETHEUS} --web.listen-address=127.0.0.1:9090")
    return 0


async def _ready(settings: Settings) -> None:
    """Until the watch answers. Where it does not, what is missing is said, and the house runs."""
    try:
        await operators.asked(settings.watch_url, {})
    except Silent as trouble:
        _say(f"the watch at {settings.watch_url}: {trouble}; its log lies beside the others")


def down(state: Path) -> int:
    """End the processes, then Kafka."""
    stop_all(recorded(state / "run"))
    runner.down(state, progress=_say)
    print("stopped")
    return 0
