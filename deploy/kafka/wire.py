"""The few requests of Kafka's protocol by which a node shows that it really serves."""

from __future__ import annotations

import socket
import struct

API_VERSIONS, METADATA, CREATE_TOPICS = 18, 3, 19

Address = tuple[str, int]


def text(value: str) -> bytes:
    """A string as the protocol has it."""
    raw = value.encode()
    return struct.pack(">h", len(raw)) + raw


def ask(address: Address, key: int, version: int, body: bytes, timeout: float = 2.0) -> bytes:
    """Send one request on a connection of its own; the answer's body. Raises OSError."""
    request = struct.pack(">hhi", key, version, 1) + text("detente") + body
    with socket.create_connection(address, timeout) as connection:
        connection.sendall(struct.pack(">i", len(request)) + request)
        (length,) = struct.unpack(">i", receive(connection, 4))
        return receive(connection, length)[4:]


def receive(connection: socket.socket, length: int) -> bytes:
    """Exactly `length` bytes. Raises OSError when the other side stops before."""
    received = bytearray()
    while len(received) < length:
        part = connection.recv(length - len(received))
        if not part:
            raise ConnectionError("the connection was closed in the middle of an answer")
        received += part
    return bytes(received)


def serves(address: Address) -> bool:
    """Whether a Kafka broker answers there."""
    try:
        answer = ask(address, API_VERSIONS, 0, b"")
        return struct.unpack_from(">h", answer) == (0,)
    except (OSError, struct.error):
        return False


def known_brokers(address: Address) -> int:
    """How many live brokers the node there knows of; 0 when it does not answer."""
    try:
        # Metadata version 1 with an empty list of topics: the brokers come first.
        (count,) = struct.unpack_from(">i", ask(address, METADATA, 1, struct.pack(">i", 0)))
        return int(count)
    except (OSError, struct.error):
        return 0


def would_create_topic(address: Address, replicas: int) -> bool:
    """Whether the controller, asked through the node there, would create a topic; none is made."""
    name = "detente-runner-asks"
    topic = text(name) + struct.pack(">ihii", 1, replicas, 0, 0)
    body = struct.pack(">i", 1) + topic + struct.pack(">i?", 1000, True)
    try:
        answer = ask(address, CREATE_TOPICS, 2, body)
        # Throttle time and the count of topics, then the name, then the error code.
        return struct.unpack_from(">h", answer, 4 + 4 + 2 + len(name)) == (0,)
    except (OSError, struct.error):
        return False


def ready(address: Address, nodes: int) -> bool:
    """Whether the node serves, knows `nodes` brokers or more, and could have a topic on them."""
    return known_brokers(address) >= nodes and would_create_topic(address, nodes)


def is_free(address: Address) -> bool:
    """Whether a server could listen there now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        # As Java does: a port whose last connections are still closing is no obstacle.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
        except OSError:
            return False
    return True
