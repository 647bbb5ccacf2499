"""What a mediator is asked: messages to pass on, read or unread, and who invited it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from rich.console import RenderableType
from rich.text import Text as Shown

from services.desk.relays import Invitation, ToRelay
from services.desk.screen.message import outer_document
from services.desk.screen.notation import bold, end_of, iso, precedence_shown, when
from services.desk.screen.untrusted import paragraphs, set_in, visible


def relay_lines(asked: Sequence[ToRelay], now: datetime) -> Iterator[RenderableType]:
    """Every message to pass on, oldest first; of a sealed one its outside alone."""
    for each in asked:
        said = each.asked
        state = "RELAYED" if each.is_relayed else "TO RELAY, as it is"
        sealed = "\nSEALED: its label keeps it from this desk's eyes" if said.sealed else ""
        due = f"\nacknowledge by {when(said.acknowledge_by, now)}" if said.acknowledge_by else ""
        yield Shown.assemble(
            f"{end_of(said.message)}  {state}  ",
            precedence_shown(said.precedence),
            f"\nFM {said.originator}\nTO {', '.join(said.to)}"
            f"\nmatter {each.delivery.matter}, here since {when(each.delivered_at, now)}"
            f"{sealed}{due}",
        )
        if each.text is not None:
            yield set_in(f"SUBJ: {visible(each.text.subject)}\n{paragraphs(each.text.text)}")


def relay_document(each: ToRelay) -> dict[str, Any]:
    """A message to relay, for a program; `original` is null where it is sealed."""
    said = each.asked
    return {
        "message_id": said.message,
        "matter": each.delivery.matter,
        "originator": said.originator,
        "precedence": said.precedence.value,
        "to": list(said.to),
        "sealed": said.sealed,
        "acknowledge_by": iso(said.acknowledge_by),
        "delivered_at": each.delivered_at.isoformat(),
        "relayed": each.is_relayed,
        "original": outer_document(each.outer, each.text) if each.outer else None,
    }


def invitation_lines(invited: Sequence[Invitation], now: datetime) -> Iterator[RenderableType]:
    """Who asked whom to mediate; one invitation alone gives no leave to relay."""
    for each in invited:
        said = each.invited
        yield bold(
            f"INVITED TO MEDIATE: {said.mediator}, by {said.by} towards {said.party}"
            f" ({said.basis.replace('_', ' ')}) in {each.matter} {when(each.at, now)}"
        )


def invitation_document(each: Invitation) -> dict[str, Any]:
    """An invitation for a program."""
    return {
        "matter": each.matter,
        "at": each.at.isoformat(),
        **each.invited.model_dump(mode="json"),
    }
