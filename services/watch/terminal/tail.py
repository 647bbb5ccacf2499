"""The live tail: what happened, within bounds, filtered, followed or held still. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from itertools import islice
from operator import attrgetter
from typing import overload

from services.watch.figures import Happened
from services.watch.tail import Filter
from services.watch.terminal.sheets import Column, Row, Sheet, Table, Tone
from services.watch.terminal.times import ago, moment

KEPT = 5_000
"""Events at hand; older ones are in the ledgers, by their matter."""
IDENTITIES_KEPT = 4 * KEPT

Identity = tuple[str, str, int, int]
COLUMNS = (
    Column("time", 9),
    Column("age", 7, right=True),
    Column("precedence", 10),
    Column("event", 22, grow=1),
    Column("by", 10),
    Column("matter", 12, grow=3, ends=True),
    Column("state", 14, drop=1),
    Column("told", 12, drop=2),
    Column("service", 10, drop=3),
)
_LOUD = frozenset({"OVERDUE", "FLASH", "OVERRIDE"})


def words(chosen: Filter) -> str:
    """A filter as an operator reads it."""
    said = [f"{name} {value}" for name, value in asdict(chosen).items() if value is not None]
    return ", ".join(said) or "all"


class Tail:
    """What happened lately, oldest first. `held` is what is shown while it does not follow."""

    def __init__(self) -> None:
        self.filter = Filter()
        self.counted = 0
        """Events taken in since the view began, those no longer at hand included."""
        self.gap: tuple[datetime, datetime | None] | None = None
        """From when to when the stream was away last; events of that time may be missing here."""
        self.held: tuple[Happened, ...] | None = None
        self._events: list[Happened] = []
        self._matching: list[Happened] = []
        self._matched = 0
        self._held_at = 0
        self._known: dict[Identity, None] = {}
        self._seen: dict[str, set[str]] = {
            "nation": set(), "service": set(), "precedence": set(), "state": set()
        }  # fmt: skip

    def take(self, events: Iterable[Happened]) -> int:
        """Take in what is new; how many that were. A stream that begins again repeats itself, and
        one of several ledgers tells late what happened before.
        """
        fresh: list[Happened] = []
        for event in events:
            identity = (event.service, event.matter, event.sequence, event.part)
            if identity in self._known:
                continue
            self._known[identity] = None
            fresh.append(event)
            self._notice(event)
        matching = [event for event in fresh if self.filter.lets(event)]
        _add(self._events, fresh)
        _add(self._matching, matching)
        self._matched += len(matching)
        self.counted += len(fresh)
        surplus = len(self._known) - IDENTITIES_KEPT
        for identity in list(islice(self._known, max(0, surplus))):
            del self._known[identity]
        return len(fresh)

    def interrupted(self, now: datetime) -> None:
        """The stream is away."""
        if self.gap is None or self.gap[1] is not None:
            self.gap = (now, None)

    def resumed(self, now: datetime) -> None:
        """The stream is back. It begins with the newest; what came between may be missing."""
        if self.gap is not None and self.gap[1] is None:
            self.gap = (self.gap[0], now)

    def _notice(self, event: Happened) -> None:
        self._seen["nation"].update(event.nations)
        self._seen["service"].add(event.service)
        if event.precedence is not None:
            self._seen["precedence"].add(event.precedence)
        if event.state is not None:
            self._seen["state"].add(event.state)

    def turn(self, field: str) -> None:
        """Filter a field by the next value that was seen; after the last one by none."""
        choices = [None, *sorted(self._seen[field])]
        now = getattr(self.filter, field)
        following = choices[(choices.index(now) + 1) % len(choices)] if now in choices else None
        self._choose(replace(self.filter, **{field: following}))

    def clear(self) -> None:
        """Filter nothing."""
        self._choose(Filter())

    def _choose(self, chosen: Filter) -> None:
        self.filter = chosen
        self._matching = [event for event in self._events if chosen.lets(event)]
        self._matched = len(self._matching)
        if self.held is not None:
            self.hold()

    def hold(self) -> None:
        """Stand still. What comes is counted and kept."""
        self.held, self._held_at = tuple(self._matching), self._matched

    def follow(self) -> None:
        """Show the newest again."""
        self.held = None

    def sheet(self, now: datetime) -> Sheet:
        """What is shown, oldest first."""
        shown: Sequence[Happened] = self._matching if self.held is None else self.held
        if self.held is None:
            how = "following"
        else:
            how = f"PAUSED, {self._matched - self._held_at} more since (p follows again)"
        title = f"TAIL: {how}; {self.counted} events seen{self._away(now)}"
        title += f"; shows {words(self.filter)}"
        return (
            Table(COLUMNS, Events(shown, now), title=title, empty="Nothing that this would show."),
        )

    def _away(self, now: datetime) -> str:
        if self.gap is None:
            return ""
        until = moment(self.gap[1], now) if self.gap[1] else "now"
        return f"; GAP {moment(self.gap[0], now)} to {until}"


def _add(events: list[Happened], fresh: Sequence[Happened]) -> None:
    """Keep the newest of both, oldest first. Nearly all comes in order, and is appended."""
    when = attrgetter("place_in_time")
    fresh = sorted(fresh, key=when)
    is_late = bool(events and fresh) and when(fresh[0]) < when(events[-1])
    events += fresh
    if is_late:
        events.sort(key=when)
    del events[:-KEPT]


class Events(Sequence[Row]):
    """Events as rows, made when they are looked at: of thousands a screen shows a few."""

    def __init__(self, events: Sequence[Happened], now: datetime) -> None:
        self._events, self._now = events, now

    def __len__(self) -> int:
        return len(self._events)

    @overload
    def __getitem__(self, index: int) -> Row: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[Row]: ...

    def __getitem__(self, index: int | slice) -> Row | Sequence[Row]:
        """The row, or the rows, there."""
        if isinstance(index, slice):
            chosen = range(len(self._events))[index]
            return [row_of(self._events[each], self._now) for each in chosen]
        return row_of(self._events[index], self._now)


def row_of(event: Happened, now: datetime) -> Row:
    """One event as a line of the tail."""
    loud = {event.state, event.precedence} & _LOUD
    tone = Tone.ALARM if event.state == "OVERDUE" else Tone.CARE if loud else Tone.PLAIN
    return Row(
        key=f"{event.service} {event.matter} {event.sequence} {event.part}",
        cells=(
            moment(event.at, now),
            ago(event.at, now),
            event.precedence or "-",
            event.kind,
            event.by,
            event.matter,
            event.state or "-",
            ",".join(event.to) or "-",
            event.service,
        ),
        tone=tone,
        matter=event.matter,
    )
