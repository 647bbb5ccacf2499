"""Answering a message, correcting an own one, withdrawing it."""

from __future__ import annotations

from typing import Any

from schemas.acts import Act
from schemas.hotline import MessageOuter
from schemas.parties import Precedence
from services.desk.commands.steps.answers import sent
from services.desk.commands.steps.outcome import Outcome
from services.desk.commands.typed.acts import ActCommand
from services.desk.commands.typed.message import marked
from services.desk.commands.typed.officers import Hands
from services.desk.commands.typed.usage import as_usage
from services.desk.commands.typed.words import FollowUp, Words
from services.desk.desk import Desk
from services.desk.draft import Draft
from services.desk.letters import Received, Sent
from services.desk.screen.notation import end_of
from services.desk.store.records import OutState
from services.desk.trouble import DeskTrouble


async def replied(
    desk: Desk,
    message: str,
    said: FollowUp,
    *,
    precedence: Precedence | None = None,
    act: Act = Act.FREE_TEXT,
    wait_s: float,
) -> Outcome:
    """Answer a message to its originator. It is acknowledged first, where that is still due."""
    letter = desk.letter(message)
    draft = _following(
        letter,
        said.words,
        in_reply_to=letter.outer.message_id,
        action=(letter.outer.sender,),
        info=(),
        subject=_headed("RE", said.subject, letter),
        precedence=precedence or letter.outer.precedence,
        act=act,
        references=(),
        terms=said.besides.terms(),
        particulars=said.besides.particulars(act),
        heard=said.besides.heard,
        rests_on=said.besides.rests_on,
    )
    return await _answered(desk, letter, draft, said.hands, wait_s)


async def acted(
    desk: Desk,
    message: str,
    row: ActCommand,
    said: FollowUp,
    *,
    precedence: Precedence | None = None,
    wait_s: float,
) -> Outcome:
    """Take the step of an act that names a message: an answer to another's, or a further word
    on an own one.
    """
    letter = desk.held(message)
    outer, act = letter.outer, row.act
    answers = isinstance(letter, Received)
    draft = _following(
        letter,
        said.words,
        in_reply_to=outer.message_id if answers else None,
        action=(outer.sender,) if answers else outer.action,
        info=() if answers else outer.info,
        subject=_headed(act.value.replace("_", " "), said.subject, letter),
        precedence=precedence or outer.precedence,
        act=act,
        references=(),
        terms=said.besides.terms(regards=outer.message_id),
        particulars=said.besides.particulars(act),
        heard=said.besides.heard,
        rests_on=said.besides.rests_on,
    )
    if isinstance(letter, Received):
        return await _answered(desk, letter, draft, said.hands, wait_s)
    return await sent(desk, desk.send(draft, **said.hands.both), wait_s)


async def _answered(
    desk: Desk, letter: Received, draft: Draft, hands: Hands, wait_s: float
) -> Outcome:
    """An answer, once all is checked; what it answers is acknowledged first."""
    desk.check(draft, **hands.both)
    if letter.state in ("DELIVERED", "RECEIVED"):
        desk.acknowledge(letter.outer.message_id, by=hands.both["releaser"])
    return await sent(desk, desk.send(draft, **hands.both), wait_s)


async def corrected(desk: Desk, message: str, said: FollowUp, *, wait_s: float) -> Outcome:
    """Put a corrected copy in the place of an own message."""
    letter = _given_to_others(desk, message)
    subject = said.subject or (letter.text.subject if letter.text else "CORRECTED COPY")
    identity = letter.outer.message_id
    draft = _following(
        letter,
        said.words,
        corrects=identity,
        subject=subject,
        terms=said.besides.terms() or letter.outer.terms,
        particulars=said.besides.particulars(letter.outer.act),
        heard=said.besides.heard,
        rests_on=said.besides.rests_on,
    )
    return await sent(desk, desk.send(draft, **said.hands.both), wait_s)


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
        "terms": outer.terms,
        "text": text,
        "language": words.language,
    }
    with as_usage():
        return Draft.model_validate(kept | changes)
