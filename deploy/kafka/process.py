"""One node as a process: launched to outlive its caller, found again, and ended."""

from __future__ import annotations

import os
import re
import shlex
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from deploy.kafka.layout import Cluster
from deploy.kafka.trouble import KafkaTrouble

LOGGING = Path(__file__).with_name("log4j2.xml")

# Compiling less starts a third faster; 256 MiB of heap carry three nodes on a small machine.
JVM = [
    "-Xms64m",
    "-Xmx256m",
    "-XX:+UseSerialGC",
    "-XX:TieredStopAtLevel=1",
    "-XX:-UsePerfData",
    "-XX:+ExitOnOutOfMemoryError",
    "-Djava.awt.headless=true",
    "-Djava.net.preferIPv4Stack=true",
]

# Logged errors, a Java that does not start, and the cause of an exception, not its stack.
ERROR = re.compile(
    r" (ERROR|FATAL) |^Error: |^Caused by: |^Exception in thread |^[\w.$]+(Exception|Error): "
)

# A shell in between, so that the node has no Python parent that would have to wait for it.
LAUNCH = '"$@" >"$DETENTE_OUT" 2>&1 </dev/null & echo $!'


@dataclass(frozen=True)
class Runtime:
    """What a node runs on: a Java and the broker's jars."""

    java: Path
    jars: tuple[Path, ...]
    options: tuple[str, ...] = ()

    @property
    def classpath(self) -> str:
        """The jars as Java is told them."""
        return os.pathsep.join(map(str, self.jars))

    def command(self, cluster: Cluster, node: int, main: str, *arguments: str) -> list[str]:
        """The command line that runs the class `main` for a node."""
        own = [
            f"-Djava.io.tmpdir={cluster.directory(node) / 'tmp'}",
            f"-Ddetente.log={cluster.log(node)}",
            f"-Dlog4j2.configurationFile={LOGGING}",
        ]
        extra = shlex.split(os.environ.get("DETENTE_KAFKA_JVM_OPTIONS", ""))
        options = [*JVM, *self.options, *own, *extra]
        return [str(self.java), *options, "-cp", self.classpath, main, *arguments]


def is_formatted(cluster: Cluster, node: int) -> bool:
    """Whether the node's data directory was prepared by Kafka's own tool."""
    return (cluster.data(node) / "meta.properties").exists()


def java_environment() -> dict[str, str]:
    """The caller's environment, in a locale in which Java finds paths that are not ASCII."""
    return {**os.environ, "LC_ALL": "C.UTF-8"}


def format_storage(runtime: Runtime, cluster: Cluster, node: int) -> None:
    """Prepare the node's empty data directory."""
    settings = str(cluster.properties(node))
    arguments = ["format", "--cluster-id", cluster.cluster_id, "--config", settings]
    command = runtime.command(cluster, node, "kafka.tools.StorageTool", *arguments)
    done = subprocess.run(
        [*command, "--ignore-formatted"],
        env=java_environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        cluster.output(node).write_text(done.stdout, encoding="utf-8")
        raise KafkaTrouble(
            f"the data directory of node {node} could not be prepared:"
            f" {last_errors(cluster, node)} (all of it: {cluster.output(node)})"
        )


def launch(runtime: Runtime, cluster: Cluster, node: int) -> int:
    """Start the node in a session of its own and write its process id down."""
    command = runtime.command(cluster, node, "kafka.Kafka", str(cluster.properties(node)))
    done = subprocess.run(
        ["/bin/sh", "-c", LAUNCH, "sh", *command],
        env={**java_environment(), "DETENTE_OUT": str(cluster.output(node))},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
        cwd=cluster.directory(node),
        check=True,
    )
    pid = int(done.stdout)
    cluster.pid_file(node).write_text(f"{pid}\n", encoding="utf-8")
    return pid


def command_line(pid: int) -> str:
    """The command line of a process, empty when there is none or it has ended."""
    if Path("/proc/self/cmdline").exists():
        try:
            return Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace")
        except OSError:
            return ""
    listed = ["ps", "-ww", "-o", "command=", "-p", str(pid)]
    return subprocess.run(listed, capture_output=True, text=True, check=False).stdout


def running_pid(cluster: Cluster, node: int) -> int | None:
    """The node's process id, if that process runs and is still this node."""
    try:
        pid = int(cluster.pid_file(node).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return None
    return pid if str(cluster.properties(node)) in command_line(pid) else None


def send(cluster: Cluster, node: int, number: signal.Signals) -> int | None:
    """Signal the node's own process, and no other; which one that was, if it runs."""
    pid = running_pid(cluster, node)
    if pid is None:
        return None
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return None
    return pid


def ended(pid: int) -> bool:
    """Whether the process is over with all its threads, so that its ports and files are free."""
    if not Path("/proc/self/stat").exists():
        return not command_line(pid)
    try:
        threads = os.listdir(f"/proc/{pid}/task")
        # The state stands behind the name, which is in brackets and may hold anything.
        state = Path(f"/proc/{pid}/stat").read_text("utf-8", "replace").rpartition(") ")[2][0]
    except OSError:
        return True
    return state == "Z" and len(threads) == 1


def ended_within(pids: Sequence[int], seconds: float) -> bool:
    """Wait until all are over; False when the time is over before that."""
    return wait_until(lambda: all(map(ended, pids)), seconds)


def wait_until(condition: Callable[[], bool], seconds: float) -> bool:
    """Ask until `condition` holds; False when the time is over before that."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def last_errors(cluster: Cluster, node: int, count: int = 3) -> str:
    """The last lines of the node's logs that tell of an error, or else its last line."""
    lines: list[str] = []
    for path in (cluster.output(node), cluster.log(node)):
        if path.exists():
            lines += path.read_text(encoding="utf-8", errors="replace").splitlines()
    errors = [line for line in lines if ERROR.search(line)]
    chosen = errors[-count:] or [line for line in lines if line.strip()][-1:]
    return " | ".join(line.strip()[:300] for line in chosen) or "it wrote nothing"
