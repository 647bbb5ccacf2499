"""What stands beside a message: its translations, and what followed from it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from rich.console import RenderableType
from rich.text import Text as Shown

from services.desk.course import Followed
from services.desk.history import Translated
from services.desk.orders import ItemOwed, OrdersOwed
from services.desk.screen.notation import bold, end_of, iso, when
from services.desk.screen.untrusted import paragraphs, set_in, visible


def translation_lines(
    translations: Sequence[Translated], now: datetime
) -> Iterator[RenderableType]:
    """Every translation below its original, each with how far it can be relied on."""
    for each in translations:
        machine = " BY MACHINE" if each.machine else ""
        yield bold(
            f"{each.stage.value} TRANSLATION{machine} into {visible(each.language)},"
            f" {each.translator} of {each.desk} {when(each.at, now)};"
            " the original alone is authentic"
        )
        if each.words is None:
            yield bold("THIS TRANSLATION CANNOT BE READ HERE", "bold red")
        else:
            yield set_in(f"SUBJ: {visible(each.words.subject)}\n{paragraphs(each.words.text)}")
        yield from (bold(f"! FLAW in its text: {code}", "bold red") for code in each.flaws)


def translation_document(each: Translated) -> dict[str, Any]:
    """A translation for a program."""
    return {
        "stage": each.stage.value,
        "machine": each.machine,
        "language": each.language,
        "desk": each.desk,
        "translator": each.translator,
        "at": each.at.isoformat(),
        "subject": each.words.subject if each.words else None,
        "text": each.words.text if each.words else None,
        "flaws": list(each.flaws),
    }


def course_lines(course: Sequence[Followed], now: datetime) -> Iterator[RenderableType]:
    """What followed from a message, oldest first."""
    for each in course:
        line = f"{'! ' if each.alarming else ''}{each.what} {when(each.at, now)}"
        line += f": {each.said}" if each.said else ""
        line += f"; {when(each.moment, now)}" if each.moment else ""
        line += f"; message {end_of(each.message)}" if each.message else ""
        yield Shown(line, style="bold red" if each.alarming else "")


def course_document(each: Followed) -> dict[str, Any]:
    """One thing that followed, for a program."""
    return {
        "what": each.what,
        "at": each.at.isoformat(),
        "said": each.said,
        "moment": iso(each.moment),
        "message": each.message,
        "alarming": each.alarming,
    }


def orders_words(owed: OrdersOwed, now: datetime) -> str:
    """Whose word is lacking, and until when it is owed."""
    nations = " and ".join(owed.nations)
    return f"orders to units not confirmed by {nations}; due {when(owed.by, now)}"


def orders_document(owed: OrdersOwed | None) -> dict[str, Any] | None:
    """The same for a program."""
    return {"nations": list(owed.nations), "by": iso(owed.by)} if owed else None


def item_words(owed: ItemOwed, now: datetime) -> str:
    """What of people who are held nobody has said yet, and until when it is owed."""
    nations = " and ".join(owed.nations)
    return f"{owed.item} of people held not answered by {nations}; due {when(owed.by, now)}"
