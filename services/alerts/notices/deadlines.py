"""What falls due of a notice when nobody speaks. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import partial

from schemas.hotline import LegStep
from schemas.notices import (
    DAY,
    LANE,
    NoticeDeadline,
    NoticeKind,
    NoticeNext,
    PassNoticeDeadline,
)
from services.alerts.notices.state import STANDING, Notice, Recipient
from services.alerts.notices.times import END_WITHIN, is_wide
from services.alerts.own_word import own_word
from services.bus.service import Deadline


def deadlines(notice: Notice) -> list[Deadline]:
    """The next step of every silence, and what the sender owes or the window ends."""
    found = [
        Deadline(step.due, partial(_silence, notice, recipient, step))
        for recipient, step in silences(notice)
    ]
    for due in filter(None, (owed(notice), window(notice))):
        found += [Deadline(due.due, partial(_command, notice, due))]
    return found


def silences(notice: Notice) -> Iterator[tuple[Recipient, LegStep]]:
    """Who is silent, and what comes of it next."""
    for recipient in notice.recipients.values():
        if recipient.steps_left:
            yield recipient, recipient.steps_left[0]


def owed(notice: Notice) -> NoticeNext | None:
    """What its sender has to say next, and by when; None where it owes nothing."""
    if notice.phase not in STANDING:
        return None
    launch = notice.told.of is NoticeKind.LAUNCH
    return _confirmation(notice) if launch else _word(notice) or _end(notice)


def window(notice: Notice) -> NoticeNext | None:
    """When a launch's window is over."""
    if notice.phase not in STANDING or notice.told.of is not NoticeKind.LAUNCH:
        return None
    return NoticeNext(what=NoticeDeadline.WINDOW, due=notice.window.ends)


def _confirmation(notice: Notice) -> NoticeNext | None:
    """When a wide window begins; and again when the hours that were confirmed are over."""
    if notice.unconfirmed or not is_wide(notice.window):
        return None
    due = notice.confirmed.ends if notice.confirmed else notice.window.begins
    if due >= notice.window.ends:
        return None
    return NoticeNext(what=NoticeDeadline.CONFIRMATION, due=due)


def _word(notice: Notice) -> NoticeNext | None:
    """At the end of each day that nobody has spoken of, but for the last."""
    due: datetime = notice.window.begins + DAY * (notice.days + 1)
    if due >= notice.window.ends:
        return None
    return NoticeNext(what=NoticeDeadline.WORD, due=due)


def _end(notice: Notice) -> NoticeNext | None:
    if notice.end_missing:
        return None
    return NoticeNext(what=NoticeDeadline.END, due=notice.window.ends + END_WITHIN)


def _silence(notice: Notice, recipient: Recipient, step: LegStep) -> PassNoticeDeadline:
    return own_word(
        PassNoticeDeadline,
        notice,
        matter=notice.matter,
        lane=LANE,
        due=step.due,
        what=NoticeDeadline.SILENCE,
        message=notice.newest.message,
        desk=recipient.desk,
        step=step.step,
    )


def _command(notice: Notice, due: NoticeNext) -> PassNoticeDeadline:
    return own_word(
        PassNoticeDeadline,
        notice,
        matter=notice.matter,
        lane=LANE,
        due=due.due,
        what=due.what,
        message=notice.newest.message,
        desk=None,
        step=None,
    )
