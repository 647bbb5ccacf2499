"""The commands of visits and clearances: `desk visit …`, `desk clearance …`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, TypeVar

from cyclopts import Parameter

from schemas.parties import Classification
from schemas.visit_forms import (
    Certification,
    DayObserved,
    DecisionWords,
    VisitForm,
    VisitReportForm,
)
from schemas.visit_terms import Answer, RefusalCategory, ReportKind, VisitDecision
from services.desk.commands.runner import Runner
from services.desk.commands.steps.visits import (
    amended,
    at_the_gate,
    empty_form,
    listed,
    one,
    requested,
    spoken,
)
from services.desk.commands.typed.forms import form_in
from services.desk.commands.typed.officers import By
from services.desk.commands.typed.place import HERE, SOON, Answering, Place
from services.desk.commands.typed.usage import as_usage
from services.desk.commands.typed.visits import (
    CRAFT,
    FORMS,
    ClearanceFormName,
    Craft,
    Exercise,
    FilledIn,
    Named,
    Remarked,
    VisitFormName,
    Which,
    cleared,
    filled,
    numbers_or_none,
    window_or_none,
)
from services.desk.desk import Desk
from services.desk.visits.view import VisitView

_COMMON = (
    "amend", "certify", "return", "transmit", "review", "decide", "cancel", "revoke", "report",
)  # fmt: skip
VISIT_MENU = ("list", "show", "form", "request", *_COMMON[:5], "concur", *_COMMON[5:], "check")
"""Every command of visits, in the order in which a desk comes to need them."""
CLEARANCE_MENU = (
    "list", "show", "form", "request", "notify", *_COMMON[:6], "number", "day", *_COMMON[6:],
)  # fmt: skip
"""The same for clearances."""
WordsFile = Annotated[
    Path | None, Parameter(help="A file with the form `decision`, in place of the two options.")
]
T = TypeVar("T")
Category = Annotated[RefusalCategory, Parameter(help="Why, in a word. No reasons need be given.")]


@dataclass(frozen=True, slots=True)
class Requests:
    """What visits and clearances have in common, at the live and at the exercise desk."""

    runner: Runner

    def show(self, reference: Which, *, place: Place = HERE) -> int:
        """Show one: how it stands, its form where this desk may read it, what was said of it."""
        return self.runner.on_disk(place, lambda desk: one(desk, reference))

    def certify(
        self, reference: Which, file: FilledIn = None, *, by: By, answering: Answering = SOON
    ) -> int:
        """Certify it: clearances and the authority's stamp. `form certification` is the form."""
        return self._fill(
            answering,
            f"certification of {reference}",
            lambda: filled(file, Certification),
            lambda desk, form: desk.visits.certify(reference, form, by=by),
        )

    def return_(
        self,
        reference: Which,
        category: Category,
        *,
        by: By,
        remark: Remarked = None,
        answering: Answering = SOON,
    ) -> int:
        """Give it back to its requester uncertified."""
        return self._say(
            answering,
            f"return of {reference}",
            lambda desk: desk.visits.give_back(reference, category, by=by, remark=remark),
        )

    def transmit(self, reference: Which, *, by: By, answering: Answering = SOON) -> int:
        """Send it to the host's authority, and to the facilities. Until then no host knows it."""
        return self._say(
            answering,
            f"transmission of {reference}",
            lambda desk: desk.visits.transmit(reference, by=by),
        )

    def review(self, reference: Which, *, by: By, answering: Answering = SOON) -> int:
        """Take it up, for the host's authority."""
        return self._say(
            answering, f"review of {reference}", lambda desk: desk.visits.review(reference, by=by)
        )

    def decide(
        self,
        reference: Which,
        decision: VisitDecision,
        file: WordsFile = None,
        *,
        by: By,
        category: RefusalCategory | None = None,
        limitations: str | None = None,
        remark: str | None = None,
        begins: Annotated[str | None, Parameter(name="--from")] = None,
        ends: Annotated[str | None, Parameter(name="--until")] = None,
        level: Classification | None = None,
        sites: str | None = None,
        persons: str | None = None,
        answering: Answering = SOON,
    ) -> int:
        """Decide, once a version. Silence decides nothing.

        Parameters
        ----------
        decision
            What is decided.
        category
            Of a denial, why, in a word.
        limitations
            What limits an approval, in words.
        remark
            What else is said.
        begins
            From which day or time on, where that is later than was asked.
        ends
            Until which, likewise; a day is included.
        level
            Up to which level, where that is lower.
        sites
            Numbers of the sites that may be visited, as in 1,3.
        persons
            Numbers of the visitors, or craft, that may come, as in 1,2.
        """

        def fill() -> DecisionWords:
            if file is not None:
                return form_in(file, DecisionWords)
            with as_usage():
                return DecisionWords(limitations=limitations, remark=remark)

        def speak(desk: Desk, words: DecisionWords) -> str:
            return desk.visits.decide(
                reference,
                decision,
                by=by,
                category=category,
                words=words,
                window=window_or_none(begins, ends),
                level=level,
                sites=numbers_or_none(sites),
                visitors=numbers_or_none(persons),
            )

        return self._fill(answering, f"decision on {reference}", fill, speak)

    def cancel(
        self,
        reference: Which,
        *,
        by: By,
        amendment: bool = False,
        remark: Remarked = None,
        answering: Answering = SOON,
    ) -> int:
        """Withdraw it.

        Parameters
        ----------
        amendment
            Only the amendment that is on its way; what was approved holds.
        """
        return self._say(
            answering,
            f"withdrawal of {reference}",
            lambda desk: desk.visits.cancel(reference, by=by, amendment=amendment, remark=remark),
        )

    def revoke(
        self,
        reference: Which,
        category: Category,
        *,
        by: By,
        remark: Remarked = None,
        answering: Answering = SOON,
    ) -> int:
        """Take back an approval, or object to what this nation was notified of."""
        return self._say(
            answering,
            f"revocation of {reference}",
            lambda desk: desk.visits.revoke(reference, category, by=by, remark=remark),
        )

    def report(
        self,
        reference: Which,
        report: ReportKind,
        file: FilledIn = None,
        *,
        by: By,
        answering: Answering = SOON,
    ) -> int:
        """Report that it began, that it ended, or what came of it.

        Parameters
        ----------
        report
            Which of the three. REPORT has a form; of the others it may be left out.
        """

        def fill() -> VisitReportForm | None:
            whole = report is ReportKind.REPORT or file is not None
            return filled(file, VisitReportForm) if whole else None

        return self._fill(
            answering,
            f"report on {reference}",
            fill,
            lambda desk, form: desk.visits.report(reference, report, form, by=by),
        )

    def _list(self, place: Place, chosen: Callable[[VisitView], bool]) -> int:
        return self.runner.on_disk(place, lambda desk: listed(desk, chosen))

    def _say(self, answering: Answering, what: str, speak: Callable[[Desk], str]) -> int:
        return self.runner.over_bus(
            answering, lambda desk: spoken(desk, speak(desk), what, answering.wait)
        )

    def _fill(
        self,
        answering: Answering,
        what: str,
        fill: Callable[[], T],
        speak: Callable[[Desk, T], str],
    ) -> int:
        return self.runner.filled_in(
            answering,
            fill,
            lambda desk, form: spoken(desk, speak(desk, form), what, answering.wait),
        )


class Visits(Requests):
    """Requests for Visit."""

    __slots__ = ()

    def list(self, *, place: Place = HERE) -> int:
        """List every Request for Visit with its state in plain words."""
        return self._list(place, lambda view: not view.standing.subject.is_clearance)

    def form(self, name: VisitFormName = VisitFormName.REQUEST) -> int:
        """Print a form to be filled in, in YAML.

        Parameters
        ----------
        name
            Which.
        """
        print(empty_form(FORMS[name.value]), end="")
        return 0

    def amend(
        self, reference: Which, file: FilledIn = None, *, by: By, answering: Answering = SOON
    ) -> int:
        """Submit the whole form again as it should be. What is approved holds until decided."""
        return self.runner.filled_in(
            answering,
            lambda: filled(file, VisitForm),
            lambda desk, form: amended(desk, reference, form, answering.wait, by=by),
        )

    def concur(
        self,
        reference: Which,
        *,
        by: By,
        objects: bool = False,
        remark: Remarked = None,
        answering: Answering = SOON,
    ) -> int:
        """Say, for a facility, that it can receive the visit.

        Parameters
        ----------
        objects
            It cannot.
        """
        return self._say(
            answering,
            f"word of the facility on {reference}",
            lambda desk: desk.visits.concur(reference, by=by, concurs=not objects, remark=remark),
        )

    def check(
        self, reference: Which, *, nationality: str, document: str, place: Place = HERE
    ) -> int:
        """At the gate: whether who shows this document is approved, now. Nothing is sent.

        Parameters
        ----------
        nationality
            ISO 3166-1 alpha-3.
        document
            The number of passport or identity card.
        """
        return self.runner.on_disk(
            place, lambda desk: at_the_gate(desk, reference, nationality, document)
        )


class LiveVisits(Visits):
    """Requests for Visit of the live desk."""

    __slots__ = ()

    def request(
        self,
        file: FilledIn = None,
        *,
        by: By,
        reference: Named = None,
        answering: Answering = SOON,
    ) -> int:
        """Submit a Request for Visit. `form` prints the form."""
        return self.runner.filled_in(
            answering,
            lambda: filled(file, VisitForm),
            lambda desk, form: requested(desk, form, answering.wait, by=by, reference=reference),
        )


class ExerciseVisits(Visits):
    """Requests for Visit of an exercise: they are not the live ones, whatever their names."""

    __slots__ = ()

    def request(
        self,
        file: FilledIn = None,
        *,
        exercise: Exercise,
        by: By,
        reference: Named = None,
        answering: Answering = SOON,
    ) -> int:
        """Submit a Request for Visit of an exercise. `form` prints the form."""
        return self.runner.filled_in(
            answering,
            lambda: filled(file, VisitForm),
            lambda desk, form: requested(
                desk, form, answering.wait,
                by=by, reference=reference, exercise=exercise,
            ),
        )  # fmt: skip


class Clearances(Requests):
    """Diplomatic clearances of aircraft and ships."""

    __slots__ = ()

    def list(self, *, place: Place = HERE) -> int:
        """List every clearance with its state in plain words."""
        return self._list(place, lambda view: view.standing.subject.is_clearance)

    def form(self, name: ClearanceFormName) -> int:
        """Print a form to be filled in, in YAML.

        Parameters
        ----------
        name
            Which; the aircraft's is that of the 48 items.
        """
        print(empty_form(FORMS[name.value]), end="")
        return 0

    def amend(
        self,
        reference: Which,
        craft: Craft,
        file: FilledIn = None,
        *,
        by: By,
        answering: Answering = SOON,
    ) -> int:
        """Submit the whole form again as it should be. What is cleared holds until decided.

        Parameters
        ----------
        craft
            Whose form it is.
        """
        return self.runner.filled_in(
            answering,
            lambda: filled(file, CRAFT[craft]),
            lambda desk, form: amended(desk, reference, form, answering.wait, by=by),
        )

    def number(self, reference: Which, number: str, *, by: By, answering: Answering = SOON) -> int:
        """Issue the clearance's number, for the host.

        Parameters
        ----------
        number
            As it goes into the flight plan.
        """
        return self._say(
            answering,
            f"number of {reference}",
            lambda desk: desk.visits.issue_number(reference, number, by=by),
        )

    def day(
        self,
        reference: Which,
        *,
        call_sign: str,
        registration: str,
        by: By,
        remark: str | None = None,
        answering: Answering = SOON,
    ) -> int:
        """Say which craft came on the day; all concerned are told whether it is one approved.

        Parameters
        ----------
        call_sign
            As it was heard.
        registration
            As it was seen.
        remark
            What else was seen.
        """  # fmt: skip
        return self._say(
            answering,
            f"check of {reference}",
            lambda desk: desk.visits.confirm_day(
                reference, _observed(call_sign, registration, remark), by=by
            ),
        )

    def _ask(
        self,
        craft: Craft,
        file: FilledIn,
        answer: Answer,
        by: str,
        reference: str | None,
        answering: Answering,
        exercise: str | None = None,
    ) -> int:
        return self.runner.filled_in(
            answering,
            lambda: cleared(file, craft, answer),
            lambda desk, form: requested(
                desk, form, answering.wait,
                by=by, reference=reference, exercise=exercise,
            ),
        )  # fmt: skip


def _observed(call_sign: str, registration: str, remark: str | None) -> DayObserved:
    with as_usage():
        return DayObserved(call_sign=call_sign, registration=registration, remark=remark)


class LiveClearances(Clearances):
    """Clearances of the live desk."""

    __slots__ = ()

    def request(
        self,
        craft: Craft,
        file: FilledIn = None,
        *,
        by: By,
        reference: Named = None,
        answering: Answering = SOON,
    ) -> int:
        """Submit a request (R), which needs an answer.

        Parameters
        ----------
        craft
            What is to be cleared.
        """
        return self._ask(craft, file, Answer.REQUEST, by, reference, answering)

    def notify(
        self,
        craft: Craft,
        file: FilledIn = None,
        *,
        by: By,
        reference: Named = None,
        answering: Answering = SOON,
    ) -> int:
        """Submit a notification (N), which needs no answer and cites what it rests on.

        Parameters
        ----------
        craft
            What comes.
        """
        return self._ask(craft, file, Answer.NOTIFICATION, by, reference, answering)


class ExerciseClearances(Clearances):
    """Clearances of an exercise: they are not the live ones, whatever their names."""

    __slots__ = ()

    def request(
        self,
        craft: Craft,
        file: FilledIn = None,
        *,
        exercise: Exercise,
        by: By,
        reference: Named = None,
        answering: Answering = SOON,
    ) -> int:
        """Submit a request (R), which needs an answer.

        Parameters
        ----------
        craft
            What is to be cleared.
        """
        return self._ask(craft, file, Answer.REQUEST, by, reference, answering, exercise)

    def notify(
        self,
        craft: Craft,
        file: FilledIn = None,
        *,
        exercise: Exercise,
        by: By,
        reference: Named = None,
        answering: Answering = SOON,
    ) -> int:
        """Submit a notification (N), which needs no answer and cites what it rests on.

        Parameters
        ----------
        craft
            What comes.
        """
        return self._ask(craft, file, Answer.NOTIFICATION, by, reference, answering, exercise)
