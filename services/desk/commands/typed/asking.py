"""A form filled in by asking, field by field, what its contract wants to know."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Annotated, Any, TypeVar, get_args, get_origin

from pydantic import TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from schemas.parties import Contract
from services.desk.commands.typed.usage import WrongUsage
from services.desk.fields import (
    alternatives,
    contracts_of,
    explained,
    fixed,
    is_many,
    mark_of,
    may_be_none,
    words_of,
)

Ask = Callable[[str], str]
"""Shows a question and gives the line that is typed; EOFError where nobody is there."""
Tell = Callable[[str], None]
ContractT = TypeVar("ContractT", bound=Contract)


def asked(contract: type[ContractT], ask: Ask = input, tell: Tell = print) -> ContractT:
    """What is answered, as the contract takes it. A wrong answer is explained and asked again.

    What may be left out is left out by Enter. WrongUsage where the answers end before the form.
    """
    said = " ".join((contract.__doc__ or "").split())
    tell(f"{said}\nEnter leaves out what may be left out; Ctrl-C ends it, and nothing is kept.")
    try:
        while True:
            answers = _table(contract, "", ask, tell)
            try:
                return contract.model_validate_json(json.dumps(answers))
            except ValidationError as trouble:
                _complain(trouble, tell)
                tell("Once more, please.")
    except EOFError:
        raise WrongUsage("the form was not filled in to its end; nothing was kept") from None


def _table(contract: type[Contract], within: str, ask: Ask, tell: Tell) -> dict[str, Any]:
    answers = {}
    for name, field in contract.model_fields.items():
        value = _field(name, field, within, ask, tell)
        if value is not _LEFT_OUT:
            answers[name] = value
    return answers


_LEFT_OUT = object()


def _field(name: str, field: FieldInfo, within: str, ask: Ask, tell: Tell) -> Any:
    if (only := fixed(field)) is not None:
        return only
    path = f"{within}{name}"
    found, many = contracts_of(field)
    if not found:
        return (_several if is_many(field) else _plain)(path, name, field, ask, tell)
    tell(f"{path}: {explained(name, field)}")
    if not many:
        if not field.is_required() and not _yes(f"  Is there any {name}? (y/n) ", ask):
            return _LEFT_OUT
        return _table(_which(found, name, ask, tell), f"{path}.", ask, tell)
    entries: list[Any] = []
    first = field.is_required()
    while (first and not entries) or _yes(f"  Another entry of {name}? (y/n) ", ask):
        entry = f"{path}.{len(entries) + 1}."
        entries.append(_table(_which(found, name, ask, tell), entry, ask, tell))
    return entries if entries or field.is_required() else _LEFT_OUT


def _which(found: Sequence[type[Contract]], name: str, ask: Ask, tell: Tell) -> type[Contract]:
    """The one that is meant, where a field admits several."""
    if len(found) == 1:
        return found[0]
    marks = {mark_of(each).casefold(): each for each in found}
    choice = ", ".join(mark_of(each) for each in found)
    while (chosen := marks.get(ask(f"  Which {name}? ({choice}) ").strip().casefold())) is None:
        tell("  That is none of them.")
    return chosen


def _plain(path: str, name: str, field: FieldInfo, ask: Ask, tell: Tell) -> Any:
    """One answer, asked until the field takes it."""
    while True:
        typed = ask(f"{path} ({explained(name, field)}): ").strip()
        if not typed and not field.is_required():
            return _LEFT_OUT
        value = _one(typed, list(alternatives(field.annotation)), field)
        if _is_taken(value, field, tell):
            return value


def _several(path: str, name: str, field: FieldInfo, ask: Ask, tell: Tell) -> Any:
    """Answers one after the other; Enter ends them. Asked again where the field does not take
    them together.
    """
    inside = [get_args(each)[0] for each in alternatives(field.annotation) if _is_tuple(each)]
    kinds = list(alternatives(inside[0]))
    while True:
        tell(f"{path}: {explained(name, field)}; one a line, Enter ends them")
        values: list[Any] = []
        while typed := ask(f"{path}.{len(values) + 1}: ").strip():
            values.append(_one(typed, kinds, field))
        if not values and not field.is_required():
            return _LEFT_OUT
        if _is_taken(values, field, tell):
            return values


def _is_taken(value: Any, field: FieldInfo, tell: Tell) -> bool:
    """Whether the field takes it alone, with the bounds that it has in its contract."""
    try:
        adapter: TypeAdapter[Any] = TypeAdapter(_bounded(field))
        adapter.validate_json(json.dumps(value), strict=True)
    except ValidationError as trouble:
        _complain(trouble, tell)
        return False
    return True


def _bounded(field: FieldInfo) -> Any:
    return Annotated[(field.annotation, *field.metadata)] if field.metadata else field.annotation


def _one(typed: str, kinds: list[Any], field: FieldInfo) -> Any:
    """What is typed, as JSON has it: words in the case of the contract, numbers as numbers."""
    if not typed and may_be_none(field):
        return None
    if bool in kinds and typed.lower() in _BOOLS:
        return _BOOLS[typed.lower()]
    for kind in (int, float):
        if kind in kinds:
            try:
                return kind(typed)
            except ValueError:
                continue
    words = {word.casefold(): word for word in words_of(field.annotation)}
    return words.get(typed.casefold(), typed)


_BOOLS = {"y": True, "yes": True, "true": True, "n": False, "no": False, "false": False}


def _is_tuple(kind: Any) -> bool:
    return get_origin(kind) is tuple


def _yes(question: str, ask: Ask) -> bool:
    return ask(question).strip().lower() in ("y", "yes")


def _complain(trouble: ValidationError, tell: Tell) -> None:
    for error in trouble.errors(include_input=False, include_url=False, include_context=False):
        place = ".".join(str(part) for part in error["loc"])
        said = error["msg"].removeprefix("Value error, ")
        tell(f"  That cannot be: {place}: {said}" if place else f"  That cannot be: {said}")
