"""A desk's store as a file: its tables, its opening, its transactions."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_TABLES = """
CREATE TABLE IF NOT EXISTS draft (
    id INTEGER PRIMARY KEY,
    drafted_at TEXT NOT NULL,
    drafter TEXT NOT NULL,
    content TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS outbox (
    id INTEGER PRIMARY KEY,
    message TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    about TEXT,
    matter TEXT NOT NULL,
    lane TEXT NOT NULL,
    lane_rank INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    value BLOB NOT NULL,
    state TEXT NOT NULL,
    queued_at TEXT NOT NULL,
    sent_at TEXT,
    UNIQUE (matter, lane, sequence)
) STRICT;
CREATE INDEX IF NOT EXISTS outbox_by_state ON outbox (state, lane_rank, id);
CREATE INDEX IF NOT EXISTS outbox_by_kind ON outbox (state, kind, sent_at);
CREATE TABLE IF NOT EXISTS outranking (message TEXT PRIMARY KEY) STRICT;
CREATE INDEX IF NOT EXISTS outbox_by_about ON outbox (about);
CREATE TABLE IF NOT EXISTS inbox (
    id INTEGER PRIMARY KEY,
    message TEXT NOT NULL UNIQUE,
    digest TEXT NOT NULL,
    kind TEXT NOT NULL,
    about TEXT,
    matter TEXT NOT NULL,
    lane TEXT NOT NULL,
    sequence INTEGER NOT NULL,
    missing INTEGER NOT NULL,
    value BLOB NOT NULL,
    flags TEXT NOT NULL,
    received_at TEXT NOT NULL,
    withdraws TEXT,
    UNIQUE (matter, lane, sequence)
) STRICT;
CREATE INDEX IF NOT EXISTS inbox_by_about ON inbox (about);
CREATE INDEX IF NOT EXISTS inbox_by_kind ON inbox (matter, kind, lane, sequence);
CREATE INDEX IF NOT EXISTS inbox_by_withdraws ON inbox (withdraws);
CREATE TABLE IF NOT EXISTS alarm (
    id INTEGER PRIMARY KEY,
    code TEXT NOT NULL,
    reason TEXT NOT NULL,
    origin TEXT NOT NULL UNIQUE,
    value BLOB NOT NULL,
    raised_at TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS rests_on (
    message TEXT NOT NULL,
    fact TEXT NOT NULL,
    PRIMARY KEY (message, fact)
) STRICT;
CREATE TABLE IF NOT EXISTS fact_change (
    id INTEGER PRIMARY KEY,
    fact TEXT NOT NULL,
    since TEXT NOT NULL,
    recorded_at TEXT NOT NULL,
    officer TEXT NOT NULL,
    what TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS prompt_answer (
    id INTEGER PRIMARY KEY,
    about TEXT NOT NULL,
    at TEXT NOT NULL,
    officer TEXT NOT NULL,
    because TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS trace (record TEXT PRIMARY KEY, context TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS address (desk TEXT PRIMARY KEY, form TEXT, language TEXT) STRICT;
CREATE TABLE IF NOT EXISTS position (topic TEXT PRIMARY KEY, next INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS link (id INTEGER PRIMARY KEY CHECK (id = 1), up INTEGER NOT NULL,
    changed_at TEXT NOT NULL, trouble TEXT NOT NULL) STRICT;
"""


class StoreUnusable(Exception):
    """The desk's store cannot be opened or written. It says why, and what to do."""


class StoreFile:
    """A SQLite file. Every write is on disk when its transaction ends (synchronous=FULL)."""

    def __init__(self, path: Path) -> None:
        try:
            self._db = sqlite3.connect(path, timeout=10, isolation_level=None)
            self._db.execute("PRAGMA journal_mode=WAL")
            self._db.execute("PRAGMA synchronous=FULL")
            self._db.executescript(_TABLES)
        except sqlite3.Error as trouble:
            raise StoreUnusable(f"{path}: {trouble}") from trouble
        self._db.row_factory = sqlite3.Row

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All of it, or nothing. Other processes wait."""
        try:
            self._db.execute("BEGIN IMMEDIATE")
            yield
            self._db.execute("COMMIT")
        except BaseException as trouble:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            if isinstance(trouble, sqlite3.OperationalError):
                raise StoreUnusable(
                    f"the desk's store took nothing: {trouble}. Free its disk, then try again"
                ) from trouble
            raise

    def must_take(self) -> None:
        """Raises StoreUnusable where nothing could be written now. Writes nothing."""
        with self.transaction():
            # It finds no such record; that it was tried is what is asked.
            self._db.execute("DELETE FROM trace WHERE record = ''")

    @property
    def version(self) -> tuple[int, int]:
        """Changes whenever this or any other process has written."""
        (seen,) = self._db.execute("PRAGMA data_version").fetchone()
        return seen, self._db.total_changes
