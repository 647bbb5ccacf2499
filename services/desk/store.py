"""What a desk keeps on its own disk: drafts, outbox, inbox."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

from schemas.parties import Lane

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
CREATE INDEX IF NOT EXISTS inbox_by_withdraws ON inbox (withdraws);
CREATE TABLE IF NOT EXISTS alarm (
    id INTEGER PRIMARY KEY,
    code TEXT NOT NULL,
    reason TEXT NOT NULL,
    origin TEXT NOT NULL UNIQUE,
    value BLOB NOT NULL,
    raised_at TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS position (topic TEXT PRIMARY KEY, next INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS link (id INTEGER PRIMARY KEY CHECK (id = 1), up INTEGER NOT NULL,
    changed_at TEXT NOT NULL, trouble TEXT NOT NULL) STRICT;
"""

IDENTITY_LENGTH = 32


class StoreUnusable(Exception):
    """The desk's store cannot be opened or written. It says why, and what to do."""


class OutState(StrEnum):
    """How far an outgoing record got, as far as this desk knows."""

    QUEUED = "QUEUED"
    """On this desk's own disk and nowhere else."""
    ON_BUS = "ON_BUS"
    """The log has it; the service has not answered yet."""
    ACCEPTED = "ACCEPTED"
    REFUSED = "REFUSED"


@dataclass(frozen=True, slots=True)
class Out:
    """A record that this desk made."""

    id: int
    message: str
    kind: str
    about: str | None
    matter: str
    lane: Lane
    sequence: int
    value: bytes
    state: OutState
    queued_at: datetime


@dataclass(frozen=True, slots=True)
class In:
    """A record that this desk was given, checked and kept."""

    message: str
    digest: str
    kind: str
    about: str | None
    matter: str
    lane: Lane
    sequence: int
    missing: int
    """How many numbers are missing before it."""
    value: bytes
    flags: tuple[str, ...]
    """What the desk's library found wrong with the inner part."""
    received_at: datetime
    withdraws: str | None = None
    """The message whose place this one takes: a correction or a cancellation."""


@dataclass(frozen=True, slots=True)
class Alarm:
    """A record that was refused here: forged, altered, or a number used twice."""

    code: str
    reason: str
    origin: str
    value: bytes
    raised_at: datetime


@dataclass(frozen=True, slots=True)
class LinkState:
    """Whether the desk reaches the bus, since when, and what is wrong."""

    up: bool
    changed_at: datetime
    trouble: str


class Store:
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

    @property
    def version(self) -> tuple[int, int]:
        """Changes whenever this or any other process has written."""
        (seen,) = self._db.execute("PRAGMA data_version").fetchone()
        return seen, self._db.total_changes

    # Drafts.

    def keep_draft(self, drafter: str, content: str, now: datetime) -> int:
        """A draft's number."""
        with self.transaction():
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

    # Outbox.

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

    def to_send(self, at_most: int) -> list[Out]:
        """What waits, of the most urgent lane that has any, oldest first."""
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
            " ORDER BY lane_rank, id LIMIT ?",
            names,
            before.isoformat(),
            at_most,
        )

    def mark(self, messages: Sequence[str], state: OutState, now: datetime) -> None:
        """How far they got. Never back from ACCEPTED or REFUSED."""
        with self.transaction():
            self.mark_within(messages, state, now)

    def mark_within(self, messages: Sequence[str], state: OutState, now: datetime) -> None:
        """The same, within a transaction."""
        self._db.executemany(
            "UPDATE outbox SET state = ?, sent_at = ? WHERE message = ?"
            " AND state NOT IN ('ACCEPTED', 'REFUSED')",
            [(state.value, now.isoformat(), message) for message in messages],
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

    # Inbox.

    def last_heard(self, matter: str, lane: Lane) -> int:
        """The last number kept."""
        (last,) = self._db.execute(
            "SELECT coalesce(max(sequence), 0) FROM inbox WHERE matter = ? AND lane = ?",
            (matter, lane.value),
        ).fetchone()
        return int(last)

    def digest_at(self, matter: str, lane: Lane, sequence: int) -> str | None:
        """What was kept under this number."""
        row = self._db.execute(
            "SELECT digest FROM inbox WHERE matter = ? AND lane = ? AND sequence = ?",
            (matter, lane.value, sequence),
        ).fetchone()
        return row["digest"] if row else None

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

    def identities(self, ending: str) -> tuple[list[str], list[str]]:
        """Messages in inbox and outbox whose identity ends so."""
        letters_only = "".join(each for each in ending if each.isalnum())
        # A whole identity is found by index; only an officer's shorthand needs a scan.
        how, sought = (
            ("= ?", ending) if len(ending) == IDENTITY_LENGTH else ("LIKE ?", f"%{letters_only}")
        )
        messages = "SELECT DISTINCT about FROM inbox WHERE kind = 'CarriedMessage' AND about "
        given = self._db.execute(messages + how, (sought,))
        released = "SELECT message FROM outbox WHERE about IS NULL AND message "
        made = self._db.execute(released + how, (sought,))
        return [row[0] for row in given], [row[0] for row in made]

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

    def raise_alarm(self, alarm: Alarm) -> None:
        """Keep what was refused here, once for each origin. Within a transaction."""
        self._db.execute(
            "INSERT INTO alarm (code, reason, origin, value, raised_at) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT (origin) DO NOTHING",
            (alarm.code, alarm.reason, alarm.origin, alarm.value, alarm.raised_at.isoformat()),
        )

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

    # Positions and the link.

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
