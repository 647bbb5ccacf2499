"""The commands of a desk's alerts: `detente desk alert …`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from schemas.alerts import Attribution
from schemas.crisis import Confidence
from schemas.parties import Contract, nation_of
from schemas.sources import Source, SourceKind
from services.desk.alerts.forms import AlertForm, TemplatesForm, WordsForm
from services.desk.commands.runner import Runner
from services.desk.commands.steps.alerts import (
    alert_of,
    alerts_of,
    exported,
    form_of,
    imported,
    incidents_of,
    refuse_explained,
    templates_of,
    written,
)
from services.desk.commands.steps.submitting import submitting
from services.desk.commands.typed.alert import Exercise, Form, Noted, Out, WhichAlert, filled
from services.desk.commands.typed.officers import UNNAMED, By, Hands
from services.desk.commands.typed.place import HERE, SOON, Answering, Place
from services.desk.commands.typed.usage import as_usage
from services.desk.desk import Desk
from services.desk.skeleton import skeleton

MENU = (
    "list", "show", "incidents", "templates", "approve", "form", "issue", "update", "attribute",
    "correct", "cancel", "all-clear", "acknowledge", "ack", "error",
    "corroborate", "contradict", "link", "import", "export",
)  # fmt: skip
"""Every command of both desks' alerts, in the order in which a desk comes to need them."""
DespiteNotice = Annotated[
    bool, Parameter(help="A notice may explain what was seen, and it is an alert all the same.")
]
FORMS: Mapping[str, type[Contract]] = {
    "alert": AlertForm,
    "templates": TemplatesForm,
    "words": WordsForm,
}


@dataclass(frozen=True, slots=True)
class Alerts:
    """What the live and the exercise desk have in common of it."""

    runner: Runner

    def list(self, *, place: Place = HERE) -> int:
        """List every alert: its state, and who does not have its newest word."""
        return self.runner.on_disk(place, alerts_of)

    def show(self, alert: WhichAlert, *, place: Place = HERE) -> int:
        """Show one alert: who has which word, attribution and its history, all that was said."""
        return self.runner.on_disk(place, lambda desk: alert_of(desk, alert))

    def incidents(self, incident: str | None = None, *, place: Place = HERE) -> int:
        """List events, each with its alerts, requests and hotline threads.

        Parameters
        ----------
        incident
            That one alone.
        """
        return self.runner.on_disk(place, lambda desk: incidents_of(desk, incident))

    def templates(self, *, place: Place = HERE) -> int:
        """List the approved cancel and correction templates."""
        return self.runner.on_disk(place, templates_of)

    def form(
        self,
        kind: Literal["alert", "templates", "words"] = "alert",
        *,
        of: str | None = None,
        out: Out = None,
        place: Place = HERE,
    ) -> int:
        """Write a form to fill in; for an update, the alert as it was told last.

        Parameters
        ----------
        kind
            alert, templates (to approve), or words (instead of a template).
        of
            The alert that is to be updated.
        """
        if of is not None:
            return self.runner.on_disk(place, lambda desk: form_of(desk, of, out))
        said = skeleton(FORMS[kind])
        return self.runner.anywhere(place, lambda: written({"form": said}, said, out))

    def update(
        self,
        alert: WhichAlert,
        form: Form = None,
        *,
        hands: Hands = UNNAMED,
        answering: Answering = SOON,
    ) -> int:
        """Say all of the event anew, to everybody who had it; `form --of` gives what to change."""
        return self._say(
            answering,
            lambda desk: desk.alerts.update(alert, filled(form, AlertForm), **_hands(hands)),
        )

    def attribute(
        self,
        alert: WhichAlert,
        *,
        confidence: Confidence,
        actor: str | None = None,
        basis: str | None = None,
        hands: Hands = UNNAMED,
        answering: Answering = SOON,
    ) -> int:
        """Revise who is held to be behind it, for everybody who had the first word.

        Parameters
        ----------
        confidence
            How sure.
        actor
            Who.
        basis
            On what this rests.
        """
        with as_usage():
            said = Attribution(claimed_actor=actor, confidence=confidence, basis=basis)
        return self._say(
            answering, lambda desk: desk.alerts.attribute(alert, said, **_hands(hands))
        )

    def correct(
        self,
        alert: WhichAlert,
        *,
        words: Path | None = None,
        not_false: bool = False,
        hands: Hands = UNNAMED,
        answering: Answering = SOON,
    ) -> int:
        """Correct what was said, in the approved words: one officer is enough, with --by.

        Parameters
        ----------
        words
            A form with other words; then two officers release it from IMMEDIATE up.
        not_false
            The event did happen; only what was said of it was wrong.
        """
        return self._say(
            answering,
            lambda desk: desk.alerts.correct(
                alert,
                words=filled(words, WordsForm) if words else None,
                false_alert=not not_false,
                **_hands(hands),
            ),
        )

    def cancel(
        self,
        alert: WhichAlert,
        *,
        words: Path | None = None,
        hands: Hands = UNNAMED,
        answering: Answering = SOON,
    ) -> int:
        """Withdraw an alert, in the approved words: one officer is enough, with --by.

        Parameters
        ----------
        words
            A form with other words; then two officers release it from IMMEDIATE up.
        """
        return self._say(
            answering,
            lambda desk: desk.alerts.cancel(
                alert, words=filled(words, WordsForm) if words else None, **_hands(hands)
            ),
        )

    def all_clear(
        self, alert: WhichAlert, *, hands: Hands = UNNAMED, answering: Answering = SOON
    ) -> int:
        """Give the all clear: the danger is over."""
        return self._say(answering, lambda desk: desk.alerts.clear(alert, **_hands(hands)))

    def acknowledge(
        self, alert: WhichAlert, *, by: By, remark: Noted = None, answering: Answering = SOON
    ) -> int:
        """Acknowledge for this desk: an officer has it and takes it over. It agrees to nothing."""
        return self._say(
            answering, lambda desk: desk.alerts.acknowledge(alert, by=by, remark=remark)
        )

    def ack(
        self, alert: WhichAlert, *, by: By, note: Noted = None, answering: Answering = SOON
    ) -> int:
        """Send CAP's Ack: this nation accepts the message as valid. Not an acknowledgement."""
        return self._say(answering, lambda desk: desk.alerts.ack(alert, by=by, note=note))

    def error(self, alert: WhichAlert, *, by: By, note: str, answering: Answering = SOON) -> int:
        """Send CAP's Error: this nation rejects the message.

        Parameters
        ----------
        note
            Why.
        """
        return self._say(answering, lambda desk: desk.alerts.error(alert, by=by, note=note))

    def corroborate(
        self,
        alert: WhichAlert,
        *,
        source: str,
        kind: SourceKind,
        of: str | None = None,
        by: By,
        remark: Noted = None,
        answering: Answering = SOON,
    ) -> int:
        """Say that a second, independent source bears an alert out. All who had it are told.

        Parameters
        ----------
        source
            The source's name, the same whoever speaks of it: radar-7.
        kind
            What kind of source it is.
        of
            The nation whose source it is; your own by default. Name it where you pass on its word.
        """
        return self._weigh(alert, (source, kind, of), by, remark, answering)

    def contradict(
        self,
        alert: WhichAlert,
        *,
        source: str,
        kind: SourceKind,
        of: str | None = None,
        by: By,
        remark: Noted = None,
        answering: Answering = SOON,
    ) -> int:
        """Say that an independent source should see what an alert tells, and sees otherwise.

        Parameters
        ----------
        source
            The source's name, the same whoever speaks of it: radar-7.
        kind
            What kind of source it is.
        of
            The nation whose source it is; your own by default. Name it where you pass on its word.
        """
        return self._weigh(alert, (source, kind, of), by, remark, answering, contradicts=True)

    def _weigh(
        self,
        alert: str,
        source: tuple[str, SourceKind, str | None],
        by: str,
        remark: str | None,
        answering: Answering,
        *,
        contradicts: bool = False,
    ) -> int:
        name, kind, of = source

        def say(desk: Desk) -> str:
            with as_usage():
                named = Source(of=of or nation_of(desk.name), kind=kind, name=name)
            speak = desk.alerts.contradict if contradicts else desk.alerts.corroborate
            return speak(alert, named, by=by, remark=remark)

        return self._say(answering, say)

    def link(
        self,
        alert: WhichAlert,
        incident: str,
        *,
        thread: tuple[str, ...] = (),
        by: By,
        remark: Noted = None,
        answering: Answering = SOON,
    ) -> int:
        """Link an alert to an event, and to hotline matters about it.

        Parameters
        ----------
        incident
            The event's name, the same for all who speak of it.
        thread
            A matter of the hotline; may be given several times.
        """
        return self._say(
            answering,
            lambda desk: desk.alerts.link(alert, incident, thread, by=by, remark=remark),
        )

    def import_(self, file: Path, *, out: Out = None, place: Place = HERE) -> int:
        """Check a CAP 1.2 file, and make an alert's form of it. Nothing is sent.

        Parameters
        ----------
        file
            The XML file.
        """
        return self.runner.on_disk(place, lambda _: imported(file, out))

    def export(
        self,
        alert: WhichAlert,
        *,
        number: int | None = None,
        out: Out = None,
        place: Place = HERE,
    ) -> int:
        """Write a message as CAP 1.2 XML, valid by the OASIS schema.

        Parameters
        ----------
        number
            Which message of the alert; the newest by default.
        """
        return self.runner.on_disk(place, lambda desk: exported(desk, alert, number, out))

    def _say(self, answering: Answering, speak: Callable[[Desk], str]) -> int:
        return self.runner.over_bus(
            answering,
            lambda desk: submitting(
                desk, speak(desk), "alert", "the alerts service", answering.wait
            ),
        )


def _hands(hands: Hands) -> dict[str, str]:
    """Who drafted and who releases, as the desk's library names them."""
    both = hands.both
    return {"drafter": both["drafter"], "by": both["releaser"]}


def _unexplained(desk: Desk, form: AlertForm, despite_notice: bool) -> AlertForm:
    """The form, where no notice explains what was seen or the officer holds that none does."""
    if not despite_notice:
        refuse_explained(desk, form)
    return form


class LiveAlerts(Alerts):
    """Alerts of the live desk."""

    def approve(
        self, form: Form = None, *, hands: Hands = UNNAMED, answering: Answering = SOON
    ) -> int:
        """Approve a cancel and a correction template; another officer than their drafter does."""
        return self._say(
            answering,
            lambda desk: desk.alerts.approve(filled(form, TemplatesForm), **_hands(hands)),
        )

    def issue(
        self,
        form: Form = None,
        *,
        despite_notice: DespiteNotice = False,
        hands: Hands = UNNAMED,
        answering: Answering = SOON,
    ) -> int:
        """Issue an alert to the military desk and foreign ministry of each nation addressed."""
        return self._say(
            answering,
            lambda desk: desk.alerts.issue(
                _unexplained(desk, filled(form, AlertForm), despite_notice), **_hands(hands)
            ),
        )


class ExerciseAlerts(Alerts):
    """Alerts of an exercise: they never reach a live desk."""

    def approve(
        self,
        form: Form = None,
        *,
        exercise: Exercise,
        hands: Hands = UNNAMED,
        answering: Answering = SOON,
    ) -> int:
        """Approve a cancel and a correction template of an exercise."""
        return self._say(
            answering,
            lambda desk: desk.alerts.approve(
                filled(form, TemplatesForm), exercise=exercise, **_hands(hands)
            ),
        )

    def issue(
        self,
        form: Form = None,
        *,
        exercise: Exercise,
        despite_notice: DespiteNotice = False,
        hands: Hands = UNNAMED,
        answering: Answering = SOON,
    ) -> int:
        """Issue an alert of an exercise; its status is Exercise, and its note names it."""
        return self._say(
            answering,
            lambda desk: desk.alerts.issue(
                _unexplained(desk, filled(form, AlertForm), despite_notice),
                exercise=exercise,
                **_hands(hands),
            ),
        )
