"""Whether what a message tells as past is past at the moment at which it is told. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta

from schemas.acts import Act
from schemas.hotline import Text
from schemas.particulars import (
    Account,
    Fact,
    FactNotice,
    OrdersConfirmation,
    StandDownConfirmation,
    ViolationReport,
)
from services.desk.inner.flaw import Flaw

SKEW = timedelta(minutes=2)
"""How far two honest clocks may differ; the service bears as much."""


def _of_fact_notice(said: object) -> datetime | None:
    """A launch is announced before it takes place; nothing else is."""
    return said.at if isinstance(said, FactNotice) and said.fact is not Fact.LAUNCH else None


HAPPENED: Mapping[Act, Callable[[object], datetime | None]] = {
    Act.FACT_NOTICE: _of_fact_notice,
    Act.VIOLATION_REPORT: lambda said: said.at if isinstance(said, ViolationReport) else None,
    Act.ORDERS_CONFIRMATION: lambda said: (
        said.confirmed_at if isinstance(said, OrdersConfirmation) else None
    ),
    Act.STAND_DOWN_CONFIRMATION: lambda said: (
        said.done_at if isinstance(said, StandDownConfirmation) else None
    ),
    Act.ACCOUNT: lambda said: said.at if isinstance(said, Account) else None,
}
"""Acts that tell what is past, and when it was. All other times may lie ahead."""


def of_times(text: Text, now: datetime) -> Iterator[Flaw]:
    """What is told as past and lies ahead of the moment at which it is told."""
    for each in text.heard or ():
        if each.heard_at > now + SKEW:
            yield _later(each.heard_at)
    said = text.particulars
    find = HAPPENED.get(said.act) if said else None
    at = find(said) if find else None
    if at is not None and at > now + SKEW:
        yield _later(at)


def _later(at: datetime) -> Flaw:
    return Flaw(
        "HappensLater",
        f"It is told as past, and its time, {at:%Y-%m-%dT%H:%MZ}, lies ahead. Correct the time,"
        " or the desk's clock.",
    )
