"""Visits, clearances and contacts: how each stands, and what was said of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from enum import Enum
from typing import Any

from pydantic import BaseModel
from rich.console import Group, RenderableType
from rich.text import Text as Shown

from schemas.contacts import ContactPhase, ContactStep
from schemas.visit_forms import Certification, VisitRemark
from schemas.visit_terms import Answer, VisitPhase, VisitStep
from schemas.visits import VisitStanding
from services.desk.screen.notation import MONTHS, bold, end_of, iso, when
from services.desk.screen.untrusted import set_in, visible
from services.desk.submissions import Told
from services.desk.visits.view import ContactView, VisitView

PHASES: Mapping[VisitPhase, str] = {
    VisitPhase.DRAFT: "on its desk alone",
    VisitPhase.SUBMITTED: "waits to be certified by the requesting authority",
    VisitPhase.CERTIFIED: "certified; waits to be transmitted to the host",
    VisitPhase.TRANSMITTED: "with the host's authority",
    VisitPhase.UNDER_REVIEW: "the host's authority looks at it; facilities concur or object",
    VisitPhase.APPROVED: "approved, for those who are listed and for nobody else",
    VisitPhase.APPROVED_WITH_LIMITATIONS: "approved, for less than was asked",
    VisitPhase.DENIED: "denied by the host",
    VisitPhase.NON_SPONSORED: "the host does not sponsor it, and neither approves nor denies",
    VisitPhase.RETURNED_WITHOUT_ACTION: "given back; nothing was decided",
    VisitPhase.NUMBER_ISSUED: "cleared, with its number",
    VisitPhase.IN_PROGRESS: "under way",
    VisitPhase.COMPLETED: "over; the visit report is not made yet",
    VisitPhase.REPORTED: "over, and reported",
    VisitPhase.CANCELLED: "withdrawn by its requester",
    VisitPhase.REVOKED: "taken back by the host",
    VisitPhase.EXPIRED: "its time ran out; nobody may come by it",
    VisitPhase.AMENDMENT_PENDING: "approved as before, while an amendment is on its way",
}
_STYLES = {
    VisitPhase.APPROVED: "bold green",
    VisitPhase.APPROVED_WITH_LIMITATIONS: "bold yellow",
    VisitPhase.NUMBER_ISSUED: "bold green",
    VisitPhase.IN_PROGRESS: "bold green",
    VisitPhase.DENIED: "bold red",
    VisitPhase.REVOKED: "bold red",
    VisitPhase.EXPIRED: "bold red",
    VisitPhase.AMENDMENT_PENDING: "bold yellow",
}
STEPS: Mapping[VisitStep, str] = {
    VisitStep.SUBMITTED: "submitted",
    VisitStep.AMENDMENT_SUBMITTED: "an amendment was submitted",
    VisitStep.CERTIFIED: "certified",
    VisitStep.RETURNED: "given back uncertified",
    VisitStep.TRANSMITTED: "transmitted to the host",
    VisitStep.REVIEW_BEGAN: "taken up for review",
    VisitStep.FACILITY_CONCURRED: "a facility concurred",
    VisitStep.FACILITY_OBJECTED: "a facility objected",
    VisitStep.DECIDED: "decided",
    VisitStep.NUMBER_ISSUED: "the number was issued",
    VisitStep.DAY_MATCHED: "call sign and registration match what was approved",
    VisitStep.DAY_DIFFERED: "CALL SIGN OR REGISTRATION DIFFER from what was approved",
    VisitStep.CANCELLED: "withdrawn",
    VisitStep.AMENDMENT_WITHDRAWN: "the amendment was withdrawn",
    VisitStep.REVOKED: "taken back",
    VisitStep.BEGAN: "began",
    VisitStep.ENDED: "ended",
    VisitStep.REPORTED: "reported",
    VisitStep.DECISION_OVERDUE: "THE DECISION IS OVERDUE; silence is no approval",
    VisitStep.EXPIRED: "its time ran out",
}
CONTACT_PHASES: Mapping[ContactPhase, str] = {
    ContactPhase.NONE: "unknown",
    ContactPhase.REQUESTED: "waits for the host's reply",
    ContactPhase.UNANSWERED: "the host has not replied in time; why is not known",
    ContactPhase.ACCEPTED: "accepted; the team may enter",
    ContactPhase.DECLINED: "declined by the host",
    ContactPhase.INVITED: "invited",
    ContactPhase.UNDER_WAY: "under way",
    ContactPhase.ENDED: "over",
    ContactPhase.WITHDRAWN: "taken back",
}
CONTACT_STEPS: Mapping[ContactStep, str] = {
    each: each.value.replace("_", " ").lower() for each in ContactStep
}


def day(moment: datetime) -> str:
    """A day as forms write it: DD MMM YY."""
    return f"{moment:%d} {MONTHS[moment.month - 1]} {moment:%y}"


def clearance_time(moment: datetime) -> str:
    """A time as the clearance form writes it: DD MMM YY, HHMM Z."""
    return f"{day(moment)}, {moment:%H%M} Z"


def visits_screen(views: Sequence[VisitView], now: datetime) -> RenderableType:
    """Every request, each with its state, its age and what is due next."""
    if not views:
        return Shown("this desk was told of no such request")
    parts: list[RenderableType] = []
    for view in views:
        parts += [_head(view, now), Shown("")]
    return Group(*parts[:-1])


def visit_screen(view: VisitView, now: datetime) -> RenderableType:
    """One request: how it stands, what is in it where this desk may read that, what was said."""
    parts: list[RenderableType] = [_head(view, now), Shown("")]
    for version, read in sorted(view.requests.items()):
        parts.append(bold(f"Version {version}"))
        if read.flags:
            parts.append(bold(f"! FLAGGED here: {', '.join(read.flags)}", "bold red"))
        if read.sealed is not None:
            parts.append(set_in("\n".join(_written(read.sealed.form))))
        if certified := view.certifications.get(version):
            parts += [Shown("certification"), set_in("\n".join(_written(certified)))]
    if not view.requests:
        parts.append(Shown("Who comes is for the two authorities and the facilities to read."))
    parts.append(Shown(""))
    for told in view.told:
        parts.append(Shown(f"{when(told.at, now)}  {happened(told)}"))
        if words := _words(told):
            parts.append(set_in(visible(words)))
    return Group(*parts)


def happened(told: Told) -> str:
    """What happened, in one line, without what anybody wrote."""
    notice = told.notice
    by = f" by {notice.desk} ({notice.officer})" if notice.desk else " by the clock"
    decided = notice.standing.decision if notice.step is VisitStep.DECIDED else None
    what = STEPS[notice.step] + (f": {decided}" if decided else "")
    return f"version {notice.version}: {what}{by}"


def _head(view: VisitView, now: datetime) -> RenderableType:
    standing = view.standing
    kind = standing.type or f"{standing.subject} {standing.answer}"
    head = Shown.assemble(
        bold(standing.reference), f"  {kind}, {standing.requesting} to {standing.host}\n",
        bold(standing.phase.value, _STYLES.get(standing.phase, "bold")),
        f": {PHASES[standing.phase]}, since {when(standing.since, now)}",
    )  # fmt: skip
    return Group(head, *(Shown(each) for each in particulars(standing, now)))


def particulars(standing: VisitStanding, now: datetime) -> Iterator[str]:
    """What else is to be known of it at a glance: when, how many, what is due and by whom."""
    holds = standing.approved or standing.asked
    what = "craft" if standing.subject.is_clearance else "visitors"
    count = f"{len(holds.persons)} {what}"
    if holds.sites:
        count += f", {len(holds.sites)} sites"
    level = f", up to {holds.level}" if holds.level else ""
    held = "approved" if standing.approved else "asked for"
    window = f"{clearance_time(holds.window.begins)} to {clearance_time(holds.window.ends)}"
    yield f"{held}: {window}; {count}{level}"
    if standing.pending:
        pending = standing.pending
        named = ", ".join(pending.items)
        yield (
            f"amendment {pending.asked.version} of {named}: {pending.phase}; meanwhile"
            f" {standing.underlying} holds"
        )
        yield from _due(pending.decision_due, standing.host, now, overdue=pending.overdue)
    if standing.phase is VisitPhase.TRANSMITTED and standing.answer is Answer.NOTIFICATION:
        yield "a notification: it needs no answer"
    yield from _due(standing.decision_due, standing.host, now, overdue=standing.overdue)
    if standing.number:
        yield f"number {standing.number}"
    if standing.category:
        yield f"category {standing.category}"
    waits = [desk for desk in standing.facilities if desk not in standing.concurred]
    if waits and standing.phase is VisitPhase.UNDER_REVIEW:
        yield f"waits for {', '.join(waits)} to concur"
    if standing.objected:
        yield f"OBJECTED: {', '.join(standing.objected)}"
    if standing.agreement:
        yield f"rests on {standing.agreement}"
    if standing.dispels:
        yield f"to dispel concern about {standing.dispels}"


def _due(due: datetime | None, host: str, now: datetime, *, overdue: bool) -> Iterator[str]:
    if due is None:
        return
    if overdue:
        yield f"! OVERDUE: {host} was to decide by {when(due, now)}; silence is no approval"
    else:
        yield f"{host} is to decide by {when(due, now)}"


def _words(told: Told) -> str | None:
    """What somebody wrote beside it."""
    content = told.content
    if isinstance(content, VisitRemark):
        return content.remark
    if content is None or isinstance(content, Certification) or hasattr(content, "form"):
        return None
    said = [f"{name}: {value}" for name, value in content if isinstance(value, str)]
    return "; ".join(said) or None


def _written(value: BaseModel, indent: str = "") -> Iterator[str]:
    """A form as it is read: one line a field, whatever was written made safe to show."""
    for name, inside in value:
        label = name.replace("_", " ")
        match inside:
            case None | ():
                continue
            case BaseModel():
                yield f"{indent}{label}:"
                yield from _written(inside, indent + "  ")
            case tuple():
                yield f"{indent}{label}: {len(inside)}"
                for number, each in enumerate(inside, start=1):
                    if isinstance(each, BaseModel):
                        yield f"{indent}  {number}."
                        yield from _written(each, indent + "    ")
                    else:
                        yield f"{indent}  {number}. {visible(str(each))}"
            case _:
                yield f"{indent}{label}: {_plain(inside)}"


def _plain(value: object) -> str:
    match value:
        case bool():
            return "YES" if value else "no"
        case Enum():
            return str(value.value)
        case datetime():
            return clearance_time(value)
        case _:
            return visible(str(value))


def contacts_screen(views: Sequence[ContactView], now: datetime) -> RenderableType:
    """Inspections, evaluations and contacts, by host."""
    if not views:
        return Shown("this desk was told of no inspection, evaluation or contact")
    parts: list[RenderableType] = []
    for view in views:
        contact = view.contact
        parts.append(
            Shown.assemble(
                bold(f"{contact.contact} by {contact.by}"), f", host {view.host}",
                f"  ({end_of(contact.contact_id)})\n", bold(contact.phase.value),
                f": {CONTACT_PHASES[contact.phase]}, since {when(contact.since, now)}\n",
                f"entry {when(contact.enters_at, now)}",
            )
        )  # fmt: skip
        parts += [Shown(each) for each in _contact_particulars(view, now)]
        if view.remark and (words := view.remark.remark or view.remark.subject):
            parts.append(set_in(visible(words)))
        parts.append(Shown(""))
    return Group(*parts[:-1])


def _contact_particulars(view: ContactView, now: datetime) -> Iterator[str]:
    contact = view.contact
    if contact.phase is ContactPhase.REQUESTED and contact.reply_due:
        yield f"{view.host} is to reply by {when(contact.reply_due, now)}"
    if contact.phase is ContactPhase.UNDER_WAY and contact.leave_by:
        yield f"over by {when(contact.leave_by, now)}"
    if contact.invited:
        yield f"invited {', '.join(contact.invited)}"
    if contact.accepted_by:
        yield f"accepted by {', '.join(contact.accepted_by)}"
    if contact.declined_by:
        yield f"declined by {', '.join(contact.declined_by)}"
    if contact.late:
        yield f"! OVERDUE: {', '.join(contact.late)}"
    if contact.dispels:
        yield f"to dispel concern about {contact.dispels}"
    quota = view.told[-1].notice.quota
    if quota:
        yield f"quota {quota.year}: {quota.used} of {quota.of}"


def visit_document(view: VisitView, *, whole: bool) -> dict[str, Any]:
    """A request for a program; `whole` with forms and words, where this desk may read them."""
    found: dict[str, Any] = {
        "reference": view.reference,
        "words": PHASES[view.standing.phase],
        "standing": view.standing.model_dump(mode="json"),
        "readable": bool(view.requests),
    }
    if not whole:
        return found
    return found | {
        "versions": {
            str(version): {
                "digest": read.digest,
                "flags": list(read.flags),
                "form": read.sealed.form.model_dump(mode="json") if read.sealed else None,
            }
            for version, read in sorted(view.requests.items())
        },
        "certifications": {
            str(version): each.model_dump(mode="json")
            for version, each in sorted(view.certifications.items())
        },
        "happened": [
            {"at": iso(each.at), "what": happened(each), "flags": list(each.flags)}
            for each in view.told
        ],
    }


def contact_document(view: ContactView) -> dict[str, Any]:
    """A contact for a program."""
    quota = view.told[-1].notice.quota
    return {
        "host": view.host,
        "words": CONTACT_PHASES[view.contact.phase],
        "contact": view.contact.model_dump(mode="json"),
        "quota": quota.model_dump(mode="json") if quota else None,
        "remark": view.remark.model_dump(mode="json") if view.remark else None,
        "steps": [CONTACT_STEPS[each.notice.step] for each in view.told],
    }
