"""Alarms, dashboards and runbook against the one list of metrics, and against each other."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from services.__main__ import app
from services.bus.health import Lack
from services.bus.metrics import BY_NAME, METRICS, Kind
from tests.house import dashboards
from tests.kit.promql import asked, grouped, promtool

TOP = Path(__file__).parents[2]
FOLDER = TOP / "deploy" / "dashboards"
RUNBOOK = (TOP / "deploy" / "README.md").read_text()
GROUPS: list[dict[str, Any]] = yaml.safe_load((FOLDER / "alerts.yml").read_text())["groups"]
ALARMS: dict[str, dict[str, Any]] = {
    rule["alert"]: rule for group in GROUPS for rule in group["rules"]
}
PAGES = {path.stem: json.loads(path.read_text()) for path in sorted(dashboards.FOLDER.glob("*"))}
ASKED = {
    **{f"alarm {name}": rule["expr"] for name, rule in ALARMS.items()},
    **{
        f"{name}: {panel['title']} {target['refId']}": target["expr"]
        for name, page in PAGES.items()
        for panel in page["panels"]
        for target in panel["targets"]
    },
}
OF_PROMETHEUS = {
    "up": {"job", "instance", "name"},
    "ALERTS": {"alertname", "alertstate", "severity"},
}
OF_TARGETS = {"job", "instance", "name"}
"""Labels that Prometheus gives to whatever it scrapes."""


def known(metric: str) -> set[str]:
    """The labels that a series of that name may have; KeyError where the list has no such."""
    if metric in OF_PROMETHEUS:
        return OF_PROMETHEUS[metric]
    plain, bucket = metric.removesuffix("_bucket"), {"le"}
    if plain == metric:
        plain, bucket = re.sub(r"_(sum|count)$", "", metric), set()
    found = BY_NAME.get(metric) or BY_NAME[plain]
    assert metric == found.name or found.kind is Kind.HISTOGRAM, metric
    return {label.value for label in found.labels} | OF_TARGETS | bucket


@pytest.mark.parametrize("name", ASKED)
def test_only_metrics_and_labels_of_the_list_are_asked_for(name: str) -> None:
    expr = ASKED[name]
    selectors = list(asked(expr))

    assert selectors or expr == "vector(1)"
    for each in selectors:
        assert each.labels <= known(each.metric), each
    for label in grouped(expr):
        assert all(label in known(each.metric) for each in selectors), label


@pytest.mark.parametrize("name", [name for name in ASKED if "$realm" in ASKED[name]])
def test_what_depends_on_the_bus_is_asked_of_one_bus(name: str) -> None:
    for each in asked(ASKED[name]):
        if "realm" in known(each.metric):
            assert "realm" in each.labels


@pytest.mark.parametrize("name", [name for name in ASKED if "$realm" not in ASKED[name]])
def test_what_is_asked_of_both_buses_keeps_them_apart(name: str) -> None:
    """So that no alarm of an exercise is taken for a real one."""
    for each in asked(ASKED[name]):
        if "realm" not in known(each.metric) or "realm" in each.labels:
            continue
        aggregated = bool(re.search(r"\b(sum|max|min|count)\b", ASKED[name]))
        disks = each.metric == "detente_desk_disk_free_bytes"
        assert disks or not aggregated or "realm" in grouped(ASKED[name]), each


def test_every_metric_of_the_list_is_shown_or_alarmed() -> None:
    used = {each.metric.removesuffix("_bucket") for expr in ASKED.values() for each in asked(expr)}
    assert {metric.name for metric in METRICS} - used == set()


@pytest.mark.parametrize("name", ALARMS)
def test_every_alarm_says_what_where_and_whom_it_calls(name: str) -> None:
    rule = ALARMS[name]
    assert set(rule) <= {"alert", "expr", "for", "labels", "annotations"}
    assert re.fullmatch(r"[A-Z][A-Za-z]+", name)
    assert rule["labels"]["severity"] in {"page", "look", "heartbeat"}
    assert set(rule["annotations"]) == {"summary", "runbook_url"}
    assert rule["annotations"]["runbook_url"] == f"deploy/README.md#{name.lower()}"
    said = set(re.findall(r"\$labels\.(\w+)", rule["annotations"]["summary"]))
    per_series = set.intersection(*(known(e.metric) for e in asked(rule["expr"]))) if said else said
    assert said <= (grouped(rule["expr"]) or per_series)


def test_every_alarm_has_an_entry_in_the_runbook_and_every_entry_an_alarm() -> None:
    entries = re.findall(r"^### (\w+)$", RUNBOOK, re.MULTILINE)
    assert entries == list(ALARMS)
    for entry in re.split(r"^### ", RUNBOOK, flags=re.MULTILINE)[1:]:
        means, look, act = (entry.find(f"**{word}**") for word in ("Means", "Look at", "Do"))
        assert 0 < means < look < act, entry.splitlines()[0]


def test_the_runbook_names_only_commands_and_codes_that_exist() -> None:
    for line in re.findall(r"`detente ([a-z][a-z -]*)`", RUNBOOK):
        menu, *rest = line.split()
        named = app[menu]
        for word in (each for each in rest if not each.startswith("-")):
            named = named[word]
    codes = re.search(r"`lacks` as codes: ([^|]*) \|", RUNBOOK)
    assert codes is not None
    assert re.findall(r"[A-Z]+", codes[1]) == [lack.value for lack in Lack]


def test_every_alarm_is_seen_to_fire_in_a_case() -> None:
    cases = yaml.safe_load((FOLDER / "alerts.test.yml").read_text())["tests"]
    fired = {
        name
        for case in cases
        for moment in case["promql_expr_test"]
        for each in moment["exp_samples"]
        for name in re.findall(r'alertname="(\w+)"', each["labels"])
    }
    assert fired == set(ALARMS)


def test_dashboards_are_as_the_code_writes_them() -> None:
    written = {path: path.read_text() for path in dashboards.FOLDER.glob("*")}
    assert written == dashboards.files(), "run `python -m tests.house.readme`"


@pytest.mark.parametrize("name", PAGES)
def test_a_dashboard_has_the_form_that_grafana_reads(name: str) -> None:
    """Grafana itself is no package here, so its form is checked field by field."""
    page = PAGES[name]
    assert page["uid"] == f"detente-{name}"
    assert page["title"].startswith("Détente: ")
    assert page["timezone"] == "utc" and page["editable"] is False
    assert [each["name"] for each in page["templating"]["list"]] == ["realm"]
    panels = page["panels"]
    assert [each["id"] for each in panels] == list(range(1, len(panels) + 1))
    taken: set[tuple[int, int]] = set()
    for panel in panels:
        assert panel["type"] in {"timeseries", "stat", "table"}
        at = panel["gridPos"]
        assert at["x"] >= 0 and at["x"] + at["w"] <= dashboards.WIDTH
        area = {
            (x, y)
            for x in range(at["x"], at["x"] + at["w"])
            for y in range(at["y"], at["y"] + at["h"])
        }
        assert not area & taken, f"{panel['title']} lies on another panel"
        taken |= area
        assert len({target["refId"] for target in panel["targets"]}) == len(panel["targets"]) > 0
        for target in panel["targets"]:
            assert target["datasource"] == panel["datasource"] == dashboards.SOURCE
            legend = set(re.findall(r"{{(\w+)}}", target["legendFormat"]))
            assert legend <= grouped(target["expr"]) | {"line"} | (
                {"le"} if "histogram_quantile" in target["expr"] else set()
            )


def test_grafana_finds_the_source_that_the_dashboards_name() -> None:
    (source,) = yaml.safe_load(
        (FOLDER / "provisioning" / "datasources" / "prometheus.yml").read_text()
    )["datasources"]
    assert {"type": source["type"], "uid": source["uid"]} == dashboards.SOURCE
    (provider,) = yaml.safe_load(
        (FOLDER / "provisioning" / "dashboards" / "detente.yml").read_text()
    )["providers"]
    assert provider["options"]["path"] == "/var/lib/grafana/dashboards"


def checker() -> Path:
    """promtool, or the test is skipped: it is Prometheus's own, and no package of Python's."""
    found = promtool()
    if found is None:
        pytest.skip("no promtool: install Prometheus, or name it in DETENTE_PROMTOOL")
    return found


def run(*arguments: str | Path) -> None:
    said = [str(each) for each in arguments]
    done = subprocess.run(said, check=False, capture_output=True, cwd=FOLDER)
    assert done.returncode == 0, (done.stdout + done.stderr).decode()


def test_prometheus_takes_the_alarms_and_its_settings() -> None:
    run(checker(), "check", "rules", "alerts.yml")
    for name in ("prometheus.yml", "prometheus.local.yml"):
        run(checker(), "check", "config", name)


def test_the_alarms_fire_on_what_they_say_and_on_nothing_else() -> None:
    run(checker(), "test", "rules", "alerts.test.yml")


def test_prometheus_can_read_what_the_dashboards_ask(tmp_path: Path) -> None:
    rules = [
        {"record": f"asked:number_{n}", "expr": expr.replace("$realm", "live")}
        for n, expr in enumerate(ASKED.values())
    ]
    file = tmp_path / "asked.yml"
    file.write_text(yaml.safe_dump({"groups": [{"name": "asked", "rules": rules}]}))
    run(checker(), "check", "rules", "--lint=none", file)
