"""A template as an officer fills it in, with what a sample says."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from schemas.acts import Act
from services.desk.template import template
from tests.kit.particulars import SAMPLES

FIELD = re.compile(r"^(# )?(?P<name>\w+) = (?P<value>.*?)  # .+$")
TABLE = re.compile(r"^(# )?(?P<header>\[+(?P<path>[\w.]+)\]+)$")


def filled_in(act: Act) -> str:
    """The skeleton of an act, line by line with the sample's values; what it lacks left out."""
    said = SAMPLES.get(act)
    return "\n".join(_filled(template(act), said.model_dump() if said else {}))


def _filled(skeleton: str, said: Mapping[str, Any]) -> Iterator[str]:
    inside: Any = said
    for line in skeleton.splitlines():
        if table := TABLE.match(line):
            inside = _at(said, table["path"])
            yield table["header"] if isinstance(inside, dict) else ""
        elif field := FIELD.match(line):
            value = inside.get(field["name"]) if isinstance(inside, dict) else None
            in_its_place = field["value"] == '"EVERYWHERE"'
            if value is not None and (not in_its_place or value == "EVERYWHERE"):
                yield f"{field['name']} = {_toml(value)}"
    for name, value in said.items():
        further = value[1:] if isinstance(value, tuple) and f"[[{name}]]" in skeleton else ()
        for each in further:
            yield f"[[{name}]]"
            yield from (f"{field} = {_toml(of)}" for field, of in each.items())


def _at(said: Any, path: str) -> Any:
    """What stands at a dotted path; of several, the first."""
    for name in path.split("."):
        said = said.get(name) if isinstance(said, dict) else None
        said = said[0] if isinstance(said, tuple) and said else said
    return said


def _toml(value: Any) -> str:
    match value:
        case datetime():
            return value.isoformat()
        case dict():
            return f"{{ {', '.join(f'{name} = {_toml(of)}' for name, of in value.items())} }}"
        case tuple():
            return f"[{', '.join(map(_toml, value))}]"
        case _:
            return json.dumps(value)
