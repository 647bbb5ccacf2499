"""Adds golden bytes that are missing: `python -m tests.golden.make`. It never changes any.

What was ever sent must be readable for ever. If a golden file does not decode any more, the
contract was changed in place: give the new one a new version instead.
"""

from __future__ import annotations

from tests.golden.samples import FOLDER, REDELIVERED, file_of, redelivered, samples


def main() -> None:
    """Write what is not there."""
    FOLDER.mkdir(exist_ok=True)
    files = {file_of(kind): value for kind, value in samples().items()}
    for path, value in (files | {REDELIVERED: redelivered()}).items():
        if not path.exists():
            path.write_bytes(value)
            print(f"added {path}")


if __name__ == "__main__":
    main()
