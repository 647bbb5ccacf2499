"""What is recorded of own facts, and what that calls for."""

from __future__ import annotations

from rich.console import Group
from rich.text import Text as Shown

from services.desk.commands.steps.outcome import Outcome
from services.desk.desk import Desk
from services.desk.screen.facts import (
    change_document,
    facts_screen,
    prompt_document,
    prompt_lines,
)


def facts_of(desk: Desk) -> Outcome:
    """Every change, and what became of what it called for."""
    now, changes, prompts = desk.clock.now(), desk.facts.changes(), desk.facts.prompts()
    document = {
        "desk": desk.name,
        "changes": [change_document(each) for each in changes],
        "prompts": [prompt_document(each, now) for each in prompts],
        "known_facts": list(desk.store.known_facts()),
    }
    return Outcome(document, facts_screen(changes, prompts, now, desk.realm))


def recorded(desk: Desk, name: str) -> Outcome:
    """What was recorded just now, and what waits for somebody."""
    now, waiting = desk.clock.now(), desk.facts.waiting()
    document = {
        "desk": desk.name,
        "recorded": name,
        "prompts": [prompt_document(each, now) for each in waiting],
    }
    said = f"{name} is recorded on this desk; nobody else is told"
    return Outcome(document, Group(Shown(said), *prompt_lines(waiting, now, desk.realm)))
