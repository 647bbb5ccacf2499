"""What the contracts' source says and no schema carries: rules, members' meanings, names."""

from __future__ import annotations

import ast
import inspect
import re
import sys
import textwrap
from collections.abc import Iterable, Iterator, Mapping
from enum import Enum
from functools import cache
from types import FunctionType, ModuleType
from typing import Annotated, Any, get_args, get_origin

from pydantic import BaseModel


@cache
def rules_of(contract: type[BaseModel]) -> tuple[str, ...]:
    """What the contract's fields must be to each other, in the words of its own refusals.

    A JSON Schema cannot say that an end comes after its beginning. The validators do, and what
    they raise says which rule it was.
    """
    found = contract.__pydantic_decorators__
    validators: list[Any] = [*found.field_validators.values(), *found.model_validators.values()]
    told: dict[str, None] = {}
    for each in validators:
        function = inspect.unwrap(each.func)
        function = getattr(function, "__func__", function)
        told.update(dict.fromkeys(_refusals(function)))
    return tuple(told)


def _refusals(function: FunctionType, *, deeper: bool = True) -> Iterator[str]:
    """What a function raises, and what those raise that it calls from its own module."""
    names = vars(sys.modules[function.__module__])
    for node in ast.walk(_tree(function)):
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
            for said in node.exc.args:
                yield from _texts(said, names)
        elif deeper and isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            called = names.get(node.func.id)
            if isinstance(called, FunctionType) and called.__module__ == function.__module__:
                yield from _refusals(called, deeper=False)


def _texts(said: ast.expr, names: Mapping[str, object]) -> Iterable[str]:
    if isinstance(said, ast.IfExp):
        return [*_texts(said.body, names), *_texts(said.orelse, names)]
    if isinstance(said, ast.Constant) and isinstance(said.value, str):
        return [said.value]
    if isinstance(said, ast.JoinedStr):
        return ["".join(_part(part, names) for part in said.values)]
    return []


def _part(part: ast.expr, names: Mapping[str, object]) -> str:
    """A piece of an f-string: as it is, or a constant's value; anything else is not known here."""
    if isinstance(part, ast.Constant):
        return str(part.value)
    inside = part.value if isinstance(part, ast.FormattedValue) else part
    if isinstance(inside, ast.Name) and inside.id in names:
        return str(names[inside.id])
    return "…"


@cache
def names_in(contract: type[BaseModel], field: str) -> Mapping[str, str]:
    """What the contract calls the texts in one of its fields, each with its pattern.

    A field's annotation names them (`tuple[DeskId, ...]`); by the time pydantic has read it, only
    the pattern is left.
    """
    holders = [each for each in contract.__mro__ if field in inspect.get_annotations(each)]
    if not holders:
        return {}
    holder = holders[0]
    names = vars(sys.modules[holder.__module__])
    written = str(inspect.get_annotations(holder)[field])
    found = {}
    for word in re.findall(r"[A-Za-z_]+", written):
        for text in _texts_in(names.get(word)):
            called = word if text is names[word] else _called(text)
            if called is not None:
                found[called] = str(_pattern(text))
    return found


def _texts_in(alias: object) -> Iterator[object]:
    """The texts of a form that an alias is, or holds: `Nations` is a tuple of `Nation`."""
    if _pattern(alias) is not None:
        yield alias
    else:
        for part in get_args(alias):
            yield from _texts_in(part)


def _called(text: object) -> str | None:
    """What some contract's module calls it."""
    for name, module in sys.modules.items():
        if name.startswith("schemas."):
            for word, value in vars(module).items():
                if value == text:
                    return word
    return None


@cache
def names() -> Mapping[str, tuple[str, str]]:
    """What the contracts call texts of a form: by name, the pattern and what it says of itself."""
    found: dict[str, tuple[str, str]] = {}
    for name, module in sys.modules.items():
        if name.startswith("schemas."):
            found.update(names_of(module))
    return found


def names_of(module: ModuleType) -> Mapping[str, tuple[str, str]]:
    """The same of one module."""
    found: dict[str, tuple[str, str]] = {}
    for word, value in vars(module).items():
        form = _pattern(value)
        if form is not None:
            abouts = [getattr(part, "description", None) for part in get_args(value)[1:]]
            found[word] = form, next((about for about in abouts if about), "")
    return found


def _pattern(alias: object) -> str | None:
    """The pattern of an `Annotated` text; None of anything else."""
    if get_origin(alias) is not Annotated or get_args(alias)[0] is not str:
        return None
    for part in get_args(alias)[1:]:
        for rule in getattr(part, "metadata", ()):
            if getattr(rule, "pattern", None):
                return str(rule.pattern)
    return None


@cache
def meanings_of(kind: type[Enum]) -> Mapping[str, str]:
    """The members' values with the words that stand below them in the source, where any do."""
    (drawn,) = _tree(kind).body
    assert isinstance(drawn, ast.ClassDef)
    told: dict[str, str] = {}
    for before, after in zip(drawn.body, drawn.body[1:], strict=False):
        if (
            isinstance(before, ast.Assign)
            and isinstance(before.targets[0], ast.Name)
            and isinstance(after, ast.Expr)
            and isinstance(after.value, ast.Constant)
        ):
            member = kind[before.targets[0].id]
            told[str(member.value)] = " ".join(str(after.value.value).split())
    return told


def _tree(source: FunctionType | type) -> ast.Module:
    return ast.parse(textwrap.dedent(inspect.getsource(source)))
