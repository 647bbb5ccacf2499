"""What officers say of a line, and what comes of it. Pure."""

from __future__ import annotations

from schemas.line_record import LineRecord
from schemas.lines import (
    AdoptLine,
    AgreeMaintenance,
    AgreeReview,
    CloseLine,
    DeclareCause,
    EstablishLine,
    LineAdopted,
    LineEstablished,
    LineNoteCarried,
    LineProposed,
    LineReviewed,
    MaintenanceAgreed,
    MaintenanceProposed,
    OfficersCommand,
    ReportPathDown,
    RestorationNotified,
    RestoreLine,
    ReviewAgreed,
    SendLineNote,
    SuspendLine,
    Trigger,
)
from schemas.parties import nation_of
from services.bus.refusals import (
    MaintenancePast,
    NoPartyToLine,
    NoReleaseAuthority,
    RecordDiffers,
    Refusal,
    ReviewPast,
    SaidAlready,
    UnknownAddressee,
    UnknownOfficer,
    UnknownPath,
)
from services.bus.rulebook import Decision, Encloses, Heard, Telling
from services.hotline.lines.evolve import evolve
from services.hotline.lines.moves import moved
from services.hotline.lines.state import Line, Window, desks_of
from services.hotline.lines.telling import told


def is_unknown(heard: Heard[OfficersCommand]) -> Refusal | None:
    """UnknownOfficer where the officer is none of the sender's."""
    officer = heard.command.officer
    known = officer in heard.desks[heard.command.sender].officers
    return None if known else UnknownOfficer(officer)


def lacks_authority(record: LineRecord, heard: Heard[OfficersCommand]) -> Refusal | None:
    """Whether the officer may speak for the nation, and not only for the desk."""
    end = record.end_at(heard.command.sender)
    assert end is not None, "the table lets parties only come here"
    if unknown := is_unknown(heard):
        return unknown
    if heard.command.officer not in end.release_authority:
        return NoReleaseAuthority(heard.command.officer)
    return None


def _record(line: Line) -> LineRecord:
    assert line.record is not None, "the table is for lines on record"
    return line.record


# The record.


def establish(line: Line, heard: Heard[EstablishLine]) -> Decision | Refusal:
    """A party proposes a record. Until all adopted one, a party may propose another."""
    command = heard.command
    record = command.record
    if record.end_at(command.sender) is None:
        return NoPartyToLine("not in the record itself")
    unknown = [desk for desk in desks_of(record) if desk not in heard.desks]
    if unknown:
        return UnknownAddressee(", ".join(unknown))
    if refusal := lacks_authority(record, heard):
        return refusal
    for end in record.ends:
        officers = {each for desk in end.desks for each in heard.desks[desk].officers}
        if stranger := next((r for r in end.release_authority if r not in officers), None):
            return UnknownOfficer(f"release_authority of {end.nation}: {stranger}")
    established = LineEstablished(
        record=record,
        by=nation_of(command.sender),
        officer=command.officer,
        legal_status=command.legal_status,
        at=heard.received_at,
        message_type=command.message_type,
        exercise=command.exercise,
    )
    proposed = LineProposed(
        record_digest=record.digest,
        by=established.by,
        officer=command.officer,
        legal_status=command.legal_status,
        at=heard.received_at,
    )
    before = desks_of(line.record) if line.record else ()
    desks = dict.fromkeys((*desks_of(record), *before))
    tells = (Telling(desk, proposed, Encloses.COMMAND) for desk in desks)
    return Decision((established,), tuple(tells))


def adopt(line: Line, heard: Heard[AdoptLine]) -> Decision | Refusal:
    """Another party declares the very same record. With the last one the line is commissioned."""
    record, command = _record(line), heard.command
    if refusal := lacks_authority(record, heard):
        return refusal
    if command.record_digest != record.digest:
        return RecordDiffers(f"proposed: {record.digest}")
    nation = nation_of(command.sender)
    if nation in line.adopted:
        return SaidAlready(nation)
    adopted = LineAdopted(
        by=nation,
        officer=command.officer,
        legal_status=command.legal_status,
        at=heard.received_at,
    )
    if evolve(line, adopted).adopted != set(record.parties):
        return told(record, adopted)
    change = moved(line, Trigger.ADOPTED_BY_ALL, heard.received_at, by=nation)
    return told(record, adopted, change)


# What a party declares in writing.


def suspend(line: Line, heard: Heard[SuspendLine]) -> Decision | Refusal:
    """Suspended in this party's name. Why, if it is said, is inside and for the parties."""
    return _in_writing(line, heard, Trigger.SUSPENDED_IN_WRITING)


def close(line: Line, heard: Heard[CloseLine]) -> Decision | Refusal:
    """Ended for good in this party's name."""
    return _in_writing(line, heard, Trigger.CLOSED_IN_WRITING)


def restore(line: Line, heard: Heard[RestoreLine]) -> Decision | Refusal:
    """With the last party's notification the line is commissioned again."""
    record, nation = _record(line), nation_of(heard.command.sender)
    if refusal := lacks_authority(record, heard):
        return refusal
    if nation in line.restored:
        return SaidAlready(nation)
    notified = RestorationNotified(by=nation, at=heard.received_at)
    if evolve(line, notified).restored != set(record.parties):
        return told(record, notified)
    change = moved(line, Trigger.RESTORED_BY_ALL, heard.received_at, by=nation)
    return told(record, notified, change)


def _in_writing(
    line: Line, heard: Heard[SuspendLine] | Heard[CloseLine], trigger: Trigger
) -> Decision | Refusal:
    record = _record(line)
    if refusal := lacks_authority(record, heard):
        return refusal
    by = nation_of(heard.command.sender)
    return told(record, moved(line, trigger, heard.received_at, by=by))


# What a duty officer may say.


def declare_cause(line: Line, heard: Heard[DeclareCause]) -> Decision | Refusal:
    """What somebody says that the line suffers from. It moves nothing."""
    if refusal := is_unknown(heard):
        return refusal
    change = moved(
        line,
        Trigger.CAUSE_DECLARED,
        heard.received_at,
        by=nation_of(heard.command.sender),
        cause=heard.command.cause,
    )
    return told(_record(line), change)


def report_path_down(line: Line, heard: Heard[ReportPathDown]) -> Decision | Refusal:
    """The path is to be proved again."""
    record, path = _record(line), heard.command.path
    if refusal := is_unknown(heard):
        return refusal
    assert line.standing is not None, "a line on record stands somehow"
    if path not in {each.path for each in record.paths}:
        return UnknownPath(path)
    change = moved(
        line,
        Trigger.PATH_DOWN,
        heard.received_at,
        by=nation_of(heard.command.sender),
        unproved=frozenset((*line.standing.unproved, path)),
    )
    return told(record, change)


def agree_maintenance(line: Line, heard: Heard[AgreeMaintenance]) -> Decision | Refusal:
    """Agreed once every party named the same time; the clock begins and ends it."""
    record, command = _record(line), heard.command
    if refusal := is_unknown(heard):
        return refusal
    if command.end <= heard.received_at:
        return MaintenancePast()
    nation, window = nation_of(command.sender), Window(command.start, command.end)
    proposed = MaintenanceProposed(by=nation, start=window.start, end=window.end)
    after = evolve(line, proposed).proposed
    if any(after.get(party) != window for party in record.parties):
        return told(record, proposed)
    agreed = MaintenanceAgreed(start=window.start, end=window.end)
    return told(record, proposed, agreed)


def agree_review(line: Line, heard: Heard[AgreeReview]) -> Decision | Refusal:
    """The review is over, and the next one is due, once every party named the same day."""
    record, next_due = _record(line), heard.command.next_due
    if refusal := lacks_authority(record, heard):
        return refusal
    if next_due <= max(heard.received_at.date(), line.review_due or record.review_due):
        return ReviewPast()
    nation = nation_of(heard.command.sender)
    reviewed = LineReviewed(by=nation, next_due=next_due, at=heard.received_at)
    after = evolve(line, reviewed).reviewed
    if any(after.get(party) != next_due for party in record.parties):
        return told(record, reviewed)
    return told(record, reviewed, ReviewAgreed(next_due=next_due))


def carry_note(line: Line, heard: Heard[SendLineNote]) -> Decision | Refusal:
    """Service or goodwill: it is carried, and changes nothing."""
    if refusal := is_unknown(heard):
        return refusal
    carried = LineNoteCarried(
        note=heard.command.note,
        by=nation_of(heard.command.sender),
        officer=heard.command.officer,
        at=heard.received_at,
    )
    return told(_record(line), carried)
