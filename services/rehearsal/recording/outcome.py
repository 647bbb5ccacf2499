"""What is expected of a replay: that what came of the recorded traffic comes of it again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from schemas.receipts import CommandRefused
from services.rehearsal.outcome.standing import phase_in
from services.rehearsal.recording.names import Names


def refused(entry: Any, step: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """That a step was refused, and why."""
    for event in entry.events:
        if isinstance(event, CommandRefused):
            yield {"refused": {"step": step["called"], "with": event.code}}


def expected(entry: Any, event: Any, names: Names) -> Iterator[dict[str, Any]]:
    """What one event asks of a replay; nothing, where it is not of the hotline."""
    label = names.sent.get(getattr(event, "message", ""))
    by = f"{names.at(entry.received_at)} 1m"
    match type(event).__name__:
        case "MessageAcknowledged" if label:
            leg = {"message": label, "desk": names.desk(event.desk)}
            yield {"acknowledged": leg, "by": by}
        case "AcknowledgementOverdue" if label:
            leg = {"message": label, "desk": names.desk(event.desk)}
            yield {"overdue": leg, "by": by}
        case "AnswerOverdue" if label:
            owed = {"message": label, "nation": names.nation(event.nation)}
            yield {"unanswered": owed, "by": by}
        case "ExchangeMoved":
            between = [names.nation(each) for each in event.between]
            matter = names.matter(entry.matter)
            stands = {"between": between, "is": event.phase.value, "matter": matter}
            yield {"exchange": stands, "by": by}
        case _:
            return


def ends(entries: Sequence[Any], names: Names) -> Iterator[dict[str, Any]]:
    """How each line and each record of a service stood at last."""
    records: dict[str, str] = {}
    lines: dict[str, str] = {}
    for entry in entries:
        for event in entry.events:
            if type(event).__name__ == "LineChanged":
                lines[entry.matter] = event.standing.phase.value
        for tell in entry.tells:
            phase = phase_in(tell.notice.model_dump(mode="json"))
            if phase is not None and not entry.matter.startswith("line-"):
                records[entry.matter] = phase
    for matter, phase in lines.items():
        line = names.matter(matter).removeprefix("line-")
        yield {"ends": {"line": {"line": line, "is": phase}}}
    for matter, phase in records.items():
        yield {"ends": {"record": {"of": names.matter(matter), "is": phase}}}
