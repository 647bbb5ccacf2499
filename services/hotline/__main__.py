"""What `detente hotline` can be asked for."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sys
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

from services.bus import health, keys
from services.bus.clock import SystemClock
from services.bus.directory import Directory, RootsUnreadable, roots_in
from services.bus.kafka import KafkaBus
from services.bus.keys import KeyUnreadable
from services.bus.log import configure, log
from services.bus.running import Running
from services.bus.seal import Signer
from services.bus.settings import Settings, settings
from services.bus.topics import Realm
from services.bus.transport import TopicsWrong, Unreachable
from services.hotline.own_word import NAME
from services.hotline.service import hotline
from services.hotline.showing import line_tests, lines, overdue, threads, undertakings

app = App(name="hotline", help="The hotline: run it, and see how its traffic stands.")
for show in (lines, threads, undertakings, overdue):
    app.command(show)
app.command(line_tests, name="tests")


@app.command
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
        The service's private key; <state>/services/hotline.key by default.
    """
    chosen = settings()
    configure(chosen.log_level, service=NAME, instance=chosen.instance, realm=realm.value)
    try:
        asyncio.run(_run(chosen, realm, key or chosen.state / "services" / f"{NAME}.key"))
    except (KeyUnreadable, RootsUnreadable, TopicsWrong, Unreachable) as trouble:
        print(f"detente hotline: {trouble}", file=sys.stderr)
        raise SystemExit(1) from trouble


async def _run(chosen: Settings, realm: Realm, key: Path) -> None:
    signer = Signer(NAME, keys.load(key))
    bus = KafkaBus(
        chosen.bootstrap,
        f"{realm.prefix}{NAME}-{chosen.instance}",
        replicas=chosen.kafka_replicas,
        send_within_s=chosen.kafka_send_within_s,
    )
    directory = Directory(bus, roots_in(chosen.roots_folder))
    service = hotline(chosen.acknowledge_within_s)
    running = Running(service, bus, signer, directory, SystemClock(), chosen, realm)
    stopping = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stopping.set)
    await running.start()
    work = [
        asyncio.create_task(running.run(), name="run"),
        asyncio.create_task(stopping.wait(), name="wait for a signal"),
    ]
    if chosen.health_port:
        pages = health.serve(chosen.health_port, lambda: running.ready, running.metrics.registry)
        work.append(asyncio.create_task(pages, name="health"))
    log.info("service.started")
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


if __name__ == "__main__":
    app()
