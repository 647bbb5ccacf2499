"""What those say of a notice to whom it was given. Pure."""

from __future__ import annotations

from schemas.notices import (
    AcknowledgeNotice,
    DetectionLinked,
    GivenCommand,
    LinkDetection,
    NoticeAcknowledged,
    NoticeEvent,
)
from schemas.parties import nation_of
from services.alerts.notices.evolve import evolve
from services.alerts.notices.state import Notice
from services.alerts.notices.telling import to_all, told
from services.alerts.notices.times import Within
from services.alerts.refusals import AnsweredAlready, NotNewest, OutsideItsWindow, UnknownReference
from services.bus.refusals import Refusal, UnknownOfficer
from services.bus.rulebook import Decision, Encloses, Heard, Telling


def acknowledge(
    notice: Notice, heard: Heard[AcknowledgeNotice], _within_s: Within
) -> Decision | Refusal:
    """An officer took it over. That of an alternate ends the silence of whom it stands for, but
    the final consumer's: the notice is owed until that very desk has it.
    """
    command, speaker = heard.command, notice.recipients[heard.command.sender]
    if refusal := _unfit(notice, heard):
        return refusal
    word = notice.newest
    desks = dict.fromkeys((speaker.desk, *speaker.stands_for))
    open_ = [notice.recipients[d] for d in desks if notice.recipients[d].taken_over < word.number]
    if not any(each.desk == speaker.desk or not each.final for each in open_):
        return AnsweredAlready()
    events: list[NoticeEvent] = []
    tells: tuple[Telling, ...] = ()
    after = notice
    for each in open_:
        event = NoticeAcknowledged(
            message=word.message,
            number=word.number,
            desk=each.desk,
            by=command.sender,
            officer=command.officer,
            at=heard.received_at,
            timely=heard.received_at <= each.due,
            settles=each.desk == command.sender or not each.final,
        )
        after = evolve(after, event)
        events.append(event)
        concerned = (notice.told.sender, command.sender, each.desk)
        tells += told(after, event, concerned, Encloses.COMMAND)
    return Decision(tuple(events), tells)


def link(notice: Notice, heard: Heard[LinkDetection], _within_s: Within) -> Decision | Refusal:
    """Something was detected that the notice explains, as the detecting desk holds. All are told:
    the sender, that it was seen and known; the others, what it was.
    """
    if refusal := _unfit(notice, heard):
        return refusal
    command = heard.command
    over = notice.ended_at is not None and command.detected_at > notice.ended_at
    ahead = command.detected_at > heard.received_at
    if over or ahead or not notice.window.holds(command.detected_at):
        return OutsideItsWindow()
    event = DetectionLinked(
        message=command.message_id,
        by=command.sender,
        nation=nation_of(command.sender),
        officer=command.officer,
        at=heard.received_at,
        detected_at=command.detected_at,
        notice=command.notice,
        confirmed=notice.confirmed.holds(command.detected_at) if notice.confirmed else None,
    )
    return to_all(notice, event, Encloses.COMMAND)


def _unfit(notice: Notice, heard: Heard[GivenCommand]) -> Refusal | None:
    """It names the newest word, and an officer of the desk says it."""
    command = heard.command
    if command.officer not in heard.desks[command.sender].officers:
        return UnknownOfficer(command.officer)
    if command.notice == notice.newest.message:
        return None
    known = any(each.message == command.notice for each in notice.words)
    return NotNewest() if known else UnknownReference()
