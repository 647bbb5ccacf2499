"""The raw thing: consume from one topic, produce to the next, acks=all. Nothing else."""

from __future__ import annotations

import asyncio
import signal
import sys

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer


async def relay(bootstrap: str, source: str, target: str) -> None:
    """Until SIGTERM. Prints `ready` once it consumes."""
    stopping = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopping.set)
    producer = AIOKafkaProducer(
        bootstrap_servers=bootstrap, acks="all", enable_idempotence=True, linger_ms=0
    )
    consumer = AIOKafkaConsumer(
        source,
        bootstrap_servers=bootstrap,
        group_id="raw-relay",
        enable_auto_commit=False,
        auto_offset_reset="earliest",
    )
    await producer.start()
    await consumer.start()
    while not consumer.assignment():
        await asyncio.sleep(0.05)
    print("ready", flush=True)
    while not stopping.is_set():
        batches = await consumer.getmany(timeout_ms=200)
        sent = [
            await producer.send(target, record.value, key=record.key, partition=0)
            for records in batches.values()
            for record in records
        ]
        if sent:
            await asyncio.gather(*sent)
            await consumer.commit()
    await consumer.stop()
    await producer.stop()


if __name__ == "__main__":
    asyncio.run(relay(*sys.argv[1:]))
