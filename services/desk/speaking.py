"""What a desk says first: drafts, and messages released from its own disk."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from schemas.envelope import Outer, Submission
from schemas.parties import Contract, Precedence
from services.bus.clock import Clock
from services.bus.seal import Signer
from services.bus.topics import Realm
from services.desk.agreements.prefill import PREFILLED
from services.desk.agreements.speaking import AgreementDesk
from services.desk.alerts.speaking import AlertDesk
from services.desk.draft import (
    Draft,
    flaws_of,
    outer_of,
    refuse_flawed,
    refuse_one_officer,
    resting,
    text_of,
    unreleasable,
)
from services.desk.facts.facts import RESTING
from services.desk.facts.speaking import FactDesk
from services.desk.held import regarded, words_of
from services.desk.home import Home
from services.desk.inner.answers import of_answers
from services.desk.inner.flaw import Flaw
from services.desk.lines.carriage import carried, flaws_on
from services.desk.lines.speaking import LineDesk
from services.desk.lines.view import LineView
from services.desk.listening import Listening
from services.desk.notices.speaking import NoticeDesk
from services.desk.risk.speaking import RiskDesk
from services.desk.store.store import Store
from services.desk.trouble import DeskTrouble, explained
from services.desk.visits.contacts import ContactDesk
from services.desk.visits.speaking import VisitDesk
from services.desk.writing import Writing


class Speaking(Listening):
    """A desk that releases messages. What is released is on its disk before `release` returns."""

    def __init__(
        self, home: Home, store: Store, signer: Signer, clock: Clock, realm: Realm
    ) -> None:
        super().__init__(store, home.lock(realm))
        self.name = signer.holder
        self.realm = realm
        self.clock = clock
        self.folder = home.folder
        self.officers = home.read().officers
        self._writing = Writing(store, signer, clock)
        self.lines = LineDesk(signer.holder, store, clock, self._writing, self._officer, self.nudge)
        self.alerts = AlertDesk(signer.holder, store, clock, self.submit, self._officer)
        self.risk = RiskDesk(signer.holder, store, clock, self.submit)
        self.notices = NoticeDesk(signer.holder, store, clock, self.submit)
        self.visits = VisitDesk(self.name, store, clock, self.submit)
        self.contacts = ContactDesk(self.name, store, self.submit)
        self.facts = FactDesk(self.name, store, clock, self.sent, self._officer)
        self.agreements = AgreementDesk(signer.holder, store, self.submit, self.draft)

    def draft(self, draft: Draft, *, by: str) -> int:
        """Keep a draft for another officer to release; its number. Its flaws are told now."""
        self._officer(by)
        refuse_flawed([*self.flaws(draft), *unreleasable(draft, self.name)])
        return self.store.keep_draft(by, draft.model_dump_json(), self.clock.now())

    def release(self, number: int, *, by: str, precedence: Precedence | None = None) -> str:
        """Release a draft, with another precedence where the releaser changes it."""
        kept = self.store.draft(number)
        if kept is None:
            said = f"there is no draft {number}; `detente desk drafts` lists them"
            raise DeskTrouble(said, "NoSuchDraft")
        drafter, content = kept
        if drafter == PREFILLED:
            raise DeskTrouble(
                f"draft {number} was filled in by nobody: an officer takes it over first, with "
                "`agreement draft OBLIGATION --by OFFICER`"
            )
        draft = Draft.model_validate_json(content)
        if precedence is not None:
            draft = draft.model_copy(update={"precedence": precedence})
        return self.send(draft, drafter=drafter, releaser=by, number=number)

    def send(self, draft: Draft, *, drafter: str, releaser: str, number: int | None = None) -> str:
        """Sign and queue a message; its identity. It is QUEUED until the bus accepts it."""
        self.check(draft, drafter=drafter, releaser=releaser)
        line = self._line_of(draft)
        draft = carried(line, draft) if line else draft
        kind, fields = outer_of(draft)
        readers = (self.name, *draft.action, *draft.info)
        fields |= {"drafter": drafter, "releaser": releaser}
        with explained(), self.store.transaction():
            out = self._writing.queue(kind, fields, text_of(draft), readers)
            self.store.rest(out.message, self._rests_on(draft))
            if number is not None:
                self.store.drop_draft(number)
        self.nudge()
        return out.message

    def check(self, draft: Draft, *, drafter: str, releaser: str) -> None:
        """DeskTrouble for what `send` refuses before anything is signed."""
        self._officer(drafter)
        self._officer(releaser)
        refuse_flawed(self.flaws(draft, releaser))
        refuse_one_officer(draft, drafter, releaser)

    def flaws(self, draft: Draft, releaser: str | None = None) -> list[Flaw]:
        """What it would be refused or warned for, by all that this desk holds and was told."""
        request = words_of(self.store, regarded(draft.terms, draft.in_reply_to))
        line = self._line_of(draft)
        return [
            *flaws_of(draft, self.name, self.clock.now()),
            *of_answers(text_of(draft), request),
            *self._answers_unread(draft),
            *filter(None, [resting(draft)]),
            *(flaws_on(line, draft, self.name, releaser) if line else ()),
        ]

    def _rests_on(self, draft: Draft) -> tuple[str, ...]:
        """Own facts: those it names, or those of the word whose place it takes."""
        if draft.rests_on or draft.corrects is None or draft.act not in RESTING:
            return draft.rests_on
        return self.store.rests_on(draft.corrects)

    def _answers_unread(self, draft: Draft) -> Iterator[Flaw]:
        """Whether it answers what was replaced before anybody here read it."""
        named = regarded(draft.terms, draft.in_reply_to)
        if named is None or not self.store.identities(named)[0]:
            return
        letter = self.letter(named)
        if letter.withdrawn_unread:
            yield Flaw(
                "WithdrawnUnread",
                f"It answers what was {letter.withdrawn_how} before anybody here read it."
                f" Answer {letter.withdrawn_by}, which took its place.",
            )

    def _line_of(self, draft: Draft) -> LineView | None:
        """The line on which it is to be said. DeskTrouble where this desk was told of no such."""
        named = draft.terms.line if draft.terms else None
        return self.lines.one(named) if named else None

    def submit(
        self,
        kind: type[Submission],
        fields: dict[str, Any],
        content: Contract | None,
        readers: Sequence[str],
    ) -> str:
        """Sign and queue what one of its officers submits to a service; its identity.

        `fields` name the officer. Raises DeskTrouble where the contract does not take them.
        """
        self._officer(fields["officer"])
        return self._queue(kind, fields, content, readers)

    def _queue(
        self,
        kind: type[Outer],
        fields: dict[str, Any],
        content: Contract | None,
        readers: Sequence[str],
    ) -> str:
        with explained(), self.store.transaction():
            out = self._writing.queue(kind, fields, content, readers)
        self.nudge()
        return out.message

    def _officer(self, officer: str) -> None:
        if officer not in self.officers:
            raise DeskTrouble(
                f"{officer} is no officer of {self.name}; there are {', '.join(self.officers)}",
                "UnknownOfficer",
            )
