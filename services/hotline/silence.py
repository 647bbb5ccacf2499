"""What silence leads to on one message's way to one desk. Pure."""

from __future__ import annotations

from enum import StrEnum

from schemas.exchange import PassTerm
from schemas.hotline import (
    AcknowledgementOverdue,
    Capacity,
    CarriedMessage,
    LadderClimbed,
    PassDeadline,
)
from schemas.parties import Alternate
from services.bus.refusals import NoLongerDue, Refusal
from services.bus.rulebook import Decision, Earlier, Heard, Telling
from services.hotline.conduct import terms
from services.hotline.matter import Matter, Way, everybody


def climb(matter: Matter, heard: Heard[PassDeadline]) -> Decision | Refusal:
    """Silence: the next rung, or the flag. The originator is told; the cause is not guessed."""
    command = heard.command
    message = matter.messages[command.message]
    way = message.ways.get(command.desk)
    standing = way and any(
        each.step is command.step and each.due == command.due for each in way.steps_left
    )
    if way is None or not standing:
        return NoLongerDue()
    rung = command.step.rung
    if rung is None:
        fact = AcknowledgementOverdue(message=message.message, desk=way.desk, due=command.due)
        return Decision((fact,), (Telling(message.originator, fact), Telling(way.desk, fact)))
    alternate = _on_rung(way, rung)
    climbed = LadderClimbed(
        message=message.message,
        desk=way.desk,
        rung=rung,
        to=alternate.desk if alternate else None,
    )
    told = Decision((climbed,), (Telling(message.originator, climbed),))
    if alternate is None:
        return told
    if alternate.desk in message.ways:
        # It has the message already; now it learns that it stands in for somebody.
        return Decision(told.events, (*told.tells, Telling(alternate.desk, climbed)))
    carried = CarriedMessage(
        message=message.message,
        originator=message.originator,
        precedence=message.precedence,
        capacity=Capacity.ALTERNATE,
        standing_in_for=way.desk,
        rung=rung,
        acknowledge_by=way.acknowledge_by,
    )
    original = Earlier(message.position, message.digest, message.directory)
    return Decision(told.events, (*told.tells, Telling(alternate.desk, carried, original)))


def _on_rung(way: Way, rung: StrEnum) -> Alternate | None:
    return next((a for a in way.ladder.alternates if a.rung is rung), None)


def term_passed(matter: Matter, heard: Heard[PassTerm]) -> Decision | Refusal:
    """An answer did not come, or the time of an undertaking has: all who have it are told."""
    passed = terms.passed(matter, heard.command)
    if isinstance(passed, Refusal):
        return passed
    message = matter.messages[heard.command.message]
    tells = (Telling(desk, fact) for fact in passed for desk in everybody(message))
    return Decision(passed, tuple(tells))
