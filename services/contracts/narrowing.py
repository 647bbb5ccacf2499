"""Whether a value may be less than before: its members, its bounds. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from services.contracts.changing import Change, Rule
from services.contracts.wire_schema import Schema

LEAST = (("minimum", "exclusiveMinimum"), ("minLength",), ("minItems",), ("minProperties",))
MOST = (("maximum", "exclusiveMaximum"), ("maxLength",), ("maxItems",), ("maxProperties",))


def members(old: Schema, new: Schema, place: str) -> Iterator[Change]:
    """Which values may stand there no more, or from now on."""
    before, after = _values(old), _values(new)
    if after is None:
        return
    if before is None:
        yield Change(place, Rule.BOUND_TIGHTENED, f"it was open, it is one of {_list(after)}")
        return
    gone = [each for each in before if each not in after]
    if gone:
        single = "const" in old and "const" in new
        rule = Rule.CONSTANT_CHANGED if single else Rule.MEMBER_REMOVED
        said = f"it was {_list(before)}, it is {_list(after)}" if single else _list(gone)
        yield Change(place, rule, said)
    if come := [each for each in after if each not in before]:
        yield Change(place, Rule.MEMBER_ADDED, _list(come))


def bounds(old: Schema, new: Schema, place: str) -> Iterator[Change]:
    """Where less or more than before may stand there: numbers, lengths, how many."""
    for pairs, sign in ((LEAST, 1), (MOST, -1)):
        for keys in pairs:
            before, after = _bound(old, keys, sign), _bound(new, keys, sign)
            if before == after:
                continue
            tighter = after is not None and (before is None or after > before)
            rule = Rule.BOUND_TIGHTENED if tighter else Rule.BOUND_LOOSENED
            was = ", ".join(f"{key} {old[key]}" for key in keys if key in old) or "open"
            now = ", ".join(f"{key} {new[key]}" for key in keys if key in new) or "open"
            yield Change(place, rule, f"it was {was}, it is {now}")


def _bound(schema: Schema, keys: Sequence[str], sign: int) -> tuple[float, bool] | None:
    """The tightest of them: its value, turned so that more is tighter, and whether it excludes."""
    return max(
        ((sign * schema[key], key.startswith("exclusive")) for key in keys if key in schema),
        default=None,
    )


def _values(schema: Schema) -> list[Any] | None:
    return [schema["const"]] if "const" in schema else schema.get("enum")


def _list(values: Sequence[Any]) -> str:
    return ", ".join(str(each) for each in values)
