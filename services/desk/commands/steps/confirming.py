"""Opening a message, and telling its originator how far it got."""

from __future__ import annotations

from collections.abc import Callable

from rich.console import Group, RenderableType
from rich.text import Text as Shown

from schemas.places import Point
from services.desk.commands.steps.answers import reported
from services.desk.commands.steps.outcome import Outcome
from services.desk.desk import Desk
from services.desk.letters import Sent
from services.desk.screen.addresses import address_document, address_lines
from services.desk.screen.inbox import letter_document, letter_screen
from services.desk.screen.message import message_lines
from services.desk.screen.outbox import sent_document, sent_lines
from services.desk.trouble import DeskTrouble


async def shown(
    desk: Desk, message: str, *, by: str, wait_s: float, present: Callable[[RenderableType], None]
) -> Outcome:
    """Open a message: it is shown at once, then its originator is told that it was opened.

    An own one is shown as it went out, and how far it got; nobody is told.
    """
    own = desk.held(message)
    if isinstance(own, Sent):
        now = desk.clock.now()
        present(Group(message_lines(own.outer, own.text, now), Shown(""), sent_lines(own, now)))
        return Outcome(sent_document(own), Shown("an own message; nobody is told that it was read"))
    first = desk.letter(message).state == "DELIVERED"
    letter = desk.show(message, by=by)
    identity = letter.outer.message_id
    address = desk.address_of(letter.outer.sender)
    screen = letter_screen(letter, desk.reports(identity), desk.clock.now())
    present(Group(screen, *address_lines([address])))
    told = Outcome({}, Shown(""))
    if first:
        report = desk.reports(identity)[-1].out.message
        told = await reported(desk, identity, report, wait_s)
    letter = desk.letter(identity)
    document = letter_document(letter, desk.reports(identity), desk.clock.now())
    document |= {"sender_address": address_document(address)}
    return Outcome(document, told.screen, told.code)


async def acknowledged(
    desk: Desk,
    message: str,
    *,
    by: str,
    passed_to: str | None = None,
    remark: str | None = None,
    read_back: Point | None = None,
    wait_s: float,
) -> Outcome:
    """Take a message over."""
    letter = desk.letter(message)
    identity = letter.outer.message_id
    report = desk.acknowledge(
        identity, by=by, passed_to=passed_to, remark=remark, read_back=read_back
    )
    return await reported(desk, identity, report, wait_s)


async def with_principal(
    desk: Desk, message: str, *, by: str, remark: str | None = None, wait_s: float
) -> Outcome:
    """Report that it reached the one who decides."""
    letter = desk.letter(message)
    if letter.state in ("DELIVERED", "RECEIVED"):
        raise DeskTrouble(f"{message} is not acknowledged yet: acknowledge it first")
    identity = letter.outer.message_id
    report = desk.report_with_principal(identity, by=by, remark=remark)
    return await reported(desk, identity, report, wait_s)
