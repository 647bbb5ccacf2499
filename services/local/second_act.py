"""The demo's second act: one story through all four services, from a treaty to a visit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial
from typing import TypeVar

from schemas.acts import Act
from schemas.agreement_acts import Authority, Instrument, InstrumentAction, Office
from schemas.agreement_facts import AgreementPhase
from schemas.agreement_record import (
    AgreementKind,
    AgreementRecord,
    AgreementState,
    AgreementText,
    Binding,
    Means,
    OnSignature,
    Protocol,
    ProtocolStep,
    Provision,
    Trigger,
    Who,
)
from schemas.cap import CapArea, CapBlock, CapCircle, Category, Certainty, Severity, Urgency
from schemas.crisis import EventCode
from schemas.particulars import AnswerTo, ClarificationRequest, Explanation
from schemas.parties import Classification, Precedence
from schemas.visit_forms import (
    Agency,
    Certification,
    Contactable,
    Facility,
    Initiative,
    Pertains,
    Pertinence,
    Prompting,
    Sponsor,
    VisitForm,
    Visitor,
    VisitReportForm,
)
from schemas.visit_terms import Access, ReportKind, VisitDecision, VisitPhase, VisitType
from services.desk.agreements.view import AgreementView, ObligationView
from services.desk.alerts.forms import AlertForm, TemplateForm, TemplatesForm
from services.desk.alerts.view import AlertView
from services.desk.desk import Desk
from services.desk.store.records import OutState
from services.desk.submissions import Submitted, submitted
from services.desk.visits.view import VisitView
from services.local.story import KALTMOOR, LABEL, Story, StoryBroke

T = TypeVar("T")
MINISTER = Authority(office=Office.FOREIGN_MINISTER)
EVENT = EventCode.AIRSPACE_VIOLATION
TEXT = AgreementText(
    title="Agreement between Averna and Belmark on consultation after incidents",
    authentic_languages=("en",),
    provisions=(Provision(article="3", subject="Who is concerned asks, and is answered."),),
)


@dataclass(slots=True)
class SecondAct:
    """Plays on the stage of a story that is told already."""

    story: Story
    name: str
    """What the act's matters are named by."""
    matters: set[str] = field(default_factory=set)
    """Every matter that the act has spoken in."""

    async def play(self) -> None:
        """All of it, in order. Raises StoryBroke."""
        await self.an_agreement_enters_into_force()
        alert = await self.an_alert_fires_its_protocol()
        await self.what_is_owed_is_asked_and_answered(alert)
        await self.a_visit_dispels_the_concern(alert)

    async def an_agreement_enters_into_force(self) -> None:
        """Proposed, adopted, authenticated, opened, signed; the date is computed, not typed."""
        self.story.tell(
            "Second act. Averna and Belmark agree to consult after incidents. "
            "Corvany is depositary."
        )
        averna, belmark, corvany = self.desks("xaa-mfa", "xbb-mfa", "xcc-mfa")
        record = self.record()
        self.matters.add(record.matter)
        await self.done(averna, averna.agreements.propose(record, TEXT, MINISTER, by="duty-1"))
        await self.agreement(belmark, lambda view: view.record == record)
        await self.done(belmark, belmark.agreements.adopt(self.name, MINISTER, by="duty-1"))
        for desk in (averna, belmark):
            await self.agreement(desk, lambda view: view.phase is not AgreementPhase.NEGOTIATING)
            await self.done(desk, desk.agreements.authenticate(self.name, MINISTER, by="duty-1"))
        await self.agreement(corvany, lambda view: view.phase is AgreementPhase.AUTHENTICATED)
        await self.done(corvany, corvany.agreements.open(self.name, by="duty-1"))
        for desk in (averna, belmark):
            await self.agreement(desk, lambda view: view.phase is AgreementPhase.OPEN_FOR_SIGNATURE)
            signature = Instrument(
                action=InstrumentAction.DEFINITIVE_SIGNATURE,
                state=desk.name[:3].upper(),
                dated=desk.clock.now(),
                authority=MINISTER,
            )
            identity = desk.agreements.instrument(
                self.name, signature, by="duty-1", words="Signed in Corvany."
            )
            await self.done(desk, identity)
            await self.agreement(corvany, partial(_waits, identity))
            await self.done(corvany, corvany.agreements.record(self.name, identity, by="duty-2"))
        for desk in self.desks("xaa-ghq", "xbb-ghq", "xaa-mfa", "xbb-mfa"):
            await self.agreement(desk, lambda view: view.phase is AgreementPhase.IN_FORCE)
        self.story.tell("Both signatures are with the depositary: the agreement is in force.")

    async def an_alert_fires_its_protocol(self) -> str:
        """An alert to the military desk and the foreign ministry; the protocol opens a duty."""
        averna = self.story.desk("xaa-ghq")
        templates = _templates()
        await self.done(averna, averna.alerts.approve(templates, drafter="duty-1", by="duty-2"))
        await self.story.until(
            averna, lambda: averna.alerts.templates() or None, "templates are approved"
        )
        identity = averna.alerts.issue(self.alert(averna), drafter="duty-1", by="duty-2")
        matter = await self.done(averna, identity)
        self.story.tell("Averna alerts Belmark: an aircraft over Kaltmoor. Two desks are told.")
        for desk in self.desks("xbb-ghq", "xbb-mfa"):
            await self.alerted(desk, matter, lambda view: view.newest)
            await self.done(desk, desk.alerts.acknowledge(matter, by="duty-1"))
        taken = [await self.alerted(averna, matter, _is_taken_over_by_all)]
        assert taken, "until says so"
        return matter

    async def what_is_owed_is_asked_and_answered(self, alert: str) -> None:
        """Article 3 fires: what Belmark owes waits as a draft that a human completes."""
        averna, belmark = self.desks("xaa-ghq", "xbb-ghq")
        owed = await self.story.until(belmark, partial(self.owed, belmark), "something is owed")
        self.story.tell(
            f"Article 3 is activated. {belmark.name} owes a question by "
            f"{owed.opened.due:%H:%M:%SZ}; a draft of it waits. Two officers send it."
        )
        self.matters.add(owed.opened.thread)
        number = belmark.agreements.take(
            owed.opened.obligation,
            by="duty-1",
            text="We do not know of such a flight. What did you see, and where?",
            particulars=ClarificationRequest(questions=("What did you see, and where?",)),
        )
        asked = belmark.release(number, by="duty-2")
        await self.story.taken_over(averna, asked, passed_to="the radar station")
        reply = self.story.said(
            averna,
            Precedence.IMMEDIATE,
            "Radar plot",
            "One aircraft, 47.12 N 009.58 E, heading west, for four minutes.",
            act=Act.EXPLANATION,
            particulars=Explanation(
                answers=(AnswerTo(question=1, answer="One aircraft, for four minutes."),)
            ),
            action=("xbb-ghq",),
            matter=owed.opened.thread,
            label=belmark.sent(asked).outer.label,
            in_reply_to=asked,
            releaser="duty-2",
        )
        await self.story.taken_over(belmark, reply, passed_to="air operations centre")
        await self.story.until(belmark, partial(self.met, belmark), "what was owed is met")
        link = belmark.alerts.link(alert, f"{self.name}-1", (owed.opened.thread,), by="duty-1")
        await self.done(belmark, link)
        self.story.tell("What was owed is met, in time. Alert and thread stand under one incident.")

    async def a_visit_dispels_the_concern(self, alert: str) -> None:
        """Requested, certified, reviewed, approved, made, reported. Who comes is seen by few."""
        averna, ours, theirs, base = self.desks("xaa-ghq", "xaa-nsa", "xbb-nsa", "xbb-base")
        self.story.tell("Belmark lets two officers of Averna see the airfield. They ask in form.")
        form = self.form(averna, alert)
        reference, identity = averna.visits.request(form, by="duty-1")
        self.matters.add(reference)
        await self.done(averna, identity)
        await self.visit(ours, reference, VisitPhase.SUBMITTED)
        certified = ours.visits.certify(reference, _certification(ours), by="duty-1")
        await self.done(ours, certified)
        await self.visit(ours, reference, VisitPhase.CERTIFIED)
        await self.done(ours, ours.visits.transmit(reference, by="duty-1"))
        await self.visit(theirs, reference, VisitPhase.TRANSMITTED)
        await self.done(theirs, theirs.visits.review(reference, by="duty-1"))
        await self.visit(base, reference, VisitPhase.UNDER_REVIEW)
        await self.done(base, base.visits.concur(reference, by="duty-1"))
        await self.visit(theirs, reference, VisitPhase.UNDER_REVIEW)
        decided = theirs.visits.decide(reference, VisitDecision.APPROVED, by="duty-2")
        await self.done(theirs, decided)
        await self.under_way(base, reference)
        for kind, report in (
            (ReportKind.BEGAN, None),
            (ReportKind.ENDED, None),
            (ReportKind.REPORT, VisitReportForm(report="No such aircraft is based here.")),
        ):
            await self.done(averna, averna.visits.report(reference, kind, report, by="duty-1"))
        for desk in (averna, ours, theirs, base):
            await self.visit(desk, reference, VisitPhase.REPORTED)
        self.story.tell("Requested, certified, approved, made and reported. The concern is gone.")

    # What is written.

    def record(self) -> AgreementRecord:
        """The agreement's own rules."""
        return AgreementRecord(
            agreement=self.name,
            kind=AgreementKind.CSBM_DOCUMENT,
            binding=Binding.LEGAL,
            depositary="xcc-mfa",
            states=tuple(
                AgreementState(
                    nation=nation, ministry=f"{nation.lower()}-mfa", watch=f"{nation.lower()}-ghq"
                )
                for nation in ("XAA", "XBB")
            ),
            means=(Means.DEFINITIVE_SIGNATURE,),
            entry_into_force=OnSignature(),
            protocols=(
                Protocol(
                    protocol="ask",
                    article="3",
                    trigger=Trigger(events=(EVENT,)),
                    steps=(
                        ProtocolStep(
                            who=Who.OTHERS,
                            message=Act.CLARIFICATION_REQUEST,
                            precedence=Precedence.IMMEDIATE,
                            within_s=3600,
                        ),
                    ),
                ),
            ),
        )

    def alert(self, desk: Desk) -> AlertForm:
        """What Averna's radar saw."""
        centre = CapCircle(centre=KALTMOOR.point, radius_km=10.0)
        return AlertForm(
            event_code=EVENT,
            addressed=("XBB",),
            concerned=("XAA", "XBB"),
            event_at=desk.clock.now(),
            geocodes=("KALTMOOR",),
            label=LABEL,
            info=(
                CapBlock(
                    language="en",
                    category=(Category.SECURITY,),
                    event="Airspace violation",
                    urgency=Urgency.IMMEDIATE,
                    severity=Severity.SEVERE,
                    certainty=Certainty.OBSERVED,
                    headline="Unknown military aircraft over Kaltmoor",
                    area=(CapArea(area_desc="Kaltmoor and around", circle=(centre,)),),
                ),
            ),
        )

    def form(self, desk: Desk, alert: str) -> VisitForm:
        """Two officers, one airfield, today: it cannot wait."""
        today = desk.clock.now().date()
        officer = Contactable(name="Capt. Ilse Varga", phone="+000 1 000")
        return VisitForm(
            type=VisitType.EMERGENCY,
            access=Access.UNCLASSIFIED_OR_RESTRICTED,
            host="XBB",
            requester="General staff of Averna",
            dated=today,
            agency=Agency(
                name="General staff", address="Averna", email="staff@xaa.example", phone="+000 1 0"
            ),
            facilities=(
                Facility(
                    name="Kaltmoor airfield",
                    country="XBB",
                    address="Kaltmoor",
                    contact="Officer of the day",
                    security_officer="Maj. Orla Tamm",
                    phone="+000 2 000",
                    desk="xbb-base",
                ),
            ),
            first_day=today,
            last_day=today + timedelta(days=1),
            initiative=Initiative(
                of=Sponsor.GOVERNMENT, prompted=Prompting.BY_INVITATION_OF_FACILITY
            ),
            pertinent_to=Pertinence(to=Pertains.PROGRAMME_OR_AGREEMENT, name=TEXT.title),
            subject="To see which aircraft are based at Kaltmoor.",
            level=Classification.RESTRICTED,
            visitors=tuple(_visitor(number) for number in (1, 2)),
            security_officer=officer,
            government_contact=Contactable(name="Duty officer, Belmark", phone="+000 2 001"),
            remarks="The concern is of today, and both governments wish to end it today.",
            agreement=f"agreement-{self.name}",
            dispels=alert,
        )

    # What is waited for.

    def desks(self, *names: str) -> tuple[Desk, ...]:
        """Desks of the stage."""
        return tuple(self.story.desk(name) for name in names)

    async def done(self, desk: Desk, identity: str) -> str:
        """Once its service has accepted what a desk submitted: the matter in which it stands."""

        def answered() -> Submitted | None:
            found = submitted(desk.store, identity)
            return found if found.out.state in (OutState.ACCEPTED, OutState.REFUSED) else None

        found = await self.story.until(desk, answered, f"{desk.name} is answered")
        if found.out.state is OutState.REFUSED:
            code = found.refusal.code if found.refusal else "no reason"
            raise StoryBroke(f"{desk.name} was refused {found.out.kind}: {code}")
        self.matters.add(found.out.matter)
        return found.out.matter

    async def agreement(self, desk: Desk, found: Callable[[AgreementView], object]) -> None:
        """Once the desk knows the agreement so."""

        def look() -> bool | None:
            views = [view for view in desk.agreements.all() if view.name == self.name]
            return True if views and found(views[0]) else None

        await self.story.until(desk, look, f"{desk.name} knows how the agreement stands")

    async def alerted(
        self, desk: Desk, matter: str, found: Callable[[AlertView], object]
    ) -> AlertView:
        """Once the desk knows the alert so."""

        def look() -> AlertView | None:
            views = [view for view in desk.alerts.all() if view.matter == matter]
            return views[0] if views and found(views[0]) else None

        return await self.story.until(desk, look, f"{desk.name} knows how the alert stands")

    async def visit(self, desk: Desk, reference: str, phase: VisitPhase) -> VisitView:
        """Once the desk knows the visit in that phase."""

        def look() -> VisitView | None:
            views = [view for view in desk.visits.all() if view.reference == reference]
            return views[0] if views and views[0].standing.phase is phase else None

        return await self.story.until(desk, look, f"{desk.name} knows the visit as {phase}")

    async def under_way(self, desk: Desk, reference: str) -> None:
        """Once it is approved: its first day is today, so it may have begun by the clock."""

        def look() -> bool | None:
            views = [view for view in desk.visits.all() if view.reference == reference]
            return True if views and views[0].standing.approved else None

        await self.story.until(desk, look, f"{desk.name} knows the visit as approved")

    def owed(self, desk: Desk) -> ObligationView | None:
        """What the desk owes under this agreement."""
        owed = [each for view, each in desk.agreements.obligations() if view.name == self.name]
        return owed[0] if owed else None

    def met(self, desk: Desk) -> bool | None:
        """Whether it is met."""
        owed = self.owed(desk)
        return True if owed and owed.phase == "MET" else None


def _waits(identity: str, view: AgreementView) -> bool:
    return identity in view.waiting


def _is_taken_over_by_all(view: AlertView) -> bool:
    return all(each.taken_over for each in view.standing.recipients)


def _templates() -> TemplatesForm:
    said = "Approved in advance by the chief of defence."
    return TemplatesForm(
        event_code=EVENT,
        language="en",
        cancel=TemplateForm(
            headline="Alert withdrawn", description="The alert no longer stands.", note=said
        ),
        correction=TemplateForm(
            headline="False alert", description="No aircraft was there. Disregard it.", note=said
        ),
    )


def _certification(desk: Desk) -> Certification:
    return Certification(
        authority="Security authority of Averna",
        certifier="Col. Mara Lind",
        stamp="XAA-NSA-7",
        reference="XAA-26-118",
        certified_on=desk.clock.now().date(),
    )


def _visitor(number: int) -> Visitor:
    return Visitor(
        family_name=("Brandt", "Osei")[number - 1],
        forename=("Jonas", "Ama")[number - 1],
        rank="Major",
        born=date(1984, 5, number),
        birthplace="Averna",
        nationality="XAA",
        clearance=Classification.SECRET,
        document=f"XA00{number}",
        position="Liaison officer",
        organisation="General staff of Averna",
    )
