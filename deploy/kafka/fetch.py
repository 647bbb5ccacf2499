"""Fetching exactly the locked jars, by Maven where it is installed, else by jgo."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from xml.sax.saxutils import escape

from deploy.kafka.jars import Jar, adopt, locked_jars, missing, verified_paths
from deploy.kafka.trouble import KafkaTrouble

Progress = Callable[[str], None]

# Pinned, so that the same plugin answers everywhere.
DEPENDENCY_PLUGIN = "org.apache.maven.plugins:maven-dependency-plugin:3.6.1"

TELL_SECONDS = 2.0

OTHER_CLUSTER = "or name a running cluster in DETENTE_KAFKA_BOOTSTRAP_SERVERS"


def ensure_jars(
    directory: Path, progress: Progress, environ: Mapping[str, str] = os.environ
) -> list[Path]:
    """The paths of all locked jars under `directory`, verified; absent ones are fetched first.

    Nothing but the jars of the lock gets into `directory`, and nothing with a wrong sum.
    No repository is asked when all are there.
    """
    jars = locked_jars()
    absent = missing(jars, directory)
    if absent:
        directory.mkdir(parents=True, exist_ok=True)
        fetch(absent, directory, progress, environ)
    return verified_paths(jars, directory)


def fetch(jars: list[Jar], directory: Path, progress: Progress, environ: Mapping[str, str]) -> None:
    """Bring `jars` into `directory`, each checked against its sum before it gets its name there."""
    fetcher = chosen_fetcher(environ)
    progress(f"fetching {len(jars)} jars with {fetcher}, about 45 MB in all, once")
    with tempfile.TemporaryDirectory(dir=directory, prefix="fetching-") as scratch:
        bring = fetch_by_mvn if fetcher == "mvn" else fetch_by_jgo
        bring(jars, Path(scratch), progress)
        for jar in jars:
            adopt(jar, Path(scratch) / jar.filename, directory, fetcher)


def chosen_fetcher(environ: Mapping[str, str]) -> str:
    """`mvn` or `jgo`: what DETENTE_KAFKA_FETCH says, else mvn where it is installed."""
    asked = environ.get("DETENTE_KAFKA_FETCH")
    if asked is None:
        return "mvn" if shutil.which("mvn", path=environ.get("PATH")) else "jgo"
    if asked not in ("mvn", "jgo"):
        raise KafkaTrouble(f"DETENTE_KAFKA_FETCH is {asked!r}: set it to mvn or jgo, or unset it")
    return asked


def fetch_by_mvn(jars: list[Jar], directory: Path, progress: Progress) -> None:
    """Have Maven copy the jars, and nothing that they depend on, into `directory`.

    The user's own settings, mirrors and local repository are used as they are.
    """
    pom = directory / "pom.xml"
    pom.write_text(pom_of(jars), encoding="utf-8")
    goal = f"{DEPENDENCY_PLUGIN}:copy-dependencies"
    run_mvn(pom, goal, f"-DoutputDirectory={directory}")


def run_mvn(pom: Path, *arguments: str) -> None:
    """Run Maven quietly on `pom`; its first error line becomes the KafkaTrouble."""
    command = ["mvn", "--batch-mode", "--quiet", "--file", str(pom), *arguments]
    try:
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
        )
    except OSError as error:
        raise KafkaTrouble(
            f"mvn does not start ({error}): repair it, or set DETENTE_KAFKA_FETCH=jgo"
        ) from error
    if done.returncode:
        raise KafkaTrouble(
            f"mvn could not fetch Kafka's jars: {first_error(done.stdout + done.stderr)}; if your"
            f" network has a mirror, name it as <mirror> in ~/.m2/settings.xml, {OTHER_CLUSTER}"
        )


def first_error(output: str) -> str:
    """What went wrong first in Maven's output, cut to a length that a terminal bears."""
    plain = re.sub(r"\x1b\[[0-9;]*m", "", output)
    errors = [line for line in plain.splitlines() if "ERROR" in line]
    line = (errors or plain.splitlines() or ["it said nothing"])[0]
    transfer = re.search(r"Could not (?:transfer|find) artifact .*", line)
    line = transfer.group() if transfer else line.replace("[ERROR]", "").strip()
    return line.partition(" -> [Help")[0][:300]


def pom_of(jars: Iterable[Jar]) -> str:
    """A project that depends on the jars one by one, their own dependencies cut off."""
    return project_xml(
        dependency_xml(jar.group, jar.artifact, jar.version, jar.classifier, alone=True)
        for jar in jars
    )


def project_xml(dependencies: Iterable[str]) -> str:
    """The smallest project that Maven accepts, around the given dependencies."""
    return (
        "<project><modelVersion>4.0.0</modelVersion><groupId>detente</groupId>"
        "<artifactId>kafka-jars</artifactId><version>1</version><packaging>pom</packaging>"
        f"<dependencies>{''.join(dependencies)}</dependencies></project>"
    )


def dependency_xml(
    group: str, artifact: str, version: str, classifier: str = "", *, alone: bool = False
) -> str:
    """One dependency; `alone` cuts off what it depends on itself."""
    fields = {
        "groupId": group,
        "artifactId": artifact,
        "version": version,
        "classifier": classifier,
    }
    inner = "".join(f"<{name}>{escape(value)}</{name}>" for name, value in fields.items() if value)
    everything = "<exclusion><groupId>*</groupId><artifactId>*</artifactId></exclusion>"
    cut = f"<exclusions>{everything}</exclusions>" if alone else ""
    return f"<dependency>{inner}{cut}</dependency>"


def fetch_by_jgo(jars: list[Jar], directory: Path, progress: Progress) -> None:
    """Have jgo, which is pure Python, download the jars one by one into `directory`.

    Repositories of the user's jgo.conf are asked before Maven Central. jgo neither resolves
    dependencies nor brings a Java here.
    """
    # jgo is only needed where jars are absent, and imports slowly.
    from jgo.config import GlobalSettings
    from jgo.maven import MavenContext
    from jgo.maven._core import DEFAULT_REMOTE_REPOS

    settings = GlobalSettings.load()
    # The user's come first, and one of the same name stands in for Maven Central.
    remote = dict(settings.repositories)
    for name, address in DEFAULT_REMOTE_REPOS.items():
        remote.setdefault(name, address)
    context = MavenContext(repo_cache=settings.repo_cache, remote_repos=remote)
    told = time.monotonic()
    for number, jar in enumerate(jars, start=1):
        if time.monotonic() - told > TELL_SECONDS:
            told = time.monotonic()
            progress(f"fetching jar {number} of {len(jars)}: {jar.coordinates}")
        component = context.project(jar.group, jar.artifact).at_version(jar.version)
        try:
            found = component.artifact(jar.classifier, "jar").resolve()
        except Exception as error:  # jgo has no error type of its own
            raise KafkaTrouble(
                f"jgo could not fetch {jar.coordinates}: {str(error)[:200]}; if your network has"
                f" a mirror, put `central = ADDRESS` under [repositories] in ~/.config/jgo.conf,"
                f" {OTHER_CLUSTER}"
            ) from error
        shutil.copyfile(found, directory / jar.filename)
