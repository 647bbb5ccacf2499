"""Periods in months, as treaties count them. Pure."""

from __future__ import annotations

from calendar import monthrange
from datetime import datetime

_MONTHS_IN_YEAR = 12


def months_after(moment: datetime, months: int) -> datetime:
    """The same day and time so many months later; the month's last day where it has no such."""
    year, month = divmod(moment.year * _MONTHS_IN_YEAR + moment.month - 1 + months, _MONTHS_IN_YEAR)
    day = min(moment.day, monthrange(year, month + 1)[1])
    return moment.replace(year=year, month=month + 1, day=day)


def months_before(moment: datetime, months: int) -> datetime:
    """The same, earlier."""
    return months_after(moment, -months)
