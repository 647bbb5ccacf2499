"""Drafts: what waits for a releaser, whole."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from rich.console import Group, RenderableType
from rich.text import Text as Shown

from services.desk.draft import KeptDraft
from services.desk.screen.addresses import address_document, address_lines
from services.desk.screen.message import times
from services.desk.screen.notation import bold, nations, precedence_shown, when
from services.desk.screen.substance import particulars_lines
from services.desk.screen.untrusted import paragraphs, set_in, visible
from services.desk.store.records import Address

AddressOf = Callable[[str], Address]
"""How a desk is addressed."""


def drafts_screen(
    drafts: Sequence[KeptDraft], address_of: AddressOf, now: datetime
) -> RenderableType:
    """What waits for a releaser, whole: a releaser confirms every word."""
    if not drafts:
        return Shown("there are no drafts")
    return Group(*(_draft_lines(each, address_of, now) for each in drafts))


def _draft_lines(kept: KeptDraft, address_of: AddressOf, now: datetime) -> RenderableType:
    draft = kept.draft
    head = Shown.assemble(
        bold(f"draft {kept.number}"),
        f" by {kept.drafter} {when(kept.drafted_at, now)}, not released, matter {draft.matter}\n",
        precedence_shown(draft.precedence),
        f" (proposed) act {draft.act.value}\nTO {', '.join(draft.action)}\n",
        f"INFO {', '.join(draft.info)}\n" if draft.info else "",
        f"{draft.label.classification.value} (policy {draft.label.policy})"
        f" REL TO {nations(draft.label.releasable_to)}",
        *(f"\n{line}" for line in times(draft, now)),
    )
    said = f"SUBJ: {visible(draft.subject)}\n{paragraphs(draft.text)}"
    words = set_in("\n".join((said, *particulars_lines(draft.particulars, now))))
    return Group(head, words, *address_lines(map(address_of, draft.action)))


def draft_document(kept: KeptDraft, address_of: AddressOf) -> dict[str, Any]:
    """A draft for a program."""
    return {
        "number": kept.number,
        "drafter": kept.drafter,
        "drafted_at": kept.drafted_at.isoformat(),
        **kept.draft.model_dump(mode="json"),
        "addresses": [address_document(address_of(each)) for each in kept.draft.action],
    }
