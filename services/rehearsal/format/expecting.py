"""Whether what is expected can be looked for: its steps, desks, lines, notices and events."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from typing import get_args

from pydantic import BaseModel

from services.bus.settings import Settings
from services.desk.commands.typed.forms import Place
from services.desk.fields import alternatives
from services.desk.openings import DELIVERIES
from services.local.services import SERVICES
from services.rehearsal.format.naming import named
from services.rehearsal.format.patterns import PATTERNS, OfLedger, Told
from services.rehearsal.format.reading import (
    did_you_mean,
)
from services.rehearsal.format.scenario import (
    AnyExpectation,
    AnyPattern,
    Scenario,
)


def expectation_faults(scenario: Scenario, expected: AnyExpectation) -> Iterator[tuple[Place, str]]:
    """What does not fit in an expectation, and where in it."""
    for name in ("never", "ends"):
        asked = getattr(expected, name)
        if asked is not None:
            for place, said in pattern_faults(scenario, asked):
                yield (name, *place), said
    if expected.direct is not None:
        yield from _sought(scenario, expected.direct, getattr(expected, expected.direct))


def pattern_faults(scenario: Scenario, asked: AnyPattern) -> Iterator[tuple[Place, str]]:
    """The same of what a milestone, `never` or `ends` asks for."""
    yield from _sought(scenario, asked.kind, asked.content)


def _sought(scenario: Scenario, kind: str, content: BaseModel) -> Iterator[tuple[Place, str]]:
    assert kind in PATTERNS, "the contract has no other"
    yield from named(scenario, kind, content)
    desk = getattr(content, "desk", None)
    if desk is not None and desk not in scenario.desks:
        yield (kind, "desk"), f"there is no desk {desk}{did_you_mean(desk, scenario.desks)}"
    line = getattr(content, "line", None)
    if line is not None and line not in scenario.lines:
        yield (kind, "line"), f"there is no line {line}{did_you_mean(line, scenario.lines)}"
    if isinstance(content, Told) and content.notice not in notices():
        meant = did_you_mean(content.notice, notices())
        yield (kind, "notice"), f"no service gives a notice {content.notice}{meant}"
    if isinstance(content, OfLedger) and content.event not in notices():
        meant = did_you_mean(content.event, notices())
        yield (kind, "event"), f"no service records an event {content.event}{meant}"


@cache
def notices() -> frozenset[str]:
    """The names of all that services tell and record."""
    return frozenset(
        each.__name__
        for delivery in DELIVERIES.values()
        for each in alternatives(delivery.model_fields["notice"].annotation)
        if isinstance(each, type)
    ) | frozenset(_events())


def _events() -> Iterable[str]:
    for made in SERVICES.values():
        (event, *_) = made(Settings()).entry.__pydantic_generic_metadata__["args"]
        for each in alternatives(event):
            if isinstance(each, type):
                yield each.__name__
            else:
                yield from (one.__name__ for one in get_args(each) if isinstance(one, type))
