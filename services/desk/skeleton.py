"""A form of each contract, to be filled in: every field, and what it is. In YAML. Pure.

What is left empty is refused, so nobody submits an empty form by mistake; what may be left out
stands behind a #.
"""

from __future__ import annotations

from collections.abc import Iterator

from pydantic.fields import FieldInfo

from schemas.parties import Contract
from services.desk.fields import contracts_of, explained, fixed, is_many, mark_of


def skeleton(contract: type[Contract]) -> str:
    """The form, with its contract's own words at its head."""
    said = " ".join((contract.__doc__ or "").split())
    return "\n".join((f"# {said}", *_fields(contract))) + "\n"


def _fields(contract: type[Contract]) -> Iterator[str]:
    for name, field in contract.model_fields.items():
        if (word := fixed(field)) is not None:
            # By this word the contract is told from others that might stand here.
            yield f"{name}: {word}"
            continue
        lines = list(_field(name, field))
        yield from lines if field.is_required() else (f"# {line}" for line in lines)


def _field(name: str, field: FieldInfo) -> Iterator[str]:
    said = explained(name, field)
    found, many = contracts_of(field)
    if not found:
        value = '[""]' if is_many(field) else '""'
        yield f"{name}: {value}  # {said}"
        return
    yield f"{name}:  # {said}" + ("; one entry each, beginning with a dash" if many else "")
    yield from _inside(found[0], many=many)
    for other in found[1:]:
        yield f"  # or instead, {mark_of(other)}:"
        yield from (f"  # {line.strip().removeprefix('# ')}" for line in _inside(other, many=many))


def _inside(contract: type[Contract], *, many: bool) -> Iterator[str]:
    lines = list(_fields(contract))
    if many:
        # The dash stands before the first field that is not left out.
        first = next((n for n, line in enumerate(lines) if not line.startswith("#")), 0)
        lines = [("- " if n == first else "  ") + line for n, line in enumerate(lines)]
        if first:
            lines = [lines[first], *lines[:first], *lines[first + 1 :]]
    yield from (f"  {line}" for line in lines)
