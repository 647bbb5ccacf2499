"""What brokers say, as figures: lanes, brokers, and the services' instances. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from services.bus.brokers import GroupSaid, LaneDepth, Node, group_of
from services.bus.topics import Realm
from services.watch.exporting import Lag
from services.watch.figures import Health, LaneFigures, ProcessFigures

SERVICE, BROKER = "SERVICE", "BROKER"
_JOINING = frozenset({"PreparingRebalance", "CompletingRebalance"})


def lanes(said: Iterable[LaneDepth], now: datetime) -> tuple[LaneFigures, ...]:
    """Lanes in the order told. An age is by our clock and the broker's, and never below 0."""
    return tuple(
        LaneFigures(
            service=each.service,
            lane=each.lane.value,
            topic=each.topic,
            depth=each.depth,
            oldest_s=_age_s(each.oldest_at, now),
            per_minute=float(each.last_minute),
        )
        for each in said
    )


def lags(said: Iterable[LaneDepth], realm: Realm, now: datetime) -> tuple[Lag, ...]:
    """How far each service's group is behind, partition by partition."""
    return tuple(
        Lag(
            group=group_of(lane.service, realm),
            topic=lane.topic,
            partition=each.partition,
            records=each.depth,
            oldest_s=_age_s(each.oldest_at, now),
        )
        for lane in said
        for each in lane.partitions
    )


def _age_s(since: datetime | None, now: datetime) -> float | None:
    return max(0.0, (now - since).total_seconds()) if since else None


def brokers(said: Iterable[Node]) -> tuple[ProcessFigures, ...]:
    """Every broker and whether it answers."""
    return tuple(_broker(each) for each in said)


def _broker(node: Node) -> ProcessFigures:
    name = f"broker-{node.number}"
    if node.answers:
        return ProcessFigures(name=name, kind=BROKER, health=Health.READY)
    why = (
        f"{node.address} does not answer"
        if node.address
        else "the other brokers do not see it; it keeps copies of topics"
    )
    return ProcessFigures(name=name, kind=BROKER, health=Health.SILENT, why=(why,))


def services(said: Sequence[GroupSaid]) -> tuple[ProcessFigures, ...]:
    """Every service by whether anybody carries its lanes, as the brokers see it. What an instance
    says of itself goes above this.
    """
    return tuple(_service(each) for each in said)


def _service(group: GroupSaid) -> ProcessFigures:
    health, why = _standing(group)
    return ProcessFigures(name=group.service, kind=SERVICE, health=health, why=why)


def _standing(group: GroupSaid) -> tuple[Health, tuple[str, ...]]:
    if group.members == 0:
        return Health.SILENT, ("no instance carries its lanes",)
    if group.state in _JOINING:
        return Health.NOT_READY, ("its instances are sharing out the lanes",)
    return Health.READY, ()
