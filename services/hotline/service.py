"""The hotline, declared as one value: messages in their matters, lines in theirs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

from schemas.acts import OUTRANKING_ACTS
from schemas.envelope import Outer
from schemas.hotline import HotlineDelivery, HotlineEntry, MessageOuter
from schemas.line_record import MATTER_PREFIX
from schemas.lines import LineCommand, LineEvent, PassLineDeadline
from schemas.parties import Precedence
from services.bus.refusals import LinesMatter, Refusal
from services.bus.rulebook import Decision, Heard
from services.bus.service import Deadline, Service
from services.hotline import deadlines, evolve, rules
from services.hotline.lines import deadlines as line_deadlines
from services.hotline.lines import evolve as line_evolve
from services.hotline.lines import rules as line_rules
from services.hotline.matter import Matter
from services.hotline.own_word import NAME


def hotline(acknowledge_within_s: Mapping[Precedence, float]) -> Service:
    """The hotline with these ceilings, in seconds from release."""
    return Service(
        name=NAME,
        commands=rules.COMMANDS | line_rules.COMMANDS,
        own_commands=rules.OWN_COMMANDS | line_rules.OWN_COMMANDS,
        budgeted=_budgeted,
        desks_named=_desks_named,
        first_state=Matter(),
        decide=partial(_decide, within_s=acknowledge_within_s),
        evolve=_evolve,
        deadlines=_deadlines,
        entry=HotlineEntry,
        delivery=HotlineDelivery,
    )


def _decide(
    matter: Matter, heard: Heard[Outer], within_s: Mapping[Precedence, float]
) -> Decision | Refusal:
    if isinstance(heard.command, LineCommand | PassLineDeadline):
        return line_rules.decide(matter.line, heard)
    if heard.command.matter.startswith(MATTER_PREFIX):
        return LinesMatter()
    return rules.decide(matter, heard, within_s)


def _evolve(matter: Matter, event: object) -> Matter:
    if isinstance(event, LineEvent):
        return replace(matter, line=line_evolve.evolve(matter.line, event))
    return evolve.evolve(matter, event)


def _deadlines(matter: Matter) -> Sequence[Deadline]:
    return [*deadlines.deadlines(matter), *line_deadlines.deadlines(matter.line)]


def _budgeted(command: Outer) -> bool:
    """Messages, but for the act that outranks every other: no desk says stop too often."""
    return isinstance(command, MessageOuter) and command.act not in OUTRANKING_ACTS


def _desks_named(command: Outer) -> Sequence[str]:
    if isinstance(command, LineCommand):
        return line_rules.desks_named(command)
    return rules.desks_named(command)
