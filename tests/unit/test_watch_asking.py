"""`detente topics`, `lag` and `matter`: rows and exit codes."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from schemas.parties import Lane
from services.bus import topics
from services.bus.brokers import GroupSaid, LaneDepth, PartitionDepth, TopicSaid
from services.bus.topics import Realm
from services.watch.asking import lag_rows, topic_row
from services.watch.source import Prepared
from tests.kit import nights
from tests.kit.ports import free_ports
from tests.kit.watch_server import WatchServer, serving

TOP = Path(__file__).parents[2]
ANSWER_WITHIN_S = 60.0


async def detente(*words: str, **variables: object) -> tuple[int, str, str]:
    """The command as an operator runs it: exit code, output, trouble."""
    set_here = {f"DETENTE_{name.upper()}": str(value) for name, value in variables.items()}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "services", *words,
        cwd=TOP, env={**os.environ, **set_here, "COLUMNS": "100"},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        async with asyncio.timeout(ANSWER_WITHIN_S):
            out, err = await process.communicate()
    except TimeoutError:
        process.kill()
        await process.wait()
        raise
    assert process.returncode is not None
    return process.returncode, out.decode(), err.decode()


def said(name: str, **fields: Any) -> TopicSaid:
    filled = {"partitions": 4, "replicas": 3, "in_sync": 3, "leaderless": 0, "records": 7}
    return TopicSaid(name=name, **(filled | fields))


@pytest.mark.parametrize("realm", Realm)
def test_every_topic_that_we_make_is_told_with_who_writes_and_who_reads_it(realm: Realm) -> None:
    made = [
        *(topic for name in topics.LANES_OF_SERVICE for topic in topics.of_service(name, realm, 4)),
        *(each for each in topics.of_desk("xaa-ghq") if each.name.startswith(realm.prefix)),
        *topics.of_directory(),
    ]
    for topic in made:
        row = topic_row(said(topic.name))
        assert row.who_writes != "not in our table", topic.name
        assert row.records == 7
    ledger = topic_row(said(topics.ledger("alerts", Realm.LIVE)))
    assert (ledger.who_writes, ledger.who_reads) == ("the service", "services, archive, watch")
    exercise = topic_row(said(topics.ledger("alerts", Realm.EXERCISE)))
    assert exercise.who_writes == "exercise participants only"


def test_a_topic_that_is_not_ours_is_said_to_be_none() -> None:
    assert topic_row(said("somebody-elses")).who_reads == "not in our table"
    assert topic_row(said("hotline.ledger.v1.more")).who_reads == "not in our table"


def test_copies_that_lag_and_partitions_without_a_leader_are_said_in_words() -> None:
    assert topic_row(said("a")).copies == "3 of 3"
    assert topic_row(said("a", in_sync=2)).copies == "2 of 3 BEHIND"
    assert topic_row(said("a", in_sync=0, leaderless=1)).copies == "0 of 3, 1 LEADERLESS"


def test_a_lane_that_nobody_carries_says_so() -> None:
    oldest = nights.before(minutes=9)
    lane = LaneDepth(
        "hotline", Lane.FLASH, "hotline.commands.flash.v1",
        (
            PartitionDepth(0, 4, 6, oldest + timedelta(minutes=1), 1),
            PartitionDepth(1, 0, 3, oldest, 2),
            PartitionDepth(2, 5, 5, None, 0),
        ),
    )  # fmt: skip
    (row,) = lag_rows([lane], [GroupSaid("hotline", "Empty", 0)])
    assert (row.waiting, row.oldest, row.per_minute, row.instances) == (5, oldest, 3, "NOBODY")
    (row,) = lag_rows([lane], [GroupSaid("hotline", "Stable", 2)])
    assert row.instances == "2"
    (row,) = lag_rows([lane], [GroupSaid("hotline", "PreparingRebalance", 2)])
    assert row.instances == "2, PreparingRebalance"


async def test_a_matter_is_told_by_the_watch_where_one_runs() -> None:
    figures = nights.empty()
    server = WatchServer(Prepared(figures), figures, {nights.MATTER: nights.history()})
    port = free_ports(1)
    async with serving(server, port):
        code, out, _ = await detente("matter", nights.MATTER, watch_port=port)
        assert code == 0
        lines = out.splitlines()
        assert lines[0].startswith(f"LIVE, {nights.MATTER}: 7 events")
        assert lines[0].endswith("by the watch")
        assert "AcknowledgementOverdue" in lines[-1]
        assert all(len(each) <= 120 for each in lines)
        code, out, _ = await detente("matter", nights.MATTER, "--json", watch_port=port)
        told = json.loads(out)
        assert (code, told["source"], len(told["events"])) == (0, "the watch", 7)
        assert told["events"][0]["kind"] == "MessageAccepted"
        code, out, err = await detente("matter", "unheard-of", watch_port=port)
        assert (code, out) == (2, "")
        assert "nothing is on record of unheard-of" in err


async def test_a_pane_is_printed_once_as_the_view_shows_it() -> None:
    port = free_ports(1)
    async with serving(WatchServer(Prepared(nights.night()), nights.night()), port):
        code, out, _ = await detente("watch", "figures", watch_port=port)
        assert code == 0
        lines = out.splitlines()
        assert lines[0].startswith("figures as of")
        assert lines[1].startswith("NEEDS SOMEBODY NOW")
        assert any(line.startswith("!! OVERDUE") for line in lines)
        assert all(len(each) <= 120 and each.isascii() for each in lines)
        code, out, _ = await detente("watch", "figures", "waiting", watch_port=port)
        assert (code, out.splitlines()[1][:8]) == (0, "WAITING:")
        code, out, _ = await detente("watch", "figures", "--json", watch_port=port)
        assert (code, json.loads(out)["realm"]) == (0, "live")
        code, out, err = await detente("watch", "figures", "--realm", "exercise", watch_port=port)
        assert (code, out) == (1, "")
        assert "is of the live bus" in err


async def test_without_a_watch_its_figures_are_not_made_up() -> None:
    code, out, err = await detente("watch", "figures", watch_port=free_ports(1))
    assert (code, out) == (1, "")
    assert "no watch answers" in err


@pytest.mark.parametrize("words", [("topics",), ("lag",), ("lag", "--json"), ("matter", "abc")])
async def test_without_a_cluster_the_code_is_1_and_one_line_says_what_to_do(
    words: tuple[str, ...], tmp_path: Path
) -> None:
    code, out, err = await detente(
        *words, kafka_bootstrap_servers=f"127.0.0.1:{free_ports(1)}", state=tmp_path,
        watch_port=free_ports(1),
    )  # fmt: skip
    assert (code, out) == (1, "")
    assert len(err.splitlines()) == 1
    assert "detente k" in err


async def test_the_view_is_refused_where_there_is_no_terminal() -> None:
    code, out, err = await detente("watch")
    assert (code, out) == (1, "")
    assert "this is no terminal" in err
