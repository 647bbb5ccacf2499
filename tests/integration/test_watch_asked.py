"""`detente topics`, `lag` and `matter` against a real cluster, as an operator runs them."""

from __future__ import annotations

import json

import pytest
import pytest_asyncio

from schemas.parties import Lane
from services.bus import topics
from services.bus.topics import Realm
from tests.conftest import Cluster, free_ports, on_kafka
from tests.kit.house import House
from tests.unit.test_watch_asking import detente

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(120)]


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
    await house.accepted("xaa-ghq", house.draft(matter, text="CANARY-7f3a"))
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
    assert "CANARY" not in out
    assert (await detente("matter", "unheard-of", **where))[0] == 2
    code, out, _ = await detente("topics", "--realm", "exercise", **where)
    assert code == 0
    assert "EXERCISE" in out
