"""What is counted and timed. Labels are codes, kinds and lanes, never a party's text."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from schemas.ledger import Entry

_STEPS_S = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60)


class Metrics:
    """One service's metrics, in a registry of their own."""

    def __init__(self, service: str) -> None:
        self.registry = CollectorRegistry()
        self._entries = Counter(
            f"{service}_entries",
            "Entries written to the ledger, by what happened.",
            ["event", "lane"],
            registry=self.registry,
        )
        self._refused = Counter(
            f"{service}_refusals", "Records refused, by reason.", ["code"], registry=self.registry
        )
        self._repeated = Counter(
            f"{service}_repetitions",
            "Records whose entry stood in the ledger already.",
            registry=self.registry,
        )
        self._carried = Histogram(
            f"{service}_carried_seconds",
            "From the broker's append of a command to its deliveries, by lane.",
            ["lane"],
            buckets=_STEPS_S,
            registry=self.registry,
        )
        self._partitions = Gauge(
            f"{service}_partitions_owned", "Partitions that this instance owns.",
            registry=self.registry,
        )  # fmt: skip
        self._deadlines = Gauge(
            f"{service}_deadlines_open", "Deadlines that stand.", registry=self.registry
        )

    def decided(self, entry: Entry[Any, Any], now: datetime) -> None:
        """A new entry counts."""
        for event in entry.events:
            self._entries.labels(event.kind, entry.lane).inc()
        self._carried.labels(entry.lane).observe(
            max(0.0, (now - entry.received_at).total_seconds())
        )

    def refused(self, code: str) -> None:
        """A record was refused."""
        self._refused.labels(code).inc()

    def repeated(self) -> None:
        """A record was seen again."""
        self._repeated.inc()

    def owns(self, partitions: int, deadlines: int) -> None:
        """What this instance answers for."""
        self._partitions.set(partitions)
        self._deadlines.set(deadlines)
