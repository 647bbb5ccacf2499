"""The lines around the panes: whose figures, how old, what is wrong, which keys. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType

from services.bus.topics import Realm
from services.watch.figures import Figures
from services.watch.terminal.panes import line_tone, unlisted
from services.watch.terminal.sheets import Tone
from services.watch.terminal.times import with_age

OLD_AFTER = timedelta(seconds=15)
"""Figures come every 10 s at least. Older ones are not shown as if they were of now."""

PANES = MappingProxyType(
    {
        "overview": "Overview",
        "lanes": "Lanes",
        "lines": "Lines",
        "waiting": "Waiting",
        "contacts": "Contacts",
        "quarantine": "Quarantine",
        "tail": "Tail",
    }
)
"""What is called by keys 1 to 7, in this order."""
KEYS: Mapping[str, str] = MappingProxyType(
    {
        "overview": "1-7 panes  Enter opens  up/down PgUp/PgDn move  ? help  q quit",
        "tail": "p pause  n nation s service c precedence t state x all  Enter history  ? help",
    }
)
KEYS_ELSEWHERE = "1-7 panes  Enter history  up/down PgUp/PgDn move  ? help  q quit"


@dataclass(frozen=True, slots=True)
class Silence:
    """That the watch does not answer, since when, and how it showed."""

    since: datetime
    why: str


def name_line(realm: Realm, source: str, now: datetime) -> str:
    """Whose figures these are, and what time it is."""
    which = "EXERCISE EXERCISE EXERCISE" if realm is Realm.EXERCISE else "LIVE"
    return f"DETENTE WATCH  {which}  {now:%Y-%m-%d %H:%M:%SZ}  {source}"


def age_line(figures: Figures | None, now: datetime) -> str:
    """Of when the figures are, and what they leave out."""
    if figures is None:
        return "no figures yet"
    behind = ", ".join(f"{name} {count}" for name, count in sorted(figures.behind.items()) if count)
    counted = f"BEHIND by {behind}" if behind else "all ledgers counted"
    return f"figures as of {with_age(figures.at, now)}; {counted}"


def trouble(silence: Silence | None, figures: Figures | None, now: datetime) -> str | None:
    """Why what is shown is not of now; None where it is."""
    if silence is not None:
        kept = "what is shown was true then" if figures else "there is nothing to show"
        return (
            f"!! THE WATCH DOES NOT ANSWER since {with_age(silence.since, now)}: {silence.why}. "
            f"Asking again; {kept}."
        )
    if figures is not None and now - figures.at > OLD_AFTER:
        return (
            f"!! THE FIGURES ARE OLD, as of {with_age(figures.at, now)}: "
            "the watch answers, and does not count. Look at its log."
        )
    return None


def tab_line(chosen: str, figures: Figures | None) -> str:
    """The panes' names by their keys, the chosen one in brackets, with what alarms in them."""
    counts = _alarms(figures)
    said = []
    for number, (pane, title) in enumerate(PANES.items(), start=1):
        count = f"!{counts[pane]}" if counts.get(pane) else ""
        if count and pane == "waiting" and figures is not None and unlisted(figures):
            count += "+"
        name = f"{number} {title}{count}"
        said.append(f"[{name}]" if pane == chosen else name)
    return " ".join(said)


def _alarms(figures: Figures | None) -> Mapping[str, int]:
    if figures is None:
        return {}
    return {
        "waiting": sum(each.overdue for each in figures.waiting),
        "lines": sum(line_tone(each) is Tone.ALARM for each in figures.lines),
    }


def key_line(pane: str) -> str:
    """What keys do in this pane."""
    return KEYS.get(pane, KEYS_ELSEWHERE)


def help_lines() -> Sequence[str]:
    """All that an operator must know of the view, in twenty lines of 78 columns."""
    return (
        "PANES    1 Overview    what needs somebody now; services, brokers, traffic",
        "         2 Lanes       what waits for each service: depth, oldest, rate",
        "         3 Lines       states as parties declared them, tests, next test",
        "         4 Waiting     what is owed and has not come; overdue first, its rung",
        "         5 Contacts    days since nations spoke; alike alerts; lead times",
        "         6 Quarantine  what was refused and kept, by reason",
        "         7 Tail        what happens, as it happens",
        "",
        "MARKS    !! alarm    ' !' look at it    ok good    -- at rest",
        "         A number after a pane's name counts its alarms: 4 Waiting!2",
        "         ~ stands where a name was cut    > is the cursor",
        "",
        "KEYS     1-7, left, right: panes     up down PgUp PgDn Home End: move",
        "         Enter: history of the row's matter, or the pane it speaks of",
        "         in Tail: p pause and follow; n s c t filter by nation, service,",
        "         precedence, state, the next value each time; x shows all",
        "         q quit",
        "",
        "Times are UTC, ages beside them. Nobody here sees a text, and why somebody",
        "is silent is not known to the bus. Esc goes back.",
    )
