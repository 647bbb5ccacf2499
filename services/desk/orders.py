"""What one side owes a word on: orders to units, people held. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from schemas.acts import Act, DetaineeItem
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


@dataclass(frozen=True, slots=True)
class ItemOwed:
    """A word on people who are held that is lacking."""

    item: DetaineeItem
    nations: tuple[str, ...]
    by: datetime


def items_owed(outer: MessageOuter, course: Sequence[Followed]) -> list[ItemOwed]:
    """How they are, who may see them: what nobody has said yet of the two."""
    if outer.act is not Act.DETAINED_PERSONNEL or outer.terms is None:
        return []
    holders = {nation_of(desk) for desk in outer.action} - {nation_of(outer.sender)}
    found = []
    for item, by in (
        (DetaineeItem.WELFARE, outer.terms.welfare_by),
        (DetaineeItem.ACCESS, outer.terms.access_by),
    ):
        said = {each.nation for each in course if each.what == f"{item} ANSWERED"}
        if by is not None and (nations := tuple(sorted(holders - said))):
            found.append(ItemOwed(item, nations, by))
    return found
