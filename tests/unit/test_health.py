"""Why a process is not ready, in words and as metrics."""

from __future__ import annotations

import asyncio
import socket
from pathlib import Path

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from prometheus_client import generate_latest

from schemas.parties import Precedence
from services.bus import pages
from services.bus.health import Condition, Lack, PortTaken
from services.bus.memory import MemoryBus
from services.bus.meters import Meters
from services.bus.running import Running
from services.bus.seal import Signer
from services.bus.settings import Settings
from services.bus.topics import Realm
from services.desk.health import DISK_LOW_BYTES, DeskHealth
from services.local.services import SERVICES
from services.local.targets import Targets
from tests.kit.house import WITHIN_S, House, in_memory


async def asked(condition: Condition, page: str = "/health/ready") -> httpx.Response:
    """The page as an operator's tool gets it."""
    meters = Meters()
    meters.at_scrape(condition.samples)
    transport = httpx.ASGITransport(pages.pages(condition, meters.registry))
    async with httpx.AsyncClient(transport=transport, base_url="http://process") as client:
        return await client.get(page)


def instance(house: House) -> Running:
    """A hotline that is not started yet."""
    assert house.log is not None
    bus = MemoryBus(house.log)
    return Running(
        SERVICES["hotline"](house.settings),
        bus,
        house.hands["hotline"],
        house.directory(bus),
        house.clock,
        house.settings,
    )


async def until_lacking(condition: Condition, *lacks: Lack) -> None:
    async with asyncio.timeout(WITHIN_S):
        while tuple(condition.all()) != lacks:
            await asyncio.sleep(0)


async def test_a_process_that_lacks_nothing_is_ready() -> None:
    answer = await asked(Condition("hotline-1"))
    assert answer.status_code == 200
    assert answer.json() == {"ready": True, "process": "hotline-1", "lacks": [], "why": []}


async def test_a_process_that_lacks_something_says_what_as_page_and_as_metric() -> None:
    condition = Condition("hotline-1", {Lack.PARTITIONS: "it was given none yet; wait"})
    condition.look(lambda: {Lack.DIRECTORY: "the directory names nobody"})
    answer = await asked(condition)
    assert answer.status_code == 503
    assert answer.json() == {
        "ready": False,
        "process": "hotline-1",
        "lacks": ["DIRECTORY", "PARTITIONS"],
        "why": ["the directory names nobody", "it was given none yet; wait"],
    }
    said = (await asked(condition, "/metrics/")).text
    assert 'detente_ready{process="hotline-1"} 0.0' in said
    assert 'detente_lacks{lack="PARTITIONS",process="hotline-1"} 1.0' in said
    assert (await asked(condition, "/health/live")).status_code == 200


async def test_a_service_without_partitions_or_directory_says_both(tmp_path: Path) -> None:
    house = await in_memory(tmp_path)
    running = instance(house)
    assert set(running.condition.all()) == {Lack.DIRECTORY, Lack.PARTITIONS}
    await running.start()
    await until_lacking(running.condition)
    assert running.ready
    await running.stop()
    assert [*running.condition.all().values()] == ["it is stopping, and has left its group"]
    await house.close()


async def test_a_service_without_brokers_says_so_until_they_are_back(tmp_path: Path) -> None:
    house = await in_memory(tmp_path)
    assert house.log is not None
    house.log.reachable = False
    running = instance(house)
    starting = asyncio.create_task(running.start())
    async with asyncio.timeout(WITHIN_S):
        while Lack.BROKER not in running.condition.all():
            await asyncio.sleep(0)
    why = running.condition.all()[Lack.BROKER]
    assert "the brokers do not take or give records" in why and "nothing is lost" in why
    away = generate_latest(running.meters.registry).decode()
    assert 'detente_log_away_total{realm="live",service="hotline"}' in away
    house.log.reachable = True
    await starting
    await until_lacking(running.condition)
    await running.stop()
    await house.close()


async def test_a_service_whose_key_the_directory_does_not_vouch_for_says_so(
    tmp_path: Path,
) -> None:
    house = await in_memory(tmp_path)
    house.hands["hotline"] = Signer("hotline", Ed25519PrivateKey.generate())
    running = instance(house)
    await running.start()
    await until_lacking(running.condition, Lack.DIRECTORY)
    assert "does not vouch for this key of hotline" in running.condition.all()[Lack.DIRECTORY]
    await running.stop()
    await house.close()


async def test_a_service_that_folds_its_ledger_says_how_far_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = await in_memory(tmp_path)
    await house.start()
    for _ in range(6):
        await house.accepted("xaa-ghq", house.draft("folded", precedence=Precedence.ROUTINE))
    monkeypatch.setattr("services.bus.journey.FOLDED_AT_ONCE", 4)
    running, seen = instance(house), list[str]()
    lacks = running.condition.lacks

    def seen_too(lack: Lack, why: str) -> None:
        seen.append(why)
        lacks(lack, why)

    monkeypatch.setattr(running.condition, "lacks", seen_too)
    await running.journey.take_over(
        next(n for n, ledger in house.services[0].journey.ledgers.items() if ledger.next_offset)
    )
    assert any("is being read from the log" in each for each in seen)
    assert any(": 4 of " in each and "is being folded" in each for each in seen)
    assert Lack.LEDGER not in running.condition.all()
    await house.close()


async def test_a_port_that_is_taken_is_said_before_anything_else_goes_wrong() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(PortTaken, match="DETENTE_HEALTH_PORT"):
            await pages.serve(port, "127.0.0.1", Condition("hotline-1"), Meters().registry)


def test_health_is_served_on_loopback_unless_told_otherwise() -> None:
    assert Settings().health_host == "127.0.0.1"
    assert Settings().otlp_endpoint is None


async def test_a_desk_says_what_it_lacks_and_what_waits(
    memory_house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = memory_house
    desk = await house.open("xaa-ghq")
    await house.accepted("xaa-ghq", house.draft("desk-health"))
    health = DeskHealth(desk.name, Realm.LIVE, desk.store, desk.folder, desk.clock)
    assert health.condition.ready
    assert house.log is not None
    house.log.reachable = False
    await house.send("xaa-ghq", house.draft("desk-health", precedence=Precedence.FLASH))
    await desk.until(lambda: not health.condition.ready or None, WITHIN_S)
    assert "the bus is not reached since 00:00:00Z" in health.condition.all()[Lack.BROKER]
    said = generate_latest(health.meters.registry).decode()
    assert 'detente_desk_outbox_records{desk="xaa-ghq",lane="flash",realm="live"} 1.0' in said
    assert 'detente_desk_link_up{desk="xaa-ghq",realm="live"} 0.0' in said
    desk.store._db.execute("PRAGMA query_only=ON")
    monkeypatch.setattr(health, "_free", lambda: DISK_LOW_BYTES - 1)
    assert tuple(health.condition.all()) == (Lack.BROKER, Lack.DISK, Lack.STORE)
    assert "the desk's store took nothing" in health.condition.all()[Lack.STORE]
    assert "63 MiB are left" in health.condition.all()[Lack.DISK]
    desk.store._db.execute("PRAGMA query_only=OFF")
    house.log.reachable = True
    await desk.until(lambda: ("flash" in said and not _waits(health)) or None, WITHIN_S)


def _waits(health: DeskHealth) -> bool:
    said = generate_latest(health.meters.registry).decode()
    return 'detente_desk_outbox_records{desk="xaa-ghq",lane="flash",realm="live"} 1.0' in said


def test_targets_keep_the_ports_of_those_who_run(tmp_path: Path) -> None:
    targets = Targets(tmp_path / "run" / "targets.json")
    first = targets.give(["hotline", "xaa-ghq"], running=[])
    assert targets.read() == first and len(set(first.values())) == 2
    second = targets.give(["hotline", "xaa-ghq", "visits"], running=["hotline"])
    assert second["hotline"] == first["hotline"]
    assert set(second) == {"hotline", "xaa-ghq", "visits"} == set(targets.read())
