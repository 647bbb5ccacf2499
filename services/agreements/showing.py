"""How agreements stand, from the ledger alone: who is bound, what is owed, what fired."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any

from services.agreements import views
from services.agreements.service import agreements
from services.bus import showing
from services.bus.clock import SystemClock
from services.bus.showing import LIVE, Look


def list_agreements(*, look: Look = LIVE) -> int:
    """List every agreement: its phase, since when, its parties, and what comes next."""
    return _show(views.agreements, look)


def participants(agreement: str, *, at: str | None = None, look: Look = LIVE) -> int:
    """Show an agreement's table of participants, as it stands or as it stood at a date.

    Parameters
    ----------
    agreement
        Its name.
    at
        UTC, as in 2026-01-31T18:00Z.
    """
    try:
        moment = datetime.fromisoformat(at) if at else SystemClock().now()
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        print(f"detente agreements: {at}: write a time in UTC with its Z", file=sys.stderr)
        return 2
    return _show(partial(views.participants, agreement=agreement, at=moment.astimezone(UTC)), look)


def obligations(*, look: Look = LIVE) -> int:
    """List what is owed under protocols: by whom, until when, and whether it was done."""
    return _show(views.obligations, look)


def lapsing(*, look: Look = LIVE) -> int:
    """List what ends or is to be reviewed, and when."""
    return _show(views.lapsing, look)


def activations(*, look: Look = LIVE) -> int:
    """List events that protocols waited for: which fired, and why the others did not."""
    return _show(views.activations, look)


def _show(view: Callable[[Any], Sequence[Any]], look: Look) -> int:
    return showing.show(agreements(), view, look)
