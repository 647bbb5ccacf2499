"""Who is told what: all that happened to an agreement, in one notice a desk. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from schemas import agreement_facts as facts
from schemas.agreement_facts import AgreementFact
from schemas.agreements import (
    AgreementCommand,
    AgreementTold,
    NextDue,
    RecordInstrument,
    ReturnInstrument,
)
from schemas.parties import DeskId
from services.agreements.course import Course
from services.agreements.dues import dues
from services.agreements.state import Agreement, Family
from services.bus.rulebook import Decision, Earlier, Encloses, Heard, Telling

UNNUMBERED = (
    facts.AgreementProposed, facts.TextAdopted, facts.TextAuthenticated, facts.InstrumentSubmitted,
    facts.InstrumentReturned, facts.AgreementReminder, facts.ProtocolActivated,
    facts.ProtocolNotActivated, facts.ObligationOpened, facts.ObligationMoved,
)  # fmt: skip
"""What is no publication of the depositary. All else takes a number: C.N.<n>.<year>."""
CONFIDED = (facts.InstrumentSubmitted, facts.InstrumentReturned)
"""What concerns the submitting state and the depositary alone."""


def told(before: Family, course: Course, heard: Heard[Any]) -> Decision:
    """The facts, numbered where they are publications, and who is told of them."""
    command = heard.command
    names = tuple(dict.fromkeys(event.agreement for event in course.events))
    for name in names:
        mine = tuple(each for each in course.events if each.agreement == name)
        if any(not isinstance(each, UNNUMBERED) for each in mine) and not _text_only(mine):
            year = heard.received_at.year
            number = course.family.notifications.get((name, year), 0) + 1
            course.happens(
                facts.NotificationMade(
                    agreement=name, at=heard.received_at, number=number, year=year
                )
            )
    tells: list[Telling] = []
    for name in names:
        mine = tuple(each for each in course.events if each.agreement == name)
        tells += _tells(before, course, command, name, mine)
    return Decision(tuple(course.events), tuple(tells))


def _text_only(events: Sequence[AgreementFact]) -> bool:
    """A text that moves on among the negotiating states is not the depositary's yet."""
    return any(isinstance(each, facts.TextAdopted | facts.TextAuthenticated) for each in events)


def _tells(
    before: Family, course: Course, command: Any, name: str, mine: tuple[AgreementFact, ...]
) -> list[Telling]:
    agreement = course.of(name)
    notice = notice_of(course.family, agreement, mine)
    own = isinstance(command, AgreementCommand) and command.agreement == name
    sender = command.sender if own else None
    desks = _concerned(agreement, mine, sender)
    instrument = None
    if own and isinstance(command, RecordInstrument | ReturnInstrument):
        kept = before.agreements[name].submitted[command.instrument]
        instrument = Earlier(kept.position, kept.digest, kept.directory)
    tells: list[Telling | None] = []
    for desk in desks:
        encloses: Encloses | Earlier = Encloses.COMMAND if own else Encloses.NOTHING
        if isinstance(command, RecordInstrument) and instrument and desk != sender:
            encloses = instrument
        if own and desk not in _known(before, name):
            # Who joins later is given the text and all that happened before.
            tells.append(_history(before, desk, name))
        tells.append(Telling(desk, notice, encloses))
    return [each for each in tells if each is not None]


def _known(before: Family, name: str) -> Sequence[DeskId]:
    found = before.agreements.get(name)
    return found.desks if found else ()


def _concerned(
    agreement: Agreement, mine: Sequence[AgreementFact], sender: DeskId | None
) -> list[DeskId]:
    desks: Sequence[DeskId] = agreement.desks
    confided = [each for each in mine if isinstance(each, CONFIDED)]
    if confided:
        nations = {
            each.instrument.state if isinstance(each, facts.InstrumentSubmitted) else each.state
            for each in confided
        }
        desks = [
            desk
            for nation in sorted(nations)
            if nation in agreement.participants
            for desk in agreement.participants[nation].desks
        ] + [agreement.record.depositary]
    return list(dict.fromkeys((*desks, *((sender,) if sender else ()))))


def notice_of(
    family: Family, agreement: Agreement, mine: tuple[AgreementFact, ...]
) -> AgreementTold:
    """The facts, and how the agreement stands after them."""
    ahead = sorted(dues(family, agreement), key=lambda each: (each.due, each.what, each.which))
    number = next((each for each in mine if isinstance(each, facts.NotificationMade)), None)
    next_due = None
    if ahead:
        next_due = NextDue(what=ahead[0].what, which=ahead[0].which, due=ahead[0].due)
    return AgreementTold(
        agreement=agreement.name,
        notification=number.written if number else None,
        phase=agreement.phase,
        in_force_since=agreement.in_force_since,
        expires_on=agreement.expires_on,
        next_due=next_due,
        facts=tuple(_without_record(each) for each in mine),
    )


def _without_record(fact: Any) -> Any:
    """Desks have the record in the signed proposal that comes with the notice."""
    if isinstance(fact, facts.AgreementProposed):
        return fact.model_copy(update={"record": None})
    return fact


def _history(before: Family, desk: DeskId, name: str) -> Telling | None:
    """How it came to stand so, for a desk that was told nothing of it: with the text as signed."""
    agreement = before.agreements.get(name)
    if agreement is None:
        return None
    first = agreement.proposal
    notice = notice_of(before, agreement, (first, *agreement.past))
    return Telling(desk, notice, Earlier(first.position, first.proposal_digest, first.directory))
