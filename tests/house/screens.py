"""Writes the pictures of the terminal view: `python -m tests.house.screens [folder]`.

They are of invented figures (`tests/kit/nights.py`) at a time that stands still, so that they
change only where the view does.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from textual.pilot import Pilot

from services.bus.memory import VirtualClock
from services.watch.source import Prepared
from services.watch.terminal.app import WatchApp
from tests.kit import nights

SCREENS = Path(__file__).parents[2] / "services" / "watch" / "screens"
WITHIN_S = 20.0
WIDE = ("overview", "waiting", "tail")


@dataclass(frozen=True, slots=True)
class Picture:
    """What is shown, after which keys."""

    source: Callable[[], Coroutine[Any, Any, Prepared]]
    keys: tuple[str, ...] = ()
    then_silent: bool = False
    """Whether the watch stops to answer, and three and a half minutes pass."""


async def calm() -> Prepared:
    """A house in which nothing has been said yet."""
    return Prepared(nights.empty())


async def night() -> Prepared:
    """A bad night."""
    source = Prepared(nights.night(), {nights.MATTER: nights.history()})
    others = (nights.event(n, at=nights.before(seconds=250 + 30 * (36 - n))) for n in range(36))
    await source.happen(*others, *nights.history())
    return source


async def silent() -> Prepared:
    """A watch that never answered."""
    source = Prepared()
    await source.fall_silent("nothing listens there")
    return source


PICTURES: Mapping[str, Picture] = MappingProxyType(
    {
        "overview": Picture(night),
        "lanes": Picture(night, ("2",)),
        "lines": Picture(night, ("3",)),
        "waiting": Picture(night, ("4",)),
        "contacts": Picture(night, ("5",)),
        "quarantine": Picture(night, ("6",)),
        "tail": Picture(night, ("7",)),
        "history": Picture(night, ("4", "down", "enter")),
        "empty": Picture(calm),
        "dead": Picture(night, then_silent=True),
        "help": Picture(calm, ("question_mark",)),
        "silent": Picture(silent),
    }
)


WANTED: Mapping[str, tuple[Picture, tuple[int, int]]] = MappingProxyType(
    {name: (picture, (80, 24)) for name, picture in PICTURES.items()}
    | {f"{name}-wide": (PICTURES[name], (120, 40)) for name in WIDE}
)
"""What is written: every picture at 80 by 24, and some also at 120 by 40."""


def app_on(source: Prepared, clock: VirtualClock | None = None) -> WatchApp:
    """The view of a source, at the time for which figures were prepared."""
    return WatchApp(source, clock or VirtualClock(nights.NOW), ask_again_after_s=0.05)


async def drawn(pilot: Pilot[None]) -> None:
    """Wait until the view has shown whatever its source tells now."""
    app = pilot.app
    assert isinstance(app, WatchApp)
    async with asyncio.timeout(WITHIN_S):
        while app.figures is None and app.silence is None:
            await pilot.pause()
    await pilot.pause()
    app.draw()
    await pilot.pause()


async def picture_of(picture: Picture, size: tuple[int, int]) -> str:
    """The screen as SVG."""
    source, clock = await picture.source(), VirtualClock(nights.NOW)
    app = app_on(source, clock)
    async with app.run_test(size=size) as pilot:
        await play(pilot, picture, source, clock)
        return app.export_screenshot(title="detente watch")


async def play(pilot: Pilot[Any], picture: Picture, source: Prepared, clock: VirtualClock) -> None:
    """Do to the view what its picture is of."""
    app = pilot.app
    assert isinstance(app, WatchApp)
    await drawn(pilot)
    await pressed(pilot, picture.keys)
    if picture.then_silent:
        await source.fall_silent("it is there and says nothing")
        async with asyncio.timeout(WITHIN_S):
            while app.silence is None:
                await pilot.pause()
        clock.advance(210)
        await drawn(pilot)


async def pressed(pilot: Pilot[Any], keys: tuple[str, ...]) -> None:
    """Press these keys; wait until what they lead to is shown."""
    for key in keys:
        await pilot.press(key)
        await drawn(pilot)


def write(folder: Path) -> None:
    """Every picture at 80 by 24, and some also at 120 by 40."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, (picture, size) in WANTED.items():
        print(f"... {name}", flush=True)
        (folder / f"{name}.svg").write_text(asyncio.run(picture_of(picture, size)))


if __name__ == "__main__":
    write(Path(sys.argv[1]) if len(sys.argv) > 1 else SCREENS)
