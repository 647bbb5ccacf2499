"""What a desk says of notices, and what it knows of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from schemas.envelope import Submission
from schemas.notices import (
    LANE,
    NOTICE_PREFIX,
    AcknowledgeNotice,
    AmendNotice,
    CancelNotice,
    ConfirmNotice,
    ContinueExercise,
    EndNotice,
    LinkDetection,
    NoticeWords,
    NotifyExercise,
    NotifyLaunch,
)
from schemas.parties import Contract, ExerciseId
from services.bus.clock import Clock
from services.desk.notices.forms import (
    AmendForm,
    DetectionForm,
    ExerciseForm,
    LaunchForm,
    told_in,
)
from services.desk.notices.matching import Match, matches
from services.desk.notices.view import NoticeView, notice, notices
from services.desk.store.store import Store
from services.desk.submissions import refuse_flaws
from services.desk.trouble import DeskTrouble, explained
from services.desk.writing import Submit, realm_of

NO_MATCH = "it matches no notice that this desk has"


@dataclass(frozen=True, slots=True)
class NoticeDesk:
    """Notices at one desk. What is said is on its disk before a method returns."""

    name: str
    store: Store
    clock: Clock
    submit: Submit

    # What is known.

    def all(self) -> list[NoticeView]:
        """Every notice that this desk was told of, what is in sight first."""
        return notices(self.store)

    def one(self, named: str) -> NoticeView:
        """One of them, by its matter or by the name under which it was given."""
        found = [notice(self.store, f"{prefix}{named}") for prefix in ("", NOTICE_PREFIX)]
        fits = [each for each in found if each is not None]
        if not fits:
            raise DeskTrouble(f"this desk was told of no notice {named}", "UnknownNotice")
        return fits[0]

    def matching(self, form: DetectionForm) -> list[Match]:
        """The notices that explain what was detected; one that was cancelled comes last."""
        return matches(form.detected_at, form.points, self.all(), self.name)

    # What its sender says.

    def give(
        self,
        name: str,
        form: LaunchForm | ExerciseForm,
        *,
        by: str,
        exercise: ExerciseId | None = None,
    ) -> str:
        """Give notice of a launch or an exercise; each addressee has its own clock."""
        fields = {
            **_where(f"{NOTICE_PREFIX}{name}", by, exercise),
            "begins": form.begins,
            "ends": form.ends,
            "addressees": form.addressees,
            "final_consumers": form.final_consumers,
            "label": form.label,
        }
        told = told_in(form)
        if isinstance(form, LaunchForm):
            return self._say(NotifyLaunch, fields, told)
        return self._say(NotifyExercise, {**fields, "novelty": form.exercise.novelty}, told)

    def amend(self, named: str, form: AmendForm, *, by: str) -> str:
        """Change the window or the contents; what is said takes the place of what was."""
        with explained():
            told = told_in(form)
        novelty = told.exercise.novelty if told.exercise else None
        if (told.launch is not None) != self.one(named).is_launch:
            raise DeskTrouble("the notice is of the other kind", "KindDiffers")
        said = {"begins": form.begins, "ends": form.ends, "novelty": novelty}
        return self._of(AmendNotice, named, by, told, **said)

    def confirm(
        self, named: str, begins: datetime, ends: datetime, *, by: str, text: str | None = None
    ) -> str:
        """Tell the hours of a launch, on its day or the day before; or new ones."""
        said = {"begins": begins, "ends": ends}
        return self._of(ConfirmNotice, named, by, _words(text=text), **said)

    def continue_(self, named: str, *, by: str, text: str | None = None) -> str:
        """Say that the exercise goes on: once in each of its days."""
        return self._of(ContinueExercise, named, by, _words(text=text))

    def end(self, named: str, *, by: str, text: str | None = None) -> str:
        """Say that it is over."""
        return self._of(EndNotice, named, by, _words(text=text))

    def cancel(self, named: str, *, by: str, text: str | None = None) -> str:
        """Say that it does not take place."""
        return self._of(CancelNotice, named, by, _words(text=text))

    # What those say to whom it was given.

    def acknowledge(
        self, named: str, *, by: str, passed_to: str | None = None, text: str | None = None
    ) -> str:
        """Take the sender's newest word over."""
        said = _words(passed_to=passed_to, text=text)
        newest = self.one(named).standing.newest
        return self._of(AcknowledgeNotice, named, by, said, notice=newest)

    def detected(self, form: DetectionForm, *, by: str) -> str:
        """Look up what was detected, and tell all parties of each notice that explains it.

        The identity of the first such word. DeskTrouble where no standing notice does.
        """
        standing = [each for each in self.matching(form) if not each.cancelled]
        if not standing:
            raise DeskTrouble(NO_MATCH, "NoNoticeMatches")
        linked = [self.link(each, form, by=by) for each in standing]
        return linked[0]

    def link(self, match: Match, form: DetectionForm, *, by: str) -> str:
        """Tell all parties of a notice that something was detected that it explains."""
        said = {"notice": match.notice.standing.newest, "detected_at": form.detected_at}
        return self._of(LinkDetection, match.notice.matter, by, form.told, **said)

    # How it is said.

    def _of(
        self, kind: type[Submission], named: str, by: str, content: Contract, **fields: Any
    ) -> str:
        view = self.one(named)
        return self._say(kind, {**_where(view.matter, by, view.exercise), **fields}, content)

    def _say(self, kind: type[Submission], fields: dict[str, Any], content: Contract) -> str:
        refuse_flaws(kind, fields, content, self.name, self.clock.now())
        return self.submit(kind, fields, content, (self.name,))


def _where(matter: str, by: str, exercise: ExerciseId | None) -> dict[str, Any]:
    return {"matter": matter, "lane": LANE, "officer": by, **realm_of(exercise)}


def _words(**said: Any) -> NoticeWords:
    with explained():
        return NoticeWords(**said)
