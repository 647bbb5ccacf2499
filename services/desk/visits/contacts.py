"""What a desk says in a host's register: inspections, evaluations, contacts, invitations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, TypeAlias

from schemas.contacts import (
    AnswerContact,
    AskContact,
    ContactCommand,
    ContactKind,
    ContactRemark,
    DeclineCategory,
    InviteToContact,
    OfContact,
    ReportContact,
    WithdrawContact,
    register_of,
)
from schemas.parties import ExerciseId, Lane, Nation, nation_of
from services.desk.draft import refuse_flawed
from services.desk.inner.whole import words_flaws
from services.desk.store.store import Store
from services.desk.trouble import DeskTrouble
from services.desk.visits.view import ContactView, contacts
from services.desk.writing import Submit, realm_of

Asked: TypeAlias = Literal[ContactKind.INSPECTION, ContactKind.EVALUATION]
NO_REMARK = ContactRemark()


@dataclass(frozen=True, slots=True)
class ContactDesk:
    """Registers, as one desk knows them; DeskTrouble where something cannot be said."""

    name: str
    store: Store
    submit: Submit

    def all(self) -> list[ContactView]:
        """Everything that this desk was told of, by host and time."""
        return contacts(self.store)

    def one(self, identity: str) -> ContactView:
        """One of them, by its identity or the end of it."""
        found = [each for each in self.all() if each.contact.contact_id.endswith(identity)]
        if not found:
            raise DeskTrouble(f"no register that this desk knows has {identity}")
        if len(found) > 1:
            raise DeskTrouble(f"{identity} is the end of {len(found)} identities; give more of it")
        return found[0]

    def ask(
        self,
        host: Nation,
        contact: ContactKind,
        enters_at: datetime,
        *,
        by: str,
        copied_to: Sequence[Nation] = (),
        dispels: str | None = None,
        words: ContactRemark = NO_REMARK,
        exercise: ExerciseId | None = None,
    ) -> str:
        """Ask to inspect or to evaluate; the identity by which it is spoken of from then on."""
        fields = {"contact": contact, "enters_at": enters_at, "dispels": dispels}
        return self._say(AskContact, host, by, words, copied_to, exercise, **fields)

    def invite(
        self,
        contact: ContactKind,
        enters_at: datetime,
        leaves_at: datetime,
        invited: Sequence[Nation],
        *,
        by: str,
        copied_to: Sequence[Nation] = (),
        dispels: str | None = None,
        words: ContactRemark = NO_REMARK,
        exercise: ExerciseId | None = None,
    ) -> str:
        """Invite other nations to this one."""
        fields = {
            "contact": contact, "enters_at": enters_at, "leaves_at": leaves_at,
            "dispels": dispels, "invited": tuple(sorted(set(invited))),
        }  # fmt: skip
        host = nation_of(self.name)
        return self._say(InviteToContact, host, by, words, copied_to, exercise, **fields)

    def answer(
        self,
        identity: str,
        *,
        by: str,
        declines: DeclineCategory | None = None,
        words: ContactRemark = NO_REMARK,
    ) -> str:
        """Accept, or decline with a category."""
        view = self.one(identity)
        fields = {"accepts": declines is None, "category": declines}
        return self._of(AnswerContact, view, by, words, **fields)

    def report(
        self, identity: str, *, by: str, over: bool, words: ContactRemark = NO_REMARK
    ) -> str:
        """Say that the team entered, or that it is over."""
        return self._of(ReportContact, self.one(identity), by, words, over=over)

    def withdraw(self, identity: str, *, by: str, words: ContactRemark = NO_REMARK) -> str:
        """Take back what this nation asked for, or invited to."""
        return self._of(WithdrawContact, self.one(identity), by, words)

    def _of(
        self, kind: type[OfContact], view: ContactView, by: str, words: ContactRemark, **fields: Any
    ) -> str:
        contact = view.contact.contact_id
        return self._say(
            kind, view.host, by, words, view.nations, view.exercise, contact_id=contact, **fields
        )

    def _say(
        self,
        kind: type[ContactCommand],
        host: Nation,
        by: str,
        words: ContactRemark,
        copied_to: Sequence[Nation],
        exercise: ExerciseId | None,
        **fields: Any,
    ) -> str:
        realm = realm_of(exercise)
        refuse_flawed(words_flaws(words, realm["message_type"]))
        outer = {
            "matter": register_of(host), "host": host, "lane": Lane.ROUTINE, "officer": by,
            "copied_to": tuple(sorted(set(copied_to))),
            **realm, **fields,
        }  # fmt: skip
        return self.submit(kind, outer, words, (self.name,))
