"""What the watch answers over HTTP, and what its windows, percentiles and hints come to."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from prometheus_client import CollectorRegistry

from services.bus import pages
from services.bus.health import Condition
from services.watch.alike import alike
from services.watch.figures import Figures, Happened
from services.watch.figuring import figures, percentile
from services.watch.folding.sample import Sample
from services.watch.part import Part
from services.watch.record import About, Lead, Owed, Record, Spoken
from services.watch.serving import HOST, WAITING_MOST, app, bounded
from services.watch.slots import Slot, slot_of
from services.watch.tail import KEPT, Filter, Tail
from services.watch.terminal import panes
from services.watch.terminal.overview import attention
from services.watch.terminal.standing import tab_line
from tests.kit.ports import free_ports

NOW = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)


def event(number: int, **fields: object) -> Happened:
    filled = {
        "at": NOW + timedelta(seconds=number), "service": "hotline", "matter": "border-1",
        "sequence": number, "part": 0, "kind": "MessageAccepted", "by": "xaa-ghq",
        "to": ("xbb-ghq",), "nations": ("XAA", "XBB"), "precedence": "FLASH",
        "state": "ACCEPTED", "correlation": "0" * 32,
    }  # fmt: skip
    return Happened.model_validate({**filled, **fields})


class Served:
    """One matter, with one event."""

    def __init__(self) -> None:
        self.tail = Tail()
        self.tail.add([event(1), event(2, service="alerts", precedence="ROUTINE")])
        self.changed = 1

    def figures(self) -> Figures:
        return Figures(at=NOW, realm="live", folded={"hotline": self.changed}, behind={})

    async def history(self, matter: str) -> Sequence[Happened] | None:
        return [event(1)] if matter == "border-1" else None


async def _listening(port: int) -> None:
    async with asyncio.timeout(20):
        while True:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                await asyncio.sleep(0.02)
                continue
            writer.close()
            return


async def _lines(lines: AsyncIterator[str], wanted: int) -> list[tuple[str, dict[str, object]]]:
    found: list[tuple[str, dict[str, object]]] = []
    kind = ""
    async for line in lines:
        if line.startswith("event: "):
            kind = line.removeprefix("event: ")
        if line.startswith("data: "):
            found.append((kind, json.loads(line.removeprefix("data: "))))
        if len(found) == wanted:
            break
    return found


async def test_figures_events_and_histories_are_served_on_loopback() -> None:
    served, port = Served(), free_ports(1)
    application = app(served, Condition("watch"), CollectorRegistry())
    listening = pages.listen(HOST, port, "take another")
    task = asyncio.create_task(pages.answer(application, listening))
    try:
        await _listening(port)
        base = f"http://127.0.0.1:{port}"
        async with httpx.AsyncClient(base_url=base, trust_env=False, timeout=20) as client:
            said = await client.get("/figures")
            assert Figures.model_validate_json(said.content) == served.figures()
            said = await client.get("/matters/border-1")
            assert [Happened.model_validate(_strict(each)) for each in said.json()] == [event(1)]
            assert (await client.get("/matters/nobody")).status_code == 404
            assert (await client.get("/health/ready")).json()["ready"] is True
            assert (await client.get("/health/live")).status_code == 200
            async with client.stream("GET", "/events?service=hotline&nation=") as events:
                served.tail.add([event(3, service="alerts"), event(4)])
                found = await _lines(events.aiter_lines(), 2)
                assert [(kind, each["sequence"]) for kind, each in found] == [
                    ("happened", 1), ("happened", 4),
                ]  # fmt: skip
            async with client.stream("GET", "/figures/stream") as stream:
                lines = stream.aiter_lines()
                (first,) = await _lines(lines, 1)
                assert first[0] == "figures" and first[1]["folded"] == {"hotline": 1}
                served.changed = 2
                (second,) = await _lines(lines, 1)
                assert second[1]["folded"] == {"hotline": 2}
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def _strict(said: dict[str, object]) -> dict[str, object]:
    made = Happened.model_validate_json(json.dumps(said))
    return made.model_dump()


def test_the_tail_keeps_the_newest_and_shows_what_matches() -> None:
    tail = Tail()
    tail.add(event(number) for number in range(1, KEPT + 11))
    tail.begin([event(number, matter="older-1") for number in (3, 1, 2)])
    newest = tail.newest(Filter(), most=3)
    assert [each.sequence for each in newest] == [KEPT + 8, KEPT + 9, KEPT + 10]
    assert tail.newest(Filter(matter="older-1")) == []
    assert len(tail.newest(Filter(nation="XBB", precedence="FLASH"))) == 200
    assert tail.newest(Filter(nation="XCC")) == []


def test_the_newest_is_what_happened_last_whatever_was_folded_last() -> None:
    tail = Tail()
    tail.add([event(8), event(9)])
    tail.add([event(number, service="visits") for number in (1, 2)])
    assert [each.sequence for each in tail.newest(Filter())] == [1, 2, 8, 9]
    assert [each.sequence for each in tail.newest(Filter(), most=2)] == [8, 9]


def test_a_tail_begins_with_what_lies_in_the_ledgers() -> None:
    tail = Tail()
    tail.add([event(9)])
    tail.begin([event(2), event(1)])
    assert [each.sequence for each in tail.newest(Filter())] == [1, 2, 9]


@pytest.mark.parametrize(
    ("per_cent", "expected"), [(50, 5.0), (90, 9.0), (99, 10.0), (100, 10.0), (1, 1.0)]
)
def test_a_percentile_is_a_value_that_occurred(per_cent: int, expected: float) -> None:
    assert percentile([float(n) for n in range(1, 11)], per_cent) == expected


def test_windows_slide() -> None:
    part = Part("hotline", 0)
    for minutes in (1, 4, 6, 59, 61, 23 * 60, 25 * 60):
        at = NOW - timedelta(minutes=minutes)
        took = Sample(at, "FLASH", "XAA>XBB", float(minutes))
        part.slots[slot_of(at)] = Slot().after(refused=minutes == 4, samples=(took,))
    shown = figures([part], NOW, "live")
    assert [(each.window_s, each.entries, each.refused) for each in shown.rates] == [
        (300, 2, 1), (3600, 4, 1), (86400, 6, 1),
    ]  # fmt: skip
    took_s = [(x.window_s, x.acknowledged, x.p50_s, x.p99_s) for x in shown.latencies]
    assert took_s == [
        (300, 2, 1.0, 4.0), (3600, 4, 4.0, 59.0), (86400, 6, 6.0, 1380.0),
    ]  # fmt: skip


def _about(matter: str, minutes: int = 0, **fields: object) -> Record:
    filled: dict[str, object] = {
        "kind": "RADAR_LOCK_ON", "nations": ("XAA", "XBB"), "geocodes": ("XBB-04",),
        "event_at": NOW + timedelta(minutes=minutes),
    }  # fmt: skip
    about = About.model_validate({**filled, **fields})
    return Record(service="alerts", matter=matter, about=about)


def test_alerts_near_in_time_and_place_or_of_a_kind_may_be_about_one_event() -> None:
    one, near = _about("alert-1"), _about("alert-2", 5, kind="AIRSPACE_VIOLATION")
    of_a_kind = _about("alert-3", 60, geocodes=())
    far, late = _about("alert-4", geocodes=("XCC-01",), kind="PIRACY"), _about("alert-5", 600)
    (hint,) = alike([one, near, of_a_kind, far, late])
    assert hint.matters == ("alert-1", "alert-2", "alert-3")
    assert hint.because == ("TIME", "AREA", "KIND")
    assert hint.kinds == ("AIRSPACE_VIOLATION", "RADAR_LOCK_ON")
    assert (hint.first_at, hint.last_at) == (NOW, NOW + timedelta(minutes=60))


@pytest.mark.parametrize("fields", [{"incident": "kaltmoor"}, {"over": True}])
def test_what_is_linked_or_over_needs_no_hint(fields: dict[str, Any]) -> None:
    assert alike([_about("alert-1", **fields), _about("alert-2", **fields)]) == ()


def test_what_is_overdue_and_urgent_stands_first() -> None:
    part = Part("hotline", 0)
    owed = {
        "a": Owed(what="ACKNOWLEDGEMENT", of="xbb-ghq", since=NOW, precedence="ROUTINE"),
        "b": Owed(what="ANSWER", of="XBB", since=NOW, precedence="FLASH"),
        "c": Owed(what="ANSWER", of="XCC", since=NOW, precedence="PRIORITY", overdue=True),
    }
    spoken = {"XAA XBB": Spoken(at=NOW - timedelta(days=3, hours=1), kind="CONCERN")}
    leads = {str(n): Lead(kind="VISIT", seconds=float(n)) for n in (1, 2, 9)}
    record = Record(service="hotline", matter="m-1", owed=owed, spoken=spoken, leads=leads)
    part.records["m-1"] = record
    shown = figures([part], NOW, "live")
    assert [each.of for each in shown.waiting] == ["XCC", "XBB", "xbb-ghq"]
    assert [(each.pair, each.days) for each in shown.contacts] == [(("XAA", "XBB"), 3)]
    (lead,) = shown.lead_times
    assert (lead.count, lead.shortest_s, lead.median_s, lead.longest_s) == (3, 1.0, 2.0, 9.0)


def _owed(count: int, late: int) -> Figures:
    owed = {
        str(n): Owed(what="ANSWER", of="XBB", since=NOW - timedelta(days=1, seconds=n),
                     due=NOW, overdue=n < late)
        for n in range(count)
    }  # fmt: skip
    part = Part("hotline", 0, records={"m-1": Record(service="hotline", matter="m-1", owed=owed)})
    return figures([part], NOW, "live")


def test_of_a_flood_the_overdue_are_sent_first_and_the_rest_is_counted() -> None:
    flood = bounded(_owed(WAITING_MOST + 70, late=40))
    assert (len(flood.waiting), flood.waiting_more) == (WAITING_MOST, 70)
    assert [each.overdue for each in flood.waiting[:41]] == [True] * 40 + [False]
    few = _owed(3, late=1)
    assert bounded(few) == few and few.waiting_more == 0


def test_the_view_says_how_many_more_wait_and_that_more_may_be_overdue() -> None:
    some = bounded(_owed(WAITING_MOST + 70, late=40))
    (table,) = panes.waiting(some, NOW)
    assert table.rows[-1].cells[1] == "and 70 more"
    assert "4 Waiting!40 " in tab_line("overview", some)
    all_late = bounded(_owed(WAITING_MOST + 70, late=WAITING_MOST + 10))
    assert f"4 Waiting!{WAITING_MOST}+ " in tab_line("overview", all_late)
    rows = [row for row in attention(all_late, NOW) if row.key == "overdue more"]
    assert [row.cells[1] for row in rows] == ["at least 495 more"]


async def test_whoever_asks_for_all_that_waits_gets_it() -> None:
    class Flooded(Served):
        def figures(self) -> Figures:
            return _owed(WAITING_MOST + 70, late=40)

    answering = httpx.ASGITransport(app(Flooded(), Condition("watch"), CollectorRegistry()))
    async with httpx.AsyncClient(transport=answering, base_url="http://watch") as client:
        some = Figures.model_validate_json((await client.get("/figures")).content)
        whole = Figures.model_validate_json((await client.get("/figures?waiting=all")).content)
    assert (len(some.waiting), some.waiting_more) == (WAITING_MOST, 70)
    assert (len(whole.waiting), whole.waiting_more) == (WAITING_MOST + 70, 0)
