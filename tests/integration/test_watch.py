"""The watch on a real Kafka: exact through kills, and made anew from the ledgers alone."""

from __future__ import annotations

import asyncio
import os
import random
import re
import shutil
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

import pytest
import pytest_asyncio

from deploy.kafka import runner
from deploy.kafka.trouble import KafkaTrouble
from services.bus import topics
from services.bus.kafka import KafkaBus
from services.bus.topics import Realm
from services.bus.transport import Outgoing
from services.desk.store.records import Out
from services.watch.figures import Figures
from services.watch.plain import SOURCES
from tests.conftest import without_kafka
from tests.kit.canaries import Canaries
from tests.kit.copies import Copies, Original, recorded
from tests.kit.looking import seen
from tests.kit.ports import free_ports
from tests.kit.watched import Watched, of_ledgers

EVENTS = int(os.environ.get("WATCH_EVENTS", "20000"))
WITHIN_S = 90.0 * max(1, EVENTS / 20_000)
pytestmark = [pytest.mark.kafka, pytest.mark.slow, pytest.mark.timeout(300 + 5 * WITHIN_S)]
AT_ONCE = 250
FEW, FEW_EVERY_S = 5, 0.05
HISTORIES = 5
KILLS = 3


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
def sent() -> list[Out]:
    """What desks sent in what is copied."""
    return []


@pytest.fixture(scope="module")
def originals(sent: list[Out]) -> list[Original]:
    """What is copied; played in a loop of its own, so not where one runs."""
    return recorded(sent=sent)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def storm(
    own_kafka: str,
    originals: list[Original],
    sent: list[Out],
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[Watched]:
    """A watch that was killed several times while 20,000 events came in."""
    folder = tmp_path_factory.mktemp("state")
    copies, bus = Copies(folder), KafkaBus(own_kafka, "storm", send_within_s=30)
    watched = Watched(own_kafka, folder)
    try:
        await copies.found(bus)
        await bus.append([lying for out in sent for lying in _lying(out)])
        coming = Coming()
        watched.start()
        killing = asyncio.create_task(_kill(watched, coming))
        stream = copies.stream(originals, EVENTS, datetime.now(UTC))
        while batch := list(islice(stream, coming.at_once)):
            await bus.append(batch)
            coming.appended += len(batch)
            await asyncio.sleep(coming.pause_s)
        await killing
        assert len(set(coming.killed_at)) == KILLS and coming.killed_at[-1] < EVENTS
        # While it reads what is left, in a process of its own, the same is folded plainly here.
        await watched.fold_plain()
        yield watched
    finally:
        watched.kill()
        await bus.close()


def _lying(out: Out) -> Iterator[Outgoing]:
    """What a desk sent, with its inner part: on its lane, and in quarantine."""
    service, key = topics.service_of(out.matter), out.matter.encode()
    partition = topics.partition_of(key, 4)
    lane = topics.commands(service, out.lane, Realm.LIVE)
    yield Outgoing(lane, partition, key, out.value)
    kept = topics.quarantine(service, Realm.LIVE)
    yield Outgoing(kept, partition, key, out.value, (("detente-refusal", b"NotSigned"),))


@dataclass
class Coming:
    """Entries never cease to come before the last kill: they come in bursts, and in between, where
    a kill is late, a few at a time."""

    appended: int = 0
    killed_at: list[int] = field(default_factory=list)

    @property
    def at_once(self) -> int:
        """How many come next."""
        return FEW if self._early else AT_ONCE

    @property
    def pause_s(self) -> float:
        """How long nothing comes after them."""
        return FEW_EVERY_S if self._early else 0.0

    @property
    def _early(self) -> bool:
        share = (len(self.killed_at) + 1) / (KILLS + 1)
        return len(self.killed_at) < KILLS and self.appended >= share * EVENTS


async def _kill(watched: Watched, coming: Coming) -> None:
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
        coming.killed_at.append(coming.appended)
        watched.start()


async def _exact(watched: Watched) -> Figures:
    found = await watched.all_of(EVENTS, WITHIN_S)
    assert of_ledgers(found) == await watched.plain(found)
    assert sum(found.folded.values()) == EVENTS
    return found


async def test_figures_are_exact_after_a_storm_in_which_the_watch_was_killed(
    storm: Watched,
) -> None:
    found = await _exact(storm)
    assert found.latencies and found.waiting and found.states and found.contacts
    assert set(found.folded) == {each.service for each in found.states} == set(SOURCES)
    assert {"VISIT", "AGREEMENT", "OBLIGATION", "NOTICE", "ALERT", "UNDERTAKING"} <= {
        each.kind for each in found.states
    }
    assert found.lead_times and found.lines


async def test_a_watch_that_was_ended_goes_on_from_its_tables(storm: Watched) -> None:
    await _exact(storm)
    storm.stop()
    storm.start()
    await _exact(storm)
    assert "stream.mended" not in _last_run(storm)


async def test_no_word_that_was_sent_inside_is_found_anywhere_in_the_watch(
    storm: Watched, sent: list[Out]
) -> None:
    canaries = Canaries()
    for out in sent:
        canaries.sent(out.value)
    assert {topics.service_of(out.matter) for out in sent} == set(SOURCES)
    assert len(canaries.all()) > 100
    assert canaries.found_in("\n".join(canaries.texts)), "or what is there would not be found"
    whole = await _exact(storm)
    said: dict[str, str | bytes] = {
        "figures": whole.model_dump_json(),
        "tables": storm.tables(),
        "log": storm.process.log.read_text(),
        "/metrics": await storm.text("/metrics"),
        "/health/ready": await storm.text("/health/ready"),
        "/figures/stream": await storm.heard("/figures/stream"),
    }
    matters: list[str] = []
    for service in SOURCES:
        said[service] = told = await storm.heard(f"/events?service={service}")
        matters += sorted(set(re.findall(r'"matter":"([^"]+)"', told)))[:HISTORIES]
    # They are written once a second.
    async with asyncio.timeout(60):
        while _missing(matters, said["tables"]):
            await asyncio.sleep(0.3)
            said["tables"] = storm.tables()
    # What was written on the disk and not yet in the changelog when the watch was killed comes
    # there when it next changes.
    said["changelogs"] = await storm.changelogs()
    assert len(_missing(matters, said["changelogs"])) <= len(matters) / 2
    said["panes"] = await seen(storm, matters)
    for where, text in said.items():
        assert len(text) > 50, where
        assert canaries.found_in(text) == [], where


def _missing(matters: list[str], kept: str | bytes) -> list[str]:
    """Those of the matters that are not in what was kept."""
    assert isinstance(kept, bytes)
    return [each for each in matters if each.encode() not in kept]


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
        update={
            **same,
            "lanes": after.lanes,
            "processes": after.processes,
            "quarantine": after.quarantine,
        }
    )


def _last_run(watched: Watched) -> str:
    return watched.process.log.read_text().rpartition("watch.started")[2]
