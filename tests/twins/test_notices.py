"""Notices from their giving to what is detected of them, in memory and on Kafka."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from schemas.notices import NoticePhase, NoticeReach, NoticeWords
from schemas.places import Point
from services.bus.memory import VirtualClock
from services.bus.topics import Realm
from services.desk.notices.view import NoticeView
from services.desk.submissions import submitted
from services.desk.trouble import DeskTrouble
from tests.kit.house import WITHIN_S, House
from tests.kit.notices import FINAL, ISLANDS, detection, exercise_form, launch_form
from tests.kit.paper import NOON
from tests.twins.test_alerts import MINISTRY, accepted, alerting

SENDER = "xaa-ghq"
DAY = timedelta(days=1)
ELSEWHERE = Point(latitude=-40.0, longitude=100.0)


async def knows(
    house: House, desk: str, matter: str, found: Callable[[NoticeView], Any],
    realm: Realm = Realm.LIVE,
) -> NoticeView:  # fmt: skip
    """A notice as a desk knows it, as soon as it is as it should be."""
    reader = await house.open(desk, realm)

    def look() -> NoticeView | None:
        return next((x for x in reader.notices.all() if x.matter == matter and found(x)), None)

    result = await reader.until(look, WITHIN_S)
    assert result is not None, [x.standing for x in reader.notices.all()]
    return result


async def given(house: House, **fields: Any) -> str:
    """A notice of a launch, in the hands of both desks of XBB; its matter."""
    name = await alerting(house)
    ours = await house.open(SENDER)
    identity = ours.notices.give(name, launch_form(house.clock.now(), **fields), by="duty-1")
    await accepted(house, SENDER, identity)
    out = submitted(ours.store, identity).out
    for desk in (SENDER, MINISTRY, FINAL):
        await knows(house, desk, out.matter, lambda x: x.told)
    return out.matter


def of(view: NoticeView, desk: str) -> NoticeReach | None:
    return view.reach(desk)


async def test_S5_a_ministrys_word_does_not_settle_what_is_meant_for_early_warning(
    house: House,
) -> None:
    matter = await given(house)
    ministry, radar = await house.open(MINISTRY), await house.open(FINAL)
    said = ministry.notices.acknowledge(matter, by="duty-1", passed_to="naval headquarters")
    await accepted(house, MINISTRY, said)
    view = await knows(house, SENDER, matter, lambda x: of(x, MINISTRY) is NoticeReach.TAKEN_OVER)
    assert not view.standing.settled and of(view, FINAL) is not NoticeReach.TAKEN_OVER
    await accepted(house, FINAL, radar.notices.acknowledge(matter, by="duty-2"))
    settled = await knows(house, SENDER, matter, lambda x: x.standing.settled)
    passed = [x.content.passed_to for x in settled.happened if isinstance(x.content, NoticeWords)]
    assert "naval headquarters" in passed
    assert not any(each.flags for each in settled.happened)


async def test_S5_what_radar_sees_is_matched_at_its_desk_and_told_to_all(house: House) -> None:
    now = house.clock.now()
    matter = await given(house, begins=now - DAY / 24, ends=now + DAY)
    radar = await house.open(FINAL)
    seen = detection(house.clock.now())
    (match,) = (x for x in radar.notices.matching(seen) if x.notice.matter == matter)
    assert match.area == "Sea near the islands"
    assert not match.taken_over, "it is matched though nobody there has taken it over"
    await accepted(house, FINAL, radar.notices.link(match, seen, by="duty-1"))
    for desk in (SENDER, MINISTRY):
        view = await knows(house, desk, matter, lambda x: x.standing.detections)
        (linked,) = [x for x in view.happened if x.notice.event.kind == "DetectionLinked"]
        assert getattr(linked.content, "points", None) == (ISLANDS,)
    for entry in await house.entries(matter):
        assert b"78.9" not in entry.signed.payload, "the ledger holds outer parts only"


async def test_S5_what_no_notice_explains_is_said_plainly(house: House) -> None:
    await given(house)
    radar = await house.open(FINAL)
    with pytest.raises(DeskTrouble, match="matches no notice that this desk has"):
        radar.notices.detected(detection(house.clock.now(), ELSEWHERE), by="duty-1")


async def test_a_notice_that_is_called_off_is_taken_over_anew_and_explains_nothing(
    house: House,
) -> None:
    now = house.clock.now()
    matter = await given(house, begins=now - DAY / 24, ends=now + DAY)
    ours, radar = await house.open(SENDER), await house.open(FINAL)
    await accepted(house, FINAL, radar.notices.acknowledge(matter, by="duty-2"))
    await accepted(house, SENDER, ours.notices.cancel(matter, by="duty-1", text="Bad weather."))
    view = await knows(house, FINAL, matter, lambda x: x.standing.phase == "CANCELLED")
    assert not view.standing.settled
    found = radar.notices.matching(detection(house.clock.now()))
    assert [x.cancelled for x in found if x.notice.matter == matter] == [True]
    await accepted(house, FINAL, radar.notices.acknowledge(matter, by="duty-2"))
    await knows(house, SENDER, matter, lambda x: x.standing.settled)


async def test_a_notice_in_an_exercise_on_the_bus_stays_there(house: House) -> None:
    name = await alerting(house)
    ours = await house.open(SENDER, Realm.EXERCISE)
    form = exercise_form(house.clock.now())
    identity = ours.notices.give(name, form, by="duty-1", exercise="NORTHERN LIGHT")
    await accepted(house, SENDER, identity, Realm.EXERCISE)
    matter = submitted(ours.store, identity).out.matter
    await knows(house, FINAL, matter, lambda x: x.told, Realm.EXERCISE)
    live = await house.open(FINAL)
    assert all(each.matter != matter for each in live.notices.all())
    assert not live.alarms()


async def test_S15_clocks_of_notices_survive_a_restart(memory_house: House) -> None:
    """In virtual time: the instance that set the clocks stops, and another passes them."""
    house = memory_house
    await alerting(house)
    ours = await house.open(SENDER)
    form = exercise_form(
        house.clock.now(), begins=NOON + DAY, ends=NOON + 3 * DAY, final_consumers=(FINAL,)
    )
    identity = ours.notices.give("autumn", form, by="duty-1")
    await accepted(house, SENDER, identity)
    matter = submitted(ours.store, identity).out.matter
    for running in house.services[-2:]:
        await running.stop()
    del house.services[-2:]
    await house.start(service="alerts")
    assert isinstance(house.clock, VirtualClock)

    def stands(found: Callable[[NoticeView], Any]) -> Callable[[], NoticeView | None]:
        def look() -> NoticeView | None:
            fits = (x for x in house.desks[MINISTRY].notices.all() if x.matter == matter)
            return next((x for x in fits if found(x)), None)

        return look

    await house.open(MINISTRY)
    await house.until(MINISTRY, stands(lambda x: x.standing.overdue), step_s=600)
    await house.until(MINISTRY, stands(lambda x: x.standing.word_missing), step_s=3600)
    last = await house.until(MINISTRY, stands(lambda x: x.standing.end_missing), step_s=3600)
    assert (last.standing.phase, last.standing.words_missed) == (NoticePhase.NOTIFIED, 1)
