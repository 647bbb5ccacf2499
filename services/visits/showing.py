"""How visits stand, read from the ledger alone: requests, clearances, what is late."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

from rich.console import Console

from services.bus import showing
from services.bus.clock import SystemClock
from services.bus.settings import settings
from services.bus.showing import LIVE, Look
from services.visits import views
from services.visits.service import visits


def requests(*, look: Look = LIVE) -> int:
    """List every Request for Visit: between whom, how it stands, how many, what is due next."""
    return _show(views.requests, look)


def clearances(*, look: Look = LIVE) -> int:
    """List every diplomatic clearance of aircraft and ships, likewise."""
    return _show(views.clearances, look)


def contacts(*, look: Look = LIVE) -> int:
    """List inspections, evaluations and contacts in every host's register."""
    return _show(views.contacts, look)


def overdue(*, look: Look = LIVE) -> int:
    """List what is overdue: decisions, replies, entries. None of it is decided by silence."""
    return _show(views.overdue, look)


def lead_times(*, look: Look = LIVE) -> int:
    """List what each country demands of who wants to come, as this process has it configured."""
    chosen = settings()
    rows = views.terms(chosen.visit_terms, chosen.visit_terms_otherwise)
    if look.json:
        documents = [showing.document(row) for row in rows]
        print(json.dumps({"realm": look.realm.value, "rows": documents}))
    else:
        table = showing.shown(rows, SystemClock().now(), look.realm)
        Console(highlight=False, markup=False).print(table)
    return 0


def _show(view: Callable[[Any], Sequence[Any]], look: Look) -> int:
    chosen = settings()
    service = visits(chosen.visit_terms, chosen.visit_terms_otherwise)
    return showing.show(service, view, look)
