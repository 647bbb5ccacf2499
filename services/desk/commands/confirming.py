"""The commands by which an addressee says how far a message got."""

from __future__ import annotations

from dataclasses import dataclass

from rich.console import RenderableType

from services.desk.commands.runner import Runner
from services.desk.commands.steps.confirming import acknowledged, shown, with_principal
from services.desk.commands.typed.officers import By
from services.desk.commands.typed.place import SOON, Answering
from services.desk.commands.typed.times import point_or_none
from services.desk.commands.typed.words import Remarked, Which


@dataclass(frozen=True, slots=True)
class Confirming:
    """Opened, taken over, with the one who decides."""

    runner: Runner

    def show(self, message: Which, *, by: By, answering: Answering = SOON) -> int:
        """Open a message. The first time that a received one is, its originator is told."""

        def present(screen: RenderableType) -> None:
            if not answering.place.json:
                self.runner.present(screen)

        return self.runner.over_bus(
            answering,
            lambda desk: shown(desk, message, by=by, wait_s=answering.wait, present=present),
        )

    def acknowledge(
        self,
        message: Which,
        *,
        by: By,
        passed_to: str | None = None,
        remark: Remarked = None,
        read_back: str | None = None,
        answering: Answering = SOON,
    ) -> int:
        """Take a message over: understood, and passed on. It says nothing about agreement.

        Parameters
        ----------
        passed_to
            Who has it now, in your own words.
        read_back
            LATITUDE,LONGITUDE as you understood it, where the message is about what can kill.
        """
        return self.runner.over_bus(
            answering,
            lambda desk: acknowledged(
                desk,
                message,
                by=by,
                passed_to=passed_to,
                remark=remark,
                read_back=point_or_none(read_back),
                wait_s=answering.wait,
            ),
        )

    def principal(
        self, message: Which, *, by: By, remark: Remarked = None, answering: Answering = SOON
    ) -> int:
        """Report that a message reached the one who decides."""
        return self.runner.over_bus(
            answering,
            lambda desk: with_principal(desk, message, by=by, remark=remark, wait_s=answering.wait),
        )
