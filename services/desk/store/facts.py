"""Own facts: their changes, what rests on them, and what officers said to that."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from services.desk.store.file import StoreFile
from services.desk.store.records import FactChange, PromptAnswer


class OwnFacts(StoreFile):
    """The own facts of a store."""

    def rest(self, message: str, facts: Iterable[str]) -> None:
        """A released message rests on these. Within a transaction."""
        self._db.executemany(
            "INSERT OR IGNORE INTO rests_on (message, fact) VALUES (?, ?)",
            [(message, each) for each in facts],
        )

    def rests_on(self, message: str) -> tuple[str, ...]:
        """On which facts a message rests."""
        rows = self._db.execute(
            "SELECT fact FROM rests_on WHERE message = ? ORDER BY fact", (message,)
        )
        return tuple(row["fact"] for row in rows)

    def known_facts(self) -> tuple[str, ...]:
        """Every fact that something rests on, by name."""
        rows = self._db.execute("SELECT DISTINCT fact FROM rests_on ORDER BY fact")
        return tuple(row["fact"] for row in rows)

    def change(self, fact: str, since: datetime, now: datetime, by: str, what: str) -> int:
        """A fact is not as it was; the change's number. Within a transaction."""
        cursor = self._db.execute(
            "INSERT INTO fact_change (fact, since, recorded_at, officer, what)"
            " VALUES (?, ?, ?, ?, ?)",
            (fact, since.isoformat(), now.isoformat(), by, what),
        )
        assert cursor.lastrowid is not None
        return cursor.lastrowid

    def changes_of_facts(self) -> list[FactChange]:
        """All of them, oldest first."""
        return [
            FactChange(
                number=row["id"],
                fact=row["fact"],
                since=datetime.fromisoformat(row["since"]),
                recorded_at=datetime.fromisoformat(row["recorded_at"]),
                by=row["officer"],
                what=row["what"],
            )
            for row in self._db.execute("SELECT * FROM fact_change ORDER BY id")
        ]

    def answer_prompt(self, about: str, now: datetime, by: str, because: str) -> int:
        """What was prompted for is in order as it stands. Within a transaction."""
        cursor = self._db.execute(
            "INSERT INTO prompt_answer (about, at, officer, because) VALUES (?, ?, ?, ?)",
            (about, now.isoformat(), by, because),
        )
        assert cursor.lastrowid is not None
        return cursor.lastrowid

    def prompt_answers(self) -> list[PromptAnswer]:
        """All of them, oldest first."""
        return [
            PromptAnswer(
                about=row["about"],
                at=datetime.fromisoformat(row["at"]),
                by=row["officer"],
                because=row["because"],
            )
            for row in self._db.execute("SELECT * FROM prompt_answer ORDER BY id")
        ]
