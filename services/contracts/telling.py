"""Schemas in plain words: what a field may hold, for whoever writes the other end. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

from services.contracts.wire_schema import ALIAS, HERE, Schema
from services.contracts.words import names

FEW, MANY = 4, 8
"""Up to few alternatives are joined by `or`; more than many are folded away."""


def kind_of_value(schema: Mapping[str, Any]) -> str:
    """What may stand there, as HTML: its type, its bounds, a link where it is a form."""
    if "$ref" in schema:
        name = str(schema["$ref"]).removeprefix(HERE)
        return f'<a href="#form-{escape(name)}">{escape(name)}</a>'
    for union in ("anyOf", "oneOf"):
        if union in schema:
            return _either([kind_of_value(each) for each in schema[union]])
    if "const" in schema:
        return f"always <code>{escape(str(schema['const']))}</code>"
    if "enum" in schema:
        return " or ".join(f"<code>{escape(str(each))}</code>" for each in schema["enum"])
    told = _BY_TYPE.get(str(schema.get("type")), _anything)
    return told(schema)


def _either(told: list[str]) -> str:
    """Alternatives; that nothing may stand there is said last. Many are shown when asked for."""
    some = [each for each in told if each != _NULL]
    if len(some) > MANY:
        listed = ", ".join(some)
        return f"<details><summary>one of {len(some)}</summary>{listed}</details>"
    shown = some if len(some) <= FEW else [", ".join(some[:-1]), some[-1]]
    return " or ".join([*shown, _NULL] if len(some) < len(told) else shown)


_NULL = "<code>null</code>"


def _text(schema: Mapping[str, Any]) -> str:
    if ALIAS in schema and names()[schema[ALIAS]][0] == schema["pattern"]:
        name = escape(str(schema[ALIAS]))
        return f'<a href="#name-{name}">{name}</a>'
    if schema.get("contentEncoding"):
        most = schema.get("maxLength")
        return "bytes in base64url" + (f", at most {most} characters" if most else "")
    if schema.get("format") == "date-time":
        return "time in UTC, with a Z"
    if schema.get("format"):
        return escape(str(schema["format"]))
    bounds = _between(schema.get("minLength"), schema.get("maxLength"), "character")
    pattern = schema.get("pattern")
    like = f" like <code>{escape(str(pattern))}</code>" if pattern else ""
    return f"text{bounds}{like}"


def _number(schema: Mapping[str, Any]) -> str:
    word = "whole number" if schema["type"] == "integer" else "number"
    told = []
    for key, said in (
        ("minimum", "at least"),
        ("exclusiveMinimum", "more than"),
        ("maximum", "at most"),
        ("exclusiveMaximum", "less than"),
    ):
        if key in schema:
            told.append(f"{said} {schema[key]:,}".replace(",", "\u202f"))
    return ", ".join([word, *told])


def _list(schema: Mapping[str, Any]) -> str:
    if "prefixItems" in schema:
        return "[" + ", ".join(kind_of_value(each) for each in schema["prefixItems"]) + "]"
    bounds = _between(schema.get("minItems"), schema.get("maxItems"), "item")
    return f"list of {kind_of_value(schema.get('items', {}))}{bounds}"


def _map(schema: Mapping[str, Any]) -> str:
    inside = schema.get("additionalProperties")
    if isinstance(inside, dict):
        return f"names, each with {kind_of_value(inside)}"
    return "an object"


def _anything(_schema: Mapping[str, Any]) -> str:
    return "anything"


def _between(least: int | None, most: int | None, unit: str) -> str:
    if least is None and most is None:
        return ""
    many = f"{unit}s"
    if most is None:
        return f", at least {least} {unit if least == 1 else many}"
    if not least:
        return f", at most {most} {many}"
    if least == most:
        return f", exactly {most} {unit if most == 1 else many}"
    return f", {least} to {most} {many}"


_BY_TYPE = {
    "string": _text,
    "integer": _number,
    "number": _number,
    "boolean": lambda _: "<code>true</code> or <code>false</code>",
    "null": lambda _: _NULL,
    "array": _list,
    "object": _map,
}


def meaning(field: Schema, forms: Mapping[str, Schema]) -> str:
    """What the field says of itself; else what its form does. A name's own words stand with it."""
    for each in (field, field.get("items", {}), *field.get("anyOf", ())):
        said = str(each.get("description", ""))
        if said:
            own = [about for _, about in names().values()]
            return "" if said in own else said
        if "$ref" in each:
            form = forms.get(str(each["$ref"]).removeprefix(HERE), {})
            return str(form.get("description", ""))
    return ""
