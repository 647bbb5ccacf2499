"""The inbox: messages received, each with all that must not be overlooked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text as Shown

from schemas.acts import Act
from schemas.hotline import Capacity
from services.bus.clock import age
from services.desk.inner.read_back import to_read_back
from services.desk.letters import Received
from services.desk.orders import OrdersOwed, items_owed, orders_owed
from services.desk.reports import Report
from services.desk.screen.course import (
    course_document,
    course_lines,
    item_words,
    orders_document,
    orders_words,
    translation_document,
    translation_lines,
)
from services.desk.screen.message import message_lines, outer_document, relation
from services.desk.screen.notation import bold, dtg, end_of, iso, precedence_shown, when
from services.desk.screen.progress import REPORTS, STATES, report_document, why
from services.desk.screen.untrusted import set_in, visible
from services.desk.store.records import OutState

LATE_AFTER = timedelta(minutes=1)
"""A message that was longer on its way is marked LATE."""


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
        if letter.withdrawn_unread:
            subject = "(kept on record; nothing is asked of you)"
        cell: list[RenderableType] = [set_in(subject)]
        cell += [Shown(words) for words in (relation(letter.outer),) if words]
        outer = letter.outer
        if outer.act is not Act.FREE_TEXT:
            cell.append(Shown(outer.act.value.replace("_", " ")))
        cell += [bold(f"! {flag}", "bold red") for flag in letter_flags(letter, reports, now)]
        cell += [Shown(words) for words in _beside(letter)]
        sent_at = f"\n{dtg(outer.sent_at)}\n{age(outer.sent_at, now)} ago"
        table.add_row(
            Shown(f"{end_of(outer.message_id)}\n{outer.sender}\n{letter.capacity.value}"),
            precedence_shown(outer.precedence).append(sent_at, style="not bold default"),
            Group(*cell),
            Shown(letter_state(letter, reports)),
        )
    return table


def _beside(letter: Received) -> list[str]:
    """What stands beside it, in a word each; `show` has it whole."""
    words = [f"translated: {each.stage.value}" for each in letter.translations]
    return words + [each.what for each in letter.course if not each.alarming]


def inbox_sum(letters: Sequence[Received], to_relay: int, alarms: int, now: datetime) -> Shown:
    """What is left to do, in one line."""
    waiting = [each for each in letters if each.waits and each.capacity is not Capacity.INFO]
    overdue = sum(each.is_overdue(now) for each in waiting)
    relays = f"{to_relay} to relay; " if to_relay else ""
    shown = Shown(f"{len(waiting)} not acknowledged, {overdue} of them OVERDUE; {relays}")
    return shown.append(f"{alarms} alarm{'' if alarms == 1 else 's'}", "bold red" if alarms else "")


def letter_screen(letter: Received, reports: Sequence[Report], now: datetime) -> RenderableType:
    """One received message."""
    parts: list[RenderableType] = [
        bold(f"! {flag}", "bold red") for flag in letter_flags(letter, reports, now)
    ]
    here = letter_state(letter, ()) if letter.withdrawn_unread else letter.state
    parts += [message_lines(letter.outer, letter.text, now), Shown(f"here: {here}")]
    if letter.waits and letter.acknowledge_by and letter.capacity is not Capacity.INFO:
        parts.append(bold(f"acknowledge by {when(letter.acknowledge_by, now)}"))
        if to_read_back(letter.text):
            parts.append(bold("its position is read back when it is acknowledged: --read-back"))
    parts += [*translation_lines(letter.translations, now), *course_lines(letter.course, now)]
    return Group(*parts)


def letter_flags(letter: Received, reports: Sequence[Report], now: datetime) -> list[str]:
    """All that an officer must not overlook, in words."""
    flags = []
    if letter.is_overdue(now):
        assert letter.acknowledge_by is not None, "only what has a ceiling can be overdue"
        flags.append(f"OVERDUE since {when(letter.acknowledge_by, now)}")
    flags += _withdrawal(letter)
    if letter.text and letter.text.heard:
        flags.append("QUOTES AN UNAUTHENTICATED TEXT, heard outside this channel")
    if letter.is_expired(now):
        flags.append("EXPIRED")
    if letter.is_late(LATE_AFTER):
        flags.append(f"LATE: {age(letter.outer.sent_at, letter.delivered_at)} on its way")
    if letter.missing:
        flags.append(f"GAP: {letter.missing} missing before this one")
    if letter.standing_in_for:
        rung = f" ({letter.rung.replace('_', ' ')})" if letter.rung else ""
        flags.append(f"STANDING IN for {letter.standing_in_for}{rung}")
    flags += _owed(letter, now)
    flags += [f"FLAW in its text: {code}" for code in letter.flags]
    flags += [f"{each.what}: {each.said}" for each in letter.course if each.alarming]
    return flags + [
        f"{REPORTS[each.out.kind]} WAS REFUSED: {why(each.refusal)}"
        for each in reports
        if each.out.state is OutState.REFUSED
    ]


def _withdrawal(letter: Received) -> list[str]:
    """What took its place, and whether anybody here had read it then."""
    if letter.withdrawn_by is None:
        return []
    by = end_of(letter.withdrawn_by)
    if letter.withdrawn_unread:
        return [f"{letter.withdrawn_how} BEFORE IT WAS READ: replaced by {by}"]
    return [f"{letter.withdrawn_how} BY {by}"]


def _owed(letter: Received, now: datetime) -> list[str]:
    """Words that one side owes on it and has not given yet."""
    if letter.withdrawn_by:
        return []
    owed = _orders(letter)
    items = [item_words(each, now) for each in items_owed(letter.outer, letter.course)]
    return [orders_words(owed, now), *items] if owed else items


def _orders(letter: Received) -> OrdersOwed | None:
    return None if letter.withdrawn_by else orders_owed(letter.outer, letter.course)


def letter_state(letter: Received, reports: Sequence[Report]) -> str:
    """Its state here; where the originator cannot know of it yet, that too."""
    if letter.withdrawn_unread:
        return "on record"
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
        "acknowledge_by": iso(letter.acknowledge_by),
        "delivered_at": letter.delivered_at.isoformat(),
        "overdue": letter.is_overdue(now),
        "expired": letter.is_expired(now),
        "late": letter.is_late(LATE_AFTER),
        "superseded_by": withdrawn.get("SUPERSEDED"),
        "cancelled_by": withdrawn.get("CANCELLED"),
        "withdrawn_unread": letter.withdrawn_unread,
        "missing_before": letter.missing,
        "flaws": list(letter.flags),
        "read_back_due": to_read_back(letter.text) is not None,
        "translations": [translation_document(each) for each in letter.translations],
        "orders_owed": orders_document(_orders(letter)),
        "course": [course_document(each) for each in letter.course],
        "reports": [report_document(each) for each in reports],
    }
