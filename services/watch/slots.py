"""Windows: what was counted in each ten seconds of the last day. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from services.watch.folding.sample import Sample
from services.watch.record import Kept

SLOT_S = 10
WINDOWS_S = (5 * 60, 3600, 24 * 3600)
SLOTS_KEPT = WINDOWS_S[-1] // SLOT_S + 1


class Acknowledgement(Kept):
    """One acknowledgement as a table holds it."""

    at: datetime
    precedence: str
    channel: str
    seconds: float


class Slot(Kept):
    """What was appended in ten seconds: entries, refusals among them, acknowledgements."""

    entries: int = 0
    refused: int = 0
    acknowledged: tuple[Acknowledgement, ...] = ()

    def after(self, *, refused: bool, samples: tuple[Sample, ...]) -> Slot:
        """The same with one entry more."""
        new = tuple(
            Acknowledgement(
                at=each.at, precedence=each.precedence, channel=each.channel, seconds=each.seconds
            )
            for each in samples
        )
        return Slot(
            entries=self.entries + 1,
            refused=self.refused + refused,
            acknowledged=self.acknowledged + new,
        )


def slot_of(moment: datetime) -> int:
    """Which ten seconds a moment lies in."""
    return int(moment.timestamp()) // SLOT_S


def begins(slot: int) -> datetime:
    """When they begin, UTC."""
    return datetime.fromtimestamp(slot * SLOT_S, UTC)


def within(slots: Mapping[int, Slot], now: datetime, window_s: int) -> list[Slot]:
    """Those that begin in the window before `now`, which so is exact to ten seconds."""
    last = slot_of(now)
    first = last - window_s // SLOT_S + 1
    if last - first < len(slots):
        return [slots[each] for each in range(first, last + 1) if each in slots]
    return [slot for each, slot in slots.items() if first <= each <= last]
