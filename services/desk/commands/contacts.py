"""The commands of inspections, evaluations and contacts: `detente desk contact …`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

from cyclopts import Parameter

from schemas.contacts import ContactKind, ContactRemark, DeclineCategory
from services.desk.commands.runner import Runner
from services.desk.commands.steps.visits import contacts, empty_form, spoken
from services.desk.commands.typed.officers import By
from services.desk.commands.typed.place import HERE, SOON, Answering, Place
from services.desk.commands.typed.times import moment
from services.desk.commands.typed.visits import Exercise, FilledIn, filled
from services.desk.desk import Desk

MENU = ("list", "form", "ask", "invite", "answer", "entered", "over", "withdraw")
"""Every command of both desks' contacts, in the order in which a desk comes to need them."""
WhichContact = Annotated[str, Parameter(help="Its identity, or the end of it.")]
Times = Annotated[str, Parameter(help="UTC, as in 2026-01-31T18:00Z.")]
Copies = Annotated[tuple[str, ...], Parameter(help="Participating states that are told.")]
Dispels = Annotated[
    str | None, Parameter(help="The alert or the thread whose concern it is to dispel.")
]


@dataclass(frozen=True, slots=True)
class Contacts:
    """What the live and the exercise desk have in common of it."""

    runner: Runner

    def list(self, *, place: Place = HERE) -> int:
        """List inspections, evaluations and contacts, with quotas and what is due."""
        return self.runner.on_disk(place, contacts)

    def form(self) -> int:
        """Print the form of what stands inside: where, whom, the team. In YAML."""
        print(empty_form(ContactRemark), end="")
        return 0

    def answer(
        self,
        contact: WhichContact,
        file: FilledIn = None,
        *,
        by: By,
        declines: DeclineCategory | None = None,
        answering: Answering = SOON,
    ) -> int:
        """Accept; or decline, with a category.

        Parameters
        ----------
        declines
            Why, in a word.
        """
        return self._say(
            answering,
            lambda desk: desk.contacts.answer(contact, by=by, declines=declines, words=_in(file)),
        )

    def entered(
        self,
        contact: WhichContact,
        file: FilledIn = None,
        *,
        by: By,
        answering: Answering = SOON,
    ) -> int:
        """Say that the team entered."""
        return self._say(
            answering,
            lambda desk: desk.contacts.report(contact, by=by, over=False, words=_in(file)),
        )

    def over(
        self,
        contact: WhichContact,
        file: FilledIn = None,
        *,
        by: By,
        answering: Answering = SOON,
    ) -> int:
        """Say that it is over."""
        return self._say(
            answering,
            lambda desk: desk.contacts.report(contact, by=by, over=True, words=_in(file)),
        )

    def withdraw(
        self,
        contact: WhichContact,
        file: FilledIn = None,
        *,
        by: By,
        answering: Answering = SOON,
    ) -> int:
        """Take back what this nation asked for, or invited to."""
        return self._say(
            answering, lambda desk: desk.contacts.withdraw(contact, by=by, words=_in(file))
        )

    def _say(self, answering: Answering, speak: Callable[[Desk], str]) -> int:
        return self.runner.over_bus(
            answering, lambda desk: spoken(desk, speak(desk), "contact", answering.wait)
        )


class LiveContacts(Contacts):
    """Contacts of the live desk."""

    __slots__ = ()

    def ask(
        self,
        kind: ContactKind,
        host: str,
        file: FilledIn = None,
        *,
        enters_at: Times,
        by: By,
        copied_to: Copies = (),
        dispels: Dispels = None,
        answering: Answering = SOON,
    ) -> int:
        """Ask to inspect or to evaluate, within the host's quota.

        Parameters
        ----------
        kind
            INSPECTION or EVALUATION.
        host
            The nation that is asked.
        """
        return self._say(
            answering,
            lambda desk: desk.contacts.ask(
                host, kind, moment(enters_at), by=by, copied_to=copied_to, dispels=dispels,
                words=_in(file),
            ),
        )  # fmt: skip

    def invite(
        self,
        kind: ContactKind,
        file: FilledIn = None,
        *,
        enters_at: Times,
        leaves_at: Times,
        invited: Annotated[tuple[str, ...], Parameter(help="The nations that are invited.")],
        by: By,
        copied_to: Copies = (),
        dispels: Dispels = None,
        answering: Answering = SOON,
    ) -> int:
        """Invite others: to an air base, a contact, a demonstration, or to dispel concern.

        Parameters
        ----------
        kind
            To what.
        """
        return self._say(
            answering,
            lambda desk: desk.contacts.invite(
                kind, moment(enters_at), moment(leaves_at), invited, by=by,
                copied_to=copied_to, dispels=dispels, words=_in(file),
            ),
        )  # fmt: skip


class ExerciseContacts(Contacts):
    """Contacts of an exercise."""

    __slots__ = ()

    def ask(
        self,
        kind: ContactKind,
        host: str,
        file: FilledIn = None,
        *,
        exercise: Exercise,
        enters_at: Times,
        by: By,
        copied_to: Copies = (),
        dispels: Dispels = None,
        answering: Answering = SOON,
    ) -> int:
        """Ask to inspect or to evaluate, within the host's quota.

        Parameters
        ----------
        kind
            INSPECTION or EVALUATION.
        host
            The nation that is asked.
        """
        return self._say(
            answering,
            lambda desk: desk.contacts.ask(
                host, kind, moment(enters_at), by=by, copied_to=copied_to, dispels=dispels,
                words=_in(file), exercise=exercise,
            ),
        )  # fmt: skip

    def invite(
        self,
        kind: ContactKind,
        file: FilledIn = None,
        *,
        exercise: Exercise,
        enters_at: Times,
        leaves_at: Times,
        invited: Annotated[tuple[str, ...], Parameter(help="The nations that are invited.")],
        by: By,
        copied_to: Copies = (),
        dispels: Dispels = None,
        answering: Answering = SOON,
    ) -> int:
        """Invite others: to an air base, a contact, a demonstration, or to dispel concern.

        Parameters
        ----------
        kind
            To what.
        """
        return self._say(
            answering,
            lambda desk: desk.contacts.invite(
                kind, moment(enters_at), moment(leaves_at), invited, by=by,
                copied_to=copied_to, dispels=dispels, words=_in(file), exercise=exercise,
            ),
        )  # fmt: skip


def _in(file: FilledIn) -> ContactRemark:
    """What stands inside; nothing where no form is given."""
    return ContactRemark() if file is None else filled(file, ContactRemark)
