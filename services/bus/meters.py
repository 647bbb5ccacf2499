"""What one process counts and times, by the list in metrics.py and by nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector

from schemas.ledger import Entry
from services.bus.metrics import STEPS_S, Kind, Sample, checked, metric_of

Family = CounterMetricFamily | GaugeMetricFamily


class Sampled(Collector):
    """Samples that are made when somebody asks, so that no series outlives what it told of."""

    def __init__(self, make: Callable[[], Iterable[Sample]]) -> None:
        self._make = make

    def collect(self) -> Iterator[Family]:
        """One family for each metric, in the order in which they come."""
        families: dict[str, Family] = {}
        for each in self._make():
            family = families.get(each.name)
            if family is None:
                metric = metric_of(each.name)
                counts = metric.kind is Kind.COUNTER
                make = CounterMetricFamily if counts else GaugeMetricFamily
                name = each.name.removesuffix("_total") if counts else each.name
                family = families[each.name] = make(
                    name, metric.help, labels=[label.value for label in metric.labels]
                )
            family.add_metric([value for _, value in each.labels], each.value)
        yield from families.values()

    def describe(self) -> Iterable[Family]:
        """Nothing beforehand: registering asks nobody."""
        return ()


class Meters:
    """The registry of one process. Values that happen are added, values that stand are sampled."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._made: dict[str, Counter | Gauge | Histogram] = {}
        self._children: dict[tuple[str, tuple[str, ...]], Any] = {}

    def at_scrape(self, make: Callable[[], Iterable[Sample]]) -> None:
        """Ask this whenever the metrics are asked for. The metrics are those of no other source."""
        self.registry.register(Sampled(make))

    def add(self, name: str, **labels: str) -> None:
        """One more."""
        self._child(name, labels).inc()

    def set(self, name: str, value: float, **labels: str) -> None:
        """It stands at this now."""
        self._child(name, labels).set(value)

    def observe(self, name: str, value: float, **labels: str) -> None:
        """One more took so long."""
        self._child(name, labels).observe(value)

    def _child(self, name: str, labels: dict[str, str]) -> Any:
        """The series. It is checked when it is first met."""
        key = (name, tuple(labels.values()))
        child = self._children.get(key)
        if child is None:
            checked(name, labels)
            child = self._children[key] = self._metric(name).labels(**labels)
        return child

    def _metric(self, name: str) -> Counter | Gauge | Histogram:
        if name in self._made:
            return self._made[name]
        metric = metric_of(name)
        labels = [label.value for label in metric.labels]
        made: Counter | Gauge | Histogram
        match metric.kind:
            case Kind.COUNTER:
                plain = name.removesuffix("_total")
                made = Counter(plain, metric.help, labels, registry=self.registry)
            case Kind.GAUGE:
                made = Gauge(name, metric.help, labels, registry=self.registry)
            case Kind.HISTOGRAM:
                made = Histogram(name, metric.help, labels, registry=self.registry, buckets=STEPS_S)
        self._made[name] = made
        return made


class ServiceMeters(Meters):
    """What one service instance exports of its own work."""

    def __init__(self, service: str, realm: str) -> None:
        super().__init__()
        self._of = {"service": service, "realm": realm}

    def decided(self, entry: Entry[Any, Any], now: datetime) -> None:
        """A new entry counts."""
        lane = entry.lane.value
        for event in entry.events:
            self.add("detente_entries_total", **self._of, event=event.kind, lane=lane)
        took_s = max(0.0, (now - entry.received_at).total_seconds())
        self.observe("detente_carried_seconds", took_s, **self._of, lane=lane)

    def refused(self, code: str) -> None:
        """A record was refused."""
        self.add("detente_refusals_total", **self._of, code=code)

    def repeated(self) -> None:
        """A record was seen again."""
        self.add("detente_repetitions_total", **self._of)

    def away(self) -> None:
        """The brokers were not reached."""
        self.add("detente_log_away_total", **self._of)

    def owns(self, partitions: int, deadlines: int) -> None:
        """What this instance answers for."""
        self.set("detente_partitions_owned", partitions, **self._of)
        self.set("detente_deadlines_open", deadlines, **self._of)
