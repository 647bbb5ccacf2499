"""The list of metrics: what may be exported, and by what names."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from prometheus_client import generate_latest
from prometheus_client.parser import text_string_to_metric_families

from services.bus.meters import Meters, ServiceMeters
from services.bus.metrics import ALLOWED, METRICS, Exporter, Kind, Label, NotInTheList, sample
from services.watch.exporting import Lag, of_figures, of_lags
from services.watch.figures import (
    Alike,
    Contact,
    Figures,
    Health,
    LaneFigures,
    Latency,
    LeadTimes,
    LineFigures,
    ProcessFigures,
    QuarantineCount,
    Rate,
    StateCount,
    Waiting,
)

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
SENTENCE = "Two aircraft are 4 km inside our airspace."


def waiting(**fields: object) -> Waiting:
    said: dict[str, object] = {
        "service": "hotline",
        "matter": "kaltmoor-1",
        "what": "ACKNOWLEDGEMENT",
        "of": "xbb-ghq",
        "precedence": "FLASH",
        "since": NOON - timedelta(minutes=9),
        "due": NOON,
        "overdue": False,
        "rung": "SUPERVISOR",
    }
    return Waiting.model_validate(said | fields)


FIGURES = Figures(
    at=NOON,
    realm="live",
    folded={"hotline": 20},
    behind={"hotline": 1},
    rates=(Rate(service="hotline", window_s=60, entries=5, refused=2),),
    latencies=(
        Latency(
            service="hotline",
            precedence="FLASH",
            channel="XAA>XBB",
            window_s=3600,
            acknowledged=3,
            p50_s=20,
            p90_s=40,
            p99_s=60,
        ),
    ),
    waiting=(
        waiting(),
        waiting(matter="kaltmoor-2", of="xcc-mfa", since=NOON - timedelta(minutes=20)),
        waiting(overdue=True),
        waiting(precedence=None, rung=None),
    ),
    lines=(
        LineFigures(
            line="hl-xaa-xbb-01",
            parties=("XAA", "XBB"),
            state="OUTAGE_UNEXPLAINED",
            since=NOON,
            cause="UNKNOWN",
            missed_in_a_row=2,
            tests_missed=5,
            next_test_due=None,
            next_test_by=None,
        ),
    ),
    contacts=(Contact(pair=("XAA", "XBB"), last_at=NOON, kind="MESSAGE", days=3),),
    lead_times=(
        LeadTimes(
            service="visits", kind="VISIT", count=2, shortest_s=60, median_s=120, longest_s=180
        ),
    ),
    states=(StateCount(service="alerts", kind="ALERT", state="ISSUED", count=4),),
    alike=(
        Alike(
            matters=("alert-1", "alert-2"),
            kinds=("AIRSPACE_VIOLATION",),
            nations=("XAA",),
            first_at=NOON,
            last_at=NOON,
            because=("TIME",),
        ),
    ),
    lanes=(
        LaneFigures(
            service="hotline",
            lane="flash",
            topic="hotline.commands.flash.v1",
            depth=2,
            oldest_s=1.5,
            per_minute=12,
        ),
        LaneFigures(
            service="visits",
            lane="routine",
            topic="visits.commands.routine.v1",
            depth=0,
            oldest_s=None,
            per_minute=0,
        ),
    ),
    processes=(
        ProcessFigures(name="broker-1", kind="BROKER", health=Health.SILENT, why=(SENTENCE,)),
        ProcessFigures(name="exercise.hotline-1", kind="SERVICE", health=Health.NOT_READY),
    ),
    quarantine=(
        QuarantineCount(service="hotline", code="BadSignature", count=1, newest_at=NOON),
        QuarantineCount(service="hotline", code=SENTENCE, count=2, newest_at=NOON),
        QuarantineCount(service="hotline", code="(unnamed)", count=3, newest_at=NOON),
    ),
)


def exported(meters: Meters) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    """As Prometheus reads it."""
    text = generate_latest(meters.registry).decode()
    return {
        (each.name, tuple(sorted(each.labels.items()))): each.value
        for family in text_string_to_metric_families(text)
        for each in family.samples
    }


def test_every_name_is_one_that_prometheus_would_choose() -> None:
    for metric in METRICS:
        assert re.fullmatch(r"(detente|kafka_consumergroup)_[a-z_]+", metric.name)
        assert metric.name.endswith("_total") is (metric.kind is Kind.COUNTER), metric.name
        if metric.unit:
            assert metric.unit in metric.name, metric.name
        assert metric.help.endswith(".") and metric.by
        assert len(set(metric.labels)) == len(metric.labels)
    assert len({metric.name for metric in METRICS}) == len(METRICS)


def test_what_is_told_of_one_bus_says_which() -> None:
    """Processes and groups have names that say it; all else has the label."""
    named = {Label.PROCESS, Label.GROUP}
    for metric in METRICS:
        assert named & {*metric.labels} or Label.REALM in metric.labels, metric.name


def test_no_label_takes_a_sentence_a_line_break_or_an_officer() -> None:
    for label in Label:
        for text in (
            SENTENCE,
            "Two aircraft",
            "a\nb",
            "a\x1b[31m",
            "<script>",
            'x"} 1',
            "",
            "duty 1: " * 20,
        ):
            assert not ALLOWED[label].fullmatch(text), label
    assert not {"matter", "message", "officer", "text"} & {label.value for label in Label}


@pytest.mark.parametrize(
    ("name", "labels"),
    [
        ("detente_nonsense_total", {}),
        ("detente_refusals_total", {"service": "hotline", "realm": "live"}),
        ("detente_refusals_total", {"service": "hotline", "realm": "live", "code": SENTENCE}),
        (
            "detente_refusals_total",
            {"service": "hotline", "realm": "live", "code": "WrongCase", "desk": "xaa-ghq"},
        ),
        ("detente_refusals_total", {"service": "hotline", "realm": "war", "code": "WrongCase"}),
    ],
)
def test_what_the_list_does_not_know_is_a_bug(name: str, labels: dict[str, str]) -> None:
    with pytest.raises(NotInTheList):
        Meters().add(name, **labels)
    with pytest.raises(NotInTheList):
        sample(name, 1, **labels)


def test_a_service_exports_what_happened_to_it() -> None:
    meters = ServiceMeters("hotline", "exercise")
    meters.refused("WrongCase")
    meters.refused("WrongCase")
    meters.repeated()
    meters.away()
    meters.owns(2, 7)
    found = exported(meters)
    of = (("realm", "exercise"), ("service", "hotline"))
    assert found["detente_refusals_total", (("code", "WrongCase"), *of)] == 2
    assert found["detente_repetitions_total", of] == 1
    assert found["detente_log_away_total", of] == 1
    assert found["detente_partitions_owned", of] == 2
    assert found["detente_deadlines_open", of] == 7


def test_figures_are_exported_without_whom_and_what_about() -> None:
    meters = Meters()
    meters.at_scrape(lambda: of_figures(FIGURES))
    found = exported(meters)

    def value(name: str, **labels: str) -> float:
        return found[name, tuple(sorted({"realm": "live", **labels}.items()))]

    hotline = {"service": "hotline"}
    assert value("detente_watch_figures_timestamp_seconds") == NOON.timestamp()
    assert value("detente_watch_folded_total", **hotline) == 20
    assert value("detente_window_refused", **hotline, window="60") == 2
    ack = {**hotline, "precedence": "FLASH", "channel": "XAA>XBB", "window": "3600"}
    assert value("detente_acknowledgement_seconds", **ack, quantile="0.9") == 40
    wait = {**hotline, "what": "ACKNOWLEDGEMENT", "precedence": "FLASH", "rung": "SUPERVISOR"}
    assert value("detente_waiting", **wait, overdue="no") == 2
    assert value("detente_waiting_oldest_seconds", **wait, overdue="no") == 1200
    assert value("detente_waiting", **wait, overdue="yes") == 1
    bare = {**wait, "precedence": "none", "rung": "none"}
    assert value("detente_waiting", **bare, overdue="no") == 1
    line = {"line": "hl-xaa-xbb-01"}
    assert value("detente_line_state", **line, state="OUTAGE_UNEXPLAINED", explained="no") == 1
    assert value("detente_line_missed_in_a_row", **line) == 2
    assert value("detente_contact_age_days", pair="XAA-XBB") == 3
    assert value("detente_lane_oldest_seconds", service="visits", lane="routine") == 0
    assert value("detente_quarantine_records", **hotline, code="unnamed") == 5
    health = (("health", "SILENT"), ("kind", "BROKER"), ("process", "broker-1"))
    assert found["detente_process_health", health] == 1
    text = generate_latest(meters.registry).decode()
    for word in ("kaltmoor", "xbb-ghq", "xcc-mfa", SENTENCE):
        assert word not in text


def test_lag_has_the_names_that_the_fields_exporters_use() -> None:
    meters = Meters()
    lag = Lag("hotline", "hotline.commands.flash.v1", 3, records=4, oldest_s=None)
    meters.at_scrape(lambda: of_lags([lag]))
    of = (("group", "hotline"), ("partition", "3"), ("topic", "hotline.commands.flash.v1"))
    assert exported(meters) == {
        ("kafka_consumergroup_group_lag", of): 4,
        ("kafka_consumergroup_group_lag_seconds", of): 0,
    }


def test_the_watch_exports_every_metric_that_the_list_has_of_it_and_no_other() -> None:
    said = {each.name for each in of_figures(FIGURES)}
    said |= {each.name for each in of_lags([Lag("hotline", "t", 0, 0, None)])}
    of_itself = {"detente_ready", "detente_lacks"}
    assert said | of_itself == {each.name for each in METRICS if Exporter.WATCH in each.by}
