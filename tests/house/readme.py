"""Writes the parts of the READMEs that code knows better: `python -m tests.house.readme`."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import StrEnum
from pathlib import Path

from schemas.agreement_acts import MAY, NEEDS, InstrumentAction
from schemas.agreement_facts import AgreementPhase, PartyPhase
from schemas.alerts import AlertPhase
from schemas.concerns import ConcernPhase, HazardPhase, HostingPhase
from schemas.contacts import ContactPhase
from schemas.envelope import Outer
from schemas.lines import LinePhase
from schemas.visit_forms import AircraftForm
from schemas.visit_terms import VisitPhase
from services.agreements import moves as agreement_moves
from services.agreements import rules as agreement_rules
from services.agreements.refusals import REFUSALS as AGREEMENT_REFUSALS
from services.alerts.chain import rules as chain_rules
from services.alerts.refusals import REFUSALS as ALERTS_REFUSALS
from services.alerts.risk import rules as risk_rules
from services.bus.refusals import REFUSALS, Refusal
from services.bus.rulebook import Row, Table
from services.bus.topics import TABLE as TOPICS
from services.contracts.changing import ALLOWED, BREAKING, Rule
from services.contracts.kinds import kinds as every_kind
from services.hotline import rules
from services.hotline.exchange.acts import ACTS
from services.hotline.exchange.table import MOVES
from services.hotline.lines import rules as line_rules
from services.hotline.lines.moves import TRANSITIONS
from services.hotline.matter import Phase
from services.visits import rules as visit_rules
from services.visits.contacts import rules as contact_rules
from services.visits.moves import MOVES as VISIT_MOVES
from services.visits.refusals import REFUSALS as VISIT_REFUSALS
from services.visits.state import Role as VisitRole

TOP = Path(__file__).parents[2]
ROOMS = (
    "schemas",
    "services/bus",
    "services/agreements",
    "services/hotline",
    "services/alerts",
    "services/visits",
    "services/desk",
    "services/local",
    "services/contracts",
    "deploy/kafka",
)


def topics() -> str:
    """The topic table."""
    lines = ["| topic | key | who writes | who reads | kept |", "|---|---|---|---|---|"]
    lines += [
        f"| `{row.pattern}` | {row.key} | {row.writers} | {row.readers} | {row.kept.value} |"
        for row in TOPICS
    ]
    return "\n".join(lines)


def rooms() -> str:
    """Every module with the question that it answers, room by room, and the rooms within."""
    return "\n".join(line for room in ROOMS for line in _room(TOP / room))


def _room(folder: Path) -> Iterator[str]:
    name = folder.relative_to(TOP)
    about = _question(folder / "__init__.py")
    yield f"- **`{name}/`** {about}".rstrip()
    for path in sorted(folder.glob("*.py")):
        if path.name != "__init__.py":
            yield f"  - [`{path.name}`]({path.relative_to(TOP)}) {_question(path)}"
    for inner in sorted(folder.glob("*/__init__.py")):
        yield from _room(inner.parent)


def _question(path: Path) -> str:
    said = ast.get_docstring(ast.parse(path.read_text())) or ""
    return said.splitlines()[0] if said else ""


def commands() -> str:
    """What the Makefile offers."""
    found = re.findall(r"^(\w+):.*?## (.*)$", (TOP / "Makefile").read_text(), re.MULTILINE)
    return "\n".join(
        ["| command | what it does |", "|---|---|", *(f"| `make {n}` | {w} |" for n, w in found)]
    )


def table() -> str:
    """The hotline's table: for every phase, who may say what. All else is refused."""
    return _table(rules.TABLE, Phase, rules.Role)


def line_table() -> str:
    """The same for lines."""
    return _table(line_rules.TABLE, LinePhase, line_rules.Role)


def _table(told: Table, phases: type[StrEnum], roles: type[StrEnum]) -> str:
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


def kinds() -> str:
    """Every kind of message: whose word it is, what lies inside, and what it is."""
    lines = ["| kind | whose word | inside | what it is |", "|---|---|---|---|"]
    for kind in every_kind():
        inside = kind.inner.__name__ if kind.inner else "the record" if kind.encloses else "–"
        lines.append(f"| `{kind.name}` | {kind.speaker.lower()} | {inside} | {kind.about} |")
    return "\n".join(lines)


def breaking() -> str:
    """What must not happen to a landed contract."""
    return _changes(BREAKING)


def allowed() -> str:
    """What may happen to a landed contract."""
    return _changes(ALLOWED)


def _changes(told: Mapping[Rule, str]) -> str:
    lines = ["| what happened | what to say of it |", "|---|---|"]
    return "\n".join([*lines, *(f"| {rule.value} | {advice} |" for rule, advice in told.items())])


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
    return _table(chain_rules.TABLE, AlertPhase, chain_rules.Role)


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
    return _table(agreement_rules.TABLE, AgreementPhase, agreement_rules.Role)


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


PARTS: dict[str, Callable[[], str]] = {
    "chain drawing": chain_drawing,
    "chain table": chain_table,
    "concern table": lambda: _table(risk_rules.CONCERN_TABLE, ConcernPhase, risk_rules.Role),
    "hazard table": lambda: _table(risk_rules.HAZARD_TABLE, HazardPhase, risk_rules.Role),
    "hosting table": lambda: _table(risk_rules.HOSTING_TABLE, HostingPhase, risk_rules.Role),
    "alerts refusals": lambda: refusals(ALERTS_REFUSALS),
    "visit table": lambda: _table(visit_rules.TABLE, VisitPhase, VisitRole),
    "contact table": lambda: _table(contact_rules.TABLE, ContactPhase, contact_rules.ContactRole),
    "visit drawing": visit_drawing,
    "aircraft items": aircraft_items,
    "visit refusals": lambda: refusals(VISIT_REFUSALS),
    "topics": topics,
    "map": rooms,
    "commands": commands,
    "table": table,
    "line table": line_table,
    "drawing": drawing,
    "exchange": exchange,
    "acts": acts,
    "refusals": refusals,
    "kinds": kinds,
    "breaking": breaking,
    "allowed": allowed,
    "agreement table": agreement_table,
    "agreement drawing": agreement_drawing,
    "party drawing": party_drawing,
    "instruments": instruments,
    "agreement refusals": lambda: refusals(AGREEMENT_REFUSALS),
}
PAGES = (
    "README.md",
    "schemas/README.md",
    "services/README.md",
    "services/alerts/README.md",
    "services/agreements/README.md",
    "services/hotline/README.md",
    "services/hotline/lines/README.md",
    "services/visits/README.md",
)


def renewed(text: str) -> str:
    """The page with its generated parts as they should stand."""
    for name, make in PARTS.items():
        begin, end = f"<!-- {name} -->", f"<!-- end of {name} -->"
        if begin not in text:
            continue
        head, _, rest = text.partition(begin)
        tail = rest.partition(end)[2] if end in rest else rest
        text = f"{head}{begin}\n{make()}\n{end}{tail}"
    return text


if __name__ == "__main__":
    for page in PAGES:
        path = TOP / page
        path.write_text(renewed(path.read_text()))
