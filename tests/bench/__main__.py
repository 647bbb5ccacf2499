"""`make bench`: prints the table, writes .detente/bench.json."""

from __future__ import annotations

import asyncio
import json
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from deploy.kafka import runner
from schemas.hotline import MessageAcknowledged
from schemas.parties import Classification, Label, Precedence
from services.bus.clock import SystemClock
from services.bus.kafka import KafkaBus
from services.bus.log import configure
from services.bus.settings import Settings
from services.bus.topics import Topic
from services.desk.desk import Desk
from services.desk.draft import Draft
from services.desk.store.records import OutState
from services.local.house import House, Seat
from services.local.processes import Process
from services.local.stage import environment_of, free_port

ROUNDS = 6
PER_ROUND = 100
RATE_PER_S = 50
BURST = 1500
BACKLOG = 6000
FLASHES = 200
TEXT = "Your aircraft is 4 km inside our airspace. Turn back now. " * 16
"""About 1 KiB, as the goals in the design assume."""
SEATS = (Seat("xaa-ghq"), Seat("xbb-ghq"), Seat("xcc-ghq"), Seat("xdd-ghq"))
LABEL = Label(
    policy="BENCH",
    classification=Classification.RESTRICTED,
    releasable_to=("XAA", "XBB", "XCC", "XDD"),
)

Once = Callable[[int], Awaitable[None]]


@dataclass
class Bench:
    """What the measurements share."""

    bootstrap: str
    sender: Desk
    receiver: Desk
    flooder: Desk
    producer: AIOKafkaProducer
    consumer: AIOKafkaConsumer

    async def raw(self, number: int) -> None:
        """One record through the raw relay, to the end."""
        await self._relayed(TEXT.encode() + str(number).encode())

    async def _relayed(self, value: bytes) -> None:
        await self.producer.send_and_wait("raw.in", value, key=b"k", partition=0)
        while (await self.consumer.getone()).value != value:
            pass

    async def hotline(self, number: int, precedence: Precedence = Precedence.FLASH) -> None:
        """One message from desk to desk, to the receiver's disk."""
        message = self.sender.send(
            draft(f"bench-{number % 7}", precedence), drafter="duty-1", releaser="duty-2"
        )
        await delivered(self.receiver, message)


def draft(matter: str, precedence: Precedence, to: str = "xbb-ghq") -> Draft:
    """A message of about 1 KiB."""
    return Draft(
        matter=matter, precedence=precedence, action=(to,), label=LABEL, subject="Bench", text=TEXT
    )


async def delivered(desk: Desk, message: str) -> None:
    """Once the desk's disk has it."""
    assert desk.link is not None, "the bench's desks talk to the bus themselves"
    async with asyncio.timeout(60):
        while True:
            desk.link.kept.clear()
            if desk.store.heard_about(message):
                return
            await desk.link.kept.wait()


async def acknowledged(bench: Bench) -> None:
    """All FLASH acknowledged, so that no ladder is climbed while something else is measured."""
    for letter in bench.receiver.inbox():
        if letter.outer.precedence is Precedence.FLASH and letter.state == "DELIVERED":
            last = letter.outer.message_id
            bench.receiver.acknowledge(last, by="duty-1")
    heard = MessageAcknowledged.__name__
    await bench.sender.until(
        lambda: any(each.kind == heard for each in bench.sender.store.heard_about(last)) or None, 60
    )


async def paced(once: Once, start: int, count: int, rate_per_s: float) -> list[float]:
    """Milliseconds of each of `count` runs, started at that rate where they keep up."""
    taken, due = [], perf_counter()
    for number in range(start, start + count):
        due = max(due + 1 / rate_per_s, perf_counter())
        await asyncio.sleep(due - perf_counter())
        began = perf_counter()
        await once(number)
        taken.append((perf_counter() - began) * 1000)
    return taken


async def raw_burst(bench: Bench) -> float:
    """Records a second through the raw relay."""
    began = perf_counter()
    sent = [
        await bench.producer.send("raw.in", TEXT.encode(), key=b"k", partition=0)
        for _ in range(BURST)
    ]
    left = BURST
    while left:
        left -= sum(map(len, (await bench.consumer.getmany(timeout_ms=500)).values()))
    await asyncio.gather(*sent)
    return BURST / (perf_counter() - began)


async def hotline_burst(bench: Bench, number: int) -> float:
    """Messages a second from desk to desk, all queued first."""
    began = perf_counter()
    messages = [
        bench.sender.send(
            draft(f"burst-{number}-{each % 7}", Precedence.PRIORITY),
            drafter="duty-1",
            releaser="duty-2",
        )
        for each in range(BURST)
    ]
    for message in reversed(messages):
        await delivered(bench.receiver, message)
    return BURST / (perf_counter() - began)


async def under_flood(bench: Bench) -> tuple[list[float], bool]:
    """FLASH from desk to desk while the service works off a backlog of ROUTINE.

    The second value says whether the backlog outlasted the measurement.
    """
    last = ""
    for each in range(BACKLOG):
        last = bench.flooder.send(
            draft(f"flood-{each % 31}", Precedence.ROUTINE, to="xdd-ghq"),
            drafter="duty-1",
            releaser="duty-2",
        )
    # A desk's outbox sends its backlog as fast as the log takes it, faster than the service.
    await bench.flooder.until(lambda: None if bench.flooder.store.to_send(1) else True, 120)
    taken = await paced(bench.hotline, 0, FLASHES, RATE_PER_S)
    saturated = bench.flooder.sent(last).state is not OutState.ACCEPTED
    return taken, saturated


async def single_topic_under_flood(bench: Bench) -> list[float]:
    """The baseline without lanes: a record behind a backlog on the one topic that there is."""
    for _ in range(BACKLOG):
        await bench.producer.send("raw.in", TEXT.encode(), key=b"k", partition=0)
    return await paced(bench.raw, 10**6, 20, RATE_PER_S)


def p99(values: list[float]) -> float:
    """The 99th percentile."""
    return quantiles(values, n=100)[98]


async def measure(bench: Bench) -> dict[str, object]:
    """All figures. Raw and hotline take turns, so that a slow minute hits both."""
    raw: list[float] = []
    hot: list[float] = []
    raw_rates: list[float] = []
    hot_rates: list[float] = []
    await paced(bench.raw, 0, 20, RATE_PER_S)
    await paced(bench.hotline, 0, 20, RATE_PER_S)
    for round_ in range(ROUNDS):
        say(f"round {round_ + 1} of {ROUNDS}")
        start = 1000 * (round_ + 1)
        raw += await paced(bench.raw, start, PER_ROUND, RATE_PER_S)
        hot += await paced(bench.hotline, start, PER_ROUND, RATE_PER_S)
        await acknowledged(bench)
        if round_ % 2 == 0:
            raw_rates.append(await raw_burst(bench))
            hot_rates.append(await hotline_burst(bench, round_))
    say("FLASH alone")
    idle = await paced(bench.hotline, 50_000, FLASHES, RATE_PER_S)
    await acknowledged(bench)
    say(f"FLASH under a backlog of {BACKLOG} ROUTINE")
    flood, saturated = await under_flood(bench)
    say("the same without lanes")
    single = await single_topic_under_flood(bench)
    return {
        "ratios": {
            "p50": median(hot) / median(raw),
            "p99": p99(hot) / p99(raw),
            "throughput": median(hot_rates) / median(raw_rates),
            "flash_under_flood_p99": p99(flood) / p99(idle),
        },
        "raw": {"p50_ms": median(raw), "p99_ms": p99(raw), "per_s": median(raw_rates)},
        "hotline": {"p50_ms": median(hot), "p99_ms": p99(hot), "per_s": median(hot_rates)},
        "flash_idle": {"p50_ms": median(idle), "p99_ms": p99(idle)},
        "flash_under_flood": {
            "p50_ms": median(flood),
            "p99_ms": p99(flood),
            "backlog_outlasted": saturated,
        },
        "single_topic_under_flood": {"p50_ms": median(single), "p99_ms": max(single)},
    }


def table(found: dict[str, object]) -> str:
    """The figures as a person reads them."""
    lines = [f"{'':<28}{'p50 ms':>10}{'p99 ms':>10}{'a second':>10}"]
    for name in ("raw", "hotline", "flash_idle", "flash_under_flood", "single_topic_under_flood"):
        row = found[name]
        assert isinstance(row, dict)
        rate = f"{row['per_s']:>10.0f}" if "per_s" in row else ""
        lines.append(f"{name:<28}{row['p50_ms']:>10.1f}{row['p99_ms']:>10.1f}{rate}")
    ratios = found["ratios"]
    assert isinstance(ratios, dict)
    lines += ["", *(f"ratio {name:<26}{value:>6.2f}" for name, value in ratios.items())]
    return "\n".join(lines)


def say(words: str) -> None:
    """Progress."""
    print(f"… {words}", file=sys.stderr, flush=True)


@asynccontextmanager
async def bench_on(scratch: Path, bootstrap: str) -> AsyncIterator[Bench]:
    """The house, the hotline and the raw relay, running on a broker."""
    settings = Settings(state=scratch, kafka_bootstrap_servers=bootstrap, allowances={})
    house = House(scratch)
    house.build(SEATS)
    bus = KafkaBus(bootstrap, "setup")
    await house.open_on(bus, SystemClock().now(), settings.partitions, SEATS)
    await bus.ensure([Topic("raw.in", 1), Topic("raw.out", 1)])
    await bus.close()
    hotline = Process("hotline", scratch / "run")
    hotline.start(["hotline", "run"], environment_of(settings) | {"DETENTE_LOG_LEVEL": "warning"})
    relay = subprocess.Popen(
        [sys.executable, "-m", "tests.bench.relay", bootstrap, "raw.in", "raw.out"],
        stdout=subprocess.PIPE,
    )
    assert relay.stdout is not None
    relay.stdout.readline()
    try:
        async with AsyncExitStack() as stack:
            sender, receiver, flooder = [
                await stack.enter_async_context(Desk.open(house.home(seat.desk), settings=settings))
                for seat in SEATS[:3]
            ]
            producer = AIOKafkaProducer(
                bootstrap_servers=bootstrap, acks="all", enable_idempotence=True, linger_ms=0
            )
            consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap, enable_auto_commit=False)
            await producer.start()
            await consumer.start()
            consumer.assign([TopicPartition("raw.out", 0)])
            try:
                yield Bench(bootstrap, sender, receiver, flooder, producer, consumer)
            finally:
                await producer.stop()
                await consumer.stop()
    finally:
        relay.terminate()
        relay.wait(10)
        hotline.stop()


async def main(state: Path) -> None:
    """A broker of its own below `state`/bench, gone afterwards."""
    configure("warning")
    scratch = state / "bench"
    shutil.rmtree(scratch, ignore_errors=True)
    (scratch / "kafka").mkdir(parents=True)
    (state / "kafka" / "jars").mkdir(parents=True, exist_ok=True)
    (scratch / "kafka" / "jars").symlink_to((state / "kafka" / "jars").absolute())
    try:
        bootstrap = runner.up(scratch, nodes=1, port=free_port(), progress=say).bootstrap
        async with bench_on(scratch, bootstrap) as bench:
            found = await measure(bench)
    finally:
        runner.down(scratch)
        shutil.rmtree(scratch, ignore_errors=True)
    (state / "bench.json").write_text(json.dumps(found, indent=2) + "\n")
    print(table(found))


if __name__ == "__main__":
    asyncio.run(main(Path(".detente")))
