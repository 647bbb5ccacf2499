"""The watch as a process of its own, on a Kafka, and what a plain fold says beside it."""

from __future__ import annotations

import asyncio
import contextlib
import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from aiokafka.admin import AIOKafkaAdminClient
from rocksdict import AccessType, Options, Rdict

from services.bus import topics
from services.bus.directory import Directory, roots_in
from services.bus.kafka import KafkaBus
from services.bus.topics import Realm
from services.local.processes import Process
from services.watch.figures import Figures
from services.watch.figuring import figures
from services.watch.part import Part
from services.watch.plain import SOURCES, fold_on
from tests.conftest import ROOT
from tests.kit.ports import free_ports

WITHIN_S = 90.0
BEGINS_WITHIN_S = 2.0


class NotInTime(AssertionError):
    """What was waited for did not come. It says what the process printed last."""


@dataclass
class Watched:
    """One watch of the live realm."""

    bootstrap: str
    folder: Path
    partitions: int = 4
    _plain: dict[tuple[str, int], Part] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.port = free_ports(1)
        self.process = Process("watch", self.folder / "run")

    def start(self) -> None:
        """Start it. Harmless where it runs."""
        self.process.start(
            ["watch", "serve"],
            {
                "DETENTE_STATE": str(self.folder),
                "DETENTE_KAFKA_BOOTSTRAP_SERVERS": self.bootstrap,
                "DETENTE_WATCH_PORT": str(self.port),
                "DETENTE_PARTITIONS": str(self.partitions),
                "PYTHONPATH": str(ROOT),
            },
        )

    def kill(self) -> None:
        """SIGKILL."""
        self.process.kill()

    def stop(self) -> None:
        """SIGTERM."""
        self.process.stop()

    @property
    def url(self) -> str:
        """Where it is served."""
        return f"http://127.0.0.1:{self.port}"

    async def figures(self, asked: str = "/figures") -> Figures | None:
        """What it says now; None where it does not answer."""
        try:
            async with httpx.AsyncClient(timeout=20, trust_env=False) as client:
                found = await client.get(f"{self.url}{asked}")
        except httpx.HTTPError:
            return None
        return Figures.model_validate_json(found.content)

    async def ready(self) -> bool:
        """Whether it was all in once since it was started."""
        try:
            async with httpx.AsyncClient(timeout=20, trust_env=False) as client:
                return (await client.get(f"{self.url}/health/ready")).is_success
        except httpx.HTTPError:
            return False

    async def text(self, path: str) -> str:
        """What it answers there."""
        async with httpx.AsyncClient(timeout=20, trust_env=False) as client:
            return (await client.get(f"{self.url}{path}", follow_redirects=True)).text

    async def heard(self, path: str) -> str:
        """What a stream of events begins with: all that it sends at once."""
        found = ""
        async with (
            httpx.AsyncClient(timeout=20, trust_env=False) as client,
            client.stream("GET", f"{self.url}{path}") as stream,
        ):
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(BEGINS_WITHIN_S):
                    async for piece in stream.aiter_text():
                        found += piece
        return found

    async def until(self, wanted: Callable[[Figures], bool], within_s: float = WITHIN_S) -> Figures:
        """The figures, once they are as wanted. Raises NotInTime."""
        end = time.monotonic() + within_s
        last: Figures | None = None
        while time.monotonic() < end:
            # Figures cost the watch a fifth of its time where they are asked for all the time.
            if last is not None or await self.ready():
                last = await self.figures()
                if last is not None and wanted(last):
                    return last
            await asyncio.sleep(0.3)
        said = (last.folded, last.behind) if last else "no answer"
        raise NotInTime(f"{said}; it said: {self.process.last_words()}")

    async def all_of(self, entries: int, within_s: float = WITHIN_S) -> Figures:
        """The figures, whole, once so many entries were folded and none is left."""
        await self.until(
            lambda found: sum(found.folded.values()) >= entries and not any(found.behind.values())
            and bool(found.behind),
            within_s,
        )  # fmt: skip
        found = await self.figures("/figures?waiting=all")
        assert found is not None, "it answered a moment ago"
        return found

    async def plain(self, beside: Figures) -> Figures:
        """The figures of the same moment by a plain fold over the ledgers, from their start."""
        await self.fold_plain()
        return figures(list(self._plain.values()), beside.at, beside.realm, beside.behind)

    async def fold_plain(self) -> None:
        """Fold what the ledgers hold that was not folded plainly yet."""
        bus = KafkaBus(self.bootstrap, "plain")
        try:
            keyring = await Directory(bus, roots_in(self.folder / "roots")).refresh()
            for service in SOURCES:
                for partition in range(self.partitions):
                    topic = topics.ledger(service, Realm.LIVE)
                    part = self._plain.setdefault((service, partition), Part(service, partition))
                    fold_on(part, await bus.read(topic, partition, part.next_offset), keyring)
        finally:
            await bus.close()

    async def forget_changelogs(self) -> None:
        """Delete the tables' changelogs."""
        names = {each.name for each in topics.of_watch(Realm.LIVE, self.partitions)}
        admin = AIOKafkaAdminClient(bootstrap_servers=self.bootstrap)
        await admin.start()
        try:
            await admin.delete_topics(sorted(names))
            while names & set(await admin.list_topics()):
                await asyncio.sleep(0.05)
        finally:
            await admin.close()

    def tables(self) -> bytes:
        """Every byte of the tables' files, and every key and value in them, without what packs them
        on the disk.
        """
        files = [each for each in (self.folder / "watch").rglob("*") if each.is_file()]
        found = [each.read_bytes() for each in files]
        for place in {each.parent for each in files if each.name == "CURRENT"}:
            held = Rdict(str(place), Options(raw_mode=True), access_type=AccessType.read_only())
            found += [part for row in held.items() for part in row if isinstance(part, bytes)]
            held.close()
        return b"\n".join(found)

    async def changelogs(self) -> bytes:
        """Every key and value of the tables' changelogs."""
        bus = KafkaBus(self.bootstrap, "changelogs")
        try:
            records = [
                record
                for topic in topics.of_watch(Realm.LIVE, self.partitions)
                for partition in range(self.partitions)
                for record in await bus.read(topic.name, partition, 0)
            ]
        finally:
            await bus.close()
        return b"\n".join(part for each in records for part in (each.key, each.value))


def of_ledgers(figures: Figures) -> Figures:
    """The figures without what is around the ledgers."""
    return figures.model_copy(update={"lanes": (), "processes": (), "quarantine": ()})


def environment() -> dict[str, str]:
    """As a child process needs it."""
    return {**os.environ, "PYTHONPATH": str(ROOT)}
