"""Bringing nodes of a cluster up and down, and knowing when they are."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from deploy.kafka import process, wire
from deploy.kafka.layout import Cluster, properties_text, shown
from deploy.kafka.process import Runtime
from deploy.kafka.trouble import KafkaTrouble

START_SECONDS = 60.0
GRACE_SECONDS = 20.0
PORT_SECONDS = 0.5

Progress = Callable[[str], None]


def running(cluster: Cluster) -> list[int]:
    """The nodes whose processes run."""
    return [node for node in cluster.numbers if process.running_pid(cluster, node) is not None]


def refuse_taken_ports(cluster: Cluster, node: int) -> None:
    """Raise KafkaTrouble when another program listens where the node would."""
    for address in (cluster.address(node), cluster.controller_address(node)):
        # A node that was just killed may hold its ports for a moment more.
        if not process.wait_until(partial(wire.is_free, address), PORT_SECONDS):
            raise KafkaTrouble(
                f"port {address[1]} on {address[0]} is taken by another program:"
                f" stop that, or choose other ports with --port"
            )


def launch(runtime: Runtime, cluster: Cluster, nodes: Sequence[int], progress: Progress) -> None:
    """Start `nodes` on the data that they have, or on empty data; they do not serve yet."""
    for node in nodes:
        write_settings(cluster, node)
    fresh = [node for node in nodes if not process.is_formatted(cluster, node)]
    if fresh:
        progress(f"preparing {len(fresh)} empty data director{'y' if len(fresh) == 1 else 'ies'}")
        with ThreadPoolExecutor() as pool:
            list(pool.map(lambda node: process.format_storage(runtime, cluster, node), fresh))
    for node in nodes:
        progress(f"starting node {node} on {shown(cluster.address(node))}")
        process.launch(runtime, cluster, node)


def write_settings(cluster: Cluster, node: int) -> None:
    """Make the node's directories and write its settings."""
    (cluster.directory(node) / "tmp").mkdir(parents=True, exist_ok=True)
    cluster.properties(node).write_text(properties_text(cluster, node), encoding="ascii")


def wait_ready(cluster: Cluster, nodes: Sequence[int], progress: Progress) -> None:
    """Return when each of `nodes` serves as a member of the cluster, or raise KafkaTrouble."""
    begin = told = time.monotonic()
    for node in nodes:
        while not serves_fully(cluster, node):
            waited = time.monotonic() - begin
            refuse_dead(cluster, node)
            if waited > START_SECONDS:
                raise KafkaTrouble(
                    f"node {node} does not serve after {waited:.0f} s: {why(cluster, node)}"
                )
            if time.monotonic() - told > 2:
                told = time.monotonic()
                progress(f"waiting for node {node}, {waited:.0f} s")
            time.sleep(0.05)


def serves_fully(cluster: Cluster, node: int) -> bool:
    """Whether the node serves, knows every node that runs, and could have a topic made."""
    return wire.ready(cluster.address(node), len(running(cluster)))


def refuse_dead(cluster: Cluster, node: int) -> None:
    """Raise KafkaTrouble when the node's process is gone."""
    if process.running_pid(cluster, node) is None:
        raise KafkaTrouble(f"node {node} ended while starting: {why(cluster, node)}")


def why(cluster: Cluster, node: int) -> str:
    """The last errors of the node's log, and where to read on."""
    return f"{process.last_errors(cluster, node)} (log: {cluster.log(node)})"


def stop(cluster: Cluster, nodes: Sequence[int], progress: Progress) -> None:
    """SIGTERM to all of them at once, SIGKILL to what still runs after the grace period."""
    told = []
    for node in nodes:
        progress(f"stopping node {node}")
        told.append(process.send(cluster, node, signal.SIGTERM))
    if process.ended_within([pid for pid in told if pid], GRACE_SECONDS):
        return
    for node in nodes:
        kill(cluster, node)


def kill(cluster: Cluster, node: int) -> None:
    """End the node by SIGKILL, and return when it is gone."""
    pid = process.send(cluster, node, signal.SIGKILL)
    if pid and not process.ended_within([pid], GRACE_SECONDS):
        raise KafkaTrouble(f"node {node} (process {pid}) does not end even by SIGKILL: look at it")
