"""What an alert's sender says: the alert, its updates, corrections, and its end. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from schemas.alerts import (
    RECIPIENTS_MAX,
    AlertCancelled,
    AlertCleared,
    AlertCorrected,
    AlertIssued,
    AlertMessage,
    AlertUpdated,
    CancelAlert,
    ClearAlert,
    CorrectAlert,
    FollowUp,
    Given,
    IssueAlert,
    SenderCommand,
    UpdateAlert,
)
from schemas.cap import Status
from schemas.crisis import facts_of
from schemas.parties import MessageType, Precedence, nation_of
from services.alerts.chain.deadlines import schedule
from services.alerts.chain.evolve import evolve
from services.alerts.chain.reach import reached
from services.alerts.chain.state import Chain
from services.alerts.chain.telling import everybody, told
from services.alerts.refusals import (
    AmbiguousReference,
    DraftNotDistributed,
    ExpiredAlready,
    IdentifierReused,
    LeavesOutNation,
    NotNewest,
    ReferenceMissing,
    StatusOutOfPlace,
    TemplateMissing,
    TemplateNotApproved,
    TooManyRecipients,
    UnknownReference,
)
from services.bus.refusals import (
    NotReleasable,
    PrecedenceTooLow,
    Refusal,
    SecondOfficerNeeded,
    UnknownOfficer,
)
from services.bus.rulebook import Decision, Encloses, Heard

Within = Mapping[Precedence, float]
"""Ceilings for acknowledgement, in seconds from release."""


def issue(chain: Chain, heard: Heard[IssueAlert], within_s: Within) -> Decision | Refusal:
    """The alert, to the military desk and the foreign ministry of every nation addressed."""
    command = heard.command
    given = reached(command.addressed, heard.desks, command.sender)
    if isinstance(given, Refusal):
        return given
    if refusal := _unfit(chain, heard, given) or _unreleased(command, heard):
        return refusal
    assert command.templates is not None, "it was checked just now"
    issued = AlertIssued(
        **_word(chain, heard, within_s),
        **_event(command),
        given=given,
        templates=command.templates,
        label=command.label,
        message_type=command.message_type,
        exercise=command.exercise,
    )
    return _to_everybody(chain, issued)


def update(chain: Chain, heard: Heard[UpdateAlert], within_s: Within) -> Decision | Refusal:
    """Newer words, to all who had the first. Another attribution is told in this way."""
    command = heard.command
    if refusal := _follows(chain, heard):
        return refusal
    if missing := set(chain.addressed) - set(command.addressed):
        return LeavesOutNation(", ".join(sorted(missing)))
    new = sorted(set(command.addressed) - set(chain.addressed))
    given = reached(new, heard.desks, command.sender)
    if isinstance(given, Refusal):
        return given
    if refusal := _unfit(chain, heard, given) or _unreleased(command, heard):
        return refusal
    assert command.templates is not None, "it was checked just now"
    updated = AlertUpdated(
        **_word(chain, heard, within_s),
        **_event(command),
        given=tuple(each for each in given if each.desk not in chain.recipients),
        was=chain.confidence,
        templates=command.templates,
        label=command.label,
    )
    return _to_everybody(chain, updated)


def correct(chain: Chain, heard: Heard[CorrectAlert], within_s: Within) -> Decision | Refusal:
    """To all who had it, whatever became of the alert. From the approved text, by one officer."""
    refusal = _follows(chain, heard) or _follow_up(chain, heard)
    if refusal:
        return refusal
    corrected = AlertCorrected(
        **_word(chain, heard, within_s),
        template=heard.command.template,
        false_alert=heard.command.false_alert,
    )
    return _to_everybody(chain, corrected)


def cancel(chain: Chain, heard: Heard[CancelAlert], within_s: Within) -> Decision | Refusal:
    """Withdrawn, and told to all who had it. From the approved text, by one officer."""
    refusal = _follows(chain, heard) or _follow_up(chain, heard)
    if refusal:
        return refusal
    cancelled = AlertCancelled(**_word(chain, heard, within_s), template=heard.command.template)
    return _to_everybody(chain, cancelled)


def clear(chain: Chain, heard: Heard[ClearAlert], within_s: Within) -> Decision | Refusal:
    """All clear."""
    refusal = _follows(chain, heard) or _follow_up(chain, heard)
    if refusal:
        return refusal
    return _to_everybody(chain, AlertCleared(**_word(chain, heard, within_s)))


def _to_everybody(chain: Chain, event: Any) -> Decision:
    after = evolve(chain, event)
    return Decision((event,), told(after, event, everybody(after), Encloses.COMMAND))


def _word(chain: Chain, heard: Heard[Any], within_s: Within) -> dict[str, Any]:
    command = heard.command
    steps = schedule(command.precedence, command.sent_at, within_s)
    return {
        "message": command.message_id,
        "digest": heard.digest,
        "identifier": command.identifier,
        "number": len(chain.words) + 1,
        "by": command.sender,
        "nation": nation_of(command.sender),
        "drafter": command.drafter,
        "officer": command.officer,
        "released_at": command.sent_at,
        "at": heard.received_at,
        "precedence": command.precedence,
        "lane": command.lane,
        "acknowledge_by": steps[-1].due,
        "schedule": steps,
        "position": heard.position,
        "directory": heard.directory,
    }


def _event(command: AlertMessage) -> dict[str, Any]:
    return facts_of(command) | {
        "addressed": command.addressed,
        "onset": command.onset,
        "effective": command.effective,
        "expires": command.expires,
        "threads": command.threads,
        "confidence": command.confidence,
        "sources": command.sources,
    }


def _unfit(chain: Chain, heard: Heard[AlertMessage], given: Sequence[Given]) -> Refusal | None:
    """Why this alert may not go out at all. All of it is checked before anything is sent."""
    command = heard.command
    if refusal := out_of_place(command.status, command.message_type):
        return refusal
    if command.templates is None:
        return TemplateMissing(command.event_code)
    officers = heard.desks[command.sender].officers
    for officer in (command.templates.drafter, command.templates.approver):
        if officer not in officers:
            return UnknownOfficer(officer)
    if command.expires is not None and command.expires <= heard.received_at:
        return ExpiredAlready(command.expires.isoformat())
    readers = (command.sender, *chain.recipients, *(each.desk for each in given))
    unread = [desk for desk in readers if not command.label.lets_read(desk)]
    if unread:
        return NotReleasable(", ".join(dict.fromkeys(unread)))
    alternates = {rung.desk for each in given for rung in each.ladder.alternates}
    reaches = {*chain.recipients, *(each.desk for each in given), *alternates}
    if len(reaches) > RECIPIENTS_MAX:
        return TooManyRecipients(f"{len(reaches)}, at most {RECIPIENTS_MAX}")
    return None


def out_of_place(status: Status, message_type: MessageType) -> Refusal | None:
    """CAP's status against the bus's message type: what is said in earnest stays on the live bus,
    and what is not never reaches it. System is of the network, and travels as a PROJECT.
    """
    if status is Status.DRAFT:
        return DraftNotDistributed()
    allowed = {
        Status.ACTUAL: (MessageType.OPERATION,),
        Status.SYSTEM: (MessageType.PROJECT,),
        Status.EXERCISE: (MessageType.EXERCISE, MessageType.DRILL),
        Status.TEST: (MessageType.EXERCISE, MessageType.DRILL),
    }[status]
    return None if message_type in allowed else StatusOutOfPlace(f"{status} as {message_type}")


def _follows(chain: Chain, heard: Heard[Any]) -> Refusal | None:
    """Whether it names the newest message, alone, and travels as fast as what went before."""
    command = heard.command
    if not command.references:
        return ReferenceMissing()
    if len(command.references) > 1:
        return AmbiguousReference()
    (named,) = command.references
    if chain.word(named) is None:
        return UnknownReference()
    if named != chain.newest.message:
        return NotNewest(f"the newest is {chain.newest.message}")
    if (command.sender, command.identifier) in chain.identifiers:
        return IdentifierReused()
    if command.precedence.rank < chain.precedence.rank:
        return PrecedenceTooLow(f"{command.precedence}, where {chain.precedence} went before")
    return None


def _follow_up(chain: Chain, heard: Heard[FollowUp]) -> Refusal | None:
    """The Hawaii rule: what was approved with the alert needs no second officer now."""
    command = heard.command
    if command.message_type is not chain.message_type or command.exercise != chain.exercise:
        return StatusOutOfPlace(command.message_type)
    if command.template is None:
        return _unreleased(command, heard)
    if command.template != _approved(chain, command):
        return TemplateNotApproved()
    return _known(command, heard)


def _approved(chain: Chain, command: FollowUp) -> str | None:
    assert chain.templates is not None, "no alert stands without"
    if isinstance(command, CancelAlert):
        return chain.templates.cancel
    return chain.templates.correction if isinstance(command, CorrectAlert) else None


def _known(command: SenderCommand, heard: Heard[Any]) -> Refusal | None:
    officers = heard.desks[command.sender].officers
    for officer in (command.drafter, command.officer):
        if officer not in officers:
            return UnknownOfficer(officer)
    return None


def _unreleased(command: SenderCommand, heard: Heard[Any]) -> Refusal | None:
    """Whether those released it who may. Two persons from IMMEDIATE up (scenario S16)."""
    if refusal := _known(command, heard):
        return refusal
    urgent = command.precedence.rank >= Precedence.IMMEDIATE.rank
    if urgent and command.drafter == command.officer:
        return SecondOfficerNeeded(command.precedence)
    return None
