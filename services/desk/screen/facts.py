"""Own facts that changed, and what that calls for, above the traffic."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from rich.console import Group, RenderableType
from rich.text import Text as Shown

from services.bus.topics import Realm
from services.desk.facts.prompts import Call, Prompt
from services.desk.screen.link_line import command_of
from services.desk.screen.notation import bold, end_of, iso, when
from services.desk.screen.untrusted import set_in, visible
from services.desk.store.records import FactChange


def prompt_lines(
    prompts: Sequence[Prompt], now: datetime, realm: Realm
) -> Iterator[RenderableType]:
    """What waits, each with its clock, how the fact is now, and what can be done."""
    for each in prompts:
        late = each.is_overdue(now)
        clock = f"{'OVERDUE since' if late else 'due'} {when(each.due, now)}"
        yield bold(f"! {_called(each)}; {clock}", "bold red" if late else "bold yellow")
        change = each.change
        yield set_in(f"{change.fact} since {when(change.since, now)}: {visible(change.what)}")
        yield Shown(f"   {_how(each, realm)}")


def _called(prompt: Prompt) -> str:
    to = ", ".join(prompt.to)
    if prompt.call is Call.UPDATE:
        return f"{end_of(prompt.message or '')} to {to} no longer matches: update or reaffirm"
    return f"own posture changed while {prompt.matter} is open: give {to} an ASSURANCE"


def _how(prompt: Prompt, realm: Realm) -> str:
    command = command_of(realm)
    name = end_of(prompt.message) if prompt.message else prompt.matter
    do = f"correct {name}" if prompt.message else f"act assure --matter {prompt.matter}"
    return f"{command} {do} …, or {command} facts reaffirm {name} --because … --by OFFICER"


def facts_screen(
    changes: Sequence[FactChange], prompts: Sequence[Prompt], now: datetime, realm: Realm
) -> RenderableType:
    """Every change, what it called for, and what became of that."""
    if not changes:
        return Shown("no own fact was recorded as changed")
    parts: list[RenderableType] = []
    for change in changes:
        head = f"{change.fact}  changed {when(change.since, now)}, recorded by {change.by}"
        parts += [bold(head), set_in(visible(change.what))]
        called = [each for each in prompts if each.change.number == change.number]
        if not called:
            parts.append(Shown("  nothing rests on it, and it called for nothing"))
        for each in called:
            if each.settled_at is None:
                parts += [set_in(line) for line in prompt_lines([each], now, realm)]
            else:
                parts.append(set_in(f"{_called(each)}: seen to {when(each.settled_at, now)}"))
    return Group(*parts)


def change_document(change: FactChange) -> dict[str, Any]:
    """A change for a program."""
    return {
        "change": change.number,
        "fact": change.fact,
        "since": iso(change.since),
        "recorded_at": iso(change.recorded_at),
        "by": change.by,
        "what": change.what,
    }


def prompt_document(prompt: Prompt, now: datetime) -> dict[str, Any]:
    """What a change calls for, for a program."""
    return {
        "call": prompt.call.value,
        "change": prompt.change.number,
        "fact": prompt.change.fact,
        "matter": prompt.matter,
        "message": prompt.message,
        "to": list(prompt.to),
        "due": iso(prompt.due),
        "overdue": prompt.is_overdue(now),
        "settled_at": iso(prompt.settled_at),
    }
