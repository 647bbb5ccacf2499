"""What is written of what happened: names, counts and states, never a text."""

from __future__ import annotations

import contextlib
import logging
import sys
from collections.abc import Iterator
from typing import Any

import structlog

FIELDS = frozenset(
    {
        "event", "level", "timestamp", "service", "instance", "realm", "topic", "partition",
        "partitions", "offset", "entries", "matter", "message", "desk", "holder", "kind", "code",
        "lane", "sequence", "count", "url", "trouble", "position", "records", "exception",
        "exc_info", "sender", "step", "within_s", "correlation", "claimed",
    }
)  # fmt: skip
"""What a log line may say. Another field is a bug, and crashes."""


CONCERN_A_MESSAGE = ("record.", "delivery.", "line.attended")
"""How the events begin that are about one message. Their lines name its correlation: the message
that began it, which is one id in headers, log lines and traces."""


def _only_known(_: Any, __: str, line: structlog.typing.EventDict) -> structlog.typing.EventDict:
    unknown = line.keys() - FIELDS
    assert not unknown, f"log fields that are not in the table: {sorted(unknown)}"
    concerns = str(line["event"]).startswith(CONCERN_A_MESSAGE)
    assert not concerns or line.get("correlation"), f"{line['event']} without its correlation"
    return {field: said for field, said in line.items() if said is not None}


def configure(level: str = "info", **bound: str) -> None:
    """Log lines as JSON on standard error.

    structlog's own JSON renderer escapes what could forge a line on a terminal: line breaks,
    ESC, bidirectional marks. A traceback shows no local variables, since they may hold texts.
    """
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.ExceptionRenderer(
                structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
            ),
            _only_known,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(
            logging.getLevelNamesMapping()[level.upper()]
        ),
        # Whatever standard error is when a line is written, not when this was set up.
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
    )
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(**bound)


@contextlib.contextmanager
def quietly() -> Iterator[None]:
    """Only errors are written, as where a rehearsal plays what goes wrong."""
    before = structlog.get_config()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    try:
        yield
    finally:
        structlog.configure(**before)


log: structlog.typing.FilteringBoundLogger = structlog.get_logger()
