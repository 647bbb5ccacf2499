"""A scenario to begin with: ten lines of what happens and what is expected. Pure."""

from __future__ import annotations

START = """\
scenario: {name}
title: A question, and somebody who takes it over
begins: 2026-01-31T12:00Z
cast:
  XAA: {{name: Averna, desks: {{xaa-ghq: {{}}}}}}
  XBB: {{name: Belmark, desks: {{xbb-ghq: {{acknowledges: {{within: 2m}}}}}}}}
timeline:
  - {{at: +1m, called: question, desk: xaa-ghq, send: {{to: [xbb-ghq], precedence: FLASH, text: "What do your aircraft do here?"}}}}
expectations:
  - {{acknowledged: {{message: question, desk: xbb-ghq}}, by: question + 10m}}
"""  # noqa: E501 - ten lines, as they are written to the file.


def started(name: str) -> str:
    """The scenario's text."""
    return START.format(name=name)
