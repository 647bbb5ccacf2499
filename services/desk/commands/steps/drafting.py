"""Drafting, and releasing in one step."""

from __future__ import annotations

from rich.console import Group
from rich.text import Text as Shown

from services.desk.commands.steps.answers import sent
from services.desk.commands.steps.outcome import Outcome
from services.desk.commands.typed.message import Message
from services.desk.commands.typed.officers import Hands
from services.desk.desk import Desk
from services.desk.draft import Draft
from services.desk.screen.addresses import address_document, address_lines


def drafted(desk: Desk, draft: Draft, by: str) -> Outcome:
    """Keep a draft."""
    number = desk.draft(draft, by=by)
    warnings = [flaw.reason for flaw in desk.flaws(draft)]
    lines = [f"draft {number} is kept on this desk; nothing is released", *warnings]
    addresses = [desk.address_of(each) for each in draft.action]
    document = {
        "number": number,
        "warnings": warnings,
        "addresses": [address_document(each) for each in addresses],
    }
    return Outcome(document, Group(Shown("\n".join(lines)), *address_lines(addresses)))


async def released(desk: Desk, message: Message, hands: Hands, wait_s: float) -> Outcome:
    """Draft and release in one step."""
    return await sent(desk, desk.send(message.draft(desk.name), **hands.both), wait_s)
