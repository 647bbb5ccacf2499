"""The commands that go on until they are ended: watch and run."""

from __future__ import annotations

import asyncio
import contextlib
import json
import signal
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Annotated, Any

from cyclopts import Parameter
from rich.console import Group
from rich.live import Live
from rich.text import Text as Shown

from services.bus import tracing
from services.bus.log import configure, log
from services.bus.settings import settings
from services.bus.topics import Realm
from services.desk.commands.runner import Runner, console
from services.desk.commands.steps.outcome import Outcome
from services.desk.commands.steps.staying import changes_between, serve, watched
from services.desk.commands.typed.place import HERE, Place
from services.desk.desk import Desk
from services.desk.screen.frame import framed

WATCHED_AT_ONCE = 8
"""How many of the newest letters each half of `watch` shows."""
TAKE_LINK_WITHIN_S = 2.0
CLOSE_WITHIN_S = 1.0


@dataclass(frozen=True, slots=True)
class Staying:
    """One looks on, the other carries for all."""

    runner: Runner

    def watch(
        self,
        *,
        seconds: Annotated[float | None, Parameter(name="--for")] = None,
        place: Place = HERE,
    ) -> int:
        """Show inbox and outbox as they change. With --json one line for each change.

        Parameters
        ----------
        seconds
            End after so many seconds; without, at Ctrl-C.
        """

        async def work(desk: Desk) -> None:
            await (_watch_as_lines if place.json else _watch_on_screen)(desk, seconds)

        return self.runner.end(place, self.runner.on_desk(place, work))

    def run(self, *, place: Place = HERE) -> int:
        """Talk to the bus for this desk until SIGTERM; the other commands then share it."""
        realm = self.runner.realm
        configure(settings().log_level, realm=realm.value)
        tracing.configure(settings().otlp_endpoint, "desk")
        return self.runner.end(place, lambda: _serve(place, realm))


async def _watch_on_screen(desk: Desk, seconds: float | None) -> None:
    with Live(console=console(), auto_refresh=False) as live:

        def show(inbox: Outcome, outbox: Outcome) -> None:
            both = Group(inbox.screen, Shown(""), outbox.screen)
            live.update(framed(both, desk.realm), refresh=True)

        await watched(desk, seconds, show, newest=WATCHED_AT_ONCE)


async def _watch_as_lines(desk: Desk, seconds: float | None) -> None:
    before: dict[str, dict[str, Any]] = {"inbox": {}, "outbox": {}}

    def show(inbox: Outcome, outbox: Outcome) -> None:
        after = {"inbox": inbox.document, "outbox": outbox.document}
        for name, document in after.items():
            for change in changes_between(before[name], document):
                print(json.dumps({"box": name, **change}), flush=True)
        before.update(after)

    await watched(desk, seconds, show)


async def _serve(place: Place, realm: Realm) -> None:
    stopping = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stopping.set)
    async with AsyncExitStack() as last:
        stack = AsyncExitStack()
        last.push_async_callback(_close, stack)
        desk = await _take_link(stack, place, realm)
        await serve(desk, stopping, settings())
    log.info("desk.stopped", desk=desk.name)


async def _take_link(stack: AsyncExitStack, place: Place, realm: Realm) -> Desk:
    """The desk with its link, once a command that is about to end has let go of it."""
    patience = asyncio.get_running_loop().time() + TAKE_LINK_WITHIN_S
    while True:
        attempt = AsyncExitStack()
        desk = await attempt.enter_async_context(Desk.open(place.home, realm=realm))
        if desk.link is not None or asyncio.get_running_loop().time() > patience:
            await stack.enter_async_context(attempt)
            return desk
        await attempt.aclose()
        await asyncio.sleep(0.1)


async def _close(stack: AsyncExitStack) -> None:
    """All that counts is on the disk: a bus that does not let go is not waited for."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(CLOSE_WITHIN_S):
            await stack.aclose()
