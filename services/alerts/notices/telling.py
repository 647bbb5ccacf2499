"""What each desk is told of a notice: the event, and how the notice then stands. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from schemas.notices import (
    ActivityNotified,
    NoticeEvent,
    NoticeRecipient,
    NoticeStanding,
    NoticeTold,
    NoticeWord,
)
from schemas.parties import DeskId, nation_of
from services.alerts.notices.deadlines import owed
from services.alerts.notices.evolve import evolve
from services.alerts.notices.state import Notice
from services.bus.rulebook import Decision, Earlier, Encloses, Telling


def to_all(notice: Notice, event: NoticeEvent, encloses: Encloses) -> Decision:
    """The sender and all that were given the notice are told, as it stands after the event."""
    after = evolve(notice, event)
    return Decision((event,), told(after, event, everybody(after), encloses))


def told(
    notice: Notice,
    event: NoticeEvent,
    to: Iterable[DeskId],
    encloses: Encloses | Earlier = Encloses.NOTHING,
    *,
    standing_in_for: DeskId | None = None,
) -> tuple[Telling, ...]:
    """The event, told to desks with the notice as it is after it."""
    said = _in_short(event)
    return tuple(
        Telling(
            desk,
            NoticeTold(
                matter=notice.matter,
                step=notice.step,
                event=said,
                standing_in_for=standing_in_for,
                standing=standing_for(notice, desk),
            ),
            encloses,
        )
        for desk in dict.fromkeys(to)
    )


def everybody(notice: Notice) -> tuple[DeskId, ...]:
    """The sender, and all that were given the notice."""
    return (notice.told.sender, *notice.recipients)


def standing_for(notice: Notice, desk: DeskId) -> NoticeStanding:
    """How it stands. Who has it is all the sender's to know; others know their own nation's
    addressees, so that a ministry sees whether its early warning has it.
    """
    announced, number = notice.told, notice.newest.number
    seen = [
        each
        for each in notice.recipients.values()
        if desk in (announced.sender, each.desk)
        or (nation_of(each.desk) == nation_of(desk) and not each.alternate)
    ]
    assert notice.since is not None, "a notice that is told of was given"
    return NoticeStanding(
        phase=notice.phase,
        since=notice.since,
        of=announced.of,
        sender=announced.sender,
        begins=announced.window.begins,
        ends=announced.window.ends,
        confirmed_begins=notice.confirmed.begins if notice.confirmed else None,
        confirmed_ends=notice.confirmed.ends if notice.confirmed else None,
        newest=notice.newest.message,
        number=number,
        novelty=announced.novelty,
        late_by_s=announced.late_by_s,
        final_consumers=tuple(each.desk for each in notice.finals),
        settled=notice.settled,
        overdue=notice.overdue,
        unconfirmed=notice.unconfirmed,
        word_missing=notice.word_missing,
        words_missed=notice.words_missed,
        end_missing=notice.end_missing,
        detections=notice.detections,
        recipients=tuple(
            NoticeRecipient(
                desk=each.desk, final=each.final, phase=each.reach(number), due=each.due
            )
            for each in seen
        ),
        next=owed(notice),
    )


def _in_short(event: NoticeEvent) -> NoticeEvent:
    """Without what only the service needs, and what else would not fit into one record."""
    if isinstance(event, ActivityNotified):
        return event.model_copy(update={"given": (), "schedule": ()})
    return event.model_copy(update={"schedule": ()}) if isinstance(event, NoticeWord) else event
