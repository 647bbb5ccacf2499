"""Rival accounts side by side: a column a nation, each with its corrections."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text as Shown

from services.desk.accounts import Chain, Event, Word
from services.desk.screen.notation import bold, end_of, when
from services.desk.screen.substance import particulars_lines
from services.desk.screen.untrusted import paragraphs, set_in, visible


def accounts_screen(events: Sequence[Event], now: datetime) -> RenderableType:
    """Every event, its accounts beside each other, none above another."""
    if not events:
        return Shown("no accounts or attributions are held in this matter")
    return Group(*(_event(each, now) for each in events))


def _event(event: Event, now: datetime) -> RenderableType:
    nations = list(dict.fromkeys(chain.nation for chain in event.chains))
    table = Table(title=f"event {event.name}", box=box.SIMPLE_HEAD, expand=True)
    cells: list[RenderableType] = []
    for nation in nations:
        table.add_column(nation, ratio=1, overflow="fold")
        held = [chain for chain in event.chains if chain.nation == nation]
        cells.append(Group(*(line for chain in held for line in _chain(chain, now))))
    table.add_row(*cells)
    return table


def _chain(chain: Chain, now: datetime) -> list[RenderableType]:
    lines: list[RenderableType] = [bold(chain.act.value)]
    for number, word in enumerate(chain.words):
        lines += _word(word, now, first=number == 0, stands=word is chain.words[-1])
    return lines


def _word(word: Word, now: datetime, *, first: bool, stands: bool) -> list[RenderableType]:
    how = "WITHDRAWN" if word.withdrawn else "said" if first else "CORRECTED to"
    earlier = "" if stands else " (an earlier word)"
    sure = f", confidence {word.confidence.value}" if word.confidence else ""
    head = Shown(f"{how} {when(word.at, now)}, message {end_of(word.message)}{sure}{earlier}")
    if word.text is None:
        return [head, bold("CANNOT BE READ HERE", "bold red")]
    said = f"{visible(word.text.subject)}\n{paragraphs(word.text.text)}"
    return [head, set_in("\n".join((said, *particulars_lines(word.text.particulars, now))))]


def event_document(event: Event) -> dict[str, Any]:
    """An event with its accounts, for a program."""
    return {
        "event": event.name,
        "accounts": [
            {
                "act": chain.act.value,
                "nation": chain.nation,
                "words": [_word_document(each) for each in chain.words],
            }
            for chain in event.chains
        ],
    }


def _word_document(word: Word) -> dict[str, Any]:
    text = word.text
    return {
        "message_id": word.message,
        "at": word.at.isoformat(),
        "confidence": word.confidence.value if word.confidence else None,
        "withdrawn": word.withdrawn,
        "subject": text.subject if text else None,
        "text": text.text if text else None,
        "particulars": (
            text.particulars.model_dump(mode="json") if text and text.particulars else None
        ),
    }
