"""What other sources say of an alert, told to all who had it. Pure."""

from __future__ import annotations

from schemas.alerts import (
    AlertContradicted,
    AlertCorroborated,
    ContradictAlert,
    CorroborateAlert,
    SourceCommand,
)
from schemas.sources import FINDINGS_MAX
from services.alerts.chain.evolve import evolve
from services.alerts.chain.state import Chain, Word
from services.alerts.chain.telling import everybody, told
from services.alerts.refusals import (
    AmbiguousReference,
    AnsweredAlready,
    EventChanged,
    ReferenceMissing,
    SameSource,
    TooManySources,
    UnknownReference,
)
from services.bus.refusals import Refusal, UnknownOfficer
from services.bus.rulebook import Decision, Encloses, Heard


def corroborate(chain: Chain, heard: Heard[CorroborateAlert]) -> Decision | Refusal:
    """A source that is none of the alert's bears it out: it is one source's word no more."""
    return _weighed(chain, heard, AlertCorroborated)


def contradict(chain: Chain, heard: Heard[ContradictAlert]) -> Decision | Refusal:
    """A source that is none of the alert's says otherwise. The alert stands; all are told."""
    return _weighed(chain, heard, AlertContradicted)


def _weighed(
    chain: Chain,
    heard: Heard[CorroborateAlert] | Heard[ContradictAlert],
    kind: type[AlertCorroborated | AlertContradicted],
) -> Decision | Refusal:
    command = heard.command
    word = _spoken_of(chain, heard)
    if isinstance(word, Refusal):
        return word
    if refusal := _counted(chain, command, bears_out=kind is AlertCorroborated):
        return refusal
    event = kind(
        message=word.message,
        number=word.number,
        by=command.sender,
        officer=command.officer,
        source=command.source,
        at=heard.received_at,
    )
    after = evolve(chain, event)
    return Decision((event,), told(after, event, everybody(after), Encloses.COMMAND))


def _counted(chain: Chain, command: SourceCommand, *, bears_out: bool) -> Refusal | None:
    """Whether the source is independent: neither the alert's own, nor counted for another desk.

    A desk may revise what it said of a source. That is how a sensor's first word is taken back.
    """
    same = command.source.same
    before = chain.findings.get(same)
    if any(each.same == same for each in chain.sources):
        return SameSource("-".join(same))
    if before is None:
        return TooManySources() if len(chain.findings) >= FINDINGS_MAX else None
    if before.by != command.sender:
        return SameSource("-".join(same))
    return AnsweredAlready() if before.bears_out is bears_out else None


def _spoken_of(chain: Chain, heard: Heard[SourceCommand]) -> Word | Refusal:
    """The message, where it is named alone, and no update has told the event anew since."""
    command = heard.command
    if not command.references:
        return ReferenceMissing()
    if len(command.references) > 1:
        return AmbiguousReference()
    word = chain.word(command.references[0])
    speaker = chain.recipients.get(command.sender)
    if word is None or (speaker is not None and word.number < speaker.first):
        return UnknownReference()
    if word.number < max(each.number for each in chain.words if each.whole):
        return EventChanged()
    if command.officer not in heard.desks[command.sender].officers:
        return UnknownOfficer(command.officer)
    return word
