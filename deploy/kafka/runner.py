"""Running a real Kafka cluster on this machine: up, down, status, and single nodes."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from deploy.kafka import nodes as nodes_
from deploy.kafka import process, wire
from deploy.kafka.archive import make_archive, with_archive
from deploy.kafka.fetch import ensure_jars
from deploy.kafka.java import chosen_java
from deploy.kafka.layout import (
    Cluster,
    kafka_home,
    new_cluster_id,
    record,
    recorded,
    shown,
)
from deploy.kafka.nodes import Progress
from deploy.kafka.process import Runtime
from deploy.kafka.trouble import KafkaTrouble

__all__ = [
    "Cluster", "KafkaTrouble", "NodeState", "Running",
    "down", "kill_node", "prepare", "start_node", "status", "stop_node", "up",
]  # fmt: skip

DEFAULT_PORT = 19092


@dataclass(frozen=True)
class Running:
    """A cluster whose every node answers, and which nodes this call had to start."""

    cluster: Cluster
    started: tuple[int, ...]

    @property
    def bootstrap(self) -> str:
        """What a client is configured with, `127.0.0.1:19092[,…]`."""
        return self.cluster.bootstrap


@dataclass(frozen=True)
class NodeState:
    """What a look at one node found: `answers`, `silent` (runs, does not serve) or `stopped`."""

    node: int
    state: str
    address: str
    pid: int | None
    log: str


def quiet(_: str) -> None:
    """Progress that nobody watches."""


def up(
    state: Path, nodes: int | None = None, port: int | None = None, progress: Progress = quiet
) -> Running:
    """Bring the cluster of `state` up and return when every node really serves.

    A node that runs is left alone, one that died starts again on its old data. Without `nodes`
    and `port` the cluster is as it was, or new with one node on 19092. Raises KafkaTrouble.
    """
    with only_caller(state, progress):
        cluster = wanted_cluster(state, nodes, port)
        absent = [node for node in cluster.numbers if node not in nodes_.running(cluster)]
        launch(cluster, absent, progress)
        nodes_.wait_ready(cluster, cluster.numbers, progress)
        return Running(cluster, tuple(absent))


def down(state: Path, progress: Progress = quiet) -> list[int]:
    """Stop every node that runs, politely first, and return their numbers once all are gone."""
    if recorded(state) is None:
        return []
    with only_caller(state, progress):
        cluster = recorded(state)
        running = nodes_.running(cluster) if cluster else []
        if cluster:
            nodes_.stop(cluster, running, progress)
        return running


def status(state: Path) -> list[NodeState]:
    """What each node of the cluster does right now; empty when there never was a cluster."""
    cluster = recorded(state)
    return [] if cluster is None else [look_at(cluster, node) for node in cluster.numbers]


def start_node(state: Path, node: int, progress: Progress = quiet) -> None:
    """Start one node on its old data, if it does not run, and return when it serves.

    While fewer than a majority run none can serve, and this returns without waiting.
    """
    cluster = existing_cluster(state, node)
    with only_caller(state, progress):
        if process.running_pid(cluster, node) is None:
            launch(cluster, [node], progress)
        if len(nodes_.running(cluster)) > cluster.nodes // 2:
            nodes_.wait_ready(cluster, [node], progress)


def stop_node(state: Path, node: int, progress: Progress = quiet) -> None:
    """Stop one node politely and return when it is gone."""
    cluster = existing_cluster(state, node)
    with only_caller(state, progress):
        nodes_.stop(cluster, [node], progress)


def kill_node(state: Path, node: int) -> None:
    """End one node by SIGKILL, as a power cut would, and return when it is gone."""
    nodes_.kill(existing_cluster(state, node), node)


def prepare(state: Path, progress: Progress = quiet) -> bool:
    """Do once, ahead, what makes later starts twice as fast; False when it was done before."""
    with only_caller(state, progress):
        return make_archive(runtime_in(kafka_home(state), progress), progress)


@contextmanager
def only_caller(state: Path, progress: Progress) -> Iterator[None]:
    """Let one caller at a time change the cluster of `state`; others wait."""
    home = kafka_home(state)
    home.mkdir(parents=True, exist_ok=True)
    with (home / "runner.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            progress("waiting for another command that works on this cluster")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def existing_cluster(state: Path, node: int) -> Cluster:
    """The recorded cluster, if it has that node, else KafkaTrouble."""
    cluster = recorded(state)
    if cluster is None or node not in cluster.numbers:
        raise KafkaTrouble(f"{kafka_home(state)} has no node {node}: run `detente kafka up` first")
    return cluster


def wanted_cluster(state: Path, nodes: int | None, port: int | None) -> Cluster:
    """The recorded cluster, moved to `port` if it is stopped, or a new one, recorded."""
    old = recorded(state)
    if old is None:
        cluster = Cluster(kafka_home(state), nodes or 1, port or DEFAULT_PORT, new_cluster_id())
    else:
        cluster = replace(old, nodes=nodes or old.nodes, port=port or old.port)
        refuse_change(old, cluster)
    refuse_impossible_ports(cluster)
    if cluster != old:
        record(cluster)
    return cluster


def refuse_change(old: Cluster, wanted: Cluster) -> None:
    """Raise KafkaTrouble when the cluster cannot become what is wanted."""
    if wanted.nodes != old.nodes:
        raise KafkaTrouble(
            f"{old.home} holds a cluster of {old.nodes} node(s), not {wanted.nodes}: leave out"
            f" --nodes, or `detente kafka down` and move that directory aside"
        )
    if wanted.port != old.port and nodes_.running(old):
        raise KafkaTrouble(
            f"the cluster already runs on {old.bootstrap}: leave out --port,"
            f" or `detente kafka down` first"
        )


def refuse_impossible_ports(cluster: Cluster) -> None:
    """Raise KafkaTrouble when the ports are not such as a user may listen on."""
    last = 65535 - 2 * cluster.nodes + 1
    if not 1024 <= cluster.port <= last:
        raise KafkaTrouble(f"port {cluster.port} does not do: choose --port from 1024 to {last}")


def launch(cluster: Cluster, absent: list[int], progress: Progress) -> None:
    """Start the absent nodes, after all that can be checked before was checked."""
    for node in absent:
        nodes_.refuse_taken_ports(cluster, node)
    if absent:
        runtime = with_archive(runtime_in(cluster.home, progress))
        nodes_.launch(runtime, cluster, absent, progress)


def runtime_in(home: Path, progress: Progress) -> Runtime:
    """A Java and all jars, verified just now."""
    java = chosen_java()
    # Java knows an archive's jars again by their path, so a link to a shared directory is followed.
    directory = home / "jars"
    directory.mkdir(parents=True, exist_ok=True)
    return Runtime(java, tuple(ensure_jars(directory.resolve(), progress)))


def look_at(cluster: Cluster, node: int) -> NodeState:
    """What one node does right now."""
    pid, address = process.running_pid(cluster, node), cluster.address(node)
    state = "stopped" if pid is None else "answers" if wire.serves(address) else "silent"
    return NodeState(node, state, shown(address), pid, os.fspath(cluster.log(node)))
