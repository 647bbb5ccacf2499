"""Who does what a scenario says, and what stands for what in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from schemas.acts import Terms
from schemas.hearsay import HeardElsewhere
from schemas.hotline import MessageOuter, Quote
from schemas.particulars import CONTRACTS
from schemas.parties import Label, MessageType, Precedence
from services.desk.desk import Desk
from services.desk.draft import Draft
from services.rehearsal.format.cast import Marking
from services.rehearsal.format.forms import Book
from services.rehearsal.format.library import Owed, Saying, marked
from services.rehearsal.format.scenario import AnyStep, Exact, Scenario
from services.rehearsal.format.verbs import (
    Send,
)
from services.rehearsal.stage.stage import Stage

UNKNOWN_IDENTITY = "f" * 32


@dataclass(slots=True)
class Done:
    """A step that was taken, and what came of it at once."""

    number: int
    step: AnyStep
    at: datetime
    identity: str | None = None
    """Of what it said, where it said something."""
    refused_by: str | None = None
    """DESK or BUS, where it went no further."""
    codes: tuple[str, ...] = ()
    said: str = ""

    @property
    def called(self) -> str | None:
        """Its name."""
        return self.step.called


@dataclass(slots=True)
class Hand:
    """Who does what a scenario says, on a stage."""

    stage: Stage
    scenario: Scenario
    at: Exact
    identities: dict[str, str] = field(default_factory=dict)
    """By a step's name, what the bus calls what it said."""
    drafts: dict[str, int] = field(default_factory=dict)
    after_repair: Callable[[], None] = lambda: None

    # What stands for what.

    def desk(self, step: AnyStep) -> Desk:
        """The desk that does it."""
        assert step.desk is not None, "the contract asks for it"
        return self.stage.desks[step.desk]

    def officer(self, step: AnyStep, number: int = 0) -> str:
        """Who does it: as the step names them, else the desk's officers in their order."""
        assert step.desk is not None, "the contract asks for it"
        named = step.officers or self.scenario.desks[step.desk].officers
        return named[min(number, len(named) - 1)]

    def message(self, name: str) -> str:
        """A message by its step's name; one that never went out has no identity."""
        return self.identities.get(name, UNKNOWN_IDENTITY)

    @property
    def book(self) -> Book:
        """For the tables of acts and services."""
        return Book(self.at, self.scenario.places, self._identity)

    def saying(self, desk: Desk) -> Saying:
        """For what a desk says to services that keep records."""
        label = self.label(self.scenario.label)

        def owed(asked: Owed) -> str:
            found = (each.opened for _, each in desk.agreements.obligations())
            wanted = (desk.name, asked.protocol, asked.step, asked.regards)
            return next(
                (e.obligation for e in found if (e.owner, e.protocol, e.step, e.regards) == wanted),
                UNKNOWN_IDENTITY,
            )

        return Saying(self.book, self._matter, self.scenario.exercise_name, label, owed)

    def _matter(self, name: str) -> str:
        """The matter of what a step said; else the name is that of a matter."""
        identity = self.identities.get(name)
        outs = (desk.store.out(identity) for desk in self.stage.desks.values() if identity)
        return next((out.matter for out in outs if out is not None), name)

    def _identity(self, name: str) -> str:
        self.scenario.called(name)  # A step that never spoke is named all the same.
        return self.message(name)

    def followed(self, send: Send) -> Draft | MessageOuter | None:
        """The message that one follows: answers, corrects or cancels."""
        name = send.answers or send.corrects or send.cancels
        if name is None:
            return None
        for desk in self.stage.desks.values():
            given, made = desk.store.identities(self.message(name))
            if made:
                return desk.sent(made[0]).outer
            if given:
                return desk.letter(given[0]).outer
        return None

    def draft(self, step: AnyStep, send: Send) -> Draft:
        """What a step says, as the desk's library takes it."""
        first = self.followed(send)
        to = send.to if send.to is not None else self._addressed(step, send, first)
        named = [name for name in (send.answers, send.corrects, send.cancels) if name]
        precedence = send.precedence or (first.precedence if first else Precedence.ROUTINE)
        contract = CONTRACTS.get(send.act)
        bare = send.cancels is not None or contract is None or not send.particulars
        book = self.book
        table = {"act": send.act.value, **send.particulars}
        matter = send.matter or (first.matter if first else self.scenario.matter_name)
        said = send.text if send.unmarked else marked(send.text, self.scenario.exercise_name)
        return Draft(
            matter=matter,
            precedence=precedence,
            action=to,
            info=send.info or (first.info if first and (send.corrects or send.cancels) else ()),
            label=self.label(send.label or self.scenario.label),
            subject=send.subject or (f"Re: {named[0]}" if named else send.act.replace("_", " ")),
            text=said,
            language=send.language,
            act=send.act,
            terms=book.form(Terms, send.terms) if send.terms else None,
            particulars=None if bare or contract is None else book.form(contract, table),
            message_type=MessageType.EXERCISE,
            exercise=self.scenario.exercise_name,
            references=tuple(map(self.message, send.references)),
            quotes=tuple(
                Quote(message=self.message(name), label=self.label(self.scenario.label))
                for name in send.quotes
            ),
            in_reply_to=self.message(send.answers) if send.answers else None,
            corrects=self.message(send.corrects) if send.corrects else None,
            cancels=self.message(send.cancels) if send.cancels else None,
            reply_by=self.at(send.reply_by) if send.reply_by else None,
            expires_at=self.at(send.expires_at) if send.expires_at else None,
            rests_on=send.rests_on,
            heard=tuple(book.form(HeardElsewhere, each) for each in send.heard),
        )

    def _addressed(
        self, step: AnyStep, send: Send, first: Draft | MessageOuter | None
    ) -> tuple[str, ...]:
        if first is None:
            return (step.desk or "",)
        if send.answers and isinstance(first, MessageOuter):
            return (first.sender,)
        return first.action

    def label(self, marking: Marking) -> Label:
        """The confidentiality label that is meant."""
        return Label(
            policy=marking.policy,
            classification=marking.classification,
            releasable_to=tuple(sorted(marking.releasable_to or self.scenario.cast)),
        )
