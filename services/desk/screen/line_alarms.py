"""Lines that do not carry as they should, as every screen of traffic tells of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from rich.text import Text as Shown

from schemas.lines import LinePhase
from services.desk.lines.view import LineView
from services.desk.screen.lines import CAUSES, PHASES, STYLES
from services.desk.screen.notation import bold, day, iso, when

TROUBLED = (LinePhase.DEGRADED, LinePhase.OUTAGE_UNEXPLAINED, LinePhase.SUSPENDED)
"""States of which an officer is told on every screen of traffic."""


def in_outage(views: Sequence[LineView]) -> list[LineView]:
    """Lines that are silent and of which nobody has said why: an alarm at every party's desks."""
    return [each for each in views if each.standing.phase is LinePhase.OUTAGE_UNEXPLAINED]


def troubled(views: Sequence[LineView], now: datetime) -> Sequence[Shown]:
    """The lines that do not carry as they should, one line each, what is an alarm first; then
    those whose review was called to mind.
    """
    alarms = in_outage(views)
    others = [x for x in views if x.standing.phase in TROUBLED and x not in alarms]
    reviews = [
        Shown(f"! LINE {x.name}: review due {day(x.review_due, now)}")
        for x in views
        if x.review_told
    ]
    told = (bold(f"! {_told(x, now)}", _style(x)) for x in others)
    return [*outages(views, now), *told, *reviews]


def outages(views: Sequence[LineView], now: datetime) -> Sequence[Shown]:
    """The lines that are an alarm, with what is known of the cause and of the next test."""
    return [bold(f"! ALARM: {_told(x, now)}{_known(x, now)}", _style(x)) for x in in_outage(views)]


def _told(view: LineView, now: datetime) -> str:
    phase, since = view.standing.phase, when(view.standing.since, now)
    return f"LINE {view.name} {phase.value}: {PHASES[phase]}, since {since}"


def _known(view: LineView, now: datetime) -> str:
    standing = view.standing
    cause = f"; {CAUSES[standing.cause]}" if standing.cause else ""
    expects = standing.expects
    ahead = f"; next test by {expects.initiator} {when(expects.due, now)}" if expects else ""
    return f"; {standing.misses} tests missed in a row{cause}{ahead}"


def _style(view: LineView) -> str:
    return STYLES[view.standing.phase]


def standing_document(view: LineView) -> dict[str, Any]:
    """How a line stands, in short, for a program."""
    standing = view.standing
    return {
        "line": view.name,
        "phase": standing.phase.value,
        "since": iso(standing.since),
        "cause": standing.cause.value if standing.cause else None,
        "misses": standing.misses,
        "alarm": view in in_outage([view]),
    }
