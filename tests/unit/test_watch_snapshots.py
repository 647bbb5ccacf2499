"""Every pane as it stands on the screen, at a time that stands still.

`python -m pytest tests/unit/test_watch_snapshots.py --snapshot-update` takes new ones; look at them
(`python -m tests.house.screens`) before they are committed.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from services.bus.memory import VirtualClock
from services.bus.topics import Realm
from services.watch.source import Prepared
from services.watch.terminal.app import WatchApp
from tests.house.screens import PICTURES, SCREENS, WANTED, Picture, app_on, drawn, picture_of, play
from tests.kit import nights

SIZES = [(80, 24), (120, 40)]
OUTSIDE = re.compile(r"(?:https?:)?//(?!www\.w3\.org/2000/svg\")[\w.-]+")
SnapCompare = Callable[..., bool]


async def storm() -> Prepared:
    """More than is kept, at once."""
    source = Prepared(nights.night())
    await source.happen(*(nights.event(number) for number in range(6000)))
    return source


@pytest.mark.parametrize("size", SIZES, ids=["80x24", "120x40"])
@pytest.mark.parametrize("name", PICTURES)
def test_every_picture_is_as_it_was(
    name: str, size: tuple[int, int], snap_compare: SnapCompare
) -> None:
    assert compared(PICTURES[name], size, snap_compare)


@pytest.mark.parametrize("size", SIZES, ids=["80x24", "120x40"])
def test_a_storm_is_as_it_was(size: tuple[int, int], snap_compare: SnapCompare) -> None:
    assert compared(Picture(storm, ("7", "n")), size, snap_compare)


def test_an_exercise_is_as_it_was(snap_compare: SnapCompare) -> None:
    source = Prepared(nights.night().model_copy(update={"realm": "exercise"}))
    app = WatchApp(source, VirtualClock(nights.NOW), Realm.EXERCISE)
    assert snap_compare(app, run_before=drawn, terminal_size=(80, 24))


def compared(picture: Picture, size: tuple[int, int], snap_compare: SnapCompare) -> bool:
    source, clock = asyncio.run(picture.source()), VirtualClock(nights.NOW)

    async def act(pilot: Pilot[Any]) -> None:
        await play(pilot, picture, source, clock)

    return snap_compare(app_on(source, clock), run_before=act, terminal_size=size)


def test_no_picture_names_a_host_outside() -> None:
    found = [*(Path(__file__).parent / "__snapshots__").rglob("*.svg"), *SCREENS.glob("*.svg")]
    assert len(found) > 2 * len(PICTURES)
    assert [path.name for path in found if OUTSIDE.search(path.read_text())] == []


@pytest.mark.parametrize("name", WANTED)
def test_the_readmes_pictures_are_those_of_this_release(name: str) -> None:
    """Where this fails: `python -m tests.house.screens`, and look at them."""
    assert (SCREENS / f"{name}.svg").read_text() == asyncio.run(picture_of(*WANTED[name]))
