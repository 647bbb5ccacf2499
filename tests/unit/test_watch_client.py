"""What the view hears of a watch over HTTP, and how it notices that none is there."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing
from itertools import pairwise

import pytest
import pytest_asyncio
from hypothesis import given
from hypothesis import strategies as st

from services.watch.client import EventLines, WatchClient
from services.watch.figures import Happened
from services.watch.source import Prepared, Silent
from tests.kit import nights
from tests.kit.ports import free_ports
from tests.kit.watch_server import WatchServer, serving

WITHIN_S = 20.0


@pytest_asyncio.fixture(loop_scope="session")
async def server() -> AsyncIterator[WatchServer]:
    yield WatchServer(Prepared(nights.night()), nights.night(), {nights.MATTER: nights.history()})


@pytest_asyncio.fixture(loop_scope="session")
async def client(server: WatchServer) -> AsyncIterator[WatchClient]:
    async with serving(server, free_ports(1)) as url:
        found = WatchClient(url)
        yield found
        await found.close()


async def test_figures_are_read_as_they_were_told(client: WatchClient) -> None:
    assert await client.figures_now() == nights.night()


async def test_figures_come_whenever_they_change(client: WatchClient, server: WatchServer) -> None:
    async with asyncio.timeout(WITHIN_S), aclosing(client.figures()) as stream:
        assert await anext(stream) == nights.night()
        await server.prepared.tell(nights.empty())
        assert await anext(stream) == nights.empty()


async def test_no_event_of_a_storm_is_lost_or_out_of_order(
    client: WatchClient, server: WatchServer
) -> None:
    sent = [nights.event(number) for number in range(3000)]
    found: list[Happened] = []

    async def listen() -> None:
        async with aclosing(client.happened()) as stream:
            async for events in stream:
                found.extend(events)
                if len(found) >= len(sent):
                    return

    async with asyncio.timeout(WITHIN_S), asyncio.TaskGroup() as tasks:
        tasks.create_task(listen())
        for start in range(0, len(sent), 100):
            await server.prepared.happen(*sent[start : start + 100])
            await asyncio.sleep(0)
    assert found == sent


async def test_a_history_is_told_and_an_unknown_matter_has_none(client: WatchClient) -> None:
    assert await client.history(nights.MATTER) == tuple(nights.history())
    assert await client.history("unheard-of") is None


async def test_a_matters_name_never_leads_to_another_page(client: WatchClient) -> None:
    assert await client.history("../figures") is None


async def test_a_stream_that_ends_is_silence(client: WatchClient, server: WatchServer) -> None:
    async with asyncio.timeout(WITHIN_S), aclosing(client.figures()) as stream:
        await anext(stream)
        await server.prepared.fall_silent("it ends")
        with pytest.raises(Silent):
            await anext(stream)


async def test_where_nothing_listens_it_says_so() -> None:
    client = WatchClient(f"http://127.0.0.1:{free_ports(1)}")
    with pytest.raises(Silent, match="nothing listens there"):
        await client.figures_now()
    async with aclosing(client.happened()) as stream:
        with pytest.raises(Silent, match="nothing listens there"):
            await anext(stream)
    await client.close()


def cut(text: str, places: Sequence[int]) -> list[str]:
    edges = [0, *sorted(place % (len(text) + 1) for place in places), len(text)]
    return [text[start:end] for start, end in pairwise(edges)]


@given(
    st.lists(st.sampled_from(["happened", "figures"]), max_size=6),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.lists(st.integers(min_value=0, max_value=500), max_size=8),
)
def test_events_are_the_same_wherever_the_wire_cuts_them(
    names: list[str], end: str, places: list[int]
) -> None:
    text = "".join(
        f": a comment{end}event: {name}{end}data: one {number}{end}data: two{end}id: 7{end}{end}"
        for number, name in enumerate(names)
    )
    lines = EventLines("happened")
    found = [each for piece in cut(text, places) for each in lines.take(piece)]
    # A lone CR at the very end may be half of a CR LF, so the last event waits for what follows.
    found += lines.take(":\n")
    wanted = [f"one {number}\ntwo" for number, name in enumerate(names) if name == "happened"]
    assert found == wanted
