"""One matter's history as a timeline, by outer parts alone. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from services.watch.figures import Happened
from services.watch.terminal.sheets import Column, Row, Sheet, Table, Tone
from services.watch.terminal.times import ago, lasting, with_age

COLUMNS = (
    Column("time", 19),
    Column("after", 7, right=True),
    Column("event", 22, grow=1),
    Column("by", 10),
    Column("state", 13, grow=1),
    Column("told", 20, grow=2, drop=1),
    Column("precedence", 10, drop=2),
)


def timeline(matter: str, events: Sequence[Happened], now: datetime) -> Sheet:
    """Every event of a matter with its time, its age, and how long after the one before."""
    rows = []
    before: datetime | None = None
    for event in events:
        after = "" if before is None else f"+{lasting((event.at - before).total_seconds())}"
        before = event.at
        rows.append(
            Row(
                key=f"{event.sequence} {event.part}",
                cells=(
                    with_age(event.at, now),
                    after,
                    event.kind,
                    event.by,
                    event.state or "-",
                    ", ".join(event.to) or "-",
                    event.precedence or "-",
                ),
                tone=Tone.ALARM if event.state == "OVERDUE" else Tone.PLAIN,
            )
        )
    nations = ", ".join(sorted({nation for event in events for nation in event.nations}))
    began = f", began {ago(events[0].at, now)} ago, {nations}" if events else ""
    title = f"{matter}: {len(events)} events{began}"
    return (Table(COLUMNS, rows, title=title, empty="Nothing is on record of this matter."),)
