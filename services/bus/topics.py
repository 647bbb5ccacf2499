"""Every topic: who writes it, who reads it, by which key, and how it is kept. One table."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from itertools import count
from types import MappingProxyType

from schemas.parties import LANES, Lane


class Realm(StrEnum):
    """The live bus and the exercise bus share a cluster and no topic."""

    LIVE = "live"
    EXERCISE = "exercise"

    @property
    def prefix(self) -> str:
        """What a topic's name starts with in this realm."""
        return "exercise." if self is Realm.EXERCISE else ""


RECORD_BYTES_CARRIED = 1024 * 1024
"""What a topic takes. More than the bus reads, so that an oversize record is refused with a
reason and kept in quarantine, instead of failing in its sender's client."""


class Kept(StrEnum):
    """How long a topic keeps its records."""

    FOREVER = "for ever"
    NEWEST = "the newest of each key"
    """Only for what can be made anew from what is kept for ever."""


@dataclass(frozen=True, slots=True)
class Topic:
    """One topic as it must stand on the cluster."""

    name: str
    partitions: int
    kept: Kept = Kept.FOREVER
    record_bytes_max: int = RECORD_BYTES_CARRIED

    @property
    def configs(self) -> dict[str, str]:
        """Kafka's topic configuration; all else is the cluster's default.

        `flush.messages=1` writes each record to disk before it is acknowledged: all the
        durability that a single development node has.
        """
        if self.kept is Kept.NEWEST:
            return {
                "cleanup.policy": "compact",
                "max.message.bytes": str(self.record_bytes_max),
                "message.timestamp.type": "LogAppendTime",
            }
        return {
            "cleanup.policy": "delete",
            "retention.ms": "-1",
            "flush.messages": "1",
            "compression.type": "uncompressed",
            "max.message.bytes": str(self.record_bytes_max),
            "message.timestamp.type": "LogAppendTime",
            "unclean.leader.election.enable": "false",
        }


LANES_OF_SERVICE = MappingProxyType(
    {
        "hotline": LANES,
        "alerts": LANES,
        "visits": (Lane.ROUTINE,),
        "agreements": (Lane.ROUTINE,),
    }
)
MATTERS_OF_SERVICE = MappingProxyType(
    {"alert-": "alerts", "visit-": "visits", "agreement-": "agreements"}
)
"""What a matter's name begins with, and whose it is. All others are the hotline's: a name stands
for one conversation at one service, so that a desk can number what it says by matter alone."""
CUSTODIANS = "custodians-"
DIRECTORY = "directory.keys.v1"


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table, as README and operators read it."""

    pattern: str
    key: str
    writers: str
    readers: str
    kept: Kept


TABLE = (
    Row(
        "<service>.commands.<lane>.v1",
        "matter",
        "desks, two custodians, the service's own clock",
        "the service",
        Kept.FOREVER,
    ),
    Row("<service>.ledger.v1", "matter", "the service", "services, archive, watch", Kept.FOREVER),
    Row(
        "<service>.quarantine.v1",
        "as received",
        "the service",
        "custodians, two persons",
        Kept.FOREVER,
    ),
    Row("desk.<desk>.inbox.<lane>.v1", "matter", "services", "that desk only", Kept.FOREVER),
    Row(DIRECTORY, "holder of the key", "directory, signed by roots", "all", Kept.FOREVER),
    Row("watch-<service>-changelog", "of a table", "watch", "watch", Kept.NEWEST),
    Row(
        "exercise.<any but the directory>",
        "as above",
        "exercise participants only",
        "exercise participants only",
        Kept.FOREVER,
    ),
)


def service_of(matter: str) -> str:
    """The service that keeps a matter, read from the matter's own name."""
    return next(
        (name for start, name in MATTERS_OF_SERVICE.items() if matter.startswith(start)), "hotline"
    )


def custodians_matter(service: str, partition: int, partitions: int) -> str:
    """The matter in which a service keeps what custodians order in one partition of its ledger:
    the first of their names that falls into it.
    """
    before = next((start for start, name in MATTERS_OF_SERVICE.items() if name == service), "")
    names = (f"{before}{CUSTODIANS}{number}" for number in count())
    return next(name for name in names if partition_of(name.encode(), partitions) == partition)


def is_custodians(matter: str) -> bool:
    """Whether nobody but custodians may speak in it."""
    before = next((start for start in MATTERS_OF_SERVICE if matter.startswith(start)), "")
    rest = matter.removeprefix(before)
    return rest.startswith(CUSTODIANS) and rest.removeprefix(CUSTODIANS).isdigit()


def commands(service: str, lane: Lane, realm: Realm) -> str:
    """Where a service hears what is sent to it on one lane."""
    return f"{realm.prefix}{service}.commands.{lane}.v1"


def ledger(service: str, realm: Realm) -> str:
    """Where a service writes what it decided."""
    return f"{realm.prefix}{service}.ledger.v1"


def quarantine(service: str, realm: Realm) -> str:
    """Where a service keeps what it refused."""
    return f"{realm.prefix}{service}.quarantine.v1"


def inbox(desk: str, lane: Lane, realm: Realm) -> str:
    """Where a desk is given what concerns it, on one lane."""
    return f"{realm.prefix}desk.{desk}.inbox.{lane}.v1"


def lane_of(topic: str) -> Lane:
    """The lane of a commands or inbox topic."""
    return Lane(topic.rsplit(".", 2)[1])


def of_service(service: str, realm: Realm, partitions: int) -> Iterable[Topic]:
    """What a service needs. All its lanes and its ledger have the same number of partitions,
    so that one instance owns a matter everywhere.
    """
    for lane in LANES_OF_SERVICE[service]:
        yield Topic(commands(service, lane, realm), partitions)
    yield Topic(ledger(service, realm), partitions)
    # What is refused gets headers that say why, and must fit all the same.
    yield Topic(quarantine(service, realm), partitions, record_bytes_max=2 * RECORD_BYTES_CARRIED)


def of_desk(desk: str) -> Iterable[Topic]:
    """A desk's inboxes in both realms; one partition each, read by that desk alone."""
    for realm in Realm:
        for lane in LANES:
            yield Topic(inbox(desk, lane, realm), partitions=1)


def watch(realm: Realm) -> str:
    """The group in which the watch reads the ledgers; its changelogs' names begin with it."""
    return f"{realm.prefix}watch"


def of_watch(realm: Realm, partitions: int) -> Iterable[Topic]:
    """Changelogs of the watch's tables, one a ledger, with as many partitions. Faust makes up
    their names.
    """
    for service in LANES_OF_SERVICE:
        name = f"{watch(realm)}-{service}-changelog"
        yield Topic(name, partitions, Kept.NEWEST)


def of_directory() -> Iterable[Topic]:
    """The directory; one partition, so that a position is one number. Kept whole: who held a key
    before is needed to check what was signed before.
    """
    yield Topic(DIRECTORY, partitions=1)


def partition_of(key: bytes, partitions: int) -> int:
    """The partition of a key: 32-bit murmur2, as Kafka's own Java client chooses it."""
    return (_murmur2(key) & 0x7FFFFFFF) % partitions


def _murmur2(data: bytes) -> int:
    length, mask, factor = len(data), 0xFFFFFFFF, 0x5BD1E995
    result = (0x9747B28C ^ length) & mask
    for start in range(0, length - length % 4, 4):
        word = int.from_bytes(data[start : start + 4], "little") * factor & mask
        word = (word ^ (word >> 24)) * factor & mask
        result = result * factor & mask ^ word
    tail = data[length - length % 4 :]
    if tail:
        result = (result ^ int.from_bytes(tail, "little")) * factor & mask
    result = (result ^ (result >> 13)) * factor & mask
    return result ^ (result >> 15)
