"""How far each inbox topic was read, and whether the bus is reached."""

from __future__ import annotations

from datetime import UTC, datetime

from services.desk.store.file import StoreFile
from services.desk.store.records import LinkState


class Positions(StoreFile):
    """The positions of a store, and its link."""

    def position(self, topic: str) -> int:
        """The offset from which to read on. The store decides it, not the broker."""
        row = self._db.execute("SELECT next FROM position WHERE topic = ?", (topic,)).fetchone()
        return int(row["next"]) if row else 0

    def move(self, topic: str, offset: int) -> None:
        """All before this offset is kept. Within a transaction."""
        self._db.execute(
            "INSERT INTO position (topic, next) VALUES (?, ?)"
            " ON CONFLICT (topic) DO UPDATE SET next = excluded.next",
            (topic, offset),
        )

    def set_link(self, *, up: bool, trouble: str, now: datetime) -> None:
        """Whether the bus is reached, and since when; written only where something changes."""
        known = self.link()
        if known and (known.up, known.trouble) == (up, trouble):
            return
        since = known.changed_at if known and known.up == up else now
        with self.transaction():
            self._db.execute(
                "INSERT OR REPLACE INTO link (id, up, changed_at, trouble) VALUES (1, ?, ?, ?)",
                (int(up), since.isoformat(), trouble),
            )

    def link(self) -> LinkState | None:
        """None before the first try."""
        row = self._db.execute("SELECT * FROM link").fetchone()
        if row is None:
            return None
        changed_at = datetime.fromisoformat(row["changed_at"]).astimezone(UTC)
        return LinkState(bool(row["up"]), changed_at, row["trouble"])
