"""Drafts: what waits on the disk for a releaser."""

from __future__ import annotations

from datetime import datetime

from services.desk.store.file import StoreFile


class Drafts(StoreFile):
    """The drafts of a store."""

    def keep_draft(self, drafter: str, content: str, now: datetime) -> int:
        """A draft's number."""
        with self.transaction():
            return self.keep_draft_within(drafter, content, now)

    def keep_draft_within(self, drafter: str, content: str, now: datetime) -> int:
        """The same, within a transaction."""
        cursor = self._db.execute(
            "INSERT INTO draft (drafted_at, drafter, content) VALUES (?, ?, ?)",
            (now.isoformat(), drafter, content),
        )
        assert cursor.lastrowid is not None
        return cursor.lastrowid

    def draft(self, number: int) -> tuple[str, str] | None:
        """Who drafted it, and its content."""
        row = self._db.execute("SELECT * FROM draft WHERE id = ?", (number,)).fetchone()
        return (row["drafter"], row["content"]) if row else None

    def drafts(self) -> list[tuple[int, str, datetime, str]]:
        """Number, drafter, time and content of each, oldest first."""
        rows = self._db.execute("SELECT * FROM draft ORDER BY id")
        return [
            (row["id"], row["drafter"], datetime.fromisoformat(row["drafted_at"]), row["content"])
            for row in rows
        ]

    def drop_draft(self, number: int) -> None:
        """It was released. Within a transaction."""
        self._db.execute("DELETE FROM draft WHERE id = ?", (number,))
