"""A rehearsal from its file to its outcome: on a stage, played, recorded, judged."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from schemas.envelope import Outer
from schemas.receipts import CommandRefused
from services.bus.log import quietly
from services.desk.commands.typed.forms import Place
from services.desk.reading import Unfolded, unfold
from services.desk.store.records import In
from services.rehearsal.format.reading import Written
from services.rehearsal.format.scenario import Scenario
from services.rehearsal.format.times import written
from services.rehearsal.outcome.judging import Gain, Judge, Verdict
from services.rehearsal.outcome.record import Alarm, Event, Habit, Notice, Prompted, Record, Taken
from services.rehearsal.play.conductor import PROLOGUE, Conductor
from services.rehearsal.play.hand import Done
from services.rehearsal.play.pace import RealPace, VirtualPace
from services.rehearsal.stage import loop as virtual
from services.rehearsal.stage.clock import ScaledClock
from services.rehearsal.stage.stage import in_memory, on_kafka


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a rehearsal."""

    record: Record
    verdicts: Sequence[Verdict]
    gains: Sequence[Gain]
    on: str
    """On what it was played, in words."""

    @property
    def holds(self) -> bool:
        """Whether everything was as expected."""
        return all(each.holds for each in self.verdicts)

    @property
    def failed(self) -> list[Verdict]:
        """What was not."""
        return [each for each in self.verdicts if not each.holds]


def rehearse(
    scenario: Scenario,
    tell: Callable[[str], None] = lambda _: None,
    order: tuple[int, ...] | None = None,
) -> Outcome:
    """Play a scenario in memory, in virtual time: days in seconds, and always the same.

    `order` is the order of its steps where another than the written one is wanted; what is at
    one time is done in it. Not to be called where an event loop runs: it runs one of its own.
    """

    async def play(loop: virtual.VirtualLoop) -> Record:
        async with in_memory(scenario, loop) as stage:
            conductor = Conductor(stage, VirtualPace(loop), tell, order)
            await conductor.play()
            return await recorded(conductor)

    with quietly():
        record = virtual.run(scenario.earliest - PROLOGUE, play)
    return judged(record, "in memory, in virtual time")


REAL_PROLOGUE_S = 2.0
REAL_PROLOGUE_OF_A_LINE_S = 4.0
"""How long in the world's time it takes until what is in place stands."""
SLACK_S = 2.0
"""How much later than named something may be seen on a cluster, in the world's time."""


async def rehearse_on_kafka(
    scenario: Scenario,
    bootstrap: str,
    faster: float = 1.0,
    tell: Callable[[str], None] = lambda _: None,
    replicas: int = 1,
) -> Outcome:
    """Play a scenario on a real Kafka, in real time or so many times faster.

    It uses topics of its own below `exercise.`, and deletes them. Raises Unreachable.
    """
    takes = REAL_PROLOGUE_S + REAL_PROLOGUE_OF_A_LINE_S * len(scenario.lines)
    clock = ScaledClock(scenario.earliest - timedelta(seconds=takes * faster), faster)
    with quietly():
        async with on_kafka(scenario, bootstrap, clock, replicas) as stage:
            clock.start()
            conductor = Conductor(stage, RealPace(clock, stage), tell)
            await conductor.play()
            record = await recorded(conductor)
    said = "in real time" if faster == 1 else f"{faster:g} times faster than real time"
    return judged(record, f"on Apache Kafka, {said}", timedelta(seconds=SLACK_S * faster))


def judged(record: Record, on: str, slack: timedelta = timedelta()) -> Outcome:
    """A record with its verdicts."""
    judge = Judge(record, slack)
    return Outcome(record, judge.verdicts(), judge.gains(), on)


def told(outcome: Outcome, file: Written | None = None) -> str:
    """What failed in a rehearsal: which expectation, when, and what was seen instead."""
    scenario, record = outcome.record.scenario, outcome.record
    count = f"{len(outcome.failed)} of {len(outcome.verdicts)} expectations failed"
    until = written(record.ended, record.began)
    lines = [f"{scenario.scenario}: {count} ({outcome.on}, until {until})"]
    for each in outcome.failed:
        number = f"expectation {each.number + 1}" if each.number >= 0 else "nobody expected it"
        place: Place = ("expectations", each.number)
        if each.step is not None:
            place = scenario.place_of(each.step)
        where = f"{file.file}:{file.line(place)}, " if file else ""
        lines += [f"  ✕ {each.expects}", f"    {where}{number}; {each.seen}"]
    return "\n".join(lines)


async def recorded(conductor: Conductor) -> Record:
    """What ledgers and desks' disks hold at the end."""
    stage, scenario = conductor.stage, conductor.scenario
    stage.broker(up=True)
    for off in stage.desks_off:
        # Its disk is read; nothing is fetched to it any more.
        stage.ways[off].is_cut = True
        await stage.desk_on(off)
    entries = await stage.entries()
    events = [
        Event(
            at, service, entry.matter, type(event).__name__, entry.sender,
            event.model_dump(mode="json"),
        )
        for service, found in entries.items()
        for at, entry in found
        for event in entry.events
    ]  # fmt: skip
    notices: list[Notice] = []
    alarms: list[Alarm] = []
    for name, desk in stage.desks.items():
        notices += [_notice(name, each) for each in desk.store.ins()]
        alarms += [Alarm(each.raised_at, name, each.code) for each in desk.alarms()]
    refused = {
        each.fields["message"] or each.fields.get("claimed"): each
        for each in notices
        if each.name == CommandRefused.__name__
    }
    taken = [_taken(each, refused) for each in conductor.done]
    return Record(
        scenario=scenario,
        began=scenario.begins,
        ended=conductor.pace.now(),
        taken=sorted(taken, key=lambda each: (each.at, each.number)),
        habits=[
            Habit(each.at, each.desk, each.officer, each.deed.value, each.message, each.said)
            for each in conductor.crew.habits
        ],
        events=sorted(events, key=lambda each: each.at),
        notices=sorted(notices, key=lambda each: each.at),
        alarms=sorted(alarms, key=lambda each: each.at),
        matters=_matters(conductor),
        prompts=[
            Prompted(
                at=each.change.recorded_at,
                desk=name,
                fact=each.change.fact,
                about=each.about,
                due=each.due,
                settled_at=each.settled_at,
            )
            for name, desk in stage.desks.items()
            for each in desk.facts.prompts()
        ],
        written_to=stage.written_to,
    )


def _notice(desk: str, found: In) -> Notice:
    unfolded: Unfolded = unfold(found.value)
    enclosed = unfolded.enclosed
    said: Outer | None = enclosed.outer if enclosed else None
    return Notice(
        at=found.received_at,
        desk=desk,
        matter=found.matter,
        name=found.kind,
        fields=unfolded.outer.notice.model_dump(mode="json"),
        flags=found.flags,
        encloses=said.message_id if said else None,
    )


def _taken(done: Done, refused: dict[Any, Notice]) -> Taken:
    step = done.step
    notice = refused.get(done.identity) if done.identity else None
    content = step.content
    said = content if isinstance(content, str) else getattr(content, "subject", None) or ""
    return Taken(
        number=done.number,
        called=step.called,
        at=done.at,
        desk=step.desk,
        verb=step.verb,
        identity=done.identity,
        codes=(notice.fields["code"],) if notice else done.codes,
        refused_by="SERVICE" if notice else done.refused_by,
        said=(f"{notice.fields['reason']} {notice.fields['detail']}" if notice else done.said)
        or said,
        refused_at=notice.at if notice else (done.at if done.codes else None),
    )


def _matters(conductor: Conductor) -> dict[str, str]:
    found: dict[str, str] = {}
    for each in conductor.done:
        if each.called is None or each.identity is None or each.step.desk is None:
            continue
        out = conductor.stage.desks[each.step.desk].store.out(each.identity)
        if out is not None:
            found[each.called] = out.matter
    return found
