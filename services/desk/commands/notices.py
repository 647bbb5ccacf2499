"""The commands of notices at a desk: `detente desk notice …`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeVar

from schemas.parties import Contract
from services.desk.commands.runner import Runner
from services.desk.commands.steps.alerts import written
from services.desk.commands.steps.notices import detecting, notice_of, notices_of
from services.desk.commands.steps.outcome import Outcome
from services.desk.commands.steps.submitting import submitting
from services.desk.commands.typed.alert import (
    Exercise,
    Form,
    Name,
    Noted,
    Out,
    WhichMatter,
    filled,
)
from services.desk.commands.typed.officers import By
from services.desk.commands.typed.place import HERE, SOON, Answering, Place
from services.desk.commands.typed.times import moment
from services.desk.desk import Desk
from services.desk.notices.forms import AmendForm, DetectionForm, ExerciseForm, LaunchForm
from services.desk.skeleton import skeleton

MENU = (
    "list", "show", "form", "give", "acknowledge", "confirm", "continue", "amend", "cancel", "end",
    "detected",
)  # fmt: skip
"""Every command of both desks, in the order in which a desk comes to need them."""
Kind = Literal["launch", "exercise"]
ContractT = TypeVar("ContractT", bound=Contract)
GIVEN: Mapping[str, type[LaunchForm | ExerciseForm]] = {
    "launch": LaunchForm,
    "exercise": ExerciseForm,
}
FORMS: Mapping[str, type[Contract]] = {**GIVEN, "amend": AmendForm, "detected": DetectionForm}


@dataclass(frozen=True, slots=True)
class Notices:
    """What the live and the exercise desk have in common of it."""

    runner: Runner

    def list(self, *, place: Place = HERE) -> int:
        """List every notice: its window, who has taken it over, and what is missing."""
        return self.runner.on_disk(place, notices_of)

    def show(self, matter: WhichMatter, *, place: Place = HERE) -> int:
        """Show one of them, with all that was said of it."""
        return self.runner.on_disk(place, lambda desk: notice_of(desk, matter))

    def form(
        self,
        kind: Literal["launch", "exercise", "amend", "detected"],
        *,
        out: Out = None,
        place: Place = HERE,
    ) -> int:
        """Write a form to fill in.

        Parameters
        ----------
        kind
            For which notice, or for which command.
        """
        said = skeleton(FORMS[kind])
        return self.runner.anywhere(place, lambda: written({"form": said}, said, out))

    def acknowledge(
        self,
        matter: WhichMatter,
        *,
        by: By,
        passed_to: Noted = None,
        text: Noted = None,
        answering: Answering = SOON,
    ) -> int:
        """Take it over. A final consumer's own word alone settles it for that desk.

        Parameters
        ----------
        passed_to
            To whom it was passed on.
        """
        return self._say(
            answering,
            lambda desk: desk.notices.acknowledge(matter, by=by, passed_to=passed_to, text=text),
        )

    def confirm(
        self,
        matter: WhichMatter,
        *,
        begins: str,
        ends: str,
        by: By,
        text: Noted = None,
        answering: Answering = SOON,
    ) -> int:
        """Tell a launch's hours, in the 24 hours before them; or new ones within its window.

        Parameters
        ----------
        begins
            UTC, as in 2026-01-31T06:00Z.
        ends
            UTC likewise; at most 48 hours later.
        """
        first, last = moment(begins), moment(ends)
        return self._say(
            answering, lambda desk: desk.notices.confirm(matter, first, last, by=by, text=text)
        )

    def continue_(
        self, matter: WhichMatter, *, by: By, text: Noted = None, answering: Answering = SOON
    ) -> int:
        """Say that the exercise goes on, once in each of its days."""
        return self._say(answering, lambda desk: desk.notices.continue_(matter, by=by, text=text))

    def amend(
        self, matter: WhichMatter, form: Form = None, *, by: By, answering: Answering = SOON
    ) -> int:
        """Change the window or the contents. Everybody takes it over anew."""
        return self._form(
            answering, form, AmendForm, lambda desk, said: desk.notices.amend(matter, said, by=by)
        )

    def cancel(
        self, matter: WhichMatter, *, by: By, text: Noted = None, answering: Answering = SOON
    ) -> int:
        """Say that it does not take place. No new notice is needed for that."""
        return self._say(answering, lambda desk: desk.notices.cancel(matter, by=by, text=text))

    def end(
        self, matter: WhichMatter, *, by: By, text: Noted = None, answering: Answering = SOON
    ) -> int:
        """Say that it is over. Of an exercise that is owed."""
        return self._say(answering, lambda desk: desk.notices.end(matter, by=by, text=text))

    def detected(self, form: Form = None, *, by: By, answering: Answering = SOON) -> int:
        """Look up whether a notice explains what was detected; if so, its parties are told."""
        return self.runner.filled_in(
            answering,
            lambda: filled(form, DetectionForm),
            lambda desk, seen: detecting(desk, seen, by, answering.wait),
        )

    def _say(self, answering: Answering, speak: Callable[[Desk], str]) -> int:
        return self.runner.over_bus(
            answering, lambda desk: _submitting(desk, speak(desk), answering)
        )

    def _form(
        self,
        answering: Answering,
        form: Path | None,
        contract: type[ContractT],
        speak: Callable[[Desk, ContractT], str],
    ) -> int:
        """The form first: neither the desk nor its link waits while an officer types."""
        return self.runner.filled_in(
            answering,
            lambda: filled(form, contract),
            lambda desk, said: _submitting(desk, speak(desk, said), answering),
        )


def _submitting(desk: Desk, identity: str, answering: Answering) -> Awaitable[Outcome]:
    return submitting(desk, identity, "notice", "the alerts service", answering.wait)


class LiveNotices(Notices):
    """Notices at the live desk."""

    def give(
        self, kind: Kind, name: Name, form: Form = None, *, by: By, answering: Answering = SOON
    ) -> int:
        """Give notice of a launch or an exercise.

        Parameters
        ----------
        kind
            Of which of the two.
        """
        return self._form(
            answering, form, GIVEN[kind], lambda desk, said: desk.notices.give(name, said, by=by)
        )


class ExerciseNotices(Notices):
    """Notices in an exercise on the bus."""

    def give(
        self,
        kind: Kind,
        name: Name,
        form: Form = None,
        *,
        exercise: Exercise,
        by: By,
        answering: Answering = SOON,
    ) -> int:
        """Give notice, in an exercise on the bus, of a launch or an exercise.

        Parameters
        ----------
        kind
            Of which of the two.
        """
        return self._form(
            answering,
            form,
            GIVEN[kind],
            lambda desk, said: desk.notices.give(name, said, by=by, exercise=exercise),
        )
