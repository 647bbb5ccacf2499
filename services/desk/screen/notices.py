"""Notices of launches and exercises: how each stands, what is missing, what it explains."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from rich.console import Group, RenderableType
from rich.text import Text as Shown

from schemas.notices import (
    DetectionLinked,
    ExerciseContinued,
    ExerciseEndMissing,
    ExerciseWordMissing,
    NoticeAcknowledged,
    NoticeAmended,
    NoticeConfirmed,
    NoticeEvent,
    NoticeLadderClimbed,
    NoticeOverdue,
    NoticePhase,
    NoticeReach,
    NoticeStanding,
    NoticeUnconfirmed,
    NoticeWord,
    Novelty,
)
from schemas.parties import nation_of
from services.desk.notices.forms import DetectionForm
from services.desk.notices.matching import Match
from services.desk.notices.speaking import NO_MATCH
from services.desk.notices.view import NoticeView
from services.desk.screen.notation import bold, dtg, iso, when
from services.desk.screen.told import told_lines
from services.desk.screen.untrusted import visible
from services.desk.submissions import Told

PHASES: Mapping[NoticePhase, str] = {
    NoticePhase.NONE: "nothing was told",
    NoticePhase.NOTIFIED: "told beforehand",
    NoticePhase.CONFIRMED: "its hours were confirmed",
    NoticePhase.COMMENCED: "its sender says that it goes on",
    NoticePhase.ENDED: "over, says its sender",
    NoticePhase.CANCELLED: "called off by its sender",
    NoticePhase.PASSED: "its window is over; what came of it was not said",
}
HOUR_S = 3600


def notices_screen(views: Sequence[NoticeView], now: datetime) -> RenderableType:
    """Every notice, what is in sight first."""
    if not views:
        return Shown("this desk was told of no notice")
    parts: list[RenderableType] = []
    for view in views:
        parts += [_head(view, now), Shown("")]
    return Group(*parts[:-1])


def notice_screen(view: NoticeView, now: datetime) -> RenderableType:
    """One notice, with all that was said of it."""
    told = told_lines(view.happened, happened_words, now)
    return Group(_head(view, now), Shown(""), *told)


def detection_screen(form: DetectionForm, found: Sequence[Match], now: datetime) -> RenderableType:
    """What a detection is known to be, before anything else is said of it."""
    seen = f"detected {when(form.detected_at, now)}"
    standing = [each for each in found if not each.cancelled]
    parts: list[RenderableType] = [
        *(match_lines(each) for each in standing),
        *(
            bold(f"! {each.notice.matter} would explain it, and was CANCELLED", "bold red")
            for each in found
            if each.cancelled
        ),
    ]
    if not standing:
        parts.insert(0, bold(NO_MATCH.upper(), "bold red"))
    return Group(*parts, Shown(seen))


def match_words(match: Match) -> str:
    """Which notice explains what was detected, in one line."""
    sender = match.notice.standing.sender
    return f"MATCHES NOTICE {match.notice.matter} of {nation_of(sender)} ({sender})"


def match_lines(match: Match) -> RenderableType:
    """The same, with what is to be known of it."""
    return Shown.assemble(bold(match_words(match)), *_more(match))


def _more(match: Match) -> list[str]:
    told = match.notice.told
    designation = visible(told.designation) if told else ""
    said = [f"{match.notice.standing.of}: {designation}", f"in its area: {visible(match.area)}"]
    if match.confirmed is not None:
        said.append(f"{'within' if match.confirmed else 'OUTSIDE'} its confirmed hours")
    if not match.taken_over:
        said.append("this desk HAS NOT TAKEN THE NOTICE OVER")
    return [f"\n  {each}" for each in said]


def _head(view: NoticeView, now: datetime) -> RenderableType:
    standing = view.standing
    head = Shown.assemble(
        bold(view.matter), f"  {standing.of} told by {standing.sender}\n",
        bold(standing.phase.value), f": {PHASES[standing.phase]}, since",
        f" {when(standing.since, now)}",
    )  # fmt: skip
    wrong = [bold(f"! {said}", "bold red") for said in _wrong(standing, now)]
    return Group(head, *wrong, *(Shown(each) for each in _particulars(view, now)))


def _wrong(standing: NoticeStanding, now: datetime) -> Sequence[str]:
    """What is missing, in words; never by a colour alone."""
    said = []
    if standing.overdue:
        named = [
            each.desk
            for each in standing.recipients
            if each.phase is NoticeReach.OVERDUE and (each.final or not standing.final_consumers)
        ]
        silent = ", ".join(named) or "a desk of another state"
        said.append(f"OVERDUE: not taken over by {silent}, for which it is meant")
    if standing.unconfirmed:
        said.append("UNCONFIRMED: its window runs, and its sender names no hours that lie ahead")
    if standing.word_missing:
        said.append(f"NO DAILY WORD that it goes on; days missed: {standing.words_missed}")
    if standing.end_missing:
        said.append(f"NO WORD THAT IT IS OVER; it was to end {when(standing.ends, now)}")
    if standing.late_by_s:
        hours = -(-standing.late_by_s // HOUR_S)
        days, rest = divmod(hours, 24)
        said.append(f"LATE NOTICE, by {days} days {rest} hours")
    return said


def _particulars(view: NoticeView, now: datetime) -> Sequence[str]:
    standing = view.standing
    said = [f"window: {dtg(standing.begins)} to {dtg(standing.ends)}"]
    if standing.confirmed_begins is not None and standing.confirmed_ends is not None:
        said.append(
            f"confirmed: {dtg(standing.confirmed_begins)} to {dtg(standing.confirmed_ends)}"
        )
    if standing.novelty is Novelty.NONE:
        said.append("novel elements: NONE, its sender says")
    elif standing.novelty is Novelty.NAMED:
        said.append("novel elements: named; see what it says")
    for each in standing.recipients:
        final = ", FINAL CONSUMER" if each.final else ""
        said.append(f"{each.desk}{final}: {each.phase}, due {when(each.due, now)}")
    if standing.next is not None:
        said.append(f"{standing.next.what} due from its sender {when(standing.next.due, now)}")
    if standing.detections:
        said.append(f"detections linked to it: {standing.detections}")
    return said


def happened_words(told: Told) -> str:  # noqa: C901 - one case a kind of event.
    """What happened, in one line, without what anybody wrote."""
    event: NoticeEvent = told.notice.event
    match event:
        case NoticeConfirmed() | NoticeAmended():
            done = "confirms" if isinstance(event, NoticeConfirmed) else "amends it to"
            return f"{event.nation} {done} {dtg(event.begins)} to {dtg(event.ends)}"
        case NoticeWord():
            return f"{event.nation}: {_plain(event)}"
        case ExerciseContinued():
            return f"{event.nation} says that it goes on, day {event.day}"
        case NoticeAcknowledged(settles=True):
            return f"taken over for {event.desk} by {event.by}"
        case NoticeAcknowledged():
            return f"taken over by {event.by}; OWED STILL by {event.desk}, for which it is meant"
        case NoticeOverdue():
            final = ", its FINAL CONSUMER" if event.final else ""
            return f"OVERDUE at {event.desk}{final} since {dtg(event.due)}"
        case NoticeLadderClimbed():
            return f"{event.desk} is silent: {event.step}, {event.to or 'nobody there'}"
        case NoticeUnconfirmed():
            return f"no day was confirmed by {dtg(event.due)}"
        case ExerciseWordMissing():
            return f"no word on day {event.day}, by {dtg(event.due)}"
        case ExerciseEndMissing():
            return f"no word that it is over, by {dtg(event.due)}"
        case DetectionLinked():
            return f"{event.by} detected it at {dtg(event.detected_at)}, and knew what it was"
        case _:
            return _plain(event)


def _plain(event: NoticeEvent) -> str:
    words = "".join(f" {c.lower()}" if c.isupper() else c for c in event.kind)
    return words.strip()


def notice_document(view: NoticeView) -> dict[str, Any]:
    """A notice for a program."""
    return {
        "matter": view.matter,
        "standing": view.standing.model_dump(mode="json"),
        "words": PHASES[view.standing.phase],
        "exercise": view.exercise,
        "told": view.told.model_dump(mode="json", exclude_none=True) if view.told else None,
        "happened": [
            {
                "at": iso(each.at),
                "what": happened_words(each),
                "event": each.notice.event.model_dump(mode="json"),
                "flags": list(each.flags),
                "content": each.content.model_dump(mode="json") if each.content else None,
            }
            for each in view.happened
        ],
    }


def match_document(match: Match) -> dict[str, Any]:
    """A match for a program."""
    return {
        "matter": match.notice.matter,
        "sender": match.notice.standing.sender,
        "area": match.area,
        "taken_over": match.taken_over,
        "confirmed": match.confirmed,
        "cancelled": match.cancelled,
    }
