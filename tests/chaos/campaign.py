"""Plays crash rounds and says what was found: `python -m tests.chaos.campaign --help`."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import random
import shutil
import sys
import time
from collections.abc import Callable
from contextlib import AsyncExitStack, closing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from deploy.kafka.trouble import KafkaTrouble
from services.bus.wire import encode
from services.desk.desk import Desk
from services.local.checker import Kept
from tests.chaos.checks import SETTLED_WITHIN_S, History, Verdict, check
from tests.chaos.nemesis import LINES, Happened, Nemesis
from tests.chaos.records import Records
from tests.chaos.site import ROOT, Brokers, Fallen, Site, SiteTrouble, brokers
from tests.chaos.workload import Workload, look

STATE = ROOT / ".detente"
PER_SECOND = 40.0
STORIES = 3
"""Of each kind, beside the messages."""
LOGS_KEPT_LINES = 5


@dataclass(frozen=True, slots=True)
class Round:
    """What one round showed."""

    number: int
    seed: str
    faults: tuple[Happened, ...]
    fallen: tuple[Fallen, ...]
    verdict: Verdict
    repeated_deliveries: int
    """Records in the desks' inbox topics beyond those that their disks kept."""
    repeated_commands: int
    """Records in the command topics beyond those that have an entry."""
    acknowledged: int
    drained_s: float
    """From healing until nothing was open any more."""
    took_s: float

    @property
    def good(self) -> bool:
        """Whether nothing happened that may not."""
        return self.verdict.good

    def line(self) -> str:
        """For a terminal."""
        count, wrong = self.verdict.count, self.verdict.anomalies
        faults: dict[str, int] = {}
        for each in self.faults:
            faults[each.kind.value] = faults.get(each.kind.value, 0) + 1
        found = ", ".join(f"{len(each)} {name}" for name, each in wrong.items())
        return (
            f"round {self.number:>2} seed {self.seed}: {'GOOD' if self.good else 'BAD ' + found};"
            f" sent {count.sent} accepted {count.accepted} delivered {count.delivered}"
            f" acknowledged {count.acknowledged};"
            f" lost {len(wrong.get('lost', ()))} duplicated {len(wrong.get('duplicated', ()))}"
            f" reordered {len(wrong.get('reordered', ()))}"
            f" unsettled {len(wrong.get('unsettled', ()))};"
            f" slowest answer {self.verdict.slowest_answer_s:.1f} s,"
            f" settled {self.verdict.slowest_settled_s:.1f} s,"
            f" drained {self.drained_s:.1f} s after healing;"
            f" ignored entries {self.verdict.ignored},"
            f" repeated commands {self.repeated_commands},"
            f" repeated deliveries {self.repeated_deliveries};"
            f" ended by themselves {len(self.fallen)};"
            f" faults {faults}; {self.took_s:.0f} s"
        )

    def as_json(self) -> dict[str, Any]:
        """For machines."""
        verdict = self.verdict
        return {
            "round": self.number,
            "seed": self.seed,
            "good": self.good,
            "faults": [asdict(each) for each in self.faults],
            "ended_by_themselves": [asdict(each) for each in self.fallen],
            "count": verdict.count.as_json(),
            "anomalies": verdict.anomalies,
            "ignored_entries": verdict.ignored,
            "repeated_commands": self.repeated_commands,
            "repeated_deliveries": self.repeated_deliveries,
            "slowest_answer_s": verdict.slowest_answer_s,
            "slowest_settled_s": verdict.slowest_settled_s,
            "median_settled_s": (verdict.settled_s or (0.0,))[len(verdict.settled_s) // 2],
            "drained_s": self.drained_s,
            "took_s": self.took_s,
        }


async def play(
    number: int,
    seed: str,
    messages: int,
    cluster: Brokers,
    folder: Path,
    per_second: float = PER_SECOND,
    *,
    lines: frozenset[str] = frozenset(LINES),
    keep: bool = False,
) -> Round:
    """One round on an empty cluster. Its evidence stays below `folder` where it was bad."""
    began = time.monotonic()
    shutil.rmtree(folder, ignore_errors=True)
    site = Site(folder, cluster)
    try:
        async with AsyncExitStack() as stack:
            await site.open(stack)
            homes = {name: site.house.home(name) for name in site.desks}
            workload = Workload(seed, site.desks, homes, f"round-{number:02}")
            records = Records(seed, site.desks, f"round-{number:02}")
            nemesis = Nemesis(seed, site, lines)
            await workload.open_matters()
            watching = asyncio.create_task(site.supervise())
            stack.callback(watching.cancel)
            plaguing = asyncio.create_task(nemesis.run())
            stack.callback(plaguing.cancel)
            telling = asyncio.create_task(records.run(STORIES))
            stack.callback(telling.cancel)
            await workload.run(messages, per_second)
            nemesis.over()
            await plaguing
            await site.heal()
            healed = time.monotonic()
            await asyncio.wait([telling], timeout=SETTLED_WITHIN_S)
            if telling.done():
                telling.result()
            history, verdict = await _drained(site, workload, records, healed + SETTLED_WITHIN_S)
            drained = time.monotonic() - healed
            inboxes = await cluster.records_in(lambda name: name.startswith("desk."))
            commands = await cluster.records_in(lambda name: ".commands." in name)
            found = Round(
                number=number,
                seed=seed,
                faults=tuple(sorted(nemesis.happened, key=lambda each: each.begun)),
                fallen=tuple(site.fallen),
                verdict=verdict,
                repeated_deliveries=inboxes - sum(len(each.inbox) for each in history.kept),
                repeated_commands=commands - history.entries + verdict.ignored,
                acknowledged=workload.acknowledged,
                drained_s=round(drained, 1),
                took_s=round(time.monotonic() - began, 1),
            )
            if keep or not found.good:
                _keep_evidence(folder, found, history)
    finally:
        await asyncio.to_thread(site.stop)
    if found.good and not keep:
        shutil.rmtree(folder, ignore_errors=True)
    await cluster.forget_topics()
    return found


async def _drained(
    site: Site, workload: Workload, records: Records, deadline: float
) -> tuple[History, Verdict]:
    """The history once nothing is open, or as it stands at the deadline."""
    while time.monotonic() < deadline and _open(site, workload):
        await asyncio.sleep(0.2)
    while True:
        kept = [_kept(desk) for desk in site.desks.values()]
        untold = records.begun - len(records.told)
        history = History(workload.said, await site.ledgers(), kept, records.noted, untold)
        verdict = await asyncio.to_thread(check, history)
        if not ({"lost", "unsettled"} & verdict.anomalies.keys()) or time.monotonic() > deadline:
            return history, verdict
        await asyncio.sleep(1)


def _open(site: Site, workload: Workload) -> bool:
    """Whether anything is visibly on its way. Cheap."""
    legs, reports, acknowledgements = sum(len(each.to) for each in workload.said), 0, 0
    for name in site.desks:
        with closing(look(site.house.home(name))) as db:
            if db.execute("SELECT 1 FROM outbox WHERE state = 'QUEUED' LIMIT 1").fetchone():
                return True
            kinds = dict(db.execute("SELECT kind, count(*) FROM inbox GROUP BY kind").fetchall())
        reports += kinds.get("MessageDelivered", 0)
        acknowledgements += kinds.get("MessageAcknowledged", 0)
    return reports < legs or acknowledgements < workload.acknowledged


def _kept(desk: Desk) -> Kept:
    store = desk.store
    return Kept(desk.name, store.outs(), store.ins(), len(store.alarms()))


def _keep_evidence(folder: Path, found: Round, history: History) -> None:
    (folder / "result.json").write_text(json.dumps(found.as_json(), indent=2, default=str))
    with (folder / "said.ndjson").open("w") as file:
        for said in history.said:
            file.write(json.dumps(asdict(said), default=str) + "\n")
    for service, partitions in history.ledgers.items():
        for partition, entries in enumerate(partitions):
            with (folder / f"{service}-ledger-{partition}.ndjson").open("wb") as file:
                file.writelines(encode(entry) + b"\n" for entry in entries)


def campaign(
    rounds: int,
    messages: int,
    seed: int,
    say: Callable[[str], None],
    folder: Path | None = None,
    per_second: float = PER_SECOND,
    *,
    lines: frozenset[str] = frozenset(LINES),
    keep: bool = False,
) -> list[Round]:
    """All rounds on one cluster."""
    where = folder or STATE / "chaos"
    scratch = where / f"cluster-{seed}"
    results = []
    try:
        with brokers(scratch, STATE / "kafka" / "jars") as cluster:
            say(f"three brokers at {cluster.bootstrap}; seed {seed}")
            for number in range(1, rounds + 1):
                home = where / f"round-{number:02}"
                # The seed of a round tells it alone: `--rounds 1 --seed` with it plays it again.
                own = f"{seed}" if rounds == 1 else f"{seed}{number:02}"
                found = asyncio.run(
                    play(number, own, messages, cluster, home, per_second, lines=lines, keep=keep)
                )
                results.append(found)
                say(found.line())
                for fallen in found.fallen:
                    say(f"    {fallen.at:.1f} s: {fallen.name} ended: {fallen.last_words}")
                if not found.good:
                    say(f"    faults: {'; '.join(map(str, found.faults))}")
                    say(f"    evidence: {home}")
                    for name, each in found.verdict.anomalies.items():
                        say(f"    {name}: {'; '.join(each[:LOGS_KEPT_LINES])}")
    finally:
        if all(found.good for found in results):
            shutil.rmtree(scratch, ignore_errors=True)
    return results


def table(results: list[Round]) -> str:
    """The closing table."""
    heads = ("round", "seed", "good", "sent", "accepted", "delivered", "lost", "dup", "reord",
             "unsettled", "late", "other", "settled s", "ignored", "rep.cmd", "rep.dlv", "fell",
             "faults", "s")  # fmt: skip
    rows: list[tuple[str, ...]] = [heads]
    for it in results:
        wrong = {name: len(each) for name, each in it.verdict.anomalies.items()}
        named = [wrong.pop(n, 0) for n in ("lost", "duplicated", "reordered", "unsettled", "late")]
        count = it.verdict.count
        rows.append(tuple(map(str, (
            it.number, it.seed, "yes" if it.good else "NO", count.sent, count.accepted,
            count.delivered, *named, sum(wrong.values()), f"{it.verdict.slowest_settled_s:.1f}",
            it.verdict.ignored, it.repeated_commands, it.repeated_deliveries, len(it.fallen),
            len(it.faults), f"{it.took_s:.0f}",
        ))))  # fmt: skip
    widths = [max(len(row[column]) for row in rows) for column in range(len(heads))]
    return "\n".join(
        "  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True))
        for row in rows
    )


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos.campaign", description=__doc__)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--messages", type=int, default=2000)
    parser.add_argument("--per-second", type=float, default=PER_SECOND)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10_000))
    parser.add_argument(
        "--faults", nargs="*", choices=sorted(LINES), default=sorted(LINES),
        help="only these lines of faults, to find a cause",
    )  # fmt: skip
    parser.add_argument("--keep", action="store_true", help="keep evidence of good rounds too")
    parser.add_argument("--json", type=Path, help="also write all results to this file")
    chosen = parser.parse_args()
    try:
        results = campaign(
            chosen.rounds, chosen.messages, chosen.seed,
            lambda text: print(text, flush=True), per_second=chosen.per_second,
            lines=frozenset(chosen.faults), keep=chosen.keep,
        )  # fmt: skip
    except (KafkaTrouble, SiteTrouble) as trouble:
        print(f"no verdict: {trouble}", file=sys.stderr)
        return 2
    print(table(results))
    good = sum(found.good for found in results)
    sent = sum(found.verdict.count.sent for found in results)
    print(f"{good} of {len(results)} rounds good; {sent} messages sent")
    if chosen.json:
        with contextlib.suppress(FileExistsError):
            chosen.json.parent.mkdir(parents=True)
        chosen.json.write_text(
            json.dumps([found.as_json() for found in results], indent=2, default=str) + "\n"
        )
    return 0 if good == len(results) else 1


if __name__ == "__main__":
    raise SystemExit(main())
