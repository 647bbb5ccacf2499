"""Budget, ages, topics, keys: the parts that stand alone."""

from __future__ import annotations

import io
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import structlog

from schemas.parties import LANES, Lane
from services.bus import keys, topics
from services.bus.budget import Allowance, Bucket
from services.bus.clock import SystemClock, age, milliseconds
from services.bus.directory import RootsUnreadable, roots_in
from services.bus.keys import KeyUnreadable
from services.bus.log import configure, log
from services.bus.memory import VirtualClock
from services.bus.topics import Kept, Realm, partition_of
from services.bus.transport import FLOOR_EVERY, order_of_turn

START = datetime(2026, 1, 1, tzinfo=UTC)
SIX_A_MINUTE = Allowance(per_minute=6, burst=3)


def taken(bucket: Bucket, at: float) -> Bucket | None:
    return bucket.take(START + timedelta(seconds=at), SIX_A_MINUTE)


def test_a_burst_is_allowed_and_no_more() -> None:
    bucket: Bucket | None = Bucket(3, START)
    for _ in range(3):
        assert bucket is not None
        last = bucket = taken(bucket, 0)
    assert last is not None and taken(last, 0) is None


def test_time_gives_back_what_was_spent_up_to_the_burst() -> None:
    spent = Bucket(0, START)
    assert taken(spent, 9.9) is None
    assert taken(spent, 10) == Bucket(0, START + timedelta(seconds=10))
    rested = taken(spent, 3600)
    assert rested is not None and rested.left == 2


def test_a_clock_that_runs_backwards_gives_nothing() -> None:
    later = Bucket(1, START + timedelta(seconds=60))
    bucket = taken(later, 0)
    assert bucket is not None
    assert bucket.at == later.at
    assert taken(bucket, 0) is None


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (-5, "0s"), (0, "0s"), (4.9, "4s"), (59, "59s"), (60, "1m 00s"), (725, "12m 05s"),
        (3599, "59m 59s"), (3600, "1h 00m"), (12000, "3h 20m"), (86399, "23h 59m"),
        (86400, "1d 00h"), (187200, "2d 04h"), (8640000, "100d 00h"),
    ],
)  # fmt: skip
def test_an_age_is_read_at_a_glance(seconds: float, said: str) -> None:
    assert age(START, START + timedelta(seconds=seconds)) == said


def test_a_clock_says_utc_in_whole_milliseconds() -> None:
    for now in (SystemClock().now(), VirtualClock().now()):
        assert now.utcoffset() == timedelta(0)
        assert now == milliseconds(now)


async def test_virtual_time_passes_only_when_told() -> None:
    import asyncio

    clock = VirtualClock(START)
    sleeper = asyncio.create_task(clock.sleep(10))
    await asyncio.sleep(0)
    clock.advance(9.999)
    await asyncio.sleep(0)
    assert not sleeper.done()
    clock.advance(0.001)
    await sleeper
    assert clock.now() == START + timedelta(seconds=10)


@pytest.mark.parametrize(
    ("key", "hashed"),
    [
        (b"21", -973932308),
        (b"foobar", -790332482),
        (b"a-little-bit-long-string", -985981536),
        (b"a-little-bit-longer-string", -1486304829),
        (b"lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58897971),
        (b"abc", 479470107),
    ],
)
def test_a_key_has_the_partition_that_kafkas_own_client_gives_it(key: bytes, hashed: int) -> None:
    for partitions in (1, 2, 4, 7, 64, 2**31 - 1):
        assert partition_of(key, partitions) == (hashed & 0x7FFFFFFF) % partitions


def test_topics_of_the_two_realms_never_meet() -> None:
    live, exercise = (
        {t.name for t in topics.of_service("hotline", realm, 4)}
        for realm in (Realm.LIVE, Realm.EXERCISE)
    )
    assert not live & exercise
    assert all(name.startswith("exercise.") for name in exercise)
    names = [topic.name for topic in topics.of_desk("xaa-ghq")]
    assert len(set(names)) == 2 * len(LANES)


def test_every_topic_keeps_its_records_for_ever_but_the_directory_its_newest() -> None:
    made = [*topics.of_service("hotline", Realm.LIVE, 4), *topics.of_desk("xaa-ghq")]
    for topic in made:
        assert topic.configs["cleanup.policy"] == "delete"
        assert topic.configs["retention.ms"] == "-1"
        assert topic.configs["message.timestamp.type"] == "LogAppendTime"
        assert topic.configs["unclean.leader.election.enable"] == "false"
        assert topic.kept is Kept.FOREVER


def test_a_topic_says_its_lane() -> None:
    for realm in Realm:
        for lane in LANES:
            assert topics.lane_of(topics.commands("hotline", lane, realm)) is lane
            assert topics.lane_of(topics.inbox("xaa-ghq", lane, realm)) is lane


def test_the_slowest_lane_goes_first_every_so_many_turns() -> None:
    first = [order_of_turn(("flash", "routine"), turn)[0] for turn in range(1, 2 * FLOOR_EVERY + 1)]
    assert first.count("routine") == 2
    assert first[FLOOR_EVERY - 1] == "routine"


def test_lanes_go_down_to_routine_and_end_there() -> None:
    assert [lane.next_lower for lane in LANES] == [*LANES[1:], None]
    assert Lane.FLASH.rank == 0


def test_a_private_key_is_for_its_owners_eyes(tmp_path: Path) -> None:
    path = tmp_path / "a" / "desk.key"
    made = keys.make(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert keys.load(path).public_key() == made.public_key()
    with pytest.raises(KeyUnreadable, match="never overwritten"):
        keys.make(path)
    path.chmod(0o640)
    with pytest.raises(KeyUnreadable, match="chmod 600"):
        keys.load(path)


def test_what_is_no_key_is_said_with_its_file(tmp_path: Path) -> None:
    with pytest.raises(KeyUnreadable, match="no key at"):
        keys.load(tmp_path / "none")
    (tmp_path / "junk").write_text("junk")
    (tmp_path / "junk").chmod(0o600)
    with pytest.raises(KeyUnreadable, match="PEM"):
        keys.load(tmp_path / "junk")
    with pytest.raises(RootsUnreadable, match="no trusted root"):
        roots_in(tmp_path)
    (tmp_path / "XAA.pub").write_text("junk")
    with pytest.raises(RootsUnreadable, match=r"XAA\.pub"):
        roots_in(tmp_path)


def test_log_lines_go_to_standard_error_as_it_is_when_they_are_written(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Whoever set it up may have had another, which is closed by now."""
    first, now = io.StringIO(), io.StringIO()
    before = structlog.get_config()
    monkeypatch.setattr("sys.stderr", first)
    configure("info")
    first.close()
    monkeypatch.setattr("sys.stderr", now)
    log.error("delivery.refused", correlation="0" * 32, code="UnknownKey")
    structlog.configure(**before)
    assert "UnknownKey" in now.getvalue()
