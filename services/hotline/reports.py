"""What a desk reports of a message that it was given. Pure."""

from __future__ import annotations

from schemas.exchange import TranslationAttached
from schemas.hotline import (
    AcknowledgeMessage,
    AttachTranslation,
    Capacity,
    Confirmation,
    MessageAcknowledged,
    MessageDelivered,
    MessageDeliveredToPrincipal,
    MessageReceived,
    ReportDelivered,
    ReportDeliveredToPrincipal,
    ReportReceived,
)
from schemas.parties import nation_of
from services.bus.refusals import InvalidField, Refusal, UnknownOfficer
from services.bus.rulebook import Decision, Encloses, Heard, Telling
from services.hotline.conduct import undertakings
from services.hotline.matter import Matter, Message, everybody


def spoken_of(matter: Matter, heard: Heard[Confirmation]) -> Message | Refusal:
    """The message, where it is named by its right digest and by an officer of the desk."""
    message = matter.messages[heard.command.message]
    if heard.command.message_digest != message.digest:
        return InvalidField("message_digest: not that of the message")
    officer = getattr(heard.command, "officer", None)
    if officer is not None and officer not in heard.desks[heard.command.sender].officers:
        return UnknownOfficer(officer)
    return message


def delivered(matter: Matter, heard: Heard[ReportDelivered]) -> Decision | Refusal:
    """It is in the desk's inbox, on disk."""
    message = spoken_of(matter, heard)
    if isinstance(message, Refusal):
        return message
    fact = MessageDelivered(message=message.message, desk=heard.command.sender)
    return _told_originator(message, fact)


def received(matter: Matter, heard: Heard[ReportReceived]) -> Decision | Refusal:
    """An officer opened it."""
    message = spoken_of(matter, heard)
    if isinstance(message, Refusal):
        return message
    command = heard.command
    fact = MessageReceived(message=message.message, desk=command.sender, officer=command.officer)
    return _told_originator(message, fact)


def acknowledged(matter: Matter, heard: Heard[AcknowledgeMessage]) -> Decision | Refusal:
    """An officer took it over. An alternate's word settles the way of the silent desk; that of a
    final consumer is settled by its own word alone (requirement R3).
    """
    message = spoken_of(matter, heard)
    if isinstance(message, Refusal):
        return message
    command = heard.command
    way = message.ways[command.sender]
    settled = [
        desk
        for desk in way.standing_in_for
        if message.ways[desk].capacity is not Capacity.FINAL_CONSUMER
    ]
    facts = [
        MessageAcknowledged(
            message=message.message, desk=desk, by=command.sender, officer=command.officer
        )
        for desk in settled or (way.desk,)
    ]
    nations = frozenset(nation_of(fact.desk) for fact in facts)
    led_to = tuple(undertakings.acknowledged(matter, message.message, nations, heard.received_at))
    told = _told_originator(message, *facts)
    tells = (Telling(desk, event) for event in led_to for desk in everybody(message))
    return Decision((*told.events, *led_to), (*told.tells, *tells))


def with_principal(matter: Matter, heard: Heard[ReportDeliveredToPrincipal]) -> Decision | Refusal:
    """It reached the one who decides."""
    message = spoken_of(matter, heard)
    if isinstance(message, Refusal):
        return message
    command = heard.command
    fact = MessageDeliveredToPrincipal(
        message=message.message, desk=command.sender, officer=command.officer
    )
    return _told_originator(message, fact)


def _told_originator(message: Message, *facts: object) -> Decision:
    """The desk's own signed word goes to the originator with each fact."""
    tells = (Telling(message.originator, fact, Encloses.COMMAND) for fact in facts)
    return Decision(facts, tuple(tells))


def translated(matter: Matter, heard: Heard[AttachTranslation]) -> Decision | Refusal:
    """Beside the original, to all who have it and whom its label lets read it."""
    message = spoken_of(matter, heard)
    if isinstance(message, Refusal):
        return message
    command = heard.command
    attached = TranslationAttached(
        message=message.message,
        desk=command.sender,
        translator=command.officer,
        stage=command.stage,
        machine=command.machine,
        language=command.language,
    )
    readers = (desk for desk in everybody(message) if message.label.lets_read(desk))
    tells = (Telling(desk, attached, Encloses.COMMAND) for desk in readers)
    return Decision((attached,), tuple(tells))
