"""Where each process of the house serves health and metrics, and Prometheus finds it."""

from __future__ import annotations

import json
import socket
from collections.abc import Collection, Iterable, Mapping
from contextlib import ExitStack
from pathlib import Path
from types import MappingProxyType

PROMETHEUS = "deploy/dashboards/prometheus.local.yml"
"""What reads the file: run Prometheus with it from the folder in which `make up` was run."""
NONE: Mapping[str, int] = MappingProxyType({})


class Targets:
    """A file in the form of Prometheus's file_sd: one target a process, with its name.

    Who runs keeps its port, so that `up` can be said again.
    """

    def __init__(self, file: Path) -> None:
        self.file = file

    def read(self) -> dict[str, int]:
        """Port by name; empty where there is no file yet."""
        if not self.file.exists():
            return {}
        return {
            each["labels"]["name"]: int(each["targets"][0].rpartition(":")[2])
            for each in json.loads(self.file.read_bytes())
        }

    def give(
        self, names: Iterable[str], running: Collection[str], set_: Mapping[str, int] = NONE
    ) -> dict[str, int]:
        """A port for each: the one it has where it runs, else one that is free now. Those in
        `set_` have theirs by a setting.
        """
        wanted = list(names)
        known = {name: port for name, port in self.read().items() if name in running}
        with ExitStack() as held:
            for name in wanted:
                if name not in known:
                    probe = held.enter_context(socket.socket())
                    probe.bind(("127.0.0.1", 0))
                    known[name] = int(probe.getsockname()[1])
        self._write({name: known[name] for name in wanted} | dict(set_))
        return known

    def _write(self, ports: dict[str, int]) -> None:
        self.file.parent.mkdir(parents=True, exist_ok=True)
        said = [
            {"targets": [f"127.0.0.1:{port}"], "labels": {"name": name}}
            for name, port in ports.items()
        ]
        self.file.write_text(json.dumps(said, indent=1) + "\n")
