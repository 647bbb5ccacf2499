"""The commands for a message that follows another: reply, correct, cancel."""

from __future__ import annotations

from dataclasses import dataclass

from schemas.acts import Act
from schemas.parties import Precedence
from services.desk.commands.runner import Runner
from services.desk.commands.steps.following import cancelled, corrected, replied
from services.desk.commands.typed.officers import UNNAMED, Hands
from services.desk.commands.typed.place import SOON, Answering
from services.desk.commands.typed.words import UNWRITTEN, FollowUp, Which


@dataclass(frozen=True, slots=True)
class Following:
    """Each names one message, and is sent to those who had it."""

    runner: Runner

    def reply(
        self,
        message: Which,
        *,
        said: FollowUp = UNWRITTEN,
        precedence: Precedence | None = None,
        act: Act = Act.FREE_TEXT,
        answering: Answering = SOON,
    ) -> int:
        """Answer a message to its originator; acknowledges it first where this desk has not.

        Parameters
        ----------
        precedence
            By default that of the message.
        act
            What kind of step the answer is.
        """
        return self.runner.over_bus(
            answering,
            lambda desk: replied(
                desk, message, said, precedence=precedence, act=act, wait_s=answering.wait
            ),
        )

    def correct(
        self, message: Which, *, said: FollowUp = UNWRITTEN, answering: Answering = SOON
    ) -> int:
        """Send a corrected copy of an own message to all who had it."""
        return self.runner.over_bus(
            answering, lambda desk: corrected(desk, message, said, wait_s=answering.wait)
        )

    def cancel(
        self,
        message: Which,
        *,
        reason: str,
        hands: Hands = UNNAMED,
        answering: Answering = SOON,
    ) -> int:
        """Withdraw an own message, to all who had it. It does not un-say it.

        Parameters
        ----------
        reason
            Why; the addressees read it.
        """
        return self.runner.over_bus(
            answering, lambda desk: cancelled(desk, message, reason, hands, wait_s=answering.wait)
        )
