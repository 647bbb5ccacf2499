"""How everything stands at the end of a rehearsal, whatever its moments were. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any

from services.rehearsal.outcome.record import Event, Notice, Record

RECORDS = ("standing", "concern", "hazard", "hosting")
"""Under which a notice says how its record stands afterwards."""
_LEGS = {
    "MessageDelivered": "DELIVERED",
    "MessageReceived": "RECEIVED",
    "MessageAcknowledged": "ACKNOWLEDGED",
    "MessageDeliveredToPrincipal": "WITH_PRINCIPAL",
}
_OVERDUE = frozenset({"AcknowledgementOverdue", "AnswerOverdue"})
_OF_MESSAGES = {
    "MessageAccepted": "STANDING",
    "MessageSuperseded": "SUPERSEDED",
    "MessageCancelled": "CANCELLED",
    "UndertakingTookEffect": "IN_EFFECT",
    "UndertakingHeldUp": "HELD_UP",
}
_BY_PHASE = {"ExchangeMoved": "exchange", "ContactMoved": "contact", "UndertakingEnded": "word"}


def phase_in(fields: Mapping[str, Any]) -> str | None:
    """The phase of its record that a notice tells; None where it tells none."""
    said = [fields, *(fields.get(name) for name in RECORDS)]
    found = [part["phase"] for part in said if isinstance(part, Mapping) and part.get("phase")]
    return str(found[-1]) if found else None


Rename = Callable[[str, str], str]
"""By what a name is of (desk, nation, matter, message), the name under which it is told."""


def standings(record: Record, rename: Rename | None = None) -> dict[str, str]:
    """Every message, way to a desk, exchange, contact, line and record, and how it stands.

    Overdue is told as it was, though it came later than that. Rungs that silence climbed are not:
    how many there were when somebody came is a matter of moments.
    """
    told = rename or (lambda what, name: record.label(name) or name if what == "message" else name)

    def message(identity: str) -> str:
        return told("message", identity)

    found: dict[str, str] = {}
    for event in record.events:
        matter = told("matter", event.matter)
        for key, phase in _of_event(event, message, told):
            found[f"{matter} {key}"] = phase
    # Of what is told at one moment the last step counts, whichever desk had it last.
    for notice in sorted(record.notices, key=_told_in_order):
        for key, phase in _of_notice(notice, message, told):
            found[f"{told('matter', notice.matter)} {key}"] = phase
    return dict(sorted(found.items()))


def _told_in_order(notice: Notice) -> tuple[datetime, int]:
    step = notice.fields.get("step")
    return notice.at, step if isinstance(step, int) else 0


def _of_event(
    event: Event, message: Callable[[str], str], told: Rename
) -> Iterable[tuple[str, str]]:
    said, about = event.fields, message(event.about) if event.about else ""
    if event.name in _LEGS:
        yield f"{about} at {told('desk', said['desk'])}", _LEGS[event.name]
    elif event.name in _OVERDUE:
        whose = told("desk", said["desk"]) if "desk" in said else told("nation", said["nation"])
        yield f"{about} of {whose}", "OVERDUE"
    elif event.name in _OF_MESSAGES:
        yield f"{about} stands", _OF_MESSAGES[event.name]
    elif event.name == "LineChanged":
        standing = said["standing"]
        yield "line", f"{standing['phase']} {standing['cause'] or ''}".strip()
    elif event.name in _BY_PHASE:
        between = " and ".join(sorted(told("nation", each) for each in said.get("between", ())))
        yield f"{_BY_PHASE[event.name]} {between or about}", str(said["phase"])


def _of_notice(
    notice: Notice, message: Callable[[str], str], told: Rename
) -> Iterable[tuple[str, str]]:
    said = notice.fields
    contact = said.get("contact")
    if isinstance(contact, Mapping):
        yield f"contact {message(contact['contact_id'])}", str(contact["phase"])
    elif (phase := phase_in(said)) is not None and not notice.matter.startswith("line-"):
        yield "record", phase
    for each in (said.get("standing") or {}).get("recipients", ()):
        yield f"recipient {told('desk', each['desk'])}", str(each["phase"])


def course(record: Record) -> list[str]:
    """What a rehearsal comes to, alike in memory and on a cluster in real or scaled time.

    For each step whether it was refused and why; for each matter and desk the order of what it
    said; and how everything stands. No moment is in it: on a cluster they differ from run to run,
    and with them how often a line was tested or which alternates silence reached.
    """
    taken = sorted(record.taken, key=lambda each: each.number)
    steps = [f"STEP {e.number} {e.desk} {e.verb} {','.join(e.codes)}" for e in taken]
    spoken: dict[tuple[str, str], list[str]] = {}
    for event in record.events:
        label = record.label(event.about)
        if event.name == "MessageAccepted" and label:
            spoken.setdefault((event.matter, event.sender), []).append(label)
    said = [f"SAID {matter} {desk} {' '.join(labels)}" for (matter, desk), labels in spoken.items()]
    climbed = _climbed(record)
    ended = [
        f"ENDS {what}: {phase}" for what, phase in standings(record).items() if what not in climbed
    ]
    return [record.plain(line) for line in (*steps, *sorted(said), *ended)]


def _climbed(record: Record) -> frozenset[str]:
    """The ways to desks that only silence reached: how many did is a matter of moments."""
    return frozenset(
        f"{event.matter} {record.label(event.about) or event.about} at {event.fields['to']}"
        for event in record.events
        if event.name == "LadderClimbed"
    )


def course_hash(record: Record) -> str:
    """SHA-256 over the course."""
    return sha256("\n".join(sorted(course(record))).encode()).hexdigest()
