"""The inbox: every record that this desk was given, checked and kept."""

from __future__ import annotations

import json
from datetime import datetime

from schemas.lines import LANE
from schemas.parties import Lane
from services.desk.store.file import StoreFile
from services.desk.store.records import In

LAST_LETTER = "~"
"""Comes after every letter that a matter's name may have."""


class Inbox(StoreFile):
    """The inbox of a store."""

    def last_heard(self, matter: str, lane: Lane) -> int:
        """The last number kept."""
        (last,) = self._db.execute(
            "SELECT coalesce(max(sequence), 0) FROM inbox WHERE matter = ? AND lane = ?",
            (matter, lane.value),
        ).fetchone()
        return int(last)

    def kept_at(self, matter: str, lane: Lane, sequence: int) -> tuple[str, str] | None:
        """Identity and digest of what was kept under this number."""
        row = self._db.execute(
            "SELECT message, digest FROM inbox WHERE matter = ? AND lane = ? AND sequence = ?",
            (matter, lane.value, sequence),
        ).fetchone()
        return (row["message"], row["digest"]) if row else None

    def keep(self, found: In) -> None:
        """Keep what was received. Within a transaction."""
        self._db.execute(
            "INSERT INTO inbox (message, digest, kind, about, matter, lane, sequence, missing,"
            " value, flags, received_at, withdraws) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                found.message, found.digest, found.kind, found.about, found.matter,
                found.lane.value, found.sequence, found.missing, found.value,
                json.dumps(found.flags), found.received_at.isoformat(), found.withdraws,
            ),
        )  # fmt: skip

    def ins(self, kind: str | None = None) -> list[In]:
        """Everything this desk was given, oldest first; of one kind of notice, where named."""
        return self._ins("? IS NULL OR kind = ? ORDER BY id", kind, kind)

    def heard_about(self, message: str) -> list[In]:
        """Every notice about a message."""
        return self._ins("about = ? ORDER BY id", message)

    def withdrawn_by(self, message: str) -> In | None:
        """What took a message's place, the newest where several did."""
        return next(iter(self._ins("withdraws = ? ORDER BY id DESC LIMIT 1", message)), None)

    def matters_of(self, prefix: str) -> list[str]:
        """Every matter whose name begins so and of which this desk was told, in order of name."""
        rows = self._db.execute(
            "SELECT DISTINCT matter FROM inbox WHERE matter >= ? AND matter < ? ORDER BY matter",
            (prefix, prefix + LAST_LETTER),
        )
        return [row["matter"] for row in rows]

    def heard_in(self, matter: str) -> list[In]:
        """Every notice in a matter, in the order of its coming."""
        return self._ins("matter = ? ORDER BY id", matter)

    def newest_in(self, matter: str, at_most: int) -> list[In]:
        """The newest notices in a line's matter, newest first."""
        return self._ins(
            "matter = ? AND lane = ? ORDER BY sequence DESC LIMIT ?", matter, LANE.value, at_most
        )

    def newest_of(self, matter: str, kind: str, at_most: int) -> list[In]:
        """The newest of one kind in a line's matter, newest first."""
        return self._ins(
            "matter = ? AND kind = ? AND lane = ? ORDER BY sequence DESC LIMIT ?",
            matter, kind, LANE.value, at_most,
        )  # fmt: skip

    def _ins(self, where: str, *values: object) -> list[In]:
        rows = self._db.execute(f"SELECT * FROM inbox WHERE {where}", values)  # noqa: S608 - own text.
        return [
            In(
                message=row["message"],
                digest=row["digest"],
                kind=row["kind"],
                about=row["about"],
                matter=row["matter"],
                lane=Lane(row["lane"]),
                sequence=row["sequence"],
                missing=row["missing"],
                value=row["value"],
                flags=tuple(json.loads(row["flags"])),
                received_at=datetime.fromisoformat(row["received_at"]),
                withdraws=row["withdraws"],
            )
            for row in rows
        ]
