"""The parts of the Kafka runner that need no broker."""

from __future__ import annotations

import hashlib
import os
import socket
import sys
from pathlib import Path

import pytest

from deploy.kafka import jars, java, nodes, process, runner
from deploy.kafka.fetch import chosen_fetcher, first_error, pom_of
from deploy.kafka.layout import Cluster, new_cluster_id, properties_text, record, recorded
from deploy.kafka.lock import parse_listing, render
from deploy.kafka.trouble import KafkaTrouble

SUM = hashlib.sha256(b"a jar").hexdigest()
JAR = jars.Jar("org.example", "thing", "", "1.0", SUM)


def cluster_in(path: Path, nodes: int = 1, port: int = 19092) -> Cluster:
    return Cluster(path / "kafka", nodes, port, "AAAAAAAAAAAAAAAAAAAAAA")


def settings_of(cluster: Cluster, node: int) -> dict[str, str]:
    lines = properties_text(cluster, node).splitlines()
    return dict(line.split("=", 1) for line in lines if line)


def test_lock_lines_carry_an_optional_classifier() -> None:
    text = (
        f"# a comment\n\norg.example:thing:1.0 {SUM}\norg.example:thing:linux:1.0 {SUM.upper()}\n"
    )
    plain, classified = jars.parse_lock(text)
    assert plain == JAR
    assert classified.filename == "thing-1.0-linux.jar"
    assert classified.coordinates == "org.example:thing:linux:1.0"
    assert classified.sha256 == SUM


@pytest.mark.parametrize(
    "line",
    ["org.example:thing:1.0", f"thing:1.0 {SUM}", "org.example:thing:1.0 abcd", f"a:b:c:d:e {SUM}"],
)
def test_damaged_lock_line_is_refused(line: str) -> None:
    with pytest.raises(KafkaTrouble, match=r"jars\.lock"):
        jars.parse_line(line)


def test_lock_survives_being_written_and_read() -> None:
    assert jars.parse_lock(render([JAR])) == [JAR]


def test_committed_lock_is_whole() -> None:
    locked = jars.locked_jars()
    names = [jar.filename for jar in locked]
    assert len(set(names)) == len(names)
    assert {"kafka_2.13", "kafka-clients", "log4j-slf4j-impl"} <= {jar.artifact for jar in locked}


def test_listing_of_maven_is_read() -> None:
    listing = (
        "The following files have been resolved:\n"
        "   org.example:thing:jar:1.0:runtime -- module thing (auto)\n"
        "   org.example:thing:jar:linux:1.0:compile\n"
        "   org.example:parent:pom:1.0:compile\n"
    )
    assert parse_listing(listing) == [
        ("org.example", "thing", "", "1.0"),
        ("org.example", "thing", "linux", "1.0"),
    ]


def test_wrong_sum_is_refused_by_name_and_never_adopted(tmp_path: Path) -> None:
    fetched, kept = tmp_path / "fetched", tmp_path / "kept"
    kept.mkdir()
    fetched.write_bytes(b"another jar")
    with pytest.raises(KafkaTrouble, match=r"org\.example:thing:1\.0: .* mvn") as refusal:
        jars.adopt(JAR, fetched, kept, "mvn")
    assert "\n" not in str(refusal.value)
    assert list(kept.iterdir()) == []


def test_jar_changed_after_it_was_adopted_is_refused(tmp_path: Path) -> None:
    (tmp_path / "fetched").write_bytes(b"a jar")
    kept = jars.adopt(JAR, tmp_path / "fetched", tmp_path, "mvn")
    assert jars.verified_paths([JAR], tmp_path) == [kept]
    kept.write_bytes(b"A jar")
    with pytest.raises(KafkaTrouble, match="thing"):
        jars.verified_paths([JAR], tmp_path)


def test_pom_cuts_off_every_further_dependency() -> None:
    pom = pom_of([JAR, jars.Jar("org.example", "other", "linux", "2", SUM)])
    assert pom.count("<exclusion>") == pom.count("<dependency>") == 2
    assert "<classifier>linux</classifier>" in pom


def test_fetcher_is_maven_where_installed_else_jgo(tmp_path: Path) -> None:
    assert chosen_fetcher({"PATH": str(tmp_path)}) == "jgo"
    (tmp_path / "mvn").write_text("#!/bin/sh\n")
    (tmp_path / "mvn").chmod(0o755)
    assert chosen_fetcher({"PATH": str(tmp_path)}) == "mvn"
    assert chosen_fetcher({"PATH": str(tmp_path), "DETENTE_KAFKA_FETCH": "jgo"}) == "jgo"
    with pytest.raises(KafkaTrouble, match="DETENTE_KAFKA_FETCH"):
        chosen_fetcher({"DETENTE_KAFKA_FETCH": "wget"})


def test_first_error_of_maven_is_one_line() -> None:
    long = "[\x1b[1;31mERROR\x1b[m] P: Could not transfer artifact a from b: refused -> [Help 1]"
    assert first_error(long) == "Could not transfer artifact a from b: refused"
    assert first_error("[INFO] fine\n[ERROR] no route\n[ERROR] more\n") == "no route"
    assert first_error("") == "it said nothing"


def test_single_node_settings(tmp_path: Path) -> None:
    settings = settings_of(cluster_in(tmp_path), 1)
    assert settings["listeners"] == "PLAINTEXT://127.0.0.1:19092,CONTROLLER://127.0.0.1:19093"
    assert settings["controller.quorum.voters"] == "1@127.0.0.1:19093"
    assert settings["default.replication.factor"] == settings["min.insync.replicas"] == "1"
    assert settings["auto.create.topics.enable"] == "false"
    assert int(settings["message.max.bytes"]) > 128 * 1024


def test_three_node_settings_lose_nothing_with_one_node(tmp_path: Path) -> None:
    cluster = cluster_in(tmp_path, nodes=3)
    settings = settings_of(cluster, 2)
    assert cluster.bootstrap == "127.0.0.1:19092,127.0.0.1:19093,127.0.0.1:19094"
    assert settings["listeners"] == "PLAINTEXT://127.0.0.1:19093,CONTROLLER://127.0.0.1:19096"
    assert settings["controller.quorum.voters"].startswith("1@127.0.0.1:19095,2@")
    for topic in ("default", "offsets.topic", "transaction.state.log"):
        assert settings[f"{topic}.replication.factor"] == "3"
    assert settings["min.insync.replicas"] == settings["transaction.state.log.min.isr"] == "2"


def test_path_beyond_ascii_is_escaped(tmp_path: Path) -> None:
    settings = settings_of(cluster_in(tmp_path / "état"), 1)
    assert "\\u00e9tat/kafka/node-1/data" in settings["log.dirs"]


def test_path_that_kafka_cannot_have_is_refused(tmp_path: Path) -> None:
    with pytest.raises(KafkaTrouble, match="DETENTE_STATE"):
        recorded(tmp_path / "a,b")


def test_nothing_listens_beyond_loopback(tmp_path: Path) -> None:
    for node in (1, 2, 3):
        settings = settings_of(cluster_in(tmp_path, nodes=3), node)
        listeners = settings["listeners"] + "," + settings["advertised.listeners"]
        assert all("://127.0.0.1:" in listener for listener in listeners.split(","))


def test_cluster_is_written_down_and_found_again(tmp_path: Path) -> None:
    assert recorded(tmp_path) is None
    record(cluster_in(tmp_path, nodes=3))
    assert recorded(tmp_path) == cluster_in(tmp_path, nodes=3)
    (tmp_path / "kafka" / "cluster.json").write_text("{")
    with pytest.raises(KafkaTrouble, match="damaged"):
        recorded(tmp_path)


def test_cluster_id_has_kafkas_form() -> None:
    ids = {new_cluster_id() for _ in range(100)}
    assert len(ids) == 100
    assert all(len(found) == 22 and not found.startswith("-") for found in ids)


def test_taken_port_is_named_with_the_way_out(tmp_path: Path) -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]
        with pytest.raises(KafkaTrouble, match=rf"port {port} .* --port"):
            nodes.refuse_taken_ports(cluster_in(tmp_path, port=port), 1)


def test_pid_of_another_program_is_not_ours(tmp_path: Path) -> None:
    cluster = cluster_in(tmp_path)
    cluster.directory(1).mkdir(parents=True)
    assert process.running_pid(cluster, 1) is None
    for content in (str(os.getpid()), "", "not a number"):
        cluster.pid_file(1).write_text(content)
        assert process.running_pid(cluster, 1) is None


def test_another_size_is_refused(tmp_path: Path) -> None:
    record(cluster_in(tmp_path))
    with pytest.raises(KafkaTrouble, match="cluster of 1 node"):
        runner.wanted_cluster(tmp_path, 3, None)


def test_stopped_cluster_moves_to_another_port_with_its_id(tmp_path: Path) -> None:
    record(cluster_in(tmp_path))
    moved = runner.wanted_cluster(tmp_path, None, 20000)
    assert moved == recorded(tmp_path) == cluster_in(tmp_path, port=20000)


def test_node_without_cluster_is_refused(tmp_path: Path) -> None:
    with pytest.raises(KafkaTrouble, match="detente kafka up"):
        runner.kill_node(tmp_path, 1)


def test_errors_of_the_log_are_quoted(tmp_path: Path) -> None:
    cluster = cluster_in(tmp_path)
    cluster.directory(1).mkdir(parents=True)
    assert process.last_errors(cluster, 1) == "it wrote nothing"
    cluster.log(1).write_text("t INFO a fine\nt ERROR b broken\nt INFO c fine\n")
    assert process.last_errors(cluster, 1) == "t ERROR b broken"


@pytest.mark.parametrize(
    ("banner", "major"),
    [
        ('openjdk version "17.0.15" 2025-04-15', 17),
        ('java version "1.8.0_402"', 8),
        ('openjdk version "25" 2025-09-16', 25),
        ("no such thing", None),
    ],
)
def test_java_versions_are_read(banner: str, major: int | None) -> None:
    assert java.parse_version(banner) == major


def script(path: Path, major: int) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\necho 'openjdk version \"{major}.0.1\"' >&2\n")
    path.chmod(0o755)
    return path


def test_java_home_is_before_path_and_an_old_one_is_passed_over(tmp_path: Path) -> None:
    home, path = script(tmp_path / "home/bin/java", 21), script(tmp_path / "path/java", 17)
    environ = {"JAVA_HOME": str(tmp_path / "home"), "PATH": str(path.parent)}
    assert java.chosen_java(environ) == home
    script(home, 11)
    assert java.chosen_java(environ) == path


def test_bundled_java_is_the_last_resort(tmp_path: Path) -> None:
    chosen = java.chosen_java({"PATH": str(tmp_path)})
    assert chosen == java.bundled_java()
    assert (java.major_version(chosen) or 0) >= java.OLDEST


@pytest.mark.parametrize("asked", ["/nowhere/java", sys.executable])
def test_asked_java_that_is_none_is_refused(asked: str) -> None:
    with pytest.raises(KafkaTrouble, match="DETENTE_JAVA"):
        java.chosen_java({"DETENTE_JAVA": asked})
