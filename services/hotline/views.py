"""What operators see of the hotline: who, when and how far, never what was said. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time

from schemas.exchange import UndertakingPhase
from schemas.line_record import LineRecord, matter_of
from schemas.lines import LineDeadline, LinePhase, LineStanding
from schemas.parties import nation_of
from services.hotline.conduct import terms
from services.hotline.lines.state import Line
from services.hotline.matter import Matter, Message, Phase, Way


@dataclass(frozen=True, slots=True)
class Thread:
    """One matter, as two nations stand to each other in it."""

    matter: str
    between: tuple[str, str]
    phase: str
    messages: int
    last_at: datetime
    next_due: datetime | None
    """When the next term or step of silence comes; None where none is to come."""


@dataclass(frozen=True, slots=True)
class UndertakingShown:
    """A commitment or an understanding, and what it waits for."""

    matter: str
    message: str
    act: str
    giver: str
    parties: tuple[str, ...]
    phase: str
    acknowledged_by: tuple[str, ...]
    effective_at: datetime
    expires: datetime | None
    review_at: datetime | None
    held_up: bool
    violations: int
    stood_down_by: tuple[str, ...]
    orders_by: datetime | None
    orders_not_confirmed_by: tuple[str, ...]
    """Whose word is lacking that its units have their orders; empty where none is owed."""


@dataclass(frozen=True, slots=True)
class Overdue:
    """Something that was due and has not come. Why is not known."""

    matter: str
    message: str | None
    """None for what is overdue of a line."""
    what: str
    """ACKNOWLEDGEMENT, ANSWER, EFFECT, ORDERS, WELFARE, ACCESS, or REVIEW."""
    of: str
    """The desk or the nation that is silent."""
    precedence: str | None
    since: datetime


@dataclass(frozen=True, slots=True)
class LineShown:
    """One line, and how it stands."""

    line: str
    parties: tuple[str, ...]
    level: str
    legal_basis: str
    state: str
    since: datetime
    cause: str | None
    unproved: tuple[str, ...]
    """Paths that no two-way test has proved since they were last in doubt."""
    maintenance_from: datetime | None
    review_due: str
    review: str | None
    """AHEAD once its parties were reminded of it, DUE once the day has come."""


@dataclass(frozen=True, slots=True)
class LineTestsShown:
    """The tests of one line: how many there were, what is missed, what comes next."""

    line: str
    cadence: str
    concluded: int
    missed_in_a_row: int
    under_way_by: str | None
    next_by: str | None
    next_due: datetime | None
    """None while no schedule runs."""
    missed_after: datetime | None


def lines(matters: Mapping[str, Matter]) -> list[LineShown]:
    """Every line on record, those that do not work first."""
    found = [
        LineShown(
            line=record.line,
            parties=record.parties,
            level=record.level.value,
            legal_basis=record.legal_basis,
            state=standing.phase.value,
            since=standing.since,
            cause=standing.cause.value if standing.cause else None,
            unproved=standing.unproved,
            maintenance_from=line.window.start if line.window else None,
            review_due=str(line.review_due),
            review=_review(line),
        )
        for line, record, standing in _on_record(matters)
    ]
    return sorted(found, key=lambda each: (each.state == LinePhase.OPERATIONAL, each.line))


def _review(line: Line) -> str | None:
    if LineDeadline.REVIEW in line.reminded:
        return "DUE"
    return "AHEAD" if LineDeadline.REVIEW_AHEAD in line.reminded else None


def line_tests(matters: Mapping[str, Matter]) -> list[LineTestsShown]:
    """The tests of every line on record, the next one first."""
    found = [
        LineTestsShown(
            line=record.line,
            cadence=record.schedule.cadence.value,
            concluded=standing.concluded,
            missed_in_a_row=standing.misses,
            under_way_by=line.under_way.by if line.under_way else None,
            next_by=standing.expects.initiator if standing.expects else None,
            next_due=standing.expects.due if standing.expects else None,
            missed_after=standing.expects.closes if standing.expects else None,
        )
        for line, record, standing in _on_record(matters)
    ]
    return sorted(found, key=lambda each: (each.next_due is None, str(each.next_due), each.line))


def _on_record(matters: Mapping[str, Matter]) -> Iterator[tuple[Line, LineRecord, LineStanding]]:
    for matter in matters.values():
        line = matter.line
        if line.record is not None and line.standing is not None:
            yield line, line.record, line.standing


def threads(matters: Mapping[str, Matter]) -> list[Thread]:
    """Every pair of nations that speak in a matter, last spoken first."""
    found = (thread for name, matter in matters.items() for thread in _threads(name, matter))
    return sorted(found, key=lambda thread: thread.last_at, reverse=True)


def _threads(name: str, matter: Matter) -> Iterator[Thread]:
    by_pair: dict[tuple[str, str], list[Message]] = {}
    for message in matter.messages.values():
        own = nation_of(message.originator)
        for other in sorted({nation_of(desk) for desk in message.ways} - {own}):
            first, second = sorted((own, other))
            by_pair.setdefault((first, second), []).append(message)
    for pair, messages in by_pair.items():
        yield Thread(
            matter=name,
            between=pair,
            phase=matter.conduct.exchange(*pair).phase.value,
            messages=len(messages),
            last_at=max(message.released_at for message in messages),
            next_due=min(_to_come(matter, messages), default=None),
        )


def _to_come(matter: Matter, messages: Iterable[Message]) -> Iterator[datetime]:
    named = {message.message for message in messages}
    yield from (due.at for due in terms.dues(matter) if due.message.message in named)
    for message in messages:
        yield from (way.steps_left[0].due for way in message.ways.values() if way.steps_left)


def undertakings(matters: Mapping[str, Matter]) -> list[UndertakingShown]:
    """Every commitment and understanding, what still stands first, then by when it takes effect."""
    found = [
        UndertakingShown(
            matter=name,
            message=each.message,
            act=matter.messages[each.message].act.value,
            giver=each.giver,
            parties=tuple(sorted(each.parties)),
            phase=each.phase.value,
            acknowledged_by=tuple(sorted(each.acknowledged_by)),
            effective_at=each.effective_at,
            expires=each.expires,
            review_at=each.review_at,
            held_up=each.held_up and each.stands,
            violations=len(each.violations),
            stood_down_by=tuple(sorted(each.stood_down_by)),
            orders_by=each.orders_by,
            orders_not_confirmed_by=tuple(sorted(each.orders_owed_by)),
        )
        for name, matter in matters.items()
        for each in matter.conduct.undertakings.values()
    ]
    standing = (UndertakingPhase.GIVEN, UndertakingPhase.IN_EFFECT)
    return sorted(found, key=lambda each: (each.phase not in standing, each.effective_at))


def overdue(matters: Mapping[str, Matter]) -> list[Overdue]:
    """All that is overdue, the most urgent first, then the oldest."""
    found = [
        (message.precedence.rank, each)
        for name, matter in matters.items()
        for message in matter.messages.values()
        for each in _overdue(name, matter, message)
    ]
    messages = [each for _, each in sorted(found, key=lambda pair: (-pair[0], pair[1].since))]
    return [*messages, *sorted(_reviews(matters), key=lambda each: each.since)]


def _reviews(matters: Mapping[str, Matter]) -> Iterator[Overdue]:
    for line, record, standing in _on_record(matters):
        due = line.review_due
        if due is None or _review(line) != "DUE" or standing.phase is LinePhase.CLOSED:
            continue
        since = datetime.combine(due, time(), UTC)
        # Where all have spoken and it is due still, they named different days.
        lacking = [each for each in record.parties if each not in line.reviewed] or record.parties
        for nation in lacking:
            yield Overdue(matter_of(record.line), None, "REVIEW", nation, None, since)


def _overdue(name: str, matter: Matter, message: Message) -> Iterator[Overdue]:
    if message.standing is not Phase.STANDING:
        return
    late = [("ACKNOWLEDGEMENT", way.desk, _due(way)) for way in message.ways.values() if _late(way)]
    if message.answer_by is not None:
        late += [("ANSWER", nation, message.answer_by) for nation in sorted(message.unanswered_by)]
    undertaking = matter.conduct.undertakings.get(message.message)
    if undertaking and undertaking.held_up and undertaking.stands:
        late += [
            ("EFFECT", nation, undertaking.effective_at)
            for nation in sorted(undertaking.parties - undertaking.acknowledged_by)
            if nation != undertaking.giver
        ] or [("EFFECT", undertaking.giver, undertaking.effective_at)]
    if undertaking and undertaking.orders_by is not None:
        unsaid = sorted(undertaking.orders_overdue & undertaking.orders_owed_by)
        late += [("ORDERS", nation, undertaking.orders_by) for nation in unsaid]
    detention = matter.conduct.detentions.get(message.message)
    if detention:
        unsaid_of = sorted(detention.overdue & detention.owed)
        late += [(item.value, nation, detention.due[item]) for nation, item in unsaid_of]
    for what, of, since in late:
        yield Overdue(name, message.message, what, of, message.precedence.value, since)


def _late(way: Way) -> bool:
    return way.overdue and way.acknowledged_by is None


def _due(way: Way) -> datetime:
    assert way.acknowledge_by is not None, "what is overdue was due"
    return way.acknowledge_by
