"""What desks submit in a round beside their messages: alerts, visits, agreements, step by step."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial
from typing import TypeVar

from schemas.acts import Act
from schemas.agreement_acts import Authority, Instrument, InstrumentAction, Office
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
from schemas.crisis import EventCode
from schemas.parties import Classification, Label, Precedence, nation_of
from schemas.visit_forms import Certification
from schemas.visit_terms import VisitDecision, VisitPhase
from services.desk.desk import Desk
from services.desk.store.records import OutState
from services.desk.submissions import submitted
from services.desk.visits.speaking import VisitDesk
from tests.kit.alert_forms import alert_form, templates_form
from tests.kit.visits import facility, visit_form, visitor

T = TypeVar("T")
Play = Callable[[Desk, Desk, str], Awaitable[None]]
LOOK_EVERY_S = 0.3
ASKS, NSA = "xaa-ghq", "xaa-nsa"
"""Who asks for visits, and who certifies them."""
MINISTER = Authority(office=Office.FOREIGN_MINISTER)
EVENT = EventCode.ACCIDENTAL_LAUNCH
TEXT = AgreementText(
    title="Agreement on consultation",
    authentic_languages=("en",),
    provisions=(Provision(article="3", subject="Consultation"),),
)


@dataclass(frozen=True, slots=True)
class Noted:
    """What the harness had a desk submit, noted by the harness and not by the system under test."""

    identity: str
    sender: str
    matter: str


@dataclass(slots=True)
class Records:
    """Plays stories of the other services on the desks' disks; their processes carry it."""

    seed: str
    desks: Mapping[str, Desk]
    name: str
    noted: list[Noted] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    """Stories that came to their end."""
    begun: int = 0

    async def run(self, stories: int) -> None:
        """So many stories of each service at once, each between two desks."""
        chance = random.Random(f"records {self.seed}")
        for desk in (desk for name, desk in self.desks.items() if name != NSA):
            identity = desk.alerts.approve(templates_form(), drafter="duty-1", by="duty-2")
            self._note(desk, identity)
        async with asyncio.TaskGroup() as tasks:
            for number in range(stories):
                first, second = chance.sample([name for name in self.desks if name != NSA], 2)
                for play, ours, theirs in (
                    (self._consulted, first, second),
                    (self._visited, ASKS, chance.choice([d for d in self.desks if d[:3] != "xaa"])),
                ):
                    self.begun += 1
                    tasks.create_task(
                        self._story(play, self.desks[ours], self.desks[theirs], number)
                    )

    async def _story(
        self,
        play: Callable[[Desk, Desk, str], Awaitable[None]],
        ours: Desk,
        theirs: Desk,
        number: int,
    ) -> None:
        name = f"{self.name}-{number:02}-{play.__name__.strip('_')}"
        await play(ours, theirs, name)
        self.told.append(name)

    async def _consulted(self, ours: Desk, theirs: Desk, name: str) -> None:
        """An agreement comes into force; an alert under it fires its protocol; it is withdrawn."""
        record = _record(name, ours.name, theirs.name)
        await self._done(ours, ours.agreements.propose(record, TEXT, MINISTER, by="duty-1"))
        await self._until(lambda: self._agreement(theirs, name, "NEGOTIATING"))
        await self._done(theirs, theirs.agreements.adopt(name, MINISTER, by="duty-1"))
        for desk in (ours, theirs):
            await self._until(partial(self._agreement, desk, name, "ADOPTED"))
            await self._done(desk, desk.agreements.authenticate(name, MINISTER, by="duty-1"))
        await self._until(lambda: self._agreement(ours, name, "AUTHENTICATED"))
        await self._done(ours, ours.agreements.open(name, by="duty-1"))
        for desk in (ours, theirs):
            await self._until(partial(self._agreement, desk, name, "OPEN_FOR_SIGNATURE"))
            signature = Instrument(
                action=InstrumentAction.DEFINITIVE_SIGNATURE, state=nation_of(desk.name),
                dated=desk.clock.now(), authority=MINISTER,
            )  # fmt: skip
            identity = desk.agreements.instrument(name, signature, by="duty-1", words="Signed.")
            await self._done(desk, identity)
            await self._until(partial(_waits, ours, name, identity))
            await self._done(ours, ours.agreements.record(name, identity, by="duty-2"))
        for desk in (ours, theirs):
            await self._until(partial(self._agreement, desk, name, "IN_FORCE"))
        await self._alerted(ours, theirs, name)
        await self._until(
            lambda: any(view.name == name for view, _ in theirs.agreements.obligations())
        )

    async def _alerted(self, ours: Desk, theirs: Desk, name: str) -> None:
        await self._until(ours.alerts.templates)
        their = nation_of(theirs.name)
        form = alert_form(
            identifier=name, event_at=ours.clock.now(), addressed=(their,),
            concerned=tuple(sorted((nation_of(ours.name), their))),
        ).model_copy(update={"label": _label(ours.name, theirs.name)})  # fmt: skip
        matter = await self._done(ours, ours.alerts.issue(form, drafter="duty-1", by="duty-2"))
        await self._until(lambda: any(view.matter == matter for view in theirs.alerts.all()))
        await self._done(theirs, theirs.alerts.ack(matter, by="duty-1"))
        await self._done(theirs, theirs.alerts.acknowledge(matter, by="duty-1"))
        await self._until(lambda: ours.alerts.one(matter).standing.recipients[0].taken_over)
        await self._done(ours, ours.alerts.cancel(matter, by="duty-1"))
        await self._until(lambda: theirs.alerts.one(matter).standing.phase == "CANCELLED")
        await self._done(theirs, theirs.alerts.acknowledge(matter, by="duty-2"))
        await self._until(lambda: ours.alerts.one(matter).standing.holding_uncorrected == 0)

    async def _visited(self, ours: Desk, theirs: Desk, name: str) -> None:
        """A visit is asked for, certified, reviewed, approved, and cancelled."""
        day = ours.clock.now().date() + timedelta(days=60)
        own, host = nation_of(ours.name), nation_of(theirs.name)
        form = visit_form(
            host=host, first_day=day, last_day=day, dated=ours.clock.now().date(),
            facilities=(facility(country=host, desk=None),),
            visitors=(visitor(1, nationality=own), visitor(2, nationality=own)),
        )  # fmt: skip
        reference, identity = ours.visits.request(form, by="duty-1", reference=f"visit-{name}")
        await self._done(ours, identity)
        certified, nsa = _certification(day), self.desks[NSA]
        steps: tuple[tuple[Desk, VisitPhase, Callable[[VisitDesk], str]], ...] = (
            (nsa, VisitPhase.SUBMITTED, lambda at: at.certify(reference, certified, by="duty-1")),
            (nsa, VisitPhase.CERTIFIED, lambda at: at.transmit(reference, by="duty-1")),
            (theirs, VisitPhase.TRANSMITTED, lambda at: at.review(reference, by="duty-1")),
            (theirs, VisitPhase.UNDER_REVIEW,
             lambda at: at.decide(reference, VisitDecision.APPROVED, by="duty-2")),
            (ours, VisitPhase.APPROVED, lambda at: at.cancel(reference, by="duty-1")),
        )  # fmt: skip
        for desk, phase, say in steps:
            await self._until(partial(_visit, desk, reference, phase))
            await self._done(desk, say(desk.visits))
        for desk in (ours, theirs):
            await self._until(partial(_visit, desk, reference, VisitPhase.CANCELLED))

    # What is waited for.

    def _note(self, desk: Desk, identity: str) -> str:
        matter = submitted(desk.store, identity).out.matter
        self.noted.append(Noted(identity, desk.name, matter))
        return matter

    async def _done(self, desk: Desk, identity: str) -> str:
        """Once it is accepted. What is refused stays so, and is found by the checks."""
        matter = self._note(desk, identity)
        answered = (OutState.ACCEPTED, OutState.REFUSED)
        await self._until(lambda: submitted(desk.store, identity).out.state in answered)
        return matter

    async def _until(self, found: Callable[[], T]) -> T:
        """As soon as it is so; the round's own end is the deadline."""
        while not (result := found()):
            await asyncio.sleep(LOOK_EVERY_S)
        return result

    def _agreement(self, desk: Desk, name: str, phase: str) -> bool:
        views = [view for view in desk.agreements.all() if view.name == name]
        return bool(views) and views[0].phase == phase


def _waits(desk: Desk, name: str, identity: str) -> bool:
    return identity in desk.agreements.one(name).waiting


def _visit(desk: Desk, reference: str, phase: VisitPhase) -> bool:
    views = [view for view in desk.visits.all() if view.reference == reference]
    return bool(views) and views[0].standing.phase is phase


def _certification(day: date) -> Certification:
    return Certification(
        authority="NSA", certifier="Duty officer", stamp="7", reference="1", certified_on=day
    )


def _label(*desks: str) -> Label:
    return Label(
        policy="CHAOS",
        classification=Classification.RESTRICTED,
        releasable_to=tuple(sorted({nation_of(desk) for desk in desks})),
    )


def _record(name: str, *desks: str) -> AgreementRecord:
    states = sorted((nation_of(desk), desk) for desk in desks)
    return AgreementRecord(
        agreement=name, kind=AgreementKind.CSBM_DOCUMENT, binding=Binding.POLITICAL,
        depositary=desks[0],
        states=tuple(AgreementState(nation=n, ministry=d, watch=d) for n, d in states),
        means=(Means.DEFINITIVE_SIGNATURE,), entry_into_force=OnSignature(),
        protocols=(
            Protocol(
                protocol="ask", article="3", trigger=Trigger(events=(EVENT,)),
                steps=(
                    ProtocolStep(
                        who=Who.OTHERS, message=Act.CLARIFICATION_REQUEST,
                        precedence=Precedence.IMMEDIATE, within_s=36_000,
                    ),
                ),
            ),
        ),
    )  # fmt: skip
