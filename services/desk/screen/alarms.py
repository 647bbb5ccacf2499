"""Alarms: what came and was refused here."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from rich.console import Group, RenderableType
from rich.text import Text as Shown

from services.desk.screen.notation import when
from services.desk.screen.untrusted import visible
from services.desk.store.records import Alarm


def alarms_screen(alarms: Sequence[Alarm], now: datetime) -> RenderableType:
    """What was refused here."""
    if not alarms:
        return Shown("no alarms: nothing that came was forged, altered or numbered twice")
    return Group(
        *(
            Shown(
                f"! {visible(each.code)} {when(each.raised_at, now)} at {visible(each.origin)}\n"
                f"  {visible(each.reason)}"
            )
            for each in alarms
        )
    )


def alarm_document(alarm: Alarm) -> dict[str, str]:
    """An alarm for a program; the record's bytes stay in the store."""
    return {
        "code": alarm.code,
        "reason": alarm.reason,
        "origin": alarm.origin,
        "raised_at": alarm.raised_at.isoformat(),
    }
