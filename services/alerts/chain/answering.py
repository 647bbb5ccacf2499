"""What the desks that were given an alert say of it. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from schemas.alerts import (
    AckAlert,
    AcknowledgeAlert,
    AlertAcknowledged,
    AlertCapAcked,
    AlertCapErrored,
    AlertLinked,
    AlertSettled,
    ChainEvent,
    ErrorAlert,
    LinkThreads,
    RecipientCommand,
)
from schemas.parties import DeskId
from services.alerts.chain.evolve import evolve
from services.alerts.chain.state import Chain, Word
from services.alerts.chain.telling import everybody, told
from services.alerts.refusals import (
    AmbiguousReference,
    AnsweredAlready,
    IdentifierReused,
    ReferenceMissing,
    UnknownReference,
)
from services.bus.refusals import Refusal, UnknownOfficer
from services.bus.rulebook import Decision, Encloses, Heard, Telling


def acknowledge(chain: Chain, heard: Heard[AcknowledgeAlert]) -> Decision | Refusal:
    """An officer took it over. An alternate's word settles the way of the silent desk too."""
    command = heard.command
    word = _spoken_of(chain, heard)
    if isinstance(word, Refusal):
        return word
    speaker = chain.recipients[command.sender]
    if word.number in speaker.acknowledged:
        return AnsweredAlready()
    events = [
        AlertAcknowledged(
            message=word.message,
            number=word.number,
            desk=desk,
            by=command.sender,
            officer=command.officer,
            at=heard.received_at,
            timely=_timely(chain, heard),
        )
        for desk in speaker.stands_for or (command.sender,)
    ]
    return _answered(chain, events, command.sender)


def ack(chain: Chain, heard: Heard[AckAlert]) -> Decision | Refusal:
    """CAP's Ack. It is no acknowledgement of the desk, and none follows from it."""
    return _cap(chain, heard, AlertCapAcked)


def error(chain: Chain, heard: Heard[ErrorAlert]) -> Decision | Refusal:
    """CAP's Error: rejected. The desk stays on the list of those that had the alert."""
    return _cap(chain, heard, AlertCapErrored)


def _cap(
    chain: Chain,
    heard: Heard[AckAlert] | Heard[ErrorAlert],
    kind: type[AlertCapAcked | AlertCapErrored],
) -> Decision | Refusal:
    command = heard.command
    word = _spoken_of(chain, heard)
    if isinstance(word, Refusal):
        return word
    if word.number in chain.recipients[command.sender].answered:
        return AnsweredAlready()
    if (command.sender, command.identifier) in chain.identifiers:
        return IdentifierReused()
    event = kind(
        message=word.message,
        number=word.number,
        desk=command.sender,
        officer=command.officer,
        identifier=command.identifier,
        at=heard.received_at,
        timely=_timely(chain, heard),
    )
    return _answered(chain, [event], command.sender)


def link(chain: Chain, heard: Heard[LinkThreads]) -> Decision | Refusal:
    """Hotline matters, and the event's name, for everybody in the chain."""
    command = heard.command
    if command.officer not in heard.desks[command.sender].officers:
        return UnknownOfficer(command.officer)
    event = AlertLinked(
        by=command.sender,
        officer=command.officer,
        incident=command.incident,
        threads=command.threads,
        at=heard.received_at,
    )
    after = evolve(chain, event)
    return Decision((event,), told(after, event, everybody(after), Encloses.COMMAND))


def _spoken_of(chain: Chain, heard: Heard[RecipientCommand]) -> Word | Refusal:
    """The message, where it is named alone, was given to the desk, and an officer speaks."""
    command = heard.command
    if not command.references:
        return ReferenceMissing()
    if len(command.references) > 1:
        return AmbiguousReference()
    word = chain.word(command.references[0])
    if word is None or word.number < chain.recipients[command.sender].first:
        return UnknownReference()
    if command.officer not in heard.desks[command.sender].officers:
        return UnknownOfficer(command.officer)
    return word


def _timely(chain: Chain, heard: Heard[RecipientCommand]) -> bool:
    """Within the desk's time, and before the alert expired."""
    if chain.expires is not None and heard.received_at > chain.expires:
        return False
    return heard.received_at <= chain.recipients[heard.command.sender].due


def _answered(chain: Chain, events: Iterable[ChainEvent], by: DeskId) -> Decision:
    """Told to the sender with the desk's signed word, to the desk itself, and to whom it regards;
    and once everybody has the newest word, the sender is told that too.
    """
    facts: list[ChainEvent] = []
    tells: list[Telling] = []
    for event in events:
        chain = evolve(chain, event)
        facts.append(event)
        tells += told(chain, event, (chain.sender, by), Encloses.COMMAND)
        if event.kind == "AlertAcknowledged" and event.desk != by:
            tells += told(chain, event, (event.desk,))
    newest = chain.newest
    had_earlier = any(each.first < newest.number for each in chain.recipients.values())
    if chain.settled < newest.number and had_earlier and not chain.uncorrected:
        settled = AlertSettled(message=newest.message, number=newest.number)
        chain = evolve(chain, settled)
        facts.append(settled)
        tells += told(chain, settled, everybody(chain))
    return Decision(tuple(facts), tuple(tells))
