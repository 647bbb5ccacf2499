"""The broker's jars: which ones, and the proof that a file is one of them."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from deploy.kafka.trouble import KafkaTrouble

LOCK = Path(__file__).with_name("jars.lock")


@dataclass(frozen=True, order=True)
class Jar:
    """One locked file of a Maven repository."""

    group: str
    artifact: str
    classifier: str
    version: str
    sha256: str

    @property
    def coordinates(self) -> str:
        """`group:artifact[:classifier]:version`, as the lock has it."""
        parts = [self.group, self.artifact, self.classifier, self.version]
        return ":".join(part for part in parts if part)

    @property
    def filename(self) -> str:
        """The name that Maven gives the file."""
        suffix = f"-{self.classifier}" if self.classifier else ""
        return f"{self.artifact}-{self.version}{suffix}.jar"


def parse_line(line: str) -> Jar:
    """Read one line of the lock, or refuse it by KafkaTrouble."""
    try:
        coordinates, sha256 = line.split()
        group, artifact, *classifier, version = coordinates.split(":")
        (classifier_,) = classifier or [""]
        if len(bytes.fromhex(sha256)) != hashlib.sha256().digest_size:
            raise ValueError(sha256)
    except ValueError:
        raise KafkaTrouble(
            f"jars.lock has a line that is not `group:artifact[:classifier]:version sha256`:"
            f" {line!r}; regenerate it with `python -m deploy.kafka.lock`"
        ) from None
    return Jar(group, artifact, classifier_, version, sha256.lower())


def parse_lock(text: str) -> list[Jar]:
    """Read a lock's text; blank lines and lines that start with `#` are skipped."""
    lines = (line.strip() for line in text.splitlines())
    return [parse_line(line) for line in lines if line and not line.startswith("#")]


def locked_jars(lock: Path = LOCK) -> list[Jar]:
    """The jars that this version of the project runs, and no others."""
    return parse_lock(lock.read_text(encoding="utf-8"))


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file, in lower-case hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def check(jar: Jar, path: Path, remedy: str) -> None:
    """Return if `path` is `jar` bit for bit, else raise KafkaTrouble with its name and `remedy`."""
    found = sha256_of(path)
    if found != jar.sha256:
        raise KafkaTrouble(
            f"refused {jar.coordinates}: its SHA-256 is {found[:16]}…, jars.lock says"
            f" {jar.sha256[:16]}…; {remedy}"
        )


def missing(jars: Iterable[Jar], directory: Path) -> list[Jar]:
    """The jars that `directory` does not hold."""
    return [jar for jar in jars if not (directory / jar.filename).is_file()]


def verified_paths(jars: Iterable[Jar], directory: Path) -> list[Path]:
    """The paths of `jars` in `directory`, every one hashed just now.

    All 44 MB take less than 0.1 s on two cores, so no stamp of an earlier check is kept.
    """
    wanted = list(jars)
    paths = [directory / jar.filename for jar in wanted]
    with ThreadPoolExecutor(max_workers=min(4, os.cpu_count() or 1)) as pool:
        remedies = [f"delete {path}, and it is fetched again" for path in paths]
        list(pool.map(check, wanted, paths, remedies))
    return paths


def adopt(jar: Jar, fetched: Path, directory: Path, source: str) -> Path:
    """Check a fetched file, then move it under its own name into `directory` in one step."""
    remedy = f"it came by {source}: delete it under ~/.m2/repository and try again, and if it"
    check(jar, fetched, f"{remedy} comes back do not trust the repository it comes from")
    kept = directory / jar.filename
    fetched.replace(kept)
    return kept
