"""What happened, as rows of a timeline: whose lane, in which words, how to be taken."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from schemas.acts import Act
from services.rehearsal.format.verbs import Says, Send
from services.rehearsal.outcome.record import Event, Record
from services.rehearsal.report.parts import BUS, WORDS_MAX, Row, Tone


def rows_of(record: Record) -> Iterator[Row]:  # noqa: C901 - one case a kind of step.
    """Everything that was done and that happened, in no order."""
    precedences = {
        each.fields["message"]: each.fields["precedence"]
        for each in record.events
        if each.name == "MessageAccepted"
    }
    for taken in record.taken:
        content = record.scenario.steps[taken.number].content
        message = taken.called
        precedence = precedences.get(taken.identity or "")
        if taken.verb == "happens":
            yield _row(record, taken.at, "", taken.said, Tone.NEUTRAL)
        elif taken.codes:
            by = {"DESK": "its own library", "SERVICE": "the service", "BUS": "this bus"}
            said = f"refused by {by[taken.refused_by or 'DESK']}: {', '.join(taken.codes)}"
            yield _row(record, taken.at, taken.desk or BUS, said, Tone.WRONG, message, precedence)
        elif isinstance(content, Send):
            act = "" if content.act is Act.FREE_TEXT else f" {_words(content.act)}"
            how = next(
                (name for name in ("answers", "corrects", "cancels") if getattr(content, name)),
                "drafts" if taken.verb == "draft" else "sends",
            )
            row = _row(record, taken.at, taken.desk or BUS, f"{how}{act}", Tone.SAID, message,
                       precedence)  # fmt: skip
            yield row.model_copy(update={"words": _short(content.text)})
        elif taken.verb == "fault":
            what = content.service or content.desk or "the brokers"
            tone = Tone.WRONG if content.state == "DOWN" else Tone.DONE
            yield _row(record, taken.at, taken.desk or BUS, f"{what} {content.state}", tone)
        elif isinstance(content, Says):
            what = f"{taken.verb}: {_words(content.says)}"
            yield _row(record, taken.at, taken.desk or BUS, what, Tone.SAID, message)
        elif taken.verb not in ("acknowledge", "principal", "open"):
            yield _row(record, taken.at, taken.desk or BUS, f"{taken.verb}s", Tone.SAID, message)
    for habit in record.habits:
        if habit.deed == "REFUSE":
            said = f"{habit.officer} will not take it: {habit.said}"
            about = record.label(habit.message)
            yield _row(record, habit.at, habit.desk, said, Tone.WRONG, about,
                       precedences.get(habit.message))  # fmt: skip
    for event in record.events:
        told = _told(event)
        if event.name == "CommandRefused" and record.label(event.about or ""):
            continue  # The step that was refused says so on its desk's lane.
        if told is not None:
            lane, what, tone = told
            about = event.about or ""
            yield _row(record, event.at, lane, what, tone, record.label(about),
                       precedences.get(about))  # fmt: skip


def _row(
    record: Record,
    at: datetime,
    lane: str,
    what: str,
    tone: Tone,
    message: str | None = None,
    precedence: str | None = None,
) -> Row:
    return Row(
        at=at, lane=lane, what=what, message=message, precedence=precedence, tone=tone,
        before=at < record.began,
    )  # fmt: skip


_UNTOLD = frozenset(
    {
        "MessageAccepted", "MessageReplied", "LineTestSent", "LineTestAnswered", "AnswerGiven",
        "LineAdopted", "LineEstablished",
    }
)  # fmt: skip
"""What a step or another event tells already."""


def _told(event: Event) -> tuple[str, str, Tone] | None:  # noqa: C901, PLR0912 - one case a kind of event.
    """On whose lane an event stands, in words."""
    said = event.fields
    desk = str(said.get("desk") or BUS)
    if event.name in _UNTOLD:
        return None
    match event.name:
        case "MessageDelivered":
            return desk, "DELIVERED", Tone.NEUTRAL
        case "MessageReceived":
            return desk, f"RECEIVED, opened by {said['officer']}", Tone.NEUTRAL
        case "MessageAcknowledged":
            for_whom = "" if said["by"] == desk else f" for {desk}"
            return said["by"], f"ACKNOWLEDGED by {said['officer']}{for_whom}", Tone.DONE
        case "MessageDeliveredToPrincipal":
            return desk, "WITH PRINCIPAL", Tone.DONE
        case "AcknowledgementOverdue":
            return desk, "OVERDUE: the ceiling has passed", Tone.LATE
        case "LadderClimbed":
            rung = _words(said["rung"])
            to = said["to"]
            if to is None:
                return desk, f"silent; {rung}: nobody there", Tone.LATE
            return to, f"{rung}: given it, since {desk} is silent", Tone.LATE
        case "AnswerOverdue":
            return BUS, f"UNANSWERED: {said['nation']} owed an answer", Tone.LATE
        case "ExchangeMoved":
            return BUS, f"{' and '.join(said['between'])}: {_words(said['phase'])}", Tone.NEUTRAL
        case "LineChanged":
            return _of_line(event)
        case "LineTestMissed":
            return BUS, f"a test of {event.matter} was missed", Tone.LATE
        case "MessageCrossed":
            return BUS, f"CROSSED, {said['crossing']}: not carried out", Tone.LATE
        case "OrdersOverdue":
            return BUS, f"orders to units not confirmed by {said['nation']}", Tone.LATE
        case "OrdersConfirmed":
            return BUS, f"{said['nation']}: all its units have their orders", Tone.DONE
        case "UndertakingEnded":
            return BUS, f"undertaking {_words(said['phase'])}", Tone.NEUTRAL
        case "CommandRefused" | "SequenceSkipped" | "MovedToLowerLane":
            return BUS, _split(event.name), Tone.WRONG
        case _:
            return desk, f"{_split(event.name)}{_detail(event)}", _tone(event.name)


_DETAILS = ("phase", "step", "action", "decision", "quality", "outcome", "answer")


def _detail(event: Event) -> str:
    """To what it came, where the event's name alone does not say it."""
    found = [event.fields.get(name) for name in _DETAILS]
    told = next((each for each in found if isinstance(each, str)), None)
    inside = event.fields.get("contact")
    if isinstance(inside, dict):
        told = f"{inside['contact']}, {told}"
    return f": {_words(told)}" if told else ""


_DONE = ("Acknowledged", "Settled", "Replied", "Answered", "TookEffect", "Recorded")
_LATE = ("Overdue", "Unanswered", "LadderClimbed", "Missed", "HeldUp", "Expired", "Boycotted")


def _tone(name: str) -> Tone:
    """Of an event that has no words of its own here, by how it is named."""
    if name.endswith(_LATE):
        return Tone.LATE
    return Tone.DONE if name.endswith(_DONE) else Tone.NEUTRAL


def _of_line(event: Event) -> tuple[str, str, Tone] | None:
    standing = event.fields["standing"]
    if standing["phase"] == event.fields["was"] and event.fields["trigger"] != "CAUSE_DECLARED":
        return None
    cause = f", cause {_words(standing['cause'])}" if standing["cause"] else ""
    tone = Tone.DONE if standing["phase"] == "OPERATIONAL" else Tone.LATE
    return BUS, f"{event.matter}: {_words(standing['phase'])}{cause}", tone


def _short(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= WORDS_MAX else f"{plain[:WORDS_MAX]}…"


def _words(name: str) -> str:
    return name.replace("_", " ")


def _split(name: str) -> str:
    return "".join(f" {c.lower()}" if c.isupper() else c for c in name).strip()
