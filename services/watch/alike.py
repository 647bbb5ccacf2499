"""Alerts and requests that may be about one event: a hint for people. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from itertools import combinations

from services.watch.figures import Alike
from services.watch.record import About, Record

NEAR_S = 2 * 3600.0
"""Two nations' clocks and reports of one event differ by minutes; by more than this, seldom."""


def alike(records: Iterable[Record]) -> tuple[Alike, ...]:
    """Those that are near in time, and in place or of a kind; each at most once, the newest first.

    What is over is compared too while something near it is not. What one name was given already
    needs no hint.
    """
    found = sorted(
        ((record.matter, record.about) for record in records if record.about is not None),
        key=lambda each: (each[1].event_at, each[0]),
    )
    groups: list[list[tuple[str, About]]] = []
    for matter, about in found:
        near = [g for g in groups if any(_shared(each, about) for _, each in g)]
        joined = [each for group in near for each in group] + [(matter, about)]
        groups = [group for group in groups if group not in near] + [joined]
    shown = [_alike(group) for group in groups if _worth(group)]
    return tuple(sorted(shown, key=lambda each: (each.last_at, each.matters), reverse=True))


def _shared(one: About, other: About) -> tuple[str, ...]:
    """What two share, where it is enough to compare them."""
    if abs(one.event_at - other.event_at) > timedelta(seconds=NEAR_S):
        return ()
    area = bool(set(one.geocodes) & set(other.geocodes))
    kind = one.kind == other.kind and bool(set(one.nations) & set(other.nations))
    if not area and not kind:
        return ()
    return ("TIME", *(("AREA",) if area else ()), *(("KIND",) if kind else ()))


def _worth(group: Sequence[tuple[str, About]]) -> bool:
    """Whether people have something to compare: several, one at least not over, not all linked."""
    incidents = {about.incident for _, about in group}
    linked = len(incidents) == 1 and None not in incidents
    return len(group) > 1 and not linked and not all(about.over for _, about in group)


def _alike(group: Sequence[tuple[str, About]]) -> Alike:
    shared = {why for (_, one), (_, other) in combinations(group, 2) for why in _shared(one, other)}
    return Alike(
        matters=tuple(sorted(matter for matter, _ in group)),
        kinds=tuple(sorted({about.kind for _, about in group})),
        nations=tuple(sorted({nation for _, about in group for nation in about.nations})),
        first_at=min(about.event_at for _, about in group),
        last_at=max(about.event_at for _, about in group),
        because=tuple(each for each in ("TIME", "AREA", "KIND") if each in shared),
    )
