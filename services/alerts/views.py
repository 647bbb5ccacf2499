"""What operators see of alerts: who, when and how far, never what was said. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from schemas.alerts import AlertPhase, RecipientPhase
from schemas.concerns import ConcernPhase
from schemas.notices import DAY, NoticeReach
from schemas.parties import nation_of
from services.alerts.chain.deadlines import expiry, silences
from services.alerts.chain.state import STANDING, Chain
from services.alerts.matter import Matter
from services.alerts.notices import views as notice_views
from services.alerts.notices.state import Notice
from services.alerts.notices.views import NoticeShown
from services.alerts.risk.state import Risk


@dataclass(frozen=True, slots=True)
class ChainShown:
    """One alert, and how it stands."""

    matter: str
    sender: str
    event_code: str
    state: str
    since: datetime | None
    precedence: str
    severity: str
    status: str
    addressed: tuple[str, ...]
    messages: int
    confidence: str
    acknowledged: str
    """Of the newest message: how many of how many desks."""
    uncorrected: int
    """How many desks had an earlier message and not the newest."""
    false_alert: bool
    incident: str | None
    approved_before: bool
    """Whether the approval of its templates stands in this ledger, as the alert says."""
    next_due: datetime | None
    corroboration: str
    """Whether more than one source bears it out; "-" where that is not asked."""


@dataclass(frozen=True, slots=True)
class Uncorrected:
    """A desk that had an alert and shows no sign of having its newest word."""

    matter: str
    event_code: str
    sender: str
    desk: str
    nation: str
    has: int
    """The number of the newest message that it is known to have; 0 for none."""
    newest: int
    state: str
    due: datetime


@dataclass(frozen=True, slots=True)
class Overdue:
    """Something that was due and has not come. Why is not known."""

    matter: str
    what: str
    of: str
    """The desk or the nation that is silent."""
    since: datetime


@dataclass(frozen=True, slots=True)
class RequestShown:
    """A request for explanation, a hazardous incident, or an invitation."""

    matter: str
    what: str
    by: str
    to: tuple[str, ...]
    state: str
    since: datetime
    unanswered: bool
    next_due: datetime | None
    next_by: tuple[str, ...]
    incident: str | None


@dataclass(frozen=True, slots=True)
class IncidentShown:
    """One event, with the alerts, requests and hotline threads that belong to it."""

    incident: str
    alerts: tuple[str, ...]
    requests: tuple[str, ...]
    threads: tuple[str, ...]
    nations: tuple[str, ...]
    """Who raised them."""


@dataclass(frozen=True, slots=True)
class TemplateShown:
    """Which desk can correct and cancel which kind of alert at once."""

    desk: str
    event_code: str
    approved_at: datetime
    drafter: str
    approver: str


def chains(matters: Mapping[str, Matter]) -> list[ChainShown]:
    """Every alert, those in effect first, then the newest."""
    found = [
        _chain(matter.chain, matters)
        for matter in matters.values()
        if matter.chain.phase is not AlertPhase.DRAFT
    ]
    in_effect = {each.value for each in STANDING}
    return sorted(found, key=lambda each: (each.state not in in_effect, _backward(each.since)))


def _backward(moment: datetime | None) -> float:
    return -moment.timestamp() if moment else 0.0


def _chain(chain: Chain, matters: Mapping[str, Matter]) -> ChainShown:
    assert chain.facts is not None, "an alert that was issued"
    number = chain.newest.number
    taken = sum(each.taken_over >= number for each in chain.recipients.values())
    dues = [step.due for _, step in silences(chain)]
    dues += [due] if (due := expiry(chain)) else []
    return ChainShown(
        matter=chain.matter,
        sender=chain.sender,
        event_code=chain.event_code.value,
        state=chain.phase.value,
        since=chain.since,
        precedence=chain.precedence.value,
        severity=chain.facts.severity.value,
        status=chain.facts.status.value,
        addressed=chain.addressed,
        messages=number,
        confidence=chain.confidence.value,
        acknowledged=f"{taken} of {len(chain.recipients)}",
        uncorrected=len(chain.uncorrected),
        false_alert=chain.false_alert,
        incident=chain.incident,
        approved_before=_approved(chain, matters),
        next_due=min(dues, default=None),
        corroboration=chain.corroboration.value if chain.corroboration else "-",
    )


def _approved(chain: Chain, matters: Mapping[str, Matter]) -> bool:
    """What a rule on one matter cannot see: that the approval which it names was truly given."""
    named = chain.templates
    return named is not None and any(
        (each.message, each.by, each.cancel, each.correction)
        == (named.approval, chain.sender, named.cancel, named.correction)
        for matter in matters.values()
        for each in matter.templates.approved.values()
    )


def uncorrected(matters: Mapping[str, Matter]) -> list[Uncorrected]:
    """Who still holds the uncorrected alert, the most pressing first."""
    found = [
        Uncorrected(
            matter=matter.chain.matter,
            event_code=matter.chain.event_code.value,
            sender=matter.chain.sender,
            desk=each.desk,
            nation=nation_of(each.desk),
            has=each.heard_of,
            newest=matter.chain.newest.number,
            state=each.phase(matter.chain.newest.number).value,
            due=each.due,
        )
        for matter in matters.values()
        if matter.chain.words
        for each in matter.chain.uncorrected
    ]
    return sorted(found, key=lambda each: (each.due, each.desk))


def overdue(matters: Mapping[str, Matter]) -> list[Overdue]:
    """All that is overdue, the oldest first."""
    found: list[Overdue] = []
    for name, matter in matters.items():
        chain = matter.chain
        found += [
            Overdue(name, "ACKNOWLEDGEMENT", each.desk, each.due)
            for each in chain.recipients.values()
            if each.phase(chain.newest.number) is RecipientPhase.OVERDUE
        ]
        found += _silent(name, matter.risk)
        found += _missing(name, matter.notice)
    return sorted(found, key=lambda each: each.since)


def _silent(name: str, risk: Risk) -> list[Overdue]:
    concern, hazard, hosting = risk.concern, risk.hazard, risk.hosting
    found: list[Overdue] = []
    closed = concern is not None and concern.phase is ConcernPhase.CLOSED
    # A meeting that was recorded is waited for no longer, whoever came.
    waits = concern is not None and concern.phase is ConcernPhase.MEETING_REQUESTED
    if concern is not None and concern.unanswered and not concern.replies and not closed:
        found.append(Overdue(name, "REPLY", concern.requested, concern.reply_by))
    if concern is not None and concern.meeting_overdue and waits:
        found.append(Overdue(name, "MEETING", concern.requested, concern.since))
    if hazard is not None and hazard.phase.value == "UNANSWERED":
        found.append(Overdue(name, "CLARIFICATION", hazard.involved, hazard.since))
    if hosting is not None and risk.due is None and hosting.phase.value == "INVITED":
        found += [Overdue(name, "ANSWER", each, hosting.answer_by) for each in hosting.silent]
    return found


def _missing(name: str, notice: Notice) -> list[Overdue]:
    if not notice.words:
        return []
    number, sender = notice.newest.number, notice.told.sender
    found = [
        Overdue(name, "ACKNOWLEDGEMENT", each.desk, each.due)
        for each in notice.recipients.values()
        if each.reach(number) is NoticeReach.OVERDUE
    ]
    if notice.unconfirmed:
        found.append(Overdue(name, "CONFIRMATION", sender, notice.window.begins))
    if notice.word_missing:
        due = notice.window.begins + DAY * notice.days
        found.append(Overdue(name, "DAILY WORD", sender, due))
    if notice.end_missing:
        found.append(Overdue(name, "END", sender, notice.window.ends))
    return found


def notices(matters: Mapping[str, Matter]) -> list[NoticeShown]:
    """Every notice of a launch or an exercise, what has something wrong with it first."""
    found = [notice_views.shown(m.notice) for m in matters.values() if m.notice.words]
    return sorted(found, key=lambda each: (not each.flags, each.begins, each.matter))


def requests(matters: Mapping[str, Matter]) -> list[RequestShown]:
    """Every matter of risk reduction, what waits for somebody first."""
    found = [_request(name, m.risk) for name, m in matters.items() if m.risk.parties is not None]
    return sorted(found, key=lambda each: (each.next_due is None, str(each.next_due), each.matter))


def _request(name: str, risk: Risk) -> RequestShown:
    to: tuple[str, ...]
    if risk.concern is not None:
        part = risk.concern
        what, to, state = "UNUSUAL ACTIVITY", (part.requested,), part.phase.value
        since, silent = part.since, part.unanswered
    elif risk.hazard is not None:
        incident = risk.hazard
        what, to, state = "HAZARDOUS INCIDENT", (incident.involved,), incident.phase.value
        since, silent = incident.since, incident.unanswered
    else:
        hosting = risk.hosting
        assert hosting is not None, "a matter that was begun is one of the three"
        what, to, state = "HOSTING", hosting.invited, hosting.phase.value
        since, silent = hosting.since, False
    return RequestShown(
        matter=name,
        what=what,
        by=risk.told.opener,
        to=tuple(to),
        state=state,
        since=since,
        unanswered=silent,
        next_due=risk.due.at if risk.due else None,
        next_by=risk.due.of if risk.due else (),
        incident=risk.incident,
    )


def incidents(matters: Mapping[str, Matter]) -> list[IncidentShown]:
    """Every event that alerts or requests were linked to, by name."""
    by_name: dict[str, list[tuple[str, Matter]]] = {}
    for name, matter in matters.items():
        if incident := matter.chain.incident or matter.risk.incident:
            by_name.setdefault(incident, []).append((name, matter))
    return [
        IncidentShown(
            incident=incident,
            alerts=tuple(name for name, matter in found if matter.chain.words),
            requests=tuple(name for name, matter in found if matter.risk.parties),
            threads=tuple(sorted({t for _, matter in found for t in matter.chain.threads})),
            nations=tuple(sorted({_raised_by(matter) for _, matter in found})),
        )
        for incident, found in sorted(by_name.items())
    ]


def _raised_by(matter: Matter) -> str:
    return matter.risk.parties.opener if matter.risk.parties else nation_of(matter.chain.sender)


def approvals(matters: Mapping[str, Matter]) -> list[TemplateShown]:
    """Every approved pair of templates."""
    return [
        TemplateShown(each.by, each.event_code.value, each.at, each.drafter, each.approver)
        for _, matter in sorted(matters.items())
        for each in matter.templates.approved.values()
    ]
