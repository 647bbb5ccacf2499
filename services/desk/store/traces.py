"""In which span a record was made or given here, where traces are kept."""

from __future__ import annotations

from services.desk.store.file import StoreFile


class Traces(StoreFile):
    """The contexts of a store."""

    def keep_trace(self, record: str, context: str) -> None:
        """The first context counts. Within a transaction."""
        self._db.execute(
            "INSERT INTO trace (record, context) VALUES (?, ?) ON CONFLICT (record) DO NOTHING",
            (record, context),
        )

    def trace(self, record: str) -> str | None:
        """Its context as W3C writes it; None where none was kept."""
        row = self._db.execute("SELECT context FROM trace WHERE record = ?", (record,)).fetchone()
        return str(row["context"]) if row else None
