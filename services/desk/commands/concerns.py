"""The commands of risk reduction at a desk: `detente desk concern …`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from schemas.concerns import (
    Explanation,
    ExplanationAsked,
    HazardWords,
    HostingAnswer,
    MeetingScope,
    Quality,
)
from schemas.parties import Contract
from services.desk.commands.runner import Runner
from services.desk.commands.steps.alerts import risk_of, risks_of, written
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
from services.desk.commands.typed.times import moment, moment_or_none
from services.desk.desk import Desk
from services.desk.risk.forms import ConcernForm, HazardForm, HostingForm
from services.desk.skeleton import skeleton

MENU = (
    "list", "show", "form", "request", "add", "reply", "judge", "call-meeting", "record-meeting",
    "report-meeting", "hazard", "clarify", "host", "answer", "withdraw", "close",
)  # fmt: skip
"""Every command of both desks, in the order in which a desk comes to need them."""
FORMS: Mapping[str, type[Contract]] = {
    "request": ConcernForm,
    "add": ExplanationAsked,
    "reply": Explanation,
    "hazard": HazardForm,
    "clarify": HazardWords,
    "host": HostingForm,
}


@dataclass(frozen=True, slots=True)
class Concerns:
    """What the live and the exercise desk have in common of it."""

    runner: Runner

    def list(self, *, place: Place = HERE) -> int:
        """List every request, incident and invitation: what is due next, and from whom."""
        return self.runner.on_disk(place, risks_of)

    def show(self, matter: WhichMatter, *, place: Place = HERE) -> int:
        """Show one of them, with all that was said in it."""
        return self.runner.on_disk(place, lambda desk: risk_of(desk, matter))

    def form(
        self,
        kind: Literal["request", "add", "reply", "hazard", "clarify", "host"],
        *,
        out: Out = None,
        place: Place = HERE,
    ) -> int:
        """Write a form to fill in.

        Parameters
        ----------
        kind
            For which command.
        """
        said = skeleton(FORMS[kind])
        return self.runner.anywhere(place, lambda: written({"form": said}, said, out))

    def add(
        self, matter: WhichMatter, form: Form = None, *, by: By, answering: Answering = SOON
    ) -> int:
        """Say more of what is asked. The time for the reply runs on; it never begins anew."""
        return self._say(
            answering,
            lambda desk: desk.risk.add(matter, filled(form, ExplanationAsked), by=by),
        )

    def reply(
        self, matter: WhichMatter, form: Form = None, *, by: By, answering: Answering = SOON
    ) -> int:
        """Reply as the state that was asked; all participating states get a copy."""
        return self._say(
            answering, lambda desk: desk.risk.reply(matter, filled(form, Explanation), by=by)
        )

    def judge(
        self,
        matter: WhichMatter,
        quality: Quality,
        *,
        reply: str = "",
        text: Noted = None,
        by: By,
        answering: Answering = SOON,
    ) -> int:
        """Say, as the requester, what a reply is worth.

        Parameters
        ----------
        quality
            What it is.
        reply
            Which reply, by the end of its identity; the newest by default.
        """
        return self._say(
            answering,
            lambda desk: desk.risk.judge(matter, quality, by=by, reply=reply, text=text),
        )

    def call_meeting(
        self,
        matter: WhichMatter,
        scope: MeetingScope,
        *,
        by: By,
        proposed: str | None = None,
        venue: str | None = None,
        text: Noted = None,
        answering: Answering = SOON,
    ) -> int:
        """Ask for a meeting, to be held within 48 hours.

        Parameters
        ----------
        scope
            Between the two states, or of all participating states.
        proposed
            For when, in UTC as in 2026-01-31T18:00Z.
        venue
            Where; by agreement, else the centre.
        """
        at = moment_or_none(proposed)
        return self._say(
            answering,
            lambda desk: desk.risk.call_meeting(
                matter, scope, by=by, text=text, place=venue, at=at
            ),
        )

    def record_meeting(
        self,
        matter: WhichMatter,
        *,
        held_at: str,
        attended: tuple[str, ...],
        by: By,
        text: Noted = None,
        answering: Answering = SOON,
    ) -> int:
        """Record who came: held, or boycotted where the state that was asked stayed away.

        Parameters
        ----------
        held_at
            UTC, as in 2026-01-31T18:00Z.
        attended
            A state that came; may be given several times.
        """
        when = moment(held_at)
        return self._say(
            answering,
            lambda desk: desk.risk.record_meeting(matter, when, attended, by=by, text=text),
        )

    def report_meeting(
        self,
        matter: WhichMatter,
        *,
        text: str,
        recommendation: tuple[str, ...] = (),
        by: By,
        answering: Answering = SOON,
    ) -> int:
        """Forward the meeting's report to all participating states.

        Parameters
        ----------
        text
            The report.
        recommendation
            What was recommended; may be given several times.
        """
        return self._say(
            answering,
            lambda desk: desk.risk.report_meeting(
                matter, by=by, text=text, recommendations=recommendation
            ),
        )

    def clarify(
        self, matter: WhichMatter, form: Form = None, *, by: By, answering: Answering = SOON
    ) -> int:
        """Answer what was asked about a hazardous incident, as the state involved."""
        return self._say(
            answering, lambda desk: desk.risk.clarify(matter, filled(form, HazardWords), by=by)
        )

    def answer(
        self,
        matter: WhichMatter,
        answer: HostingAnswer,
        *,
        observers: int = 0,
        text: Noted = None,
        by: By,
        answering: Answering = SOON,
    ) -> int:
        """Accept or decline an invitation.

        Parameters
        ----------
        answer
            Which of the two.
        observers
            How many come, where it is accepted.
        """
        return self._say(
            answering,
            lambda desk: desk.risk.answer_invitation(
                matter, answer, by=by, observers=observers, text=text
            ),
        )

    def withdraw(
        self, matter: WhichMatter, *, by: By, text: Noted = None, answering: Answering = SOON
    ) -> int:
        """Withdraw the own invitation."""
        return self._say(answering, lambda desk: desk.risk.withdraw(matter, by=by, text=text))

    def close(
        self, matter: WhichMatter, *, by: By, text: Noted = None, answering: Answering = SOON
    ) -> int:
        """Close a request (its requester), an incident (a state affected) or a visit (its host)."""
        return self._say(answering, lambda desk: desk.risk.close(matter, by=by, text=text))

    def _say(self, answering: Answering, speak: Callable[[Desk], str]) -> int:
        return self.runner.over_bus(
            answering,
            lambda desk: submitting(
                desk, speak(desk), "concern", "the alerts service", answering.wait
            ),
        )


class LiveConcerns(Concerns):
    """Risk reduction at the live desk."""

    def request(self, name: Name, form: Form = None, *, by: By, answering: Answering = SOON) -> int:
        """Ask a state about an unusual military activity. It has 48 hours."""
        return self._say(
            answering, lambda desk: desk.risk.request(name, filled(form, ConcernForm), by=by)
        )

    def hazard(self, name: Name, form: Form = None, *, by: By, answering: Answering = SOON) -> int:
        """Report a hazardous incident, or ask about one before anything is reported."""
        return self._say(
            answering, lambda desk: desk.risk.hazard(name, filled(form, HazardForm), by=by)
        )

    def host(self, name: Name, form: Form = None, *, by: By, answering: Answering = SOON) -> int:
        """Invite other states to see for themselves."""
        return self._say(
            answering, lambda desk: desk.risk.host(name, filled(form, HostingForm), by=by)
        )


class ExerciseConcerns(Concerns):
    """Risk reduction in an exercise."""

    def request(
        self,
        name: Name,
        form: Form = None,
        *,
        exercise: Exercise,
        by: By,
        answering: Answering = SOON,
    ) -> int:
        """Ask a state, in an exercise, about an unusual military activity."""
        return self._say(
            answering,
            lambda desk: desk.risk.request(
                name, filled(form, ConcernForm), by=by, exercise=exercise
            ),
        )

    def hazard(
        self,
        name: Name,
        form: Form = None,
        *,
        exercise: Exercise,
        by: By,
        answering: Answering = SOON,
    ) -> int:
        """Report, in an exercise, a hazardous incident, or ask about one."""
        return self._say(
            answering,
            lambda desk: desk.risk.hazard(name, filled(form, HazardForm), by=by, exercise=exercise),
        )

    def host(
        self,
        name: Name,
        form: Form = None,
        *,
        exercise: Exercise,
        by: By,
        answering: Answering = SOON,
    ) -> int:
        """Invite other states, in an exercise."""
        return self._say(
            answering,
            lambda desk: desk.risk.host(name, filled(form, HostingForm), by=by, exercise=exercise),
        )
