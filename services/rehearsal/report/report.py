"""A run as people and programs are given it: one value, of which page and JUnit are made."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from enum import StrEnum

from pydantic import Field

from schemas.acts import Act
from schemas.parties import Contract
from services.rehearsal.format.scenario import Version
from services.rehearsal.format.verbs import Says, Send
from services.rehearsal.outcome.record import Event, Record
from services.rehearsal.rehearsing import Outcome
from services.rehearsal.report.after_action import AfterAction

BUS = "the bus"
WORDS_MAX = 280
"""How much of a message's text stands on the timeline."""


class Tone(StrEnum):
    """How something on the timeline is to be taken."""

    SAID = "SAID"
    DONE = "DONE"
    LATE = "LATE"
    WRONG = "WRONG"
    NEUTRAL = "NEUTRAL"


class Judged(Contract):
    """One expectation."""

    expects: str
    holds: bool
    seen: str


class Gained(Contract):
    """One milestone: history's moment and the rehearsal's, and the minutes between."""

    what: str
    history: datetime | None
    rehearsal: datetime | None
    minutes: float | None


class Row(Contract):
    """One thing on the timeline."""

    at: datetime
    lane: str = Field(description="A desk, or the bus.")
    what: str
    message: str | None
    precedence: str | None
    tone: Tone
    words: str | None = Field(default=None, description="What a message says.")
    before: bool = Field(default=False, description="Put in place before the beginning.")


class Way(Contract):
    """One message's way to one desk that had to act, with its clocks. Seconds from its release."""

    message: str
    precedence: str
    act: str
    sender: str
    desk: str
    capacity: str
    released: datetime
    ceiling_s: float | None
    delivered_s: float | None
    received_s: float | None
    acknowledged_s: float | None
    by: str | None
    state: str
    late: bool
    withdrawn: bool = Field(description="A correction or cancellation took its place.")


class Owed(Contract):
    """An answer that a nation owed and did not give in time."""

    message: str
    nation: str
    due: datetime
    answered: datetime | None


class Desk(Contract):
    """A lane of the timeline."""

    desk: str
    nation: str
    name: str | None


class Report(Contract):
    """Everything that is told of one run."""

    scenario: str
    title: str
    case: str | None
    version: Version
    source: str | None
    fictional: str
    history: str | None
    caught_by: str | None
    exercise: str
    on: str
    began: datetime
    ended: datetime
    outcome_hash: str
    shape_hash: str
    holds: bool
    took_s: float
    judged: tuple[Judged, ...]
    gained: tuple[Gained, ...]
    desks: tuple[Desk, ...]
    rows: tuple[Row, ...]
    ways: tuple[Way, ...]
    owed: tuple[Owed, ...]
    topics: tuple[str, ...] = Field(description="Every topic that anything wrote to.")
    after_action: AfterAction
    file: str


def report_of(outcome: Outcome, after_action: AfterAction, file: str, took_s: float) -> Report:
    """The report of a run."""
    record = outcome.record
    scenario = record.scenario
    return Report(
        scenario=scenario.scenario,
        title=scenario.title,
        case=scenario.case,
        version=scenario.version,
        source=scenario.source,
        fictional=scenario.fictional,
        history=scenario.history,
        caught_by=scenario.caught_by,
        exercise=scenario.exercise_name,
        on=outcome.on,
        began=record.began,
        ended=record.ended,
        outcome_hash=record.outcome_hash,
        shape_hash=record.shape_hash,
        holds=outcome.holds,
        took_s=round(took_s, 2),
        judged=tuple(
            Judged(expects=each.expects, holds=each.holds, seen=each.seen)
            for each in outcome.verdicts
        ),
        gained=tuple(
            Gained(
                what=each.what,
                history=each.history,
                rehearsal=each.rehearsal,
                minutes=each.gained.total_seconds() / 60 if each.gained is not None else None,
            )
            for each in outcome.gains
        ),
        desks=tuple(
            Desk(desk=name, nation=nation, name=desk.name)
            for nation, cast in scenario.cast.items()
            for name, desk in cast.desks.items()
        ),
        rows=tuple(sorted(_rows(record), key=lambda row: row.at)),
        ways=tuple(_ways(record)),
        owed=tuple(_owed(record)),
        topics=tuple(sorted(record.written_to)),
        after_action=after_action,
        file=file,
    )


def _rows(record: Record) -> Iterator[Row]:  # noqa: C901 - one case a kind of step.
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
            return desk, _split(event.name), _tone(event.name)


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


def _ways(record: Record) -> Iterator[Way]:
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


def _owed(record: Record) -> Iterator[Owed]:
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


def _short(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= WORDS_MAX else f"{plain[:WORDS_MAX]}…"


def _words(name: str) -> str:
    return name.replace("_", " ")


def _split(name: str) -> str:
    return "".join(f" {c.lower()}" if c.isupper() else c for c in name).strip()
