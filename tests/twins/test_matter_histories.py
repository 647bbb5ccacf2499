"""A matter's history, folded straight from its ledger, on both engines."""

from __future__ import annotations

from services.bus.topics import Realm
from services.watch import ledgers
from services.watch.folding.outside import happened
from services.watch.terminal.tail import Tail
from services.watch.terminal.timeline import timeline
from tests.kit.house import House
from tests.unit.test_watch_sheets import text_of

CANARY = "kestrel-7f3a"


async def test_a_history_holds_every_event_of_its_matter_and_no_others(house: House) -> None:
    matter, other = house.matter("told"), house.matter("untold")
    for each in (matter, other):
        await house.accepted("xaa-ghq", house.draft(each))
    bus = house.connect("tests-history")
    found = await ledgers.history(
        bus, house.directory(bus), matter, house.settings.partitions, Realm.LIVE
    )
    wanted = [event for entry in await house.entries(matter) for event in happened(entry)]
    assert list(found)[: len(wanted)] == wanted
    assert found[0].kind == "MessageAccepted"
    assert {each.matter for each in found} == {matter}
    assert not await ledgers.history(
        bus, house.directory(bus), "unheard-of", house.settings.partitions, Realm.LIVE
    )
    await bus.close()


async def test_no_subject_and_no_text_reaches_a_timeline_or_the_tail(house: House) -> None:
    matter = house.matter("canary")
    draft = house.draft(matter, subject=f"{CANARY} subject", text=f"{CANARY} text")
    await house.accepted("xaa-ghq", draft)
    bus = house.connect("tests-canary")
    found = await ledgers.history(
        bus, house.directory(bus), matter, house.settings.partitions, Realm.LIVE
    )
    await bus.close()
    tail = Tail()
    tail.take(found)
    now = house.clock.now()
    seen = text_of((*timeline(matter, found, now), *tail.sheet(now)))
    assert matter in seen
    assert CANARY not in seen
    assert not any(CANARY in each.model_dump_json() for each in found)
