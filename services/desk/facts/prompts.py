"""What a changed fact calls for: an update, or an assurance. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from schemas.acts import Act
from schemas.exchange import ExchangeMoved, ExchangePhase
from schemas.hotline import CancelMessage, CorrectMessage
from schemas.particulars import Assurance
from schemas.parties import Precedence, nation_of
from services.desk.facts.facts import RESTING, FactKind, kind_of
from services.desk.letters import Received, Sent
from services.desk.store.records import FactChange, OutState, PromptAnswer

WITHIN = timedelta(minutes=10)
"""How long an update may take once a fact has changed."""
_ENDED = "UNDERTAKING "
_OVER = (ExchangePhase.CLOSED, ExchangePhase.STOOD_DOWN)


class Call(StrEnum):
    """What is called for."""

    UPDATE = "UPDATE"
    """An own word no longer matches: update it, or reaffirm it."""
    ASSURE = "ASSURE"
    """Own posture changed while a crisis is talked about: say for what purpose."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """One thing that a change calls for."""

    call: Call
    change: FactChange
    matter: str
    message: str | None
    """The word that no longer matches; None where one is still to be given."""
    to: tuple[str, ...]
    """Desks that have it; or nations that are to be told."""
    due: datetime
    settled_at: datetime | None = None
    """When it was updated, reaffirmed, or over."""

    @property
    def about(self) -> str:
        """By what an officer answers it."""
        return self.message or self.matter

    def is_overdue(self, now: datetime) -> bool:
        """Whether it waits beyond its time."""
        return self.settled_at is None and now > self.due


@dataclass(frozen=True, slots=True)
class Thread:
    """A matter of the hotline in which something pressing is talked about."""

    matter: str
    others: tuple[str, ...]
    began: datetime
    over: datetime | None


@dataclass(frozen=True, slots=True)
class Held:
    """What a desk holds of its own words and threads, as far as prompts need it."""

    sent: Sequence[Sent]
    threads: Sequence[Thread]
    rests_on: Mapping[str, Sequence[str]]
    answers: Sequence[PromptAnswer]


def prompts(changes: Iterable[FactChange], held: Held) -> list[Prompt]:
    """Everything that changes called for, settled or not, the oldest first.

    Of one word that several changes touch, each change has its own prompt: one word settles all.
    """
    found: list[Prompt] = []
    for change in changes:
        updates = list(_updates(change, held))
        found += updates
        if kind_of(change.fact) is FactKind.POSTURE:
            told = {each.matter for each in updates}
            found += (each for each in _assurances(change, held) if each.matter not in told)
    return found


def _updates(change: FactChange, held: Held) -> Iterator[Prompt]:
    """Every own word that stood when the change was recorded, and rests on that fact."""
    for letter in held.sent:
        outer = letter.outer
        if change.fact not in held.rests_on.get(outer.message_id, ()):
            continue
        over = _over(letter, held.sent)
        before = letter.queued_at <= change.recorded_at
        if not before or (over is not None and over <= change.recorded_at):
            continue
        yield Prompt(
            call=Call.UPDATE,
            change=change,
            matter=outer.matter,
            message=outer.message_id,
            to=(*outer.action, *outer.info),
            due=change.since + WITHIN,
            settled_at=_first(over, _answered(outer.message_id, change, held)),
        )


def _assurances(change: FactChange, held: Held) -> Iterator[Prompt]:
    """Every thread that was open: the other side sees the change, and reads it as it will."""
    for thread in held.threads:
        open_then = thread.began <= change.recorded_at
        if not open_then or (thread.over is not None and thread.over <= change.recorded_at):
            continue
        given = [
            each.queued_at
            for each in held.sent
            if each.outer.matter == thread.matter
            and each.outer.act is Act.ASSURANCE
            and not isinstance(each.outer, CancelMessage)
            and each.state is not OutState.REFUSED
            and each.queued_at >= change.recorded_at
        ]
        yield Prompt(
            call=Call.ASSURE,
            change=change,
            matter=thread.matter,
            message=None,
            to=thread.others,
            due=change.since + WITHIN,
            settled_at=_first(
                min(given, default=None), thread.over, _answered(thread.matter, change, held)
            ),
        )


def _over(letter: Sent, sent: Sequence[Sent]) -> datetime | None:
    """When it stopped to stand: replaced, withdrawn, refused, ended, or past its own end."""
    message = letter.outer.message_id
    if letter.state is OutState.REFUSED:
        return letter.queued_at
    replaced = [
        each.queued_at
        for each in sent
        if isinstance(each.outer, CorrectMessage | CancelMessage)
        and each.outer.obsoletes == message
        and each.state is not OutState.REFUSED
    ]
    ended = [each.at for each in letter.course if each.what.startswith(_ENDED)]
    said = letter.text.particulars if letter.text else None
    ends = said.ends if isinstance(said, Assurance) else None
    return _first(*replaced, *ended, ends)


def _answered(about: str, change: FactChange, held: Held) -> datetime | None:
    """An officer's later word that it is in order as it stands."""
    later = (each.at for each in held.answers if each.about == about)
    return min((at for at in later if at >= change.recorded_at), default=None)


def _first(*moments: datetime | None) -> datetime | None:
    return min((each for each in moments if each is not None), default=None)


def rests(letter: Sent) -> bool:
    """Whether it is a word of the kind that rests on facts."""
    return letter.outer.act in RESTING and not isinstance(letter.outer, CancelMessage)


def threads(
    desk: str,
    letters: Iterable[Received | Sent],
    moved: Iterable[tuple[str, ExchangeMoved, datetime]],
) -> list[Thread]:
    """The matters in which this desk speaks, or is spoken to, at IMMEDIATE or faster. One is over
    once every exchange of its nation in it is closed or stood down.
    """
    own = nation_of(desk)
    began: dict[str, datetime] = {}
    others: dict[str, set[str]] = {}
    for letter in letters:
        outer = letter.outer
        if outer.precedence.rank < Precedence.IMMEDIATE.rank:
            continue
        at = letter.queued_at if isinstance(letter, Sent) else letter.delivered_at
        began[outer.matter] = min(at, began.get(outer.matter, at))
        spoken = {nation_of(each) for each in (outer.sender, *outer.action)} - {own}
        others.setdefault(outer.matter, set()).update(spoken)
    last: dict[str, dict[tuple[str, str], tuple[bool, datetime]]] = {}
    for matter, event, at in moved:
        if own in event.between:
            last.setdefault(matter, {})[event.between] = (event.phase in _OVER, at)
    found = []
    for matter, since in began.items():
        pairs = last.get(matter, {}).values()
        over = max(at for _, at in pairs) if pairs and all(ended for ended, _ in pairs) else None
        if nations := tuple(sorted(others[matter])):
            found.append(Thread(matter, nations, since, over))
    return found
