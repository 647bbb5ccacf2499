"""What a desk holds: received, released, drafted, refused."""

from __future__ import annotations

import json

from rich.console import Group

from schemas.acts import Act
from services.desk.accounts import events_of
from services.desk.commands.steps.outcome import Outcome
from services.desk.desk import Desk
from services.desk.screen.accounts import accounts_screen, event_document
from services.desk.screen.alarms import alarm_document, alarms_screen
from services.desk.screen.cries import cries_to_stop, is_cry_to_stop
from services.desk.screen.drafts import draft_document, drafts_screen
from services.desk.screen.facts import prompt_document, prompt_lines
from services.desk.screen.inbox import inbox_sum, inbox_table, letter_document
from services.desk.screen.line_alarms import in_outage, standing_document, troubled
from services.desk.screen.link_line import link_document, link_lines
from services.desk.screen.outbox import outbox_screen, sent_document
from services.desk.screen.relays import (
    invitation_document,
    invitation_lines,
    relay_document,
    relay_lines,
)
from services.desk.store.records import OutState
from services.desk.trouble import DeskTrouble


def inbox_of(desk: Desk, newest: int | None = None) -> Outcome:
    """Everything received, or the newest of it, and whether more can come."""
    now, attached, link = desk.clock.now(), desk.is_attached(), desk.link_state()
    letters, alarms, lines = desk.inbox(), desk.alarms(), desk.lines.all()
    asked, invited, prompts = desk.to_relay(), desk.invitations(), desk.facts.waiting()
    given = [(each, desk.reports(each.outer.message_id)) for each in letters]
    document = {
        "desk": desk.name,
        "link": link_document(link, attached=attached),
        "cease_action": [each.outer.message_id for each in letters if is_cry_to_stop(each)],
        "prompts": [prompt_document(each, now) for each in prompts],
        "alarms": len(alarms),
        "lines": [standing_document(each) for each in lines],
        "messages": [letter_document(*each, now) for each in given],
        "to_relay": [relay_document(each) for each in asked],
        "invitations": [invitation_document(each) for each in invited],
    }
    waiting = sum(not each.is_relayed for each in asked)
    shown = Group(
        *cries_to_stop(letters, now, desk.realm),
        link_lines(link, now, desk.realm, attached=attached),
        *prompt_lines(prompts, now, desk.realm),
        *troubled(lines, now),
        inbox_table(given[-newest if newest else 0 :], now),
        *invitation_lines(invited, now),
        *relay_lines(asked, now),
        inbox_sum(letters, waiting, len(alarms) + len(in_outage(lines)), now),
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
    document = {"drafts": [draft_document(each, desk.address_of) for each in drafts]}
    return Outcome(document, drafts_screen(drafts, desk.address_of, desk.clock.now()))


def accounts_of(desk: Desk, matter: str) -> Outcome:
    """Every event of a matter with its rival accounts."""
    sent = [each for each in desk.outbox() if each.state is not OutState.REFUSED]
    events = events_of(matter, [*desk.inbox(), *sent])
    document = {"matter": matter, "events": [event_document(each) for each in events]}
    return Outcome(document, accounts_screen(events, desk.clock.now()))


def particulars_of(desk: Desk, act: Act, message: str) -> str:
    """The particulars of a message as a file of them, to be corrected."""
    letter = desk.held(message)
    if letter.text is None or letter.text.particulars is None or letter.outer.act is not act:
        raise DeskTrouble(f"{message} holds no particulars of {act.value}")
    # Other nations' words are in it: all but plain characters stand as their numbers.
    return json.dumps(letter.text.particulars.model_dump(mode="json"), indent=2)


def alarms_of(desk: Desk) -> Outcome:
    """Lines that are silent, and everything refused here."""
    alarms, lines = desk.alarms(), desk.lines.all()
    document = {
        "alarms": [alarm_document(each) for each in alarms],
        "lines": [standing_document(each) for each in in_outage(lines)],
    }
    return Outcome(document, alarms_screen(alarms, lines, desk.clock.now()))
