"""What is expected, in a sentence, for whoever wrote none: one row a kind. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from services.rehearsal.outcome.record import in_words


def _with(said: str, **parts: Any) -> str:
    """A sentence with those of its parts that are given."""
    given = "".join(
        f" {name.replace('_', ' ')} {_value(value)}" for name, value in parts.items() if value
    )
    return f"{said}{given}"


def _value(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {each}" for name, each in value.items())
    return str(value)


def _cause(asked: Any) -> str:
    return f", cause {asked.cause}" if asked.cause else ""


_PROMPTS = {
    "PROMPTED": "prompted for",
    "OVERDUE": "overdue with",
    "SETTLED": "no longer asked for",
}
_BY = {"DESK": "its own desk", "SERVICE": "the service", "BUS": "the rehearsal's bus"}

SENTENCES: Mapping[str, Callable[[Any], str]] = {
    "accepted": lambda a: f"{a.step} is accepted",
    "refused": lambda a: _with(f"{a.step} is refused: {a.code},", by=_BY.get(a.by or "")).rstrip(
        ","
    ),
    "delivered": lambda a: f"{a.message} is delivered to {a.desk}",
    "received": lambda a: f"{a.officer or 'somebody'} at {a.desk} opens {a.message}",
    "acknowledged": lambda a: _with(f"{a.desk} acknowledges {a.message}", by=a.officer),
    "with_principal": lambda a: f"{a.message} reaches the principal at {a.desk}",
    "replied": lambda a: _with(f"{a.message} is answered", by=a.by),
    "unanswered": lambda a: f"{a.nation} is overdue with an answer to {a.message}",
    "overdue": lambda a: f"{a.desk} is overdue with its acknowledgement of {a.message}",
    "told": lambda a: _with(
        f"{a.desk} is told: {in_words(a.notice)}", about=a.about, of=a.matter, where=a.where
    ),
    "flagged": lambda a: f"the library at {a.desk} marks {a.message}: {a.flag}",
    "alarmed": lambda a: f"the library at {a.desk} raises an alarm: {a.code}",
    "message": lambda a: f"{a.message} is {a.phase}",
    "leg": lambda a: f"{a.message} is {a.phase} at {a.desk}",
    "exchange": lambda a: _with(f"{' and '.join(a.between)} stand at {a.phase}", of=a.matter),
    "undertaking": lambda a: f"the undertaking {a.message} is {a.phase}",
    "contact": lambda a: f"the contact asked for in {a.request} is {a.phase}",
    "line": lambda a: f"line {a.line} is {a.phase}{_cause(a)}",
    "record": lambda a: f"the record of {a.of} is {a.phase}",
    "prompted": lambda a: _with(
        f"{a.desk} is {_PROMPTS[a.stands]} a new word", on=a.about, of=a.matter, since=a.fact
    ),
    "corroboration": lambda a: f"{a.desk} is shown {a.of} as {a.mark}",
    "recorded": lambda a: _with(
        f"it is recorded: {in_words(a.event)}", about=a.about, of=a.matter, where=a.where
    ),
    "happened": lambda a: f"{a.step} takes place",
}
"""By the kind's name in `format/patterns.py`."""


def sentence(kind: str, asked: Any) -> str:
    """What is asked for."""
    return SENTENCES[kind](asked)
