"""Alarms: what came and was not believed."""

from __future__ import annotations

from datetime import datetime

from services.desk.store.file import StoreFile
from services.desk.store.records import Alarm


class Alarms(StoreFile):
    """The alarms of a store."""

    def raise_alarm(self, alarm: Alarm) -> None:
        """Keep what was refused here, once for each origin. Within a transaction."""
        self._db.execute(
            "INSERT INTO alarm (code, reason, origin, value, raised_at) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT (origin) DO NOTHING",
            (alarm.code, alarm.reason, alarm.origin, alarm.value, alarm.raised_at.isoformat()),
        )

    def alarm_counts(self) -> dict[str, int]:
        """How many there are of each code."""
        rows = self._db.execute("SELECT code, count(*) AS found FROM alarm GROUP BY code")
        return {row["code"]: row["found"] for row in rows}

    def alarms(self) -> list[Alarm]:
        """All of them, oldest first."""
        rows = self._db.execute("SELECT * FROM alarm ORDER BY id")
        return [
            Alarm(
                code=row["code"],
                reason=row["reason"],
                origin=row["origin"],
                value=row["value"],
                raised_at=datetime.fromisoformat(row["raised_at"]),
            )
            for row in rows
        ]
