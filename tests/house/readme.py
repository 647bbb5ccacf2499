"""Writes the parts of the READMEs that code knows better: `python -m tests.house.readme`."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import yaml

from schemas.concerns import ConcernPhase, HazardPhase, HostingPhase
from schemas.contacts import ContactPhase
from schemas.notices import NoticePhase
from schemas.visit_terms import VisitPhase
from services.agreements.refusals import REFUSALS as AGREEMENT_REFUSALS
from services.alerts.notices import rules as notice_rules
from services.alerts.refusals import REFUSALS as ALERTS_REFUSALS
from services.alerts.risk import rules as risk_rules
from services.bus.topics import TABLE as TOPICS
from services.contracts.changing import ALLOWED, BREAKING, Rule
from services.contracts.kinds import kinds as every_kind
from services.rehearsal.format.checking import load
from services.rehearsal.format.library import LIBRARIES, words_of
from services.rehearsal.format.patterns import PATTERNS
from services.rehearsal.format.reading import files_in
from services.rehearsal.format.scenario import Version
from services.rehearsal.format.verbs import VERBS
from services.visits import rules as visit_rules
from services.visits.contacts import rules as contact_rules
from services.visits.refusals import REFUSALS as VISIT_REFUSALS
from services.visits.state import Role as VisitRole
from tests.house import dashboards, drawings

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


def verbs() -> str:
    """What a step of a scenario may be."""
    lines = ["| verb | what it is | takes |", "|---|---|---|"]
    for name, verb in VERBS.items():
        fields = getattr(verb.contract, "model_fields", {})
        takes = ", ".join(f"`{each.alias or field}`" for field, each in fields.items())
        lines.append(f"| `{name}` | {verb.said} | {takes or 'a sentence'} |")
    return "\n".join(lines)


def sayings() -> str:
    """What the desk library can say to services that keep records."""
    said = (
        f"| `{verb}` | {', '.join(f'`{each}`' for each in words_of(verb))} |" for verb in LIBRARIES
    )
    return "\n".join(["| verb | says |", "|---|---|", *said])


def expectations() -> str:
    """What can be expected of a rehearsal."""
    lines = ["| kind | what it is | takes | a state |", "|---|---|---|---|"]
    for name, kind in PATTERNS.items():
        fields = kind.contract.model_fields
        takes = ", ".join(f"`{each.alias or field}`" for field, each in fields.items())
        lines.append(f"| `{name}` | {kind.said} | {takes} | {'yes' if kind.lasts else ''} |")
    return "\n".join(lines)


def cases() -> str:
    """The fifteen cases, and what catches each failure."""
    lines = ["| case | with the bus | what catches it |", "|---|---|---|"]
    for file in files_in([TOP / "tests" / "scenarios"]):
        scenario = load(file).scenario
        if scenario.version is Version.WITH_THE_BUS:
            title = f"[{scenario.title}]({file.name})"
            lines.append(f"| {scenario.case} | {title} | {scenario.caught_by} |")
    return "\n".join(lines)


def alarms() -> str:
    """Every alarm with whom it calls, linked to its entry in the runbook."""
    lines = ["| alarm | calls | for | what it fires on |", "|---|---|---|---|"]
    rules = yaml.safe_load((TOP / "deploy/dashboards/alerts.yml").read_text())
    lines += [
        f"| [{rule['alert']}](#{rule['alert'].lower()}) | {rule['labels']['severity']} |"
        f" {rule.get('for', 'at once')} | `{rule['expr'].replace('|', chr(92) + '|')}` |"
        for group in rules["groups"]
        for rule in group["rules"]
    ]
    return "\n".join(lines)


PARTS: dict[str, Callable[[], str]] = {
    "chain drawing": drawings.chain_drawing,
    "chain table": drawings.chain_table,
    "concern table": lambda: drawings.who_may(
        risk_rules.CONCERN_TABLE, ConcernPhase, risk_rules.Role
    ),
    "hazard table": lambda: drawings.who_may(risk_rules.HAZARD_TABLE, HazardPhase, risk_rules.Role),
    "hosting table": lambda: drawings.who_may(
        risk_rules.HOSTING_TABLE, HostingPhase, risk_rules.Role
    ),
    "launch table": lambda: drawings.who_may(
        notice_rules.LAUNCH_TABLE, NoticePhase, notice_rules.Role
    ),
    "exercise table": lambda: drawings.who_may(
        notice_rules.EXERCISE_TABLE, NoticePhase, notice_rules.Role
    ),
    "alerts refusals": lambda: drawings.refusals(ALERTS_REFUSALS),
    "visit table": lambda: drawings.who_may(visit_rules.TABLE, VisitPhase, VisitRole),
    "contact table": lambda: drawings.who_may(
        contact_rules.TABLE, ContactPhase, contact_rules.ContactRole
    ),
    "visit drawing": drawings.visit_drawing,
    "aircraft items": drawings.aircraft_items,
    "visit refusals": lambda: drawings.refusals(VISIT_REFUSALS),
    "alarms": alarms,
    "dashboards": dashboards.pages,
    "metrics": dashboards.metrics,
    "topics": topics,
    "map": rooms,
    "commands": commands,
    "table": drawings.table,
    "line table": drawings.line_table,
    "drawing": drawings.drawing,
    "exchange": drawings.exchange,
    "acts": drawings.acts,
    "refusals": drawings.refusals,
    "verbs": verbs,
    "sayings": sayings,
    "expectations": expectations,
    "cases": cases,
    "kinds": kinds,
    "breaking": breaking,
    "allowed": allowed,
    "agreement table": drawings.agreement_table,
    "agreement drawing": drawings.agreement_drawing,
    "party drawing": drawings.party_drawing,
    "instruments": drawings.instruments,
    "agreement refusals": lambda: drawings.refusals(AGREEMENT_REFUSALS),
}
PAGES = (
    "README.md",
    "deploy/README.md",
    "deploy/dashboards/README.md",
    "schemas/README.md",
    "services/README.md",
    "services/alerts/README.md",
    "services/agreements/README.md",
    "services/hotline/README.md",
    "services/hotline/lines/README.md",
    "services/rehearsal/README.md",
    "services/visits/README.md",
    "tests/scenarios/README.md",
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
    for path, said in dashboards.files().items():
        path.write_text(said)
    for page in PAGES:
        path = TOP / page
        path.write_text(renewed(path.read_text()))
