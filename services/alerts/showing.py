"""How alerts and requests stand, read from their ledger alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from services.alerts import views
from services.alerts.service import alerts
from services.bus import showing
from services.bus.settings import settings
from services.bus.showing import LIVE, Look


def chains(*, look: Look = LIVE) -> int:
    """List every alert: whose, how it stands, how many have it, and what is due next."""
    return _show(views.chains, look)


def uncorrected(*, look: Look = LIVE) -> int:
    """List every desk that had an alert and is not known to have its newest word."""
    return _show(views.uncorrected, look)


def overdue(*, look: Look = LIVE) -> int:
    """List what is overdue: acknowledgements, replies, meetings, answers, words that were owed."""
    return _show(views.overdue, look)


def requests(*, look: Look = LIVE) -> int:
    """List requests for explanation, hazardous incidents and invitations: what waits for whom."""
    return _show(views.requests, look)


def notices(*, look: Look = LIVE) -> int:
    """List notices of launches and exercises: for whom, who has them, and what is missing."""
    return _show(views.notices, look)


def incidents(*, look: Look = LIVE) -> int:
    """List events, each with its alerts, its requests and the hotline threads about it."""
    return _show(views.incidents, look)


def templates(*, look: Look = LIVE) -> int:
    """List which desk can correct and cancel which kind of alert at once."""
    return _show(views.approvals, look)


def _show(view: Callable[[Any], Sequence[Any]], look: Look) -> int:
    return showing.show(alerts(settings().acknowledge_within_s), view, look)
