"""The commands for what cannot wait: one officer, FLASH, and few words."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from services.desk.commands.keyboard import pressed
from services.desk.commands.runner import Runner
from services.desk.commands.steps.answers import sent
from services.desk.commands.steps.at_once import sent_at_once
from services.desk.commands.typed.officers import By
from services.desk.commands.typed.place import SOON, Answering
from services.desk.commands.typed.urgent import Ceased, Noticed, Urgent


@dataclass(frozen=True, slots=True)
class AtOnce:
    """On both desks: what lies ready."""

    runner: Runner

    def now(self, *, by: By, answering: Answering = SOON) -> int:
        """Send a notice or a cry to stop that lies drafted, alone: its number, then y."""
        press = partial(pressed, realm=self.runner.realm)
        return self.runner.over_bus(
            answering, lambda desk: sent_at_once(desk, by, press, answering.wait)
        )


@dataclass(frozen=True, slots=True)
class LiveUrgent:
    """On the live desk."""

    runner: Runner

    def fact_notice(
        self, *, urgent: Urgent, notice: Noticed, by: By, answering: Answering = SOON
    ) -> int:
        """Tell a fact at once: an incident, an accident, a launch. Correct it as more is known."""
        return _sent(self.runner, urgent, notice, by, answering)

    def cease_action(
        self, *, urgent: Urgent, cease: Ceased, by: By, answering: Answering = SOON
    ) -> int:
        """Cry stop: what, where, and who is being harmed."""
        return _sent(self.runner, urgent, cease, by, answering)


@dataclass(frozen=True, slots=True)
class ExerciseUrgent:
    """On the exercise desk."""

    runner: Runner

    def fact_notice(
        self, *, exercise: str, urgent: Urgent, notice: Noticed, by: By, answering: Answering = SOON
    ) -> int:
        """Tell an exercise fact at once.

        Parameters
        ----------
        exercise
            The exercise's name.
        """
        return _sent(self.runner, urgent, notice, by, answering, exercise)

    def cease_action(
        self, *, exercise: str, urgent: Urgent, cease: Ceased, by: By, answering: Answering = SOON
    ) -> int:
        """Cry stop, in an exercise.

        Parameters
        ----------
        exercise
            The exercise's name.
        """
        return _sent(self.runner, urgent, cease, by, answering, exercise)


def _sent(
    runner: Runner,
    urgent: Urgent,
    said: Noticed | Ceased,
    by: str,
    answering: Answering,
    exercise: str | None = None,
) -> int:
    return runner.over_bus(
        answering,
        lambda desk: sent(
            desk,
            desk.send(said.draft(desk.name, urgent, exercise), drafter=by, releaser=by),
            answering.wait,
        ),
    )
