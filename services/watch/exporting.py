"""The watch's figures as metrics. Pure: the same figures give the same samples."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from services.bus.metrics import NONE, Sample, sample
from services.watch.figures import Figures, Waiting

CODE = re.compile(r"[A-Za-z]{1,64}")
UNNAMED = "unnamed"
_NO_WORD = re.compile(r"[^A-Za-z0-9_-]")


@dataclass(frozen=True, slots=True)
class Lag:
    """How far a consumer group is behind on one partition."""

    group: str
    topic: str
    partition: int
    records: int
    oldest_s: float | None
    """Age of the oldest record not settled; None where none waits."""


def of_lags(lags: Iterable[Lag]) -> Iterator[Sample]:
    """Each group's lag, under the names that the field's exporters use."""
    for each in lags:
        of = {"group": each.group, "topic": each.topic, "partition": str(each.partition)}
        yield sample("kafka_consumergroup_group_lag", each.records, **of)
        yield sample("kafka_consumergroup_group_lag_seconds", each.oldest_s or 0.0, **of)


def of_figures(figures: Figures) -> Iterator[Sample]:
    """All samples of one moment's figures, metric by metric."""
    realm = figures.realm
    yield sample("detente_watch_figures_timestamp_seconds", figures.at.timestamp(), realm=realm)
    for service, count in figures.folded.items():
        yield sample("detente_watch_folded_total", count, service=service, realm=realm)
    for service, count in figures.behind.items():
        yield sample("detente_watch_behind_records", count, service=service, realm=realm)
    yield from _of_traffic(figures)
    yield from _of_waiting(figures)
    yield from _of_lines(figures)
    yield from _of_matters(figures)
    yield from _of_lanes(figures)
    for process in figures.processes:
        of = {"process": process.name, "kind": process.kind, "health": process.health.value}
        yield sample("detente_process_health", 1, **of)
    yield from _of_quarantine(figures)


def _of_quarantine(figures: Figures) -> Iterator[Sample]:
    """The brokers give a reason as whoever wrote it there has it; what is no reason is unnamed."""
    counted: Counter[tuple[str, str]] = Counter()
    for kept in figures.quarantine:
        code = kept.code if CODE.fullmatch(kept.code) else UNNAMED
        counted[kept.service, code] += kept.count
    for (service, code), count in sorted(counted.items()):
        of = {"service": service, "realm": figures.realm, "code": code}
        yield sample("detente_quarantine_records", count, **of)


def _of_traffic(figures: Figures) -> Iterator[Sample]:
    for rate in figures.rates:
        of = {"service": rate.service, "realm": figures.realm, "window": str(rate.window_s)}
        yield sample("detente_window_entries", rate.entries, **of)
        yield sample("detente_window_refused", rate.refused, **of)
    for each in figures.latencies:
        of = {
            "service": each.service,
            "realm": figures.realm,
            "precedence": each.precedence,
            "channel": each.channel,
            "window": str(each.window_s),
        }
        yield sample("detente_acknowledged_messages", each.acknowledged, **of)
        for quantile, took_s in (("0.5", each.p50_s), ("0.9", each.p90_s), ("0.99", each.p99_s)):
            yield sample("detente_acknowledgement_seconds", took_s, **of, quantile=quantile)


def _of_waiting(figures: Figures) -> Iterator[Sample]:
    """Counted, since a series for each desk and matter would have no bound."""
    waiting: dict[tuple[str, ...], list[Waiting]] = {}
    for each in figures.waiting:
        overdue = "yes" if each.overdue else "no"
        key: tuple[str, ...] = (each.service, _word(each.what))
        key = (*key, each.precedence or NONE, each.rung or NONE, overdue)
        waiting.setdefault(key, []).append(each)
    for key, alike in sorted(waiting.items()):
        names = ("service", "what", "precedence", "rung", "overdue")
        of = {"realm": figures.realm, **dict(zip(names, key, strict=True))}
        oldest_s = (figures.at - min(each.since for each in alike)).total_seconds()
        yield sample("detente_waiting", len(alike), **of)
        yield sample("detente_waiting_oldest_seconds", max(0.0, oldest_s), **of)


def _of_lines(figures: Figures) -> Iterator[Sample]:
    realm = figures.realm
    for each in figures.lines:
        explained = "no" if each.cause in (None, "UNKNOWN") else "yes"
        of = {"realm": realm, "line": each.line}
        yield sample("detente_line_state", 1, **of, state=_word(each.state), explained=explained)
        yield sample("detente_line_tests_missed_total", each.tests_missed, **of)
        yield sample("detente_line_missed_in_a_row", each.missed_in_a_row, **of)
    for contact in figures.contacts:
        pair = "-".join(contact.pair)
        yield sample("detente_contact_age_days", contact.days, realm=realm, pair=pair)


def _of_matters(figures: Figures) -> Iterator[Sample]:
    realm = figures.realm
    for each in figures.states:
        of = {
            "service": each.service,
            "realm": realm,
            "kind": _word(each.kind),
            "state": _word(each.state),
        }
        yield sample("detente_matters", each.count, **of)
    for lead in figures.lead_times:
        of = {"service": lead.service, "realm": realm, "kind": _word(lead.kind)}
        for what, took_s in (
            ("shortest", lead.shortest_s),
            ("median", lead.median_s),
            ("longest", lead.longest_s),
        ):
            yield sample("detente_lead_time_seconds", took_s, **of, what=what)
    yield sample("detente_alike_groups", len(figures.alike), realm=realm)


def _of_lanes(figures: Figures) -> Iterator[Sample]:
    for each in figures.lanes:
        of = {"service": each.service, "realm": figures.realm, "lane": each.lane}
        yield sample("detente_lane_depth_records", each.depth, **of)
        yield sample("detente_lane_oldest_seconds", each.oldest_s or 0.0, **of)
        yield sample("detente_lane_appended_per_minute", each.per_minute, **of)


def _word(said: str) -> str:
    """A kind or state as a label takes it, where people are shown it with spaces."""
    return _NO_WORD.sub("_", said)[:64]
