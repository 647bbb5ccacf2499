"""What the events of visits change. Each says itself how its request or contact stands."""

from __future__ import annotations

from datetime import datetime

from schemas.contacts import Contact, ContactChanged, ContactDeadline, ContactPhase, ContactStep
from schemas.visit_terms import VisitPhase, VisitStep
from schemas.visits import Pending, VisitChanged, VisitStanding
from services.watch.record import Lead, Owed, Record

UNDECIDED = (
    VisitPhase.SUBMITTED,
    VisitPhase.CERTIFIED,
    VisitPhase.TRANSMITTED,
    VisitPhase.UNDER_REVIEW,
)
_ENDED = (ContactPhase.ENDED, ContactPhase.WITHDRAWN, ContactPhase.DECLINED)
_SPOKEN = {
    VisitStep.TRANSMITTED: "VISIT_REQUEST",
    VisitStep.DECIDED: "VISIT_DECISION",
    VisitStep.REVOKED: "VISIT_REVOCATION",
    VisitStep.BEGAN: "VISIT",
    VisitStep.ENDED: "VISIT",
}
"""Which steps are a word, or a meeting, between the two nations."""
_MET = {
    ContactStep.REQUESTED: "CONTACT_REQUEST",
    ContactStep.INVITED: "CONTACT_INVITATION",
    ContactStep.ACCEPTED: "CONTACT_ANSWER",
    ContactStep.DECLINED: "CONTACT_ANSWER",
    ContactStep.ENTERED: "CONTACT",
    ContactStep.ENDED: "CONTACT",
}


def fold(record: Record, event: object) -> Record:
    """The record after an event."""
    if isinstance(event, VisitChanged):
        return _visit(record, event)
    if isinstance(event, ContactChanged):
        return _contact(record, event)
    return record


def _visit(record: Record, event: VisitChanged) -> Record:
    standing = event.standing
    if event.step in (VisitStep.SUBMITTED, VisitStep.AMENDMENT_SUBMITTED):
        record = record.put("asked_at", f"version {event.version}", event.at)
    if event.step is VisitStep.SUBMITTED:
        ahead = (standing.asked.window.begins - event.at).total_seconds()
        record = record.put("leads", "visit", Lead(kind=standing.subject.value, seconds=ahead))
    kind = "CLEARANCE" if standing.subject.is_clearance else "VISIT"
    record = record.stands("visit", kind, standing.phase.value)
    record = _decision(record.drop("owed", "decision", "amendment"), standing, event.at)
    if standing.pending is not None:
        record = _amendment(record, standing, standing.pending, event.at)
    if event.step in _SPOKEN and event.by is not None:
        pair = (standing.requesting, standing.host)
        record = record.spoke(event.by, pair, event.at, _SPOKEN[event.step])
    return record


def _decision(record: Record, standing: VisitStanding, at: datetime) -> Record:
    if standing.underlying not in UNDECIDED or standing.decision_due is None:
        return record
    owed = Owed(
        what="DECISION", of=standing.host, due=standing.decision_due, overdue=standing.overdue,
        since=record.asked_at.get(f"version {standing.asked.version}", at),
    )  # fmt: skip
    return record.put("owed", "decision", owed)


def _amendment(record: Record, standing: VisitStanding, pending: Pending, at: datetime) -> Record:
    if pending.decision_due is None:
        return record
    owed = Owed(
        what="AMENDMENT_DECISION", of=standing.host, due=pending.decision_due,
        since=record.asked_at.get(f"version {pending.asked.version}", at), overdue=pending.overdue,
    )  # fmt: skip
    return record.put("owed", "amendment", owed)


def _contact(record: Record, event: ContactChanged) -> Record:
    contact, name = event.contact, f"contact {event.contact.contact_id}"
    if event.step in (ContactStep.REQUESTED, ContactStep.INVITED):
        ahead = (contact.enters_at - event.at).total_seconds()
        lead = Lead(kind=contact.contact.value, seconds=ahead)
        record = record.put("leads", name, lead).put("asked_at", name, event.at)
    record = record.stands(name, "CONTACT", contact.phase.value).drop("owed", name)
    owed = _owed(contact, event.host, record.asked_at.get(name, event.at))
    if owed is not None:
        record = record.put("owed", name, owed)
    if event.step in _MET and event.by is not None:
        others = (event.host, contact.by, *contact.invited)
        if event.step in (ContactStep.ENTERED, ContactStep.ENDED):
            others = (event.host, contact.by, *contact.accepted_by)
        elif event.by != event.host:
            others = (event.host,)
        else:
            others = (contact.by, *contact.invited)
        record = record.spoke(event.by, others, event.at, _MET[event.step])
    return record


def _owed(contact: Contact, host: str, since: datetime) -> Owed | None:
    """What waits, or passed in silence last. Of the host, as the service shows it."""
    if contact.phase in _ENDED:
        return None
    waits = {
        ContactPhase.REQUESTED: (ContactDeadline.REPLY, contact.reply_due),
        ContactPhase.ACCEPTED: (ContactDeadline.ENTRY, contact.enter_by),
        ContactPhase.UNDER_WAY: (ContactDeadline.STAY, contact.leave_by),
    }
    what, due = waits.get(contact.phase, (None, None))
    if what is not None and due is not None and what not in contact.late:
        return Owed(what=what.value, of=host, since=since, due=due)
    if not contact.late:
        return None
    due = {
        ContactDeadline.REPLY: contact.reply_due,
        ContactDeadline.ENTRY: contact.enter_by,
        ContactDeadline.STAY: contact.leave_by,
    }[contact.late[-1]]
    return Owed(what=contact.late[-1].value, of=host, since=since, due=due, overdue=True)
