"""What a desk keeps on its disk."""

from __future__ import annotations

import contextlib
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from schemas.parties import LANES, Lane
from services.desk.store.file import StoreUnusable
from services.desk.store.records import Alarm, In, Out, OutState
from services.desk.store.store import Store
from tests.kit.paper import NOON, identity


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "live.sqlite3"


def going(
    name: str,
    *,
    lane: Lane = Lane.ROUTINE,
    sequence: int = 1,
    matter: str = "m-1",
    outranks: bool = False,
) -> Out:
    return Out(
        id=0, message=identity(name), kind="k", about=None, matter=matter, lane=lane,
        sequence=sequence, value=name.encode(), state=OutState.QUEUED, queued_at=NOON,
        outranks=outranks,
    )  # fmt: skip


def came(name: str, sequence: int = 1) -> In:
    return In(
        message=identity(name),
        digest=identity(name) * 2,
        kind="CarriedMessage",
        about=identity("x"),
        matter="m-1",
        lane=Lane.FLASH,
        sequence=sequence,
        missing=0,
        value=name.encode(),
        flags=("F",),
        received_at=NOON,
    )


def queue(store: Store, *outs: Out) -> None:
    with store.transaction():
        for out in outs:
            store.queue(out)


def failing(store: Store, out: Out) -> None:
    """A transaction that fails at its end."""
    with contextlib.suppress(RuntimeError), store.transaction():
        store.queue(out)
        store.move("topic", 7)
        raise RuntimeError


def test_what_was_kept_is_there_after_it_is_opened_again(path: Path) -> None:
    store = Store(path)
    queue(store, going("a"))
    with store.transaction():
        store.keep(came("b"))
        store.move("topic", 7)
    number = store.keep_draft("duty-1", "{}", NOON)
    store.set_link(up=False, trouble="away", now=NOON)
    store.close()
    store = Store(path)
    (out,) = store.outs()
    (found,) = store.ins()
    assert (out.value, out.state, out.queued_at) == (b"a", OutState.QUEUED, NOON)
    assert (found.value, found.flags, found.received_at) == (b"b", ("F",), NOON)
    assert store.position("topic") == 7
    assert store.position("other") == 0
    assert store.draft(number) == ("duty-1", "{}")
    link = store.link()
    assert link is not None and not link.up and link.trouble == "away"


def test_every_write_is_on_the_disk_before_it_is_told(path: Path) -> None:
    store = Store(path)
    (mode,) = store._db.execute("PRAGMA synchronous").fetchone()
    (journal,) = store._db.execute("PRAGMA journal_mode").fetchone()
    assert (mode, journal) == (2, "wal")


def test_a_transaction_is_all_or_nothing(path: Path) -> None:
    store = Store(path)
    failing(store, going("a"))
    assert store.outs() == []
    assert store.position("topic") == 0
    queue(store, going("b"))
    assert [out.value for out in store.outs()] == [b"b"]


def test_numbers_are_dense_in_each_matter_and_lane(path: Path) -> None:
    store = Store(path)
    assert store.next_sequence("m-1", Lane.ROUTINE) == 1
    queue(store, going("a", sequence=1))
    assert store.next_sequence("m-1", Lane.ROUTINE) == 2
    assert store.next_sequence("m-1", Lane.FLASH) == 1
    assert store.next_sequence("m-2", Lane.ROUTINE) == 1
    failing(store, going("b", sequence=2))
    assert store.next_sequence("m-1", Lane.ROUTINE) == 2


def test_no_number_is_given_twice(path: Path) -> None:
    store = Store(path)
    queue(store, going("a"))
    with pytest.raises(Exception, match="UNIQUE"):
        queue(store, going("b"))
    assert [out.value for out in store.outs()] == [b"a"]


def test_the_most_urgent_goes_first_and_each_lane_in_order(path: Path) -> None:
    store = Store(path)
    for lane in reversed(LANES):
        queue(store, *(going(f"{lane} {n}", lane=lane, sequence=n) for n in (1, 2)))
    for lane in LANES:
        waiting = store.to_send(10)
        assert [out.value.decode() for out in waiting] == [f"{lane} 1", f"{lane} 2"]
        store.mark([out.message for out in waiting], OutState.ON_BUS, NOON)
    assert store.to_send(10) == []


def test_what_outranks_all_goes_first_and_keeps_its_own_matters_order(path: Path) -> None:
    store = Store(path)
    flash = Lane.FLASH
    queue(
        store,
        going("other 1", lane=flash, matter="m-1"),
        going("before it", lane=flash, matter="m-2"),
        going("stop", lane=flash, matter="m-2", sequence=2, outranks=True),
        going("after it", lane=flash, matter="m-2", sequence=3),
        going("other 2", lane=flash, matter="m-1", sequence=2),
        going("other lane", matter="m-2"),
    )
    gone = []
    while waiting := store.to_send(10):
        gone += [out.value.decode() for out in waiting]
        store.mark([out.message for out in waiting], OutState.ON_BUS, NOON)
    assert gone == ["before it", "stop", "other 1", "after it", "other 2", "other lane"]


def steps(store: Store, asked: Callable[[], object]) -> int:
    """How many hundred steps SQLite takes for what is asked."""
    taken: list[None] = []
    store._db.set_progress_handler(lambda: taken.append(None), 100)
    asked()
    store._db.set_progress_handler(None, 100)
    return len(taken)


@pytest.mark.parametrize("cries", [0, 1])
def test_a_backlog_does_not_slow_down_what_is_sent_next(path: Path, cries: int) -> None:
    store, backlog = Store(path), 4_000
    queue(store, *(going(f"{n}", matter=f"m-{n % 7}", sequence=n + 1) for n in range(backlog)))
    gone = [going(f"cry {n}", lane=Lane.FLASH, sequence=n + 1, outranks=True) for n in range(20)]
    queue(store, *gone)
    store.mark([each.message for each in gone[cries:]], OutState.ON_BUS, NOON)
    assert len(store.to_send(64)) == (cries or 64)
    assert steps(store, lambda: store.to_send(64)) < backlog / 100


def test_reports_that_nobody_answers_do_not_slow_down_what_is_asked_again(path: Path) -> None:
    store, reports = Store(path), 4_000
    queue(store, *(going(f"{n}", sequence=n + 1) for n in range(reports)))
    asked = [going(name, matter=name) for name in ("m-2", "m-3")]
    queue(store, *(replace(each, kind="Answered") for each in asked))
    everything = [out.message for out in store.outs()]
    store.mark(everything, OutState.ON_BUS, NOON)
    later = NOON + timedelta(minutes=1)
    found = store.unanswered(("Answered", "Another"), later, 8)
    assert [out.matter for out in found] == ["m-2", "m-3"]
    assert steps(store, lambda: store.unanswered(("Answered", "Another"), later, 8)) < 20


def test_an_answer_is_final(path: Path) -> None:
    store = Store(path)
    queue(store, going("a"))
    for state in (OutState.ON_BUS, OutState.ACCEPTED, OutState.ON_BUS, OutState.REFUSED):
        store.mark([identity("a")], state, NOON)
    out = store.out(identity("a"))
    assert out is not None and out.state is OutState.ACCEPTED


def test_what_was_received_is_found_by_number(path: Path) -> None:
    store = Store(path)
    with store.transaction():
        store.keep(came("a", 1))
        store.keep(came("b", 5))
    assert store.last_heard("m-1", Lane.FLASH) == 5
    assert store.last_heard("m-1", Lane.ROUTINE) == 0
    assert store.kept_at("m-1", Lane.FLASH, 1) == (identity("a"), identity("a") * 2)
    assert store.kept_at("m-1", Lane.FLASH, 2) is None


def test_an_alarm_is_kept_once_for_each_origin(path: Path) -> None:
    store = Store(path)
    for code in ("BadSignature", "NotJson"):
        with store.transaction():
            store.raise_alarm(Alarm(code, "reason", "topic/0/1", b"bytes", NOON))
    assert [alarm.code for alarm in store.alarms()] == ["BadSignature"]


def test_one_process_sees_what_another_wrote(path: Path) -> None:
    here = Store(path)
    before = here.version
    script = (
        "import sys; from pathlib import Path; from services.desk.store.store import Store;"
        "from tests.kit.paper import NOON;"
        "Store(Path(sys.argv[1])).keep_draft('duty-2', '{}', NOON)"
    )
    subprocess.run(
        [sys.executable, "-c", script, str(path)], check=True, cwd=Path(__file__).parents[2]
    )
    assert here.version != before
    assert here.draft(1) == ("duty-2", "{}")


def test_two_connections_number_without_a_clash(path: Path) -> None:
    one, two = Store(path), Store(path)
    for turn in range(10):
        store = (one, two)[turn % 2]
        with store.transaction():
            store.queue(going(str(turn), sequence=store.next_sequence("m-1", Lane.ROUTINE)))
    assert [out.sequence for out in one.outs()] == list(range(1, 11))
    assert one.outs() == two.outs()


def test_a_file_that_is_no_store_is_said_to_be_none(path: Path) -> None:
    path.write_bytes(b"junk" * 1000)
    with pytest.raises(StoreUnusable, match=r"live\.sqlite3"):
        Store(path)
