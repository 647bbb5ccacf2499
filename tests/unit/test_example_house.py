"""The example house on a cluster that another house has used before."""

from __future__ import annotations

import contextlib
from pathlib import Path

from schemas.parties import Lane
from services.bus import topics
from services.bus.memory import MemoryBus, MemoryLog, VirtualClock
from services.bus.topics import Realm
from services.bus.transport import Outgoing
from services.desk.home import Home
from services.local.house import House, Seat

SEATS = (Seat("xaa-ghq"), Seat("xbb-ghq"))
INBOX = topics.inbox("xaa-ghq", Lane.FLASH, Realm.LIVE)


def position(house: House) -> int:
    with contextlib.closing(Home(house.home("xaa-ghq")).store(Realm.LIVE)) as store:
        return store.position(INBOX)


async def test_a_desk_that_is_made_now_does_not_read_what_was_anothers(tmp_path: Path) -> None:
    clock = VirtualClock()
    bus = MemoryBus(MemoryLog(clock))
    first = House(tmp_path / "first")
    assert first.build(SEATS) == {"xaa-ghq", "xbb-ghq"}
    await first.open_on(bus, clock.now(), 1, SEATS, first.build(SEATS))
    await bus.append([Outgoing(INBOX, 0, b"k", b"for the first house", ())] * 3)

    second = House(tmp_path / "second")
    made = second.build(SEATS)
    await second.open_on(bus, clock.now(), 1, SEATS, made)
    assert position(second) == 3


async def test_a_desk_that_was_there_misses_nothing_when_the_house_opens_again(
    tmp_path: Path,
) -> None:
    clock = VirtualClock()
    bus = MemoryBus(MemoryLog(clock))
    house = House(tmp_path)
    await house.open_on(bus, clock.now(), 1, SEATS, house.build(SEATS))
    await bus.append([Outgoing(INBOX, 0, b"k", b"while it was away", ())])
    clock.advance(1)
    await house.open_on(bus, clock.now(), 1, SEATS, house.build(SEATS))
    assert position(house) == 0
