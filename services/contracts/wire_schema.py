"""Contracts as JSON Schema 2020-12: what stands in the bytes, neither more nor less."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema, to_jsonable_python

from schemas.parties import Contract
from services.contracts.words import meanings_of, names_in, rules_of

DIALECT = "https://json-schema.org/draft/2020-12/schema"
RULES = "x-rules"
"""What a contract's fields must be to each other, in words; a validator cannot check it."""
ALIAS = "x-name"
"""What the contracts call a text of this form: DeskId, MatterId."""
MEANINGS = "x-meanings"
"""What an enumeration's members mean, by member, where the contract says so."""
NAME = "urn:detente:schema:"
"""What an `$id` begins with. It names no host: nothing is to be fetched."""
HERE = "#/$defs/"

Schema = dict[str, Any]


class _Wire(GenerateJsonSchema):
    """Pydantic's own schema of what it writes, made exact where the bus is stricter.

    Every field is always written, save those that are left out where they are not used
    (`exclude_if`). So those are the only ones that are not required, and they are never null.
    """

    def field_title_should_be_set(self, schema: object) -> bool:
        """Never: a title made from a field's name says the name again."""
        del schema
        return False

    def field_is_required(
        self,
        field: core_schema.ModelField | core_schema.DataclassField | core_schema.TypedDictField,
        total: bool,
    ) -> bool:
        """All that is not left out is written, also where it has its default."""
        del total
        return field.get("serialization_exclude_if") is None

    def model_field_schema(self, schema: core_schema.ModelField) -> JsonSchemaValue:
        """A field; one that is left out where it is None is never written as null."""
        found = super().model_field_schema(schema)
        left_out = schema.get("serialization_exclude_if")
        if left_out is not None and left_out(None):
            rest = [each for each in found.get("anyOf", ()) if each != {"type": "null"}]
            if len(rest) == 1:
                del found["anyOf"]
                found = {**rest[0], **found}
            elif rest:
                found["anyOf"] = rest
        usual = schema["schema"].get("default")
        if left_out is not None and usual is not None:
            # What older bytes leave out means this.
            found["default"] = to_jsonable_python(usual)
        return found

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        """What is always written needs no default."""
        found = super().default_schema(schema)
        found.pop("default", None)
        return found

    def bytes_schema(self, schema: core_schema.BytesSchema) -> JsonSchemaValue:
        """Bytes travel as text, so their bound is that of the text."""
        found: JsonSchemaValue = {"type": "string", "contentEncoding": "base64url"}
        if "max_length" in schema:
            found["maxLength"] = _encoded(schema["max_length"])
        if "min_length" in schema:
            found["minLength"] = _encoded(schema["min_length"])
        return found

    def model_schema(self, schema: core_schema.ModelSchema) -> JsonSchemaValue:
        """A contract, with what it demands beyond what a schema can say."""
        found = super().model_schema(schema)
        contract: type[BaseModel] = schema["cls"]
        found["title"] = found["title"].partition("[")[0]
        if "description" in found:
            found["description"] = " ".join(found["description"].split())
        if rules := rules_of(contract):
            found[RULES] = list(rules)
        for name, field in found.get("properties", {}).items():
            for alias, form in names_in(contract, name).items():
                _call(field, alias, form)
        return found

    def enum_schema(self, schema: core_schema.EnumSchema) -> JsonSchemaValue:
        """An enumeration, with what its members mean."""
        found = super().enum_schema(schema)
        if "description" in found:
            found["description"] = " ".join(found["description"].split())
        if meanings := meanings_of(schema["cls"]):
            found[MEANINGS] = dict(meanings)
        return found


def _call(field: Any, alias: str, form: str) -> None:
    """Write the alias beside each text of its form, at any depth of one field."""
    if isinstance(field, list):
        for each in field:
            _call(each, alias, form)
    elif isinstance(field, dict):
        if field.get("pattern") == form:
            field.setdefault(ALIAS, alias)
        for each in field.values():
            _call(each, alias, form)


def _encoded(size: int) -> int:
    """How many characters of base64 so many bytes take."""
    return 4 * -(-size // 3)


def schemas_of(contracts: Mapping[str, type[Contract]]) -> Mapping[str, Schema]:
    """A schema of each contract by the name that it is given here, each standing by itself.

    What several of them share is written the same in each, under the same name in `$defs`.
    """
    parts, roots = parts_of(contracts)
    told = {}
    for name, contract in contracts.items():
        own = roots[contract]
        needed = reached(parts, own)
        shared = {key: parts[key] for key in sorted(needed - {own})}
        head: Schema = {"$schema": DIALECT, "$id": NAME + name}
        told[name] = {**head, **copy.deepcopy(parts[own]), **({"$defs": shared} if shared else {})}
    return told


def parts_of(
    contracts: Mapping[str, type[Contract]],
) -> tuple[Mapping[str, Schema], Mapping[type[Contract], str]]:
    """Every contract and form that these need, by name; and under which name each of these is."""
    distinct = list(dict.fromkeys(contracts.values()))
    maker = _Wire(by_alias=True)
    made, found = maker.generate_definitions(
        [(each, "serialization", each.__pydantic_core_schema__) for each in distinct]
    )
    parts: dict[str, Schema] = {str(name): part for name, part in found.items()}
    roots = {each: made[each, "serialization"]["$ref"].removeprefix(HERE) for each in distinct}
    names = {long: _short(long, parts, roots, contracts) for long in parts}
    assert len(set(names.values())) == len(names), "two forms would share a name"
    renamed = {
        names[long]: _ordered(moved(part, HERE, HERE, names)) for long, part in parts.items()
    }
    return dict(sorted(renamed.items())), {each: names[root] for each, root in roots.items()}


def _ordered(schema: Schema) -> Schema:
    """The same, with what it is before what it holds."""
    first: Schema = {}
    for key in ("title", "description", "type"):
        if key in schema:
            first[key] = schema[key]
    return {**first, **schema}


def _short(
    long: str,
    parts: Mapping[str, Schema],
    roots: Mapping[type[Contract], str],
    contracts: Mapping[str, type[Contract]],
) -> str:
    """A name to be read. A ledger's entry is made of all its events: it is named by its service."""
    title = str(parts[long].get("title", long))
    if not long.startswith(f"{title}_"):
        return long
    users = [
        name.partition(".")[0]
        for name, contract in contracts.items()
        if long in reached(parts, roots[contract])
    ]
    return f"{users[0].capitalize()}{title}"


def refs_in(schema: object) -> Iterator[str]:
    """Every `$ref` in it, at any depth."""
    if isinstance(schema, dict):
        for key, value in schema.items():
            if key == "$ref":
                yield value
            else:
                yield from refs_in(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from refs_in(value)


def reached(parts: Mapping[str, Schema], name: str) -> frozenset[str]:
    """The names of all that one of the parts needs, itself included."""
    seen: set[str] = set()
    ahead = [name]
    while ahead:
        here = ahead.pop()
        if here not in seen:
            seen.add(here)
            ahead += [ref.removeprefix(HERE) for ref in refs_in(parts[here])]
    return frozenset(seen)


def moved(schema: Any, before: str, after: str, names: Mapping[str, str] | None = None) -> Any:
    """The same schema, with its references from one place to another."""
    if isinstance(schema, list):
        return [moved(each, before, after, names) for each in schema]
    if not isinstance(schema, dict):
        return schema
    told = {}
    for key, value in schema.items():
        if key == "$ref":
            name = value.removeprefix(before)
            told[key] = after + (names or {}).get(name, name)
        elif key == "discriminator" and "mapping" in value:
            # Its mapping is an OpenAPI keyword; each member's own constant says the same.
            continue
        else:
            told[key] = moved(value, before, after, names)
    return told
