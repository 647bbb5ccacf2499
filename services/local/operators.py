"""What operators see at the end of a story: the figures, and never a text."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import datetime

from services.bus.topics import Realm
from services.bus.wire import digest, encode
from services.local.stage import Ledgers
from services.watch import figuring
from services.watch.client import WatchClient
from services.watch.figures import Figures
from services.watch.part import Part
from services.watch.source import Silent
from services.watch.terminal.overview import overview
from services.watch.terminal.panes import contacts, waiting
from services.watch.terminal.sheets import Sheet

COUNTED_WITHIN_S = 60.0
"""How long the watch may take to start and to count the ledgers of a story to their end."""


def folded(ledgers: Ledgers, at: datetime) -> Figures:
    """The figures of ledgers alone, in one go: without brokers, lanes and processes."""
    parts = []
    for service, partitions in ledgers.items():
        for number, entries in enumerate(partitions):
            part = Part(service, number)
            for offset, entry in enumerate(entries):
                found = digest(encode(entry))
                part.take(entry, found)
                part.pass_to(offset + 1, found)
            parts.append(part)
    return figuring.figures(parts, at, Realm.LIVE.value)


async def asked(url: str, wanted: Mapping[str, int]) -> Figures:
    """What the watch at `url` shows, once it has counted so many entries of each service.

    Raises Silent, with the reason, where it does not within COUNTED_WITHIN_S.
    """
    why = "it did not answer"
    client = WatchClient(url)
    try:
        async with asyncio.timeout(COUNTED_WITHIN_S):
            while True:
                try:
                    figures = await client.figures_now()
                except Silent as trouble:
                    why = str(trouble)
                else:
                    left = sum(max(0, n - figures.folded.get(s, 0)) for s, n in wanted.items())
                    if not left:
                        return figures
                    why = f"it has not counted {left} entries yet"
                await asyncio.sleep(0.2)
    except TimeoutError:
        raise Silent(f"{why}, after {COUNTED_WITHIN_S:g} s") from None
    finally:
        await client.close()


def sheet(figures: Figures) -> Sheet:
    """What the view shows of them: what needs somebody, what is owed, how all stands."""
    needs, processes, traffic = overview(figures, figures.at)
    runs = (processes,) if figures.processes else ()
    owed, standing = waiting(figures, figures.at), contacts(figures, figures.at)
    shown = (needs, *runs, traffic, *owed, *standing)
    return tuple(each for each in shown if each.rows or each is needs)
