"""`detente keys`: roots, and what they sign into the directory."""

from __future__ import annotations

import asyncio
import json as json_text
import sys
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, TypeVar

from cyclopts import App, Parameter
from pydantic import ValidationError

from schemas.directory import AUTHORITY_OF_SERVICES, HolderKind, KeyStatement
from schemas.parties import Alternate, Function, Ladder, Rung, nation_of
from services.bus import keys, seal
from services.bus.clock import SystemClock
from services.bus.directory import Directory, RootsUnreadable, roots_in
from services.bus.kafka import KafkaBus
from services.bus.keyring import key_id
from services.bus.keys import KeyUnreadable
from services.bus.seal import Signer
from services.bus.settings import Settings, settings
from services.bus.transport import Bus, TopicsWrong, Unreachable, Unsettled
from services.desk.home import Home
from services.desk.trouble import DeskTrouble
from services.local.house import House

app = App(name="keys", help="National roots, and the desks' keys that they sign.")
T = TypeVar("T")
AsJson = Annotated[bool, Parameter(name="--json", help="One JSON document on standard output.")]


@contextmanager
def told() -> Iterator[None]:
    """Trouble as one line and exit code 1."""
    try:
        yield
    except (
        KeyUnreadable,
        RootsUnreadable,
        DeskTrouble,
        Unreachable,
        Unsettled,
        TopicsWrong,
        ValidationError,
    ) as trouble:
        said = str(trouble)
        if isinstance(trouble, ValidationError):
            said = trouble.errors(include_input=False, include_url=False)[0]["msg"]
        print(f"detente keys: {said}", file=sys.stderr)
        raise SystemExit(1) from trouble


def _say(as_json: AsJson, document: dict[str, object], words: str) -> None:
    print(json_text.dumps(document) if as_json else words)


def _on_bus(chosen: Settings, act: Callable[[Bus], Awaitable[T]]) -> T:
    async def run() -> T:
        bus = KafkaBus(chosen.bootstrap, "keys", replicas=chosen.kafka_replicas)
        try:
            return await act(bus)
        finally:
            await bus.close()

    return asyncio.run(run())


def _root_key(chosen: Settings, authority: str) -> Path:
    return chosen.roots_folder / "private" / f"{authority}.key"


@app.command
def root(authority: str, *, json: AsJson = False) -> None:
    """Make the root of a nation (XAA), or of the bus's own services (BUS).

    The private half stays below <state>/roots/private; the public half, <AUTHORITY>.pub, is
    what every desk and service must be given by a way outside the bus.
    """
    with told():
        chosen = settings()
        key = keys.make(_root_key(chosen, authority))
        public = chosen.roots_folder / f"{authority}.pub"
        keys.write_public(key, public)
        keyid = key_id(key.public_key().public_bytes_raw())
        _say(
            json,
            {"authority": authority, "keyid": keyid, "public": str(public)},
            f"root of {authority}: {keyid}\nHand {public} to every desk, and read the key's name "
            "aloud to them.",
        )


@app.command
def enrol(
    home: Path,
    *,
    ladder: Sequence[str] = (),
    function: Sequence[Function] = (),
    form_of_address: str | None = None,
    language: str | None = None,
    json: AsJson = False,
) -> None:
    """Have its national root sign the desk in a home, and publish it with its inboxes.

    Parameters
    ----------
    home
        The desk's home, made by `detente desk init`.
    ladder
        Who is tried when the desk stays silent: RUNG=DESK, as in SUPERVISOR=xaa-chief. Rungs:
        ALTERNATE_TERMINAL, ALTERNATE_DUTY_OFFICER, SUPERVISOR, OTHER_CHANNEL.
    function
        What the desk is to its nation; may be named several times.
    form_of_address
        How others address its principal, in its own words.
    language
        Its own language (BCP 47).
    """
    with told():
        chosen, where = settings(), Home(home)
        written, signer = where.read(), where.signer()
        public = signer.key.public_key().public_bytes_raw()
        statement = KeyStatement(
            holder=written.desk,
            kind=HolderKind.DESK,
            authority=nation_of(written.desk),
            serial=_serial(),
            public_key=public,
            officers=written.officers,
            ladder=_ladder(ladder),
            issued_at=SystemClock().now(),
            form_of_address=form_of_address,
            language=language,
            functions=tuple(function) or None,
        )
        _publish(chosen, statement)
        _say(
            json,
            {"desk": written.desk, "keyid": signer.keyid},
            f"{written.desk} is in the directory with key {signer.keyid}",
        )


@app.command
def custodian(name: str, public: Path, *, json: AsJson = False) -> None:
    """Appoint a custodian of quarantine: sign their public key and publish it.

    An order to redeliver needs two of them. The key is the custodian's own, made with `detente
    quarantine key`; only its public half is handed over. A name stands for one person at a time:
    whoever takes the role over brings a key of their own, and the name is appointed anew.

    Parameters
    ----------
    name
        A role, never a person's name: bus-custodian-1 where the root of the bus appoints,
        xaa-custodian-1 where a nation does.
    public
        The custodian's public key in PEM.
    """
    with told():
        raw = keys.load_public(public).public_bytes_raw()
        statement = KeyStatement(
            holder=name,
            kind=HolderKind.CUSTODIAN,
            authority=nation_of(name),
            serial=_serial(),
            public_key=raw,
            issued_at=SystemClock().now(),
        )
        _publish(settings(), statement)
        _say(
            json,
            {"custodian": name, "keyid": key_id(raw)},
            f"{name} is a custodian with key {key_id(raw)}",
        )


@app.command
def revoke(holder: str, *, json: AsJson = False) -> None:
    """Take a holder's key out of the directory. It takes effect by position in the log."""
    with told():
        chosen = settings()
        service = "-" not in holder

        async def kind_of(bus: Bus) -> HolderKind:
            keyring = await Directory(bus, roots_in(chosen.roots_folder)).refresh()
            held = keyring.named(holder)
            otherwise = HolderKind.SERVICE if service else HolderKind.DESK
            return held.kind if held else otherwise

        statement = KeyStatement(
            holder=holder,
            kind=_on_bus(chosen, kind_of),
            authority=AUTHORITY_OF_SERVICES if service else nation_of(holder),
            serial=_serial(),
            public_key=None,
            issued_at=SystemClock().now(),
        )
        _publish(chosen, statement)
        _say(json, {"revoked": holder}, f"{holder} is revoked; what it signed before stays valid")


@app.command(name="list")
def list_(*, json: AsJson = False) -> None:
    """Show every holder whose key stands."""
    with told():
        chosen = settings()

        async def read(bus: Bus) -> list[dict[str, object]]:
            keyring = await Directory(bus, roots_in(chosen.roots_folder)).refresh()
            held = (latest.holder for latest in keyring.names.values())
            return [
                {
                    "holder": holder.name,
                    "kind": holder.kind.value,
                    "keyid": holder.keyid,
                    "ladder": [
                        f"{a.rung.value}={a.desk}" for a in holder.standing.ladder.alternates
                    ],
                    "functions": [each.value for each in holder.standing.functions],
                }
                for holder in held
                if holder
            ]

        found = _on_bus(chosen, read)
        lines = [f"{each['holder']:<32} {each['kind']:<9} {each['keyid']}" for each in found]
        _say(json, {"holders": found}, "\n".join(lines) or "the directory is empty")


@app.command
def house(*, json: AsJson = False) -> None:
    """Make what is missing of an example house of three fictional nations, and publish it.

    For trying things out: all its private keys lie in one place, below <state>.
    """
    with told():
        chosen = settings()
        place = House(chosen.state)
        place.build()
        _on_bus(chosen, lambda bus: place.open_on(bus, SystemClock().now(), chosen.partitions))
        _say(json, {"state": str(chosen.state)}, f"the house stands in {chosen.state}")


def _publish(chosen: Settings, statement: KeyStatement) -> None:
    authority = statement.authority
    root_signer = Signer(authority, keys.load(_root_key(chosen, authority)))
    signed = seal.sign(statement, b"", root_signer)
    _on_bus(chosen, lambda bus: keys.publish(bus, statement.holder, signed, statement.kind))


def _serial() -> int:
    """Higher than any before: milliseconds."""
    return int(SystemClock().now().timestamp() * 1000)


def _ladder(named: Sequence[str]) -> Ladder:
    alternates = []
    for each in named:
        rung, found, desk = each.partition("=")
        if not found or rung not in Rung.__members__:
            raise DeskTrouble(f"{each}: write RUNG=DESK, as in SUPERVISOR=xaa-chief")
        alternates.append(Alternate(rung=Rung(rung), desk=desk))
    order = list(Rung)
    return Ladder(alternates=tuple(sorted(alternates, key=lambda a: order.index(a.rung))))
