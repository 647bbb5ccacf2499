"""How times, names and precedences are written."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from rich.text import Text as Shown

from schemas.parties import Precedence
from services.bus.clock import age

END_OF_IDENTITY = 8
"""How many of an identity's last characters name it on a screen."""
MONTHS = "JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"
_STYLES = {
    Precedence.OVERRIDE: "bold red",
    Precedence.FLASH: "bold red",
    Precedence.IMMEDIATE: "bold yellow",
}


def dtg(moment: datetime) -> str:
    """A date-time group: DDHHMMZ MON YY, in English whatever the machine's language."""
    return f"{moment:%d%H%M}Z {MONTHS[moment.month - 1]} {moment:%y}"


def when(moment: datetime, now: datetime) -> str:
    """A time in UTC with its age beside it."""
    if moment > now:
        return f"{dtg(moment)} (in {age(now, moment)})"
    return f"{dtg(moment)} ({age(moment, now)} ago)"


def day(due: date, now: datetime) -> str:
    """A day on which something is due, with how far it is; a day passes where it ends in UTC."""
    left = (due - now.date()).days
    if left < 0:
        return f"{due} (OVERDUE by {-left} days)"
    return f"{due} (in {left} days)" if left else f"{due} (today)"


def iso(moment: datetime | None) -> str | None:
    """A time for a program; null where there is none."""
    return moment.isoformat() if moment else None


def end_of(identity: str) -> str:
    """What stands on a screen for a message, and suffices to name it."""
    return identity[-END_OF_IDENTITY:]


def nations(label_nations: Iterable[str]) -> str:
    """Who may read it."""
    return ", ".join(label_nations)


def bold(words: str, style: str = "bold") -> Shown:
    """Words that stand out, in a colour where the style names one."""
    return Shown(words, style=style)


def flaw_in(code: str, where: str) -> Shown:
    """What this desk's library holds against something that came."""
    return bold(f"! FLAW in {where}: {code}", "bold red")


def precedence_shown(precedence: Precedence) -> Shown:
    """Its word, the more striking the more urgent."""
    return bold(precedence.value, _STYLES.get(precedence, ""))
