"""The house's processes: started to outlive their caller, found again by id, and ended."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

GRACE_S = 10.0
"""How long a process may take to end by itself."""


class ProcessTrouble(Exception):
    """A process did not start or did not stay. It says which, and where its log is."""


@dataclass(frozen=True, slots=True)
class Process:
    """One process of the house, by name."""

    name: str
    folder: Path

    @property
    def log(self) -> Path:
        """What it printed."""
        return self.folder / f"{self.name}.log"

    def start(self, arguments: Sequence[str], environment: Mapping[str, str]) -> None:
        """Start `detente …`. Harmless where it runs already."""
        if self.running():
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            child = subprocess.Popen(  # noqa: S603 - our own command, by our own interpreter.
                [sys.executable, "-m", "services", *arguments],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env={**os.environ, **environment},
                start_new_session=True,
            )
        born = psutil.Process(child.pid).create_time()
        self._mark.write_text(f"{child.pid} {born}\n")

    def running(self) -> psutil.Process | None:
        """The process, if it is still the one that was started and not another with its id."""
        try:
            pid, born = self._mark.read_text().split()
            found = psutil.Process(int(pid))
            alive = found.create_time() == float(born) and found.status() != psutil.STATUS_ZOMBIE
        except (FileNotFoundError, ValueError, psutil.NoSuchProcess):
            return None
        return found if alive else None

    def kill(self) -> None:
        """End it as a power cut would (SIGKILL), and wait until it is gone."""
        found = self.running()
        if found:
            found.send_signal(signal.SIGKILL)
            _reap(found)

    def stop(self) -> None:
        """Ask it to end (SIGTERM); after GRACE_S end it."""
        stop_all([self])

    @property
    def _mark(self) -> Path:
        return self.folder / f"{self.name}.pid"

    def forget(self) -> None:
        """It is known to be gone."""
        self._mark.unlink(missing_ok=True)

    def last_words(self) -> str:
        """The end of its log, for an error message."""
        lines = self.log.read_text(errors="replace").splitlines() if self.log.exists() else []
        return lines[-1][:300] if lines else "it printed nothing"


def stop_all(processes: Sequence[Process]) -> None:
    """Ask all of them to end at once; after GRACE_S end those that have not."""
    alive = [found for process in processes if (found := process.running())]
    for found in alive:
        found.terminate()
    for left in psutil.wait_procs(alive, timeout=GRACE_S)[1]:
        left.kill()
        _reap(left)
    for process in processes:
        process.forget()


def _reap(process: psutil.Process) -> None:
    psutil.wait_procs([process], timeout=GRACE_S)


def recorded(folder: Path) -> list[Process]:
    """Every process that was started from this folder."""
    return [Process(path.stem, folder) for path in sorted(folder.glob("*.pid"))]
