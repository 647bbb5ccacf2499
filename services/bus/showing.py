"""How a service's matters stand, read from its ledger alone, for operators."""

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
from services.bus.service import Service
from services.bus.settings import settings
from services.bus.topics import Realm
from services.bus.transport import Bus, Unreachable

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


async def matters(
    service: Service, bus: Bus, directory: Directory, partitions: int, realm: Realm
) -> Mapping[str, Any]:
    """The state of every matter by its name, folded from the ledger as it is now.

    Raises Unreachable.
    """
    keyring = await directory.refresh()
    found: dict[str, Any] = {}
    for partition in range(partitions):
        ledger = Ledger(service, {})
        for record in await bus.read(topics.ledger(service.name, realm), partition, 0):
            read = read_entry(service, record.value, keyring)
            if not isinstance(read, Refusal):
                ledger.fold(*read, record.offset)
        found |= {name: book.state for name, book in ledger.page.books.items()}
    return found


def show(service: Service, view: Callable[[Any], Sequence[Any]], look: Look) -> int:
    """Print the rows, dataclasses, that a view makes of a service's matters; the exit code."""
    configure("critical")
    try:
        found = asyncio.run(_read(service, look.realm))
    except (RootsUnreadable, Unreachable) as trouble:
        print(f"detente {service.name}: {trouble}", file=sys.stderr)
        return 1
    rows = view(found)
    if look.json:
        print(json.dumps({"realm": look.realm.value, "rows": [document(row) for row in rows]}))
    else:
        # What is shown are names and times that the contracts bound; no text is in the ledger.
        Console(highlight=False, markup=False).print(shown(rows, SystemClock().now(), look.realm))
    return 0


async def _read(service: Service, realm: Realm) -> Mapping[str, Any]:
    chosen = settings()
    bus = KafkaBus(chosen.bootstrap, f"{realm.prefix}{service.name}-show")
    directory = Directory(bus, roots_in(chosen.roots_folder))
    try:
        return await matters(service, bus, directory, chosen.partitions, realm)
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
