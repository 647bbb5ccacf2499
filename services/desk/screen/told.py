"""What was told in a matter, word by word, with what its sender wrote. Nothing is trusted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime

from pydantic import BaseModel
from rich.console import RenderableType
from rich.text import Text as Shown

from services.desk.inner.words import strings_in
from services.desk.screen.notation import bold, when
from services.desk.screen.untrusted import set_in, visible
from services.desk.submissions import Told


def told_lines(
    happened: Iterable[Told], words: Callable[[Told], str], now: datetime
) -> Iterator[RenderableType]:
    """Each notice by `words`, with time and age, what was found wrong, and what stands in it."""
    for each in happened:
        yield Shown(f"{when(each.at, now)}  {words(each)}")
        if each.flags:
            flags = ", ".join(each.flags)
            yield set_in(bold(f"! this desk's checks found: {flags}", "bold red"))
        yield from (set_in(line) for line in _content(each.content))


def _content(content: BaseModel | None) -> list[str]:
    """What somebody wrote, field by field, with nothing in it that can deceive a terminal."""
    if content is None:
        return []
    return [
        f"{name.replace('_', ' ')}: {visible('; '.join(words) or str(value))}"
        for name in type(content).model_fields
        if (value := getattr(content, name)) not in (None, ())
        for words in [list(strings_in(value))]
    ]
