"""docker-compose.yml against the Compose specification, our commands, settings and brokers."""

from __future__ import annotations

import json
import re
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from services.__main__ import app
from services.bus.settings import Settings
from services.bus.topics import LANES_OF_SERVICE, RECORD_BYTES_CARRIED, Realm
from services.watch.process import folder
from services.watch.serving import HOST

TOP = Path(__file__).parents[2]
OURS = "detente:local"
KAFKA = "apache/kafka:4.3.1"
PROMETHEUS, GRAFANA = "prom/prometheus:v3.5.0", "grafana/grafana:12.1.0"
IMAGES = {OURS, KAFKA, PROMETHEUS, GRAFANA}
REPLICAS = 3

NOT_PROPERTIES = {
    "KAFKA_HEAP_OPTS": "Java's heap, read by the image's start script",
}
OUTSIDE_SETTINGS = {
    "DETENTE_JAVA": "deploy/kafka",
    "DETENTE_KAFKA_FETCH": "deploy/kafka",
    "DETENTE_KAFKA_JVM_OPTIONS": "deploy/kafka",
}
DIFFERS_FROM_THE_LOCAL_RUNNER = {
    "advertised.listeners": "named by container, not by loopback address",
    "controller.quorum.voters": "named by container, not by loopback address",
    "listeners": "on the containers' own network",
    "log.dirs": "the image's data volume",
    "node.id": "one for each broker",
    "message.max.bytes": "as large as the topics' own limit",
    "default.replication.factor": "the template leaves it to the number of nodes",
    "min.insync.replicas": "the template leaves it to the number of nodes",
    "offsets.topic.replication.factor": "the template leaves it to the number of nodes",
    "share.coordinator.state.topic.min.isr": "the template leaves it to the number of nodes",
    "share.coordinator.state.topic.replication.factor": "left to the number of nodes",
    "transaction.state.log.min.isr": "the template leaves it to the number of nodes",
    "transaction.state.log.replication.factor": "the template leaves it to the number of nodes",
}
LEFT_AT_KAFKAS_DEFAULT = {
    "log.cleaner.dedupe.buffer.size": "small only because tests share one machine",
    "log.index.size.max.bytes": "small only because tests share one machine",
    "num.io.threads": "small only because tests share one machine",
    "num.network.threads": "small only because tests share one machine",
}

COMPOSE: dict[str, Any] = yaml.safe_load((TOP / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
BROKERS = {name: each for name, each in SERVICES.items() if each["image"] == KAFKA}
INSTRUMENTS = {
    name: each for name, each in SERVICES.items() if each["image"] in IMAGES - {OURS, KAFKA}
}
DASHBOARDS = TOP / "deploy" / "dashboards"
OWN = {name: each for name, each in SERVICES.items() if each["image"] == OURS}


def template() -> dict[str, str]:
    """The local runner's broker settings, by property."""
    text = (TOP / "deploy/kafka/server.properties").read_text()
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return dict(line.split("=", 1) for line in lines)


def properties(broker: dict[str, Any]) -> dict[str, str]:
    """What the image makes of a broker's KAFKA_* variables, by the image's own spelling."""
    found = {}
    for name, value in broker["environment"].items():
        if name.startswith("KAFKA_") and name not in NOT_PROPERTIES:
            spelled = name.removeprefix("KAFKA_").lower()
            found[re.sub(r"(?<!_)_(?!_)", ".", spelled).replace("___", "-")] = value
    return found


def parsed(tokens: list[str]) -> None:
    """Read tokens as the real command line does, without running anything."""
    app.parse_args(tokens, exit_on_error=False, print_error=False)


def test_compose_file_meets_the_specification() -> None:
    """The schema is the one that the development dependency check-jsonschema carries."""
    found = find_spec("check_jsonschema")
    assert found is not None, "check-jsonschema is missing: install the extra `dev`"
    assert found.origin is not None
    path = Path(found.origin).parent / "builtin_schemas/vendor/compose-spec.json"
    schema = json.loads(path.read_bytes())
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.Draft202012Validator(schema).validate(COMPOSE)


@pytest.mark.parametrize("name", OWN)
def test_command_exists(name: str) -> None:
    parsed([str(token) for token in OWN[name]["command"]])


@pytest.mark.parametrize("name", [name for name in OWN if "healthcheck" in OWN[name]])
def test_health_check_is_a_command_that_exists(name: str) -> None:
    shell, program, *arguments = OWN[name]["healthcheck"]["test"]
    assert shell == "CMD"
    if program == "detente":
        parsed(arguments)
    else:
        assert (program, arguments[0]) == ("python", "-c")
        compile(arguments[1], name, "exec")
        port = OWN[name]["environment"]["DETENTE_HEALTH_PORT"]
        assert f"http://127.0.0.1:{port}/health/ready" in arguments[1]


def test_everything_that_stays_has_a_health_check() -> None:
    for name, each in SERVICES.items():
        assert ("healthcheck" in each) is (name != "setup"), name


@pytest.mark.parametrize("name", OWN)
def test_our_variables_are_read_and_may_have_their_values(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    environment = OWN[name]["environment"]
    known = {f"DETENTE_{field.upper()}" for field in Settings.model_fields}
    assert set(environment) <= known | set(OUTSIDE_SETTINGS)
    for key, value in environment.items():
        assert isinstance(value, str), f"{key}: quote it, or YAML decides what it is"
        monkeypatch.setenv(key, value)
    assert Settings().kafka_replicas == REPLICAS == len(BROKERS)


def test_every_instance_of_a_service_in_a_realm_has_its_own_name() -> None:
    seen = set()
    for name, each in OWN.items():
        if each["command"][0] in LANES_OF_SERVICE:
            exercise = Realm.EXERCISE.value in each["command"]
            key = (each["command"][0], exercise, each["environment"]["DETENTE_INSTANCE"])
            assert key not in seen, name
            seen.add(key)


@pytest.mark.parametrize("name", BROKERS)
def test_brokers_are_set_as_the_local_runner_sets_them(name: str) -> None:
    found, expected = properties(BROKERS[name]), template()
    assert set(found) <= set(expected), "spelled unlike the local runner's template"
    assert set(expected) - set(found) == set(LEFT_AT_KAFKAS_DEFAULT)
    differs = {key for key, value in found.items() if value != expected[key]}
    assert differs == set(DIFFERS_FROM_THE_LOCAL_RUNNER)


@pytest.mark.parametrize("name", BROKERS)
def test_brokers_lose_nothing(name: str) -> None:
    found = properties(BROKERS[name])
    assert int(found["default.replication.factor"]) == REPLICAS
    assert int(found["min.insync.replicas"]) == REPLICAS - 1
    assert found["unclean.leader.election.enable"] == "false"
    assert found["auto.create.topics.enable"] == "false"
    assert int(found["message.max.bytes"]) >= RECORD_BYTES_CARRIED
    voters = [f"{number}@kafka-{number}:9093" for number in range(1, REPLICAS + 1)]
    assert found["controller.quorum.voters"] == ",".join(voters)
    assert found["advertised.listeners"] == f"PLAINTEXT://{name}:9092"
    assert f"kafka-{found['node.id']}" == BROKERS[name]["hostname"] == name


def test_bootstrap_servers_are_the_brokers() -> None:
    servers = ",".join(f"{name}:9092" for name in BROKERS)
    assert {each["environment"]["DETENTE_KAFKA_BOOTSTRAP_SERVERS"] for each in OWN.values()} == {
        servers
    }


def test_images_volumes_and_networks_are_declared() -> None:
    assert {each["image"] for each in SERVICES.values()} == IMAGES
    dockerfile = {(each["build"]["context"], each["build"]["dockerfile"]) for each in OWN.values()}
    assert dockerfile == {(".", "deploy/images/Dockerfile")}
    assert (TOP / "deploy/images/Dockerfile").is_file()
    mounted = {volume.split(":")[0] for each in SERVICES.values() for volume in each["volumes"]}
    files = {each for each in mounted if each.startswith("./")}
    assert mounted - files == set(COMPOSE["volumes"])
    assert all((TOP / each).exists() for each in files)
    joined = {network for each in SERVICES.values() for network in each["networks"]}
    assert joined == set(COMPOSE["networks"])


def test_what_a_volume_of_ours_is_mounted_on_stands_in_the_image() -> None:
    """Otherwise the volume is root's, and a service that is not root cannot write to it."""
    dockerfile = (TOP / "deploy/images/Dockerfile").read_text()
    for each in OWN.values():
        for volume in each["volumes"]:
            assert re.search(rf"^\s+{volume.split(':')[1]}( \\)?$", dockerfile, re.MULTILINE)


def test_private_keys_are_given_to_their_owners_only() -> None:
    def given(volume: str) -> set[str]:
        return {
            name
            for name, each in OWN.items()
            if any(mount.split(":")[0] == volume for mount in each["volumes"])
        }

    assert given("state") == given("roots-private") == {"setup"}
    hotlines = {"hotline-1", "hotline-2", "hotline-exercise"}
    assert given("services") == {"setup", *hotlines, "alerts", "visits", "agreements"}
    assert given("xaa-ghq") == {"setup", "xaa-ghq"}
    assert given("xbb-ghq") == {"setup", "xbb-ghq"}
    # It signs nothing: public roots are enough to check what services signed.
    assert given("watch") == {"watch"}
    assert {each.split(":")[0] for each in OWN["watch"]["volumes"]} == {"roots", "watch"}


def test_the_watch_keeps_its_tables_and_shows_the_network_nothing_but_health_and_metrics() -> None:
    watch = OWN["watch"]
    (tables,) = [each for each in watch["volumes"] if each.startswith("watch:")]
    environment = watch["environment"]
    settings = Settings(state=Path(environment["DETENTE_STATE"]))
    assert folder(settings, Realm.LIVE).parent == Path(tables.split(":")[1])
    assert HOST == "127.0.0.1", "figures and histories"
    assert environment["DETENTE_HEALTH_HOST"] == "0.0.0.0"  # noqa: S104 - within `bus`.
    assert str(settings.watch_port) != environment["DETENTE_HEALTH_PORT"]


def test_no_alarm_waits_for_a_house_that_is_still_being_set_up() -> None:
    after = {name: each.get("depends_on", {}) for name, each in SERVICES.items()}
    assert after["prometheus"] == {"setup": {"condition": "service_completed_successfully"}}
    for name in set(OWN) - {"setup"}:
        assert after[name]["setup"] == after["prometheus"]["setup"], name


def test_nothing_is_published_on_a_public_address() -> None:
    assert COMPOSE["networks"]["bus"]["internal"] is True
    assert {name for name, each in SERVICES.items() if "ports" in each} == set(INSTRUMENTS)
    on_the_bus = {name for name, each in SERVICES.items() if "bus" in each["networks"]}
    assert on_the_bus == set(SERVICES) - {"grafana"}
    for name, each in OWN.items():
        # What is served on every address is reached from `bus` alone.
        assert each["networks"] == ["bus"], name
    for name, each in SERVICES.items():
        assert each.get("network_mode") is None, name
        for port in each.get("ports", ()):
            host = port.get("host_ip") if isinstance(port, dict) else str(port)
            assert str(host).startswith("127.0.0.1"), f"{name}: {port}"


def test_prometheus_asks_everything_that_is_served() -> None:
    config = yaml.safe_load((DASHBOARDS / "prometheus.yml").read_text())
    (job,) = config["scrape_configs"]
    asked = {each["labels"]["name"]: each["targets"] for each in job["static_configs"]}
    served = {
        name: [f"{name}:{each['environment']['DETENTE_HEALTH_PORT']}"]
        for name, each in OWN.items()
        if "DETENTE_HEALTH_PORT" in each["environment"]
    }
    assert asked == served
    assert set(OWN) - set(served) == {"setup"}
    assert config["rule_files"] == ["alerts.yml"]
    mounts = dict(each.split(":")[:2] for each in SERVICES["prometheus"]["volumes"])
    assert mounts["./deploy/dashboards/alerts.yml"] == "/etc/prometheus/alerts.yml"
    assert (
        f"--config.file={mounts['./deploy/dashboards/prometheus.yml']}"
        in (SERVICES["prometheus"]["command"])
    )


def test_grafana_shows_the_dashboards_to_all_and_lets_nobody_change_them() -> None:
    grafana = SERVICES["grafana"]
    mounts = {each.split(":")[1]: each for each in grafana["volumes"]}
    (provider,) = yaml.safe_load((DASHBOARDS / "provisioning/dashboards/detente.yml").read_text())[
        "providers"
    ]
    assert (
        mounts[provider["options"]["path"]]
        == f"./deploy/dashboards/grafana:{provider['options']['path']}:ro"
    )
    assert "/etc/grafana/provisioning" in mounts
    home = grafana["environment"]["GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH"]
    assert (DASHBOARDS / "grafana" / Path(home).name).is_file()
    assert grafana["environment"]["GF_AUTH_ANONYMOUS_ORG_ROLE"] == "Viewer"
    (source,) = yaml.safe_load(
        (DASHBOARDS / "provisioning/datasources/prometheus.yml").read_text()
    )["datasources"]
    assert source["url"] == "http://prometheus:9090" and source["editable"] is False


def test_nothing_runs_with_more_rights_than_it_needs() -> None:
    for name, each in SERVICES.items():
        assert each["cap_drop"] == ["ALL"], name
        assert each["security_opt"] == ["no-new-privileges:true"], name
        assert not each.get("privileged"), name
        assert name in BROKERS or each["read_only"] is True, name
    assert re.search(r"^USER 10001$", (TOP / "deploy/images/Dockerfile").read_text(), re.MULTILINE)
