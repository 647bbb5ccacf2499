"""How an alert stands, as this desk was told, and what was said in it. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from schemas.alerts import (
    PREFIX,
    TEMPLATES_PREFIX,
    AlertContent,
    AlertMessage,
    AlertPhase,
    AlertStanding,
    AlertTold,
    Attribution,
    CapAnswer,
    RecipientCommand,
    SenderCommand,
    TemplatePair,
    TemplatesApproved,
)
from schemas.cap import CapAlert
from schemas.concerns import CONCERN_PREFIX, HAZARD_PREFIX, HOSTING_PREFIX
from schemas.crisis import EventCode
from schemas.envelope import Submission
from schemas.notices import NOTICE_PREFIX
from services.desk.store.store import Store
from services.desk.submissions import Told, told_in

_OTHERS = (TEMPLATES_PREFIX, CONCERN_PREFIX, HAZARD_PREFIX, HOSTING_PREFIX, NOTICE_PREFIX)


@dataclass(frozen=True, slots=True)
class Message:
    """One of the sender's messages, opened."""

    outer: SenderCommand
    content: AlertContent | None
    """None where it cannot be read here."""
    flags: tuple[str, ...]
    """What this desk's library found wrong with it."""

    @property
    def identity(self) -> str:
        """By which the chain refers to it."""
        return self.outer.message_id

    @property
    def cap(self) -> CapAlert | None:
        """The CAP message."""
        return self.content.cap if self.content else None


@dataclass(frozen=True, slots=True)
class Attributed:
    """Whom the sender took to be behind it, from when on."""

    at: datetime
    attribution: Attribution


@dataclass(frozen=True, slots=True)
class AlertView:
    """One alert. A desk is told of every change that concerns it, so it needs to ask nobody."""

    matter: str
    standing: AlertStanding
    messages: tuple[Message, ...]
    """Oldest first."""
    happened: tuple[Told, ...]
    exercise: str | None
    answers: tuple[tuple[Submission, CapAnswer], ...]
    """CAP's Acks and Errors that this desk was given."""

    @property
    def whole(self) -> Message | None:
        """The newest message that tells the whole event."""
        found = [each for each in self.messages if isinstance(each.outer, AlertMessage)]
        return found[-1] if found else None

    @property
    def newest(self) -> Message | None:
        """The message that stands; None where only its notice came."""
        return next((x for x in self.messages if x.identity == self.standing.newest), None)

    @property
    def is_over(self) -> bool:
        """Whether the alert has ended."""
        return self.standing.phase not in (AlertPhase.ACTIVE, AlertPhase.UPDATED)

    @property
    def attributions(self) -> tuple[Attributed, ...]:
        """Every attribution in its turn; the last stands. Where it did not change it is not named
        again.
        """
        found: list[Attributed] = []
        for each in self.messages:
            said = each.content.attribution if each.content else None
            if said is not None and (not found or found[-1].attribution != said):
                found.append(Attributed(each.outer.sent_at, said))
        return tuple(found)


@dataclass(frozen=True, slots=True)
class Approved:
    """A pair of templates that this desk approved, ready for use."""

    notice: TemplatesApproved
    pair: TemplatePair


def alerts(store: Store) -> list[AlertView]:
    """Every alert that this desk was told of, the newest first."""
    found = (
        view
        for matter in store.matters_of(PREFIX)
        if not matter.startswith(_OTHERS) and (view := alert(store, matter)) is not None
    )
    return sorted(found, key=lambda each: each.standing.since, reverse=True)


def alert(store: Store, matter: str) -> AlertView | None:
    """One of them; None where this desk was told of no such alert."""
    told = [each for each in told_in(store, matter) if isinstance(each.notice, AlertTold)]
    if not told:
        return None
    newest = max(told, key=lambda each: each.notice.step)
    said = {each.said.message_id: each for each in told if each.said is not None}
    messages = _messages(said.values())
    exercise = next((each.said.exercise for each in said.values() if each.said), None)
    return AlertView(
        matter=matter,
        standing=newest.notice.standing,
        messages=messages,
        happened=tuple(sorted(told, key=lambda each: each.notice.step)),
        exercise=exercise,
        answers=tuple(
            (each.said, each.content)
            for each in said.values()
            if isinstance(each.said, RecipientCommand) and isinstance(each.content, CapAnswer)
        ),
    )


def _messages(told: Iterable[Told]) -> tuple[Message, ...]:
    found: list[Message] = []
    for each in told:
        if isinstance(each.said, SenderCommand):
            content = each.content if isinstance(each.content, AlertContent) else None
            found.append(Message(each.said, content, each.flags))
    found.sort(key=lambda each: (each.outer.sent_at, each.outer.message_id))
    return tuple(_referring(found))


def _referring(messages: list[Message]) -> Iterable[Message]:
    """With a flag where CAP's references name another message than the envelope does."""
    caps = {each.identity: each.cap for each in messages}
    for each in messages:
        named = getattr(each.outer, "references", ())
        known = [cap.triple for message in named if (cap := caps.get(message)) is not None]
        if each.cap is not None and known and list(each.cap.references) != known:
            yield Message(each.outer, each.content, (*each.flags, "CapReferencesDiffer"))
        else:
            yield each


def approved(store: Store, matter: str) -> dict[EventCode, Approved]:
    """The templates that stand, by the kind of alert."""
    found: dict[EventCode, Approved] = {}
    for each in told_in(store, matter):
        notice, content = each.notice, each.content
        if isinstance(notice, TemplatesApproved) and isinstance(content, TemplatePair):
            before = found.get(notice.event_code)
            if before is None or before.notice.at <= notice.at:
                found[notice.event_code] = Approved(notice, content)
    return found
