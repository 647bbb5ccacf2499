"""How a rehearsal runs: the same each time, on exercise topics alone, through faults."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest

from services.bus import topics
from services.bus.memory import MemoryBus, MemoryLog, VirtualClock
from services.bus.topics import LANES_OF_SERVICE, Realm, Topic
from services.bus.transport import Outgoing
from services.rehearsal.format.checking import load
from services.rehearsal.format.reading import files_in
from services.rehearsal.outcome.standing import course, course_hash
from services.rehearsal.rehearsing import Outcome, rehearse, told
from services.rehearsal.stage.bus import ExerciseBus, LiveTopicForbidden, Way, exercise_only
from tests.kit.rehearsals import CRISIS, crisis, written

SCENARIOS = files_in([Path(__file__).parent.parent / "scenarios"])

TWO = """\
scenario: faults
title: Something breaks
begins: 2026-01-31T12:00Z
cast:
  XAA: {name: Averna, desks: {xaa-ghq: {}}}
  XBB:
    name: Belmark
    desks:
      xbb-ghq:
        acknowledges: {within: 1m}
        ladder: {SUPERVISOR: xbb-chief}
      xbb-chief: {}
timeline:
"""
SAYS = """\
  - at: "12:02"
    called: word
    desk: xaa-ghq
    send: {to: [xbb-ghq], precedence: FLASH, text: We hear shots}
"""


def outcome(folder: Path, text: str) -> Outcome:
    return rehearse(load(written(folder, text)).scenario)


def held(folder: Path, text: str) -> Outcome:
    found = outcome(folder, text)
    assert found.holds, told(found)
    return found


# The same every time.


@pytest.mark.parametrize("file", SCENARIOS, ids=lambda file: file.name.split(".scenario.")[0])
def test_the_outcome_is_the_same_again_and_in_another_order_of_what_is_independent(
    file: Path,
) -> None:
    scenario = load(file).scenario
    first = rehearse(scenario).record
    numbers = list(range(len(scenario.steps)))
    random.Random(file.name).shuffle(numbers)
    again = rehearse(scenario, order=tuple(numbers)).record
    assert again.outcome_hash == first.outcome_hash
    assert len(first.lines()) > len(scenario.steps)


def test_what_is_at_one_moment_in_two_matters_may_stand_in_any_order(tmp_path: Path) -> None:
    steps = [
        SAYS.replace("called: word", f"called: word-{n}").replace("text:", f"matter: m-{n}, text:")
        for n in range(4)
    ]
    hashes = {
        outcome(tmp_path, TWO + "".join(order)).record.outcome_hash
        for order in (steps, steps[::-1], steps[2:] + steps[:2])
    }
    assert len(hashes) == 1


def test_what_happens_otherwise_has_another_hash(tmp_path: Path) -> None:
    one = outcome(tmp_path, TWO + SAYS).record
    other = outcome(tmp_path, TWO.replace("within: 1m", "within: 30s") + SAYS).record
    assert one.outcome_hash != other.outcome_hash
    assert one.shape_hash == other.shape_hash
    assert course_hash(one) == course_hash(other)


def test_what_ends_otherwise_has_another_course(tmp_path: Path) -> None:
    one = outcome(tmp_path, TWO + SAYS).record
    other = outcome(tmp_path, TWO.replace("acknowledges: {within: 1m}", "opens: {}") + SAYS).record
    assert course_hash(one) != course_hash(other)
    assert not any(re.search(r"[0-9]{2}:[0-9]{2}", line) for line in course(one))


# Live topics cannot be reached.


def live_topics() -> list[str]:
    found = [
        each.name
        for service in LANES_OF_SERVICE
        for each in topics.of_service(service, Realm.LIVE, 1)
    ]
    return [
        *found,
        *(each.name for each in topics.of_desk("xaa-ghq") if "exercise" not in each.name),
    ]


@pytest.mark.parametrize("topic", live_topics())
async def test_no_live_topic_is_made_written_or_read_from_a_rehearsal(topic: str) -> None:
    log = MemoryLog(VirtualClock())
    everything = MemoryBus(log)
    await everything.ensure([Topic(topic, 1)])
    bus = ExerciseBus(MemoryBus(log), Way(), "run.")

    async def nothing(_: frozenset[int]) -> dict[tuple[str, int], int]:
        return {}

    tries = (
        lambda: bus.ensure([Topic(topic, 1)]),
        lambda: bus.append([Outgoing(topic, 0, b"k", b"v")]),
        lambda: bus.read(topic, 0, 0),
        lambda: bus.follow({topic: 0}),
        lambda: bus.group("hotline", [topic], nothing),
    )
    for attempt in tries:
        with pytest.raises(LiveTopicForbidden, match="is a live topic"):
            await attempt()
    assert log.topics == {topic: [[]]}


async def test_of_several_records_none_is_written_where_one_is_for_a_live_topic() -> None:
    log = MemoryLog(VirtualClock())
    bus = ExerciseBus(MemoryBus(log), Way())
    exercise = topics.ledger("hotline", Realm.EXERCISE)
    await bus.ensure([Topic(exercise, 1)])
    live = topics.ledger("hotline", Realm.LIVE)
    with pytest.raises(LiveTopicForbidden):
        await bus.append([Outgoing(exercise, 0, b"k", b"v"), Outgoing(live, 0, b"k", b"v")])
    assert log.topics == {exercise: [[]]}


def test_a_runs_topics_and_its_directory_are_its_own() -> None:
    assert exercise_only("exercise.hotline.ledger.v1", "r1.") == "exercise.r1.hotline.ledger.v1"
    assert exercise_only(topics.DIRECTORY, "r1.") == "exercise.r1.directory.keys.v1"
    with pytest.raises(LiveTopicForbidden):
        exercise_only("exercises.hotline.ledger.v1", "r1.")


def test_every_record_of_a_rehearsal_stands_on_an_exercise_topic(tmp_path: Path) -> None:
    record = rehearse(crisis(tmp_path).scenario).record
    assert record.written_to
    assert all(each.startswith("exercise.") for each in record.written_to)


def test_a_leak_is_stopped_by_the_bus_one_way_and_by_the_service_the_other(
    tmp_path: Path,
) -> None:
    leaks = """\
  - {at: "12:03", called: out, desk: xaa-ghq, leak: {message: word, onto: LIVE}}
  - {at: "12:04", called: in, desk: xaa-ghq, leak: {message: word, onto: EXERCISE}}
expectations:
  - {refused: {step: out, with: LiveTopicForbidden, by: BUS}}
  - {refused: {step: in, with: LiveInExercise, by: SERVICE}}
"""
    held(tmp_path, TWO + SAYS + leaks)


# Faults.


def test_while_the_hotline_is_down_a_word_waits_and_then_goes_its_way(tmp_path: Path) -> None:
    more = """\
  - {at: "12:01", fault: {service: hotline, is: DOWN}}
  - {at: "12:06", fault: {service: hotline, is: UP}}
expectations:
  - {accepted: {step: word}, not_before: "12:06", by: "12:06:01"}
  - {acknowledged: {message: word, desk: xbb-ghq}, by: "12:08"}
"""
    held(tmp_path, TWO + SAYS + more)


def test_while_the_brokers_are_away_a_word_waits_on_its_desks_disk(tmp_path: Path) -> None:
    more = """\
  - {at: "12:01", fault: {broker: true, is: DOWN}}
  - {at: "12:06", fault: {broker: true, is: UP}}
expectations:
  - {delivered: {message: word, desk: xbb-ghq}, not_before: "12:06", by: "12:06:10"}
"""
    held(tmp_path, TWO + SAYS + more)


def test_a_desk_that_is_cut_off_is_silent_and_its_supervisor_is_tried(tmp_path: Path) -> None:
    more = """\
  - {at: "12:01", fault: {desk: xbb-ghq, is: DOWN}}
  - {at: "12:20", fault: {desk: xbb-ghq, is: UP}}
expectations:
  - {told: {desk: xbb-chief, notice: CarriedMessage, about: word, where: {rung: SUPERVISOR}},
     by: word + 6m 1s}
  - {overdue: {message: word, desk: xbb-ghq}, by: word + 10m 1s}
  - {delivered: {message: word, desk: xbb-ghq}, not_before: "12:20", by: "12:20:10"}
"""
    held(tmp_path, TWO + SAYS + more)


def test_an_officer_who_will_not_take_it_opens_it_and_time_runs_on(tmp_path: Path) -> None:
    cast = TWO.replace(
        "acknowledges: {within: 1m}",
        "acknowledges: {within: 1m}\n        refuses:"
        ' [{from: "12:00", until: "12:30", officer: duty-1, because: not mine}]',
    )
    more = """\
expectations:
  - {received: {message: word, desk: xbb-ghq}, by: word + 2m}
  - {overdue: {message: word, desk: xbb-ghq}, by: word + 10m 1s}
  - {acknowledged: {message: word, desk: xbb-ghq}, not_before: "12:30", by: "12:31"}
"""
    found = held(tmp_path, cast + SAYS + more)
    assert [each.said for each in found.record.habits if each.deed == "REFUSE"] == ["not mine"]


def test_a_desk_that_is_unmanned_has_it_and_does_nothing_until_somebody_comes(
    tmp_path: Path,
) -> None:
    cast = TWO.replace(
        "acknowledges: {within: 1m}",
        'acknowledges: {within: 1m}\n        unmanned: [{from: "12:00", until: "12:40"}]',
    )
    more = """\
expectations:
  - {ends: {leg: {message: word, desk: xbb-ghq, is: DELIVERED}}, by: "12:39"}
  - {acknowledged: {message: word, desk: xbb-ghq}, by: "12:41"}
"""
    held(tmp_path, cast + SAYS + more)


def test_days_take_seconds(tmp_path: Path) -> None:
    more = CRISIS.replace("ends: 13:30", "ends: 2026-02-03 12:00")
    found = outcome(tmp_path, more)
    assert (found.record.ended - found.record.began).days == 3
    tests = [each for each in found.record.events if each.name == "LineTestAnswered"]
    assert len(tests) > 3 * 24
