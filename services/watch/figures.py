"""What operators are shown: counts, times and states. Never a text, no guess at intent.

This is what `services/watch` serves as JSON and as server-sent events, and what the terminal view
reads. Durations are in seconds, times in UTC.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from pydantic import Field

from schemas.parties import Contract, Moment


class Happened(Contract):
    """One event of a ledger, by its outer part: a line of the live tail and of a timeline."""

    at: Moment = Field(description="When the broker appended the command that caused it.")
    service: str
    matter: str
    sequence: int = Field(ge=1, description="Of the entry in its matter; with `part`, an identity.")
    part: int = Field(ge=0, description="Which event of the entry.")
    kind: str = Field(description="The event, as MessageAcknowledged.")
    by: str = Field(description="The desk or service whose command caused it.")
    to: tuple[str, ...] = Field(description="Desks that were told.")
    nations: tuple[str, ...] = Field(description="Of all desks named, sorted.")
    precedence: str | None = None
    state: str | None = Field(default=None, description="The phase that the event leads to.")
    correlation: str = Field(description="The message that began it; one id in logs and traces.")

    @property
    def place_in_time(self) -> tuple[datetime, str, int, int]:
        """By which events stand in the order in which they happened."""
        return (self.at, self.matter, self.sequence, self.part)


class Latency(Contract):
    """From release to acknowledgement, over one sliding window that ends now."""

    service: str
    precedence: str
    channel: str = Field(description="Sending and acknowledging nation, as XAA>XBB.")
    window_s: int
    acknowledged: int = Field(ge=1)
    p50_s: float
    p90_s: float
    p99_s: float


class Rate(Contract):
    """Entries of one service over one sliding window that ends now."""

    service: str
    window_s: int
    entries: int
    refused: int


class Waiting(Contract):
    """Something that is owed and has not come. Why is not known and is not guessed."""

    service: str
    matter: str
    what: str = Field(description="ACKNOWLEDGEMENT, ANSWER, EFFECT, REVIEW, CORRECTION, ….")
    of: str = Field(description="The desk or the nation that is silent.")
    precedence: str | None
    since: Moment = Field(description="When it began to wait: released, asked, or noticed.")
    due: Moment | None
    overdue: bool = Field(description="Whether `due` has passed by the bus's own word.")
    rung: str | None = Field(description="Where on the ladder of alternates silence stands now.")


class LineFigures(Contract):
    """One line, how it stands, and its tests."""

    line: str
    parties: tuple[str, ...]
    state: str
    since: Moment
    cause: str | None = Field(description="As declared by a party; never inferred.")
    missed_in_a_row: int
    tests_missed: int = Field(description="In all.")
    next_test_due: Moment | None
    next_test_by: str | None


class Contact(Contract):
    """The last substantive word between two nations: a message, an answer, a meeting, a visit.

    A receipt, a test, or the clock's own word is not substantive.
    """

    pair: tuple[str, str]
    last_at: Moment
    kind: str
    days: int = Field(ge=0, description="Whole days since.")


class LeadTimes(Contract):
    """Between a notice or request and what it announces, for those of one kind still on record."""

    service: str
    kind: str = Field(description="VISIT, AIRCRAFT, SHIP, NOTICE, ….")
    count: int = Field(ge=1)
    shortest_s: float
    median_s: float
    longest_s: float


class StateCount(Contract):
    """How many matters of a kind stand in a state."""

    service: str
    kind: str = Field(description="MESSAGE, ALERT, VISIT, CLEARANCE, AGREEMENT, LINE, ….")
    state: str
    count: int = Field(ge=1)


class Alike(Contract):
    """Alerts and requests that may be about one event: near in time and place, of a kind.

    A hint for people to compare them; the bus links nothing by itself.
    """

    matters: tuple[str, ...] = Field(min_length=2)
    kinds: tuple[str, ...]
    nations: tuple[str, ...]
    first_at: Moment
    last_at: Moment
    because: tuple[str, ...] = Field(description="TIME, AREA, KIND: what they share.")


class LaneFigures(Contract):
    """One lane of one service, as the brokers hold it."""

    service: str
    lane: str
    topic: str
    depth: int = Field(ge=0, description="Records appended and not yet settled by the service.")
    oldest_s: float | None = Field(description="Age of the oldest of them; None where none waits.")
    per_minute: float = Field(ge=0, description="Appended over the last minute.")


class Health(StrEnum):
    """What a process says of itself."""

    READY = "READY"
    NOT_READY = "NOT READY"
    SILENT = "SILENT"


class ProcessFigures(Contract):
    """One service instance or broker."""

    name: str
    kind: str = Field(description="SERVICE or BROKER.")
    health: Health
    why: tuple[str, ...] = Field(default=(), description="What is lacking, in plain words.")
    since: Moment | None = None


class QuarantineCount(Contract):
    """Records kept in quarantine, by reason."""

    service: str
    code: str
    count: int = Field(ge=1)
    newest_at: Moment


class Figures(Contract):
    """All of it at one moment. Ledger figures are exact up to `folded`; the rest is as asked."""

    at: Moment
    realm: str
    folded: dict[str, int] = Field(description="Entries counted, by service.")
    behind: dict[str, int] = Field(description="Ledger records not yet folded, by service.")
    rates: tuple[Rate, ...] = ()
    latencies: tuple[Latency, ...] = ()
    waiting: tuple[Waiting, ...] = ()
    lines: tuple[LineFigures, ...] = ()
    contacts: tuple[Contact, ...] = ()
    lead_times: tuple[LeadTimes, ...] = ()
    states: tuple[StateCount, ...] = ()
    alike: tuple[Alike, ...] = ()
    lanes: tuple[LaneFigures, ...] = ()
    processes: tuple[ProcessFigures, ...] = ()
    quarantine: tuple[QuarantineCount, ...] = ()
    waiting_more: int = Field(
        default=0, ge=0, description="How many more wait, after those that `waiting` lists."
    )
