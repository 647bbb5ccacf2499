"""What contracts looked like each time they landed, and whether today's still read it all."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from services.contracts.changing import Change, Rule
from services.contracts.compatibility import binding, breaking, changes
from services.contracts.wire_schema import Schema

_FILE = re.compile(r"(?P<name>.+)\.(?P<number>\d+)\.json")

Landed = Mapping[str, Sequence[Schema]]
"""Each contract's forms, oldest first, without their words."""


def landed_in(folder: Path) -> Landed:
    """All that landed. Files are `<contract>.<number>.json`, numbered from 1."""
    found: dict[str, dict[int, Schema]] = {}
    for path in sorted(folder.glob("*.json")):
        named = _FILE.fullmatch(path.name)
        assert named is not None, f"{path.name} is no form of a contract"
        found.setdefault(named["name"], {})[int(named["number"])] = json.loads(path.read_bytes())
    return {name: [forms[number] for number in sorted(forms)] for name, forms in found.items()}


def broken(today: Mapping[str, Schema], landed: Landed) -> Sequence[str]:
    """What somebody who holds older messages could not read any more, and what to do. Empty: all
    that was ever written can be read.
    """
    return [f"{name}: {change}" for name, change in _breaks(today, landed)]


def unaccepted(today: Mapping[str, Schema], landed: Landed) -> Sequence[str]:
    """What is new or wider than what landed last. It is allowed, and has to be kept from now on."""
    return [
        name
        for name, schema in today.items()
        if name not in landed or landed[name][-1] != binding(schema)
    ]


def accept(
    today: Mapping[str, Schema], folder: Path, *, reworded: bool = False
) -> Mapping[Path, str]:
    """The files that would keep today's contracts, by path. None of those that are there changes.

    ValueError where something breaks. `reworded` takes new words of a rule for the old rule.
    """
    landed = landed_in(folder)
    bad = [
        (name, change)
        for name, change in _breaks(today, landed)
        if not (reworded and change.rule is Rule.RULE_ADDED)
    ]
    if bad:
        raise ValueError("\n".join(f"{name}: {change}" for name, change in bad))
    return {
        folder / f"{name}.{len(landed.get(name, ())) + 1}.json": lined(binding(today[name]))
        for name in unaccepted(today, landed)
    }


def _breaks(today: Mapping[str, Schema], landed: Landed) -> Iterator[tuple[str, Change]]:
    for name, forms in landed.items():
        if name not in today:
            yield name, Change("", Rule.KIND_REMOVED, "it is not in the catalogue any more")
            continue
        now = binding(today[name])
        told: set[str] = set()
        for number, form in enumerate(forms, 1):
            last = number == len(forms)
            for change in breaking(changes(form, now)):
                # Words of a rule are held against the newest form alone: they may have changed.
                if str(change) not in told and (last or change.rule is not Rule.RULE_ADDED):
                    told.add(str(change))
                    yield name, change


def lined(schema: Schema) -> str:
    """A schema as JSON, one line a field and a form: short, and a change is one line's change."""
    parts = []
    for key, value in schema.items():
        if key in ("properties", "$defs"):
            inside = ",\n".join(
                f"  {json.dumps(name)}: {_one(each)}" for name, each in value.items()
            )
            parts.append(f" {json.dumps(key)}: {{\n{inside}\n }}")
        else:
            parts.append(f" {json.dumps(key)}: {_one(value)}")
    return "{\n" + ",\n".join(parts) + "\n}\n"


def _one(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
