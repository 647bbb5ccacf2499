"""Requests, hazardous incidents and invitations: how each stands, and what is due by whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from rich.console import Group, RenderableType
from rich.text import Text as Shown

from schemas.concerns import (
    ConcernMeetingOverdue,
    ConcernMeetingRecorded,
    ConcernMeetingRequested,
    ConcernPhase,
    ConcernReplied,
    ConcernReplyJudged,
    ConcernStanding,
    ConcernUnanswered,
    HazardousIncidentReported,
    HazardPhase,
    HazardStanding,
    HazardUnanswered,
    HostingAnswered,
    HostingOffered,
    HostingPhase,
    HostingStanding,
    HostingUnanswered,
    Spoken,
    UnusualActivityRequested,
)
from services.desk.risk.view import RiskView
from services.desk.screen.notation import bold, dtg, iso, when
from services.desk.screen.told import told_lines
from services.desk.submissions import Told

PHASES: Mapping[StrEnum, str] = {
    ConcernPhase.OPEN: "asked; the reply is awaited",
    ConcernPhase.ANSWERED: "a reply came; the requester judges it",
    ConcernPhase.UNANSWERED: "no reply came within its time; why is not known",
    ConcernPhase.MEETING_REQUESTED: "a meeting was asked for",
    ConcernPhase.HELD: "the meeting was held",
    ConcernPhase.BOYCOTTED: "the state that was asked stayed away from the meeting",
    ConcernPhase.REPORTED: "the meeting's report went to all participating states",
    ConcernPhase.CLOSED: "closed by the requester",
    HazardPhase.REPORTED: "reported by the state involved",
    HazardPhase.ASKED: "an affected state asks for clarification",
    HazardPhase.UNANSWERED: "no clarification came within its time; why is not known",
    HazardPhase.CLARIFIED: "the state involved has answered",
    HazardPhase.CLOSED: "declared clarified by an affected state",
    HostingPhase.INVITED: "invitations stand",
    HostingPhase.WITHDRAWN: "withdrawn by the host",
    HostingPhase.CLOSED: "the visit is over",
}
_WARNING = (ConcernPhase.UNANSWERED, ConcernPhase.BOYCOTTED, HazardPhase.UNANSWERED)


def risks_screen(views: Sequence[RiskView], now: datetime) -> RenderableType:
    """Every matter, what is due next first."""
    if not views:
        return Shown("this desk was told of no request, incident or invitation")
    parts: list[RenderableType] = []
    for view in views:
        parts += [_head(view, now), Shown("")]
    return Group(*parts[:-1])


def risk_screen(view: RiskView, now: datetime) -> RenderableType:
    """One matter, with all that was said in it."""
    told = told_lines(view.happened, happened_words, now)
    return Group(_head(view, now), Shown(""), *told)


def _head(view: RiskView, now: datetime) -> RenderableType:
    standing = view.standing
    style = "bold red" if standing.phase in _WARNING else "bold"
    head = Shown.assemble(
        bold(view.matter), f"  {_between(view)}\n", bold(standing.phase.value, style),
        f": {PHASES[standing.phase]}, since {when(standing.since, now)}",
    )  # fmt: skip
    return Group(head, *(Shown(each) for each in _particulars(view, now)))


def _between(view: RiskView) -> str:
    match view.standing:
        case ConcernStanding(requester=requester, requested=requested):
            return f"{requester} asks {requested}"
        case HazardStanding(involved=involved, concerned=concerned):
            return f"forces of {involved}; affects {', '.join(concerned)}"
        case HostingStanding(host=host):
            return f"{host} invites"


def _particulars(view: RiskView, now: datetime) -> Sequence[str]:
    standing, said = view.standing, []
    if standing.next is not None:
        of = ", ".join(standing.next.of)
        said.append(f"{standing.next.what} due from {of}, {when(standing.next.due, now)}")
    match standing:
        case ConcernStanding():
            if standing.unanswered and standing.phase is not ConcernPhase.UNANSWERED:
                said.append("no reply came within its time; that stays on record")
            if standing.quality:
                said.append(f"the requester holds the reply to be {standing.quality}")
            if standing.meeting_overdue:
                said.append("! the meeting was not recorded within its time")
        case HazardStanding():
            said.append(f"points of contact: {', '.join(standing.contacts)}")
        case HostingStanding():
            said += [
                f"{words}: {', '.join(states)}"
                for words, states in (
                    ("accepted", standing.accepted),
                    ("declined", standing.declined),
                    ("not answered", standing.silent),
                )
                if states
            ]
    return said


def happened_words(told: Told) -> str:  # noqa: C901, PLR0912 - one case a kind of event.
    """What happened, in one line, without what anybody wrote."""
    event = told.notice.event
    match event:
        case UnusualActivityRequested():
            return f"{event.nation} asks {', '.join(event.addressed)} for an explanation"
        case ConcernReplied(empty=True):
            return f"{event.nation} replied WITH NOTHING OF WHAT WAS ASKED"
        case ConcernReplied():
            late = ", late" if event.late else ""
            return f"{event.nation} replied: {', '.join(event.items)}{late}"
        case ConcernReplyJudged():
            return f"{event.nation} holds the reply to be {event.quality}"
        case ConcernMeetingRequested():
            return f"{event.nation} asks for a meeting, {event.scope}, by {dtg(event.meet_by)}"
        case ConcernMeetingRecorded():
            return f"meeting {event.outcome}; there were {', '.join(event.attended)}"
        case ConcernUnanswered() | HazardUnanswered():
            return f"UNANSWERED by {event.nation} at {dtg(event.due)}"
        case ConcernMeetingOverdue():
            return f"no meeting was recorded by {dtg(event.due)}"
        case HazardousIncidentReported(by_involved=True):
            return f"{event.nation} reports a hazardous incident"
        case HazardousIncidentReported():
            return f"{event.nation} asks {event.involved} about a hazardous incident"
        case HostingOffered():
            return f"{event.nation} invites {', '.join(event.addressed)}"
        case HostingAnswered():
            return f"{event.nation} {event.answer}, {event.observers} observers"
        case HostingUnanswered():
            return f"no answer by {dtg(event.due)} from {', '.join(event.silent)}"
        case Spoken():
            word = event.kind.removeprefix("Concern").removeprefix("Hazard")  # type: ignore[attr-defined]  # each kind has it
            return f"{word.removeprefix('Hosting').lower()} by {event.nation}"
        case _:
            return str(event.kind)


def risk_document(view: RiskView) -> dict[str, Any]:
    """A matter for a program."""
    return {
        "matter": view.matter,
        "standing": view.standing.model_dump(mode="json"),
        "words": PHASES[view.standing.phase],
        "incident": view.opened.incident,
        "exercise": view.exercise,
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
