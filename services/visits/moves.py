"""The state machine of requests: which step leads from where to where. Pure.

An amendment goes through SUBMITTED to UNDER_REVIEW beside what is in force; its decision puts it in
the other's place, or leaves that as it was.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from schemas.visit_terms import VisitPhase, VisitStep

_P, _S = VisitPhase, VisitStep
_APPROVED = (_P.APPROVED, _P.APPROVED_WITH_LIMITATIONS)
_ALLOWED = (*_APPROVED, _P.NUMBER_ISSUED, _P.IN_PROGRESS)
_WITH_HOST = (_P.TRANSMITTED, _P.UNDER_REVIEW)
_AWAITED = (_P.SUBMITTED, _P.CERTIFIED, *_WITH_HOST)
_DECISIONS = (*_APPROVED, _P.DENIED, _P.NON_SPONSORED, _P.RETURNED_WITHOUT_ACTION)

MOVES: Mapping[tuple[VisitPhase, VisitStep], tuple[VisitPhase, ...]] = MappingProxyType({
    (_P.DRAFT, _S.SUBMITTED): (_P.SUBMITTED,),
    (_P.SUBMITTED, _S.CERTIFIED): (_P.CERTIFIED,),
    (_P.SUBMITTED, _S.RETURNED): (_P.RETURNED_WITHOUT_ACTION,),
    (_P.CERTIFIED, _S.TRANSMITTED): (_P.TRANSMITTED,),
    (_P.TRANSMITTED, _S.REVIEW_BEGAN): (_P.UNDER_REVIEW,),
    (_P.UNDER_REVIEW, _S.DECIDED): _DECISIONS,
    **{(each, _S.NUMBER_ISSUED): (_P.NUMBER_ISSUED,)
       for each in (*_APPROVED, _P.TRANSMITTED, _P.NUMBER_ISSUED)},
    **{(each, _S.BEGAN): (_P.IN_PROGRESS,) for each in (*_ALLOWED, _P.TRANSMITTED)},
    (_P.IN_PROGRESS, _S.ENDED): (_P.COMPLETED, *_APPROVED),
    **{(each, _S.ENDED): (_P.COMPLETED,) for each in _APPROVED},
    (_P.COMPLETED, _S.REPORTED): (_P.REPORTED,),
    **{(each, _S.CANCELLED): (_P.CANCELLED,) for each in (*_AWAITED, *_ALLOWED)},
    **{(each, _S.REVOKED): (_P.REVOKED,) for each in (*_ALLOWED, _P.TRANSMITTED)},
    **{(each, _S.EXPIRED): (_P.EXPIRED,)
       for each in (*_AWAITED, *_APPROVED, _P.NUMBER_ISSUED)},
})  # fmt: skip
"""Every move that there is, of what is in force. A recurring visit that ended is approved for the
next time; a notification that was transmitted is in force as it is."""


def leads(before: VisitPhase, step: VisitStep, after: VisitPhase) -> bool:
    """Whether the machine has this move; every other step leaves a request where it is."""
    return before is after or after in MOVES.get((before, step), ())
