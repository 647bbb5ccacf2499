"""How a line stands, as this desk was told. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar

from schemas.line_record import MATTER_PREFIX, LineRecord, matter_of
from schemas.lines import (
    Cause,
    EstablishLine,
    LineAdopted,
    LineChanged,
    LineNotice,
    LinePhase,
    LineProposed,
    LineRemark,
    LineReviewReminder,
    LineStanding,
    LineTestAnswered,
    LineTestSent,
    OfficersCommand,
    ReviewAgreed,
)
from schemas.parties import DeskId, ExerciseId, Nation
from services.desk.reading import Unfolded, unfold
from services.desk.store.records import In
from services.desk.store.store import Store

PARTIES_MAX = 8
NoticeT = TypeVar("NoticeT")


@dataclass(frozen=True, slots=True)
class LineView:
    """One line. A desk is told of every change, so it needs to ask nobody."""

    record: LineRecord
    standing: LineStanding
    adopted: frozenset[Nation]
    by: Nation | None
    """Whose word made it stand so; None for the clock's."""
    remark: str | None
    """What that party said of it."""
    flaws: tuple[str, ...]
    """What is wrong with that remark."""
    under_way: LineTestSent | None
    answered: frozenset[Nation]
    exercise: ExerciseId | None
    review_due: date
    """As in the record, or as all agreed since."""
    review_told: LineReviewReminder | None = None
    """The newest word by which the service called that review to mind."""

    @property
    def name(self) -> str:
        """The line's name."""
        return self.record.line

    @property
    def cause(self) -> Cause | None:
        """What it suffers from, as far as somebody declared it."""
        return self.standing.cause

    @property
    def waits_for(self) -> tuple[Nation, ...]:
        """Which parties have not adopted the record."""
        return tuple(each for each in self.record.parties if each not in self.adopted)


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing that this desk was told of a line, and in whose words."""

    notice: Any
    at: datetime
    desk: DeskId | None
    """Who said it; None where nobody did."""
    officer: str | None
    remark: str | None
    flaws: tuple[str, ...]


def lines(store: Store) -> list[LineView]:
    """Every line that this desk was told of, by name."""
    return [
        found
        for matter in store.matters_of(MATTER_PREFIX)
        if (found := _view(store, matter)) is not None
    ]


def line(store: Store, name: str) -> LineView | None:
    """One of them; None where this desk was told of no such line."""
    return _view(store, matter_of(name))


def history(store: Store, name: str, newest: int) -> list[Happening]:
    """The newest that this desk was told of a line, oldest first."""
    found = (unfold(each.value) for each in reversed(store.newest_in(matter_of(name), newest)))
    return [_happening(each) for each in found if isinstance(each.outer.notice, LineNotice)]


def _happening(unfolded: Unfolded) -> Happening:
    enclosed = unfolded.enclosed
    outer = enclosed.outer if enclosed else None
    return Happening(
        notice=unfolded.outer.notice,
        at=unfolded.outer.sent_at,
        desk=outer.sender if outer else None,
        officer=outer.officer if isinstance(outer, OfficersCommand) else None,
        remark=_remark(unfolded),
        flaws=_flaws(unfolded),
    )


def _remark(unfolded: Unfolded) -> str | None:
    content = unfolded.enclosed.content if unfolded.enclosed else None
    return content.remark if isinstance(content, LineRemark) else None


def _flaws(unfolded: Unfolded) -> tuple[str, ...]:
    return tuple(flaw.code for flaw in unfolded.enclosed.flaws) if unfolded.enclosed else ()


def _view(store: Store, matter: str) -> LineView | None:
    proposal = _newest(store, matter, LineProposed)
    if proposal is None:
        return None
    unfolded = unfold(proposal.value)
    proposed = unfolded.outer.notice
    signed = unfolded.enclosed.outer if unfolded.enclosed else None
    assert isinstance(proposed, LineProposed), "only such notices were asked for"
    assert isinstance(signed, EstablishLine), "a proposal encloses the record as it was signed"
    adoptions = [
        unfold(each.value).outer.notice
        for each in store.newest_of(matter, LineAdopted.__name__, PARTIES_MAX)
        if each.sequence > proposal.sequence
    ]
    change = _newest(store, matter, LineChanged)
    told = unfold(change.value) if change else None
    changed = told.outer.notice if told else None
    standing = changed.standing if isinstance(changed, LineChanged) else _proposed(proposed)
    under_way, answered = _test(store, matter, standing)
    agreed = _notice(store, matter, ReviewAgreed)
    review_due = agreed.next_due if agreed else signed.record.review_due
    told_of = _notice(store, matter, LineReviewReminder)
    return LineView(
        record=signed.record,
        standing=standing,
        adopted=frozenset(
            (proposed.by, *(each.by for each in adoptions if isinstance(each, LineAdopted)))
        ),
        by=changed.by if isinstance(changed, LineChanged) else proposed.by,
        remark=_remark(told or unfolded),
        flaws=_flaws(told or unfolded),
        under_way=under_way,
        answered=answered,
        exercise=signed.exercise,
        review_due=review_due,
        review_told=told_of if told_of and told_of.review_due == review_due else None,
    )


def _proposed(proposed: LineProposed) -> LineStanding:
    return LineStanding(
        phase=LinePhase.NOT_ESTABLISHED,
        since=proposed.at,
        cause=None,
        misses=0,
        unproved=(),
        concluded=0,
        expects=None,
    )


def _test(
    store: Store, matter: str, standing: LineStanding
) -> tuple[LineTestSent | None, frozenset[Nation]]:
    """The test that is not over yet, and who has answered it."""
    begun = _newest(store, matter, LineTestSent)
    sent = unfold(begun.value).outer.notice if begun else None
    if not isinstance(sent, LineTestSent) or sent.at < standing.since:
        return None, frozenset()
    if sent.serial != standing.concluded + 1:
        return None, frozenset()
    answers = (
        unfold(each.value).outer.notice
        for each in store.newest_of(matter, LineTestAnswered.__name__, PARTIES_MAX)
    )
    return sent, frozenset(
        each.by for each in answers if isinstance(each, LineTestAnswered) and each.test == sent.test
    )


def _notice(store: Store, matter: str, kind: type[NoticeT]) -> NoticeT | None:
    found = _newest(store, matter, kind)
    notice = unfold(found.value).outer.notice if found else None
    return notice if isinstance(notice, kind) else None


def _newest(store: Store, matter: str, kind: type[Any]) -> In | None:
    return next(iter(store.newest_of(matter, kind.__name__, 1)), None)
