"""What stands around every screen, so that live and exercise are never confused."""

from __future__ import annotations

from rich.console import Group, RenderableType

from services.bus.topics import Realm
from services.desk.inner.words import EXERCISE_MARK
from services.desk.screen.notation import bold


def framed(screen: RenderableType, realm: Realm) -> RenderableType:
    """An exercise screen says so above and below; a live one says nothing of exercises."""
    if realm is Realm.LIVE:
        return screen
    mark = bold(EXERCISE_MARK, "bold magenta")
    return Group(mark, screen, mark)
