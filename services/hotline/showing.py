"""How the hotline's traffic stands, read from its ledger alone: lines to what is overdue."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any

from cyclopts import Parameter
from rich.console import Console
from rich.table import Table

from services.bus import topics
from services.bus.clock import SystemClock, age
from services.bus.directory import Directory, RootsUnreadable, roots_in
from services.bus.kafka import KafkaBus
from services.bus.ledger import Ledger, read_entry
from services.bus.log import configure
from services.bus.refusals import Refusal
from services.bus.settings import Settings, settings
from services.bus.topics import Realm
from services.bus.transport import Bus, Unreachable
from services.hotline import views
from services.hotline.matter import Matter
from services.hotline.service import hotline

Matters = Mapping[str, Matter]
COLUMNS_MAX = 6
"""More than these a terminal of a hundred columns does not show without breaking words."""


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class Look:
    """At which bus, and for whom the answer is written.

    Parameters
    ----------
    realm
        live, or exercise.
    json
        Answer with one JSON document on stdout.
    """

    realm: Realm = Realm.LIVE
    json: bool = False


LIVE = Look()


async def matters(bus: Bus, directory: Directory, chosen: Settings, realm: Realm) -> Matters:
    """Every matter, folded from the ledger as it is now. Raises Unreachable."""
    service = hotline(chosen.acknowledge_within_s)
    keyring = await directory.refresh()
    found: dict[str, Matter] = {}
    for partition in range(chosen.partitions):
        ledger = Ledger(service, {})
        for record in await bus.read(topics.ledger(service.name, realm), partition, 0):
            read = read_entry(service, record.value, keyring)
            if not isinstance(read, Refusal):
                ledger.fold(*read, record.offset)
        found |= {name: book.state for name, book in ledger.page.books.items()}
    return found


def lines(*, look: Look = LIVE) -> int:
    """List every line: between whom, how it stands, since when, what is not proved, its review."""
    return _show(views.lines, look)


def line_tests(*, look: Look = LIVE) -> int:
    """List the tests of every line: what comes next and by whom, and what was missed."""
    return _show(views.line_tests, look)


def threads(*, look: Look = LIVE) -> int:
    """List every matter by the two nations that speak in it: how far they are, and what is next."""
    return _show(views.threads, look)


def undertakings(*, look: Look = LIVE) -> int:
    """List commitments and understandings: in effect or not, until when, and what is lacking."""
    return _show(views.undertakings, look)


def overdue(*, look: Look = LIVE) -> int:
    """List what is overdue: acknowledgements, answers, undertakings held up, reviews of lines."""
    return _show(views.overdue, look)


def _show(view: Callable[[Matters], Sequence[Any]], look: Look) -> int:
    configure("critical")
    try:
        found = asyncio.run(_read(look.realm))
    except (RootsUnreadable, Unreachable) as trouble:
        print(f"detente hotline: {trouble}", file=sys.stderr)
        return 1
    rows = view(found)
    if look.json:
        print(json.dumps({"realm": look.realm.value, "rows": [document(row) for row in rows]}))
    else:
        # What is shown are names and times that the contracts bound; no text is in the ledger.
        Console(highlight=False, markup=False).print(shown(rows, SystemClock().now(), look.realm))
    return 0


async def _read(realm: Realm) -> Matters:
    chosen = settings()
    bus = KafkaBus(chosen.bootstrap, f"{realm.prefix}hotline-show")
    try:
        return await matters(bus, Directory(bus, roots_in(chosen.roots_folder)), chosen, realm)
    finally:
        await bus.close()


def document(row: Any) -> dict[str, Any]:
    """A row for a program: times in ISO 8601 and UTC."""
    return {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in asdict(row).items()
    }


def shown(rows: Sequence[Any], now: datetime, realm: Realm) -> Table | str:
    """Rows for a person: times in UTC with their age beside them. What has too many columns for
    a terminal stands row by row.
    """
    if not rows:
        return f"{realm.value.upper()}: nothing to show"
    if len(fields(rows[0])) > COLUMNS_MAX:
        return "\n\n".join((realm.value.upper(), *(_block(row, now) for row in rows)))
    table = Table(title=realm.value.upper(), title_justify="left")
    for field in fields(rows[0]):
        table.add_column(field.name.replace("_", " "), overflow="fold")
    for row in rows:
        table.add_row(*(_cell(getattr(row, field.name), now) for field in fields(row)))
    return table


def _block(row: Any, now: datetime) -> str:
    first, *others = fields(row)
    lines = (f"  {x.name.replace('_', ' '):17} {_cell(getattr(row, x.name), now)}" for x in others)
    return "\n".join((_cell(getattr(row, first.name), now), *lines))


def _cell(value: object, now: datetime) -> str:
    match value:
        case None:
            return "-"
        case bool():
            return "YES" if value else "no"
        case datetime() if value > now:
            return f"{value:%Y-%m-%d %H:%M:%SZ} (in {age(now, value)})"
        case datetime():
            return f"{value:%Y-%m-%d %H:%M:%SZ} ({age(value, now)} ago)"
        case tuple():
            return ", ".join(map(str, value)) or "-"
        case _:
            return str(value)
