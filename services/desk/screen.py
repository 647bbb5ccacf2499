"""What an officer sees, and what a program is given: words, times and flags. Pure.

Whatever another nation wrote goes through `visible` before it comes near a terminal. The
contracts admit only plain names for desks, officers and matters.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from rich import box
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text as Shown

from schemas.catalogue import payload_type_of
from schemas.hotline import (
    AcknowledgeMessage,
    CancelMessage,
    Capacity,
    CorrectMessage,
    MessageOuter,
    ReplyToMessage,
    ReportDelivered,
    ReportDeliveredToPrincipal,
    ReportReceived,
    Text,
)
from schemas.parties import Precedence
from schemas.receipts import CommandRefused
from services.bus.clock import age
from services.bus.topics import Realm
from services.desk.draft import Draft, KeptDraft
from services.desk.inner import EXERCISE_MARK
from services.desk.letters import Answer, Received, Sent
from services.desk.reports import Report
from services.desk.store.records import Alarm, LinkState, OutState

LATE_AFTER = timedelta(minutes=1)
"""A message that was longer on its way is marked LATE."""
END_OF_IDENTITY = 8
"""How many of an identity's last characters name it on a screen."""
MONTHS = "JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"
STATES = {
    OutState.QUEUED: "on this desk's disk, not yet on the bus",
    OutState.ON_BUS: "on the bus, not yet accepted",
    OutState.ACCEPTED: "accepted by the hotline",
    OutState.REFUSED: "nobody was given it",
}
REPORTS = {
    payload_type_of(ReportDelivered): "DELIVERED",
    payload_type_of(ReportReceived): "RECEIVED",
    payload_type_of(AcknowledgeMessage): "ACKNOWLEDGED",
    payload_type_of(ReportDeliveredToPrincipal): "DELIVERED TO PRINCIPAL",
}
_STYLES = {
    Precedence.OVERRIDE: "bold red",
    Precedence.FLASH: "bold red",
    Precedence.IMMEDIATE: "bold yellow",
}

# Untrusted text.

_SHOWN_AS_THEY_ARE = frozenset("\t\u200c\u200d")
_HIDDEN = frozenset(("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"))
_RIGHT_TO_LEFT = frozenset(("R", "AL", "AN"))


def visible(text: str) -> str:
    """One line in which every control, bidirectional or invisible character shows as its number.

    Nothing is left out. Tabs stay, and joiners, which Persian and Indic words are spelt with.
    """
    return _isolated("".join(_escaped(each) if _is_hidden(each) else each for each in text))


def paragraphs(text: str) -> str:
    """The same for a text of several lines, each shut off from its neighbours' direction."""
    return "\n".join(visible(line) for line in text.split("\n"))


def _is_hidden(character: str) -> bool:
    return unicodedata.category(character) in _HIDDEN and character not in _SHOWN_AS_THEY_ARE


def _escaped(character: str) -> str:
    number = f"{ord(character):04x}"
    return f"\\u{number}" if len(number) == len("ffff") else f"\\U{number:0>8}"


def _isolated(line: str) -> str:
    """A line with right-to-left words, so that it cannot turn around what stands beside it."""
    turns = any(unicodedata.bidirectional(each) in _RIGHT_TO_LEFT for each in line)
    return f"\u2068{line}\u2069" if turns else line


def set_in(words: str, by: int = 2) -> Padding:
    """What somebody wrote, on lines of its own: however it is made to wrap, no line of it stands
    where the desk's own words stand.
    """
    return Padding(Shown(words), (0, 0, 0, by), expand=False)


# Times and names.


def dtg(moment: datetime) -> str:
    """A date-time group: DDHHMMZ MON YY, in English whatever the machine's language."""
    return f"{moment:%d%H%M}Z {MONTHS[moment.month - 1]} {moment:%y}"


def when(moment: datetime, now: datetime) -> str:
    """A time in UTC with its age beside it."""
    if moment > now:
        return f"{dtg(moment)} (in {age(now, moment)})"
    return f"{dtg(moment)} ({age(moment, now)} ago)"


def end_of(identity: str) -> str:
    """What stands on a screen for a message, and suffices to name it."""
    return identity[-END_OF_IDENTITY:]


def nations(label_nations: Iterable[str]) -> str:
    """Who may read it."""
    return ", ".join(label_nations)


def _bold(words: str, style: str = "bold") -> Shown:
    return Shown(words, style=style)


def _precedence(precedence: Precedence) -> Shown:
    return _bold(precedence.value, _STYLES.get(precedence, ""))


# The link.


def link_lines(link: LinkState | None, now: datetime, realm: Realm, *, attached: bool) -> Shown:
    """Whether what this desk says goes out, in the first line of every screen of traffic."""
    if not attached:
        return _bold(f"NOTHING ON THIS DESK LISTENS TO THE BUS. {_how_to_run(realm)}", "bold red")
    if link is None:
        return Shown("bus: first try under way")
    if link.up:
        return Shown(f"bus reached since {when(link.changed_at, now)}")
    said = f"BUS NOT REACHED since {when(link.changed_at, now)}: {visible(link.trouble)}"
    return Shown.assemble((said, "bold red"), "\nWhat is queued goes out by itself.")


def _how_to_run(realm: Realm) -> str:
    name = "exercise-desk" if realm is Realm.EXERCISE else "desk"
    return f"Start it: detente {name} run"


def link_document(link: LinkState | None, *, attached: bool) -> dict[str, Any]:
    """The same for a program; `state` is NOT_ATTACHED, UNKNOWN, REACHED or NOT_REACHED."""
    if link is None or not attached:
        return {"state": "UNKNOWN" if attached else "NOT_ATTACHED", "since": None, "trouble": ""}
    return {
        "state": "REACHED" if link.up else "NOT_REACHED",
        "since": link.changed_at.isoformat(),
        "trouble": link.trouble,
    }


# Messages, either way.


def outer_document(outer: MessageOuter, text: Text | None) -> dict[str, Any]:
    """The outer part's own fields, with the inner part's beside them (null if unreadable)."""
    return {
        **outer.model_dump(mode="json"),
        "kind": type(outer).__name__,
        "dtg": dtg(outer.sent_at),
        "subject": text.subject if text else None,
        "text": text.text if text else None,
        "language": text.language if text else None,
    }


def relation(outer: MessageOuter) -> str:
    """What a message does to an earlier one; empty where it does nothing."""
    match outer:
        case ReplyToMessage():
            return f"REPLY TO {end_of(outer.in_reply_to)}"
        case CorrectMessage():
            return f"CORRECTED COPY, takes the place of {end_of(outer.obsoletes)}"
        case CancelMessage():
            return f"CANCELS {end_of(outer.obsoletes)}"
        case _:
            return ""


def message_lines(outer: MessageOuter, text: Text | None, now: datetime) -> RenderableType:
    """A message in the line order of ACP 127, then what it says of itself beyond that."""
    label = outer.label
    head = Shown.assemble(
        _precedence(outer.precedence),
        f" {when(outer.sent_at, now)}\nFM {outer.sender}\nTO {', '.join(outer.action)}\n",
        f"INFO {', '.join(outer.info)}\n" if outer.info else "",
        "BT\n",
        _bold(label.classification.value),
        f" (policy {label.policy}) REL TO {nations(label.releasable_to)}",
    )
    words: RenderableType = _bold("THE TEXT CANNOT BE READ HERE", "bold red")
    if text is not None:
        words = set_in(f"SUBJ: {visible(text.subject)}\n{paragraphs(text.text)}")
    return Group(head, words, Shown("\n".join(("BT", *_particulars(outer, text, now)))))


def _particulars(outer: MessageOuter, text: Text | None, now: datetime) -> Sequence[str]:
    lines = [
        f"identity {outer.message_id}, matter {outer.matter}, act {outer.act.value}",
        f"drafted by {outer.drafter}, released by {outer.releaser} of {outer.sender}",
    ]
    if text is not None:
        lines.append(f"language {text.language}")
        lines += [f"quotes {end_of(each.message)}" for each in text.quotes]
    return [*lines, *_times(outer, now), *filter(None, [relation(outer)])]


def _times(said: MessageOuter | Draft, now: datetime) -> Sequence[str]:
    """What a message or draft refers to, and until when it waits and stands."""
    lines = []
    if said.references:
        lines.append(f"refers to {', '.join(end_of(each) for each in said.references)}")
    if said.reply_by:
        lines.append(f"reply by {when(said.reply_by, now)}")
    if said.expires_at:
        lines.append(f"expires {when(said.expires_at, now)}")
    return lines


# Received.


def letter_flags(letter: Received, reports: Sequence[Report], now: datetime) -> list[str]:
    """All that an officer must not overlook, in words."""
    flags = []
    if letter.is_overdue(now):
        assert letter.acknowledge_by is not None, "only what has a ceiling can be overdue"
        flags.append(f"OVERDUE since {when(letter.acknowledge_by, now)}")
    if letter.withdrawn_by:
        flags.append(f"{letter.withdrawn_how} BY {end_of(letter.withdrawn_by)}")
    if letter.is_expired(now):
        flags.append("EXPIRED")
    if letter.is_late(LATE_AFTER):
        flags.append(f"LATE: {age(letter.outer.sent_at, letter.delivered_at)} on its way")
    if letter.missing:
        flags.append(f"GAP: {letter.missing} missing before this one")
    if letter.standing_in_for:
        rung = f" ({letter.rung.replace('_', ' ')})" if letter.rung else ""
        flags.append(f"STANDING IN for {letter.standing_in_for}{rung}")
    flags += [f"FLAW in its text: {code}" for code in letter.flags]
    return flags + [
        f"{REPORTS[each.out.kind]} WAS REFUSED: {_why(each.refusal)}"
        for each in reports
        if each.out.state is OutState.REFUSED
    ]


def letter_state(letter: Received, reports: Sequence[Report]) -> str:
    """Its state here; where the originator cannot know of it yet, that too."""
    told = [each for each in reports if REPORTS[each.out.kind] == letter.state]
    if told and told[-1].out.state is OutState.QUEUED:
        return f"{letter.state}, but that is still {STATES[OutState.QUEUED]}"
    return letter.state


def letter_document(letter: Received, reports: Sequence[Report], now: datetime) -> dict[str, Any]:
    """A received message for a program."""
    withdrawn = {letter.withdrawn_how: letter.withdrawn_by}
    return {
        **outer_document(letter.outer, letter.text),
        "state": letter.state,
        "capacity": letter.capacity.value,
        "standing_in_for": letter.standing_in_for,
        "rung": letter.rung.value if letter.rung else None,
        "acknowledge_by": _iso(letter.acknowledge_by),
        "delivered_at": letter.delivered_at.isoformat(),
        "overdue": letter.is_overdue(now),
        "expired": letter.is_expired(now),
        "late": letter.is_late(LATE_AFTER),
        "superseded_by": withdrawn.get("SUPERSEDED"),
        "cancelled_by": withdrawn.get("CANCELLED"),
        "missing_before": letter.missing,
        "flaws": list(letter.flags),
        "reports": [report_document(each) for each in reports],
    }


def report_document(report: Report) -> dict[str, Any]:
    """One report on a received message for a program."""
    return {
        "report": REPORTS[report.out.kind],
        "report_id": report.out.message,
        "state": report.out.state.value,
        "at": report.out.queued_at.isoformat(),
        "refusal": refusal_document(report.refusal),
    }


def letter_screen(letter: Received, reports: Sequence[Report], now: datetime) -> RenderableType:
    """One received message."""
    parts: list[RenderableType] = [
        _bold(f"! {flag}", "bold red") for flag in letter_flags(letter, reports, now)
    ]
    parts += [message_lines(letter.outer, letter.text, now), Shown(f"here: {letter.state}")]
    waits = letter.state in ("DELIVERED", "RECEIVED") and not letter.withdrawn_by
    if waits and letter.acknowledge_by and letter.capacity is not Capacity.INFO:
        parts.append(_bold(f"acknowledge by {when(letter.acknowledge_by, now)}"))
    return Group(*parts)


def inbox_table(
    given: Sequence[tuple[Received, Sequence[Report]]], now: datetime
) -> RenderableType:
    """Every message received, oldest first, each with all its flags."""
    if not given:
        return Shown("the inbox is empty")
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, expand=True)
    table.add_column("message, from", min_width=len("message, from"), overflow="fold")
    table.add_column("precedence, DTG", min_width=len("precedence, DTG"), overflow="fold")
    table.add_column("subject, flags", ratio=1, overflow="fold")
    table.add_column("state", min_width=len("ACKNOWLEDGED"), max_width=24)
    for letter, reports in given:
        subject = visible(letter.text.subject) if letter.text else "(cannot be read)"
        cell: list[RenderableType] = [set_in(subject)]
        cell += [Shown(words) for words in (relation(letter.outer),) if words]
        cell += [_bold(f"! {flag}", "bold red") for flag in letter_flags(letter, reports, now)]
        outer = letter.outer
        sent_at = f"\n{dtg(outer.sent_at)}\n{age(outer.sent_at, now)} ago"
        table.add_row(
            Shown(f"{end_of(outer.message_id)}\n{outer.sender}\n{letter.capacity.value}"),
            _precedence(outer.precedence).append(sent_at, style="not bold default"),
            Group(*cell),
            Shown(letter_state(letter, reports)),
        )
    return table


def inbox_sum(letters: Sequence[Received], alarms: int, now: datetime) -> Shown:
    """What is left to do, in one line."""
    waiting = [
        each
        for each in letters
        if each.state in ("DELIVERED", "RECEIVED")
        and each.withdrawn_by is None
        and each.capacity is not Capacity.INFO
    ]
    overdue = sum(each.is_overdue(now) for each in waiting)
    shown = Shown(f"{len(waiting)} not acknowledged, {overdue} of them OVERDUE; ")
    return shown.append(f"{alarms} alarm{'' if alarms == 1 else 's'}", "bold red" if alarms else "")


# Sent.


def sent_document(letter: Sent) -> dict[str, Any]:
    """A sent message for a program, with what happened on the way to each addressee."""
    return {
        **outer_document(letter.outer, letter.text),
        "state": letter.state.value,
        "queued_at": letter.queued_at.isoformat(),
        "refusal": refusal_document(letter.refusal),
        "moved": [each.to_lane.value for each in letter.moved],
        "addressees": [
            {
                "desk": desk,
                "capacity": capacity.value,
                "overdue": desk in letter.overdue_at,
                "steps": [_answer_document(each) for each in letter.answers if each.desk == desk],
            }
            for desk, capacity in _addressees(letter)
        ],
    }


def _answer_document(answer: Answer) -> dict[str, Any]:
    return {
        "what": answer.what,
        "at": answer.at.isoformat(),
        "by": answer.by,
        "officer": answer.officer,
        "passed_to": answer.passed_to,
        "remark": answer.remark,
    }


def refusal_document(refusal: CommandRefused | None) -> dict[str, str] | None:
    """Why the service took no notice of it, for a program."""
    if refusal is None:
        return None
    return {"code": refusal.code, "reason": refusal.reason, "detail": refusal.detail}


def _why(refusal: CommandRefused | None) -> str:
    if refusal is None:
        return "the reason has not arrived"
    detail = f" ({refusal.detail})" if refusal.detail else ""
    return visible(f"{refusal.code}: {refusal.reason}{detail}")


def _addressees(letter: Sent) -> list[tuple[str, Capacity]]:
    named = [(desk, Capacity.ACTION) for desk in letter.outer.action]
    named += [(desk, Capacity.INFO) for desk in letter.outer.info]
    known = {letter.outer.sender, *(desk for desk, _ in named)}
    stood_in = dict.fromkeys(each.desk for each in letter.answers if each.desk not in known)
    return [*named, *((desk, Capacity.ALTERNATE) for desk in stood_in)]


def sent_lines(letter: Sent, now: datetime) -> RenderableType:
    """One sent message: how far it got, and what came back from each addressee."""
    subject = visible(letter.text.subject) if letter.text else "(cannot be read)"
    head = Shown.assemble(
        f"{end_of(letter.outer.message_id)}  ",
        _precedence(letter.outer.precedence),
        f"  {when(letter.outer.sent_at, now)}  matter {letter.outer.matter}",
    )
    state = Shown(f"  {letter.state.value}: {STATES[letter.state]}", state_style(letter.state))
    if letter.state is OutState.REFUSED:
        state.append(f"\n  {_why(letter.refusal)}", style="")
    for moved in letter.moved:
        state.append(
            f"\n  ! travels on lane {moved.to_lane}, not {moved.from_lane}: the desk's budget"
            " for that lane is spent"
        )
    parts: list[RenderableType] = [head, set_in(subject)]
    parts += [Shown(f"  {words}") for words in (relation(letter.outer),) if words]
    parts.append(state)
    for desk, capacity in _addressees(letter):
        parts += _way_lines(letter, desk, capacity, now)
    return Group(*parts)


def _way_lines(
    letter: Sent, desk: str, capacity: Capacity, now: datetime
) -> Sequence[RenderableType]:
    """All that happened on the way to one desk."""
    steps = [each for each in letter.answers if each.desk == desk]
    parts: list[RenderableType] = [_bold(f"  {desk} ({capacity.value})")]
    for step in steps:
        parts.append(Shown(f"    {_step(step, now)}", style=_answer_style(step.what)))
        if step.passed_to:
            parts.append(set_in(f"passed to {visible(step.passed_to)}", by=6))
        if step.remark:
            parts.append(set_in(f"remark: {visible(step.remark)}", by=6))
    if not steps:
        parts.append(Shown("    nothing yet"))
    if desk in letter.overdue_at:
        parts.append(_bold("    ! OVERDUE: not acknowledged in time", "bold red"))
    return parts


def state_style(state: OutState) -> str:
    """The colour beside the word; never without it."""
    return {OutState.ACCEPTED: "green", OutState.REFUSED: "bold red"}.get(state, "yellow")


def _answer_style(what: str) -> str:
    return "bold red" if what == "OVERDUE" else ""


def _step(answer: Answer, now: datetime) -> str:
    line = f"{answer.what} {when(answer.at, now)}"
    if answer.what in LADDER:
        tried = f"given to {answer.by}" if answer.by != "nobody" else "the desk names none"
        return f"silent; {line}: {tried}"
    by = answer.by if answer.by != answer.desk else ""
    who = " of ".join(part for part in (answer.officer, by) if part)
    return f"{line} by {who}" if who else line


LADDER = frozenset(("ALTERNATE TERMINAL", "ALTERNATE DUTY OFFICER", "SUPERVISOR", "OTHER CHANNEL"))


def outbox_screen(sent: Sequence[Sent], now: datetime) -> RenderableType:
    """Every message released, oldest first."""
    if not sent:
        return Shown("the outbox is empty")
    lines: list[RenderableType] = []
    for letter in sent:
        lines += [sent_lines(letter, now), Shown("")]
    return Group(*lines[:-1])


def outcome_lines(state: OutState, refusal: CommandRefused | None, *, alone: bool) -> Shown:
    """What became of something just released; `alone` where nothing sends it after this."""
    said = Shown(f"{state.value}: {STATES[state]}", style=state_style(state))
    if state is OutState.REFUSED:
        return said.append(f"\n{_why(refusal)}", style="")
    if state is OutState.QUEUED and alone:
        return said.append("\nNothing sends it until `run` is started on this desk.", style="")
    if state is OutState.QUEUED:
        return said.append("\nIt goes out by itself as soon as the bus is reached.", style="")
    return said


def report_line(report: Report, *, alone: bool) -> Shown:
    """What became of a report just made."""
    word, state = REPORTS[report.out.kind], report.out.state
    if state is OutState.ON_BUS:
        return Shown(f"{word} is on the bus. The hotline answers only if it refuses it.")
    told = outcome_lines(state, report.refusal, alone=alone)
    return Shown.assemble(f"{word} is ", told)


# Drafts and alarms.


def draft_document(kept: KeptDraft) -> dict[str, Any]:
    """A draft for a program."""
    return {
        "number": kept.number,
        "drafter": kept.drafter,
        "drafted_at": kept.drafted_at.isoformat(),
        **kept.draft.model_dump(mode="json"),
    }


def drafts_screen(drafts: Sequence[KeptDraft], now: datetime) -> RenderableType:
    """What waits for a releaser, whole: a releaser confirms every word."""
    if not drafts:
        return Shown("there are no drafts")
    return Group(*(_draft_lines(each, now) for each in drafts))


def _draft_lines(kept: KeptDraft, now: datetime) -> RenderableType:
    draft = kept.draft
    head = Shown.assemble(
        _bold(f"draft {kept.number}"),
        f" by {kept.drafter} {when(kept.drafted_at, now)}, not released, matter {draft.matter}\n",
        _precedence(draft.precedence),
        f" (proposed) act {draft.act.value}\nTO {', '.join(draft.action)}\n",
        f"INFO {', '.join(draft.info)}\n" if draft.info else "",
        f"{draft.label.classification.value} (policy {draft.label.policy})"
        f" REL TO {nations(draft.label.releasable_to)}",
        *(f"\n{line}" for line in _times(draft, now)),
    )
    return Group(head, set_in(f"SUBJ: {visible(draft.subject)}\n{paragraphs(draft.text)}"))


def alarm_document(alarm: Alarm) -> dict[str, str]:
    """An alarm for a program; the record's bytes stay in the store."""
    return {
        "code": alarm.code,
        "reason": alarm.reason,
        "origin": alarm.origin,
        "raised_at": alarm.raised_at.isoformat(),
    }


def alarms_screen(alarms: Sequence[Alarm], now: datetime) -> RenderableType:
    """What was refused here."""
    if not alarms:
        return Shown("no alarms: nothing that came was forged, altered or numbered twice")
    return Group(
        *(
            Shown(
                f"! {visible(each.code)} {when(each.raised_at, now)} at {visible(each.origin)}\n"
                f"  {visible(each.reason)}"
            )
            for each in alarms
        )
    )


def framed(screen: RenderableType, realm: Realm) -> RenderableType:
    """An exercise screen says so above and below; a live one says nothing of exercises."""
    if realm is Realm.LIVE:
        return screen
    mark = _bold(EXERCISE_MARK, "bold magenta")
    return Group(mark, screen, mark)


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
