"""Whether what was ever written can still be read: a contract against its next form. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from services.contracts.changing import Change, Rule
from services.contracts.narrowing import LEAST, MOST, bounds, members
from services.contracts.wire_schema import ALIAS, HERE, MEANINGS, RULES, Schema


def changes(old: Schema, new: Schema) -> Sequence[Change]:
    """Every difference that matters to a reader, those that break it and those that do not."""
    return tuple(_Comparison(old, new).of(old, new, ""))


def breaking(found: Iterable[Change]) -> Sequence[Change]:
    """Those after which older bytes cannot be read, or would not be written the same."""
    return tuple(change for change in found if change.rule.breaks)


def binding(schema: Schema) -> Schema:
    """The schema without its words: what is left binds both ends, and is kept for comparison."""
    told: Schema = _without_words(schema)
    return told


_WORDS = frozenset({"title", "description", "examples", "$comment", ALIAS, MEANINGS})


def _without_words(schema: Any, *, names: bool = False) -> Any:
    """Without words; `names` where the keys are names of fields, and not keywords."""
    if isinstance(schema, list):
        return [_without_words(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        key: _without_words(value, names=not names and key in ("properties", "$defs"))
        for key, value in schema.items()
        if names or key not in _WORDS
    }


_EXACT = ("format", "contentEncoding", "multipleOf", "uniqueItems", "patternProperties")
_KNOWN = frozenset(
    {"$ref", "$form", "$defs", "$schema", "$id", "type", "enum", "const", "anyOf", "oneOf"}
    | {"pattern", "discriminator", "propertyNames", RULES}
    | {"properties", "required", "additionalProperties", "items", "prefixItems", "default"}
    | {key for keys in (*LEAST, *MOST) for key in keys}
    | set(_EXACT)
    | _WORDS
)


class _Comparison:
    """Two whole documents, walked together."""

    def __init__(self, old: Schema, new: Schema) -> None:
        self._old, self._new = old, new
        self._seen: set[tuple[str | None, str | None]] = set()

    def of(self, old: Any, new: Any, place: str) -> Iterator[Change]:
        """What changed from one schema to the other, at this place."""
        step = _form(old), _form(new)
        if None not in step:
            # A form is told of once, wherever it is first met: it may hold itself.
            if step in self._seen:
                return
            self._seen.add(step)
        old, new = _resolved(old, self._old), _resolved(new, self._new)
        befores, afters = _alternatives(old, self._old), _alternatives(new, self._new)
        if len(befores) > 1 or len(afters) > 1:
            yield from self._unions(befores, afters, place)
        else:
            yield from self._single(befores[0], afters[0], place)

    def _unions(
        self, befores: Sequence[Schema], afters: Sequence[Schema], place: str
    ) -> Iterator[Change]:
        told, tells = _discriminator(befores), _discriminator(afters)
        if told is not None and told != tells and len(befores) > 1 and len(afters) > 1:
            yield Change(place, Rule.DISCRIMINATOR_CHANGED, f"it was {told}, it is {tells}")
            return
        if told is not None and told == tells:
            before, after = _by_tag(befores, told), _by_tag(afters, told)
            for tag, schema in before.items():
                if tag not in after:
                    rule = Rule.NULL_NO_MORE if tag == "null" else Rule.ALTERNATIVE_REMOVED
                    yield Change(place, rule, f"{tag} is taken no more")
                else:
                    yield from self.of(schema, after[tag], _at(place, f"[{tag}]"))
            for tag in (tag for tag in after if tag not in before):
                yield Change(place, Rule.ALTERNATIVE_ADDED, tag)
            return
        taken: list[Schema] = []
        for schema in befores:
            match, found = self._nearest(schema, afters, place)
            if match is None:
                rule = Rule.NULL_NO_MORE if schema.get("type") == "null" else Rule.TYPE_CHANGED
                yield Change(place, rule, f"{_type(schema)} is taken no more")
            else:
                taken.append(match)
                yield from found
        for schema in afters:
            if not any(schema is each for each in taken):
                yield Change(place, Rule.ALTERNATIVE_ADDED, _type(schema))

    def _nearest(
        self, schema: Schema, afters: Sequence[Schema], place: str
    ) -> tuple[Schema | None, Sequence[Change]]:
        """The alternative of the same type with the fewest breaks, and all that changed to it."""
        tried: list[tuple[int, int, Schema, Sequence[Change]]] = []
        for each in afters:
            if _type(each) == _type(schema) or not each.get("type"):
                seen = set(self._seen)
                found: Sequence[Change] = tuple(self.of(schema, each, place))
                tried.append((len(breaking(found)), len(tried), each, found))
                self._seen = seen
        if not tried:
            return None, ()
        _, _, match, found = min(tried, key=lambda one: one[:2])
        return match, found

    def _single(self, old: Schema, new: Schema, place: str) -> Iterator[Change]:
        for key in sorted((old.keys() | new.keys()) - _KNOWN):
            if old.get(key) != new.get(key):
                yield Change(place, Rule.NOT_UNDERSTOOD, key)
        if "type" in new and _type(old) != _type(new):
            yield Change(place, Rule.TYPE_CHANGED, f"it was {_type(old)}, it is {_type(new)}")
            return
        yield from members(old, new, place)
        yield from bounds(old, new, place)
        for key in ("pattern", *_EXACT):
            if key in new and old.get(key) != new[key]:
                rule = Rule.PATTERN_CHANGED if key == "pattern" else Rule.FORM_CHANGED
                yield Change(place, rule, f"{key} was {old.get(key, 'open')}, it is {new[key]}")
        yield from self._lists(old, new, place)
        if "properties" in old or "properties" in new:
            yield from self._objects(old, new, place)
        elif isinstance(old.get("additionalProperties"), dict):
            yield from self._inside(old, new, "additionalProperties", _at(place, "*"))
            yield from self._inside(old, new, "propertyNames", _at(place, "*"))
        yield from _rules(old, new, place)

    def _lists(self, old: Schema, new: Schema, place: str) -> Iterator[Change]:
        yield from self._inside(old, new, "items", _at(place, "[]"))
        before, after = old.get("prefixItems"), new.get("prefixItems")
        if (before is None) != (after is None) or len(before or ()) != len(after or ()):
            yield Change(place, Rule.TYPE_CHANGED, "it has another number of places")
            return
        for number, (was, now) in enumerate(zip(before or (), after or (), strict=True)):
            yield from self.of(was, now, _at(place, f"[{number}]"))

    def _inside(self, old: Schema, new: Schema, key: str, place: str) -> Iterator[Change]:
        before, after = old.get(key), new.get(key)
        if isinstance(before, dict) and isinstance(after, dict):
            yield from self.of(before, after, place)
        elif before is None and isinstance(after, dict) and after:
            yield Change(place, Rule.TYPE_CHANGED, "what stands inside was open")

    def _objects(self, old: Schema, new: Schema, place: str) -> Iterator[Change]:
        before, after = old.get("properties", {}), new.get("properties", {})
        needed_before, needed = set(old.get("required", ())), set(new.get("required", ()))
        gone = [name for name in before if name not in after]
        come = [name for name in after if name not in before]
        for name in gone:
            became = next((one for one in come if self._alike(before[name], after[one])), None)
            if became is not None and name in needed_before:
                come.remove(became)
                yield Change(_at(place, name), Rule.FIELD_RENAMED, f"it is {became} now")
            else:
                yield Change(_at(place, name), Rule.FIELD_REMOVED, "it is not taken any more")
        for name in come:
            rule = Rule.FIELD_REQUIRED if name in needed else Rule.FIELD_ADDED
            yield Change(_at(place, name), rule, "older messages do not have it")
        kept = [name for name in before if name in after]
        for name in kept:
            here = _at(place, name)
            if name in needed and name not in needed_before:
                yield Change(here, Rule.MADE_REQUIRED, "it could be left out")
            elif name not in needed and name in needed_before:
                yield Change(here, Rule.MADE_OPTIONAL, "it may be left out now")
            elif name not in needed and before[name].get("default") != after[name].get("default"):
                yield Change(here, Rule.MEANING_OF_ABSENCE, "its default is another")
            yield from self.of(before[name], after[name], here)
        if kept != [name for name in after if name in before]:
            order = ", ".join(name for name in after if name in before)
            yield Change(place, Rule.ORDER_CHANGED, f"it is {order} now")
        if old.get("additionalProperties") is not False and (
            new.get("additionalProperties") is False and "properties" in old
        ):
            yield Change(place, Rule.TYPE_CHANGED, "other fields are taken no more")

    def _alike(self, old: Schema, new: Schema) -> bool:
        seen = set(self._seen)
        same = not list(self.of(old, new, ""))
        self._seen = seen
        return same


def _rules(old: Schema, new: Schema, place: str) -> Iterator[Change]:
    before, after = old.get(RULES, ()), new.get(RULES, ())
    for rule in after:
        if rule not in before:
            yield Change(place, Rule.RULE_ADDED, f"«{rule}»")
    for rule in before:
        if rule not in after:
            yield Change(place, Rule.RULE_DROPPED, f"«{rule}»")


def _resolved(schema: Schema, document: Schema) -> Schema:
    while "$ref" in schema:
        beside = {key: value for key, value in schema.items() if key != "$ref"}
        found = document["$defs"][schema["$ref"].removeprefix(HERE)]
        schema = {**found, **beside, _FORM: schema["$ref"]}
    return schema


_FORM = "$form"
"""Where a form that was looked up remembers which one it is."""


def _form(schema: Schema) -> str | None:
    return schema.get("$ref", schema.get(_FORM))


def _alternatives(schema: Schema, document: Schema) -> Sequence[Schema]:
    """What may stand there, each for itself; unions within unions laid flat."""
    for union in ("anyOf", "oneOf"):
        if union in schema:
            return [
                one
                for each in schema[union]
                for one in _alternatives(_resolved(each, document), document)
            ]
    return [schema]


def _discriminator(alternatives: Sequence[Schema]) -> str | None:
    """The field by whose constant all alternatives, null aside, are told apart; None where none."""
    objects = [each for each in alternatives if each.get("type") != "null"]
    if not objects or len(objects) < len(alternatives) - 1:
        return None
    for name in objects[0].get("properties", {}):
        tags = [each.get("properties", {}).get(name, {}).get("const") for each in objects]
        if None not in tags and len(set(tags)) == len(tags):
            return str(name)
    return None


def _by_tag(alternatives: Sequence[Schema], name: str) -> Mapping[str, Schema]:
    return {
        str(each["properties"][name]["const"]) if each.get("type") != "null" else "null": each
        for each in alternatives
    }


def _type(schema: Schema) -> str:
    return str(schema.get("type", "anything"))


def _at(place: str, name: str) -> str:
    return f"{place}.{name}" if place and not name.startswith("[") else f"{place}{name}"
