"""The checker finds each wrong that a round could show, and nothing in a right history."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from schemas.hotline import CarriedMessage, HotlineEntry, MessageAccepted, MessageDelivered
from schemas.parties import Precedence
from services.bus.wire import digest, encode
from services.desk.store.records import In, Out, OutState
from services.local.checker import Kept
from services.local.house import House
from services.local.stage import MemoryStage, memory_stage
from tests.chaos.checks import History, check
from tests.chaos.workload import Workload

DESKS = ("xaa-ghq", "xbb-chief", "xbb-deputy", "xcc-mfa")
NEVER: dict[Precedence, float] = {
    each: 36_000.0 for each in Precedence if each is not Precedence.DEFERRED
}
CARRIED, ACCEPTED, DELIVERED = (
    kind.__name__ for kind in (CarriedMessage, MessageAccepted, MessageDelivered)
)


@pytest.fixture(scope="module")
def right(tmp_path_factory: pytest.TempPathFactory) -> History:
    """A true history of 48 messages, played in memory."""
    return asyncio.run(_played(tmp_path_factory.mktemp("sharp")))


async def _played(folder: Path) -> History:
    async with memory_stage(folder, NEVER) as stage:
        desks = {name: stage.desks[name] for name in DESKS}
        house = House(folder / "demo")
        workload = Workload("sharp", desks, {n: house.home(n) for n in DESKS}, "sharp", matters=3)
        await workload.open_matters()
        await workload.run(48, per_second=400)
        async with asyncio.timeout(30):
            while (history := await _history(stage, workload)) and not check(history).good:
                await asyncio.sleep(0.1)
        return history


async def _history(stage: MemoryStage, workload: Workload) -> History:
    kept = [
        Kept(desk.name, desk.store.outs(), desk.store.ins(), len(desk.store.alarms()))
        for desk in workload.desks.values()
    ]
    return History(list(workload.said), await stage.ledgers(), kept)


# What to spoil.


def with_inbox(history: History, desk: str, change: Callable[[list[In]], Sequence[In]]) -> History:
    kept = [
        replace(each, inbox=change(list(each.inbox))) if each.desk == desk else each
        for each in history.kept
    ]
    return replace(history, kept=kept)


def with_outs(history: History, change: Callable[[Out], Out | None]) -> History:
    kept = [
        replace(each, outbox=[it for out in each.outbox if (it := change(out)) is not None])
        for each in history.kept
    ]
    return replace(history, kept=kept)


def with_ledger(history: History, change: Callable[[list[HotlineEntry]], object]) -> History:
    """Changes the fullest partition."""
    ledger = [list(entries) for entries in history.ledgers["hotline"]]
    change(max(ledger, key=len))
    return replace(history, ledgers={**history.ledgers, "hotline": ledger})


def where(history: History, kind: str) -> tuple[str, In]:
    """A desk and the last notice of a kind that it holds."""
    return next(
        (each.desk, found)
        for each in history.kept
        for found in reversed(each.inbox)
        if found.kind == kind
    )


def two_on_a_road(history: History) -> tuple[str, int, int]:
    """A desk and where two messages of one matter and lane stand in its inbox."""
    for each in history.kept:
        seen: dict[tuple[str, str], int] = {}
        for at, found in enumerate(each.inbox):
            if found.kind == CARRIED:
                before = seen.setdefault((found.matter, found.lane), at)
                if before != at:
                    return each.desk, before, at
    raise AssertionError("the history is too short for this test")


def found_in(history: History) -> set[str]:
    return set(check(history).anomalies)


# A right history.


def test_right_history_shows_nothing(right: History) -> None:
    verdict = check(right)
    assert verdict.good, verdict.anomalies
    assert verdict.count.accepted == len(right.said) == 48
    assert verdict.count.delivered == sum(len(said.to) for said in right.said)
    assert verdict.ignored == 0


def test_second_writer_that_came_late_is_ignored_and_counted(right: History) -> None:
    def rival(entries: list[HotlineEntry]) -> None:
        entries.append(entries[0].model_copy(update={"command": "f" * 32}))

    verdict = check(with_ledger(right, rival))
    assert verdict.good
    assert verdict.ignored == 1


# Wrong ones.


def test_second_writer_whose_effects_went_out_is_found(right: History) -> None:
    """The rival's entry does not count, but a desk was told what it says."""
    desk, found = where(right, ACCEPTED)
    told = replace(found, message=digest(f"{'f' * 32} 0".encode())[:32])
    spoilt = with_inbox(right, desk, lambda inbox: [told if it is found else it for it in inbox])
    assert "phantom" in found_in(spoilt)


def test_second_writer_that_was_first_is_found(right: History) -> None:
    def rival(entries: list[HotlineEntry]) -> None:
        entries.insert(0, entries[0].model_copy(update={"command": "f" * 32}))

    assert {"lost", "phantom"} <= found_in(with_ledger(right, rival))


@pytest.mark.parametrize(
    ("kind", "what"), [(CARRIED, "lost"), (ACCEPTED, "lost"), (DELIVERED, "unsettled")]
)
def test_dropped_notice_is_found(right: History, kind: str, what: str) -> None:
    desk, found = where(right, kind)
    assert what in found_in(
        with_inbox(right, desk, lambda inbox: [it for it in inbox if it is not found])
    )


def test_dropped_entry_is_found(right: History) -> None:
    assert "phantom" in found_in(with_ledger(right, lambda entries: entries.pop()))


@pytest.mark.parametrize("kind", [CARRIED, ACCEPTED, DELIVERED])
def test_duplicate_notice_is_found(right: History, kind: str) -> None:
    desk, found = where(right, kind)
    again = replace(found, message="e" * 32, sequence=found.sequence + 1000)
    assert {"duplicated", "phantom"} <= found_in(
        with_inbox(right, desk, lambda inbox: [*inbox, again])
    )


def test_command_with_two_entries_is_found(right: History) -> None:
    def decide_again(entries: list[HotlineEntry]) -> None:
        last = entries[-1]
        update = {"sequence": last.sequence + 1, "previous": digest(encode(last))}
        entries.append(last.model_copy(update=update))

    assert "duplicated" in found_in(with_ledger(right, decide_again))


def test_swapped_notices_are_found(right: History) -> None:
    desk, one, other = two_on_a_road(right)

    def swap(inbox: list[In]) -> list[In]:
        inbox[one], inbox[other] = inbox[other], inbox[one]
        return inbox

    assert "reordered" in found_in(with_inbox(right, desk, swap))


def test_order_against_the_sender_is_found(right: History) -> None:
    said = [each for each in right.said if each.precedence is Precedence.FLASH]
    one, other = next(
        (one, other) for at, one in enumerate(said) for other in said[at + 1 :]
        if (one.sender, one.matter) == (other.sender, other.matter)
    )  # fmt: skip
    swapped = {one.message: other, other.message: one}
    spoilt = replace(right, said=[swapped.get(each.message, each) for each in right.said])
    assert "reordered" in found_in(spoilt)


def test_unsettled_message_is_found(right: History) -> None:
    first = right.said[0].message
    spoilt = with_outs(
        right, lambda out: replace(out, state=OutState.ON_BUS) if out.message == first else out
    )
    assert "unsettled" in found_in(spoilt)


def test_refused_message_is_found(right: History) -> None:
    first = right.said[0].message
    spoilt = with_outs(
        right, lambda out: replace(out, state=OutState.REFUSED) if out.message == first else out
    )
    assert "refused" in found_in(spoilt)


def test_forgotten_message_is_found(right: History) -> None:
    first = right.said[0].message
    assert "lost" in found_in(with_outs(right, lambda out: None if out.message == first else out))


def test_late_report_is_found(right: History) -> None:
    desk, found = where(right, DELIVERED)
    late = replace(found, received_at=found.received_at + timedelta(minutes=2))
    spoilt = with_inbox(right, desk, lambda inbox: [late if it is found else it for it in inbox])
    assert found_in(spoilt) == {"late"}


def test_other_bytes_and_other_text_are_found(right: History) -> None:
    desk, one, other = two_on_a_road(right)

    def exchange(inbox: list[In]) -> list[In]:
        inbox[one] = replace(inbox[one], value=inbox[other].value)
        return inbox

    anomalies = check(with_inbox(right, desk, exchange)).anomalies
    assert len(anomalies["altered"]) == 2


def test_text_that_is_not_what_was_said_is_found(right: History) -> None:
    said = [replace(right.said[0], text="something else"), *right.said[1:]]
    assert found_in(replace(right, said=said)) == {"altered"}


def test_message_that_nobody_said_is_found(right: History) -> None:
    assert found_in(replace(right, said=right.said[1:])) == {"phantom"}


def test_alarm_is_found(right: History) -> None:
    kept = [replace(right.kept[0], alarms=1), *right.kept[1:]]
    assert found_in(replace(right, kept=kept)) == {"alarmed"}
