"""What stands for what in a recording: every name in it is made here, none is taken over."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel

from schemas.agreement_facts import ObligationOpened
from schemas.agreement_record import MATTER_PREFIX as AGREEMENT
from schemas.alerts import PREFIX as ALERT
from schemas.alerts import TEMPLATES_PREFIX, chain_of, templates_of
from schemas.concerns import CONCERN_PREFIX, HAZARD_PREFIX, HOSTING_PREFIX
from schemas.contacts import REGISTER_PREFIX, register_of
from schemas.line_record import MATTER_PREFIX as LINE
from schemas.notices import NOTICE_PREFIX
from schemas.parties import nation_of
from schemas.sources import Source
from schemas.visit_terms import MATTER_PREFIX as VISIT
from services.bus.rulebook import Standing
from services.desk.fields import alternatives

REMOVED = "Removed."
PLACE = "Somewhere"
NO_DIGEST = "0" * 64
LETTERS = 26


class TooMany(Exception):
    """More nations than there are fictional codes."""


@dataclass
class Names:
    """The names of one recording, given in the order in which they are met."""

    begins: datetime
    desks: Mapping[str, Standing]
    """What the directory says of each desk."""
    sent: dict[str, str] = field(default_factory=dict)
    """By a command's identity, the step that says it again."""
    chains: dict[str, str] = field(default_factory=dict)
    """By an alert's matter, its own in the recording."""
    owed: dict[str, ObligationOpened] = field(default_factory=dict)
    """By its identity, what a desk owed under an agreement."""
    areas: dict[str, str] = field(default_factory=dict)
    """By a notice's matter, the place that stands for its areas: no two notices share one, so that
    what was detected is explained by the same notice again."""
    lines: frozenset[str] = frozenset()
    """The lines whose records are in the recording."""
    lost: set[str] = field(default_factory=set)
    """What is referred to, and is not in the recording."""
    noted: dict[tuple[str, str], str] = field(default_factory=dict)
    """By a matter and what of it was amended, the words that stand for it since."""
    _given: dict[tuple[str, str], str] = field(default_factory=dict)
    _counts: dict[str, int] = field(default_factory=dict)

    def know(self, desks: Iterable[str], nations: Iterable[str]) -> None:
        """Nations get their codes in the order of their own, whoever spoke first."""
        for nation in sorted({*nations, *(nation_of(desk) for desk in desks)}):
            self.nation(nation)

    def numbered(self, what: str, of: str) -> str:
        """`what-1`, `what-2` and so on: the same for the same thing."""
        if (what, of) not in self._given:
            self._counts[what] = self._counts.get(what, 0) + 1
            self._given[what, of] = f"{what}-{self._counts[what]}"
        return self._given[what, of]

    def nation(self, code: str) -> str:
        """A fictional code. TooMany."""
        number = int(self.numbered("nation", code).rpartition("-")[2]) - 1
        if number >= LETTERS:
            raise TooMany(f"a recording has {LETTERS} nations at most")
        return f"X{chr(ord('A') + number) * 2}"

    def nations(self, codes: Iterable[str]) -> list[str]:
        """Each once, in order."""
        return sorted({self.nation(each) for each in codes})

    def desk(self, desk: str) -> str:
        """A desk by what it is to its nation; where that is not known, by a number."""
        code = self.nation(nation_of(desk)).lower()
        standing = self.desks.get(desk)
        role = "desk"
        if standing is not None and standing.functions:
            role = standing.functions[0].value.lower().replace("_", "-")
        number = self.numbered(f"{code}-{role}", desk).rpartition("-")[2]
        return f"{code}-{role}" if number == "1" else f"{code}-{role}-{number}"

    def officer(self, desk: str, officer: str) -> str:
        """An officer of a desk, by a number."""
        number = self.numbered(f"officer of {desk}", officer).rpartition("-")[2]
        return f"duty-{number}"

    def officers(self, desk: str) -> list[str]:
        """Every officer of a desk who was met; two where nobody was."""
        met = [each for what, each in self._given if what == f"officer of {desk}"]
        return sorted({self.officer(desk, each) for each in met} | {"duty-1", "duty-2"})

    def line(self, line: str) -> str:
        """A line."""
        return self.numbered("line", line)

    def agreement(self, agreement: str) -> str:
        """An agreement."""
        return self.numbered("accord", agreement)

    def matter(self, matter: str) -> str:
        """A matter, still of the same service and kind."""
        if matter.startswith(TEMPLATES_PREFIX):
            return templates_of(self.desk(matter.removeprefix(TEMPLATES_PREFIX)))
        if matter.startswith(REGISTER_PREFIX):
            return register_of(self.nation(matter.removeprefix(REGISTER_PREFIX).upper()))
        for prefix in (CONCERN_PREFIX, HAZARD_PREFIX, HOSTING_PREFIX, NOTICE_PREFIX):
            if matter.startswith(prefix):
                return f"{prefix}{self.numbered('case', matter)}"
        if matter.startswith(ALERT):
            return self.chains.get(matter) or f"{ALERT}{self.numbered('unknown', matter)}"
        if matter.startswith(LINE):
            return f"{LINE}{self.line(matter.removeprefix(LINE))}"
        if matter.startswith(AGREEMENT):
            return f"{AGREEMENT}{self.agreement(matter.removeprefix(AGREEMENT))}"
        if matter.startswith(VISIT):
            return f"{VISIT}{self.numbered('request', matter)}"
        return self.numbered("matter", matter)

    def area(self, matter: str) -> str:
        """A place for the areas of a notice, of its own."""
        return self.areas.setdefault(matter, f"{PLACE} {len(self.areas) + 2}")

    @property
    def places(self) -> dict[str, dict[str, float]]:
        """Where nothing is, and a degree from each other."""
        return {
            name: {"latitude": float(number // 180), "longitude": float(number % 180)}
            for number, name in enumerate((PLACE, *self.areas.values()))
        }

    def chain(self, matter: str, sender: str) -> str:
        """The CAP identifier with which an alert begins; from it follows its matter."""
        identifier = self.numbered("cap", matter)
        self.chains[matter] = chain_of(self.desk(sender), identifier)
        return identifier

    def message(self, identity: str) -> str | None:
        """The step that says it again; None where none does."""
        found = self.sent.get(identity)
        if found is None:
            self.lost.add(identity)
        return found

    def at(self, moment: datetime) -> str:
        """A moment, after the beginning."""
        seconds = (moment - self.begins).total_seconds()
        days, rest = divmod(abs(seconds), 86400)
        parts = [f"{int(days)}d"] if days else []
        return ("-" if seconds < 0 else "+") + " ".join(
            [*parts, f"{rest:.3f}".rstrip("0").rstrip(".") + "s"]
        )

    # Tables.

    def table(self, said: BaseModel, *leave_out: str) -> dict[str, Any]:
        """A contract's fields as a scenario writes them: what is not known to be harmless is not
        taken over.
        """
        found = {
            name: self.value(name, info.annotation, getattr(said, name))
            for name, info in type(said).model_fields.items()
            if name not in leave_out
        }
        return {name: value for name, value in found.items() if value not in (None, [], {})}

    def value(self, name: str, annotation: Any, value: Any) -> Any:
        """One field's value."""
        match value:
            case None | bool() | int():
                return value
            case StrEnum():
                return value.value
            case datetime():
                return self.at(value)
            case date():
                return value.isoformat()
            case Source():
                named = self.numbered("source", f"{value.of} {value.name}")
                return {"of": self.nation(value.of), "kind": value.kind.value, "name": named}
            case BaseModel():
                return self.table(value)
            case tuple():
                found = [self.value(name, annotation, each) for each in value]
                is_nations = value and _OF.get(name) is Names.nation
                return sorted(found) if is_nations else found
            case str():
                if value in _words(annotation):
                    return value
                return _OF[name](self, value) if name in _OF else REMOVED
            case _:
                return None  # Measures, positions: nothing that a rule needs.


def _words(annotation: Any) -> list[Any]:
    """The words that a field's kind itself has."""
    return [
        word
        for kind in alternatives(annotation)
        if get_origin(kind) is Literal
        for word in get_args(kind)
    ]


def _numbered(what: str) -> Any:
    return lambda names, value: names.numbered(what, value)


def _article(names: Names, value: str) -> str:
    return names.numbered("article", value).rpartition("-")[2]


_OF: Mapping[str, Any] = {
    **dict.fromkeys(
        ("requested", "host", "requesting", "involved", "participating", "concerned", "addressed",
         "attended", "invited", "copied_to", "nation", "state", "of", "may_accede", "party",
         "country", "releasable_to"),
        Names.nation,
    ),
    **dict.fromkeys(
        ("point_of_contact", "info", "desk", "depositary", "ministry", "watch", "mediator",
         "final_consumer", "via", "addressees", "final_consumers"),
        Names.desk,
    ),
    **dict.fromkeys(("threads", "dispels", "matter", "event"), Names.matter),
    **dict.fromkeys(
        ("reply", "regards", "instrument", "correction", "met_by", "contact_id", "message"),
        Names.message,
    ),
    **dict.fromkeys(("ground", "reservable", "article"), _article),
    "line": Names.line,
    "agreement": lambda names, value: (
        names.matter(value) if value.startswith(AGREEMENT) else names.agreement(value)
    ),
    "parent": Names.agreement,
    "legal_basis": Names.agreement,
    "geocodes": lambda names, value: names.numbered("AREA", value),
    "incident": _numbered("incident"),
    "protocol": _numbered("protocol"),
    "reservation": _numbered("reservation"),
    "amendment": _numbered("amendment"),
    "number": lambda names, value: names.numbered("NUMBER", value),
    "existing_number": lambda names, value: names.numbered("NUMBER", value),
    "certified_copy": lambda _, __: NO_DIGEST,
    "document": lambda _, __: NO_DIGEST,
    "events": lambda _, value: value,
    "times": lambda _, value: value,
    "path": _numbered("path"),
}  # fmt: skip
"""By field, what stands for the text in it. A text in any other is removed. `events` are of a list
that the contract knows, `times` a clock's."""
