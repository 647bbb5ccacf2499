"""What a desk says to others: first words, replies, corrections, cancellations. Pure."""

from __future__ import annotations

from schemas.hotline import (
    CancelMessage,
    Capacity,
    CorrectMessage,
    MessageCancelled,
    MessageReplied,
    MessageSuperseded,
    ReleaseMessage,
    ReplyToMessage,
)
from services.bus.refusals import LabelWidened, LeavesOutRecipient, NotInMatter, Refusal
from services.bus.rulebook import Decision, Heard, Telling
from services.hotline.acceptance import Within, accept, also, named_by
from services.hotline.matter import Matter, Message, Phase


def release(matter: Matter, heard: Heard[ReleaseMessage], within_s: Within) -> Decision | Refusal:
    """A first or further word in a matter."""
    if matter.messages and not matter.has_part(heard.command.sender):
        return NotInMatter()
    return accept(matter, heard, within_s)


def reply(matter: Matter, heard: Heard[ReplyToMessage], within_s: Within) -> Decision | Refusal:
    """A substantive answer, told to the originator of what it answers."""
    answered = matter.messages[heard.command.in_reply_to]
    if heard.command.label.widens(answered.label):
        return LabelWidened()
    if answered.originator not in (*heard.command.action, *heard.command.info):
        return LeavesOutRecipient(answered.originator)
    accepted = accept(matter, heard, within_s)
    if isinstance(accepted, Refusal):
        return accepted
    replied = MessageReplied(
        message=answered.message, by=heard.command.sender, reply=heard.command.message_id
    )
    return also(accepted, replied, [Telling(answered.originator, replied)])


def correct(matter: Matter, heard: Heard[CorrectMessage], within_s: Within) -> Decision | Refusal:
    """A corrected copy, tracked to everyone who had the first."""
    obsoletes, by = heard.command.obsoletes, heard.command.message_id
    unread = _unread(matter.messages[obsoletes])
    fact = MessageSuperseded(message=obsoletes, by=by, unread_by=unread)
    return _take_place(matter, heard, within_s, fact)


def cancel(matter: Matter, heard: Heard[CancelMessage], within_s: Within) -> Decision | Refusal:
    """A cancellation, tracked to everyone who had the first. It does not un-say it."""
    obsoletes, by = heard.command.obsoletes, heard.command.message_id
    unread = _unread(matter.messages[obsoletes])
    fact = MessageCancelled(message=obsoletes, by=by, unread_by=unread)
    return _take_place(matter, heard, within_s, fact)


def _unread(message: Message) -> tuple[str, ...] | None:
    """Where it is on its way or on a disk, as far as is reported: what is unread acts on nobody."""
    on_the_way = (Phase.ACCEPTED, Phase.DELIVERED)
    unread = tuple(way.desk for way in message.ways.values() if way.phase in on_the_way)
    return unread or None


def _take_place(
    matter: Matter,
    heard: Heard[CorrectMessage] | Heard[CancelMessage],
    within_s: Within,
    fact: MessageSuperseded | MessageCancelled,
) -> Decision | Refusal:
    first = matter.messages[heard.command.obsoletes]
    if heard.command.label.widens(first.label):
        return LabelWidened()
    named = named_by(heard.command)
    reached = (Capacity.ACTION, Capacity.INFO, Capacity.FINAL_CONSUMER)
    left_out = [
        way.desk for way in first.ways.values() if way.capacity in reached and way.desk not in named
    ]
    if left_out:
        return LeavesOutRecipient(", ".join(sorted(left_out)))
    alternates = [
        way
        for way in first.ways.values()
        if way.capacity is Capacity.ALTERNATE and way.desk not in named
    ]
    accepted = accept(matter, heard, within_s, alternates)
    if isinstance(accepted, Refusal):
        return accepted
    return also(accepted, fact, [Telling(first.originator, fact)])
