"""Lines: how each stands, in plain words, and what was said of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from rich.console import Group, RenderableType
from rich.text import Text as Shown

from schemas.line_record import End, Schedule
from schemas.lines import (
    Cause,
    LineAdopted,
    LineChanged,
    LineNoteCarried,
    LinePhase,
    LineProposed,
    LineReviewed,
    LineReviewReminder,
    LineTestAnswered,
    LineTestMissed,
    LineTestSent,
    MaintenanceAgreed,
    MaintenanceProposed,
    RestorationNotified,
    ReviewAgreed,
    Trigger,
)
from schemas.receipts import CommandRefused
from services.desk.lines.view import Happening, LineView
from services.desk.screen.notation import bold, day, dtg, flaw_in, iso, when
from services.desk.screen.progress import refusal_document
from services.desk.screen.untrusted import set_in, visible
from services.desk.store.records import Out

PHASES: Mapping[LinePhase, str] = {
    LinePhase.NOT_ESTABLISHED: "proposed; not every party has adopted the same record",
    LinePhase.COMMISSIONING: "not in use yet: every path is to be tested both ways",
    LinePhase.OPERATIONAL: "in use",
    LinePhase.DEGRADED: "in use, but not as it should be",
    LinePhase.OUTAGE_UNEXPLAINED: "silent, and nobody has said why",
    LinePhase.MAINTENANCE: "out of use, as all parties agreed",
    LinePhase.SUSPENDED: "suspended by a party's written notification",
    LinePhase.CLOSED: "closed for good by a party's written notification",
}
CAUSES: Mapping[Cause, str] = {
    Cause.UNKNOWN: "cause not known",
    Cause.TECHNICAL_SUSPECTED: "an officer suspects a technical cause",
    Cause.TECHNICAL_CONFIRMED: "an officer confirmed a technical cause",
    Cause.DECLARED_SUSPENSION: "declared",
}
STYLES = {
    LinePhase.OPERATIONAL: "green",
    LinePhase.DEGRADED: "bold yellow",
    LinePhase.OUTAGE_UNEXPLAINED: "bold red",
    LinePhase.SUSPENDED: "bold red",
}


def lines_screen(views: Sequence[LineView], now: datetime) -> RenderableType:
    """Every line, each with its state and its age."""
    if not views:
        return Shown("this desk was told of no line")
    parts: list[RenderableType] = []
    for view in views:
        parts += [_head(view, now), Shown("")]
    return Group(*parts[:-1])


def line_screen(view: LineView, happened: Sequence[Happening], now: datetime) -> RenderableType:
    """One line: how it stands, its record, and the newest that was said of it."""
    record = view.record
    paths = ", ".join(
        f"{path.rank} {path.path} ({path.medium.value})"
        for path in sorted(record.paths, key=lambda each: each.rank)
    )
    facts = [
        f"rests on {record.legal_basis}; {record.level.value}; {', '.join(record.scope)}",
        *(_end_words(end) for end in record.ends),
        f"paths {paths}",
        _schedule_words(record.schedule),
        f"review due {day(view.review_due, now)}; record {record.digest}",
    ]
    parts: list[RenderableType] = [_head(view, now), Shown("\n".join(facts)), Shown("")]
    for each in happened:
        parts.append(Shown(f"{when(each.at, now)}  {happening_words(each)}"))
        parts += [set_in(visible(each.remark))] if each.remark else []
        parts += [flaw_in(code, "its remark") for code in each.flaws]
    return Group(*parts)


def _end_words(end: End) -> str:
    parts = [
        f"{end.nation}: {', '.join(end.desks)}",
        f"terminals {', '.join(end.terminals)}",
        f"writes {end.language}",
        f"released by {', '.join(end.release_authority)}",
    ]
    return "; ".join(parts)


def _schedule_words(schedule: Schedule) -> str:
    weekday = f" {schedule.weekday}" if schedule.weekday else ""
    times = f"{schedule.cadence.value}{weekday} at {', '.join(schedule.times)} UTC"
    borne = f"{schedule.misses_borne} misses in a row are an outage"
    return f"tested {times}, within {schedule.tolerance_s}s of it; {borne}"


def _head(view: LineView, now: datetime) -> RenderableType:
    phase = view.standing.phase
    head = Shown.assemble(
        bold(view.name), f"  {' and '.join(view.record.parties)}\n",
        bold(phase.value, STYLES.get(phase, "bold")),
        f": {PHASES[phase]}, since {when(view.standing.since, now)}",
    )  # fmt: skip
    parts: list[RenderableType] = [head]
    parts += [Shown(each) for each in _particulars(view, now)]
    parts += [set_in(f"{view.by}: {visible(view.remark)}")] if view.remark else []
    parts += [flaw_in(code, "its remark") for code in view.flaws]
    return Group(*parts)


def _particulars(view: LineView, now: datetime) -> Sequence[str]:
    standing, said = view.standing, []
    if standing.cause:
        by = f" by {view.by}" if standing.cause is Cause.DECLARED_SUSPENSION else ""
        said.append(f"{CAUSES[standing.cause]}{by}")
    if standing.phase is LinePhase.NOT_ESTABLISHED:
        said.append(f"waits for {', '.join(view.waits_for)}")
    if standing.misses:
        said.append(f"{standing.misses} test{'s' * (standing.misses > 1)} missed in a row")
    if standing.unproved:
        said.append(f"to be proved by a two-way test: {', '.join(standing.unproved)}")
    if view.under_way:
        said.append(f"a test by {view.under_way.by} over {view.under_way.path} is under way")
    if view.review_told:
        said.append(f"! REVIEW due {day(view.review_due, now)}: the parties review the line")
    if standing.expects:
        expects = standing.expects
        said.append(f"next test by {expects.initiator}, {when(expects.due, now)}")
    return said


_TRIGGERS: Mapping[Trigger, str] = {
    Trigger.ADOPTED_BY_ALL: "all parties adopted the record",
    Trigger.PATH_PROVED: "a path was proved",
    Trigger.ALL_PATHS_PROVED: "no path is in doubt",
    Trigger.TEST_MISSED: "a test was missed",
    Trigger.MISSED_TOO_OFTEN: "tests were missed too often",
    Trigger.TEST_GARBLED: "a test arrived garbled",
    Trigger.PATH_DOWN: "a path was reported down",
    Trigger.CAUSE_DECLARED: "a cause was declared",
    Trigger.MAINTENANCE_BEGAN: "the agreed maintenance began",
    Trigger.MAINTENANCE_ENDED: "the agreed maintenance ended",
    Trigger.SUSPENDED_IN_WRITING: "the line was suspended in writing",
    Trigger.RESTORED_BY_ALL: "all parties restored the line",
    Trigger.CLOSED_IN_WRITING: "the line was closed in writing",
}


def happening_words(happening: Happening) -> str:  # noqa: C901, PLR0912 - one case a kind of notice.
    """What happened, in one line, without what a party wrote."""
    notice = happening.notice
    match notice:
        case LineProposed():
            return f"{notice.by} ({notice.officer}) proposed the record, {notice.legal_status}"
        case LineAdopted():
            return f"{notice.by} ({notice.officer}) adopted the record, {notice.legal_status}"
        case LineTestSent():
            return f"test {notice.serial} begun by {notice.by} over {notice.path}"
        case LineTestAnswered():
            return f"test {notice.serial} answered by {notice.by}: {notice.reading}"
        case LineTestMissed():
            silent = ", ".join(notice.silent)
            return f"test {notice.serial} of {dtg(notice.due)} missed; silent: {silent}"
        case LineChanged():
            by = f" ({notice.by})" if notice.by else ""
            return f"{notice.standing.phase.value}: {_TRIGGERS[notice.trigger]}{by}"
        case MaintenanceProposed():
            return f"{notice.by} agrees to maintenance {dtg(notice.start)} to {dtg(notice.end)}"
        case MaintenanceAgreed():
            return f"maintenance agreed, {dtg(notice.start)} to {dtg(notice.end)}"
        case LineReviewReminder():
            return f"reminder: the parties review the line on {notice.review_due}"
        case LineReviewed():
            return f"{notice.by} states that the line was reviewed; next on {notice.next_due}"
        case ReviewAgreed():
            return f"reviewed by all parties; next on {notice.next_due}"
        case RestorationNotified():
            return f"{notice.by} restores the line"
        case LineNoteCarried():
            return f"{notice.note} note by {notice.by} ({notice.officer})"
        case _:
            return str(notice.kind)


def line_document(view: LineView) -> dict[str, Any]:
    """A line for a program."""
    return {
        "line": view.name,
        "standing": view.standing.model_dump(mode="json"),
        "words": PHASES[view.standing.phase],
        "by": view.by,
        "remark": view.remark,
        "flaws": list(view.flaws),
        "waits_for": list(view.waits_for),
        "test_under_way": view.under_way.test if view.under_way else None,
        "review_due": view.review_due.isoformat(),
        "review_told": view.review_told.term.value if view.review_told else None,
        "record": view.record.model_dump(mode="json"),
        "record_digest": view.record.digest,
        "exercise": view.exercise,
    }


def happening_document(happening: Happening) -> dict[str, Any]:
    """One thing that happened, for a program."""
    return {
        "at": iso(happening.at),
        "what": happening_words(happening),
        "by_desk": happening.desk,
        "officer": happening.officer,
        "remark": happening.remark,
        "flaws": list(happening.flaws),
        "notice": happening.notice.model_dump(mode="json"),
    }


def word_document(line: str, out: Out, refusal: CommandRefused | None) -> dict[str, Any]:
    """What became of something said of a line, for a program."""
    return {
        "line": line,
        "identity": out.message,
        "state": out.state.value,
        "at": iso(out.queued_at),
        "refusal": refusal_document(refusal),
    }
