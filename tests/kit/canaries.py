"""Every text that was sent in an inner part, and where it must never be found.

No text is planted: what desks said is read off their own disks, so that whatever a test or a
rehearsal says, of whatever kind, is its canary.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from schemas.catalogue import KINDS
from schemas.envelope import Cover

_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')
SHORTEST = 6
"""Shorter texts, as "en" or "No", may stand anywhere by chance."""


@dataclass
class Canaries:
    """Texts of inner parts that stand in no outer part; and of which kinds they were."""

    texts: set[str] = field(default_factory=set)
    kinds: set[str] = field(default_factory=set)
    _outer: set[str] = field(default_factory=set)
    _all: set[str] | None = None

    def sent(self, value: bytes) -> None:
        """A desk's own record."""
        self._all = None
        cover = Cover.model_validate_json(value)
        outer = json.loads(cover.payload)
        self._outer |= set(_strings(outer)) | _identities(outer)
        if cover.inner:
            self.kinds.add(KINDS[cover.payloadType].__name__)
            self.texts |= {each for each in _strings(json.loads(cover.inner)) if _sings(each)}

    def all(self) -> set[str]:
        """What would be known again: sentences and names, and nothing that is outside as well."""
        if self._all is None:
            known = "\n".join(self._outer).lower()
            self._all = {each for each in self.texts if each.lower() not in known}
        return self._all

    def found_in(self, said: str | bytes) -> list[str]:
        """Those that stand there, as they are or as JSON writes them; none is what is wanted."""
        text = distinct(said.decode("utf-8", "replace") if isinstance(said, bytes) else said)
        return sorted(
            each
            for each in self.all()
            if each.lower() in text or json.dumps(each)[1:-1].lower() in text
        )


def distinct(text: str) -> str:
    """Each quoted text once, and each line that is left once, in lower case: far shorter."""
    quoted = set(_QUOTED.findall(text))
    return "\n".join({*quoted, *_QUOTED.sub("", text).split("\n")}).lower()


def _strings(value: Any) -> Iterator[str]:
    """Every text in a document, however deep; names of fields are the contract's."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from _strings(each)
    elif isinstance(value, list):
        for each in value:
            yield from _strings(each)


def _identities(outer: dict[str, Any]) -> set[str]:
    return {str(each) for each in outer.values()}


def _sings(text: str) -> bool:
    """Whether it is words of somebody: not a code, a time, an identity or a number."""
    return len(text) >= SHORTEST and (" " in text or not text.isascii())
