"""What a desk says of visits and clearances. It is on its disk before a method returns."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from schemas.parties import Classification, Contract, ExerciseId, nation_of
from schemas.visit_forms import (
    Certification,
    DayObserved,
    DecisionWords,
    SealedVisit,
    VisitForm,
    VisitRemark,
    VisitReport,
    VisitReportForm,
    mark_of,
)
from schemas.visit_terms import (
    AmendedItem,
    RefusalCategory,
    ReportKind,
    VisitDecision,
    VisitPhase,
    Window,
)
from schemas.visits import (
    LANE,
    Amends,
    BeginReview,
    CancelRequest,
    CertifyRequest,
    ConcurInVisit,
    ConfirmDay,
    DecideRequest,
    IssueNumber,
    OfRequest,
    OfVersion,
    ReportVisit,
    ReturnRequest,
    RevokeApproval,
    TransmitRequest,
)
from services.bus.clock import Clock
from services.desk.draft import refuse_flawed
from services.desk.inner.outside import KINDS, Form, fields_of
from services.desk.inner.visits import decision_flaws, form_flaws
from services.desk.inner.whole import words_flaws
from services.desk.store.store import Store
from services.desk.trouble import DeskTrouble
from services.desk.visits.view import RequestRead, VisitView, readers_of, visit, visits
from services.desk.writing import Submit, realm_of

NO_REMARK = VisitRemark()


@dataclass(frozen=True, slots=True)
class VisitDesk:
    """Visits and clearances of one desk; DeskTrouble where something cannot be said."""

    name: str
    store: Store
    clock: Clock
    submit: Submit
    salt: Callable[[], str] = lambda: secrets.token_hex(16)

    # What is known.

    def all(self) -> list[VisitView]:
        """Every request that this desk was told of."""
        return visits(self.store)

    def one(self, reference: str) -> VisitView:
        """One of them. DeskTrouble where this desk was told of no such request."""
        found = visit(self.store, reference)
        if found is None:
            raise DeskTrouble(f"this desk was told of no request {reference}")
        return found

    def covers(self, reference: str, nationality: str, document: str, now: datetime) -> bool:
        """Whether somebody who stands at the gate with this document is approved, now."""
        view = self.one(reference)
        approved = view.standing.approved
        if approved is None or not approved.window.begins <= now < approved.window.ends:
            return False
        sealed = self._read(view, approved.version).sealed
        assert sealed is not None, "what cannot be read was refused"
        return mark_of(sealed.salt, nationality, document) in approved.persons

    # The requester.

    def request(
        self,
        form: Form,
        *,
        by: str,
        reference: str | None = None,
        exercise: ExerciseId | None = None,
    ) -> tuple[str, str]:
        """Submit a form; the reference under which it goes, and the identity of what was said."""
        name = reference or f"visit-{nation_of(self.name).lower()}-{secrets.token_hex(4)}"
        fields = {"matter": name, **realm_of(exercise)}
        return name, self._ask(form, self.salt(), fields, by)

    def amend(self, reference: str, form: Form, *, by: str) -> str:
        """Submit the whole form again as it should be. What it changes is found by comparing."""
        view = self.one(reference)
        version = view.standing.asked.version
        before = self._read(view, version)
        assert before.sealed is not None, "what cannot be read was refused"
        salt = before.sealed.salt
        amends = Amends(version=version, items=_changed(before, form, salt))
        fields = {"matter": reference, "amends": amends, **realm_of(view.standing.exercise)}
        return self._ask(form, salt, fields, by)

    def cancel(
        self, reference: str, *, by: str, amendment: bool = False, remark: str | None = None
    ) -> str:
        """Withdraw a request, or only the amendment of it that is on its way."""
        view = self.one(reference)
        version = view.current if amendment else view.standing.asked.version
        if amendment and view.standing.pending is None:
            raise DeskTrouble(f"no amendment of {reference} is on its way")
        return self._say(CancelRequest, view, version, by, VisitRemark(remark=remark))

    def report(
        self, reference: str, report: ReportKind, form: VisitReportForm | None, *, by: str
    ) -> str:
        """Report that it began, that it ended, or what came of it."""
        view = self.one(reference)
        approved = view.standing.approved
        if approved is None:
            raise DeskTrouble(f"nothing of {reference} is approved")
        persons = self._marks(view, approved.version, form.documents if form else ())
        sites = form.sites if form else ()
        words = VisitReport(report=form.report if form else None)
        return self._say(
            ReportVisit, view, view.standing.asked.version, by, words,
            report=report, persons=persons, sites=sites,
        )  # fmt: skip

    # The two authorities.

    def certify(self, reference: str, words: Certification, *, by: str) -> str:
        """Certify the clearances of who would come."""
        view = self.one(reference)
        self._refuse_flagged(view)
        return self._of_request(CertifyRequest, view, by, words)

    def give_back(
        self, reference: str, category: RefusalCategory, *, by: str, remark: str | None = None
    ) -> str:
        """Give it back to the requester uncertified."""
        view = self.one(reference)
        words = VisitRemark(remark=remark)
        return self._say(ReturnRequest, view, view.current, by, words, category=category)

    def transmit(self, reference: str, *, by: str) -> str:
        """Send it to the host's authority and the facilities."""
        return self._of_request(TransmitRequest, self.one(reference), by, NO_REMARK)

    def review(self, reference: str, *, by: str) -> str:
        """Take it up."""
        return self._of_request(BeginReview, self.one(reference), by, NO_REMARK)

    def concur(
        self, reference: str, *, by: str, concurs: bool = True, remark: str | None = None
    ) -> str:
        """Say whether this facility can receive the visit."""
        words = VisitRemark(remark=remark)
        return self._of_request(ConcurInVisit, self.one(reference), by, words, concurs=concurs)

    def decide(
        self,
        reference: str,
        decision: VisitDecision,
        *,
        by: str,
        category: RefusalCategory | None = None,
        words: DecisionWords | None = None,
        window: Window | None = None,
        level: Classification | None = None,
        sites: tuple[int, ...] | None = None,
        visitors: tuple[int, ...] | None = None,
    ) -> str:
        """Decide, once a version. `visitors` are the numbers of those who may come."""
        view = self.one(reference)
        if decision.approves:
            self._refuse_flagged(view)
        asked = self._read(view, view.current)
        persons = None
        if visitors is not None:
            marks = _marks_of(asked.outer)
            if not set(visitors) <= set(range(1, len(marks) + 1)):
                raise DeskTrouble(f"visitors are numbered 1 to {len(marks)}")
            persons = tuple(marks[number - 1] for number in visitors)
        said = words or DecisionWords()
        fields = {
            "decision": decision, "category": category, "window": window, "level": level,
            "sites": sites, "persons": persons,
        }  # fmt: skip
        refuse_flawed(decision_flaws(said, _outline(view, fields)))
        return self._of_request(DecideRequest, view, by, said, **fields)

    def issue_number(self, reference: str, number: str, *, by: str) -> str:
        """Issue a clearance's number."""
        view = self.one(reference)
        return self._of_request(IssueNumber, view, by, NO_REMARK, number=number)

    def confirm_day(self, reference: str, observed: DayObserved, *, by: str) -> str:
        """Say which craft came. Whether it is one that was approved, everybody is told."""
        view = self.one(reference)
        version = view.standing.asked.version
        sealed = self._read(view, version).sealed
        assert sealed is not None, "what cannot be read was refused"
        craft = mark_of(sealed.salt, observed.call_sign, observed.registration)
        return self._say(ConfirmDay, view, version, by, observed, craft=craft)

    def revoke(
        self, reference: str, category: RefusalCategory, *, by: str, remark: str | None = None
    ) -> str:
        """Take back what was approved, or object to what was notified."""
        view = self.one(reference)
        version = view.standing.asked.version
        words = VisitRemark(remark=remark)
        return self._say(RevokeApproval, view, version, by, words, category=category)

    # How it is said.

    def _ask(self, form: Form, salt: str, fields: dict[str, Any], by: str) -> str:
        own = nation_of(self.name)
        refuse_flawed([*words_flaws(form, fields["message_type"]), *form_flaws(form, own)])
        kind, sealing = KINDS[type(form)]
        outer = {**fields_of(form, salt), **fields, "requesting": own, "lane": LANE, "officer": by}
        readers = (self.name, *(site.desk for site in outer.get("sites", ()) if site.desk))
        return self.submit(kind, outer, sealing(salt=salt, form=form), readers)

    def _of_request(
        self, kind: type[OfRequest], view: VisitView, by: str, content: Contract, **fields: Any
    ) -> str:
        """Of the version that waits for something, naming the very request that was read."""
        version = view.current
        digest = self._read(view, version).digest
        return self._say(kind, view, version, by, content, request_digest=digest, **fields)

    def _say(
        self,
        kind: type[OfVersion],
        view: VisitView,
        version: int,
        by: str,
        content: Contract,
        **fields: Any,
    ) -> str:
        standing = view.standing
        refuse_flawed(words_flaws(content, standing.message_type))
        outer = {
            "matter": view.reference, "lane": LANE, "officer": by, "version": version,
            "requesting": standing.requesting, "host": standing.host,
            **realm_of(standing.exercise), **fields,
        }  # fmt: skip
        return self.submit(kind, outer, content, (self.name, *readers_of(view)))

    def _read(self, view: VisitView, version: int) -> RequestRead:
        found = view.requests.get(version)
        if found is None or found.sealed is None:
            raise DeskTrouble(
                f"this desk was not given the form of {view.reference}: it is for the two "
                "authorities, the facilities and its requester"
            )
        return found

    def _refuse_flagged(self, view: VisitView) -> None:
        """Nobody certifies or approves a form in which the desk's library found a fault."""
        found = self._read(view, view.current)
        assert found.sealed is not None, "what cannot be read was refused"
        refuse_flawed(form_flaws(found.sealed.form, view.standing.requesting))
        if "OutsideDiffers" in found.flags:
            raise DeskTrouble("OutsideDiffers: outside stands something else than in the form")

    def _marks(self, view: VisitView, version: int, documents: tuple[str, ...]) -> tuple[str, ...]:
        """The commitments to visitors by their documents. DeskTrouble for one who is not named."""
        if not documents:
            return ()
        sealed = self._read(view, version).sealed
        if not isinstance(sealed, SealedVisit):
            raise DeskTrouble("a clearance's report names no visitors")
        known = {_plain(each.document): each.mark(sealed.salt) for each in sealed.form.visitors}
        missing = [number for number, each in enumerate(documents, 1) if _plain(each) not in known]
        if missing:
            listed = ", ".join(map(str, missing))
            raise DeskTrouble(f"NotCovered: document {listed} of the report is no visitor's")
        return tuple(known[_plain(each)] for each in documents)


def _outline(view: VisitView, fields: dict[str, Any]) -> DecideRequest:
    """As much of a decision's outside as its words are held against."""
    known = {"message_type": view.standing.message_type, **fields}
    return DecideRequest.model_construct(None, **known)


def _plain(document: str) -> str:
    return "".join(document.split()).upper()


def warnings_of(form: Form, requesting: str) -> list[str]:
    """What an officer should know of a form that may be submitted all the same."""
    return [flaw.reason for flaw in form_flaws(form, requesting) if not flaw.refuses]


def _marks_of(outer: Any) -> tuple[str, ...]:
    marks: tuple[str, ...] = getattr(outer, "visitors", None) or outer.craft
    return marks


def _changed(before: RequestRead, form: Form, salt: str) -> tuple[AmendedItem, ...]:
    """What the new form changes of the old one. DeskTrouble where it is nothing."""
    after, outer = fields_of(form, salt), before.outer
    assert before.sealed is not None, "what cannot be read was refused"
    was = before.sealed.form
    compared: dict[AmendedItem, Sequence[str]] = {
        AmendedItem.DATES: ("first_day", "last_day", "legs", "arrives", "leaves"),
        AmendedItem.VISITORS: ("visitors",),
        AmendedItem.FACILITY: ("sites",),
        AmendedItem.CRAFT: ("craft",),
    }
    found = {
        item
        for item, names in compared.items()
        if any(name in after and getattr(outer, name) != after[name] for name in names)
    }
    if isinstance(form, VisitForm) and isinstance(was, VisitForm):
        if form.facilities != was.facilities:
            found.add(AmendedItem.FACILITY)
        if form.visitors != was.visitors:
            found.add(AmendedItem.VISITORS)
    elif form != was and not found:
        found.add(AmendedItem.CRAFT)
    if not found:
        raise DeskTrouble("the form changes neither dates, nor who comes, nor where to")
    return tuple(item for item in AmendedItem if item in found)


def waits_for_us(view: VisitView, desk: str) -> bool:
    """Whether the next step is this desk's nation's own."""
    standing = view.standing
    phase = standing.pending.phase if standing.pending else standing.underlying
    own = nation_of(desk) == standing.requesting
    at_home = (VisitPhase.SUBMITTED, VisitPhase.CERTIFIED)
    away = (VisitPhase.TRANSMITTED, VisitPhase.UNDER_REVIEW)
    return phase in (at_home if own else away)
