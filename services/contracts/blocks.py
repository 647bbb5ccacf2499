"""The pieces of the page: tables of fields, members, rules, examples. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

from services.contracts.examples import Example
from services.contracts.telling import kind_of_value, meaning
from services.contracts.wire_schema import MEANINGS, Schema


def members(form: Schema) -> str:
    """An enumeration's members, with what they mean where it says so."""
    if "enum" not in form:
        return f"<p>{kind_of_value(form)}</p>"
    told = form.get(MEANINGS, {})
    if not told:
        return "<p>" + " ".join(f"<code>{escape(each)}</code>" for each in form["enum"]) + "</p>"
    rows = "".join(
        f"<tr><th scope=row><code>{escape(each)}</code></th>"
        f"<td>{escape(told.get(each, ''))}</td></tr>"
        for each in form["enum"]
    )
    return f"<table class=members><tbody>{rows}</tbody></table>"


def fields(form: Schema, forms: Mapping[str, Schema]) -> str:
    """The fields of a contract. `forms` are those that it may refer to."""
    required = form.get("required", [])
    return table(
        (name, kind_of_value(field), meaning(field, forms), name in required)
        for name, field in form["properties"].items()
    )


def table(rows: Iterable[tuple[str, str, str, bool]]) -> str:
    """Rows of name, what may stand there (HTML), what it means, and whether it always does."""
    told = "".join(
        f"<tr><th scope=row><code>{escape(name)}</code>"
        f"{'' if always else ' <small>where used</small>'}</th>"
        f"<td class=what>{what}</td><td>{escape(about)}</td></tr>"
        for name, what, about, always in rows
    )
    return (
        "<table class=fields><thead><tr><th>field</th><th>what may stand there</th>"
        f"<th>what it means</th></tr></thead><tbody>{told}</tbody></table>"
    )


def rules(said: Sequence[str]) -> str:
    """What the fields must be to each other."""
    if not said:
        return ""
    told = "".join(f"<li>{escape(rule)}</li>" for rule in said)
    return f"<div class=rules><p>It is refused unless:</p><ul>{told}</ul></div>"


def example(found: Example | None) -> str:
    """A record, unfolded, for those who want to see one."""
    if found is None:
        return ""
    parts = [("outer part", found.outer)]
    if found.inner is not None:
        parts.append(("inner part", found.inner))
    shown = "".join(f"<p>{title}</p><pre>{escape(_written(value))}</pre>" for title, value in parts)
    return f"<details class=example><summary>Example</summary>{shown}</details>"


def _written(value: Mapping[str, Any]) -> str:
    return json.dumps(_short(value), indent=1, ensure_ascii=False)


def _short(value: Any) -> Any:
    """The same with long base64 cut: it says nothing to a reader."""
    if isinstance(value, dict):
        return {key: _short(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_short(each) for each in value]
    if isinstance(value, str) and len(value) > _LONG and " " not in value:
        return f"{value[:24]}… ({len(value)} characters)"
    return value


_LONG = 80
