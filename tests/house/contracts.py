"""Publishes the contracts, and keeps what landed: `python -m tests.house.contracts [--accept]`.

Without an option it writes schemas/published anew. `--accept` also adds today's contracts to
tests/golden/landed, and never changes a file there; it refuses what would break a reader.
`--reworded` with it: a rule among fields has new words and the same meaning.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from services.contracts.examples import Example, unfolded
from services.contracts.landed import accept
from services.contracts.published import FOLDER, files, schemas
from tests.golden.samples import FOLDER as GOLDEN

LANDED = Path(__file__).parents[1] / "golden/landed"
COMMAND = "python -m tests.house.contracts"


def examples() -> Sequence[Example]:
    """One example of each kind: the golden bytes. That all can be read is tested beside them."""
    found = [unfolded(path.read_bytes()) for path in sorted(GOLDEN.glob("*.bin"))]
    return [each for each in found if isinstance(each, Example)]


def main(options: Sequence[str]) -> None:
    """Write what is out of step."""
    if "--accept" in options:
        LANDED.mkdir(exist_ok=True)
        try:
            added = accept(schemas(), LANDED, reworded="--reworded" in options)
        except ValueError as breaks:
            sys.exit(f"not accepted, an older message could not be read any more:\n{breaks}")
        for path, text in added.items():
            path.write_text(text, encoding="utf-8")
            print(f"added {path}")
    FOLDER.mkdir(exist_ok=True)
    for name, text in files(examples()).items():
        (FOLDER / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
