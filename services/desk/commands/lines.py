"""The commands of a desk's lines: `detente desk line …`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

from cyclopts import Parameter

from schemas.lines import Cause, LegalStatus, NoteClass, Reading
from services.desk.commands.runner import Runner
from services.desk.commands.steps.lines import line_of, lines_of, said
from services.desk.commands.typed.line import (
    Explained,
    RecordFile,
    WhichLine,
    record_in,
)
from services.desk.commands.typed.officers import By
from services.desk.commands.typed.place import HERE, SOON, Answering, Place
from services.desk.commands.typed.times import day, moment
from services.desk.desk import Desk

MENU = (
    "list", "show", "establish", "adopt", "test", "answer", "note", "path-down", "cause",
    "maintenance", "review", "suspend", "restore", "close",
)  # fmt: skip
"""Every command of both desks' lines, in the order in which a desk comes to need them."""
Status = Annotated[
    LegalStatus, Parameter(name="--status", help="In what force the legal basis is.")
]


@dataclass(frozen=True, slots=True)
class Lines:
    """What the live and the exercise desk have in common of it."""

    runner: Runner

    def list(self, *, place: Place = HERE) -> int:
        """List every line with its state in plain words."""
        return self.runner.on_disk(place, lines_of)

    def show(self, line: WhichLine, *, newest: int = 20, place: Place = HERE) -> int:
        """Show one line: its state, its record, and what was said of it.

        Parameters
        ----------
        newest
            How many of the newest happenings are shown.
        """
        return self.runner.on_disk(place, lambda desk: line_of(desk, line, newest))

    def adopt(
        self,
        file: RecordFile,
        *,
        by: By,
        status: Status,
        remark: Explained = None,
        answering: Answering = SOON,
    ) -> int:
        """Declare the very record that another party proposed, from this side's own copy."""
        return self._say(
            answering,
            lambda desk: desk.lines.adopt(
                record_in(file), by=by, legal_status=status, remark=remark
            ),
        )

    def test(self, line: WhichLine, *, path: str | None = None, answering: Answering = SOON) -> int:
        """Begin the test that is expected. A running desk does it by itself.

        Parameters
        ----------
        path
            By default the primary.
        """
        return self._say(answering, lambda desk: desk.lines.test(line, path))

    def answer(self, line: WhichLine, *, garbled: bool = False, answering: Answering = SOON) -> int:
        """Answer the test that is under way. A running desk does it by itself.

        Parameters
        ----------
        garbled
            The pattern did not arrive as it was sent.
        """
        reading = Reading.GARBLED if garbled else Reading.CLEAR
        return self._say(answering, lambda desk: desk.lines.answer(line, reading))

    def note(
        self,
        line: WhichLine,
        *,
        kind: Annotated[NoteClass, Parameter(name="--class")],
        remark: str,
        by: By,
        answering: Answering = SOON,
    ) -> int:
        """Send a few words from desk to desk: service or goodwill, never substantive.

        Parameters
        ----------
        kind
            Which of the two.
        remark
            The words.
        """
        return self._say(answering, lambda desk: desk.lines.note(line, kind, by=by, remark=remark))

    def path_down(
        self,
        line: WhichLine,
        path: str,
        *,
        by: By,
        remark: Explained = None,
        answering: Answering = SOON,
    ) -> int:
        """Report that a path does not carry; a two-way test over it shows when it does again.

        Parameters
        ----------
        path
            Which of the line's paths.
        """
        return self._say(
            answering,
            lambda desk: desk.lines.report_path_down(line, path, by=by, remark=remark),
        )

    def cause(
        self,
        line: WhichLine,
        cause: Cause,
        *,
        by: By,
        remark: Explained = None,
        answering: Answering = SOON,
    ) -> int:
        """Declare what a failing line suffers from. A suspension is notified with `suspend`.

        Parameters
        ----------
        cause
            What is known of it.
        """
        return self._say(
            answering,
            lambda desk: desk.lines.declare_cause(line, cause, by=by, remark=remark),
        )

    def maintenance(
        self,
        line: WhichLine,
        *,
        start: Annotated[str, Parameter(name="--from")],
        end: Annotated[str, Parameter(name="--until")],
        by: By,
        remark: Explained = None,
        answering: Answering = SOON,
    ) -> int:
        """Agree to a time without tests. It stands once every party named the same one.

        Parameters
        ----------
        start
            UTC, as in 2026-01-31T18:00Z.
        end
            UTC, likewise.
        """
        return self._say(
            answering,
            lambda desk: desk.lines.agree_maintenance(
                line, moment(start), moment(end), by=by, remark=remark
            ),
        )

    def review(
        self,
        line: WhichLine,
        *,
        next_due: Annotated[str, Parameter(name="--next")],
        by: By,
        remark: Explained = None,
        answering: Answering = SOON,
    ) -> int:
        """State that the line was reviewed, and when it is next. It stands once all say so.

        Parameters
        ----------
        next_due
            The day of the next review, as in 2028-01-31.
        """
        return self._say(
            answering,
            lambda desk: desk.lines.agree_review(line, day(next_due), by=by, remark=remark),
        )

    def suspend(
        self, line: WhichLine, *, by: By, remark: Explained = None, answering: Answering = SOON
    ) -> int:
        """Notify in writing that this nation suspends the line. Why may be said, and need not."""
        return self._say(answering, lambda desk: desk.lines.suspend(line, by=by, remark=remark))

    def restore(
        self, line: WhichLine, *, by: By, remark: Explained = None, answering: Answering = SOON
    ) -> int:
        """Notify in writing that this nation restores the line. Every party's word is needed."""
        return self._say(answering, lambda desk: desk.lines.restore(line, by=by, remark=remark))

    def close(
        self, line: WhichLine, *, by: By, remark: Explained = None, answering: Answering = SOON
    ) -> int:
        """Notify in writing that this nation ends the line for good."""
        return self._say(answering, lambda desk: desk.lines.close(line, by=by, remark=remark))

    def _say(self, answering: Answering, speak: Callable[[Desk], str]) -> int:
        return self.runner.over_bus(answering, lambda desk: said(desk, speak(desk), answering.wait))


class LiveLines(Lines):
    """Lines of the live desk."""

    def establish(
        self,
        file: RecordFile,
        *,
        by: By,
        status: Status,
        remark: Explained = None,
        answering: Answering = SOON,
    ) -> int:
        """Propose a line's record, and adopt it for this nation."""
        return self._say(
            answering,
            lambda desk: desk.lines.establish(
                record_in(file), by=by, legal_status=status, remark=remark
            ),
        )


class ExerciseLines(Lines):
    """Lines of an exercise: they are not the live ones, whatever their names."""

    def establish(
        self,
        file: RecordFile,
        *,
        exercise: str,
        by: By,
        status: Status,
        remark: Explained = None,
        answering: Answering = SOON,
    ) -> int:
        """Propose a line's record for an exercise, and adopt it for this nation.

        Parameters
        ----------
        exercise
            The exercise's name.
        """
        return self._say(
            answering,
            lambda desk: desk.lines.establish(
                record_in(file), by=by, legal_status=status, exercise=exercise, remark=remark
            ),
        )
