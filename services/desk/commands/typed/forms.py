"""Forms that officers fill in: a file in YAML or JSON, taken as a contract takes it."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Any, ClassVar, TypeVar

import yaml
from cyclopts import Parameter
from pydantic import ValidationError

from schemas.parties import Contract
from services.desk.commands.typed.usage import WrongUsage

FORM_BYTES_MAX = 256 * 1024
TOLD_AT_MOST = 20
"""How many faults of one form are told at once."""

FormFile = Annotated[
    Path,
    Parameter(
        allow_leading_hyphen=True, help="The form, filled in: YAML or JSON; - for standard input."
    ),
]
ContractT = TypeVar("ContractT", bound=Contract)
Place = tuple[str | int, ...]
"""Where something stands in a form: field within field, number within list."""
_PREFIX = "tag:yaml.org,2002:"


class _Plain(yaml.SafeLoader):
    """YAML in which only true, false, null and numbers are anything but text: so the country NO
    is no answer, and a date is left to the contract.
    """

    yaml_implicit_resolvers: ClassVar[dict[str, Any]] = {}  # type: ignore[misc]  # read from the class

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            line = self.peek_event().start_mark.line + 1  # type: ignore[no-untyped-call]  # no types there
            raise WrongUsage(f"line {line}: write it out; references (*name) are not read")
        return super().compose_node(parent, index)


for _name, _pattern, _starts in (
    ("bool", r"^(?:true|false)$", "tf"),
    ("null", r"^(?:null|~|)$", ("~", "n", "")),
    ("int", r"^-?(?:0|[1-9][0-9]*)$", "-0123456789"),
    ("float", r"^-?(?:0|[1-9][0-9]*)\.[0-9]+$", "-0123456789"),
):
    _Plain.add_implicit_resolver(f"{_PREFIX}{_name}", re.compile(_pattern), list(_starts))

_SCALARS: Mapping[str, Callable[[str], Any]] = {
    f"{_PREFIX}str": str,
    f"{_PREFIX}int": int,
    f"{_PREFIX}float": float,
    f"{_PREFIX}bool": lambda written: written == "true",
    f"{_PREFIX}null": lambda _: None,
}


def form_in(file: Path, contract: type[ContractT]) -> ContractT:
    """What the file says, as the contract takes it.

    WrongUsage where it does not: every fault with its line, its field, and what is asked for. The
    value itself is never repeated: it may be what only its addressees are to read.
    """
    name = "the form" if file == Path("-") else file.name
    try:
        written = written_in(file)
        value, lines = read(written)
    except WrongUsage as trouble:
        raise WrongUsage(f"{name}: {trouble}") from None
    try:
        # By way of JSON, since there the contracts take words and times as they are written.
        return contract.model_validate_json(json.dumps(value))
    except ValidationError as trouble:
        found = trouble.errors(include_input=False, include_url=False, include_context=False)
        told = [fault(error["loc"], error["type"], error["msg"], lines) for error in found]
        more = len(told) - TOLD_AT_MOST
        told = [*told[:TOLD_AT_MOST], *([f"and {more} more"] if more > 0 else [])]
        raise WrongUsage(f"{name} is not complete or not right:\n  " + "\n  ".join(told)) from None


def written_in(file: Path) -> str:
    """The file's text. WrongUsage where it cannot be read, or is too long."""
    try:
        if file == Path("-"):
            found = sys.stdin.read(FORM_BYTES_MAX + 1)
        else:
            with file.open(encoding="utf-8") as opened:
                found = opened.read(FORM_BYTES_MAX + 1)
    except (OSError, UnicodeDecodeError) as trouble:
        raise WrongUsage(f"it cannot be read: {trouble}") from None
    if len(found) > FORM_BYTES_MAX:
        raise WrongUsage(f"it has more than {FORM_BYTES_MAX} characters")
    return found


def read(written: str) -> tuple[Any, Mapping[Place, int]]:
    """The form's value, and on which line each of its places stands."""
    lines: dict[Place, int] = {}
    try:
        root = yaml.compose(written, Loader=_Plain)
        if not isinstance(root, yaml.MappingNode):
            raise WrongUsage("a form is fields with their values, as in `name: value`")
        return _value(root, (), lines), lines
    except yaml.MarkedYAMLError as trouble:
        line = trouble.problem_mark.line + 1 if trouble.problem_mark else 1
        raise WrongUsage(f"line {line}: it is neither YAML nor JSON: {trouble.problem}") from None
    except (yaml.YAMLError, RecursionError):
        raise WrongUsage("it is neither YAML nor JSON") from None


def _value(node: yaml.Node, place: Place, lines: dict[Place, int]) -> Any:
    lines[place] = node.start_mark.line + 1
    if isinstance(node, yaml.SequenceNode):
        return [_value(each, (*place, number), lines) for number, each in enumerate(node.value)]
    if isinstance(node, yaml.MappingNode):
        found: dict[str, Any] = {}
        for key, inside in node.value:
            name = str(key.value)
            if name in found:
                raise WrongUsage(f"line {key.start_mark.line + 1}: {name} stands there twice")
            found[name] = _value(inside, (*place, name), lines)
            lines[*place, name] = key.start_mark.line + 1
        return found
    if node.tag not in _SCALARS:
        raise WrongUsage(f"line {lines[place]}: leave out the tag {node.tag}")
    return _SCALARS[node.tag](node.value)


HINTS = {
    "string_type": "text; put it in quotes",
    "missing": "it is missing",
    "extra_forbidden": "there is no such field; take it out, or see the form",
}


def fault(at: tuple[int | str, ...], kind: str, said: str, lines: Mapping[Place, int]) -> str:
    """A contract's complaint, with the line and the field that it is about."""
    # A place in a union has names in it that stand nowhere in the form.
    place: Place = ()
    for part in at:
        place = (*place, part) if (*place, part) in lines else place
    line = lines[place]
    missing = kind == "missing" and at
    named = ".".join(str(part) for part in ((*place, at[-1]) if missing else place))
    words = HINTS.get(kind, said.removeprefix("Value error, "))
    return f"line {line}: {named}: {words}" if named else f"line {line}: {words}"
