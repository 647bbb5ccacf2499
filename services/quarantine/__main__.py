"""`detente quarantine`: what was refused and why, and how two custodians redeliver it."""

from __future__ import annotations

import asyncio
import json as json_text
import re
import sys
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, TypeVar

from cyclopts import App, Parameter
from rich.console import Console

from schemas.envelope import Cover
from services.bus import keys, showing, wire
from services.bus.clock import SystemClock
from services.bus.directory import Directory, RootsUnreadable, roots_in
from services.bus.kafka import KafkaBus
from services.bus.keyring import key_id
from services.bus.keys import KeyUnreadable
from services.bus.log import configure
from services.bus.quarantine import SERVICES, Again, Held, quarantined
from services.bus.seal import Signer
from services.bus.settings import settings
from services.bus.topics import Realm
from services.bus.transport import Bus, TopicsWrong, Unreachable, Unsettled
from services.quarantine import telling
from services.quarantine.ordering import (
    Custody,
    Looked,
    NoSuchPlace,
    NotDone,
    order_of,
    place_named,
    place_of,
    proposal_in,
    succeeded,
)

app = App(
    name="quarantine",
    help="What services refused and why, by outer parts alone; and how two custodians redeliver.",
)
T = TypeVar("T")
AsJson = Annotated[bool, Parameter(name="--json", help="One JSON document on standard output.")]
NOT_CARRIED, NO_ANSWER = 2, 3
_AGO = re.compile(r"(\d{1,6})([smhd])")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


@contextmanager
def _told() -> Iterator[None]:
    """Trouble as one line: exit code 1, or 2 where it is a refusal."""
    try:
        yield
    except NotDone as trouble:
        print(f"detente quarantine: {trouble}", file=sys.stderr)
        raise SystemExit(NOT_CARRIED) from trouble
    except (
        NoSuchPlace,
        KeyUnreadable,
        RootsUnreadable,
        TopicsWrong,
        Unreachable,
        Unsettled,
        OSError,
    ) as trouble:
        print(f"detente quarantine: {trouble}", file=sys.stderr)
        raise SystemExit(1) from trouble


def _on_bus(act: Callable[[Bus, Directory], Awaitable[T]]) -> T:
    chosen = settings()
    configure("critical")

    async def run() -> T:
        bus = KafkaBus(chosen.bootstrap, "quarantine", replicas=chosen.kafka_replicas)
        try:
            return await act(bus, Directory(bus, roots_in(chosen.roots_folder)))
        finally:
            await bus.close()

    with Console(stderr=True).status("reading quarantine and ledgers"):
        return asyncio.run(run())


@app.command(name="list")
def list_(
    *services: str,
    code: Sequence[str] = (),
    since: str | None = None,
    realm: Realm | None = None,
    json: AsJson = False,
) -> int:
    """List what lies in quarantine, with a count for each reason. No text is read or shown.

    Exit codes: 0 done, 1 it could not be read.

    Parameters
    ----------
    services
        hotline, alerts, visits, agreements; all by default.
    code
        Only what was refused for this; may be named several times.
    since
        Only what was refused since: 30m, 12h, 7d, or a time in UTC as 2026-01-31T18:00:00Z.
    realm
        live, or exercise; both by default.
    """
    with _told():
        wanted = services or SERVICES
        if unknown := sorted(set(wanted) - set(SERVICES)):
            raise NoSuchPlace(f"there is no service {unknown[0]}: name {', '.join(SERVICES)}")
        now = SystemClock().now()
        start = _moment(since, now)
        realms = (realm,) if realm else tuple(Realm)

        async def read(bus: Bus, directory: Directory) -> list[Held]:
            partitions = settings().partitions
            return [
                one
                for each in realms
                for name in wanted
                for one in await quarantined(bus, directory, name, each, partitions)
            ]

        found = telling.chosen(_on_bus(read), code, start)
        counts = telling.by_reason(found)
        if json:
            rows = [telling.document(one) for one in found]
            reasons = [{"code": c, "count": n, "reason": r} for c, n, r in counts]
            print(json_text.dumps({"count": len(found), "by_reason": reasons, "rows": rows}))
            return 0
        _print_list(found, counts, realms, now)
        return 0


def _print_list(
    found: Sequence[Held],
    counts: Sequence[tuple[str, int, str]],
    realms: Sequence[Realm],
    now: datetime,
) -> None:
    console = Console(highlight=False, markup=False)
    for each in realms:
        rows = [telling.row(one) for one in found if one.place.realm is each]
        console.print(showing.shown(rows, now, each))
    for name, number, reason in counts:
        console.print(f"{number:5} {name}: {reason}")
    heads = {telling.since(one).split(" ")[0].rstrip(";") for one in found}
    for word, meaning in telling.SINCE.items():
        if word in heads:
            console.print(f"{word}: {meaning}")


@app.command
def show(record: str, *, json: AsJson = False) -> int:
    """Show all that is outer of one record, and what can be done. Never a text.

    Exit codes: 0 shown, 1 it could not be read, 2 no record lies there.

    Parameters
    ----------
    record
        As `list` names it: hotline/0/17.
    """
    with _told():
        looked = _looked(record)
        if json:
            print(json_text.dumps(telling.shown_document(looked.held)))
        else:
            print(telling.shown(looked.held, SystemClock().now()))
        return 0


@app.command
def key(file: Path, *, json: AsJson = False) -> int:
    """Make a custodian's own key. It stays with its owner; FILE.pub is handed to a root.

    The root then appoints: `detente keys custodian bus-custodian-1 FILE.pub`.
    """
    with _told():
        made = keys.make(file)
        public = file.with_name(f"{file.name}.pub")
        keys.write_public(made, public)
        keyid = key_id(made.public_key().public_bytes_raw())
        _say(json, {"keyid": keyid, "public": str(public)}, f"key {keyid}: hand over {public}")
        return 0


@app.command
def propose(record: str, *, key: Path, out: Path | None = None, json: AsJson = False) -> int:
    """First custodian: look at a record, and propose to redeliver it. Nothing is sent yet.

    Hand the file to the second custodian, who reads it on their own machine, signs and sends it.
    Exit codes: 0 written, 1 it could not be done, 2 no service would take such an order.

    Parameters
    ----------
    record
        As `list` names it: hotline/0/17.
    key
        The custodian's own private key.
    out
        The proposal's file; by default RECORD.proposal.json, with hyphens, in this folder.
    """
    with _told():
        signer = Signer("", keys.load(key))

        async def make(bus: Bus, directory: Directory) -> tuple[Looked, Cover]:
            custody = Custody(bus, directory, settings().partitions)
            looked = await custody.look(place_of(record))
            return looked, custody.propose(looked, signer, SystemClock().now())

        looked, proposal = _on_bus(make)
        file = out or Path(f"{record.replace('/', '-')}.proposal.json")
        with file.open("xb") as written:
            written.write(wire.encode(proposal) + b"\n")
        said = order_of(proposal)
        if not json:
            print(telling.shown(looked.held, SystemClock().now()), end="\n\n")
        _say(
            json,
            {"order": said.message_id, "by": said.sender, "file": str(file)},
            f"{said.sender} proposes to redeliver {record}, in {file}. The second custodian runs\n"
            f"  detente quarantine redeliver {file} --key THEIR-KEY",
        )
        return 0


@app.command
def redeliver(proposal: Path, *, key: Path, wait_s: float = 30.0, json: AsJson = False) -> int:
    """Second custodian: look at what is proposed, sign it too, send it, and see what comes of it.

    The service judges the record again from scratch. What it decides is in its ledger, with both
    custodians' names. Sending the same again has no second effect.
    Exit codes: 0 the record is carried, 1 it could not be sent, 2 it is refused, with the reason,
    3 no service has answered yet: the order stands, and `show` tells its end.

    Parameters
    ----------
    proposal
        The file that the first custodian wrote.
    key
        The second custodian's own private key.
    wait_s
        How long to wait for the service, in seconds.
    """
    with _told():
        signer = Signer("", keys.load(key))
        proposed = proposal_in(proposal.read_bytes())

        async def send(bus: Bus, directory: Directory) -> tuple[Looked, Again | None]:
            custody = Custody(bus, directory, settings().partitions)
            looked = await custody.look(place_named(order_of(proposed)))
            order = custody.countersign(proposed, looked, signer)
            if not custody.heard(order, looked):
                await custody.send(order)
            return looked, await custody.answer(order, looked, wait_s)

        looked, again = _on_bus(send)
        place, now = looked.held.place, SystemClock().now()
        document: dict[str, Any] = {"record": str(place), "redelivery": None}
        if again is None:
            words = f"{place}: sent, and not answered yet; is the service running?"
            _say(json, document, words)
            return NO_ANSWER
        document["redelivery"] = telling.again_document(again)
        _say(json, document, f"{place}: {telling.again_line(again, now)}")
        return 0 if succeeded(again, looked) else NOT_CARRIED


def _looked(record: str) -> Looked:
    place = place_of(record)

    async def look(bus: Bus, directory: Directory) -> Looked:
        return await Custody(bus, directory, settings().partitions).look(place)

    return _on_bus(look)


def _moment(said: str | None, now: datetime) -> datetime | None:
    if said is None:
        return None
    if ago := _AGO.fullmatch(said):
        return now - timedelta(seconds=int(ago[1]) * _SECONDS[ago[2]])
    try:
        at = datetime.fromisoformat(said)
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        raise NoSuchPlace(f"{said!r} is no time: write 30m, 12h, 7d or 2026-01-31T18:00:00Z")
    return at.astimezone(UTC)


def _say(as_json: AsJson, document: dict[str, Any], words: str) -> None:
    print(json_text.dumps(document) if as_json else words)


if __name__ == "__main__":
    app()
