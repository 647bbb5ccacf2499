"""Who may move the exchange of two nations from where to where. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from schemas.acts import Act
from schemas.exchange import ExchangePhase as Phase
from services.bus.refusals import ActOutOfPlace, Refusal


class Side(StrEnum):
    """Who speaks, seen from the last move."""

    MOVER = "MOVER"
    """The nation that made it."""
    OTHER = "OTHER"
    """The other nation; either, where nobody has moved yet."""
    CLOCK = "CLOCK"


class ByClock(StrEnum):
    """What only the service's clock says."""

    ANSWER_OVERDUE = "ANSWER_OVERDUE"
    EFFECT = "EFFECT"


@dataclass(frozen=True, slots=True)
class Move:
    """In this phase, this act from this side leads there."""

    phase: Phase
    act: Act | ByClock
    side: Side
    to: Phase
    both: bool = False
    """Whether it takes the same word from both nations."""


@dataclass(frozen=True, slots=True)
class Stays:
    """The act may be said here, and moves nothing."""


_EITHER = (Side.MOVER, Side.OTHER)
_OTHER = (Side.OTHER,)
_UNSETTLED = (
    Phase.OPEN,
    Phase.CONCERN_RAISED,
    Phase.CLARIFYING,
    Phase.EXPLAINED,
    Phase.UNANSWERED,
    Phase.DISPUTED,
    Phase.COLLAPSED,
)
"""Where nothing is on the table that waits for a yes or a no."""
_ON_THE_TABLE = (Phase.PROPOSED, Phase.COUNTERED)
_AGREED = (Phase.AGREED, Phase.IN_EFFECT, Phase.VIOLATION_ALLEGED)


def _moves(
    phases: Iterable[Phase],
    act: Act | ByClock,
    to: Phase,
    sides: Iterable[Side] = _EITHER,
    *,
    both: bool = False,
) -> Iterator[Move]:
    for phase in phases:
        for side in sides:
            yield Move(phase, act, side, to, both)


MOVES: tuple[Move, ...] = (
    *_moves(_UNSETTLED[:1], Act.CONCERN, Phase.CONCERN_RAISED),
    *_moves(_UNSETTLED, Act.CLARIFICATION_REQUEST, Phase.CLARIFYING),
    *_moves(
        (Phase.CONCERN_RAISED, Phase.CLARIFYING, Phase.UNANSWERED, Phase.DISPUTED),
        Act.EXPLANATION,
        Phase.EXPLAINED,
        _OTHER,
    ),
    *_moves((Phase.CONCERN_RAISED, Phase.UNANSWERED), Act.ASSURANCE, Phase.EXPLAINED, _OTHER),
    *_moves((Phase.EXPLAINED,), Act.PROTEST, Phase.DISPUTED, _OTHER),
    *_moves(
        (Phase.CONCERN_RAISED, Phase.CLARIFYING),
        ByClock.ANSWER_OVERDUE,
        Phase.UNANSWERED,
        (Side.CLOCK,),
    ),
    *_moves(_UNSETTLED, Act.PROPOSAL, Phase.PROPOSED),
    *_moves(_ON_THE_TABLE, Act.PROPOSAL, Phase.PROPOSED, (Side.MOVER,)),
    *_moves(_ON_THE_TABLE, Act.COUNTER_PROPOSAL, Phase.COUNTERED, _OTHER),
    *_moves(_ON_THE_TABLE, Act.ACCEPTANCE, Phase.AGREED, _OTHER),
    *_moves(_ON_THE_TABLE, Act.REJECTION, Phase.DISPUTED, _OTHER),
    *_moves((Phase.AGREED,), ByClock.EFFECT, Phase.IN_EFFECT, (Side.CLOCK,)),
    *_moves((Phase.IN_EFFECT, Phase.VIOLATION_ALLEGED), Act.VIOLATION_REPORT,
            Phase.VIOLATION_ALLEGED),
    *_moves((Phase.VIOLATION_ALLEGED,), Act.EXPLANATION, Phase.IN_EFFECT, _OTHER),
    *_moves((Phase.VIOLATION_ALLEGED,), Act.ASSURANCE, Phase.IN_EFFECT, _OTHER),
    *_moves(_AGREED, Act.COLLAPSE_STATEMENT, Phase.COLLAPSED),
    *_moves((Phase.IN_EFFECT, Phase.VIOLATION_ALLEGED), Act.STAND_DOWN_CONFIRMATION,
            Phase.STOOD_DOWN, both=True),
    *_moves(
        (phase for phase in Phase if phase not in (Phase.OPEN, Phase.CLOSED)),
        Act.CLOSING_STATEMENT,
        Phase.CLOSED,
        both=True,
    ),
)  # fmt: skip

ONLY_MOVES = frozenset(
    {
        Act.COUNTER_PROPOSAL,
        Act.ACCEPTANCE,
        Act.REJECTION,
        Act.COLLAPSE_STATEMENT,
        Act.CLOSING_STATEMENT,
    }
)
"""Acts that mean nothing but their move: without one they are refused. The others may always be
said, and then move nothing."""

TABLE: Mapping[tuple[Phase, Act | ByClock, Side], Move] = {
    (move.phase, move.act, move.side): move for move in MOVES
}
assert len(TABLE) == len(MOVES), "two moves stand in one cell"


def cell(phase: Phase, act: Act | ByClock, side: Side) -> Move | Stays | Refusal:
    """What the act does here."""
    if move := TABLE.get((phase, act, side)):
        return move
    if phase is Phase.CLOSED and act in {move.act for move in MOVES}:
        return ActOutOfPlace(f"{act} while {phase}: begin a new matter")
    if act in ONLY_MOVES:
        return ActOutOfPlace(f"{act} while {phase}, said by the {side.lower()} side")
    return Stays()
