"""When silence climbs, and what falls due in a matter when nobody speaks. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial

from schemas.hotline import LegStep, PassDeadline, Step
from schemas.parties import Precedence
from services.bus.clock import milliseconds
from services.bus.service import Deadline
from services.hotline.conduct import terms
from services.hotline.matter import Matter, Message, Way
from services.hotline.own_word import own_word

SHARES = {
    Step.ALTERNATE_TERMINAL: 0.2,
    Step.ALTERNATE_DUTY_OFFICER: 0.4,
    Step.SUPERVISOR: 0.6,
    Step.OTHER_CHANNEL: 0.8,
    Step.OVERDUE: 1.0,
}
"""Which share of the ceiling passes in silence before each step. The ladder is climbed within
the ceiling, so that an alternate can still acknowledge in time (requirement R1)."""


def schedule(
    precedence: Precedence, released_at: datetime, within_s: Mapping[Precedence, float]
) -> tuple[LegStep, ...]:
    """The steps of silence, counted from release; none for DEFERRED, which has no ceiling."""
    ceiling_s = within_s.get(precedence)
    if ceiling_s is None:
        return ()
    return tuple(
        LegStep(step=step, due=milliseconds(released_at + timedelta(seconds=ceiling_s * share)))
        for step, share in SHARES.items()
    )


def deadlines(matter: Matter) -> Sequence[Deadline]:
    """The next step of silence on every way that is not acknowledged, and every term to come."""
    silences = [
        Deadline(step.due, partial(_command, message, way, step))
        for message, way, step in _silences(matter)
    ]
    return [*silences, *terms.deadlines(matter)]


def _silences(matter: Matter) -> Iterator[tuple[Message, Way, LegStep]]:
    for message in matter.messages.values():
        for way in message.ways.values():
            if way.steps_left:
                yield message, way, way.steps_left[0]


def _command(message: Message, way: Way, step: LegStep) -> PassDeadline:
    return own_word(
        PassDeadline,
        message,
        matter=message.matter,
        lane=message.lane,
        due=step.due,
        identity=f"{message.message} {way.desk} {step.step}",
        message=message.message,
        desk=way.desk,
        step=step.step,
    )
