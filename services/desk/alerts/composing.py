"""From an officer's form to the envelope and the CAP message inside it. Pure."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from schemas.alerts import (
    AlertContent,
    Attribution,
    FollowUp,
    PreApproved,
    Template,
)
from schemas.cap import (
    CapAlert,
    CapArea,
    CapBlock,
    CapReference,
    MsgType,
    Named,
    ResponseType,
    Status,
    cap_time,
    instant,
)
from schemas.crisis import precedence_of
from schemas.parties import Precedence
from schemas.sources import Corroboration
from services.desk.alerts.forms import AlertForm, WordsForm
from services.desk.alerts.view import AlertView, Approved, Message
from services.desk.alerts.weight import WORDS
from services.desk.inner.alerts import CODE_NAME
from services.desk.trouble import DeskTrouble


def precedence_for(form: AlertForm, view: AlertView | None) -> Precedence:
    """The least that its urgency asks for, what the officer asks for, and what went before."""
    lead = form.info[0]
    found = [precedence_of(lead.urgency, lead.severity)]
    found += [form.precedence] if form.precedence else []
    found += [view.standing.precedence] if view else []
    return max(found, key=lambda each: each.rank)


def outer_fields(form: AlertForm, pre: PreApproved, precedence: Precedence) -> dict[str, Any]:
    """What stands on the envelope of an alert or an update."""
    lead = form.info[0]
    return {
        "event_code": form.event_code,
        "urgency": lead.urgency,
        "severity": lead.severity,
        "certainty": lead.certainty,
        "status": form.status,
        "concerned": form.concerned,
        "geocodes": form.geocodes,
        "event_at": form.event_at,
        "incident": form.incident,
        "addressed": form.addressed,
        "onset": _moment(lead.onset),
        "effective": _moment(lead.effective),
        "expires": _moment(lead.expires),
        "threads": form.threads,
        "confidence": form.attribution.confidence,
        "templates": pre,
        "label": form.label,
        "precedence": precedence,
        "lane": precedence.lane,
        "sources": form.sources,
    }


def _moment(written: str | None) -> datetime | None:
    return instant(written).astimezone(UTC) if written else None


def content_of(
    form: AlertForm,
    both: Approved,
    *,
    sender: str,
    identifier: str,
    now: datetime,
    refers_to: CapReference | None = None,
) -> AlertContent:
    """The CAP message, with the event code and geocodes of the envelope in it."""
    cap = CapAlert(
        identifier=identifier,
        sender=sender,
        sent=cap_time(now),
        status=form.status,
        msg_type=MsgType.UPDATE if refers_to else MsgType.ALERT,
        source=form.source,
        scope=form.scope,
        restriction=form.restriction,
        addresses=form.addresses,
        code=form.code,
        note=form.note,
        references=(refers_to,) if refers_to else (),
        incidents=(form.incident,) if form.incident else (),
        info=tuple(_coded(each, form) for each in form.info),
    )
    return AlertContent(cap=cap, attribution=form.attribution, templates=both.pair)


def _coded(info: CapBlock, form: AlertForm) -> CapBlock:
    code = Named(value_name=CODE_NAME, value=form.event_code.value)
    others = tuple(each for each in info.event_code if each.value_name != CODE_NAME)
    area = info.area
    missing = [g for g in form.geocodes if not any(_has(each, g) for each in area)]
    if missing:
        named = tuple(Named(value_name=CODE_NAME, value=each) for each in missing)
        first = area[0] if area else CapArea(area_desc=", ".join(missing))
        area = (first.model_copy(update={"geocode": (*first.geocode, *named)}), *area[1:])
    return info.model_copy(update={"event_code": (code, *others), "area": area})


def _has(area: CapArea, code: str) -> bool:
    return any((each.value_name, each.value) == (CODE_NAME, code) for each in area.geocode)


def form_of(view: AlertView) -> AlertForm:
    """The alert as it was told last, to be changed and told again."""
    whole = view.whole
    if whole is None or whole.content is None:
        raise DeskTrouble("this desk holds no readable words of that alert")
    outer: Any = whole.outer
    cap = whole.content.cap
    return AlertForm(
        event_code=outer.event_code,
        addressed=outer.addressed,
        concerned=outer.concerned,
        event_at=outer.event_at,
        geocodes=outer.geocodes,
        incident=outer.incident,
        threads=outer.threads,
        label=outer.label,
        attribution=whole.content.attribution or Attribution(),
        status=cap.status,
        scope=cap.scope,
        restriction=cap.restriction,
        addresses=cap.addresses,
        source=cap.source,
        code=cap.code,
        note=cap.note,
        info=cap.info,
        sources=outer.sources,
    )


def follow_up(
    kind: type[FollowUp],
    view: AlertView,
    words: Template | WordsForm | None,
    *,
    identifier: str,
    now: datetime,
) -> AlertContent:
    """A correction, a cancellation or an all clear, made from what was said last."""
    whole, newest = view.whole, view.newest
    if whole is None or whole.cap is None or newest is None or newest.cap is None:
        raise DeskTrouble("this desk holds no readable words of that alert")
    template = words if isinstance(words, Template) else None
    info = _said(whole.cap.info[0], words)
    if kind.msg_type is MsgType.UPDATE and words is None:
        info = info.model_copy(update={"response_type": (ResponseType.ALL_CLEAR,)})
    cap = CapAlert(
        identifier=identifier,
        sender=whole.cap.sender,
        sent=cap_time(now),
        status=whole.cap.status,
        msg_type=kind.msg_type,
        scope=whole.cap.scope,
        restriction=whole.cap.restriction,
        addresses=whole.cap.addresses,
        note=words.note if words else whole.cap.note or "All clear.",
        references=(newest.cap.triple,),
        incidents=whole.cap.incidents,
        info=(_lasting(info, now),),
    )
    return AlertContent(cap=cap, used=template)


def _said(info: CapBlock, words: Template | WordsForm | None) -> CapBlock:
    if words is None:
        return info
    return info.model_copy(
        update={
            "language": words.language,
            "headline": words.headline,
            "description": words.description,
            "instruction": words.instruction,
        }
    )


def _lasting(info: CapBlock, now: datetime) -> CapBlock:
    """Without an end that has passed: a correction is good though the alert has expired."""
    update: dict[str, Any] = {"effective": None}
    if info.expires is not None and instant(info.expires) <= now:
        update["expires"] = None
    return info.model_copy(update=update)


def answer(
    view: AlertView, to: Message, msg_type: MsgType, *, sender: str, now: datetime, note: str | None
) -> CapAlert:
    """CAP's Ack or Error to one message."""
    if to.cap is None:
        raise DeskTrouble("this desk cannot read that message, so it can only acknowledge it")
    exercise = f"Exercise {view.exercise}." if to.cap.status is Status.EXERCISE else None
    said = " ".join(part for part in (exercise, note) if part)
    return CapAlert(
        identifier=f"{msg_type.value.lower()}-{to.identity[-16:]}",
        sender=sender,
        sent=cap_time(now),
        status=to.cap.status,
        msg_type=msg_type,
        scope=to.cap.scope,
        restriction=to.cap.restriction,
        addresses=to.cap.addresses,
        note=said or None,
        references=(to.cap.triple,),
        incidents=to.cap.incidents,
    )


def marked(cap: CapAlert, view: AlertView, now: datetime) -> CapAlert:
    """A message for readers outside: what several sources do not bear out says so in its note."""
    found = view.standing.corroboration
    if found in (None, Corroboration.CORROBORATED):
        return cap
    said = f"{found} as of {cap_time(now)}: {WORDS[found]}."
    return cap.model_copy(update={"note": " ".join(filter(None, (cap.note, said)))})
