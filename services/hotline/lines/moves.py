"""The link state machine: from which state what moves a line to which. Pure.

The table is domain's, with three decisions of ours. After maintenance every path is proved again,
as at first. A line in an outage that is heard again while some path is not proved is DEGRADED, not
OPERATIONAL. Any party may suspend in its own name, which says nothing about another's silence.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

from schemas.lines import Cause, LineChanged, LinePhase, LineStanding, Trigger
from schemas.parties import Nation
from services.hotline.lines.schedule import expectation
from services.hotline.lines.state import SCHEDULED, Line

_COMMISSIONING, _OPERATIONAL = LinePhase.COMMISSIONING, LinePhase.OPERATIONAL
_DEGRADED, _OUTAGE = LinePhase.DEGRADED, LinePhase.OUTAGE_UNEXPLAINED
_IN_USE = (_COMMISSIONING, *SCHEDULED)

TRANSITIONS: Mapping[tuple[LinePhase, Trigger], LinePhase] = MappingProxyType({
    (LinePhase.NOT_ESTABLISHED, Trigger.ADOPTED_BY_ALL): _COMMISSIONING,
    (_COMMISSIONING, Trigger.PATH_PROVED): _COMMISSIONING,
    (_DEGRADED, Trigger.PATH_PROVED): _DEGRADED,
    (_OUTAGE, Trigger.PATH_PROVED): _DEGRADED,
    **{(phase, Trigger.ALL_PATHS_PROVED): _OPERATIONAL for phase in _IN_USE},
    (_COMMISSIONING, Trigger.TEST_GARBLED): _COMMISSIONING,
    **{(phase, Trigger.TEST_GARBLED): _DEGRADED for phase in SCHEDULED},
    (_OPERATIONAL, Trigger.TEST_MISSED): _DEGRADED,
    (_DEGRADED, Trigger.TEST_MISSED): _DEGRADED,
    (_OUTAGE, Trigger.TEST_MISSED): _OUTAGE,
    (_DEGRADED, Trigger.MISSED_TOO_OFTEN): _OUTAGE,
    (_OPERATIONAL, Trigger.PATH_DOWN): _DEGRADED,
    (_DEGRADED, Trigger.PATH_DOWN): _DEGRADED,
    (_OUTAGE, Trigger.PATH_DOWN): _OUTAGE,
    (_DEGRADED, Trigger.CAUSE_DECLARED): _DEGRADED,
    (_OUTAGE, Trigger.CAUSE_DECLARED): _OUTAGE,
    **{(phase, Trigger.MAINTENANCE_BEGAN): LinePhase.MAINTENANCE for phase in _IN_USE},
    (LinePhase.MAINTENANCE, Trigger.MAINTENANCE_ENDED): _COMMISSIONING,
    **{
        (phase, Trigger.SUSPENDED_IN_WRITING): LinePhase.SUSPENDED
        for phase in (*_IN_USE, LinePhase.MAINTENANCE)
    },
    (LinePhase.SUSPENDED, Trigger.RESTORED_BY_ALL): _COMMISSIONING,
    **{
        (phase, Trigger.CLOSED_IN_WRITING): LinePhase.CLOSED
        for phase in LinePhase
        if phase is not LinePhase.CLOSED
    },
})  # fmt: skip
"""Every move that there is. A verb whose trigger is not here for a phase has no row there."""

_OVER = (Trigger.PATH_PROVED, Trigger.ALL_PATHS_PROVED, Trigger.TEST_GARBLED,
         Trigger.TEST_MISSED, Trigger.MISSED_TOO_OFTEN)  # fmt: skip
"""What concludes a test."""
_NO_TEST = (Trigger.PATH_DOWN, Trigger.CAUSE_DECLARED)
"""What is said of a line while its tests go on."""


def first_standing(at: datetime) -> LineStanding:
    """How a line stands when its record was proposed."""
    return LineStanding(
        phase=LinePhase.NOT_ESTABLISHED,
        since=at,
        cause=None,
        misses=0,
        unproved=(),
        concluded=0,
        expects=None,
    )


def moved(
    line: Line,
    trigger: Trigger,
    at: datetime,
    *,
    by: Nation | None = None,
    unproved: frozenset[str] | None = None,
    misses: int | None = None,
    cause: Cause | None = None,
) -> LineChanged:
    """How the line stands after a trigger. Without `unproved` that stays as it is, but that
    commissioning begins with every path to be proved; `misses`, how many are now in a row, is
    kept by what is no test and falls to none otherwise.
    """
    record, before = line.record, line.standing
    assert record is not None, "only a line on record moves"
    assert before is not None, "a line on record stands somehow"
    phase = TRANSITIONS[before.phase, trigger]
    fresh = phase is _COMMISSIONING and before.phase is not _COMMISSIONING
    doubted = frozenset(before.unproved) if unproved is None else unproved
    concluded = before.concluded + (trigger in _OVER)
    if misses is None:
        misses = before.misses if trigger in _NO_TEST else 0
    expects = None
    if phase in SCHEDULED:
        expects = before.expects
        if expects is None or trigger in _OVER:
            expects = expectation(record, concluded, expects.due if expects else at)
    standing = LineStanding(
        phase=phase,
        since=before.since if phase is before.phase else at,
        cause=cause or _cause(before, phase),
        misses=misses,
        unproved=tuple(
            each.path
            for each in sorted(record.paths, key=lambda path: path.rank)
            if fresh or each.path in doubted
        ),
        concluded=concluded,
        expects=expects,
    )
    return LineChanged(trigger=trigger, by=by, was=before.phase, standing=standing)


def _cause(before: LineStanding, phase: LinePhase) -> Cause | None:
    """What people declared stands for as long as the trouble; nothing else is ever known."""
    if phase is LinePhase.SUSPENDED:
        return Cause.DECLARED_SUSPENSION
    if phase in (_DEGRADED, _OUTAGE):
        return before.cause or Cause.UNKNOWN
    return None
