"""The commands of the acts, built from their table, for both desks alike."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from cyclopts import App

from schemas.parties import Precedence
from services.desk.commands.runner import Runner
from services.desk.commands.steps.answers import sent
from services.desk.commands.steps.following import acted
from services.desk.commands.typed.acts import BEGINNING, FOLLOWING, ActCommand
from services.desk.commands.typed.message import ExerciseSpoken, Spoken
from services.desk.commands.typed.officers import UNNAMED, Hands
from services.desk.commands.typed.place import SOON, Answering
from services.desk.commands.typed.words import UNWRITTEN, FollowUp, Which


@dataclass(frozen=True, slots=True)
class Acting:
    """Every act as a command of one desk."""

    runner: Runner

    def menu(self, beginning: Callable[[ActCommand], Callable[..., int]]) -> App:
        """The menu of the acts, with that way to begin one."""
        menu = App(name="act", help="The steps of keeping two states from a clash, one each.")
        for row in BEGINNING:
            menu.command(beginning(row), name=row.name, help=row.said)
        for row in FOLLOWING:
            menu.command(self.following(row), name=row.name, help=row.said)
        return menu

    def live(self, row: ActCommand) -> Callable[..., int]:
        """The command of an act that begins something."""

        def begin(*, message: Spoken, hands: Hands = UNNAMED, answering: Answering = SOON) -> int:
            return self._begun(row, message, hands, answering)

        return begin

    def exercise(self, row: ActCommand) -> Callable[..., int]:
        """The same on the exercise desk."""

        def begin(
            *, message: ExerciseSpoken, hands: Hands = UNNAMED, answering: Answering = SOON
        ) -> int:
            return self._begun(row, message, hands, answering)

        return begin

    def following(self, row: ActCommand) -> Callable[..., int]:
        """The command of an act that names a message."""

        def follow(
            message: Which,
            *,
            said: FollowUp = UNWRITTEN,
            precedence: Precedence | None = None,
            answering: Answering = SOON,
        ) -> int:
            return self.runner.over_bus(
                answering,
                lambda desk: acted(
                    desk, message, row, said, precedence=precedence, wait_s=answering.wait
                ),
            )

        return follow

    def _begun(self, row: ActCommand, message: Spoken, hands: Hands, answering: Answering) -> int:
        return self.runner.over_bus(
            answering,
            lambda desk: sent(
                desk,
                desk.send(message.as_act(row.act, desk.name), **hands.both),
                answering.wait,
            ),
        )
