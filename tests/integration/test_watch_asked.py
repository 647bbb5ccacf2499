"""What an operator asks and sees of a real cluster and a real watch: and no text of anybody."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

import pytest
import pytest_asyncio
from textual.pilot import Pilot

from schemas.parties import Lane
from services.bus import topics
from services.bus.clock import SystemClock
from services.bus.topics import Realm
from services.watch.client import WatchClient
from services.watch.terminal.app import WatchApp
from tests.conftest import Cluster, on_kafka
from tests.kit.house import House
from tests.kit.ports import free_ports
from tests.kit.watched import Watched
from tests.unit.test_watch_asking import detente
from tests.unit.test_watch_terminal import said, shown

pytestmark = [pytest.mark.kafka, pytest.mark.slow, pytest.mark.timeout(300)]
CANARY = "heron-7f3a"
STARTED_WITHIN_S = 150.0


async def until(pilot: Pilot[Any], found: Callable[[], object]) -> None:
    async with asyncio.timeout(STARTED_WITHIN_S):
        while not found():
            await pilot.pause(0.1)


@pytest_asyncio.fixture(loop_scope="session")
async def asked_house(request: pytest.FixtureRequest, _kafka_house: Cluster) -> House:
    """The run's house on Kafka."""
    if _kafka_house.house is None:
        bootstrap = request.getfixturevalue("kafka")
        _kafka_house.house = await on_kafka(_kafka_house.folder / "house", bootstrap)
    return _kafka_house.house


async def test_operators_ask_a_cluster_once(asked_house: House, kafka: str) -> None:
    house = asked_house
    matter = house.matter("asked")
    await house.accepted("xaa-ghq", house.draft(matter, text=CANARY))
    where = {
        "kafka_bootstrap_servers": kafka,
        "state": house.folder,
        "watch_port": free_ports(1),
    }

    code, out, _ = await detente("topics", "--json", **where)
    found = {row["topic"]: row for row in json.loads(out)["rows"]}
    ledger = found[topics.ledger("hotline", Realm.LIVE)]
    assert (code, ledger["copies"], ledger["who_writes"]) == (0, "1 of 1", "the service")
    assert ledger["records"] > 0
    assert not any(name.startswith("exercise.") for name in found)

    code, out, _ = await detente("lag", "--json", **where)
    told = json.loads(out)
    lanes = [row["lane"] for row in told["rows"] if row["service"] == "hotline"]
    assert (code, told["realm"], told["behind"]) == (0, "live", None)
    assert lanes == [lane.value for lane in Lane]
    assert {row["instances"] for row in told["rows"] if row["service"] == "hotline"} == {"1"}

    code, out, _ = await detente("lag", **where)
    assert code == 0
    assert "how far it is behind the ledgers is not known" in out

    code, out, err = await detente("matter", matter, **where)
    assert (code, err) == (0, "")
    assert out.splitlines()[0].endswith("by the ledger")
    assert "MessageAccepted" in out
    assert CANARY not in out
    assert (await detente("matter", "unheard-of", **where))[0] == 2


async def test_an_operator_sees_what_happens_and_no_word_of_any_text(
    asked_house: House, kafka: str
) -> None:
    house, matter = asked_house, asked_house.matter("seen")
    draft = house.draft(matter, subject=f"{CANARY} subject", text=f"{CANARY} text")
    await house.accepted("xaa-ghq", draft)
    watched = Watched(kafka, house.folder, house.settings.partitions)
    watched.start()
    client = WatchClient(f"http://127.0.0.1:{watched.port}")
    app = WatchApp(client, SystemClock(), ask_again_after_s=0.5)
    seen = ""
    try:
        async with app.run_test(size=(120, 40)) as pilot:
            await until(pilot, lambda: app.figures and not any(app.figures.behind.values()))
            await until(pilot, lambda: app.figures and app.figures.lanes and app.tail.counted)
            for key in "1234567":
                await pilot.press(key)
                app.draw()
                seen += "\n".join((said(app, "#age"), said(app, "#tabs"), *shown(app)))
            await pilot.press("enter")
            await until(pilot, lambda: "events" in "".join(shown(app)))
            seen += "\n".join(shown(app))
        told = await client.history(matter)
        code, out, _ = await detente(
            "matter", matter, "--json",
            kafka_bootstrap_servers=kafka, state=house.folder, watch_port=watched.port,
        )  # fmt: skip
    finally:
        watched.kill()
        await client.close()
    assert "MessageAccepted" in seen
    assert "hotline.commands.flash.v1" in seen
    assert (code, json.loads(out)["source"]) == (0, "the watch")
    assert told is not None
    assert [each.model_dump(mode="json") for each in told] == json.loads(out)["events"]
    assert CANARY not in seen + out + "".join(each.model_dump_json() for each in told)
