"""The commands that bring a new message out: draft, release, or both in one."""

from __future__ import annotations

from dataclasses import dataclass

from schemas.parties import Precedence
from services.desk.commands.runner import Runner
from services.desk.commands.steps.answers import sent
from services.desk.commands.steps.drafting import drafted, released
from services.desk.commands.typed.message import ExerciseMessage, Message
from services.desk.commands.typed.officers import UNNAMED, By, Hands
from services.desk.commands.typed.place import HERE, SOON, Answering, Place


@dataclass(frozen=True, slots=True)
class Drafting:
    """What the live and the exercise desk have in common of it."""

    runner: Runner

    def release(
        self,
        number: int,
        *,
        by: By,
        precedence: Precedence | None = None,
        answering: Answering = SOON,
    ) -> int:
        """Release a draft: confirm its text and precedence, sign it, queue it.

        Parameters
        ----------
        number
            The draft's number.
        precedence
            Another precedence than the drafter proposed.
        """
        return self.runner.over_bus(
            answering,
            lambda desk: sent(
                desk, desk.release(number, by=by, precedence=precedence), answering.wait
            ),
        )

    def _draft(self, message: Message, by: str, place: Place) -> int:
        return self.runner.on_disk(place, lambda desk: drafted(desk, message.draft(desk.name), by))

    def _send(self, message: Message, hands: Hands, answering: Answering) -> int:
        return self.runner.over_bus(
            answering, lambda desk: released(desk, message, hands, answering.wait)
        )


class LiveDrafting(Drafting):
    """Messages of the live desk."""

    def draft(self, *, message: Message, by: By, place: Place = HERE) -> int:
        """Keep a message for another officer to release."""
        return self._draft(message, by, place)

    def send(self, *, message: Message, hands: Hands = UNNAMED, answering: Answering = SOON) -> int:
        """Draft and release in one step, both officers being at the desk."""
        return self._send(message, hands, answering)


class ExerciseDrafting(Drafting):
    """Messages of the exercise desk: nothing said here reaches the live bus."""

    def draft(self, *, message: ExerciseMessage, by: By, place: Place = HERE) -> int:
        """Keep an exercise message for another officer to release."""
        return self._draft(message, by, place)

    def send(
        self, *, message: ExerciseMessage, hands: Hands = UNNAMED, answering: Answering = SOON
    ) -> int:
        """Draft and release in one step, both officers being at the desk."""
        return self._send(message, hands, answering)
