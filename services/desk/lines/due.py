"""What a desk does on its lines unasked: answers tests, begins those of its turn. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from schemas.lines import AnswerTest, LinePhase, SendTest
from schemas.parties import nation_of
from services.desk.lines.view import LineView

RETRY_AT_LEAST_S = 10.0
TRIES = 4
"""How often a test that stays unanswered is begun within its tolerance, path after path."""


@dataclass(frozen=True, slots=True)
class Begin:
    """Begin the test of this number over this path."""

    path: str
    serial: int


@dataclass(frozen=True, slots=True)
class Answer:
    """Answer this test."""

    test: str


@dataclass(frozen=True, slots=True)
class Said:
    """Half of a test that this desk queued before."""

    half: SendTest | AnswerTest
    at: datetime


def due(view: LineView, desk: str, now: datetime, said: Sequence[Said]) -> Begin | Answer | None:
    """What is due for this desk on this line now; nothing, where it does not man an end.

    `said` are this desk's own halves of tests on the line, newest last; not all are needed, but
    all of the test that is under way.
    """
    if desk not in {end.desk for end in view.record.ends}:
        return None
    test, nation = view.under_way, nation_of(desk)
    if test and test.by != nation and nation not in view.answered and _is_open(view, now):
        answered = any(isinstance(x.half, AnswerTest) and x.half.test == test.test for x in said)
        return None if answered else Answer(test.test)
    if not _is_ours_to_begin(view, nation, now):
        return None
    serial = view.standing.concluded + 1
    tries = [
        (each.half.path, each.at)
        for each in said
        if isinstance(each.half, SendTest)
        and each.half.serial == serial
        and each.at >= view.standing.since
    ]
    tried, at = tries[-1] if tries else (None, None)
    if at and now < at + _retry_after(view):
        return None
    return Begin(_next_path(view, tried), serial)


def _is_open(view: LineView, now: datetime) -> bool:
    expects = view.standing.expects
    return expects is None or now <= expects.closes


def _is_ours_to_begin(view: LineView, nation: str, now: datetime) -> bool:
    """At its time, where a schedule runs; in commissioning the first party of the record begins."""
    if view.standing.phase is LinePhase.COMMISSIONING:
        return nation == view.record.parties[0]
    expects = view.standing.expects
    if expects is None or expects.initiator != nation:
        return False
    return expects.due <= now <= expects.closes


def _retry_after(view: LineView) -> timedelta:
    return timedelta(seconds=max(RETRY_AT_LEAST_S, view.record.schedule.tolerance_s / TRIES))


def _next_path(view: LineView, tried: str | None) -> str:
    """Paths in doubt first, then by rank; after one that was tried in vain, the one behind it."""
    ranked = [each.path for each in sorted(view.record.paths, key=lambda path: path.rank)]
    paths = sorted(ranked, key=lambda path: path not in view.standing.unproved)
    return paths[(paths.index(tried) + 1) % len(paths) if tried in paths else 0]
