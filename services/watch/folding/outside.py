"""An entry as the tail and the timeline show it: outer parts, one line an event. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from schemas.ledger import Entry
from schemas.parties import Contract, nation_of
from services.watch.figures import Happened

_NONE: Mapping[str, Any] = MappingProxyType({})
_DESK = re.compile(r"[a-z]{3}-[a-z0-9-]{2,28}")
_DESK_FIELDS = ("originator", "desk", "by", "to", "owner", "sender", "mediator", "requester")
_NATION_FIELDS = (
    "nation", "nations", "by", "between", "party", "addressed", "requested", "requesting", "host",
    "state", "states", "invited", "silent", "involved", "of",
)  # fmt: skip
_NATION = re.compile(r"[A-Z]{3}")
_ABOUT_FIELDS = ("message", "request", "test", "obligation")
"""Where an event names the message that it is about: that began it."""
_STATES = {
    "MessageAccepted": "ACCEPTED",
    "MessageDelivered": "DELIVERED",
    "MessageReceived": "RECEIVED",
    "MessageAcknowledged": "ACKNOWLEDGED",
    "MessageDeliveredToPrincipal": "WITH_PRINCIPAL",
    "MessageSuperseded": "SUPERSEDED",
    "MessageCancelled": "CANCELLED",
    "AcknowledgementOverdue": "OVERDUE",
    "AnswerOverdue": "UNANSWERED",
    "AlertIssued": "ACTIVE",
    "AlertUpdated": "UPDATED",
    "AlertCorrected": "UPDATED",
    "AlertCancelled": "CANCELLED",
    "AlertCleared": "ALL_CLEAR",
    "AlertExpired": "EXPIRED",
    "AlertAcknowledged": "ACKNOWLEDGED",
    "AlertCapAcked": "ACKED",
    "AlertCapErrored": "ERRORED",
    "AlertOverdue": "OVERDUE",
    "UndertakingTookEffect": "IN_EFFECT",
    "CommandRefused": "REFUSED",
}
"""The phase that an event leads to, where it does not name it itself."""


def happened(entry: Entry[Any, Any]) -> Iterator[Happened]:
    """Its events, in their order. Whoever folds nothing can make them of the entry alone."""
    to = tuple(dict.fromkeys(tell.to for tell in entry.tells))
    precedence = _precedence(entry)
    for part, event in enumerate(entry.events):
        yield Happened(
            at=entry.received_at,
            service=entry.service,
            matter=entry.matter,
            sequence=entry.sequence,
            part=part,
            kind=type(event).__name__,
            by=entry.sender,
            to=to,
            nations=_nations(entry, event, to),
            precedence=_said(event, "precedence") or precedence,
            state=_state(event),
            correlation=_correlation(entry, event),
        )


def _precedence(entry: Entry[Any, Any]) -> str:
    """The command's own; where it names none, that of the lane in which it was carried."""
    said = json.loads(entry.signed.payload).get("precedence")
    return said if isinstance(said, str) else entry.lane.value.upper()


def _fields(holder: object) -> Mapping[str, Any]:
    """A contract's fields. Asking it for one that it lacks takes pydantic ten times as long."""
    return getattr(holder, "__dict__", _NONE)


def _said(event: object, name: str) -> str | None:
    value = _fields(event).get(name)
    return str(getattr(value, "value", value)) if isinstance(value, str) else None


def _state(event: Contract) -> str | None:
    fields = _fields(event)
    for holder in (event, fields.get("standing"), fields.get("contact")):
        if holder is not None and (phase := _said(holder, "phase")):
            return phase
    return _STATES.get(type(event).__name__)


def _correlation(entry: Entry[Any, Any], event: Contract) -> str:
    fields = _fields(event)
    for name in _ABOUT_FIELDS:
        value = fields.get(name)
        if isinstance(value, str):
            return value
    return entry.command


def _nations(entry: Entry[Any, Any], event: Contract, to: tuple[str, ...]) -> tuple[str, ...]:
    desks = {entry.sender, *to, *_named(event, _DESK_FIELDS)}
    found = {nation_of(desk) for desk in desks if _DESK.fullmatch(desk)}
    standing = _fields(event).get("standing")
    named = {*_named(event, _NATION_FIELDS), *_named(standing, _NATION_FIELDS)}
    return tuple(sorted(found | {each for each in named if _NATION.fullmatch(each)}))


def _named(holder: object, fields: tuple[str, ...]) -> Iterator[str]:
    said = _fields(holder)
    for name in fields:
        value = said.get(name)
        if isinstance(value, str):
            yield value
        elif isinstance(value, tuple):
            yield from (each for each in value if isinstance(each, str))
