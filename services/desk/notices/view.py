"""How a notice stands, as this desk was told. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from schemas.notices import (
    NOTICE_PREFIX,
    ActivityTold,
    NoticeKind,
    NoticePhase,
    NoticeReach,
    NoticeStanding,
    NoticeTold,
    NotifyActivity,
)
from services.desk.store.store import Store
from services.desk.submissions import Told, told_in

IN_SIGHT = (NoticePhase.NOTIFIED, NoticePhase.CONFIRMED, NoticePhase.COMMENCED)
"""Phases in which it is expected to take place, or does."""


@dataclass(frozen=True, slots=True)
class NoticeView:
    """One notice."""

    matter: str
    standing: NoticeStanding
    exercise: str | None
    """The exercise on the bus that it belongs to."""
    happened: tuple[Told, ...]
    """In the order in which it happened."""

    @property
    def told(self) -> ActivityTold | None:
        """What it says, as it was told last; None where it cannot be read here."""
        found = [x.content for x in self.happened if isinstance(x.content, ActivityTold)]
        return found[-1] if found else None

    @property
    def is_launch(self) -> bool:
        """Of a launch, or of an exercise."""
        return self.standing.of is NoticeKind.LAUNCH

    def reach(self, desk: str) -> NoticeReach | None:
        """How a desk stands to the sender's newest word; None where it was not given it."""
        return next((x.phase for x in self.standing.recipients if x.desk == desk), None)


def notices(store: Store) -> list[NoticeView]:
    """Every notice that this desk was told of: what is in sight first, by its window."""
    found = [view for each in store.matters_of(NOTICE_PREFIX) if (view := notice(store, each))]
    return sorted(
        found,
        key=lambda each: (
            each.standing.phase not in IN_SIGHT, each.standing.begins, each.matter,
        ),
    )  # fmt: skip


def notice(store: Store, matter: str) -> NoticeView | None:
    """One of them; None where this desk was told of no such matter, or not of the notice itself."""
    told = [each for each in told_in(store, matter) if isinstance(each.notice, NoticeTold)]
    happened = tuple(sorted(told, key=lambda each: each.notice.step))
    opened = next(_openings(happened), None)
    if opened is None:
        return None
    return NoticeView(matter, happened[-1].notice.standing, opened.exercise, happened)


def _openings(happened: tuple[Told, ...]) -> Iterator[NotifyActivity]:
    # An alternate is given it when silence reaches it, with the sender's own word.
    yield from (each.said for each in happened if isinstance(each.said, NotifyActivity))
