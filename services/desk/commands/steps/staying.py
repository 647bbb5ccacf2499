"""What goes on until it is ended: watching, and serving."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Iterator
from typing import Any

from services.bus.log import log
from services.bus.settings import Settings
from services.desk.commands.steps.listing import inbox_of, released_by
from services.desk.commands.steps.outcome import Outcome
from services.desk.desk import Desk
from services.desk.trouble import DeskTrouble

LOOK_AGAIN_S = 1.0
"""How often `watch` looks at the clock, since ages grow and ceilings pass without a change."""


async def watched(
    desk: Desk,
    seconds: float | None,
    show: Callable[[Outcome, Outcome], None],
    newest: int | None = None,
) -> None:
    """Show inbox and outbox now, at every change, and as time passes."""
    changed = asyncio.Event()

    async def listen() -> None:
        async for _ in desk.changes():
            changed.set()

    listening = asyncio.create_task(listen(), name="listen for changes")
    try:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while True:
                    changed.clear()
                    show(inbox_of(desk, newest), released_by(desk, newest))
                    # Not wait_for: in Python 3.11 it can swallow the end of the time outside.
                    with contextlib.suppress(TimeoutError):
                        async with asyncio.timeout(LOOK_AGAIN_S):
                            await changed.wait()
    finally:
        listening.cancel()


def changes_between(before: dict[str, Any], after: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """What is new or other in an inbox or outbox document, each as one document."""
    known = {each["message_id"]: each for each in before.get("messages", ())}
    for name in ("cease_action", "prompts", "link", "alarms", "lines", "to_relay", "invitations"):
        if name in after and after[name] != before.get(name):
            yield {"changed": name, name: after[name]}
    for each in after["messages"]:
        if each != known.get(each["message_id"]):
            yield {"changed": "message", "message": each}


async def serve(desk: Desk, stopping: asyncio.Event, chosen: Settings | None = None) -> None:
    """Hold the link until told to stop. DeskTrouble where another process holds it, PortTaken where
    its health cannot be served.
    """
    if desk.link_task is None:
        raise DeskTrouble("another process of this desk talks to the bus already; end that one")
    log.info("desk.started", desk=desk.name)
    stopped = asyncio.create_task(stopping.wait(), name="wait for a signal")
    attending = asyncio.create_task(attend(desk), name="attend to lines")
    # Both for ever, and what ends them is trouble.
    beside = [attending, *health_of(desk, chosen)]
    await asyncio.wait((stopped, *beside, desk.link_task), return_when=asyncio.FIRST_COMPLETED)
    stopped.cancel()
    for task in beside:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
    if desk.link_task.done():
        try:
            desk.link_task.result()
        except ExceptionGroup as trouble:
            raise DeskTrouble(f"the link ended: {trouble.exceptions[0]}") from trouble


def health_of(desk: Desk, chosen: Settings | None) -> list[asyncio.Task[None]]:
    """The task that serves it, where a port is set."""
    if chosen is None or not chosen.health_port:
        return []
    # Loaded only here: an officer's command does not wait for what serves pages.
    from services.bus import pages
    from services.desk.health import DeskHealth

    of = DeskHealth(desk.name, desk.realm, desk.store, desk.folder, desk.clock)
    serving = pages.serve(chosen.health_port, chosen.health_host, of.condition, of.meters.registry)
    return [asyncio.create_task(serving, name="health")]


async def attend(desk: Desk) -> None:
    """Man the desk's lines until cancelled: answer tests, begin those that are its turn."""
    while True:
        for identity in desk.lines.attend():
            log.info("line.attended", correlation=identity, message=identity)
        await asyncio.sleep(LOOK_AGAIN_S)
