"""Messages, what was done with them, and lines, as steps of a scenario."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from schemas.acts import Terms
from schemas.envelope import Outer
from schemas.exchange import InviteMediator
from schemas.hotline import (
    AcknowledgeMessage,
    AttachTranslation,
    CancelMessage,
    Confirmation,
    CorrectMessage,
    MessageOuter,
    RelayMessage,
    ReplyToMessage,
    ReportDeliveredToPrincipal,
    ReportReceived,
)
from schemas.line_record import LineRecord
from schemas.lines import (
    AdoptLine,
    AgreeMaintenance,
    AgreeReview,
    AnswerTest,
    CloseLine,
    DeclareCause,
    EstablishLine,
    LineCommand,
    ReportPathDown,
    RestoreLine,
    SendLineNote,
    SendTest,
    SuspendLine,
)
from schemas.parties import nation_of
from services.rehearsal.format.verbs import LineStep
from services.rehearsal.recording.names import REMOVED, Names
from services.rehearsal.recording.removed import PARTICULARS, filled

CONFIRMS: Mapping[type[Confirmation], str] = {
    ReportReceived: "open",
    AcknowledgeMessage: "acknowledge",
    ReportDeliveredToPrincipal: "principal",
    RelayMessage: "relay",
    AttachTranslation: "translate",
}
SAYS: Mapping[type[LineCommand], LineStep] = {
    EstablishLine: LineStep.ESTABLISH,
    AdoptLine: LineStep.ADOPT,
    SuspendLine: LineStep.SUSPEND,
    RestoreLine: LineStep.RESTORE,
    CloseLine: LineStep.CLOSE,
    DeclareCause: LineStep.CAUSE,
    ReportPathDown: LineStep.PATH_DOWN,
    AgreeMaintenance: LineStep.MAINTENANCE,
    AgreeReview: LineStep.REVIEW,
    SendLineNote: LineStep.NOTE,
    SendTest: LineStep.TEST,
    AnswerTest: LineStep.ANSWER_TEST,
}
"""What the hotline carries of lines, and by which word a scenario says it."""


def step_of(command: Outer, names: Names) -> dict[str, Any] | None:
    """The verb and what it takes; None where the bus or the desk's library says it by itself, or
    where it is about something that is not in the recording.
    """
    match command:
        case MessageOuter():
            return {"send": _send(command, names)}
        case Confirmation():
            verb, about = CONFIRMS.get(type(command)), names.message(command.message)
            if verb is None or about is None:
                return None
            return {verb: {"message": about, **_translation(command)}}
        case InviteMediator():
            return {
                "invite": {
                    "mediator": names.desk(command.mediator),
                    "party": names.nation(command.party),
                    "basis": command.basis.value,
                    "matter": names.matter(command.matter),
                }
            }
        case LineCommand():
            return {"line": _line(command, names)}
        case _:
            return None


def _translation(command: Confirmation) -> dict[str, Any]:
    if not isinstance(command, AttachTranslation):
        return {}
    return {
        "stage": command.stage.value, "machine": command.machine, "language": command.language,
        "subject": REMOVED, "text": REMOVED,
    }  # fmt: skip


def _send(command: MessageOuter, names: Names) -> dict[str, Any]:
    said: dict[str, Any] = {
        "to": [names.desk(each) for each in command.action],
        "info": [names.desk(each) for each in command.info],
        "precedence": command.precedence.value,
        "act": command.act.value,
        "subject": REMOVED,
        "text": REMOVED,
        "matter": names.matter(command.matter),
    }
    match command:
        case ReplyToMessage():
            said["answers"] = names.message(command.in_reply_to)
        case CorrectMessage():
            said["corrects"] = names.message(command.obsoletes)
        case CancelMessage():
            said["cancels"] = names.message(command.obsoletes)
        case _:
            pass
    said["references"] = [found for m in command.references if (found := names.message(m))]
    said["reply_by"] = names.at(command.reply_by) if command.reply_by else None
    said["expires_at"] = names.at(command.expires_at) if command.expires_at else None
    said["terms"] = _terms(command.terms, names)
    if command.act in PARTICULARS and not isinstance(command, CancelMessage):
        said["particulars"] = _particulars(command, names)
    return {name: value for name, value in said.items() if value not in (None, [], {}, ())}


def _terms(terms: Terms | None, names: Names) -> dict[str, Any]:
    """A line's state is found anew by the desk; into an exercise nothing breaks from without."""
    said = names.table(terms, "line_state", "breaks_into") if terms else {}
    if said.get("line") not in names.lines:
        said.pop("line", None)
    return said


def _particulars(command: MessageOuter, names: Names) -> dict[str, Any]:
    sides = [nation_of(command.sender), *(nation_of(each) for each in command.action)]
    own, other = (names.nation(each) for each in list(dict.fromkeys(sides))[:2])
    known = {
        "OWN": own, "OTHER": other, "NOW": names.at(command.sent_at),
        "LATER": names.at(command.sent_at + timedelta(hours=1)), "NATIONS": sorted((own, other)),
    }  # fmt: skip
    return {name: filled(value, known) for name, value in PARTICULARS[command.act].items()}


# Lines.


def _line(command: LineCommand, names: Names) -> dict[str, Any]:
    said: dict[str, Any] = {"line": names.line(command.line), "says": SAYS[type(command)].value}
    match command:
        case EstablishLine() | AdoptLine():
            said["legal_status"] = command.legal_status.value
        case DeclareCause():
            said["cause"] = command.cause.value
        case ReportPathDown() | SendTest():
            said["path"] = names.numbered("path", command.path)
        case AgreeMaintenance():
            said |= {"from": names.at(command.start), "until": names.at(command.end)}
        case AgreeReview():
            said["until"] = f"{command.next_due.isoformat()} 00:00"
        case SendLineNote():
            said |= {"note": command.note.value, "remark": REMOVED}
        case AnswerTest():
            said["reading"] = command.reading.value
        case _:
            pass
    return said


def lines_of(commands: Iterable[Outer], names: Names) -> dict[str, Any]:
    """Every line that was proposed, by the record that was proposed last. Its tests are steps."""
    return {
        names.line(command.line): _record(command.record, names)
        for command in commands
        if isinstance(command, EstablishLine)
    }


def _record(record: LineRecord, names: Names) -> dict[str, Any]:
    schedule = record.schedule
    tests = {
        "cadence": schedule.cadence.value,
        "times": list(schedule.times),
        "weekday": schedule.weekday.value if schedule.weekday else None,
        "tolerance": f"{schedule.tolerance_s}s",
        "misses_to_outage": schedule.misses_to_outage,
    }
    released = {names.officer(end.desk, each) for end in record.ends
                for each in end.release_authority}  # fmt: skip
    return {
        "between": [names.desk(end.desk) for end in record.ends],
        "alternates": [names.desk(each) for end in record.ends for each in end.alternates],
        "legal_basis": names.agreement(record.legal_basis),
        "scope": [each.value for each in record.scope],
        "level": record.level.value,
        "release_authority": sorted(released),
        "paths": [
            {"path": names.numbered("path", each.path), "medium": each.medium.value,
             "rank": each.rank}
            for each in record.paths
        ],
        "tests": {name: value for name, value in tests.items() if value is not None},
        "is_new": True,
        "review_due": record.review_due.isoformat(),
    }  # fmt: skip
