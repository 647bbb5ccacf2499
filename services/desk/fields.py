"""What a contract's fields admit: choices, tables within tables, and what each is. Pure."""

from __future__ import annotations

import types
from collections.abc import Iterator
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic.fields import FieldInfo

from schemas.parties import Contract


def alternatives(annotation: Any) -> Iterator[Any]:
    """Every kind of value that an annotation admits, unions and aliases taken apart."""
    if get_origin(annotation) in (Union, types.UnionType):
        for each in get_args(annotation):
            yield from alternatives(each)
    elif get_origin(annotation) is Annotated:
        yield from alternatives(get_args(annotation)[0])
    else:
        yield annotation


def contracts_of(field: FieldInfo) -> tuple[tuple[type[Contract], ...], bool]:
    """The contracts of which a field admits one, and whether it holds several such; none where it
    holds plain values.
    """
    found: list[type[Contract]] = []
    several = False
    for each in alternatives(field.annotation):
        many = get_origin(each) is tuple
        for inside in alternatives(get_args(each)[0]) if many else (each,):
            if isinstance(inside, type) and issubclass(inside, Contract):
                found.append(inside)
                several = several or many
    return tuple(found), several


def contract_of(field: FieldInfo) -> tuple[type[Contract], bool] | None:
    """The first of them, and whether the field holds several such; None for none."""
    found, many = contracts_of(field)
    return (found[0], many) if found else None


def mark_of(contract: type[Contract]) -> str:
    """The word by which one of several contracts is told from the others; else its name."""
    marks = (fixed(field) for field in contract.model_fields.values())
    return next((str(mark) for mark in marks if mark is not None), contract.__name__)


def words_of(annotation: Any) -> Iterator[str]:
    """The words that a field admits, where it admits only some."""
    for each in alternatives(annotation):
        inside = next(alternatives(get_args(each)[0])) if get_origin(each) is tuple else each
        if isinstance(inside, type) and issubclass(inside, StrEnum):
            yield from (word.value for word in inside)


def is_many(field: FieldInfo) -> bool:
    """Whether it holds several values, one under the other."""
    return any(get_origin(each) is tuple for each in alternatives(field.annotation))


def may_be_none(field: FieldInfo) -> bool:
    """Whether nothing may stand there."""
    return type(None) in alternatives(field.annotation)


def fixed(field: FieldInfo) -> Any:
    """The one value that may stand there; None where there are others."""
    found = [each for each in alternatives(field.annotation) if each is not type(None)]
    if len(found) == 1 and get_origin(found[0]) is Literal and len(get_args(found[0])) == 1:
        return get_args(found[0])[0]
    return None


def form_of(field: FieldInfo) -> str:
    """How a value of that field is written, where its kind does not go without saying."""
    kinds = set(alternatives(field.annotation))
    if datetime in kinds:
        return "UTC, as in 2026-01-31T18:00:00Z"
    if date in kinds:
        return "a date, as in 2026-01-31"
    return "true or false" if bool in kinds else ""


def explained(name: str, field: FieldInfo, otherwise: str = "", bare: str = "") -> str:
    """What a field is, what it admits, and whether it may be left out; its name at the least."""
    said = field.description or otherwise
    words = list(words_of(field.annotation))
    form = form_of(field)
    choice = f"one of {', '.join(words)}" if words else f"{form}{bare if form else ''}"
    left_out = "" if field.is_required() else "may be left out"
    return "; ".join(part.rstrip(".") for part in (said, choice, left_out) if part) or name
