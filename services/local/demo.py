"""`detente demo`: sets up everything, plays the story, counts, and leaves nothing behind."""

from __future__ import annotations

import asyncio
import contextlib
import json as json_text
import sys
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.text import Text

from deploy.kafka.trouble import KafkaTrouble
from schemas.parties import Precedence
from services.bus.log import configure
from services.bus.settings import Settings
from services.bus.transport import TopicsWrong, Unreachable
from services.local import operators, timeline
from services.local.checker import Count, Kept, count, counting
from services.local.house import NATIONS
from services.local.processes import ProcessTrouble
from services.local.second_act import SecondAct
from services.local.services import SERVICES
from services.local.stage import Ledgers, Stage, kafka_stage, memory_stage
from services.local.story import CEILINGS_S, Story, StoryBroke
from services.local.timeline import Line
from services.watch.figures import Figures
from services.watch.source import Silent
from services.watch.terminal.sheets import printed

PAINT = {"FLASH": "bold red", "IMMEDIATE": "yellow", "OVERDUE": "bold red", "ACKNOWLEDGED": "green"}

COLUMNS = 100
"""The width of what is shown of the operators' view."""


class Screen:
    """What the demo prints: for a person, or one JSON document a line."""

    def __init__(self, *, as_json: bool) -> None:
        self._json = as_json
        self._out = Console(highlight=False, soft_wrap=True)
        self._mark = ""

    def mark_in_memory(self) -> None:
        """From now on every line says that this is not Kafka."""
        self._mark = "[IN MEMORY] "

    def progress(self, words: str) -> None:
        """What is being done now; never on the way of a machine."""
        print(f"{self._mark}… {words}", file=sys.stderr, flush=True)

    def tell(self, words: str) -> None:
        """A turn of the story."""
        if self._json:
            self._print({"story": words})
        else:
            self._out.print(Text(f"\n{self._mark}{words}", style="bold"))

    def line(self, line: Line) -> None:
        """One thing that happened."""
        if self._json:
            self._print(asdict(line) | {"at": line.at.isoformat()})
            return
        text = Text(f"{self._mark}{line.at:%H:%M:%S}Z  +{line.since_release:<6} ")
        text.append(f"{line.precedence:<11}", PAINT.get(line.precedence, ""))
        text.append(f"{line.message}  ")
        text.append(f"{line.what:<23}", PAINT.get(line.what, ""))
        text.append(line.detail)
        self._out.print(text)

    def count(self, found: Count, stage: str) -> None:
        """The end."""
        if self._json:
            self._print({"count": found.as_json(), "stage": stage})
            return
        self._out.print(Text(f"\n{self._mark}Counted from the desks' disks and the ledger:"))
        self._out.print(
            f"{self._mark}sent {found.sent} · accepted {found.accepted} · "
            f"delivered {found.delivered} · acknowledged {found.acknowledged} · "
            f"overdue {found.overdue}"
        )
        self._out.print(
            f"{self._mark}lost {len(found.lost)} · duplicated {len(found.duplicated)} · "
            f"reordered {len(found.reordered)} · unsettled {len(found.unsettled)}"
        )

    def operators(self, figures: Figures, source: str) -> None:
        """What was there to see for whoever may not read a text."""
        if self._json:
            self._print({"operators": figures.model_dump(mode="json"), "source": source})
            return
        self._out.print(
            Text(f"\n{self._mark}What operators saw of it, {source}; no text is in it:")
        )
        for line in printed(operators.sheet(figures), COLUMNS):
            self._out.print(Text(f"{self._mark}{line}"))

    def _print(self, document: object) -> None:
        print(json_text.dumps(document), flush=True)


def demo(state: Path, *, json: bool, in_memory: bool) -> int:
    """Play the story; 0 where nothing was lost, duplicated or reordered, else 1."""
    configure("warning")
    screen = Screen(as_json=json)
    try:
        return asyncio.run(_demo(state, screen, in_memory=in_memory))
    except (KafkaTrouble, ProcessTrouble, StoryBroke, TopicsWrong, Unreachable) as trouble:
        print(f"detente demo: {trouble}", file=sys.stderr)
        return 1


async def _demo(state: Path, screen: Screen, *, in_memory: bool) -> int:
    async with _stage(state, screen, in_memory=in_memory) as stage:
        nations = ", ".join(f"{name} ({code})" for code, name in NATIONS.items())
        screen.tell(f"Three nations: {nations}. On {stage.name}.")
        screen.tell(
            f"The demo's clock is short: a FLASH must be acknowledged within "
            f"{CEILINGS_S[Precedence.FLASH]:g} s, in service within 10 min."
        )
        matter = f"kaltmoor-{datetime.now(UTC):%Y%m%d-%H%M%S}"
        shown: set[tuple[str, int]] = set()

        def tell(words: str) -> None:
            timeline.show_new(stage.desks, shown, screen.line)
            screen.tell(words)

        story = Story(stage, matter, tell)
        following = asyncio.create_task(_follow(stage, shown, screen), name="timeline")
        second = SecondAct(story, f"{matter}-treaty")
        try:
            await story.play()
            await second.play()
        finally:
            following.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await following
        timeline.show_new(stage.desks, shown, screen.line)
        ledgers = await stage.ledgers()
        screen.operators(*await _figures(stage, ledgers))
        found = counted(stage, ledgers, {matter, *second.matters})
        screen.count(found, stage.name)
        return 0 if found.good else 1


async def _follow(stage: Stage, shown: set[tuple[str, int]], screen: Screen) -> None:
    while True:
        timeline.show_new(stage.desks, shown, screen.line)
        await asyncio.sleep(timeline.EVERY_S)


@asynccontextmanager
async def _stage(state: Path, screen: Screen, *, in_memory: bool) -> AsyncIterator[Stage]:
    if not in_memory:
        try:
            async with kafka_stage(state, CEILINGS_S, screen.progress) as stage:
                yield stage
                return
        except KafkaTrouble as trouble:
            print(f"detente demo: no Kafka, so in memory: {trouble}", file=sys.stderr)
    screen.mark_in_memory()
    async with memory_stage(state, CEILINGS_S) as stage:
        yield stage


async def _figures(stage: Stage, ledgers: Ledgers) -> tuple[Figures, str]:
    """The figures, and where they are from."""
    plain = operators.folded(ledgers, datetime.now(UTC))
    if stage.watch_url:
        try:
            return await operators.asked(stage.watch_url, plain.folded), "told by the watch"
        except Silent as trouble:
            print(f"detente demo: the watch: {trouble}", file=sys.stderr)
    return plain, "counted from the ledgers"


def counted(stage: Stage, ledgers: Ledgers, matters: Collection[str]) -> Count:
    """Hold the desks' disks against the ledgers, for these matters."""
    entries = [
        entry
        for name, partitions in ledgers.items()
        for entry in counting(SERVICES[name](Settings()), partitions)
        if entry.matter in matters
    ]
    kept = [
        Kept(
            desk=name,
            outbox=[out for out in desk.store.outs() if out.matter in matters],
            inbox=[found for found in desk.store.ins() if found.matter in matters],
            alarms=len(desk.alarms()),
        )
        for name, desk in stage.desks.items()
    ]
    return count(entries, kept)
