"""What a desk's process tells operators: whether it is ready, and what waits on its disk."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

from schemas.parties import LANES
from services.bus.clock import Clock
from services.bus.health import Condition, Lack
from services.bus.meters import Meters
from services.bus.metrics import Sample, sample
from services.bus.topics import Realm
from services.desk.link import ANSWERED
from services.desk.store.file import StoreUnusable
from services.desk.store.records import OutState
from services.desk.store.store import Store

DISK_LOW_BYTES = 64 * 1024 * 1024
"""Below this an officer is told before the disk takes nothing more."""


class DeskHealth:
    """Of one desk, read from its own store when somebody asks. Counts, never what is in them."""

    def __init__(self, desk: str, realm: Realm, store: Store, folder: Path, clock: Clock) -> None:
        self._of = {"desk": desk, "realm": realm.value}
        self._store, self._folder, self._clock = store, folder, clock
        self.condition = Condition(f"{realm.prefix}{desk}")
        self.condition.look(self._lacks)
        self.meters = Meters()
        self.meters.at_scrape(self.condition.samples)
        self.meters.at_scrape(self._samples)

    def _lacks(self) -> Mapping[Lack, str]:
        return {**self._broker(), **self._own_disk()}

    def _broker(self) -> Mapping[Lack, str]:
        link = self._store.link()
        if link is None:
            return {Lack.BROKER: "the desk has not reached the bus yet; wait"}
        if not link.up:
            return {
                Lack.BROKER: f"the bus is not reached since {link.changed_at:%H:%M:%SZ} "
                f"({link.trouble}); what is released stays here and goes out by itself"
            }
        return {}

    def _own_disk(self) -> Mapping[Lack, str]:
        found = {}
        try:
            self._store.must_take()
        except StoreUnusable as trouble:
            found[Lack.STORE] = str(trouble)
        free = self._free()
        if free < DISK_LOW_BYTES:
            found[Lack.DISK] = (
                f"{free // 2**20} MiB are left on the disk of {self._folder}; free some, "
                "before nothing can be released any more"
            )
        return found

    def _free(self) -> int:
        return shutil.disk_usage(self._folder).free

    def _samples(self) -> Iterator[Sample]:
        link = self._store.link()
        yield sample("detente_desk_link_up", float(link is not None and link.up), **self._of)
        yield sample("detente_desk_disk_free_bytes", self._free(), **self._of)
        for code, count in self._store.alarm_counts().items():
            yield sample("detente_desk_alarms", count, **self._of, code=code)
        queued = self._store.waiting(OutState.QUEUED)
        unanswered = self._store.waiting(OutState.ON_BUS, ANSWERED)
        for lane in LANES:
            count, oldest_at = queued.get(lane, (0, None))
            age_s = (self._clock.now() - oldest_at).total_seconds() if oldest_at else 0.0
            of = {**self._of, "lane": lane.value}
            yield sample("detente_desk_outbox_records", count, **of)
            yield sample("detente_desk_outbox_oldest_seconds", max(0.0, age_s), **of)
            yield sample("detente_desk_unanswered_records", unanswered.get(lane, (0,))[0], **of)
