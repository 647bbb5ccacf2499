"""What each desk is told of a chain: the event, and how the chain then stands. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from schemas.alerts import (
    AlertIssued,
    AlertStanding,
    AlertTold,
    AlertUpdated,
    AlertWord,
    ChainEvent,
    RecipientStanding,
)
from schemas.parties import DeskId, nation_of
from services.alerts.chain.state import Chain, Recipient
from services.bus.rulebook import Earlier, Encloses, Telling


def standing_for(chain: Chain, desk: DeskId) -> AlertStanding:
    """How the chain stands. Who has what is all the sender's to know; others know their own."""
    seen = [
        each
        for each in chain.recipients.values()
        if desk == chain.sender or nation_of(each.desk) == nation_of(desk)
    ]
    assert chain.since is not None, "a chain that is told of was begun"
    return AlertStanding(
        phase=chain.phase,
        since=chain.since,
        sender=chain.sender,
        newest=chain.newest.message,
        number=chain.newest.number,
        event_code=chain.event_code,
        false_alert=chain.false_alert,
        precedence=chain.precedence,
        confidence=chain.confidence,
        expires=chain.expires,
        incident=chain.incident,
        threads=chain.threads,
        recipients=tuple(_recipient(chain, each) for each in seen),
        holding_uncorrected=sum(chain.lacks_newest(each) for each in seen),
        weight=chain.weight,
    )


def _recipient(chain: Chain, recipient: Recipient) -> RecipientStanding:
    number = chain.newest.number
    return RecipientStanding(
        desk=recipient.desk,
        capacity=recipient.capacity,
        phase=recipient.phase(number),
        taken_over=recipient.taken_over >= number,
        uncorrected=chain.lacks_newest(recipient),
        due=recipient.due,
    )


def told(
    chain: Chain,
    event: ChainEvent,
    to: Iterable[DeskId],
    encloses: Encloses | Earlier = Encloses.NOTHING,
    *,
    standing_in_for: DeskId | None = None,
) -> tuple[Telling, ...]:
    """The event, told to desks with the chain as it is after it."""
    event = _in_short(event)
    return tuple(
        Telling(
            desk,
            AlertTold(
                step=chain.step,
                event=event,
                standing_in_for=standing_in_for,
                standing=standing_for(chain, desk),
            ),
            encloses,
        )
        for desk in dict.fromkeys(to)
    )


def _in_short(event: ChainEvent) -> ChainEvent:
    """Without what only the service needs: told to each desk besides, whom else it reaches and
    every ladder would not fit into one record, and is not theirs to know.
    """
    if isinstance(event, AlertIssued | AlertUpdated):
        return event.model_copy(update={"given": (), "schedule": (), "sources": None})
    return event.model_copy(update={"schedule": ()}) if isinstance(event, AlertWord) else event


def everybody(chain: Chain) -> tuple[DeskId, ...]:
    """The sender, and all that were given the alert."""
    return (chain.sender, *chain.recipients)
