"""Each message's way to whoever had to act, and each answer that came late or never. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from services.rehearsal.outcome.record import Event, Record
from services.rehearsal.report.parts import Owed, Way


def ways_of(record: Record) -> Iterator[Way]:
    """Every way to a desk that had to act, in the order of release."""
    for accepted in record.events:
        if accepted.name != "MessageAccepted":
            continue
        message = accepted.fields["message"]
        later = [each for each in record.events if each.about == message]
        withdrawn = any(e.name in ("MessageSuperseded", "MessageCancelled") for e in later)
        released = datetime.fromisoformat(accepted.fields["released_at"])
        for leg in accepted.fields["legs"]:
            if leg["acknowledge_by"] is None:
                continue
            yield _way(record, accepted, leg, later, released, withdrawn=withdrawn)


def _way(
    record: Record,
    accepted: Event,
    leg: dict[str, str],
    later: list[Event],
    released: datetime,
    *,
    withdrawn: bool,
) -> Way:
    desk = leg["desk"]
    first: dict[str, Event] = {}
    for each in later:
        if each.fields.get("desk") == desk:
            first.setdefault(each.name, each)

    def seconds(name: str) -> float | None:
        found = first.get(name)
        return (found.at - released).total_seconds() if found else None

    taken_over = first.get("MessageAcknowledged")
    delivered, received = seconds("MessageDelivered"), seconds("MessageReceived")
    acknowledged = seconds("MessageAcknowledged")
    ceiling = (datetime.fromisoformat(leg["acknowledge_by"]) - released).total_seconds()
    state = next(
        word
        for word, there in (
            ("ACKNOWLEDGED", acknowledged is not None),
            ("RECEIVED", received is not None),
            ("DELIVERED", delivered is not None),
            ("ACCEPTED", True),
        )
        if there
    )
    message = accepted.fields["message"]
    return Way(
        message=record.label(message) or message[-6:],
        precedence=accepted.fields["precedence"],
        act=accepted.fields.get("act") or "FREE_TEXT",
        sender=accepted.fields["originator"],
        desk=desk,
        capacity=leg["capacity"],
        released=released,
        ceiling_s=ceiling,
        delivered_s=delivered,
        received_s=received,
        acknowledged_s=acknowledged,
        by=taken_over.fields["by"] if taken_over else None,
        state=state,
        late="AcknowledgementOverdue" in first or (acknowledged or 0) > ceiling,
        withdrawn=withdrawn,
    )


def owed_of(record: Record) -> Iterator[Owed]:
    """Every answer that was not given in time."""
    for event in record.events:
        if event.name == "AnswerOverdue":
            message, nation = event.fields["message"], event.fields["nation"]
            given = [
                each.at
                for each in record.events
                if each.name in ("AnswerGiven", "MessageReplied") and each.about == message
            ]
            yield Owed(
                message=record.label(message) or message[-6:],
                nation=nation,
                due=datetime.fromisoformat(event.fields["due"]),
                answered=given[0] if given else None,
            )
