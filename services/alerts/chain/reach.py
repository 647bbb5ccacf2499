"""Whom an alert reaches: the military desk and the foreign ministry of each nation. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from schemas.alerts import Given
from schemas.parties import DeskId, Function, Ladder, nation_of
from services.alerts.refusals import NoForeignMinistry, NoMilitaryDesk
from services.bus.refusals import Refusal
from services.bus.rulebook import Standing

_REACHED = (
    (Function.MILITARY, NoMilitaryDesk),
    (Function.FOREIGN_MINISTRY, NoForeignMinistry),
)


def reached(
    nations: Iterable[str], desks: Mapping[DeskId, Standing], sender: DeskId
) -> tuple[Given, ...] | Refusal:
    """Every desk of these nations with one of the two functions; refused where one has none.

    Told apart, since in 1995 a notice reached a ministry and never the officers who needed it.
    """
    given: list[Given] = []
    for nation in nations:
        found: dict[DeskId, list[Function]] = {}
        for function, refusal in _REACHED:
            having = desks_with(function, nation, desks)
            if not having:
                return refusal(nation)
            for desk in having:
                found.setdefault(desk, []).append(function)
        given += (
            Given(desk=desk, functions=tuple(functions), ladder=_known(desk, desks, sender))
            for desk, functions in sorted(found.items())
        )
    return tuple(given)


def desks_with(
    function: Function, nation: str, desks: Mapping[DeskId, Standing]
) -> tuple[DeskId, ...]:
    """A nation's desks with a function, by name."""
    return tuple(
        sorted(
            desk
            for desk, standing in desks.items()
            if nation_of(desk) == nation and function in standing.functions
        )
    )


def _known(desk: DeskId, desks: Mapping[DeskId, Standing], sender: DeskId) -> Ladder:
    """The desk's ladder, without whom the directory does not know."""
    rungs = desks[desk].ladder.alternates
    return Ladder(
        alternates=tuple(each for each in rungs if each.desk in desks and each.desk != sender)
    )
