"""The outbox: every record that this desk made, kept until the bus has it and after."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime

from schemas.lines import LANE
from schemas.parties import Lane
from services.desk.store.file import StoreFile
from services.desk.store.records import Out, OutState


class Outbox(StoreFile):
    """The outbox of a store."""

    def next_sequence(self, matter: str, lane: Lane) -> int:
        """The next number. Within the transaction that uses it, so that none is ever skipped."""
        (last,) = self._db.execute(
            "SELECT coalesce(max(sequence), 0) FROM outbox WHERE matter = ? AND lane = ?",
            (matter, lane.value),
        ).fetchone()
        return int(last) + 1

    def queue(self, out: Out) -> None:
        """Keep a record until the bus has it. Within a transaction."""
        self._db.execute(
            "INSERT INTO outbox (message, kind, about, matter, lane, lane_rank, sequence, value,"
            " state, queued_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                out.message, out.kind, out.about, out.matter, out.lane.value, out.lane.rank,
                out.sequence, out.value, out.state.value, out.queued_at.isoformat(),
            ),
        )  # fmt: skip
        if out.outranks:
            self._db.execute("INSERT INTO outranking (message) VALUES (?)", (out.message,))

    def to_send(self, at_most: int) -> list[Out]:
        """What waits, of the most urgent lane that has any, oldest first.

        Before all that, what outranks it, behind no more than what its own matter has waiting
        before it: numbers are dense per matter and lane, so there the order is kept.
        """
        # A cross join, since SQLite must begin at the few and not at a backlog of thousands.
        outranking = self._db.execute(
            "SELECT matter, lane, max(id) FROM outranking CROSS JOIN outbox USING (message)"
            " WHERE state = 'QUEUED' GROUP BY matter, lane ORDER BY min(id) LIMIT 1"
        ).fetchone()
        if outranking is not None:
            return self._outs(
                "state = 'QUEUED' AND matter = ? AND lane = ? AND id <= ? ORDER BY id LIMIT ?",
                *outranking,
                at_most,
            )
        return self._outs(
            "state = 'QUEUED' AND lane_rank = (SELECT min(lane_rank) FROM outbox"
            " WHERE state = 'QUEUED') ORDER BY id LIMIT ?",
            at_most,
        )

    def unanswered(self, kinds: Iterable[str], before: datetime, at_most: int) -> list[Out]:
        """What the log took before that moment and no service has answered."""
        names = json.dumps(list(kinds))
        return self._outs(
            "state = 'ON_BUS' AND kind IN (SELECT value FROM json_each(?)) AND sent_at < ?"
            # Sorted after they were found: what nobody answers, as reports, may be most of it.
            " ORDER BY +lane_rank, +id LIMIT ?",
            names,
            before.isoformat(),
            at_most,
        )

    def waiting(
        self, state: OutState, kinds: Iterable[str] | None = None
    ) -> dict[Lane, tuple[int, datetime]]:
        """How many records stand so, of these kinds or of all, by lane; since when the oldest."""
        names = None if kinds is None else json.dumps(list(kinds))
        rows = self._db.execute(
            "SELECT lane, count(*) AS found, min(queued_at) AS oldest FROM outbox"
            " WHERE state = ?1 AND (?2 IS NULL OR kind IN (SELECT value FROM json_each(?2)))"
            " GROUP BY lane",
            (state.value, names),
        )
        return {
            Lane(row["lane"]): (row["found"], datetime.fromisoformat(row["oldest"])) for row in rows
        }

    def mark(self, messages: Sequence[str], state: OutState, now: datetime) -> None:
        """How far they got. Never back from ACCEPTED, and from REFUSED to ACCEPTED alone: what was
        refused may be taken out of quarantine.
        """
        with self.transaction():
            self.mark_within(messages, state, now)

    def mark_within(self, messages: Sequence[str], state: OutState, now: datetime) -> None:
        """The same, within a transaction."""
        self._db.executemany(
            "UPDATE outbox SET state = ?, sent_at = ? WHERE message = ?"
            " AND (state NOT IN ('ACCEPTED', 'REFUSED') OR state = 'REFUSED' AND ? = 'ACCEPTED')",
            [(state.value, now.isoformat(), message, state.value) for message in messages],
        )

    def outs(self) -> list[Out]:
        """Everything this desk made, oldest first."""
        return self._outs("1 ORDER BY id")

    def out(self, message: str) -> Out | None:
        """One of them."""
        return next(iter(self._outs("message = ?", message)), None)

    def said_of(self, message: str) -> list[Out]:
        """What this desk said of a message that it was given."""
        return self._outs("about = ? ORDER BY id", message)

    def newest_made(self, matter: str, kinds: Iterable[str], at_most: int) -> list[Out]:
        """The newest of these kinds that this desk made in a line's matter, newest first."""
        return self._outs(
            "matter = ? AND lane = ? AND kind IN (SELECT value FROM json_each(?))"
            " ORDER BY sequence DESC LIMIT ?",
            matter, LANE.value, json.dumps(list(kinds)), at_most,
        )  # fmt: skip

    def _outs(self, where: str, *values: object) -> list[Out]:
        rows = self._db.execute(f"SELECT * FROM outbox WHERE {where}", values)  # noqa: S608 - own text.
        return [
            Out(
                id=row["id"],
                message=row["message"],
                kind=row["kind"],
                about=row["about"],
                matter=row["matter"],
                lane=Lane(row["lane"]),
                sequence=row["sequence"],
                value=row["value"],
                state=OutState(row["state"]),
                queued_at=datetime.fromisoformat(row["queued_at"]),
            )
            for row in rows
        ]
