"""What a desk says in risk reduction, and what it knows of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from schemas.concerns import (
    CONCERN_PREFIX,
    HAZARD_PREFIX,
    HOSTING_PREFIX,
    LANE,
    AnswerHosting,
    AskClarification,
    Clarify,
    CloseHazard,
    CloseHosting,
    CloseRequest,
    Explanation,
    ExplanationAsked,
    HazardWords,
    HostingAnswer,
    JudgeReply,
    MeetingScope,
    OfferHosting,
    Quality,
    RecordMeeting,
    ReplyToRequest,
    ReportHazard,
    ReportMeeting,
    RequestExplanation,
    RequestMeeting,
    RiskWords,
    UpdateRequest,
    WithdrawHosting,
)
from schemas.crisis import EventCode
from schemas.envelope import Submission
from schemas.parties import Contract, ExerciseId, nation_of
from services.bus.clock import Clock
from services.desk.risk.forms import ConcernForm, HazardForm, HostingForm, OpeningForm
from services.desk.risk.view import PREFIXES, RiskView, risk, risks
from services.desk.store.store import Store
from services.desk.submissions import refuse_flaws
from services.desk.trouble import DeskTrouble, explained
from services.desk.writing import Submit, realm_of


@dataclass(frozen=True, slots=True)
class RiskDesk:
    """Risk reduction at one desk. What is said is on its disk before a method returns."""

    name: str
    store: Store
    clock: Clock
    submit: Submit

    # What is known.

    def all(self) -> list[RiskView]:
        """Every matter that this desk was told of, what is due next first."""
        return risks(self.store)

    def one(self, named: str) -> RiskView:
        """One of them, by its matter or its name after what matters of its kind begin with."""
        found = [risk(self.store, f"{prefix}{named}") for prefix in ("", *PREFIXES)]
        fits = [each for each in found if each is not None]
        if len(fits) != 1:
            said = "several matters of that name" if fits else f"no {named}"
            raise DeskTrouble(f"this desk was told of {said}")
        return fits[0]

    # (A) Unusual military activity.

    def request(
        self, name: str, form: ConcernForm, *, by: str, exercise: ExerciseId | None = None
    ) -> str:
        """Ask a state about an unusual activity; all participating states get a copy."""
        fields = self._opening(f"{CONCERN_PREFIX}{name}", form, by, exercise) | {
            "event_code": EventCode.UNUSUAL_MILITARY_ACTIVITY,
            "requested": form.requested,
        }
        return self._say(RequestExplanation, fields, form.asked)

    def add(self, named: str, asked: ExplanationAsked, *, by: str) -> str:
        """Say more of what is asked. No clock begins anew."""
        return self._of(UpdateRequest, named, by, asked)

    def reply(self, named: str, explanation: Explanation, *, by: str) -> str:
        """Reply, as the state that was asked. What it contains is named on the envelope."""
        return self._of(ReplyToRequest, named, by, explanation, items=explanation.items)

    def judge(
        self, named: str, quality: Quality, *, by: str, reply: str = "", text: str | None = None
    ) -> str:
        """Say what the own state makes of a reply, the newest unless another is named."""
        replies = [each for each in self.one(named).replies if each.endswith(reply)]
        if not replies:
            raise DeskTrouble("there is no such reply to judge")
        return self._of(
            JudgeReply, named, by, _words(text=text), reply=replies[-1], quality=quality
        )

    def call_meeting(
        self,
        named: str,
        scope: MeetingScope,
        *,
        by: str,
        text: str | None = None,
        place: str | None = None,
        at: datetime | None = None,
    ) -> str:
        """Ask for a meeting within 48 hours."""
        said = _words(text=text, place=place, at=at)
        return self._of(RequestMeeting, named, by, said, scope=scope)

    def record_meeting(
        self,
        named: str,
        held_at: datetime,
        attended: Sequence[str],
        *,
        by: str,
        text: str | None = None,
    ) -> str:
        """Record who came to a meeting."""
        came = tuple(sorted(set(attended)))
        said = _words(text=text)
        return self._of(RecordMeeting, named, by, said, held_at=held_at, attended=came)

    def report_meeting(
        self, named: str, *, by: str, text: str, recommendations: Sequence[str] = ()
    ) -> str:
        """Forward the meeting's report to all participating states."""
        said = _words(text=text, recommendations=tuple(recommendations))
        return self._of(ReportMeeting, named, by, said)

    def close(self, named: str, *, by: str, text: str | None = None) -> str:
        """Close a request, an incident or a visit, as far as the own state may."""
        kinds: dict[str, type[Submission]] = {
            CONCERN_PREFIX: CloseRequest,
            HAZARD_PREFIX: CloseHazard,
            HOSTING_PREFIX: CloseHosting,
        }
        matter = self.one(named).matter
        kind = next(kinds[each] for each in PREFIXES if matter.startswith(each))
        return self._of(kind, matter, by, _words(text=text))

    # (B) Hazardous incidents.

    def hazard(
        self, name: str, form: HazardForm, *, by: str, exercise: ExerciseId | None = None
    ) -> str:
        """Report an incident as the state involved, or ask about it as one that is affected."""
        own = form.involved == nation_of(self.name)
        fields = self._opening(f"{HAZARD_PREFIX}{name}", form, by, exercise) | {
            "event_code": EventCode.HAZARDOUS_INCIDENT,
            "involved": form.involved,
            "point_of_contact": form.point_of_contact,
        }
        return self._say(ReportHazard if own else AskClarification, fields, form.said)

    def clarify(self, named: str, said: HazardWords, *, by: str) -> str:
        """Answer what was asked about an incident, as the state involved."""
        return self._of(Clarify, named, by, said)

    # (C) Voluntary hosting.

    def host(
        self, name: str, form: HostingForm, *, by: str, exercise: ExerciseId | None = None
    ) -> str:
        """Invite other states to see for themselves."""
        fields = self._opening(f"{HOSTING_PREFIX}{name}", form, by, exercise) | {
            "event_code": EventCode.UNUSUAL_MILITARY_ACTIVITY,
            "invited": form.invited,
            "begins": form.begins,
            "ends": form.ends,
            "observers_max": form.observers_max,
            "answer_by": form.answer_by,
        }
        return self._say(OfferHosting, fields, form.programme)

    def answer_invitation(
        self,
        named: str,
        answer: HostingAnswer,
        *,
        by: str,
        observers: int = 0,
        text: str | None = None,
    ) -> str:
        """Accept or decline an invitation."""
        return self._of(
            AnswerHosting, named, by, _words(text=text), answer=answer, observers=observers
        )

    def withdraw(self, named: str, *, by: str, text: str | None = None) -> str:
        """Withdraw the own invitation."""
        return self._of(WithdrawHosting, named, by, _words(text=text))

    # How it is said.

    def _opening(
        self, matter: str, form: OpeningForm, by: str, exercise: ExerciseId | None
    ) -> dict[str, Any]:
        shared = (
            "participating", "concerned", "geocodes", "event_at", "label", "incident", "urgency",
            "severity", "certainty", "status",
        )  # fmt: skip
        return {
            **{name: getattr(form, name) for name in shared},
            **_where(matter, by, exercise),
        }

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


def _words(**said: Any) -> RiskWords:
    with explained():
        return RiskWords(**said)
