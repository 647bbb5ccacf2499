"""What a PromQL expression asks for: its metrics, and the labels asked of each."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_STRING = re.compile(r'"(?:[^"\\]|\\.)*"')
_TOKEN = re.compile(r"[a-zA-Z_:][a-zA-Z0-9_:]*|[{}()\[\],]|[0-9][0-9a-zA-Z.]*|[=!<>~+*/%^-]+")
_NAME = re.compile(r"[a-zA-Z_:][a-zA-Z0-9_:]*")
KEYWORDS = frozenset({"by", "without", "or", "and", "unless", "on", "ignoring", "offset", "bool"})
FUNCTIONS = frozenset(
    {
        "absent", "count", "group", "histogram_quantile", "increase", "max", "min", "rate", "sum",
        "time", "vector",
    }
)  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """One selector: the metric's name, and the labels that it is matched by."""

    metric: str
    labels: frozenset[str]


def asked(expr: str) -> Iterator[Asked]:
    """Every selector. Made for what is written here: names outside braces, no `__name__`."""
    tokens = _TOKEN.findall(_STRING.sub(" ", expr))
    at = 0
    while at < len(tokens):
        token = tokens[at]
        at += 1
        if token in ("by", "without", "on", "ignoring"):
            at = tokens.index(")", at) + 1
        elif token == "[":
            at = tokens.index("]", at) + 1
        elif token == "offset":
            at += 1
        elif _NAME.fullmatch(token) and token not in KEYWORDS | FUNCTIONS:
            labels: frozenset[str] = frozenset()
            if at < len(tokens) and tokens[at] == "{":
                end = tokens.index("}", at)
                labels = frozenset(each for each in tokens[at:end] if _NAME.fullmatch(each))
                at = end + 1
            yield Asked(token, labels)


def grouped(expr: str) -> frozenset[str]:
    """The labels that it groups by."""
    clauses = re.findall(r"\b(?:by|on)\s*\(([^)]*)\)", _STRING.sub(" ", expr))
    return frozenset(each.strip() for clause in clauses for each in clause.split(","))


def promtool() -> Path | None:
    """Prometheus's own checker, as DETENTE_PROMTOOL names it or the path has it."""
    found = os.environ.get("DETENTE_PROMTOOL") or shutil.which("promtool")
    return Path(found) if found else None
