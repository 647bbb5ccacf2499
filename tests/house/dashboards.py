"""Writes what Grafana shows, and the table of metrics: `python -m tests.house.dashboards`."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from services.bus.metrics import METRICS

TOP = Path(__file__).parents[2]
FOLDER = TOP / "deploy" / "dashboards" / "grafana"
SOURCE = {"type": "prometheus", "uid": "detente-prometheus"}
SCHEMA_VERSION = 39
"""Of Grafana's dashboard JSON, as Grafana 11 writes it; newer ones read it."""
WIDTH = 24
"""Columns of a dashboard's grid."""
READY = {"0": "NOT READY", "1": "READY"}
UP = {"0": "DOWN", "1": "UP"}


@dataclass(frozen=True)
class Panel:
    """One picture: what it is of, and what is asked of Prometheus, by legend."""

    title: str
    asks: Mapping[str, str]
    kind: str = "timeseries"
    unit: str = "short"
    about: str = ""
    wide: int = 12
    high: int = 8
    words: Mapping[str, str] = field(default_factory=dict)
    """Values that are shown as words, since colour alone says nothing to some."""
    warn_at: float | None = None


@dataclass(frozen=True)
class Dashboard:
    """One page."""

    uid: str
    title: str
    about: str
    panels: Sequence[Panel]


R = 'realm="$realm"'
DASHBOARDS = (
    Dashboard(
        "detente-overview",
        "Détente: overview",
        "What needs somebody now, and whether what watches is itself awake.",
        (
            Panel(
                "Alarms that call", {"{{alertname}}": 'count by (alertname, severity) (ALERTS{alertstate="firing", alertname!="AlarmsWork"})'},
                kind="table", about="Each has an entry in deploy/README.md.", high=7,
            ),
            Panel(
                "Overdue ($realm)",
                {"{{precedence}} {{what}}": f'sum by (precedence, what) (detente_waiting{{{R}, overdue="yes"}})'},
                kind="table", about="Owed, and past its ceiling by the bus's own word.", high=7,
            ),
            Panel("FLASH lanes: oldest record", {"{{service}}": f'max by (service) (detente_lane_oldest_seconds{{{R}, lane="flash"}})'}, kind="stat", unit="s", wide=6, high=5, warn_at=10),
            Panel("Lines out without a word", {"lines": f'count(detente_line_state{{{R}, state="OUTAGE_UNEXPLAINED", explained="no"}}) or vector(0)'}, kind="stat", wide=6, high=5, warn_at=1),
            Panel("In quarantine", {"records": f"sum(detente_quarantine_records{{{R}}}) or vector(0)"}, kind="stat", wide=6, high=5),
            Panel("Figures are old by", {"age": f"time() - max(detente_watch_figures_timestamp_seconds{{{R}}})"}, kind="stat", unit="s", wide=6, high=5, warn_at=30),
            Panel("Processes", {"{{process}}": "min by (process) (detente_ready)"}, kind="stat", words=READY, wide=24, high=6),
            Panel("Entries a second", {"{{service}} {{lane}}": f"sum by (service, lane) (rate(detente_entries_total{{{R}}}[5m]))"}, unit="cps"),
            Panel("Refusals a minute", {"{{service}} {{code}}": f"sum by (service, code) (rate(detente_refusals_total{{{R}}}[5m])) * 60"}),
        ),
    ),
    Dashboard(
        "detente-lanes",
        "Détente: lanes and lag",
        "Whether FLASH waits behind anything.",
        (
            Panel("Depth", {"{{service}} {{lane}}": f"sum by (service, lane) (detente_lane_depth_records{{{R}}})"}, about="Appended and not settled."),
            Panel("Oldest record", {"{{service}} {{lane}}": f"max by (service, lane) (detente_lane_oldest_seconds{{{R}}})"}, unit="s"),
            Panel("Appended a minute", {"{{service}} {{lane}}": f"sum by (service, lane) (detente_lane_appended_per_minute{{{R}}})"}),
            Panel(
                "From append to decision",
                {
                    f"{{{{service}}}} {{{{lane}}}} p{q}": f"histogram_quantile(0.{q}, sum by (service, lane, le) (rate(detente_carried_seconds_bucket{{{R}}}[5m])))"
                    for q in (50, 99)
                },
                unit="s",
            ),
            Panel("Consumer lag, records", {"{{group}} {{topic}}": "sum by (group, topic) (kafka_consumergroup_group_lag)"}),
            Panel("Consumer lag, oldest", {"{{group}} {{topic}} {{partition}}": "max by (group, topic, partition) (kafka_consumergroup_group_lag_seconds)"}, unit="s"),
            Panel("Came again", {"{{service}}": f"sum by (service) (rate(detente_repetitions_total{{{R}}}[5m]))"}, about="Known from the ledger, and without a second effect.", unit="cps"),
            Panel("Over the last windows", {"{{service}} {{window}} s": f"max by (service, window) (detente_window_entries{{{R}}})", "{{service}} {{window}} s, refused": f"max by (service, window) (detente_window_refused{{{R}}})"}),
        ),
    ),
    Dashboard(
        "detente-silence",
        "Détente: silence and overdue",
        "What is owed and has not come. Why is not known and is not guessed.",
        (
            Panel("Waiting, by rung", {"{{service}} {{what}} {{precedence}} {{rung}} overdue {{overdue}}": f"sum by (service, what, precedence, rung, overdue) (detente_waiting{{{R}}})"}, kind="table", wide=24),
            Panel("Oldest that waits", {"{{service}} {{what}} {{precedence}}": f"max by (service, what, precedence) (detente_waiting_oldest_seconds{{{R}}})"}, unit="s"),
            Panel("Time to acknowledge, by channel", {"{{channel}} {{precedence}} q{{quantile}}": f'max by (channel, precedence, quantile) (detente_acknowledgement_seconds{{{R}, window="3600"}})'}, unit="s", about="From release, over the last hour."),
            Panel("Acknowledged", {"{{channel}} {{precedence}}": f'sum by (channel, precedence) (detente_acknowledged_messages{{{R}, window="3600"}})'}),
            Panel("Days since the last substantive word", {"{{pair}}": f"max by (pair) (detente_contact_age_days{{{R}}})"}, kind="table", unit="d", about="A receipt, a test or the clock's own word does not count."),
            Panel("Deadlines that stand", {"{{service}}": f"sum by (service) (detente_deadlines_open{{{R}}})"}),
            Panel("Lead times", {"{{service}} {{kind}} {{what}}": f"max by (service, kind, what) (detente_lead_time_seconds{{{R}}})"}, kind="table", unit="s"),
            Panel("Matters by state", {"{{service}} {{kind}} {{state}}": f"sum by (service, kind, state) (detente_matters{{{R}}})"}, kind="table"),
            Panel("May be about one event", {"groups": f"max(detente_alike_groups{{{R}}})"}, kind="stat", about="Alerts near in time and place. A hint for people; nothing is linked."),
        ),
    ),
    Dashboard(
        "detente-lines",
        "Détente: lines",
        "The lines between nations and their tests.",
        (
            Panel("How each line stands", {"{{line}} {{state}}, explained: {{explained}}": f"max by (line, state, explained) (detente_line_state{{{R}}}) == 1"}, kind="table", wide=24),
            Panel("Tests missed in a row", {"{{line}}": f"max by (line) (detente_line_missed_in_a_row{{{R}}})"}, warn_at=1),
            Panel("Tests missed, last day", {"{{line}}": f"increase(detente_line_tests_missed_total{{{R}}}[1d])"}),
        ),
    ),
    Dashboard(
        "detente-processes",
        "Détente: services, brokers, desks",
        "Who is up, who is ready, and if not, why not.",
        (
            Panel("Ready", {"{{process}}": "min by (process) (detente_ready)"}, kind="stat", words=READY, wide=24, high=6),
            Panel("What is lacking", {"{{process}} {{lack}}": "max by (process, lack) (detente_lacks)"}, kind="table"),
            Panel("As the watch and the brokers see it", {"{{process}} {{kind}} {{health}}": "max by (process, kind, health) (detente_process_health) == 1"}, kind="table"),
            Panel("Answers Prometheus", {"{{name}}": 'min by (name) (up{job="detente"})'}, kind="stat", words=UP, wide=24, high=6),
            Panel("Partitions owned", {"{{service}} {{name}}": f"sum by (service, name) (detente_partitions_owned{{{R}}})"}),
            Panel("Tries on the brokers that failed", {"{{service}}": f"sum by (service) (increase(detente_log_away_total{{{R}}}[5m]))"}),
            Panel("Desks: link", {"{{desk}}": f"min by (desk) (detente_desk_link_up{{{R}}})"}, kind="stat", words=UP),
            Panel("Desks: what waits to go out", {"{{desk}} {{lane}}": f"sum by (desk, lane) (detente_desk_outbox_records{{{R}}})", "{{desk}} {{lane}}, unanswered": f"sum by (desk, lane) (detente_desk_unanswered_records{{{R}}})"}),
            Panel("Desks: oldest that waits", {"{{desk}} {{lane}}": f"max by (desk, lane) (detente_desk_outbox_oldest_seconds{{{R}}})"}, unit="s"),
            Panel("Desks: deliveries refused", {"{{desk}} {{code}}": f"sum by (desk, code) (detente_desk_alarms{{{R}}})"}, kind="table"),
            Panel("Desks: disk left", {"{{desk}}": f"min by (desk) (detente_desk_disk_free_bytes{{{R}}})"}, unit="bytes"),
            Panel("Quarantine", {"{{service}} {{code}}": f"sum by (service, code) (detente_quarantine_records{{{R}}})"}, kind="table"),
            Panel("The watch: ledger records not counted yet", {"{{service}}": f"sum by (service) (detente_watch_behind_records{{{R}}})", "{{service}}, counted a second": f"sum by (service) (rate(detente_watch_folded_total{{{R}}}[5m]))"}),
        ),
    ),
)  # fmt: skip


def drawn(dashboard: Dashboard) -> dict[str, Any]:
    """A dashboard as Grafana reads it from a file."""
    panels, across, down, tallest = [], 0, 0, 0
    for number, panel in enumerate(dashboard.panels, start=1):
        if across + panel.wide > WIDTH:
            across, down, tallest = 0, down + tallest, 0
        at = {"x": across, "y": down, "w": panel.wide, "h": panel.high}
        panels.append(_panel(number, panel, at))
        across, tallest = across + panel.wide, max(tallest, panel.high)
    return {
        "uid": dashboard.uid,
        "title": dashboard.title,
        "description": dashboard.about,
        "tags": ["detente"],
        "schemaVersion": SCHEMA_VERSION,
        "version": 1,
        "editable": False,
        "timezone": "utc",
        "refresh": "10s",
        "time": {"from": "now-1h", "to": "now"},
        "templating": {"list": [_realm()]},
        "annotations": {"list": []},
        "links": [
            {
                "type": "dashboards",
                "title": "Détente",
                "tags": ["detente"],
                "asDropdown": True,
                "keepTime": True,
                "includeVars": True,
            }
        ],
        "panels": panels,
    }


def _realm() -> dict[str, Any]:
    options = [
        {"text": name, "value": name, "selected": name == "live"} for name in ("live", "exercise")
    ]
    return {
        "name": "realm",
        "label": "Bus",
        "type": "custom",
        "query": "live,exercise",
        "current": options[0],
        "options": options,
        "multi": False,
        "includeAll": False,
    }


def _panel(number: int, panel: Panel, at: Mapping[str, int]) -> dict[str, Any]:
    steps: list[dict[str, Any]] = [{"color": "green", "value": None}]
    if panel.warn_at is not None:
        steps.append({"color": "red", "value": panel.warn_at})
    mappings = [
        {"type": "value", "options": {each: {"text": word, "index": n}}}
        for n, (each, word) in enumerate(panel.words.items())
    ]
    instant = panel.kind != "timeseries"
    return {
        "id": number,
        "type": panel.kind,
        "title": panel.title,
        "description": panel.about,
        "datasource": SOURCE,
        "gridPos": dict(at),
        "fieldConfig": {
            "defaults": {
                "unit": panel.unit,
                "mappings": mappings,
                "thresholds": {"mode": "absolute", "steps": steps},
            },
            "overrides": [],
        },
        "options": _options(panel.kind),
        "targets": [
            {
                "refId": chr(ord("A") + n),
                "datasource": SOURCE,
                "expr": expr,
                "legendFormat": legend,
                "instant": instant,
                "range": not instant,
                "format": "table" if panel.kind == "table" else "time_series",
            }
            for n, (legend, expr) in enumerate(panel.asks.items())
        ],
    }


def _options(kind: str) -> dict[str, Any]:
    if kind == "timeseries":
        legend = {"displayMode": "table", "placement": "bottom", "calcs": ["lastNotNull", "max"]}
        return {"legend": legend, "tooltip": {"mode": "multi", "sort": "desc"}}
    if kind == "stat":
        reduced = {"calcs": ["lastNotNull"], "fields": "", "values": False}
        return {"reduceOptions": reduced, "textMode": "value_and_name", "colorMode": "value"}
    return {"showHeader": True}


def files() -> dict[Path, str]:
    """Every generated file, and what it should hold."""
    return {
        FOLDER / f"{each.uid.removeprefix('detente-')}.json": json.dumps(drawn(each), indent=1)
        + "\n"
        for each in DASHBOARDS
    }


def metrics() -> str:
    """The list of metrics as a table."""
    lines = [
        "| metric | kind | unit | labels | exported by | what it is |",
        "|---|---|---|---|---|---|",
    ]
    lines += [
        f"| `{each.name}` | {each.kind} | {each.unit or '–'} | {', '.join(each.labels)} |"
        f" {', '.join(each.by)} | {each.help} |"
        for each in METRICS
    ]
    return "\n".join(lines)


def pages() -> str:
    """The dashboards as a table."""
    lines = ["| dashboard | what it is for | panels |", "|---|---|---|"]
    lines += [
        f"| [{each.title.partition(': ')[2]}](grafana/{each.uid.removeprefix('detente-')}.json) |"
        f" {each.about} | {'; '.join(p.title for p in each.panels)} |"
        for each in DASHBOARDS
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    for path, said in files().items():
        path.write_text(said)
