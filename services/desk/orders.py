"""Whose units are not known to have their orders, of an undertaking as this desk holds it. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from schemas.acts import Act
from schemas.hotline import MessageOuter
from schemas.parties import nation_of
from services.desk.course import ORDERS_CONFIRMED, Followed

_ENDED = "UNDERTAKING "


@dataclass(frozen=True, slots=True)
class OrdersOwed:
    """Words that are lacking: that all units which an undertaking binds have their orders."""

    nations: tuple[str, ...]
    by: datetime


def orders_owed(outer: MessageOuter, course: Sequence[Followed]) -> OrdersOwed | None:
    """What is lacking, from the moment at which the undertaking was given; None where nothing is.

    The service counts the same from the ledger; a desk needs it though the bus is away.
    """
    by = outer.terms.orders_by if outer.terms else None
    if by is None or any(each.what.startswith(_ENDED) for each in course):
        return None
    giver = nation_of(outer.sender)
    binds = {giver}
    if outer.act is Act.UNDERSTANDING:
        binds |= {nation_of(desk) for desk in outer.action}
    confirmed = {each.nation for each in course if each.what == ORDERS_CONFIRMED}
    nations = tuple(sorted(binds - confirmed))
    return OrdersOwed(nations, by) if nations else None
