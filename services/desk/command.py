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
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, TypeAlias, TypedDict, TypeVar

from cyclopts import App, CycloptsError, Parameter
from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.text import Text as Shown

from schemas.hotline import Act, MessageOuter
from schemas.parties import Classification, Label, MessageType, Precedence, nation_of
from services.bus.directory import RootsUnreadable
from services.bus.keys import KeyUnreadable
from services.bus.log import configure, log
from services.bus.settings import settings
from services.bus.topics import Realm
from services.bus.transport import Unreachable
from services.desk import screen
from services.desk.desk import Desk, DeskTrouble, Draft, Home, Report, explained
from services.desk.inner import EXERCISE_MARK
from services.desk.letters import Received, Sent
from services.desk.store import OutState, StoreUnusable

DONE, TROUBLE, WRONG_USAGE, QUEUED_ONLY, REFUSED, GAVE_UP = range(6)
EXIT_CODES = (
    "Exit codes: 0 done; 1 trouble; 2 wrong usage; 3 queued only, not on the bus within --wait; "
    "4 refused by the service; 5 gave up waiting: on the bus, no answer within --wait."
)
TROUBLES = (DeskTrouble, KeyUnreadable, RootsUnreadable, StoreUnusable, Unreachable)
WATCHED_AT_ONCE = 8
"""How many of the newest letters each half of `watch` shows."""
LOOK_AGAIN_S = 1.0
"""How often `watch` looks at the clock, since ages grow and ceilings pass without a change."""
TAKE_LINK_WITHIN_S = 2.0
CLOSE_WITHIN_S = 1.0


T = TypeVar("T")
Work: TypeAlias = Callable[[Desk], Awaitable[T]]
Begin: TypeAlias = Callable[[], Coroutine[Any, Any, T]]


class WrongUsage(Exception):
    """The options do not make sense together. It says which."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a command ends with, for a program and for a person."""

    document: dict[str, Any]
    screen: RenderableType
    code: int = DONE


# What may be typed.


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class Place:
    """Which desk, and for whom the answer is written.

    Parameters
    ----------
    home
        The desk's home.
    json
        Answer with one JSON document on stdout.
    """

    home: Annotated[Path, Parameter(env_var="DETENTE_HOME")] = Path()
    json: bool = False


HERE = Place()


class Officers(TypedDict):
    """Who signs for a message, both named."""

    drafter: str
    releaser: str


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class Hands:
    """Who drafts and who releases.

    Parameters
    ----------
    drafter
        The officer who drafted it.
    releaser
        The officer who confirms text and precedence. From IMMEDIATE up another than the drafter.
    by
        One officer for both.
    """

    drafter: str | None = None
    releaser: str | None = None
    by: str | None = None

    @property
    def both(self) -> Officers:
        """Drafter and releaser. WrongUsage where one is not named."""
        drafter, releaser = self.drafter or self.by, self.releaser or self.by
        if drafter is None or releaser is None:
            raise WrongUsage("name --drafter and --releaser, or --by where one officer may do both")
        return Officers(drafter=drafter, releaser=releaser)


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class Words:
    """What is said.

    Parameters
    ----------
    text
        The text.
    text_file
        A file that holds the text; - for stdin.
    language
        The text's language (BCP 47).
    """

    text: str | None = None
    text_file: Annotated[Path | None, Parameter(allow_leading_hyphen=True)] = None
    language: str = "en"

    @property
    def said(self) -> str:
        """The text, from wherever it is. WrongUsage where there are none or two."""
        if (self.text is None) == (self.text_file is None):
            raise WrongUsage("give the text with --text or with --text-file, one of the two")
        if self.text_file is None:
            return self.text or ""
        try:
            if self.text_file == Path("-"):
                return sys.stdin.read()
            return self.text_file.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as trouble:
            raise WrongUsage(f"the text cannot be read: {trouble}") from trouble


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class Message(Words):
    """A new message.

    Parameters
    ----------
    matter
        The conversation that it belongs to.
    precedence
        How fast it is handled; by urgency only.
    to
        A desk that must act and acknowledge. May be given several times.
    info
        A desk that is informed only. May be given several times.
    classification
        The highest level of anything in it.
    policy
        The policy of that level; by default the own nation's code.
    rel_to
        A nation that may read it; by default the own and all addressees'.
    subject
        One line.
    act
        What kind of step it is.
    reply_by
        UTC, as in 2026-01-31T18:00Z.
    expires_at
        UTC. After this it is still delivered, marked EXPIRED.
    references
        The full identity of an earlier message of the matter. May be given several times.
    """

    matter: str
    precedence: Precedence
    to: tuple[str, ...]
    info: tuple[str, ...] = ()
    classification: Classification
    policy: str | None = None
    rel_to: tuple[str, ...] = ()
    subject: str
    act: Act = Act.FREE_TEXT
    reply_by: str | None = None
    expires_at: str | None = None
    references: tuple[str, ...] = ()

    def draft(self, desk: str) -> Draft:
        """It as a draft of that desk. WrongUsage where an option's value cannot be."""
        readers = self.rel_to or tuple(map(nation_of, (desk, *self.to, *self.info)))
        with _as_usage():
            label = Label(
                policy=self.policy or nation_of(desk),
                classification=self.classification,
                releasable_to=tuple(sorted(set(readers))),
            )
            return Draft(
                matter=self.matter,
                precedence=self.precedence,
                action=self.to,
                info=self.info,
                label=label,
                subject=self.subject,
                text=self.said,
                language=self.language,
                act=self.act,
                references=self.references,
                reply_by=_moment(self.reply_by),
                expires_at=_moment(self.expires_at),
            )


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class ExerciseMessage(Message):
    """A new message of an exercise.

    Parameters
    ----------
    exercise
        The exercise's name. The text is set between its marks where it is not yet.
    """

    exercise: str

    def draft(self, desk: str) -> Draft:
        """It as a draft, as an exercise message must be."""
        drafted = super().draft(desk)
        with _as_usage():
            return Draft.model_validate(
                dict(drafted)
                | {
                    "message_type": MessageType.EXERCISE,
                    "exercise": self.exercise,
                    "text": marked(drafted.text, self.exercise),
                }
            )


UNNAMED, UNSAID = Hands(), Words()
Wait = Annotated[
    float, Parameter(help="Seconds to wait for the service's answer before showing it as it is.")
]
By = Annotated[str, Parameter(help="The officer who does this.")]
Which = Annotated[str, Parameter(help="The message's identity, or the end of it.")]


@contextlib.contextmanager
def _as_usage() -> Iterator[None]:
    try:
        with explained():
            yield
    except DeskTrouble as trouble:
        raise WrongUsage(str(trouble)) from None


def _moment(written: str | None) -> datetime | None:
    if written is None:
        return None
    try:
        moment = datetime.fromisoformat(written)
    except ValueError:
        raise WrongUsage(f"{written}: write a time in UTC as in 2026-01-31T18:00Z") from None
    if moment.tzinfo is None:
        raise WrongUsage(f"{written}: end it with Z, so that it is plain that it is UTC")
    return moment.astimezone(UTC)


def marked(text: str, exercise: str) -> str:
    """An exercise's text between its marks."""
    mark = f"{EXERCISE_MARK} {exercise}"
    body = " ".join(text.upper().split())
    if body.startswith(mark) and body.endswith(mark):
        return text
    return f"{mark}\n{text}\n{mark}"


# The steps, on an open desk.


def created(home: Path, desk: str, officers: Sequence[str]) -> Outcome:
    """Make a desk's home."""
    with _as_usage():
        keyid = Home(home).create(desk, officers).keyid
    root = nation_of(desk)
    return Outcome(
        {"desk": desk, "officers": list(officers), "keyid": keyid, "home": str(home)},
        Shown(
            f"{desk} is made in {home}, with key {keyid}\n"
            f"Next: have the root of {root} sign it (`detente keys enrol {home}`), then start it "
            f"(`detente desk run --home {home}`)."
        ),
    )


async def released(desk: Desk, message: Message, hands: Hands, wait_s: float) -> Outcome:
    """Draft and release in one step."""
    return await sent(desk, desk.send(message.draft(desk.name), **hands.both), wait_s)


async def sent(desk: Desk, message: str, wait_s: float) -> Outcome:
    """What became of a message just released, once answered or when the time is over."""
    what = f"waiting for the hotline, {wait_s:g}s at most"
    letter = await _told(what, desk.settled(message, wait_s))
    codes = {OutState.ACCEPTED: DONE, OutState.REFUSED: REFUSED, OutState.QUEUED: QUEUED_ONLY}
    shown = Shown.assemble(
        f"{letter.outer.precedence.value} {screen.dtg(letter.outer.sent_at)} to "
        f"{', '.join((*letter.outer.action, *letter.outer.info))}\n"
        f"identity {letter.outer.message_id}\n",
        screen.outcome_lines(letter.state, letter.refusal, alone=desk.link is not None),
    )
    document = screen.sent_document(letter)
    return Outcome(document, shown, codes.get(letter.state, GAVE_UP))


async def reported(desk: Desk, about: str, report: str, wait_s: float) -> Outcome:
    """What became of a report just made. The bus's taking it is all the answer that it gets."""

    def find() -> Report:
        return next(each for each in desk.reports(about) if each.out.message == report)

    def taken() -> Report | None:
        return found if (found := find()).out.state is not OutState.QUEUED else None

    waited = desk.until(taken, wait_s)
    made = await _told(f"waiting for the bus, {wait_s:g}s at most", waited) or find()
    codes = {OutState.QUEUED: QUEUED_ONLY, OutState.REFUSED: REFUSED}
    shown = screen.report_line(made, alone=desk.link is not None)
    document = {"message_id": about, **screen.report_document(made)}
    return Outcome(document, shown, codes.get(made.out.state, DONE))


async def acknowledged(
    desk: Desk,
    message: str,
    *,
    by: str,
    passed_to: str | None = None,
    remark: str | None = None,
    wait_s: float,
) -> Outcome:
    """Take a message over."""
    letter = desk.letter(message)
    identity = letter.outer.message_id
    report = desk.acknowledge(identity, by=by, passed_to=passed_to, remark=remark)
    return await reported(desk, identity, report, wait_s)


async def with_principal(
    desk: Desk, message: str, *, by: str, remark: str | None = None, wait_s: float
) -> Outcome:
    """Report that it reached the one who decides."""
    letter = desk.letter(message)
    if letter.state in ("DELIVERED", "RECEIVED"):
        raise DeskTrouble(f"{message} is not acknowledged yet: acknowledge it first")
    identity = letter.outer.message_id
    report = desk.report_with_principal(identity, by=by, remark=remark)
    return await reported(desk, identity, report, wait_s)


async def shown(
    desk: Desk, message: str, *, by: str, wait_s: float, present: Callable[[RenderableType], None]
) -> Outcome:
    """Open a message: it is shown at once, then its originator is told that it was opened."""
    first = desk.letter(message).state == "DELIVERED"
    letter = desk.show(message, by=by)
    identity = letter.outer.message_id
    present(screen.letter_screen(letter, desk.reports(identity), desk.clock.now()))
    told = Outcome({}, Shown(""))
    if first:
        report = desk.reports(identity)[-1].out.message
        told = await reported(desk, identity, report, wait_s)
    letter = desk.letter(identity)
    document = screen.letter_document(letter, desk.reports(identity), desk.clock.now())
    return Outcome(document, told.screen, told.code)


async def replied(
    desk: Desk,
    message: str,
    words: Words,
    hands: Hands,
    *,
    subject: str | None = None,
    precedence: Precedence | None = None,
    act: Act = Act.FREE_TEXT,
    wait_s: float,
) -> Outcome:
    """Answer a message to its originator. It is acknowledged first, where that is still due."""
    letter, both = desk.letter(message), hands.both
    draft = _following(
        letter,
        words,
        in_reply_to=letter.outer.message_id,
        action=(letter.outer.sender,),
        info=(),
        subject=_headed("RE", subject, letter),
        precedence=precedence or letter.outer.precedence,
        act=act,
        references=(),
    )
    desk.check(draft, **both)
    if letter.state in ("DELIVERED", "RECEIVED"):
        desk.acknowledge(letter.outer.message_id, by=both["releaser"])
    return await sent(desk, desk.send(draft, **both), wait_s)


async def corrected(
    desk: Desk, message: str, words: Words, hands: Hands, *, subject: str | None, wait_s: float
) -> Outcome:
    """Put a corrected copy in the place of an own message."""
    letter = _given_to_others(desk, message)
    subject = subject or (letter.text.subject if letter.text else "CORRECTED COPY")
    identity = letter.outer.message_id
    draft = _following(letter, words, corrects=identity, subject=subject)
    return await sent(desk, desk.send(draft, **hands.both), wait_s)


async def cancelled(
    desk: Desk, message: str, reason: str, hands: Hands, *, wait_s: float
) -> Outcome:
    """Withdraw an own message. Whoever read it has read it."""
    letter = _given_to_others(desk, message)
    draft = _following(
        letter,
        Words(text=reason, language=letter.text.language if letter.text else "en"),
        cancels=letter.outer.message_id,
        subject=_headed("CANCEL", None, letter),
    )
    return await sent(desk, desk.send(draft, **hands.both), wait_s)


def _given_to_others(desk: Desk, message: str) -> Sent:
    letter = desk.sent(message)
    if letter.state is OutState.REFUSED:
        raise DeskTrouble(f"{message} was refused, so nobody was given it: send a new message")
    return letter


def _headed(word: str, subject: str | None, letter: Received | Sent) -> str:
    if subject is not None:
        return subject
    earlier = letter.text.subject if letter.text else screen.end_of(letter.outer.message_id)
    return f"{word}: {earlier}"[:200]


def _following(letter: Received | Sent, words: Words, **changes: Any) -> Draft:
    """A draft on the same matter as a message, to the same desks, under the same label."""
    outer: MessageOuter = letter.outer
    text = marked(words.said, outer.exercise) if outer.exercise else words.said
    kept = {
        "matter": outer.matter,
        "precedence": outer.precedence,
        "action": outer.action,
        "info": outer.info,
        "label": outer.label,
        "act": outer.act,
        "message_type": outer.message_type,
        "exercise": outer.exercise,
        "references": outer.references,
        "text": text,
        "language": words.language,
    }
    with _as_usage():
        return Draft.model_validate(kept | changes)


def inbox_of(desk: Desk, newest: int | None = None) -> Outcome:
    """Everything received, or the newest of it, and whether more can come."""
    now, attached, link = desk.clock.now(), desk.is_attached(), desk.link_state()
    letters, alarms = desk.inbox(), desk.alarms()
    given = [(each, desk.reports(each.outer.message_id)) for each in letters]
    document = {
        "desk": desk.name,
        "link": screen.link_document(link, attached=attached),
        "alarms": len(alarms),
        "messages": [screen.letter_document(*each, now) for each in given],
    }
    shown = Group(
        screen.link_lines(link, now, desk.realm, attached=attached),
        screen.inbox_table(given[-newest if newest else 0 :], now),
        screen.inbox_sum(letters, len(alarms), now),
    )
    return Outcome(document, shown)


def outbox_of(desk: Desk) -> Outcome:
    """Everything released, what came back, and whether it goes out."""
    attached, link, outcome = desk.is_attached(), desk.link_state(), released_by(desk)
    line = screen.link_lines(link, desk.clock.now(), desk.realm, attached=attached)
    document = {"link": screen.link_document(link, attached=attached), **outcome.document}
    return Outcome(document, Group(line, outcome.screen))


def released_by(desk: Desk, newest: int | None = None) -> Outcome:
    """Everything released, or the newest of it, and what came back."""
    letters = desk.outbox()
    document = {"desk": desk.name, "messages": [screen.sent_document(each) for each in letters]}
    newer = letters[-newest if newest else 0 :]
    return Outcome(document, screen.outbox_screen(newer, desk.clock.now()))


def drafts_of(desk: Desk) -> Outcome:
    """Everything that waits for a releaser."""
    drafts = desk.drafts()
    document = {"drafts": [screen.draft_document(each) for each in drafts]}
    return Outcome(document, screen.drafts_screen(drafts, desk.clock.now()))


def alarms_of(desk: Desk) -> Outcome:
    """Everything refused here."""
    alarms = desk.alarms()
    document = {"alarms": [screen.alarm_document(each) for each in alarms]}
    return Outcome(document, screen.alarms_screen(alarms, desk.clock.now()))


def drafted(desk: Desk, draft: Draft, by: str) -> Outcome:
    """Keep a draft."""
    number = desk.draft(draft, by=by)
    warnings = [flaw.reason for flaw in desk.flaws(draft)]
    lines = [f"draft {number} is kept on this desk; nothing is released", *warnings]
    return Outcome({"number": number, "warnings": warnings}, Shown("\n".join(lines)))


async def serve(desk: Desk, stopping: asyncio.Event) -> None:
    """Hold the link until told to stop. DeskTrouble where another process holds it."""
    if desk.link_task is None:
        raise DeskTrouble("another process of this desk talks to the bus already; end that one")
    log.info("desk.started", desk=desk.name)
    stopped = asyncio.create_task(stopping.wait(), name="wait for a signal")
    await asyncio.wait((stopped, desk.link_task), return_when=asyncio.FIRST_COMPLETED)
    stopped.cancel()
    if desk.link_task.done():
        try:
            desk.link_task.result()
        except ExceptionGroup as trouble:
            raise DeskTrouble(f"the link ended: {trouble.exceptions[0]}") from trouble


async def watched(
    desk: Desk,
    seconds: float | None,
    show: Callable[[Outcome, Outcome], None],
    newest: int | None = None,
) -> None:
    """Show inbox and outbox now, at every change, and as time passes."""
    changed = asyncio.Event()

    async def listen() -> None:
        async for _ in desk.changes():
            changed.set()

    listening = asyncio.create_task(listen(), name="listen for changes")
    try:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while True:
                    changed.clear()
                    show(inbox_of(desk, newest), released_by(desk, newest))
                    with contextlib.suppress(TimeoutError):
                        await asyncio.wait_for(changed.wait(), LOOK_AGAIN_S)
    finally:
        listening.cancel()


def changes_between(before: dict[str, Any], after: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """What is new or other in an inbox or outbox document, each as one document."""
    known = {each["message_id"]: each for each in before.get("messages", ())}
    for name in ("link", "alarms"):
        if name in after and after[name] != before.get(name):
            yield {"changed": name, name: after[name]}
    for each in after["messages"]:
        if each != known.get(each["message_id"]):
            yield {"changed": "message", "message": each}


async def _told(what: str, waited: Awaitable[T]) -> T:
    """Wait, with a sign of life on a terminal."""
    console = Console(stderr=True, highlight=False)
    with console.status(what) if console.is_terminal else contextlib.nullcontext():
        return await waited


# The commands.


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
                _console().print(screen.framed(screen_, self.realm))

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
                live.update(screen.framed(both, self.realm), refresh=True)

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
            _console().print(screen.framed(outcome.screen, self.realm))
        return outcome.code

    def _trouble(self, place: Place, said: str, code: int) -> int:
        if place.json:
            print(json_.dumps({"error": said}))
        print(f"detente {self.name}: {screen.visible(said)}", file=sys.stderr)
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
    return screen.visible(str(trouble))


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
