"""Alarms: what came and was refused here, and lines that are silent."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from rich.console import Group, RenderableType
from rich.text import Text as Shown

from services.desk.lines.view import LineView
from services.desk.screen.line_alarms import outages
from services.desk.screen.notation import when
from services.desk.screen.untrusted import visible
from services.desk.store.records import Alarm


def alarms_screen(
    alarms: Sequence[Alarm], lines: Sequence[LineView], now: datetime
) -> RenderableType:
    """Lines that fell silent, and what was refused here."""
    silent = outages(lines, now)
    if not alarms and not silent:
        return Shown(
            "no alarms: no line is silent, and nothing that came was forged, altered or numbered"
            " twice"
        )
    return Group(
        *silent,
        *(
            Shown(
                f"! {visible(each.code)} {when(each.raised_at, now)} at {visible(each.origin)}\n"
                f"  {visible(each.reason)}"
            )
            for each in alarms
        ),
    )


def alarm_document(alarm: Alarm) -> dict[str, str]:
    """An alarm for a program; the record's bytes stay in the store."""
    return {
        "code": alarm.code,
        "reason": alarm.reason,
        "origin": alarm.origin,
        "raised_at": alarm.raised_at.isoformat(),
    }
