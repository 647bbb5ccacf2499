"""The commands for what stands between two nations: translations, and relays."""

from __future__ import annotations

from dataclasses import dataclass

from schemas.exchange import Basis, Stage
from services.desk.commands.runner import Runner
from services.desk.commands.steps.mediating import invited, relayed, translated
from services.desk.commands.typed.officers import By
from services.desk.commands.typed.place import SOON, Answering
from services.desk.commands.typed.words import UNSAID, Which, Words


@dataclass(frozen=True, slots=True)
class Mediating:
    """Each adds to a message, and changes none."""

    runner: Runner

    def translate(
        self,
        message: Which,
        *,
        by: By,
        stage: Stage,
        subject: str,
        machine: bool = False,
        words: Words = UNSAID,
        answering: Answering = SOON,
    ) -> int:
        """Put a translation beside a message, for all who have it. The original stays authentic.

        Parameters
        ----------
        stage
            How far it can be relied on.
        subject
            The subject, translated.
        machine
            A machine made it; then it is never OFFICIAL.
        words
            The text, translated, and the language into which it is.
        """
        return self.runner.over_bus(
            answering,
            lambda desk: translated(
                desk, message, words, by=by, stage=stage, subject=subject, machine=machine,
                wait_s=answering.wait,
            ),
        )  # fmt: skip

    def relay(self, message: Which, *, by: By, answering: Answering = SOON) -> int:
        """Pass on, as its mediator, what this desk was asked to relay: the same bytes."""
        return self.runner.over_bus(
            answering, lambda desk: relayed(desk, message, by=by, wait_s=answering.wait)
        )

    def invite_mediator(
        self,
        matter: str,
        mediator: str,
        party: str,
        *,
        by: By,
        basis: Basis = Basis.INVITATION,
        exercise: str | None = None,
        answering: Answering = SOON,
    ) -> int:
        """Ask a third desk to relay in a matter. It may, once both parties have asked.

        Parameters
        ----------
        matter
            The conversation.
        mediator
            The third party's desk.
        party
            The other nation, between which and the own one it is to relay.
        basis
            On what it relays.
        exercise
            On the exercise desk: the exercise's name.
        """
        return self.runner.over_bus(
            answering,
            lambda desk: invited(
                desk, matter, mediator, party, basis, by=by, exercise=exercise,
                wait_s=answering.wait,
            ),
        )  # fmt: skip
