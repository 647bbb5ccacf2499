"""The services' rules as tables and drawings, for their READMEs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum

from schemas.agreement_acts import MAY, NEEDS, InstrumentAction
from schemas.agreement_facts import AgreementPhase, PartyPhase
from schemas.alerts import AlertPhase
from schemas.envelope import Outer
from schemas.lines import LinePhase
from schemas.visit_forms import AircraftForm
from services.agreements import moves as agreement_moves
from services.agreements import rules as agreement_rules
from services.alerts.chain import rules as chain_rules
from services.bus.refusals import REFUSALS, Refusal
from services.bus.rulebook import Row, Table
from services.hotline import rules
from services.hotline.exchange.acts import ACTS
from services.hotline.exchange.table import MOVES
from services.hotline.lines import rules as line_rules
from services.hotline.lines.moves import TRANSITIONS
from services.hotline.matter import Phase
from services.visits.moves import MOVES as VISIT_MOVES


def table() -> str:
    """The hotline's table: for every phase, who may say what. All else is refused."""
    return who_may(rules.TABLE, Phase, rules.Role)


def line_table() -> str:
    """The same for lines."""
    return who_may(line_rules.TABLE, LinePhase, line_rules.Role)


def who_may(told: Table, phases: type[StrEnum], roles: type[StrEnum]) -> str:
    kinds = sorted({row.command for row in told}, key=lambda kind: kind.__name__)
    lines = [
        "| phase | " + " | ".join(kind.__name__ for kind in kinds) + " |",
        "|---" * (len(kinds) + 1) + "|",
    ]
    for phase in phases:
        cells = [_cell(told, phase, kind, roles) for kind in kinds]
        lines.append(f"| {phase.value} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _cell(told: Table, phase: StrEnum, kind: type[Outer], roles: type[StrEnum]) -> str:
    said: dict[str, list[str]] = {}
    for role in roles:
        cell = told.cell(phase, kind, role)
        if isinstance(cell, Row):
            said.setdefault(cell.verb.__name__.replace("_", " "), []).append(role.value.lower())
    return ", ".join(f"**{' or '.join(who)}** {verb}" for verb, who in said.items()) or "–"


def drawing() -> str:
    """The link state machine, as Mermaid draws it. What leaves a line where it is, is left out."""
    moves: dict[tuple[str, str], list[str]] = {}
    for (before, trigger), after in TRANSITIONS.items():
        if before is not after:
            moves.setdefault((before.value, after.value), []).append(
                trigger.value.replace("_", " ").lower()
            )
    lines = ["```mermaid", "stateDiagram-v2", "    [*] --> NOT_ESTABLISHED"]
    lines += [
        f"    {before} --> {after}: {', '.join(triggers)}"
        for (before, after), triggers in moves.items()
    ]
    return "\n".join([*lines, "    CLOSED --> [*]", "```"])


def exchange() -> str:
    """The exchange of two nations, as Mermaid draws it."""
    moves: dict[tuple[str, str], list[str]] = {}
    for move in MOVES:
        if move.phase is not move.to:
            said = f"{move.act.replace('_', ' ').lower()}{' by both' if move.both else ''}"
            way = moves.setdefault((move.phase.value, move.to.value), [])
            way += [] if said in way else [said]
    lines = ["```mermaid", "stateDiagram-v2", "    [*] --> OPEN"]
    lines += [
        f"    {before} --> {after}: {', '.join(said)}" for (before, after), said in moves.items()
    ]
    return "\n".join([*lines, "    CLOSED --> [*]", "```"])


def acts() -> str:
    """What each act needs on its outside, and by when it is to be answered."""
    lines = ["| act | needs | regards | answered by | within |", "|---|---|---|---|---|"]
    for act, rule in ACTS.items():
        within = f"{rule.answer_within.total_seconds() / 3600:g} h" if rule.answer_within else "–"
        cells = (sorted(rule.needs), sorted(rule.regards), sorted(rule.answered_by))
        told = " | ".join(", ".join(cell) or "–" for cell in cells)
        lines.append(f"| {act.value} | {told} | {within} |")
    return "\n".join(lines)


def refusals(of: Mapping[str, type[Refusal]] = REFUSALS) -> str:
    """Every refusal with its reason, as desks see it."""
    lines = ["| refusal | what is wrong, and what to do |", "|---|---|"]
    reasons = {code: kind().reason for code, kind in of.items()}
    lines += [f"| `{code}` | {reason} |" for code, reason in reasons.items()]
    return "\n".join(lines)


def chain_drawing() -> str:
    """How an alert moves, as Mermaid draws it: what is said, in each phase, by whoever may."""
    leads = {
        "issue": "ACTIVE",
        "update": "UPDATED",
        "cancel": "CANCELLED",
        "clear": "ALL_CLEAR",
    }
    ways: dict[tuple[str, str], list[str]] = {}
    for row in chain_rules.TABLE:
        if (to := leads.get(row.verb.__name__)) and row.phase.value != to:
            ways.setdefault((row.phase.value, to), []).append(row.command.__name__)
    ways["UPDATED", "ACTIVE"] = ["everybody who had it has the newest word"]
    for phase in ("ACTIVE", "UPDATED"):
        ways[phase, "EXPIRED"] = ["its time passed"]
    lines = ["```mermaid", "stateDiagram-v2", "    [*] --> DRAFT"]
    lines += [f"    {before} --> {to}: {', '.join(said)}" for (before, to), said in ways.items()]
    return "\n".join([*lines, "```"])


def chain_table() -> str:
    """For every phase of an alert, who may say what."""
    return who_may(chain_rules.TABLE, AlertPhase, chain_rules.Role)


def visit_drawing() -> str:
    """The state machine of requests, as Mermaid draws it."""
    moves: dict[tuple[str, str], list[str]] = {}
    for (before, step), afters in VISIT_MOVES.items():
        for after in afters:
            said = moves.setdefault((before.value, after.value), [])
            said.append(step.value.replace("_", " ").lower())
    lines = ["```mermaid", "stateDiagram-v2", "    [*] --> DRAFT"]
    lines += [
        f"    {before} --> {after}: {', '.join(said)}"
        for (before, after), said in moves.items()
        if before != after
    ]
    return "\n".join([*lines, "    REPORTED --> [*]", "```"])


def aircraft_items() -> str:
    """The fields of the clearance form for aircraft, with the items that each is."""
    lines = ["| field | item |", "|---|---|"]
    for name, field in AircraftForm.model_fields.items():
        if field.description:
            lines.append(f"| `{name}` | {field.description} |")
    return "\n".join(lines)


def agreement_table() -> str:
    """Who may say what of an agreement."""
    return who_may(agreement_rules.TABLE, AgreementPhase, agreement_rules.Role)


def agreement_drawing() -> str:
    """The agreement's state machine, as Mermaid draws it."""
    return _drawn(
        "NEGOTIATING",
        (
            (before.value, after.value, trigger.value.replace("_", " ").lower())
            for (before, trigger), after in agreement_moves.TRANSITIONS.items()
        ),
    )


def party_drawing() -> str:
    """The party's state machine, as Mermaid draws it."""
    by_instrument = (
        (before.value, after.value, action.value.replace("_", " ").lower())
        for before in PartyPhase
        for action in InstrumentAction
        if isinstance(after := agreement_moves.PARTY_TABLE[before, action], PartyPhase)
        and after is not before
    )
    by_time = ((before.value, after.value, why) for before, after, why in agreement_moves.BY_TIME)
    return _drawn("NONE", (*by_instrument, *by_time))


def _drawn(first: str, found: Iterable[tuple[str, str, str]]) -> str:
    moves: dict[tuple[str, str], list[str]] = {}
    for before, after, why in found:
        moves.setdefault((before, after), []).append(why)
    lines = ["```mermaid", "stateDiagram-v2", f"    [*] --> {first}"]
    lines += [
        f"    {before} --> {after}: {', '.join(why)}" for (before, after), why in moves.items()
    ]
    return "\n".join([*lines, "```"])


def instruments() -> str:
    """For each action: what it names, when it is taken, and what it does to whom."""
    lines = [
        "| instrument | names | may name | taken while the agreement is | leads a state |",
        "|---|---|---|---|---|",
    ]
    for action in InstrumentAction:
        cells = [
            (phase, after)
            for phase in PartyPhase
            if isinstance(after := agreement_moves.PARTY_TABLE[phase, action], PartyPhase)
        ]
        moved = [
            f"{phase.value} → {after.value}" if phase is not after else phase.value
            for phase, after in cells
        ]
        names = (sorted(NEEDS.get(action, ())), sorted(MAY.get(action, ())))
        told = " | ".join(", ".join(each) or "–" for each in names)
        phases = ", ".join(each.value for each in agreement_moves.TAKEN_IN[action])
        lines.append(
            f"| {action.value} | {told} | {phases} | {', '.join(moved) or 'never by itself'} |"
        )
    return "\n".join(lines)
