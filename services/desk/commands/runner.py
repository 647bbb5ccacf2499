"""How a command runs and ends: on an open desk, with an answer and an exit code."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from typing import Any, TypeAlias, TypeVar

from rich.console import Console, RenderableType

from services.bus import tracing
from services.bus.directory import RootsUnreadable
from services.bus.health import PortTaken
from services.bus.keys import KeyUnreadable
from services.bus.log import configure
from services.bus.settings import settings
from services.bus.topics import Realm
from services.bus.transport import Unreachable
from services.desk.commands.steps.outcome import DONE, TROUBLE, WRONG_USAGE, Outcome, Verbatim
from services.desk.commands.typed.place import Answering, Place
from services.desk.commands.typed.usage import WrongUsage
from services.desk.desk import Desk
from services.desk.screen.frame import framed
from services.desk.screen.untrusted import visible
from services.desk.store.file import StoreUnusable
from services.desk.trouble import DeskTrouble

TROUBLES = (
    DeskTrouble, KeyUnreadable, PortTaken, RootsUnreadable, StoreUnusable, Unreachable,
)  # fmt: skip

T = TypeVar("T")
Work: TypeAlias = Callable[[Desk], Awaitable[T]]
Begin: TypeAlias = Callable[[], Coroutine[Any, Any, T]]


@dataclass(frozen=True, slots=True)
class Runner:
    """Runs what is typed at one desk, live or exercise."""

    name: str
    realm: Realm

    def anywhere(self, place: Place, make: Callable[[], Outcome]) -> int:
        """What needs no desk at all."""

        async def begin() -> Outcome:
            return make()

        return self.end(place, begin)

    def on_disk(self, place: Place, look: Callable[[Desk], Outcome]) -> int:
        """What needs nothing but the desk's own disk."""

        async def work(desk: Desk) -> Outcome:
            return look(desk)

        return self.end(place, self.on_desk(place, work, linked=False))

    def over_bus(self, answering: Answering, work: Work[Outcome]) -> int:
        """What goes out, and waits for an answer."""
        return self.end(answering.place, self.on_desk(answering.place, work))

    def filled_in(
        self,
        answering: Answering,
        fill: Callable[[], T],
        work: Callable[[Desk, T], Awaitable[Outcome]],
    ) -> int:
        """What goes out once a form is filled in. Only then is the desk opened: nothing waits
        while an officer types.
        """

        def begin() -> Coroutine[Any, Any, Outcome]:
            form = fill()
            return self.on_desk(answering.place, lambda desk: work(desk, form))()

        return self.end(answering.place, begin)

    def on_desk(self, place: Place, work: Work[T], *, linked: bool = True) -> Begin[T]:
        """The work, on the desk opened for it."""

        async def begin() -> T:
            tracing.configure(settings().otlp_endpoint, "desk")
            # What is logged while an officer works is shown in words by the command itself.
            configure("critical")
            async with Desk.open(place.home, realm=self.realm, linked=linked) as desk:
                return await work(desk)

        return begin

    def end(self, place: Place, begin: Begin[Outcome | None]) -> int:
        """Run it, say what came of it, and give the exit code. All trouble ends here."""
        try:
            return self._ended(place, asyncio.run(begin()))
        except TROUBLES as trouble:
            return self._trouble(place, str(trouble), TROUBLE)
        except WrongUsage as trouble:
            return self._trouble(place, str(trouble), WRONG_USAGE)

    def _ended(self, place: Place, outcome: Outcome | None) -> int:
        if outcome is None:
            return DONE
        try:
            if place.json:
                print(json.dumps({"realm": self.realm.value, **outcome.document}), flush=True)
            else:
                self.present(outcome.screen)
        except BrokenPipeError:
            # Whoever read has seen enough. What was done is done, and has its code.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return outcome.code

    def present(self, screen: RenderableType) -> None:
        """Show it in its realm's frame; what is for a file too, line by line as it is."""
        if not isinstance(screen, Verbatim):
            console().print(framed(screen, self.realm))
            return
        safe = visible if sys.stdout.isatty() else str
        for line in screen.said.rstrip("\n").split("\n"):
            print(safe(line))

    def _trouble(self, place: Place, said: str, code: int) -> int:
        if place.json:
            print(json.dumps({"error": said}))
        safe = "\n".join(visible(line) for line in said.split("\n"))
        print(f"detente {self.name}: {safe}", file=sys.stderr)
        return code


def console(*, stderr: bool = False) -> Console:
    """Stdout, or stderr, on which nothing is marked up but by the desk itself."""
    return Console(stderr=stderr, highlight=False, markup=False, emoji=False)
