"""One key, without Enter where there is a terminal."""

from __future__ import annotations

import sys
import termios
import tty

from rich.console import RenderableType

from services.bus.topics import Realm
from services.desk.commands.runner import console
from services.desk.screen.frame import framed


def pressed(screen: RenderableType, realm: Realm) -> str:
    """Show it in its realm's frame, and give the key that is pressed next; from a pipe, the next
    line's first letter. What asks is no answer, so it stands on stderr.
    """
    console(stderr=True).print(framed(screen, realm))
    if not sys.stdin.isatty():
        return sys.stdin.readline().strip()[:1]
    descriptor = sys.stdin.fileno()
    before = termios.tcgetattr(descriptor)
    try:
        tty.setcbreak(descriptor)
        return sys.stdin.read(1)
    finally:
        termios.tcsetattr(descriptor, termios.TCSADRAIN, before)
