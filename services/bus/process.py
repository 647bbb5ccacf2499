"""Runs one instance of a service as a process: from its key to SIGTERM."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from services.bus import keys, pages, tracing
from services.bus.clock import SystemClock
from services.bus.directory import Directory, RootsUnreadable, roots_in
from services.bus.health import PortTaken
from services.bus.kafka import KafkaBus
from services.bus.keys import KeyUnreadable
from services.bus.log import configure, log
from services.bus.running import Running
from services.bus.seal import Signer
from services.bus.service import Service
from services.bus.settings import Settings, settings
from services.bus.topics import Realm
from services.bus.transport import TopicsWrong, Unreachable


def command(make: Callable[[Settings], Service]) -> Callable[..., None]:
    """The command that runs one instance of the service that `make` declares, as set outside."""

    def run(
        *, realm: Realm = Realm.LIVE, key: Annotated[Path | None, Parameter(name="--key")] = None
    ) -> None:
        """Run one instance until SIGTERM. Start as many as there are partitions, each with its own
        DETENTE_INSTANCE.

        Parameters
        ----------
        realm
            live, or exercise: the same rules on topics of their own.
        key
            The service's private key; its own below <state>/services by default.
        """
        chosen = settings()
        _serve(make(chosen), chosen, realm, key)

    return run


def _serve(service: Service, chosen: Settings, realm: Realm, key: Path | None) -> None:
    """Until SIGTERM or SIGINT. Exits with 1, and one line on stderr, where it cannot start."""
    configure(chosen.log_level, service=service.name, instance=chosen.instance, realm=realm.value)
    tracing.configure(chosen.otlp_endpoint, service.name)
    try:
        signer = Signer(
            service.name, keys.load(key or chosen.state / "services" / f"{service.name}.key")
        )
        asyncio.run(_run(service, chosen, realm, signer))
    except (KeyUnreadable, PortTaken, RootsUnreadable, TopicsWrong, Unreachable) as trouble:
        print(f"detente {service.name}: {trouble}", file=sys.stderr)
        raise SystemExit(1) from trouble


async def _start_and_run(running: Running) -> None:
    await running.start()
    log.info("service.started")
    await running.run()


async def _run(service: Service, chosen: Settings, realm: Realm, signer: Signer) -> None:
    bus = KafkaBus(
        chosen.bootstrap,
        f"{realm.prefix}{service.name}-{chosen.instance}",
        replicas=chosen.kafka_replicas,
        send_within_s=chosen.kafka_send_within_s,
    )
    directory = Directory(bus, roots_in(chosen.roots_folder))
    running = Running(service, bus, signer, directory, SystemClock(), chosen, realm)
    stopping = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stopping.set)
    work = [
        asyncio.create_task(_start_and_run(running), name="run"),
        asyncio.create_task(stopping.wait(), name="wait for a signal"),
    ]
    if chosen.health_port:
        # Served before the bus is reached, since why it is not is what operators ask then.
        serving = pages.serve(
            chosen.health_port, chosen.health_host, running.condition, running.meters.registry
        )
        work.append(asyncio.create_task(serving, name="health"))
    done, pending = await asyncio.wait(work, return_when=asyncio.FIRST_COMPLETED)
    for task in pending:
        task.cancel()
    await asyncio.gather(*pending, return_exceptions=True)
    await running.stop()
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(2):
            await bus.close()
    log.info("service.stopped")
    for task in done:
        task.result()
