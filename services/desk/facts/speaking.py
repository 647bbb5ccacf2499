"""What a desk's officers record of own facts, and what that calls for."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from pydantic import TypeAdapter

from schemas.exchange import ExchangeMoved
from schemas.parties import Moment
from services.bus.clock import Clock
from services.desk import letters
from services.desk.facts.facts import Fact
from services.desk.facts.prompts import Held, Prompt, prompts, rests, threads
from services.desk.inner.times import SKEW
from services.desk.letters import Sent
from services.desk.reading import unfold
from services.desk.store.records import FactChange
from services.desk.store.store import Store
from services.desk.trouble import DeskTrouble, explained

_FACT: TypeAdapter[str] = TypeAdapter(Fact)
WHAT_MAX = 500


@dataclass(frozen=True, slots=True)
class FactDesk:
    """Own facts of one desk. All of it stays on its disk: no service and no other desk is told."""

    name: str
    store: Store
    clock: Clock
    sent: Callable[[str], Sent]
    check_officer: Callable[[str], None]

    def changed(self, fact: Fact, what: str, *, by: str, since: Moment | None = None) -> str:
        """Record that an own fact is not as it was; the change's name.

        DeskTrouble where it is no fact's name, or is said to change only later.
        """
        self.check_officer(by)
        now = self.clock.now()
        with explained():
            fact = _FACT.validate_python(fact)
        if not what.strip() or len(what) > WHAT_MAX:
            raise DeskTrouble(f"say how it is now, in at most {WHAT_MAX} characters", "FactUnsaid")
        if since is not None and since > now + SKEW:
            raise DeskTrouble(
                "a fact is recorded once it has changed; its time lies ahead", "FactAhead"
            )
        with self.store.transaction():
            number = self.store.change(fact, min(since or now, now), now, by, what)
        return f"change-{number}"

    def reaffirm(self, message: str, *, by: str, because: str) -> str:
        """Answer a prompt without a new word: the own word named still holds, or the matter named
        needs none. Why is kept here. DeskTrouble where nothing waits for that.
        """
        self.check_officer(by)
        waiting = {each.about for each in self.waiting()}
        found = {each for each in waiting if each == message or each.endswith(message)}
        if len(found) != 1:
            raise DeskTrouble(
                f"{message} names {'several' if found else 'nothing'} that is prompted for;"
                " `facts list` shows what is",
                "NothingPrompted",
            )
        if not because.strip() or len(because) > WHAT_MAX:
            raise DeskTrouble(f"say why, in at most {WHAT_MAX} characters", "FactUnsaid")
        with self.store.transaction():
            number = self.store.answer_prompt(found.pop(), self.clock.now(), by, because)
        return f"answer-{number}"

    def rest(self, message: str, facts: tuple[Fact, ...], *, by: str) -> str:
        """Say afterwards on which facts an own assurance or undertaking rests; its identity."""
        self.check_officer(by)
        letter = self.sent(message)
        if not rests(letter):
            raise DeskTrouble(
                f"{letter.outer.act.value} is neither an assurance nor an undertaking; such alone"
                " rest on facts",
                "RestsOnNothing",
            )
        with explained():
            named = [_FACT.validate_python(each) for each in facts]
        with self.store.transaction():
            self.store.rest(letter.outer.message_id, named)
        return letter.outer.message_id

    # What is known.

    def changes(self) -> list[FactChange]:
        """Every change that was recorded, oldest first."""
        return self.store.changes_of_facts()

    def prompts(self) -> list[Prompt]:
        """Everything that changes called for, settled or not, the oldest first."""
        changes = self.changes()
        if not changes:
            return []
        sent = letters.sent(self.store)
        moved = self._moved()
        held = Held(
            sent=sent,
            threads=threads(self.name, [*sent, *letters.received(self.store)], moved),
            rests_on={each.outer.message_id: self.rests_on(each) for each in sent},
            answers=self.store.prompt_answers(),
        )
        return prompts(changes, held)

    def waiting(self) -> list[Prompt]:
        """What nobody has seen to yet, the first due first."""
        found = [each for each in self.prompts() if each.settled_at is None]
        return sorted(found, key=lambda each: each.due)

    def rests_on(self, letter: Sent) -> tuple[str, ...]:
        """On which facts an own word rests."""
        return self.store.rests_on(letter.outer.message_id)

    def _moved(self) -> Iterable[tuple[str, ExchangeMoved, datetime]]:
        for found in self.store.ins(ExchangeMoved.__name__):
            notice = unfold(found.value).outer.notice
            if isinstance(notice, ExchangeMoved):
                yield found.matter, notice, found.received_at
