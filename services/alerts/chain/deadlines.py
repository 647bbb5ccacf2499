"""What falls due in a chain when nobody speaks. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from functools import partial

from schemas.alerts import AlertDeadline, PassAlertDeadline
from schemas.hotline import LegStep, Step
from schemas.parties import Precedence
from services.alerts.chain.state import STANDING, Chain, Recipient
from services.alerts.own_word import own_word
from services.bus.clock import milliseconds
from services.bus.service import Deadline

SHARES = {
    Step.ALTERNATE_TERMINAL: 0.2,
    Step.ALTERNATE_DUTY_OFFICER: 0.4,
    Step.SUPERVISOR: 0.6,
    Step.OTHER_CHANNEL: 0.8,
    Step.OVERDUE: 1.0,
}
"""Which share of the ceiling passes in silence before each step, as on the hotline."""


def schedule(
    precedence: Precedence, released_at: datetime, within_s: Mapping[Precedence, float]
) -> tuple[LegStep, ...]:
    """The steps of silence, counted from release (handling ceilings are)."""
    return tuple(
        LegStep(
            step=step,
            due=milliseconds(released_at + timedelta(seconds=within_s[precedence] * share)),
        )
        for step, share in SHARES.items()
    )


def deadlines(chain: Chain) -> list[Deadline]:
    """The next step of every silence, and the end that the alert named."""
    found = [
        Deadline(step.due, partial(_silence, chain, recipient, step))
        for recipient, step in silences(chain)
    ]
    if (due := expiry(chain)) is not None:
        found.append(Deadline(due, partial(_expiry, chain, due)))
    return found


def silences(chain: Chain) -> Iterator[tuple[Recipient, LegStep]]:
    """Who is silent, and what comes of it next."""
    for recipient in chain.recipients.values():
        if recipient.steps_left:
            yield recipient, recipient.steps_left[0]


def expiry(chain: Chain) -> datetime | None:
    """When the alert ends by itself; None where it does not, or has ended."""
    return chain.expires if chain.phase in STANDING else None


def _silence(chain: Chain, recipient: Recipient, step: LegStep) -> PassAlertDeadline:
    return own_word(
        PassAlertDeadline,
        chain,
        matter=chain.matter,
        lane=chain.newest.lane,
        due=step.due,
        what=AlertDeadline.SILENCE,
        message=chain.newest.message,
        desk=recipient.desk,
        step=step.step,
    )


def _expiry(chain: Chain, due: datetime) -> PassAlertDeadline:
    return own_word(
        PassAlertDeadline,
        chain,
        matter=chain.matter,
        lane=chain.newest.lane,
        due=due,
        what=AlertDeadline.EXPIRY,
        message=chain.newest.message,
        desk=None,
        step=None,
    )
