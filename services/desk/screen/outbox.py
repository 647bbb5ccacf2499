"""The outbox: messages released, how far each got, and what came back of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from rich.console import Group, RenderableType
from rich.text import Text as Shown

from schemas.acts import Act
from schemas.hotline import Capacity
from services.desk.history import Answer
from services.desk.letters import Sent
from services.desk.orders import OrdersOwed, items_owed, orders_owed
from services.desk.screen.course import (
    course_document,
    course_lines,
    item_words,
    orders_document,
    orders_words,
    translation_document,
    translation_lines,
)
from services.desk.screen.message import outer_document, relation
from services.desk.screen.notation import bold, end_of, flaw_in, precedence_shown, when
from services.desk.screen.progress import STATES, refusal_document, state_style, why
from services.desk.screen.substance import position
from services.desk.screen.untrusted import set_in, visible
from services.desk.store.records import OutState

LADDER = frozenset(("ALTERNATE TERMINAL", "ALTERNATE DUTY OFFICER", "SUPERVISOR", "OTHER CHANNEL"))


def outbox_screen(sent: Sequence[Sent], now: datetime) -> RenderableType:
    """Every message released, oldest first."""
    if not sent:
        return Shown("the outbox is empty")
    lines: list[RenderableType] = []
    for letter in sent:
        lines += [sent_lines(letter, now), Shown("")]
    return Group(*lines[:-1])


def sent_lines(letter: Sent, now: datetime) -> RenderableType:
    """One sent message: how far it got, and what came back from each addressee."""
    subject = visible(letter.text.subject) if letter.text else "(cannot be read)"
    head = Shown.assemble(
        f"{end_of(letter.outer.message_id)}  ",
        precedence_shown(letter.outer.precedence),
        f"  {when(letter.outer.sent_at, now)}  matter {letter.outer.matter}",
        f"  {_act(letter)}" if letter.outer.act is not Act.FREE_TEXT else "",
    )
    state = Shown(f"  {letter.state.value}: {STATES[letter.state]}", state_style(letter.state))
    if letter.state is OutState.REFUSED:
        state.append(f"\n  {why(letter.refusal)}", style="")
    for moved in letter.moved:
        state.append(
            f"\n  ! travels on lane {moved.to_lane}, not {moved.from_lane}: the desk's budget"
            " for that lane is spent"
        )
    parts: list[RenderableType] = [head, set_in(subject)]
    parts += [Shown(f"  {words}") for words in (relation(letter.outer),) if words]
    parts.append(state)
    if letter.withdrawn is not None:
        parts.append(bold(f"  ! {_withdrawal(letter.withdrawn, now)}", "bold yellow"))
    if owed := _orders(letter):
        parts.append(bold(f"  ! {orders_words(owed, now)}", "bold yellow"))
    if letter.withdrawn is None and letter.state is not OutState.REFUSED:
        asked = items_owed(letter.outer, letter.course)
        parts += [bold(f"  ! {item_words(each, now)}", "bold yellow") for each in asked]
    for desk, capacity in _addressees(letter):
        parts += _way_lines(letter, desk, capacity, now)
    beside = (*translation_lines(letter.translations, now), *course_lines(letter.course, now))
    parts += [set_in(each) for each in beside]
    return Group(*parts)


def _withdrawal(answer: Answer, now: datetime) -> str:
    """By which message, and whether that one alone was put before anybody."""
    said = f"{answer.what} {when(answer.at, now)} by {end_of(answer.by)}"
    unread = ", ".join(answer.unread_by)
    return f"{said}, before {unread} read it" if unread else said


def _orders(letter: Sent) -> OrdersOwed | None:
    """Of what was refused, or withdrawn since, nothing is owed."""
    if letter.withdrawn is not None or letter.state is OutState.REFUSED:
        return None
    return orders_owed(letter.outer, letter.course)


def _act(letter: Sent) -> str:
    return letter.outer.act.value.replace("_", " ")


def _way_lines(
    letter: Sent, desk: str, capacity: Capacity, now: datetime
) -> Sequence[RenderableType]:
    """All that happened on the way to one desk."""
    steps = [each for each in letter.answers if each.desk == desk]
    parts: list[RenderableType] = [bold(f"  {desk} ({capacity.value})")]
    for step in steps:
        parts.append(Shown(f"    {_step(step, now)}", style=_answer_style(step.what)))
        if step.passed_to:
            parts.append(set_in(f"passed to {visible(step.passed_to)}", by=6))
        if step.remark:
            parts.append(set_in(f"remark: {visible(step.remark)}", by=6))
        parts += [set_in(flaw_in(code, "its remark"), by=6) for code in step.remark_flaws]
        if step.read_back:
            parts.append(Shown(f"      read back: {position(step.read_back)}"))
        if step.flaw:
            parts.append(bold(f"    ! {step.flaw.code}: {step.flaw.reason}", "bold red"))
    if not steps:
        parts.append(Shown("    nothing yet"))
    if desk in letter.overdue_at:
        parts.append(bold("    ! OVERDUE: not acknowledged in time", "bold red"))
    return parts


def _step(answer: Answer, now: datetime) -> str:
    line = f"{answer.what} {when(answer.at, now)}"
    if answer.what in LADDER:
        tried = f"given to {answer.by}" if answer.by != "nobody" else "the desk names none"
        return f"silent; {line}: {tried}"
    by = answer.by if answer.by != answer.desk else ""
    who = " of ".join(part for part in (answer.officer, by) if part)
    return f"{line} by {who}" if who else line


def _answer_style(what: str) -> str:
    return "bold red" if what == "OVERDUE" else ""


def sent_document(letter: Sent) -> dict[str, Any]:
    """A sent message for a program, with what happened on the way to each addressee."""
    return {
        **outer_document(letter.outer, letter.text),
        "state": letter.state.value,
        "queued_at": letter.queued_at.isoformat(),
        "refusal": refusal_document(letter.refusal),
        "translations": [translation_document(each) for each in letter.translations],
        "orders_owed": orders_document(_orders(letter)),
        "course": [course_document(each) for each in letter.course],
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
        "read_back": answer.read_back.model_dump() if answer.read_back else None,
        "flaw": answer.flaw.code if answer.flaw else None,
        "remark_flaws": list(answer.remark_flaws),
        "unread_by": list(answer.unread_by),
    }


def _addressees(letter: Sent) -> list[tuple[str, Capacity]]:
    named = [(desk, Capacity.ACTION) for desk in letter.outer.action]
    named += [(desk, Capacity.INFO) for desk in letter.outer.info]
    terms = letter.outer.terms
    final, via = (terms.final_consumer, terms.via) if terms else (None, None)
    if final:
        named = [pair for pair in named if pair != (final, Capacity.INFO)]
        named += [] if (final, Capacity.ACTION) in named else [(final, Capacity.FINAL_CONSUMER)]
    named += [(via, Capacity.MEDIATOR)] if via else []
    known = {letter.outer.sender, *(desk for desk, _ in named)}
    stood_in = dict.fromkeys(each.desk for each in letter.answers if each.desk not in known)
    return [*named, *((desk, Capacity.ALTERNATE) for desk in stood_in)]
