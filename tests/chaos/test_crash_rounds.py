"""Two short crash rounds on three real brokers. The long run: see README.md."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest

from deploy.kafka.trouble import KafkaTrouble
from tests.chaos.campaign import campaign

ROUNDS, MESSAGES, PER_SECOND = 2, 150, 15.0


@pytest.mark.kafka
@pytest.mark.slow
@pytest.mark.timeout(240)
def test_crash_rounds_lose_duplicate_and_reorder_nothing(
    tmp_path: Path, fetched_jars: Path
) -> None:
    """Another seed each time; DETENTE_CHAOS_SEED plays one again."""
    seed = int(os.environ.get("DETENTE_CHAOS_SEED", random.SystemRandom().randrange(10_000)))
    try:
        results = campaign(ROUNDS, MESSAGES, seed, print, tmp_path, PER_SECOND)
    except KafkaTrouble as trouble:
        if os.environ.get("CI", "").lower() == "true":
            pytest.fail(f"crash rounds need a real Kafka: {trouble}", pytrace=False)
        pytest.skip(f"crash rounds need a real Kafka: {trouble}")
    for found in results:
        assert found.good, f"{found.line()}\n{found.verdict.anomalies}"
        assert found.verdict.count.accepted > MESSAGES, "and what was submitted besides"
    assert sum(len(found.faults) for found in results) >= ROUNDS * 3, "the nemesis did too little"
