"""What an operator sees of a watch that runs: every pane of the terminal, and histories."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from services.bus.clock import SystemClock
from services.watch.client import WatchClient
from services.watch.terminal.app import WatchApp
from services.watch.terminal.standing import PANES
from tests.kit.watched import Watched
from tests.unit.test_watch_terminal import said, shown

WITHIN_S = 60.0


async def seen(watched: Watched, matters: Sequence[str]) -> str:
    """Everything that stands on the screen in every pane, and these matters' histories."""
    client = WatchClient(watched.url)
    app = WatchApp(client, SystemClock(), ask_again_after_s=0.5)
    found: list[str] = []
    try:
        async with app.run_test(size=(240, 100)) as pilot:

            async def until(there: Callable[[], object]) -> None:
                async with asyncio.timeout(WITHIN_S):
                    while not there():
                        await pilot.pause(0.1)

            await until(lambda: app.figures and app.figures.lanes and app.figures.quarantine)
            await until(lambda: app.tail.counted)
            for key in range(1, len(PANES) + 1):
                await pilot.press(str(key))
                app.draw()
                found += [said(app, "#age"), said(app, "#tabs"), *shown(app)]
            await pilot.press("enter")
            await until(lambda: "events" in "".join(shown(app)))
            found += shown(app)
        for matter in matters:
            told = await client.history(matter)
            assert told, matter
            found += [each.model_dump_json() for each in told]
    finally:
        await client.close()
    return "\n".join(found)
