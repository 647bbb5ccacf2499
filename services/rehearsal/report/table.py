"""All runs in one table: history against bus."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from rich.table import Table

from services.rehearsal.format.scenario import Version
from services.rehearsal.format.times import length, written
from services.rehearsal.report.report import Gained, Report


def table(reports: Sequence[Report]) -> Table:
    """A row a milestone: when it was in history, when it is with the bus, what is gained."""
    found = Table(title="History against bus", title_justify="left", show_lines=False)
    for name in ("case", "what", "history", "as played then", "with the bus", "gained"):
        found.add_column(name, overflow="fold")
    played = {report.case or report.scenario: report for report in reports
              if report.version is Version.AS_IT_HAPPENED}  # fmt: skip
    for report in reports:
        if report.version is Version.AS_IT_HAPPENED and any(
            other.case == report.case and other.version is Version.WITH_THE_BUS for other in reports
        ):
            continue
        then = played.get(report.case or report.scenario)
        mark = "" if report.holds and (then is None or then.holds) else "✕ "
        for number, gain in enumerate(report.gained):
            is_then = report.version is Version.AS_IT_HAPPENED
            before = gain if is_then else _same(then, gain)
            moments = [m for m in (gain.history, gain.rehearsal, before and before.rehearsal) if m]
            began = report.began if {m.date() for m in moments} == {report.began.date()} else None
            found.add_row(
                mark + (report.case or report.scenario) if number == 0 else "",
                gain.what,
                _when(gain.history, began),
                _when(before.rehearsal, began) if before else "",
                "" if is_then else _when(gain.rehearsal, began),
                gained(gain),
            )
        if not report.gained:
            found.add_row(mark + (report.case or report.scenario), report.title, "", "", "", "")
    return found


def gained(gain: Gained) -> str:
    """What is gained, in words."""
    if gain.minutes is not None:
        apart = length(timedelta(minutes=abs(gain.minutes)))
        if abs(gain.minutes) < 1 / 60:
            return "as then"
        return apart if gain.minutes > 0 else f"{apart} later"
    if gain.rehearsal is None:
        return "never" if gain.history is None else "not reached"
    return "never then"


def _same(report: Report | None, gain: Gained) -> Gained | None:
    return (
        next((each for each in report.gained if each.what == gain.what), None) if report else None
    )


def _when(moment: datetime | None, began: datetime | None) -> str:
    """With its day, where those of one row are not all on the scenario's first."""
    if moment is None:
        return "never"
    return moment.strftime("%Y-%m-%d %H:%MZ") if began is None else written(moment, began)
