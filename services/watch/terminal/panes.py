"""Figures as sheets: one function a pane. What matters most stands first. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType

from schemas.line_record import matter_of
from schemas.lines import LinePhase
from schemas.parties import Precedence
from services.watch.figures import Figures, LaneFigures, LineFigures, Waiting
from services.watch.terminal.sheets import Column, Row, Sheet, Table, Tone
from services.watch.terminal.times import ago, lasting, moment, with_age

SLOW_S: Mapping[str, float] = MappingProxyType(
    {"flash": 5.0, "immediate": 15.0, "priority": 60.0, "routine": 300.0}
)
"""How old the oldest record on a lane may be before a row says so: a service carries a record
within a second, so older than this means that nobody carries the lane, or too slowly."""
ROWS_MAX = 500
"""What is shown of a longer list; the last line says how many are left out."""

Pane = Callable[[Figures, datetime], Sheet]


def lanes(figures: Figures, now: datetime) -> Sheet:
    """Every lane with depth, oldest age and rate; then how long acknowledgements take."""
    since = (now - figures.at).total_seconds()
    table = Table(
        (
            Column("service", 10),
            Column("lane", 9),
            Column("waiting", 8, right=True),
            Column("oldest", 9, right=True),
            Column("per min", 8, right=True),
            Column("topic", 30, grow=1, drop=1),
        ),
        [
            Row(
                key=each.topic,
                cells=(
                    each.service,
                    each.lane,
                    str(each.depth),
                    lasting(None if each.oldest_s is None else each.oldest_s + since),
                    f"{each.per_minute:.0f}",
                    each.topic,
                ),
                tone=lane_tone(each),
            )
            for each in figures.lanes
        ],
        title="LANES: records that no service has carried yet",
        empty="The brokers have told of no lane.",
    )
    return (table, _latencies(figures))


def lane_tone(lane: LaneFigures) -> Tone:
    """A lane is slow where its oldest record is older than SLOW_S allows."""
    if lane.oldest_s is None:
        return Tone.PLAIN
    slow = lane.oldest_s > SLOW_S.get(lane.lane, SLOW_S["routine"])
    if not slow:
        return Tone.PLAIN
    return Tone.ALARM if lane.lane in ("flash", "immediate") else Tone.CARE


def _latencies(figures: Figures) -> Table:
    return Table(
        (
            Column("service", 10),
            Column("precedence", 10),
            Column("channel", 9, grow=1),
            Column("window", 7, right=True),
            Column("count", 6, right=True),
            Column("p50", 8, right=True),
            Column("p90", 8, right=True),
            Column("p99", 8, right=True),
        ),
        [
            Row(
                key=f"{each.service} {each.precedence} {each.channel} {each.window_s}",
                cells=(
                    each.service,
                    each.precedence,
                    each.channel,
                    lasting(each.window_s).removesuffix(" 00s").removesuffix(" 00m"),
                    str(each.acknowledged),
                    lasting(each.p50_s),
                    lasting(each.p90_s),
                    lasting(each.p99_s),
                ),
            )
            for each in sorted(
                figures.latencies,
                key=lambda each: (-rank(each.precedence), each.service, each.channel),
            )
        ],
        title="FROM RELEASE TO ACKNOWLEDGEMENT",
        empty="Nothing was acknowledged in the windows that are kept.",
    )


def rank(precedence: str | None) -> int:
    """The rank of a precedence; -1 where there is none."""
    return Precedence(precedence).rank if precedence in list(Precedence) else -1


def lines(figures: Figures, now: datetime) -> Sheet:
    """Every line: those that are not operational first."""
    ordered = sorted(figures.lines, key=lambda each: (operational(each), each.line))
    return (
        Table(
            (
                Column("line", 10, grow=1, ends=True),
                Column("state", 18),
                Column("for", 7, right=True),
                Column("missed", 6, right=True),
                Column("next test", 24),
                Column("by", 4),
                Column("since", 12, drop=1),
                Column("in all", 6, right=True, drop=3),
                Column("cause, as declared", 19, drop=2),
            ),
            [_line(each, now) for each in ordered],
            title="LINES: as their parties declared them",
            empty="No line is on record.",
        ),
    )


_ALARMING = frozenset({LinePhase.DEGRADED, LinePhase.OUTAGE_UNEXPLAINED})


def operational(line: LineFigures) -> bool:
    """Whether the parties may rely on it now. A line that was closed is missed by nobody."""
    return line.state in (LinePhase.OPERATIONAL, LinePhase.CLOSED)


def line_tone(line: LineFigures) -> Tone:
    """How loudly a line's state speaks."""
    if line.state in _ALARMING:
        return Tone.ALARM
    if line.state == LinePhase.CLOSED:
        return Tone.QUIET
    good = line.state == LinePhase.OPERATIONAL and not line.missed_in_a_row
    return Tone.GOOD if good else Tone.CARE


def _line(each: LineFigures, now: datetime) -> Row:
    return Row(
        key=each.line,
        cells=(
            each.line,
            each.state,
            ago(each.since, now),
            str(each.missed_in_a_row),
            with_age(each.next_test_due, now),
            each.next_test_by or "-",
            moment(each.since, now),
            str(each.tests_missed),
            each.cause or "-",
        ),
        tone=line_tone(each),
        matter=matter_of(each.line),
    )


def waiting(figures: Figures, now: datetime) -> Sheet:
    """What is owed and has not come: overdue first, then by precedence, then what is due next."""
    rows = [_waiting(each, now) for each in in_order(figures.waiting)[:ROWS_MAX]]
    left = len(figures.waiting) + figures.waiting_more - len(rows)
    if left > 0:
        rows.append(Row("more", ("", f"and {left} more", "", "", "", "", "", ""), Tone.QUIET))
    return (
        Table(
            (
                Column("owed by", 10),
                Column("what", 15),
                Column("precedence", 10),
                Column("waits", 7, right=True),
                Column("due", 11, right=True),
                Column("rung", 17, grow=1),
                Column("since", 12, drop=2),
                Column("matter", 26, grow=2, drop=1, ends=True),
            ),
            rows,
            title="WAITING: why it has not come is not known",
            empty="Nothing is owed.",
        ),
    )


def in_order(owed: Sequence[Waiting]) -> list[Waiting]:
    """As an operator takes them: overdue, then by precedence, then by when they are due."""
    return sorted(
        owed,
        key=lambda each: (
            not each.overdue,
            -rank(each.precedence),
            each.due is None,
            each.due or each.since,
            each.matter,
            each.of,
        ),
    )


def unlisted(figures: Figures) -> bool:
    """Whether there may be something overdue beyond what is listed."""
    return figures.waiting_more > 0 and all(each.overdue for each in figures.waiting)


def _waiting(each: Waiting, now: datetime) -> Row:
    return Row(
        key=f"{each.service} {each.matter} {each.what} {each.of} {each.since.isoformat()}",
        cells=(
            each.of,
            each.what,
            each.precedence or "-",
            ago(each.since, now),
            _due(each.due, now),
            "OVERDUE" if each.overdue and not each.rung else each.rung or "-",
            moment(each.since, now),
            each.matter,
        ),
        tone=Tone.ALARM if each.overdue else Tone.PLAIN,
        matter=each.matter,
    )


def _due(due: datetime | None, now: datetime) -> str:
    if due is None:
        return "-"
    return ago(due, now) if due > now else f"{ago(due, now)} ago"


def contacts(figures: Figures, now: datetime) -> Sheet:
    """Days since nations last spoke of substance; lead times; matters by state; what is alike."""
    spoken = Table(
        (
            Column("between", 9),
            Column("days", 5, right=True),
            Column("last", 22),
            Column("what it was", 20, grow=1),
        ),
        [
            Row(
                key="-".join(each.pair),
                cells=(
                    "-".join(each.pair),
                    str(each.days),
                    with_age(each.last_at, now),
                    each.kind,
                ),
            )
            for each in sorted(figures.contacts, key=lambda each: (-each.days, each.pair))
        ],
        title="LAST SUBSTANTIVE CONTACT: no receipt, no test, no clock",
        empty="No two nations have spoken of substance yet.",
        marked=False,
    )
    return (spoken, _alike(figures, now), _lead_times(figures), _states(figures))


def _alike(figures: Figures, now: datetime) -> Table:
    return Table(
        (
            Column("matters", 26, grow=1),
            Column("nations", 8),
            Column("share", 15),
            Column("last", 22),
        ),
        [
            Row(
                key=" ".join(each.matters),
                cells=(
                    ", ".join(each.matters),
                    ",".join(each.nations),
                    ", ".join(each.because).lower(),
                    with_age(each.last_at, now),
                ),
                tone=Tone.CARE,
                matter=each.matters[0],
            )
            for each in figures.alike
        ],
        title="ALERTS THAT MAY BE ABOUT ONE EVENT: for people to compare",
        empty="No two alerts are near each other in time, place and kind.",
    )


def _lead_times(figures: Figures) -> Table:
    return Table(
        (
            Column("service", 11),
            Column("kind", 20, grow=1),
            Column("count", 6, right=True),
            Column("shortest", 9, right=True),
            Column("median", 9, right=True),
            Column("longest", 9, right=True),
        ),
        [
            Row(
                key=f"lead {each.service} {each.kind}",
                cells=(
                    each.service,
                    each.kind,
                    str(each.count),
                    lasting(each.shortest_s),
                    lasting(each.median_s),
                    lasting(each.longest_s),
                ),
            )
            for each in figures.lead_times
        ],
        title="LEAD TIMES: between a notice or request and what it announces",
        empty="Nothing announced is on record.",
        marked=False,
    )


def _states(figures: Figures) -> Table:
    return Table(
        (
            Column("service", 11),
            Column("kind", 14),
            Column("state", 24, grow=1),
            Column("matters", 8, right=True),
        ),
        [
            Row(
                key=f"state {each.service} {each.kind} {each.state}",
                cells=(each.service, each.kind, each.state, str(each.count)),
            )
            for each in figures.states
        ],
        title="MATTERS BY STATE",
        empty="No matter is on record.",
        marked=False,
    )


def quarantine(figures: Figures, now: datetime) -> Sheet:
    """What services refused and kept, by reason: the newest first."""
    return (
        Table(
            (
                Column("service", 11),
                Column("reason", 24, grow=1),
                Column("records", 8, right=True),
                Column("newest", 22),
            ),
            [
                Row(
                    key=f"{each.service} {each.code}",
                    cells=(each.service, each.code, str(each.count), with_age(each.newest_at, now)),
                    tone=Tone.CARE,
                )
                for each in sorted(figures.quarantine, key=lambda each: each.newest_at)[::-1]
            ],
            title="QUARANTINE: `detente quarantine` lists and, with two custodians, redelivers",
            empty="Nothing was refused.",
        ),
    )
