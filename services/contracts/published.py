"""What is published of the contracts: which files, and where they lie."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

import schemas as contracts
from services.contracts.asyncapi import document, text_of
from services.contracts.examples import Example
from services.contracts.kinds import named
from services.contracts.page import page
from services.contracts.wire_schema import Schema, schemas_of

FOLDER = Path(contracts.__file__).parent / "published"
ASYNCAPI, PAGE = "asyncapi.yaml", "index.html"


@cache
def schemas() -> Mapping[str, Schema]:
    """A JSON Schema of every kind, inner part and of the cover, by name; each stands by itself."""
    return schemas_of(named())


def files(examples: Iterable[Example]) -> Mapping[str, str]:
    """The files of the published folder, by name, as they should stand."""
    by_kind = {example.kind: example for example in examples}
    messages = {kind: example.message for kind, example in by_kind.items()}
    return {ASYNCAPI: text_of(document(messages)), PAGE: page(by_kind)}
