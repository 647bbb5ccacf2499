"""The watch on a real Kafka: exact through kills, and made anew from the ledgers alone."""

from __future__ import annotations

import asyncio
import os
import random
import shutil
import time
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

import pytest
import pytest_asyncio

from deploy.kafka import runner
from deploy.kafka.trouble import KafkaTrouble
from services.bus.kafka import KafkaBus
from services.watch.figures import Figures
from tests.conftest import without_kafka
from tests.kit.copies import Copies, Original, recorded
from tests.kit.ports import free_ports
from tests.kit.watched import Watched, of_ledgers

pytestmark = [pytest.mark.kafka, pytest.mark.slow, pytest.mark.timeout(300)]
EVENTS = int(os.environ.get("WATCH_EVENTS", "20000"))
AT_ONCE = 250
KILLS = 4


@pytest.fixture(scope="module")
def own_kafka(tmp_path_factory: pytest.TempPathFactory, fetched_jars: Path) -> Iterator[str]:
    """A node of its own: the watch reads the live ledgers, in which other tests write."""
    folder = tmp_path_factory.mktemp("watched")
    (folder / "kafka").mkdir()
    (folder / "kafka" / "jars").symlink_to(fetched_jars)
    try:
        yield runner.up(folder, nodes=1, port=free_ports(2)).bootstrap
    except KafkaTrouble as trouble:
        without_kafka(str(trouble))
    finally:
        runner.down(folder)


@pytest.fixture(scope="module")
def originals() -> list[Original]:
    """What is copied; played in a loop of its own, so not where one runs."""
    return recorded()


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def storm(
    own_kafka: str, originals: list[Original], tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Watched]:
    """A watch that was killed several times while 20,000 events came in."""
    folder = tmp_path_factory.mktemp("state")
    copies, bus = Copies(folder), KafkaBus(own_kafka, "storm", send_within_s=30)
    watched = Watched(own_kafka, folder)
    try:
        await copies.found(bus)
        stream = copies.stream(originals, EVENTS, datetime.now(UTC))
        watched.start()
        killing = asyncio.create_task(_kill(watched))
        while batch := list(islice(stream, AT_ONCE)):
            await bus.append(batch)
            await asyncio.sleep(0)
        await killing
        watched.start()
        yield watched
    finally:
        watched.kill()
        await bus.close()


async def _kill(watched: Watched) -> None:
    """Several times, each after it has folded something since it was started."""
    chance = random.Random(6)
    for _ in range(KILLS):
        before = -1
        end = time.monotonic() + 60
        while time.monotonic() < end:
            found = await watched.figures()
            folded = sum(found.folded.values()) if found else -1
            if before >= 0 and folded > before:
                break
            before = max(before, folded)
            await asyncio.sleep(0.05)
        await asyncio.sleep(chance.uniform(0, 1.5))
        watched.kill()
        watched.start()


async def _exact(watched: Watched) -> Figures:
    found = await watched.all_of(EVENTS)
    assert of_ledgers(found) == await watched.plain(found)
    assert sum(found.folded.values()) == EVENTS
    return found


async def test_figures_are_exact_after_a_storm_in_which_the_watch_was_killed(
    storm: Watched,
) -> None:
    found = await _exact(storm)
    assert found.latencies and found.waiting and found.states and found.contacts


async def test_a_watch_that_was_ended_goes_on_from_its_tables(storm: Watched) -> None:
    await _exact(storm)
    storm.stop()
    storm.start()
    await _exact(storm)
    assert "stream.mended" not in _last_run(storm)


async def test_without_its_disk_the_watch_recovers_from_the_changelogs(storm: Watched) -> None:
    await _exact(storm)
    storm.stop()
    shutil.rmtree(storm.folder / "watch")
    storm.start()
    await _exact(storm)


async def test_without_tables_and_changelogs_the_same_figures_come_back(storm: Watched) -> None:
    before = await _exact(storm)
    storm.kill()
    shutil.rmtree(storm.folder / "watch")
    await storm.forget_changelogs()
    storm.start()
    after = await _exact(storm)
    same = {"at": before.at, "contacts": (), "rates": (), "latencies": ()}
    assert after.model_copy(update=same) == before.model_copy(
        update={**same, "lanes": after.lanes, "processes": after.processes}
    )


def _last_run(watched: Watched) -> str:
    return watched.process.log.read_text().rpartition("watch.started")[2]
