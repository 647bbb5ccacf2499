"""`detente contracts`: what this release says and reads, for whoever builds the other end."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

from services.contracts.published import ASYNCAPI, FOLDER, PAGE, schemas

app = App(name="contracts", help="The contracts: JSON Schemas, an AsyncAPI document, a page.")

Out = Annotated[Path, Parameter(help="A folder; it is made where it is missing.")]


@app.command(name="schemas")
def write_schemas(*, out: Out = Path("contracts")) -> None:
    """Write a JSON Schema (2020-12) of every kind of message, and of what lies inside them.

    Each stands by itself. A kind's file is its signed outer part, `….inner` is what lies inside it,
    and `record.v1` is the envelope that carries both.
    """
    out.mkdir(parents=True, exist_ok=True)
    for name, schema in schemas().items():
        text = json.dumps(schema, indent=1, ensure_ascii=False) + "\n"
        (out / f"{name}.json").write_text(text, encoding="utf-8")
    print(f"{len(schemas())} schemas in {out}", file=sys.stderr)


@app.command
def asyncapi(*, out: Out = Path("contracts")) -> None:
    """Write the AsyncAPI 3.0 document: topics, who sends, who receives, with Kafka bindings."""
    _copied(ASYNCAPI, out)


@app.command
def page(*, out: Out = Path("contracts")) -> None:
    """Write the page: every kind with its fields, bounds and an example. Open it in a browser."""
    _copied(PAGE, out)


def _copied(name: str, out: Path) -> None:
    out.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(FOLDER / name, out / name)
    print(out / name)


if __name__ == "__main__":
    app()
