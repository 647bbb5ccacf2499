"""`detente topics`, `lag` and `matter`: what the view shows, printed once."""

from __future__ import annotations

import asyncio
import json
import re
import shutil
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType
from typing import Any, Literal, TypeVar

from rich.console import Console

from services.bus import showing, topics
from services.bus.brokers import GroupSaid, LaneDepth, TopicSaid
from services.bus.clock import SystemClock
from services.bus.directory import Directory, RootsUnreadable, roots_in
from services.bus.kafka import KafkaBus
from services.bus.kafka_brokers import KafkaBrokers
from services.bus.log import configure
from services.bus.settings import settings
from services.bus.showing import LIVE, Look
from services.bus.topics import Realm
from services.bus.transport import Unreachable
from services.watch import ledgers
from services.watch.client import WatchClient
from services.watch.figures import Figures, Happened
from services.watch.source import Silent
from services.watch.terminal import panes
from services.watch.terminal.overview import overview
from services.watch.terminal.sheets import Sheet, printed
from services.watch.terminal.standing import age_line
from services.watch.terminal.timeline import timeline

TROUBLE, UNKNOWN = 1, 2
"""Exit codes: nobody could be asked; the matter is not on record."""
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class TopicRow:
    """One topic, how it stands, and whose it is."""

    topic: str
    parts: int
    copies: str
    """In sync, of how many there should be."""
    records: int
    who_writes: str
    who_reads: str


@dataclass(frozen=True, slots=True)
class LagRow:
    """One lane of one service."""

    service: str
    lane: str
    waiting: int
    oldest: datetime | None
    per_minute: int
    instances: str


def topic_row(said: TopicSaid) -> TopicRow:
    """A topic with its line of the table of topics."""
    row = next((each for each in topics.TABLE if _fits(each.pattern, said.name)), None)
    copies = f"{said.in_sync} of {said.replicas}"
    if said.leaderless:
        copies += f", {said.leaderless} LEADERLESS"
    elif said.in_sync < said.replicas:
        copies += " BEHIND"
    return TopicRow(
        topic=said.name,
        parts=said.partitions,
        copies=copies,
        records=said.records,
        who_writes=row.writers if row else "not in our table",
        who_reads=row.readers if row else "not in our table",
    )


def _fits(pattern: str, topic: str) -> bool:
    exercise = pattern.startswith(Realm.EXERCISE.prefix)
    if exercise or topic.startswith(Realm.EXERCISE.prefix):
        return exercise and topic.startswith(Realm.EXERCISE.prefix)
    named = re.sub(r"<\w+>", "[a-z0-9-]+", pattern.replace(".", r"\."))
    return bool(re.fullmatch(named, topic))


def lag_rows(lanes: Sequence[LaneDepth], groups: Sequence[GroupSaid]) -> Sequence[LagRow]:
    """Every lane with who carries it."""
    by_service = {each.service: each for each in groups}
    return [
        LagRow(
            service=each.service,
            lane=each.lane.value,
            waiting=each.depth,
            oldest=each.oldest_at,
            per_minute=each.last_minute,
            instances=_carried_by(by_service.get(each.service)),
        )
        for each in lanes
    ]


def _carried_by(group: GroupSaid | None) -> str:
    if group is None or group.members == 0:
        return "NOBODY"
    return str(group.members) if group.state == "Stable" else f"{group.members}, {group.state}"


def show_topics(*, look: Look = LIVE) -> int:
    """List every topic: partitions, copies in sync, records, who writes it and who reads it."""

    async def ask(brokers: KafkaBrokers) -> Sequence[TopicSaid]:
        return await brokers.topics(look.realm)

    found = _from_brokers("topics", look, ask)
    if found is None:
        return TROUBLE
    return _print([topic_row(each) for each in found], look, {})


def show_lag(*, look: Look = LIVE) -> int:
    """List every lane: what waits for its service, since when, and how many instances carry it."""

    async def ask(
        brokers: KafkaBrokers,
    ) -> tuple[Sequence[LaneDepth], Sequence[GroupSaid], Mapping[str, int] | None]:
        return (
            await brokers.lanes(look.realm),
            await brokers.groups(look.realm),
            await _behind(look),
        )

    found = _from_brokers("lag", look, ask)
    if found is None:
        return TROUBLE
    lanes, groups, behind = found
    code = _print(lag_rows(lanes, groups), look, {"behind": behind})
    if not look.json:
        print(_behind_words(behind))
    return code


async def _behind(look: Look) -> Mapping[str, int] | None:
    """Ledger records that the watch has not counted, by service; None where none answers."""
    client = WatchClient(settings().watch_url)
    try:
        figures = await client.figures_now()
    except Silent:
        return None
    finally:
        await client.close()
    return figures.behind if figures.realm == look.realm.value else None


def _behind_words(behind: Mapping[str, int] | None) -> str:
    if behind is None:
        return "No watch of this realm answers, so how far it is behind the ledgers is not known."
    late = ", ".join(f"{name} {count}" for name, count in sorted(behind.items()) if count)
    return f"The watch is behind the ledgers by: {late}" if late else "The watch is not behind."


def show_matter(matter: str, /, *, look: Look = LIVE) -> int:
    """Show a matter's history by outer parts, from the watch, or without one from the ledger.

    Exit code 2 where it is not on record.
    """
    configure("critical")
    try:
        events, source = asyncio.run(_history(matter, look.realm))
    except (RootsUnreadable, Unreachable) as trouble:
        print(f"detente matter: {trouble}", file=sys.stderr)
        return TROUBLE
    if not events:
        print(f"detente matter: nothing is on record of {matter}, by {source}", file=sys.stderr)
        return UNKNOWN
    if look.json:
        told = [each.model_dump(mode="json") for each in events]
        said = {"realm": look.realm.value, "matter": matter, "source": source, "events": told}
        print(json.dumps(said))
        return 0
    room = _room()
    (table,) = timeline(matter, events, SystemClock().now())
    print(f"{look.realm.value.upper()}, {table.title}; by {source}")
    print("\n".join(printed((replace(table, title=""),), room)))
    return 0


async def _history(matter: str, realm: Realm) -> tuple[Sequence[Happened], str]:
    """The events, and who told them. Raises RootsUnreadable, Unreachable."""
    told = await _from_watch(matter, realm)
    if told is not None:
        return told, "the watch"
    chosen = settings()
    bus = KafkaBus(chosen.bootstrap, f"{realm.prefix}matter")
    try:
        directory = Directory(bus, roots_in(chosen.roots_folder))
        found = await ledgers.history(bus, directory, matter, chosen.partitions, realm)
    finally:
        await bus.close()
    return found, "the ledger"


async def _from_watch(matter: str, realm: Realm) -> Sequence[Happened] | None:
    """What a watch tells; None where none answers, or not of this realm, or it is behind."""
    client = WatchClient(settings().watch_url)
    try:
        figures = await client.figures_now()
        if figures.realm != realm.value or figures.behind.get(topics.service_of(matter)):
            return None
        return await client.history(matter) or ()
    except Silent:
        return None
    finally:
        await client.close()


def _from_brokers(name: str, look: Look, ask: Callable[[KafkaBrokers], Awaitable[T]]) -> T | None:
    """What the cluster answers; None where it does not, and why on stderr."""
    configure("critical")

    async def asked() -> T:
        brokers = KafkaBrokers(settings().bootstrap, f"{look.realm.prefix}{name}")
        try:
            return await ask(brokers)
        finally:
            await brokers.close()

    try:
        return asyncio.run(asked())
    except Unreachable as trouble:
        print(f"detente {name}: {trouble}", file=sys.stderr)
        return None


def _print(rows: Sequence[Any], look: Look, besides: Mapping[str, Any]) -> int:
    if look.json:
        told = [showing.document(row) for row in rows]
        print(json.dumps({"realm": look.realm.value, "rows": told, **besides}))
    else:
        shown = showing.shown(rows, SystemClock().now(), look.realm)
        Console(highlight=False, markup=False).print(shown)
    return 0


SHEETS: Mapping[str, Callable[[Figures, datetime], Sheet]] = MappingProxyType(
    {
        "overview": overview,
        "lanes": panes.lanes,
        "lines": panes.lines,
        "waiting": panes.waiting,
        "contacts": panes.contacts,
        "quarantine": panes.quarantine,
    }
)
"""What of the figures can be printed, by its pane in the view."""


def show_figures(
    pane: Literal["overview", "lanes", "lines", "waiting", "contacts", "quarantine"] = "overview",
    /,
    *,
    look: Look = LIVE,
    url: str | None = None,
) -> int:
    """Print one pane of the view once, as it is now. With --json: all figures, whatever the pane.

    Exit code 1 where no watch of this realm answers.

    Parameters
    ----------
    pane
        Which one.
    url
        Where the watch answers; on this machine at DETENTE_WATCH_PORT by default.
    """
    try:
        figures = asyncio.run(_figures(url or settings().watch_url, look.realm))
    except Silent as trouble:
        print(f"detente watch: {trouble}", file=sys.stderr)
        return TROUBLE
    if look.json:
        print(figures.model_dump_json())
        return 0
    now = SystemClock().now()
    print(age_line(figures, now))
    print("\n".join(printed(SHEETS[pane](figures, now), _room())))
    return 0


async def _figures(url: str, realm: Realm) -> Figures:
    """Raises Silent, also where the watch is of the other realm."""
    client = WatchClient(url)
    try:
        figures = await client.figures_now()
    except Silent as trouble:
        raise Silent(f"no watch answers at {url} ({trouble}): `detente watch serve`") from trouble
    finally:
        await client.close()
    if figures.realm != realm.value:
        raise Silent(f"the watch at {url} is of the {figures.realm} bus; give --url of another")
    return figures


def _room() -> int:
    return max(80, shutil.get_terminal_size((120, 24)).columns)
