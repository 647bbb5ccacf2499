"""What happened to a message and what followed from it, as lines of its history. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from schemas.exchange import Stage, TranslationAttached
from schemas.hotline import (
    AcknowledgementOverdue,
    LadderClimbed,
    MessageAccepted,
    MessageAcknowledged,
    MessageCancelled,
    MessageDelivered,
    MessageDeliveredToPrincipal,
    MessageReceived,
    MessageReplied,
    MessageSuperseded,
    Remark,
    Text,
    Translation,
)
from schemas.places import Point
from services.desk.inner.flaw import Flaw
from services.desk.inner.read_back import of_read_back
from services.desk.reading import Unfolded


@dataclass(frozen=True, slots=True)
class Answer:
    """One thing that happened to a message on its way to one desk."""

    what: str
    at: datetime
    desk: str
    by: str = ""
    officer: str = ""
    passed_to: str = ""
    remark: str = ""
    read_back: Point | None = None
    flaw: Flaw | None = field(default=None)
    """What this desk's library holds against it: a position that was read back wrongly."""
    remark_flaws: tuple[str, ...] = ()
    unread_by: tuple[str, ...] = ()
    """Where it was withdrawn: desks of which nobody had reported reading it."""


@dataclass(frozen=True, slots=True)
class Translated:
    """A translation that stands beside an original. The original alone is authentic."""

    stage: Stage
    machine: bool
    language: str
    desk: str
    translator: str
    at: datetime
    """When the service recorded it."""
    words: Translation | None
    """None where it cannot be read here."""
    flaws: tuple[str, ...]


def answer_in(unfolded: Unfolded, text: Text | None) -> Answer | None:  # noqa: C901 - one case a kind of notice.
    """A notice on a message of these words as one line of its history; None where it is of
    another sort. The remark is its desk's own signed word.
    """
    notice, at = unfolded.outer.notice, unfolded.outer.sent_at
    content = unfolded.enclosed.content if unfolded.enclosed else None
    remark = content if isinstance(content, Remark) else Remark()
    flaws = tuple(flaw.code for flaw in unfolded.enclosed.flaws) if unfolded.enclosed else ()
    match notice:
        case MessageAccepted():
            return Answer("ACCEPTED", at, notice.originator)
        case MessageSuperseded():
            return _withdrawn("SUPERSEDED", at, unfolded.outer.to, notice)
        case MessageCancelled():
            return _withdrawn("CANCELLED", at, unfolded.outer.to, notice)
        case MessageDelivered():
            return Answer("DELIVERED", at, notice.desk)
        case MessageReceived():
            return Answer("RECEIVED", at, notice.desk, officer=notice.officer)
        case MessageAcknowledged():
            return Answer(
                "ACKNOWLEDGED",
                at,
                notice.desk,
                by=notice.by,
                officer=notice.officer,
                passed_to=remark.passed_to or "",
                remark=remark.remark or "",
                read_back=remark.read_back,
                flaw=of_read_back(text, remark.read_back),
                remark_flaws=flaws,
            )
        case MessageDeliveredToPrincipal():
            return Answer(
                "DELIVERED TO PRINCIPAL",
                at,
                notice.desk,
                officer=notice.officer,
                remark=remark.remark or "",
                remark_flaws=flaws,
            )
        case MessageReplied():
            return Answer("REPLIED", at, notice.by)
        case LadderClimbed():
            return Answer(notice.rung.replace("_", " "), at, notice.desk, by=notice.to or "nobody")
        case AcknowledgementOverdue():
            return Answer("OVERDUE", at, notice.desk)
        case _:
            return None


def _withdrawn(
    what: str, at: datetime, desk: str, notice: MessageSuperseded | MessageCancelled
) -> Answer:
    return Answer(what, at, desk, by=notice.by, unread_by=notice.unread_by or ())


def translation_in(unfolded: Unfolded) -> Translated | None:
    """A notice as a translation; None where it is none."""
    notice, enclosed = unfolded.outer.notice, unfolded.enclosed
    if not isinstance(notice, TranslationAttached):
        return None
    content = enclosed.content if enclosed else None
    return Translated(
        stage=notice.stage,
        machine=notice.machine,
        language=notice.language,
        desk=notice.desk,
        translator=notice.translator,
        at=unfolded.outer.sent_at,
        words=content if isinstance(content, Translation) else None,
        flaws=tuple(flaw.code for flaw in enclosed.flaws) if enclosed else (),
    )
