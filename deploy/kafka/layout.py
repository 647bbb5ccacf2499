"""Where a cluster keeps its files, which ports it has, and what its nodes are told."""

from __future__ import annotations

import base64
import json
import uuid
from dataclasses import asdict, dataclass
from pathlib import Path
from string import Template

from deploy.kafka.trouble import KafkaTrouble
from deploy.kafka.wire import Address

HOST = "127.0.0.1"
TEMPLATE = Path(__file__).with_name("server.properties")


@dataclass(frozen=True)
class Cluster:
    """A cluster on this machine: its directory, size, first port and Kafka's own id for it.

    Brokers listen on `port` and the ports after it, controllers on as many after those.
    """

    home: Path
    nodes: int
    port: int
    cluster_id: str

    @property
    def numbers(self) -> range:
        """The node ids, from 1."""
        return range(1, self.nodes + 1)

    def address(self, node: int) -> Address:
        """Where clients and other brokers reach the node."""
        return HOST, self.port + node - 1

    def controller_address(self, node: int) -> Address:
        """Where the other nodes reach the node's controller."""
        return HOST, self.port + self.nodes + node - 1

    @property
    def bootstrap(self) -> str:
        """What a client is configured with."""
        return ",".join(shown(self.address(node)) for node in self.numbers)

    def directory(self, node: int) -> Path:
        """Everything of one node: data, log, settings, process id."""
        return self.home / f"node-{node}"

    def data(self, node: int) -> Path:
        """The node's Kafka log directory."""
        return self.directory(node) / "data"

    def log(self, node: int) -> Path:
        """The node's log for people."""
        return self.directory(node) / "server.log"

    def output(self, node: int) -> Path:
        """What the node's Java prints by itself, above all when it does not start."""
        return self.directory(node) / "java.out"

    def properties(self, node: int) -> Path:
        """The node's settings file, whose path also tells its process from every other."""
        return self.directory(node) / "server.properties"

    def pid_file(self, node: int) -> Path:
        """Where the node's process id is kept."""
        return self.directory(node) / "pid"


def shown(address: Address) -> str:
    """`host:port`."""
    return f"{address[0]}:{address[1]}"


def kafka_home(state: Path) -> Path:
    """Where the runner keeps everything, under the caller's state directory."""
    home = state.absolute() / "kafka"
    if any(mark in str(home) for mark in ",:\n"):
        raise KafkaTrouble(
            f"Kafka and Java cannot work under {home}, which has a comma or a colon in its name:"
            f" set DETENTE_STATE to another directory"
        )
    return home


def escaped(path: Path) -> str:
    """A path as a Java properties file has it: ASCII, with the rest as UTF-16 escapes."""
    units = str(path).replace("\\", "\\\\").encode("utf-16-be")
    codes = [int.from_bytes(units[at : at + 2], "big") for at in range(0, len(units), 2)]
    return "".join(chr(code) if code < 128 else f"\\u{code:04x}" for code in codes)


def new_cluster_id() -> str:
    """A cluster id in Kafka's form, 22 characters of URL-safe base 64."""
    encoded = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
    # A leading dash would be read as an option by Kafka's own tools.
    return "A" + encoded[1:]


def record(cluster: Cluster) -> None:
    """Write the cluster down, whole or not at all."""
    values = asdict(cluster)
    del values["home"]
    cluster.home.mkdir(parents=True, exist_ok=True)
    draft = cluster.home / "cluster.json.new"
    draft.write_text(json.dumps(values) + "\n", encoding="utf-8")
    draft.replace(cluster.home / "cluster.json")


def recorded(state: Path) -> Cluster | None:
    """The cluster that was written down in `state`, or None."""
    home = kafka_home(state)
    try:
        values = json.loads((home / "cluster.json").read_text(encoding="utf-8"))
        return Cluster(home, int(values["nodes"]), int(values["port"]), str(values["cluster_id"]))
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError):
        raise KafkaTrouble(
            f"{home / 'cluster.json'} is damaged: move {home} aside and start again"
        ) from None


def properties_text(cluster: Cluster, node: int) -> str:
    """The node's settings: every replica on its own node, a majority of them in sync."""
    values = {
        "node": node,
        "voters": ",".join(f"{n}@{shown(cluster.controller_address(n))}" for n in cluster.numbers),
        "address": shown(cluster.address(node)),
        "controller_address": shown(cluster.controller_address(node)),
        "data": escaped(cluster.data(node)),
        "replicas": cluster.nodes,
        "in_sync": cluster.nodes // 2 + 1,
    }
    template = TEMPLATE.read_text(encoding="utf-8")
    lines = [line for line in template.splitlines() if not line.startswith("#")]
    return Template("\n".join(lines) + "\n").substitute(values)
