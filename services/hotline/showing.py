"""How the hotline's traffic stands, read from its ledger alone: lines to what is overdue."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from services.bus import showing
from services.bus.settings import settings
from services.bus.showing import LIVE, Look
from services.hotline import views
from services.hotline.service import hotline


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
    """List what is overdue: acknowledgements, answers, effect, orders, reviews of lines."""
    return _show(views.overdue, look)


def _show(view: Callable[[Any], Sequence[Any]], look: Look) -> int:
    return showing.show(hotline(settings().acknowledge_within_s), view, look)
