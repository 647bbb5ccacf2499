"""What falls due under this protocol when nobody speaks. Pure."""

from __future__ import annotations

from functools import partial

from schemas.alerts import PassRiskDeadline
from schemas.concerns import LANE
from services.alerts.own_word import own_word
from services.alerts.risk.state import Due, Risk
from services.bus.service import Deadline


def deadlines(risk: Risk) -> list[Deadline]:
    """The one thing that is waited for."""
    if risk.due is None:
        return []
    return [Deadline(risk.due.at, partial(_command, risk, risk.due))]


def _command(risk: Risk, due: Due) -> PassRiskDeadline:
    return own_word(
        PassRiskDeadline,
        risk.told,
        matter=risk.matter,
        lane=LANE,
        due=due.at,
        what=due.what,
        message=due.message,
    )
