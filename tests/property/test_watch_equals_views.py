"""What the watch makes of a ledger is what each service shows of it, after every entry."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest

from schemas.exchange import UndertakingPhase
from services.agreements import views as agreements
from services.alerts import views as alerts
from services.hotline import views as hotline
from services.hotline.matter import Phase
from services.rehearsal.format.checking import load
from services.visits import views as visits
from services.watch import figuring, plain
from services.watch.figures import Figures
from services.watch.part import Part
from tests.kit import watching

SCENARIOS = sorted((Path(__file__).parents[1] / "scenarios").glob("*.scenario.yaml"))
Row = tuple[Any, ...]


@pytest.mark.parametrize("file", SCENARIOS, ids=lambda each: each.name.split(".scenario")[0])
def test_after_every_entry_of_a_crisis_the_watch_shows_what_the_services_show(file: Path) -> None:
    ledgers = watching.rehearsed(load(file).scenario)
    seen = 0
    for (service, partition), records in ledgers.records.items():
        part = Part(service, partition)
        after = watching.states(service, records, ledgers.keyring)
        for record, (matter, state) in zip(records, after, strict=True):
            plain.take(part, record, ledgers.keyring)
            one = Part(service, partition, records={matter: part.records[matter]})
            shown = figuring.figures([one], record.appended_at, "exercise")
            expected, found = _SHOWN[service]({matter: state}), _watched(service, shown)
            assert found == expected, (matter, part.records[matter])
            seen += 1
    assert seen, "the scenario left no entry"


def _watched(service: str, shown: Figures) -> Counter[Row]:
    """What the services show too, of all that the watch shows."""
    overdue = [(each.what, each.of, *_times(service, each)) for each in shown.waiting
               if each.overdue and each.what != "CORRECTION"]  # fmt: skip
    lines = [
        ("LINE", each.line, each.state, each.since, each.cause, each.missed_in_a_row,
         each.next_test_due, each.next_test_by)
        for each in shown.lines
    ]  # fmt: skip
    states = [(each.kind, each.state, each.count) for each in shown.states]
    corrections = [(each.what, each.of) for each in shown.waiting if each.what == "CORRECTION"]
    kept = [row for row in states if row[0] not in ("EXCHANGE", "CONTACT") or service == "visits"]
    return Counter([*overdue, *lines, *kept, *corrections])


def _times(service: str, each: Any) -> Row:
    """When it was due; where a service shows another time, that one, or none."""
    if service == "visits" and not each.what.endswith("DECISION"):
        return ()
    return (each.since if each.what == "MEETING" else each.due,)


def _hotline(matters: Mapping[str, Any]) -> Counter[Row]:
    rows: list[Row] = [(each.what, each.of, each.since) for each in hotline.overdue(matters)]
    tests = {each.line: each for each in hotline.line_tests(matters)}
    rows += [
        ("LINE", each.line, each.state, each.since, each.cause,
         tests[each.line].missed_in_a_row, tests[each.line].next_due, tests[each.line].next_by)
        for each in hotline.lines(matters)
    ]  # fmt: skip
    counted: Counter[Row] = Counter()
    for matter in matters.values():
        if matter.line.record:
            counted["LINE", matter.line.phase.value] += 1
        for message in matter.messages.values():
            counted["MESSAGE", _state(matter, message)] += 1
    for each in hotline.undertakings(matters):
        counted["UNDERTAKING", each.phase] += 1
    return Counter([*rows, *_counts(counted)])


def _state(matter: Any, message: Any) -> str:
    if message.standing is not Phase.STANDING:
        return str(message.standing.value)
    undertaking = matter.conduct.undertakings.get(message.message)
    waits = [
        way for way in message.ways.values()
        if way.acknowledged_by is None
        and (way.acknowledge_by is not None or way.capacity in ("ACTION", "MEDIATOR"))
    ]  # fmt: skip
    owes = message.answer_by is not None and (message.owed_by or message.unanswered_by)
    binds = undertaking is not None and undertaking.phase in (
        UndertakingPhase.GIVEN, UndertakingPhase.IN_EFFECT
    )  # fmt: skip
    return "ACCEPTED" if waits or owes or binds else "ACKNOWLEDGED"


def _alerts(matters: Mapping[str, Any]) -> Counter[Row]:
    rows: list[Row] = []
    for matter in matters.values():
        overdue = alerts.overdue({"": matter})
        rows += [(each.what, each.of, each.since) for each in overdue]
        rows += [
            ("CORRECTION", each.desk) for each in matter.chain.uncorrected if matter.chain.words
        ]
    counted: Counter[Row] = Counter()
    for chain in alerts.chains(matters):
        counted["ALERT", chain.state] += 1
    for notice in alerts.notices(matters):
        counted["NOTICE", notice.state] += 1
    kinds = {"UNUSUAL ACTIVITY": "CONCERN", "HAZARDOUS INCIDENT": "INCIDENT", "HOSTING": "HOSTING"}
    for request in alerts.requests(matters):
        counted[kinds[request.what], request.state] += 1
    return Counter([*rows, *_counts(counted)])


def _visits(matters: Mapping[str, Any]) -> Counter[Row]:
    rows: list[Row] = [
        (each.what, each.of, *((each.since,) if each.what.endswith("DECISION") else ()))
        for each in visits.overdue(matters)
    ]
    counted: Counter[Row] = Counter()
    for matter in matters.values():
        if (standing := matter.visit.standing) is not None:
            kind = "CLEARANCE" if standing.subject.is_clearance else "VISIT"
            counted[kind, standing.phase.value] += 1
        for contact in matter.register.contacts.values():
            counted["CONTACT", contact.phase.value] += 1
    return Counter([*rows, *_counts(counted)])


def _agreements(matters: Mapping[str, Any]) -> Counter[Row]:
    owed = agreements.obligations(matters)
    rows: list[Row] = [
        ("OBLIGATION", each.owner, each.due) for each in owed if each.state == "OVERDUE"
    ]
    counted: Counter[Row] = Counter(
        ("AGREEMENT", each.phase) for each in agreements.agreements(matters)
    )
    for each in owed:
        counted["OBLIGATION", each.state] += 1
    return Counter([*rows, *_counts(counted)])


def _counts(counted: Counter[Row]) -> Iterable[Row]:
    return [(*each, count) for each, count in counted.items()]


_SHOWN = {"hotline": _hotline, "alerts": _alerts, "visits": _visits, "agreements": _agreements}
