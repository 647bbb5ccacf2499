"""Every metric that any process exports: one typed list. Another name is a bug."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from schemas.parties import LANES, Precedence, Rung

STEPS_S = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0)
"""Bounds of the histograms' buckets, in seconds."""


class Kind(StrEnum):
    """How a metric moves, in Prometheus's words."""

    COUNTER = "counter"
    GAUGE = "gauge"
    HISTOGRAM = "histogram"


class Exporter(StrEnum):
    """Which processes export a metric."""

    SERVICE = "service"
    DESK = "desk"
    WATCH = "watch"


class Label(StrEnum):
    """What a series may be told apart by: codes, kinds, lanes, names of the house. Never a text."""

    CHANNEL = "channel"
    CODE = "code"
    DESK = "desk"
    EVENT = "event"
    EXPLAINED = "explained"
    GROUP = "group"
    HEALTH = "health"
    KIND = "kind"
    LACK = "lack"
    LANE = "lane"
    LINE = "line"
    OVERDUE = "overdue"
    PAIR = "pair"
    PARTITION = "partition"
    PRECEDENCE = "precedence"
    PROCESS = "process"
    QUANTILE = "quantile"
    REALM = "realm"
    RUNG = "rung"
    SERVICE = "service"
    STATE = "state"
    TOPIC = "topic"
    WHAT = "what"
    WINDOW = "window"


def _one_of(*words: str) -> re.Pattern[str]:
    return re.compile("|".join(re.escape(word) for word in words))


_NAME = re.compile(r"[a-z0-9][a-z0-9.-]{0,127}")
_CODE = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,63}")
_NUMBER = re.compile(r"[0-9]{1,9}")
_YES_NO = _one_of("yes", "no")
NONE = "none"
"""The value of a label that has none here, as a rung before the first."""

ALLOWED: Mapping[Label, re.Pattern[str]] = MappingProxyType(
    {
        Label.CHANNEL: re.compile(r"[A-Z]{3}>[A-Z]{3}"),
        Label.CODE: _CODE,
        Label.DESK: _NAME,
        Label.EVENT: _CODE,
        Label.EXPLAINED: _YES_NO,
        Label.GROUP: _NAME,
        Label.HEALTH: _one_of("READY", "NOT READY", "SILENT"),
        Label.KIND: _CODE,
        Label.LACK: _CODE,
        Label.LANE: _one_of(*LANES),
        Label.LINE: _NAME,
        Label.OVERDUE: _YES_NO,
        Label.PAIR: re.compile(r"[A-Z]{3}-[A-Z]{3}"),
        Label.PARTITION: _NUMBER,
        Label.PRECEDENCE: _one_of(NONE, *Precedence),
        Label.PROCESS: _NAME,
        Label.QUANTILE: _one_of("0.5", "0.9", "0.99"),
        Label.REALM: _one_of("live", "exercise"),
        Label.RUNG: _one_of(NONE, *Rung),
        Label.SERVICE: _NAME,
        Label.STATE: _CODE,
        Label.TOPIC: _NAME,
        Label.WHAT: _CODE,
        Label.WINDOW: _NUMBER,
    }
)
"""What a label's value may look like: too narrow for a sentence, so that no text gets in."""


@dataclass(frozen=True, slots=True)
class Metric:
    """One line of the list. The unit is the base unit of the value; "" where it is a number."""

    name: str
    kind: Kind
    unit: str
    labels: tuple[Label, ...]
    by: tuple[Exporter, ...]
    help: str


_C, _G, _H = Kind.COUNTER, Kind.GAUGE, Kind.HISTOGRAM
_SERVICE, _DESK, _WATCH = (Exporter.SERVICE,), (Exporter.DESK,), (Exporter.WATCH,)
_ALL = tuple(Exporter)
_OF_SERVICE = (Label.SERVICE, Label.REALM)
_OF_DESK = (Label.DESK, Label.REALM)
_R = (Label.REALM,)
_WAIT = (*_OF_SERVICE, Label.WHAT, Label.PRECEDENCE, Label.RUNG, Label.OVERDUE)
_ACK = (*_OF_SERVICE, Label.PRECEDENCE, Label.CHANNEL, Label.WINDOW)
_LAG = (Label.GROUP, Label.TOPIC, Label.PARTITION)
_OUTBOX = (*_OF_DESK, Label.LANE)

METRICS: Sequence[Metric] = tuple(
    Metric(*row)
    for row in (
        # Every process of itself.
        ("detente_ready", _G, "", (Label.PROCESS,), _ALL,
         "1 where the process can do its work, 0 where it lacks something."),
        ("detente_lacks", _G, "", (Label.PROCESS, Label.LACK), _ALL,
         "1 for each thing that keeps the process from being ready."),
        # A service instance of its own work.
        ("detente_entries_total", _C, "", (*_OF_SERVICE, Label.EVENT, Label.LANE), _SERVICE,
         "Events written to the ledger."),
        ("detente_refusals_total", _C, "", (*_OF_SERVICE, Label.CODE), _SERVICE,
         "Records refused, by reason."),
        ("detente_repetitions_total", _C, "", _OF_SERVICE, _SERVICE,
         "Records whose entry stood in the ledger already."),
        ("detente_log_away_total", _C, "", _OF_SERVICE, _SERVICE,
         "Tries to reach the brokers that failed."),
        ("detente_carried_seconds", _H, "seconds", (*_OF_SERVICE, Label.LANE), _SERVICE,
         "From the broker's append of a command to the decision on the ledger."),
        ("detente_partitions_owned", _G, "", _OF_SERVICE, _SERVICE,
         "Partitions that this instance owns."),
        ("detente_deadlines_open", _G, "", _OF_SERVICE, _SERVICE,
         "Matters in which a deadline stands, in the partitions owned."),
        # A desk's process of its own disk.
        ("detente_desk_outbox_records", _G, "", _OUTBOX, _DESK,
         "Records on the desk's disk that the log has not taken yet."),
        ("detente_desk_outbox_oldest_seconds", _G, "seconds", _OUTBOX, _DESK,
         "Age of the oldest of them; 0 where none waits."),
        ("detente_desk_unanswered_records", _G, "", _OUTBOX, _DESK,
         "Records that the log took and no service has answered."),
        ("detente_desk_alarms", _G, "", (*_OF_DESK, Label.CODE), _DESK,
         "Deliveries refused by the desk: forged, altered, or a number used twice."),
        ("detente_desk_link_up", _G, "", _OF_DESK, _DESK,
         "1 where the desk reaches the bus."),
        ("detente_desk_disk_free_bytes", _G, "bytes", _OF_DESK, _DESK,
         "Room left on the disk that holds the desk's store."),
        # The watch, folded from the ledgers and asked of the brokers.
        ("detente_watch_figures_timestamp_seconds", _G, "seconds", _R, _WATCH,
         "When the figures were made, as Unix time."),
        ("detente_watch_folded_total", _C, "", _OF_SERVICE, _WATCH,
         "Ledger entries that the figures count."),
        ("detente_watch_behind_records", _G, "", _OF_SERVICE, _WATCH,
         "Ledger records that the figures do not count yet."),
        ("detente_window_entries", _G, "", (*_OF_SERVICE, Label.WINDOW), _WATCH,
         "Entries over a sliding window of so many seconds."),
        ("detente_window_refused", _G, "", (*_OF_SERVICE, Label.WINDOW), _WATCH,
         "Refusals over a sliding window of so many seconds."),
        ("detente_acknowledgement_seconds", _G, "seconds", (*_ACK, Label.QUANTILE), _WATCH,
         "From release to acknowledgement over a sliding window, by quantile."),
        ("detente_acknowledged_messages", _G, "", _ACK, _WATCH,
         "Acknowledgements over a sliding window."),
        ("detente_waiting", _G, "", _WAIT, _WATCH,
         "What is owed and has not come, by the rung on which its silence stands."),
        ("detente_waiting_oldest_seconds", _G, "seconds", _WAIT, _WATCH,
         "Since when the oldest of it has been waiting."),
        ("detente_line_state", _G, "", (*_R, Label.LINE, Label.STATE, Label.EXPLAINED), _WATCH,
         "1 for the state in which a line stands, and whether a party has said why."),
        ("detente_line_tests_missed_total", _C, "", (*_R, Label.LINE), _WATCH,
         "Scheduled tests of a line that did not come."),
        ("detente_line_missed_in_a_row", _G, "", (*_R, Label.LINE), _WATCH,
         "How many of its last tests did not come."),
        ("detente_contact_age_days", _G, "days", (*_R, Label.PAIR), _WATCH,
         "Whole days since the last substantive word between two nations."),
        ("detente_matters", _G, "", (*_OF_SERVICE, Label.KIND, Label.STATE), _WATCH,
         "Matters by how they stand."),
        ("detente_lead_time_seconds", _G, "seconds", (*_OF_SERVICE, Label.KIND, Label.WHAT),
         _WATCH, "Between notice and event: the shortest, the median, the longest."),
        ("detente_alike_groups", _G, "", _R, _WATCH,
         "Groups of alerts and requests that may be about one event."),
        ("detente_lane_depth_records", _G, "", (*_OF_SERVICE, Label.LANE), _WATCH,
         "Records on a lane that its service has not settled."),
        ("detente_lane_oldest_seconds", _G, "seconds", (*_OF_SERVICE, Label.LANE), _WATCH,
         "Age of the oldest of them; 0 where none waits."),
        ("detente_lane_appended_per_minute", _G, "", (*_OF_SERVICE, Label.LANE), _WATCH,
         "Records appended to a lane over the last minute."),
        ("detente_process_health", _G, "", (Label.PROCESS, Label.KIND, Label.HEALTH), _WATCH,
         "1 for what a service instance or broker says of itself, or its silence."),
        ("detente_quarantine_records", _G, "", (*_OF_SERVICE, Label.CODE), _WATCH,
         "Records kept in quarantine, by reason."),
        ("kafka_consumergroup_group_lag", _G, "", _LAG, _WATCH,
         "Records that a consumer group has not settled, by partition."),
        ("kafka_consumergroup_group_lag_seconds", _G, "seconds", _LAG, _WATCH,
         "Age of the oldest of them; 0 where none waits."),
    )
)  # fmt: skip
BY_NAME: Mapping[str, Metric] = MappingProxyType({each.name: each for each in METRICS})


class NotInTheList(AssertionError):
    """A metric, a label or a label's value that the list does not know: a bug."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One value of one series. What the list does not know raises NotInTheList."""

    name: str
    value: float
    labels: tuple[tuple[Label, str], ...] = ()

    def __post_init__(self) -> None:
        checked(self.name, {label.value: value for label, value in self.labels})


def sample(name: str, value: float, **labels: str) -> Sample:
    """A sample with its labels in the list's order. Raises NotInTheList."""
    metric = metric_of(name)
    checked(name, labels)
    return Sample(name, float(value), tuple((each, labels[each.value]) for each in metric.labels))


def metric_of(name: str) -> Metric:
    """The list's line of that name. Raises NotInTheList."""
    if name not in BY_NAME:
        raise NotInTheList(f"no metric {name} in services/bus/metrics.py")
    return BY_NAME[name]


def checked(name: str, labels: Mapping[str, str]) -> None:
    """Raises NotInTheList for other labels than the list's, or a value of another form."""
    wanted = metric_of(name).labels
    if set(labels) != {each.value for each in wanted}:
        raise NotInTheList(f"{name} has the labels {', '.join(wanted)}, not {sorted(labels)}")
    for label in wanted:
        if not ALLOWED[label].fullmatch(labels[label.value]):
            raise NotInTheList(f"{name}: the value of {label} is of no form that is allowed")
