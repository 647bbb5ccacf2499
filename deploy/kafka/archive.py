"""An archive of the broker's classes, made once, that halves the time each start takes."""

from __future__ import annotations

import hashlib
import socket
import subprocess
import tempfile
from dataclasses import replace
from pathlib import Path

from deploy.kafka import nodes
from deploy.kafka.layout import HOST, Cluster, new_cluster_id
from deploy.kafka.nodes import Progress
from deploy.kafka.process import Runtime, java_environment
from deploy.kafka.trouble import KafkaTrouble


def archive_of(runtime: Runtime) -> Path:
    """Where the archive for just this Java and these jars is, or would be."""
    java = runtime.java.resolve()
    # Java itself refuses an archive of other jars, but says so in the log at each start.
    seen = [f"{path} {path.stat().st_mtime_ns}" for path in (java, *runtime.jars)]
    key = hashlib.sha256("\n".join(seen).encode()).hexdigest()[:16]
    return runtime.jars[0].parent / f"classes-{key}.jsa"


def with_archive(runtime: Runtime) -> Runtime:
    """The same runtime, with the archive if there is one."""
    archive = archive_of(runtime)
    if not archive.exists():
        return runtime
    return replace(runtime, options=(f"-XX:SharedArchiveFile={archive}",))


def make_archive(runtime: Runtime, progress: Progress) -> bool:
    """Make the archive, in about 17 s; False when it is there already.

    A throw-away broker shows which classes a broker loads.
    """
    archive = archive_of(runtime)
    if archive.exists():
        return False
    with tempfile.TemporaryDirectory(dir=archive.parent, prefix="archive-") as scratch:
        classes, draft = Path(scratch) / "classes", Path(scratch) / "archive"
        list_classes(runtime, Path(scratch), classes, progress)
        progress("archiving the broker's classes, about 10 s, once")
        dump(runtime, classes, draft)
        draft.replace(archive)
    return True


def list_classes(runtime: Runtime, scratch: Path, classes: Path, progress: Progress) -> None:
    """Run a broker up to the point where it serves, and have Java list what it loaded."""
    cluster = Cluster(scratch / "kafka", 1, two_free_ports(), new_cluster_id())
    listing = replace(runtime, options=(f"-XX:DumpLoadedClassList={classes}",))
    try:
        nodes.launch(listing, cluster, [1], progress)
        nodes.wait_ready(cluster, [1], progress)
    finally:
        nodes.stop(cluster, nodes.running(cluster), progress)


def two_free_ports() -> int:
    """A port of the system's choice that has a free neighbour above."""
    while True:
        with socket.socket() as first, socket.socket() as second:
            first.bind((HOST, 0))
            port = int(first.getsockname()[1])
            try:
                second.bind((HOST, port + 1))
            except (OSError, OverflowError):
                continue
            return port


def dump(runtime: Runtime, classes: Path, archive: Path) -> None:
    """Have Java write the listed classes into `archive`, or raise KafkaTrouble."""
    options = [
        "-Xshare:dump",
        "-XX:+UseSerialGC",
        f"-XX:SharedClassListFile={classes}",
        f"-XX:SharedArchiveFile={archive}",
    ]
    done = subprocess.run(
        [str(runtime.java), *options, "-cp", runtime.classpath],
        env=java_environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        last = (done.stdout.splitlines() or ["it said nothing"])[-1][:300]
        raise KafkaTrouble(f"{runtime.java} could not archive classes: {last}; go on without")
