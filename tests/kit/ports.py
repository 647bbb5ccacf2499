"""Free ports for servers under test, never the same for two workers of one test run."""

from __future__ import annotations

import os
import random
from functools import cache

from deploy.kafka import wire

FIRST, AFTER = 20_000, 30_000
"""Below the ports that the system hands out."""
_given: set[int] = set()


def free_ports(count: int) -> int:
    """The first of `count` free ports in a row; within one process none is given twice."""
    ours = _ours()
    while True:
        first = random.randrange(ours.start, ours.stop - count)
        wanted = range(first, first + count)
        if _given.isdisjoint(wanted) and all(wire.is_free(("127.0.0.1", port)) for port in wanted):
            _given.update(wanted)
            return first


@cache
def _ours() -> range:
    """This worker's share: pytest-xdist numbers its workers gw0, gw1 and so on."""
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    share = (AFTER - FIRST) // int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    return range(FIRST + worker * share, FIRST + (worker + 1) * share)
