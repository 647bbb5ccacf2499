"""The figures at one moment, computed from what is kept of every matter. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from math import ceil
from statistics import median

from schemas.parties import Precedence
from services.watch.alike import alike
from services.watch.figures import (
    Contact,
    Figures,
    Latency,
    LeadTimes,
    LineFigures,
    Rate,
    StateCount,
    Waiting,
)
from services.watch.part import Part
from services.watch.record import Record, Spoken
from services.watch.slots import WINDOWS_S, Slot, within

_RANKS = {each.value: each.rank for each in Precedence}
Slots = Mapping[int, Slot]


def figures(
    parts: Sequence[Part], at: datetime, realm: str, behind: Mapping[str, int] | None = None
) -> Figures:
    """All that can be computed from ledgers alone, at a moment in UTC."""
    records = [record for part in parts for record in part.records.values()]
    slots: dict[str, list[Slots]] = defaultdict(list)
    folded: Counter[str] = Counter()
    for part in parts:
        slots[part.service].append(part.slots)
        folded[part.service] += part.entries
    waiting = _waiting(records)
    return Figures(
        at=at,
        realm=realm,
        folded=dict(sorted(folded.items())),
        behind=dict(sorted((behind or {}).items())),
        rates=tuple(_rates(slots, at)),
        latencies=tuple(_latencies(slots, at)),
        waiting=waiting,
        lines=tuple(_lines(records)),
        contacts=tuple(_contacts(records, at)),
        lead_times=tuple(_leads(records)),
        states=tuple(_states(records)),
        alike=alike(records),
    )


def _rates(slots: Mapping[str, Sequence[Slots]], now: datetime) -> Iterable[Rate]:
    for service, parts in sorted(slots.items()):
        for window_s in WINDOWS_S:
            found = [slot for part in parts for slot in within(part, now, window_s)]
            yield Rate(
                service=service,
                window_s=window_s,
                entries=sum(each.entries for each in found),
                refused=sum(each.refused for each in found),
            )


def _latencies(slots: Mapping[str, Sequence[Slots]], now: datetime) -> Iterable[Latency]:
    for service, parts in sorted(slots.items()):
        for window_s in WINDOWS_S:
            by_channel: dict[tuple[str, str], list[float]] = defaultdict(list)
            for part in parts:
                for slot in within(part, now, window_s):
                    for each in slot.acknowledged:
                        by_channel[each.precedence, each.channel].append(each.seconds)
            order = sorted(by_channel, key=lambda each: (-_RANKS.get(each[0], -1), each[1]))
            for precedence, channel in order:
                took = sorted(by_channel[precedence, channel])
                yield Latency(
                    service=service,
                    precedence=precedence,
                    channel=channel,
                    window_s=window_s,
                    acknowledged=len(took),
                    p50_s=percentile(took, 50),
                    p90_s=percentile(took, 90),
                    p99_s=percentile(took, 99),
                )


def percentile(ordered: Sequence[float], per_cent: int) -> float:
    """By nearest rank: a value that occurred, and none in between."""
    return ordered[max(0, ceil(len(ordered) * per_cent / 100) - 1)]


def _waiting(records: Sequence[Record]) -> tuple[Waiting, ...]:
    """What is overdue first, then by precedence, then the longest waiting."""
    found = [
        Waiting(
            service=record.service,
            matter=record.matter,
            what=owed.what,
            of=owed.of,
            precedence=owed.precedence,
            since=owed.since,
            due=owed.due,
            overdue=owed.overdue,
            rung=owed.rung,
        )
        for record in records
        for owed in record.owed.values()
    ]
    return tuple(sorted(found, key=_urgency))


def _urgency(each: Waiting) -> tuple[bool, int, datetime, str, str, str]:
    rank = _RANKS.get(each.precedence or "", -1)
    return (not each.overdue, -rank, each.since, each.matter, each.what, each.of)


def _lines(records: Sequence[Record]) -> Iterable[LineFigures]:
    """Those that do not work first."""
    found = [(record, record.line) for record in records if record.line is not None]
    found.sort(key=lambda each: (each[1].state == "OPERATIONAL", each[1].line, each[0].matter))
    for record, line in found:
        yield LineFigures(
            line=line.line,
            parties=line.parties,
            state=line.state,
            since=line.since,
            cause=line.cause,
            missed_in_a_row=line.missed_in_a_row,
            tests_missed=record.tests_missed,
            next_test_due=line.next_due,
            next_test_by=line.next_by,
        )


def _contacts(records: Sequence[Record], now: datetime) -> Iterable[Contact]:
    """The pair that has been silent longest first."""
    last: dict[str, Spoken] = {}
    for record in records:
        for pair, word in record.spoken.items():
            if pair not in last or (word.at, word.kind) > (last[pair].at, last[pair].kind):
                last[pair] = word
    for pair, word in sorted(last.items(), key=lambda each: (each[1].at, each[0])):
        one, other = pair.split()
        days = max(0, (now - word.at).days)
        yield Contact(pair=(one, other), last_at=word.at, kind=word.kind, days=days)


def _leads(records: Sequence[Record]) -> Iterable[LeadTimes]:
    by_kind: dict[tuple[str, str], list[float]] = defaultdict(list)
    for record in records:
        for lead in record.leads.values():
            by_kind[record.service, lead.kind].append(lead.seconds)
    for (service, kind), found in sorted(by_kind.items()):
        yield LeadTimes(
            service=service,
            kind=kind,
            count=len(found),
            shortest_s=min(found),
            median_s=median(found),
            longest_s=max(found),
        )


def _states(records: Sequence[Record]) -> Iterable[StateCount]:
    counted: Counter[tuple[str, str, str]] = Counter()
    for record in records:
        for each in record.standing.values():
            counted[record.service, each.kind, each.state] += 1
        for name, count in record.settled.items():
            kind, state = name.split(" ", 1)
            counted[record.service, kind, state] += count
    for (service, kind, state), count in sorted(counted.items()):
        if count > 0:
            yield StateCount(service=service, kind=kind, state=state, count=count)
