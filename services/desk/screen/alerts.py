"""Alerts: how each stands in plain words, who has which word of it, and what was said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from rich.console import Group, RenderableType
from rich.text import Text as Shown

from schemas.alerts import (
    AlertAcknowledged,
    AlertCapAcked,
    AlertCapErrored,
    AlertContradicted,
    AlertCorrected,
    AlertCorroborated,
    AlertLadderClimbed,
    AlertLinked,
    AlertOverdue,
    AlertPhase,
    AlertSettled,
    AlertUpdated,
    AlertWord,
    RecipientPhase,
    RecipientStanding,
)
from schemas.cap import CapArea, CapBlock
from schemas.crisis import EventCode
from schemas.sources import Corroboration
from services.desk.alerts.view import AlertView, Approved, Message
from services.desk.alerts.weight import WORDS, rests_on, source_named, spoken, weight_document
from services.desk.screen.notation import bold, dtg, end_of, iso, precedence_shown, when
from services.desk.screen.untrusted import set_in, visible
from services.desk.submissions import Told

PHASES: Mapping[AlertPhase, str] = {
    AlertPhase.DRAFT: "not sent",
    AlertPhase.ACTIVE: "in effect",
    AlertPhase.UPDATED: "in effect; not everybody who had it has the newest word yet",
    AlertPhase.CANCELLED: "withdrawn by its sender",
    AlertPhase.EXPIRED: "over: its time has passed",
    AlertPhase.ALL_CLEAR: "over: its sender gave the all clear",
}
RECIPIENTS: Mapping[RecipientPhase, str] = {
    RecipientPhase.UNACKED: "no CAP answer",
    RecipientPhase.ACKED: "CAP Ack: accepted as valid",
    RecipientPhase.ERRORED: "CAP Error: rejected",
    RecipientPhase.OVERDUE: "OVERDUE: silent beyond its time",
}
_STYLES = {
    AlertPhase.ACTIVE: "bold red",
    AlertPhase.UPDATED: "bold yellow",
    AlertPhase.ALL_CLEAR: "green",
}


_WEIGHTS = {
    Corroboration.UNCORROBORATED: "bold yellow",
    Corroboration.CORROBORATED: "bold",
    Corroboration.CONTRADICTED: "bold magenta",
    Corroboration.DISPUTED: "bold magenta",
}


def alerts_screen(views: Sequence[AlertView], now: datetime) -> RenderableType:
    """Every alert, each with its state and its age."""
    if not views:
        return Shown("this desk was told of no alert")
    parts: list[RenderableType] = []
    for view in views:
        parts += [_head(view, now), Shown("")]
    return Group(*parts[:-1])


def alert_screen(view: AlertView, now: datetime) -> RenderableType:
    """One alert: how it stands, who has what, whom it is attributed to, and what was said."""
    parts: list[RenderableType] = [_head(view, now), Shown("")]
    parts += [_recipient(each, now) for each in view.standing.recipients]
    parts += [Shown(f"{rests_on(view)}"), *(Shown(each) for each in spoken(view))]
    for each in view.attributions:
        said = each.attribution
        actor = visible(said.claimed_actor or "nobody named")
        parts.append(Shown(f"attribution {when(each.at, now)}: {actor}, {said.confidence}"))
        parts += [set_in(visible(said.basis))] if said.basis else []
    for number, message in enumerate(view.messages, 1):
        parts += [Shown(""), *_message(number, message, now)]
    parts.append(Shown(""))
    parts += [Shown(f"{when(each.at, now)}  {happened_words(each)}") for each in view.happened]
    return Group(*parts)


def _head(view: AlertView, now: datetime) -> RenderableType:
    standing = view.standing
    phase = bold(standing.phase.value, _STYLES.get(standing.phase, "bold"))
    head = Shown.assemble(
        bold(standing.event_code.value), "  by ", standing.sender, "  ",
        precedence_shown(standing.precedence), f"\n{view.matter}\n", phase,
        f": {PHASES[standing.phase]}, since {when(standing.since, now)}",
    )  # fmt: skip
    parts: list[RenderableType] = [head]
    if standing.false_alert:
        parts.append(bold("FALSE ALERT: its sender says that nothing of it happened", "bold red"))
    if corroboration := view.standing.corroboration:
        parts.append(
            bold(
                f"{corroboration}: {WORDS[corroboration]} ({rests_on(view)})",
                _WEIGHTS[corroboration],
            )
        )
    if headline := _headline(view):
        parts.append(set_in(visible(headline)))
    parts += [Shown(each) for each in _particulars(view, now)]
    return Group(*parts)


def _headline(view: AlertView) -> str | None:
    cap = view.newest.cap if view.newest else None
    return cap.info[0].headline if cap and cap.info else None


def _particulars(view: AlertView, now: datetime) -> Sequence[str]:
    standing, said = view.standing, []
    held = standing.holding_uncorrected
    if held:
        desks = ", ".join(each.desk for each in standing.recipients if each.uncorrected)
        said.append(f"! {held} still hold{'s' * (held == 1)} an earlier word: {desks}")
    waiting = [each for each in standing.recipients if not each.taken_over]
    if waiting:
        due = min(each.due for each in waiting)
        names = ", ".join(each.desk for each in waiting)
        said.append(f"not acknowledged by {names}; due {when(due, now)}")
    if standing.expires is not None and not view.is_over:
        said.append(f"expires {when(standing.expires, now)}")
    if standing.incident:
        threads = ", ".join(standing.threads)
        said.append(f"incident {standing.incident}{f'; threads {threads}' if threads else ''}")
    return said


def _recipient(recipient: RecipientStanding, now: datetime) -> RenderableType:
    taken = "acknowledged" if recipient.taken_over else f"due {when(recipient.due, now)}"
    older = "; STILL HOLDS AN EARLIER WORD" if recipient.uncorrected else ""
    style = "bold red" if recipient.phase is RecipientPhase.OVERDUE or older else ""
    words = f"{recipient.capacity.value.lower()}: {taken}; {RECIPIENTS[recipient.phase]}{older}"
    return Shown.assemble(f"{recipient.desk}  ", (words, style))


def _message(number: int, message: Message, now: datetime) -> list[RenderableType]:
    outer = message.outer
    parts: list[RenderableType] = [
        Shown(
            f"{number}  {type(outer).__name__}  CAP {outer.msg_type}  {end_of(message.identity)}  "
            f"{when(outer.sent_at, now)}  by {outer.officer}"
        )
    ]
    if message.flags:
        flags = ", ".join(message.flags)
        parts.append(bold(f"! this desk's checks found: {flags}", "bold red"))
    if message.cap is None:
        return [*parts, Shown("its words cannot be read at this desk")]
    if message.cap.note:
        parts.append(set_in(f"note: {visible(message.cap.note)}"))
    for info in message.cap.info:
        parts += [set_in(line) for line in _info(info)]
    return parts


def _info(info: CapBlock) -> list[str]:
    how = f"{info.urgency}, {info.severity}, {info.certainty}"
    said = [f"[{info.language or 'en-US'}] {visible(info.event)}: {how}"]
    said += [visible(x) for x in (info.headline, info.description, info.instruction) if x]
    return said + [_area(each) for each in info.area]


def _area(area: CapArea) -> str:
    shapes = [f"polygon of {len(each.corners) - 1} corners" for each in area.polygon]
    shapes += [
        f"{each.radius_km:g} km around {each.centre.latitude:g},{each.centre.longitude:g}"
        for each in area.circle
    ]
    shapes += [f"{visible(each.value_name)} {visible(each.value)}" for each in area.geocode]
    return f"area {visible(area.area_desc)}: {'; '.join(shapes) or 'in words only'}"


def happened_words(told: Told) -> str:  # noqa: C901, PLR0912 - one case a kind of event.
    """What happened, in one line, without what anybody wrote."""
    event = told.notice.event
    match event:
        case AlertUpdated() if event.was is not event.confidence:
            return (
                f"updated (message {event.number}); attribution {event.was} to {event.confidence}"
            )
        case AlertCorrected() if event.false_alert:
            return f"corrected (message {event.number}): a false alert"
        case AlertWord():
            word = event.kind.removeprefix("Alert").lower()  # type: ignore[attr-defined]  # each kind has it
            return f"{word} (message {event.number}) by {event.by}"
        case AlertAcknowledged():
            late = "" if event.timely else ", late"
            instead = f" for {event.desk}" if event.by != event.desk else ""
            return f"message {event.number} acknowledged by {event.by}{instead}{late}"
        case AlertCapAcked():
            late = "" if event.timely else ", late"
            return f"CAP Ack by {event.desk} to message {event.number}: accepted as valid{late}"
        case AlertCapErrored():
            return f"CAP Error by {event.desk} to message {event.number}: rejected"
        case AlertLadderClimbed():
            to = event.to or "nobody: its ladder lacks this rung"
            return f"{event.desk} is silent: {event.step}, given to {to}"
        case AlertOverdue():
            return f"{event.desk} is OVERDUE since {dtg(event.due)}; why is not known"
        case AlertSettled():
            return f"everybody who had it has message {event.number}"
        case AlertLinked():
            return f"linked to {event.incident} by {event.by}"
        case AlertCorroborated():
            return f"borne out by {source_named(event.source)}, says {event.by}"
        case AlertContradicted():
            return f"CONTRADICTED by {source_named(event.source)}, says {event.by}"
        case _:
            return f"expired {dtg(event.due)}"


def alert_document(view: AlertView) -> dict[str, Any]:
    """An alert for a program."""
    return {
        "matter": view.matter,
        "standing": view.standing.model_dump(mode="json"),
        "words": PHASES[view.standing.phase],
        "weight": weight_document(view),
        "exercise": view.exercise,
        "attributions": [
            {"at": iso(each.at), **each.attribution.model_dump(mode="json")}
            for each in view.attributions
        ],
        "messages": [
            {
                "identity": each.identity,
                "kind": type(each.outer).__name__,
                "at": iso(each.outer.sent_at),
                "officer": each.outer.officer,
                "flags": list(each.flags),
                "cap": each.cap.model_dump(mode="json") if each.cap else None,
            }
            for each in view.messages
        ],
        "happened": [
            {
                "at": iso(each.at),
                "what": happened_words(each),
                "event": each.notice.event.model_dump(mode="json"),
            }
            for each in view.happened
        ],
    }


def templates_screen(found: Mapping[EventCode, Approved], now: datetime) -> RenderableType:
    """Which kinds of alert this desk may issue, and with which words it takes them back."""
    if not found:
        return Shown("no templates are approved: no alert can be issued")
    parts: list[RenderableType] = []
    for code, each in sorted(found.items()):
        notice = each.notice
        by = f"written by {notice.drafter}, approved by {notice.approver}"
        parts.append(Shown.assemble(bold(code.value), f"  {by}, {when(notice.at, now)}"))
        for template in (each.pair.cancel, each.pair.correction):
            words = f"{template.purpose}: {visible(template.headline)}"
            parts += [set_in(words), set_in(visible(template.description), 4)]
    return Group(*parts)


def templates_document(found: Mapping[EventCode, Approved]) -> list[dict[str, Any]]:
    """The same for a program."""
    return [
        {
            "event_code": code.value,
            "approved": each.notice.model_dump(mode="json"),
            "templates": each.pair.model_dump(mode="json"),
        }
        for code, each in sorted(found.items())
    ]


def incidents_screen(
    found: Mapping[str, Sequence[AlertView]], requests: Mapping[str, Sequence[str]], now: datetime
) -> RenderableType:
    """Every event, with its alerts, its requests and the hotline threads about it."""
    if not (found or requests):
        return Shown("nothing is linked to an incident")
    parts: list[RenderableType] = []
    for incident in sorted({*found, *requests}):
        parts.append(bold(incident))
        for view in found.get(incident, ()):
            standing = view.standing
            parts.append(
                set_in(
                    f"alert {view.matter} by {standing.sender}: {standing.phase}, "
                    f"since {when(standing.since, now)}"
                    f"{f'; {standing.corroboration}' if standing.corroboration else ''}"
                )
            )
        parts += [set_in(f"request {each}") for each in requests.get(incident, ())]
        threads = sorted({t for view in found.get(incident, ()) for t in view.standing.threads})
        parts += [set_in(f"thread {each}") for each in threads]
    return Group(*parts)
