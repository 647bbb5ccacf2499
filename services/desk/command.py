"""`detente desk` and `detente exercise-desk`: what an officer types.

Two commands, not one with an option: what is live and what is exercise never stand in the same
menu. Both are built from `Commands`; below it are the steps that they take on an open desk.

| exit code | meaning                                                                   |
|-----------|---------------------------------------------------------------------------|
| 0         | done; for what was released: accepted by the hotline                      |
| 1         | trouble, told in one line on stderr                                       |
| 2         | wrong usage                                                               |
| 3         | queued only: on this desk's disk, did not reach the bus within --wait     |
| 4         | refused by the service                                                    |
| 5         | gave up waiting: on the bus, but the service did not answer within --wait |
"""

from __future__ import annotations

import asyncio
import contextlib
import json as json_
import signal
import sys
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import AsyncExitStack
from typing import Annotated, Any, TypeAlias, TypeVar

from cyclopts import App, CycloptsError, Parameter
from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.text import Text as Shown

from schemas.hotline import Act
from schemas.parties import Precedence
from services.bus.directory import RootsUnreadable
from services.bus.keys import KeyUnreadable
from services.bus.log import configure, log
from services.bus.settings import settings
from services.bus.topics import Realm
from services.bus.transport import Unreachable
from services.desk.desk import Desk
from services.desk.screen.frame import framed
from services.desk.screen.untrusted import visible
from services.desk.steps import (
    DONE,
    TROUBLE,
    WRONG_USAGE,
    Outcome,
    acknowledged,
    alarms_of,
    cancelled,
    changes_between,
    corrected,
    created,
    drafted,
    drafts_of,
    inbox_of,
    outbox_of,
    released,
    replied,
    sent,
    serve,
    shown,
    watched,
    with_principal,
)
from services.desk.store.file import StoreUnusable
from services.desk.trouble import DeskTrouble
from services.desk.typed import (
    HERE,
    UNNAMED,
    UNSAID,
    By,
    ExerciseMessage,
    Hands,
    Message,
    Place,
    Wait,
    Which,
    Words,
    WrongUsage,
)

EXIT_CODES = (
    "Exit codes: 0 done; 1 trouble; 2 wrong usage; 3 queued only, not on the bus within --wait; "
    "4 refused by the service; 5 gave up waiting: on the bus, no answer within --wait."
)
TROUBLES = (DeskTrouble, KeyUnreadable, RootsUnreadable, StoreUnusable, Unreachable)
WATCHED_AT_ONCE = 8
"""How many of the newest letters each half of `watch` shows."""
TAKE_LINK_WITHIN_S = 2.0
CLOSE_WITHIN_S = 1.0

T = TypeVar("T")
Work: TypeAlias = Callable[[Desk], Awaitable[T]]
Begin: TypeAlias = Callable[[], Coroutine[Any, Any, T]]


class Commands:
    """What both desks can be asked for."""

    def __init__(self, name: str, realm: Realm) -> None:
        self.name, self.realm = name, realm

    def drafts(self, *, place: Place = HERE) -> int:
        """List what waits for a releaser, with its whole text."""
        return self._read(place, drafts_of)

    def release(
        self,
        number: int,
        *,
        by: By,
        precedence: Precedence | None = None,
        wait: Wait = 5.0,
        place: Place = HERE,
    ) -> int:
        """Release a draft: confirm its text and precedence, sign it, queue it.

        Parameters
        ----------
        number
            The draft's number.
        precedence
            Another precedence than the drafter proposed.
        """
        return self._write(
            place, lambda desk: sent(desk, desk.release(number, by=by, precedence=precedence), wait)
        )

    def inbox(self, *, place: Place = HERE) -> int:
        """List everything received, oldest first, with all that must not be overlooked."""
        return self._read(place, inbox_of)

    def show(self, message: Which, *, by: By, wait: Wait = 5.0, place: Place = HERE) -> int:
        """Open a received message. The first time, its originator is told that it was."""

        def present(screen_: RenderableType) -> None:
            if not place.json:
                _console().print(framed(screen_, self.realm))

        return self._write(
            place, lambda desk: shown(desk, message, by=by, wait_s=wait, present=present)
        )

    def acknowledge(
        self,
        message: Which,
        *,
        by: By,
        passed_to: str | None = None,
        remark: str | None = None,
        wait: Wait = 5.0,
        place: Place = HERE,
    ) -> int:
        """Take a message over: understood, and passed on. It says nothing about agreement.

        Parameters
        ----------
        passed_to
            Who has it now, in your own words.
        remark
            What the originator should know besides.
        """
        return self._write(
            place,
            lambda desk: acknowledged(
                desk, message, by=by, passed_to=passed_to, remark=remark, wait_s=wait
            ),
        )

    def principal(
        self,
        message: Which,
        *,
        by: By,
        remark: str | None = None,
        wait: Wait = 5.0,
        place: Place = HERE,
    ) -> int:
        """Report that a message reached the one who decides.

        Parameters
        ----------
        remark
            What the originator should know besides.
        """
        return self._write(
            place, lambda desk: with_principal(desk, message, by=by, remark=remark, wait_s=wait)
        )

    def reply(
        self,
        message: Which,
        *,
        words: Words = UNSAID,
        hands: Hands = UNNAMED,
        subject: str | None = None,
        precedence: Precedence | None = None,
        act: Act = Act.FREE_TEXT,
        wait: Wait = 5.0,
        place: Place = HERE,
    ) -> int:
        """Answer a message to its originator; acknowledges it first where this desk has not.

        Parameters
        ----------
        subject
            By default that of the message.
        precedence
            By default that of the message.
        act
            What kind of step the answer is.
        """
        return self._write(
            place,
            lambda desk: replied(
                desk,
                message,
                words,
                hands,
                subject=subject,
                precedence=precedence,
                act=act,
                wait_s=wait,
            ),
        )

    def correct(
        self,
        message: Which,
        *,
        words: Words = UNSAID,
        hands: Hands = UNNAMED,
        subject: str | None = None,
        wait: Wait = 5.0,
        place: Place = HERE,
    ) -> int:
        """Send a corrected copy of an own message to all who had it.

        Parameters
        ----------
        subject
            By default that of the message.
        """
        return self._write(
            place, lambda desk: corrected(desk, message, words, hands, subject=subject, wait_s=wait)
        )

    def cancel(
        self,
        message: Which,
        *,
        reason: str,
        hands: Hands = UNNAMED,
        wait: Wait = 5.0,
        place: Place = HERE,
    ) -> int:
        """Withdraw an own message, to all who had it. It does not un-say it.

        Parameters
        ----------
        reason
            Why; the addressees read it.
        """
        return self._write(place, lambda desk: cancelled(desk, message, reason, hands, wait_s=wait))

    def outbox(self, *, place: Place = HERE) -> int:
        """List everything released: how far it got, and what came back from each addressee."""
        return self._read(place, outbox_of)

    def alarms(self, *, place: Place = HERE) -> int:
        """List what this desk refused to believe: forged, altered, or a number used twice."""
        return self._read(place, alarms_of)

    def watch(
        self,
        *,
        seconds: Annotated[float | None, Parameter(name="--for")] = None,
        place: Place = HERE,
    ) -> int:
        """Show inbox and outbox as they change. With --json one line for each change.

        Parameters
        ----------
        seconds
            End after so many seconds; without, at Ctrl-C.
        """

        async def work(desk: Desk) -> None:
            await (self._watch_as_lines if place.json else self._watch_on_screen)(desk, seconds)

        return self._end(place, self._on_desk(place, work))

    def run(self, *, place: Place = HERE) -> int:
        """Talk to the bus for this desk until SIGTERM; the other commands then share it."""
        configure(settings().log_level, realm=self.realm.value)
        return self._end(place, lambda: self._serve(place))

    # How they run and end.

    async def _serve(self, place: Place) -> None:
        stopping = asyncio.Event()
        for name in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(name, stopping.set)
        async with AsyncExitStack() as last:
            stack = AsyncExitStack()
            last.push_async_callback(_close, stack)
            desk = await self._take_link(stack, place)
            await serve(desk, stopping)
        log.info("desk.stopped", desk=desk.name)

    async def _take_link(self, stack: AsyncExitStack, place: Place) -> Desk:
        """The desk with its link, once a command that is about to end has let go of it."""
        patience = asyncio.get_running_loop().time() + TAKE_LINK_WITHIN_S
        while True:
            attempt = AsyncExitStack()
            desk = await attempt.enter_async_context(Desk.open(place.home, realm=self.realm))
            if desk.link is not None or asyncio.get_running_loop().time() > patience:
                await stack.enter_async_context(attempt)
                return desk
            await attempt.aclose()
            await asyncio.sleep(0.1)

    async def _watch_on_screen(self, desk: Desk, seconds: float | None) -> None:
        with Live(console=_console(), auto_refresh=False) as live:

            def show(inbox: Outcome, outbox: Outcome) -> None:
                both = Group(inbox.screen, Shown(""), outbox.screen)
                live.update(framed(both, self.realm), refresh=True)

            await watched(desk, seconds, show, newest=WATCHED_AT_ONCE)

    async def _watch_as_lines(self, desk: Desk, seconds: float | None) -> None:
        before: dict[str, dict[str, Any]] = {"inbox": {}, "outbox": {}}

        def show(inbox: Outcome, outbox: Outcome) -> None:
            after = {"inbox": inbox.document, "outbox": outbox.document}
            for name, document in after.items():
                for change in changes_between(before[name], document):
                    print(json_.dumps({"box": name, **change}), flush=True)
            before.update(after)

        await watched(desk, seconds, show)

    def _read(self, place: Place, look: Callable[[Desk], Outcome]) -> int:
        async def work(desk: Desk) -> Outcome:
            return look(desk)

        return self._end(place, self._on_desk(place, work, linked=False))

    def _write(self, place: Place, work: Callable[[Desk], Awaitable[Outcome]]) -> int:
        return self._end(place, self._on_desk(place, work))

    def _on_desk(self, place: Place, work: Work[T], *, linked: bool = True) -> Begin[T]:
        async def begin() -> T:
            # What is logged while an officer works is shown in words by the command itself.
            configure("critical")
            async with Desk.open(place.home, realm=self.realm, linked=linked) as desk:
                return await work(desk)

        return begin

    def _end(self, place: Place, begin: Begin[Outcome | None]) -> int:
        """Run it, say what came of it, and give the exit code. All trouble ends here."""
        try:
            outcome = asyncio.run(begin())
        except TROUBLES as trouble:
            return self._trouble(place, str(trouble), TROUBLE)
        except WrongUsage as trouble:
            return self._trouble(place, str(trouble), WRONG_USAGE)
        if outcome is None:
            return DONE
        if place.json:
            print(json_.dumps({"realm": self.realm.value, **outcome.document}))
        else:
            _console().print(framed(outcome.screen, self.realm))
        return outcome.code

    def _trouble(self, place: Place, said: str, code: int) -> int:
        if place.json:
            print(json_.dumps({"error": said}))
        print(f"detente {self.name}: {visible(said)}", file=sys.stderr)
        return code


class LiveCommands(Commands):
    """The live desk."""

    def init(self, desk: str, *, officer: tuple[str, ...], place: Place = HERE) -> int:
        """Make a desk's home: its name, its officers, its key.

        Parameters
        ----------
        desk
            Its name: the nation's code in lower case, a hyphen, its own. xaa-ghq.
        officer
            A role at the desk, never a person's name. Give at least two, each with --officer.
        """

        async def begin() -> Outcome:
            return created(place.home, desk, officer)

        return self._end(place, begin)

    def draft(self, *, message: Message, by: By, place: Place = HERE) -> int:
        """Keep a message for another officer to release."""
        return self._read(place, lambda desk: drafted(desk, message.draft(desk.name), by))

    def send(
        self, *, message: Message, hands: Hands = UNNAMED, wait: Wait = 5.0, place: Place = HERE
    ) -> int:
        """Draft and release in one step, both officers being at the desk."""
        return self._write(place, lambda desk: released(desk, message, hands, wait))


class ExerciseCommands(Commands):
    """The exercise desk: nothing said here reaches the live bus."""

    def draft(self, *, message: ExerciseMessage, by: By, place: Place = HERE) -> int:
        """Keep an exercise message for another officer to release."""
        return self._read(place, lambda desk: drafted(desk, message.draft(desk.name), by))

    def send(
        self,
        *,
        message: ExerciseMessage,
        hands: Hands = UNNAMED,
        wait: Wait = 5.0,
        place: Place = HERE,
    ) -> int:
        """Draft and release in one step, both officers being at the desk."""
        return self._write(place, lambda desk: released(desk, message, hands, wait))


async def _close(stack: AsyncExitStack) -> None:
    """All that counts is on the disk: a bus that does not let go is not waited for."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(CLOSE_WITHIN_S):
            await stack.aclose()


def _console() -> Console:
    return Console(highlight=False, markup=False, emoji=False)


def _usage_told(trouble: CycloptsError) -> str:
    """A wrong command line, for a program too where one asked for JSON."""
    if "--json" in (trouble.root_input_tokens or ()):
        print(json_.dumps({"error": str(trouble)}))
    return visible(str(trouble))


def _app(commands: LiveCommands | ExerciseCommands, said: str) -> App:
    app = App(
        name=commands.name,
        help=said,
        help_epilogue=EXIT_CODES,
        error_formatter=_usage_told,
        default_parameter=Parameter(negative=""),
    )
    for name in MENU:
        if command := getattr(commands, name, None):
            app.command(command, name=name)
    return app


MENU = (
    "init", "draft", "drafts", "release", "send", "inbox", "show", "acknowledge", "principal",
    "reply", "correct", "cancel", "outbox", "watch", "alarms", "run",
)  # fmt: skip
app = _app(LiveCommands("desk", Realm.LIVE), "A national desk: speak, listen, confirm.")
exercise_app = _app(
    ExerciseCommands("exercise-desk", Realm.EXERCISE),
    "EXERCISE EXERCISE EXERCISE: a national desk on the exercise bus. Nothing here is live.",
)
