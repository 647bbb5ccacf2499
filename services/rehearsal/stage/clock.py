"""A clock that runs as the world's does, or so many times faster, on a scenario's own day."""

from __future__ import annotations

from datetime import UTC, datetime

from services.bus.clock import milliseconds


class ScaledClock:
    """From a scenario's beginning on. Brokers' times are turned into its own by the same rule."""

    def __init__(self, begins: datetime, faster: float = 1.0) -> None:
        self.faster = faster
        self._real, self._begins = datetime.now(UTC), begins

    def start(self) -> None:
        """It is the beginning now. What was written before counts as before."""
        self._real = datetime.now(UTC)

    def now(self) -> datetime:
        """UTC, whole milliseconds, in the scenario's time."""
        return self.of(datetime.now(UTC))

    def of(self, real: datetime) -> datetime:
        """The scenario's moment at a moment of the world; the same for every reader."""
        return milliseconds(self._begins + (real - self._real) * self.faster)
