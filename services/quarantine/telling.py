"""Quarantine in rows for people and documents for programs: outer parts only. Pure."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.bus import wire
from services.bus.clock import age
from services.bus.quarantine import CARRIED, REFUSED, Again, Held
from services.quarantine.advice import advice, may_be_cured


@dataclass(frozen=True, slots=True)
class Row:
    """One record in a list."""

    record: str
    refused: datetime
    why: str
    said_to_be_from: str | None
    came_in_at: str
    since: str


def row(one: Held) -> Row:
    """How a list shows it."""
    return Row(
        record=str(one.place),
        refused=one.at,
        why=one.code,
        said_to_be_from=one.sender,
        came_in_at=origin(one) or "unknown",
        since=since(one),
    )


def since(one: Held) -> str:
    """What became of it, in a few words."""
    if one.redelivered:
        return "REDELIVERED"
    last = f"; redelivery: {one.again[-1].ended}" if one.again else ""
    if one.decided == CARRIED:
        return f"CARRIED (came again){last}"
    if one.decided == REFUSED:
        return f"DECIDED{last}"
    return f"WAITS{last}" if may_be_cured(one) else f"KEPT{last}"


SINCE = {
    "WAITS": "may be carried once what hindered it is mended; `show` says what",
    "KEPT": "what is wrong lies in its bytes; its sender releases it again",
    "DECIDED": "the ledger refused it and told its sender; that stands",
    "CARRIED": "its sender sent it again, and it was carried",
    "REDELIVERED": "two custodians had it judged again, and it was carried",
}
"""What the first word of `since` means."""


def by_reason(found: Iterable[Held]) -> list[tuple[str, int, str]]:
    """How many lie there for which reason: code, count, reason; most of them first."""
    held = tuple(found)
    counts = Counter(one.code for one in held)
    reasons = {one.code: one.reason for one in held}
    return [(code, number, reasons[code]) for code, number in counts.most_common()]


def origin(one: Held) -> str | None:
    """Where it came in: topic/partition/offset."""
    at = one.origin
    return f"{at.topic}/{at.partition}/{at.offset}" if at else None


def document(one: Held) -> dict[str, Any]:
    """A record for a program. Its outer part is as it was claimed; no inner part is in it."""
    return {
        "record": str(one.place),
        "service": one.place.service,
        "realm": one.place.realm.value,
        "partition": one.place.partition,
        "offset": one.place.offset,
        "refused_at": one.at.isoformat(),
        "origin": one.origin.model_dump() if one.origin else None,
        "code": one.code,
        "reason": one.reason,
        "detail": one.detail,
        "claimed_sender": one.sender,
        "kind": one.kind,
        "bytes": one.size,
        "digest": one.digest,
        "whole": one.whole,
        "decided": one.decided,
        "redelivered": one.redelivered,
        "since": since(one),
        "may_be_cured": may_be_cured(one),
        "advice": advice(one),
        "redeliveries": [again_document(each) for each in one.again],
    }


def shown_document(one: Held) -> dict[str, Any]:
    """The same with every field of its outer part."""
    outer = json.loads(wire.encode(one.outer)) if one.outer else None
    return document(one) | {"outer": outer}


def again_document(again: Again) -> dict[str, Any]:
    """One redelivery for a program."""
    return {
        "order": again.order,
        "custodians": [name for name in again.custodians if name],
        "at": again.at.isoformat(),
        "ended": again.ended,
        "reason": again.reason,
    }


def shown(one: Held, now: datetime) -> str:
    """A record for a person: all that is outer of it."""
    lines = [
        ("record", str(one.place)),
        ("refused", moment(one.at, now)),
        ("why", f"{one.code}: {one.reason or 'no reason is known here'} {one.detail}".strip()),
        ("came in at", origin(one) or "unknown"),
        ("said to be from", one.sender or "nobody that could be one"),
        ("value", f"{one.size} bytes, SHA-256 {one.digest}"),
        ("kept", "as it came in" if one.whole else "its outer part only"),
        ("since", since(one)),
        ("what to do", advice(one)),
    ]
    lines += [("redelivery", again_line(each, now)) for each in one.again]
    if one.outer is None:
        lines.append(("outer part", "cannot be read; only the size and digest above are told"))
    else:
        lines.append(("outer part", f"{one.kind}, as it claims:"))
        fields: dict[str, Any] = json.loads(wire.encode(one.outer))
        lines += [(f"  {name}", _plain(value)) for name, value in fields.items()]
    return "\n".join(f"{name:17} {value}" for name, value in lines)


def again_line(again: Again, now: datetime) -> str:
    """One redelivery for a person."""
    by = " and ".join(name for name in again.custodians if name)
    ordered = f", ordered by {by}" if by else ""
    return f"{again.ended} {moment(again.at, now)}{ordered}. {again.reason}".strip()


def moment(at: datetime, now: datetime) -> str:
    """A time in UTC with its age beside it."""
    return f"{at:%Y-%m-%d %H:%M:%SZ} ({age(at, now)} ago)"


def chosen(
    found: Iterable[Held], code: Sequence[str], since_when: datetime | None
) -> tuple[Held, ...]:
    """Those of these codes, refused at that moment or later."""
    return tuple(
        one
        for one in found
        if (not code or one.code in code) and (since_when is None or one.at >= since_when)
    )


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=True)
