"""What the events of an alert's chain change."""

from __future__ import annotations

from datetime import datetime
from functools import singledispatch

from schemas.alerts import (
    AlertAcknowledged,
    AlertCancelled,
    AlertCapAcked,
    AlertCapErrored,
    AlertCleared,
    AlertCorrected,
    AlertExpired,
    AlertIssued,
    AlertLadderClimbed,
    AlertLinked,
    AlertOverdue,
    AlertPhase,
    AlertSettled,
    AlertUpdated,
    AlertWord,
)
from schemas.concerns import RiskEvent
from schemas.notices import NoticeEvent
from schemas.parties import nation_of
from services.watch.folding import notices, risk
from services.watch.folding.sample import Sample, sample
from services.watch.record import About, Alert, Owed, Recipient, Record

_STANDING = (AlertPhase.ACTIVE.value, AlertPhase.UPDATED.value)
_CORRECTION = "CORRECTION"
Folded = tuple[Record, tuple[Sample, ...]]


def fold(record: Record, event: object, at: datetime) -> Folded:
    """The record after an event, and what was acknowledged by it."""
    if isinstance(event, RiskEvent):
        return risk.fold(record, event), ()
    if isinstance(event, NoticeEvent):
        return notices.fold(record, event, at)
    if isinstance(event, AlertIssued):
        return _issued(record, event), ()
    if record.alert is None:
        return record, ()
    if isinstance(event, AlertAcknowledged):
        return _acknowledged(record, record.alert, event, at)
    return _fold(event, record, record.alert), ()


def _issued(record: Record, event: AlertIssued) -> Record:
    alert = Alert(
        sender=event.by, phase=AlertPhase.DRAFT.value, number=0,
        precedence=event.precedence.value, released_at=event.released_at, at=event.at,
        due=event.acknowledge_by, addressed=event.addressed,
    )  # fmt: skip
    return _said(record, _told(alert, event), event, AlertPhase.ACTIVE.value)


@singledispatch
def _fold(_event: object, record: Record, _alert: Alert) -> Record:
    return record


@_fold.register
def _(event: AlertUpdated, record: Record, alert: Alert) -> Record:
    return _said(record, _told(alert, event), event, AlertPhase.UPDATED.value)


@_fold.register
def _(event: AlertCorrected, record: Record, alert: Alert) -> Record:
    standing = alert.phase in _STANDING
    return _said(record, alert, event, AlertPhase.UPDATED.value if standing else alert.phase)


@_fold.register
def _(event: AlertCancelled, record: Record, alert: Alert) -> Record:
    return _said(record, alert, event, AlertPhase.CANCELLED.value)


@_fold.register
def _(event: AlertCleared, record: Record, alert: Alert) -> Record:
    return _said(record, alert, event, AlertPhase.ALL_CLEAR.value)


@_fold.register
def _(_event: AlertExpired, record: Record, alert: Alert) -> Record:
    return _moved(record, alert, AlertPhase.EXPIRED.value)


@_fold.register
def _(_event: AlertSettled, record: Record, alert: Alert) -> Record:
    updated = alert.phase == AlertPhase.UPDATED.value
    return _moved(record, alert, AlertPhase.ACTIVE.value) if updated else record


@_fold.register
def _(event: AlertLinked, record: Record, _alert: Alert) -> Record:
    assert record.about is not None, "an alert that was issued"
    return record.but(about=record.about.but(incident=event.incident))


@_fold.register
def _(event: AlertCapAcked, record: Record, alert: Alert) -> Record:
    return _heard(record, alert, event.desk, event.number)


@_fold.register
def _(event: AlertCapErrored, record: Record, alert: Alert) -> Record:
    return _heard(record, alert, event.desk, event.number)


@_fold.register
def _(event: AlertLadderClimbed, record: Record, alert: Alert) -> Record:
    record = _changed(record, event.desk, rung=event.step.value)
    if event.to is None or event.to in alert.recipients:
        return record
    # Nobody follows up an alternate's own silence before the sender's next word.
    tried = Recipient(first=alert.number, owes=False)
    return record.but(alert=alert.but(recipients={**alert.recipients, event.to: tried}))


@_fold.register
def _(event: AlertOverdue, record: Record, _alert: Alert) -> Record:
    return _changed(record, event.desk, overdue=True)


def _acknowledged(record: Record, alert: Alert, event: AlertAcknowledged, at: datetime) -> Folded:
    samples: tuple[Sample, ...] = ()
    if event.number == alert.number and f"acknowledgement {event.desk}" in record.owed:
        sender, by = nation_of(alert.sender), nation_of(event.desk)
        samples = (sample(at, alert.released_at, alert.precedence, sender, by),)
    for desk in {event.desk, event.by}:
        assert record.alert is not None, "it was there before"
        record = _heard(record, record.alert, desk, event.number)
    return record, samples


def _told(alert: Alert, event: AlertIssued | AlertUpdated) -> Alert:
    """Whom it reaches now for the first time."""
    new = {given.desk: Recipient(first=event.number) for given in event.given}
    return alert.but(addressed=event.addressed, recipients={**alert.recipients, **new})


def _said(record: Record, alert: Alert, event: AlertWord, phase: str) -> Record:
    """The sender's newest word: everybody's clock begins anew with it."""
    alert = alert.but(
        number=event.number,
        precedence=event.precedence.value,
        released_at=event.released_at,
        at=event.at,
        due=event.acknowledge_by,
        recipients={desk: each.but(owes=True) for desk, each in alert.recipients.items()},
    )
    if isinstance(event, AlertIssued | AlertUpdated):
        record = record.but(about=_about(record, event))
    record = record.but(owed={})
    for desk, each in alert.recipients.items():
        owed = Owed(
            what="ACKNOWLEDGEMENT", of=desk, since=event.released_at, due=event.acknowledge_by,
            precedence=event.precedence.value,
        )  # fmt: skip
        record = record.put("owed", f"acknowledgement {desk}", owed)
        if each.first < event.number:
            # Until it shows a sign of having the newest word it may act on an older one.
            record = record.put("owed", f"correction {desk}", owed.but(what=_CORRECTION))
    record = record.spoke(event.nation, alert.addressed, event.at, type(event).__name__)
    return _moved(record, alert, phase)


def _about(record: Record, event: AlertIssued | AlertUpdated) -> About:
    known = record.about.incident if record.about else None
    return About(
        kind=event.event_code.value,
        nations=tuple(sorted({event.nation, *event.addressed, *event.concerned})),
        event_at=event.event_at,
        geocodes=event.geocodes,
        incident=event.incident or known,
    )


def _moved(record: Record, alert: Alert, phase: str) -> Record:
    alert = alert.but(phase=phase)
    if record.about is not None:
        record = record.but(about=record.about.but(over=phase not in _STANDING))
    return record.but(alert=alert).stands("alert", "ALERT", phase)


def _heard(record: Record, alert: Alert, desk: str, number: int) -> Record:
    """Once it is heard of the newest word, silence climbs no further."""
    before = alert.recipients[desk]
    heard = before.but(heard_of=max(before.heard_of, number))
    record = record.but(alert=alert.but(recipients={**alert.recipients, desk: heard}))
    if heard.heard_of < alert.number:
        return record
    return record.drop("owed", f"acknowledgement {desk}", f"correction {desk}")


def _changed(record: Record, desk: str, **changes: object) -> Record:
    for what in ("acknowledgement", "correction"):
        owed = record.owed.get(f"{what} {desk}")
        if owed is not None:
            record = record.put("owed", f"{what} {desk}", owed.but(**changes))
    return record
