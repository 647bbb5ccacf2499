"""Plays a scenario: steps, faults and habits in the order of virtual or real time."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from itertools import count

from schemas.line_record import matter_of
from schemas.lines import LegalStatus, LinePhase
from schemas.receipts import CommandRefused
from services.desk.desk import Desk
from services.desk.lines.due import RETRY_AT_LEAST_S, TRIES
from services.desk.reading import unfold
from services.rehearsal.format.cast import within
from services.rehearsal.format.scenario import AnyStep, Exact, Scenario
from services.rehearsal.format.times import span, written
from services.rehearsal.format.verbs import VERBS
from services.rehearsal.play.crew import Act, Crew
from services.rehearsal.play.doing import do
from services.rehearsal.play.hand import Done, Hand
from services.rehearsal.play.lines import line_record
from services.rehearsal.play.pace import Pace
from services.rehearsal.stage.stage import Stage

Progress = Callable[[str], None]
REPAIRED_AFTER = tuple(timedelta(seconds=each) for each in (0.3, 0.6, 1.2, 2.4, 5.0))
"""When a link looks again for what it lost: after a fault is over, these moments are played."""
OVERHEARD_AFTER = tuple(timedelta(seconds=each) for each in (0.3, 0.6))
"""How long it takes until one service has heard another, and that has led to something."""
PROLOGUE = timedelta(minutes=2)
"""How long before the beginning what is in place is put there."""


class NotInPlace(Exception):
    """What should stand when it begins does not. It says what, and what was refused."""


@dataclass(order=True, slots=True)
class _Planned:
    at: datetime
    order: int
    act: Act = field(compare=False)


class Conductor:
    """One rehearsal, from its prologue to its end."""

    def __init__(
        self, stage: Stage, pace: Pace, tell: Progress, order: tuple[int, ...] | None = None
    ) -> None:
        self.stage, self.pace, self._tell = stage, pace, tell
        self.scenario: Scenario = stage.scenario
        self.at = Exact(self.scenario)
        self.hand = Hand(stage, self.scenario, self.at, after_repair=self._repaired)
        self.done: list[Done] = []
        self._plan: list[_Planned] = []
        self._numbers = count()
        self._overheard = 0
        self.crew = Crew(stage, self.scenario, pace, self.at, self._at, self._say, self._label)
        for number in order or range(len(self.scenario.steps)):
            step = self.scenario.steps[number]
            self._at(self.at(step.at), partial(self._take, number, step))
        for name, desk in self.scenario.desks.items():
            for period in desk.off:
                self._at(self.at(period.start), partial(self.stage.desk_off, name))
                if period.until is not None:
                    self._at(self.at(period.until), partial(self._desk_on, name))

    async def play(self) -> None:
        """All of it. What is refused or missed is a result; it raises for mistakes alone."""
        await self._prologue()
        last = self.scenario.last
        self._tell(f"{self._clock()} begins: {self.scenario.title}")
        while True:
            await self._follow()
            if self.pace.now() >= last and not self._is_due():
                break
            await self.pace.reach(self._next(last) or last, self._watch)
            await self.pace.settle()
            while self._is_due():
                await heapq.heappop(self._plan).act()
        self._tell(f"{self._clock()} is over")

    def _is_due(self) -> bool:
        return bool(self._plan) and self._plan[0].at <= self.pace.now()

    async def _watch(self) -> bool:
        """Whether something is to be done now; in real time it may have come meanwhile."""
        await self._look()
        return self._is_due()

    # Time.

    def _clock(self) -> str:
        return written(self.pace.now(), self.scenario.begins)

    def _say(self, line: str) -> None:
        self._tell(f"{self._clock()} {line}")

    def _at(self, moment: datetime, act: Act) -> None:
        heapq.heappush(self._plan, _Planned(moment, next(self._numbers), act))

    def _next(self, last: datetime) -> datetime | None:
        """The next moment at which something is to be done, or falls due, until the end."""
        now = self.pace.now()
        planned = [max(each.at, now) for each in self._plan[:1]]
        due = [
            deadline.due
            for running in self.stage.services.values()
            for ledger in running.journey.ledgers.values()
            for deadlines in ledger.deadlines.values()
            for deadline in deadlines
        ]
        if any(each <= now for each in due):
            # It was said and had no effect yet: the service's clock says it again.
            due.append(now + REPEATED_AFTER)
        ahead = [each for each in (*due, *self._tests_due()) if each > now]
        return min((each for each in (*planned, *ahead) if each <= last), default=None)

    def _repaired(self) -> None:
        for apart in REPAIRED_AFTER:
            self._at(self.pace.now() + apart, self._nothing)

    async def _nothing(self) -> None:
        """A moment at which others may go on."""

    async def _desk_on(self, desk: str) -> None:
        await self.stage.desk_on(desk)
        self._repaired()

    # Steps.

    async def _take(self, number: int, step: AnyStep) -> None:
        done = await do(self.hand, number, step)
        self.done.append(done)
        who = step.desk or ("—" if VERBS[step.verb].by_desk else "")
        said = step.content if step.verb == "happens" else f"{who} {step.verb}"
        ended = f" refused: {', '.join(done.codes)}" if done.refused_by else ""
        self._tell(f"{self._clock()} {said} {step.called or ''}{ended}".rstrip())
        await self.pace.settle()

    # What follows by itself.

    async def _follow(self) -> None:
        """Settle, and let habits and lines do their part, until nothing more follows now."""
        for _ in range(_ROUNDS):
            await self.pace.settle()
            if not await self._look():
                self._let_overhear()
                return
        raise RuntimeError("something goes on for ever in this rehearsal")

    def _let_overhear(self) -> None:
        """Where a ledger grew that another service listens to, that one gets the time to hear."""
        grown = self.stage.overheard
        if grown != self._overheard:
            self._overheard = grown
            for apart in OVERHEARD_AFTER:
                self._at(self.pace.now() + apart, self._nothing)

    async def _look(self) -> bool:
        """What came is given to the habits; tests that are due are begun and answered."""
        for name in tuple(self.stage.desks):
            self.crew.see(name)
        return self._attend()

    def _label(self, message: str) -> str | None:
        return next(
            (label for label, each in self.hand.identities.items() if each == message), None
        )

    # Lines.

    def _attend(self) -> bool:
        """Whether anything was said on a line."""
        if not self.scenario.lines:
            return False
        said = False
        manned = {each for line in self.scenario.lines.values() for each in line.between}
        for name, desk in self.stage.desks.items():
            if name not in manned:
                continue
            habits, now = self.scenario.desks[name], self.pace.now()
            if within(habits.unmanned, now, self.at):
                continue
            every_line = [each for each in habits.misses_tests if each.line is None]
            if within(every_line, now, self.at):
                continue
            apart = frozenset(
                each.line
                for each in habits.misses_tests
                if each.line and within((each,), now, self.at)
            )
            if desk.lines.attend(apart):
                said = True
        if said:
            for line in self.scenario.lines.values():
                again = max(RETRY_AT_LEAST_S, span(line.tests.tolerance).total_seconds() / TRIES)
                self._at(self.pace.now() + timedelta(seconds=again), self._nothing)
        return said

    def _tests_due(self) -> list[datetime]:
        """As the hotline expects them: its own state, since a desk may have been told of none."""
        running = self.stage.services.get("hotline")
        books = (
            ledger.page.books.get(matter_of(name))
            for ledger in (running.journey.ledgers.values() if running else ())
            for name in self.scenario.lines
        )
        standings = (book.state.line.standing for book in books if book is not None)
        return [each.expects.due for each in standings if each and each.expects]

    async def _prologue(self) -> None:
        """What is in place before it begins: what `before` says, then lines, adopted by all and
        tested on every path.
        """
        begins = self.scenario.begins
        await self._play_until(begins - PROLOGUE)
        in_place = {n: line for n, line in self.scenario.lines.items() if not line.is_new}
        for name in in_place:
            record = line_record(name, self.scenario)
            first, *others = (self.stage.desks[end.desk] for end in record.ends)
            first.lines.establish(
                record, by=record.ends[0].release_authority[0],
                legal_status=LegalStatus.IN_FORCE, exercise=self.scenario.exercise_name,
            )  # fmt: skip
            for desk, end in zip(others, record.ends[1:], strict=True):
                await self._until(name, partial(_told_of, desk, name))
                by = end.release_authority[0]
                desk.lines.adopt(record, by=by, legal_status=LegalStatus.IN_FORCE)
        for name, line in in_place.items():
            for each in line.between:
                await self._until(name, partial(_is_operational, self.stage.desks[each], name))
        await self._play_until(begins)
        await self.pace.settle()

    async def _play_until(self, moment: datetime) -> None:
        """What is planned before that moment."""
        while self.pace.now() < moment:
            await self._follow()
            await self.pace.reach(self._next(moment) or moment, self._watch)
            await self.pace.settle()
            while self._is_due() and self._plan[0].at < moment:
                await heapq.heappop(self._plan).act()

    async def _until(self, line: str, found: Callable[[], bool]) -> None:
        for _ in range(_ROUNDS):
            await self._follow()
            if found():
                return
            await self.pace.reach(self.pace.now() + timedelta(seconds=1), self._watch)
        refused = {
            f"{notice.code}: {notice.reason} {notice.detail}".strip()
            for desk in self.stage.desks.values()
            for each in desk.store.ins(CommandRefused.__name__)
            if isinstance(notice := unfold(each.value).outer.notice, CommandRefused)
        }
        why = "; ".join(sorted(refused)) or "nothing was refused, and nobody tested it"
        raise NotInPlace(f"line {line} does not come to stand before it begins: {why}")


_ROUNDS = 200
"""More turns than anything in a scenario takes."""
REPEATED_AFTER = timedelta(seconds=11)


def _told_of(desk: Desk, line: str) -> bool:
    return any(each.name == line for each in desk.lines.all())


def _is_operational(desk: Desk, line: str) -> bool:
    return desk.lines.one(line).standing.phase is LinePhase.OPERATIONAL
