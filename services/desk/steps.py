"""The steps that an officer's command takes on an open desk, and what each ends with."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from rich.console import Console, Group, RenderableType
from rich.text import Text as Shown

from schemas.hotline import Act, MessageOuter
from schemas.parties import Precedence, nation_of
from services.bus.log import log
from services.desk.desk import Desk
from services.desk.draft import Draft, flaws_of
from services.desk.home import Home
from services.desk.letters import Received, Sent
from services.desk.reports import Report
from services.desk.screen.alarms import alarm_document, alarms_screen
from services.desk.screen.drafts import draft_document, drafts_screen
from services.desk.screen.inbox import inbox_sum, inbox_table, letter_document, letter_screen
from services.desk.screen.link_line import link_document, link_lines
from services.desk.screen.notation import dtg, end_of
from services.desk.screen.outbox import outbox_screen, sent_document
from services.desk.screen.progress import outcome_lines, report_document, report_line
from services.desk.store.records import OutState
from services.desk.trouble import DeskTrouble
from services.desk.typed import Hands, Message, Words, as_usage, marked

DONE, TROUBLE, WRONG_USAGE, QUEUED_ONLY, REFUSED, GAVE_UP = range(6)
LOOK_AGAIN_S = 1.0
"""How often `watch` looks at the clock, since ages grow and ceilings pass without a change."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a command ends with, for a program and for a person."""

    document: dict[str, Any]
    screen: RenderableType
    code: int = DONE


def created(home: Path, desk: str, officers: Sequence[str]) -> Outcome:
    """Make a desk's home."""
    with as_usage():
        keyid = Home(home).create(desk, officers).keyid
    return Outcome(
        {"desk": desk, "officers": list(officers), "keyid": keyid, "home": str(home)},
        Shown(
            f"{desk} is made in {home}, with key {keyid}\n"
            f"Next, have the root of {nation_of(desk)} sign it:\n"
            f"  detente keys enrol {home}\n"
            f"Then start it:\n"
            f"  detente desk run --home {home}"
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
        f"{letter.outer.precedence.value} {dtg(letter.outer.sent_at)} to "
        f"{', '.join((*letter.outer.action, *letter.outer.info))}\n"
        f"identity {letter.outer.message_id}\n",
        outcome_lines(letter.state, letter.refusal, alone=desk.link is not None),
    )
    document = sent_document(letter)
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
    shown = report_line(made, alone=desk.link is not None)
    document = {"message_id": about, **report_document(made)}
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
    present(letter_screen(letter, desk.reports(identity), desk.clock.now()))
    told = Outcome({}, Shown(""))
    if first:
        report = desk.reports(identity)[-1].out.message
        told = await reported(desk, identity, report, wait_s)
    letter = desk.letter(identity)
    document = letter_document(letter, desk.reports(identity), desk.clock.now())
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
    earlier = letter.text.subject if letter.text else end_of(letter.outer.message_id)
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
    with as_usage():
        return Draft.model_validate(kept | changes)


def inbox_of(desk: Desk, newest: int | None = None) -> Outcome:
    """Everything received, or the newest of it, and whether more can come."""
    now, attached, link = desk.clock.now(), desk.is_attached(), desk.link_state()
    letters, alarms = desk.inbox(), desk.alarms()
    given = [(each, desk.reports(each.outer.message_id)) for each in letters]
    document = {
        "desk": desk.name,
        "link": link_document(link, attached=attached),
        "alarms": len(alarms),
        "messages": [letter_document(*each, now) for each in given],
    }
    shown = Group(
        link_lines(link, now, desk.realm, attached=attached),
        inbox_table(given[-newest if newest else 0 :], now),
        inbox_sum(letters, len(alarms), now),
    )
    return Outcome(document, shown)


def outbox_of(desk: Desk) -> Outcome:
    """Everything released, what came back, and whether it goes out."""
    attached, link, outcome = desk.is_attached(), desk.link_state(), released_by(desk)
    line = link_lines(link, desk.clock.now(), desk.realm, attached=attached)
    document = {"link": link_document(link, attached=attached), **outcome.document}
    return Outcome(document, Group(line, outcome.screen))


def released_by(desk: Desk, newest: int | None = None) -> Outcome:
    """Everything released, or the newest of it, and what came back."""
    letters = desk.outbox()
    document = {"desk": desk.name, "messages": [sent_document(each) for each in letters]}
    newer = letters[-newest if newest else 0 :]
    return Outcome(document, outbox_screen(newer, desk.clock.now()))


def drafts_of(desk: Desk) -> Outcome:
    """Everything that waits for a releaser."""
    drafts = desk.drafts()
    document = {"drafts": [draft_document(each) for each in drafts]}
    return Outcome(document, drafts_screen(drafts, desk.clock.now()))


def alarms_of(desk: Desk) -> Outcome:
    """Everything refused here."""
    alarms = desk.alarms()
    document = {"alarms": [alarm_document(each) for each in alarms]}
    return Outcome(document, alarms_screen(alarms, desk.clock.now()))


def drafted(desk: Desk, draft: Draft, by: str) -> Outcome:
    """Keep a draft."""
    number = desk.draft(draft, by=by)
    warnings = [flaw.reason for flaw in flaws_of(draft)]
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
                    # Not wait_for: in Python 3.11 it can swallow the end of the time outside.
                    with contextlib.suppress(TimeoutError):
                        async with asyncio.timeout(LOOK_AGAIN_S):
                            await changed.wait()
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
