"""One key, without Enter where there is a terminal."""

from __future__ import annotations

import sys
import termios
import tty

from rich.console import RenderableType

from services.desk.commands.runner import console


def pressed(screen: RenderableType) -> str:
    """Show it and give the key that is pressed next; from a pipe, the next line's first letter."""
    console().print(screen)
    if not sys.stdin.isatty():
        return sys.stdin.readline().strip()[:1]
    descriptor = sys.stdin.fileno()
    before = termios.tcgetattr(descriptor)
    try:
        tty.setcbreak(descriptor)
        return sys.stdin.read(1)
    finally:
        termios.tcsetattr(descriptor, termios.TCSADRAIN, before)
