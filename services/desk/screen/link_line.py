"""Whether what a desk says goes out: the first line of every screen of traffic."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from rich.text import Text as Shown

from services.bus.topics import Realm
from services.desk.screen.notation import bold, when
from services.desk.screen.untrusted import visible
from services.desk.store.records import LinkState


def link_lines(link: LinkState | None, now: datetime, realm: Realm, *, attached: bool) -> Shown:
    """Whether what this desk says goes out, in the first line of every screen of traffic."""
    if not attached:
        return bold(f"NOTHING ON THIS DESK LISTENS TO THE BUS. {_how_to_run(realm)}", "bold red")
    if link is None:
        return Shown("bus: first try under way")
    if link.up:
        return Shown(f"bus reached since {when(link.changed_at, now)}")
    said = f"BUS NOT REACHED since {when(link.changed_at, now)}: {visible(link.trouble)}"
    return Shown.assemble((said, "bold red"), "\nWhat is queued goes out by itself.")


def command_of(realm: Realm) -> str:
    """What an officer types before a command of this desk."""
    return f"detente {'exercise-desk' if realm is Realm.EXERCISE else 'desk'}"


def _how_to_run(realm: Realm) -> str:
    return f"Start it: {command_of(realm)} run"


def link_document(link: LinkState | None, *, attached: bool) -> dict[str, Any]:
    """The same for a program; `state` is NOT_ATTACHED, UNKNOWN, REACHED or NOT_REACHED."""
    if link is None or not attached:
        return {"state": "UNKNOWN" if attached else "NOT_ATTACHED", "since": None, "trouble": ""}
    return {
        "state": "REACHED" if link.up else "NOT_REACHED",
        "since": link.changed_at.isoformat(),
        "trouble": link.trouble,
    }
