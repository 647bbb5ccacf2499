"""Whether the steps and desks that something names are there."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import BaseModel

from services.desk.commands.typed.forms import Place
from services.rehearsal.format.reading import (
    did_you_mean,
)
from services.rehearsal.format.scenario import (
    Scenario,
)
from services.rehearsal.format.verbs import Send

_STEP_FIELDS = frozenset(
    {"message", "answers", "corrects", "cancels", "step", "about", "request", "draft"}
)
_STEPS_FIELDS = frozenset({"references", "quotes"})
_DESK_FIELDS = frozenset({"mediator"})


def named(scenario: Scenario, verb: str, content: BaseModel) -> Iterator[tuple[Place, str]]:
    """Steps and desks that are named."""
    desks = (*scenario.desks, *scenario.strangers)
    for name, value in content:
        if name in _STEP_FIELDS and isinstance(value, str):
            yield from (((verb, name), said) for said in no_step(scenario, value))
        elif name in _STEPS_FIELDS:
            for number, each in enumerate(value):
                yield from (((verb, name, number), said) for said in no_step(scenario, each))
        elif name in _DESK_FIELDS and value not in desks:
            yield (verb, name), f"there is no desk {value}{did_you_mean(value, desks)}"
    if isinstance(content, Send):
        for name in ("to", "info"):
            for number, desk in enumerate(getattr(content, name) or ()):
                if desk not in desks:
                    meant = did_you_mean(desk, desks)
                    said = f"there is no desk {desk}{meant} (what is to be unknown: `strangers`)"
                    yield (verb, name, number), said


def no_step(scenario: Scenario, name: str) -> Iterator[str]:
    """That no step has this name, and which was meant."""
    called = [step.called for step in scenario.steps if step.called]
    if name not in called:
        yield f"no step is called {name}{did_you_mean(name, called)}"
