"""How a matter of risk reduction stands, as this desk was told. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from schemas.concerns import (
    CONCERN_PREFIX,
    HAZARD_PREFIX,
    HOSTING_PREFIX,
    ConcernStanding,
    ExplanationAsked,
    HazardStanding,
    HostingStanding,
    Opened,
    ReplyToRequest,
    RiskStanding,
    RiskTold,
)
from services.desk.store.store import Store
from services.desk.submissions import Told, told_in

PREFIXES = (CONCERN_PREFIX, HAZARD_PREFIX, HOSTING_PREFIX)


@dataclass(frozen=True, slots=True)
class RiskView:
    """One request, incident or invitation."""

    matter: str
    standing: RiskStanding
    opened: Opened
    happened: tuple[Told, ...]
    """In the order in which it happened."""

    @property
    def exercise(self) -> str | None:
        """The exercise that it belongs to."""
        return self.opened.exercise

    @property
    def replies(self) -> tuple[str, ...]:
        """The replies to a request, oldest first."""
        found = (x.said for x in self.happened if isinstance(x.said, ReplyToRequest))
        return tuple(each.message_id for each in found)

    @property
    def asked(self) -> ExplanationAsked | None:
        """What a request asks."""
        found = (x.content for x in self.happened if isinstance(x.content, ExplanationAsked))
        return next(found, None)


def risks(store: Store) -> list[RiskView]:
    """Every matter of risk reduction that this desk was told of, what is due next first."""
    found = [
        view
        for prefix in PREFIXES
        for matter in store.matters_of(prefix)
        if (view := risk(store, matter)) is not None
    ]
    return sorted(
        found,
        key=lambda each: (
            each.standing.next is None,
            str(each.standing.next.due) if each.standing.next else each.matter,
        ),
    )


def risk(store: Store, matter: str) -> RiskView | None:
    """One of them; None where this desk was told of no such matter, or not of its beginning."""
    told = [each for each in told_in(store, matter) if isinstance(each.notice, RiskTold)]
    happened = sorted(told, key=lambda each: each.notice.step)
    opened = [each.notice.event for each in happened if isinstance(each.notice.event, Opened)]
    standing = _standing(happened[-1].notice) if happened else None
    if not opened or standing is None:
        return None
    return RiskView(matter, standing, opened[0], tuple(happened))


def _standing(told: RiskTold) -> ConcernStanding | HazardStanding | HostingStanding | None:
    return told.concern or told.hazard or told.hosting
