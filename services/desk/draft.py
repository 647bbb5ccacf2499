"""A draft: what it becomes when released, and what speaks against releasing it. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from schemas.acts import ONE_OFFICER_ACTS, Act, Terms
from schemas.hearsay import HeardElsewhere
from schemas.hotline import (
    CancelMessage,
    CorrectMessage,
    MessageOuter,
    Quote,
    ReleaseMessage,
    ReplyToMessage,
    Text,
)
from schemas.particulars import Particulars
from schemas.parties import (
    Contract,
    DeskId,
    ExerciseId,
    Label,
    MatterId,
    MessageId,
    MessageType,
    Moment,
    Precedence,
)
from services.desk.facts.facts import RESTING, Fact
from services.desk.inner.flaw import Flaw
from services.desk.inner.whole import flaws
from services.desk.trouble import DeskTrouble, explained


class Draft(Contract):
    """What a drafter proposes. The releaser confirms it, or changes its precedence."""

    matter: MatterId
    precedence: Precedence
    action: tuple[DeskId, ...]
    info: tuple[DeskId, ...] = ()
    label: Label
    subject: str
    text: str
    language: str = "en"
    act: Act = Act.FREE_TEXT
    terms: Terms | None = None
    particulars: Particulars | None = None
    message_type: MessageType = MessageType.OPERATION
    exercise: ExerciseId | None = None
    references: tuple[MessageId, ...] = ()
    quotes: tuple[Quote, ...] = ()
    in_reply_to: MessageId | None = None
    corrects: MessageId | None = None
    cancels: MessageId | None = None
    reply_by: Moment | None = None
    expires_at: Moment | None = None
    heard: tuple[HeardElsewhere, ...] = ()
    rests_on: tuple[Fact, ...] = ()
    """Own facts. They stay on this desk: neither part of the message names them."""


@dataclass(frozen=True, slots=True)
class KeptDraft:
    """A draft that waits for a releaser."""

    number: int
    drafter: str
    drafted_at: datetime
    draft: Draft


def flaws_of(draft: Draft, sender: str, now: datetime) -> list[Flaw]:
    """What the inner part would be refused or warned for. DeskTrouble for the outer part."""
    kind, fields = outer_of(draft)
    with explained():
        text = text_of(draft)
        outer = kind.model_construct(**fields)
    return flaws(text, outer, sender, now)


def unreleasable(draft: Draft, desk: str) -> list[Flaw]:
    """Whom a version's label leaves out, said before another officer is asked to release it. The
    service refuses it too.
    """
    readers = (desk, *draft.action, *draft.info)
    unread = [each for each in readers if not draft.label.lets_read(each)]
    if not unread:
        return []
    return [Flaw("NotReleasable", f"Its label keeps it from {', '.join(unread)}.")]


def resting(draft: Draft) -> Flaw | None:
    """Whether it is said to rest on facts, and is nothing that can."""
    if draft.rests_on and (draft.act not in RESTING or draft.cancels is not None):
        return Flaw("RestsOnNothing", "Only an assurance or an undertaking rests on own facts.")
    return None


def refuse_flawed(found: Iterable[Flaw]) -> None:
    """DeskTrouble where there are flaws that are more than warnings."""
    wrong = [flaw for flaw in found if flaw.refuses]
    if wrong:
        said = " ".join(f"{flaw.code}: {flaw.reason}" for flaw in wrong)
        raise DeskTrouble(said, *(flaw.code for flaw in wrong))


def refuse_one_officer(draft: Draft, drafter: str, releaser: str) -> None:
    """The service refuses it too; here it is said before anything is signed."""
    kind, _ = outer_of(draft)
    may = kind in (CorrectMessage, CancelMessage) or draft.act in ONE_OFFICER_ACTS
    if draft.precedence.rank >= Precedence.IMMEDIATE.rank and drafter == releaser and not may:
        raise DeskTrouble(
            f"a second officer releases from IMMEDIATE up: have another than {drafter} do it",
            "SecondOfficerNeeded",
        )


def outer_of(draft: Draft) -> tuple[type[MessageOuter], dict[str, Any]]:
    """The kind of message that a draft becomes, and the fields of its outer part."""
    kinds: tuple[tuple[type[MessageOuter], str, str | None], ...] = (
        (ReplyToMessage, "in_reply_to", draft.in_reply_to),
        (CorrectMessage, "obsoletes", draft.corrects),
        (CancelMessage, "obsoletes", draft.cancels),
    )
    meant = [(kind, name, value) for kind, name, value in kinds if value is not None]
    if len(meant) > 1:
        raise DeskTrouble("a message replies, corrects or cancels: one of the three")
    fields: dict[str, Any] = {
        "matter": draft.matter,
        "lane": draft.precedence.lane,
        "message_type": draft.message_type,
        "exercise": draft.exercise,
        "precedence": draft.precedence,
        "act": draft.act,
        "terms": draft.terms,
        "action": draft.action,
        "info": draft.info,
        "label": draft.label,
        "references": draft.references,
        "reply_by": draft.reply_by,
        "expires_at": draft.expires_at,
    }
    for kind, name, value in meant:
        return kind, fields | {name: value}
    return ReleaseMessage, fields


def text_of(draft: Draft) -> Text:
    """The inner part of the message that a draft becomes."""
    return Text(
        subject=draft.subject,
        text=draft.text,
        language=draft.language,
        quotes=draft.quotes,
        particulars=draft.particulars,
        heard=draft.heard or None,
    )
