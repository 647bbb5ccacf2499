"""What agreements hear in others' ledgers: alerts, notices, what meets a step. Pure.

What is heard becomes a command of the service to itself, for each agreement that has a protocol
waiting for such an event, or in which something is owed in that thread. The rules decide.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import Any

from schemas.acts import Act
from schemas.agreement_facts import ObligationPhase
from schemas.agreement_record import matter_of
from schemas.agreements import HearEvent, HearMessage, OverheardEvent
from schemas.alerts import AlertIssued, AlertsEntry, AlertUpdated
from schemas.cap import Severity, Status
from schemas.concerns import HazardousIncidentReported, UnusualActivityRequested
from schemas.hotline import HotlineEntry, MessageAccepted
from schemas.ledger import Entry
from schemas.parties import nation_of
from schemas.receipts import Position
from services.agreements.activation import meets, named, waits_for
from services.agreements.own_word import own_word
from services.agreements.state import Agreement, Family
from services.bus.service import Overhearing

NOTICES = (Act.FACT_NOTICE, Act.CEASE_ACTION)
"""Acts on the hotline that tell of an event."""


_ALERTS = (AlertIssued, AlertUpdated, UnusualActivityRequested, HazardousIncidentReported)


def interest(family: object) -> Hashable:
    """What of a matter decides what is heard: its protocols, and the threads with something owed.

    When that changes, ledgers are heard anew, so that it does not matter which was read first.
    """
    assert isinstance(family, Family), "only own matters are asked"
    return tuple(
        (each.record.digest, tuple(sorted(each.obligations)))
        for _, each in sorted(family.agreements.items())
        if each.record.protocols
    )


def hear_hotline(
    entry: Entry[Any, Any], position: Position, states: Mapping[str, Any]
) -> Sequence[HearEvent | HearMessage]:
    """Notices on the hotline that a protocol may wait for, and messages that may meet a step."""
    heard: list[HearEvent | HearMessage] = []
    for event in entry.events:
        if isinstance(event, MessageAccepted):
            if event.act in NOTICES:
                heard += _to_protocols(_notice(entry, event), position, states)
            heard += _to_obligations(entry, event, position, states)
    return heard


def _notice(entry: Entry[Any, Any], said: MessageAccepted) -> OverheardEvent:
    """Where and when it happened is inside; outside is when it was released, and to whom."""
    assert said.act is not None, "a notice is an act"
    nations = {nation_of(said.originator), *(nation_of(leg.desk) for leg in said.legs)}
    return OverheardEvent(
        code=said.act.value,
        occurred_at=min(said.released_at, entry.received_at),
        told_at=entry.received_at,
        by=nation_of(said.originator),
        nations=tuple(sorted(nations)),
        message=said.message,
        matter=said.matter,
        thread=said.matter,
    )


def hear_alerts(
    entry: Entry[Any, Any], position: Position, states: Mapping[str, Any]
) -> Sequence[HearEvent]:
    """Alerts, and requests and reports of risk reduction, that a protocol may wait for."""
    return [
        command
        for event in entry.events
        if isinstance(event, _ALERTS) and event.status in (Status.ACTUAL, Status.EXERCISE)
        for command in _to_protocols(_alert(entry, event), position, states)
    ]


def _alert(
    entry: Entry[Any, Any],
    said: AlertIssued | AlertUpdated | UnusualActivityRequested | HazardousIncidentReported,
) -> OverheardEvent:
    """What is expected to happen counts from when it was told."""
    nations = {said.nation, *said.concerned}
    threads: tuple[str, ...] = ()
    match said:
        case UnusualActivityRequested():
            nations |= set(said.addressed)
        case HazardousIncidentReported():
            nations |= {said.involved}
        case _:
            threads = said.threads
    return OverheardEvent(
        code=said.event_code.value,
        occurred_at=min(said.event_at, entry.received_at),
        told_at=entry.received_at,
        by=said.nation,
        nations=tuple(sorted(nations)),
        geocodes=said.geocodes,
        severity=Severity(said.severity.value),
        message=said.message,
        matter=entry.matter,
        thread=threads[0] if threads else f"incident-{named(entry.matter)[:16]}",
    )


def _to_protocols(
    event: OverheardEvent, position: Position, states: Mapping[str, Any]
) -> Iterator[HearEvent]:
    for agreement in _agreements(states):
        # What was told before there was a record is history, and leads to nothing.
        if event.told_at >= agreement.proposed_at and waits_for(agreement, event):
            matter = matter_of(agreement.name, agreement.record.parent)
            yield own_word(
                HearEvent,
                agreement,
                matter=matter,
                at=event.told_at,
                identity=f"{matter} {agreement.name} hears {_written(position)} {event.message}",
                agreement=agreement.name,
                event=event,
                source=position,
            )


def _to_obligations(
    entry: Entry[Any, Any],
    said: MessageAccepted,
    position: Position,
    states: Mapping[str, Any],
) -> Iterator[HearMessage]:
    for agreement in _agreements(states):
        if not any(each.thread == said.matter for each in agreement.obligations.values()):
            continue
        matter = matter_of(agreement.name, agreement.record.parent)
        word = own_word(
            HearMessage,
            agreement,
            matter=matter,
            at=entry.received_at,
            identity=f"{matter} {agreement.name} is met by {_written(position)} {said.message}",
            agreement=agreement.name,
            message=said.message,
            by=said.originator,
            to=tuple(dict.fromkeys(leg.desk for leg in said.legs)),
            act=said.act or Act.FREE_TEXT,
            thread=said.matter,
            accepted_at=entry.received_at,
            source=position,
        )
        owed = agreement.obligations.values()
        if any(meets(each, word) and each.phase in _UNMET for each in owed):
            yield word


_UNMET = (ObligationPhase.OPEN, ObligationPhase.OVERDUE)


def _agreements(states: Mapping[str, Any]) -> Iterator[Agreement]:
    for family in states.values():
        yield from family.agreements.values()


def _written(position: Position) -> str:
    return f"{position.topic}/{position.partition}/{position.offset}"


OVERHEARS = (
    Overhearing("hotline", HotlineEntry, hear_hotline, interest),
    Overhearing("alerts", AlertsEntry, hear_alerts, interest),
)
"""What agreements listen to."""
