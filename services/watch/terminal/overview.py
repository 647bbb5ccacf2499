"""The first pane: what needs somebody now, then services, brokers and traffic. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from services.watch.figures import Figures, Health, Latency, ProcessFigures
from services.watch.terminal.panes import (
    in_order,
    lane_tone,
    line_tone,
    operational,
    rank,
    unlisted,
)
from services.watch.terminal.sheets import Column, Row, Sheet, Table, Tone
from services.watch.terminal.times import ago, lasting, moment

OVERDUE_SHOWN = 5
"""So many of what is overdue stand by themselves; the rest is one line."""
_ORDER = (Tone.ALARM, Tone.CARE, Tone.PLAIN, Tone.GOOD, Tone.QUIET)


ATTENTION = (
    Column("what", 23),
    Column("who", 13),
    Column("for", 7, right=True),
    Column("", 28, grow=1),
    Column("since", 12, drop=2),
    Column("matter", 26, drop=1, ends=True),
)


def overview(figures: Figures, now: datetime) -> Sheet:
    """What needs somebody, the loudest first; then who runs; then what there is of traffic."""
    found = sorted(attention(figures, now), key=lambda each: _ORDER.index(each.tone))
    alarms = sum(each.tone is Tone.ALARM for each in found)
    cares = sum(each.tone is Tone.CARE for each in found)
    needs = Table(
        ATTENTION,
        found,
        title=f"NEEDS SOMEBODY NOW: {alarms} alarms, {cares} to look at; Enter opens"
        if found
        else "NEEDS SOMEBODY NOW",
        empty="ok  Nothing is overdue, silent, slow, refused or behind.",
    )
    return (needs, _processes(figures, now), _traffic(figures))


def attention(figures: Figures, now: datetime) -> Iterator[Row]:
    """Every reason to look closer, each leading to its matter or to its pane."""
    yield from _overdue(figures, now)
    yield from _lines(figures, now)
    yield from _silent(figures.processes, now)
    yield from _slow(figures, now)
    yield from _refused(figures, now)
    for service, count in sorted(figures.behind.items()):
        if count:
            said = f"{_many(count, 'ledger record')} not counted yet"
            yield Row(f"behind {service}", ("FIGURES BEHIND", service, "", said, "", ""), Tone.CARE)
    for each in figures.alike:
        said = f"alike in {', '.join(each.because).lower()}"
        yield _row(
            f"alike {each.matters}",
            ("MAY BE ABOUT ONE EVENT", ",".join(each.nations), said, " ".join(each.matters)),
            each.last_at,
            now,
            Tone.CARE,
            pane="contacts",
        )


def _row(
    key: str,
    said: tuple[str, str, str, str],
    since: datetime | None,
    now: datetime,
    tone: Tone,
    *,
    matter: str | None = None,
    pane: str | None = None,
) -> Row:
    """What, who, more, and the matter's name; the time and its age in between."""
    what, who, more, name = said
    at = moment(since, now) if since else ""
    age = ago(since, now) if since else ""
    return Row(key, (what, who, age, more, at, name), tone, matter=matter, pane=pane)


def _overdue(figures: Figures, now: datetime) -> Iterator[Row]:
    late = [each for each in in_order(figures.waiting) if each.overdue]
    for each in late[:OVERDUE_SHOWN]:
        rung = f"tried {each.rung}" if each.rung else ""
        yield _row(
            f"overdue {each.service} {each.matter} {each.what} {each.of}",
            (
                f"OVERDUE {each.what}",
                each.of,
                " ".join(filter(None, (each.precedence, rung))),
                each.matter,
            ),
            each.since,
            now,
            Tone.ALARM,
            matter=each.matter,
        )
    if len(late) > OVERDUE_SHOWN:
        # Where all that is listed is overdue, what is not listed may be too.
        least = "at least " if unlisted(figures) else ""
        more = f"{least}{len(late) - OVERDUE_SHOWN} more"
        yield Row("overdue more", ("OVERDUE", more, "", "", "", ""), Tone.ALARM, pane="waiting")


def _lines(figures: Figures, now: datetime) -> Iterator[Row]:
    for each in sorted(figures.lines, key=lambda each: each.line):
        if not operational(each):
            missed = _many(each.missed_in_a_row, "test") + " missed" if each.missed_in_a_row else ""
            cause = f"declared {each.cause}" if each.cause else ""
            yield _row(
                f"line {each.line}",
                (f"LINE {each.state}", each.line, missed or cause, ""),
                each.since,
                now,
                line_tone(each),
                pane="lines",
            )


def _silent(processes: Sequence[ProcessFigures], now: datetime) -> Iterator[Row]:
    for each in processes:
        if each.health is not Health.READY:
            yield _row(
                f"process {each.name}",
                (f"{each.kind} {each.health}", each.name, "; ".join(each.why), ""),
                each.since,
                now,
                _health_tone(each),
            )


def _health_tone(process: ProcessFigures) -> Tone:
    if process.health is Health.READY:
        return Tone.GOOD
    return Tone.ALARM if process.health is Health.SILENT else Tone.CARE


def _slow(figures: Figures, now: datetime) -> Iterator[Row]:
    for each in figures.lanes:
        tone = lane_tone(each)
        if tone is not Tone.PLAIN and each.oldest_s is not None:
            yield _row(
                f"lane {each.topic}",
                ("LANE NOT CARRIED", each.service, f"{each.lane}: {each.depth} waiting", ""),
                figures.at - timedelta(seconds=each.oldest_s),
                now,
                tone,
                pane="lanes",
            )


def _refused(figures: Figures, now: datetime) -> Iterator[Row]:
    if not figures.quarantine:
        return
    count = sum(each.count for each in figures.quarantine)
    newest = max(figures.quarantine, key=lambda each: each.newest_at)
    yield _row(
        "quarantine",
        ("QUARANTINE", newest.service, f"{_many(count, 'record')}, last {newest.code}", ""),
        newest.newest_at,
        now,
        Tone.CARE,
        pane="quarantine",
    )


def _many(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


def _processes(figures: Figures, now: datetime) -> Table:
    rates = {each.service: each for each in sorted(figures.rates, key=lambda x: -x.window_s)}
    depth: dict[str, int] = {}
    for lane in figures.lanes:
        depth[lane.service] = depth.get(lane.service, 0) + lane.depth
    rows = []
    for each in sorted(
        figures.processes,
        key=lambda each: (_ORDER.index(_health_tone(each)), each.kind != "SERVICE", each.name),
    ):
        rate = rates.get(each.name)
        rows.append(
            Row(
                f"runs {each.name}",
                (
                    each.name,
                    each.health.value,
                    moment(each.since, now) if each.since else "-",
                    f"{rate.entries * 60 / rate.window_s:.0f}" if rate else "-",
                    f"{rate.refused * 60 / rate.window_s:.0f}" if rate else "-",
                    str(depth[each.name]) if each.name in depth else "-",
                    str(figures.behind.get(each.name, 0)) if each.name in figures.folded else "-",
                    str(figures.folded[each.name]) if each.name in figures.folded else "-",
                ),
                _health_tone(each),
            )
        )
    return Table(
        (
            Column("", 14, grow=1),
            Column("health", 9),
            Column("since", 12),
            Column("per min", 7, right=True),
            Column("refused", 7, right=True),
            Column("lag", 5, right=True),
            Column("uncounted", 9, right=True),
            Column("entries", 8, right=True, drop=1),
        ),
        rows,
        title="SERVICES AND BROKERS",
        empty="Nothing is known of any process.",
    )


def _traffic(figures: Figures) -> Table:
    newest: dict[tuple[str, str, str], Latency] = {}
    for each in sorted(figures.latencies, key=lambda each: each.window_s):
        if rank(each.precedence) >= rank("IMMEDIATE"):
            # A channel once, by what was said last; its longer windows are with the lanes.
            newest.setdefault((each.service, each.precedence, each.channel), each)
    worst = sorted(newest.values(), key=lambda each: (-rank(each.precedence), -each.p99_s))[:4]
    rows = []
    for each in worst:
        said = (
            f"{each.precedence} {each.service} {each.channel}: half within {lasting(each.p50_s)}, "
            f"99 of 100 within {lasting(each.p99_s)} ({each.acknowledged} in "
            f"{lasting(each.window_s)})"
        )
        key = f"ack {each.service} {each.precedence} {each.channel} {each.window_s}"
        rows.append(Row(key, (said,), pane="lanes"))
    return Table(
        (Column("", 40, grow=1),),
        rows,
        title="URGENT ACKNOWLEDGEMENTS: the slowest channels",
        empty="No urgent message was acknowledged lately.",
    )
