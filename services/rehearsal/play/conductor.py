"""Plays a scenario: steps, faults and habits in the order of virtual or real time."""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from itertools import count
from typing import Protocol

from schemas.alerts import AlertLadderClimbed, AlertTold, AlertWord
from schemas.hotline import Capacity, CarriedMessage, LadderClimbed
from schemas.line_record import matter_of
from schemas.lines import LegalStatus, LinePhase
from schemas.notices import NoticeLadderClimbed, NoticeReach, NoticeTold, NoticeWord
from schemas.receipts import CommandRefused
from services.desk.desk import Desk
from services.desk.inner.read_back import to_read_back
from services.desk.lines.due import RETRY_AT_LEAST_S, TRIES
from services.desk.reading import unfold
from services.desk.store.records import In
from services.desk.trouble import DeskTrouble
from services.rehearsal.format.cast import within
from services.rehearsal.format.scenario import AnyStep, Exact, Scenario
from services.rehearsal.format.times import span, written
from services.rehearsal.format.verbs import VERBS
from services.rehearsal.play.doing import Done, Hand, line_record
from services.rehearsal.play.habits import Deed, Due, dues
from services.rehearsal.stage.clock import ScaledClock
from services.rehearsal.stage.loop import VirtualLoop
from services.rehearsal.stage.stage import Stage

Progress = Callable[[str], None]
Act = Callable[[], Awaitable[None]]
REPAIRED_AFTER = tuple(timedelta(seconds=each) for each in (0.3, 0.6, 1.2, 2.4, 5.0))
"""When a link looks again for what it lost: after a fault is over, these moments are played."""
OVERHEARD_AFTER = tuple(timedelta(seconds=each) for each in (0.3, 0.6))
"""How long it takes until one service has heard another, and that has led to something."""
PROLOGUE = timedelta(minutes=2)
"""How long before the beginning what is in place is put there."""


class NotInPlace(Exception):
    """What should stand when it begins does not. It says what, and what was refused."""


class Pace(Protocol):
    """How time passes."""

    def now(self) -> datetime:
        """The scenario's time."""

    async def settle(self) -> None:
        """Until all that follows from what was done has happened."""

    async def reach(self, moment: datetime, look: Callable[[], Awaitable[bool]]) -> None:
        """Let time pass until then; in real time only until `look` finds something to do."""


@dataclass(order=True, slots=True)
class _Planned:
    at: datetime
    order: int
    act: Act = field(compare=False)


@dataclass(slots=True)
class HabitDone:
    """Something that was done by habit."""

    at: datetime
    desk: str
    officer: str
    deed: Deed
    message: str
    said: str | None


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
        self.habits: list[HabitDone] = []
        self._plan: list[_Planned] = []
        self._numbers = count()
        self._looked: dict[str, int] = {}
        self._known: set[str] = set()
        self._overheard = 0
        self._by_step = {
            (step.desk, step.content.message)
            for step in self.scenario.steps
            if step.verb == "acknowledge"
        }
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
        done = await self.hand.do(number, step)
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
            self._see(name)
        return self._attend()

    def _see(self, name: str) -> None:
        """What came since last time is given to the habits."""
        store = self.stage.desks[name].store
        found = [each for kind in BY_HABIT for each in store.ins(kind)]
        if len(found) == self._looked.get(name, 0):
            return
        self._looked[name] = len(found)
        for each in found:
            if each.message not in self._known:
                self._known.add(each.message)
                BY_HABIT[each.kind](self, name, each)

    def _of_letter(self, name: str, found: In) -> None:
        notice = unfold(found.value).outer.notice
        assert found.about is not None, "such a notice is about a message"
        for_action = True
        if isinstance(notice, LadderClimbed):
            if notice.to != name:
                return
        else:
            for_action = notice.capacity is not Capacity.INFO
        if (name, self._label(found.about)) not in self._by_step:
            self._plan_dues(name, found, for_action, partial(self._by_habit, name, found.about))

    def _of_alert(self, name: str, found: In) -> None:
        """An alert, and each newer word of it, is taken over by those to whom it was given."""
        told = unfold(found.value).outer.notice
        assert isinstance(told, AlertTold), "only such notices were asked for"
        given = name in {each.desk for each in told.standing.recipients}
        if not (given and isinstance(told.event, AlertWord | AlertLadderClimbed)):
            return
        by_step = any(
            step.desk == name and step.verb == "alert" and step.content.says == "acknowledge"
            for step in self.scenario.steps
        )
        if not by_step:
            act = partial(self._alert_by_habit, name, found.matter, told.standing.newest)
            self._plan_dues(name, found, for_action=True, act=act)

    def _of_notice(self, name: str, found: In) -> None:
        """A notice of a launch or an exercise, and each later word that is to be taken over."""
        told = unfold(found.value).outer.notice
        assert isinstance(told, NoticeTold), "only such notices were asked for"
        given = name in {each.desk for each in told.standing.recipients}
        if name == told.standing.sender or not (
            given and isinstance(told.event, NoticeWord | NoticeLadderClimbed)
        ):
            return
        by_step = any(
            step.desk == name and step.verb == "notice" and step.content.says == "acknowledge"
            for step in self.scenario.steps
        )
        if not by_step:
            act = partial(self._notice_by_habit, name, found.matter, told.standing.newest)
            self._plan_dues(name, found, for_action=True, act=act)

    def _plan_dues(
        self, name: str, found: In, for_action: bool, act: Callable[[Due], Awaitable[None]]
    ) -> None:
        habits = self.scenario.desks[name]
        for due in dues(habits, found.received_at, self.at, for_action=for_action):
            self._at(max(due.at, self.pace.now()), partial(act, due))

    async def _alert_by_habit(self, name: str, chain: str, newest: str, due: Due) -> None:
        desk = self.stage.desks[name]
        if due.deed is Deed.OPEN or desk.alerts.one(chain).standing.newest != newest:
            return
        try:
            if due.deed is Deed.ACKNOWLEDGE:
                desk.alerts.acknowledge(chain, by=due.officer, remark=due.said)
        except DeskTrouble as trouble:
            self._tell(f"{self._clock()} {name}: {trouble}")
            return
        said = "acknowledges" if due.deed is Deed.ACKNOWLEDGE else "will not take"
        self.habits.append(
            HabitDone(self.pace.now(), name, due.officer, due.deed, newest, due.said)
        )
        self._tell(f"{self._clock()} {name} {said} the alert {self._label(newest) or chain}")
        await self.pace.settle()

    async def _notice_by_habit(self, name: str, matter: str, newest: str, due: Due) -> None:
        desk = self.stage.desks[name]
        view = desk.notices.one(matter)
        taken = view.reach(name) is NoticeReach.TAKEN_OVER
        if due.deed is Deed.OPEN or taken or view.standing.newest != newest:
            return
        try:
            if due.deed is Deed.ACKNOWLEDGE:
                desk.notices.acknowledge(matter, by=due.officer, passed_to=due.said)
        except DeskTrouble as trouble:
            self._tell(f"{self._clock()} {name}: {trouble}")
            return
        said = "acknowledges" if due.deed is Deed.ACKNOWLEDGE else "will not take"
        self.habits.append(
            HabitDone(self.pace.now(), name, due.officer, due.deed, newest, due.said)
        )
        self._tell(f"{self._clock()} {name} {said} the notice {self._label(newest) or matter}")
        await self.pace.settle()

    def _label(self, message: str) -> str | None:
        return next(
            (label for label, each in self.hand.identities.items() if each == message), None
        )

    async def _by_habit(self, name: str, message: str, due: Due) -> None:
        desk = self.stage.desks[name]
        letter = desk.letter(message)
        if letter.state in ("ACKNOWLEDGED", "DELIVERED TO PRINCIPAL") or letter.withdrawn_unread:
            return
        if due.deed is Deed.ACKNOWLEDGE and letter.withdrawn_by is not None:
            return
        try:
            desk.show(message, by=due.officer)
            if due.deed is Deed.ACKNOWLEDGE:
                place = to_read_back(letter.text)
                desk.acknowledge(
                    message, by=due.officer, passed_to=due.said,
                    read_back=place.point if place else None,
                )  # fmt: skip
        except DeskTrouble as trouble:
            self._tell(f"{self._clock()} {name}: {trouble}")
            return
        self.habits.append(
            HabitDone(self.pace.now(), name, due.officer, due.deed, message, due.said)
        )
        said = {Deed.OPEN: "opens", Deed.ACKNOWLEDGE: "acknowledges",
                Deed.REFUSE: "will not take"}[due.deed]  # fmt: skip
        self._tell(f"{self._clock()} {name} {said} {self._label(message) or message[-6:]}")
        await self.pace.settle()

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


BY_HABIT: Mapping[str, Callable[[Conductor, str, In], None]] = {
    CarriedMessage.__name__: Conductor._of_letter,  # noqa: SLF001 - the conductor's own table.
    LadderClimbed.__name__: Conductor._of_letter,  # noqa: SLF001 - as above.
    AlertTold.__name__: Conductor._of_alert,  # noqa: SLF001 - as above.
    NoticeTold.__name__: Conductor._of_notice,  # noqa: SLF001 - as above.
}
"""By notice, what people at a desk make of it by habit. A new service's notices are new rows."""
_ROUNDS = 200
"""More turns than anything in a scenario takes."""
REPEATED_AFTER = timedelta(seconds=11)


def _told_of(desk: Desk, line: str) -> bool:
    return any(each.name == line for each in desk.lines.all())


def _is_operational(desk: Desk, line: str) -> bool:
    return desk.lines.one(line).standing.phase is LinePhase.OPERATIONAL


class VirtualPace:
    """Time that moves from one moment at which something happens to the next."""

    def __init__(self, loop: VirtualLoop) -> None:
        self._loop = loop

    def now(self) -> datetime:
        """The scenario's time."""
        return self._loop.now()

    async def settle(self) -> None:
        """Until nothing can go on without time passing."""
        await self._loop.quiet()

    async def reach(self, moment: datetime, look: Callable[[], Awaitable[bool]]) -> None:  # noqa: ARG002 - nothing happens unseen here.
        """At once."""
        self._loop.advance_to(moment)


class RealPace:
    """Time that passes by itself, as fast as in the world or so many times faster."""

    def __init__(self, clock: ScaledClock, stage: Stage) -> None:
        self._clock, self._stage = clock, stage

    def now(self) -> datetime:
        """The scenario's time."""
        return self._clock.now()

    async def settle(self) -> None:
        """Until no desk has written or been given anything for a moment; not for ever."""
        loop = asyncio.get_running_loop()
        began = still = loop.time()
        seen = None
        while loop.time() - began < SETTLED_WITHIN_S:
            stands = [desk.store.version for desk in self._stage.desks.values()]
            if stands != seen:
                seen, still = stands, loop.time()
            elif loop.time() - still >= STILL_FOR_S:
                return
            await asyncio.sleep(LOOK_EVERY_S)

    async def reach(self, moment: datetime, look: Callable[[], Awaitable[bool]]) -> None:
        """Look every now and then whether something is to be done before."""
        while (left := (moment - self.now()).total_seconds() / self._clock.faster) > 0:
            if await look():
                return
            await asyncio.sleep(min(LOOK_EVERY_S, left))


STILL_FOR_S = 0.12
SETTLED_WITHIN_S = 2.0
LOOK_EVERY_S = 0.03
