"""How a process is, for operators: ready, or what it lacks, in plain words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from enum import StrEnum

from services.bus.metrics import Sample, sample


class Lack(StrEnum):
    """What a process may lack."""

    BROKER = "BROKER"
    DIRECTORY = "DIRECTORY"
    DISK = "DISK"
    LEDGER = "LEDGER"
    PARTITIONS = "PARTITIONS"
    STORE = "STORE"


class PortTaken(Exception):
    """Health cannot be served where it is to be. It says what to do."""


class Condition:
    """What one process lacks at present, each with a sentence for whoever is to help it."""

    def __init__(self, process: str, lacking: Mapping[Lack, str] | None = None) -> None:
        self.process = process
        self._lacks = dict(lacking or {})
        self._look: list[Callable[[], Mapping[Lack, str]]] = []

    def lacks(self, lack: Lack, why: str) -> None:
        """From now on it lacks this. `why` is plain words: what is wrong and what to do."""
        self._lacks[lack] = why

    def has(self, lack: Lack) -> None:
        """It lacks this no more."""
        self._lacks.pop(lack, None)

    def look(self, find: Callable[[], Mapping[Lack, str]]) -> None:
        """Ask this as well, each time that somebody asks."""
        self._look.append(find)

    def all(self) -> Mapping[Lack, str]:
        """Everything that it lacks now, and why."""
        found = dict(self._lacks)
        for find in self._look:
            found |= find()
        return dict(sorted(found.items()))

    @property
    def ready(self) -> bool:
        """Whether it can do its work."""
        return not self.all()

    def document(self) -> dict[str, object]:
        """As it is served."""
        found = self.all()
        return {
            "ready": not found,
            "process": self.process,
            "lacks": [lack.value for lack in found],
            "why": list(found.values()),
        }

    def samples(self) -> Iterator[Sample]:
        """The same as metrics."""
        found = self.all()
        yield sample("detente_ready", float(not found), process=self.process)
        for lack in found:
            yield sample("detente_lacks", 1, process=self.process, lack=lack.value)
