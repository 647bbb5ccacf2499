"""What an officer sees of the store: letters received and sent, each with its state. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from schemas.catalogue import payload_type_of
from schemas.hotline import (
    AcknowledgeMessage,
    Capacity,
    CarriedMessage,
    CorrectMessage,
    LadderClimbed,
    MessageAccepted,
    MessageOuter,
    ReportDeliveredToPrincipal,
    ReportReceived,
    Text,
)
from schemas.parties import Rung
from schemas.receipts import CommandRefused, MovedToLowerLane
from services.desk.course import Followed, followed_in
from services.desk.held import regarded_by, words_of
from services.desk.history import Answer, Translated, answer_in, translation_in
from services.desk.inner.answers import of_answers
from services.desk.reading import Unfolded, open_record, unfold
from services.desk.store.records import In, Out, OutState
from services.desk.store.store import Store


@dataclass(frozen=True, slots=True)
class Received:
    """A message that this desk was given."""

    outer: MessageOuter
    digest: str
    text: Text | None
    capacity: Capacity
    standing_in_for: str | None
    rung: Rung | None
    acknowledge_by: datetime | None
    delivered_at: datetime
    flags: tuple[str, ...]
    missing: int
    state: str
    """DELIVERED, RECEIVED, ACKNOWLEDGED or DELIVERED TO PRINCIPAL, as this desk reported it."""
    withdrawn_by: str | None
    """The correction or cancellation that took its place."""
    withdrawn_how: str | None
    translations: tuple[Translated, ...] = ()
    course: tuple[Followed, ...] = ()
    """What followed from it between the nations."""

    @property
    def waits(self) -> bool:
        """Whether nobody at this desk has taken it over, and it was not withdrawn."""
        return self.state in ("DELIVERED", "RECEIVED") and self.withdrawn_by is None

    @property
    def withdrawn_unread(self) -> bool:
        """Whether something took its place before anybody here read it: it is kept on record, and
        nothing is asked of anybody.
        """
        return self.state == "DELIVERED" and self.withdrawn_by is not None

    def is_overdue(self, now: datetime) -> bool:
        """Whether it waits for this desk's acknowledgement beyond its ceiling."""
        return self.waits and self.acknowledge_by is not None and now > self.acknowledge_by

    def is_expired(self, now: datetime) -> bool:
        """Whether its originator's expiry has passed."""
        return self.outer.expires_at is not None and now > self.outer.expires_at

    def is_late(self, by: timedelta) -> bool:
        """Whether it was longer on its way than that."""
        return self.delivered_at - self.outer.sent_at > by


@dataclass(frozen=True, slots=True)
class Sent:
    """A message that this desk sent, or has queued."""

    outer: MessageOuter
    digest: str
    text: Text | None
    state: OutState
    queued_at: datetime
    refusal: CommandRefused | None = None
    moved: tuple[MovedToLowerLane, ...] = ()
    answers: tuple[Answer, ...] = field(default=())
    translations: tuple[Translated, ...] = ()
    course: tuple[Followed, ...] = ()
    """What followed from it between the nations."""

    @property
    def withdrawn(self) -> Answer | None:
        """How its place was taken, where it was."""
        taken = ("SUPERSEDED", "CANCELLED")
        return next((each for each in self.answers if each.what in taken), None)

    @property
    def overdue_at(self) -> tuple[str, ...]:
        """Desks that are flagged OVERDUE and have not acknowledged since. Of what was withdrawn
        nobody is asked any more.
        """
        if self.withdrawn is not None:
            return ()
        settled = {answer.desk for answer in self.answers if answer.what == "ACKNOWLEDGED"}
        return tuple(
            answer.desk
            for answer in self.answers
            if answer.what == "OVERDUE" and answer.desk not in settled
        )


_STATES = {
    payload_type_of(ReportReceived): "RECEIVED",
    payload_type_of(AcknowledgeMessage): "ACKNOWLEDGED",
    payload_type_of(ReportDeliveredToPrincipal): "DELIVERED TO PRINCIPAL",
}
_ORDER = ("DELIVERED", *_STATES.values())


def received(store: Store) -> list[Received]:
    """Every message in the inbox, oldest first; each once, whatever it came as."""
    messages = dict.fromkeys(found.about for found in store.ins(CarriedMessage.__name__))
    return [received_one(store, message) for message in messages if message]


def received_one(store: Store, message: str) -> Received:
    """One message in the inbox, by its whole identity."""
    heard = store.heard_about(message)
    found = next(each for each in heard if each.kind == CarriedMessage.__name__)
    unfolded = unfold(found.value)
    notice, enclosed = unfolded.outer.notice, unfolded.enclosed
    assert isinstance(notice, CarriedMessage), "only such notices were asked for"
    assert enclosed is not None, "a carried message encloses the original"
    assert isinstance(enclosed.outer, MessageOuter), "only messages are carried"
    later = _asked_to_stand_in(heard)
    said = store.said_of(message)
    stand = [out for out in said if out.kind in _STATES and out.state is not OutState.REFUSED]
    states = ["DELIVERED", *(_STATES[out.kind] for out in stand)]
    by, how = _withdrawal(store.withdrawn_by(message))
    text = enclosed.content if isinstance(enclosed.content, Text) else None
    opened = [unfold(each.value) for each in heard]
    return Received(
        outer=enclosed.outer,
        digest=enclosed.digest,
        text=text,
        capacity=notice.capacity,
        standing_in_for=notice.standing_in_for or (later.desk if later else None),
        rung=notice.rung or (later.rung if later else None),
        acknowledge_by=notice.acknowledge_by,
        delivered_at=found.received_at,
        flags=(*found.flags, *_passed_over(store, text, enclosed.outer)),
        missing=found.missing,
        state=max(states, key=_ORDER.index),
        withdrawn_by=by,
        withdrawn_how=how,
        translations=_translations(opened),
        course=_course(opened, enclosed.digest),
    )


def _passed_over(store: Store, text: Text | None, outer: MessageOuter) -> tuple[str, ...]:
    """What an answer makes of the questions that it regards, where this desk holds them."""
    if text is None:
        return ()
    return tuple(each.code for each in of_answers(text, words_of(store, regarded_by(outer))))


def _translations(opened: Sequence[Unfolded]) -> tuple[Translated, ...]:
    return tuple(found for each in opened if (found := translation_in(each)))


def _course(opened: Sequence[Unfolded], digest: str) -> tuple[Followed, ...]:
    return tuple(found for each in opened if (found := followed_in(each, digest)))


def _asked_to_stand_in(heard: Sequence[In]) -> LadderClimbed | None:
    """Where silence reached a desk that had the message already, in another capacity."""
    for found in heard:
        if found.kind == LadderClimbed.__name__:
            delivery = unfold(found.value).outer
            climbed = delivery.notice
            if isinstance(climbed, LadderClimbed) and climbed.to == delivery.to:
                return climbed
    return None


def _withdrawal(found: In | None) -> tuple[str | None, str | None]:
    if found is None:
        return None, None
    enclosed = unfold(found.value).enclosed
    corrected = enclosed is not None and isinstance(enclosed.outer, CorrectMessage)
    return found.about, "SUPERSEDED" if corrected else "CANCELLED"


MESSAGE_KINDS = frozenset(payload_type_of(kind) for kind in MessageOuter.__subclasses__())
"""The payload types of what one desk says to others."""


def sent(store: Store) -> list[Sent]:
    """Every message that this desk released, oldest first, with all that came back."""
    return [
        _sent(out, store.heard_about(out.message))
        for out in store.outs()
        if out.kind in MESSAGE_KINDS
    ]


def is_message(store: Store, record: str) -> bool:
    """Whether a record that this desk made is a message, and not another word of it."""
    out = store.out(record)
    return out is not None and out.kind in MESSAGE_KINDS


def sent_one(store: Store, message: str) -> Sent:
    """One message that this desk released, by its whole identity."""
    out = store.out(message)
    assert out is not None, "the identity came from the store"
    return _sent(out, store.heard_about(message))


def _sent(out: Out, heard: Sequence[In]) -> Sent:
    opened = open_record(out.value)
    assert isinstance(opened.outer, MessageOuter), "only messages were asked for"
    told = [unfold(found.value) for found in heard]
    letter = Sent(
        outer=opened.outer,
        digest=opened.digest,
        text=opened.content if isinstance(opened.content, Text) else None,
        state=out.state,
        queued_at=out.queued_at,
        translations=_translations(told),
        course=_course(told, opened.digest),
    )
    for unfolded in told:
        notice = unfolded.outer.notice
        if isinstance(notice, CommandRefused):
            letter = replace(letter, refusal=notice)
        elif isinstance(notice, MovedToLowerLane):
            letter = replace(letter, moved=(*letter.moved, notice))
        elif answer := answer_in(unfolded, letter.text):
            letter = replace(letter, answers=(*letter.answers, answer))
        if isinstance(notice, MessageAccepted):
            # What was refused first was taken out of quarantine since.
            letter = replace(letter, refusal=None)
    return letter
