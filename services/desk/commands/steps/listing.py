"""What a desk holds: received, released, drafted, refused."""

from __future__ import annotations

from rich.console import Group

from services.desk.commands.steps.outcome import Outcome
from services.desk.desk import Desk
from services.desk.screen.alarms import alarm_document, alarms_screen
from services.desk.screen.drafts import draft_document, drafts_screen
from services.desk.screen.inbox import inbox_sum, inbox_table, letter_document
from services.desk.screen.link_line import link_document, link_lines
from services.desk.screen.outbox import outbox_screen, sent_document
from services.desk.screen.relays import (
    invitation_document,
    invitation_lines,
    relay_document,
    relay_lines,
)


def inbox_of(desk: Desk, newest: int | None = None) -> Outcome:
    """Everything received, or the newest of it, and whether more can come."""
    now, attached, link = desk.clock.now(), desk.is_attached(), desk.link_state()
    letters, alarms = desk.inbox(), desk.alarms()
    asked, invited = desk.to_relay(), desk.invitations()
    given = [(each, desk.reports(each.outer.message_id)) for each in letters]
    document = {
        "desk": desk.name,
        "link": link_document(link, attached=attached),
        "alarms": len(alarms),
        "messages": [letter_document(*each, now) for each in given],
        "to_relay": [relay_document(each) for each in asked],
        "invitations": [invitation_document(each) for each in invited],
    }
    shown = Group(
        link_lines(link, now, desk.realm, attached=attached),
        inbox_table(given[-newest if newest else 0 :], now),
        *invitation_lines(invited, now),
        *relay_lines(asked, now),
        inbox_sum(letters, len(alarms), now),
    )
    return Outcome(document, shown)


def outbox_of(desk: Desk) -> Outcome:
    """Everything released, what came back, and whether it goes out."""
    attached, link, outcome = desk.is_attached(), desk.link_state(), released_by(desk)
    line = link_lines(link, desk.clock.now(), desk.realm, attached=attached)
    document = {"link": link_document(link, attached=attached), **outcome.document}
    return Outcome(document, Group(line, outcome.screen))


def released_by(desk: Desk, newest: int | None = None) -> Outcome:
    """Everything released, or the newest of it, and what came back."""
    letters = desk.outbox()
    document = {"desk": desk.name, "messages": [sent_document(each) for each in letters]}
    newer = letters[-newest if newest else 0 :]
    return Outcome(document, outbox_screen(newer, desk.clock.now()))


def drafts_of(desk: Desk) -> Outcome:
    """Everything that waits for a releaser."""
    drafts = desk.drafts()
    document = {"drafts": [draft_document(each) for each in drafts]}
    return Outcome(document, drafts_screen(drafts, desk.clock.now()))


def alarms_of(desk: Desk) -> Outcome:
    """Everything refused here."""
    alarms = desk.alarms()
    document = {"alarms": [alarm_document(each) for each in alarms]}
    return Outcome(document, alarms_screen(alarms, desk.clock.now()))
