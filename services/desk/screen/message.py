"""A message, sent or received: its parts in the line order of ACP 127."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from rich.console import Group, RenderableType
from rich.text import Text as Shown

from schemas.hearsay import HeardElsewhere
from schemas.hotline import (
    CancelMessage,
    CorrectMessage,
    MessageOuter,
    ReplyToMessage,
    Text,
)
from services.desk.draft import Draft
from services.desk.screen.notation import bold, dtg, end_of, nations, precedence_shown, when
from services.desk.screen.substance import particulars_lines, terms_lines
from services.desk.screen.untrusted import paragraphs, set_in, visible


def outer_document(outer: MessageOuter, text: Text | None) -> dict[str, Any]:
    """The outer part's own fields, with the inner part's beside them (null if unreadable)."""
    return {
        **outer.model_dump(mode="json"),
        "kind": type(outer).__name__,
        "dtg": dtg(outer.sent_at),
        "subject": text.subject if text else None,
        "text": text.text if text else None,
        "language": text.language if text else None,
        "particulars": (
            text.particulars.model_dump(mode="json") if text and text.particulars else None
        ),
        "heard": [heard_document(each) for each in (text.heard or ())] if text else [],
    }


def heard_lines(heard: Sequence[HeardElsewhere], now: datetime) -> Iterator[RenderableType]:
    """Texts from outside the channel, set apart from the message's own words, each marked."""
    for each in heard:
        words = f"UNAUTHENTICATED: {each.medium.value.replace('_', ' ')} of {visible(each.source)}"
        yield bold(f"{words}, heard {when(each.heard_at, now)}; nothing can answer it", "bold red")
        if each.digest:
            yield set_in(f"SHA-256 {each.digest}", by=4)
        yield set_in(f"« {paragraphs(each.text)} »" if each.text else "(its words are not here)", 4)


def heard_document(heard: HeardElsewhere) -> dict[str, Any]:
    """The same for a program, which must not have to know that it is never authenticated."""
    return {**heard.model_dump(mode="json"), "authenticated": False}


def relation(outer: MessageOuter) -> str:
    """What a message does to an earlier one; empty where it does nothing."""
    match outer:
        case ReplyToMessage():
            return f"REPLY TO {end_of(outer.in_reply_to)}"
        case CorrectMessage():
            return f"CORRECTED COPY, takes the place of {end_of(outer.obsoletes)}"
        case CancelMessage():
            return f"CANCELS {end_of(outer.obsoletes)}"
        case _:
            return ""


def message_lines(outer: MessageOuter, text: Text | None, now: datetime) -> RenderableType:
    """A message in the line order of ACP 127, then what it says of itself beyond that."""
    label = outer.label
    head = Shown.assemble(
        precedence_shown(outer.precedence),
        f" {when(outer.sent_at, now)}\nFM {outer.sender}\nTO {', '.join(outer.action)}\n",
        f"INFO {', '.join(outer.info)}\n" if outer.info else "",
        "BT\n",
        bold(label.classification.value),
        f" (policy {label.policy}) REL TO {nations(label.releasable_to)}",
    )
    words: RenderableType = bold("THE TEXT CANNOT BE READ HERE", "bold red")
    if text is not None:
        said = f"SUBJ: {visible(text.subject)}\n{paragraphs(text.text)}"
        words = set_in("\n".join((said, *particulars_lines(text.particulars, now))))
    heard = heard_lines(text.heard or (), now) if text else ()
    return Group(head, words, *heard, Shown("\n".join(("BT", *_about(outer, text, now)))))


def _about(outer: MessageOuter, text: Text | None, now: datetime) -> Sequence[str]:
    lines = [
        f"identity {outer.message_id}, matter {outer.matter}, act {outer.act.value}",
        f"drafted by {outer.drafter}, released by {outer.releaser} of {outer.sender}",
    ]
    if text is not None:
        lines.append(f"language {text.language}")
        lines += [f"quotes {end_of(each.message)}" for each in text.quotes]
    return [*lines, *times(outer, now), *filter(None, [relation(outer)])]


def times(said: MessageOuter | Draft, now: datetime) -> Sequence[str]:
    """What a message or draft refers to, and until when it waits and stands."""
    lines = []
    if said.references:
        lines.append(f"refers to {', '.join(end_of(each) for each in said.references)}")
    if said.reply_by:
        lines.append(f"reply by {when(said.reply_by, now)}")
    if said.expires_at:
        lines.append(f"expires {when(said.expires_at, now)}")
    lines += terms_lines(said.terms, now)
    return lines
