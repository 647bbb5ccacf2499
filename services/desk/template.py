"""A skeleton of each act's particulars: every field, and what it is. Pure.

It is made from the contract, and is TOML. What is left empty is refused, so nobody sends a skeleton
by mistake; what may be left out stands behind a #.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from schemas.acts import Act
from schemas.particulars import CONTRACTS
from schemas.places import Offset, Point
from services.desk.fields import alternatives, contract_of, explained

EXPLANATIONS = {
    "action": "what the own forces do",
    "activity": "what gives concern",
    "answers": "one table a question",
    "answer": "the answer to that question",
    "at": "when it happened",
    "area": "where, if not everywhere",
    "authority": "the office in whose name it is given",
    "by": "which office, unit or nation",
    "by_accident": "whether it was by accident",
    "cause": "why",
    "demand": "what is demanded",
    "domains": "where forces act",
    "facts": "what happened, as the own side knows it",
    "harm_known": "who and what was harmed, as far as is known",
    "km": "kilometres from the place",
    "level": "who is to speak with whom",
    "name": "as people know it",
    "nation": "its code",
    "need": "what is asked for",
    "number": "how many",
    "obligation": "what it binds itself to",
    "of": "what is regretted, in the words that were settled on",
    "on_violation": "what is done where it is held to be violated",
    "outcome": "with what the matter is closed",
    "own_forces": "which own forces had part in it",
    "questions": "one string a question; the first has number 1",
    "radius_km": "kilometres",
    "reason": "why",
    "sequence": "how the steps follow each other",
    "shape": "the area's kind",
    "sole_purpose": "for what, and for nothing else",
    "obligations": "one table a nation",
    "route": "one table a point of it, in order",
    "begins": "from when",
    "done_at": "when it was done",
    "centre": "its middle",
    "steps": "one table a step, in their order",
    "window_begins": "from when it may be",
    "window_ends": "until when it may be",
    "topics": "one string a topic",
    "units": "which, and how many",
    "unarmed": "whether it carries no warhead",
    "verification": "how each side sees that it was done",
    "weapon_class": "what kind of weapon",
    "what": "in plain words",
    "where": "the place, said by its coordinates and by its name",
    "who": "who is held to have done it",
    "why": "on what grounds",
}  # fmt: skip
"""What a field is, where its contract does not say so itself."""
_SMALL = (Point, Offset)
"""Contracts that stand on one line."""


def template(act: Act) -> str:
    """The skeleton of an act's particulars; a line of comment where the text says all."""
    contract = CONTRACTS.get(act)
    if contract is None:
        return f"# {act.value}: its text and terms say all; it has no particulars."
    said = " ".join((contract.__doc__ or "").split())
    return "\n".join((f"# {said}", f'act = "{act.value}"', *_table(contract, "")))


def _table(contract: type[BaseModel], within: str) -> Iterator[str]:
    """A contract's fields: plain ones first, as TOML wants them, then those that are tables."""
    fields = {name: each for name, each in contract.model_fields.items() if name != "act"}
    tables = {
        name: found
        for name, each in fields.items()
        if (found := contract_of(each)) and not _inline(each)
    }
    for name, each in fields.items():
        if name not in tables:
            mark = "" if each.is_required() else "# "
            yield f"{mark}{name} = {_placeholder(each)}  # {_explained(name, each)}"
        for word in _instead(each):
            yield f'# {name} = "{word}"  # in the place of the tables of {name} below'
    for name, (inside, many) in tables.items():
        path = f"{within}{name}"
        lines = ["", f"# {_explained(name, fields[name])}"]
        lines.append(f"[[{path}]]" if many else f"[{path}]")
        lines += _table(inside, f"{path}.")
        required = fields[name].is_required()
        yield from (line if required or line[:1] in ("", "#") else f"# {line}" for line in lines)


def _instead(field: FieldInfo) -> Iterator[str]:
    """The words that may stand in the place of a table."""
    for each in alternatives(field.annotation):
        if get_origin(each) is Literal and contract_of(field):
            yield from get_args(each)


def _inline(field: FieldInfo) -> str | None:
    """A small contract on one line; None where it is none, or not small."""
    found = contract_of(field)
    if found is None or found[1] or found[0] not in _SMALL:
        return None
    fields = found[0].model_fields.items()
    return f"{{ {', '.join(f'{name} = {_placeholder(each)}' for name, each in fields)} }}"


def _placeholder(field: FieldInfo) -> str:
    """What stands for a value that is still to be given. No contract takes it."""
    if (inline := _inline(field)) is not None:
        return inline
    found = next(each for each in alternatives(field.annotation) if each is not type(None))
    if get_origin(found) is tuple:
        inside = next(alternatives(get_args(found)[0]))
        return f"[{_of_kind(inside)}]"
    return _of_kind(found)


def _of_kind(kind: Any) -> str:
    if kind is int:
        return "0"
    if kind is float:
        return "nan"
    if get_origin(kind) is Literal:
        return f'"{get_args(kind)[0]}"'
    return '""'


def _explained(name: str, field: FieldInfo) -> str:
    """What a field is; TOML has times and truths of its own, which stand without quotes."""
    return explained(name, field, EXPLANATIONS.get(name, ""), bare=", without quotes")
