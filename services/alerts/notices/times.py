"""How long before and how exactly: the numbers of this protocol and their sources. Pure.

Some are the field's, some are ours; each says which. A lead time that is missed is flagged and
never refused: a late notice is worth more than none.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from math import ceil

from schemas.hotline import LegStep
from schemas.notices import DAY, PRECEDENCE, NoticeKind
from schemas.parties import Precedence
from services.alerts.chain.deadlines import schedule
from services.alerts.notices.state import Window

LEAD: Mapping[NoticeKind, timedelta] = {
    # As agreements on the notification of missile launches ask; counted to the notice's receipt.
    NoticeKind.LAUNCH: timedelta(hours=24),
    # As the Vienna Document is known to ask for large exercises; not checked against its text here.
    NoticeKind.EXERCISE: timedelta(days=42),
}
"""How long before its window a notice is due."""
WIDE = timedelta(hours=48)
"""A launch's window that is longer needs a confirmation of its day. Ours, after January 1995,
when a window of some weeks told nobody the hour."""
CONFIRMED_AHEAD = DAY
"""How long before its hours a confirmation may be given. Ours: earlier, it confirms no day."""
END_WITHIN = timedelta(hours=1)
"""After the end of its time, until an exercise's end is missed. Ours."""
Within = Mapping[Precedence, float]
"""Ceilings for acknowledgement, in seconds from release."""


def late_by_s(of: NoticeKind, begins: datetime, received_at: datetime) -> int:
    """By how many seconds the lead time was missed; 0 where it was kept."""
    missed = LEAD[of] - (begins - received_at)
    return max(0, ceil(missed.total_seconds()))


def is_wide(window: Window) -> bool:
    """Whether its day has to be confirmed."""
    return window.ends - window.begins > WIDE


def silence(
    released_at: datetime, begins: datetime | None, within_s: Within
) -> tuple[LegStep, ...]:
    """The steps of silence. Where the window begins before the ceiling of its precedence is over,
    they are as much shorter, though never than those of FLASH.
    """
    ceiling = within_s[PRECEDENCE]
    if begins is not None:
        left = (begins - released_at).total_seconds()
        ceiling = max(min(ceiling, left), min(ceiling, within_s[Precedence.FLASH]))
    return schedule(PRECEDENCE, released_at, {PRECEDENCE: ceiling})


def day_of(begins: datetime, moment: datetime) -> int:
    """Which day of an exercise a moment is in: 1 for its first 24 hours."""
    return max(1, ceil((moment - begins) / DAY))
