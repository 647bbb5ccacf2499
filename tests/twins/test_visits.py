"""A visit from form to report, in memory and on Kafka; who comes is nobody else's to read."""

from __future__ import annotations

import base64
import binascii
import contextlib
import json
import sqlite3
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from prometheus_client import generate_latest
from rich.console import Console

from schemas.contacts import ContactKind, ContactPhase, ContactRemark
from schemas.envelope import Cover
from schemas.parties import Lane
from schemas.visit_forms import DayObserved, DecisionWords, VisitForm, VisitReportForm
from schemas.visit_terms import (
    AmendedItem,
    RefusalCategory,
    ReportKind,
    VisitDecision,
    VisitPhase,
)
from services.bus import showing, topics
from services.bus.memory import VirtualClock
from services.bus.topics import Realm
from services.desk.desk import Desk
from services.desk.submissions import submitted
from services.desk.trouble import DeskTrouble
from services.visits import views
from services.visits.service import visits
from tests.kit.house import WITHIN_S, House, breathe
from tests.kit.visits import (
    CANARY,
    CERTIFICATION,
    FUNCTIONS,
    aircraft_form,
    canary,
    visit_form,
    visitor,
)

OURS, OUR_NSA, THEIR_NSA, YARD = "xaa-ghq", "xaa-nsa", "xbb-nsa", "xbb-yard"
OUR_DIP, THEIR_DIP = "xaa-dip", "xbb-dip"
CLEARED = (OURS, OUR_NSA, THEIR_NSA, YARD)
OTHERS = tuple(desk for desk in FUNCTIONS if desk not in (*CLEARED, OUR_DIP, THEIR_DIP))
BY: dict[str, Any] = {"by": "duty-1"}


async def ready(house: House) -> None:
    """The desks with their functions, the service, and every desk open."""
    if not any(each._service.name == "visits" for each in house.services):
        for desk, functions in FUNCTIONS.items():
            await house.add_desk(desk, functions=functions)
        for realm in Realm:
            await house.start(realm, service="visits")
    for desk in FUNCTIONS:
        await house.open(desk)


async def known(desk: Desk, found: Callable[[], Any]) -> Any:
    """What a desk knows, as soon as it knows it."""
    result = await desk.until(lambda: found() or None, WITHIN_S)
    assert result is not None, [view.standing for view in desk.visits.all()]
    return result


async def accepted(desk: Desk, identity: str) -> None:
    await known(desk, lambda: submitted(desk.store, identity).out.state in ("ACCEPTED", "REFUSED"))
    found = submitted(desk.store, identity)
    assert found.refusal is None, found.refusal


async def stands(desk: Desk, reference: str, phase: VisitPhase) -> Any:
    def found() -> Any:
        view = next((each for each in desk.visits.all() if each.reference == reference), None)
        return view if view and view.standing.phase is phase else None

    return await known(desk, found)


def form_at(house: House, **fields: Any) -> VisitForm:
    """A form whose days lie sixty days ahead, whatever time it is in the house."""
    first = house.clock.now().date() + timedelta(days=60)
    return visit_form(first_day=first, last_day=first + timedelta(days=2), **fields)


async def to_the_host(house: House, form: VisitForm) -> str:
    """Submitted, certified, transmitted, taken up and concurred in; its reference."""
    ours, nsa = house.desks[OURS], house.desks[OUR_NSA]
    theirs, yard = house.desks[THEIR_NSA], house.desks[YARD]
    reference, identity = ours.visits.request(form, **BY)
    await accepted(ours, identity)
    await stands(nsa, reference, VisitPhase.SUBMITTED)
    await accepted(nsa, nsa.visits.certify(reference, CERTIFICATION, **BY))
    await accepted(nsa, nsa.visits.transmit(reference, **BY))
    await stands(theirs, reference, VisitPhase.TRANSMITTED)
    await accepted(theirs, theirs.visits.review(reference, **BY))
    await stands(yard, reference, VisitPhase.UNDER_REVIEW)
    await accepted(yard, yard.visits.concur(reference, **BY, remark=canary("concurs")))
    return reference


async def approved(house: House, form: VisitForm) -> str:
    reference = await to_the_host(house, form)
    theirs = house.desks[THEIR_NSA]
    words = DecisionWords(remark=canary("welcome"))
    await accepted(
        theirs, theirs.visits.decide(reference, VisitDecision.APPROVED, **BY, words=words)
    )
    return reference


async def test_a_visit_to_dispel_concern_goes_from_its_form_to_its_approval(house: House) -> None:
    await ready(house)
    form = form_at(house, agreement="agreement-dca", dispels="alert-border-7")
    reference = await approved(house, form)
    for desk in CLEARED:
        view = await stands(house.desks[desk], reference, VisitPhase.APPROVED)
        assert view.requests[1].sealed.form == form
        assert view.requests[1].flags == ()
        assert view.certifications.get(1) == CERTIFICATION
        assert (view.standing.agreement, view.standing.dispels) == (
            "agreement-dca", "alert-border-7",
        )  # fmt: skip
        assert not house.desks[desk].alarms()


async def test_an_amendment_and_its_denial_on_the_bus(house: House) -> None:
    await ready(house)
    form = form_at(house)
    reference = await approved(house, form)
    ours, nsa, theirs = house.desks[OURS], house.desks[OUR_NSA], house.desks[THEIR_NSA]
    await stands(ours, reference, VisitPhase.APPROVED)
    other = form.model_copy(update={"visitors": (visitor(1), visitor(3))})
    await accepted(ours, ours.visits.amend(reference, other, **BY))
    view = await stands(nsa, reference, VisitPhase.AMENDMENT_PENDING)
    assert view.standing.pending.items == (AmendedItem.VISITORS,)
    assert theirs.visits.one(reference).standing.phase is VisitPhase.APPROVED
    await accepted(nsa, nsa.visits.certify(reference, CERTIFICATION, **BY))
    await accepted(nsa, nsa.visits.transmit(reference, **BY))
    await stands(theirs, reference, VisitPhase.AMENDMENT_PENDING)
    await accepted(theirs, theirs.visits.review(reference, **BY))
    denied = VisitDecision.DENIED
    await accepted(
        theirs,
        theirs.visits.decide(reference, denied, **BY, category=RefusalCategory.SECURITY),
    )
    view = await stands(ours, reference, VisitPhase.APPROVED)
    assert view.standing.approved.version == 1


async def test_what_the_service_refuses_is_told_with_its_reason(house: House) -> None:
    await ready(house)
    ours = house.desks[OURS]
    soon = house.clock.now().date() + timedelta(days=3)
    form = visit_form(first_day=soon, last_day=soon)
    _, identity = ours.visits.request(form, **BY)
    refusal = await known(ours, lambda: submitted(ours.store, identity).refusal)
    assert refusal.code == "InsideLeadTime"
    assert CANARY not in refusal.model_dump_json()


# Who comes is for the two authorities, the facility, and nobody else.


def pieces(value: bytes) -> Iterator[bytes]:
    """A value, and all that is quoted in it, however deep: JSON within base64 within JSON."""
    yield value
    try:
        found = json.loads(value)
    except ValueError:
        return
    for said in _strings(found):
        with contextlib.suppress(binascii.Error, ValueError):
            yield from pieces(base64.b64decode(said, validate=True))


def _strings(value: Any) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            for name, inside in value.items():
                yield name
                yield from _strings(inside)
        case list():
            for each in value:
                yield from _strings(each)


def everything_in(house: House, desk: str) -> bytes:
    """All that lies in a desk's home: every field of every table of its stores, opened."""
    found: list[bytes] = []
    for file in (house.folder / desk).glob("*.sqlite3"):
        with contextlib.closing(sqlite3.connect(file)) as store:
            tables = store.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            for (table,) in tables.fetchall():
                for row in store.execute(f"SELECT * FROM {table}"):  # noqa: S608 - its own tables.
                    for value in row:
                        raw = value if isinstance(value, bytes) else str(value).encode()
                        found += pieces(raw)
    return b"\n".join(found)


async def bytes_of(house: House, topic: str, partitions: int | None = None) -> bytes:
    """All that a topic holds: keys, headers, values with all that is quoted in them."""
    found = []
    for record in await house.records(topic, partitions):
        found += [record.key, repr(record.headers).encode(), *pieces(record.value)]
    return b"\n".join(found)


def forged(good: bytes) -> dict[str, bytes]:
    """Records by a client that does not know what is outer and what is inner."""
    cover = Cover.model_validate_json(good)
    outer = json.loads(cover.payload)
    unknown = json.dumps({**outer, "passport": CANARY}).encode()
    wrong = json.dumps({**outer, "level": CANARY}).encode()
    other = good.replace(b"visits.request-visit.v1", b"visits.request-visit.v9")

    def with_payload(payload: bytes) -> bytes:
        return cover.model_copy(update={"payload": payload}).model_dump_json().encode()

    return {
        "an unknown field": with_payload(unknown),
        "a wrong value": with_payload(wrong),
        "an unknown version": other,
        "no JSON at all": b"{" + CANARY.encode(),
        "another's inner part": cover.model_copy(update={"inner": CANARY.encode()})
        .model_dump_json()
        .encode(),
    }


async def test_who_comes_stands_in_no_ledger_quarantine_log_view_or_other_desk(
    house: House, capfd: pytest.CaptureFixture[str]
) -> None:
    await ready(house)
    ours, theirs = house.desks[OURS], house.desks[THEIR_NSA]
    form = form_at(house, info=("xaa-mfa", "xbb-mfa"))
    reference = await approved(house, form)
    await stands(house.desks["xbb-mfa"], reference, VisitPhase.APPROVED)
    # Refused by the rules, so that it lies in quarantine.
    soon = house.clock.now().date() + timedelta(days=3)
    _, late = ours.visits.request(visit_form(first_day=soon, last_day=soon), **BY)
    await known(ours, lambda: submitted(ours.store, late).refusal)
    # Not believed at all.
    made = ours.store.out(late)
    assert made is not None
    records = forged(made.value)
    header = (("x-passport", CANARY.encode()), ("ce_id", CANARY.encode()))
    for number, value in enumerate(records.values()):
        await house.put(value, matter=f"visit-forged-{number}", sender=OURS, headers=header)
    quarantine = topics.quarantine("visits", Realm.LIVE)
    wanted = len(records) + 1

    async def quarantined() -> int:
        kept = await house.records(quarantine)
        return sum(b"detente-refusal" in repr(each.headers).encode() for each in kept)

    for _ in range(400):
        if await quarantined() >= wanted:
            break
        await ours.until(lambda: None, 0.05)
    assert await quarantined() >= wanted

    token = CANARY.encode()
    assert token in await bytes_of(house, topics.commands("visits", Lane.ROUTINE, Realm.LIVE))
    assert token in everything_in(house, OURS), "or nothing is proved here"
    assert token in everything_in(house, THEIR_NSA)
    assert token not in await bytes_of(house, topics.ledger("visits", Realm.LIVE))
    assert token not in await bytes_of(house, quarantine)
    for desk in OTHERS:
        assert token not in everything_in(house, desk), desk
        for lane in Lane:
            assert token not in await bytes_of(house, topics.inbox(desk, lane, Realm.LIVE), 1)
    assert house.desks["xbb-mfa"].visits.one(reference).requests == {}
    with pytest.raises(DeskTrouble, match="was not given the form"):
        house.desks["xbb-mfa"].visits.certify(reference, CERTIFICATION, **BY)
    assert not theirs.alarms()

    for running in house.services:
        assert token not in generate_latest(running.meters.registry)
    directory = house.directory(house.bus)
    found = await showing.matters(
        visits(), house.bus, directory, house.settings.partitions, Realm.LIVE
    )
    console = Console(record=True, width=200, file=None, quiet=True)
    for view in (views.requests, views.clearances, views.overdue, views.contacts):
        rows = view(found)
        console.print(showing.shown(rows, house.clock.now(), Realm.LIVE))
        assert CANARY not in repr([showing.document(row) for row in rows])
    assert CANARY not in console.export_text()
    said = capfd.readouterr()
    assert CANARY not in said.out + said.err


async def test_a_gate_lets_in_who_is_approved_and_nobody_else(memory_house: House) -> None:
    house = memory_house
    await ready(house)
    form = form_at(house)
    reference = await approved(house, form)
    yard = house.desks[YARD]
    view = await stands(yard, reference, VisitPhase.APPROVED)
    during = view.standing.approved.window.begins
    who = form.visitors[0]
    assert yard.visits.covers(reference, "XAA", who.document.lower(), during)
    assert not yard.visits.covers(reference, "XBB", who.document, during)
    assert not yard.visits.covers(reference, "XAA", "P9999999", during)
    assert not yard.visits.covers(reference, "XAA", who.document, during - timedelta(days=1))


async def test_a_clearance_with_its_number_and_the_check_on_the_day(house: House) -> None:
    await ready(house)
    ours, dip, theirs = house.desks[OURS], house.desks[OUR_DIP], house.desks[THEIR_DIP]
    ahead = house.clock.now().replace(minute=0, second=0, microsecond=0) + timedelta(days=30)
    form = aircraft_form()
    shift = ahead - form.itinerary[0].entry.at
    legs = tuple(
        leg.model_copy(
            update={
                side: getattr(leg, side).model_copy(update={"at": getattr(leg, side).at + shift})
                for side in ("entry", "exit")
            }
        )
        for leg in form.itinerary
    )
    form = form.model_copy(update={"itinerary": legs})
    reference, identity = ours.visits.request(form, **BY)
    await accepted(ours, identity)
    await stands(dip, reference, VisitPhase.SUBMITTED)
    await accepted(dip, dip.visits.certify(reference, CERTIFICATION, **BY))
    await accepted(dip, dip.visits.transmit(reference, **BY))
    await stands(theirs, reference, VisitPhase.TRANSMITTED)
    await accepted(theirs, theirs.visits.review(reference, **BY))
    await stands(theirs, reference, VisitPhase.UNDER_REVIEW)
    await accepted(theirs, theirs.visits.decide(reference, VisitDecision.APPROVED, **BY))
    await accepted(theirs, theirs.visits.issue_number(reference, "XB-26-17", **BY))
    view = await stands(ours, reference, VisitPhase.NUMBER_ISSUED)
    assert view.standing.number == "XB-26-17"
    for registration in ("XA-CANARY1", "XA-OTHER"):
        observed = DayObserved(call_sign="CANARY1", registration=registration)
        await accepted(theirs, theirs.visits.confirm_day(reference, observed, **BY))
    steps = await known(
        ours,
        lambda: (
            found
            if len(found := [each.notice.step for each in ours.visits.one(reference).told][-2:])
            and found[-1] == "DAY_DIFFERED"
            else None
        ),
    )
    assert steps == ["DAY_MATCHED", "DAY_DIFFERED"]


async def test_an_inspection_within_its_clocks_and_quota(house: House) -> None:
    await ready(house)
    ours, theirs = house.desks["xaa-mfa"], house.desks["xbb-ghq"]
    third = house.desks["xcc-mfa"]
    enters = house.clock.now() + timedelta(hours=40)
    words = ContactRemark(where=canary("area"), team=(canary("inspector"),))
    kind = ContactKind.INSPECTION
    asked = ours.contacts.ask("XBB", kind, enters, **BY, copied_to=("XCC",), words=words)
    await accepted(ours, asked)

    def as_known(desk: Desk, phase: ContactPhase) -> Callable[[], Any]:
        return lambda: [
            each
            for each in desk.contacts.all()
            if each.contact.contact_id == asked and each.contact.phase is phase
        ]

    (view,) = await known(theirs, as_known(theirs, ContactPhase.REQUESTED))
    assert view.remark == words
    (copy,) = await known(third, as_known(third, ContactPhase.REQUESTED))
    assert copy.remark is None, "who is only told has no part in it"
    await accepted(theirs, theirs.contacts.answer(asked, **BY))
    await known(ours, as_known(ours, ContactPhase.ACCEPTED))
    await accepted(ours, ours.contacts.report(asked, **BY, over=False))
    await known(theirs, as_known(theirs, ContactPhase.UNDER_WAY))
    await accepted(ours, ours.contacts.report(asked, **BY, over=True))
    (over,) = await known(third, as_known(third, ContactPhase.ENDED))
    assert over.told[-1].notice.quota.used >= 1


async def test_an_exercise_has_visits_of_its_own(memory_house: House) -> None:
    house = memory_house
    await ready(house)
    desk = await house.open(OURS, Realm.EXERCISE)
    form = form_at(house)
    reference, identity = desk.visits.request(form, **BY, exercise="STEADY 26")
    assert await desk.until(lambda: desk.visits.all() or None, WITHIN_S)
    assert submitted(desk.store, identity).out.state == "ACCEPTED"
    with pytest.raises(DeskTrouble, match="told of no request"):
        house.desks[OURS].visits.one(reference)


# In virtual time.


async def let_pass(house: House, seconds: float, step_s: float) -> None:
    clock, left = house.clock, seconds
    assert isinstance(clock, VirtualClock)
    while left > 0:
        clock.advance(min(step_s, left))
        left -= step_s
        await breathe(60)


async def test_deadlines_survive_a_kill_and_a_restart_days_later(memory_house: House) -> None:
    house = memory_house
    await ready(house)
    reference = await to_the_host(house, form_at(house))
    (live,) = [
        each
        for each in house.services
        if each._service.name == "visits" and each._realm is Realm.LIVE
    ]
    # Nothing of the process is left: no goodbye, no state but the log.
    for task in live._tasks:
        task.cancel()
    await breathe()
    assert live._reader is not None
    await live._reader.close()
    house.services.remove(live)
    due = house.desks[OURS].visits.one(reference).standing.decision_due
    assert due is not None
    await let_pass(house, (due - house.clock.now()).total_seconds() + 3600, step_s=24 * 3600)
    assert not house.desks[OURS].visits.one(reference).standing.overdue

    await house.start(instance="2", service="visits")
    await let_pass(house, 1, step_s=0.2)
    ours = house.desks[OURS]
    await known(ours, lambda: ours.visits.one(reference).standing.overdue)
    view = ours.visits.one(reference)
    assert view.standing.phase is VisitPhase.UNDER_REVIEW, "silence is no approval"
    await let_pass(house, 8 * 24 * 3600, step_s=12 * 3600)
    await stands(ours, reference, VisitPhase.EXPIRED)
    events = [e.step for entry in await house.entries(reference) for e in entry.events]
    assert events.count("DECISION_OVERDUE") == 1


async def test_a_visit_begins_ends_and_is_reported(memory_house: House) -> None:
    house = memory_house
    await ready(house)
    form = form_at(house)
    reference = await approved(house, form)
    ours = house.desks[OURS]
    await let_pass(house, 61 * 24 * 3600, step_s=12 * 3600)
    await stands(ours, reference, VisitPhase.IN_PROGRESS)
    who = VisitReportForm(
        documents=(form.visitors[0].document,), sites=(1,), report=canary("they came")
    )
    await accepted(ours, ours.visits.report(reference, ReportKind.BEGAN, who, **BY))
    stranger = VisitReportForm(documents=("P777",), report="x")
    with pytest.raises(DeskTrouble, match="NotCovered"):
        ours.visits.report(reference, ReportKind.BEGAN, stranger, **BY)
    await let_pass(house, 4 * 24 * 3600, step_s=12 * 3600)
    await stands(ours, reference, VisitPhase.COMPLETED)
    await accepted(ours, ours.visits.report(reference, ReportKind.REPORT, who, **BY))
    view = await stands(house.desks[THEIR_NSA], reference, VisitPhase.REPORTED)
    assert view.told[-1].content.report == canary("they came")
