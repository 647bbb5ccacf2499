"""What people at desks make of what comes, by habit: open it, take it over, refuse."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from schemas.alerts import AlertLadderClimbed, AlertTold, AlertWord
from schemas.hotline import Capacity, CarriedMessage, LadderClimbed
from schemas.notices import NoticeLadderClimbed, NoticeReach, NoticeTold, NoticeWord
from services.desk.inner.read_back import to_read_back
from services.desk.reading import unfold
from services.desk.store.records import In
from services.desk.trouble import DeskTrouble
from services.rehearsal.format.scenario import Exact, Scenario
from services.rehearsal.play.habits import Deed, Due, dues
from services.rehearsal.play.pace import Pace
from services.rehearsal.stage.stage import Stage

Act = Callable[[], Awaitable[None]]


@dataclass(slots=True)
class HabitDone:
    """Something that was done by habit."""

    at: datetime
    desk: str
    officer: str
    deed: Deed
    message: str
    said: str | None


@dataclass(slots=True)
class Crew:
    """The people of one rehearsal's desks."""

    stage: Stage
    scenario: Scenario
    pace: Pace
    at: Exact
    plan: Callable[[datetime, Act], None]
    """To be done at a moment."""
    tell: Callable[[str], None]
    label: Callable[[str], str | None]
    """The step that said a message."""
    habits: list[HabitDone] = field(default_factory=list)
    """What was done, in the order of time."""
    _looked: dict[str, int] = field(default_factory=dict)
    _known: set[str] = field(default_factory=set)
    _by_step: frozenset[tuple[str | None, str]] = field(init=False)

    def __post_init__(self) -> None:
        self._by_step = frozenset(
            (step.desk, step.content.message)
            for step in self.scenario.steps
            if step.verb == "acknowledge"
        )

    def see(self, name: str) -> None:
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
        if (name, self.label(found.about)) not in self._by_step:
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
            self.plan(max(due.at, self.pace.now()), partial(act, due))

    async def _alert_by_habit(self, name: str, chain: str, newest: str, due: Due) -> None:
        desk = self.stage.desks[name]
        if due.deed is Deed.OPEN or desk.alerts.one(chain).standing.newest != newest:
            return

        def take_over() -> None:
            if due.deed is Deed.ACKNOWLEDGE:
                desk.alerts.acknowledge(chain, by=due.officer, remark=due.said)

        await self._do(take_over, name, newest, f"the alert {self.label(newest) or chain}", due)

    async def _notice_by_habit(self, name: str, matter: str, newest: str, due: Due) -> None:
        desk = self.stage.desks[name]
        view = desk.notices.one(matter)
        taken = view.reach(name) is NoticeReach.TAKEN_OVER
        if due.deed is Deed.OPEN or taken or view.standing.newest != newest:
            return

        def take_over() -> None:
            if due.deed is Deed.ACKNOWLEDGE:
                desk.notices.acknowledge(matter, by=due.officer, passed_to=due.said)

        await self._do(take_over, name, newest, f"the notice {self.label(newest) or matter}", due)

    async def _by_habit(self, name: str, message: str, due: Due) -> None:
        desk = self.stage.desks[name]
        letter = desk.letter(message)
        if letter.state in ("ACKNOWLEDGED", "DELIVERED TO PRINCIPAL") or letter.withdrawn_unread:
            return
        if due.deed is Deed.ACKNOWLEDGE and letter.withdrawn_by is not None:
            return

        def open_it() -> None:
            desk.show(message, by=due.officer)
            if due.deed is Deed.ACKNOWLEDGE:
                place = to_read_back(letter.text)
                desk.acknowledge(
                    message, by=due.officer, passed_to=due.said,
                    read_back=place.point if place else None,
                )  # fmt: skip

        await self._do(open_it, name, message, self.label(message) or message[-6:], due)

    async def _do(
        self, act: Callable[[], None], name: str, message: str, about: str, due: Due
    ) -> None:
        """Do it, and put it down; where the desk's library refuses, tell why."""
        try:
            act()
        except DeskTrouble as trouble:
            self.tell(f"{name}: {trouble}")
            return
        self.habits.append(
            HabitDone(self.pace.now(), name, due.officer, due.deed, message, due.said)
        )
        self.tell(f"{name} {SAID[due.deed]} {about}")
        await self.pace.settle()


SAID = {
    Deed.OPEN: "opens",
    Deed.ACKNOWLEDGE: "acknowledges",
    Deed.REFUSE: "will not take",
}


BY_HABIT: Mapping[str, Callable[[Crew, str, In], None]] = {
    CarriedMessage.__name__: Crew._of_letter,  # noqa: SLF001 - the crew's own table.
    LadderClimbed.__name__: Crew._of_letter,  # noqa: SLF001 - as above.
    AlertTold.__name__: Crew._of_alert,  # noqa: SLF001 - as above.
    NoticeTold.__name__: Crew._of_notice,  # noqa: SLF001 - as above.
}
"""By notice, what people at a desk make of it by habit. A new service's notices are new rows."""
