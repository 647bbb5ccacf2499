"""What each event changes in a chain. Pure: the same ledger gives the same state."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from functools import singledispatch

from schemas.alerts import (
    AlertAcknowledged,
    AlertCancelled,
    AlertCapAcked,
    AlertCapErrored,
    AlertCleared,
    AlertContradicted,
    AlertCorrected,
    AlertCorroborated,
    AlertExpired,
    AlertIssued,
    AlertLadderClimbed,
    AlertLinked,
    AlertOverdue,
    AlertPhase,
    AlertSettled,
    AlertUpdated,
    AlertWord,
    Capacity,
    ChainEvent,
    Given,
    RecipientPhase,
    SourceSpoke,
    chain_of,
)
from schemas.crisis import EventFacts, facts_of
from schemas.hotline import LegStep, Step
from services.alerts.chain.state import STANDING, Chain, Finding, Recipient, Word


def evolve(chain: Chain, event: ChainEvent) -> Chain:
    """The chain after an event."""
    return replace(_evolve(event, chain), step=chain.step + 1)


@singledispatch
def _evolve(event: object, _chain: Chain) -> Chain:
    raise AssertionError(f"no chain knows {type(event).__name__}")


@_evolve.register
def _(event: AlertIssued, chain: Chain) -> Chain:
    begun = replace(
        chain,
        matter=chain_of(event.by, event.identifier),
        sender=event.by,
        message_type=event.message_type,
        exercise=event.exercise,
    )
    return _said(_of_event(begun, event), event, AlertPhase.ACTIVE)


@_evolve.register
def _(event: AlertUpdated, chain: Chain) -> Chain:
    return _said(_of_event(chain, event), event, AlertPhase.UPDATED)


@_evolve.register
def _(event: AlertCorrected, chain: Chain) -> Chain:
    corrected = replace(chain, false_alert=chain.false_alert or event.false_alert)
    standing = chain.phase in STANDING
    return _said(corrected, event, AlertPhase.UPDATED if standing else chain.phase)


@_evolve.register
def _(event: AlertCancelled, chain: Chain) -> Chain:
    return _said(chain, event, AlertPhase.CANCELLED)


@_evolve.register
def _(event: AlertCleared, chain: Chain) -> Chain:
    return _said(chain, event, AlertPhase.ALL_CLEAR)


@_evolve.register
def _(event: AlertExpired, chain: Chain) -> Chain:
    return _moved(chain, AlertPhase.EXPIRED, event.due)


@_evolve.register
def _(event: AlertAcknowledged, chain: Chain) -> Chain:
    speaker = chain.recipients[event.by]
    chain = chain.with_recipient(
        replace(speaker, acknowledged=speaker.acknowledged | {event.number})
    )
    for desk in {event.desk, event.by}:
        recipient = chain.recipients[desk]
        taken = max(recipient.taken_over, event.number)
        chain = chain.with_recipient(_heard(chain, replace(recipient, taken_over=taken)))
    return chain


@_evolve.register
def _(event: AlertCapAcked, chain: Chain) -> Chain:
    return _answered(chain, event, RecipientPhase.ACKED)


@_evolve.register
def _(event: AlertCapErrored, chain: Chain) -> Chain:
    return _answered(chain, event, RecipientPhase.ERRORED)


@_evolve.register
def _(event: AlertLadderClimbed, chain: Chain) -> Chain:
    silent = _without(chain.recipients[event.desk], event.step)
    chain = chain.with_recipient(silent)
    if event.to is None:
        return chain
    alternate = chain.recipients.get(event.to) or Recipient(
        event.to, Capacity.ALTERNATE, first=chain.newest.number, due=silent.due
    )
    stands_for = tuple(dict.fromkeys((*alternate.stands_for, event.desk)))
    return chain.with_recipient(replace(alternate, stands_for=stands_for))


@_evolve.register
def _(event: AlertOverdue, chain: Chain) -> Chain:
    silent = _without(chain.recipients[event.desk], Step.OVERDUE)
    return chain.with_recipient(replace(silent, overdue=True))


@_evolve.register
def _(event: AlertSettled, chain: Chain) -> Chain:
    chain = replace(chain, settled=event.number)
    if chain.phase is AlertPhase.UPDATED:
        return replace(chain, phase=AlertPhase.ACTIVE)
    return chain


@_evolve.register
def _(event: AlertLinked, chain: Chain) -> Chain:
    threads = tuple(dict.fromkeys((*chain.threads, *event.threads)))
    return replace(chain, incident=event.incident, threads=threads)


@_evolve.register
def _(event: AlertCorroborated, chain: Chain) -> Chain:
    return _found(chain, event, bears_out=True)


@_evolve.register
def _(event: AlertContradicted, chain: Chain) -> Chain:
    return _found(chain, event, bears_out=False)


def _found(chain: Chain, event: SourceSpoke, *, bears_out: bool) -> Chain:
    finding = Finding(event.by, event.source, bears_out)
    return replace(chain, findings={**chain.findings, event.source.same: finding})


def _of_event(chain: Chain, event: AlertIssued | AlertUpdated) -> Chain:
    """All that is known of the event now, and whom it reaches for the first time.

    What other sources made of another kind of event bears out nothing of this one.
    """
    same = chain.facts is None or chain.facts.event_code is event.event_code
    new = {given.desk: _first(given, event) for given in event.given}
    return replace(
        chain,
        facts=EventFacts.model_validate(facts_of(event)),
        addressed=event.addressed,
        expires=event.expires,
        confidence=event.confidence,
        incident=event.incident or chain.incident,
        threads=tuple(dict.fromkeys((*chain.threads, *event.threads))),
        templates=event.templates,
        label=event.label,
        recipients={**chain.recipients, **new},
        sources=event.sources or chain.sources,
        findings=chain.findings if same else {},
    )


def _first(given: Given, event: AlertWord) -> Recipient:
    return Recipient(
        given.desk,
        Capacity.ADDRESSEE,
        first=event.number,
        due=event.acknowledge_by,
        ladder=given.ladder,
    )


def _said(chain: Chain, event: AlertWord, phase: AlertPhase) -> Chain:
    """The sender's newest message: everybody's clock begins anew with it."""
    word = Word(
        message=event.message,
        digest=event.digest,
        number=event.number,
        whole=isinstance(event, AlertIssued | AlertUpdated),
        lane=event.lane,
        position=event.position,
        directory=event.directory,
    )
    recipients = {
        desk: replace(
            each,
            due=event.acknowledge_by,
            steps_left=_steps(each, event.schedule),
            overdue=False,
        )
        for desk, each in chain.recipients.items()
    }
    faster = max(chain.precedence, event.precedence, key=lambda each: each.rank)
    chain = replace(
        chain,
        words=(*chain.words, word),
        recipients=recipients,
        precedence=faster,
        identifiers=chain.identifiers | {(event.by, event.identifier)},
    )
    return _moved(chain, phase, event.at)


def _steps(recipient: Recipient, schedule: Iterable[LegStep]) -> tuple[LegStep, ...]:
    """An alternate has no ladder of its own, but what it was given is followed up all the same."""
    climbs = recipient.capacity is Capacity.ADDRESSEE
    return tuple(each for each in schedule if climbs or each.step is Step.OVERDUE)


def _moved(chain: Chain, phase: AlertPhase, at: datetime) -> Chain:
    return chain if phase is chain.phase else replace(chain, phase=phase, since=at)


def _answered(chain: Chain, event: AlertCapAcked | AlertCapErrored, phase: RecipientPhase) -> Chain:
    recipient = chain.recipients[event.desk]
    answered = {**recipient.answered, event.number: phase}
    chain = replace(chain, identifiers=chain.identifiers | {(event.desk, event.identifier)})
    return chain.with_recipient(_heard(chain, replace(recipient, answered=answered)))


def _heard(chain: Chain, recipient: Recipient) -> Recipient:
    """Once it is heard of the newest message, silence climbs no further."""
    if recipient.heard_of < chain.newest.number:
        return recipient
    return replace(recipient, steps_left=(), overdue=False)


def _without(recipient: Recipient, step: Step) -> Recipient:
    left = tuple(each for each in recipient.steps_left if each.step is not step)
    return replace(recipient, steps_left=left)
