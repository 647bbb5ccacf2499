"""Runs the watch as a process: from its tables to SIGTERM."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import socket
import sys
from pathlib import Path

from services.bus import pages, topics
from services.bus.clock import SystemClock
from services.bus.directory import Directory, RootsUnreadable, roots_in
from services.bus.health import Condition, PortTaken
from services.bus.journey import patiently
from services.bus.kafka import KafkaBus
from services.bus.kafka_brokers import KafkaBrokers
from services.bus.log import configure, log
from services.bus.meters import Meters
from services.bus.settings import Settings, settings
from services.bus.stream import Stream, StreamFailed
from services.bus.topics import Realm
from services.bus.transport import TopicsWrong, Unreachable
from services.watch import plain
from services.watch.serving import HOST, app
from services.watch.shown import Shown
from services.watch.surroundings import Surroundings
from services.watch.watching import Watch

LET_GO_WITHIN_S = 2.0


def run(realm: Realm) -> int:
    """Fold the ledgers and serve the figures until SIGTERM or SIGINT; the exit code."""
    chosen = settings()
    configure(chosen.log_level, service="watch", realm=realm.value)
    try:
        otherwise = "another watch runs, or set DETENTE_WATCH_PORT"
        with pages.listen(HOST, chosen.watch_port, otherwise) as listening:
            asyncio.run(_run(chosen, realm, listening))
    except (PortTaken, RootsUnreadable, StreamFailed, TopicsWrong, Unreachable) as trouble:
        print(f"detente watch: {trouble}", file=sys.stderr)
        return 1
    return 0


def folder(chosen: Settings, realm: Realm) -> Path:
    """Where the tables lie. They may be deleted while the watch does not run."""
    return chosen.state.absolute() / "watch" / realm.value


async def _run(chosen: Settings, realm: Realm, listening: socket.socket) -> None:
    clock, name = SystemClock(), topics.watch(realm)
    bus = KafkaBus(chosen.bootstrap, name, replicas=chosen.kafka_replicas)
    beside = KafkaBus(chosen.bootstrap, f"{name}-around", replicas=chosen.kafka_replicas)
    brokers = KafkaBrokers(chosen.bootstrap, f"{name}-brokers")
    directory = Directory(bus, roots_in(chosen.roots_folder))
    watch = Watch(bus, directory, clock, realm, chosen.partitions)
    around = Surroundings(brokers, beside, clock, realm, chosen.partitions)
    shown = Shown(watch, around)
    condition, meters = Condition("watch"), Meters()
    condition.look(shown.lacks)
    meters.at_scrape(shown.samples)
    meters.at_scrape(condition.samples)
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    # Served before the bus is reached, since why it is not is what operators ask then.
    work = [
        asyncio.create_task(stopping.wait(), name="wait for a signal"),
        asyncio.create_task(
            pages.answer(app(shown, condition, meters.registry), listening), name="serve"
        ),
        asyncio.create_task(_watch(watch, around, bus, chosen, realm), name="watch"),
    ]
    if chosen.health_port:
        # The figures stay on loopback; on this one there are health and metrics alone.
        healthy = pages.serve(chosen.health_port, chosen.health_host, condition, meters.registry)
        work.append(asyncio.create_task(healthy, name="health"))
    done, pending = await asyncio.wait(work, return_when=asyncio.FIRST_COMPLETED)
    for task in pending:
        task.cancel()
    await asyncio.gather(*pending, return_exceptions=True)
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(LET_GO_WITHIN_S):
            await asyncio.gather(bus.close(), beside.close(), brokers.close())
    log.info("watch.stopped")
    for task in done:
        task.result()


def _wanted(chosen: Settings, realm: Realm) -> list[topics.Topic]:
    of_services = (
        topic
        for service in plain.SOURCES
        for topic in topics.of_service(service, realm, chosen.partitions)
    )
    return [
        *of_services,
        *topics.of_directory(),
        *topics.of_watch(realm, chosen.partitions),
    ]


async def _watch(
    watch: Watch, around: Surroundings, bus: KafkaBus, chosen: Settings, realm: Realm
) -> None:
    """Until Faust fails, which is raised; or until cancelled, and then all is written."""
    await patiently(lambda: bus.ensure(_wanted(chosen, realm)))
    sources = {service: topics.ledger(service, realm) for service in plain.SOURCES}
    place = folder(chosen, realm)
    place.mkdir(parents=True, exist_ok=True)
    stream = Stream(topics.watch(realm), chosen.bootstrap, place, sources, watch.take)
    asking = asyncio.create_task(around.ask_for_ever(), name="surroundings")
    try:
        await stream.start()
        log.info("watch.started")
        await watch.begin(stream)
        work = [
            asking,
            asyncio.create_task(stream.run(), name="faust"),
            asyncio.create_task(watch.write_for_ever(), name="write"),
            asyncio.create_task(watch.look_for_ever(), name="look"),
        ]
        try:
            done, _ = await asyncio.wait(work, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            for task in work:
                task.cancel()
            await asyncio.gather(*work, return_exceptions=True)
            await watch.write()
            await stream.stop()
    finally:
        asking.cancel()
