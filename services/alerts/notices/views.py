"""What operators see of notices: whose, when, and for whom, never what they say. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from schemas.notices import NoticeReach
from services.alerts.notices.deadlines import owed
from services.alerts.notices.state import Notice


@dataclass(frozen=True, slots=True)
class NoticeShown:
    """One notice, and how it stands."""

    matter: str
    of: str
    sender: str
    state: str
    since: datetime | None
    begins: datetime
    ends: datetime
    confirmed: str
    """The hours that were confirmed last; empty where none were."""
    final_consumers: tuple[str, ...]
    settled: bool
    taken_over: str
    """Of the newest word: by how many of how many desks."""
    flags: tuple[str, ...]
    """OVERDUE, LATE_NOTICE, UNCONFIRMED, WORD_MISSING, END_MISSING."""
    detections: int
    next_due: datetime | None
    next_what: str


def shown(notice: Notice) -> NoticeShown:
    """One notice that was given."""
    number, due = notice.newest.number, owed(notice)
    has = sum(x.reach(number) is NoticeReach.TAKEN_OVER for x in notice.recipients.values())
    confirmed = notice.confirmed
    return NoticeShown(
        matter=notice.matter,
        of=notice.told.of.value,
        sender=notice.told.sender,
        state=notice.phase.value,
        since=notice.since,
        begins=notice.window.begins,
        ends=notice.window.ends,
        confirmed=f"{confirmed.begins:%d %H:%MZ}-{confirmed.ends:%d %H:%MZ}" if confirmed else "",
        final_consumers=tuple(each.desk for each in notice.finals),
        settled=notice.settled,
        taken_over=f"{has} of {len(notice.recipients)}",
        flags=flags(notice),
        detections=notice.detections,
        next_due=due.due if due else None,
        next_what=due.what.value if due else "",
    )


def flags(notice: Notice) -> tuple[str, ...]:
    """What is wrong with it, in a word each."""
    found = (
        ("OVERDUE", notice.overdue),
        ("LATE_NOTICE", notice.told.late_by_s > 0),
        ("UNCONFIRMED", notice.unconfirmed),
        ("WORD_MISSING", notice.word_missing),
        ("END_MISSING", notice.end_missing),
    )
    return tuple(name for name, is_so in found if is_so)
