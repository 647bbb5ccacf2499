"""What silence and time lead to in a chain. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from schemas.alerts import (
    AlertDeadline,
    AlertExpired,
    AlertLadderClimbed,
    AlertOverdue,
    PassAlertDeadline,
)
from schemas.hotline import Step
from services.alerts.chain.deadlines import expiry
from services.alerts.chain.evolve import evolve
from services.alerts.chain.state import Chain, Recipient, Word
from services.alerts.chain.telling import everybody, told
from services.bus.refusals import NoLongerDue, Refusal
from services.bus.rulebook import Decision, Earlier, Heard


def passed(chain: Chain, heard: Heard[PassAlertDeadline]) -> Decision | Refusal:
    """A rung of a silent desk's ladder, its time, or the end that the alert named."""
    command = heard.command
    if command.message != chain.newest.message:
        return NoLongerDue()
    if command.what is AlertDeadline.EXPIRY:
        return _expired(chain, command)
    recipient = chain.recipients.get(command.desk or "")
    if recipient is None or command.step is None:
        return NoLongerDue()
    if (command.step, command.due) not in {(x.step, x.due) for x in recipient.steps_left}:
        return NoLongerDue()
    if command.step is Step.OVERDUE:
        return _overdue(chain, recipient, command)
    return _climbed(chain, recipient, command.step)


def _expired(chain: Chain, command: PassAlertDeadline) -> Decision | Refusal:
    if expiry(chain) != command.due:
        return NoLongerDue()
    event = AlertExpired(due=command.due)
    after = evolve(chain, event)
    return Decision((event,), told(after, event, everybody(after)))


def _overdue(chain: Chain, recipient: Recipient, command: PassAlertDeadline) -> Decision:
    """The sender learns it, the silent desk, and every alternate on its ladder."""
    event = AlertOverdue(message=command.message, desk=recipient.desk, due=command.due)
    after = evolve(chain, event)
    alternates = tuple(each.desk for each in recipient.ladder.alternates)
    return Decision(
        (event,),
        (
            *told(after, event, (chain.sender, recipient.desk)),
            *told(after, event, alternates, standing_in_for=recipient.desk),
        ),
    )


def _climbed(chain: Chain, recipient: Recipient, step: Step) -> Decision:
    """The next alternate is given the alert: its newest whole words, and what came after."""
    alternate = next((x.desk for x in recipient.ladder.alternates if x.rung is step.rung), None)
    event = AlertLadderClimbed(
        message=chain.newest.message, desk=recipient.desk, step=step, to=alternate
    )
    after = evolve(chain, event)
    tells = told(after, event, (chain.sender,))
    if alternate is not None and alternate in chain.recipients:
        tells += told(after, event, (alternate,), standing_in_for=recipient.desk)
    elif alternate is not None:
        for word in _words_to_read(chain):
            lies = Earlier(word.position, word.digest, word.directory)
            tells += told(after, event, (alternate,), lies, standing_in_for=recipient.desk)
    return Decision((event,), tells)


def _words_to_read(chain: Chain) -> Iterator[Word]:
    """The last words that tell the event, and all that came after them."""
    last_whole = max(each.number for each in chain.words if each.whole)
    return (each for each in chain.words if each.number >= last_whole)
